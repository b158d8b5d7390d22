//! CREATE TABLE and the pieces of it, as the schema says them.

use std::fmt::Write;

use crate::base::Name;
use crate::dialects::sqlite::add::names_told;
use crate::dialects::sqlite::names;
use crate::ir::value::{Part, PartTarget};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Schema};

/// The whole statement that makes `table` under `name`.
pub fn create(schema: &Schema<Canonical>, table: &Object, name: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let key = primary_key(schema, table.key);
    let (at_columns, alone): (Vec<&Object>, Vec<&Object>) =
        constraints(schema, table.key).into_iter().partition(|part| checked_column(schema, part).is_some());
    for column in schema.columns(table.key) {
        let definition = column_definition(column, key.filter(|key| is_inline(key, column.key.name)));
        let own = at_columns.iter().filter(|check| checked_column(schema, check) == Some(column.key));
        lines.push(own.fold(definition, |line, check| format!("{line} {}", constraint(schema, check))));
    }
    for part in alone {
        if !(part.key.kind == Kind::PrimaryKey && inline_column(part).is_some()) {
            lines.push(constraint(schema, part));
        }
    }
    format!("CREATE TABLE {name} (\n    {}\n){}", lines.join(",\n    "), options(table))
}

/// The only column that a check without a name speaks of: it stands there, and goes with it by DROP COLUMN, which a check among the
/// table's own would keep from going (sqlite.org/lang_altertable.html, section 5).
fn checked_column(schema: &Schema<Canonical>, check: &Object) -> Option<Key> {
    if check.key.kind != Kind::Check || check.has(Attr::Spelling) {
        return None;
    }
    let relation = check.key.relation()?;
    let told: Vec<_> = names_told(check).collect();
    let columns = schema.parts(relation, Kind::Column).map(|column| column.key);
    let mut named = columns.filter(|column| told.iter().any(|told| told.eq_ignore_ascii_case(column.name.as_str())));
    let only = named.next()?;
    named.next().is_none().then_some(only)
}

/// The table's constraints in the order in which they were said.
pub fn constraints(schema: &Schema<Canonical>, table: Key) -> Vec<&Object> {
    let kinds = [Kind::PrimaryKey, Kind::Unique, Kind::Check, Kind::ForeignKey];
    let mut parts: Vec<&Object> = kinds.into_iter().flat_map(|kind| schema.parts(table, kind)).collect();
    parts.sort_by_key(|part| (part.ordinal, part.key));
    parts
}

/// The table's primary key.
pub fn primary_key(schema: &Schema<Canonical>, table: Key) -> Option<&Object> {
    schema.parts(table, Kind::PrimaryKey).next()
}

/// The only column of a primary key, which then stands with the column: `INTEGER PRIMARY KEY DESC` means something else
/// there than as a table constraint (sqlite.org/lang_createtable.html, section 5).
fn inline_column(key: &Object) -> Option<Name> {
    match (key.names(Attr::Columns), key.parts(Attr::Parts)) {
        ([name], []) => Some(*name),
        ([], [part]) if part.collation.is_none() => part.name(),
        _ => None,
    }
}

fn is_inline(key: &Object, column: Name) -> bool {
    inline_column(key) == Some(column)
}

/// A column as it stands in CREATE TABLE and in ADD COLUMN.
pub fn column_definition(column: &Object, key: Option<&Object>) -> String {
    let mut out = names::own(column);
    if let Some(r#type) = column.text(Attr::Type) {
        let _ = write!(out, " {type}");
    }
    if let Some(key) = key {
        let _ = write!(out, " {}PRIMARY KEY", given_name(key));
        if key.parts(Attr::Parts).iter().any(|part| part.descending) {
            out.push_str(" DESC");
        }
        out.push_str(&on_conflict(key));
        if key.has(Attr::AutoIncrement) {
            out.push_str(" AUTOINCREMENT");
        }
    }
    if column.has(Attr::NotNull) {
        let _ = write!(out, " NOT NULL{}", on_conflict(column));
    }
    for (attr, word) in [(Attr::Default, "DEFAULT"), (Attr::Collation, "COLLATE")] {
        if let Some(text) = column.text(attr) {
            let text = if attr == Attr::Collation { names::collation(text) } else { text.to_owned() };
            let _ = write!(out, " {word} {text}");
        }
    }
    if let Some(expression) = column.text(Attr::Generated) {
        let stored = if column.text(Attr::GeneratedAs) == Some("stored") { " STORED" } else { "" };
        let _ = write!(out, " GENERATED ALWAYS AS ({expression}){stored}");
    }
    out
}

/// A constraint as it stands among the columns.
pub fn constraint(schema: &Schema<Canonical>, part: &Object) -> String {
    let given = given_name(part);
    match part.key.kind {
        Kind::Check => format!("{given}CHECK ({})", part.text(Attr::Expression).unwrap_or("")),
        Kind::ForeignKey => {
            let columns = names::columns(schema, part.key.owner, part.names(Attr::Columns));
            format!("{given}FOREIGN KEY ({columns}) {}", references(schema, part))
        }
        kind => {
            let word = if kind == Kind::PrimaryKey { "PRIMARY KEY" } else { "UNIQUE" };
            format!("{given}{word} ({}){}", elements(schema, part), on_conflict(part))
        }
    }
}

/// The REFERENCES clause of a foreign key.
pub fn references(schema: &Schema<Canonical>, part: &Object) -> String {
    let target = part.key_of(Attr::References).map_or(Name::NONE, |key| key.name);
    let mut out = format!("REFERENCES {}", names::relation(schema, target));
    let referenced = part.names(Attr::ReferencedColumns);
    if !referenced.is_empty() {
        let _ = write!(out, " ({})", names::columns(schema, target, referenced));
    }
    for (attr, word) in [(Attr::Match, "MATCH"), (Attr::OnDelete, "ON DELETE"), (Attr::OnUpdate, "ON UPDATE"), (Attr::Deferrable, "")] {
        if let Some(text) = part.text(attr) {
            let text = text.to_ascii_uppercase();
            let _ = if word.is_empty() { write!(out, " {text}") } else { write!(out, " {word} {text}") };
        }
    }
    out
}

/// The columns and elements of a key, a unique constraint or an index.
pub fn elements(schema: &Schema<Canonical>, part: &Object) -> String {
    let plain = part.names(Attr::Columns).iter().map(|name| names::column(schema, part.key.owner, *name));
    let listed = part.parts(Attr::Parts).iter().map(|item| element(schema, part.key.owner, item));
    plain.chain(listed).collect::<Vec<_>>().join(", ")
}

fn element(schema: &Schema<Canonical>, owner: Name, part: &Part) -> String {
    let mut out = match &part.target {
        PartTarget::Column(name) => names::column(schema, owner, *name),
        PartTarget::Expression(fragment) => fragment.text.to_string(),
    };
    if let Some(collation) = &part.collation {
        let _ = write!(out, " COLLATE {}", names::collation(collation));
    }
    if part.descending {
        out.push_str(" DESC");
    }
    out
}

/// `CONSTRAINT x ` where its author gave a name.
pub fn given_name(part: &Object) -> String {
    part.text(Attr::Spelling).map(|name| format!("CONSTRAINT {} ", names::quoted(name))).unwrap_or_default()
}

fn on_conflict(object: &Object) -> String {
    object.text(Attr::OnConflict).map(|action| format!(" ON CONFLICT {}", action.to_ascii_uppercase())).unwrap_or_default()
}

/// STRICT and WITHOUT ROWID, in their author's order.
fn options(table: &Object) -> String {
    let mut options = Vec::new();
    for (attr, words) in [(Attr::Strict, "STRICT"), (Attr::WithoutRowid, "WITHOUT ROWID")] {
        if table.has(attr) {
            options.push(words);
        }
    }
    if table.text(Attr::Layout).is_some_and(|layout| layout.starts_with("without")) {
        options.reverse();
    }
    if options.is_empty() { String::new() } else { format!(" {}", options.join(", ")) }
}
