//! The objects that a plan changes: their canonical DDL on both sides, and which of them need which.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialects::Dialect;
use crate::ir::{Action, Canonical, Family, Key, Pair, Schema, Step};
use crate::order::{Needs, Strength};
use crate::plan::{Plan, touched};

/// The changed objects, sorted, and which needs which, by their places in that list.
pub struct Graph {
    pub objects: Vec<Key>,
    pub needs: BTreeSet<(usize, usize)>,
}

/// The graph of the relations, and objects of their own, that a plan touches.
pub fn graph(plan: &Plan, schema: Pair<&Schema<Canonical>>, dialect: &dyn Dialect) -> Graph {
    let steps = plan.steps.iter().flat_map(|planned| touched(&planned.step));
    let objects: Vec<Key> = steps.map(|key| whole(key, schema)).collect::<BTreeSet<Key>>().into_iter().collect();
    let ids: BTreeMap<Key, usize> = objects.iter().enumerate().map(|(at, key)| (*key, at)).collect();
    let mut needs = BTreeSet::new();
    for side in [schema.live, schema.desired].into_iter().filter(|_| !objects.is_empty()) {
        let all = Needs::of(side, dialect);
        for object in side.iter() {
            let Some(from) = ids.get(&whole(object.key, schema)) else { continue };
            // What is read from a text may be no name at all, but a routine's body says what it works on.
            let routine = object.key.kind.spec().family == Family::Routine;
            let edges = all.of_key(object.key);
            let certain = edges.iter().filter(|(_, strength)| routine || *strength == Strength::Strong);
            let reached = certain.filter_map(|(need, _)| ids.get(&whole(*need, schema)));
            needs.extend(reached.filter(|to| *to != from).map(|to| (*from, *to)));
        }
    }
    Graph { objects, needs }
}

/// The relation that a part stands on; an object of its own is whole.
pub fn whole(key: Key, schema: Pair<&Schema<Canonical>>) -> Key {
    key.relation().and_then(|relation| schema.desired.resolve(relation).or(schema.live.resolve(relation))).unwrap_or(key)
}

/// What becomes of a whole object.
pub fn change(key: Key, schema: Pair<&Schema<Canonical>>) -> &'static str {
    match (schema.live.contains(key), schema.desired.contains(key)) {
        (false, _) => "added",
        (_, false) => "dropped",
        (true, true) => "altered",
    }
}

/// The live side with the desired texts wherever both mean the same, so that a diff shows differences alone.
pub fn worded_alike(schema: Pair<&Schema<Canonical>>, objects: &[Key]) -> Schema<Canonical> {
    let mut live = schema.live.clone();
    for object in objects.iter().flat_map(|key| schema.desired.get(*key).into_iter().chain(schema.desired.all_parts(*key))) {
        let Some(worded) = live.get_mut(object.key) else { continue };
        for (attr, value) in object.facts() {
            match worded.get_mut(*attr) {
                Some(found) if found == value => *found = value.clone(),
                _ => {}
            }
        }
    }
    live
}

/// The statements that make an object with its parts, as this dialect writes them; empty where it is not there.
pub fn ddl(key: Key, schema: &Schema<Canonical>, dialect: &dyn Dialect) -> String {
    if !schema.contains(key) {
        return String::new();
    }
    let empty = Schema::default();
    let (folded, own): (Vec<Key>, Vec<Key>) =
        schema.all_parts(key).map(|part| part.key).partition(|part| schema.get(*part).is_some_and(|part| dialect.folds(part)));
    let mut steps = vec![Step { key, action: Action::Create { with: folded } }];
    steps.extend(own.into_iter().map(|key| Step { key, action: Action::Create { with: Vec::new() } }));
    let written = steps.iter().filter_map(|step| dialect.write(step, Pair::new(&empty, schema)).ok()).flatten();
    written.map(|statement| dialect.terminated(&statement.sql) + "\n").collect()
}

/// The unified diff of two texts; empty where they are the same.
pub fn unified(text: Pair<&String>) -> String {
    if text.live == text.desired {
        return String::new();
    }
    similar::TextDiff::from_lines(text.live, text.desired).unified_diff().context_radius(3).header("live", "desired").to_string()
}
