//! Privileges that a statement gives to many objects, and those that new objects are given by default.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::{Name, Version};
use crate::ir::grants::{self, Grants, HELD, NONE, NOT_PASSED_ON, OF_KINDS, PASSED_ON};
use crate::ir::key::privilege_owner;
use crate::ir::kinds::KINDS;
use crate::ir::{Attr, Edit, Key, Kind, Object, Pair, Schema, Value, Written};

use super::edit;

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
        Edit::AddLabel { .. } | Edit::RenameLabel { .. } | Edit::DropLabel(_) | Edit::ReplaceInOptions { .. } => {}
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
    let kinds = OF_KINDS.iter().map(|(_, kinds)| *kinds).find(|kinds| kinds.first() == Some(&target.kind)).unwrap_or(&[]);
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

/// Gives a new object what the default privileges of the role that makes it say (PostgreSQL's manual, ALTER DEFAULT PRIVILEGES).
/// Where nobody says who that is, it is not taken to be any of the roles that have such privileges.
pub fn give_defaults(schema: &mut Schema<Written>, object: &mut Object) {
    let made = object.key;
    let creator = object.text(Attr::Owner).map_or(Name::NONE, Name::new);
    let mut given: BTreeMap<Name, Option<Value>> = BTreeMap::new();
    let mut makers: BTreeSet<Name> = BTreeSet::new();
    for default in schema.of_kind(Kind::DefaultPrivilege).filter(|default| grants::are_for(default.key, made)) {
        let maker = Name::new(grants::maker(default.key).0);
        let Some((_, grantee)) = default.key.name.as_str().split_once(" to ") else { continue };
        if maker == creator {
            let slot = given.entry(Name::new(grantee)).or_default();
            *slot = joined(slot.take(), default.get(Attr::Grants).cloned());
        } else if creator.is_none() {
            makers.insert(maker);
        }
    }
    let makers: Vec<Arc<str>> = makers.into_iter().map(|maker| Arc::from(maker.as_str())).collect();
    object.set(Attr::Makers, (!makers.is_empty()).then_some(Value::Labels(makers)));
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
