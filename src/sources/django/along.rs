//! What a table has beside its model, by SQL or under another name, and what operations on the model do to it.

use std::collections::{BTreeMap, BTreeSet};

use super::flavor::Engine;
use super::history::{Change, Runner};
use super::state::ModelKey;
use super::table::Table;
use super::taste::covered;
use crate::base::Name;
use crate::ir::{Attr, Key, Kind, Object, Op, Schema};
use crate::replay::{self, Located};

/// The key of an object before renames of it or of its table.
fn former(key: Key, renames: &[(Key, Key)]) -> Option<Key> {
    if let Some((from, _)) = renames.iter().find(|(_, to)| *to == key) {
        return Some(*from);
    }
    let table = key.relation()?;
    let owner = renames.iter().find(|(_, to)| *to == table).map_or(table, |(from, _)| *from);
    Some(Key { owner: owner.name, ..key })
}

impl Runner<'_> {
    /// What an operation renames or alters stays otherwise as the database has it: a model that came by its state alone may say
    /// another type than its column has, or an index that nothing made. SQLite makes altered tables anew from the model
    /// (django/db/backends/sqlite3/schema.py, `_remake_table`).
    pub(super) fn kept(&self, changes: &mut Vec<Change>, renames: &[(Key, Key)]) {
        let remakes = self.ground.flavor.engine == Engine::Sqlite;
        let was = |key: Key| former(key, renames).filter(|was| *was != key || !remakes);
        let gone: BTreeMap<Key, Object> = changes.iter().filter_map(|change| Some((change.key, change.before.clone()?))).collect();
        let mut unmade: BTreeSet<Key> = BTreeSet::new();
        for change in changes.iter_mut() {
            let (Some(after), Some(was)) = (&mut change.after, was(change.key)) else { continue };
            let Some(before) = gone.get(&was) else { continue };
            match self.database.get(was) {
                Some(there) if was.kind == Kind::Column => {
                    let same = there.differing(before).into_iter().filter(|attr| before.get(*attr) == after.get(*attr));
                    same.collect::<Vec<_>>().into_iter().for_each(|attr| after.set(attr, there.get(attr).cloned()));
                }
                None if was != change.key && was.relation().is_some_and(|table| self.database.contains(table)) => {
                    unmade.extend([was, change.key]);
                }
                _ => {}
            }
        }
        changes.retain(|change| !unmade.contains(&change.key));
    }

    /// The changes that come along with those of the model.
    pub(super) fn along(&self, changes: &[Change], renames: &[(Key, Key)], tables: &[(ModelKey, Vec<Table>)]) -> Vec<Change> {
        let mut along = self.moved(changes, renames);
        along.extend(self.respelled(changes, renames));
        along.extend(self.referring(changes, renames));
        along.extend(self.gone(changes, renames));
        let known: BTreeSet<Key> = changes.iter().chain(&along).map(|change| change.key).collect();
        along.extend(self.unmade(changes, tables).into_iter().filter(|change| !known.contains(&change.key)));
        along
    }

    /// What a renamed table has beside its model goes along.
    fn moved(&self, changes: &[Change], renames: &[(Key, Key)]) -> Vec<Change> {
        let ours = |key: Key| changes.iter().any(|change| change.key == key);
        let tables = renames.iter().filter(|(from, _)| !from.kind.spec().owned);
        let parts = tables.flat_map(|(from, to)| self.database.all_parts(*from).map(move |part| (part, to.name)));
        let beside = parts.filter(|(part, _)| !ours(part.key));
        let each = beside.flat_map(|(part, owner)| {
            let mut moved = part.clone();
            moved.key.owner = owner;
            let gone = Change { key: part.key, before: Some(part.clone()), after: None };
            [gone, Change { key: moved.key, before: None, after: Some(moved) }]
        });
        each.collect()
    }

    /// What speaks of a renamed column beside the model, such as a check of a RunSQL, follows as on a server.
    fn respelled(&self, changes: &[Change], renames: &[(Key, Key)]) -> Vec<Change> {
        let ours = |key: Key| changes.iter().any(|change| change.key == key);
        let columns = renames.iter().filter(|(from, to)| from.kind == Kind::Column && from.owner == to.owner);
        let each = columns.flat_map(|(from, to)| {
            let table = from.relation().unwrap_or(*from);
            let beside: Vec<&Object> = self.database.all_parts(table).filter(|part| !ours(part.key)).collect();
            let mut after: Schema = Schema::default();
            if beside.iter().any(|part| part.key.kind != Kind::Column) {
                self.database.get(table).into_iter().chain(self.database.all_parts(table)).for_each(|object| after.insert(object.clone()));
                let rename = Located::new(Op::Rename { key: *from, to: to.name }, None);
                replay::replay(&mut after, std::iter::once(rename), self.ground.press.dialect);
            }
            let one = |part: &Object| {
                let now = after.get(part.key).filter(|now| !now.differing(part).is_empty())?;
                Some(Change { key: part.key, before: Some(part.clone()), after: Some(now.clone()) })
            };
            beside.into_iter().filter_map(one).collect::<Vec<_>>()
        });
        each.collect()
    }

    /// Foreign keys of tables that no model has at the time follow what they refer to: a table or column under another name.
    fn referring(&self, changes: &[Change], renames: &[(Key, Key)]) -> Vec<Change> {
        let ours = |key: Key| changes.iter().any(|change| change.key == key);
        let tables: BTreeSet<Key> = renames.iter().map(|(from, _)| from.relation().unwrap_or(*from)).collect();
        let refers = |object: &&Object| object.key_of(Attr::References).is_some_and(|table| tables.contains(&table));
        let own = |object: &&Object| ours(object.key) || object.key.relation().is_some_and(|table| tables.contains(&table));
        let keys: Vec<&Object> = self.database.of_kind(Kind::ForeignKey).filter(refers).filter(|key| !own(key)).collect();
        if keys.is_empty() {
            return Vec::new();
        }
        let mut after: Schema = Schema::default();
        keys.iter().for_each(|key| after.insert((*key).clone()));
        let parts = |table: &Key| self.database.get(*table).into_iter().chain(self.database.all_parts(*table)).cloned().collect::<Vec<_>>();
        tables.iter().flat_map(parts).for_each(|object| after.insert(object));
        // A column is found under the name that its table has by then.
        let (whole, columns): (Vec<_>, Vec<_>) = renames.iter().partition(|(from, _)| from.relation().is_none());
        let columns = columns.into_iter().map(|(from, to)| (Key { owner: to.owner, ..from }, to));
        let renamed = whole.into_iter().chain(columns).map(|(key, to)| Located::new(Op::Rename { key, to: to.name }, None));
        let dialect = self.ground.press.dialect;
        replay::replay(&mut after, renamed, dialect);
        let one = |key: &&Object| {
            let Some(now) = after.get(key.key).filter(|now| !now.differing(key).is_empty()) else { return Vec::new() };
            let mut now = now.clone();
            let gone = Change { key: key.key, before: Some((*key).clone()), after: None };
            // A key that bears no name is told by what it refers to.
            if dialect.implied_name(&Schema::default(), key) == key.key.name {
                now.key.name = dialect.implied_name(&Schema::default(), &now);
            }
            match now.key == key.key {
                true => vec![Change { after: Some(now), ..gone }],
                false => vec![gone, Change { key: now.key, before: None, after: Some(now) }],
            }
        };
        keys.iter().flat_map(one).collect()
    }

    /// What goes with a column, and what Django finds by its columns rather than by the name that the model would give it
    /// (django/db/backends/base/schema.py, `_constraint_names`).
    fn gone(&self, changes: &[Change], renames: &[(Key, Key)]) -> Vec<Change> {
        let ours = |key: Key| changes.iter().any(|change| change.key == key);
        let renamed = |key: Key| renames.iter().any(|(from, _)| *from == key || key.relation() == Some(*from));
        let mut found: BTreeSet<Key> = BTreeSet::new();
        for change in changes.iter().filter(|change| change.after.is_none() && !renamed(change.key)) {
            let (Some(table), Some(before)) = (change.key.relation(), &change.before) else { continue };
            let wanted: Vec<Name> = if change.key.kind == Kind::Column { vec![change.key.name] } else { covered(before) };
            let goes = |part: &&Object| match change.key.kind {
                Kind::Column => part.key.kind != Kind::Column && covered(part).contains(&change.key.name),
                kind => {
                    let same = part.key.kind == kind && part.has(Attr::Unique) == before.has(Attr::Unique) && covered(part) == wanted;
                    same && !wanted.is_empty() && !wanted.contains(&Name::NONE) && !self.database.contains(change.key)
                }
            };
            found.extend(self.database.all_parts(table).filter(goes).map(|part| part.key).filter(|key| !ours(*key)));
        }
        let one = |key: Key| Change { key, before: self.database.get(key).cloned(), after: None };
        found.into_iter().map(one).collect()
    }
    /// The indexes beside the model of a table that may have been made anew, where the live side has them no more: on SQLite
    /// Django makes a changed table anew with the model's own indexes (django/db/backends/sqlite3/schema.py, `_remake_table`).
    fn unmade(&self, changes: &[Change], tables: &[(ModelKey, Vec<Table>)]) -> Vec<Change> {
        let Some(live) = self.ground.taste.live.filter(|_| self.ground.flavor.engine == Engine::Sqlite) else { return Vec::new() };
        let changed: BTreeSet<Key> =
            changes.iter().filter(|change| change.key.kind == Kind::Column).filter_map(|change| change.key.relation()).collect();
        let indexes = changed.into_iter().flat_map(|table| self.database.parts(table, Kind::Index));
        let lost: Vec<&Object> = indexes.filter(|index| !live.contains(index.key)).collect();
        if lost.is_empty() {
            return Vec::new();
        }
        let all = tables.iter().flat_map(|(_, tables)| tables);
        let own: BTreeSet<Key> =
            all.flat_map(|table| self.ground.press.objects(table, self.ground.taste)).map(|object| object.key).collect();
        let beside = lost.into_iter().filter(|index| !own.contains(&index.key));
        beside.map(|index| Change { key: index.key, before: Some(index.clone()), after: None }).collect()
    }
}
