//! The commands in a safe order. `migrate APP NAME --fake` fakes every unapplied ancestor too, so real and fake steps
//! alternate in plan order; a migration that is recorded is never named, since Django would then go backwards.

use std::collections::BTreeSet;

use super::{Advice, Judged, Question, Verdict};
use crate::sources::django::Id;

/// How a migration is brought into the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Run,
    Fake,
}

/// Fills in the commands and the SQL of an advice.
pub fn write(advice: &mut Advice, question: &Question) {
    for (app, leaves) in &question.migrated.plan.conflicts {
        let names: Vec<String> = leaves.iter().map(|id| id.name.to_string()).collect();
        advice.notes.push(format!(
            "{app} has several leaf migrations ({}): Django refuses to migrate until `python manage.py makemigrations --merge {app}`",
            names.join(", ")
        ));
    }
    let inconsistent = inconsistent(advice, question);
    let mut sql: Vec<String> =
        advice.migrations.iter().filter(|one| !one.sql.is_empty()).map(|one| format!("-- {}\n{}", one.id, one.sql)).collect();
    if !inconsistent.is_empty() {
        sql.push(rows(&inconsistent, question));
        advice
            .notes
            .push("a recorded migration rests on one that is not: Django refuses to run at all until the rows are there".to_string());
    }
    advice.sql = sql.join("\n");
    if question.recorded.is_none() {
        advice
            .notes
            .push("nothing is known of the rows of django_migrations: compare with `showmigrations` first, or give --recorded".to_string());
    }
    let mut stopped: BTreeSet<Id> = BTreeSet::new();
    let mut steps: Vec<(Id, Way)> = Vec::new();
    for judged in &advice.migrations {
        let ancestors = question.migrated.plan.ancestors(&judged.id);
        if judged.verdict == Verdict::Blocked || ancestors.iter().any(|id| stopped.contains(id)) {
            stopped.insert(judged.id.clone());
            continue;
        }
        if inconsistent.contains(&judged.id) {
            continue;
        }
        match way(judged) {
            Some(way) => steps.push((judged.id.clone(), way)),
            None => continue,
        }
    }
    if !stopped.is_empty() {
        let names: Vec<String> = stopped.iter().map(Id::to_string).collect();
        advice.notes.push(format!("left out until what blocks them is settled: {}", names.join(", ")));
    }
    advice.commands = lines(&steps, stopped.is_empty(), question);
}

fn way(judged: &Judged) -> Option<Way> {
    match judged.verdict {
        Verdict::Fake | Verdict::Patch => Some(Way::Fake),
        Verdict::Apply => Some(Way::Run),
        // What comes after it decides: faked where it most likely ran.
        Verdict::Manual if judged.notes.iter().any(|note| note.contains("most likely ran too")) => Some(Way::Fake),
        Verdict::Manual => Some(Way::Run),
        Verdict::Done | Verdict::Missing | Verdict::Blocked => None,
    }
}

/// Migrations that are not recorded although one that rests on them is.
fn inconsistent(advice: &Advice, question: &Question) -> BTreeSet<Id> {
    let recorded: Vec<&Judged> = advice.migrations.iter().filter(|one| one.recorded == Some(true)).collect();
    let mut needed: BTreeSet<Id> = BTreeSet::new();
    for judged in recorded {
        needed.extend(question.migrated.plan.ancestors(&judged.id));
    }
    let open = |one: &&Judged| one.recorded == Some(false) && one.verdict != Verdict::Blocked && needed.contains(&one.id);
    advice.migrations.iter().filter(open).map(|one| one.id.clone()).collect()
}

/// The rows that Django cannot write itself; the table has no key against doubles.
fn rows(ids: &BTreeSet<Id>, question: &Question) -> String {
    let prefix = question.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
    let one = |id: &Id| {
        format!(
            "INSERT INTO {prefix}django_migrations (app, name, applied) SELECT '{0}', '{1}', CURRENT_TIMESTAMP WHERE NOT EXISTS (SELECT 1 FROM {prefix}django_migrations WHERE app = '{0}' AND name = '{1}');",
            id.app, id.name
        )
    };
    let lines: Vec<String> = ids.iter().map(one).collect();
    format!("-- Rows without which Django refuses to run (InconsistentMigrationHistory).\n{}\n", lines.join("\n"))
}

/// One command for each run of steps that Django would carry out in the same way.
fn lines(steps: &[(Id, Way)], complete: bool, question: &Question) -> Vec<String> {
    let mut lines = Vec::new();
    let mut at = 0;
    while let Some((id, way)) = steps.get(at) {
        if *way == Way::Run && complete && steps.iter().skip(at).all(|(_, way)| *way == Way::Run) && question.apps.is_empty() {
            lines.push(format!("python manage.py {}", question.migrate));
            break;
        }
        // `migrate APP NAME` takes unapplied ancestors along: the last of a chain stands for the chain.
        let mut last = id;
        while let Some((next, _)) =
            steps.get(at + 1).filter(|(next, same)| *same == *way && next.app == last.app && rests_on(next, last, question))
        {
            last = next;
            at += 1;
        }
        let fake = if *way == Way::Fake { " --fake" } else { "" };
        lines.push(format!("python manage.py {} {} {}{fake}", question.migrate, last.app, last.name));
        at += 1;
    }
    lines
}

fn rests_on(child: &Id, parent: &Id, question: &Question) -> bool {
    question.migrated.plan.parents.get(child).is_some_and(|parents| parents.contains(parent))
}
