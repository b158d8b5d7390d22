//! What an object rests on besides what its names say: rare kinds that name each other in one text, and the primary key by
//! which a view groups.

use std::collections::HashSet;

use crate::base::Name;
use crate::dialects::postgres::lexer::{self, Token};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Schema, Value};

/// Kinds without parts that other definitions name by a plain word.
const NAMED: &[Kind] = &[
    Kind::ForeignDataWrapper,
    Kind::Server,
    Kind::OperatorFamily,
    Kind::OperatorClass,
    Kind::AccessMethod,
    Kind::Language,
    Kind::Collation,
    Kind::TextSearchParser,
    Kind::TextSearchTemplate,
    Kind::TextSearchDictionary,
    Kind::TextSearchConfiguration,
];

/// Operators of the server that others bear the name of more often than not.
const BUILT_IN: &[&str] = &["=", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "||"];

/// Objects that must be there before `object` and go after it.
pub fn rests_on(object: &Object, schema: &Schema<Canonical>) -> Vec<Key> {
    match object.key.kind {
        Kind::View | Kind::MaterializedView => grouped_by(object, schema).into_iter().chain(operators(object, schema)).collect(),
        Kind::ForeignTable => object.text(Attr::Engine).map(|name| Key::new(Kind::Server, Name::NONE, name.into())).into_iter().collect(),
        Kind::UserMapping => {
            let server = object.key.name.as_str().split_once(" on ").map(|(_, server)| server);
            server.map(|name| Key::new(Kind::Server, Name::NONE, name.into())).into_iter().collect()
        }
        Kind::Publication => members(object).filter_map(|member| table(&member, schema)).collect(),
        _ if object.has(Attr::Definition) => {
            let said = object.text(Attr::Definition).unwrap_or("").to_owned() + &members(object).collect::<Vec<_>>().join(" ");
            named(object.key, &words(&said), schema)
        }
        _ => Vec::new(),
    }
}

fn words(text: &str) -> HashSet<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect()
}

/// The operators of the schema that a query applies. One that the server has too is most likely the server's.
fn operators(view: &Object, schema: &Schema<Canonical>) -> Vec<Key> {
    let mut own = schema.of_kind(Kind::Operator).peekable();
    if own.peek().is_none() {
        return Vec::new();
    }
    let tokens = lexer::tokens(view.text(Attr::Query).unwrap_or("")).unwrap_or_default();
    let symbol = |key: Key| key.name.as_str().split('(').next().unwrap_or("").to_owned();
    let applied = |symbol: &str| !BUILT_IN.contains(&symbol) && tokens.contains(&Token::Symbol(symbol));
    own.map(|operator| operator.key).filter(|key| applied(&symbol(*key))).collect()
}

/// A view that shows columns without grouping by them rests on the primary key that decides them (manual, GROUP BY).
fn grouped_by(view: &Object, schema: &Schema<Canonical>) -> Vec<Key> {
    let query = view.text(Attr::Query).unwrap_or("");
    if !query.to_ascii_lowercase().contains("group by") {
        return Vec::new();
    }
    let words = words(query);
    schema.of_kind(Kind::PrimaryKey).filter(|key| words.contains(key.key.owner.as_str())).map(|key| key.key).collect()
}

/// The members of an object, each with what is said of it.
fn members(object: &Object) -> impl Iterator<Item = String> {
    let members = match object.get(Attr::Options) {
        Some(Value::Options(members)) => members.iter().map(|(name, said)| format!("{name} {said}")).collect(),
        _ => Vec::new(),
    };
    members.into_iter()
}

/// The table of a publication's member `TABLE public.t (columns)`.
fn table(member: &str, schema: &Schema<Canonical>) -> Option<Key> {
    let name = member.strip_prefix("TABLE ")?.split_whitespace().next()?;
    let (namespace, name) = name.split_once('.')?;
    schema.resolve(Key::new(Kind::Table, namespace.trim_matches('"').into(), name.trim_matches('"').into()))
}

fn named(key: Key, words: &HashSet<&str>, schema: &Schema<Canonical>) -> Vec<Key> {
    let bare = |key: Key| key.name.as_str().split(" USING ").next().unwrap_or("").trim_matches('"');
    let others = NAMED.iter().flat_map(|kind| schema.of_kind(*kind)).map(|other| other.key);
    // A class and its family bear one name more often than not; the class needs the family.
    let below = |other: &Key| !(key.kind == Kind::OperatorFamily && other.kind == Kind::OperatorClass);
    others.filter(|other| *other != key && below(other) && words.contains(bare(*other))).collect()
}
