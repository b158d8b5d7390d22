//! psql's `\d` and `\d+`: blocks of one relation each, written as the statements that would make it.

mod attached;
mod blocks;
mod column;
mod coverage;
pub(super) mod grammar;
mod keys;
mod names;
mod sequence;
mod table;
mod view;

use super::super::{Entry, Outcome, Reading};
use super::lines::{self, Line};
use super::script::{Phase, Script};
use super::words::{dotted, parts_of};
use crate::base::{Code, Diagnostic, FileId, Files, Severity, Span};
use crate::dialects::Dialect;
use crate::ir::{Attr, Coverage, Key};
use blocks::Block;
use sequence::Identity;

/// What the writers of single relations share: all blocks, and where their findings go.
struct Text<'b, 't> {
    dialect: &'static dyn Dialect,
    blocks: &'b [Block<'t>],
    identities: Vec<Identity<'b>>,
    script: &'b mut Script,
    coverage: Coverage,
    diagnostics: Vec<Diagnostic>,
    ledger: Vec<Entry>,
}

/// Reads files that hold psql's output, as one text.
pub fn read(files: &Files, ids: &[FileId], dialect: &'static dyn Dialect) -> Reading {
    let lines: Vec<Line<'_>> = ids.iter().flat_map(|id| lines::lines(&files.get(*id).text, *id)).collect();
    let (script, mut said) = write(&lines, dialect);
    let mut reading = script.read(dialect);
    reading.coverage = said.coverage;
    reading.diagnostics.append(&mut said.diagnostics);
    reading.ledger.append(&mut said.ledger);
    reading
}

/// The statements that a text amounts to, and what else is to say of it.
fn write(lines: &[Line<'_>], dialect: &'static dyn Dialect) -> (Script, Reading) {
    let cut = blocks::cut(lines);
    let coverage = coverage::of(&cut);
    let owned = sequence::identities(&cut.blocks);
    let mut script = Script::default();
    let mut text = Text {
        dialect,
        blocks: &cut.blocks,
        identities: sequence::named(&owned),
        script: &mut script,
        coverage,
        diagnostics: cut.diagnostics,
        ledger: cut.ledger,
    };
    match cut.blocks.first() {
        Some(first) => text.script.sql(Phase::Session, names::search_path(&cut.blocks), first.line.span),
        None => text.diagnostics.push(nothing(lines)),
    }
    for block in parents_first(&cut.blocks) {
        text.write(block);
    }
    let Text { coverage, diagnostics, ledger, .. } = text;
    (script, Reading { coverage, diagnostics, ledger, ..Reading::default() })
}

/// The blocks in the order in which tables can be made: psql sorts by name, but who inherits comes after its parents.
fn parents_first<'b, 't>(blocks: &'b [Block<'t>]) -> Vec<&'b Block<'t>> {
    let mut ordered: Vec<&Block<'_>> = Vec::new();
    let mut waiting: Vec<&Block<'_>> = blocks.iter().collect();
    while !waiting.is_empty() {
        let (ready, later): (Vec<_>, Vec<_>) = waiting.iter().partition(|block| {
            let parents = table::parents(block, blocks);
            !parents.iter().any(|parent| waiting.iter().any(|other| std::ptr::eq(*other, *parent) && !std::ptr::eq(*other, **block)))
        });
        let stuck = ready.is_empty();
        ordered.extend(if stuck { later.clone() } else { ready });
        waiting = if stuck { Vec::new() } else { later };
    }
    ordered
}

fn nothing(lines: &[Line<'_>]) -> Diagnostic {
    let message = "no relation is described: a list says only which relations exist";
    Diagnostic::new(Code::Malformed, lines.first().map(|line| line.span), message)
        .help("run \\d+ with the names of tables, or \\d+ * for all")
}

impl<'b, 't> Text<'b, 't> {
    fn write(&mut self, block: &'b Block<'t>) {
        match block.title.what {
            _ if coverage::is_of_extension(block) => self.of_extension(block),
            "View" | "Materialized view" | "Unlogged materialized view" => {
                view::write(block, self);
                attached::write(block, self);
            }
            "Sequence" | "Unlogged sequence" => sequence::write(block, self),
            "Composite type" => view::composite(block, self),
            "TOAST table" | "Special relation" => {
                self.ledger.push(Entry { span: block.line.span, outcome: Outcome::Ignored("internal relation") })
            }
            _ if coverage::is_index(block) => self.index(block),
            _ => {
                table::write(block, self);
                attached::write(block, self);
            }
        }
    }

    fn of_extension(&mut self, block: &Block<'_>) {
        let note = Diagnostic::new(Code::Unseen, Some(block.line.span), format!("{} belongs to an extension", block.title.name));
        self.diagnostics.push(note.help("It is not compared: \\d does not say which relations an extension brought."));
        self.ledger.push(Entry { span: block.line.span, outcome: Outcome::Ignored("relation of an extension") });
    }

    /// An index's own block repeats what its table says, and leaves out directions and operator classes.
    fn index(&mut self, block: &Block<'_>) {
        let shown = block.summary.is_some_and(|line| {
            grammar::index_summary(line.text).is_ok_and(|(_, (namespace, name))| {
                self.blocks.iter().any(|table| table.title.namespace == namespace && table.title.name == name)
            })
        });
        if !shown {
            let message = format!("index {} is shown without its table, so it is not compared", block.title.name);
            let diagnostic = Diagnostic::new(Code::Unseen, Some(block.line.span), message).severity(Severity::Warning);
            self.diagnostics.push(diagnostic.help("add \\d of the table: \\d of an index shows no directions and no operator classes"));
        }
        for (number, row) in block.grid.rows.iter().enumerate().filter(|_| shown) {
            let target = block.grid.cell(row, "Stats target").trim();
            if !target.is_empty() {
                let sql = format!("ALTER INDEX {} ALTER COLUMN {} SET STATISTICS {target}", names::relation(&block.title), number + 1);
                self.script.sql(Phase::Setting, sql, row.span);
            }
        }
        self.ledger.push(Entry { span: block.line.span, outcome: Outcome::Ignored("said by its table") });
    }

    fn unknown(&mut self, span: Span, what: &str) {
        self.diagnostics.push(Diagnostic::new(Code::Unmodelled, Some(span), format!("{what} is not understood")));
        self.ledger.push(Entry { span, outcome: Outcome::Unmodelled });
    }

    fn unseen_fact(&mut self, key: Key, attr: Attr) {
        self.coverage.unseen_objects.insert((key, attr));
    }

    fn speaks_of(&mut self, namespace: &str, name: &str) {
        if let Some(relations) = &mut self.coverage.only_relations {
            relations.insert((namespace.into(), name.into()));
        }
    }

    /// A relation's qualified name, quoted only where it must be: as the server's own texts have it.
    fn plain(&self, title: &grammar::Title<'_>) -> String {
        format!("{}.{}", self.dialect.quote(title.namespace.into()), self.dialect.quote(title.name.into()))
    }

    /// The shown parent of a partition.
    fn partition_parent(&self, block: &Block<'_>) -> Option<&'b Block<'t>> {
        let (_, (parent, _)) = grammar::partition_of(block.section("Partition of")?.inline).ok()?;
        names::find(self.blocks, parent)
    }

    /// A printed name with its schema, where a shown relation has it.
    fn qualified(&self, printed: &str) -> String {
        names::find(self.blocks, printed).map_or_else(|| printed.to_owned(), |block| names::relation(&block.title))
    }

    /// The parent that an index's own block names.
    fn index_parent(&self, namespace: &str, index: &str) -> Option<String> {
        let block = self.blocks.iter().find(|block| block.title.namespace == namespace && block.title.name == index)?;
        let (_, parent) = dotted(block.section("Partition of")?.inline).ok()?;
        parts_of(parent).pop()
    }
}

#[cfg(test)]
mod tests;
