//! Names as they are before the patch: the queries that count run before the renames.

use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::{Key, Kind, Op};

/// The renames of a plan, read backwards.
pub struct Names<'a> {
    pub renames: &'a [Op],
    pub dialect: &'a dyn Dialect,
}

impl Names<'_> {
    /// The key that a desired key has before the renames.
    pub fn before(&self, key: Key) -> Key {
        self.renames.iter().rev().fold(key, undone)
    }

    /// The relation as a query names it.
    pub fn relation(&self, relation: Key) -> String {
        self.quoted(self.before(relation))
    }

    /// The relation as a query names it after the patch.
    pub fn quoted(&self, relation: Key) -> String {
        let parts = [relation.namespace, relation.name].into_iter().filter(|part| !part.is_none());
        parts.map(|part| self.dialect.quote(part)).collect::<Vec<_>>().join(".")
    }

    /// A column as a query names it.
    pub fn column(&self, relation: Key, column: Name) -> String {
        self.dialect.quote(self.before(relation.child(Kind::Column, column)).name)
    }
}

/// The key that a key had before one rename.
fn undone(key: Key, op: &Op) -> Key {
    let (old, new) = match op {
        Op::Rename { key, to } => (*key, Key { name: *to, ..*key }),
        Op::Move { key, namespace } => (*key, Key { namespace: *namespace, ..*key }),
        _ => return key,
    };
    let is_it = key.kind == new.kind || key.kind.is_relation() && new.kind.is_relation();
    let is_part = new.kind.is_relation() && key.namespace == new.namespace && key.owner == new.name;
    match is_it && key.of(new.kind) == new {
        true => old.of(key.kind),
        false if is_part => Key { namespace: old.namespace, owner: old.name, ..key },
        false => key,
    }
}
