//! The order in which the columns of a table come and go, where a column comes at the end and the last one cannot go.

use std::collections::BTreeSet;

use crate::ir::{Attr, Canonical, Key, Kind, Pair, Schema};

use super::grouping::Groups;
use super::ordering::Vertex;

/// What comes before what: each new column after the one that it follows, and the first that comes before the last ones go.
pub fn ordered(groups: &Groups, schema: Pair<&Schema<Canonical>>) -> Vec<(Vertex, Vertex)> {
    let is_column = |key: &&Key| key.kind == Kind::Column;
    let came = groups.made.iter().filter(is_column).filter_map(|key| key.relation());
    let tables: BTreeSet<Key> = came.filter_map(|relation| schema.live.resolve(relation)).collect();
    tables.into_iter().flat_map(|table| of_table(groups, schema, table)).collect()
}

fn of_table(groups: &Groups, schema: Pair<&Schema<Canonical>>, table: Key) -> Vec<(Vertex, Vertex)> {
    let mut pairs = Vec::new();
    let mut end: Option<Key> = None;
    let columns = schema.desired.columns(table);
    for column in columns.iter().filter(|column| groups.made.contains(&column.key)) {
        let before = match column.text(Attr::Position).map(|place| place.split_once(' ')) {
            Some(Some((_, name))) => columns.iter().find(|other| other.key.name.as_str() == name).map(|other| other.key),
            Some(None) => None,
            None => end.replace(column.key),
        };
        pairs.extend(before.map(|before| (Vertex::Make(before), Vertex::Make(column.key))));
    }
    let goes = |key: Key| groups.unmade.contains(&key);
    let live = schema.live.columns(table);
    let first = columns.iter().find(|column| groups.made.contains(&column.key) && !goes(column.key) && !column.has(Attr::Generated));
    if let Some(first) = first.filter(|_| live.iter().all(|column| goes(column.key))) {
        pairs.extend(live.iter().map(|column| (Vertex::Make(first.key), Vertex::Unmake(column.key))));
    }
    pairs
}
