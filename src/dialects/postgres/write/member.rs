//! Objects whose members come and go one by one: tables of publications, mappings of text search configurations, operators
//! of families. The `Options` fact holds the members, and what is said of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Attr, Kind, Object, Pair, Statement, Value};

use super::ident::{noun, object};

type Members = BTreeMap<Name, Arc<str>>;

/// How a kind's members are added and taken away.
struct Rule {
    kind: Kind,
    /// The words before a member that comes, and between it and what is said of it.
    add: (&'static str, &'static str),
    /// The words before a member that goes; empty where no statement can take it away.
    drop: &'static str,
}

const RULES: &[Rule] = &[
    Rule { kind: Kind::Publication, add: ("ADD ", " "), drop: "DROP " },
    Rule { kind: Kind::TextSearchConfiguration, add: ("ADD MAPPING FOR ", " WITH "), drop: "DROP MAPPING FOR " },
    Rule { kind: Kind::OperatorFamily, add: ("ADD ", ""), drop: "" },
];

/// Whether the kind holds its members in `Options`.
pub fn has_members(kind: Kind) -> bool {
    rule(kind).is_some()
}

fn rule(kind: Kind) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.kind == kind)
}

/// The members in the form that is compared.
fn members(object: Option<&Object>) -> Members {
    listed(object, Attr::Options)
}

/// The members as one of the two facts has them: in the form that is compared, or as they were written.
fn listed(object: Option<&Object>, attr: Attr) -> Members {
    match object.and_then(|object| object.get(attr)) {
        Some(Value::Options(members)) => members.clone(),
        _ => Members::new(),
    }
}

/// Whether statements can take every member away that goes.
pub fn alterable(objects: Pair<&Object>) -> bool {
    let (live, desired) = (members(Some(objects.live)), members(Some(objects.desired)));
    let keeps = live.iter().all(|(name, said)| desired.get(name) == Some(said));
    keeps || rule(objects.desired.key.kind).is_some_and(|rule| !rule.drop.is_empty())
}

/// The statements that bring the members of a new or changed object about.
pub fn change(live: Option<&Object>, desired: &Object) -> Vec<Statement> {
    let Some(rule) = rule(desired.key.kind) else { return Vec::new() };
    let head = format!("ALTER {} {}", noun(desired.key.kind), object(desired.key));
    let (old, new) = (members(live), members(Some(desired)));
    let written = listed(Some(desired), Attr::Layout);
    let mut statements = Vec::new();
    for (name, said) in &old {
        if new.get(name) != Some(said) {
            statements.push(Statement::new(format!("{head}\n    {}{name}", rule.drop), format!("{name} is no longer a part of it.")));
        }
    }
    for (name, said) in &new {
        if old.get(name) != Some(said) {
            let said = written.get(name).unwrap_or(said);
            let said = if said.is_empty() { String::new() } else { format!("{}{said}", rule.add.1) };
            statements.push(Statement::new(format!("{head}\n    {}{name}{said}", rule.add.0), format!("{name} becomes a part of it.")));
        }
    }
    statements
}
