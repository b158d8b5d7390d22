//! PostgreSQL's `information_schema.columns` (PostgreSQL manual, 37.17).

use std::collections::BTreeSet;

use super::super::script::{Phase, Script};
use super::{Record, Relation, Said, grammar};
use crate::base::Name;
use crate::ir::kinds::KINDS;
use crate::ir::{Attr, Key, Kind};

/// Facts of a column and the headers without which they are unseen.
const HEADERS: &[(&[&str], &[Attr])] = &[
    (&["data_type"], &[Attr::Type]),
    (&["column_default"], &[Attr::Default]),
    (&["is_nullable"], &[Attr::NotNull]),
    (&["is_identity", "identity_generation"], &[Attr::Identity]),
    (&["is_generated", "generation_expression"], &[Attr::Generated, Attr::GeneratedAs]),
    (&["collation_name"], &[Attr::Collation]),
];

/// Facts of a table that the view does not show; whether it is a view is one of them.
const OF_TABLE: &[Attr] = &[
    Attr::Persistence,
    Attr::Inherits,
    Attr::PartitionBy,
    Attr::PartitionOf,
    Attr::PartitionBound,
    Attr::Options,
    Attr::Tablespace,
    Attr::AccessMethod,
    Attr::ReplicaIdentity,
    Attr::ClusterOn,
    Attr::RowSecurity,
    Attr::ForceRowSecurity,
    Attr::OfType,
    Attr::Owner,
    Attr::Comment,
    Attr::Query,
];

/// Facts of a column that the view has no column for.
const NEVER: &[Attr] = &[
    Attr::Storage,
    Attr::Compression,
    Attr::StatisticsTarget,
    Attr::Comment,
    Attr::Options,
    Attr::Inherited,
    Attr::NotNullName,
    Attr::Owner,
    Attr::GeneratedAs,
];

/// Where the length, precision or scale of a type stands.
const MODIFIERS: &[(&str, &str)] = &[
    ("character varying", "character_maximum_length"),
    ("character", "character_maximum_length"),
    ("bit", "character_maximum_length"),
    ("bit varying", "character_maximum_length"),
    ("numeric", "numeric_precision"),
];

/// Types with an optional precision of fractions, which the view shows as 6 where none was given.
const MOMENTS: &[&str] = &["timestamp without time zone", "timestamp with time zone", "time without time zone", "time with time zone"];

/// Internal names of element types whose modifiers the view does not show in arrays.
const MODIFIED: &[&str] = &["varchar", "bpchar", "numeric", "bit", "varbit", "timestamp", "timestamptz", "time", "timetz", "interval"];

/// Types of extensions that take modifiers.
const MODIFIED_TYPES: &[&str] = &["geometry", "geography", "vector", "halfvec", "sparsevec", "raster"];

/// Writes every relation and says what the listing does not show.
pub fn write(relations: &[Relation<'_>], script: &mut Script, said: &mut Said) {
    said.coverage.unseen_kinds = KINDS.iter().map(|spec| spec.kind).filter(|kind| !matches!(kind, Kind::Table | Kind::Column)).collect();
    said.coverage.unseen_facts.extend(OF_TABLE.iter().map(|attr| (Kind::Table, *attr)));
    said.coverage.unseen_facts.extend(NEVER.iter().map(|attr| (Kind::Column, *attr)));
    said.unseen_without(relations, HEADERS);
    let mut shown: BTreeSet<(Name, Name)> = BTreeSet::new();
    for relation in relations {
        let namespace = if relation.namespace.is_empty() { "public" } else { relation.namespace };
        let table = Key::new(Kind::Table, namespace.into(), relation.name.into());
        shown.insert((table.namespace, table.name));
        let columns: Vec<String> = relation.rows.iter().filter_map(|row| column(row, table, said)).collect();
        let sql = format!("CREATE TABLE {}.{} (\n    {}\n)", quote(namespace), quote(relation.name), columns.join(",\n    "));
        script.sql(Phase::Table, sql, relation.span);
    }
    said.coverage.only_relations = Some(shown);
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn column(row: &Record<'_>, table: Key, said: &mut Said) -> Option<String> {
    let Some(name) = row.get("column_name") else {
        said.unknown(row.row.span, "a column without a name");
        return None;
    };
    let key = table.child(Kind::Column, name.into());
    let data_type = match data_type(row) {
        Typed::Whole(text) => text,
        Typed::Partly(text) => {
            said.coverage.unseen_objects.insert((key, Attr::Type));
            text
        }
    };
    let mut sql = format!("{} {data_type}", quote(name));
    if let Some(collation) = row.get("collation_name") {
        let schema = row.get("collation_schema").map(|schema| format!("{}.", quote(schema))).unwrap_or_default();
        sql += &format!(" COLLATE {schema}{}", quote(collation));
    }
    let holds = |header: &str| row.get(header).and_then(|cell| grammar::yes_or_no(cell).ok()).map(|(_, holds)| holds);
    if let Some(expression) = row.get("generation_expression").filter(|_| holds("is_generated") != Some(false)) {
        sql += &format!(" GENERATED ALWAYS AS ({expression}) STORED");
    } else if let Some(when) = row.get("identity_generation").filter(|_| holds("is_identity") != Some(false)) {
        sql += &format!(" GENERATED {when} AS IDENTITY");
    } else if let Some(default) = row.get("column_default") {
        sql += &format!(" DEFAULT {default}");
    }
    sql += if holds("is_nullable") == Some(false) { " NOT NULL" } else { "" };
    Some(sql)
}

/// A type as SQL writes it, or as much of it as the listing shows.
enum Typed {
    Whole(String),
    Partly(String),
}

fn data_type(row: &Record<'_>) -> Typed {
    if let Some(domain) = row.get("domain_name") {
        return Typed::Whole(qualified(row.get("domain_schema"), domain));
    }
    let shown = row.get("data_type").unwrap_or("text");
    match shown {
        "ARRAY" => array(row),
        "USER-DEFINED" => match row.get("udt_name") {
            Some(name) if MODIFIED_TYPES.contains(&name) => Typed::Partly(qualified(row.get("udt_schema"), name)),
            Some(name) => Typed::Whole(qualified(row.get("udt_schema"), name)),
            None => Typed::Partly("text".to_owned()),
        },
        "interval" => interval(row),
        _ if MOMENTS.contains(&shown) => moment(row, shown),
        _ => modified(row, shown),
    }
}

fn qualified(namespace: Option<&str>, name: &str) -> String {
    namespace.map_or_else(|| quote(name), |namespace| format!("{}.{}", quote(namespace), quote(name)))
}

fn array(row: &Record<'_>) -> Typed {
    let Some(element) = row.get("udt_name").and_then(|name| grammar::array_type(name).ok()).map(|(_, element)| element) else {
        return Typed::Partly("text[]".to_owned());
    };
    let text = format!("{}[]", qualified(row.get("udt_schema"), element));
    if MODIFIED.contains(&element) || MODIFIED_TYPES.contains(&element) { Typed::Partly(text) } else { Typed::Whole(text) }
}

fn interval(row: &Record<'_>) -> Typed {
    let fields = row.get("interval_type").and_then(|cell| grammar::interval_type(cell).ok()).map(|(_, fields)| fields);
    let precision = row.get("datetime_precision").map(str::trim).filter(|precision| *precision != "6");
    let text = match (fields, precision) {
        (Some((fields, inner)), _) => {
            format!("interval {}{}", fields.trim().to_lowercase(), inner.map(|p| format!("({p})")).unwrap_or_default())
        }
        (None, Some(precision)) => format!("interval({precision})"),
        (None, None) => "interval".to_owned(),
    };
    if row.raw("interval_type").is_some() { Typed::Whole(text) } else { Typed::Partly(text) }
}

fn moment(row: &Record<'_>, shown: &str) -> Typed {
    let Some(precision) = row.raw("datetime_precision") else { return Typed::Partly(shown.to_owned()) };
    match (precision.trim(), shown.split_once(' ')) {
        ("6" | "", _) | (_, None) => Typed::Whole(shown.to_owned()),
        (precision, Some((base, zone))) => Typed::Whole(format!("{base}({precision}) {zone}")),
    }
}

fn modified(row: &Record<'_>, shown: &str) -> Typed {
    let Some((_, header)) = MODIFIERS.iter().find(|(name, _)| *name == shown) else { return Typed::Whole(shown.to_owned()) };
    if row.raw(header).is_none() {
        return Typed::Partly(shown.to_owned());
    }
    let first = row.get(header).map(str::trim);
    let scale = row.get("numeric_scale").map(str::trim).filter(|_| shown == "numeric");
    match (first, scale) {
        (None, _) => Typed::Whole(shown.to_owned()),
        (Some(_), None) if shown == "numeric" => Typed::Partly(shown.to_owned()),
        (Some(first), None) => Typed::Whole(format!("{shown}({first})")),
        (Some(first), Some(scale)) => Typed::Whole(format!("{shown}({first},{scale})")),
    }
}
