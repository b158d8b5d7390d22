//! Names in the expressions and queries of a statement of somebody's own that stand for nothing.

use std::collections::BTreeSet;

use super::absent::FROM_ELSEWHERE;
use super::near::take;
use crate::dialects::Dialect;
use crate::ir::{Attr, Key, Kind, Op, Schema, Written};
use crate::replay::{Located, replay};

/// Kinds whose texts speak of columns and relations, and the facts that hold them.
const SPEAKING: &[(Kind, &[Attr])] = &[
    (Kind::Check, &[Attr::Expression]),
    (Kind::Column, &[Attr::Generated, Attr::Expression]),
    (Kind::Index, &[Attr::Parts, Attr::Where]),
    (Kind::Policy, &[Attr::Using, Attr::WithCheck]),
    (Kind::View, &[Attr::Query]),
    (Kind::MaterializedView, &[Attr::Query]),
];

/// Whether something may be there that no text shows: an extension brings it.
pub fn is_extended(state: &Schema<Written>, dialect: &dyn Dialect) -> bool {
    let initial = dialect.initial();
    state.of_kind(Kind::Extension).any(|extension| !initial.contains(extension.key))
}

/// What the statement speaks of and what is not there after it, one line each.
pub fn unknown(ops: &[Op], text: &str, state: &Schema<Written>, dialect: &'static dyn Dialect) -> Vec<String> {
    let speaking: BTreeSet<Key> = ops.iter().filter_map(speaks).collect();
    if speaking.is_empty() {
        return Vec::new();
    }
    let before = spoken_of(text, state);
    let mut after = before.clone();
    replay(&mut after, ops.iter().cloned().map(|op| Located::new(op, None)), dialect);
    let open = |table: &crate::ir::Object| FROM_ELSEWHERE.iter().any(|attr| table.has(*attr));
    if after.of_kind(Kind::Table).any(open) {
        return Vec::new();
    }
    let extended = is_extended(state, dialect);
    let there = |name: &str| extended || state.iter().any(|object| object.key.kind.is_relation() && object.key.name.as_str() == name);
    // What has no name in the text got one by now.
    let nameless = |key: Key| {
        after
            .iter()
            .map(|object| object.key)
            .filter(move |one| (one.kind, one.namespace, one.owner) == (key.kind, key.namespace, key.owner))
            .filter(|one| !before.contains(*one))
    };
    let named = |key: Key| if key.name.is_none() { nameless(key).collect() } else { after.resolve(key).into_iter().collect::<Vec<_>>() };
    let keys: Vec<Key> = speaking.into_iter().flat_map(named).collect();
    let mut lines = dialect.unknown(&keys, &after, &there);
    lines.dedup();
    lines
}

fn speaks(op: &Op) -> Option<Key> {
    let said = |kind: Kind, has: &dyn Fn(Attr) -> bool| SPEAKING.iter().any(|row| row.0 == kind && row.1.iter().any(|attr| has(*attr)));
    match op {
        Op::Create { object, .. } => said(object.key.kind, &|attr| object.has(attr)).then_some(object.key),
        Op::Set { key, attr, value: Some(_) } => said(key.kind, &|one| one == *attr).then_some(*key),
        _ => None,
    }
}

/// The part of a schema whose names stand in a text, and what the views among them read.
fn spoken_of(text: &str, state: &Schema<Written>) -> Schema<Written> {
    let mut part = Schema::default();
    part.coverage = state.coverage.clone();
    part.server = state.server;
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').map(str::to_string).filter(|word| !word.is_empty()).collect()
    };
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut open = words(text);
    while !open.is_empty() {
        let fresh: BTreeSet<String> =
            open.drain(..).flat_map(|word| [word.to_lowercase(), word]).filter(|word| !known.contains(word)).collect();
        let named = state.iter().filter(|object| !object.key.kind.spec().owned && fresh.contains(object.key.bare()));
        for object in named {
            take(object.key, state, &mut part);
            open.extend(object.text(Attr::Query).map(words).unwrap_or_default());
        }
        known.extend(fresh);
        open.retain(|word| !known.contains(word));
    }
    part
}
