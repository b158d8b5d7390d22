//! Names in SQLite: equal without regard to the case of ASCII letters, kept as their author wrote them, quoted where the
//! grammar would read them as something else.

use crate::base::Name;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Schema, Value};

/// Every keyword (sqlite.org/lang_keywords.html), sorted: quoting one more than the grammar needs does no harm.
const KEYWORDS: &[&str] = &[
    "abort",
    "action",
    "add",
    "after",
    "all",
    "alter",
    "always",
    "analyze",
    "and",
    "as",
    "asc",
    "attach",
    "autoincrement",
    "before",
    "begin",
    "between",
    "by",
    "cascade",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "commit",
    "conflict",
    "constraint",
    "create",
    "cross",
    "current",
    "current_date",
    "current_time",
    "current_timestamp",
    "database",
    "default",
    "deferrable",
    "deferred",
    "delete",
    "desc",
    "detach",
    "distinct",
    "do",
    "drop",
    "each",
    "else",
    "end",
    "escape",
    "except",
    "exclude",
    "exclusive",
    "exists",
    "explain",
    "fail",
    "false",
    "filter",
    "first",
    "following",
    "for",
    "foreign",
    "from",
    "full",
    "generated",
    "glob",
    "group",
    "groups",
    "having",
    "if",
    "ignore",
    "immediate",
    "in",
    "index",
    "indexed",
    "initially",
    "inner",
    "insert",
    "instead",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "key",
    "last",
    "left",
    "like",
    "limit",
    "match",
    "materialized",
    "natural",
    "no",
    "not",
    "nothing",
    "notnull",
    "null",
    "nulls",
    "of",
    "offset",
    "on",
    "or",
    "order",
    "others",
    "outer",
    "over",
    "partition",
    "plan",
    "pragma",
    "preceding",
    "primary",
    "query",
    "raise",
    "range",
    "recursive",
    "references",
    "regexp",
    "reindex",
    "release",
    "rename",
    "replace",
    "restrict",
    "returning",
    "right",
    "rollback",
    "row",
    "rows",
    "savepoint",
    "select",
    "set",
    "table",
    "temp",
    "temporary",
    "then",
    "ties",
    "to",
    "transaction",
    "trigger",
    "true",
    "unbounded",
    "union",
    "unique",
    "update",
    "using",
    "vacuum",
    "values",
    "view",
    "virtual",
    "when",
    "where",
    "window",
    "with",
    "without",
];

/// A name as it stands in a key.
pub fn folded(written: &str) -> Name {
    Name::new(&written.to_ascii_lowercase())
}

/// An object whose name somebody wrote: the folded name is in the key, the spelling beside it.
pub fn spelled(key: Key, written: &str) -> Object {
    let spelling = (key.name.as_str() != written && !written.is_empty()).then(|| Value::text(written));
    Object::new(key).with_some(Attr::Spelling, spelling)
}

/// An identifier as it must be printed.
pub fn quoted(text: &str) -> String {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let plain = starts && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain && KEYWORDS.binary_search(&text.to_ascii_lowercase().as_str()).is_err() {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A collation's name: those of the engine in capitals, as its manual writes them.
pub fn collation(folded: &str) -> String {
    match folded {
        "binary" | "nocase" | "rtrim" => folded.to_ascii_uppercase(),
        other => quoted(other),
    }
}

/// A text literal.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An object's own name, as written and quoted where needed.
pub fn own(object: &Object) -> String {
    quoted(object.text(Attr::Spelling).unwrap_or(object.key.name.as_str()))
}

/// A relation's name, spelled as its definition spells it.
pub fn relation(schema: &Schema<Canonical>, name: Name) -> String {
    let kinds = [Kind::Table, Kind::View, Kind::VirtualTable];
    let found = kinds.iter().find_map(|kind| schema.get(Key::new(*kind, Name::NONE, name)));
    found.map_or_else(|| quoted(name.as_str()), own)
}

/// A column's name, spelled as its definition spells it.
pub fn column(schema: &Schema<Canonical>, relation: Name, name: Name) -> String {
    let found = schema.get(Key::part(Kind::Column, Name::NONE, relation, name));
    found.map_or_else(|| quoted(name.as_str()), own)
}

/// A list of columns.
pub fn columns(schema: &Schema<Canonical>, relation: Name, names: &[Name]) -> String {
    let names: Vec<String> = names.iter().map(|name| column(schema, relation, *name)).collect();
    names.join(", ")
}
