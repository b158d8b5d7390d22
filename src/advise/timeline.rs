//! Every object through all migrations: the states that it went through, and which operation brought each about.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Key, Kind, Object};
use crate::sources::django::History;

/// A migration's and an operation's place in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub migration: usize,
    pub effect: usize,
}

/// One state of an object, from a place on.
#[derive(Clone, Debug)]
pub struct Version {
    pub place: Place,
    pub object: Option<Object>,
    /// The snapshot of its relation in which it is looked at.
    pub snapshot: usize,
}

/// The states of a relation with all its parts, in order.
#[derive(Clone, Debug, Default)]
pub struct Relation {
    pub snapshots: Vec<Vec<Object>>,
}

/// All objects through all migrations.
pub struct Timeline {
    /// By key, oldest first; before the first version an object is not there.
    pub objects: BTreeMap<Key, Vec<Version>>,
    pub relations: BTreeMap<Key, Relation>,
}

/// The relation to which an object belongs; an object of its own stands for itself.
pub fn relation_of(key: Key) -> Key {
    key.relation().unwrap_or_else(|| key.of(if key.kind.is_relation() && key.kind != Kind::Sequence { Kind::Table } else { key.kind }))
}

/// Folds a history into its timeline.
pub fn of(history: &History) -> Timeline {
    let mut timeline = Timeline { objects: BTreeMap::new(), relations: BTreeMap::new() };
    let mut current: BTreeMap<Key, BTreeMap<Key, Object>> = BTreeMap::new();
    for (migration, carried) in history.migrations.iter().enumerate() {
        for (effect, done) in carried.effects.iter().enumerate() {
            let place = Place { migration, effect };
            let mut touched: BTreeSet<Key> = BTreeSet::new();
            for change in &done.changes {
                let relation = relation_of(change.key);
                let parts = current.entry(relation).or_default();
                match &change.after {
                    Some(object) => drop(parts.insert(change.key, object.clone())),
                    None => drop(parts.remove(&change.key)),
                }
                touched.insert(relation);
            }
            for relation in &touched {
                let parts = current.get(relation).map(|parts| parts.values().cloned().collect()).unwrap_or_default();
                timeline.relations.entry(*relation).or_default().snapshots.push(parts);
            }
            for change in &done.changes {
                let snapshot = timeline.relations.get(&relation_of(change.key)).map_or(0, |relation| relation.snapshots.len() - 1);
                let version = Version { place, object: change.after.clone(), snapshot };
                timeline.objects.entry(change.key).or_default().push(version);
            }
        }
    }
    timeline
}
