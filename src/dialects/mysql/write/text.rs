//! Pieces of statements.

use crate::base::Name;
use crate::dialects::mysql::canonical::defaults;
use crate::dialects::mysql::lex::literal;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Key, Kind, Object, Part, Schema, Value};

/// A name in backticks.
pub fn name(name: Name) -> String {
    format!("`{}`", name.as_str().replace('`', "``"))
}

/// A relation's name, behind that of its database where that is another one.
pub fn qualified(relation: Key) -> String {
    let database = Some(relation.namespace).filter(|database| !database.is_none()).map(|database| format!("{}.", name(database)));
    format!("{}{}", database.unwrap_or_default(), name(relation.name))
}

pub fn names(list: &[Name]) -> String {
    list.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", ")
}

/// What the column's table has as its own character set, so that the column need not say it.
pub fn table_charset<State>(schema: &Schema<State>, column: Key) -> Option<(String, String)> {
    let table = schema.get(column.relation()?)?;
    Some((table.text(Attr::Charset)?.to_string(), table.text(Attr::Collation)?.to_string()))
}

/// How much of a column's definition is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    Whole,
    /// Without AUTO_INCREMENT, which needs a key that is not there yet or goes.
    WithoutCounter,
}

/// Whether a column is what MariaDB makes of JSON: a text with a check (MariaDB, JSON Data Type). The server knows it again by
/// that check, and copies the table where the word is not said (measured on 10.11).
pub fn is_json(column: &Object) -> bool {
    let says = |attr, value: &str| column.text(attr).is_some_and(|said| said.eq_ignore_ascii_case(value));
    let check = column.text(Attr::Expression).map(|text| text.replace(['`', ' '], "").to_lowercase());
    let plain = !column.has(Attr::Options) && !column.has(Attr::Generated) && !column.key.name.as_str().contains(['`', ' ']);
    plain
        && says(Attr::Type, "longtext")
        && says(Attr::Collation, "utf8mb4_bin")
        && check == Some(format!("json_valid({})", column.key.name.as_str().to_lowercase()))
}

/// A column's whole definition, its name first.
pub fn column(column: &Object, inherited: Option<&(String, String)>, extent: Extent) -> String {
    let json = is_json(column);
    let kind = if json { "json" } else { column.text(Attr::Type).unwrap_or("") };
    let mut out = vec![name(column.key.name), kind.to_string()];
    let options = |wanted: &str| match column.get(Attr::Options) {
        Some(Value::Options(options)) => options.get(&Name::new(wanted)).cloned(),
        _ => None,
    };
    if options("compressed").is_some() {
        out.push("COMPRESSED".to_string());
    }
    if let Some(system) = options("ref_system_id") {
        out.push(format!("REF_SYSTEM_ID={system}"));
    }
    out.extend(charset(column, inherited).filter(|_| !json));
    out.extend(generated(column));
    if column.has(Attr::NotNull) {
        out.push("NOT NULL".to_string());
    } else if column.text(Attr::GeneratedAs).is_none() {
        out.push("NULL".to_string());
    }
    if let Some(system) = options("srid") {
        out.push(format!("SRID {system}"));
    }
    for (attr, words) in [(Attr::Default, "DEFAULT"), (Attr::OnUpdateValue, "ON UPDATE")] {
        if let Some(value) = column.fragment(attr) {
            let bare = defaults::is_plain(value) || value.text.starts_with('(') && value.text.ends_with(')');
            out.push(if bare { format!("{words} {}", value.text) } else { format!("{words} ({})", value.text) });
        }
    }
    if column.has(Attr::AutoIncrement) && extent == Extent::Whole {
        out.push("AUTO_INCREMENT".to_string());
    }
    if column.has(Attr::Invisible) {
        out.push("INVISIBLE".to_string());
    }
    if let Some(comment) = column.text(Attr::Comment) {
        out.push(format!("COMMENT {}", literal(comment)));
    }
    for word in ["column_format", "storage"] {
        out.extend(options(word).map(|value| format!("{} {value}", word.to_uppercase())));
    }
    if let Some(check) = column.text(Attr::Expression).filter(|_| !json) {
        out.push(format!("CHECK ({check})"));
    }
    for words in ["without system versioning", "with system versioning"] {
        out.extend(options(words).map(|_| words.to_uppercase()));
    }
    out.join(" ")
}

fn charset(column: &Object, inherited: Option<&(String, String)>) -> Option<String> {
    let charset = column.text(Attr::Charset);
    let collation = column.text(Attr::Collation)?;
    match charset {
        Some(charset) if inherited.is_some_and(|(table, theirs)| table == charset && theirs == collation) => None,
        Some(charset) => Some(format!("CHARACTER SET {charset} COLLATE {collation}")),
        // Only a collation of whatever the character set will be is said without a character set.
        None if collation == "_bin" => Some("BINARY".to_string()),
        None => Some(format!("COLLATE {}", collation.trim_start_matches('_'))),
    }
}

fn generated(column: &Object) -> Option<String> {
    let kind = column.text(Attr::GeneratedAs)?;
    let text = column.text(Attr::Generated)?;
    Some(match kind {
        "row" => format!("GENERATED ALWAYS AS {text}"),
        "stored" => format!("GENERATED ALWAYS AS ({text}) STORED"),
        _ => format!("GENERATED ALWAYS AS ({text}) VIRTUAL"),
    })
}

fn part(part: &Part) -> String {
    let mut out = match &part.target {
        PartTarget::Column(column) => name(*column),
        PartTarget::Expression(text) => format!("({})", text.text),
    };
    if let Some(prefix) = part.prefix {
        out.push_str(&format!("({prefix})"));
    }
    if let Some(operator) = &part.operator {
        out.push_str(&format!(" {operator}"));
    }
    if part.descending {
        out.push_str(" DESC");
    }
    out
}

fn parts(object: &Object) -> String {
    let parts: Vec<String> = object.parts(Attr::Parts).iter().map(part).collect();
    if parts.is_empty() { names(object.names(Attr::Columns)) } else { parts.join(", ") }
}

/// A key or an index as CREATE TABLE and ALTER TABLE ADD say it.
pub fn key(object: &Object, ignored: &str) -> String {
    let method = object.text(Attr::Method);
    let mut out = match (object.key.kind, method) {
        (Kind::PrimaryKey, _) => "PRIMARY KEY".to_string(),
        (_, Some(word @ ("fulltext" | "spatial" | "vector"))) => format!("{} INDEX {}", word.to_uppercase(), name(object.key.name)),
        _ if object.has(Attr::Unique) => format!("UNIQUE INDEX {}", name(object.key.name)),
        _ => format!("INDEX {}", name(object.key.name)),
    };
    out.push_str(&format!(" ({})", parts(object)));
    if let Some(method) = method.filter(|method| !matches!(*method, "fulltext" | "spatial" | "vector")) {
        out.push_str(&format!(" USING {}", method.to_uppercase()));
    }
    if let Some(Value::Options(options)) = object.get(Attr::Options) {
        for (option, value) in options {
            let quoted = option.as_str().ends_with("attribute");
            out.push_str(&format!(" {}={}", option.as_str().to_uppercase(), if quoted { literal(value) } else { value.to_string() }));
        }
    }
    if let Some(parser) = object.text(Attr::Parser) {
        out.push_str(&format!(" WITH PARSER {}", name(Name::new(parser))));
    }
    if let Some(comment) = object.text(Attr::Comment) {
        out.push_str(&format!(" COMMENT {}", literal(comment)));
    }
    if object.has(Attr::Invisible) {
        out.push_str(&format!(" {ignored}"));
    }
    out
}

/// A foreign key.
pub fn foreign_key(object: &Object) -> String {
    let target = object.key_of(Attr::References).map_or_else(String::new, qualified);
    let mut out = format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})",
        name(object.key.name),
        names(object.names(Attr::Columns)),
        target,
        names(object.names(Attr::ReferencedColumns))
    );
    for (attr, words) in [(Attr::OnDelete, "ON DELETE"), (Attr::OnUpdate, "ON UPDATE")] {
        if let Some(action) = object.text(attr) {
            out.push_str(&format!(" {words} {}", action.to_uppercase()));
        }
    }
    out
}

/// A check of a table.
pub fn check(object: &Object) -> String {
    let enforced = if object.has(Attr::NotEnforced) { " NOT ENFORCED" } else { "" };
    format!("CONSTRAINT {} CHECK ({}){enforced}", name(object.key.name), object.text(Attr::Expression).unwrap_or(""))
}

/// Any part of a table as CREATE TABLE and ALTER TABLE ADD say it.
pub fn element(object: &Object, inherited: Option<&(String, String)>, ignored: &str) -> String {
    match object.key.kind {
        Kind::Column => column(object, inherited, Extent::Whole),
        Kind::ForeignKey => foreign_key(object),
        Kind::Check => check(object),
        _ => key(object, ignored),
    }
}
