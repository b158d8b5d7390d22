//! The hazards for people: the list, and what one is with its cases.

use std::fmt::Write;

use crate::dialects::hazards::{self, Case};
use crate::ir::{HAZARDS, Hazard};

/// One line for each hazard.
pub fn list() -> String {
    let widest = HAZARDS.iter().map(|row| row.id.len()).max().unwrap_or(0);
    HAZARDS.iter().map(|row| format!("{:<widest$}  {}\n", row.id, row.title)).collect()
}

/// What a case says, in the order of the page's columns.
fn cells(case: &Case) -> [String; 5] {
    [case.engines.join(", "), case.versions.to_string(), case.statements(), case.safe.to_string(), case.manual.to_string()]
}

/// A hazard with its cases.
pub fn explained(hazard: Hazard) -> String {
    let spec = hazard.spec();
    let mut out = format!("{}: {}\n\n{}\n", spec.id, spec.title, spec.what);
    for [engines, versions, when, safe, manual] in hazards::of(hazard).map(cells) {
        let _ = write!(out, "\n{engines} ({versions})\n  when:   {when}\n  safe:   {safe}\n  manual: {manual}\n");
    }
    out
}

/// All hazards as a page of Markdown.
pub fn page() -> String {
    let mut out = "# Hazards\n\nWhat a reviewer must know of a statement. `amend explain HAZARD` prints the same.\n".to_string();
    for spec in HAZARDS {
        let head = "| engine | versions | when | safe form | manual |\n|---|---|---|---|---|\n";
        let _ = write!(out, "\n## {}: {}\n\n{}\n\n{head}", spec.id, spec.title, spec.what);
        for [engines, versions, when, safe, manual] in hazards::of(spec.hazard).map(cells) {
            let _ = writeln!(out, "| {engines} | {versions} | {when} | {safe} | [section]({manual}) |");
        }
    }
    out
}
