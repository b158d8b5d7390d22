//! What a person must know before Django runs a migration: rows that it deletes, rows that stop it, and a default that it
//! evaluates only once.

use super::judge::{Evidence, Status};
use super::{Judged, Question, Verdict, backfill};
use crate::ir::{Attr, Key, Kind};
use crate::sources::django::{Effect, Fill, FillValue};

/// Adds the notes of every migration that is to be run.
pub fn write(migrations: &mut [Judged], question: &Question) {
    for judged in migrations.iter_mut().filter(|judged| judged.verdict == Verdict::Apply) {
        let mut notes = deleted(judged, question);
        notes.extend(filled(judged, question));
        judged.notes.extend(notes);
    }
}

fn effect<'a>(one: &Evidence, question: &'a Question) -> &'a Effect {
    &question.migrated.history.migrations[one.place.migration].effects[one.place.effect]
}

/// The tables and columns that go with what they hold, each with the command that saves it.
fn deleted(judged: &Judged, question: &Question) -> Vec<String> {
    let gone = |one: &Evidence| {
        let (key, attr) = one.about?;
        let effect = effect(one, question);
        let goes = effect.changes.iter().any(|change| change.key == key && change.after.is_none());
        let renamed = effect.renames.iter().any(|(from, _)| *from == key || key.relation() == Some(*from));
        (one.status == Status::Absent && attr.is_none() && goes && !renamed && key.kind.spec().holds_data).then_some(key)
    };
    let mut keys: Vec<Key> = judged.evidence.iter().filter_map(gone).filter(|key| question.live.schema.contains(*key)).collect();
    let tables: Vec<Key> = keys.iter().filter(|key| key.kind == Kind::Table).copied().collect();
    keys.retain(|key| key.kind == Kind::Table || key.kind == Kind::Column && !key.relation().is_some_and(|table| tables.contains(&table)));
    keys.into_iter().map(|key| format!("it deletes {key} for good; save it first: {}", dump(key, question))).collect()
}

fn dump(key: Key, question: &Question) -> String {
    let table = if key.kind == Kind::Column { key.owner } else { key.name };
    question.dialect.rules().dump_command.replace("{schema}", key.namespace.as_str()).replace("{table}", table.as_str())
}

/// Columns that become required, where rows may stop that, and defaults that Django evaluates once for all rows.
fn filled(judged: &Judged, question: &Question) -> Vec<String> {
    let mut effects: Vec<&Effect> = judged.evidence.iter().map(|one| effect(one, question)).collect();
    effects.dedup_by_key(|effect| std::ptr::from_ref(*effect));
    let fills = effects.into_iter().flat_map(|effect| effect.fills.iter().map(move |fill| (fill, effect)));
    fills.filter_map(|(fill, effect)| told(fill, effect, question)).collect()
}

fn told(fill: &Fill, effect: &Effect, question: &Question) -> Option<String> {
    let table = fill.column.relation()?;
    question.live.schema.resolve(table)?;
    let was = effect.changes.iter().find(|change| change.key == fill.column)?.before.as_ref();
    let there = question.live.schema.get(fill.column).is_some_and(|column| !column.has(Attr::NotNull));
    if was.is_some() && there {
        let value = match &fill.value {
            FillValue::Asked => String::new(),
            _ => format!("; to fill them: {}", backfill::update(fill, question).lines().skip(1).collect::<Vec<_>>().join(" ")),
        };
        return Some(format!(
            "a row without a value stops it; this must be 0 first: {}{value}",
            backfill::empty_rows(fill.column, question)
        ));
    }
    let made = effect.changes.iter().filter_map(|change| change.after.as_ref()).any(|object| {
        let unique = object.key.kind == Kind::Unique || object.has(Attr::Unique);
        let part = object.parts(Attr::Parts).iter().any(|part| part.name() == Some(fill.column.name));
        unique && (part || object.names(Attr::Columns).contains(&fill.column.name))
    });
    let once = was.is_none() && made && matches!(fill.value, FillValue::PerRow(_));
    once.then(|| {
        format!(
            "Django evaluates the default of {} once and gives it to all rows: with more than one row its uniqueness stops the migration; split it: nullable first, then a value for each row ({}), then unique",
            fill.column,
            backfill::update(fill, question).lines().skip(1).collect::<Vec<_>>().join(" ")
        )
    })
}
