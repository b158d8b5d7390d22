//! What the sqlite3 shell prints of `sqlite_schema`, in its output modes (sqlite.org/cli.html, section 5): only the cells
//! with the statements are of interest.

/// A statement and the bytes of the listing that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub sql: String,
    pub start: usize,
    pub end: usize,
    /// The shell may have cut a line inside a comment, so that what comes after it is uncertain.
    pub uncertain: bool,
}

impl Cell {
    fn new(sql: impl Into<String>, start: usize, end: usize) -> Cell {
        Cell { sql: sql.into(), start, end, uncertain: false }
    }

    /// Goes on with a further line of the listing.
    fn extend(&mut self, line: &str, end: usize) {
        self.sql.push('\n');
        self.sql.push_str(line);
        self.end = end;
    }
}

/// The shell's modes with rules cut every line of a cell after so many characters, unless it is told otherwise.
const WRAP: usize = 60;

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
        Some(Cell::new(sql, start, end))
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
            open = Some(Cell::new(sql, start, start + line.len()));
        } else if named(line, "type") {
            cells.extend(open.take());
        } else if let Some(cell) = &mut open {
            cell.extend(line, start + line.len());
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
    let cells = literals.filter_map(|token| Some(Cell::new(token.literal()?, token.start, token.end())));
    Some(statements(cells.collect()))
}

/// Column, box, table and markdown mode: the last column begins at the same character in every line, and a line whose
/// first column is empty goes on with the one before.
fn ruled(text: &str) -> Option<Vec<Cell>> {
    let rule = lines(text).take(4).map(|(_, line)| line).find(|line| is_rule(line))?;
    let layout = Layout::of(rule)?;
    let mut cells: Vec<Cell> = Vec::new();
    let mut cut = false;
    for (start, line) in lines(text).skip_while(|(_, line)| !is_rule(line)).filter(|(_, line)| !is_rule(line)) {
        let content = layout.last_column(line);
        let begins = line.chars().nth(layout.first).is_some_and(|c| !c.is_whitespace());
        match cells.last_mut() {
            Some(cell) if !begins && cut => {
                cell.sql.push_str(&content);
                cell.end = start + line.len();
            }
            Some(cell) if !begins => cell.extend(&content, start + line.len()),
            _ => cells.push(Cell::new(content.clone(), start, start + line.len())),
        }
        cut = layout.width == WRAP && content.chars().count() == WRAP;
        if let Some(cell) = cells.last_mut() {
            cell.uncertain |= cut && content.contains("--");
        }
    }
    Some(statements(cells))
}

/// Where the columns of a ruled listing are, in characters.
struct Layout {
    first: usize,
    last: usize,
    width: usize,
}

impl Layout {
    fn of(rule: &str) -> Option<Layout> {
        let characters: Vec<char> = rule.trim_end().chars().collect();
        if rule.starts_with('-') {
            let last = characters.iter().rposition(|c| *c == ' ').map_or(0, |at| at + 1);
            return Some(Layout { first: 0, last, width: characters.len() - last });
        }
        let inner = characters.get(..characters.len().checked_sub(1)?)?;
        let corner = inner.iter().rposition(|c| !matches!(c, '-' | '─' | ' '))?;
        Some(Layout { first: 2, last: corner + 2, width: inner.len().checked_sub(corner + 3)? })
    }

    fn last_column(&self, line: &str) -> String {
        let content: String = line.chars().skip(self.last).take(self.width).collect();
        content.trim_end().to_owned()
    }
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
                cells.push(Cell::new(std::mem::take(&mut cell), start, at - 1));
                start = at;
            }
            _ => cell.push(c),
        }
    }
    cells.push(Cell::new(cell, start, at));
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
            cells.push(Cell::new(sql, start, start + line.len()));
        } else if let Some(cell) = cells.last_mut() {
            cell.extend(line, start + line.len());
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
