//! What goes on under another name: tables, columns and indexes that an operation renames.

use super::operation::Operation;
use super::state::{ModelKey, State};
use super::table::Table;
use super::taste::Taste;
use crate::ir::{Key, Kind, Pair};

type Tables = [(ModelKey, Vec<Table>)];

/// The keys before and after an operation, of what keeps its rows. `side` are the tables of what it touches.
pub fn keys(operation: &Operation, side: Pair<&Tables>, state: Pair<&State>, taste: Taste) -> Vec<(Key, Key)> {
    match operation {
        Operation::RenameModel { .. } | Operation::AlterModelTable { .. } => tables(side, taste),
        Operation::RenameField { old, new, .. } => columns(side, state, (old, new), taste),
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
