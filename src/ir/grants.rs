//! What one grantee may do with an object: what a text says, and what follows where it says nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;

use super::key::privilege_owner;
use super::{Attr, Key, Kind, Object, Pair, Schema, Value};

/// Privileges (`SELECT`, `SELECT(a)`) with how each is held.
pub type Grants = BTreeMap<Name, Arc<str>>;

/// Held.
pub const HELD: &str = "";
/// Held, and may be passed on: WITH GRANT OPTION.
pub const PASSED_ON: &str = "grant";
/// Taken away: from who has it without being told, it takes something.
pub const NONE: &str = "none";
/// In a statement alone: no longer to be passed on.
pub const NOT_PASSED_ON: &str = "held only";

/// What is said of a grantee.
pub fn of(object: Option<&Object>) -> Grants {
    match object.and_then(|object| object.get(Attr::Grants)) {
        Some(Value::Options(grants)) => grants.clone(),
        _ => Grants::new(),
    }
}

/// These privileges, held.
pub fn held(words: &[&str]) -> Grants {
    words.iter().map(|word| (Name::new(word), Arc::from(HELD))).collect()
}

/// What is said, completed by what the grantee has where nothing is said. Nothing is taken from who has nothing.
pub fn complete(mut said: Grants, base: &[&str]) -> Grants {
    let is_base = |name: &Name| base.contains(&name.as_str());
    said.retain(|name, held| **held != *NONE || is_base(name));
    for (name, held) in held(base) {
        said.entry(name).or_insert(held);
    }
    said
}

/// Makes an owner's privileges those of the next owner, who keeps what it had of its own; `NONE` is an owner of whom nothing is said.
pub fn give_over<State>(schema: &mut Schema<State>, object: Key, owner: Pair<Name>) {
    let key = |name: Name| Key { kind: Kind::Privilege, namespace: object.namespace, owner: privilege_owner(object), name };
    let said = schema.remove(key(owner.live));
    let own = of(schema.remove(key(owner.desired)).as_ref());
    let mut given = of(said.as_ref());
    for (name, held) in own.into_iter().filter(|(_, held)| **held != *NONE) {
        let lacks = given.get(&name).is_some_and(|known| **known == *NONE);
        if lacks || *held == *PASSED_ON || name.as_str().contains('(') {
            given.insert(name, held);
        }
    }
    if !given.is_empty() {
        schema.insert(Object::new(key(owner.desired)).with(Attr::Grants, Value::Options(given)));
    }
}

/// Kinds by the word under which privileges are given to all of them; the first is the word's own kind.
pub const OF_KINDS: &[(&str, &[Kind])] = &[
    ("TABLES", &[Kind::Table, Kind::View, Kind::MaterializedView, Kind::ForeignTable]),
    ("SEQUENCES", &[Kind::Sequence]),
    ("FUNCTIONS", &[Kind::Function, Kind::Procedure, Kind::Aggregate]),
    ("TYPES", &[Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType]),
    ("SCHEMAS", &[Kind::Namespace]),
];

/// Whether these default privileges are for a new object like this one, whoever makes it.
pub fn are_for(default: Key, made: Key) -> bool {
    let word = OF_KINDS.iter().find(|(_, kinds)| kinds.contains(&made.kind)).map(|(word, _)| *word);
    let is_for = default.name.as_str().split_once(" to ").is_some_and(|(known, _)| Some(known) == word);
    is_for && maker(default).1.is_none_or(|namespace| namespace == made.namespace.as_str())
}

/// Of whose new objects default privileges speak, and in which namespace: `role in schema`, of which either half may be missing.
pub fn maker(default: Key) -> (&'static str, Option<&'static str>) {
    let owner = default.owner.as_str();
    match owner.strip_prefix("in ") {
        Some(namespace) => ("", Some(namespace)),
        None => owner.split_once(" in ").map_or((owner, None), |(role, namespace)| (role, Some(namespace))),
    }
}
