//! What is wrong with an input, as a value: a stable code, a place, a sentence, and what to do next.

use super::Span;

/// How much a diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; the result stands.
    Note,
    /// Something was left out of the comparison; `check` cannot answer "same".
    Warning,
    /// No answer can be given: status 2.
    Error,
}

impl Severity {
    /// The word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A stable name for one kind of trouble; one row of [`CODES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The statement is not understood.
    Unmodelled,
    /// The statement contradicts what was said before it.
    Contradiction,
    /// The statement speaks of an object that is not there.
    Missing,
    /// The dialect cannot be told, or two marks disagree.
    Dialect,
    /// The file cannot be read as text.
    Encoding,
    /// The input is cut off, empty, or not what its name says.
    Malformed,
    /// A correct step cannot be written.
    Refused,
    /// The printed script did not prove.
    Unproven,
    /// Two texts differ and equality cannot be shown.
    Incomparable,
    /// A drop and a create that look like a rename.
    LikelyRename,
    /// A dependency ring without a foreign key in it.
    Ring,
    /// Something of one side that the other cannot show.
    Unseen,
    /// Rows that are there need a value that no source gives.
    Unfilled,
    /// Something that one side has and the other lacks, where both are right.
    Tolerated,
    /// What one source leaves open and another one tells.
    Inferred,
    /// A rename that was asked for and names nothing.
    UnusedRename,
    /// What takes a migration back says nothing of what should be.
    WayBack,
    /// The table of a migration tool goes.
    MigrationLog,
}

/// What the code is called in messages, and what it means to the reader.
pub struct CodeInfo {
    pub code: Code,
    pub id: &'static str,
    pub severity: Severity,
    pub meaning: &'static str,
}

/// Every diagnostic that the program can give, in the order of [`Code`].
pub const CODES: &[CodeInfo] = &[
    row(Code::Unmodelled, "unmodelled", Severity::Warning, "a statement is not understood, so its effect is not compared"),
    row(Code::Contradiction, "contradiction", Severity::Warning, "a statement contradicts an earlier one"),
    row(Code::Missing, "missing", Severity::Warning, "a statement speaks of an object that the input does not define"),
    row(Code::Dialect, "dialect", Severity::Error, "the SQL dialect is unknown or contradictory"),
    row(Code::Encoding, "encoding", Severity::Error, "the input is not readable text"),
    row(Code::Malformed, "malformed", Severity::Error, "the input is empty, cut off, or of another kind than expected"),
    row(Code::Refused, "refused", Severity::Error, "a correct step cannot be written"),
    row(Code::Unproven, "unproven", Severity::Error, "the script does not lead to the desired schema, so it is not printed"),
    row(Code::Incomparable, "incomparable", Severity::Warning, "two texts differ and cannot be shown to be equal"),
    row(Code::LikelyRename, "likely-rename", Severity::Note, "a drop and a create look like a rename"),
    row(Code::Ring, "ring", Severity::Error, "objects need each other in a ring"),
    row(Code::Unseen, "unseen", Severity::Note, "one side cannot show a fact, so it is not compared"),
    row(Code::Unfilled, "unfilled", Severity::Note, "a column becomes required, and no source gives a value for the rows that are there"),
    row(
        Code::Tolerated,
        "tolerated",
        Severity::Note,
        "the live side has or lacks what the desired one does not speak of, and is right as it is",
    ),
    row(Code::Inferred, "inferred", Severity::Note, "a source leaves something open that another one tells, and that is what is compared"),
    row(Code::UnusedRename, "unused-rename", Severity::Warning, "a rename that was asked for names nothing, so nothing is renamed by it"),
    row(Code::WayBack, "way-back", Severity::Note, "what takes a migration back says nothing of what should be, so it is not read"),
    row(Code::MigrationLog, "migration-log", Severity::Warning, "the table in which a migration tool notes what has run is not wanted"),
];

const fn row(code: Code, id: &'static str, severity: Severity, meaning: &'static str) -> CodeInfo {
    CodeInfo { code, id, severity, meaning }
}

impl Code {
    pub fn info(self) -> &'static CodeInfo {
        &CODES[self as usize]
    }
}

/// One message about an input, collected beside a usable result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    pub span: Option<Span>,
    /// What is wrong, in one line.
    pub message: String,
    /// Why it matters and what to do next; empty where the message says all.
    pub help: String,
}

impl Diagnostic {
    pub fn new(code: Code, span: Option<Span>, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, severity: code.info().severity, span, message: message.into(), help: String::new() }
    }

    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = help.into();
        self
    }

    pub fn severity(mut self, severity: Severity) -> Diagnostic {
        self.severity = severity;
        self
    }
}
