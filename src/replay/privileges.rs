//! Privileges that a statement gives to many objects, and those that new objects are given by default.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::key::privilege_owner;
use crate::ir::kinds::KINDS;
use crate::ir::{Attr, Edit, Key, Kind, Object, Schema, Value, Written};

use super::edit;

/// Kinds by the word under which privileges are given to all of them; the first is the word's own kind.
const WORDS: &[(&str, &[Kind])] = &[
    ("TABLES", &[Kind::Table, Kind::View, Kind::MaterializedView, Kind::ForeignTable]),
    ("SEQUENCES", &[Kind::Sequence]),
    ("FUNCTIONS", &[Kind::Function, Kind::Procedure, Kind::Aggregate]),
    ("TYPES", &[Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType]),
    ("SCHEMAS", &[Kind::Namespace]),
];

/// Taking a privilege away on a relation takes it away on its columns too (PostgreSQL's manual, REVOKE).
pub fn with_columns(edit: Edit, value: Option<&Value>) -> Edit {
    let Edit::ResetOptions(mut names) = edit else { return edit };
    let of_columns = edit::options(value)
        .into_keys()
        .filter(|held| held.as_str().split_once('(').is_some_and(|(word, _)| names.iter().any(|name| name.as_str() == word)));
    let of_columns: Vec<Name> = of_columns.collect();
    names.extend(of_columns);
    Edit::ResetOptions(names)
}

/// The keys of the privileges that a statement means: its target by the kind that it really is, or all objects of a
/// namespace where its name is `*`.
pub fn targets(schema: &Schema<Written>, key: Key) -> Vec<Key> {
    let owner = key.owner.as_str();
    let noun = KINDS.iter().filter(|spec| owner.strip_prefix(spec.noun).is_some_and(|rest| rest.starts_with(' ')));
    let Some(spec) = noun.max_by_key(|spec| spec.noun.len()) else { return vec![key] };
    let name = owner.get(spec.noun.len() + 1..).unwrap_or("");
    let target = Key::new(spec.kind, key.namespace, Name::new(name));
    let on = |target: Key| Key { namespace: target.namespace, owner: privilege_owner(target), ..key };
    if name == "*" {
        return every(schema, target).into_iter().map(on).collect();
    }
    vec![schema.resolve(target).map_or(key, on)]
}

/// What ALL … IN SCHEMA means: tables with views and foreign tables, sequences, routines.
fn every(schema: &Schema<Written>, target: Key) -> Vec<Key> {
    let kinds = WORDS.iter().map(|(_, kinds)| *kinds).find(|kinds| kinds.first() == Some(&target.kind)).unwrap_or(&[]);
    let objects = kinds.iter().flat_map(|kind| schema.of_kind(*kind));
    objects.filter(|object| object.key.namespace == target.namespace).map(|object| object.key).collect()
}

/// A new owner has all privileges: what it was granted before is one with them, and goes with them to the next owner. Who owns
/// the object already keeps what it has: the server does nothing then.
pub fn give_to_owner(schema: &mut Schema<Written>, object: Key, owner: &str) {
    if schema.get(object).and_then(|object| object.text(Attr::Owner)) == Some(owner) {
        return;
    }
    schema.remove(Key { kind: Kind::Privilege, namespace: object.namespace, owner: privilege_owner(object), name: Name::new(owner) });
}

/// Gives a new object what the current role's default privileges say (PostgreSQL's manual, ALTER DEFAULT PRIVILEGES).
pub fn give_defaults(schema: &mut Schema<Written>, made: Key) {
    let Some((word, _)) = WORDS.iter().find(|(_, kinds)| kinds.contains(&made.kind)) else { return };
    let within = format!("in {}", made.namespace);
    let mut given: BTreeMap<Name, Option<Value>> = BTreeMap::new();
    for object in schema.of_kind(Kind::DefaultPrivilege) {
        let Some((known, grantee)) = object.key.name.as_str().split_once(" to ") else { continue };
        if known == *word && (object.key.owner.is_none() || object.key.owner.as_str() == within) {
            let slot = given.entry(Name::new(grantee)).or_default();
            *slot = joined(slot.take(), object.get(Attr::Grants).cloned());
        }
    }
    for (grantee, grants) in given {
        let key = Key { kind: Kind::Privilege, namespace: made.namespace, owner: privilege_owner(made), name: grantee };
        schema.insert(Object::new(key).with_some(Attr::Grants, grants));
    }
}

fn joined(one: Option<Value>, two: Option<Value>) -> Option<Value> {
    match (one, two) {
        (Some(Value::Options(mut one)), Some(Value::Options(two))) => {
            let two: BTreeMap<Name, Arc<str>> = two;
            one.extend(two);
            Some(Value::Options(one))
        }
        (one, two) => one.or(two),
    }
}
