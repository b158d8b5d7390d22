//! Rows of `information_schema.columns`, with any of its columns in any order: found by their headers.

pub(super) mod grammar;
mod mysql;
mod postgres;

use std::collections::BTreeMap;

use super::grid::{self, Grid, Row};
use super::lines::{self, Line, span_of};
use super::script::Script;
use crate::base::{Code, Diagnostic, FileId, Files, Span};
use crate::dialects::Dialect;
use crate::ir::{Attr, Coverage, Kind};
use crate::sources::{Entry, Outcome, Reading};

/// The rows of one listing.
struct Listing {
    grid: Grid,
}

/// One relation: its namespace, its name, and its rows in the order of the columns.
struct Relation<'g> {
    namespace: &'g str,
    name: &'g str,
    rows: Vec<Record<'g>>,
    span: Span,
}

/// A row with its listing, to look cells up by header.
#[derive(Clone, Copy)]
struct Record<'g> {
    grid: &'g Grid,
    row: &'g Row,
}

/// What a reading collects beside statements.
#[derive(Default)]
struct Said {
    coverage: Coverage,
    diagnostics: Vec<Diagnostic>,
    ledger: Vec<Entry>,
}

/// Reads files that hold such listings as one source.
pub fn read(files: &Files, ids: &[FileId], dialect: &'static dyn Dialect) -> Reading {
    let mut said = Said::default();
    let mut listings = Vec::new();
    for id in ids {
        said.text(&lines::lines(&files.get(*id).text, *id), &mut listings);
    }
    let mut script = Script::default();
    let relations = relations(&listings);
    match dialect.rules().default_namespace.is_empty() {
        false => postgres::write(&relations, &mut script, &mut said),
        true => mysql::write(&relations, &mut script, &mut said, dialect.rules().id == "mysql"),
    }
    let mut reading = script.read(dialect);
    reading.coverage = said.coverage;
    reading.diagnostics.append(&mut said.diagnostics);
    reading.ledger.append(&mut said.ledger);
    reading
}

impl Said {
    fn text(&mut self, lines: &[Line<'_>], listings: &mut Vec<Listing>) {
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            let rest = lines.get(at..).unwrap_or_default();
            let grid = grid::read(rest).filter(|(grid, _)| grid.has(&["table_name", "column_name"]));
            if let Some((grid, taken)) = grid {
                for span in &grid.broken {
                    self.unknown(*span, "a row whose cells cannot be told apart");
                }
                self.ledger
                    .extend(span_of(rest.get(..1).unwrap_or_default()).map(|span| Entry { span, outcome: Outcome::Ignored("heading") }));
                listings.push(Listing { grid });
                at += taken.max(1);
                continue;
            }
            at += 1;
            if line.is_blank() {
                continue;
            }
            match grammar::between(line.text) {
                Ok(_) => self.ledger.push(Entry { span: line.span, outcome: Outcome::Ignored("client output") }),
                Err(_) => self.unknown(line.span, "a line outside of a listing"),
            }
        }
    }

    fn unknown(&mut self, span: Span, what: &str) {
        self.diagnostics.push(Diagnostic::new(Code::Unmodelled, Some(span), format!("{what} is not understood")));
        self.ledger.push(Entry { span, outcome: Outcome::Unmodelled });
    }

    /// Every fact of a column whose headers are not in the listing is unseen.
    fn unseen_without(&mut self, relations: &[Relation<'_>], table: &[(&[&str], &[Attr])]) {
        let shown = |header: &str| relations.iter().all(|relation| relation.rows.iter().all(|row| row.grid.column(header).is_some()));
        for (headers, attrs) in table {
            if !headers.iter().all(|header| shown(header)) {
                self.coverage.unseen_facts.extend(attrs.iter().map(|attr| (Kind::Column, *attr)));
            }
        }
    }
}

impl<'g> Record<'g> {
    /// The cell under a header, where it holds a value.
    fn get(&self, header: &str) -> Option<&'g str> {
        let cell = self.grid.cell(self.row, header);
        grammar::null_cell(cell).is_err().then_some(cell)
    }

    /// The cell as it stands, where the header is there.
    fn raw(&self, header: &str) -> Option<&'g str> {
        self.grid.column(header).map(|_| self.grid.cell(self.row, header))
    }
}

fn relations(listings: &[Listing]) -> Vec<Relation<'_>> {
    let mut found: BTreeMap<(&str, &str), Relation<'_>> = BTreeMap::new();
    for Listing { grid } in listings {
        for row in &grid.rows {
            let row = Record { grid, row };
            let (namespace, name) = (row.get("table_schema").unwrap_or(""), row.get("table_name").unwrap_or(""));
            let relation = Relation { namespace, name, rows: Vec::new(), span: row.row.span };
            found.entry((namespace, name)).or_insert(relation).rows.push(row);
        }
    }
    let mut relations: Vec<Relation<'_>> = found.into_values().collect();
    for relation in &mut relations {
        relation.rows.sort_by_key(|row| row.get("ordinal_position").and_then(|cell| cell.trim().parse::<u32>().ok()).unwrap_or(0));
    }
    relations
}

#[cfg(test)]
mod tests;
