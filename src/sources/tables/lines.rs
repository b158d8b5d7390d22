//! The lines of a text with their places, so that every fact can be shown where it was said.

use crate::base::{FileId, Span};

/// One line, without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'t> {
    pub text: &'t str,
    pub span: Span,
}

/// Cuts a text into lines; the last one may be empty.
pub fn lines(text: &str, file: FileId) -> Vec<Line<'_>> {
    let mut start = 0;
    let mut lines = Vec::new();
    for text in text.split('\n') {
        let end = start + text.len();
        lines.push(Line { text: text.strip_suffix('\r').unwrap_or(text), span: Span::new(file, start, end) });
        start = end + 1;
    }
    lines
}

impl Line<'_> {
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// From the first to the last of these lines.
pub fn span_of(lines: &[Line<'_>]) -> Option<Span> {
    let (first, last) = (lines.first()?, lines.last()?);
    Some(Span { end: last.span.end, ..first.span })
}
