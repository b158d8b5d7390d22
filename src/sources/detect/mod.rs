//! What a text is, and which dialect wrote it, told from the marks that it bears.

mod format;
mod marks;
mod mask;

pub use format::{Format, TITLES, headless, is_title, truncation};
use marks::{CODE_MARKS, HEAD_MARKS, LISTING_MARKS, Mark, Weight};

use crate::base::{Code, Diagnostic, FileId, Files, Severity, Span, Version};

/// A mark that stands in the text, for messages such as ``postgres, by `::` (line 3)``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What was found, as a reader would say it.
    pub label: &'static str,
    pub line: usize,
    /// The dialects that write such a thing.
    pub dialects: &'static [&'static str],
}

/// What is known of a text before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    pub format: Format,
    /// The dialects that remain possible, in the order of [`crate::dialects::DIALECTS`]; all of them where the text
    /// bears no mark, none where marks contradict each other.
    pub dialects: Vec<&'static str>,
    /// The marks that led there.
    pub marks: Vec<Found>,
    pub diagnostics: Vec<Diagnostic>,
    /// The format or a dump's own header says the dialect. Marks inside of statements say less: SQLite takes any word as a type.
    pub headed: bool,
}

impl Detected {
    /// The only dialect that the marks allow.
    pub fn dialect(&self) -> Option<&'static str> {
        match self.dialects.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The marks in words: "`::` (line 3), SERIAL (line 9)"; at most three.
    pub fn reasons(&self) -> String {
        let mut words: Vec<String> = self.marks.iter().map(|mark| format!("{} (line {})", mark.label, mark.line)).collect();
        // Two spellings of one mark have one label.
        words.dedup();
        words.truncate(3);
        words.join(", ")
    }
}

/// Every dialect's name, in their fixed order.
pub fn every_dialect() -> Vec<&'static str> {
    crate::dialects::DIALECTS.iter().map(|(id, _)| *id).collect()
}

/// Tells the format alone.
pub fn format(text: &str) -> Format {
    format::tell(text)
}

/// The version of the server that a dump was taken from, as its header says it.
pub fn server_version(text: &str) -> Option<Version> {
    let mut lines = text.lines().take(marks::HEAD_LINES);
    lines.find_map(|line| {
        let rest = marks::VERSION_LINES.iter().find_map(|prefix| line.strip_prefix(prefix))?;
        Version::parse(rest.trim_start_matches([':', '\t', ' ']))
    })
}

/// The database servers that a file of container definitions runs: each image as it is named, and the dialects of its server.
pub fn images(text: &str) -> Vec<(&str, &'static [&'static str])> {
    let images = text.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("image:"));
    let server = |image: &str| {
        let name = image.rsplit('/').next().unwrap_or(image).split([':', '@']).next().unwrap_or(image);
        marks::IMAGES.iter().find(|(known, _)| *known == name).map(|(_, dialects)| *dialects)
    };
    let bare = images.map(|image| image.split(" #").next().unwrap_or(image).trim().trim_matches(['"', '\'']));
    bare.filter_map(|image| Some((image, server(image)?))).collect()
}

/// Tells the format and the dialect of a file.
pub fn detect(files: &Files, id: FileId) -> Detected {
    let text: &str = &files.get(id).text;
    if text.trim().is_empty() {
        let note = Diagnostic::new(Code::Malformed, Some(Span::new(id, 0, 0)), "the file is empty: it is read as a schema without objects");
        let diagnostics = vec![note.severity(Severity::Note)];
        return Detected { format: Format::Sql, dialects: every_dialect(), marks: Vec::new(), diagnostics, headed: false };
    }
    let format = format::tell(text);
    let mut detected =
        Detected { format, dialects: every_dialect(), marks: Vec::new(), diagnostics: Vec::new(), headed: format.dialects().is_some() };
    if let Some((label, dialects)) = format.dialects() {
        detected.narrow(&[Found { label, line: 1, dialects }]);
    } else {
        detected.by_marks(text, id);
    }
    detected.diagnostics.extend(format::truncation(text, id).or_else(|| format::markup(text, id)));
    detected
}

impl Detected {
    /// Headers decide alone; the rest of the text is searched only where there are none.
    fn by_marks(&mut self, text: &str, id: FileId) {
        let heads = marks::heads(text, HEAD_MARKS);
        self.narrow(&heads);
        self.headed = !heads.is_empty();
        if !heads.is_empty() && self.dialects.len() == 1 {
            return;
        }
        let masked = mask::code_only(text);
        let table = if self.format == Format::InformationSchema { LISTING_MARKS } else { CODE_MARKS };
        let found = |weight: Weight| -> Vec<Found> {
            let marks = table.iter().filter(|mark| mark.weight == weight);
            marks.filter_map(|mark: &Mark| mark.find(&masked)).collect()
        };
        let strong = found(Weight::Proof);
        self.narrow(&strong);
        if self.dialects.is_empty() {
            self.diagnostics.push(contradiction(&self.marks, id));
            return;
        }
        if self.dialects.len() > 1 {
            self.lean(&found(Weight::Hint));
        }
    }

    /// Keeps the dialects that every mark allows.
    fn narrow(&mut self, found: &[Found]) {
        for mark in found {
            self.dialects.retain(|dialect| mark.dialects.contains(dialect));
            self.marks.push(mark.clone());
        }
    }

    /// Keeps the dialects that most hints speak for: a hint alone excludes nothing.
    fn lean(&mut self, hints: &[Found]) {
        let votes = |dialect: &str| hints.iter().filter(|hint| hint.dialects.contains(&dialect)).count();
        let most = self.dialects.iter().map(|dialect| votes(dialect)).max().unwrap_or(0);
        if most == 0 {
            return;
        }
        self.dialects.retain(|dialect| votes(dialect) == most);
        let kept = hints.iter().filter(|hint| self.dialects.iter().any(|dialect| hint.dialects.contains(dialect)));
        self.marks.extend(kept.cloned());
    }
}

fn contradiction(marks: &[Found], id: FileId) -> Diagnostic {
    let say = |mark: &Found| format!("{} at line {} is {}", mark.label, mark.line, mark.dialects.join(" or "));
    let first = marks.first().map(say).unwrap_or_default();
    let against =
        marks.iter().find(|mark| marks.first().is_some_and(|first| !mark.dialects.iter().any(|one| first.dialects.contains(one))));
    let last = against.or(marks.last()).map(say).unwrap_or_default();
    let message = format!("the marks of the text contradict each other: {first}, but {last}");
    Diagnostic::new(Code::Dialect, Some(Span::new(id, 0, 0)), message)
        .help("name the dialect with --dialect, or give each dialect's text apart")
}

#[cfg(test)]
mod tests;
