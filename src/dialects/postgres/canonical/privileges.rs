//! Privileges: what everybody or the owner has by default says nothing (manual, 5.8).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::key::privilege_owner;
use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

/// All privileges of an object, by the word that its privileges' owner begins with, and those that PUBLIC has by default.
const DEFAULTS: &[(&[Kind], &[&str], &[&str])] = &[
    (
        &[Kind::Table, Kind::View, Kind::MaterializedView, Kind::ForeignTable],
        &["DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"],
        &[],
    ),
    (&[Kind::Sequence], &["SELECT", "UPDATE", "USAGE"], &[]),
    (&[Kind::Function, Kind::Procedure, Kind::Aggregate], &["EXECUTE"], &["EXECUTE"]),
    (&[Kind::Namespace], &["CREATE", "USAGE"], &[]),
    (&[Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType, Kind::Language], &["USAGE"], &["USAGE"]),
    (&[Kind::ForeignDataWrapper, Kind::Server], &["USAGE"], &[]),
];

/// Privileges of a grantee on an object.
pub fn granted(target: Key, grantee: &str, privileges: &[&str]) -> Object {
    let key = Key { kind: Kind::Privilege, namespace: target.namespace, owner: privilege_owner(target), name: Name::new(grantee) };
    let grants: BTreeMap<Name, Arc<str>> = privileges.iter().map(|name| (Name::new(name), Arc::from(""))).collect();
    Object::new(key).with(Attr::Grants, Value::Options(grants))
}

/// Takes out what is there by default, and what says that nothing is granted where nothing is by default.
pub fn settle(schema: &mut Schema<Written>) {
    let gone: Vec<Key> = schema.of_kind(Kind::Privilege).filter(|object| says_nothing(schema, object)).map(|object| object.key).collect();
    let usual = |object: &&Object| holds(object, of_new_objects(object.key));
    let usual: Vec<Key> = schema.of_kind(Kind::DefaultPrivilege).filter(usual).map(|object| object.key).collect();
    for key in gone.into_iter().chain(usual) {
        schema.remove(key);
    }
}

fn says_nothing(schema: &Schema<Written>, object: &Object) -> bool {
    let target = target(schema, object.key);
    let everybody = object.key.name.as_str() == "PUBLIC";
    let owner = target.and_then(|target| target.text(Attr::Owner)) == Some(object.key.name.as_str());
    let row = row(object.key);
    match row {
        Some((all, _)) if owner => holds(object, all),
        Some((_, public)) if everybody => holds(object, if is_public_namespace(object.key) { &["USAGE"] } else { public }),
        _ => object.get(Attr::Grants).is_none(),
    }
}

/// What PUBLIC gets on new objects where nothing is said; IN SCHEMA can only add to it (manual, ALTER DEFAULT PRIVILEGES).
pub fn of_new_objects(key: Key) -> &'static [&'static str] {
    const WORDS: &[(&str, &[&str])] = &[("FUNCTIONS to PUBLIC", &["EXECUTE"]), ("TYPES to PUBLIC", &["USAGE"])];
    let everywhere = !key.owner.as_str().starts_with("in ") && !key.owner.as_str().contains(" in ");
    WORDS.iter().find(|row| everywhere && row.0 == key.name.as_str()).map_or(&[], |row| row.1)
}

fn is_public_namespace(key: Key) -> bool {
    key.owner.as_str() == "schema public"
}

/// All privileges on a kind of object, and everybody's.
pub fn row(key: Key) -> Option<(&'static [&'static str], &'static [&'static str])> {
    let owner = key.owner.as_str();
    let is = |kind: &Kind| owner.strip_prefix(kind.spec().noun).is_some_and(|rest| rest.starts_with(' '));
    DEFAULTS.iter().find(|(kinds, ..)| kinds.iter().any(is)).map(|(_, all, public)| (*all, *public))
}

/// Whether exactly these privileges are granted, none of them to be passed on.
pub fn holds(object: &Object, privileges: &[&str]) -> bool {
    match object.get(Attr::Grants) {
        Some(Value::Options(grants)) => {
            grants.values().all(|option| option.is_empty()) && grants.keys().map(|name| name.as_str()).eq(privileges.iter().copied())
        }
        _ => privileges.is_empty(),
    }
}

/// The object that the privileges are on.
pub fn target<State>(schema: &Schema<State>, key: Key) -> Option<&Object> {
    let owner = key.owner.as_str();
    let kinds = DEFAULTS.iter().flat_map(|(kinds, ..)| kinds.iter());
    kinds
        .filter_map(|kind| {
            let name = owner.strip_prefix(kind.spec().noun)?.strip_prefix(' ')?;
            schema.get(schema.resolve(Key::new(*kind, key.namespace, Name::new(name)))?)
        })
        .next()
}
