//! Row triggers of partitioned tables. Each partition has one of its own under the same name, of which alone a statement may say when
//! it fires (PostgreSQL's manual, ALTER TABLE, DISABLE TRIGGER). It is an object here while it fires otherwise than the one above it.

use crate::base::Span;
use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

/// Makes the partition's own trigger an object, where one above it stands.
pub fn stand_in(schema: &mut Schema<Written>, key: Key, span: Option<Span>) {
    let Some(above) = above(schema, key).filter(|_| !schema.contains(key)) else { return };
    let state = schema.get(above).and_then(|above| above.get(Attr::Enabled).cloned());
    let mut own = Object::new(key).with(Attr::PartitionOf, Value::Key(above));
    own.set(Attr::Enabled, state);
    own.span = span;
    schema.insert(own);
}

/// Makes the triggers of the partitions objects: they keep their states when one alone gets another (ALTER TABLE ONLY).
pub fn keep(schema: &mut Schema<Written>, key: Key, span: Option<Span>) {
    on_heirs(schema, key).into_iter().for_each(|own| stand_in(schema, own, span));
}

/// A trigger of a partition that fires as the one above it is no object, neither this one nor those below it.
pub fn level(schema: &mut Schema<Written>, key: Key) {
    for own in of(schema, key).into_iter().chain([key]) {
        let Some(trigger) = schema.get(own) else { continue };
        let above = trigger.key_of(Attr::PartitionOf).and_then(|above| schema.get(above));
        if above.is_some_and(|above| above.get(Attr::Enabled) == trigger.get(Attr::Enabled)) {
            schema.remove(own);
        }
    }
}

/// Takes away what partitions have from a trigger.
pub fn forget(schema: &mut Schema<Written>, trigger: Key) {
    for own in on_heirs(schema, trigger) {
        forget(schema, own);
        if schema.get(own).is_some_and(|own| own.has(Attr::PartitionOf)) {
            schema.remove(own);
        }
    }
}

/// The triggers of this name on the tables below.
fn on_heirs(schema: &Schema<Written>, trigger: Key) -> Vec<Key> {
    let heirs = trigger.relation().into_iter().flat_map(|table| schema.heirs(table));
    heirs.map(|(table, _)| Key { namespace: table.key.namespace, owner: table.key.name, ..trigger }).collect()
}

/// Takes away what a table had as a partition.
pub fn forget_of_table(schema: &mut Schema<Written>, table: Key) {
    let gone: Vec<Key> = schema.parts(table, Kind::Trigger).filter(|own| own.has(Attr::PartitionOf)).map(|own| own.key).collect();
    gone.into_iter().for_each(|own| drop(schema.remove(own)));
}

/// The triggers of partitions that are objects because of this one.
pub fn of(schema: &Schema<Written>, trigger: Key) -> Vec<Key> {
    let is_of = |own: &&Object| own.key_of(Attr::PartitionOf) == Some(trigger);
    schema.of_kind(Kind::Trigger).filter(is_of).map(|own| own.key).collect()
}

/// Whether a partition has this trigger from above.
pub fn is_cloned_to(schema: &Schema<Written>, key: Key) -> bool {
    above(schema, key).is_some()
}

/// The nearest trigger of this name on what the table is a partition of.
fn above(schema: &Schema<Written>, key: Key) -> Option<Key> {
    let table = key.relation().filter(|_| key.kind == Kind::Trigger)?;
    let parent = |table: Key| schema.get(schema.resolve(table)?)?.key_of(Attr::PartitionOf);
    let of = |table: Key| Key { namespace: table.namespace, owner: table.name, ..key };
    // A dump holds no rings of parents; the limit is for texts that do.
    let tables = std::iter::successors(parent(table), |table| parent(*table)).take(64);
    let mut triggers = tables.map(of);
    triggers.find(|trigger| schema.get(*trigger).is_some_and(is_cloned))
}

fn is_cloned(trigger: &Object) -> bool {
    let each_row = trigger.text(Attr::Level).is_some_and(|level| level.eq_ignore_ascii_case("row"));
    each_row || trigger.has(Attr::ConstraintTrigger) || trigger.has(Attr::PartitionOf)
}
