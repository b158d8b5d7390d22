//! Columns whose type cannot be told: no SQL of ours makes them, and where one is not there nothing is faked.

use super::judge::{Evidence, Status};
use super::timeline::Place;
use super::{Judged, Question, Verdict};
use crate::ir::{Key, Kind};

/// Takes back what was judged without the columns that could not be told and that are not there.
pub fn write(migrations: &mut [Judged], question: &Question) {
    for (at, judged) in migrations.iter_mut().enumerate() {
        let mut gaps = gaps(at, question);
        gaps.extend(renamed(at, question).into_iter().filter(|one| one.status == Status::Absent));
        let (Some(first), Verdict::Fake | Verdict::Patch | Verdict::Missing) = (gaps.first(), judged.verdict) else { continue };
        let named = first.about.map(|(key, _)| key.to_string()).unwrap_or_default();
        judged.notes.push(match judged.verdict {
            Verdict::Fake => format!("{named} is not there, and its type cannot be told: faking would leave it out"),
            _ => format!("{named} is not there, and its type cannot be told: SQL that completes the rest would leave it out"),
        });
        judged
            .notes
            .push("the ways out: add the column by hand as `sqlmigrate` prints it, or name its packages with --packages".to_string());
        judged.verdict = if judged.verdict == Verdict::Fake { Verdict::Manual } else { Verdict::Blocked };
        (judged.sql, judged.back) = Default::default();
        judged.evidence.extend(gaps.into_iter().filter(|gap| gap.status == Status::Unseen));
    }
}

/// What the names alone say of a column that is renamed and whose type cannot be told: the new one is there, or the old one still.
pub fn renamed(migration: usize, question: &Question) -> Vec<Evidence> {
    let live = &question.live.schema;
    let effects = question.migrated.history.migrations[migration].effects.iter().enumerate();
    let each = effects.flat_map(|(effect, done)| {
        let told = |key: Key| done.changes.iter().any(|change| change.key == key);
        let untold = done.renames.iter().filter(move |(old, new)| new.kind == Kind::Column && !told(*old) && !told(*new));
        untold.map(move |(old, new)| Evidence {
            op: done.title.clone(),
            fact: format!("{new}, before {old}"),
            status: match (live.contains(*old), live.contains(*new)) {
                (false, true) => Status::Present,
                (true, false) => Status::Absent,
                _ => Status::Unseen,
            },
            instead: None,
            model: done.span,
            live: live.get(*new).and_then(|object| object.span),
            place: Place { migration, effect },
            about: Some((*new, None)),
        })
    });
    each.collect()
}

/// The columns of a migration that could not be told and that the live tables lack.
fn gaps(migration: usize, question: &Question) -> Vec<Evidence> {
    let history = &question.migrated.history;
    let live = &question.live.schema;
    let lacks = |key: Key| {
        let stays = history.untold.contains(&key) || history.database.contains(key);
        stays && !live.contains(key) && key.relation().is_some_and(|table| live.resolve(table).is_some())
    };
    let effects = history.migrations[migration].effects.iter().enumerate();
    let each = effects.flat_map(|(effect, done)| {
        let lacking = done.untold.iter().filter(|(key, _)| lacks(*key));
        lacking.map(move |(key, why)| Evidence {
            op: done.title.clone(),
            fact: format!("{key}: {why}"),
            status: Status::Unseen,
            instead: None,
            model: done.span,
            live: None,
            place: Place { migration, effect },
            about: Some((*key, None)),
        })
    });
    each.collect()
}
