//! Sequences: what the type and the direction imply (manual, CREATE SEQUENCE).

use super::drop_default;
use crate::dialects::postgres::analyse::Catalog;
use crate::dialects::postgres::types;
use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

/// Smallest and greatest value of each type that a sequence can have.
const BOUNDS: &[(&str, &str, &str)] =
    &[("smallint", "-32768", "32767"), ("integer", "-2147483648", "2147483647"), ("bigint", "-9223372036854775808", "9223372036854775807")];

pub fn settle(schema: &mut Schema<Written>, catalog: &Catalog) {
    lasts_as_its_table(schema);
    let typed: Vec<(Key, String)> = schema.of_kind(Kind::Sequence).map(|object| (object.key, data_type(schema, object, catalog))).collect();
    for (key, ty) in typed {
        if let Some(object) = schema.get_mut(key) {
            one(object, &ty);
        }
    }
}

/// A sequence of a column is logged where its table is, and changes with it (manual, ALTER TABLE, SET LOGGED); before PostgreSQL
/// 15 none was unlogged, and nothing said so.
fn lasts_as_its_table(schema: &mut Schema<Written>) {
    let column = |object: &Object| object.key_of(Attr::OwnedBy).or_else(|| object.key_of(Attr::IdentityOf));
    let owned: Vec<(Key, Option<Value>)> = schema
        .of_kind(Kind::Sequence)
        .filter_map(|sequence| {
            let table = schema.get(schema.resolve(column(sequence)?.relation()?)?)?;
            let persistence = table.get(Attr::Persistence);
            (persistence != sequence.get(Attr::Persistence)).then(|| (sequence.key, persistence.cloned()))
        })
        .collect();
    for (key, persistence) in owned {
        if let Some(sequence) = schema.get_mut(key) {
            sequence.set(Attr::Persistence, persistence);
        }
    }
}

/// The type of a sequence: an identity's is that of its column.
fn data_type(schema: &Schema<Written>, object: &Object, catalog: &Catalog) -> String {
    let column = object.key_of(Attr::IdentityOf).and_then(|column| schema.get(column));
    let text = column.and_then(|column| column.text(Attr::Type)).or_else(|| object.text(Attr::Type));
    catalog.underlying(&text.map_or_else(|| "bigint".to_owned(), types::canonical))
}

fn one(object: &mut Object, ty: &str) {
    if ty == "bigint" || object.has(Attr::IdentityOf) {
        object.set(Attr::Type, None);
    }
    let Some((_, least, most)) = BOUNDS.iter().find(|(known, ..)| *known == ty) else { return };
    let descending = object.text(Attr::Increment).is_some_and(|text| text.starts_with('-'));
    let (low, high) = if descending { (*least, "-1") } else { ("1", *most) };
    drop_default(object, Attr::MinValue, |text| text == low);
    drop_default(object, Attr::MaxValue, |text| text == high);
    drop_default(object, Attr::Increment, |text| text == "1");
    drop_default(object, Attr::Cache, |text| text == "1");
    let first =
        if descending { object.text(Attr::MaxValue).unwrap_or(high) } else { object.text(Attr::MinValue).unwrap_or(low) }.to_owned();
    drop_default(object, Attr::Start, |text| text == first);
}
