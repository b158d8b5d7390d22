//! Sequences: CREATE, ALTER, and those that serial and identity columns bring.

use std::sync::Arc;

use super::{if_exists, keys, unless_exists};
use crate::base::Name;
use crate::dialects::postgres::names;
use crate::ir::{Attr, Guard, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::lexer::TokenKind;
use crate::sources::sql::statement::Statement;

/// `CREATE SEQUENCE name options`.
pub fn create(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    lasting(statement, guard, None)
}

pub fn create_unlogged(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    lasting(statement, guard, Some(Value::text("unlogged")))
}

fn lasting(statement: &mut Statement<'_, '_>, guard: Guard, persistence: Option<Value>) -> Read<Outcome> {
    let guard = unless_exists(statement, guard);
    let key = keys::key(statement, Kind::Sequence)?;
    let mut object = Object::new(key);
    object.set(Attr::Persistence, persistence);
    while let Some((attr, value)) = option(statement)? {
        object.set(attr, value);
    }
    statement.note_rename(key, 0);
    statement.push(Op::Create { object, guard });
    Ok(Outcome::Modelled)
}

/// `ALTER SEQUENCE name options`; what is common to all relations is read elsewhere.
pub fn alter(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    if_exists(statement);
    let key = keys::key(statement, Kind::Sequence)?;
    if super::alter::common(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    options(statement, key)?;
    Ok(Outcome::Modelled)
}

/// Options up to the end, or up to what is none.
pub fn options(statement: &mut Statement<'_, '_>, key: Key) -> Read<()> {
    while let Some((attr, value)) = option(statement)? {
        statement.push(Op::set(key, attr, value));
    }
    Ok(())
}

/// Options that take a number.
const NUMBERS: &[(&str, Attr)] = &[
    ("START WITH", Attr::Start),
    ("START", Attr::Start),
    ("INCREMENT BY", Attr::Increment),
    ("INCREMENT", Attr::Increment),
    ("MINVALUE", Attr::MinValue),
    ("MAXVALUE", Attr::MaxValue),
    ("CACHE", Attr::Cache),
];

/// Options that say that a fact does not hold, or that it holds.
const WORDS: &[(&str, (Attr, bool))] = &[
    ("NO MINVALUE", (Attr::MinValue, false)),
    ("NO MAXVALUE", (Attr::MaxValue, false)),
    ("NO CYCLE", (Attr::Cycle, false)),
    ("CYCLE", (Attr::Cycle, true)),
    ("OWNED BY NONE", (Attr::OwnedBy, false)),
    ("SET LOGGED", (Attr::Persistence, false)),
];

/// One option as a fact; the place where the numbers go on is none, and is passed over.
fn option(statement: &mut Statement<'_, '_>) -> Read<Option<(Attr, Option<Value>)>> {
    loop {
        if let Some((attr, holds)) = statement.accept_row(WORDS) {
            return Ok(Some((attr, holds.then_some(Value::Flag))));
        }
        if let Some(attr) = statement.accept_row(NUMBERS) {
            let number = statement.literal()?;
            return Ok(Some((attr, Some(Value::text(number)))));
        }
        if statement.accept(&["SET", "UNLOGGED"]) {
            return Ok(Some((Attr::Persistence, Some(Value::text("unlogged")))));
        }
        if statement.accept(&["AS"]) {
            let text = statement.ident()?;
            return Ok(Some((Attr::Type, Some(Value::sql(text.as_str())))));
        }
        if statement.accept(&["OWNED", "BY"]) {
            return Ok(Some((Attr::OwnedBy, Some(Value::Key(keys::column(statement)?)))));
        }
        if !passed_over(statement)? {
            return Ok(None);
        }
    }
}

fn passed_over(statement: &mut Statement<'_, '_>) -> Read<bool> {
    if statement.accept(&["RESTART"]) {
        statement.accept(&["WITH"]);
        if statement.kind(0) == Some(TokenKind::Number) || statement.is(0, "-") || statement.is(0, "+") {
            statement.literal()?;
        }
        return Ok(true);
    }
    Ok(statement.accept(&["LOGGED"]))
}

/// The pseudo-types that bring a sequence, and the type that the column gets.
const SERIAL: &[(&str, &str)] = &[
    ("serial", "integer"),
    ("serial4", "integer"),
    ("bigserial", "bigint"),
    ("serial8", "bigint"),
    ("smallserial", "smallint"),
    ("serial2", "smallint"),
];

/// The type of a serial column.
pub fn serial_type(text: &str) -> Option<&'static str> {
    SERIAL.iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|row| row.1)
}

/// The name of the sequence that a column brings.
pub fn implied(column: Key) -> Key {
    let name = names::object_name(column.owner.as_str(), Some(column.name.as_str()), "seq");
    Key::new(Kind::Sequence, column.namespace, Name::new(&name))
}

/// The sequence of a serial column, and the column's default.
pub fn of_serial(column: Key, data_type: &str) -> (Object, Value) {
    let key = implied(column);
    let object = Object::new(key).with(Attr::Type, Value::sql(data_type)).with(Attr::OwnedBy, Value::Key(column));
    let literal = keys::qualified(key).replace('\'', "''");
    (object, Value::sql(format!("nextval('{literal}'::regclass)")))
}

/// The sequence of an identity column, with the options in parentheses where they follow.
pub fn of_identity(statement: &mut Statement<'_, '_>, column: Key, data_type: Option<Arc<str>>) -> Read<Object> {
    let mut object = Object::new(implied(column)).with(Attr::IdentityOf, Value::Key(column));
    object.set(Attr::Type, data_type.map(Value::sql));
    if !statement.accept(&["("]) {
        return Ok(object);
    }
    while !statement.accept(&[")"]) {
        if statement.accept(&["SEQUENCE", "NAME"]) {
            object.key = keys::key(statement, Kind::Sequence)?;
        } else if let Some((attr, value)) = option(statement)? {
            object.set(attr, value);
        } else if !statement.is(0, ")") {
            return Err(statement.fault("this option of a sequence is not known"));
        }
    }
    Ok(object)
}
