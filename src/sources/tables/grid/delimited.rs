//! Cells parted by one character: psql's unaligned and CSV formats, the batch output of the MySQL client.

use super::super::lines::{Line, span_of};
use super::{Grid, Read, Row};
use crate::sources::detect::{headless, is_title};

/// The separators that are tried, in this order.
const SEPARATORS: &[char] = &['|', '\t', ',', ';'];

/// Headers that only tables of these formats begin with: any text has commas.
const FIRST_HEADERS: &[&[&str]] = &[
    &["Column", "Type"],
    &["Type", "Start"],
    &["Schema", "Name", "Type"],
    &["Field", "Type", "Null"],
    &["Table", "Non_unique"],
    &["Table", "Create Table"],
    &["View", "Create View"],
    &["Trigger", "SQL Original Statement"],
    &["Function", "Create Function"],
    &["Procedure", "Create Procedure"],
    &["Event", "Create Event"],
    &["table_name", "column_name"],
];

/// Columns whose text is free, so that separators beyond the number of headers belong to them.
const FREE: &[&str] = &["default", "modifiers", "description", "comment", "column_default"];

pub fn read(lines: &[Line<'_>]) -> Read {
    let first = lines.first()?.text;
    let headed = SEPARATORS.iter().find(|separator| is_header(first, **separator));
    let (separator, headers, mut at) = match (headed, headless(first)) {
        (Some(separator), _) => (*separator, cells(first, *separator).cells, 1),
        (None, Some(headers)) => ('\t', headers.iter().map(|header| header.to_string()).collect(), 0),
        (None, None) => return None,
    };
    let mut grid = Grid { headers, ..Grid::default() };
    while let Some(line) = lines.get(at) {
        let least = if is_statement(line.text, separator) { 1 } else { grid.headers.len().saturating_sub(1) };
        // The client's batch output has no line between two tables.
        let other = headless(line.text).is_some_and(|headers| headers != grid.headers);
        let another = separator == '\t' && (other || is_header(line.text, separator));
        if line.is_blank() || line.text.matches(separator).count() < least || another || ends(line.text) {
            break;
        }
        let taken = record_lines(lines.get(at..).unwrap_or_default(), separator, grid.headers.len());
        let record = lines.get(at..at + taken).unwrap_or_default();
        push(&mut grid, record, separator);
        at += taken;
    }
    Some((grid, at))
}

fn is_header(line: &str, separator: char) -> bool {
    let cells = cells(line, separator).cells;
    FIRST_HEADERS.iter().any(|known| known.iter().all(|header| cells.iter().any(|cell| cell.eq_ignore_ascii_case(header))))
}

fn ends(line: &str) -> bool {
    is_title(line) || line.starts_with('(') && line.ends_with(')') && line.contains(" row")
}

/// How many lines the record takes: a quoted cell of CSV may hold line breaks, and so may the last cell of unaligned
/// output, where the next line has too few separators to be a record of its own.
fn record_lines(lines: &[Line<'_>], separator: char, headers: usize) -> usize {
    let Some(first) = lines.first() else { return 1 };
    let mut text = first.text.to_owned();
    if separator == ',' || separator == ';' {
        let mut taken = 1;
        while cells(&text, separator).open {
            let Some(line) = lines.get(taken) else { return taken };
            text.push('\n');
            text.push_str(line.text);
            taken += 1;
        }
        return taken;
    }
    let short = |line: &Line<'_>| line.text.matches(separator).count() + 1 < headers;
    let inside = |line: &&Line<'_>| short(line) && !line.is_blank() && !is_footer(line.text);
    if is_statement(first.text, separator) {
        return statement_lines(lines, headers);
    }
    let more = lines.iter().skip(1).take_while(inside).count();
    let followed = lines.get(1 + more).is_some_and(|line| !short(line));
    if separator == '|' && followed { 1 + more } else { 1 }
}

/// Whether a record of the client's batch output holds a statement of SHOW CREATE.
fn is_statement(line: &str, separator: char) -> bool {
    separator == '\t' && line.contains("\tCREATE ")
}

/// How many lines a record with a statement takes: with `--raw` the client prints the lines of the statement as they are.
fn statement_lines(lines: &[Line<'_>], headers: usize) -> usize {
    let mut tabs = 0;
    for (at, line) in lines.iter().enumerate() {
        let begins = at > 0 && (line.is_blank() || is_header(line.text, '\t') || is_statement(line.text, '\t'));
        if tabs + 1 >= headers && (headers > 2 || begins) {
            return at;
        }
        tabs += line.text.matches('\t').count();
    }
    lines.len()
}

/// What begins after the rows: a footer, or the next table, for unaligned output has no empty lines.
fn is_footer(line: &str) -> bool {
    is_title(line) || line.starts_with(|c: char| c.is_ascii_uppercase()) && (line.ends_with(':') || line.contains(": "))
}

fn push(grid: &mut Grid, lines: &[Line<'_>], separator: char) {
    let Some(span) = span_of(lines) else { return };
    let text: Vec<&str> = lines.iter().map(|line| line.text).collect();
    let mut cells = cells(&text.join("\n"), separator).cells;
    let extra = cells.len().saturating_sub(grid.headers.len());
    if extra > 0 {
        let absorbed = (0..grid.headers.len()).filter(|at| grid.headers.get(*at).is_some_and(|header| is_free(header)));
        let mut readings: Vec<Vec<String>> = absorbed.map(|at| absorb(&cells, at, extra, separator)).collect();
        readings.retain(|cells| is_plausible(&grid.headers, cells));
        match (readings.pop(), readings.is_empty()) {
            (Some(only), true) => cells = only,
            _ => return grid.broken.push(span),
        }
    }
    if cells.len() == grid.headers.len() { grid.rows.push(Row { cells, span }) } else { grid.broken.push(span) }
}

/// The cells where the one at `at` holds the separators that are too many.
fn absorb(cells: &[String], at: usize, extra: usize, separator: char) -> Vec<String> {
    let merged = cells.get(at..=at + extra).unwrap_or_default().join(&separator.to_string());
    let (before, after) = (cells.get(..at).unwrap_or_default(), cells.get(at + extra + 1..).unwrap_or_default());
    before.iter().cloned().chain([merged]).chain(after.iter().cloned()).collect()
}

/// Whether every cell can be what its header says: quotes of a default are closed, a storage is one of the four.
fn is_plausible(headers: &[String], cells: &[String]) -> bool {
    headers.iter().zip(cells).all(|(header, cell)| match header.to_ascii_lowercase().as_str() {
        "default" | "column_default" | "modifiers" => cell.matches('\'').count() % 2 == 0 && !cell.starts_with('|'),
        "storage" => ["plain", "extended", "main", "external", ""].contains(&cell.as_str()),
        "nullable" => ["not null", ""].contains(&cell.as_str()),
        _ => true,
    })
}

fn is_free(header: &str) -> bool {
    FREE.iter().any(|free| header.eq_ignore_ascii_case(free))
}

struct Cut {
    cells: Vec<String>,
    /// A quoted cell is not closed.
    open: bool,
}

/// Cuts one record. CSV quotes cells (RFC 4180); the MySQL client's batch mode escapes with backslashes (mysql, 4.5.1.1).
fn cells(line: &str, separator: char) -> Cut {
    match separator {
        ',' | ';' => quoted_cells(line, separator),
        '\t' => Cut { cells: line.split('\t').map(unescape).collect(), open: false },
        _ => Cut { cells: line.split(separator).map(str::to_owned).collect(), open: false },
    }
}

fn quoted_cells(line: &str, separator: char) -> Cut {
    let mut cells = vec![String::new()];
    let mut open = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(cell) = cells.last_mut() else { break };
        match c {
            '"' if open && chars.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if open || cell.is_empty() => open = !open,
            c if c == separator && !open => cells.push(String::new()),
            c => cell.push(c),
        }
    }
    Cut { cells, open }
}

fn unescape(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('0') => out.push('\0'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            (c, false) => out.push(c),
        }
    }
    out
}
