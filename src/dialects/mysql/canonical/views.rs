//! Views: their queries with every name resolved, in the order in which they build on each other.

use std::collections::BTreeMap;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::expression::Expr;
use super::query::{self, Body, Query};
use super::resolve::{self, Catalog};
use super::{fragment, rewrite, show};
use crate::base::Name;
use crate::dialects::mysql::cursor::Cursor;
use crate::dialects::mysql::family::Family;
use crate::dialects::mysql::home;
use crate::ir::{Attr, Fragment, Key, Kind, Schema, Value, Written};

/// Rewrites the queries of all views.
pub fn canonicalise(schema: &mut Schema<Written>, family: &Family) {
    let mut catalog = Catalog { turns_first: !family.sequences, ..Catalog::default() };
    for table in schema.of_kind(Kind::Table) {
        let columns = schema.columns(table.key).iter().map(|column| column.key.name.to_string()).collect();
        catalog.columns.insert(table.key.name.to_string(), columns);
        let hidden = schema.columns(table.key).into_iter().filter(|column| column.has(Attr::Invisible));
        catalog.hidden.insert(table.key.name.to_string(), hidden.map(|column| column.key.name.to_string()).collect());
    }
    let mut open: BTreeMap<Key, (Query, Vec<String>)> = BTreeMap::new();
    for key in schema.of_kind(Kind::View).map(|view| view.key).collect::<Vec<Key>>() {
        match parsed(schema, key, family) {
            Some(query) => drop(open.insert(key, query)),
            None => by_words(schema, key, family),
        }
    }
    for key in sources_first(&open) {
        if let Some(parsed) = open.remove(&key) {
            settle(schema, key, parsed, &mut catalog);
        }
    }
}

/// The views, each behind those that it reads; views that need each other in a ring stand in the order of their names.
fn sources_first(open: &BTreeMap<Key, (Query, Vec<String>)>) -> Vec<Key> {
    let mut graph = DiGraph::<Key, ()>::new();
    let nodes: BTreeMap<&str, NodeIndex> = open.keys().map(|key| (key.name.as_str(), graph.add_node(*key))).collect();
    for (key, (query, _)) in open {
        for source in resolve::sources(query) {
            if let (Some(view), Some(source)) = (nodes.get(key.name.as_str()), nodes.get(source.as_str())) {
                graph.add_edge(*view, *source, ());
            }
        }
    }
    let ordered = tarjan_scc(&graph).into_iter().flat_map(|mut ring| {
        ring.sort_unstable();
        ring
    });
    ordered.map(|node| graph[node]).collect()
}

/// The query of a view and the names that the view gives its columns.
fn parsed(schema: &mut Schema<Written>, key: Key, family: &Family) -> Option<(Query, Vec<String>)> {
    let view = schema.get_mut(key)?;
    let columns: Vec<String> = view.names(Attr::ColumnNames).iter().map(|name| name.to_string()).collect();
    if !columns.is_empty() {
        // The server keeps them as aliases; they are printed as they were written.
        let list: Vec<String> = columns.iter().map(|name| format!("`{}`", name.replace('`', "``"))).collect();
        view.set(Attr::ColumnNames, None);
        view.set(Attr::Layout, Some(Value::text(format!("({})", list.join(", ")))));
    }
    let columns = match view.text(Attr::Layout) {
        Some(layout) if columns.is_empty() => {
            let mut cursor = Cursor::new(layout, family);
            cursor.list(|cursor| cursor.name()).unwrap_or_default()
        }
        _ => columns,
    };
    let text = view.text(Attr::Query)?.to_string();
    let query = understood(&text, family)?;
    let own = |name: &str| [Kind::Table, Kind::View].iter().any(|kind| schema.contains(Key::new(*kind, Name::NONE, Name::new(name))));
    let home = home::told(&text, &resolve::sources(&query), &own);
    let query = home.and_then(|home| understood(&home::left_out(&text, &home, family), family)).unwrap_or(query);
    if let Some(view) = schema.get_mut(key).filter(|view| view.text(Attr::Method) == Some("merge") && !is_merged(&query, family)) {
        view.set(Attr::Method, None);
    }
    Some((query, columns))
}

fn understood(text: &str, family: &Family) -> Option<Query> {
    let mut cursor = Cursor::new(text, family);
    query::query(&mut cursor).ok().filter(|_| cursor.is_done())
}

fn settle(schema: &mut Schema<Written>, key: Key, parsed: (Query, Vec<String>), catalog: &mut Catalog) {
    let (mut query, columns) = parsed;
    let mut names = resolve::resolve(&mut query, catalog);
    rewrite::whole(&mut query);
    if !columns.is_empty() {
        resolve::rename(&mut query, &columns);
        names = columns;
    }
    catalog.columns.insert(key.name.to_string(), names);
    let canon = show::query(&query);
    if let Some(view) = schema.get_mut(key)
        && let Some(text) = view.fragment(Attr::Query).map(|fragment| fragment.text.clone())
    {
        view.set(Attr::Query, Some(Value::Sql(Fragment { text, canon: Some(canon.into()) })));
    }
}

/// Whether the server can merge the view into what reads it; else it takes ALGORITHM=MERGE as not said (MySQL Reference Manual,
/// View Processing Algorithms).
fn is_merged(query: &Query, family: &Family) -> bool {
    let Body::Select(select) = &query.body else { return false };
    let distinct = select.modifiers.iter().any(|word| word == "distinct");
    let sums = select.items.iter().any(|item| calls_any(&item.value, GATHERING));
    // MariaDB alone minds these.
    let restless = family.sequences && select.items.iter().any(|item| calls_any(&item.value, RESTLESS));
    select.group.is_empty() && select.having.is_none() && query.limit.is_empty() && select.from.is_some() && !distinct && !sums && !restless
}

/// Functions that make one value of many rows, and what makes a window of one (MySQL Reference Manual, Aggregate Function Descriptions).
const GATHERING: &[&str] = &[
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "count",
    "group_concat",
    "json_arrayagg",
    "json_objectagg",
    "max",
    "min",
    "over",
    "std",
    "stddev_samp",
    "sum",
    "variance",
    "var_samp",
];

/// Functions that give another value each time.
const RESTLESS: &[&str] = &["rand", "uuid", "uuid_short"];

/// Whether a value calls one of the functions; a query inside has rows of its own.
fn calls_any(value: &Expr, functions: &[&str]) -> bool {
    match value {
        Expr::Node(tag, kids) => {
            functions.contains(&tag.strip_suffix(" distinct").unwrap_or(tag)) || kids.iter().any(|kid| calls_any(kid, functions))
        }
        Expr::Name(_) | Expr::Query(_) | Expr::Text(_) | Expr::Atom(_) => false,
    }
}

/// A query that is not understood is compared by its tokens.
fn by_words(schema: &mut Schema<Written>, key: Key, family: &Family) {
    if let Some(view) = schema.get_mut(key)
        && let Some(text) = view.fragment(Attr::Query).map(|fragment| fragment.text.clone())
    {
        let canon = fragment::words(&text, family);
        view.set(Attr::Query, Some(Value::Sql(Fragment { text, canon: Some(canon.into()) })));
    }
}
