//! What a reviewer's tools show beside the lines of the models or the SQL: hazards, and what is wrong with the inputs.

use crate::ir::Hazard;

use super::document::{Document, Place};

/// How loud a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Note,
    Warning,
    Error,
}

/// One remark on one place.
pub struct Finding {
    /// The hazard's id, or the code of a diagnostic.
    pub rule: &'static str,
    pub title: String,
    pub level: Level,
    pub place: Option<Place>,
    pub message: String,
    /// The same for the same remark on the same object, wherever it stands.
    pub fingerprint: String,
}

/// The hazards that matter only where they are not looked for.
const NOTES: &[Hazard] = &[Hazard::Lock, Hazard::SecondLock, Hazard::EnumValue, Hazard::Rename];

/// All findings, in the order of the script; the diagnostics of the inputs after them.
pub fn findings(document: &Document) -> Vec<Finding> {
    let mut found = Vec::new();
    for (step, statement) in document.statements() {
        for hazard in statement.hazards.iter().filter_map(|id| Hazard::by_id(id)) {
            let held = if step.held { " It is held: --allow drop lets it run." } else { "" };
            let first = statement.sql.lines().map(str::trim).collect::<Vec<_>>().join(" ");
            found.push(Finding {
                rule: hazard.id(),
                title: hazard.title().to_string(),
                level: level(hazard, step.held),
                place: step.place.clone(),
                message: format!("{} {}: {}.{held} {first}", step.action, step.object, hazard.title()),
                fingerprint: fingerprint(&[hazard.id(), step.action, &step.object.to_string(), &statement.sql]),
            });
        }
    }
    for fault in &document.diagnostics {
        let level = match fault.severity {
            "error" => Level::Error,
            "warning" => Level::Warning,
            _ => Level::Note,
        };
        found.push(Finding {
            rule: fault.code,
            title: fault.code.to_string(),
            level,
            place: fault.place.clone(),
            message: [fault.message.as_str(), &fault.help].join(" ").trim().to_string(),
            fingerprint: fingerprint(&[fault.code, &fault.message]),
        });
    }
    found
}

/// What is held does not run; what loses data and runs is the worst.
fn level(hazard: Hazard, held: bool) -> Level {
    match hazard {
        Hazard::Drop if !held => Level::Error,
        _ if NOTES.contains(&hazard) => Level::Note,
        _ => Level::Warning,
    }
}

fn fingerprint(parts: &[&str]) -> String {
    format!("{:x}", md5::compute(parts.join("\u{1f}")))
}
