//! Relations that take parts from others: LIKE, INHERITS, partitions. What happens to a parent happens to its children.

use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::op::Copy;
use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

/// Copies parts of `source` into `table`; parts that are there already are kept and marked as the rule says.
pub fn copy(schema: &mut Schema<Written>, table: Key, source: Key, how: Copy, dialect: &dyn Dialect) {
    let parts: Vec<Object> =
        schema.columns(source).into_iter().chain(non_columns(schema, source)).filter(|part| takes(part, how)).cloned().collect();
    for part in parts {
        let mut copied = copied(&part, table, how);
        if schema.contains(copied.key) {
            continue;
        }
        if copied.key.name.is_none() {
            copied.key.name = dialect.implied_name(schema, &copied);
        }
        schema.insert(copied);
    }
}

fn non_columns(schema: &Schema<Written>, source: Key) -> impl Iterator<Item = &Object> {
    schema.all_parts(source).filter(|part| part.key.kind != Kind::Column)
}

/// Whether a part goes along.
fn takes(part: &Object, how: Copy) -> bool {
    match (how, part.key.kind) {
        (_, Kind::Column) => true,
        (Copy::Like { constraints, .. }, Kind::Check) => constraints,
        (Copy::Like { indexes, .. }, Kind::PrimaryKey | Kind::Unique | Kind::Index | Kind::Exclusion) => indexes,
        (Copy::Inherit, Kind::Check) => !part.has(Attr::NoInherit),
        (Copy::Partition, Kind::Check | Kind::PrimaryKey | Kind::Unique | Kind::Index | Kind::ForeignKey) => true,
        _ => false,
    }
}

/// The part as it stands on the other relation.
fn copied(part: &Object, table: Key, how: Copy) -> Object {
    let renamed = matches!(part.key.kind, Kind::PrimaryKey | Kind::Unique | Kind::Index | Kind::ForeignKey | Kind::Exclusion);
    let mut copied = part.clone();
    copied.key = Key { namespace: table.namespace, owner: table.name, name: if renamed { Name::NONE } else { part.key.name }, ..part.key };
    copied.ordinal = 0;
    for attr in left_behind(how) {
        copied.set(attr, None);
    }
    match how {
        Copy::Like { .. } | Copy::OfType => {}
        Copy::Inherit => copied.set(Attr::Inherited, Some(Value::Flag)),
        Copy::Partition if renamed => copied.set(Attr::PartitionOf, Some(Value::Key(part.key))),
        Copy::Partition => {}
    }
    copied
}

/// The facts that a copied part does not take along.
fn left_behind(how: Copy) -> Vec<Attr> {
    match how {
        Copy::Inherit => vec![Attr::Comment, Attr::Identity],
        Copy::Partition => vec![Attr::Comment, Attr::Only],
        Copy::OfType => vec![Attr::Comment],
        Copy::Like { defaults, comments, identity, generated, storage, .. } => {
            let table: [(bool, &[Attr]); 5] = [
                (defaults, &[Attr::Default]),
                (comments, &[Attr::Comment]),
                (identity, &[Attr::Identity]),
                (generated, &[Attr::Generated, Attr::GeneratedAs]),
                (storage, &[Attr::Storage, Attr::Compression]),
            ];
            table.iter().filter(|(taken, _)| !taken).flat_map(|(_, attrs)| attrs.iter().copied()).collect()
        }
    }
}

/// Makes a part that is made on a parent on its children too.
pub fn to_children(schema: &mut Schema<Written>, part: &Object, dialect: &dyn Dialect) {
    if part.has(Attr::Only) || !part.key.kind.spec().owned {
        return;
    }
    for (child, how) in children(schema, part.key) {
        if !takes(part, how) {
            continue;
        }
        let mut copied = copied(part, child, how);
        if copied.key.name.is_none() {
            copied.key.name = dialect.implied_name(schema, &copied);
        }
        if !schema.contains(copied.key) {
            to_children(schema, &copied, dialect);
            schema.insert(copied);
        }
    }
}

/// Takes a part that goes from a parent from its children too.
pub fn drop_from_children(schema: &mut Schema<Written>, part: Key) {
    if !matches!(part.kind, Kind::Column | Kind::Check) {
        return;
    }
    for (child, _) in children(schema, part) {
        let key = Key { namespace: child.namespace, owner: child.name, ..part };
        drop_from_children(schema, key);
        schema.remove(key);
    }
}

/// Sets a fact of a parent's column on its children too, where it goes down.
pub fn set_on_children(schema: &mut Schema<Written>, part: Key, attr: Attr, value: &Option<Value>) {
    if part.kind != Kind::Column || !matches!(attr, Attr::Type | Attr::NotNull) {
        return;
    }
    for (child, _) in children(schema, part) {
        let key = Key { namespace: child.namespace, owner: child.name, ..part };
        if let Some(object) = schema.get_mut(key) {
            object.set(attr, value.clone());
        }
        set_on_children(schema, key, attr, value);
    }
}

/// Whether the relation of this part has partitions, so that a part made on it alone waits for theirs.
pub fn has_partitions(schema: &Schema<Written>, part: Key) -> bool {
    children(schema, part).iter().any(|(_, how)| *how == Copy::Partition)
}

/// The relations that inherit from, or are partitions of, the relation of this part.
fn children(schema: &Schema<Written>, part: Key) -> Vec<(Key, Copy)> {
    let Some(relation) = part.relation() else { return Vec::new() };
    let label = format!("{}.{}", relation.namespace, relation.name);
    let inherits = |table: &Object| match table.get(Attr::Inherits) {
        Some(Value::Labels(parents)) => parents.iter().any(|parent| **parent == *label),
        _ => false,
    };
    let relations = schema.of_kind(Kind::Table).chain(schema.of_kind(Kind::ForeignTable));
    let mut found = Vec::new();
    for table in relations {
        if table.key_of(Attr::PartitionOf).is_some_and(|parent| parent.namespace == relation.namespace && parent.name == relation.name) {
            found.push((table.key, Copy::Partition));
        } else if inherits(table) {
            found.push((table.key, Copy::Inherit));
        }
    }
    found
}
