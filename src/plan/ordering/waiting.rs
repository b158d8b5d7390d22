//! What waits for something to go that it does not name.

use std::collections::BTreeSet;

use super::{Builder, Vertex};
use crate::base::Name;
use crate::ir::{Attr, Key, Kind, Part};
use crate::order::Strength;
use crate::plan::grouping::Groups;

impl Builder<'_> {
    /// Default privileges are for what comes after the script: what it makes says itself who may do what.
    pub(super) fn defaults(&mut self, groups: &Groups) {
        let defaults = |keys: &BTreeSet<Key>| keys.iter().filter(|key| key.kind == Kind::DefaultPrivilege).copied().collect::<Vec<_>>();
        let (come, go) = (defaults(&groups.made), defaults(&groups.unmade));
        for made in groups.made.iter().filter(|key| key.kind != Kind::DefaultPrivilege && key.owner.is_none()) {
            come.iter().for_each(|key| self.before(groups, Vertex::Make(*made), Vertex::Make(*key), Strength::Weak));
            go.iter().for_each(|key| self.before(groups, Vertex::Unmake(*key), Vertex::Make(*made), Strength::Weak));
        }
    }

    /// A new foreign key comes after the keys over its target's columns that go: the server picks the oldest, and the reference
    /// would rest on it.
    pub(super) fn references(&mut self, groups: &Groups) {
        let strength = if self.dialect.detaches() { Strength::Strong } else { Strength::Weak };
        for made in groups.made.iter().filter(|key| key.kind == Kind::ForeignKey) {
            let Some((target, columns)) = self.referenced(*made) else { continue };
            let rivals = groups.unmade.iter().filter(|key| {
                matches!(key.kind, Kind::PrimaryKey | Kind::Unique | Kind::Index) && key.relation().is_some_and(|owner| owner == target)
            });
            let rivals: Vec<Key> = rivals.filter(|key| self.keyed(**key) == columns).copied().collect();
            rivals.into_iter().for_each(|key| self.before(groups, Vertex::Unmake(key), Vertex::Make(*made), strength));
        }
    }

    /// The table and the columns that a desired foreign key refers to.
    fn referenced(&self, key: Key) -> Option<(Key, BTreeSet<Name>)> {
        let reference = self.schema.desired.get(key)?;
        let target = self.schema.desired.resolve(reference.key_of(Attr::References)?)?;
        let columns = match reference.names(Attr::ReferencedColumns) {
            [] => self.schema.desired.parts(target, Kind::PrimaryKey).next()?.names(Attr::Columns),
            columns => columns,
        };
        Some((target, columns.iter().copied().collect()))
    }

    /// The columns of a live key.
    fn keyed(&self, key: Key) -> BTreeSet<Name> {
        let Some(key) = self.schema.live.get(key) else { return BTreeSet::new() };
        key.names(Attr::Columns).iter().copied().chain(key.parts(Attr::Parts).iter().filter_map(Part::name)).collect()
    }
}
