//! Rows at which a change stops, as queries: what casts refuse, what a type no longer takes, what is not in a partition's bounds.

use std::sync::Arc;

use super::bounds;

use super::write::cast;
use super::write::ident::{literal, object, qualified, quote};
use crate::dialects::runbook::{Obstacle, Trial};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Pair, Schema, Value};

type Sides<'a> = Pair<&'a Schema<Canonical>>;

/// Each row's value is cast by itself, in a function of the session that catches the fault (manual, PL/pgSQL, Trapping Errors).
pub fn trial(column: Pair<&Object>, [table, name]: [&str; 2], schema: Sides) -> Option<Trial> {
    let [from, to] = [column.live, column.desired].map(|side| side.fragment(Attr::Type));
    let (from, to) = (from?.compared(), to?);
    if let Some(known) = schema.desired.of_kind(Kind::Enum).find(|known| is_of(to.compared(), known.key)) {
        let condition = unknown_label(name, from.ends_with("[]"), labels(known));
        return Some(Trial { before: String::new(), count: format!("SELECT count(*) FROM {table} WHERE {condition}") });
    }
    let is_there = |kind: Kind| {
        let mut known = schema.desired.of_kind(kind).filter(|known| is_of(to.compared(), known.key));
        known.all(|known| schema.live.get(known.key).is_some_and(|live| live.facts() == known.facts()))
    };
    if ![Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType].into_iter().all(is_there) {
        return None;
    }
    let computed = column.desired.text(Attr::Generated).map(|text| format!("({text})"));
    let value = computed.or_else(|| cast::using(name, from, to.compared())).unwrap_or_else(|| name.to_string());
    let before = format!(
        "CREATE OR REPLACE FUNCTION pg_temp.amend_stops(amend_row {table}) RETURNS boolean LANGUAGE plpgsql AS $amend$\n\
         DECLARE\n    amend_value {};\nBEGIN\n    SELECT {value} INTO amend_value FROM (SELECT amend_row.*) AS amend_rows;\n    \
         RETURN false;\nEXCEPTION WHEN OTHERS THEN\n    RETURN true;\nEND\n$amend$;\n",
        to.text
    );
    Some(Trial { before, count: format!("SELECT count(*) FROM {table} AS amend_row WHERE pg_temp.amend_stops(amend_row)") })
}

/// What a change of a type or a partition asks of rows.
pub fn of(op: &Op, schema: Sides) -> Vec<Obstacle> {
    let key = op.key();
    match op {
        Op::Set { attr: Attr::Labels, .. } if key.kind == Kind::Enum => {
            let kept = schema.desired.get(key).map(labels).unwrap_or_default();
            let counted = columns_of(key, schema.live).map(|(table, column, array)| {
                let condition = unknown_label(&column, array, kept);
                ("rows with a label that goes", format!("SELECT count(*) FROM {table} WHERE {condition}"))
            });
            counted.collect()
        }
        Op::Set { attr: Attr::NotNull, value: Some(_), .. } if key.kind == Kind::Domain => {
            let plain = columns_of(key, schema.live).filter(|column| !column.2);
            let counted =
                plain.map(|(table, column, _)| ("rows with NULLs", format!("SELECT count(*) FROM {table} WHERE {column} IS NULL")));
            counted.collect()
        }
        Op::Create { object: check, .. } if check.key.kind == Kind::Check => of_domain(check, schema),
        Op::Create { object: partition, .. } if partition.key.kind == Kind::Table => in_default(partition, schema),
        Op::Set { attr: Attr::PartitionOf, value: Some(_), .. } if key.kind == Kind::Table => joins(key, schema),
        _ => Vec::new(),
    }
}

/// A check of a domain speaks of VALUE.
fn of_domain(check: &Object, schema: Sides) -> Vec<Obstacle> {
    let domain = Key::new(Kind::Domain, check.key.namespace, check.key.owner);
    let Some(rule) = check.text(Attr::Expression).filter(|_| schema.live.contains(domain) && !check.has(Attr::NotValid)) else {
        return Vec::new();
    };
    let plain = columns_of(domain, schema.live).filter(|column| !column.2);
    let query = |(table, column, _): (String, String, bool)| {
        format!("SELECT count(*) FROM (SELECT {column} AS value FROM {table}) AS amend_rows WHERE NOT ({rule})")
    };
    plain.map(|column| ("rows that break the new rule", query(column))).collect()
}

/// A table that becomes a partition has rows in its bounds alone.
fn joins(table: Key, schema: Sides) -> Vec<Obstacle> {
    let Some(partition) = schema.desired.get(table).filter(|_| schema.live.contains(table)) else { return Vec::new() };
    let Some(condition) = bound_of(partition, schema) else { return Vec::new() };
    let own = ("rows that are not in the bounds", format!("SELECT count(*) FROM {} WHERE ({condition}) IS NOT TRUE", object(table)));
    std::iter::once(own).chain(in_default(partition, schema)).collect()
}

/// Rows of the default partition that a new one claims.
fn in_default(partition: &Object, schema: Sides) -> Vec<Obstacle> {
    let is_default = |heir: &&Object| heir.text(Attr::PartitionBound).is_some_and(|bound| bound.eq_ignore_ascii_case("default"));
    let parent = partition.key_of(Attr::PartitionOf).filter(|parent| schema.live.contains(*parent));
    let default = parent.and_then(|parent| schema.live.heirs(parent).map(|(heir, _)| heir).find(is_default));
    let Some((default, condition)) = default.zip(bound_of(partition, schema)) else { return Vec::new() };
    vec![(
        "rows of the default partition in the bounds of the new one",
        format!("SELECT count(*) FROM {} WHERE {condition}", object(default.key)),
    )]
}

/// The condition of a partition, where its parent is there before the patch.
fn bound_of(partition: &Object, schema: Sides) -> Option<String> {
    let parent = schema.live.get(partition.key_of(Attr::PartitionOf)?)?;
    bounds::condition(parent, partition.text(Attr::PartitionBound)?)
}

fn labels(of: &Object) -> &[Arc<str>] {
    match of.get(Attr::Labels) {
        Some(Value::Labels(labels)) => labels,
        _ => &[],
    }
}

/// What a value fulfils whose text is no label.
fn unknown_label(column: &str, array: bool, labels: &[Arc<str>]) -> String {
    let list = labels.iter().map(|label| literal(label)).collect::<Vec<_>>().join(", ");
    match (array, list.is_empty()) {
        (_, true) => format!("{column} IS NOT NULL"),
        (true, _) => format!("EXISTS (SELECT 1 FROM unnest({column}) AS one WHERE one::text NOT IN ({list}))"),
        (false, _) => format!("{column}::text NOT IN ({list})"),
    }
}

/// The columns of tables that have a type: table, column, and whether it is an array of it.
fn columns_of<'a>(key: Key, live: &'a Schema<Canonical>) -> impl Iterator<Item = (String, String, bool)> + 'a {
    live.of_kind(Kind::Column).filter_map(move |column| {
        let kind = column.fragment(Attr::Type)?.compared();
        let table = live.get(live.resolve(column.key.relation()?)?).filter(|table| table.key.kind == Kind::Table)?;
        is_of(kind, key).then(|| (object(table.key), quote(column.key.name), kind.ends_with("[]")))
    })
}

/// Whether a type's text names this type, or an array of it.
fn is_of(kind: &str, key: Key) -> bool {
    let bare = kind.split('[').next().unwrap_or(kind).split('(').next().unwrap_or(kind).trim();
    let own = qualified(key.namespace, key.name);
    bare == own || bare == quote(key.name) && key.namespace.as_str() == "public"
}
