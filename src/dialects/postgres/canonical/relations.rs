//! Tables, and the triggers, policies and rules that stand on relations.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::expressions::Place;
use super::{drop_default, rewrite_text};
use crate::base::Name;
use crate::dialects::postgres::analyse::{Catalog, named};
use crate::dialects::postgres::lexer::{self, Token, ident, literal, tokens};
use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

/// Objects that every database has, and that no dump shows.
pub fn drop_system_objects(schema: &mut Schema<Written>) {
    for (kind, name) in [(Kind::Extension, "plpgsql"), (Kind::Language, "plpgsql")] {
        schema.remove(Key::new(kind, Name::NONE, Name::new(name)));
    }
    let public = Key::new(Kind::Namespace, Name::NONE, Name::new("public"));
    if let Some(object) = schema.get_mut(public) {
        drop_default(object, Attr::Comment, |text| text == "standard public schema");
        drop_default(object, Attr::Owner, |text| text == "pg_database_owner");
    }
}

pub fn table(object: &mut Object, catalog: &Catalog) {
    // A partitioned table has no rows: its method is a fact only where one is said, for the partitions to come (CREATE TABLE, USING).
    if !object.has(Attr::PartitionBy) {
        drop_default(object, Attr::AccessMethod, |text| text == "heap");
    }
    drop_default(object, Attr::Tablespace, |text| text == "pg_default");
    rewrite_text(object, Attr::ReplicaIdentity, lower_first);
    drop_default(object, Attr::ReplicaIdentity, |text| text == "default");
    let path = object.text(Attr::SearchPath).map(str::to_owned);
    rewrite_text(object, Attr::OfType, |text| catalog.type_text(text, path.as_deref()));
    options(object);
}

/// The first word in lower case: `FULL`, `INDEX name`.
fn lower_first(text: &str) -> String {
    match text.split_once(' ') {
        Some((word, rest)) => format!("{} {rest}", word.to_ascii_lowercase()),
        None => text.to_ascii_lowercase(),
    }
}

/// Names and words of storage parameters in lower case; empty lists are none.
pub fn options(object: &mut Object) {
    let Some(Value::Options(options)) = object.get(Attr::Options) else { return };
    let folded: BTreeMap<Name, Arc<str>> = options
        .iter()
        .map(|(name, value)| (Name::new(&name.as_str().to_ascii_lowercase()), Arc::from(value.to_ascii_lowercase())))
        .collect();
    let kept = (!folded.is_empty()).then_some(Value::Options(folded));
    if object.key.kind != Kind::ForeignTable {
        object.set(Attr::Options, kept);
    }
}

/// The order in which the server prints a trigger's events.
const EVENTS: &[&str] = &["INSERT", "DELETE", "UPDATE", "TRUNCATE"];

pub fn trigger(object: &mut Object, catalog: &Catalog) {
    rewrite_text(object, Attr::Timing, |text| text.to_ascii_uppercase());
    rewrite_text(object, Attr::Level, |text| text.to_ascii_lowercase());
    drop_default(object, Attr::Level, |text| text == "statement");
    drop_default(object, Attr::Deferrable, |text| matches!(text.to_ascii_lowercase().as_str(), "not deferrable" | "initially immediate"));
    drop_default(object, Attr::Enabled, |text| matches!(text.to_ascii_lowercase().as_str(), "origin" | "enabled"));
    if let Some(Value::Labels(events)) = object.get_mut(Attr::Events) {
        let place = |label: &Arc<str>| EVENTS.iter().position(|event| label.eq_ignore_ascii_case(event)).unwrap_or(EVENTS.len());
        events.sort_by_key(place);
        events.dedup();
    }
    let columns = catalog.columns(object.key.namespace, object.key.owner);
    let mut place = Place::bare(object, catalog).expecting(Some("boolean".to_owned()));
    for alias in ["new", "old"] {
        place.scope.relations.push(named(alias, columns.clone()));
    }
    place.settle_fact(object, Attr::When);
    object.settle(Attr::Referencing, referencing);
    let namespace = place.path.clone();
    object.settle(Attr::Call, |text| call(text, namespace.as_deref(), catalog));
}

/// `OLD TABLE AS o NEW TABLE AS n`, in this order, AS always there.
fn referencing(text: &str) -> String {
    let plain = lexer::normal(text);
    let words: Vec<&str> = plain.split(' ').filter(|word| !matches!(*word, "as" | "referencing")).collect();
    let mut pairs: Vec<String> = words.chunks(3).map(|chunk| chunk.join(" ")).collect();
    pairs.sort();
    pairs.join(" ")
}

/// The function with its namespace, its arguments as the strings that they are (manual, CREATE TRIGGER).
pub fn call(text: &str, path: Option<&str>, catalog: &Catalog) -> String {
    let Some(tokens) = tokens(text) else { return text.to_owned() };
    let mut names = Vec::new();
    let mut arguments = Vec::new();
    let mut inside = false;
    for token in &tokens {
        match token {
            Token::Symbol("(") => inside = true,
            Token::Word(word) if inside => arguments.push(literal(word)),
            Token::Quoted(word) if inside => arguments.push(literal(word)),
            Token::Word(name) | Token::Quoted(name) => names.push(name.to_string()),
            Token::Number(text) | Token::Parameter(text) => arguments.push(literal(text)),
            Token::Text(text) => arguments.push(literal(text)),
            Token::Bits(bits) => arguments.push(literal(bits)),
            Token::Symbol(_) => {}
        }
    }
    if names.len() == 1 {
        let routines = catalog.routines(&names);
        let found = crate::dialects::postgres::analyse::namespaces(path)
            .find(|namespace| routines.iter().any(|routine| routine.namespace == *namespace));
        let only = routines.first().map(|routine| routine.namespace.as_str());
        let namespace = found.or(only).unwrap_or("public");
        // The system's own trigger functions have no namespace in what people write.
        if !routines.is_empty() || !SYSTEM_TRIGGERS.contains(&names[0].as_str()) {
            names.insert(0, namespace.to_owned());
        }
    } else if names.first().is_some_and(|name| name == "pg_catalog") {
        names.remove(0);
    }
    let path: Vec<String> = names.iter().map(|name| ident(name).into_owned()).collect();
    format!("{}({})", path.join("."), arguments.join(", "))
}

/// Trigger functions of the system.
const SYSTEM_TRIGGERS: &[&str] = &["suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column"];

pub fn policy(object: &mut Object, catalog: &Catalog) {
    drop_default(object, Attr::Restrictive, |text| text.eq_ignore_ascii_case("permissive"));
    rewrite_text(object, Attr::Command, |text| text.to_ascii_uppercase());
    drop_default(object, Attr::Command, |text| text == "ALL");
    if let Some(Value::Labels(roles)) = object.get_mut(Attr::Roles) {
        roles.sort();
        roles.dedup();
        if roles.iter().all(|role| role.eq_ignore_ascii_case("public")) {
            object.set(Attr::Roles, None);
        }
    }
    let place = Place::of_relation(object, catalog).expecting(Some("boolean".to_owned()));
    place.settle_fact(object, Attr::Using);
    place.settle_fact(object, Attr::WithCheck);
}
