//! Names of objects in statements, with the namespace that the search path gives (manual, section 5.10.3).

use crate::base::Name;
use crate::dialects::postgres::{quote, types};
use crate::ir::{Attr, Key, Kind, Object, Value};
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::statement::Statement;

/// The namespace of new objects without one: the first of the search path that can hold any.
pub const DEFAULT: &str = "public";

/// The setting under which the session holds the search path, as names joined by `, `.
pub const SEARCH_PATH: &str = "search_path";

/// Where unqualified names go to, and where they are looked for first.
pub fn home(statement: &Statement<'_, '_>) -> Name {
    let first = statement.session.get(SEARCH_PATH).and_then(|path| path.split(", ").find(|name| !name.is_empty()));
    Name::new(first.unwrap_or(DEFAULT))
}

/// A name with its namespace.
pub fn name(statement: &mut Statement<'_, '_>) -> Read<(Name, Name)> {
    let (namespace, name) = statement.name()?;
    Ok(if namespace.is_none() { (bare(statement, name), name) } else { (namespace, name) })
}

/// The namespace of a bare name, which may stand in a further one of the search path.
pub fn bare(statement: &mut Statement<'_, '_>, name: Name) -> Name {
    let path = path(statement);
    if path.len() > 1 {
        statement.bare.path = path;
        statement.bare.names.push(name);
    }
    home(statement)
}

/// The namespaces in which a bare name is looked for; those of the server are not among them.
pub fn path(statement: &Statement<'_, '_>) -> Vec<Name> {
    let path = statement.session.get(SEARCH_PATH).unwrap_or(DEFAULT).split(", ");
    path.filter(|name| !name.is_empty() && *name != "pg_catalog").map(Name::new).collect()
}

/// The key of an object in a namespace.
pub fn key(statement: &mut Statement<'_, '_>, kind: Kind) -> Read<Key> {
    let (namespace, name) = name(statement)?;
    Ok(Key::new(kind, namespace, name))
}

/// The object with the search path under which its texts were written, where that is not the default one.
pub fn with_path(statement: &Statement<'_, '_>, object: Object) -> Object {
    let path = statement.session.get(SEARCH_PATH).filter(|path| !path.is_empty() && *path != DEFAULT);
    object.with_some(Attr::SearchPath, path.map(Value::text))
}

/// `namespace.name`, quoted where it must be.
pub fn qualified(key: Key) -> String {
    if key.namespace.is_none() { quote(key.name) } else { format!("{}.{}", quote(key.namespace), quote(key.name)) }
}

/// The one spelling of a type, for keys: users' types with their namespace.
pub fn type_name(statement: &mut Statement<'_, '_>, text: &str) -> String {
    types::resolved(text, |name| Some(bare(statement, Name::new(name)).to_string()))
}

/// `f(integer, text)`: a routine's key. Without parentheses the name stands for the only routine that bears it.
pub fn routine(statement: &mut Statement<'_, '_>, kind: Kind) -> Read<Key> {
    let (namespace, name) = name(statement)?;
    if !statement.is(0, "(") {
        return Ok(Key::new(kind, namespace, name));
    }
    let arguments = arguments(statement)?;
    Ok(Key::new(kind, namespace, Name::new(&format!("{name}({})", arguments.join(",")))))
}

/// The types of the input arguments in a parenthesised list.
pub fn arguments(statement: &mut Statement<'_, '_>) -> Read<Vec<String>> {
    let types = statement.list(argument)?;
    // `agg(a, ORDER BY b)` and `agg(a ORDER BY b)` name the aggregated arguments after the direct ones.
    // Of a parameter's type the server keeps no modifier (manual, CREATE FUNCTION, Notes).
    Ok(types.into_iter().flatten().map(|text| types::base(&type_name(statement, text))).collect())
}

/// The input types of one item of an argument list: none for OUT, two for `a ORDER BY b`.
fn argument<'t>(cursor: &mut Cursor<'t>) -> Read<Vec<&'t str>> {
    if cursor.accept(&["*"]) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    if !cursor.accept(&["ORDER", "BY"]) {
        found.extend(one_argument(cursor)?);
        if !cursor.accept(&["ORDER", "BY"]) {
            return Ok(found);
        }
        // Of a variadic direct argument the aggregated one is the same, and is not counted twice (manual, CREATE AGGREGATE).
        if cursor.is(0, "VARIADIC") {
            one_argument(cursor)?;
            return Ok(found);
        }
    }
    found.extend(one_argument(cursor)?);
    Ok(found)
}

fn one_argument<'t>(cursor: &mut Cursor<'t>) -> Read<Option<&'t str>> {
    let mut output = accept_mode(cursor);
    if !is_type(cursor) {
        cursor.ident()?;
        output |= accept_mode(cursor);
    }
    let text = cursor.slice_until(&["DEFAULT", "=", ":=", "ORDER BY"])?;
    if !cursor.is(0, ",") && !cursor.is(0, ")") && !cursor.is(0, "ORDER") {
        cursor.slice_until(&["ORDER BY"])?;
    }
    Ok((!output).then_some(text))
}

/// Passes a parameter's mode; true for one that is not an input.
fn accept_mode(cursor: &mut Cursor<'_>) -> bool {
    let follows = cursor.is_identifier(1) || cursor.is(1, "OUT");
    if !follows {
        return false;
    }
    if cursor.accept(&["IN", "OUT"]) || cursor.accept(&["INOUT"]) || cursor.accept(&["VARIADIC"]) || cursor.accept(&["IN"]) {
        return false;
    }
    cursor.accept(&["OUT"])
}

/// Words that start a type's name of several words, and the words of which one must follow.
const LONG_TYPES: &[(&str, &[&str])] = &[
    ("DOUBLE", &["PRECISION"]),
    ("CHARACTER", &["VARYING"]),
    ("CHAR", &["VARYING"]),
    ("NCHAR", &["VARYING"]),
    ("BIT", &["VARYING"]),
    ("NATIONAL", &["CHARACTER", "CHAR"]),
    ("TIMESTAMP", &["WITH", "WITHOUT"]),
    ("TIME", &["WITH", "WITHOUT"]),
    ("INTERVAL", &["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"]),
];

/// Words that follow a type in an argument list.
const AFTER_TYPE: &[&str] = &["DEFAULT", "ORDER", "ARRAY"];

/// Whether a type stands here, and not a parameter's name before one.
fn is_type(cursor: &Cursor<'_>) -> bool {
    let long = LONG_TYPES.iter().any(|(first, next)| cursor.is(0, first) && next.iter().any(|word| cursor.is(1, word)));
    let followed = cursor.is_identifier(1) && !AFTER_TYPE.iter().any(|word| cursor.is(1, word));
    long || !followed
}

/// `[namespace.]relation.column`.
pub fn column(statement: &mut Statement<'_, '_>) -> Read<Key> {
    let parts = statement.qualified()?;
    match parts[..] {
        [.., namespace, table, column] => Ok(Key::part(Kind::Column, namespace, table, column)),
        [table, column] => Ok(Key::part(Kind::Column, bare(statement, table), table, column)),
        _ => Err(statement.fault("expected a relation and a column")),
    }
}
