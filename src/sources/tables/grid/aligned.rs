//! Columns parted by drawn lines: psql's aligned format with borders 0 to 2 and ASCII or Unicode lines, and the boxes of
//! the MySQL client (psql, `\pset border`, `\pset linestyle`).

use super::super::lines::{Line, span_of};
use super::{Grid, Read, Row, width};

/// Where one cell stands, in terminal columns: `from..to` is the space that the rule line gives it.
#[derive(Clone, Copy, Debug)]
struct Slot {
    from: usize,
    to: usize,
}

/// How the table is drawn.
struct Frame {
    slots: Vec<Slot>,
    /// Between the cells stands a line, not a space.
    parted: bool,
    /// The border stands on the left and right too.
    boxed: bool,
}

/// Marks at a cell's end: the value goes on in the next line, after a line break or without one.
const BREAKS: &[char] = &['+', '↵'];
const WRAPS: &[char] = &['.', '…'];

pub fn read(lines: &[Line<'_>]) -> Read {
    let top = usize::from(is_rule(lines.first()?.text));
    let rule = lines.get(top + 1)?.text;
    if !is_rule(rule) {
        return None;
    }
    let frame = frame(rule)?;
    // The MySQL client pads a heading to 1024 columns at most.
    let heading = lines.get(top)?.text;
    let header = frame.cut(heading).or_else(|| frame.cut_by_separators(heading))?;
    let headers: Vec<String> = header.iter().map(|cell| cell.content.trim().to_owned()).collect();
    let mut grid = Grid { headers, ..Grid::default() };
    let taken = rows(lines, top + 2, &frame, &mut grid);
    Some((grid, taken))
}

/// Drawn lines as ASCII.
fn plain(c: char) -> char {
    match c {
        '│' | '║' => '|',
        '─' | '═' => '-',
        '┼' | '├' | '┤' | '┬' | '┴' | '┌' | '┐' | '└' | '┘' | '╪' | '╫' | '╬' | '╞' | '╡' | '╟' | '╢' | '╠' | '╣' | '╤' | '╧' | '╥'
        | '╨' | '╦' | '╩' | '╔' | '╗' | '╚' | '╝' | '╒' | '╕' | '╘' | '╛' | '╓' | '╖' | '╙' | '╜' => '+',
        c => c,
    }
}

/// A line of dashes, with crossings or gaps.
fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    let marks = line.chars().map(plain);
    line.chars().map(plain).any(|c| c == '-') && marks.clone().all(|c| matches!(c, '-' | '+' | ' ')) && !line.starts_with(' ')
}

fn frame(rule: &str) -> Option<Frame> {
    let marks: Vec<char> = rule.trim_end().chars().map(plain).collect();
    let boxed = marks.first() == Some(&'+');
    let parted = boxed || !marks.contains(&' ');
    let mut slots = Vec::new();
    let mut from = usize::from(boxed);
    for (at, mark) in marks.iter().enumerate().skip(from) {
        if *mark != '-' {
            slots.push(Slot { from, to: at });
            from = at + 1;
        }
    }
    if from < marks.len() {
        slots.push(Slot { from, to: marks.len() });
    }
    (!slots.is_empty()).then_some(Frame { slots, parted, boxed })
}

/// A cell of one line, and how it goes on.
struct Piece {
    content: String,
    joins: Option<&'static str>,
}

impl Frame {
    /// The cells of one line, where its separators stand where the rule line says.
    fn cut(&self, line: &str) -> Option<Vec<Piece>> {
        let mut chars = line.chars().peekable();
        let mut column = 0;
        let mut pieces = Vec::new();
        if self.boxed && chars.next().map(plain) != Some('|') {
            return None;
        }
        column += usize::from(self.boxed);
        for (number, slot) in self.slots.iter().enumerate() {
            let last = number + 1 == self.slots.len();
            let mut cell = String::new();
            while let Some(c) = chars.next_if(|_| column < slot.to || (last && !self.boxed)) {
                column += width::of(c);
                cell.push(c);
            }
            pieces.push(self.piece(&cell, slot.to - slot.from));
            if last && !self.boxed {
                break;
            }
            let divider = chars.next();
            column += 1;
            let fits = if self.parted { divider.map(plain) == Some('|') } else { divider.is_none_or(|c| c == ' ' || BREAKS.contains(&c)) };
            if !fits || column < slot.to {
                return None;
            }
        }
        chars.all(char::is_whitespace).then_some(pieces)
    }

    /// Takes a cell's padding and marks away. In bordered tables the first and last place are for marks.
    fn piece(&self, cell: &str, width: usize) -> Piece {
        let taken: usize = cell.chars().map(width::of).sum();
        let marked = taken >= width;
        let body = if self.parted { cell.strip_prefix([' ', '.', '…']).unwrap_or(cell) } else { cell };
        let joins = if !marked {
            None
        } else if body.ends_with(BREAKS) {
            Some("\n")
        } else if self.parted && body.ends_with(WRAPS) {
            Some("")
        } else {
            None
        };
        let content = if joins.is_some() { body.strip_suffix(|_| true).unwrap_or(body) } else { body };
        Piece { content: content.trim_end().to_owned(), joins }
    }

    /// The cells of a line whose content has another width than the client reckoned: by separators alone.
    fn cut_by_separators(&self, line: &str) -> Option<Vec<Piece>> {
        let inner = if self.boxed { line.trim().strip_prefix('|')?.strip_suffix('|')? } else { line };
        // A table of two columns is a name and a text: the text may hold separators.
        let most = if self.slots.len() == 2 { 2 } else { usize::MAX };
        let cells: Vec<&str> = inner.splitn(most, ['|', '│']).collect();
        let whole = self.parted && cells.len() == self.slots.len();
        whole.then(|| cells.iter().map(|cell| Piece { content: cell.trim().to_owned(), joins: None }).collect())
    }
}

/// Reads rows from `first`; says at which line the table is over.
fn rows(lines: &[Line<'_>], first: usize, frame: &Frame, grid: &mut Grid) -> usize {
    let mut at = first;
    let mut pending: Option<(usize, Vec<Piece>)> = None;
    while let Some(line) = lines.get(at).filter(|line| !ends(line.text, frame)) {
        let Some(pieces) = frame.cut(line.text).or_else(|| frame.cut_by_separators(line.text)) else {
            let Some(more) = broken_box(lines, at, frame) else { break };
            let record = lines.get(at..at + more).unwrap_or_default();
            let text: Vec<&str> = record.iter().map(|line| line.text).collect();
            match (frame.cut_by_separators(&text.join("\n")), span_of(record)) {
                (Some(pieces), _) => push(grid, record, pieces),
                (None, span) => grid.broken.extend(span),
            }
            at += more;
            continue;
        };
        let (start, joined) = match pending.take() {
            Some((start, upper)) => (start, join(upper, pieces)),
            None => (at, pieces),
        };
        at += 1;
        if joined.iter().any(|piece| piece.joins.is_some()) {
            pending = Some((start, joined));
            continue;
        }
        push(grid, lines.get(start..at).unwrap_or_default(), joined);
    }
    if let Some((start, pieces)) = pending {
        push(grid, lines.get(start..at).unwrap_or_default(), pieces);
    }
    at + usize::from(frame.boxed && lines.get(at).is_some_and(|line| is_rule(line.text)))
}

fn push(grid: &mut Grid, lines: &[Line<'_>], pieces: Vec<Piece>) {
    if let Some(span) = span_of(lines) {
        grid.rows.push(Row { cells: pieces.into_iter().map(|piece| piece.content).collect(), span });
    }
}

/// Whether the table is over: an unboxed one ends where a line has another shape.
fn ends(line: &str, frame: &Frame) -> bool {
    if frame.boxed {
        return is_rule(line) || line.trim().is_empty();
    }
    let is_count = line.starts_with('(') && line.trim_end().ends_with(')') && line.contains("row");
    let indented = !frame.parted || line.starts_with([' ', '.', '…']);
    line.trim().is_empty() && frame.slots.len() > 1
        || is_count
        || !indented
        || is_heading(line) && frame.slots.len() > 1 && !line.contains(['|', '│'])
}

/// `Indexes:` and its kin: the footer of a table that has no lines between its cells.
fn is_heading(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_uppercase()) && line.contains(": ") || line.trim_end().ends_with(':')
}

/// A value with a line break in a boxed table of the MySQL client, which draws no mark: how many lines it takes.
fn broken_box(lines: &[Line<'_>], at: usize, frame: &Frame) -> Option<usize> {
    let rest = lines.get(at..)?;
    let starts = frame.boxed && rest.first()?.text.starts_with('|');
    starts.then(|| rest.iter().position(|line| line.text.trim_end().ends_with('|')).map_or(1, |end| end + 1))
}

/// Puts the continuation of each cell under it.
fn join(upper: Vec<Piece>, lower: Vec<Piece>) -> Vec<Piece> {
    let both = upper.into_iter().zip(lower);
    let joined = both.map(|(upper, lower)| match upper.joins {
        Some(between) => Piece { content: format!("{}{between}{}", upper.content, lower.content), joins: lower.joins },
        None => upper,
    });
    joined.collect()
}
