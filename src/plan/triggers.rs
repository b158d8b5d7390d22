//! Row triggers of partitioned tables: a statement that says when one fires says it of those on the partitions too (PostgreSQL's
//! manual, ALTER TABLE, DISABLE TRIGGER), so what is said of these alone comes after.

use crate::ir::{Attr, Canonical, Key, Kind, Object, Pair, Schema};
use crate::order::Strength;

use super::grouping::Groups;
use super::ordering::Vertex;

/// The triggers of partitions that stay otherwise while the one above them changes: their state is said again.
pub fn said_again(groups: &Groups, schema: Pair<&Schema<Canonical>>) -> Vec<Key> {
    changed(groups).flat_map(|trigger| below(schema.desired, trigger)).filter(|own| schema.live.contains(*own)).collect()
}

/// Pairs of a trigger that changes and those of partitions, of which something is said.
pub fn ordered(groups: &Groups, schema: Pair<&Schema<Canonical>>) -> Vec<(Vertex, Vertex, Strength)> {
    let mut pairs = Vec::new();
    for trigger in changed(groups) {
        let own = below(schema.live, trigger).into_iter().chain(below(schema.desired, trigger));
        let said = own.flat_map(|key| [Vertex::Make(key), Vertex::Alter(key), Vertex::Unmake(key)]);
        pairs.extend(said.map(|then| (Vertex::Alter(trigger), then, Strength::Strong)));
    }
    pairs
}

fn changed<'a>(groups: &'a Groups) -> impl Iterator<Item = Key> + 'a {
    let of_state = |(key, attrs): &(&Key, &Vec<Attr>)| key.kind == Kind::Trigger && attrs.contains(&Attr::Enabled);
    groups.altered.iter().filter(of_state).map(|(key, _)| *key)
}

/// The triggers of partitions that are objects of their own because of this one, at any depth.
fn below(schema: &Schema<Canonical>, trigger: Key) -> Vec<Key> {
    let is_of = |own: &&Object, above: Key| own.key_of(Attr::PartitionOf) == Some(above);
    let mut found = vec![trigger];
    let mut at = 0;
    while let Some(above) = found.get(at).copied() {
        found.extend(schema.of_kind(Kind::Trigger).filter(|own| is_of(own, above)).map(|own| own.key));
        at += 1;
    }
    found.split_off(1)
}
