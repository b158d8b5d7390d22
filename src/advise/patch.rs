//! The SQL that completes a migration of which only a part is there, through the same pipeline as every script: planned,
//! printed, read back and proven.

use std::collections::BTreeSet;

use super::judge::{Evidence, Status};
use super::timeline::Timeline;
use super::{Judged, Question, Verdict};
use crate::compile::{self, Source};
use crate::ir::op::Guard;
use crate::ir::{Attr, Key, Kind, Object, Op, Pair};
use crate::replay::{self, Located};
use crate::sources::Reading;
use crate::sources::django::{Change, Fill, FillValue};

/// Writes the SQL of every migration that is to be patched or repaired; what cannot be written blocks it.
pub fn write(migrations: &mut [Judged], _timeline: &Timeline, question: &Question) {
    for judged in migrations.iter_mut().filter(|judged| matches!(judged.verdict, Verdict::Patch | Verdict::Missing)) {
        match script(judged, question) {
            Ok(sql) => judged.sql = sql,
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

/// The script from the live side to the live side with what is lacking.
fn script(judged: &Judged, question: &Question) -> Result<String, String> {
    let lacking = lacking(judged, question);
    if lacking.is_empty() {
        return Ok(String::new());
    }
    let fills = fills(judged, &lacking, question);
    let live = source("live", question.live.schema.clone());
    let whole = with(&live, &lacking, question)?;
    let Some(fills) = fills else { return compiled(&live, &whole, question) };
    let loose = with(&live, &loosened(&lacking, &fills), question)?;
    let mut text = compiled(&live, &loose, question)?;
    for fill in &fills {
        text += &filled(fill, question);
    }
    text += &compiled(&loose, &whole, question)?;
    Ok(text)
}

/// The operations that are not there yet.
fn lacking(judged: &Judged, question: &Question) -> Vec<Op> {
    let open = |one: &&Evidence| matches!(one.status, Status::Absent | Status::Contradicting);
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
        (None, Some(object)) => Some(Op::Create { object: object.clone(), guard: Guard::Replace }),
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
    let needed: Vec<Fill> = all.filter(|fill| lacking.iter().any(|op| op.key() == fill.column)).cloned().collect();
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

/// The statements that fill a column and show that nothing is left.
fn filled(fill: &Fill, question: &Question) -> String {
    let quote = |name| question.dialect.quote(name);
    let namespace = fill.column.namespace;
    let default = question.dialect.rules().default_namespace;
    let table = if namespace.is_none() || namespace.as_str() == default {
        quote(fill.column.owner)
    } else {
        format!("{}.{}", quote(namespace), quote(fill.column.owner))
    };
    let column = quote(fill.column.name);
    let update = |value: &str| format!("UPDATE {table} SET {column} = {value} WHERE {column} IS NULL;\n");
    let verify = format!("-- Must be 0 before the next statement.\nSELECT COUNT(*) FROM {table} WHERE {column} IS NULL;\n");
    let body = match &fill.value {
        FillValue::Literal(value) => format!("-- Existing rows get the model's default.\n{}", update(value)),
        FillValue::PerRow(value) => format!("-- Every existing row gets a value of its own.\n{}", update(value)),
        FillValue::Asked => format!(
            "-- The model has no default: put the value for existing rows in place of VALUE, and take the marks away.\n-- {}",
            update("VALUE")
        ),
    };
    format!("{body}{verify}")
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

fn compiled(from: &Source, to: &Source, question: &Question) -> Result<String, String> {
    let compiled = compile::compile(Pair::new(from, to), question.options, question.dialect);
    if compile::fatal(&compiled.diagnostics) {
        let faults = compiled.diagnostics.iter().filter(|fault| fault.severity == crate::base::Severity::Error);
        let why = faults.map(|fault| fault.message.clone()).next().unwrap_or_default();
        return Err(format!("no correct SQL can complete it: {why}"));
    }
    Ok(compiled.script)
}
