//! MariaDB's sequences.

use crate::ir::{Attr, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::statement::Statement;

use super::options::{self, TableOption};
use super::{Head, object_key};

/// `CREATE [OR REPLACE] SEQUENCE [IF NOT EXISTS] name options`.
pub fn create(statement: &mut Statement<'_, '_>, head: &Head) -> Read<Outcome> {
    let lenient = statement.accept(&["IF", "NOT", "EXISTS"]);
    let mut object = Object::new(object_key(statement, Kind::Sequence)?);
    while let Some((attr, value)) = option(statement)? {
        object.set(attr, value);
    }
    statement.expect_end()?;
    let key = object.key;
    statement.push(Op::Create { object, guard: head.guard(lenient) });
    statement.note_rename(key, 0);
    Ok(Outcome::Modelled)
}

/// `ALTER SEQUENCE [IF EXISTS] name options`.
pub fn alter(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    statement.accept(&["IF", "EXISTS"]);
    let key = object_key(statement, Kind::Sequence)?;
    while let Some((attr, value)) = option(statement)? {
        statement.push(Op::set(key, attr, value));
    }
    statement.expect_end()?;
    Ok(Outcome::Modelled)
}

/// One option; RESTART moves the sequence and says nothing of its definition.
fn option(cursor: &mut Cursor<'_>) -> Read<Option<(Attr, Option<Value>)>> {
    const NUMBERS: &[(&str, Attr)] = &[
        ("START WITH", Attr::Start),
        ("START", Attr::Start),
        ("INCREMENT BY", Attr::Increment),
        ("INCREMENT", Attr::Increment),
        ("MINVALUE", Attr::MinValue),
        ("MAXVALUE", Attr::MaxValue),
        ("CACHE", Attr::Cache),
    ];
    const WORDS: &[(&str, (Attr, Option<&str>))] = &[
        ("NO MINVALUE", (Attr::MinValue, None)),
        ("NOMINVALUE", (Attr::MinValue, None)),
        ("NO MAXVALUE", (Attr::MaxValue, None)),
        ("NOMAXVALUE", (Attr::MaxValue, None)),
        ("NOCACHE", (Attr::Cache, Some("0"))),
        ("NO CACHE", (Attr::Cache, Some("0"))),
        ("NOCYCLE", (Attr::Cycle, None)),
        ("NO CYCLE", (Attr::Cycle, None)),
    ];
    if let Some((attr, value)) = cursor.accept_row(WORDS) {
        return Ok(Some((attr, value.map(Value::text))));
    }
    if cursor.accept(&["CYCLE"]) {
        return Ok(Some((Attr::Cycle, Some(Value::Flag))));
    }
    if cursor.accept(&["RESTART"]) {
        cursor.accept_row(&[("WITH", ()), ("=", ())]);
        if !cursor.at_end() {
            cursor.literal()?;
        }
        return Ok(Some((Attr::Layout, None)));
    }
    if cursor.accept(&["AS"]) {
        let text = cursor.slice_until(&[
            "START",
            "INCREMENT",
            "MINVALUE",
            "MAXVALUE",
            "NO",
            "CACHE",
            "NOCACHE",
            "CYCLE",
            "NOCYCLE",
            "ENGINE",
            "COMMENT",
        ])?;
        return Ok(Some((Attr::Type, Some(Value::sql(text.to_ascii_lowercase())))));
    }
    if let Some(attr) = cursor.accept_row(NUMBERS) {
        cursor.accept_row(&[("=", ())]);
        return Ok(Some((attr, Some(Value::text(cursor.literal()?)))));
    }
    Ok(match options::table_option(cursor)? {
        Some(TableOption::Fact(attr @ (Attr::Comment | Attr::Engine), value)) => Some((attr, value)),
        Some(_) => Some((Attr::Layout, None)),
        None => None,
    })
}
