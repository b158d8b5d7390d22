//! Which relations take their columns from which: a change of the parent reaches its children by itself.

pub use crate::ir::inheritance::parents_of as parents;
use crate::ir::{Key, Kind, Object};

use super::{Desired, Sides};

/// The relation that a part stands on.
pub fn relation_of<'a>(part: Key, side: Desired<'a>) -> Option<&'a Object> {
    side.get(side.resolve(part.relation()?)?)
}

/// The same part on the parents that have it.
pub fn above<'a>(part: Key, side: Desired<'a>) -> Vec<&'a Object> {
    let Some(table) = relation_of(part, side) else { return Vec::new() };
    let keys = parents(table).into_iter().map(|parent| Key { namespace: parent.namespace, owner: parent.name, ..part });
    keys.filter_map(|key| side.get(key)).collect()
}

/// Whether other relations take their columns from this one.
pub fn has_children(relation: Key, side: Desired) -> bool {
    let tables = side.of_kind(Kind::Table).chain(side.of_kind(Kind::ForeignTable));
    tables
        .into_iter()
        .any(|table| parents(table).iter().any(|parent| parent.namespace == relation.namespace && parent.name == relation.name))
}

/// Whether both sides have the object, and it says the same on both.
pub fn unchanged(key: Key, sides: Sides) -> bool {
    match (sides.live.get(key), sides.desired.get(key)) {
        (Some(live), Some(desired)) => live.differing(desired).is_empty(),
        _ => false,
    }
}
