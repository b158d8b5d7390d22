//! Names as they are before the patch: the queries of the precheck run before the renames.

use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::{Key, Kind, Op};

/// The renames of a plan, read backwards.
pub struct Names<'a> {
    pub renames: &'a [Op],
    pub dialect: &'static dyn Dialect,
}

impl Names<'_> {
    /// The key that a desired key has before the renames.
    pub fn before(&self, key: Key) -> Key {
        let named = |wanted: Key| {
            self.renames.iter().find_map(|op| match op {
                Op::Rename { key, to } if key.of(wanted.kind) == (Key { name: key.name, ..wanted }) && *to == wanted.name => Some(key.name),
                _ => None,
            })
        };
        let name = named(key).unwrap_or(key.name);
        let owner = key.relation().and_then(named).unwrap_or(key.owner);
        Key { name, owner, ..key }
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

    /// Whether a text about this relation may name something that has another name before the patch.
    pub fn renames_in(&self, relation: Key) -> bool {
        self.renames.iter().any(|op| match op {
            Op::Rename { key, .. } => key.kind == Kind::Column && key.owner == relation.name || key.kind.is_relation(),
            _ => false,
        })
    }
}
