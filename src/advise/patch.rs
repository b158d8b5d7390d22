//! The SQL that completes a migration of which only a part is there, through the same pipeline as every script: planned,
//! printed, read back and proven.

use std::collections::BTreeSet;

use super::backfill;
use super::judge::{Evidence, Status};
use super::{Judged, Question, Verdict};
use crate::compile::{self, Options, Source};
use crate::ir::op::Guard;
use crate::ir::{Attr, Hazard, Key, Kind, Object, Op, Pair};
use crate::replay::{self, Located};
use crate::sources::Reading;
use crate::sources::django::{Change, Fill};

/// What is said of a script of which a part is held.
const HELD: &str =
    "its SQL holds back what loses data, so it is not complete and must not be faked yet: save what goes, then ask again with --allow drop";

/// Above every place that an object of the live side has.
const BEHIND: u32 = 1 << 30;

/// Writes the SQL of every migration that is to be patched or repaired; what cannot be written blocks it.
pub fn write(migrations: &mut [Judged], question: &Question) {
    for judged in migrations.iter_mut().filter(|judged| matches!(judged.verdict, Verdict::Patch | Verdict::Missing)) {
        match script(judged, question) {
            Ok(script) => {
                (judged.sql, judged.back, judged.held) = (script.sql, script.back, script.held);
                judged.notes.extend(judged.held.then(|| HELD.to_string()));
            }
            Err(why) => {
                judged.notes.push(why);
                if judged.verdict == Verdict::Patch {
                    judged.verdict = Verdict::Blocked;
                }
            }
        }
    }
    // A migration that later ones need stays open as well: what a repair cannot do, a person does.
    for judged in migrations.iter_mut().filter(|judged| judged.verdict == Verdict::Blocked) {
        let found = judged.evidence.iter().filter(|one| one.status == Status::Contradicting).map(|one| one.fact.clone());
        let found: Vec<String> = found.collect();
        if !found.is_empty() {
            judged.notes.push(format!(
                "the ways out: bring the live object to what the migration says ({}), or change the migration",
                found.join("; ")
            ));
        }
    }
}

/// What completes a migration.
#[derive(Default)]
struct Script {
    sql: String,
    back: String,
    held: bool,
}

/// The script from the live side to the live side with what is lacking, and the way back.
fn script(judged: &Judged, question: &Question) -> Result<Script, String> {
    let lacking = lacking(judged, question);
    if lacking.is_empty() {
        return Ok(Default::default());
    }
    let fills = fills(judged, &lacking, question);
    let live = source("live", question.live.schema.clone());
    let whole = with(&live, &lacking, question)?;
    let back = back(&whole, &live, question);
    let Some(fills) = fills else {
        let (sql, held) = compiled(&live, &whole, question)?;
        return Ok(Script { sql, back, held });
    };
    let loose = with(&live, &loosened(&lacking, &fills), question)?;
    let (mut text, before) = compiled(&live, &loose, question)?;
    for fill in &fills {
        text += &backfill::script(fill, backfill::is_unique(fill, &lacking), question);
    }
    let (rest, after) = compiled(&loose, &whole, question)?;
    text += &rest;
    Ok(Script { sql: text, back, held: before || after })
}

/// The way back, which takes what was filled in with it.
fn back(whole: &Source, live: &Source, question: &Question) -> String {
    let mut options = question.options.clone();
    options.wishes.allowed.insert(Hazard::Drop);
    compiled_with(whole, live, &options, question).map_or_else(|why| format!("-- {why}\n"), |(sql, _)| sql)
}

/// The operations that are not there yet.
fn lacking(judged: &Judged, question: &Question) -> Vec<Op> {
    let open = |one: &&Evidence| matches!(one.status, Status::Absent | Status::Contradicting) || is_counter(one, question);
    let mut ops: Vec<Op> = Vec::new();
    let mut renamed: BTreeSet<Key> = BTreeSet::new();
    for one in judged.evidence.iter().filter(open) {
        let Some((key, attr)) = one.about else { continue };
        let effect = &question.migrated.history.migrations[one.place.migration].effects[one.place.effect];
        for (from, to) in effect.renames.iter().filter(|(from, to)| *from == key || *to == key) {
            let free = question.live.schema.contains(*from) && !question.live.schema.contains(*to);
            if free && renamed.insert(*from) {
                renamed.insert(*to);
                ops.push(Op::Rename { key: *from, to: to.name });
            }
        }
        let Some(change) = effect.changes.iter().find(|change| change.key == key) else { continue };
        if renamed.iter().any(|known| *known == key || key.relation() == Some(*known)) {
            continue;
        }
        ops.extend(op(change, attr));
    }
    ops.sort_by_key(|op| (rank(op), op.key()));
    ops.dedup();
    ops
}

/// The sequence of a new table's key: no source of models shows it, but it comes with the column.
fn is_counter(one: &Evidence, question: &Question) -> bool {
    one.status == Status::Unseen && one.about.is_some_and(|(key, _)| key.kind == Kind::Sequence && !question.live.schema.contains(key))
}

/// Drops first, then renames, then what is made, tables before their parts.
fn rank(op: &Op) -> u8 {
    match op {
        Op::Drop { .. } => 0,
        Op::Rename { .. } => 1,
        Op::Create { .. } => 2,
        _ => 3,
    }
}

fn op(change: &Change, attr: Option<Attr>) -> Option<Op> {
    match (attr, &change.after) {
        (None, Some(object)) => {
            let mut object = object.clone();
            // Behind what is there already.
            object.ordinal = object.ordinal.saturating_add(BEHIND);
            Some(Op::Create { object, guard: Guard::Replace })
        }
        (None, None) => Some(Op::Drop { key: change.key, guard: Guard::Lenient, cascade: false }),
        (Some(attr), Some(object)) => Some(Op::set(change.key, attr, object.get(attr).cloned())),
        (Some(_), None) => None,
    }
}

/// What existing rows need, where a required column is new; `None` where none is.
fn fills(judged: &Judged, lacking: &[Op], question: &Question) -> Option<Vec<Fill>> {
    let effects = judged.evidence.iter().map(|one| one.place).collect::<BTreeSet<_>>();
    let all =
        effects.into_iter().flat_map(|place| question.migrated.history.migrations[place.migration].effects[place.effect].fills.iter());
    // A table that is new has no rows to fill.
    let there = |fill: &&Fill| fill.column.relation().is_some_and(|table| question.live.schema.resolve(table).is_some());
    let requires = |op: &Op, fill: &Fill| op.key() == fill.column && !matches!(op, Op::Set { attr, .. } if *attr != Attr::NotNull);
    let needed: Vec<Fill> = all.filter(there).filter(|fill| lacking.iter().any(|op| requires(op, fill))).cloned().collect();
    (!needed.is_empty()).then_some(needed)
}

/// The same operations with the columns to fill left nullable, and without what stands on them.
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
    let located = ops.iter().map(|op| Located { op: op.clone(), span: None });
    match replay::replay(&mut schema, located, question.dialect).first() {
        Some(fault) => Err(format!("no SQL can complete it by itself: {}", fault.message)),
        None => Ok(source("the migration", schema)),
    }
}

/// The SQL between two sides, and whether a part of it is held.
fn compiled(from: &Source, to: &Source, question: &Question) -> Result<(String, bool), String> {
    compiled_with(from, to, question.options, question)
}

fn compiled_with(from: &Source, to: &Source, options: &Options, question: &Question) -> Result<(String, bool), String> {
    let compiled = compile::compile(Pair::new(from, to), options, question.dialect);
    if compile::fatal(&compiled.diagnostics) {
        let faults = compiled.diagnostics.iter().filter(|fault| fault.severity == crate::base::Severity::Error);
        let why = faults.map(|fault| fault.message.clone()).next().unwrap_or_default();
        return Err(format!("no correct SQL can complete it: {why}"));
    }
    Ok((body(&compiled.script), compiled.plan.steps.iter().any(|planned| planned.held)))
}

/// A script without what its head says of two sides that nobody named.
fn body(script: &str) -> String {
    let (head, body) = script.split_once("\n\n").unwrap_or(("", script));
    let sides = ["-- amend:", "-- live:", "-- desired:", "-- not compared:"];
    let said = head.lines().filter(|line| !sides.iter().any(|side| line.starts_with(side)));
    said.map(|line| format!("{line}\n")).chain([body.to_string()]).collect()
}
