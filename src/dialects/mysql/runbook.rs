//! MySQL and MariaDB in runbooks.

use super::types;
use crate::dialects::runbook::Runbook;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Schema};

pub const MYSQL: Runbook = Runbook {
    backup: concat!("#!/bin/sh\nCLIENT=mysql\nDUMP=mysqldump\n", include_str!("backup.sh")),
    run: "mysql --host=HOST --user=USER --password --table DATABASE < {}",
    restore: "mysql --host=HOST --user=USER --password DATABASE < DATABASE.before.sql",
    ..MARIADB
};

pub const MARIADB: Runbook = Runbook {
    backup: concat!("#!/bin/sh\nCLIENT=mariadb\nDUMP=mariadb-dump\n", include_str!("backup.sh")),
    quiet: "Let long transactions end, and start none: ALTER TABLE waits for their metadata locks, and everybody waits behind it.",
    run: "mariadb --host=HOST --user=USER --password --table DATABASE < {}",
    preamble: "",
    restore: "mariadb --host=HOST --user=USER --password DATABASE < DATABASE.before.sql",
    failed: "Each statement commits at once: those above the one that failed stand. Dump again, compare again, and run the new script.",
    text: "varchar(700) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    catalog: include_str!("catalog.sql"),
    around: ("", ""),
    same_version: "",
    characters: "char_length",
};

/// The line of the catalog query that an object must lead to; none where the query does not ask for it.
pub fn fact(object: &Object, schema: &Schema<Canonical>) -> Option<String> {
    let key = object.key;
    let name = [key.owner, key.name].iter().filter(|part| !part.is_none()).map(|part| part.as_str()).collect::<Vec<_>>().join(".");
    let noun = key.kind.spec().noun;
    let of_table = || schema.contains(Key::new(Kind::Table, key.namespace, key.owner));
    match key.kind {
        Kind::Table | Kind::View | Kind::Sequence | Kind::Trigger | Kind::Event => Some(format!("{noun} {name}")),
        Kind::Function | Kind::Procedure => Some(format!("{noun} {}", name.split('(').next().unwrap_or(&name))),
        // Their NOT NULL is the server's own.
        Kind::Column if object.text(Attr::Generated).is_some_and(|text| text.to_uppercase().starts_with("ROW ")) => None,
        Kind::Column if of_table() => column(object, &name),
        Kind::Check if of_table() => Some(format!("{noun} {name}")),
        Kind::ForeignKey => {
            let target = object.key_of(Attr::References)?;
            let delete = object.text(Attr::OnDelete).filter(|word| ["cascade", "set null"].contains(word));
            Some(format!("{noun} {name} references {}{}", target.name, delete.map(|word| format!(" on delete {word}")).unwrap_or_default()))
        }
        Kind::PrimaryKey => Some(format!("{noun} {name}")),
        Kind::Index => Some(format!("{noun} {name}{}", if object.has(Attr::Unique) { " unique" } else { "" })),
        _ => None,
    }
}

/// The text of a fact that the catalog keeps to the letter, as far as the temporary tables hold it: a table's or a column's comment.
pub fn text(object: &Object, attr: Attr) -> Option<String> {
    let key = object.key;
    let asked = attr == Attr::Comment && matches!(key.kind, Kind::Table | Kind::Column);
    let text = object.text(attr).filter(|text| asked && !text.is_empty())?;
    let name = [key.owner, key.name].iter().filter(|part| !part.is_none()).map(|part| part.as_str()).collect::<Vec<_>>().join(".");
    Some(format!("comment of {} {name}: {text}", key.kind.spec().noun).chars().take(700).collect())
}

/// The columns of a key or index. A period stands for columns that the object does not name.
pub fn elements(object: &Object, schema: &Schema<Canonical>) -> Option<String> {
    let key = object.key;
    if !matches!(key.kind, Kind::PrimaryKey | Kind::Index) {
        return None;
    }
    let names: Vec<&str> = match object.names(Attr::Columns) {
        [] => object.parts(Attr::Parts).iter().map(|part| part.name().map_or("?", |name| name.as_str())).collect(),
        columns => columns.iter().map(|name| name.as_str()).collect(),
    };
    let known = |name: &&str| **name == *"?" || schema.contains(Key::part(Kind::Column, key.namespace, key.owner, (**name).into()));
    names.iter().all(known).then(|| format!("columns of {}.{}: {}", key.owner, key.name, names.join(", ")))
}

fn column(object: &Object, name: &str) -> Option<String> {
    let kind = shown_type(object.fragment(Attr::Type)?.compared());
    let null = if object.has(Attr::NotNull) { " not null" } else { "" };
    let counts = if object.has(Attr::AutoIncrement) { " auto_increment" } else { "" };
    Some(format!("column {name}: {kind}{null}{counts}").chars().take(700).collect())
}

/// A type as the catalog query puts it together: the width of an integer is no part of it, as newer servers do not show it
/// (MySQL, Numeric Type Attributes).
fn shown_type(kind: &str) -> String {
    let parts = types::parts(kind);
    let unsigned = if parts.unsigned { " unsigned" } else { "" };
    let arguments = parts.arguments.as_deref().unwrap_or_default();
    match parts.base.as_str() {
        base @ ("char" | "varchar" | "binary" | "varbinary") => format!("{base}({})", if arguments.is_empty() { "1" } else { arguments }),
        base @ ("tinyint" | "smallint" | "mediumint" | "int" | "bigint") => format!("{base}{unsigned}"),
        "decimal" => match arguments {
            "" => format!("decimal(10,0){unsigned}"),
            whole if !whole.contains(',') => format!("decimal({whole},0){unsigned}"),
            both => format!("decimal({}){unsigned}", both.replace(' ', "")),
        },
        base @ ("datetime" | "timestamp" | "time") if !arguments.is_empty() && arguments != "0" => format!("{base}({arguments})"),
        base @ ("enum" | "set") => format!("{base}({arguments})"),
        base => base.split(' ').next().unwrap_or(base).to_string(),
    }
}
