//! Privileges that a statement gives to many objects, and those that new objects are given by default.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Name, Version};
use crate::ir::grants::{self, Grants, HELD, NONE, NOT_PASSED_ON, PASSED_ON};
use crate::ir::key::privilege_owner;
use crate::ir::kinds::KINDS;
use crate::ir::{Attr, Edit, Key, Kind, Object, Pair, Schema, Value, Written};

use super::edit;

/// Kinds by the word under which privileges are given to all of them; the first is the word's own kind.
const WORDS: &[(&str, &[Kind])] = &[
    ("TABLES", &[Kind::Table, Kind::View, Kind::MaterializedView, Kind::ForeignTable]),
    ("SEQUENCES", &[Kind::Sequence]),
    ("FUNCTIONS", &[Kind::Function, Kind::Procedure, Kind::Aggregate]),
    ("TYPES", &[Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType]),
    ("SCHEMAS", &[Kind::Namespace]),
];

/// Carries out a GRANT or REVOKE. What was taken away stays said: from an owner, who has all, it takes something (manual, 5.8).
pub fn edit(schema: &mut Schema<Written>, key: Key, edit: Edit) {
    let mut object = schema.remove(key).unwrap_or_else(|| Object::new(key));
    let mut grants = edit::options(object.get(Attr::Grants));
    match edit {
        Edit::SetOptions(set) => {
            // Only a server from version 17 on takes this word; ALL may mean it.
            if set.contains_key(&Name::new("MAINTAIN")) && set.len() < 8 {
                schema.server = schema.server.or(Some(Version::new(17, 0, 0)));
            }
            set.into_iter().for_each(|(name, option)| grant(&mut grants, name, option));
        }
        Edit::ResetOptions(names) => {
            let of_columns = |held: &Name| {
                // Taking a privilege away on a relation takes it away on its columns too (manual, REVOKE).
                held.as_str().split_once('(').is_some_and(|(word, _)| names.iter().any(|name| name.as_str() == word))
            };
            let of_columns: Vec<Name> = grants.keys().copied().filter(of_columns).collect();
            grants.extend(names.into_iter().chain(of_columns).map(|name| (name, Arc::from(NONE))));
        }
        Edit::AddLabel { .. } | Edit::RenameLabel { .. } | Edit::DropLabel(_) => {}
    }
    object.set(Attr::Grants, Some(Value::Options(grants)));
    schema.insert(object);
}

/// A grant without its option leaves the option that is there, and only an option can lose it.
fn grant(grants: &mut Grants, name: Name, option: Arc<str>) {
    let known = grants.get(&name).map(|known| &**known);
    match (&*option, known) {
        (HELD, Some(PASSED_ON)) => {}
        (NOT_PASSED_ON, Some(PASSED_ON)) => drop(grants.insert(name, Arc::from(HELD))),
        (NOT_PASSED_ON, _) => {}
        _ => drop(grants.insert(name, option)),
    }
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

/// What the old owner had goes to the new one, who keeps what it was granted before (manual, ALTER … OWNER TO). Who owns the
/// object already keeps what it has: the server does nothing then.
pub fn give_to_owner(schema: &mut Schema<Written>, object: Key, owner: &str) {
    let old = schema.get(object).and_then(|object| object.text(Attr::Owner)).map(Name::new);
    if old.is_some_and(|old| old.as_str() == owner) {
        return;
    }
    grants::give_over(schema, object, Pair::new(old.unwrap_or(Name::NONE), Name::new(owner)));
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
