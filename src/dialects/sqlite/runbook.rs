//! SQLite in runbooks.

use crate::dialects::runbook::Runbook;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Part, Schema};

use super::names::literal;

pub const RUNBOOK: Runbook = Runbook {
    backup: include_str!("backup.sh"),
    quiet: "Stop every program that writes to the file, and leave it stopped until the verification is through.",
    run: "sqlite3 -bail DATABASE < {}",
    preamble: ".bail on\n",
    // A journal that a killed program left beside the file would be replayed into a file copied over it (How To Corrupt An SQLite
    // Database File, 1.4): the engine itself settles it first.
    restore: "sqlite3 -bail DATABASE \".restore 'DATABASE.before'\"",
    failed: "The patch is one transaction: a statement that fails leaves everything as it was.",
    text: "TEXT",
    catalog: include_str!("catalog.sql"),
    around: ("", ""),
    same_version: "",
    characters: "",
};

/// The line of the catalog query that an object must lead to; none where the query does not ask for it.
pub fn fact(object: &Object, schema: &Schema<Canonical>) -> Option<String> {
    let key = object.key;
    let name = [key.owner, key.name].iter().filter(|part| !part.is_none()).map(|part| part.as_str()).collect::<Vec<_>>().join(".");
    let (noun, name) = (key.kind.spec().noun, name.to_lowercase());
    match key.kind {
        Kind::Table | Kind::View | Kind::VirtualTable | Kind::Trigger => Some(format!("{noun} {name}")),
        Kind::Index => Some(format!("{noun} {name}{}", if object.has(Attr::Unique) { " unique" } else { "" })),
        Kind::Column if schema.contains(Key::new(Kind::Table, key.namespace, key.owner)) => {
            let kind = object.fragment(Attr::Type).map_or(String::new(), |kind| kind.compared().to_lowercase().replace(' ', ""));
            let null = if object.has(Attr::NotNull) { " not null" } else { "" };
            let value = match (object.has(Attr::Generated), object.has(Attr::Default)) {
                (true, _) => " generated",
                (_, true) => " default",
                _ => "",
            };
            Some(format!("{noun} {name}: {kind}{null}{value}"))
        }
        _ => None,
    }
}

/// The columns of an index in their order. A question mark stands for an expression.
pub fn elements(object: &Object) -> Option<String> {
    let key = Some(object.key).filter(|key| key.kind == Kind::Index)?;
    let one = |part: &Part| {
        let name = part.name().map_or("?".to_string(), |name| name.as_str().to_lowercase());
        name + if part.descending { " desc" } else { "" }
    };
    let parts: Vec<String> = object.parts(Attr::Parts).iter().map(one).collect();
    let name = format!("{}.{}", key.owner, key.name).to_lowercase();
    (!parts.is_empty()).then(|| format!("columns of index {name}: {}", parts.join(", ")))
}

/// What foreign keys and indexes do, of which their names say nothing.
pub fn traits(object: &Object) -> Option<String> {
    let key = object.key;
    let word = |attr| object.text(attr).unwrap_or("no action").to_lowercase();
    match key.kind {
        Kind::ForeignKey => {
            let columns: Vec<String> = object.names(Attr::Columns).iter().map(|name| name.as_str().to_lowercase()).collect();
            let target = object.key_of(Attr::References)?;
            let ends = format!("{} ({}) references {}", key.owner, columns.join(", "), target.name).to_lowercase();
            Some(format!("foreign key of {ends} on update {} on delete {}", word(Attr::OnUpdate), word(Attr::OnDelete)))
        }
        Kind::Index => {
            let extent = if object.has(Attr::Where) { "some rows" } else { "all rows" };
            Some(format!("extent of index {}: {extent}", format!("{}.{}", key.owner, key.name).to_lowercase()))
        }
        Kind::Unique => {
            let columns: Vec<String> = object.names(Attr::Columns).iter().map(|name| name.as_str().to_lowercase()).collect();
            (!columns.is_empty()).then(|| format!("unique columns of {}: {}", key.owner.as_str().to_lowercase(), columns.join(", ")))
        }
        _ => None,
    }
}

/// Whether the file has a text as the patch writes it: the definition of a view, a trigger or a table is kept to the letter.
pub fn ask(object: &Object, attr: Attr) -> Option<String> {
    let key = object.key;
    let text = object.text(attr).map(str::trim).filter(|text| !text.is_empty())?;
    let (kind, name) = match (key.kind, attr) {
        (Kind::View, Attr::Query) => ("view", key.name),
        (Kind::Trigger, Attr::Definition) => ("trigger", key.name),
        (Kind::Check, Attr::Expression) => ("table", key.owner),
        (Kind::Index, Attr::Where) => ("index", key.name),
        (Kind::Column, Attr::Default) => return Some(default(key, text)),
        _ => return None,
    };
    // Whatever stands between CREATE and the name is written anew.
    let text = if kind == "trigger" { text.get(text.to_ascii_lowercase().find("trigger")? + "trigger".len()..)?.trim() } else { text };
    // RENAME COLUMN writes a name in quotes, as it was made; a condition of an index says the same then.
    let (sql, text) = match kind {
        "index" => ("lower(replace(sql, '\"', ''))", text.replace('"', "").to_lowercase()),
        _ => ("sql", text.to_string()),
    };
    Some(format!(
        "EXISTS (SELECT 1 FROM sqlite_schema WHERE type = '{kind}' AND lower(name) = {} AND instr({sql}, {}) > 0)",
        literal(&name.as_str().to_lowercase()),
        literal(&text)
    ))
}

/// A default, of which the outer parentheses are not kept.
fn default(column: Key, text: &str) -> String {
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text).trim();
    let (table, name) = (literal(column.owner.as_str()), literal(&column.name.as_str().to_lowercase()));
    let (text, inner) = (literal(text), literal(inner));
    format!("EXISTS (SELECT 1 FROM pragma_table_xinfo({table}) WHERE lower(name) = {name} AND dflt_value IN ({text}, {inner}))")
}
