//! What a table's kind implies for its columns.

use crate::base::Name;
use crate::ir::{Attr, Key, Kind, Schema, Value, Written};

/// Says what a table implies: the columns of the primary key of a WITHOUT ROWID or STRICT table are NOT NULL
/// (sqlite.org/withoutrowid.html, section 2; stricttables.html, section 2).
pub fn settle(schema: &mut Schema<Written>) {
    let mut implied: Vec<Key> = Vec::new();
    for table in schema.of_kind(Kind::Table) {
        let without_rowid = table.has(Attr::WithoutRowid);
        if !(without_rowid || table.has(Attr::Strict)) {
            continue;
        }
        let Some(key) = schema.parts(table.key, Kind::PrimaryKey).next() else { continue };
        let names = key_columns(key);
        let alias = !without_rowid && is_rowid_alias(schema, table.key, &names);
        if !alias {
            implied.extend(names.into_iter().map(|name| table.key.child(Kind::Column, name)));
        }
    }
    for key in implied {
        if let Some(column) = schema.get_mut(key) {
            column.set(Attr::NotNull, Some(Value::Flag));
        }
    }
}

/// The columns of a primary key or unique constraint.
fn key_columns(key: &crate::ir::Object) -> Vec<Name> {
    let listed = key.parts(Attr::Parts).iter().filter_map(|part| part.name());
    key.names(Attr::Columns).iter().copied().chain(listed).collect()
}

/// Whether a primary key is another name of the rowid (sqlite.org/lang_createtable.html, section 5).
fn is_rowid_alias(schema: &Schema<Written>, table: Key, names: &[Name]) -> bool {
    let [name] = names else { return false };
    schema
        .get(table.child(Kind::Column, *name))
        .and_then(|column| column.text(Attr::Type))
        .is_some_and(|r#type| r#type.eq_ignore_ascii_case("integer"))
}
