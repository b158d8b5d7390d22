//! Rows under named headers, in whichever way a client program draws them. One file per way.

mod aligned;
mod delimited;
mod expanded;
mod width;

use super::lines::Line;
use crate::base::Span;

/// One row: its cells, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub cells: Vec<String>,
    pub span: Span,
}

/// A table as it was printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    pub headers: Vec<String>,
    pub rows: Vec<Row>,
    /// Lines that could not be cut into cells.
    pub broken: Vec<Span>,
}

/// A grid and the number of lines that it takes.
pub type Read = Option<(Grid, usize)>;

/// The ways of drawing, in the order in which they are tried.
const WAYS: &[fn(&[Line<'_>]) -> Read] = &[expanded::read, aligned::read, delimited::read];

/// Reads the grid that begins at the first of these lines.
pub fn read(lines: &[Line<'_>]) -> Read {
    WAYS.iter().find_map(|way| way(lines))
}

impl Grid {
    /// The column of this header, without regard to case.
    pub fn column(&self, header: &str) -> Option<usize> {
        self.headers.iter().position(|own| own.eq_ignore_ascii_case(header))
    }

    pub fn has(&self, headers: &[&str]) -> bool {
        headers.iter().all(|header| self.column(header).is_some())
    }

    /// The cell of a row under a header; empty where there is none.
    pub fn cell<'g>(&self, row: &'g Row, header: &str) -> &'g str {
        self.column(header).and_then(|at| row.cells.get(at)).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests;
