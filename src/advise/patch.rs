//! The SQL that completes a migration of which only a part is there, through the same pipeline as every script: planned,
//! printed, read back and proven.

use std::collections::BTreeSet;

use super::judge::{self, Status};
use super::lacking::{self, Renames};
use super::{Judged, Question, Verdict, ahead, backfill, commands};
use crate::compile::{self, Options, Renamed, Source};
use crate::ir::{Attr, Hazard, Key, Kind, Object, Op, Pair};
use crate::replay::{self, Located};
use crate::sources::Reading;
use crate::sources::django::Fill;

/// What is said of a script of which a part is held.
const HELD: &str =
    "its SQL holds back what loses data, so it is not complete and must not be faked yet: save what goes, then ask again with --allow drop";

/// What is said of a migration that Django would have to run under one that is recorded already.
const UNDER: &str = "one that rests on it is recorded, and Django refuses to run it under that: the SQL does what it would do";

/// What is said of a migration that nothing shows and that Django will not run any more.
const UNRUN: &str =
    "one that rests on it is recorded, so its row is inserted and Django never runs it: make sure that it ran, or do what it does by hand";

/// Writes the SQL of every migration that is to be patched or repaired, or that Django refuses to run; what cannot be written blocks it.
pub fn write(migrations: &mut [Judged], question: &Question) {
    let under = commands::under_recorded(migrations, question);
    let ahead = ahead::of(migrations, question);
    let mut standing = source("live", question.live.schema.clone());
    for (judged, lost) in migrations.iter_mut().zip(ahead) {
        let lacks = judged.evidence.iter().any(|one| one.status == Status::Absent);
        let hidden = judged.evidence.iter().any(|one| one.about.is_none() && one.status == Status::Unseen);
        if judged.verdict == Verdict::Apply && under.contains(&judged.id) && lacks {
            judged.notes.push(UNDER.to_string());
            judged.notes.extend(hidden.then(|| judge::HIDDEN.to_string()));
            complete(judged, &mut standing, question);
        } else if let Some(lost) = lost.filter(|_| lacks) {
            judged.held = hidden;
            judged.notes.push(instead_of_django(lost, hidden, question));
            if !hidden {
                complete(judged, &mut standing, question);
            }
        }
        if judged.verdict == Verdict::Manual && under.contains(&judged.id) {
            judged.notes.push(UNRUN.to_string());
        }
        if matches!(judged.verdict, Verdict::Patch | Verdict::Missing) {
            complete(judged, &mut standing, question);
        }
        ways_out(judged);
    }
}

/// Why SQL does what Django would do, or why neither can.
fn instead_of_django(lost: Key, hidden: bool, question: &Question) -> String {
    let why = match question.migrated.history.remakes {
        true => format!("Django would make the table anew without what it does not know yet, as {lost}, and its values with it"),
        false => format!("the SQL of a later one renames {lost} or takes it away before Django runs anything"),
    };
    match (hidden, question.migrated.history.remakes) {
        (false, _) => format!("{why}: the SQL does what it would do"),
        (true, true) => {
            format!("{why}; what it does to rows no SQL can do: save the table, and put them back after Django has run all")
        }
        (true, false) => format!("{why}, and what it does to rows no SQL can do: run it by hand first, then ask again"),
    }
}

/// Writes what one migration lacks, over what the ones before it have made of the live side.
fn complete(judged: &mut Judged, standing: &mut Source, question: &Question) {
    match script(judged, &Question { live: standing, ..question.clone() }) {
        Ok(script) => {
            if let Some(after) = script.after {
                *standing = after;
            }
            (judged.sql, judged.back, judged.held) = (script.sql, script.back, script.held);
            judged.notes.extend(judged.held.then(|| HELD.to_string()));
        }
        Err(why) => {
            judged.notes.push(why);
            match judged.verdict {
                Verdict::Missing => {}
                Verdict::Apply => judged.held = true,
                _ => judged.verdict = Verdict::Blocked,
            }
        }
    }
}

/// A migration that later ones need stays open as well: what a repair cannot do, a person does.
fn ways_out(judged: &mut Judged) {
    let found = judged.evidence.iter().filter(|one| one.status == Status::Contradicting).map(|one| one.fact.clone());
    let found: Vec<String> = found.collect();
    if judged.verdict == Verdict::Blocked && !found.is_empty() {
        judged.notes.push(format!(
            "the ways out: bring the live object to what the migration says ({}), or change the migration",
            found.join("; ")
        ));
    }
}

/// What completes a migration.
#[derive(Default)]
struct Script {
    sql: String,
    back: String,
    held: bool,
    /// What the live side is after it, which lacks what is held: the next one begins there.
    after: Option<Source>,
}

/// The script from the live side to the live side with what is lacking, and the way back.
fn script(judged: &Judged, question: &Question) -> Result<Script, String> {
    let renames = Renames::of(judged, question);
    let lacking = lacking::of(judged, &renames, question);
    if lacking.is_empty() {
        return Ok(Default::default());
    }
    let live = source("live", question.live.schema.clone());
    let whole = with(&live, &lacking, question)?;
    let mut options = question.options.clone();
    options.renames.extend(renames.whole.iter().map(|(old, new)| Renamed::Known { old: *old, new: *new }));
    let mut script = match fills(judged, (&lacking, &renames), question) {
        None => compiled((&live, &whole), &options, question)?,
        Some(fills) => {
            let loose = with(&live, &loosened(&lacking, &fills), question)?;
            let mut script = compiled((&live, &loose), &options, question)?;
            for fill in &fills {
                let named = Fill { column: renames.last(fill.column), ..fill.clone() };
                script.sql += &backfill::script(&named, backfill::is_unique(fill, &lacking), question);
            }
            let rest = compiled((script.after.as_ref().unwrap_or(&loose), &whole), question.options, question)?;
            script.sql += &rest.sql;
            Script { held: script.held || rest.held, after: rest.after, ..script }
        }
    };
    script.back = script.after.as_ref().map(|after| back((after, &live), &renames.whole, question)).unwrap_or_default();
    Ok(script)
}

/// The way back, which takes what was filled in with it.
fn back(side: (&Source, &Source), renames: &[(Key, Key)], question: &Question) -> String {
    let mut options = question.options.clone();
    options.wishes.allowed.insert(Hazard::Drop);
    options.renames.extend(renames.iter().map(|(old, new)| Renamed::Known { old: *new, new: *old }));
    compiled(side, &options, question).map_or_else(|why| format!("-- {why}\n"), |script| script.sql)
}

/// What existing rows need, where a required column is new; `None` where none is.
fn fills(judged: &Judged, (lacking, renames): (&[Op], &Renames), question: &Question) -> Option<Vec<Fill>> {
    let effects = judged.evidence.iter().map(|one| one.place).collect::<BTreeSet<_>>();
    let all =
        effects.into_iter().flat_map(|place| question.migrated.history.migrations[place.migration].effects[place.effect].fills.iter());
    // A table that is new has no rows to fill.
    let there = |fill: &&Fill| fill.column.relation().is_some_and(|table| renames.stands(table, question));
    let requires = |op: &Op, fill: &Fill| op.key() == fill.column && !matches!(op, Op::Set { attr, .. } if *attr != Attr::NotNull);
    let needed: Vec<Fill> = all.filter(there).filter(|fill| lacking.iter().any(|op| requires(op, fill))).cloned().collect();
    (!needed.is_empty()).then_some(needed)
}

/// The same operations with the columns to fill left nullable, and without what stands on them, or what takes rows or values away:
/// that may be held, and goes last.
fn loosened(lacking: &[Op], fills: &[Fill]) -> Vec<Op> {
    let is_filled = |key: Key| fills.iter().any(|fill| fill.column == key);
    let stands_on = |object: &Object| {
        fills.iter().any(|fill| {
            let same =
                object.key.kind != Kind::Column && object.key.owner == fill.column.owner && object.key.namespace == fill.column.namespace;
            let listed = object.names(Attr::Columns).contains(&fill.column.name)
                || object.parts(Attr::Parts).iter().any(|part| part.name() == Some(fill.column.name));
            same && (listed || object.key.kind == Kind::Check)
        })
    };
    let loose = |op: &Op| match op {
        Op::Create { object, guard } if is_filled(object.key) => {
            let mut object = object.clone();
            object.set(Attr::NotNull, None);
            Some(Op::Create { object, guard: *guard })
        }
        Op::Create { object, .. } if stands_on(object) => None,
        Op::Drop { key, .. } if key.kind.spec().holds_data => None,
        Op::Set { key, attr: Attr::NotNull, .. } if is_filled(*key) => None,
        other => Some(other.clone()),
    };
    lacking.iter().filter_map(loose).collect()
}

fn source(name: &str, schema: crate::ir::Schema) -> Source {
    Source { name: name.to_string(), reading: Reading::default(), schema, diagnostics: Vec::new() }
}

fn with(live: &Source, ops: &[Op], question: &Question) -> Result<Source, String> {
    let mut schema = live.schema.clone();
    let located = ops.iter().map(|op| Located::new(op.clone(), None));
    match replay::replay(&mut schema, located, question.dialect).first() {
        Some(fault) => Err(format!("no SQL can complete it by itself: {}", fault.message)),
        None => Ok(source("the migration", schema)),
    }
}

/// The SQL between two sides; none where nothing runs.
fn compiled((from, to): (&Source, &Source), options: &Options, question: &Question) -> Result<Script, String> {
    let compiled = compile::compile(Pair::new(from, to), options, question.dialect);
    if compile::fatal(&compiled.diagnostics) {
        let faults = compiled.diagnostics.iter().filter(|fault| fault.severity == crate::base::Severity::Error);
        let why = faults.map(|fault| fault.message.clone()).next().unwrap_or_default();
        return Err(format!("no correct SQL can complete it: {why}"));
    }
    let held = compiled.plan.steps.iter().any(|planned| planned.held);
    let sql = if compiled.plan.steps.is_empty() { String::new() } else { body(&compiled.script) };
    Ok(Script { sql, back: String::new(), held, after: Some(compile::after(from, &compiled, question.dialect)) })
}

/// A script without what its head says of two sides that nobody named.
fn body(script: &str) -> String {
    let (head, body) = script.split_once("\n\n").unwrap_or(("", script));
    let sides = ["-- amend:", "-- live:", "-- desired:", "-- not compared:"];
    let said = head.lines().filter(|line| !sides.iter().any(|side| line.starts_with(side)));
    said.map(|line| format!("{line}\n")).chain([body.to_string()]).collect()
}
