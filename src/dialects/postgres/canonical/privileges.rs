//! Privileges: what everybody or the owner has by default says nothing (manual, 5.8).

use crate::base::{Name, Version};
use crate::ir::key::privilege_owner;
use crate::ir::{Attr, Key, Kind, Object, Pair, Schema, Value, Written, grants};

/// All privileges of an object, by the word that its privileges' owner begins with, and those that PUBLIC has by default.
const DEFAULTS: &[(&[Kind], Words, Words)] = &[
    (
        &[Kind::Table, Kind::View, Kind::MaterializedView, Kind::ForeignTable],
        &["DELETE", "INSERT", MAINTAIN, "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"],
        &[],
    ),
    (&[Kind::Sequence], &["SELECT", "UPDATE", "USAGE"], &[]),
    (&[Kind::Function, Kind::Procedure, Kind::Aggregate], &["EXECUTE"], &["EXECUTE"]),
    (&[Kind::Namespace], &["CREATE", "USAGE"], &[]),
    (&[Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType, Kind::Language], &["USAGE"], &["USAGE"]),
    (&[Kind::ForeignDataWrapper, Kind::Server], &["USAGE"], &[]),
];

/// A privilege that came with PostgreSQL 17.
pub const MAINTAIN: &str = "MAINTAIN";

/// The server whose rules hold: the script runs on live's, where that is known.
pub fn server<State>(schema: Pair<&Schema<State>>) -> Option<Version> {
    schema.live.server.or(schema.desired.server)
}

/// Whether a server that is compared knows MAINTAIN.
pub fn knows_maintain<State>(schema: Pair<&Schema<State>>) -> bool {
    server(schema).is_some_and(|server| server.since(17, 0, 0))
}

type Words = &'static [&'static str];

/// The kind of new objects by ALTER DEFAULT PRIVILEGES' word for them.
const OF_NEW: &[(&str, Kind)] = &[
    ("TABLES", Kind::Table),
    ("SEQUENCES", Kind::Sequence),
    ("FUNCTIONS", Kind::Function),
    ("TYPES", Kind::Enum),
    ("SCHEMAS", Kind::Namespace),
];

/// Privileges of a grantee on an object.
pub fn granted(target: Key, grantee: &str, privileges: &[&str]) -> Object {
    let key = Key { kind: Kind::Privilege, namespace: target.namespace, owner: privilege_owner(target), name: Name::new(grantee) };
    Object::new(key).with(Attr::Grants, Value::Options(grants::held(privileges)))
}

/// Takes out what is there by default, and what takes from a grantee what it never had. Of one who may be the owner, or may not,
/// everything stays as it is said until the other side is known.
pub fn settle(schema: &mut Schema<Written>) {
    for kind in [Kind::Privilege, Kind::DefaultPrivilege] {
        let keys: Vec<Key> = schema.of_kind(kind).map(|object| object.key).collect();
        for key in keys {
            let base = base(schema, key).filter(|_| !is_given_back(schema, key));
            base.into_iter().for_each(|base| complete(schema, key, base));
        }
    }
}

/// Whether everybody is told to have on an object what default privileges for such objects speak of: for a new object that says
/// something, though everybody has it anyway.
fn is_given_back(schema: &Schema<Written>, key: Key) -> bool {
    let Some(&(kinds, ..)) = of_target(key).filter(|(_, _, public)| key.kind == Kind::Privilege && is_everybody(key) && !public.is_empty())
    else {
        return false;
    };
    let word = OF_NEW.iter().find(|(_, kind)| kinds.contains(kind)).map_or("", |row| row.0);
    let told = format!("{word} to {}", key.name);
    let grants = grants::complete(grants::of(schema.get(key)), of_everybody(key, None));
    grants == grants::held(of_everybody(key, None)) && schema.of_kind(Kind::DefaultPrivilege).any(|object| object.key.name.as_str() == told)
}

pub fn is_everybody(key: Key) -> bool {
    key.name.as_str() == "PUBLIC"
}

/// What the grantee has where nothing is said; `None` where that depends on the server, or on an owner or a role of whom nothing is
/// said.
fn base(schema: &Schema<Written>, key: Key) -> Option<Words> {
    let grantee = key.name.as_str();
    if key.kind == Kind::DefaultPrivilege {
        return (!key.owner.is_none()).then(|| of_new_objects(key));
    }
    if is_everybody(key) {
        return (!is_public_namespace(key)).then(|| of_everybody(key, None));
    }
    let owner = target(schema, key)?.text(Attr::Owner)?;
    Some(if owner == grantee { of_owner(key) } else { &[] })
}

/// Completes what is said of a grantee, and takes it out where that is no more than it has anyway.
pub fn complete<State>(schema: &mut Schema<State>, key: Key, base: &[&str]) {
    let Some(object) = schema.get_mut(key) else { return };
    let grants = grants::complete(grants::of(Some(&*object)), base);
    if grants == grants::held(base) {
        schema.remove(key);
        return;
    }
    object.set(Attr::Grants, (!grants.is_empty()).then_some(Value::Options(grants)));
}

/// What PUBLIC, and the role itself, get on new objects where nothing is said; IN SCHEMA can only add to it (manual, ALTER DEFAULT
/// PRIVILEGES).
pub fn of_new_objects(key: Key) -> Words {
    let owner = key.owner.as_str();
    let Some((word, grantee)) = key.name.as_str().split_once(" to ") else { return &[] };
    let row = OF_NEW.iter().find(|row| row.0 == word);
    let Some((_, kind)) = row.filter(|_| !owner.starts_with("in ") && !owner.contains(" in ")) else { return &[] };
    let (_, all, public) = DEFAULTS.iter().find(|(kinds, ..)| kinds.contains(kind)).unwrap_or(&(&[], &[], &[]));
    match grantee {
        "PUBLIC" => public,
        role if role == owner => all,
        _ => &[],
    }
}

/// What PUBLIC has on an object where nothing is said. Before PostgreSQL 15 everybody could make objects in the namespace `public`
/// (release notes of 15, E.1.2).
pub fn of_everybody(key: Key, server: Option<Version>) -> Words {
    match server {
        Some(server) if is_public_namespace(key) && !server.since(15, 0, 0) => &["CREATE", "USAGE"],
        _ if is_public_namespace(key) => &["USAGE"],
        _ => row(key).map_or(&[], |row| row.1),
    }
}

/// What an owner has where nothing is said.
pub fn of_owner(key: Key) -> Words {
    row(key).map_or(&[], |row| row.0)
}

pub fn is_public_namespace(key: Key) -> bool {
    key.owner.as_str() == "schema public"
}

/// All privileges on a kind of object, and everybody's.
pub fn row(key: Key) -> Option<(Words, Words)> {
    of_target(key).map(|(_, all, public)| (*all, *public))
}

fn of_target(key: Key) -> Option<&'static (&'static [Kind], Words, Words)> {
    let owner = key.owner.as_str();
    let is = |kind: &Kind| owner.strip_prefix(kind.spec().noun).is_some_and(|rest| rest.starts_with(' '));
    DEFAULTS.iter().find(|(kinds, ..)| kinds.iter().any(is))
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
