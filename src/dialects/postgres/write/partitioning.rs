//! How a table is partitioned: nothing changes it in place, so a table that can hold no rows is made anew, and any other is
//! refused.

use crate::ir::{Attr, Key, Kind, Object, Pair};

use super::ident::quote;
use super::{Sides, kin, route};

/// Why a change of the partition key, or of a column in it, is not written.
pub fn refusal(attr: Attr, object: Pair<&Object>, sides: Sides) -> Option<String> {
    match (object.desired.key.kind, attr) {
        (Kind::Table | Kind::ForeignTable, Attr::PartitionBy) => holder_of_rows(object.live, sides).map(|holder| {
            format!(
                "PostgreSQL cannot change how a table is partitioned, and {holder} would lose its rows: make a new table, copy the \
                 rows in batches, and swap the names"
            )
        }),
        (Kind::Column, Attr::Type | Attr::Collation) => keyed(object.live.key, sides).map(|table| {
            format!(
                "{table} is partitioned by it, and PostgreSQL cannot change the type of such a column: make a new table, copy the rows \
                 in batches, and swap the names"
            )
        }),
        _ => None,
    }
}

/// What holds the rows of a table: its first partition, or the table itself where it is not partitioned.
fn holder_of_rows(table: &Object, sides: Sides) -> Option<Key> {
    if !table.has(Attr::PartitionBy) {
        return Some(table.key);
    }
    let mut tables = sides.live.of_kind(Kind::Table).chain(sides.live.of_kind(Kind::ForeignTable));
    tables.find(|partition| partition.key_of(Attr::PartitionOf) == Some(table.key)).map(|partition| partition.key)
}

/// The table that stays and is partitioned by a column: the column's own, or one that takes its columns from that
/// (manual, ALTER TABLE: a column in a partition key cannot be altered).
pub fn keyed(column: Key, sides: Sides) -> Option<Key> {
    let relation = column.relation()?;
    let by_it = |table: &Object| table.text(Attr::PartitionBy).is_some_and(|key| speaks_of(key, column));
    let below = |table: &Object| table.key == relation || descends_from(table, relation, sides);
    let mut tables = sides.live.of_kind(Kind::Table).filter(|table| by_it(table) && below(table));
    tables.find(|table| sides.desired.contains(table.key) && !route::is_made(table.key, sides)).map(|table| table.key)
}

fn speaks_of(key: &str, column: Key) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let quoted = quote(column.name);
    if quoted.starts_with('"') { key.contains(&quoted) } else { key.split(|c| !is_part(c)).any(|word| word.eq_ignore_ascii_case(&quoted)) }
}

/// Whether a table takes its columns from a relation, directly or through others. A dump holds no rings of parents; the
/// limit is for texts that do.
fn descends_from(table: &Object, relation: Key, sides: Sides) -> bool {
    let mut open = kin::parents(table);
    for _ in 0..64 {
        if open.iter().any(|parent| parent.namespace == relation.namespace && parent.name == relation.name) {
            return true;
        }
        open = open.into_iter().filter_map(|parent| sides.live.get(sides.live.resolve(parent)?)).flat_map(kin::parents).collect();
        if open.is_empty() {
            return false;
        }
    }
    false
}
