//! Sequences: what the type and the direction imply (manual, CREATE SEQUENCE).

use super::drop_default;
use crate::dialects::postgres::analyse::Catalog;
use crate::dialects::postgres::types;
use crate::ir::{Attr, Object};

/// Smallest and greatest value of each type that a sequence can have.
const BOUNDS: &[(&str, &str, &str)] =
    &[("smallint", "-32768", "32767"), ("integer", "-2147483648", "2147483647"), ("bigint", "-9223372036854775808", "9223372036854775807")];

pub fn settle(object: &mut Object, catalog: &Catalog) {
    let column = object.column_served();
    // A sequence of a column is logged where its table is, and changes with it (manual, ALTER TABLE, SET LOGGED); before PostgreSQL
    // 15 none was unlogged, and nothing said so.
    if let Some(table) = column.and_then(|column| catalog.object(column.relation()?)) {
        object.set(Attr::Persistence, table.get(Attr::Persistence).cloned());
    }
    let ty = data_type(object, catalog);
    bounds(object, &ty);
}

/// The type of a sequence: an identity's is that of its column.
fn data_type(object: &Object, catalog: &Catalog) -> String {
    let column = object.key_of(Attr::IdentityOf).and_then(|column| catalog.object(column));
    let text = column.and_then(|column| column.text(Attr::Type)).or_else(|| object.text(Attr::Type));
    catalog.underlying(&text.map_or_else(|| "bigint".to_owned(), types::canonical))
}

fn bounds(object: &mut Object, ty: &str) {
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
