//! The hazards for people: the list, and what one is with its cases.

use std::fmt::Write;

use crate::dialects::hazards;
use crate::ir::{HAZARDS, Hazard};

/// One line for each hazard.
pub fn list() -> String {
    let widest = HAZARDS.iter().map(|row| row.id.len()).max().unwrap_or(0);
    HAZARDS.iter().map(|row| format!("{:<widest$}  {}\n", row.id, row.title)).collect()
}

/// A hazard with its cases.
pub fn explained(hazard: Hazard) -> String {
    let spec = hazard.spec();
    let mut out = format!("{}: {}\n\n{}\n", spec.id, spec.title, spec.what);
    for case in hazards::of(hazard) {
        let _ = write!(
            out,
            "\n{} ({})\n  when:   {}\n  safe:   {}\n  manual: {}\n",
            case.engines.join(", "),
            case.versions,
            case.statements(),
            case.safe,
            case.manual
        );
    }
    out
}

/// All hazards as a page of Markdown.
pub fn page() -> String {
    let mut out = "# Hazards\n\nWhat a reviewer must know of a statement. `amend explain HAZARD` prints the same.\n".to_string();
    for spec in HAZARDS {
        let _ = write!(
            out,
            "\n## {}: {}\n\n{}\n\n| engine | versions | when | safe form | manual |\n|---|---|---|---|---|\n",
            spec.id, spec.title, spec.what
        );
        for case in hazards::of(spec.hazard) {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | [section]({}) |",
                case.engines.join(", "),
                case.versions,
                case.statements(),
                case.safe,
                case.manual
            );
        }
    }
    out
}
