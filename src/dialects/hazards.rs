//! The guide to the hazards: on which engine and version each of them shows, by which statements, and the safe form there. The
//! help page, `amend explain` and the reports are made from these rows, which stand with their engines.

use super::{mysql, postgres, sqlite};
use crate::ir::Hazard;

/// A hazard on some engines.
pub struct Case {
    pub hazard: Hazard,
    /// The engines, by their names on the command line.
    pub engines: &'static [&'static str],
    /// The versions that it holds for, in words.
    pub versions: &'static str,
    /// The statements that show it, each in a few words.
    pub when: &'static [&'static str],
    /// What to do instead, or before.
    pub safe: &'static str,
    /// The section of the manual that says so.
    pub manual: &'static str,
}

pub const ALL: &str = "all versions";

/// A row of a table.
pub const fn case(
    hazard: Hazard,
    (engines, versions): (&'static [&'static str], &'static str),
    when: &'static [&'static str],
    [safe, manual]: [&'static str; 2],
) -> Case {
    Case { hazard, engines, versions, when, safe, manual }
}

impl Case {
    /// The statements as one text.
    pub fn statements(&self) -> String {
        self.when.join("; ")
    }
}

/// Every case, by engine and hazard.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    [postgres::hazards::CASES, mysql::hazards::CASES, sqlite::hazards::CASES].into_iter().flatten()
}

/// Whether an engine shows a hazard.
pub fn shows(engine: &str, hazard: Hazard) -> bool {
    of(hazard).any(|case| case.engines.contains(&engine))
}

/// The cases of a hazard.
pub fn of(hazard: Hazard) -> impl Iterator<Item = &'static Case> {
    cases().filter(move |case| case.hazard == hazard)
}
