//! Functions, procedures and aggregates.

use crate::base::Name;
use crate::dialects::postgres::levels::parted;
use crate::ir::{Attr, Key, Kind, Object, Pair, Statement, Value};

use super::ident::{literal, noun, object, qualified, quoted, split_arguments};
use super::options::ordered;

/// The words that state each plain fact of a routine.
const FLAGS: &[(Attr, &str)] =
    &[(Attr::Window, "WINDOW"), (Attr::Leakproof, "LEAKPROOF"), (Attr::StrictCall, "STRICT"), (Attr::SecurityDefiner, "SECURITY DEFINER")];
const WORDS: &[(Attr, &str)] =
    &[(Attr::Volatility, ""), (Attr::Parallel, "PARALLEL "), (Attr::Cost, "COST "), (Attr::Rows, "ROWS "), (Attr::Support, "SUPPORT ")];

/// `CREATE FUNCTION` or `CREATE PROCEDURE`.
pub fn create(routine: &Object) -> Vec<Statement> {
    vec![Statement::new(definition(routine, ""), format!("New {} {}.", routine.key.kind.spec().noun, name(routine.key)))]
}

/// `CREATE OR REPLACE`: every fact of the routine at once.
pub fn alter(routine: Pair<&Object>) -> Vec<Statement> {
    let why = format!("The {} {} changes.", routine.desired.key.kind.spec().noun, name(routine.desired.key));
    vec![Statement::new(definition(routine.desired, "OR REPLACE "), why)]
}

/// The name without arguments.
fn name(key: Key) -> &'static str {
    split_arguments(key.name.as_str()).0
}

fn definition(routine: &Object, replace: &str) -> String {
    let parameters = routine.text(Attr::Parameters).unwrap_or("").trim();
    let parameters =
        if parameters.starts_with('(') && parameters.ends_with(')') { parameters.to_owned() } else { format!("({parameters})") };
    let name = qualified(routine.key.namespace, Name::new(name(routine.key)));
    let mut sql = format!("CREATE {replace}{} {name}{parameters}", noun(routine.key.kind));
    if let Some(result) = routine.text(Attr::Type) {
        let result = result.trim();
        let word = if result.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("returns")) { "" } else { "RETURNS " };
        sql.push_str(&format!("\n    {word}{result}"));
    }
    if let Some(language) = routine.text(Attr::LanguageName) {
        sql.push_str(&format!("\n    LANGUAGE {}", quoted(language)));
    }
    for (_, words) in FLAGS.iter().filter(|row| routine.has(row.0)) {
        sql.push_str(&format!("\n    {words}"));
    }
    for (attr, words) in WORDS {
        if let Some(text) = routine.text(*attr) {
            sql.push_str(&format!("\n    {words}{text}"));
        }
    }
    push_settings(&mut sql, routine);
    push_body(&mut sql, routine);
    sql
}

fn push_settings(sql: &mut String, routine: &Object) {
    let Some(Value::Options(settings)) = routine.get(Attr::Settings) else { return };
    for (name, value) in ordered(settings, Some(routine)) {
        sql.push_str(&format!("\n    SET {name} TO {}", setting(name.as_str(), &value)));
    }
}

/// Settings whose values are lists of names.
const LISTS: &[&str] = &["search_path", "temp_tablespaces", "session_preload_libraries", "local_preload_libraries", "datestyle"];

/// A setting's value as literals: the fact holds it plain.
fn setting(name: &str, value: &str) -> String {
    let plain = |value: &str| literal(value.trim());
    if LISTS.contains(&name) { value.split(',').map(plain).collect::<Vec<_>>().join(", ") } else { plain(value) }
}

/// `AS $$ … $$`, or the standard body as it is.
fn push_body(sql: &mut String, routine: &Object) {
    let Some(body) = routine.text(Attr::Body) else { return };
    let start = body.trim_start();
    let standard = |word: &str| start.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let language = routine.text(Attr::LanguageName).unwrap_or("sql");
    let is_sql = language.eq_ignore_ascii_case("sql");
    // A function of an object file may name its symbol too: both literals stand in the text.
    let two_literals = language.eq_ignore_ascii_case("c") && start.starts_with('\'');
    if is_sql && (standard("begin atomic") || standard("return ")) {
        sql.push_str(&format!("\n{}", start.trim_end()));
    } else if two_literals {
        sql.push_str(&format!("\nAS {}", body.trim()));
    } else {
        let tag = tag(body);
        sql.push_str(&format!("\nAS {tag}{body}{tag}"));
    }
}

/// A dollar quote that the body does not hold.
fn tag(body: &str) -> String {
    let tagged = (0..=body.len()).map(|number| format!("$body{number}$"));
    let mut candidates = std::iter::once("$$".to_owned()).filter(|_| !body.ends_with('$')).chain(tagged);
    candidates.find(|tag| !body.contains(tag.as_str())).unwrap_or_default()
}

/// `DROP FUNCTION f(integer)`.
pub fn drop(routine: &Object) -> Statement {
    let sql = format!("DROP {} {}", noun(routine.key.kind), object(routine.key));
    Statement::new(sql, format!("The {} {} goes.", routine.key.kind.spec().noun, name(routine.key)))
}

/// Whether OR REPLACE may take the new parameters: the same names and modes, no default taken away (manual, CREATE FUNCTION).
pub fn replaceable(routine: Pair<&Object>) -> bool {
    if routine.desired.key.kind == Kind::Aggregate {
        return false;
    }
    let split = |object: &Object| object.fragment(Attr::Parameters).map_or(Vec::new(), |fragment| parameters(fragment.compared()));
    let (live, desired) = (split(routine.live), split(routine.desired));
    live.len() == desired.len()
        && live.iter().zip(&desired).all(|(live, desired)| live.head == desired.head && (!live.default || desired.default))
}

/// A parameter without its default, and whether it has one.
struct Parameter {
    head: String,
    default: bool,
}

fn parameters(text: &str) -> Vec<Parameter> {
    let inner = text.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
    parted(inner, ',').into_iter().map(str::trim).filter(|one| !one.is_empty()).map(parameter).collect()
}

fn parameter(text: &str) -> Parameter {
    let lower = text.to_ascii_lowercase();
    let at = [" default ", "=", ":="].iter().filter_map(|mark| lower.find(mark)).min();
    let head = at.and_then(|at| text.get(..at)).unwrap_or(text);
    Parameter { head: head.split_whitespace().collect::<Vec<_>>().join(" "), default: at.is_some() }
}
