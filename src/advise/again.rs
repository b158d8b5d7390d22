//! A migration of which a part is there and which Django may run nevertheless: what is there is set again and stays as it is.
//! Where the rest shows in no schema, or loses data, that is better than SQL that cannot complete it.

use super::Question;
use super::judge::{Evidence, Status};
use crate::ir::{Attr, Kind};

/// What the verdict means for it.
pub const MEANING: &str = "a part of its effects is there, and Django can run all of it";

/// What is said of it.
pub const NOTE: &str = "what is there already Django sets again, which changes nothing";

/// Facts of a column that ALTER sets again without an error.
const SET_AGAIN: &[Attr] = &[Attr::Type, Attr::NotNull, Attr::Comment];

/// Whether everything that is there may be set again, and the rest is better run by Django. `hidden` where some shows in no schema.
pub fn may_run(evidence: &[Evidence], hidden: bool, question: &Question) -> bool {
    let all = evidence.iter().filter(|one| one.status == Status::Present);
    (hidden || evidence.iter().any(|one| loses(one, question))) && all.into_iter().all(|one| is_set(one, question))
}

fn is_set(one: &Evidence, question: &Question) -> bool {
    let Some((key, Some(attr))) = one.about else { return false };
    // A key that begins to count up cannot do so twice.
    let counts = question.live.schema.get(key).is_some_and(|column| column.has(Attr::Identity) || column.has(Attr::AutoIncrement));
    key.kind == Kind::Column && SET_AGAIN.contains(&attr) && !counts
}

/// Whether what is still to be done takes rows or values away.
fn loses(one: &Evidence, question: &Question) -> bool {
    let Some((key, None)) = one.about.filter(|_| one.status == Status::Absent) else { return false };
    let effect = &question.migrated.history.migrations[one.place.migration].effects[one.place.effect];
    let renamed = effect.renames.iter().any(|(from, _)| *from == key || key.relation() == Some(*from));
    key.kind.spec().holds_data && !renamed && effect.changes.iter().any(|change| change.key == key && change.after.is_none())
}
