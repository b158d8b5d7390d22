//! The objects that a plan changes, each with its canonical DDL on both sides.

use std::collections::BTreeSet;

use crate::dialects::Dialect;
use crate::ir::{Action, Canonical, Key, Pair, Schema, Step};
use crate::plan::{Plan, touched};

/// The relations, and objects of their own, that a plan touches; sorted.
pub fn changed(plan: &Plan, schema: Pair<&Schema<Canonical>>) -> Vec<Key> {
    let steps = plan.steps.iter().flat_map(|planned| touched(&planned.step));
    let whole = steps
        .map(|key| key.relation().and_then(|relation| schema.desired.resolve(relation).or(schema.live.resolve(relation))).unwrap_or(key));
    whole.collect::<BTreeSet<Key>>().into_iter().collect()
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

/// The unified diff of an object's DDL between both sides; empty where it is the same.
pub fn unified(key: Key, schema: Pair<&Schema<Canonical>>, dialect: &dyn Dialect) -> String {
    let text = schema.map(|side| ddl(key, side, dialect));
    if text.live == text.desired {
        return String::new();
    }
    similar::TextDiff::from_lines(&text.live, &text.desired).unified_diff().context_radius(3).header("live", "desired").to_string()
}
