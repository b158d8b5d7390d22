//! The kinds of text that a reader exists for, told from the first line that only one of them has.

use crate::base::{Code, Diagnostic, FileId, Severity, Span};

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Statements: a dump, or hand-written.
    Sql,
    /// What psql prints for `\d`, `\d+`, `\dt` …
    PsqlDescribe,
    /// What a MySQL client prints for SHOW COLUMNS, DESCRIBE and SHOW INDEX.
    ShowColumns,
    /// What a MySQL client prints for SHOW CREATE TABLE and its kin.
    ShowCreate,
    /// Rows of `information_schema.columns`.
    InformationSchema,
    /// Rows of `sqlite_master`.
    SqliteMaster,
}

/// A heading that only one format has: all these column names in one line, in any order.
struct Heading {
    format: Format,
    columns: &'static [&'static str],
}

const HEADINGS: &[Heading] = &[
    Heading { format: Format::ShowColumns, columns: &["field", "type", "null", "key"] },
    Heading { format: Format::ShowColumns, columns: &["table", "non_unique", "key_name"] },
    Heading { format: Format::ShowCreate, columns: &["table", "create table"] },
    Heading { format: Format::ShowCreate, columns: &["view", "create view"] },
    Heading { format: Format::ShowCreate, columns: &["trigger", "sql original statement"] },
    Heading { format: Format::ShowCreate, columns: &["procedure", "create procedure"] },
    Heading { format: Format::ShowCreate, columns: &["function", "create function"] },
    Heading { format: Format::ShowCreate, columns: &["event", "create event"] },
    Heading { format: Format::InformationSchema, columns: &["table_name", "column_name"] },
    Heading { format: Format::SqliteMaster, columns: &["type", "name", "tbl_name", "sql"] },
    Heading { format: Format::SqliteMaster, columns: &["name", "sql"] },
];

/// Beginnings of lines that only one format has.
const OPENINGS: &[(Format, &str)] = &[
    (Format::ShowCreate, "Create Table: CREATE "),
    (Format::ShowCreate, "Create View: CREATE "),
    (Format::ShowCreate, "Create Procedure: CREATE "),
    (Format::ShowCreate, "Create Function: CREATE "),
    (Format::ShowCreate, "Create Event: CREATE "),
    (Format::ShowCreate, "SQL Original Statement: CREATE "),
    (Format::ShowColumns, "Non_unique: "),
    (Format::ShowColumns, "Field: "),
    (Format::ShowColumns, "| Tables_in_"),
    (Format::ShowColumns, "Tables_in_"),
    (Format::InformationSchema, "COLUMN_NAME: "),
    (Format::InformationSchema, "column_name "),
    (Format::SqliteMaster, "table|"),
    (Format::SqliteMaster, "index|"),
    (Format::SqliteMaster, "view|"),
    (Format::SqliteMaster, "trigger|"),
    (Format::SqliteMaster, "table\t"),
    (Format::SqliteMaster, "table,"),
    (Format::SqliteMaster, "index,"),
    (Format::SqliteMaster, "view,"),
    (Format::SqliteMaster, "trigger,"),
    (Format::SqliteMaster, "'table','"),
    (Format::SqliteMaster, "type = table"),
    (Format::SqliteMaster, "[{\"type\":"),
    (Format::SqliteMaster, "[{\"sql\":"),
    (Format::PsqlDescribe, "List of relations"),
    (Format::PsqlDescribe, "Did not find any relation"),
];

/// The words before a quoted name in a title of `\d`.
pub const TITLES: &[&str] = &[
    "Table",
    "Unlogged table",
    "Temporary table",
    "Partitioned table",
    "Unlogged partitioned table",
    "View",
    "Materialized view",
    "Unlogged materialized view",
    "Index",
    "Unlogged index",
    "Partitioned index",
    "Unlogged partitioned index",
    "Sequence",
    "Unlogged sequence",
    "Composite type",
    "Foreign table",
    "TOAST table",
    "Special relation",
];

/// Words that begin a statement: after one at the start of a line, a text is SQL.
const STATEMENTS: &[&str] = &[
    "create ",
    "alter ",
    "set ",
    "insert ",
    "drop ",
    "begin",
    "pragma ",
    "/*!",
    "delimiter ",
    "comment on ",
    "grant ",
    "select pg_catalog",
];

impl Format {
    /// The mark and the dialects of a format that alone tells them.
    pub fn dialects(self) -> Option<(&'static str, &'static [&'static str])> {
        match self {
            Format::PsqlDescribe => Some(("psql's \\d", &["postgres"])),
            Format::ShowColumns => Some(("SHOW COLUMNS", &["mysql", "mariadb"])),
            Format::ShowCreate => Some(("SHOW CREATE", &["mysql", "mariadb"])),
            Format::SqliteMaster => Some(("sqlite_master", &["sqlite"])),
            Format::Sql | Format::InformationSchema => None,
        }
    }
}

/// Tells the format: the first line that has a table's heading or a statement's beginning decides.
pub fn tell(text: &str) -> Format {
    for line in text.lines() {
        let trimmed = line.trim();
        if is_title(trimmed) {
            return Format::PsqlDescribe;
        }
        if let Some((format, _)) = OPENINGS.iter().find(|(_, opening)| trimmed.starts_with(opening)) {
            return *format;
        }
        if let Some(format) = heading(trimmed) {
            return format;
        }
        if headless(trimmed).is_some() {
            return Format::ShowCreate;
        }
        if begins_statement(line) {
            return Format::Sql;
        }
    }
    Format::Sql
}

/// What the second cell of SHOW CREATE begins with, and its headers: `mysql -N` prints none.
const HEADLESS: &[(&str, &[&str])] = &[
    ("CREATE TABLE ", &["Table", "Create Table"]),
    ("CREATE ALGORITHM=", &["View", "Create View", "character_set_client", "collation_connection"]),
];

/// The headers of a line of SHOW CREATE that stands without them.
pub fn headless(line: &str) -> Option<&'static [&'static str]> {
    let (_, sql) = line.split_once('\t')?;
    HEADLESS.iter().find(|(opening, _)| sql.starts_with(opening)).map(|(_, headers)| *headers)
}

/// `Table "public.booking"` alone on a line.
pub fn is_title(line: &str) -> bool {
    let Some((words, name)) = line.split_once(" \"") else { return false };
    name.ends_with('"') && TITLES.contains(&words)
}

fn begins_statement(line: &str) -> bool {
    STATEMENTS.iter().any(|word| line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

fn heading(line: &str) -> Option<Format> {
    if line.starts_with("--") && !line.contains('+') || line.ends_with(';') {
        return None;
    }
    let cells: Vec<String> = line
        .split(['|', '\t', ',', '│', ';'])
        .map(|cell| cell.trim().trim_matches('"').to_ascii_lowercase())
        .filter(|cell| !cell.is_empty())
        .collect();
    let has = |columns: &[&str]| columns.iter().all(|column| cells.iter().any(|cell| cell == column));
    let found = HEADINGS.iter().find(|heading| has(heading.columns)).map(|heading| heading.format);
    // The sqlite3 shell's column mode parts its columns by blanks alone.
    let blank =
        line.split_whitespace().eq(["type", "name", "tbl_name", "rootpage", "sql"]) || line.split_whitespace().eq(["type", "name", "sql"]);
    found.or(blank.then_some(Format::SqliteMaster))
}

/// A dump program writes one line first and another last: a text with the first alone is cut off.
struct Frame {
    first: &'static str,
    last: &'static str,
    /// How a statement begins above which it writes a line, and that line.
    above: Option<(&'static str, &'static str)>,
}

/// What stands above each table of a dump with comments.
const TABLES: Option<(&str, &str)> = Some(("CREATE TABLE ", "-- Table structure for table "));

const FRAMES: &[Frame] = &[
    Frame { first: "-- PostgreSQL database dump\n", last: "-- PostgreSQL database dump complete", above: Some(("CREATE ", "-- Name: ")) },
    Frame { first: "-- PostgreSQL database cluster dump\n", last: "-- PostgreSQL database cluster dump complete", above: None },
    Frame { first: "-- MySQL dump ", last: "-- Dump completed", above: TABLES },
    Frame { first: "-- MariaDB dump ", last: "-- Dump completed", above: TABLES },
    Frame { first: "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;", last: "COMMIT;", above: None },
];

/// A diagnostic where a dump begins and does not end: a fault where it stops inside a statement, else a warning, for somebody may have
/// cut the last line away; a note where somebody wrote into the text, which is no dump any more.
pub fn truncation(text: &str, id: FileId) -> Option<Diagnostic> {
    let (frame, start) = FRAMES.iter().find_map(|frame| Some((frame, begins(text, frame.first)?)))?;
    if text.get(start..).is_some_and(|rest| memchr::memmem::rfind(rest.as_bytes(), frame.last.as_bytes()).is_some()) {
        return None;
    }
    let message = format!("the dump is cut off: it begins with `{}` but has no line `{}`", frame.first.trim_end(), frame.last);
    let end = text.trim_end().len();
    let start = text.get(..end).and_then(|kept| kept.rfind('\n')).map_or(0, |at| at + 1);
    let last = text.get(start..end).unwrap_or("");
    let stops_between = last.ends_with(';') || ["--", "\\", "/*"].iter().any(|mark| last.starts_with(mark));
    let diagnostic = Diagnostic::new(Code::Malformed, Some(Span::new(id, start, end)), message)
        .help("dump again; objects after this place would look dropped (--allow unmodelled goes on where the last line alone is missing)");
    Some(match (stops_between, frame.above.is_some_and(|above| is_written_into(text, above))) {
        (false, _) => diagnostic,
        (true, false) => diagnostic.severity(Severity::Warning),
        (true, true) => diagnostic.severity(Severity::Note),
    })
}

/// Whether there are more of the statements than of the lines that stand above each in a dump.
fn is_written_into(text: &str, (statement, line): (&str, &str)) -> bool {
    let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    count(statement) > count(line)
}

/// A diagnostic where a text is XML, as `mysqldump --xml` writes it: no reader is there for that.
pub fn markup(text: &str, id: FileId) -> Option<Diagnostic> {
    let start = text.len() - text.trim_start().len();
    let marked = ["<?xml", "<mysqldump"].iter().any(|mark| text.get(start..).is_some_and(|rest| rest.starts_with(mark)));
    let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at);
    let diagnostic = Diagnostic::new(Code::Malformed, Some(Span::new(id, start, end)), "this is XML, not SQL".to_string());
    marked.then(|| diagnostic.help("dump again without --xml"))
}

/// Where the first line stands, among the first lines of the text.
fn begins(text: &str, first: &str) -> Option<usize> {
    let mut offset = 0;
    for line in text.split_inclusive('\n').take(20) {
        if text.get(offset..).is_some_and(|rest| rest.starts_with(first)) {
            return Some(offset);
        }
        offset += line.len();
    }
    None
}
