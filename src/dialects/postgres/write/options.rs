//! Storage parameters, view options, column and foreign options: set, reset, and how their values are printed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Attr, Key, Kind, Object, Pair, Statement, Value};

use super::ident::{literal, object, quote};
use super::{Desired, alter_only, alter_relation};

type Options = BTreeMap<Name, Arc<str>>;

/// The options of an object, empty where it has none.
fn of(side: Option<&Object>) -> Options {
    match side.and_then(|object| object.get(Attr::Options)) {
        Some(Value::Options(options)) => options.clone(),
        _ => Options::new(),
    }
}

/// `a = 1, b = 'x y'`; an option without a value holds by its name alone. The fill factor stands first, as people write it:
/// the server keeps the order in which parameters are set, though it means nothing.
pub fn list(options: &Options) -> String {
    let (first, rest): (Vec<_>, Vec<_>) = options.iter().partition(|(name, _)| name.as_str() == "fillfactor");
    first.into_iter().chain(rest).map(|(name, value)| pair(*name, value)).collect::<Vec<_>>().join(", ")
}

fn pair(name: Name, value: &str) -> String {
    if value.is_empty() { dotted(name) } else { format!("{} = {}", dotted(name), plain(value)) }
}

/// `toast.autovacuum_enabled` is two names.
fn dotted(name: Name) -> String {
    name.as_str().split('.').map(super::ident::quoted).collect::<Vec<_>>().join(".")
}

/// A value as a number or word where it is one, else as a literal.
fn plain(value: &str) -> String {
    let word = value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')) && super::ident::quoted(value) == value;
    let number = value.parse::<f64>().is_ok();
    let truth = matches!(value, "true" | "false" | "on" | "off");
    if word || number || truth { value.to_owned() } else { literal(value) }
}

/// ` WITH (…)` of a CREATE statement.
pub fn with(object: &Object) -> String {
    match object.get(Attr::Options) {
        Some(Value::Options(options)) if !options.is_empty() => format!(" WITH ({})", list(options)),
        _ => String::new(),
    }
}

/// What is set anew and what is reset.
fn changes(live: &Options, desired: &Options) -> (Options, Vec<Name>) {
    let set = desired.iter().filter(|(name, value)| live.get(*name) != Some(*value)).map(|(name, value)| (*name, value.clone())).collect();
    let reset = live.keys().filter(|name| !desired.contains_key(*name)).copied().collect();
    (set, reset)
}

/// `ALTER … SET (…)` and `RESET (…)` of a relation or an index.
pub fn alter(sides: Pair<&Object>) -> Vec<Statement> {
    let key = sides.desired.key;
    let head = format!("ALTER {} {}", super::ident::noun(key.kind), object(key));
    let (set, reset) = changes(&of(Some(sides.live)), &of(Some(sides.desired)));
    statements(&head, &set, &reset)
}

fn statements(head: &str, set: &Options, reset: &[Name]) -> Vec<Statement> {
    let mut statements = Vec::new();
    if !set.is_empty() {
        statements.push(Statement::new(format!("{head}\n    SET ({})", list(set)), "Parameters that differ."));
    }
    if !reset.is_empty() {
        let names: Vec<String> = reset.iter().map(|name| dotted(*name)).collect();
        statements.push(Statement::new(format!("{head}\n    RESET ({})", names.join(", ")), "Parameters that go back to their defaults."));
    }
    statements
}

/// The options of a column: planner hints of a table's, wrapper options of a foreign table's.
pub fn column(live: Option<&Object>, desired: &Object, side: Desired) -> Vec<Statement> {
    let (old, new) = (of(live), of(Some(desired)));
    let foreign = side.contains(Key::new(Kind::ForeignTable, desired.key.namespace, desired.key.owner));
    let name = quote(desired.key.name);
    if foreign {
        let head = alter_relation(desired.key, side);
        return foreign_change(&old, &new)
            .map(|clause| Statement::new(format!("{head}\n    ALTER COLUMN {name} {clause}"), "Options for the foreign server."))
            .into_iter()
            .collect();
    }
    let (set, reset) = changes(&old, &new);
    statements(&format!("{}\n    ALTER COLUMN {name}", alter_only(desired.key, side)), &set, &reset)
}

/// `OPTIONS (ADD …, SET …, DROP …)`.
pub fn foreign_change(live: &Options, desired: &Options) -> Option<String> {
    let mut clauses = Vec::new();
    for (name, value) in desired {
        match live.get(name) {
            Some(same) if same == value => {}
            Some(_) => clauses.push(format!("SET {} {}", quote(*name), literal(value))),
            None => clauses.push(format!("ADD {} {}", quote(*name), literal(value))),
        }
    }
    clauses.extend(live.keys().filter(|name| !desired.contains_key(*name)).map(|name| format!("DROP {}", quote(*name))));
    (!clauses.is_empty()).then(|| format!("OPTIONS ({})", clauses.join(", ")))
}

/// [`foreign_change`] of two objects.
pub fn foreign(sides: Pair<&Object>) -> Option<String> {
    foreign_change(&of(Some(sides.live)), &of(Some(sides.desired)))
}

/// ` OPTIONS (a 'b')` of a CREATE FOREIGN TABLE.
pub fn foreign_list(object: &Object) -> String {
    let options = of(Some(object));
    if options.is_empty() {
        return String::new();
    }
    let set: Vec<String> = options.iter().map(|(name, value)| format!("{} {}", quote(*name), literal(value))).collect();
    format!(" OPTIONS ({})", set.join(", "))
}
