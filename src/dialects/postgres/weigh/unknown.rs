//! Columns and relations that a new text speaks of and that are not there: found by the analysis that brings texts to their
//! canonical form. Where the columns of a relation are not known, nothing is said.

use crate::dialects::postgres::analyse::{Analyser, Catalog, own};
use crate::dialects::postgres::canonical::read;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Key, Kind, Object, Schema, Written};

/// One line for each name that stands for nothing; `there` tells whether a relation of that name stands anywhere.
pub fn unknown(keys: &[Key], schema: &Schema<Written>, there: &dyn Fn(&str) -> bool) -> Vec<String> {
    let catalog = Catalog::of(schema);
    let objects = keys.iter().filter_map(|key| schema.get(*key));
    objects.flat_map(|object| of_object(object, &catalog, there)).collect()
}

fn of_object(object: &Object, catalog: &Catalog, there: &dyn Fn(&str) -> bool) -> Vec<String> {
    let analyser = Analyser::new(catalog, object.text(Attr::SearchPath));
    let mut lines = Vec::new();
    if matches!(object.key.kind, Kind::View | Kind::MaterializedView) {
        let names: Vec<String> = object.names(Attr::ColumnNames).iter().map(|name| name.to_string()).collect();
        if let Some(mut query) = read(object) {
            analyser.view(&mut query, &names);
        }
    } else {
        let columns = analyser.columns_of(object.key.namespace, object.key.owner);
        let relation = own(object.key.owner.as_str(), columns.clone());
        analyser.alone(&texts(object), relation);
        // What a view shows is known by its query alone.
        let shown = columns.filter(|_| !catalog.is_table(object.key.namespace, object.key.owner)).unwrap_or_default();
        let lacks = |name: &str| !shown.is_empty() && shown.iter().all(|column| column.0 != name);
        let plain = object.parts(Attr::Parts).iter().filter_map(|part| part.name());
        lines.extend(plain.filter(|name| lacks(name.as_str())).map(|name| format!("{} has no column {name}", object.key.owner)));
    }
    let (columns, relations) = analyser.missing();
    lines.extend(relations.into_iter().filter(|name| !there(name)).map(|name| format!("relation {name} is not there")));
    lines.extend(columns.into_iter().map(|name| format!("column {name} is not there")));
    lines
}

/// What the object says in expressions.
fn texts(object: &Object) -> Vec<&str> {
    const FACTS: &[Attr] = &[Attr::Expression, Attr::Generated, Attr::Where, Attr::Using, Attr::WithCheck];
    let parts = object.parts(Attr::Parts).iter().filter_map(|part| match &part.target {
        PartTarget::Expression(fragment) => Some(&*fragment.text),
        PartTarget::Column(_) => None,
    });
    FACTS.iter().filter_map(|attr| object.text(*attr)).chain(parts).collect()
}
