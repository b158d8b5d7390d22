//! Places among siblings: a column that comes after another, a partition before another. The place is carried out at once
//! and leaves only the order behind.

use crate::ir::attr::OF_DATABASE;
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
    let place_of = |name: &str| order.iter().position(|sibling| sibling.name.as_str().eq_ignore_ascii_case(name));
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

/// Columns keep the character set that they took from their table when they were made, whatever the table's own becomes;
/// so do tables that took theirs from the database.
pub fn keep_charsets(schema: &mut Schema<Written>, holder: Key) {
    let stated = |attr: Attr| Some((attr, schema.fact(holder, attr)?.clone()));
    let mut taken: Vec<(Attr, Value)> = [Attr::Charset, Attr::Collation].into_iter().filter_map(stated).collect();
    if taken.is_empty() && holder.kind == Kind::Table {
        taken = [Attr::Charset, Attr::Collation].map(|attr| (attr, Value::text(OF_DATABASE))).into();
    }
    let takers: Vec<Key> = match holder.kind {
        Kind::Table => schema.parts(holder, Kind::Column).map(|column| column.key).collect(),
        Kind::Database => schema.of_kind(Kind::Table).map(|table| table.key).collect(),
        _ => Vec::new(),
    };
    for key in takers {
        let Some(taker) = schema.get_mut(key) else { continue };
        if taker.has(Attr::Charset) || taker.has(Attr::Collation) {
            continue;
        }
        for (attr, value) in &taken {
            taker.set(*attr, Some(value.clone()));
        }
    }
}
