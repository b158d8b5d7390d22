//! What reports for people say of the document in the same words.

use std::collections::BTreeMap;

use super::document::{Document, Migrations, Statement};
use crate::advise::Verdict;
use crate::ir::Hazard;

impl Document {
    /// What a report is headed by: how much there is, and the migrations that are not done.
    pub fn headline(&self) -> String {
        let line = if self.is_empty() { "No difference".to_string() } else { self.summary.line() };
        let mut open = BTreeMap::new();
        for (verdict, count) in self.migrations.iter().flat_map(|one| &one.summary).filter(|(verdict, _)| **verdict != Verdict::Done.word())
        {
            *open.entry(*verdict).or_insert(0) += *count;
        }
        let open: Vec<String> = open.iter().filter(|(_, count)| **count > 0).map(|(verdict, count)| format!("{count} {verdict}")).collect();
        if open.is_empty() { line } else { format!("{line}; migrations: {}", open.join(", ")) }
    }
}

impl Migrations {
    /// How many there are of each verdict.
    pub fn counts(&self) -> String {
        let known = self.summary.iter().filter(|(_, count)| **count > 0);
        known.map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    }
}

impl Statement {
    /// How the statement stands to the transactions of the script, in words; nothing where it commits by itself or goes on with the others.
    pub fn boundary(&self) -> Option<&'static str> {
        let commits = self.hazards.contains(&Hazard::NotTransactional.id());
        match self.transaction {
            "first" if !commits => Some("a transaction begins here"),
            "alone" if !commits => Some("a transaction of its own"),
            "outside" => Some("outside of every transaction"),
            _ => None,
        }
    }
}
