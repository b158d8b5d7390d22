//! From a schema as written to the form in which the server would print it, so that two can be compared.

mod align;
mod bodies;
mod columns;
mod composites;
mod constraints;
mod definitions;
mod expressions;
mod holders;
mod indexes;
mod not_null;
mod partitions;
mod privileges;
mod relations;
pub mod routines;
mod rules;
mod sequences;
mod stars;
pub mod subscriptions;
mod views;

pub use expressions::Place;
pub use stars::unlabel;
pub use views::{analysed, read};

use std::sync::Arc;

use super::analyse::Catalog;
use super::lexer;
use crate::base::{Diagnostic, Name};
use crate::dialects::clashes;
use crate::dialects::memo::{Making, Memo};
use crate::ir::{Attr, Fragment, Key, Kind, Object, Schema, Value, Written};

pub use align::align;
pub use definitions::multirange;
pub use partitions::split as partition_key;
pub use privileges::{MAINTAIN, knows_maintain, of_everybody, of_new_objects, row as default_privileges, server};

/// The kinds that stand in one list of names of a schema: `pg_class`, `pg_type`, `pg_proc` (manual, chapter 53). A table has a type of
/// its name, an index is a relation.
pub const LISTS: &[&[Kind]] = &[
    &[
        Kind::Table,
        Kind::ForeignTable,
        Kind::View,
        Kind::MaterializedView,
        Kind::Sequence,
        Kind::Composite,
        Kind::Index,
        Kind::PrimaryKey,
        Kind::Unique,
        Kind::Exclusion,
    ],
    &[
        Kind::Table,
        Kind::ForeignTable,
        Kind::View,
        Kind::MaterializedView,
        Kind::Composite,
        Kind::Enum,
        Kind::Domain,
        Kind::Range,
        Kind::BaseType,
    ],
    &[Kind::Function, Kind::Procedure, Kind::Aggregate],
];

/// What every database holds: the namespace `public`, which anybody may use (manual, 5.10.6).
pub fn initial() -> Schema<Written> {
    let mut schema = Schema::default();
    let public = Key::new(Kind::Namespace, Name::NONE, Name::new("public"));
    schema.insert(Object::new(public));
    schema.insert(privileges::granted(public, "PUBLIC", &["USAGE"]));
    for kind in [Kind::Extension, Kind::Language] {
        schema.insert(Object::new(Key::new(kind, Name::NONE, Name::new("plpgsql"))));
    }
    schema
}

/// Brings every object to its canonical form; what could not be is compared as text.
pub fn canonicalise(schema: &mut Schema<Written>, memo: &mut Memo) -> Vec<Diagnostic> {
    routines::settle_keys(schema);
    // The catalog keeps the schema as it was: taken before the first change, it costs one copy of the list of objects.
    let catalog = Catalog::of(schema);
    relations::drop_system_objects(schema);
    constraints::settle(schema, &catalog);
    partitions::settle(schema, &catalog);
    partitions::settle_indexes(schema);
    partitions::settle_foreign_keys(schema);
    privileges::settle(schema);
    let make = |object: &mut Object| {
        catalog.forget_asked();
        one(object, &catalog);
        catalog.forget_asked()
    };
    memo.each(schema, &Making { make: &make, names: &Catalog::names });
    // A view's column of which nothing is said is only a name in its query.
    let silent: Vec<Key> = [Kind::View, Kind::MaterializedView]
        .into_iter()
        .flat_map(|kind| schema.keys_of(kind))
        .flat_map(|view| schema.parts(view, Kind::Column))
        .filter(|column| column.facts().iter().all(|(attr, _)| attr.is_silent()))
        .map(|column| column.key)
        .collect();
    for key in silent {
        schema.remove(key);
    }
    clashes::find(schema, LISTS)
}

fn one(object: &mut Object, catalog: &Catalog) {
    expressions::types(object, catalog);
    match object.key.kind {
        Kind::Column | Kind::Domain => columns::settle(object, catalog),
        Kind::Table | Kind::ForeignTable => relations::table(object, catalog),
        Kind::Sequence => sequences::settle(object, catalog),
        Kind::Check | Kind::ForeignKey | Kind::PrimaryKey | Kind::Unique => constraints::one(object, catalog),
        Kind::Index | Kind::Exclusion => indexes::settle(object, catalog),
        Kind::View | Kind::MaterializedView => views::settle(object, catalog),
        Kind::Function | Kind::Procedure | Kind::Aggregate => routines::settle(object, catalog),
        Kind::Trigger => relations::trigger(object, catalog),
        Kind::Policy => relations::policy(object, catalog),
        Kind::Rule => rules::settle(object, catalog),
        _ => {}
    }
    if object.text(Attr::Comment).is_some_and(str::is_empty) {
        object.set(Attr::Comment, None);
    }
    if object.key.kind != Kind::Rule {
        definitions::settle(object, catalog);
    }
}

/// The canonical form of a text that no rule covers.
fn normal(fragment: &mut Fragment) {
    fragment.settle(&lexer::normal(&fragment.text));
}

/// Removes a fact that holds a default value.
fn drop_default(object: &mut Object, attr: Attr, is_default: impl Fn(&str) -> bool) {
    if object.text(attr).is_some_and(is_default) {
        object.set(attr, None);
    }
}

/// Rewrites a text fact.
fn rewrite_text(object: &mut Object, attr: Attr, rewrite: impl Fn(&str) -> String) {
    let Some(Value::Text(text)) = object.get(attr) else { return };
    let rewritten = rewrite(text);
    if *rewritten != **text {
        object.set(attr, Some(Value::Text(Arc::from(rewritten))));
    }
}

#[cfg(test)]
mod tests;
