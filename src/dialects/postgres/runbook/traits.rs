//! What the catalog is asked of an object beside whether it is there: words and numbers that are the same however they are written.

use crate::ir::{Attr, Canonical, Family, Key, Kind, Object, Part, Schema, Value};

/// The lines to which an object must lead, beside those of its existence.
pub fn of(object: &Object, schema: &Schema<Canonical>) -> Vec<String> {
    let name = named(object.key);
    let lines: Vec<(&str, String)> = match object.key.kind {
        Kind::Table => table(object),
        Kind::Trigger if !object.has(Attr::PartitionOf) => trigger(object),
        Kind::Policy => vec![("reach", reach(object))],
        Kind::Sequence => sequence(object),
        Kind::ForeignKey if !object.has(Attr::PartitionOf) => foreign_key(object),
        Kind::Index => {
            vec![("method", word(object, Attr::Method, "btree")), ("extent", extent(object)), ("included columns", included(object))]
        }
        Kind::Function | Kind::Procedure => routine(object),
        _ => Vec::new(),
    };
    let noun = object.key.kind.spec().noun;
    let name = if object.key.kind.spec().family == Family::Routine { bare(&name) } else { &name };
    let overloads = overloads(object.key, schema).map(|number| format!("routines called {name}: {number}"));
    lines.into_iter().map(|(label, value)| format!("{label} of {noun} {name}: {value}")).chain(overloads).collect()
}

/// How many routines have the name.
fn overloads(key: Key, schema: &Schema<Canonical>) -> Option<usize> {
    let kinds = [Kind::Function, Kind::Procedure, Kind::Aggregate];
    let same = |other: &Key| other.namespace == key.namespace && other.bare() == key.bare();
    kinds.contains(&key.kind).then(|| kinds.iter().flat_map(|kind| schema.keys_of(*kind)).filter(same).count())
}

/// The name with all that it stands in.
pub fn named(key: Key) -> String {
    [key.namespace, key.owner, key.name].iter().filter(|part| !part.is_none()).map(|part| part.as_str()).collect::<Vec<_>>().join(".")
}

/// A routine's name without its arguments, by which the catalog is asked.
pub fn bare(name: &str) -> &str {
    name.split('(').next().unwrap_or(name)
}

/// The columns of an index in their order. A question mark stands for an expression.
pub fn elements(object: &Object) -> Option<String> {
    let key = Some(object.key).filter(|key| key.kind == Kind::Index)?;
    let one = |part: &Part| {
        let name = part.name().map_or("?", |name| name.as_str());
        format!("{name}{}", if part.descending { " desc" } else { "" })
    };
    let parts: Vec<String> = object.parts(Attr::Parts).iter().map(one).collect();
    (!parts.is_empty()).then(|| format!("columns of index {}: {}", named(key), parts.join(", ")))
}

fn word(object: &Object, attr: Attr, absent: &str) -> String {
    object.text(attr).unwrap_or(absent).to_lowercase()
}

fn table(object: &Object) -> Vec<(&'static str, String)> {
    let secured = match (object.has(Attr::RowSecurity), object.has(Attr::ForceRowSecurity)) {
        (false, false) => "off",
        (true, false) => "on",
        (false, true) => "off, forced",
        (true, true) => "on, forced",
    };
    let whole = object.key_of(Attr::PartitionOf).map_or("none".to_string(), named);
    let options = match object.get(Attr::Options) {
        Some(Value::Options(options)) => {
            options.iter().filter(|(name, _)| !name.as_str().contains('.')).map(|(name, value)| format!("{name}={value}")).collect()
        }
        _ => Vec::new(),
    };
    let options = if options.is_empty() { "none".to_string() } else { options.join(", ") };
    vec![
        ("row-level security", secured.to_string()),
        ("whole", whole),
        ("persistence", word(object, Attr::Persistence, "logged")),
        ("options", options),
    ]
}

fn trigger(object: &Object) -> Vec<(&'static str, String)> {
    let mut events: Vec<String> = match object.get(Attr::Events) {
        Some(Value::Labels(events)) => events.iter().map(|event| event.to_lowercase()).collect(),
        _ => Vec::new(),
    };
    events.sort_unstable();
    let turn = format!("{} {} {}", word(object, Attr::Timing, "after"), events.join(" or "), word(object, Attr::Level, "statement"));
    vec![("turn", turn), ("state", word(object, Attr::Enabled, "enabled"))]
}

fn reach(policy: &Object) -> String {
    let mut roles: Vec<&str> = match policy.get(Attr::Roles) {
        Some(Value::Labels(roles)) => roles.iter().map(|role| role.as_ref()).collect(),
        _ => vec!["public"],
    };
    roles.sort_unstable();
    format!("{} {} to {}", word(policy, Attr::Restrictive, "permissive"), word(policy, Attr::Command, "all"), roles.join(", "))
}

fn sequence(object: &Object) -> Vec<(&'static str, String)> {
    let cycle = if object.has(Attr::Cycle) { "yes" } else { "no" };
    let numbers = [
        ("increment", Attr::Increment, "1"),
        ("cache", Attr::Cache, "1"),
        ("start", Attr::Start, "default"),
        ("minimum", Attr::MinValue, "default"),
        ("maximum", Attr::MaxValue, "default"),
    ];
    let numbers = numbers.into_iter().map(|(label, attr, absent)| (label, word(object, attr, absent)));
    // An identity's is that of its column.
    let kind = (!object.has(Attr::IdentityOf)).then(|| ("type", word(object, Attr::Type, "bigint")));
    numbers.chain([("cycle", cycle.to_string())]).chain(kind).collect()
}

fn foreign_key(object: &Object) -> Vec<(&'static str, String)> {
    let columns: Vec<&str> = object.names(Attr::ReferencedColumns).iter().map(|name| name.as_str()).collect();
    let mut lines =
        vec![("on update", word(object, Attr::OnUpdate, "no action")), ("check time", word(object, Attr::Deferrable, "at once"))];
    lines.extend((!columns.is_empty()).then(|| ("referenced columns", columns.join(", "))));
    lines
}

fn extent(index: &Object) -> String {
    if index.has(Attr::Where) { "some rows" } else { "all rows" }.to_string()
}

fn included(index: &Object) -> String {
    let names: Vec<&str> = index.names(Attr::Include).iter().map(|name| name.as_str()).collect();
    if names.is_empty() { "none".to_string() } else { names.join(", ") }
}

fn routine(object: &Object) -> Vec<(&'static str, String)> {
    let flag = |attr, set: &str, unset: &str| if object.has(attr) { set } else { unset }.to_string();
    let mut lines = vec![("security", flag(Attr::SecurityDefiner, "definer", "invoker"))];
    if object.key.kind == Kind::Function {
        lines.push(("volatility", word(object, Attr::Volatility, "volatile")));
        lines.push(("call on null", flag(Attr::StrictCall, "no", "yes")));
    }
    lines
}
