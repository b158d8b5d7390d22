//! One line for each cell: psql's `\x` and the MySQL client's `\G`.

use super::super::lines::{Line, span_of};
use super::{Grid, Read, Row};

/// How the cells of a record are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `name | value`, under `-[ RECORD 1 ]-`.
    Psql,
    /// `name: value`, under `*** 1. row ***`.
    Mysql,
}

pub fn read(lines: &[Line<'_>]) -> Read {
    let style = record(lines.first()?.text)?;
    let mut grid = Grid::default();
    let mut at = 0;
    while lines.get(at).is_some_and(|line| record(line.text) == Some(style)) {
        let body = at + 1;
        let length = length(lines.get(body..)?, style);
        let cells = lines.get(body..body + length)?;
        push(&mut grid, lines.get(at..body + length)?, pairs(cells, style));
        at = body + length;
    }
    Some((grid, at))
}

/// The style of a line that begins a record.
fn record(line: &str) -> Option<Style> {
    let line = line.trim_end();
    if line.starts_with("****") && line.ends_with("****") && line.contains(". row ") {
        return Some(Style::Mysql);
    }
    let drawn = line.trim_start_matches(['-', '+', '─', '═', '┌', '├', '╔', '╠', '╞', '*', ' ']);
    let psql = drawn.starts_with("[ RECORD ") || (line.starts_with("* Record ") && drawn.starts_with("Record "));
    psql.then_some(Style::Psql)
}

fn ends(line: &str, style: Style) -> bool {
    let line = line.trim();
    match style {
        Style::Psql => line.is_empty() || line.starts_with('(') && line.ends_with(')') || line.starts_with("+-"),
        Style::Mysql => line.is_empty() || line.ends_with(" in set") || line.contains(" in set ("),
    }
}

/// How many lines a record has. The client leaves a line of a routine empty that held a comment: a field of the same record that
/// stands further down says that it goes on.
fn length(lines: &[Line<'_>], style: Style) -> usize {
    let until = |from: usize| {
        let rest = lines.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|line| record(line.text).is_none() && !ends(line.text, style)).count()
    };
    let mut end = until(0);
    let Some(edge) = lines.get(..end).and_then(|lines| edge(lines, style)) else { return end };
    let is_field = |line: &Line<'_>| pair(line.text, style).is_some() && colon(line.text) == Some(edge);
    let mut at = end;
    while lines.get(at).is_some_and(|line| line.is_blank()) {
        let more = until(at + 1);
        if lines.get(at + 1..more).is_some_and(|lines| lines.iter().any(is_field)) {
            end = more;
        }
        at = more;
    }
    end
}

/// Where the colon stands that may end a field's name.
fn colon(line: &str) -> Option<usize> {
    line.find(": ").or(line.find(':'))
}

/// The cells of a record; a line without a name carries on the value above it.
fn pairs(lines: &[Line<'_>], style: Style) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let edge = edge(lines, style);
    for line in lines {
        let named = pair(line.text, style).filter(|_| edge.is_none_or(|edge| colon(line.text) == Some(edge)));
        match (named, pairs.last_mut()) {
            (Some((name, value)), _) if !name.is_empty() => pairs.push((name, value)),
            (Some((_, value)), Some((_, above))) => {
                above.truncate(above.trim_end_matches(['+', '↵']).trim_end().len());
                above.push('\n');
                above.push_str(&value);
            }
            (None, Some((_, above))) => {
                above.push('\n');
                above.push_str(line.text);
            }
            (_, None) => {}
        }
    }
    pairs
}

/// Where the names end. The MySQL client sets them flush right: a label in the text of a routine ends elsewhere. Where somebody has cut
/// the blanks away nothing tells.
fn edge(lines: &[Line<'_>], style: Style) -> Option<usize> {
    let named = || lines.iter().filter(|line| style == Style::Mysql && pair(line.text, style).is_some());
    let ends = || named().filter_map(|line| colon(line.text));
    let shared = |edge: &usize| ends().filter(|other| other == edge).count();
    ends().max_by_key(shared).filter(|edge| shared(edge) > 1 && 2 * shared(edge) > named().count())
}

fn pair(line: &str, style: Style) -> Option<(String, String)> {
    let (name, value) = match style {
        Style::Psql => line.trim_matches('|').split_once(['|', '│'])?,
        Style::Mysql => line.split_once(": ").or_else(|| line.strip_suffix(':').map(|name| (name, "")))?,
    };
    let word = name.trim();
    let plausible = style == Style::Psql || !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ' ');
    plausible.then(|| (word.to_owned(), value.strip_prefix(' ').filter(|_| style == Style::Psql).unwrap_or(value).trim_end().to_owned()))
}

/// A record may name other columns than the first one: every name becomes a header.
fn push(grid: &mut Grid, lines: &[Line<'_>], pairs: Vec<(String, String)>) {
    let Some(span) = span_of(lines) else { return };
    let mut cells = vec![String::new(); grid.headers.len()];
    for (name, value) in pairs {
        match grid.headers.iter().position(|header| *header == name).and_then(|at| cells.get_mut(at)) {
            Some(cell) => *cell = value,
            None => {
                grid.headers.push(name);
                cells.push(value);
            }
        }
    }
    for row in &mut grid.rows {
        row.cells.resize(grid.headers.len(), String::new());
    }
    grid.rows.push(Row { cells, span });
}
