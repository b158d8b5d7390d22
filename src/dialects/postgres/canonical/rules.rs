//! Rewrite rules: conditions and actions as the server prints them (manual, CREATE RULE).

use std::ops::Range;

use super::expressions::Place;
use super::normal;
use crate::base::Name;
use crate::dialects::postgres::analyse::{Analyser, Catalog, named, qualified};
use crate::dialects::postgres::levels::{parted, words};
use crate::dialects::postgres::lexer::{Token, ident, tokens};
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
        "insert" => insert(text, place),
        "update" => update(text, place),
        "delete" => delete(text, place),
        "select" | "values" | "with" => query(text, place),
        "nothing" | "notify" => Some(crate::dialects::postgres::lexer::normal(text)),
        _ => None,
    }
}

fn query(text: &str, place: &Place<'_>) -> Option<String> {
    let mut query = parse::query(text)?;
    Analyser::new(place.catalog, place.path.as_deref()).inner(&mut query, &place.scope);
    Some(print::query_text(&query))
}

/// A relation's name at the start of a text, whole, and what follows it.
fn relation<'t>(text: &'t str, place: &Place<'_>) -> Option<(Name, Name, &'t str)> {
    let text = text.trim_start();
    let text = if text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("only ")) { text.get(5..)? } else { text };
    let mut quoted = false;
    let stop = |c: char| c.is_whitespace() || c == '(';
    let end = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        !quoted && stop(*c)
    });
    let (name, rest) = text.split_at_checked(end.map_or(text.len(), |(at, _)| at))?;
    let parts: Vec<String> = tokens(name)?
        .into_iter()
        .filter_map(|token| match token {
            Token::Word(word) | Token::Quoted(word) => Some(word.into_owned()),
            _ => None,
        })
        .collect();
    let (namespace, name) = match parts.as_slice() {
        [name] => {
            let name = Name::new(name);
            (place.catalog.relation_namespace(name, place.path.as_deref()).unwrap_or_else(|| Name::new("public")), name)
        }
        [namespace, name] => (Name::new(namespace), Name::new(name)),
        _ => return None,
    };
    Some((namespace, name, rest))
}

/// The place inside a statement on a relation.
fn within<'a>(place: &Place<'a>, namespace: Name, name: Name) -> Place<'a> {
    let mut inner = Place { catalog: place.catalog, path: place.path.clone(), scope: place.scope.clone(), expected: None };
    inner.scope.relations.insert(0, named(name.as_str(), place.catalog.columns(namespace, name)));
    inner
}

/// The parts before and behind RETURNING.
fn returning(text: &str) -> (&str, Option<&str>) {
    match find(text, "returning") {
        Some((from, to)) => (text.get(..from).unwrap_or(""), text.get(to..)),
        None => (text, None),
    }
}

fn returned(text: Option<&str>, place: &Place<'_>) -> String {
    let Some(text) = text else { return String::new() };
    let list: Vec<String> = crate::dialects::postgres::analyse::split_types(text).iter().map(|item| place.text(item)).collect();
    format!(" returning {}", list.join(", "))
}

fn insert(text: &str, place: &Place<'_>) -> Option<String> {
    let (_, after) = find(text, "into")?;
    let (body, output) = returning(text.get(after..)?);
    let (namespace, name, rest) = relation(body, place)?;
    let inner = within(place, namespace, name);
    let known = place.catalog.columns(namespace, name);
    let rest = rest.trim_start();
    let (columns, source) = match rest.strip_prefix('(') {
        Some(list) => {
            let (list, source) = list.split_once(')')?;
            (list.split(',').map(crate::dialects::postgres::lexer::normal).collect::<Vec<_>>(), source)
        }
        None => (known.as_deref()?.iter().map(|(column, _)| ident(column).into_owned()).collect(), rest),
    };
    let source = if source.trim().eq_ignore_ascii_case("default values") { "default values".to_owned() } else { query(source, place)? };
    let width = columns.len();
    Some(format!("insert into {} ({width}: {}) {source}{}", qualified(namespace, name), columns.join(", "), returned(output, &inner)))
}

fn update(text: &str, place: &Place<'_>) -> Option<String> {
    let (body, output) = returning(text.get(6..)?);
    let (namespace, name, rest) = relation(body, place)?;
    let (before, set) = find(rest, "set")?;
    if !rest.get(..before)?.trim().is_empty() || find(rest, "from").is_some() {
        return None;
    }
    let inner = within(place, namespace, name);
    let (set, condition) = condition(rest.get(set..)?, &inner);
    let known = place.catalog.columns(namespace, name);
    let assignments: Option<Vec<String>> = crate::dialects::postgres::analyse::split_types(set)
        .iter()
        .map(|item| {
            let (column, value) = item.split_once('=')?;
            let column = crate::dialects::postgres::lexer::normal(column);
            let ty = known.as_deref().and_then(|known| known.iter().find(|(name, _)| ident(name) == column)?.1.clone());
            let value = within(place, namespace, name).expecting(ty).text(value);
            Some(format!("{column} = {value}"))
        })
        .collect();
    Some(format!("update {} set {}{condition}{}", qualified(namespace, name), assignments?.join(", "), returned(output, &inner)))
}

fn delete(text: &str, place: &Place<'_>) -> Option<String> {
    let (_, after) = find(text, "from")?;
    let (body, output) = returning(text.get(after..)?);
    let (namespace, name, rest) = relation(body, place)?;
    let inner = within(place, namespace, name);
    let (between, condition) = condition(rest, &inner);
    between.trim().is_empty().then(|| format!("delete from {}{condition}{}", qualified(namespace, name), returned(output, &inner)))
}

/// What stands before WHERE, and the condition.
fn condition<'t>(text: &'t str, place: &Place<'_>) -> (&'t str, String) {
    match find(text, "where") {
        Some((from, to)) => (text.get(..from).unwrap_or(""), format!(" where {}", place.text(text.get(to..).unwrap_or("")))),
        None => (text, String::new()),
    }
}
