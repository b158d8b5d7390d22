//! Storage parameters, view options, column and foreign options: set, reset, and how their values are printed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Attr, Key, Kind, Object, Pair, Statement, Value};

use super::ident::{literal, object, quote};
use super::{Desired, alter_only, alter_relation};

type Options = BTreeMap<Name, Arc<str>>;

/// The options of an object, empty where it has none.
pub fn of(side: Option<&Object>) -> Options {
    match side.and_then(|object| object.get(Attr::Options)) {
        Some(Value::Options(options)) => options.clone(),
        _ => Options::new(),
    }
}

/// The options in the order in which they were said, which the server keeps; the others follow.
pub fn ordered(options: &Options, said: Option<&Object>) -> Vec<(Name, Arc<str>)> {
    let layout: Vec<&str> = said.and_then(|object| object.text(Attr::Layout)).unwrap_or("").split(' ').collect();
    let place = |name: Name| layout.iter().position(|said| said.eq_ignore_ascii_case(name.as_str())).unwrap_or(layout.len());
    let mut ordered: Vec<(Name, Arc<str>)> = options.iter().map(|(name, value)| (*name, value.clone())).collect();
    ordered.sort_by_key(|(name, _)| place(*name));
    ordered
}

/// `a = 1, b = 'x y'`; an option without a value holds by its name alone.
pub fn list(options: &Options, said: Option<&Object>) -> String {
    ordered(options, said).iter().map(|(name, value)| pair(*name, value)).collect::<Vec<_>>().join(", ")
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
        Some(Value::Options(options)) if !options.is_empty() => format!(" WITH ({})", list(options, Some(object))),
        _ => String::new(),
    }
}

/// Names in their order.
fn names(ordered: &[(Name, Arc<str>)]) -> Vec<Name> {
    ordered.iter().map(|(name, _)| *name).collect()
}

/// All options where setting only those that differ would leave them in another order than the desired one: the server keeps
/// what is not set before what is.
fn in_order(set: Options, sides: Pair<&Object>) -> Options {
    let (live, desired) = (of(Some(sides.live)), of(Some(sides.desired)));
    let mut after = names(&ordered(&live, Some(sides.live)));
    after.retain(|name| desired.contains_key(name) && !set.contains_key(name));
    after.extend(names(&ordered(&set, Some(sides.desired))));
    if set.is_empty() || after == names(&ordered(&desired, Some(sides.desired))) { set } else { desired }
}

/// What is set anew and what is reset.
pub fn changes(live: &Options, desired: &Options) -> (Options, Vec<Name>) {
    let set = desired.iter().filter(|(name, value)| live.get(*name) != Some(*value)).map(|(name, value)| (*name, value.clone())).collect();
    let reset = live.keys().filter(|name| !desired.contains_key(*name)).copied().collect();
    (set, reset)
}

/// `ALTER … SET (…)` and `RESET (…)` of a relation or an index.
pub fn alter(sides: Pair<&Object>) -> Vec<Statement> {
    let key = sides.desired.key;
    let head = format!("ALTER {} {}", super::ident::noun(key.kind), object(key));
    let (set, reset) = changes(&of(Some(sides.live)), &of(Some(sides.desired)));
    statements(&head, &list(&in_order(set, sides), Some(sides.desired)), &reset)
}

fn statements(head: &str, set: &str, reset: &[Name]) -> Vec<Statement> {
    let mut statements = Vec::new();
    if !set.is_empty() {
        statements.push(Statement::new(format!("{head}\n    SET ({set})"), "Parameters that differ."));
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
    statements(&format!("{}\n    ALTER COLUMN {name}", alter_only(desired.key, side)), &list(&set, Some(desired)), &reset)
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
    let set: Vec<String> =
        ordered(&options, Some(object)).iter().map(|(name, value)| format!("{} {}", quote(*name), literal(value))).collect();
    format!(" OPTIONS ({})", set.join(", "))
}
