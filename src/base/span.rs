//! Places in input: byte ranges in numbered files, turned into line and column only when shown.

use std::sync::{Arc, OnceLock};

/// A file of this run, by its index in [`Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// Bytes `start..end` of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        Span { file, start: start as u32, end: end as u32 }
    }

    /// Whether all of `inner` lies in this place.
    pub fn covers(self, inner: Span) -> bool {
        self.file == inner.file && self.start <= inner.start && inner.end <= self.end
    }
}

/// One input text and the name that the user knows it by.
#[derive(Clone, Debug)]
pub struct File {
    pub name: String,
    pub text: Arc<String>,
    /// Where each line begins, once somebody asks.
    lines: OnceLock<Vec<u32>>,
}

impl File {
    /// The first bytes of the lines, in order.
    fn lines(&self) -> &[u32] {
        self.lines
            .get_or_init(|| std::iter::once(0).chain(memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|at| at as u32 + 1)).collect())
    }
}

/// All input texts of a run.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<File>,
}

impl Files {
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.files.push(File { name: name.into(), text: Arc::new(text.into()), lines: OnceLock::new() });
        FileId(self.files.len() as u32 - 1)
    }

    pub fn get(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// The text that a span covers.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column, both from 1, the column in characters.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let file = self.get(span.file);
        let line = file.lines().partition_point(|start| *start <= span.start).max(1);
        let before = file.text.get(file.lines()[line - 1] as usize..span.start as usize).unwrap_or("");
        (line, before.chars().count() + 1)
    }

    /// `file:line` for a report.
    pub fn place(&self, span: Span) -> String {
        format!("{}:{}", self.get(span.file).name, self.position(span).0)
    }
}
