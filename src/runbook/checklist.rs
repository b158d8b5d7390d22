//! README.md of a runbook: the checklist, in the order of the night.

use std::fmt::Write;

use super::Subject;
use crate::advise::{Advice, Rows};
use crate::dialects::Dialect;
use crate::sources::django::Id;

/// The page.
pub fn page(subject: Subject) -> String {
    let Subject { document, dialect, forward, .. } = subject;
    let words = dialect.runbook();
    let run = |file: &str| words.run.replace("{}", file);
    let mut out = format!("# Runbook: {} to {}\n\n", document.live.name, document.desired.name);
    let _ = writeln!(
        out,
        "{}, for {} {}. HOST, USER and DATABASE stand for yours.\n",
        document.summary.line(),
        document.dialect,
        document.server
    );
    out += &dangers(subject);
    let _ = writeln!(out, "## Before\n\n- [ ] {}\n- [ ] Backup, restored once as a check: `sh 00-backup`", words.quiet);
    let _ = writeln!(out, "- [ ] Precheck: `{}`", run("10-precheck.sql"));
    let _ = writeln!(
        out,
        "  It names what differs from the dump and which rows stand in the way, and ends with an error then. Stop here in that case:"
    );
    let _ = writeln!(out, "  mend the rows, or dump again and make the runbook again.\n");
    let _ = writeln!(out, "## The patch\n\n- [ ] Patch: `{}`", run("20-patch.sql"));
    if !subject.advice.is_empty() {
        let _ = writeln!(out, "- [ ] Migrations, in the folder of manage.py: `sh 25-migrations`");
    }
    let _ = writeln!(out, "\n## After\n\n- [ ] Verification: `{}`", run("30-verify.sql"));
    let _ = writeln!(out, "  It asks every changed fact back from the catalog. Compare its numbers of rows with those of the precheck.");
    let _ = writeln!(out, "- [ ] Let the writers in again.\n");
    let _ = writeln!(out, "## If a step fails\n");
    let _ = writeln!(out, "- The backup: nothing is changed. Do not go on.\n- The precheck: nothing is changed.");
    let _ = writeln!(
        out,
        "- The patch: {}\n  Do not run it a second time as it is: run the precheck; if it is clean, the database is as before.",
        words.failed
    );
    let _ =
        writeln!(out, "- The verification: the rows that it prints say what is not as wanted. Decide between mending and the way back.\n");
    out += &way_back(subject);
    let _ = writeln!(out, "\nFingerprints: live {}, desired {}.", document.live.fingerprint, document.desired.fingerprint);
    if forward.plan.is_empty() {
        out += "\nBoth sides are the same: there is nothing to do.\n";
    }
    out
}

fn way_back(subject: Subject) -> String {
    let words = subject.dialect.runbook();
    let mut out = String::new();
    let _ = writeln!(out, "## The way back\n\n- [ ] `{}`", words.run.replace("{}", "40-rollback.sql"));
    if crate::compile::fatal(&subject.back.diagnostics) {
        out += "  No script leads back: the file says why, and ends with an error. The backup is the way back.\n";
    }
    let held = subject.back.plan.steps.iter().filter(|planned| planned.held).count();
    if held > 0 {
        let _ = writeln!(
            out,
            "  Commented out there ({held} of {} steps): what would lose what was written after the patch. `--allow drop` writes it out.",
            subject.back.plan.steps.len()
        );
    }
    for line in subject.advice.iter().filter_map(|advice| unrecorded(advice, subject.dialect)) {
        let _ = writeln!(out, "- [ ] Then, since Django would take the migrations for done: `{line}`");
    }
    for line in lost(subject) {
        let _ = writeln!(out, "- Cannot be brought back by a script: {line}");
    }
    let _ =
        writeln!(out, "- What no script brings back, the backup does, with the loss of all that was written since: `{}`", words.restore);
    out
}

/// Takes back the rows of django_migrations that the commands after the patch wrote.
fn unrecorded(advice: &Advice, dialect: &dyn Dialect) -> Option<String> {
    let new: Vec<&Id> = advice.migrations.iter().filter(|one| one.recorded == Some(false)).map(|one| &one.id).collect();
    let rows = Rows { dialect, schema: advice.schema.as_deref() };
    (!advice.commands.is_empty() && !new.is_empty()).then(|| rows.delete(new))
}

/// The ledger in the head of the way back.
fn lost(subject: Subject) -> Vec<String> {
    let lines = subject.back.script.lines().take_while(|line| line.starts_with("--"));
    lines.filter_map(|line| line.strip_prefix("-- cannot be brought back: ")).map(str::to_string).collect()
}

fn dangers(subject: Subject) -> String {
    let document = subject.document;
    let mut out = String::new();
    if document.summary.hazards.is_empty() {
        return out;
    }
    out += "| hazard | what | statements |\n|---|---|---|\n";
    for hazard in &document.summary.hazards {
        let numbers: Vec<String> = document
            .statements()
            .filter(|(_, statement)| statement.hazards.contains(&hazard.id))
            .map(|(_, statement)| statement.number.to_string())
            .collect();
        let _ = writeln!(out, "| {} | {} | {} |", hazard.id, hazard.title, numbers.join(", "));
    }
    let held: Vec<String> = document
        .statements()
        .filter(|(step, _)| step.held)
        .map(|(step, statement)| format!("- held: statement {}, {} {}", statement.number, step.action, step.object))
        .collect();
    out.push('\n');
    if !held.is_empty() {
        let _ = writeln!(out, "{}\n", held.join("\n"));
    }
    out
}
