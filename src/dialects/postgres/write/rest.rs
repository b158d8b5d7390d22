//! What an object rests on besides what its names say: rare kinds that name each other in one text, and the primary key by
//! which a view groups.

use std::collections::HashSet;

use crate::base::Name;
use crate::dialects::postgres::extensions;
use crate::dialects::postgres::lexer::{self, Token};
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Schema, Value};

use super::anew;

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

/// Kinds whose statements list operators by their signs.
const MADE_OF_OPERATORS: &[Kind] = &[Kind::OperatorClass, Kind::OperatorFamily];

/// Objects that must be there before `object` and go after it.
pub fn rests_on(object: &Object, schema: &Schema<Canonical>) -> Vec<Key> {
    let listed: Vec<Key> = match object.key.kind {
        Kind::View | Kind::MaterializedView => grouped_by(object, schema),
        Kind::ForeignTable => object.text(Attr::Engine).map(|name| Key::new(Kind::Server, Name::NONE, name.into())).into_iter().collect(),
        Kind::Server => {
            let wrapper = object.text(Attr::Engine).map(|name| Key::new(Kind::ForeignDataWrapper, Name::NONE, name.into()));
            wrapper.into_iter().collect()
        }
        Kind::UserMapping => {
            let server = object.key.name.as_str().split_once(" on ").map(|(_, server)| server);
            server.map(|name| Key::new(Kind::Server, Name::NONE, name.into())).into_iter().collect()
        }
        Kind::Publication => members(object).flat_map(|member| published(&member, schema)).collect(),
        Kind::Composite if object.has(Attr::Definition) => anew::types_of_fields(object.key, schema),
        _ if object.has(Attr::Definition) => {
            let said = object.text(Attr::Definition).unwrap_or("").to_owned() + &members(object).collect::<Vec<_>>().join(" ");
            let signs = if MADE_OF_OPERATORS.contains(&object.key.kind) { signs(&said, schema) } else { Vec::new() };
            named(object.key, &words(&said), schema).into_iter().chain(signs).collect()
        }
        _ => Vec::new(),
    };
    listed.into_iter().chain(applied(object, schema)).chain(brought(object, schema)).collect()
}

/// The extensions that bring what an object uses.
fn brought(object: &Object, schema: &Schema<Canonical>) -> Vec<Key> {
    let every_database_has = |key: Key| key.name.as_str() == "plpgsql";
    if schema.of_kind(Kind::Extension).all(|extension| every_database_has(extension.key)) {
        return Vec::new();
    }
    let keys = extensions::used(object).into_iter().map(|(_, name)| Key::new(Kind::Extension, Name::NONE, name.into()));
    keys.filter(|key| schema.contains(*key)).collect()
}

fn words(text: &str) -> HashSet<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect()
}

/// What a query or an expression applies by a sign or a word that no other name stands for: the operators of the schema, its
/// collations behind COLLATE, its text search configurations in literals. An operator that the server has too is most likely
/// the server's.
fn applied(object: &Object, schema: &Schema<Canonical>) -> Vec<Key> {
    let applies = |kind: Kind| schema.of_kind(kind).next().is_some();
    if ![Kind::Operator, Kind::Collation, Kind::TextSearchConfiguration].into_iter().any(applies) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for text in expressions(object) {
        let tokens = lexer::tokens(text).unwrap_or_default();
        found.extend(signs(text, schema));
        let collated = |name: Name| tokens.windows(2).any(|pair| is_word(&pair[0], "collate") && is_word(&pair[1], name.as_str()));
        let qualified = |name: Name| {
            let behind =
                |four: &[Token<'_>]| is_word(&four[0], "collate") && four[2] == Token::Symbol(".") && is_word(&four[3], name.as_str());
            tokens.windows(4).any(behind)
        };
        let collations = schema.of_kind(Kind::Collation).map(|collation| collation.key);
        found.extend(collations.filter(|key| collated(key.name) || qualified(key.name)));
        let searches = tokens.iter().any(|token| matches!(token, Token::Word(word) if word.contains("ts")));
        let literal = |key: Key| {
            let full = format!("{}.{}", key.namespace, key.name);
            tokens.iter().any(|token| matches!(token, Token::Text(text) if **text == *key.name.as_str() || **text == *full))
        };
        let configurations = schema.of_kind(Kind::TextSearchConfiguration).map(|configuration| configuration.key);
        found.extend(configurations.filter(|key| searches && literal(*key)));
    }
    found
}

/// The operators of the schema whose signs stand in a text.
fn signs(text: &str, schema: &Schema<Canonical>) -> Vec<Key> {
    let tokens = lexer::tokens(text).unwrap_or_default();
    let used = |key: &Key| tokens.contains(&Token::Symbol(key.bare()));
    let own = |key: &Key| !BUILT_IN.contains(&key.bare()) || is_of_own_types(*key, schema);
    schema.of_kind(Kind::Operator).map(|operator| operator.key).filter(|key| used(key) && own(key)).collect()
}

/// Whether an operator takes values of a type of the schema, which no operator of the server takes.
fn is_of_own_types(operator: Key, schema: &Schema<Canonical>) -> bool {
    let arguments = operator.name.as_str().split_once('(').map_or("", |(_, arguments)| arguments.trim_end_matches(')'));
    let kinds = [Kind::Composite, Kind::Enum, Kind::Domain, Kind::Range, Kind::BaseType];
    arguments
        .split(',')
        .map(|argument| argument.rsplit('.').next().unwrap_or("").trim())
        .any(|name| kinds.into_iter().flat_map(|kind| schema.of_kind(kind)).any(|known| known.key.name.as_str() == name))
}

fn is_word(token: &Token<'_>, name: &str) -> bool {
    matches!(token, Token::Word(word) | Token::Quoted(word) if **word == *name)
}

/// The texts of an object that the server reads when it is made: no bodies, and no defaults, which let go by themselves.
fn expressions(object: &Object) -> Vec<&str> {
    const READ: &[Attr] = &[Attr::Query, Attr::Generated, Attr::Expression, Attr::Where, Attr::Using, Attr::WithCheck, Attr::When];
    let facts = READ.iter().filter_map(|attr| object.text(*attr));
    let parts = object.parts(Attr::Parts).iter().filter_map(|part| match &part.target {
        PartTarget::Expression(fragment) => Some(&*fragment.text),
        PartTarget::Column(_) => None,
    });
    facts.chain(parts).collect()
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

/// The table of a publication's member `TABLE public.t (columns) WHERE …`, and the columns that it names.
fn published(member: &str, schema: &Schema<Canonical>) -> Vec<Key> {
    let table = || {
        let name = member.strip_prefix("TABLE ")?.split_whitespace().next()?;
        let (namespace, name) = name.split_once('.')?;
        schema.resolve(Key::new(Kind::Table, namespace.trim_matches('"').into(), name.trim_matches('"').into()))
    };
    let Some(table) = table() else { return Vec::new() };
    let words = words(member);
    let columns = schema.parts(table, Kind::Column).map(|column| column.key).filter(|key| words.contains(key.name.as_str()));
    std::iter::once(table).chain(columns).collect()
}

fn named(key: Key, words: &HashSet<&str>, schema: &Schema<Canonical>) -> Vec<Key> {
    let bare = |key: Key| key.name.as_str().split(" USING ").next().unwrap_or("").trim_matches('"');
    let others = NAMED.iter().flat_map(|kind| schema.of_kind(*kind)).map(|other| other.key);
    // A class and its family bear one name more often than not; the class needs the family.
    let below = |other: &Key| !(key.kind == Kind::OperatorFamily && other.kind == Kind::OperatorClass);
    // The name is the object's own, and that of its like in another namespace.
    let namesake = |other: &Key| other.kind == key.kind && bare(*other) == bare(key);
    others.filter(|other| !namesake(other) && below(other) && words.contains(bare(*other))).collect()
}
