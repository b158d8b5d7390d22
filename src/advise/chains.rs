//! The states of one fact in a row, and which of them the live side matches.

use std::collections::{BTreeMap, BTreeSet};

use super::Question;
use super::sight::{Seen, Sight};
use super::timeline::{Place, Version, relation_of};
use crate::ir::{Attr, Key, Object};

/// A chain of states of one fact, with the places that brought them about.
pub struct Chain {
    pub key: Key,
    pub attr: Option<Attr>,
    /// Position 0 is the state before everything; position n is after the n-th of `places`.
    pub places: Vec<Place>,
    /// The positions that the live side matches.
    pub candidates: Vec<usize>,
    /// The relation stands as after its last change.
    pub newest: bool,
}

/// The chains of one object: that it is there, and each fact of it that differs somewhere.
pub fn of(key: Key, versions: &[Version], (sight, question): (&Sight, &Question), chains: &mut Vec<Chain>) {
    let whole = sight.is_whole(relation_of(key));
    let last = versions.len();
    let there = match versions.last() {
        Some(version) if whole => version.object.is_some(),
        _ => is_there(key, versions, sight),
    };
    let exists = |position: usize| position > 0 && versions[position - 1].object.is_some();
    let candidates: Vec<usize> = (0..=last).filter(|position| exists(*position) == there).collect();
    chains.push(Chain { key, attr: None, places: existence_places(versions), candidates: compress(&candidates, versions), newest: whole });
    if !there {
        changes_of_nothing((key, versions), question, chains);
        return;
    }
    for attr in differing_attrs(key, versions, sight) {
        if !question.live.schema.coverage.sees_fact(key, attr) {
            continue;
        }
        let matches = |position: &usize| {
            let version = &versions[*position - 1];
            // Of a relation that holds whole only the newest state was looked at; an older one may say the same.
            let newest = || versions[last - 1].object.as_ref().and_then(|object| object.get(attr));
            version
                .object
                .as_ref()
                .is_some_and(|object| if whole { object.get(attr) == newest() } else { holds(key, version, attr, sight) })
        };
        let candidates: Vec<usize> = (1..=last).filter(matches).collect();
        let (places, positions) = attr_places(versions, attr);
        let candidates: BTreeSet<usize> = candidates.iter().filter_map(|position| positions.get(position).copied()).collect();
        chains.push(Chain { key, attr: Some(attr), places, candidates: candidates.into_iter().collect(), newest: whole });
    }
}

/// The chains of what is changed of an object that ought to be there and is not: the changes are no more there than the object.
fn changes_of_nothing((key, versions): (Key, &[Version]), question: &Question, chains: &mut Vec<Chain>) {
    if versions.iter().any(|version| version.object.is_none()) {
        return;
    }
    let pairs = versions.windows(2).filter_map(|pair| Some((pair[0].object.as_ref()?, pair[1].object.as_ref()?)));
    let attrs: BTreeSet<Attr> = pairs.flat_map(|(one, two)| one.differing(two)).collect();
    for attr in attrs.into_iter().filter(|attr| question.live.schema.coverage.sees_fact(key, *attr)) {
        let (mut places, _) = attr_places(versions, attr);
        // The first one makes the object.
        places.remove(0);
        chains.push(Chain { key, attr: Some(attr), places, candidates: vec![0], newest: false });
    }
}

/// Whether the live side has the object, as the looks at its states found it.
fn is_there(key: Key, versions: &[Version], sight: &Sight) -> bool {
    let looked: Vec<&Seen> =
        versions.iter().filter(|version| version.object.is_some()).filter_map(|version| sight.state(version.snapshot, key)).collect();
    if looked.is_empty() { sight.has(key) } else { looked.iter().any(|seen| matches!(seen, Seen::There(_))) || sight.has(key) }
}

fn holds(key: Key, version: &Version, attr: Attr, sight: &Sight) -> bool {
    matches!(sight.state(version.snapshot, key), Some(Seen::There(differing)) if !differing.contains(&attr))
}

/// The places at which an object comes or goes; other versions change facts.
fn existence_places(versions: &[Version]) -> Vec<Place> {
    let mut there = false;
    let mut places = Vec::new();
    for version in versions {
        if version.object.is_some() != there {
            there = !there;
            places.push(version.place);
        }
    }
    places
}

/// Positions among versions as positions among comings and goings.
fn compress(candidates: &[usize], versions: &[Version]) -> Vec<usize> {
    let mut at = 0;
    let mut there = false;
    let mut map = vec![0];
    for version in versions {
        if version.object.is_some() != there {
            there = !there;
            at += 1;
        }
        map.push(at);
    }
    let positions: BTreeSet<usize> = candidates.iter().filter_map(|position| map.get(*position).copied()).collect();
    positions.into_iter().collect()
}

/// The facts that change between versions, or differ from the live side in one of them.
fn differing_attrs(key: Key, versions: &[Version], sight: &Sight) -> BTreeSet<Attr> {
    let mut attrs = BTreeSet::new();
    for pair in versions.windows(2) {
        if let (Some(one), Some(two)) = (&pair[0].object, &pair[1].object) {
            attrs.extend(one.differing(two));
        }
    }
    for version in versions.iter().filter(|version| version.object.is_some()) {
        if let Some(Seen::There(differing)) = sight.state(version.snapshot, key) {
            attrs.extend(differing);
        }
    }
    attrs
}

/// The places at which a fact is made or changed, and the position of each version among them.
fn attr_places(versions: &[Version], attr: Attr) -> (Vec<Place>, BTreeMap<usize, usize>) {
    let mut places = Vec::new();
    let mut positions = BTreeMap::new();
    let mut before: Option<&Object> = None;
    for (at, version) in versions.iter().enumerate() {
        if let Some(object) = &version.object {
            if before.is_none_or(|before| before.get(attr) != object.get(attr)) {
                places.push(version.place);
            }
            positions.insert(at + 1, places.len());
        }
        before = version.object.as_ref();
    }
    (places, positions)
}
