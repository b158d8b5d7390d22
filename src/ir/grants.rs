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
