//! The options of CREATE and ALTER FUNCTION, in any order.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::settings;
use crate::base::Name;
use crate::ir::{Attr, Object, Value};
use crate::sources::sql::cursor::{Cursor, Read};

/// Words that start an option: they end the result type.
pub const STARTS: &[&str] = &[
    "LANGUAGE",
    "TRANSFORM",
    "WINDOW",
    "IMMUTABLE",
    "STABLE",
    "VOLATILE",
    "NOT LEAKPROOF",
    "LEAKPROOF",
    "CALLED ON",
    "RETURNS NULL",
    "STRICT",
    "EXTERNAL SECURITY",
    "SECURITY",
    "PARALLEL",
    "COST",
    "ROWS",
    "SUPPORT",
    "SET",
    "AS",
    "RETURN",
    "BEGIN ATOMIC",
    "WITH (",
];

/// What an option of fixed words says.
#[derive(Clone, Copy)]
enum Says {
    Absent,
    Flag,
    Word(&'static str),
}

const WORDS: &[(&str, (Attr, Says))] = &[
    ("WINDOW", (Attr::Window, Says::Flag)),
    ("IMMUTABLE", (Attr::Volatility, Says::Word("IMMUTABLE"))),
    ("STABLE", (Attr::Volatility, Says::Word("STABLE"))),
    ("VOLATILE", (Attr::Volatility, Says::Absent)),
    ("NOT LEAKPROOF", (Attr::Leakproof, Says::Absent)),
    ("LEAKPROOF", (Attr::Leakproof, Says::Flag)),
    ("CALLED ON NULL INPUT", (Attr::StrictCall, Says::Absent)),
    ("RETURNS NULL ON NULL INPUT", (Attr::StrictCall, Says::Flag)),
    ("STRICT", (Attr::StrictCall, Says::Flag)),
    ("EXTERNAL SECURITY DEFINER", (Attr::SecurityDefiner, Says::Flag)),
    ("EXTERNAL SECURITY INVOKER", (Attr::SecurityDefiner, Says::Absent)),
    ("SECURITY DEFINER", (Attr::SecurityDefiner, Says::Flag)),
    ("SECURITY INVOKER", (Attr::SecurityDefiner, Says::Absent)),
    ("PARALLEL UNSAFE", (Attr::Parallel, Says::Absent)),
    ("PARALLEL SAFE", (Attr::Parallel, Says::Word("SAFE"))),
    ("PARALLEL RESTRICTED", (Attr::Parallel, Says::Word("RESTRICTED"))),
];

/// Options whose argument is a number.
const NUMBERS: &[(&str, Attr)] = &[("COST", Attr::Cost), ("ROWS", Attr::Rows)];

/// Reads all options into `object`.
pub fn read(cursor: &mut Cursor<'_>, object: &mut Object) -> Read<()> {
    while let Some((attr, value)) = option(cursor, object)? {
        if let (Attr::Settings, Some(Value::Options(settings))) = (attr, &value) {
            remember_order(object, settings.keys());
        }
        object.set(attr, value);
    }
    if cursor.accept(&["WITH"]) {
        old_attributes(cursor, object)?;
    }
    Ok(())
}

/// The settings in the order in which they were said, which the server keeps.
fn remember_order<'a>(object: &mut Object, names: impl Iterator<Item = &'a Name>) {
    let said = object.text(Attr::Layout).unwrap_or("").to_owned();
    let new = names.map(|name| name.as_str()).filter(|name| !said.split(' ').any(|old| old == *name));
    let order: Vec<&str> = said.split_whitespace().chain(new).collect();
    object.set(Attr::Layout, Some(Value::text(order.join(" "))));
}

/// One option as a fact; `None` where none follows.
pub fn option(cursor: &mut Cursor<'_>, object: &Object) -> Read<Option<(Attr, Option<Value>)>> {
    if let Some((attr, says)) = cursor.accept_row(WORDS) {
        return Ok(Some((attr, value_of(says))));
    }
    if let Some(attr) = cursor.accept_row(NUMBERS) {
        return Ok(Some((attr, Some(Value::text(cursor.literal()?)))));
    }
    if cursor.accept(&["LANGUAGE"]) {
        let name = cursor.literal()?.to_ascii_lowercase();
        return Ok(Some((Attr::LanguageName, Some(Value::text(name)))));
    }
    if cursor.accept(&["SUPPORT"]) {
        let mark = cursor.mark();
        cursor.qualified()?;
        return Ok(Some((Attr::Support, Some(Value::text(cursor.text_from(mark))))));
    }
    if cursor.accept(&["SET"]) {
        return Ok(Some((Attr::Settings, setting(cursor, object)?)));
    }
    if cursor.at_words(&["TRANSFORM"]) {
        return Err(cursor.fault("TRANSFORM of a routine is not modelled"));
    }
    body(cursor)
}

fn value_of(says: Says) -> Option<Value> {
    match says {
        Says::Absent => None,
        Says::Flag => Some(Value::Flag),
        Says::Word(word) => Some(Value::text(word)),
    }
}

/// `AS 'body'`, `AS 'file', 'symbol'` (then both, as written), or a body of the SQL standard.
fn body(cursor: &mut Cursor<'_>) -> Read<Option<(Attr, Option<Value>)>> {
    if cursor.accept(&["AS"]) {
        let mark = cursor.mark();
        let text = cursor.string()?;
        if !cursor.accept(&[","]) {
            return Ok(Some((Attr::Body, Some(Value::sql(text)))));
        }
        cursor.string()?;
        return Ok(Some((Attr::Body, Some(Value::sql(cursor.text_from(mark))))));
    }
    if cursor.is(0, "RETURN") || cursor.at_words(&["BEGIN", "ATOMIC"]) {
        return Ok(Some((Attr::Body, Some(Value::sql(cursor.rest())))));
    }
    Ok(None)
}

/// Settings whose values are lists of names: each is printed quoted.
const LISTS: &[&str] = &["search_path", "temp_tablespaces", "session_preload_libraries", "local_preload_libraries", "datestyle"];

/// `SET name {TO | =} value, …` and the settings that were there; the values are written as pg_dump prints them: `'a', 'b'`.
fn setting(cursor: &mut Cursor<'_>, object: &Object) -> Read<Option<Value>> {
    let mut all: BTreeMap<Name, Arc<str>> = match object.get(Attr::Settings) {
        Some(Value::Options(all)) => all.clone(),
        _ => BTreeMap::new(),
    };
    let name = if cursor.accept(&["TIME", "ZONE"]) { "timezone".to_owned() } else { settings::setting_name(cursor)? };
    if cursor.accept(&["FROM", "CURRENT"]) {
        return Err(cursor.fault("the current value of a setting is not known"));
    }
    if !cursor.accept(&["TO"]) {
        cursor.accept(&["="]);
    }
    let values = cursor.commas(|cursor| cursor.literal())?;
    let quoted = |value: &str| format!("'{}'", value.replace('\'', "''"));
    let text = if LISTS.contains(&name.as_str()) {
        values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ")
    } else {
        quoted(&values.join(", "))
    };
    all.insert(Name::new(&name), Arc::from(text));
    Ok(Some(Value::Options(all)))
}

/// `WITH (isStrict, isCachable)`, the form of old dumps.
fn old_attributes(cursor: &mut Cursor<'_>, object: &mut Object) -> Read<()> {
    for word in cursor.list(Cursor::ident)? {
        match word.as_str().to_ascii_lowercase().as_str() {
            "isstrict" => object.set(Attr::StrictCall, Some(Value::Flag)),
            "iscachable" => object.set(Attr::Volatility, Some(Value::text("IMMUTABLE"))),
            _ => return Err(cursor.fault("this attribute of a routine is not known")),
        }
    }
    Ok(())
}
