//! Renames and moves: every reference follows, as on a server, which refers by number.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Family, Fragment, Key, Kind, Object, Pair, Schema, Value, Written};

use super::follow::{self, Follow};
use crate::ir::key::privilege_owner;

/// Gives an object, or a column of a view that no object stands for, another name.
pub fn rename(schema: &mut Schema<Written>, key: Key, to: Name, dialect: &dyn Dialect) {
    let after = Key { name: to, ..key };
    let queries = queries_after(schema, Pair::new(key, after), dialect);
    rekey(schema, key, after, dialect);
    for (part, name) in dialect.names_follow(schema, Pair::new(key, after)) {
        rekey(schema, part, Key { name, ..part }, dialect);
    }
    if key.kind == Kind::Column {
        rename_column(schema, key, to, dialect);
    }
    for (holder, attr, value) in queries {
        let holder = renamed(holder, key, after).unwrap_or(holder);
        schema.get_mut(holder).into_iter().for_each(|object| object.set(attr, Some(value.clone())));
    }
}

/// What queries say after a relation or a column got another name, where the dialect reads them.
fn queries_after(schema: &mut Schema<Written>, key: Pair<Key>, dialect: &dyn Dialect) -> Vec<(Key, Attr, Value)> {
    let Key { kind, namespace, owner, name } = key.live;
    let relation = match kind {
        Kind::Column => owner,
        _ if kind.is_relation() => name,
        _ => return Vec::new(),
    };
    let views = [Kind::View, Kind::MaterializedView].map(|kind| Key::new(kind, namespace, relation));
    let policies = schema.parts(Key::new(Kind::Table, namespace, relation), Kind::Policy).map(|policy| policy.key);
    let own: Vec<Key> = policies.chain(views).collect();
    let speaking: BTreeSet<Key> = schema.mentioning(relation).into_iter().chain(own).collect();
    let speaking: Vec<Key> = speaking.into_iter().collect();
    dialect.follow(schema, &speaking, key)
}

/// Moves an object to another namespace.
pub fn relocate(schema: &mut Schema<Written>, key: Key, namespace: Name, dialect: &dyn Dialect) {
    // The sequences of a table's columns go along (PostgreSQL's manual, ALTER TABLE, SET SCHEMA).
    let sequences: Vec<Key> = schema.sequences(key).map(|object| object.key).collect();
    for moved in sequences.into_iter().chain([key]) {
        rekey(schema, moved, Key { namespace, ..moved }, dialect);
    }
}

/// Holds an object and its parts under new keys and rewrites the keys that refer to it.
fn rekey(schema: &mut Schema<Written>, from: Key, to: Key, dialect: &dyn Dialect) {
    let moved: Vec<(Key, Key)> = match from.kind {
        Kind::Namespace => schema.iter().filter_map(|object| Some((object.key, renamed(object.key, from, to)?))).collect(),
        _ => {
            let parts = schema.all_parts(from).chain(schema.parts(privileges_of(from), Kind::Privilege)).chain(schema.get(from));
            parts.filter_map(|object| Some((object.key, renamed(object.key, from, to)?))).collect()
        }
    };
    for (old, new) in &moved {
        if let Some(mut object) = schema.remove(*old) {
            object.key = *new;
            object.set(Attr::ImpliedName, None);
            forget_layout(&mut object);
            schema.insert(object);
        }
    }
    let speaking = speaking_of(schema, from);
    for object in &speaking {
        let Some(object) = schema.get_mut(*object) else { continue };
        object.rewrite(|attr, value| match value {
            Value::Key(key) => renamed(*key, from, to).or_else(|| renamed_relation(*key, from, to)).map(Value::Key),
            Value::Labels(labels) if attr == Attr::Inherits => renamed_parent(labels, from, to),
            _ => None,
        });
    }
    note_heirs_among(schema, &speaking);
    follow::in_texts(schema, Pair::new(from, to), &speaking, dialect);
    follow_in_signatures(schema, Pair::new(from, to), dialect);
}

/// What may refer to an object: to what a namespace holds, anything.
fn speaking_of(schema: &mut Schema<Written>, key: Key) -> BTreeSet<Key> {
    match key.kind {
        Kind::Namespace => schema.keys().collect(),
        // The parts of a relation are spoken of by its name too, and what is not a relation by its own.
        _ => schema.mentioning(key.name),
    }
}

/// Routines, operators and casts are known by types, which follow.
fn follow_in_signatures(schema: &mut Schema<Written>, key: Pair<Key>, dialect: &dyn Dialect) {
    let from = key.live;
    if !(from.kind.is_relation() || from.kind == Kind::Namespace || from.kind.spec().family == Family::Type) {
        return;
    }
    let follow = Follow { key, dialect };
    let kinds = [Kind::Function, Kind::Procedure, Kind::Aggregate, Kind::Operator, Kind::Cast];
    let routines = kinds.into_iter().flat_map(|kind| schema.of_kind(kind));
    let followed = routines.filter_map(|routine| {
        let (name, arguments) =
            routine.key.name.as_str().split_once('(').filter(|(_, arguments)| arguments.contains(from.name.as_str()))?;
        let after = follow.type_name(&Fragment::new(arguments))?;
        Some((routine.key, Key { name: Name::new(&format!("{name}({}", after.text)), ..routine.key }))
    });
    for (old, new) in followed.collect::<Vec<(Key, Key)>>() {
        rekey(schema, old, new, dialect);
    }
}

/// What an object's privileges have as their owner.
fn privileges_of(key: Key) -> Key {
    Key::new(Kind::Privilege, key.namespace, privilege_owner(key))
}

/// A reference that names the relation by another kind's word follows too.
fn renamed_relation(key: Key, from: Key, to: Key) -> Option<Key> {
    let same = key.kind.is_relation() && from.kind.is_relation() && key.namespace == from.namespace && key.name == from.name;
    same.then_some(Key { kind: key.kind, ..to })
}

/// Parents are named by text.
fn renamed_parent(labels: &[Arc<str>], from: Key, to: Key) -> Option<Value> {
    let after = |label: &Arc<str>| -> Arc<str> {
        match label.split_once('.') {
            Some((namespace, name)) if from.kind == Kind::Namespace && namespace == from.name.as_str() => {
                format!("{}.{name}", to.name).into()
            }
            Some((namespace, name)) if from.kind.is_relation() && (namespace, name) == (from.namespace.as_str(), from.name.as_str()) => {
                format!("{}.{}", to.namespace, to.name).into()
            }
            _ => label.clone(),
        }
    };
    let renamed: Vec<Arc<str>> = labels.iter().map(after).collect();
    (renamed != labels).then_some(Value::Labels(renamed))
}

/// Takes down the heirs and the sequences of a relation anew, after it, or the namespace that it is in, got another name.
fn note_heirs_among(schema: &mut Schema<Written>, speaking: &BTreeSet<Key>) {
    let kinds = [Kind::Table, Kind::ForeignTable, Kind::Sequence];
    let facts = [Attr::PartitionOf, Attr::Inherits, Attr::OwnedBy, Attr::IdentityOf];
    for key in speaking.iter().filter(|key| kinds.contains(&key.kind)) {
        if let Some(heir) = schema.get(*key).filter(|object| facts.iter().any(|fact| object.has(*fact))).cloned() {
            schema.note_heir(&heir);
        }
    }
}

/// The key after the change, where it is the object, one of its parts, or its privileges.
fn renamed(key: Key, from: Key, to: Key) -> Option<Key> {
    if key == from {
        return Some(to);
    }
    if from.kind == Kind::Namespace {
        return (key.namespace == from.name).then_some(Key { namespace: to.name, ..key });
    }
    if key.kind == Kind::Privilege && key.namespace == from.namespace && key.owner == privilege_owner(from) {
        return Some(Key { namespace: to.namespace, owner: privilege_owner(to), ..key });
    }
    let part = key.kind.spec().owned && from.kind.has_parts() && key.namespace == from.namespace && key.owner == from.name;
    part.then_some(Key { namespace: to.namespace, owner: to.name, ..key })
}

/// Rewrites a column's name in the constraints and indexes of its relation and in the foreign keys to it.
fn rename_column(schema: &mut Schema<Written>, column: Key, to: Name, dialect: &dyn Dialect) {
    let relation = Key::new(Kind::Table, column.namespace, column.owner);
    let follow = Follow { key: Pair::new(column, Key { name: to, ..column }), dialect };
    let own: Vec<Key> = schema.all_parts(relation).map(|object| object.key).chain([relation]).collect();
    for part in own {
        schema.get_mut(part).into_iter().for_each(|object| rename_in_own(object, &follow));
    }
    follow::in_members(schema, &follow);
    follow::in_statistics(schema, &follow);
    let refers = |key: Key| key.namespace == relation.namespace && key.name == relation.name;
    for key in schema.mentioning(relation.name) {
        let referring = schema.get_mut(key).filter(|object| object.key_of(Attr::References).is_some_and(refers));
        referring.into_iter().for_each(|object| swap_names(object, Attr::ReferencedColumns, column.name, to));
    }
}

fn rename_in_own(object: &mut Object, follow: &Follow<'_>) {
    let Pair { live: from, desired: to } = follow.key.map(|column| column.name);
    forget_layout(object);
    swap_names(object, Attr::Columns, from, to);
    swap_names(object, Attr::Include, from, to);
    if let Some(Value::Parts(parts)) = object.get_mut(Attr::Parts) {
        for part in parts {
            match &mut part.target {
                PartTarget::Column(name) if *name == from => *name = to,
                PartTarget::Column(_) => {}
                PartTarget::Expression(fragment) => swap_words(fragment, follow),
            }
        }
    }
    // ON DELETE SET NULL (columns)
    if let Some((action, columns)) = object.text(Attr::OnDelete).and_then(|action| action.split_once('(')) {
        let after = format!("{action}({}", follow.words(columns));
        object.set(Attr::OnDelete, Some(Value::text(after)));
    }
    // The queries of a rule may speak of other relations' columns of that name.
    if let (Kind::Rule, Some(Value::Sql(fragment))) = (object.key.kind, object.get_mut(Attr::Definition)) {
        *fragment = Fragment::new(follow.qualified_words(&fragment.text));
    }
    for attr in [Attr::Expression, Attr::Where, Attr::Generated, Attr::When, Attr::PartitionBy] {
        if let Some(Value::Sql(fragment)) = object.get_mut(attr) {
            swap_words(fragment, follow);
        }
    }
}

fn swap_words(fragment: &mut Fragment, follow: &Follow<'_>) {
    let after = follow.words(&fragment.text);
    if after != *fragment.text {
        *fragment = Fragment::new(after);
    }
}

/// An index as its author wrote it speaks of the old name.
fn forget_layout(object: &mut Object) {
    if object.key.kind == Kind::Index {
        object.set(Attr::Layout, None);
    }
}

fn swap_names(object: &mut Object, attr: Attr, from: Name, to: Name) {
    if let Some(Value::Names(names)) = object.get_mut(attr) {
        for name in names.iter_mut().filter(|name| **name == from) {
            *name = to;
        }
    }
}
