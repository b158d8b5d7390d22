//! Privileges that a statement gives to many objects, and those that new objects are given by default.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::key::privilege_owner;
use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

/// Kinds by the word under which privileges are given to all of them; the first is the word's own kind.
const WORDS: &[(&str, &[Kind])] = &[
    ("TABLES", &[Kind::Table, Kind::View, Kind::MaterializedView, Kind::ForeignTable]),
    ("SEQUENCES", &[Kind::Sequence]),
    ("FUNCTIONS", &[Kind::Function, Kind::Procedure, Kind::Aggregate]),
    ("TYPES", &[Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType]),
    ("SCHEMAS", &[Kind::Namespace]),
];

/// The privileges that are meant: those of each object there is, where the key says all objects of a kind in a namespace.
pub fn targets(schema: &Schema<Written>, key: Key) -> Vec<Key> {
    let Some(noun) = key.owner.as_str().strip_suffix(" *").filter(|_| key.kind == Kind::Privilege) else { return vec![key] };
    let kinds = WORDS.iter().map(|(_, kinds)| *kinds).find(|kinds| kinds.first().is_some_and(|kind| kind.spec().noun == noun));
    let Some(kinds) = kinds else { return vec![key] };
    let listed = schema.iter().filter(|object| kinds.contains(&object.key.kind) && object.key.namespace == key.namespace);
    listed.map(|object| Key { owner: Name::new(&format!("{noun} {}", object.key.name)), ..key }).collect()
}

/// Gives a new object what the current role's default privileges say (PostgreSQL's manual, ALTER DEFAULT PRIVILEGES).
pub fn give_defaults(schema: &mut Schema<Written>, made: Key) {
    let Some((word, kinds)) = WORDS.iter().find(|(_, kinds)| kinds.contains(&made.kind)) else { return };
    let within = format!("in {}", made.namespace);
    let mut given: BTreeMap<Name, Option<Value>> = BTreeMap::new();
    for object in schema.of_kind(Kind::DefaultPrivilege) {
        let Some((known, grantee)) = object.key.name.as_str().split_once(" to ") else { continue };
        if known == *word && (object.key.owner.is_none() || object.key.owner.as_str() == within) {
            let slot = given.entry(Name::new(grantee)).or_default();
            *slot = joined(slot.take(), object.get(Attr::Grants).cloned());
        }
    }
    let noun = kinds.first().map_or(made.kind, |kind| *kind);
    for (grantee, grants) in given {
        let key = Key { kind: Kind::Privilege, namespace: made.namespace, owner: privilege_owner(made.of(noun)), name: grantee };
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
