//! Diagnostics rendered with the source line that they speak of.

use codespan_reporting::diagnostic::{Diagnostic as Shown, Label, Severity as Level};
use codespan_reporting::files::SimpleFiles;
use codespan_reporting::term::{self, Config};

use crate::base::{Diagnostic, Files, Severity};

/// More of one code than this are counted, not shown.
const SHOWN_PER_CODE: usize = 20;

/// Renders diagnostics in order; `styled` adds terminal colours.
pub fn render(diagnostics: &[Diagnostic], files: &Files, styled: bool) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let mut shown = SimpleFiles::new();
    for file in files.iter() {
        shown.add(file.name.clone(), file.text.as_str());
    }
    let mut out = String::new();
    let mut counts: std::collections::BTreeMap<&str, usize> = Default::default();
    for diagnostic in diagnostics {
        let count = counts.entry(diagnostic.code.info().id).or_default();
        *count += 1;
        if *count <= SHOWN_PER_CODE {
            out.push_str(&one(diagnostic, &shown, styled));
        }
    }
    for (code, count) in counts.into_iter().filter(|(_, count)| *count > SHOWN_PER_CODE) {
        out.push_str(&format!("{} more of the kind {code}\n", count - SHOWN_PER_CODE));
    }
    out
}

fn one(diagnostic: &Diagnostic, files: &SimpleFiles<String, &str>, styled: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Note => Level::Note,
    };
    let mut shown = Shown::new(level).with_code(diagnostic.code.info().id).with_message(&diagnostic.message);
    if let Some(span) = diagnostic.span {
        let end = first_line_end(files, span.file.0 as usize, span.start as usize, span.end as usize);
        shown = shown.with_labels(vec![Label::primary(span.file.0 as usize, span.start as usize..end)]);
    }
    if !diagnostic.help.is_empty() {
        shown = shown.with_notes(vec![diagnostic.help.clone()]);
    }
    let rendered = if styled { styled_text(files, &shown) } else { term::emit_into_string(&Config::default(), files, &shown).ok() };
    rendered.unwrap_or_else(|| format!("{}: {}\n", diagnostic.code.info().id, diagnostic.message))
}

fn styled_text(files: &SimpleFiles<String, &str>, shown: &Shown<usize>) -> Option<String> {
    let mut buffer = term::termcolor::Buffer::ansi();
    term::emit_to_write_style(&mut buffer, &Config::default(), files, shown).ok()?;
    String::from_utf8(buffer.into_inner()).ok()
}

/// A statement may be a page long; its first line says enough.
fn first_line_end(files: &SimpleFiles<String, &str>, file: usize, start: usize, end: usize) -> usize {
    let Ok(file) = files.get(file) else { return end };
    file.source().get(start..end).and_then(|text| text.find('\n')).map_or(end, |at| start + at)
}
