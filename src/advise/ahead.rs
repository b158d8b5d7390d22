//! Migrations that Django must not run as the tables stand. To change a table of SQLite it makes it anew from the models as the rows and
//! the migration tell them (django/db/backends/sqlite3/schema.py, `_remake_table`): a column that these do not know is lost with its values.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::Status;
use super::{Judged, Question, Verdict};
use crate::ir::{Key, Kind};
use crate::sources::django::{Carried, Change};

/// By migration what Django would lose, or would not find any more, where it is one that Django would run.
pub fn of(migrations: &[Judged], question: &Question) -> Vec<Option<Key>> {
    let history = &question.migrated.history;
    if !history.remakes {
        return (0..migrations.len()).map(|at| taken(at, migrations, question)).collect();
    }
    let made = history.migrations.iter().enumerate().flat_map(|(at, one)| changes(one).map(move |change| (change.key, at)));
    let last: BTreeMap<Key, usize> = made.collect();
    let mut known: BTreeSet<Key> = history.untold.clone();
    let mut names = Names::default();
    let mut lost = Vec::with_capacity(migrations.len());
    for (at, (judged, carried)) in migrations.iter().zip(&history.migrations).enumerate() {
        let tables: BTreeSet<Key> = changes(carried).filter_map(|change| change.key.relation()).collect();
        let there: Vec<(Key, Key)> = tables.into_iter().map(|table| (table, names.live(table))).collect();
        let there: Vec<(Key, Key)> = there.into_iter().filter(|(_, live)| question.live.schema.contains(*live)).collect();
        let is_strange = |key: &Key| !known.contains(key) && last.get(key).is_none_or(|last| *last <= at);
        let columns = question.live.schema.iter().map(|object| object.key).filter(|key| key.kind == Kind::Column);
        let owned = |column: Key| there.iter().find(|(_, live)| column.relation() == Some(*live)).map(|(table, _)| (column, *table));
        let mut strangers = columns.filter_map(owned).filter(|(column, table)| is_strange(&Key { owner: table.name, ..*column }));
        let tables: Vec<Key> = there.iter().map(|(table, _)| *table).collect();
        let later = || made_later(judged, &tables, (&migrations[at + 1..], question));
        let open = judged.verdict == Verdict::Apply && !there.is_empty();
        lost.push(if open { strangers.next().map(|(column, _)| column).or_else(later) } else { None });
        for Change { key, after, .. } in changes(carried) {
            match after {
                Some(_) => drop(known.insert(*key)),
                // What Django takes away or renames is not there any more by then.
                None if judged.verdict == Verdict::Apply => {}
                None => drop(known.remove(key)),
            }
        }
        names.follow(judged, carried);
    }
    lost
}

/// A table that Django would change, and that the SQL of a later migration renames or takes away before Django runs anything.
fn taken(at: usize, migrations: &[Judged], question: &Question) -> Option<Key> {
    let (judged, carried) = (&migrations[at], &question.migrated.history.migrations[at]);
    if judged.verdict != Verdict::Apply {
        return None;
    }
    let tables: BTreeSet<Key> = changes(carried).filter_map(|change| change.key.relation()).collect();
    let patched = migrations[at + 1..].iter().filter(|later| later.verdict == Verdict::Patch);
    let open = patched.flat_map(|later| &later.evidence).filter(|one| one.status == Status::Absent);
    let gone = |place: super::timeline::Place, key: Key| {
        let effect = &question.migrated.history.migrations[place.migration].effects[place.effect];
        effect.changes.iter().any(|change| change.key == key && change.after.is_none())
    };
    let mut gone = open.filter_map(|one| one.about.filter(|(key, attr)| attr.is_none() && gone(one.place, *key))).map(|(key, _)| key);
    gone.find(|key| tables.contains(key) && question.live.schema.contains(*key))
}

/// The names that tables have on the live side, by those that they have after the migrations that Django is to run.
#[derive(Default)]
struct Names(BTreeMap<Key, Key>);

impl Names {
    fn live(&self, table: Key) -> Key {
        self.0.get(&table).copied().unwrap_or(table)
    }

    fn follow(&mut self, judged: &Judged, carried: &Carried) {
        if judged.verdict != Verdict::Apply {
            return;
        }
        let tables = carried.effects.iter().flat_map(|effect| &effect.renames).filter(|(from, _)| from.relation().is_none());
        for (from, to) in tables {
            let live = self.live(*from);
            self.0.insert(*to, live);
        }
    }
}

fn changes(carried: &Carried) -> impl Iterator<Item = &Change> {
    carried.effects.iter().flat_map(|effect| &effect.changes)
}

/// What a later migration has made of the tables, or what SQL is to make of them before Django runs anything; recorded ones Django
/// knows, and what does not wait for this one is recorded first.
fn made_later(judged: &Judged, tables: &[Key], (later, question): (&[Judged], &Question)) -> Option<Key> {
    let waits = |other: &&Judged| other.id.app == judged.id.app || question.migrated.plan.ancestors(&other.id).contains(&judged.id);
    let facts = later.iter().filter(|other| other.recorded != Some(true)).filter(waits).flat_map(|other| {
        let completed = other.verdict == Verdict::Patch;
        other.evidence.iter().filter(move |one| completed || one.status == Status::Present)
    });
    facts.filter_map(|one| one.about).map(|(key, _)| key).find(|key| key.relation().is_some_and(|table| tables.contains(&table)))
}
