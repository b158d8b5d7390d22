//! What the live side shows of every state of every object. States are compared in canonical form, one snapshot of each
//! relation at a time, the newest first; where the newest holds whole, older ones are not looked at.

use std::collections::{BTreeMap, BTreeSet};

use super::Question;
use super::timeline::{Relation, Timeline, relation_of};
use crate::dialects::Memo;
use crate::diff;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Pair, Schema, Written};
use crate::normalise::normalise;

/// How one state of an object compares with the live one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The live object is not there.
    Missing,
    /// It is there; these facts differ.
    There(Vec<Attr>),
}

/// The comparison of all states.
pub struct Sight {
    /// By snapshot of a relation and key.
    states: BTreeMap<(Key, usize), BTreeMap<Key, Seen>>,
    /// Relations whose newest snapshot holds whole.
    whole: BTreeSet<Key>,
    /// Relations with live objects that the newest snapshot does not have.
    extra: BTreeSet<Key>,
    /// Live objects by key.
    pub live: Schema<Written>,
}

impl Sight {
    /// How a state compares; `None` where it was not looked at, since the newest holds.
    pub fn state(&self, snapshot: usize, key: Key) -> Option<&Seen> {
        self.states.get(&(relation_of(key), snapshot))?.get(&key)
    }

    /// Whether the relation's newest snapshot holds whole, so that of its states only the newest is looked at.
    pub fn is_whole(&self, relation: Key) -> bool {
        self.whole.contains(&relation)
    }

    /// Whether the live side has an object of this key.
    pub fn has(&self, key: Key) -> bool {
        self.live.contains(key)
    }
}

/// Compares the states of a timeline with the live side.
pub fn look(timeline: &Timeline, question: &Question) -> Sight {
    let mut sight = Sight { states: BTreeMap::new(), whole: BTreeSet::new(), extra: BTreeSet::new(), live: question.live.schema.clone() };
    let depth = timeline.relations.values().map(|relation| relation.snapshots.len()).max().unwrap_or(0);
    for back in 0..depth {
        let layer: Vec<(Key, usize, &Relation)> = timeline
            .relations
            .iter()
            .filter(|(key, relation)| relation.snapshots.len() > back && !sight.whole.contains(*key))
            .map(|(key, relation)| (*key, relation.snapshots.len() - 1 - back, relation))
            .collect();
        if layer.is_empty() {
            break;
        }
        look_at(&layer, &mut sight, question);
        if back == 0 {
            settle_whole(&layer, &mut sight);
        }
    }
    sight
}

/// Compares one snapshot of each of several relations. Objects are followed through the canonical form, which may hold
/// them under another key, by their ordinals.
fn look_at(layer: &[(Key, usize, &Relation)], sight: &mut Sight, question: &Question) {
    let mut predicted: Schema<Written> = question.dialect.initial();
    predicted.coverage = question.migrated.history.coverage.clone();
    let relations: BTreeSet<Key> = layer.iter().map(|(key, _, _)| *key).collect();
    let mut followed: Vec<(Key, usize, Key, u32)> = Vec::new();
    let mut next = 1_000_000;
    for (relation, snapshot, states) in layer {
        let mut objects: Vec<Object> = states.snapshots.get(*snapshot).cloned().unwrap_or_default();
        objects.sort_by_key(|object| object.ordinal);
        for mut object in objects {
            next += 1;
            object.ordinal = next;
            followed.push((*relation, *snapshot, object.key, next));
            predicted.insert(object);
        }
    }
    let mut written = Pair::new(narrowed(&question.live.schema, &relations), predicted);
    diff::lend(&mut written);
    let mut memo = Memo::default();
    let (live, _) = normalise(written.live, question.dialect, &mut memo);
    let (predicted, _) = normalise(written.desired, question.dialect, &mut memo);
    let mut pair: Pair<Schema<Canonical>> = Pair::new(live, predicted);
    diff::settle(&mut pair, question.dialect);
    let mut found: BTreeMap<Key, Seen> = BTreeMap::new();
    for op in diff::changes(pair.as_ref()) {
        match op {
            Op::Create { object, .. } => drop(found.insert(object.key, Seen::Missing)),
            Op::Drop { key, .. } => drop(sight.extra.insert(relation_of(key))),
            Op::Set { key, attr, .. } => match found.entry(key).or_insert(Seen::There(Vec::new())) {
                Seen::There(attrs) => attrs.push(attr),
                Seen::Missing => {}
            },
            _ => {}
        }
    }
    let canonical: BTreeMap<u32, Key> = pair.desired.iter().map(|object| (object.ordinal, object.key)).collect();
    for (relation, snapshot, key, ordinal) in followed {
        let seen = canonical.get(&ordinal).and_then(|key| found.get(key)).cloned().unwrap_or(Seen::There(Vec::new()));
        sight.states.entry((relation, snapshot)).or_default().insert(key, seen);
    }
}

/// The live relations of a layer with their parts, and what is no relation.
fn narrowed(live: &Schema<Written>, relations: &BTreeSet<Key>) -> Schema<Written> {
    let mut out: Schema<Written> = Schema::default();
    out.coverage = live.coverage.clone();
    let kept = live.iter().filter(|object| {
        let relation = relation_of(object.key);
        relations.contains(&relation) || !object.key.kind.spec().owned && !matches!(object.key.kind, Kind::Table | Kind::View)
    });
    for object in kept {
        out.insert(object.clone());
    }
    out
}

/// Marks the relations whose newest snapshot holds whole, and where nothing is left over.
fn settle_whole(layer: &[(Key, usize, &Relation)], sight: &mut Sight) {
    for (relation, snapshot, states) in layer {
        let empty = states.snapshots.get(*snapshot).is_none_or(Vec::is_empty);
        let all = sight.states.get(&(*relation, *snapshot));
        let holds = !empty && all.is_some_and(|states| states.values().all(|seen| *seen == Seen::There(Vec::new())));
        if holds && !sight.extra.contains(relation) {
            sight.whole.insert(*relation);
        }
    }
}
