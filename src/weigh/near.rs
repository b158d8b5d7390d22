//! What stands near the objects of a statement: enough of a schema to tell what rests on them, where a patch has a thousand
//! statements and the schema thousands of tables.

use std::collections::BTreeSet;

use crate::ir::{Attr, Family, Key, Kind, Op, Schema, Written};

/// The part of a schema in which all stands that may hold fast what these operations touch: the relations, types and routines
/// themselves, what speaks of them, and what goes with them. Objects of other kinds may be in use anywhere: then it is the whole schema.
pub fn near(ops: &[Op], schema: &mut Schema<Written>) -> Schema<Written> {
    let touched: Vec<Key> = ops.iter().flat_map(|op| [Some(op.key()), referenced(op)]).flatten().collect();
    if !touched.iter().all(|key| is_local(key.kind)) {
        return schema.clone();
    }
    let mut near = Schema::default();
    near.coverage = schema.coverage.clone();
    near.server = schema.server;
    // Texts qualify names by namespaces, and a publication names its tables in options.
    let everywhere = [Kind::Namespace, Kind::Publication].into_iter().flat_map(|kind| schema.of_kind(kind));
    let mut keys: Vec<Key> = everywhere.map(|object| object.key).collect();
    for key in reached(touched, schema) {
        keys.push(key);
        keys.extend(schema.mentioning(key.name));
    }
    for key in keys {
        take(key, schema, &mut near);
    }
    near
}

fn referenced(op: &Op) -> Option<Key> {
    let Op::Create { object, .. } = op else { return None };
    object.key_of(Attr::References)
}

fn is_local(kind: Kind) -> bool {
    let spec = kind.spec();
    spec.owned || matches!(spec.family, Family::Relation | Family::Type | Family::Routine)
}

/// What the operations name, and with a relation those that inherit from it and the sequences of its columns.
fn reached(touched: Vec<Key>, schema: &Schema<Written>) -> BTreeSet<Key> {
    let mut reached = BTreeSet::new();
    let mut queue = touched;
    while let Some(named) = queue.pop() {
        let key = schema.resolve(named).unwrap_or(named);
        let key = schema.holder(key).unwrap_or(key);
        if reached.insert(key) {
            queue.extend(schema.heirs(key).map(|(heir, _)| heir.key));
            queue.extend(schema.sequences(key).map(|sequence| sequence.key));
        }
    }
    reached
}

/// Puts an object there with all that it stands among: the relation and its parts.
pub fn take(key: Key, schema: &Schema<Written>, near: &mut Schema<Written>) {
    let holder = schema.holder(key).unwrap_or(key);
    if near.contains(holder) {
        return;
    }
    let parts = schema.all_parts(holder).filter(|_| holder.kind.has_parts());
    for object in schema.get(holder).into_iter().chain(parts) {
        near.insert(object.clone());
    }
}
