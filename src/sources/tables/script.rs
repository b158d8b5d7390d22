//! The SQL that a printed table is equivalent to. It goes through the SQL reader, so that both sources lead to the same
//! operations; every operation gets the place of the line that it came from.

use super::super::{Entry, Reading, sql};
use crate::base::{Diagnostic, FileId, Files, Span};
use crate::dialects::Dialect;
use crate::ir::Op;
use crate::replay::Located;

/// In which order statements are replayed, whatever the order of the tables in the text: as a dump program would write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    Session,
    Sequence,
    Type,
    Table,
    Attach,
    Column,
    Key,
    AttachIndex,
    ForeignKey,
    View,
    Setting,
    Attached,
    Comment,
}

#[derive(Clone, Debug)]
enum Body {
    Sql(String),
    Op(Box<Op>),
}

#[derive(Clone, Debug)]
struct Written {
    phase: Phase,
    body: Body,
    span: Span,
}

/// Statements with the places that they stand for.
#[derive(Clone, Debug, Default)]
pub struct Script {
    statements: Vec<Written>,
}

impl Script {
    /// Adds a statement, without its semicolon.
    pub fn sql(&mut self, phase: Phase, sql: String, span: Span) {
        self.statements.push(Written { phase, body: Body::Sql(sql), span });
    }

    /// Adds an operation that no statement could say, for lack of what the table does not show.
    pub fn op(&mut self, phase: Phase, op: Op, span: Span) {
        self.statements.push(Written { phase, body: Body::Op(Box::new(op)), span });
    }

    /// Reads the statements in the order of their phases.
    pub fn read(mut self, dialect: &'static dyn Dialect) -> Reading {
        self.statements.sort_by_key(|statement| statement.phase);
        let mut text = String::new();
        let mut places: Vec<Place> = Vec::new();
        let mut given: Vec<(usize, Located)> = Vec::new();
        for statement in self.statements {
            match statement.body {
                Body::Sql(sql) => {
                    places.push(Place { start: text.len() as u32, span: statement.span });
                    text.push_str(&sql);
                    text.push_str(";\n");
                }
                Body::Op(op) => given.push((places.len(), Located::new(*op, Some(statement.span)))),
            }
        }
        read_text(text, &places, given, dialect)
    }
}

/// Where a statement begins in the written text, and what it stands for.
struct Place {
    start: u32,
    span: Span,
}

/// Reads the text; each of `given` takes its place before the statement of its number.
fn read_text(text: String, places: &[Place], given: Vec<(usize, Located)>, dialect: &'static dyn Dialect) -> Reading {
    let mut files = Files::default();
    let id: FileId = files.add("equivalent SQL", text);
    let mut reading = sql::read(&files, &[id], dialect);
    let number = |span: Span| places.partition_point(|place| place.start <= span.start).checked_sub(1);
    let original = |span: Span| number(span).and_then(|at| places.get(at)).map(|place| place.span);
    let mut given = given.into_iter().peekable();
    let mut ops: Vec<Located> = Vec::new();
    for mut located in reading.ops {
        let at = located.span.and_then(number).unwrap_or(0);
        while let Some((_, op)) = given.next_if(|(before, _)| *before <= at) {
            ops.push(op);
        }
        located.span = located.span.and_then(original);
        if let Op::Create { object, .. } = &mut located.op {
            object.span = object.span.and_then(original);
        }
        ops.push(located);
    }
    ops.extend(given.map(|(_, op)| op));
    reading.ops = ops;
    for diagnostic in &mut reading.diagnostics {
        note_equivalent(diagnostic);
        diagnostic.span = diagnostic.span.and_then(original);
    }
    reading.ledger = reading.ledger.into_iter().filter_map(|entry| Some(Entry { span: original(entry.span)?, ..entry })).collect();
    for hint in &mut reading.renames {
        hint.span = hint.span.and_then(original);
    }
    reading
}

/// The reader's message quotes the statement, which stands nowhere in the user's text.
fn note_equivalent(diagnostic: &mut Diagnostic) {
    if diagnostic.help.is_empty() {
        diagnostic.help = "The statement is what this line of the table amounts to in SQL.".to_owned();
    }
}

#[cfg(test)]
impl Script {
    /// The statements alone, sorted, for tests.
    pub fn text(mut self) -> String {
        self.statements.sort_by_key(|statement| statement.phase);
        let sql = self.statements.into_iter().filter_map(|statement| match statement.body {
            Body::Sql(sql) => Some(sql + ";\n"),
            Body::Op(_) => None,
        });
        sql.collect()
    }
}
