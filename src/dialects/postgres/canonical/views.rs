//! Views and materialized views: their queries as the server stores them.

use super::{drop_default, relations};
use crate::base::Name;
use crate::dialects::postgres::analyse::{Analyser, Catalog};
use crate::dialects::postgres::tree::{Alias, Body, Cte, Node, Query, Select, Source, Target};
use crate::dialects::postgres::{lexer, parse, print};
use crate::ir::{Attr, Object, Value};

pub fn settle(object: &mut Object, catalog: &Catalog) {
    relations::options(object);
    check_option(object);
    drop_default(object, Attr::AccessMethod, |text| text == "heap");
    drop_default(object, Attr::Tablespace, |text| text == "pg_default");
    let canon = match analysed(object, catalog) {
        Some(query) => print::query_text(&query),
        None => {
            let names: Vec<&str> = object.names(Attr::ColumnNames).iter().map(|name| name.as_str()).collect();
            format!("{}{}", lexer::normal(object.text(Attr::Query).unwrap_or("")), names.join(" "))
        }
    };
    object.settle(Attr::Query, |_| canon);
}

/// The query of a view as the server stores it; `None` where it cannot be read.
pub fn analysed(object: &Object, catalog: &Catalog) -> Option<Query> {
    let mut query = read(object)?;
    let names: Vec<String> = object.names(Attr::ColumnNames).iter().map(|name| name.to_string()).collect();
    Analyser::new(catalog, object.text(Attr::SearchPath)).view(&mut query, &names);
    Some(query)
}

/// The query of a view as it is written.
pub fn read(object: &Object) -> Option<Query> {
    let query = parse::query(object.text(Attr::Query)?)?;
    let names: Vec<String> = object.names(Attr::ColumnNames).iter().map(|name| name.to_string()).collect();
    Some(match object.has(Attr::Recursive) {
        true => recursive_query(object.key.name.as_str(), &names, query),
        false => with_names(query, &names),
    })
}

/// The check option is a fact of its own.
fn check_option(object: &mut Object) {
    let Some(Value::Options(options)) = object.get(Attr::Options) else { return };
    let mut options = options.clone();
    if let Some(check) = options.remove(&Name::new("check_option")) {
        object.set(Attr::CheckOption, Some(Value::Text(check)));
    }
    object.set(Attr::Options, (!options.is_empty()).then_some(Value::Options(options)));
}

/// VALUES with names for its columns is a selection from them: the server gives it a relation's name of its own.
fn with_names(query: Query, names: &[String]) -> Query {
    if names.is_empty() || !matches!(query.body, Body::Values(_)) {
        return query;
    }
    let alias = Alias { name: Some("*VALUES*".to_owned()), ..Alias::default() };
    let from = vec![Source::Query { query: Box::new(query), lateral: false, alias }];
    Query::of(Body::Select(Box::new(Select {
        targets: vec![Target { expr: Node::Star(Vec::new()), name: None }],
        from,
        ..Select::default()
    })))
}

/// `CREATE RECURSIVE VIEW v (a) AS q` is `WITH RECURSIVE v (a) AS (q) SELECT a FROM v` (manual, CREATE VIEW).
fn recursive_query(name: &str, columns: &[String], query: Query) -> Query {
    let targets = columns.iter().map(|column| Target { expr: Node::column(column), name: None }).collect();
    let from = vec![Source::Relation { name: vec![name.to_owned()], only: false, sample: None, alias: Alias::default() }];
    let select = Select { targets, from, ..Select::default() };
    let cte = Cte { name: name.to_owned(), columns: columns.to_vec(), materialized: None, query };
    Query { recursive: true, with: vec![cte], ..Query::of(Body::Select(Box::new(select))) }
}
