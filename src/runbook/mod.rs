//! The runbook of a patch: what to do before it, the patch, what to ask after it, and the way back, as files that an
//! operator's client runs as they are.

mod catalog;
mod checklist;
mod precheck;
mod verify;

use crate::advise::Advice;
use crate::base::Severity;
use crate::compile::{Compiled, Source, fatal};
use crate::dialects::Dialect;
use crate::ir::Pair;
use crate::report::document::Document;

/// What a runbook is made from.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    pub source: Pair<&'a Source>,
    pub forward: &'a Compiled,
    /// The way back from the state after the patch.
    pub back: &'a Compiled,
    pub document: &'a Document,
    pub dialect: &'static dyn Dialect,
    /// What to do with the migrations after the patch, where the desired side is a project.
    pub advice: &'a [Advice],
    /// Whether the live side was compared whole, so that an object which the dump does not have is a surprise.
    pub extent: Extent,
}

/// How much of the database was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    Whole,
    Part,
}

/// One file of the runbook.
pub struct File {
    pub name: &'static str,
    pub text: String,
}

/// All files, in the order in which they are used.
pub fn files(subject: Subject) -> Vec<File> {
    let words = subject.dialect.runbook();
    let file = |name, text| File { name, text };
    let mut files = vec![
        file("README.md", checklist::page(subject)),
        file("00-backup", words.backup.to_string()),
        file("10-precheck.sql", precheck::script(subject)),
        file("20-patch.sql", format!("{}{}", words.preamble, subject.forward.script)),
        file("30-verify.sql", verify::script(subject)),
        file("40-rollback.sql", rollback(subject)),
    ];
    if !subject.advice.is_empty() {
        files.insert(4, file("25-migrations", migrations(subject.advice)));
    }
    files
}

/// The way back; where no script leads back, a file that says so and stops.
fn rollback(subject: Subject) -> String {
    let words = subject.dialect.runbook();
    if !fatal(&subject.back.diagnostics) {
        return format!("{}{}", words.preamble, subject.back.script);
    }
    let faults = subject.back.diagnostics.iter().filter(|fault| fault.severity == Severity::Error);
    let reasons: String = faults.map(|fault| format!("-- {}\n", fault.message.replace('\n', " "))).collect();
    let refusal = "SELECT no_script_leads_back_restore_the_backup;";
    format!("{}-- No script leads back:\n{reasons}-- Restore the backup: {}\n{refusal}\n", words.preamble, words.restore)
}

/// The commands that bring the rows of django_migrations in line with the patched database.
fn migrations(advice: &[Advice]) -> String {
    let mut out =
        "#!/bin/sh\n# Run in the folder of manage.py, after the patch: what the patched database shows needs no second run.\nset -eu\n"
            .to_string();
    for one in advice {
        for line in one.sql.lines() {
            out += &format!("# First, in the database: {line}\n");
        }
        for command in &one.commands {
            out += &format!("{command}\n");
        }
        for note in &one.notes {
            out += &format!("# {note}\n");
        }
    }
    out
}
