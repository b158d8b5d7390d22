//! The SQL that completes a migration of which only a part is there, through the same pipeline as every script: planned,
//! printed, read back and proven.

use std::collections::{BTreeMap, BTreeSet};

use super::backfill;
use super::judge::{Evidence, Status};
use super::timeline::Place;
use super::{Judged, Question, Verdict};
use crate::compile::{self, Options, Renamed, Source};
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
                (judged.sql, judged.held) = (script.sql, script.held);
                // What is held does not run, so there is nothing to take back.
                judged.back = if script.held { String::new() } else { script.back };
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
    let renames = renames(judged, question);
    let lacking = lacking(judged, &renames, question);
    if lacking.is_empty() {
        return Ok(Default::default());
    }
    let fills = fills(judged, &lacking, question);
    let live = source("live", question.live.schema.clone());
    let whole = with(&live, &lacking, question)?;
    let mut options = question.options.clone();
    options.renames.extend(renames.iter().map(|(old, new)| Renamed::Known { old: *old, new: *new }));
    let back = back(&whole, &live, &renames, question);
    let Some(fills) = fills else {
        let (sql, held) = compiled(&live, &whole, &options, question)?;
        return Ok(Script { sql, back, held });
    };
    let loose = with(&live, &loosened(&lacking, &fills), question)?;
    let (mut text, before) = compiled(&live, &loose, &options, question)?;
    for fill in &fills {
        text += &backfill::script(fill, backfill::is_unique(fill, &lacking), question);
    }
    let (rest, after) = compiled(&loose, &whole, question.options, question)?;
    text += &rest;
    Ok(Script { sql: text, back, held: before || after })
}

/// The way back, which takes what was filled in with it.
fn back(whole: &Source, live: &Source, renames: &[(Key, Key)], question: &Question) -> String {
    let mut options = question.options.clone();
    options.wishes.allowed.insert(Hazard::Drop);
    options.renames.extend(renames.iter().map(|(old, new)| Renamed::Known { old: *new, new: *old }));
    compiled(whole, live, &options, question).map_or_else(|why| format!("-- {why}\n"), |(sql, _)| sql)
}

/// An operation that is not there yet, or is contradicted.
fn is_open(one: &Evidence) -> bool {
    matches!(one.status, Status::Absent | Status::Contradicting)
}

/// What is still under its old name, each with its last one; tables before their columns, which have their table's last name.
fn renames(judged: &Judged, question: &Question) -> Vec<(Key, Key)> {
    let live = &question.live.schema;
    let mut found: Vec<(Key, Key)> = Vec::new();
    let open: BTreeSet<(Place, Key)> =
        judged.evidence.iter().filter(|one| is_open(one)).filter_map(|one| Some((one.place, one.about?.0))).collect();
    let places: BTreeSet<Place> = open.iter().map(|(place, _)| *place).collect();
    for place in places {
        let effect = &question.migrated.history.migrations[place.migration].effects[place.effect];
        for (from, to) in effect.renames.iter().filter(|pair| open.contains(&(place, pair.0)) || open.contains(&(place, pair.1))) {
            // A column of a table that bears its new name already is found there.
            let from = if live.contains(*from) { *from } else { Key { owner: to.owner, ..*from } };
            match found.iter_mut().find(|(_, last)| *last == from) {
                Some((_, last)) => *last = *to,
                None if live.contains(from) => found.push((from, *to)),
                None => {}
            }
        }
    }
    found.retain(|(_, to)| !live.contains(*to));
    let tables: BTreeMap<Key, Key> = found.iter().filter(|(from, _)| !from.kind.spec().owned).copied().collect();
    for (_, to) in &mut found {
        to.owner = to.relation().and_then(|table| tables.get(&table)).map_or(to.owner, |table| table.name);
    }
    found.sort_by_key(|(from, to)| (from.kind.spec().owned, *from, *to));
    found
}

/// The operations that are not there yet.
fn lacking(judged: &Judged, renames: &[(Key, Key)], question: &Question) -> Vec<Op> {
    let goes_along = |key: Key| {
        let is = |known: Key| known == key || key.relation() == Some(known);
        renames.iter().any(|(from, to)| is(*from) || is(*to))
    };
    // A sequence stands beside its table and goes along with it.
    let counted = |change: &&Change| {
        let objects = change.before.iter().chain(&change.after);
        let columns = objects.filter_map(|object| object.key_of(Attr::OwnedBy).or(object.key_of(Attr::IdentityOf)));
        !columns.into_iter().any(goes_along)
    };
    let mut ops: Vec<Op> = Vec::new();
    for one in judged.evidence.iter().filter(|one| is_open(one) || is_counter(one, question)) {
        let Some((key, attr)) = one.about.filter(|(key, _)| !goes_along(*key) && !is_passing(one, question)) else { continue };
        let effect = &question.migrated.history.migrations[one.place.migration].effects[one.place.effect];
        ops.extend(effect.changes.iter().find(|change| change.key == key).filter(counted).and_then(|change| op(change, attr)));
    }
    ops.extend(renames.iter().map(|(from, to)| Op::Rename { key: Key { name: from.name, ..*to }, to: to.name }));
    let made: BTreeSet<Key> = ops.iter().filter(|op| matches!(op, Op::Create { .. })).map(|op| op.key()).collect();
    ops.sort_by_key(|op| (rank(op, &made), op.key()));
    ops.dedup();
    ops
}

/// Whether a later operation of the same migration makes or removes the object again.
fn is_passing(one: &Evidence, question: &Question) -> bool {
    let Some((key, None)) = one.about else { return false };
    let later = question.migrated.history.migrations[one.place.migration].effects.iter().skip(one.place.effect + 1);
    let toggles = |change: &Change| change.key == key && change.before.is_none() != change.after.is_none();
    later.flat_map(|effect| &effect.changes).any(toggles)
}

/// The sequence of a new table's key: no source of models shows it, but it comes with the column.
fn is_counter(one: &Evidence, question: &Question) -> bool {
    one.status == Status::Unseen && one.about.is_some_and(|(key, _)| key.kind == Kind::Sequence && !question.live.schema.contains(key))
}

/// Foreign keys go first, then the rest, then renames, tables before their parts, then what is made. An index goes last: a foreign key
/// that stays needs one at any time (MySQL Reference Manual, FOREIGN KEY Constraints).
fn rank(op: &Op, made: &BTreeSet<Key>) -> u8 {
    match op {
        Op::Drop { key, .. } if key.kind == Kind::ForeignKey => 0,
        Op::Drop { key, .. } if key.kind == Kind::Index && !made.contains(key) => 6,
        Op::Drop { .. } => 1,
        Op::Rename { key, .. } => 2 + u8::from(key.kind.spec().owned),
        Op::Create { .. } => 4,
        _ => 5,
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
    let located = ops.iter().map(|op| Located::new(op.clone(), None));
    match replay::replay(&mut schema, located, question.dialect).first() {
        Some(fault) => Err(format!("no SQL can complete it by itself: {}", fault.message)),
        None => Ok(source("the migration", schema)),
    }
}

/// The SQL between two sides, and whether a part of it is held.
fn compiled(from: &Source, to: &Source, options: &Options, question: &Question) -> Result<(String, bool), String> {
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
