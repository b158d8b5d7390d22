//! Rewrite rules: conditions and actions as the server prints them (manual, CREATE RULE).

use std::ops::Range;

use super::expressions::Place;
use super::normal;
use crate::dialects::postgres::analyse::{Analyser, Catalog, named};
use crate::dialects::postgres::levels::{parted, words};
use crate::dialects::postgres::lexer::{self, Token, tokens};
use crate::dialects::postgres::{parse, print};
use crate::ir::{Attr, Object, Value};

pub fn settle(object: &mut Object, catalog: &Catalog) {
    let columns = catalog.columns(object.key.namespace, object.key.owner);
    let mut place = Place::bare(object, catalog);
    let Some(Value::Sql(fragment)) = object.get_mut(Attr::Definition) else { return };
    // A row that comes has no old form, and one that goes no new one: a bare column is of the one that is there.
    let rows: &[&str] = match event(&fragment.text).as_deref() {
        Some("insert") => &["new"],
        Some("delete") => &["old"],
        _ => &["old", "new"],
    };
    place.scope.relations.extend(rows.iter().map(|alias| named(alias, columns.clone())));
    match canonical(&fragment.text, place) {
        Some(canon) => fragment.canon = Some(canon.into()),
        None => normal(fragment),
    }
}

/// The first place of a word outside of quotes and parentheses: where it begins and where it ends.
fn find(text: &str, word: &str) -> Option<(usize, usize)> {
    let same = |found: &Range<usize>| text.get(found.clone()).is_some_and(|found| found.eq_ignore_ascii_case(word));
    words(text).into_iter().find(same).map(|found| (found.start, found.end))
}

fn event(text: &str) -> Option<String> {
    let (_, to) = find(text, "on")?;
    text.get(to..)?.split_whitespace().next().map(str::to_ascii_lowercase)
}

/// The name of the relation that an action changes: a relation of that name in the rule's condition is printed with a number.
fn target(action: &str) -> Option<String> {
    let mut tokens = tokens(action)?.into_iter().filter(|token| *token != Token::Word("only".into()));
    let verb = tokens.next()?;
    match verb {
        Token::Word(verb) if matches!(&*verb, "insert" | "delete" | "merge") => drop(tokens.next()),
        Token::Word(verb) if verb == "update" => {}
        _ => return None,
    }
    let mut name = None;
    while let Some(Token::Word(part) | Token::Quoted(part)) = tokens.next() {
        name = Some(part.to_string());
        if tokens.next() != Some(Token::Symbol(".")) {
            break;
        }
    }
    name
}

/// `… ON event TO relation [WHERE condition] DO [ALSO | INSTEAD] actions`.
fn canonical(text: &str, mut place: Place<'_>) -> Option<String> {
    let event = event(text)?;
    let (at, after) = find(text, "do")?;
    let head = text.get(..at)?;
    let mut actions = text.get(after..)?.trim();
    let mut how = "also";
    for word in ["also", "instead"] {
        if actions.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)) {
            how = word;
            actions = actions.get(word.len()..)?.trim();
        }
    }
    let inner = actions.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).filter(|_| !actions.starts_with("((")).unwrap_or(actions);
    let parts: Vec<&str> = parted(inner, ';').into_iter().map(str::trim).filter(|part| !part.is_empty()).collect();
    let list: Option<Vec<String>> = parts.iter().map(|part| action(part, &place)).collect();
    place.scope.taken.extend(parts.first().and_then(|first| target(first)));
    let condition = find(head, "where").and_then(|(_, to)| head.get(to..)).map(|condition| place.text(condition));
    Some(format!("on {event} where {} do {how} {}", condition.unwrap_or_default(), list?.join("; ")))
}

/// A statement as the server prints it, where it is of a form that is known.
pub fn action(text: &str, place: &Place<'_>) -> Option<String> {
    let word = text.split_whitespace().next()?.to_ascii_lowercase();
    match word.as_str() {
        "insert" | "update" | "delete" | "merge" | "select" | "values" | "with" => query(text, place),
        "nothing" | "notify" => Some(lexer::normal(text)),
        _ => None,
    }
}

fn query(text: &str, place: &Place<'_>) -> Option<String> {
    let mut query = parse::query(text)?;
    Analyser::new(place.catalog, place.path.as_deref()).inner(&mut query, &place.scope);
    Some(print::query_text(&query))
}
