//! What the sqlite3 shell prints of `sqlite_schema`, in its output modes (sqlite.org/cli.html, section 5): only the cells
//! with the statements are of interest.

/// A statement and the bytes of the listing that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub sql: String,
    pub start: usize,
    pub end: usize,
}

/// The kinds that the first column names.
const KINDS: &[&str] = &["table", "index", "view", "trigger"];

type Mode = fn(&str) -> Option<Vec<Cell>>;

/// The modes, the ones with the surest marks first.
const MODES: &[Mode] = &[json, line, quote, ruled, csv, list];

/// The statements of a listing; `None` where it is of no known mode.
pub fn cells(text: &str) -> Option<Vec<Cell>> {
    MODES.iter().find_map(|mode| mode(text))
}

/// `[{"type":"table",…,"sql":"CREATE …"},`
fn json(text: &str) -> Option<Vec<Cell>> {
    if !text.trim_start().starts_with('[') {
        return None;
    }
    let rows: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(text.trim()).ok()?;
    let places: Vec<usize> = text.match_indices("\"sql\":").map(|(at, _)| at).collect();
    let cell = |(at, row): (usize, serde_json::Map<String, serde_json::Value>)| {
        let sql = row.get("sql")?.as_str()?.to_owned();
        let start = places.get(at).copied().unwrap_or(0);
        let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| start + length);
        Some(Cell { sql, start, end })
    };
    Some(rows.into_iter().enumerate().filter_map(cell).collect())
}

/// `     sql = CREATE …` over several lines, up to an empty line before `type =`.
fn line(text: &str) -> Option<Vec<Cell>> {
    let named = |line: &str, name: &str| line.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with(" = "));
    if !text.lines().take(3).any(|line| named(line, "type")) {
        return None;
    }
    let mut cells = Vec::new();
    let mut open: Option<Cell> = None;
    for (start, line) in lines(text) {
        if named(line, "sql") {
            let sql = line.split_once(" = ").map_or("", |(_, sql)| sql).to_owned();
            open = Some(Cell { sql, start, end: start + line.len() });
        } else if named(line, "type") {
            cells.extend(open.take());
        } else if let Some(cell) = &mut open {
            cell.sql.push('\n');
            cell.sql.push_str(line);
            cell.end = start + line.len();
        }
    }
    cells.extend(open);
    Some(statements(cells))
}

/// `'table','t','t',2,'CREATE …'`.
fn quote(text: &str) -> Option<Vec<Cell>> {
    use crate::dialects::sqlite::lexer::{Class, tokens};
    let begins = |text: &str| KINDS.iter().any(|kind| text.starts_with(&format!("'{kind}',")));
    if !text.lines().take(2).any(begins) {
        return None;
    }
    let literals = tokens(text).into_iter().filter(|token| token.class == Class::Literal);
    let cells = literals.filter_map(|token| Some(Cell { sql: token.literal()?.into_owned(), start: token.start, end: token.end() }));
    Some(statements(cells.collect()))
}

/// Column, box, table and markdown mode: the last column begins at the same character in every line, and a line whose
/// first column is empty goes on with the one before.
fn ruled(text: &str) -> Option<Vec<Cell>> {
    let rule = lines(text).take(4).map(|(_, line)| line).find(|line| is_rule(line))?;
    let bordered = !rule.starts_with(['-', '─']);
    let corner = |c: char| !matches!(c, '-' | '─' | ' ');
    let characters: Vec<char> = rule.trim_end().chars().collect();
    let column = if bordered {
        let inner = characters.get(..characters.len().checked_sub(1)?)?;
        inner.iter().rposition(|c| corner(*c))? + 2
    } else {
        characters.iter().rposition(|c| *c == ' ').map_or(0, |at| at + 1)
    };
    let first = if bordered { 2 } else { 0 };
    let mut cells: Vec<Cell> = Vec::new();
    for (start, line) in lines(text).skip_while(|(_, line)| !is_rule(line)).filter(|(_, line)| !is_rule(line)) {
        let tail: String = line.chars().skip(column).collect();
        let tail = if bordered { tail.trim_end().trim_end_matches(['|', '│']).trim_end() } else { tail.trim_end() };
        let begins = line.chars().nth(first).is_some_and(|c| !c.is_whitespace());
        match cells.last_mut() {
            Some(cell) if !begins => {
                cell.sql.push('\n');
                cell.sql.push_str(tail);
                cell.end = start + line.len();
            }
            _ => cells.push(Cell { sql: tail.to_owned(), start, end: start + line.len() }),
        }
    }
    Some(statements(cells))
}

/// A line of dashes and corners.
fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    (line.contains("---") || line.contains("───")) && line.chars().all(|c| matches!(c, '-' | '+' | '|' | ' ') || ('─'..='╿').contains(&c))
}

/// Rows of cells parted by commas, quoted where needed (RFC 4180).
fn csv(text: &str) -> Option<Vec<Cell>> {
    let first = text.lines().next()?;
    let heading = first.split(',').any(|cell| cell.trim_matches('"').eq_ignore_ascii_case("sql"));
    if !heading && !KINDS.iter().any(|kind| first.starts_with(&format!("{kind},"))) {
        return None;
    }
    let mut cells = Vec::new();
    let (mut at, mut start, mut cell, mut quoted) = (0, 0, String::new(), false);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        at += c.len_utf8();
        let doubled = quoted && text.get(at..).is_some_and(|rest| rest.starts_with('"'));
        match c {
            '"' if doubled => {
                cell.push('"');
                at += 1;
            }
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => {
                cells.push(Cell { sql: std::mem::take(&mut cell), start, end: at - 1 });
                start = at;
            }
            _ => cell.push(c),
        }
    }
    cells.push(Cell { sql: cell, start, end: at });
    Some(statements(cells))
}

/// `table|t|t|2|CREATE …`, over several lines: the next row begins with a kind again. Tabs mode is the same with tabs.
fn list(text: &str) -> Option<Vec<Cell>> {
    let separator = ['|', '\t'].into_iter().find(|separator| {
        let row = |line: &str| KINDS.iter().any(|kind| line.strip_prefix(kind).is_some_and(|rest| rest.starts_with(*separator)));
        text.lines().take(2).any(row)
    })?;
    let mut cells: Vec<Cell> = Vec::new();
    for (start, line) in lines(text) {
        let begins = KINDS.iter().any(|kind| line.strip_prefix(kind).is_some_and(|rest| rest.starts_with(separator)));
        if begins {
            let sql = statement_in(line, separator).unwrap_or("").to_owned();
            cells.push(Cell { sql, start, end: start + line.len() });
        } else if let Some(cell) = cells.last_mut() {
            cell.sql.push('\n');
            cell.sql.push_str(line);
            cell.end = start + line.len();
        }
    }
    Some(statements(cells))
}

/// What follows the first separator before CREATE.
fn statement_in(line: &str, separator: char) -> Option<&str> {
    line.match_indices(separator).filter_map(|(at, _)| line.get(at + 1..)).find(|rest| is_statement(rest))
}

fn is_statement(text: &str) -> bool {
    text.trim_start().get(..7).is_some_and(|start| start.eq_ignore_ascii_case("create "))
}

/// The cells that hold statements: the catalogue has rows without any for the indexes of constraints.
fn statements(cells: Vec<Cell>) -> Vec<Cell> {
    cells.into_iter().filter(|cell| is_statement(&cell.sql)).collect()
}

/// The lines of a text with the byte at which each starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start, line)
    })
}
