//! The commands in a safe order. `migrate APP NAME --fake` fakes every unapplied ancestor too, so real and fake steps
//! alternate in plan order; a migration that is recorded is never named, since Django would then go backwards.

use std::collections::BTreeSet;

use super::{Advice, Judged, Question, Verdict, doubt};
use crate::sources::django::Id;

/// Why the commands name every app: a bare `migrate` runs the migrations of all that are installed.
const PARTLY_READ: &str = "which apps are installed is not known whole, so every command names its app: look with `showmigrations --plan` for migrations of others before a bare `migrate` runs them";

/// How a migration is brought into the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Run,
    Fake,
}

/// Fills in the commands and the SQL of an advice.
pub fn write(advice: &mut Advice, question: &Question) {
    conflicts(advice, question);
    let stuck = rows(advice, question);
    if question.recorded.is_none() {
        advice
            .notes
            .push("nothing is known of the rows of django_migrations: compare with `showmigrations` first, or give --recorded".to_string());
    }
    let refused = &question.migrated.plan.refusals;
    if !refused.is_empty() {
        let note =
            format!("Django refuses to load the project, so no command would run ({}); mend that, then ask again", refused.join("; "));
        advice.notes.push(note);
    } else if !stuck.is_empty() {
        advice.notes.push(format!(
            "Django refuses every command until what stops {} is settled, for a recorded migration rests on it: settle that, then ask again",
            stuck.join(", ")
        ));
    } else {
        steps(advice, question);
    }
}

/// Puts the SQL together, with the rows that go with it; what stops Django from running at all is given back.
fn rows(advice: &mut Advice, question: &Question) -> Vec<String> {
    let under = under_recorded(&advice.migrations, question);
    let (stuck, inconsistent): (Vec<&Judged>, Vec<&Judged>) =
        advice.migrations.iter().filter(|one| under.contains(&one.id)).partition(|one| is_stopped(one));
    let stuck: Vec<String> = stuck.iter().map(|one| one.id.to_string()).collect();
    let inconsistent: BTreeSet<Id> = inconsistent.iter().map(|one| one.id.clone()).collect();
    let mut sql: Vec<String> =
        advice.migrations.iter().filter(|one| !one.sql.is_empty()).map(|one| format!("-- {}\n{}", one.id, one.sql)).collect();
    let unread = unread(advice, question);
    if !unread.is_empty() {
        sql.push(format!("-- {UNREAD}\n{}", inserts(&unread, question)));
    }
    if !inconsistent.is_empty() {
        sql.push(format!(
            "-- Rows without which Django refuses to run (InconsistentMigrationHistory).\n{}",
            inserts(&inconsistent, question)
        ));
        advice
            .notes
            .push("a recorded migration rests on one that is not: Django refuses to run at all until the rows are there".to_string());
    }
    advice.sql = sql.join("\n");
    advice.back = back(advice, &unread.union(&inconsistent).cloned().collect(), question);
    stuck
}

/// The commands for what is not recorded yet, as far as nothing blocks it.
fn steps(advice: &mut Advice, question: &Question) {
    let recorded: BTreeSet<Id> = under_recorded(&advice.migrations, question).union(&unread(advice, question)).cloned().collect();
    let mut stopped: BTreeSet<Id> = BTreeSet::new();
    let mut steps: Vec<(Id, Option<Way>)> = Vec::new();
    for judged in &advice.migrations {
        let ancestors = question.migrated.plan.ancestors(&judged.id);
        if is_stopped(judged) || ancestors.iter().any(|id| stopped.contains(id)) {
            stopped.insert(judged.id.clone());
        } else if !recorded.contains(&judged.id) && !matches!(judged.verdict, Verdict::Done | Verdict::Missing) {
            steps.push((judged.id.clone(), way(judged)));
        }
    }
    if !stopped.is_empty() {
        let names: Vec<String> = stopped.iter().map(Id::to_string).collect();
        advice.notes.push(format!("left out until what blocks them is settled: {}", names.join(", ")));
    }
    if !question.migrated.whole {
        advice.notes.push(PARTLY_READ.to_string());
    }
    advice.commands = merged(lines(&settled(steps, question), stopped.is_empty(), question), question);
}

/// Says which apps have several leaves.
fn conflicts(advice: &mut Advice, question: &Question) {
    for (app, leaves) in &question.migrated.plan.conflicts {
        let names: Vec<String> = leaves.iter().map(|id| id.name.to_string()).collect();
        advice.notes.push(format!(
            "{app} has several leaf migrations ({}): Django refuses to migrate until `python manage.py makemigrations --merge --noinput {app}` has joined them; read first what each branch does",
            names.join(", ")
        ));
    }
}

/// What takes the SQL back, the last first, and with it the rows that say that it ran.
fn back(advice: &Advice, inserted: &BTreeSet<Id>, question: &Question) -> String {
    let undone = advice.migrations.iter().rev().filter(|one| !one.back.is_empty()).map(|one| {
        let row = match one.verdict {
            Verdict::Patch | Verdict::Apply => format!("-- Its row, where it was faked already.\n{}\n", question.rows().delete([&one.id])),
            _ => String::new(),
        };
        format!("-- {}\n{row}{}", one.id, one.back)
    });
    let one = |id| question.rows().delete(rows_for(id, question).filter(|row| !is_known(row, question))) + "\n";
    let rows: String = inserted.iter().rev().map(one).collect();
    let rows = (!rows.is_empty()).then(|| format!("-- The rows that were inserted.\n{rows}"));
    rows.into_iter().chain(undone).collect::<Vec<_>>().join("\n")
}

/// Whether a row was there before anything was inserted.
fn is_known(id: &Id, question: &Question) -> bool {
    question.recorded.as_ref().is_some_and(|rows| rows.contains(id))
}

/// Django refuses every other command while an app has several leaves: they are merged first, and what merges them is run.
fn merged(commands: Vec<String>, question: &Question) -> Vec<String> {
    if question.migrated.plan.conflicts.is_empty() {
        return commands;
    }
    let merge = question.migrated.plan.conflicts.keys().map(|app| format!("python manage.py makemigrations --merge --noinput {app}"));
    let run = format!("python manage.py {}", question.migrate);
    let last = match question.migrated.whole {
        true => vec![run].into_iter().filter(|run| commands.last() != Some(run)).collect(),
        false => question.migrated.plan.conflicts.keys().map(|app| format!("{run} {app}")).collect::<Vec<_>>(),
    };
    merge.chain(commands.iter().cloned()).chain(last).collect()
}

/// How a migration must be brought in; `None` where both ways do the same, since it changes nothing in a database.
fn way(judged: &Judged) -> Option<Way> {
    match judged.verdict {
        Verdict::Fake | Verdict::Patch => Some(Way::Fake),
        Verdict::Apply if !judged.sql.is_empty() => Some(Way::Fake),
        Verdict::Apply if judged.evidence.is_empty() => None,
        // What comes after it decides: faked where it most likely ran.
        Verdict::Manual if judged.notes.iter().any(|note| note == doubt::RAN) => Some(Way::Fake),
        _ => Some(Way::Run),
    }
}

/// Settles the migrations without a way of their own: what a faked one rests on is faked with it, the rest runs.
fn settled(steps: Vec<(Id, Option<Way>)>, question: &Question) -> Vec<(Id, Way)> {
    let mut under: BTreeSet<Id> = BTreeSet::new();
    for (id, _) in steps.iter().filter(|(_, way)| *way == Some(Way::Fake)) {
        under.extend(question.migrated.plan.ancestors(id));
    }
    let one = |(id, way): (Id, Option<Way>)| {
        let implied = if under.contains(&id) { Way::Fake } else { Way::Run };
        (id, way.unwrap_or(implied))
    };
    steps.into_iter().map(one).collect()
}

/// Migrations that are not recorded although one that rests on them is. Without the order of the migrations it is not known what a
/// row would vouch for.
pub fn under_recorded(migrations: &[Judged], question: &Question) -> BTreeSet<Id> {
    if !question.migrated.plan.refusals.is_empty() {
        return BTreeSet::new();
    }
    let recorded = migrations.iter().filter(|one| one.recorded == Some(true));
    let needed: BTreeSet<Id> = recorded.flat_map(|one| question.migrated.plan.ancestors(&one.id)).collect();
    let open = |one: &&Judged| one.recorded == Some(false) && needed.contains(&one.id);
    migrations.iter().filter(open).map(|one| one.id.clone()).collect()
}

/// Whether a row would say of a migration what is not so.
fn is_stopped(judged: &Judged) -> bool {
    judged.verdict == Verdict::Blocked || judged.held && judged.verdict != Verdict::Missing
}

/// Why a row is inserted that `--fake` could write.
const UNREAD: &str = "Recorded by a row: after `migrate --fake` Django would read django_content_type with the columns that it had before.";

/// The migrations of content types whose effects are there, after ones that are recorded. Faking does not change the state by which
/// Django writes its content types when the command ends (django/db/migrations/executor.py, `apply_migration`).
fn unread(advice: &Advice, question: &Question) -> BTreeSet<Id> {
    let recorded: BTreeSet<&Id> = advice.migrations.iter().filter(|one| one.recorded == Some(true)).map(|one| &one.id).collect();
    let behind = |id: &Id| {
        let ancestors = question.migrated.plan.ancestors(id);
        !ancestors.is_empty() && ancestors.iter().all(|id| recorded.contains(id))
    };
    let faked = |one: &&Judged| way(one) == Some(Way::Fake) && !(one.verdict == Verdict::Patch && one.held);
    let own = advice.migrations.iter().filter(|one| &*one.id.app == "contenttypes" && one.recorded == Some(false));
    own.filter(faked).filter(|one| behind(&one.id)).map(|one| one.id.clone()).collect()
}

/// The rows that Django cannot write itself.
fn inserts(ids: &BTreeSet<Id>, question: &Question) -> String {
    ids.iter().flat_map(|id| rows_for(id, question)).map(|id| question.rows().insert(id) + "\n").collect()
}

/// The rows that say of a migration that it is applied: Django writes one for each that a squash replaces, and one for the squash
/// (django/db/migrations/executor.py, `record_migration`), and without those its own does not count.
fn rows_for<'a>(id: &'a Id, question: &'a Question) -> impl Iterator<Item = &'a Id> {
    question.migrated.plan.replaced.get(id).into_iter().flatten().chain([id])
}

/// The commands for each run of steps that are carried out in the same way. `migrate APP NAME` takes unapplied ancestors
/// along, so the last ones of a run stand for it.
fn lines(steps: &[(Id, Way)], complete: bool, question: &Question) -> Vec<String> {
    let mut lines = Vec::new();
    let groups = runs(steps, question);
    for (at, (way, group)) in groups.iter().enumerate() {
        if *way == Way::Run && complete && at + 1 == groups.len() && question.apps.is_empty() && question.migrated.whole {
            lines.push(format!("python manage.py {}", question.migrate));
            break;
        }
        let fake = if *way == Way::Fake { " --fake" } else { "" };
        let command = |id: &Id| format!("python manage.py {} {} {}{fake}", question.migrate, id.app, id.name);
        lines.extend(targets(group, question).iter().map(command));
    }
    lines
}

/// The steps in runs of one way, as long as what they rest on allows. What is there is recorded before anything runs: Django then
/// knows the tables as they stand.
fn runs(steps: &[(Id, Way)], question: &Question) -> Vec<(Way, Vec<Id>)> {
    let needs = |at: usize| {
        let (id, way) = &steps[at];
        // Leaves of one app may speak of the same columns: among them the order of the plan stays.
        let own = steps[..at].iter().map(|(other, _)| other).filter(|other| other.app == id.app).cloned();
        (id, *way, question.migrated.plan.ancestors(id).into_iter().chain(own).collect())
    };
    let mut open: Vec<(&Id, Way, BTreeSet<Id>)> = (0..steps.len()).map(needs).collect();
    let mut groups: Vec<(Way, Vec<Id>)> = Vec::new();
    while let Some((_, first, _)) = open.first() {
        let first = *first;
        let left: BTreeSet<&Id> = open.iter().map(|(id, ..)| *id).collect();
        let ready = |(_, way, ancestors): &(&Id, Way, BTreeSet<Id>)| *way == Way::Fake && !ancestors.iter().any(|id| left.contains(id));
        let way = if open.iter().any(ready) { Way::Fake } else { first };
        let mut waiting: BTreeSet<Id> = BTreeSet::new();
        let mut group = Vec::new();
        open.retain(|(id, own, ancestors)| {
            let takes = *own == way && ancestors.is_disjoint(&waiting);
            if takes {
                group.push((*id).clone());
            } else {
                waiting.insert((*id).clone());
            }
            !takes
        });
        groups.push((way, group));
    }
    groups
}

/// The migrations of a run on which no other of it rests. Content types go first: after every command Django writes their
/// rows by the model as it is recorded, which must be the table as it stands.
fn targets(group: &[Id], question: &Question) -> Vec<Id> {
    let mut inner: BTreeSet<Id> = BTreeSet::new();
    for id in group {
        inner.extend(question.migrated.plan.ancestors(id));
    }
    let types = group.iter().rev().find(|id| &*id.app == "contenttypes");
    let ends = group.iter().filter(|id| !inner.contains(*id) && Some(*id) != types);
    types.into_iter().chain(ends).cloned().collect()
}
