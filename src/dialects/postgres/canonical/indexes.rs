//! Indexes and exclusion constraints: elements, operator classes, predicates.

use std::sync::Arc;

use super::columns::collation;
use super::drop_default;
use super::expressions::Place;
use crate::base::Name;
use crate::dialects::postgres::analyse::Catalog;
use crate::dialects::postgres::tree::Node;
use crate::dialects::postgres::{lexer, types};
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Key, Object, Part, Value};

/// Operator classes that are the defaults of their types, by access method (manual, 11.10).
const DEFAULT_CLASSES: &[(&str, &[&str])] = &[
    (
        "btree",
        &[
            "array_ops",
            "bit_ops",
            "bool_ops",
            "bpchar_ops",
            "bytea_ops",
            "char_ops",
            "citext_ops",
            "date_ops",
            "enum_ops",
            "float4_ops",
            "float8_ops",
            "inet_ops",
            "int2_ops",
            "int4_ops",
            "int8_ops",
            "interval_ops",
            "jsonb_ops",
            "macaddr_ops",
            "money_ops",
            "multirange_ops",
            "name_ops",
            "numeric_ops",
            "oid_ops",
            "pg_lsn_ops",
            "range_ops",
            "record_ops",
            "text_ops",
            "time_ops",
            "timestamp_ops",
            "timestamptz_ops",
            "timetz_ops",
            "tsquery_ops",
            "tsvector_ops",
            "uuid_ops",
            "varbit_ops",
        ],
    ),
    (
        "hash",
        &[
            "array_ops",
            "bool_ops",
            "bpchar_ops",
            "bytea_ops",
            "char_ops",
            "date_ops",
            "enum_ops",
            "float4_ops",
            "float8_ops",
            "inet_ops",
            "int2_ops",
            "int4_ops",
            "int8_ops",
            "interval_ops",
            "jsonb_ops",
            "name_ops",
            "numeric_ops",
            "oid_ops",
            "range_ops",
            "text_ops",
            "time_ops",
            "timestamp_ops",
            "timestamptz_ops",
            "timetz_ops",
            "uuid_ops",
        ],
    ),
    ("gin", &["array_ops", "jsonb_ops", "tsvector_ops"]),
    (
        "gist",
        &[
            "box_ops",
            "circle_ops",
            "gist_geometry_ops_2d",
            "gist_hstore_ops",
            "gist_ltree_ops",
            "multirange_ops",
            "point_ops",
            "poly_ops",
            "range_ops",
            "tsquery_ops",
            "tsvector_ops",
        ],
    ),
    ("spgist", &["box_ops", "inet_ops", "poly_ops", "quad_point_ops", "range_ops", "text_ops"]),
];

pub fn settle(object: &mut Object, catalog: &Catalog) {
    let method = object.text(Attr::Method).unwrap_or("btree").to_ascii_lowercase();
    drop_default(object, Attr::Method, |text| text.eq_ignore_ascii_case("btree"));
    drop_default(object, Attr::Tablespace, |text| text == "pg_default");
    drop_default(object, Attr::Deferrable, |text| matches!(text.to_ascii_lowercase().as_str(), "not deferrable" | "initially immediate"));
    let place = Place::of_relation(object, catalog);
    let table = object.key;
    if let Some(Value::Parts(parts)) = object.get_mut(Attr::Parts) {
        parts.iter_mut().for_each(|part| element(part, table, (&place, &method)));
    }
    let place = place.expecting(Some("boolean".to_owned()));
    place.settle_fact(object, Attr::Where);
    // What is always true is no condition: the server keeps none (`DefineIndex` in its source).
    if object.fragment(Attr::Where).is_some_and(|fragment| fragment.compared() == "true") {
        object.set(Attr::Where, None);
    }
}

fn element(part: &mut Part, table: Key, (place, method): (&Place<'_>, &str)) {
    if let PartTarget::Expression(fragment) = &mut part.target {
        match place.tree(&fragment.text) {
            Some(Node::Column(path)) => part.target = PartTarget::Column(Name::new(path.last().map_or("", String::as_str))),
            Some(Node::Collate(inner, name)) if part.collation.is_none() => {
                part.collation = Some(Arc::from(name.join(".")));
                match *inner {
                    Node::Column(path) => part.target = PartTarget::Column(Name::new(path.last().map_or("", String::as_str))),
                    node => fragment.settle(&crate::dialects::postgres::print::text(&node)),
                }
            }
            Some(node) => fragment.settle(&crate::dialects::postgres::print::text(&node)),
            None => fragment.settle(&lexer::normal(&fragment.text)),
        }
    }
    // What the column has anyway goes without saying (`pg_get_indexdef_worker` in the server's source).
    let own = part.name().and_then(|column| place.catalog.column_collation(table, column));
    let own = own.map_or_else(|| "default".to_owned(), |(text, path)| collation(&text, path.as_deref(), place.catalog));
    part.collation = part
        .collation
        .take()
        .map(|text| Arc::from(collation(&text, place.path.as_deref(), place.catalog)))
        .filter(|text: &Arc<str>| **text != *own);
    part.opclass = part.opclass.take().and_then(|text| class(&text, part, place, method));
    part.operator = part.operator.take().map(|text| Arc::from(operator(&text)));
    part.nulls_first = part.nulls_first.filter(|first| *first != part.descending);
}

/// The operator class, where it is not the default of the element's type.
fn class(text: &str, part: &Part, place: &Place<'_>, method: &str) -> Option<Arc<str>> {
    let plain = lexer::normal(text).replace(" . ", ".").replace("( ", "(").replace(" )", ")");
    let plain = plain.strip_prefix("pg_catalog.").or_else(|| plain.strip_prefix("public.")).unwrap_or(&plain);
    let mut plain = match place.catalog.class_namespace(plain) {
        Some(namespace) => format!("{}.{plain}", lexer::ident(namespace.as_str())),
        None => plain.to_owned(),
    };
    // A dump puts every parameter of a class into quotes.
    if plain.contains('(') {
        plain.retain(|c| c != '\'');
    }
    let defaults = DEFAULT_CLASSES.iter().find(|(known, _)| *known == method).map_or(&[][..], |(_, classes)| classes);
    if defaults.contains(&&*plain) && fits(&plain, part, place) {
        return None;
    }
    Some(Arc::from(plain))
}

/// `text_ops` is the default of strings, but no default of a column with a class of its own.
fn fits(class: &str, part: &Part, place: &Place<'_>) -> bool {
    let Some(column) = part.name() else { return true };
    let found = place.scope.find(&[column.to_string()]).and_then(|found| found.ty);
    let ty = found.map(|ty| types::base(&place.catalog.underlying(&ty)));
    match class {
        "text_ops" => ty.is_none_or(|ty| matches!(ty.as_str(), "text" | "character varying")),
        _ => true,
    }
}

/// An operator without its namespace.
fn operator(text: &str) -> String {
    let plain = lexer::normal(text);
    let inner = plain.strip_prefix("operator (").and_then(|rest| rest.strip_suffix(')')).unwrap_or(&plain);
    inner.rsplit(' ').find(|word| !word.is_empty()).unwrap_or(inner).to_owned()
}
