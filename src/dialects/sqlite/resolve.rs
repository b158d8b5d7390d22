//! Whether the views and triggers of a schema can be read by the engine. DROP COLUMN reads all of them and fails where one
//! speaks of a relation that is not there (sqlite.org/lang_altertable.html, section 5).

use std::collections::BTreeSet;

use super::lexer::{Class, Token, tokens};
use super::names::folded;
use crate::base::Name;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Schema};

/// Words after which a relation is named.
const BEFORE_RELATION: &[&str] = &["from", "join", "into", "update"];

/// Names that are there without being made.
const GIVEN: &[&str] =
    &["sqlite_master", "sqlite_schema", "sqlite_sequence", "sqlite_stat1", "sqlite_temp_master", "old", "new", "of", "or"];

/// Whether every view and trigger speaks only of relations that the schema has. A doubt counts as no.
pub fn all_readable(schema: &Schema<Canonical>) -> bool {
    schema.of_kind(Kind::View).chain(schema.of_kind(Kind::Trigger)).all(|object| is_readable(object, schema))
}

fn is_readable(object: &Object, schema: &Schema<Canonical>) -> bool {
    let text = object.text(Attr::Query).or_else(|| object.text(Attr::Definition)).unwrap_or("");
    let tokens = tokens(text);
    let own = own_names(&tokens);
    let known = |name: Name| {
        let key = Key::new(Kind::Table, Name::NONE, name);
        own.contains(&name) || GIVEN.contains(&name.as_str()) || schema.resolve(key).is_some()
    };
    tokens.windows(2).all(|pair| match pair {
        [word, name] if BEFORE_RELATION.iter().any(|before| word.is(before)) => {
            name.class == Class::Symbol || name.name().is_none_or(|name| known(folded(&name)))
        }
        _ => true,
    })
}

/// The names that common table expressions give: `x AS (`, `x (columns) AS (`.
fn own_names(tokens: &[Token]) -> BTreeSet<Name> {
    let mut names = BTreeSet::new();
    for (at, token) in tokens.iter().enumerate() {
        if !token.is("as") || !tokens.get(at + 1).is_some_and(|next| next.is("(") || next.is("not") || next.is("materialized")) {
            continue;
        }
        let mut before = at;
        if at.checked_sub(1).and_then(|last| tokens.get(last)).is_some_and(|last| last.is(")")) {
            before = tokens.iter().take(at).rposition(|token| token.is("(")).unwrap_or(at);
        }
        let name = before.checked_sub(1).and_then(|name| tokens.get(name)).and_then(Token::name);
        names.extend(name.map(|name| folded(&name)));
    }
    names
}
