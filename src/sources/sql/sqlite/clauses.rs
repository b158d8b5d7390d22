//! The clauses that columns, constraints and indexes share (sqlite.org/lang_createtable.html).

use crate::base::Name;
use crate::dialects::sqlite::lexer::{Class, Token};
use crate::dialects::sqlite::names::folded;
use crate::ir::value::{Fragment, Part};
use crate::ir::{Attr, Key, Kind, Object, Value};

use super::cursor::{Cursor, Fault};

/// A constraint's name, where it has one.
pub type Given = Option<String>;

pub fn given_name(cursor: &mut Cursor) -> Result<Given, Fault> {
    if !cursor.eat(&["constraint"]) {
        return Ok(None);
    }
    Ok(Some(cursor.name()?.into_owned()))
}

/// A clause that is a fact of the column itself; whether there was one.
pub fn column_fact(cursor: &mut Cursor, column: &mut Object) -> Result<bool, Fault> {
    if cursor.eat(&["not", "null"]) {
        column.set(Attr::NotNull, Some(Value::Flag));
        column.set(Attr::OnConflict, on_conflict(cursor)?);
    } else if cursor.eat(&["null"]) {
        on_conflict(cursor)?;
    } else if cursor.eat(&["default"]) {
        column.set(Attr::Default, Some(Value::sql(default_text(cursor)?)));
    } else if cursor.eat(&["collate"]) {
        let collation = cursor.name()?.to_ascii_lowercase();
        column.set(Attr::Collation, Some(Value::text(collation)));
    } else if cursor.eat(&["generated", "always", "as"]) || cursor.eat(&["as"]) {
        let expression = cursor.parenthesised()?.rest_text();
        column.set(Attr::Generated, Some(Value::sql(expression)));
        let stored = cursor.eat(&["stored"]);
        column.set(Attr::GeneratedAs, stored.then(|| Value::text("stored")));
        cursor.eat(&["virtual"]);
    } else {
        // A deferral without REFERENCES before it is read by the engine and has no effect.
        return Ok(deferral(cursor).is_some());
    }
    Ok(true)
}

/// `ON CONFLICT action` (sqlite.org/lang_conflict.html).
pub fn on_conflict(cursor: &mut Cursor) -> Result<Option<Value>, Fault> {
    if !cursor.eat(&["on", "conflict"]) {
        return Ok(None);
    }
    Ok(Some(Value::text(cursor.name()?.to_ascii_lowercase())))
}

/// `REFERENCES t (c) ON DELETE … MATCH … DEFERRABLE …` (sqlite.org/foreignkeys.html).
pub fn references(cursor: &mut Cursor, mut key: Object) -> Result<Object, Fault> {
    cursor.expect("references")?;
    let table = folded(&cursor.name()?);
    key.set(Attr::References, Some(Value::Key(Key::new(Kind::Table, Name::NONE, table))));
    if cursor.sees("(") {
        let columns = name_list(&cursor.parenthesised()?)?;
        key.set(Attr::ReferencedColumns, Some(Value::Names(columns)));
    }
    loop {
        if cursor.eat(&["on", "delete"]) {
            key.set(Attr::OnDelete, Some(action(cursor)?));
        } else if cursor.eat(&["on", "update"]) {
            key.set(Attr::OnUpdate, Some(action(cursor)?));
        } else if cursor.eat(&["on", "insert"]) {
            action(cursor)?;
        } else if cursor.eat(&["match"]) {
            let word = cursor.name()?.to_ascii_lowercase();
            key.set(Attr::Match, Some(Value::text(word)));
        } else if let Some(deferral) = deferral(cursor) {
            key.set(Attr::Deferrable, deferral);
        } else {
            return Ok(key);
        }
    }
}

const ACTIONS: &[&[&str]] = &[&["set", "null"], &["set", "default"], &["no", "action"], &["cascade"], &["restrict"]];

fn action(cursor: &mut Cursor) -> Result<Value, Fault> {
    let found = ACTIONS.iter().find(|words| cursor.sees_all(words)).ok_or_else(|| cursor.fault("an action is expected"))?;
    cursor.eat(found);
    Ok(Value::text(found.join(" ")))
}

/// `[NOT] DEFERRABLE [INITIALLY DEFERRED|IMMEDIATE]`: only the deferred one differs from saying nothing
/// (sqlite.org/foreignkeys.html, section 4.2). The outer `None` is: no such clause.
fn deferral(cursor: &mut Cursor) -> Option<Option<Value>> {
    let not = cursor.eat(&["not", "deferrable"]);
    if !not && !cursor.eat(&["deferrable"]) {
        return None;
    }
    let deferred = cursor.eat(&["initially", "deferred"]);
    if !deferred {
        cursor.eat(&["initially", "immediate"]);
    }
    Some((deferred && !not).then(|| Value::text("deferrable initially deferred")))
}

/// Words that end a column's type.
const AFTER_TYPE: &[&str] =
    &["constraint", "primary", "not", "null", "unique", "check", "default", "collate", "references", "as", "deferrable"];

/// A column's type: any words, and numbers in parentheses (sqlite.org/datatype3.html, section 3).
pub fn type_text<'t>(cursor: &mut Cursor<'_, 't>) -> Result<&'t str, Fault> {
    let before = cursor.rest();
    let mut count = 0;
    while let Some(token) = cursor.peek() {
        let ends = AFTER_TYPE.iter().any(|word| token.is(word)) || cursor.sees_all(&["generated", "always"]);
        if ends || token.name().is_none() {
            break;
        }
        cursor.take();
        count += 1;
    }
    if count > 0 && cursor.sees("(") {
        count += cursor.parenthesised()?.rest().len() + 2;
    }
    Ok(cursor.slice(before.get(..count).unwrap_or(before)))
}

/// A default: a literal, perhaps with a sign, a word, or an expression in parentheses, which are kept.
fn default_text<'t>(cursor: &mut Cursor<'_, 't>) -> Result<&'t str, Fault> {
    let before = cursor.rest();
    let count = if cursor.sees("(") {
        cursor.parenthesised()?.rest().len() + 2
    } else {
        let signed = cursor.eat(&["-"]) || cursor.eat(&["+"]);
        let value = cursor.take().ok_or_else(|| cursor.fault("a default is expected"))?;
        if matches!(value.class, Class::Symbol | Class::Parameter | Class::Unclosed) {
            return Err(Fault { at: value.start, message: "a default is expected".to_owned() });
        }
        1 + usize::from(signed)
    };
    Ok(cursor.slice(before.get(..count).unwrap_or(before)))
}

/// Bare column names.
pub fn name_list(list: &Cursor) -> Result<Vec<Name>, Fault> {
    let mut names = Vec::new();
    for mut item in list.items() {
        names.push(folded(&item.name()?));
        item.done()?;
    }
    Ok(names)
}

/// An element of a key or an index.
pub fn element(item: Cursor) -> Result<Part, Fault> {
    let tokens = without(item.rest(), "autoincrement");
    let shorter = without(tokens, "desc");
    let descending = shorter.len() < tokens.len();
    let target = without(shorter, "asc");
    let (target, collation) = match target {
        [target @ .., word, name] if word.is("collate") && !target.is_empty() => (target, name.name()),
        _ => (target, None),
    };
    let part = match target {
        [] => return Err(item.fault("a column or an expression is expected")),
        [token] if token.name().is_some() => Part::column(folded(&token.name().unwrap_or_default())),
        expression => Part::expression(Fragment::new(item.slice(expression))),
    };
    Ok(Part { collation: collation.map(|name| name.to_ascii_lowercase().into()), descending, ..part })
}

/// The tokens without this word at their end.
fn without<'s, 't>(tokens: &'s [Token<'t>], word: &str) -> &'s [Token<'t>] {
    match tokens {
        [head @ .., last] if last.is(word) && !head.is_empty() => head,
        _ => tokens,
    }
}
