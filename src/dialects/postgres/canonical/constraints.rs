//! Keys, checks and foreign keys: implied columns, and what goes without saying.

use super::drop_default;
use super::expressions::Place;
use crate::dialects::postgres::analyse::{Catalog, namespaces};
use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

/// What needs more than one object: a key's columns are not null, a reference is to the first table of its name on the search
/// path, and without columns to the primary key.
pub fn settle(schema: &mut Schema<Written>, catalog: &Catalog) {
    find_references(schema, catalog);
    let columns = |object: &Object| -> Vec<Key> {
        object.names(Attr::Columns).iter().map(|name| Key { kind: Kind::Column, name: *name, ..object.key }).collect()
    };
    let nullable = |key: &Key| schema.get(*key).is_some_and(|column| !column.has(Attr::NotNull));
    let keyed: Vec<Key> = schema.of_kind(Kind::PrimaryKey).flat_map(columns).filter(nullable).collect();
    for key in keyed {
        schema.get_mut(key).into_iter().for_each(|column| column.set(Attr::NotNull, Some(Value::Flag)));
    }
    let bare: Vec<(Key, Key)> = schema
        .of_kind(Kind::ForeignKey)
        .filter(|object| object.names(Attr::ReferencedColumns).is_empty())
        .filter_map(|object| Some((object.key, object.key_of(Attr::References)?)))
        .collect();
    for (key, table) in bare {
        let referenced = schema.parts(table, Kind::PrimaryKey).next().map(|object| object.names(Attr::Columns).to_vec());
        if let (Some(columns), Some(object)) = (referenced, schema.get_mut(key)) {
            object.set(Attr::ReferencedColumns, Some(Value::Names(columns)));
        }
    }
}

/// References that were read as to the first namespace of the search path, where another holds the table (manual, 5.10.3).
fn find_references(schema: &mut Schema<Written>, catalog: &Catalog) {
    let found = |object: &Object| {
        let (path, table) = (object.text(Attr::SearchPath)?, object.key_of(Attr::References)?);
        let first = namespaces(Some(path)).next()?;
        let namespace = catalog.relation_namespace(table.name, Some(path))?;
        let elsewhere = schema.get(table).is_none() && table.namespace.as_str() == first && namespace != table.namespace;
        elsewhere.then_some((object.key, Key { namespace, ..table }))
    };
    let found: Vec<(Key, Key)> = schema.of_kind(Kind::ForeignKey).filter_map(found).collect();
    for (key, table) in found {
        schema.get_mut(key).into_iter().for_each(|object| object.set(Attr::References, Some(Value::Key(table))));
    }
}

/// One constraint alone.
pub fn one(object: &mut Object, catalog: &Catalog) {
    for attr in [Attr::OnDelete, Attr::OnUpdate] {
        drop_default(object, attr, |text| text.eq_ignore_ascii_case("no action"));
    }
    drop_default(object, Attr::Match, |text| text.eq_ignore_ascii_case("simple"));
    drop_default(object, Attr::Deferrable, |text| matches!(text.to_ascii_lowercase().as_str(), "not deferrable" | "initially immediate"));
    drop_default(object, Attr::Tablespace, |text| text == "pg_default");
    if object.key.kind == Kind::Check {
        check(object, catalog);
    }
}

/// A check of a domain speaks of VALUE, one of a table of its columns.
fn check(object: &mut Object, catalog: &Catalog) {
    let domain = crate::dialects::postgres::analyse::qualified(object.key.namespace, object.key.owner);
    let base = catalog.underlying(&domain);
    let place = if base == domain {
        Place::of_relation(object, catalog)
    } else {
        let value = vec![("value".to_owned(), Some(base))];
        Place::bare(object, catalog).with("", Some(std::rc::Rc::new(value)))
    };
    let place = place.expecting(Some("boolean".to_owned()));
    place.settle_fact(object, Attr::Expression);
}
