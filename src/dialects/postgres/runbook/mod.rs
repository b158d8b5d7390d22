//! PostgreSQL in runbooks.

mod traits;

use crate::dialects::runbook::Runbook;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Schema};

use traits::named;
pub use traits::{elements, of as traits};

pub const RUNBOOK: Runbook = Runbook {
    backup: include_str!("../backup.sh"),
    quiet: "Let long transactions and batch jobs end, and start none: a statement that needs a strong lock waits behind them.",
    run: "psql --no-psqlrc --host=HOST --username=USER --dbname=DATABASE --file={}",
    preamble: "\\set ON_ERROR_STOP on\n\\pset pager off\n",
    restore: "pg_restore --host=HOST --username=USER --clean --if-exists --exit-on-error --dbname=DATABASE DATABASE.before.dump",
    failed: "What stands between BEGIN and COMMIT was undone with the statement that failed; what was committed before stays.",
    text: "text",
    catalog: include_str!("../catalog.sql"),
    around: ("SET search_path = '';\n", "RESET search_path;\n"),
    same_version: "pg_catalog.current_setting('server_version_num')::integer / 10000 = {}",
    characters: "char_length",
};

/// The line of the catalog query that an object must lead to; none where the query does not ask for it.
pub fn fact(object: &Object, schema: &Schema<Canonical>) -> Option<String> {
    let key = object.key;
    let name = named(key);
    let noun = key.kind.spec().noun;
    let is_on = |kinds: &[Kind]| kinds.iter().any(|kind| schema.contains(Key::new(*kind, key.namespace, key.owner)));
    let of_table = || is_on(&[Kind::Table, Kind::ForeignTable]);
    let columns = || object.names(Attr::Columns).iter().map(|column| column.as_str()).collect::<Vec<_>>().join(", ");
    let validated = if object.has(Attr::NotValid) { " not validated" } else { "" };
    match key.kind {
        Kind::Table | Kind::View | Kind::MaterializedView | Kind::Sequence | Kind::ForeignTable => Some(format!("{noun} {name}")),
        Kind::Column if of_table() || is_on(&[Kind::Composite]) => column(object, &name),
        Kind::PrimaryKey | Kind::Unique if of_table() && !object.names(Attr::Columns).is_empty() => {
            Some(format!("{noun} {name} ({})", columns()))
        }
        Kind::ForeignKey if of_table() => {
            let target = object.key_of(Attr::References)?;
            let delete = object.text(Attr::OnDelete).map(|word| format!(" on delete {}", word.split(" (").next().unwrap_or(word)));
            Some(format!(
                "{noun} {name} ({}) references {}.{}{}{validated}",
                columns(),
                target.namespace,
                target.name,
                delete.unwrap_or_default()
            ))
        }
        Kind::Check | Kind::Exclusion if of_table() || is_on(&[Kind::Domain]) => Some(format!("{noun} {name}{validated}")),
        Kind::Index => Some(format!("{noun} {name}{}", if object.has(Attr::Unique) { " unique" } else { "" })),
        // That of a partition is there with the one above it.
        Kind::Trigger => (!object.has(Attr::PartitionOf)).then(|| format!("{noun} {name}")),
        Kind::Enum => {
            let labels = match object.get(Attr::Labels) {
                Some(crate::ir::Value::Labels(labels)) => labels.iter().map(|label| label.as_ref()).collect::<Vec<_>>().join(", "),
                _ => String::new(),
            };
            Some(format!("{noun} {name}: {labels}"))
        }
        Kind::Function | Kind::Procedure | Kind::Aggregate => Some(format!("{noun} {}", traits::bare(&name))),
        Kind::Policy | Kind::Rule | Kind::Statistics | Kind::Composite => Some(format!("{noun} {name}")),
        Kind::Domain => {
            let null = if object.has(Attr::NotNull) { " not null" } else { "" };
            Some(format!("{noun} {name}: {}{null}", object.fragment(Attr::Type)?.compared()))
        }
        _ => None,
    }
}

/// Kinds whose comments the catalog query asks for.
const COMMENTED: &[Kind] = &[Kind::Table, Kind::View, Kind::MaterializedView, Kind::ForeignTable, Kind::Sequence, Kind::Column];

/// The texts that the server keeps to the letter: comments of relations and columns, bodies of routines.
pub fn kept(object: &Object) -> Vec<String> {
    [Attr::Comment, Attr::Body].into_iter().filter_map(|attr| text(object, attr)).collect()
}

/// A text as the server prints it, which is how the dump has it: a comment, a body, a default, the expression of a check, a query.
pub fn text(object: &Object, attr: Attr) -> Option<String> {
    let key = object.key;
    let asked = match attr {
        Attr::Comment => COMMENTED.contains(&key.kind),
        Attr::Body => matches!(key.kind, Kind::Function | Kind::Procedure) && !is_parsed(object),
        Attr::Default => key.kind == Kind::Column && !object.has(Attr::Generated),
        Attr::Generated => key.kind == Kind::Column,
        Attr::Where => key.kind == Kind::Index,
        Attr::Using | Attr::WithCheck => key.kind == Kind::Policy,
        Attr::PartitionBound => key.kind == Kind::Table,
        Attr::Expression => key.kind == Kind::Check,
        Attr::Query => matches!(key.kind, Kind::View | Kind::MaterializedView) && is_printed(object),
        _ => false,
    };
    let text = object.text(attr).filter(|_| asked)?;
    let text = if attr == Attr::Query { text.trim() } else { text };
    let name = named(key);
    let name = if attr == Attr::Body { traits::bare(&name) } else { &name };
    Some(format!("{} of {} {name}: {text}", attr.spec().label, key.kind.spec().noun))
}

/// A body that the server reads when the routine is made, and prints in its own words; or one that is not SQL.
fn is_parsed(routine: &Object) -> bool {
    let words: Vec<&str> = routine.text(Attr::Body).unwrap_or("").split_whitespace().take(2).collect();
    let standard = words.first().is_some_and(|word| word.eq_ignore_ascii_case("RETURN"))
        || words.len() == 2 && words[0].eq_ignore_ascii_case("BEGIN") && words[1].eq_ignore_ascii_case("ATOMIC");
    standard || routine.text(Attr::LanguageName).is_some_and(|language| ["c", "internal"].contains(&language))
}

/// Whether a query is in the words of the server, which sets FROM so below the list of columns.
fn is_printed(view: &Object) -> bool {
    view.text(Attr::Query).is_some_and(|text| text.contains("\n   FROM "))
}

fn column(object: &Object, name: &str) -> Option<String> {
    let kind = object.fragment(Attr::Type)?.compared();
    let null = if object.has(Attr::NotNull) { " not null" } else { "" };
    let value = match (object.has(Attr::Generated), object.has(Attr::Default), object.text(Attr::Identity)) {
        (true, _, _) => " generated".to_string(),
        (_, true, _) => " default".to_string(),
        (_, _, Some(word)) => format!(" identity {word}"),
        _ => String::new(),
    };
    Some(format!("column {name}: {kind}{null}{value}"))
}
