//! What goes on under another name: tables, columns and indexes that an operation renames.

use std::collections::BTreeSet;

use super::history::Change;
use super::operation::Operation;
use super::state::{ModelKey, State};
use super::table::Table;
use super::taste::Taste;
use crate::ir::{Key, Kind, Object, Pair};

type Tables = [(ModelKey, Vec<Table>)];

/// The keys before and after an operation, of what keeps its rows. `side` are the tables of what it touches.
pub fn keys(operation: &Operation, side: Pair<&Tables>, state: Pair<&State>, taste: Taste) -> Vec<(Key, Key)> {
    match operation {
        Operation::RenameModel { .. } | Operation::AlterModelTable { .. } => tables(side, taste),
        // A field of many to many gives its name to a table.
        Operation::RenameField { old, new, .. } => columns(side, state, (old, new), taste).into_iter().chain(tables(side, taste)).collect(),
        Operation::RenameIndex { new: to, old: Some(from), .. } => {
            let table = side.desired.first().and_then(|(_, tables)| tables.first());
            let key = table.map(|table| taste.table(&table.name));
            key.map(|key| (key.child(Kind::Index, taste.name(from)), key.child(Kind::Index, taste.name(to)))).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Tables that went and tables that came, where there are as many of both.
fn tables(side: Pair<&Tables>, taste: Taste) -> Vec<(Key, Key)> {
    let names = side.map(|side| side.iter().flat_map(|(_, tables)| tables.iter().map(|table| table.name.clone())).collect::<Vec<_>>());
    let gone: Vec<&String> = names.live.iter().filter(|name| !names.desired.contains(name)).collect();
    let come: Vec<&String> = names.desired.iter().filter(|name| !names.live.contains(name)).collect();
    if gone.len() != come.len() {
        return Vec::new();
    }
    gone.into_iter().zip(come).map(|(one, two)| (taste.table(one), taste.table(two))).collect()
}

/// The columns of the tables between two models, which bear the models' names.
pub fn links(operation: &Operation, changes: &[Change], renames: &[(Key, Key)]) -> Vec<(Key, Key)> {
    if !matches!(operation, Operation::RenameModel { .. }) {
        return Vec::new();
    }
    let columns = changes.iter().filter(|change| change.key.kind == Kind::Column);
    let (gone, come): (Vec<&Change>, Vec<&Change>) = columns.partition(|change| change.after.is_none());
    let owners: BTreeSet<Key> = gone.iter().filter_map(|change| change.key.relation()).collect();
    let pairs = owners.into_iter().flat_map(|from| {
        let to = renames.iter().find(|(old, _)| *old == from).map_or(from, |(_, new)| *new);
        let gone = named(&gone, from, |change| change.before.as_ref());
        let come = named(&come, to, |change| change.after.as_ref().filter(|_| change.before.is_none()));
        let stays = |key: &Key, others: &[Key]| others.iter().any(|other| other.name == key.name);
        let old: Vec<Key> = gone.iter().filter(|key| !stays(key, &come)).copied().collect();
        let new: Vec<Key> = come.iter().filter(|key| !stays(key, &gone)).copied().collect();
        if old.len() == new.len() { old.into_iter().zip(new).collect() } else { Vec::new() }
    });
    pairs.collect()
}

/// The columns of a table that go or come, in the table's order.
fn named<'a>(changes: &[&'a Change], table: Key, side: impl Fn(&'a Change) -> Option<&'a Object>) -> Vec<Key> {
    let own = changes.iter().filter(|change| change.key.relation() == Some(table));
    let mut objects: Vec<&Object> = own.filter_map(|change| side(change)).collect();
    objects.sort_by_key(|object| object.ordinal);
    objects.into_iter().map(|object| object.key).collect()
}

/// The column of a renamed field.
fn columns(side: Pair<&Tables>, state: Pair<&State>, (from, to): (&str, &str), taste: Taste) -> Vec<(Key, Key)> {
    let mut pairs = Vec::new();
    for ((key, _), (_, tables)) in side.live.iter().zip(side.desired) {
        let (Some(was), Some(is)) = (state.live.get(key), state.desired.get(key)) else { continue };
        let (one, two) = (was.column_of(from), is.column_of(to));
        let renamed = was.field(from).is_some_and(|field| field.has_column()) && one != two;
        if let Some(table) = tables.first().filter(|_| renamed) {
            pairs.push((taste.column(&table.name, &one), taste.column(&table.name, &two)));
        }
    }
    pairs
}
