//! Readers: from the text of a dump or of hand-written definitions to operations.

pub mod decode;
pub mod detect;
pub mod django;
pub mod migrations;
pub mod sql;
mod sqlite_file;
pub mod tables;
pub mod transaction;

use self::detect::Format;
pub use sqlite_file::{Fault as DatabaseFault, HEAD as DATABASE_HEAD, is_database, schema as database_schema};

use crate::base::{Diagnostic, FileId, Files, Name, Severity, Span, Version};
use crate::dialects::Dialect;
use crate::ir::{Coverage, Key};
use crate::replay::Located;

/// What became of one statement of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its effect is in the operations.
    Modelled,
    /// It has no effect on a schema, by this named rule.
    Ignored(&'static str),
    /// It is not understood; a diagnostic says where.
    Unmodelled,
}

/// One line of the account of an input: every statement is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub span: Span,
    pub outcome: Outcome,
}

/// Evidence that an object was renamed: a comment in the desired SQL, an option, or a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameHint {
    /// The key with its new name.
    pub key: Key,
    /// Its old name.
    pub from: Name,
    pub span: Option<Span>,
}

/// What a source says.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub ops: Vec<Located>,
    pub diagnostics: Vec<Diagnostic>,
    pub ledger: Vec<Entry>,
    pub coverage: Coverage,
    pub renames: Vec<RenameHint>,
    /// The server that the text was taken from, where it says so.
    pub server: Option<Version>,
}

/// Reads several sources of one dialect. A statement that stands in more than one of them is understood once.
pub fn read_all(files: &Files, sources: &[Vec<FileId>], dialect: &'static dyn Dialect) -> Vec<Reading> {
    let mut cache = sql::Cache::default();
    let mut readings = Vec::new();
    for (at, ids) in sources.iter().enumerate() {
        if at + 1 == sources.len() {
            cache.close();
        }
        readings.push(read_sharing(files, ids, dialect, &mut cache));
    }
    readings
}

/// Reads files of one dialect, in order, as one source. The kind of each file is told from its content.
pub fn read(files: &Files, ids: &[FileId], dialect: &'static dyn Dialect) -> Reading {
    read_all(files, &[ids.to_vec()], dialect).pop().unwrap_or_default()
}

/// Reads the files of each format together, in the order in which the formats first occur.
fn read_sharing<'t>(files: &'t Files, ids: &[FileId], dialect: &'static dyn Dialect, cache: &mut sql::Cache<'t>) -> Reading {
    let mut groups: Vec<(Format, Vec<FileId>)> = Vec::new();
    for id in ids {
        let format = detect::format(&files.get(*id).text);
        match groups.iter_mut().find(|(known, _)| *known == format) {
            Some((_, group)) => group.push(*id),
            None => groups.push((format, vec![*id])),
        }
    }
    let read = |(format, ids): &(Format, Vec<FileId>)| match tables::read(files, ids, *format, dialect) {
        Some(reading) => reading,
        None => sql::read_sharing(files, ids, dialect, Some(&mut *cache)),
    };
    let mut reading = groups.iter().map(read).reduce(Reading::and).unwrap_or_default();
    // What a dump that is cut off would have said is not understood either: nobody may call two such sides the same.
    let cut = ids.iter().filter_map(|id| detect::truncation(&files.get(*id).text, *id)).filter(|cut| cut.severity >= Severity::Warning);
    reading.ledger.extend(cut.filter_map(|cut| Some(Entry { span: cut.span?, outcome: Outcome::Unmodelled })));
    transaction::settle(&mut reading, files, dialect);
    Name::rank_all();
    reading
}

impl Reading {
    /// This reading, and after it another of the same source.
    pub fn and(mut self, other: Reading) -> Reading {
        self.ops.extend(other.ops);
        self.diagnostics.extend(other.diagnostics);
        self.ledger.extend(other.ledger);
        self.coverage = self.coverage.joined(&other.coverage);
        self.renames.extend(other.renames);
        self.server = self.server.or(other.server);
        self
    }
}
