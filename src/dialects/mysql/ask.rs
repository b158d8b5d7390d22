//! What a runbook asks of the texts that information_schema keeps: the bodies of routines, triggers and events to the letter, literal
//! defaults without their quotes, and of checks the old words, which must be gone.

use crate::ir::{Attr, Canonical, Key, Kind, Object, Pair, Schema};

use super::canonical::query::{self, Body};
use super::cursor::Cursor;
use super::family::Family;
use super::lex::literal;
use super::types::{Class, class};

/// Where the body of an object of a kind is kept: table, column, and the columns that say whose it is and where.
const BODIES: &[(Kind, &str, &str, &str, &str)] = &[
    (Kind::Function, "routines", "routine_definition", "routine_type = 'FUNCTION' AND routine_name", "routine_schema"),
    (Kind::Procedure, "routines", "routine_definition", "routine_type = 'PROCEDURE' AND routine_name", "routine_schema"),
    (Kind::Trigger, "triggers", "action_statement", "trigger_name", "trigger_schema"),
    (Kind::Event, "events", "event_definition", "event_name", "event_schema"),
];

/// The condition under which the catalog has the text of a fact after the patch.
pub fn text(object: Pair<Option<&Object>>, attr: Attr, desired: &Schema<Canonical>, family: &Family) -> Option<String> {
    match (object.live.or(object.desired)?.key.kind, attr) {
        (_, Attr::Body) => body(object.desired?),
        (Kind::Column, Attr::Default) => default(object.desired?, desired),
        (Kind::Column | Kind::Check, Attr::Expression) => check_gone(object, family),
        (Kind::View, Attr::Query) => view(object, family),
        _ => None,
    }
}

fn body(object: &Object) -> Option<String> {
    let (_, table, column, name, database) = BODIES.iter().find(|row| row.0 == object.key.kind)?;
    let text = object.text(Attr::Body)?.trim();
    // The client leaves out comments on the way to the server.
    if ["--", "/*", "#"].iter().any(|mark| text.contains(mark)) {
        return None;
    }
    let own = object.key.bare();
    Some(there(table, &format!("{database} = DATABASE() AND {name} = {}", literal(own)), column, text))
}

/// A default that is a text or a whole number: other values are shown in words that differ between the servers.
fn default(column: &Object, desired: &Schema<Canonical>) -> Option<String> {
    let key = column.key;
    if column.has(Attr::Generated) || !desired.contains(Key::new(Kind::Table, key.namespace, key.owner)) {
        return None;
    }
    let kind = column.fragment(Attr::Type)?.compared();
    let value = column.fragment(Attr::Default)?.compared();
    let content = match class(kind) {
        Class::Integer if !kind.contains("zerofill") => value.parse::<i64>().ok().map(|_| value)?,
        Class::Character | Class::Listed => value.strip_prefix('\'')?.strip_suffix('\'').filter(|inner| !inner.contains(['\'', '\\']))?,
        _ => return None,
    };
    // MariaDB shows a text in quotes, MySQL without.
    let place = format!(
        "table_schema = DATABASE() AND table_name = {} AND column_name = {}",
        literal(key.owner.as_str()),
        literal(key.name.as_str())
    );
    Some(there("columns", &place, "TRIM(BOTH '''' FROM column_default)", content))
}

/// The old text of a check, of which the server prints the names and the parentheses in its own way.
fn check_gone(check: Pair<Option<&Object>>, family: &Family) -> Option<String> {
    let live = check.live?;
    let bare = |check: &Object| -> Option<String> {
        let text = check.text(Attr::Expression)?.to_lowercase();
        Some(text.chars().filter(|c| !c.is_whitespace() && !BARE.contains(&c.to_string().as_str())).collect())
    };
    let text = bare(live)?;
    // MySQL writes marks of its own before the quotes in a text.
    if text.contains(['\'', '"', '\\']) || check.desired.and_then(bare).is_some_and(|desired| desired == text) {
        return None;
    }
    // In MySQL the name alone tells which one it is, and the catalog says no more.
    let of_table = format!(" AND table_name = {}", literal(live.key.owner.as_str()));
    let of_table = if family.column_checks { &of_table } else { "" };
    let place = format!("constraint_schema = DATABASE() AND constraint_name = {}{of_table}", literal(live.key.name.as_str()));
    let column = BARE.iter().fold("LOWER(check_clause)".to_string(), |column, mark| format!("REPLACE({column}, '{mark}', '')"));
    Some(format!("NOT {}", there("check_constraints", &place, &column, &text)))
}

/// The columns of a view by their names, and the old query, which must be gone: the server prints the new one in words of its own.
fn view(view: Pair<Option<&Object>>, family: &Family) -> Option<String> {
    let name = literal(view.desired?.key.name.as_str());
    let names = |side: &Object| columns(side.fragment(Attr::Query)?.canon.as_deref()?, family);
    let [old, new] = [view.live, view.desired].map(|side| side.and_then(names));
    let columns = new.filter(|new| old.as_ref() != Some(new)).map(|new| columns_there(&name, &new));
    let gone = view.live.and_then(|live| live.text(Attr::Query)).filter(|text| is_printed(text)).map(|text| {
        // The catalog has the database's name before each table, a dump has not.
        let definition = "REPLACE(view_definition, CONCAT('`', DATABASE(), '`.'), '')";
        format!("NOT {}", there("views", &format!("table_schema = DATABASE() AND table_name = {name}"), definition, text.trim()))
    });
    let all: Vec<String> = columns.into_iter().chain(gone).collect();
    (!all.is_empty()).then(|| all.join(" AND "))
}

/// Whether a query is in the words of the server: in small letters, each column with its name behind `AS`.
fn is_printed(query: &str) -> bool {
    query.trim().starts_with("select ") && query.contains(" AS `")
}

/// The columns of a query by their names, as far as these are plain words: the server makes its own of long expressions.
fn columns(query: &str, family: &Family) -> Option<Vec<String>> {
    let mut cursor = Cursor::new(query, family);
    let mut query = query::query(&mut cursor).ok().filter(|_| cursor.is_done())?;
    while let Body::Set(_, left, _) = query.body {
        query = *left;
    }
    let Body::Select(select) = query.body else { return None };
    let plain = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    Some(select.items.into_iter().map(|item| item.alias).map(|name| if plain(&name) { name } else { String::new() }).collect())
}

/// As many columns as there are names, and those that have one in their places.
fn columns_there(view: &str, names: &[String]) -> String {
    let known = names.iter().enumerate().filter(|(_, name)| !name.is_empty());
    let placed: Vec<String> = known.map(|(at, name)| literal(&format!("{} {name}", at + 1))).collect();
    let in_place = match placed.as_slice() {
        [] => "0".to_string(),
        placed => format!("COALESCE(SUM(CONCAT(ordinal_position, ' ', column_name) IN ({})), 0)", placed.join(", ")),
    };
    format!(
        "(SELECT CONCAT(COUNT(*), ':', {in_place}) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = {view}) = '{}:{}'",
        names.len(),
        placed.len()
    )
}

/// What is left out of two checks that are compared.
const BARE: &[&str] = &["`", " ", "(", ")"];

/// Whether a row of the catalog has this text, letter by letter.
fn there(table: &str, place: &str, column: &str, text: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM information_schema.{table} WHERE {place} AND CONVERT({column} USING utf8mb4) COLLATE utf8mb4_bin = {})",
        literal(text)
    )
}
