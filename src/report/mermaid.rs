//! The changed objects and what they need, as a Mermaid graph.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::compile::Compiled;
use crate::dialects::Dialect;
use crate::ir::{Canonical, Key, Pair, Schema};
use crate::order::Needs;

use super::objects;

/// Larger graphs tell nothing; what is left out is said in the graph.
const NODES_SHOWN: usize = 60;

/// Renders the graph: an arrow from each object to what it needs.
pub fn graph(compiled: &Compiled, dialect: &dyn Dialect) -> String {
    let schema = compiled.compared.schema.as_ref();
    let changed = objects::changed(&compiled.plan, schema);
    let shown: Vec<Key> = changed.iter().copied().take(NODES_SHOWN).collect();
    let ids: BTreeMap<Key, usize> = shown.iter().enumerate().map(|(at, key)| (*key, at)).collect();
    let mut out = String::from("graph LR\n");
    for (key, id) in &ids {
        let class = match (schema.live.contains(*key), schema.desired.contains(*key)) {
            (false, _) => "made",
            (_, false) => "gone",
            (true, true) => "changed",
        };
        let _ = writeln!(out, "    n{id}[\"{}\"]:::{class}", key.to_string().replace('"', "'"));
    }
    for (from, to) in edges(schema, &ids, dialect) {
        let _ = writeln!(out, "    n{from} --> n{to}");
    }
    if changed.len() > shown.len() {
        let _ = writeln!(out, "    more[\"{} more\"]", changed.len() - shown.len());
    }
    out.push_str("    classDef made fill:#d3f2d3,color:#123,stroke:#393\n");
    out.push_str("    classDef gone fill:#f7d4d4,color:#123,stroke:#a33\n");
    out.push_str("    classDef changed fill:#fbeecb,color:#123,stroke:#a80\n");
    out
}

fn edges(schema: Pair<&Schema<Canonical>>, ids: &BTreeMap<Key, usize>, dialect: &dyn Dialect) -> BTreeSet<(usize, usize)> {
    let mut edges = BTreeSet::new();
    for side in [schema.live, schema.desired] {
        let needs = Needs::of(side, dialect);
        let whole = |key: Key| key.relation().and_then(|relation| side.resolve(relation)).unwrap_or(key);
        for object in side.iter() {
            let Some(from) = ids.get(&whole(object.key)) else { continue };
            let reached = needs.of_key(object.key).filter_map(|(need, _)| ids.get(&whole(need)));
            edges.extend(reached.filter(|to| *to != from).map(|to| (*from, *to)));
        }
    }
    edges
}
