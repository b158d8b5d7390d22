//! What MySQL's and MariaDB's clients print: SHOW COLUMNS, DESCRIBE, SHOW INDEX, SHOW CREATE, in every layout.

pub mod coverage;
pub mod default;
pub mod grammar;
mod rows;
pub mod table;

use super::grid::{self, Grid, Row};
use super::lines::{self, Line, span_of};
use super::script::{Phase, Script};
use crate::base::{Code, Diagnostic, FileId, Files, Name, Span};
use crate::dialects::Dialect;
use crate::sources::{Entry, Outcome, Reading};
use table::Table;

/// A printed table and the name that stands above it.
struct Named {
    name: Option<String>,
    grid: Grid,
    span: Span,
}

/// Everything that a text shows.
#[derive(Default)]
struct Cut {
    grids: Vec<Named>,
    /// The names of SHOW TABLES.
    listed: Option<Vec<Name>>,
    diagnostics: Vec<Diagnostic>,
    ledger: Vec<Entry>,
}

/// Reads files of one client, each on its own, as one source.
pub fn read(files: &Files, ids: &[FileId], dialect: &'static dyn Dialect) -> Reading {
    let mut cut = Cut::default();
    for id in ids {
        let file = files.get(*id);
        let before = cut.grids.len();
        cut.text(&lines::lines(&file.text, *id));
        cut.name_by_file(&file.name, before);
    }
    let (script, mut said) = write(&mut cut, dialect.rules().id == "mysql");
    let mut reading = script.read(dialect);
    reading.coverage = said.coverage;
    coverage::settle(&mut reading.coverage, &reading.ops);
    reading.diagnostics.append(&mut said.diagnostics);
    reading.ledger.append(&mut said.ledger);
    reading
}

/// The statements that the printed tables amount to.
fn write(cut: &mut Cut, marks_expressions: bool) -> (Script, Reading) {
    let mut script = Script::default();
    let grids = std::mem::take(&mut cut.grids);
    let mut tables = tables(&grids, marks_expressions, cut);
    attach_indexes(&grids, &mut tables, cut);
    for table in &tables {
        script.sql(Phase::Table, table.create(), table.span);
    }
    let created = created(&grids, &mut script);
    let coverage = coverage::of(&tables, &created, cut.listed.as_deref(), grids.iter().any(|named| named.grid.has(&["Privileges"])));
    if tables.is_empty() && created.is_empty() {
        let message = "no table is described";
        let help = "SHOW COLUMNS FROM t, SHOW INDEX FROM t, or better: mysqldump --no-data";
        cut.diagnostics.push(Diagnostic::new(Code::Malformed, None, message).help(help));
    }
    let reading = Reading {
        coverage,
        diagnostics: std::mem::take(&mut cut.diagnostics),
        ledger: std::mem::take(&mut cut.ledger),
        ..Reading::default()
    };
    (script, reading)
}

fn tables<'g>(grids: &'g [Named], marks_expressions: bool, cut: &mut Cut) -> Vec<Table<'g>> {
    let mut tables = Vec::new();
    for named in grids.iter().filter(|named| named.grid.has(&["Field", "Type"])) {
        let Some(name) = &named.name else {
            let help = "Keep the statement above the table, or put a line `-- table: name` there.";
            cut.diagnostics.push(Diagnostic::new(Code::Malformed, Some(named.span), "the table's name is not said").help(help));
            continue;
        };
        let mut table = Table { name: name.clone(), span: named.span, columns: Vec::new(), indexes: None };
        for row in &named.grid.rows {
            match rows::column(&named.grid, row, marks_expressions) {
                Some(column) => table.columns.push(column),
                None => cut.unknown(row.span, "a column"),
            }
        }
        tables.push(table);
    }
    tables
}

fn attach_indexes<'g>(grids: &'g [Named], tables: &mut [Table<'g>], cut: &mut Cut) {
    for named in grids.iter().filter(|named| named.grid.has(&["Key_name", "Column_name"])) {
        let name_of = |row: &'g Row| named.grid.cell(row, "Table").trim();
        let mut names: Vec<&str> = named.grid.rows.iter().map(name_of).collect();
        names.dedup();
        for name in names {
            let own: Vec<&Row> = named.grid.rows.iter().filter(|row| name_of(row) == name).collect();
            match tables.iter_mut().find(|table| table.name == name) {
                Some(table) => table.indexes = Some(rows::indexes(&named.grid, &own)),
                None => {
                    let message = format!("the indexes of {name} are shown, but not its columns");
                    cut.diagnostics
                        .push(Diagnostic::new(Code::Unseen, Some(named.span), message).help(format!("Add SHOW COLUMNS FROM {name}.")));
                }
            }
        }
    }
    for table in tables.iter_mut().filter(|table| table.indexes.is_none()) {
        let asked = grids
            .iter()
            .any(|named| named.grid.rows.is_empty() && named.grid.has(&["Key_name"]) && named.name.as_ref() == Some(&table.name));
        table.indexes = asked.then(Vec::new);
    }
}

/// The statements of SHOW CREATE, as they stand; says which objects they make.
fn created(grids: &[Named], script: &mut Script) -> Vec<Name> {
    const COLUMNS: &[(&str, &str, Phase)] = &[
        ("Table", "Create Table", Phase::Table),
        ("View", "Create View", Phase::View),
        ("Trigger", "SQL Original Statement", Phase::Attached),
        ("Function", "Create Function", Phase::Attached),
        ("Procedure", "Create Procedure", Phase::Attached),
        ("Event", "Create Event", Phase::Attached),
    ];
    let mut names = Vec::new();
    for named in grids {
        for (kind, header, phase) in COLUMNS.iter().filter(|(_, header, _)| named.grid.column(header).is_some()) {
            for row in &named.grid.rows {
                let sql = named.grid.cell(row, header).trim().trim_end_matches(';').to_owned();
                script.sql(*phase, sql, row.span);
                names.push(Name::new(named.grid.cell(row, kind).trim()));
            }
        }
    }
    names
}

impl Cut {
    fn text(&mut self, lines: &[Line<'_>]) {
        let mut at = 0;
        let mut name: Option<String> = None;
        let mut typed = String::new();
        while let Some(line) = lines.get(at) {
            let rest = lines.get(at..).unwrap_or_default();
            if let Some((grid, taken)) = grid::read(rest) {
                at += taken.max(1);
                let Some(span) = span_of(rest.get(..taken).unwrap_or_default()) else { continue };
                name = self.grid(grid, span, name);
                continue;
            }
            at += 1;
            if line.is_blank() {
                continue;
            }
            if let Some(said) = named_above(line.text, &mut typed) {
                name = Some(said);
            }
            self.talk(line, &typed);
        }
    }

    /// Takes a printed table; returns the name that stays in force for the next one.
    fn grid(&mut self, grid: Grid, span: Span, name: Option<String>) -> Option<String> {
        for broken in &grid.broken {
            self.unknown(*broken, "a row whose cells cannot be told apart");
        }
        let cells: Vec<&str> = grid.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.trim()).collect();
        if let ([header], [only]) = (grid.headers.as_slice(), cells.as_slice()) {
            let caption = grammar::caption(only).or_else(|_| grammar::caption(header)).map(|(_, name)| name);
            self.ledger.push(Entry { span, outcome: Outcome::Ignored("caption") });
            return caption.ok().or(name);
        }
        if let [header] = grid.headers.as_slice() {
            if header.starts_with("Tables_in_") {
                self.listed.get_or_insert_default().extend(cells.iter().map(|cell| Name::new(cell)));
            }
            self.ledger.push(Entry { span, outcome: Outcome::Ignored("list") });
            return name;
        }
        self.grids.push(Named { name: name.clone(), grid, span });
        name
    }

    fn talk(&mut self, line: &Line<'_>, typed: &str) {
        const TALK: &[&str] = &[
            "--",
            "#",
            "/*",
            "==",
            "Empty set",
            "Database changed",
            "Query OK",
            "Reading table information",
            "You can turn off",
            "Welcome",
            "Your MySQL",
            "Your MariaDB",
            "Server version",
            "Copyright",
            "Oracle is",
            "affiliates",
            "owners",
            "Type 'help",
            "Bye",
            "use ",
            "show create",
            "SHOW CREATE",
            "show tables",
            "SHOW TABLES",
            "USE ",
            "1 row in set",
        ];
        let known = TALK.iter().any(|talk| line.text.starts_with(talk))
            || grammar::prompt(line.text).is_ok()
            || line.text.contains(" in set")
            || !typed.is_empty()
            || grammar::statement(line.text.trim()).is_ok()
            || grammar::caption(line.text.trim()).is_ok();
        if known {
            self.ledger.push(Entry { span: line.span, outcome: Outcome::Ignored("client output") });
        } else {
            self.unknown(line.span, "a line outside of a table");
        }
    }

    fn unknown(&mut self, span: Span, what: &str) {
        self.diagnostics.push(Diagnostic::new(Code::Unmodelled, Some(span), format!("{what} is not understood")));
        self.ledger.push(Entry { span, outcome: Outcome::Unmodelled });
    }

    /// A file with one table and no name in it is named after it.
    fn name_by_file(&mut self, file: &str, before: usize) {
        let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).split('.').next().unwrap_or("");
        let own = self.grids.get_mut(before..).unwrap_or_default();
        let described = own.iter().filter(|named| named.grid.column("Field").is_some()).count();
        for named in own.iter_mut().filter(|named| named.name.is_none() && described == 1 && !stem.is_empty()) {
            named.name = Some(stem.to_owned());
        }
    }
}

/// The table that a line names: in a statement, typed over one or several lines, or in a caption.
fn named_above(line: &str, typed: &mut String) -> Option<String> {
    let text = match grammar::prompt(line) {
        Ok((_, text)) => {
            if !line.trim_start().starts_with("->") {
                typed.clear();
            }
            typed.push_str(text);
            typed.push(' ');
            typed.clone()
        }
        Err(_) => {
            typed.clear();
            line.to_owned()
        }
    };
    let text = text.trim();
    let statement = grammar::statement(text).ok().map(|(_, name)| name);
    let finished = text.ends_with([';', 'G', 'g']);
    if finished {
        typed.clear();
    }
    statement.or_else(|| grammar::caption(text).ok().map(|(_, name)| name))
}

#[cfg(test)]
mod tests;
