//! The form in which two MySQL schemas can be compared: as the server would print it.

mod calendar;
mod calls;
mod columns;
pub mod defaults;
mod expression;
mod fragment;
mod from;
mod json_table;
mod keys;
mod limit;
mod moment;
mod named;
mod partitions;
pub mod query;
mod resolve;
mod rewrite;
mod routines;
mod sequences;
mod sets;
mod show;
mod sources;
mod stored;
mod views;

#[cfg(test)]
mod tests;

pub use named::{missing, named};
use std::collections::BTreeMap;
use std::sync::Arc;

pub use keys::complete_indexes;
pub use partitions::same_moments;

use super::cursor;
use super::family::{self, Family};
use crate::base::{Diagnostic, Name};
use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

/// Rewrites a whole schema.
pub fn canonicalise(schema: &mut Schema<Written>, family: &Family) -> Vec<Diagnostic> {
    let tables: Vec<Key> = schema.of_kind(Kind::Table).map(|table| table.key).collect();
    for table in &tables {
        table_facts(schema, *table, family);
        partitions::fold(schema, *table, family);
        table_columns(schema, *table, family);
    }
    for table in &tables {
        keys::canonicalise(schema, *table, family);
        let until = period_columns(schema, *table, family, |name| name == SYSTEM_PERIOD).pop();
        until.into_iter().for_each(|until| keys::end_with(schema, *table, until));
    }
    for table in &tables {
        keys::complete_indexes(schema, *table);
        keys::drop_foreign(schema, *table);
    }
    views::canonicalise(schema, family);
    sequences::settle(schema);
    for object in schema.iter_mut() {
        if object.key.kind == Kind::Database {
            charset(object, family);
        }
        routines::canonicalise(object, family);
    }
    Vec::new()
}

/// Engines in the spelling that servers print.
const ENGINES: &[&str] = &[
    "InnoDB",
    "MyISAM",
    "MEMORY",
    "CSV",
    "ARCHIVE",
    "Aria",
    "BLACKHOLE",
    "FEDERATED",
    "MRG_MyISAM",
    "RocksDB",
    "CONNECT",
    "SPIDER",
    "ColumnStore",
    "ndbcluster",
];

/// Other names of engines.
const ALIASES: &[(&str, &str)] =
    &[("heap", "MEMORY"), ("maria", "Aria"), ("merge", "MRG_MyISAM"), ("innobase", "InnoDB"), ("ndb", "ndbcluster")];

fn engine(name: &str) -> &str {
    let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name));
    let name = alias.map_or(name, |(_, known)| known);
    ENGINES.iter().find(|known| known.eq_ignore_ascii_case(name)).copied().unwrap_or(name)
}

/// Each of a character set and a collation implies the other.
fn charset(object: &mut Object, family: &Family) {
    let charset = object.text(Attr::Charset).map(str::to_string);
    let collation = object.text(Attr::Collation).map(str::to_string);
    match (charset, collation) {
        (charset, Some(collation)) if collation.starts_with('_') => {
            let charset = charset.unwrap_or_else(|| family.default_charset.to_string());
            object.set(Attr::Collation, Some(Value::text(format!("{charset}{collation}"))));
            object.set(Attr::Charset, Some(Value::text(charset)));
        }
        (Some(charset), None) => {
            let collation = family.default_collation(&charset);
            object.set(Attr::Collation, Some(Value::text(collation)));
        }
        (None, Some(collation)) => object.set(Attr::Charset, Some(Value::text(family::charset_of(&collation)))),
        _ => {}
    }
}

fn table_facts(schema: &mut Schema<Written>, table: Key, family: &Family) {
    let Some(object) = schema.get_mut(table) else { return };
    let name = engine(object.text(Attr::Engine).unwrap_or("InnoDB")).to_string();
    let stated = match object.get(Attr::Options).cloned() {
        Some(Value::Options(options)) => options,
        _ => BTreeMap::new(),
    };
    let implied = IMPLIED.iter().filter(|(engine, ..)| *engine == name).map(|(_, option, value)| (Name::new(option), Arc::from(*value)));
    let options: BTreeMap<Name, Arc<str>> = implied.chain(stated).collect();
    object.set(Attr::Engine, Some(Value::text(name)));
    charset(object, family);
    if !options.is_empty() {
        let kept: BTreeMap<Name, Arc<str>> = options.into_iter().filter(|(name, value)| !is_idle(*name, value)).collect();
        object.set(Attr::Options, (!kept.is_empty()).then_some(Value::Options(kept)));
    }
}

/// Options that an engine sets and prints where nobody says them (MariaDB, Aria Storage Engine, PAGE_CHECKSUM).
const IMPLIED: &[(&str, &str, &str)] = &[("Aria", "page_checksum", "1")];

/// An option with the value that it has anyway.
fn is_idle(name: Name, value: &str) -> bool {
    let zero = matches!(name.as_str(), "checksum" | "delay_key_write" | "key_block_size" | "max_rows" | "min_rows" | "avg_row_length");
    let open = name.as_str() == "encryption" && value.eq_ignore_ascii_case("n");
    value.eq_ignore_ascii_case("default") || (zero && value == "0") || open
}

/// The option that holds the columns in which a table that keeps its history says since when and until when a row holds.
const SYSTEM_PERIOD: &str = "period for system_time";

/// The columns of the periods that `is` is true of.
fn period_columns(schema: &Schema<Written>, table: Key, family: &Family, is: impl Fn(&str) -> bool) -> Vec<Name> {
    let Some(Value::Options(options)) = schema.get(table).and_then(|table| table.get(Attr::Options)) else { return Vec::new() };
    let periods = options.iter().filter(|(name, _)| name.as_str().starts_with("period for ") && is(name.as_str()));
    let columns = periods.flat_map(|(_, columns)| cursor::Cursor::new(columns, family).list(|cursor| cursor.name()).unwrap_or_default());
    columns.map(|name| Name::new(&name)).collect()
}

fn table_columns(schema: &mut Schema<Written>, table: Key, family: &Family) {
    let mut primary = keys::primary_columns(schema, table);
    // The columns of an application-time period cannot be null (MariaDB, Application-Time Periods).
    primary.extend(period_columns(schema, table, family, |name| name != SYSTEM_PERIOD));
    let converted = schema.get(table).and_then(|table| table.text(Attr::Layout)).map(str::to_string);
    let columns: Vec<Key> = schema.columns(table).iter().map(|column| column.key).collect();
    let of_database = schema.of_kind(Kind::Database).find_map(|database| database.text(Attr::Charset));
    let inherited = schema.get(table).and_then(|table| table.text(Attr::Charset)).or(of_database);
    let inherited = inherited.unwrap_or(family.default_charset).to_string();
    for key in columns {
        let Some(column) = schema.get_mut(key) else { continue };
        if let Some(collation) = &converted {
            column.set(Attr::Charset, Some(Value::text(family::charset_of(collation))));
            column.set(Attr::Collation, Some(Value::text(collation.clone())));
        }
        let in_primary_key = primary.iter().any(|name| name.as_str().eq_ignore_ascii_case(key.name.as_str()));
        columns::canonicalise(column, in_primary_key, &inherited, family);
    }
    if let Some(object) = schema.get_mut(table) {
        object.set(Attr::Layout, None);
    }
}
