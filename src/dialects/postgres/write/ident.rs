//! How names, literals and whole objects are spelled in statements, so that every statement quotes the same way.

use crate::base::Name;
use crate::ir::{Key, Kind};

/// Words that cannot stand as a name without quotes everywhere: all but the unreserved ones (manual, appendix C).
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "between", "bigint", "binary", "bit",
    "boolean", "both", "case", "cast", "char", "character", "check", "coalesce", "collate", "collation", "column", "concurrently",
    "constraint", "create", "cross", "current_catalog", "current_date", "current_role", "current_schema", "current_time",
    "current_timestamp", "current_user", "dec", "decimal", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except",
    "exists", "extract", "false", "fetch", "float", "for", "foreign", "freeze", "from", "full", "grant", "greatest", "group", "grouping",
    "having", "ilike", "in", "initially", "inner", "inout", "int", "integer", "intersect", "interval", "into", "is", "isnull", "join",
    "json", "json_array", "json_arrayagg", "json_exists", "json_object", "json_objectagg", "json_query", "json_scalar", "json_serialize",
    "json_table", "json_value", "lateral", "leading", "least", "left", "like", "limit", "localtime", "localtimestamp", "merge_action",
    "national", "natural", "nchar", "none", "normalize", "not", "notnull", "null", "nullif", "numeric", "offset", "on", "only", "or",
    "order", "out", "outer", "overlaps", "overlay", "placing", "position", "precision", "primary", "real", "references", "returning",
    "right", "row", "select", "session_user", "setof", "similar", "smallint", "some", "substring", "symmetric", "system_user", "table",
    "tablesample", "then", "time", "timestamp", "to", "trailing", "treat", "trim", "true", "union", "unique", "user", "using", "values",
    "varchar", "variadic", "verbose", "when", "where", "window", "with", "xmlattributes", "xmlconcat", "xmlelement", "xmlexists",
    "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable",
];

/// The word in COMMENT ON, ALTER … OWNER TO and DROP, for each kind that has one.
const NOUNS: &[(Kind, &str)] = &[
    (Kind::Namespace, "SCHEMA"),
    (Kind::Extension, "EXTENSION"),
    (Kind::Language, "LANGUAGE"),
    (Kind::Collation, "COLLATION"),
    (Kind::Enum, "TYPE"),
    (Kind::Domain, "DOMAIN"),
    (Kind::Composite, "TYPE"),
    (Kind::Range, "TYPE"),
    (Kind::BaseType, "TYPE"),
    (Kind::Sequence, "SEQUENCE"),
    (Kind::Table, "TABLE"),
    (Kind::ForeignTable, "FOREIGN TABLE"),
    (Kind::Column, "COLUMN"),
    (Kind::PrimaryKey, "CONSTRAINT"),
    (Kind::Unique, "CONSTRAINT"),
    (Kind::Check, "CONSTRAINT"),
    (Kind::Exclusion, "CONSTRAINT"),
    (Kind::ForeignKey, "CONSTRAINT"),
    (Kind::Index, "INDEX"),
    (Kind::View, "VIEW"),
    (Kind::MaterializedView, "MATERIALIZED VIEW"),
    (Kind::Function, "FUNCTION"),
    (Kind::Procedure, "PROCEDURE"),
    (Kind::Aggregate, "AGGREGATE"),
    (Kind::Trigger, "TRIGGER"),
    (Kind::Rule, "RULE"),
    (Kind::Policy, "POLICY"),
    (Kind::Statistics, "STATISTICS"),
    (Kind::Cast, "CAST"),
    (Kind::Operator, "OPERATOR"),
    (Kind::OperatorClass, "OPERATOR CLASS"),
    (Kind::OperatorFamily, "OPERATOR FAMILY"),
    (Kind::Conversion, "CONVERSION"),
    (Kind::Transform, "TRANSFORM"),
    (Kind::AccessMethod, "ACCESS METHOD"),
    (Kind::TextSearchParser, "TEXT SEARCH PARSER"),
    (Kind::TextSearchTemplate, "TEXT SEARCH TEMPLATE"),
    (Kind::TextSearchDictionary, "TEXT SEARCH DICTIONARY"),
    (Kind::TextSearchConfiguration, "TEXT SEARCH CONFIGURATION"),
    (Kind::ForeignDataWrapper, "FOREIGN DATA WRAPPER"),
    (Kind::Server, "SERVER"),
    (Kind::UserMapping, "USER MAPPING"),
    (Kind::EventTrigger, "EVENT TRIGGER"),
    (Kind::Publication, "PUBLICATION"),
    (Kind::Subscription, "SUBSCRIPTION"),
    (Kind::Database, "DATABASE"),
];

/// The kind's word in statements; empty for kinds that no statement names.
pub fn noun(kind: Kind) -> &'static str {
    NOUNS.iter().find(|row| row.0 == kind).map_or("", |row| row.1)
}

/// An identifier, quoted where it must be (`quote_ident` of the server does the same).
pub fn quote(name: Name) -> String {
    quoted(name.as_str())
}

/// [`quote`] of a plain text.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let bare = text.chars().all(plain) && !text.starts_with(|c: char| c.is_ascii_digit()) && !text.is_empty();
    if bare && KEYWORDS.binary_search(&text).is_err() { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

/// A string literal. With a backslash it is written as E'', which reads the same under every setting (manual, 4.1.2.2).
pub fn literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if doubled.contains('\\') { format!("E'{}'", doubled.replace('\\', "\\\\")) } else { format!("'{doubled}'") }
}

/// Quoted names with commas.
pub fn list(names: &[Name]) -> String {
    names.iter().map(|name| quote(*name)).collect::<Vec<_>>().join(", ")
}

/// A qualified name.
pub fn qualified(namespace: Name, name: Name) -> String {
    if namespace.is_none() { quote(name) } else { format!("{}.{}", quote(namespace), quote(name)) }
}

/// A collation, whose fact is its bare name, or its schema's and its own with a point between. A point before an encoding
/// is a part of the name: `en_US.utf8`.
pub fn collation(text: &str) -> String {
    let encoding =
        |rest: &str| ["utf", "iso", "euc", "koi", "gb", "cp", "big"].iter().any(|word| rest.to_ascii_lowercase().starts_with(word));
    let plain = text.replace('"', "");
    match plain.split_once('.') {
        Some((namespace, name)) if !encoding(name) => format!("{}.{}", quoted(namespace), quoted(name)),
        _ => quoted(&plain),
    }
}

/// The relation, or type, that a part stands on.
pub fn relation(part: Key) -> String {
    qualified(part.namespace, part.owner)
}

/// A role; `PUBLIC` and the session's own names are words, not names.
pub fn role(name: &str) -> String {
    const WORDS: &[&str] = &["public", "current_user", "session_user", "current_role"];
    let lower = name.to_ascii_lowercase();
    if WORDS.contains(&lower.as_str()) { lower.to_ascii_uppercase() } else { quoted(name) }
}

/// The object's name in a statement: qualified, a routine with its arguments, without the kind's word.
pub fn object(key: Key) -> String {
    match key.kind {
        Kind::Function | Kind::Procedure | Kind::Aggregate => routine(key),
        Kind::Operator => operator(key),
        Kind::OperatorClass | Kind::OperatorFamily => with_method(key),
        Kind::Cast | Kind::Transform | Kind::UserMapping => unquoted(key),
        Kind::Index | Kind::Statistics => qualified(key.namespace, key.name),
        _ if key.kind.spec().owned => quote(key.name),
        _ => qualified(key.namespace, key.name),
    }
}

/// The object as COMMENT ON and DROP name it: a part with the relation that it stands on.
pub fn target(key: Key, owner: Kind) -> String {
    let noun = noun(key.kind);
    match key.kind {
        Kind::Column => format!("{noun} {}.{}", relation(key), quote(key.name)),
        Kind::Trigger | Kind::Rule | Kind::Policy => format!("{noun} {} ON {}", quote(key.name), relation(key)),
        kind if kind.is_constraint() && owner == Kind::Domain => format!("{noun} {} ON DOMAIN {}", quote(key.name), relation(key)),
        kind if kind.is_constraint() => format!("{noun} {} ON {}", quote(key.name), relation(key)),
        Kind::Language => format!("{noun} {}", quote(key.name)),
        _ => format!("{noun} {}", object(key)),
    }
}

/// `ns.f(integer, text)`.
fn routine(key: Key) -> String {
    let (name, arguments) = split_arguments(key.name.as_str());
    // `any` is a word of the grammar too (manual, Appendix C).
    let argument = |ty: &str| if ty == "any" { "\"any\"".to_owned() } else { ty.to_owned() };
    let arguments: Vec<String> = arguments.trim_end_matches(')').split(',').map(|ty| argument(ty.trim())).collect();
    format!("{}({})", qualified(key.namespace, Name::new(name)), arguments.join(", "))
}

/// The bare name of a routine, and what follows the parenthesis.
pub fn split_arguments(name: &str) -> (&str, &str) {
    name.split_once('(').unwrap_or((name, ")"))
}

/// `ns.+(integer,integer)`: operators are never quoted.
fn operator(key: Key) -> String {
    let (name, arguments) = split_arguments(key.name.as_str());
    let namespace = if key.namespace.is_none() { String::new() } else { format!("{}.", quote(key.namespace)) };
    format!("{namespace}{} ({}", name.trim(), arguments.replace(',', ", "))
}

/// `ns.name USING method`: both are quoted in the key already.
fn with_method(key: Key) -> String {
    if key.namespace.is_none() { key.name.to_string() } else { format!("{}.{}", quote(key.namespace), key.name) }
}

/// Kinds whose name is a phrase: `(a AS b)`, `FOR type LANGUAGE name`, `role on server`.
fn unquoted(key: Key) -> String {
    let name = key.name.as_str();
    match key.kind {
        Kind::Cast if !name.starts_with('(') => format!("({name})"),
        Kind::UserMapping => match name.split_once(" on ") {
            Some((user, server)) => format!("FOR {} SERVER {}", role(user), quoted(server)),
            None => name.to_owned(),
        },
        _ => name.to_owned(),
    }
}
