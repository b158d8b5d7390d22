//! Places among siblings: a column that comes after another, a partition before another. The place is carried out at once
//! and leaves only the order behind.

use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

/// Carries out the `Position` of an object: `first`, `after x`, `before x`.
pub fn place(schema: &mut Schema<Written>, key: Key) {
    let Some(object) = schema.get_mut(key) else { return };
    let Some(Value::Text(position)) = object.get(Attr::Position).cloned() else { return };
    object.set(Attr::Position, None);
    let Some(relation) = key.relation() else { return };
    let mut siblings: Vec<&Object> = schema.parts(relation, key.kind).collect();
    siblings.sort_by_key(|sibling| sibling.ordinal);
    let ordinals: Vec<u32> = siblings.iter().map(|sibling| sibling.ordinal).collect();
    let mut order: Vec<Key> = siblings.iter().map(|sibling| sibling.key).filter(|sibling| *sibling != key).collect();
    let place_of = |name: &str| order.iter().position(|sibling| sibling.name.as_str() == name);
    let at = match position.split_once(' ') {
        Some(("after", name)) => place_of(name).map(|at| at + 1),
        Some(("before", name)) => place_of(name),
        _ => Some(0),
    };
    order.insert(at.unwrap_or(order.len()), key);
    for (sibling, ordinal) in order.into_iter().zip(ordinals) {
        if let Some(object) = schema.get_mut(sibling) {
            object.ordinal = ordinal;
        }
    }
}

/// Removes all parts of one kind.
pub fn forget(schema: &mut Schema<Written>, relation: Key, kind: Kind) {
    let parts: Vec<Key> = schema.parts(relation, kind).map(|part| part.key).collect();
    for part in parts {
        schema.remove(part);
    }
}

/// Columns keep the character set that they took from their table when they were made, whatever the table's own becomes.
pub fn keep_charsets(schema: &mut Schema<Written>, table: Key) {
    let stated = |attr: Attr| Some((attr, schema.fact(table, attr)?.clone()));
    let taken: Vec<(Attr, Value)> = [Attr::Charset, Attr::Collation].into_iter().filter_map(stated).collect();
    let columns: Vec<Key> = schema.parts(table, Kind::Column).map(|column| column.key).collect();
    for key in columns {
        let Some(column) = schema.get_mut(key) else { continue };
        if column.has(Attr::Charset) || column.has(Attr::Collation) {
            continue;
        }
        for (attr, value) in &taken {
            column.set(*attr, Some(value.clone()));
        }
    }
}
