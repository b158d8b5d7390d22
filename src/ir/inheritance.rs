//! Parts that the relations below have because a relation above has them: columns and checks of INHERITS.

use super::schema::Heir;
use super::{Attr, Canonical, Key, Kind, Object, Pair, Schema, Value};

/// The relations from which a table takes its columns: those of INHERITS, or the partitioned table.
pub fn parents_of(table: &Object) -> Vec<Key> {
    let inherited = match table.get(Attr::Inherits) {
        Some(Value::Labels(labels)) => labels.as_slice(),
        _ => &[],
    };
    let named = inherited.iter().filter_map(|label| {
        let (namespace, name) = label.split_once('.')?;
        Some(Key::new(Kind::Table, namespace.into(), name.into()))
    });
    table.key_of(Attr::PartitionOf).into_iter().chain(named).collect()
}

/// The partitions of a table that stay with it under other bounds. Each must leave before any of them comes back, for bounds may
/// pass from one to another.
pub fn rebound(parent: Key, schema: Pair<&Schema<Canonical>>) -> Vec<Key> {
    let bound = |side: &Object| side.fragment(Attr::PartitionBound).map(|bound| bound.compared().to_owned());
    let stays = |object: &Object| object.key_of(Attr::PartitionOf) == Some(parent);
    let moves = |key: Key| {
        let sides = schema.live.get(key).zip(schema.desired.get(key));
        sides.is_some_and(|(live, desired)| stays(live) && stays(desired) && bound(live) != bound(desired))
    };
    schema.live.heirs(parent).map(|(partition, _)| partition.key).filter(|key| moves(*key)).collect()
}

/// Kinds of parts that children have because their parents have them.
pub fn descends(kind: Kind) -> bool {
    matches!(kind, Kind::Column | Kind::Check)
}

/// Whether a relation below that has this part from here is to keep it when it goes here: it is then dropped here alone, and
/// what the children have becomes their own.
pub fn stays_below(part: Key, schema: Pair<&Schema<Canonical>>) -> bool {
    let has_it_from_here = |child: &Key| schema.live.get(*child).is_some_and(|object| object.has(Attr::Inherited));
    descends(part.kind)
        && !schema.desired.contains(part)
        && below(part, schema.live).filter(has_it_from_here).any(|child| schema.desired.contains(child) || stays_below(child, schema))
}

/// The same part on the relations that inherit.
pub fn below<'a>(part: Key, schema: &'a Schema<Canonical>) -> impl Iterator<Item = Key> + 'a {
    let heirs = part.relation().into_iter().flat_map(|relation| schema.heirs(relation));
    heirs.filter(|(_, heir)| *heir == Heir::Child).map(move |(child, _)| Key {
        namespace: child.key.namespace,
        owner: child.key.name,
        ..part
    })
}

/// The same column on all relations that have theirs from this one's, at any depth.
pub fn all_below(part: Key, schema: &Schema<Canonical>) -> Vec<Key> {
    let mut found = Vec::new();
    let mut open = if part.kind == Kind::Column { vec![part] } else { Vec::new() };
    while let Some(next) = open.pop() {
        let heirs = next.relation().into_iter().flat_map(|relation| schema.heirs(relation));
        let keys = heirs.map(|(child, _)| Key { namespace: child.key.namespace, owner: child.key.name, ..next });
        open.extend(keys.filter(|key| schema.contains(*key)));
        found.push(next);
    }
    found.into_iter().skip(1).collect()
}
