//! Parts that a relation takes from another: which operation on a parent carries the child's, and which comes first.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::inheritance::{self, below, parents_of, stays_below};
pub use crate::ir::inheritance::{all_below, descends};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Pair, Schema};
use crate::order::Strength;

/// Whether the same operation on a parent relation carries this one down to its child.
pub fn follows_parent(schema: Pair<&Schema<Canonical>>, ops: &[Op], op: &Op) -> bool {
    let key = op.key();
    if !descends(key.kind) {
        return false;
    }
    let Some(relation) = key.relation() else { return false };
    if born_with(schema, op) {
        return true;
    }
    parents(schema.live, relation).into_iter().filter(|parent| parents(schema.desired, relation).contains(parent)).any(|parent| {
        let above = Key { namespace: parent.namespace, owner: parent.name, ..key };
        match op {
            Op::Create { object, .. } => {
                taken(object, schema.desired) && ops.iter().any(|other| creates(other, above) || turns(other, above))
            }
            Op::Drop { .. } => {
                let falls = schema.live.get(key).is_some_and(|object| taken(object, schema.live));
                let goes = |other: &Op| matches!(other, Op::Drop { key, .. } if *key == above) || turns(other, above);
                falls && !stays_below(above, schema) && ops.iter().any(goes)
            }
            Op::Set { attr: Attr::NotNull, .. } if ops.iter().any(|other| turns(other, above)) => true,
            Op::Set { attr: Attr::NotNull, .. } if is_named_below(key, schema) => false,
            Op::Set { attr, value, .. } if CARRIED.contains(attr) || checked_above(key, schema) => ops
                .iter()
                .any(|other| matches!(other, Op::Set { key, attr: same, value: equal } if *key == above && same == attr && equal == value)),
            _ => false,
        }
    })
}

/// Facts of a column that no child can change by itself: a statement on the parent does (PostgreSQL's manual, ALTER TABLE, Notes).
const CARRIED: &[Attr] = &[Attr::Type, Attr::NotNull, Attr::NotValid, Attr::Generated, Attr::GeneratedAs];

/// Whether a column gets its NOT NULL under a name that is not its parent's, or the parent keeps its own for itself.
fn is_named_below(column: Key, schema: Pair<&Schema<Canonical>>) -> bool {
    let named = |side: &Schema<Canonical>| side.get(column).is_some_and(|column| column.has(Attr::NotNullName));
    let alone = || over(column, schema.desired).any(|above| schema.desired.get(above).is_some_and(|above| above.has(Attr::NoInherit)));
    named(schema.desired) && !named(schema.live) || alone()
}

/// Pairs of columns that get a NOT NULL of their own, or one of another name, each before its parent's: after that the name is fixed.
fn required_below_first(altered: &BTreeMap<Key, Vec<Attr>>, schema: Pair<&Schema<Canonical>>) -> Vec<(Key, Key)> {
    let changes = |key: &Key, attr: Attr| altered.get(key).is_some_and(|attrs| attrs.contains(&attr));
    let gains = |key: &Key| changes(key, Attr::NotNull);
    let named = |key: &Key| changes(key, Attr::NotNullName) || gains(key) && is_named_below(*key, schema);
    let own = altered.keys().filter(|key| key.kind == Kind::Column && named(key));
    own.flat_map(|key| over(*key, schema.desired).filter(|above| gains(above)).map(|above| (*key, above)).collect::<Vec<_>>()).collect()
}

/// Whether a new relation has a check from its parents, and from nowhere else.
fn born_with(schema: Pair<&Schema<Canonical>>, op: &Op) -> bool {
    let Op::Create { object, .. } = op else { return false };
    let Some(relation) = object.key.relation().filter(|_| object.key.kind == Kind::Check) else { return false };
    let is_new = schema.live.resolve(relation).is_none() && taken(object, schema.desired);
    let above = |parent: Key| Key { namespace: parent.namespace, owner: parent.name, ..object.key };
    is_new
        && object.has(Attr::NotValid)
        && parents(schema.desired, relation).into_iter().any(|parent| schema.desired.contains(above(parent)))
}

/// Whether a check is on both sides its parent's: it is dropped and made there.
fn checked_above(key: Key, schema: Pair<&Schema<Canonical>>) -> bool {
    let theirs = |side: &Schema<Canonical>| side.get(key).is_some_and(|part| taken(part, side));
    key.kind == Kind::Check && theirs(schema.live) && theirs(schema.desired)
}

fn creates(op: &Op, key: Key) -> bool {
    matches!(op, Op::Create { object, .. } if object.key == key)
}

/// Whether a check, or a column's NOT NULL, begins or ceases to go down to the children: it is made anew then.
fn turns(op: &Op, part: Key) -> bool {
    matches!(op, Op::Set { key, attr: Attr::NoInherit, .. } if *key == part)
}

/// Whether the part is there because a parent has it, and for no other reason.
fn taken(part: &Object, schema: &Schema<Canonical>) -> bool {
    let relation = part.key.relation().and_then(|relation| schema.get(schema.resolve(relation)?));
    part.has(Attr::Inherited) || relation.is_some_and(|relation| relation.has(Attr::PartitionOf))
}

/// The columns of the parents from which a column comes, and from nowhere else, on both sides.
pub fn columns_above(column: Key, schema: Pair<&Schema<Canonical>>) -> Vec<Key> {
    let theirs = |side: &Schema<Canonical>| side.get(column).is_some_and(|part| taken(part, side));
    let Some(relation) = column.relation().filter(|_| column.kind == Kind::Column && theirs(schema.live) && theirs(schema.desired)) else {
        return Vec::new();
    };
    let parents = parents(schema.desired, relation).into_iter();
    parents.map(|parent| Key { namespace: parent.namespace, owner: parent.name, ..column }).collect()
}

/// Pairs of which the first comes before the second: what a child says itself is made before its parent has it too, for the
/// two merge then and never after (PostgreSQL's manual, ALTER TABLE, ADD COLUMN).
pub fn made_below_first(made: &BTreeSet<Key>, desired: &Schema<Canonical>) -> Vec<(Key, Key)> {
    let own = |child: &Key| made.contains(child) && desired.get(*child).is_some_and(|object| !object.has(Attr::Inherited));
    let parts = made.iter().filter(|key| descends(key.kind));
    parts.flat_map(|part| below(*part, desired).filter(own).map(|child| (child, *part))).collect()
}

/// Whether a part is a parent's, which takes it along when it goes and brings it when it comes.
pub fn is_of_parent(part: &Object, schema: &Schema<Canonical>) -> bool {
    let relation = part.key.relation().filter(|_| part.key.kind.spec().owned);
    let above = |parent: Key| Key { namespace: parent.namespace, owner: parent.name, ..part.key };
    let checked = |relation: Key| parents(schema, relation).into_iter().any(|parent| schema.contains(above(parent)));
    let computed = part.key.kind == Kind::Column && part.has(Attr::Generated);
    let descends = (part.key.kind == Kind::Check || computed) && taken(part, schema) && relation.is_some_and(checked);
    descends || (relation.is_some() && part.has(Attr::PartitionOf))
}

/// Those of the changed parts that change with a part above them, at any depth, which is one of these.
pub fn changed_below(changed: impl Iterator<Item = Key>, mut above: BTreeSet<Key>, schema: Pair<&Schema<Canonical>>) -> BTreeSet<Key> {
    let mut open: Vec<Key> = changed.filter(|key| key.kind.spec().owned).collect();
    let mut found = BTreeSet::new();
    loop {
        let (below, rest): (Vec<Key>, Vec<Key>) = open
            .into_iter()
            .partition(|key| [schema.live, schema.desired].iter().any(|side| over(*key, side).any(|key| above.contains(&key))));
        if below.is_empty() {
            return found;
        }
        above.extend(&below);
        found.extend(below);
        open = rest;
    }
}

/// The parts above a part: of the same name on the parents, or the one that it belongs to.
fn over(part: Key, schema: &Schema<Canonical>) -> impl Iterator<Item = Key> {
    let named = part.relation().filter(|_| descends(part.kind)).map(|relation| parents(schema, relation)).unwrap_or_default();
    let named = named.into_iter().map(move |parent| Key { namespace: parent.namespace, owner: parent.name, ..part });
    named.chain(schema.get(part).and_then(|object| object.key_of(Attr::PartitionOf)))
}

/// Pairs of columns of which the first changes before the second, which it inherits from or which inherits from it.
pub fn altered_in_order(altered: &BTreeMap<Key, Vec<Attr>>, schema: Pair<&Schema<Canonical>>) -> Vec<(Key, Key)> {
    let mut pairs = freed_below_first(altered.keys(), schema);
    pairs.extend(retyped_above_first(altered, schema));
    pairs.extend(required_below_first(altered, schema));
    pairs
}

/// Columns that get numbers of their own, each after its children's: those let go of the old sequence first.
fn freed_below_first<'a>(altered: impl Iterator<Item = &'a Key>, schema: Pair<&Schema<Canonical>>) -> Vec<(Key, Key)> {
    let identity = |side: &Schema<Canonical>, key: Key| side.get(key).is_some_and(|column| column.has(Attr::Identity));
    let gains = |key: &&Key| key.kind == Kind::Column && identity(schema.desired, **key) && !identity(schema.live, **key);
    altered.filter(gains).flat_map(|key| all_below(*key, schema.live).into_iter().map(|child| (child, *key))).collect()
}

/// Whether a change of these facts gives a column its type anew.
pub fn retypes(attrs: &[Attr]) -> bool {
    attrs.contains(&Attr::Type) || attrs.contains(&Attr::Collation)
}

/// Columns that change their type, each before its children's own changes: the type goes down to those, and takes away how they are
/// stored.
fn retyped_above_first(altered: &BTreeMap<Key, Vec<Attr>>, schema: Pair<&Schema<Canonical>>) -> Vec<(Key, Key)> {
    let retyped = altered.iter().filter(|(key, attrs)| key.kind == Kind::Column && retypes(attrs)).map(|(key, _)| *key);
    let own = |key: &Key| altered.get(key).is_some_and(|attrs| !retypes(attrs));
    retyped.flat_map(|key| all_below(key, schema.live).into_iter().filter(own).map(move |child| (key, child))).collect()
}

/// The parts that go, each with the same part of each child: what a parent has cannot go from a child, or become its own, before.
pub fn unmade_above_first(unmade: &BTreeSet<Key>, live: &Schema<Canonical>) -> Vec<(Key, Key)> {
    let parts = unmade.iter().filter(|key| descends(key.kind));
    parts.flat_map(|part| below(*part, live).map(|child| (*part, child))).collect()
}

/// Partitions that leave a parent, each with those that come to it: two that take the same rows cannot stand side by side. Where
/// the bounds are the same it is certain that they would.
pub fn gives_way(schema: Pair<&Schema<Canonical>>) -> Vec<(Key, Key, Strength)> {
    let (gone, come) = (partitions(schema), partitions(Pair::new(schema.desired, schema.live)));
    let mut pairs = Vec::new();
    for (parent, gone) in &gone {
        for (old, new) in gone.iter().flat_map(|old| come.get(parent).into_iter().flatten().map(move |new| (old, new))) {
            let bound = |object: &Object| object.fragment(Attr::PartitionBound).map(|bound| bound.compared().to_owned());
            let strength = if bound(old) == bound(new) { Strength::Strong } else { Strength::Weak };
            pairs.push((old.key, new.key, strength));
        }
    }
    pairs
}

/// Partitions that get other bounds: after those that leave the same parent, before those that come to it, and one after the other,
/// for the first sets all of them free.
pub fn rebound(schema: Pair<&Schema<Canonical>>) -> Vec<(Key, Key, Strength)> {
    let (gone, come) = (partitions(schema), partitions(Pair::new(schema.desired, schema.live)));
    let mut pairs = Vec::new();
    for parent in partitioned(schema) {
        let moved = inheritance::rebound(parent, schema);
        let of = |by_parent: &BTreeMap<Key, Vec<&Object>>| -> Vec<Key> {
            by_parent.get(&parent).into_iter().flatten().map(|partition| partition.key).collect()
        };
        for key in &moved {
            pairs.extend(of(&gone).into_iter().map(|old| (old, *key, Strength::Strong)));
            pairs.extend(of(&come).into_iter().map(|new| (*key, new, Strength::Strong)));
        }
        pairs.extend(moved.windows(2).map(|pair| (pair[0], pair[1], Strength::Strong)));
    }
    pairs
}

/// The tables of which a partition has other bounds on the two sides.
fn partitioned(schema: Pair<&Schema<Canonical>>) -> BTreeSet<Key> {
    let partitions = schema.live.of_kind(Kind::Table).chain(schema.live.of_kind(Kind::ForeignTable));
    let moved = partitions.filter(|live| {
        live.has(Attr::PartitionBound)
            && schema.desired.get(live.key).is_some_and(|desired| live.get(Attr::PartitionBound) != desired.get(Attr::PartitionBound))
    });
    moved.filter_map(|partition| partition.key_of(Attr::PartitionOf)).collect()
}

/// The partitions of one side that the other does not have under the same parent, by their parents.
fn partitions(sides: Pair<&Schema<Canonical>>) -> BTreeMap<Key, Vec<&Object>> {
    let mut by_parent: BTreeMap<Key, Vec<&Object>> = BTreeMap::new();
    let (tables, foreign) = (sides.live.of_kind(Kind::Table), sides.live.of_kind(Kind::ForeignTable));
    for partition in tables.chain(foreign) {
        let Some(parent) = partition.key_of(Attr::PartitionOf) else { continue };
        let stays = sides.desired.get(partition.key).is_some_and(|other| other.key_of(Attr::PartitionOf) == Some(parent));
        if !stays {
            by_parent.entry(parent).or_default().push(partition);
        }
    }
    by_parent
}

/// The relations from which a relation takes its columns.
pub fn parents(schema: &Schema<Canonical>, relation: Key) -> Vec<Key> {
    schema.resolve(relation).and_then(|key| schema.get(key)).map(parents_of).unwrap_or_default()
}

/// The parents that a relation of both sides is to have and has not.
pub fn joins(relation: Key, schema: Pair<&Schema<Canonical>>) -> Vec<Key> {
    let old = parents(schema.live, relation);
    let stays = schema.live.contains(relation);
    parents(schema.desired, relation).into_iter().filter(|parent| stays && !old.contains(parent)).collect()
}

/// The parents that a relation of both sides has and is not to have.
pub fn leaves(relation: Key, schema: Pair<&Schema<Canonical>>) -> Vec<Key> {
    joins(relation, Pair::new(schema.desired, schema.live))
}

/// Pairs of which the first goes before the second comes: a partition's own index or key of which its parent's new one would make
/// itself a part (PostgreSQL's manual, CREATE INDEX: an equivalent index is attached).
pub fn own_goes_first(unmade: &BTreeSet<Key>, made: &BTreeSet<Key>, schema: Pair<&Schema<Canonical>>) -> Vec<(Key, Key)> {
    const ATTACHED: &[Kind] = &[Kind::PrimaryKey, Kind::Unique, Kind::Index, Kind::ForeignKey];
    let mut below: BTreeMap<Key, Vec<Key>> = BTreeMap::new();
    for part in unmade.iter().filter(|part| ATTACHED.contains(&part.kind)) {
        let up = |relation: &Key| schema.live.get(schema.live.resolve(*relation)?)?.key_of(Attr::PartitionOf);
        let above = std::iter::successors(part.relation().and_then(|relation| up(&relation)), up);
        above.for_each(|ancestor| below.entry(Key { kind: Kind::Table, ..ancestor }).or_default().push(*part));
    }
    let comes = made.iter().filter(|part| ATTACHED.contains(&part.kind));
    let pairs = comes.filter_map(|part| Some((part, below.get(&part.relation()?)?)));
    let is_like = |gone: Key, come: Key| {
        let (Some(gone), Some(come)) = (schema.live.get(gone), schema.desired.get(come)) else { return false };
        !gone.has(Attr::PartitionOf) && [Attr::Parts, Attr::Columns, Attr::Where].iter().all(|attr| gone.get(*attr) == come.get(*attr))
    };
    pairs.flat_map(|(come, gone)| gone.iter().filter(|gone| is_like(**gone, *come)).map(|gone| (*gone, *come))).collect()
}
