//! Rewrite rules: conditions and actions as the server prints them (manual, CREATE RULE).

use std::ops::Range;

use super::expressions::Place;
use super::normal;
use crate::dialects::postgres::analyse::{Analyser, Catalog, named};
use crate::dialects::postgres::levels::{parted, words};
use crate::dialects::postgres::{parse, print};
use crate::ir::{Attr, Object, Value};

pub fn settle(object: &mut Object, catalog: &Catalog) {
    let columns = catalog.columns(object.key.namespace, object.key.owner);
    let mut place = Place::bare(object, catalog);
    for alias in ["old", "new"] {
        place.scope.relations.push(named(alias, columns.clone()));
    }
    let Some(Value::Sql(fragment)) = object.get_mut(Attr::Definition) else { return };
    match canonical(&fragment.text, &place) {
        Some(canon) => fragment.canon = Some(canon.into()),
        None => normal(fragment),
    }
}

/// The first place of a word outside of quotes and parentheses: where it begins and where it ends.
fn find(text: &str, word: &str) -> Option<(usize, usize)> {
    let same = |found: &Range<usize>| text.get(found.clone()).is_some_and(|found| found.eq_ignore_ascii_case(word));
    words(text).into_iter().find(same).map(|found| (found.start, found.end))
}

/// `… ON event TO relation [WHERE condition] DO [ALSO | INSTEAD] actions`.
fn canonical(text: &str, place: &Place<'_>) -> Option<String> {
    let event = find(text, "on").and_then(|(_, to)| text.get(to..)?.split_whitespace().next().map(str::to_ascii_lowercase))?;
    let (at, after) = find(text, "do")?;
    let head = text.get(..at)?;
    let condition = find(head, "where").and_then(|(_, to)| head.get(to..)).map(|condition| place.text(condition));
    let mut actions = text.get(after..)?.trim();
    let mut how = "also";
    for word in ["also", "instead"] {
        if actions.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)) {
            how = word;
            actions = actions.get(word.len()..)?.trim();
        }
    }
    let inner = actions.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).filter(|_| !actions.starts_with("((")).unwrap_or(actions);
    let parts = parted(inner, ';');
    let list: Option<Vec<String>> =
        parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).map(|part| action(part, place)).collect();
    Some(format!("on {event} where {} do {how} {}", condition.unwrap_or_default(), list?.join("; ")))
}

/// A statement as the server prints it, where it is of a form that is known.
pub fn action(text: &str, place: &Place<'_>) -> Option<String> {
    let word = text.split_whitespace().next()?.to_ascii_lowercase();
    match word.as_str() {
        "insert" | "update" | "delete" | "merge" | "select" | "values" | "with" => query(text, place),
        "nothing" | "notify" => Some(crate::dialects::postgres::lexer::normal(text)),
        _ => None,
    }
}

fn query(text: &str, place: &Place<'_>) -> Option<String> {
    let mut query = parse::query(text)?;
    Analyser::new(place.catalog, place.path.as_deref()).inner(&mut query, &place.scope);
    Some(print::query_text(&query))
}
