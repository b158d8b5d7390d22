//! CREATE VIEW and ALTER VIEW.

use crate::ir::{Attr, Guard, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

use super::{Head, object_key};

/// `CREATE … VIEW [IF NOT EXISTS] name [(columns)] AS query [WITH CHECK OPTION]`.
pub fn create(statement: &mut Statement<'_, '_>, head: &Head) -> Read<Outcome> {
    statement.expect(&["VIEW"])?;
    let lenient = statement.accept(&["IF", "NOT", "EXISTS"]);
    let object = definition(statement, head)?;
    let key = object.key;
    statement.push(Op::Create { object, guard: head.guard(lenient) });
    statement.note_rename(key, 0);
    Ok(Outcome::Modelled)
}

/// `ALTER … VIEW name AS query`: the whole definition anew.
pub fn alter(statement: &mut Statement<'_, '_>, head: &Head) -> Read<Outcome> {
    statement.expect(&["VIEW"])?;
    let object = definition(statement, head)?;
    statement.push(Op::Create { object, guard: Guard::Replace });
    Ok(Outcome::Modelled)
}

fn definition(statement: &mut Statement<'_, '_>, head: &Head) -> Read<Object> {
    let mut object = Object::new(object_key(statement, Kind::View)?);
    if statement.is(0, "(") {
        let columns = statement.names()?;
        object.set(Attr::ColumnNames, Some(Value::Names(columns)));
    }
    statement.expect(&["AS"])?;
    let query = statement.slice_through_commas(&["WITH CHECK OPTION", "WITH CASCADED CHECK", "WITH LOCAL CHECK"])?;
    object.set(Attr::Query, Some(Value::sql(query)));
    if statement.accept(&["WITH"]) {
        let kind = statement.accept_row(&[("LOCAL", "local"), ("CASCADED", "cascaded")]).unwrap_or("cascaded");
        statement.expect(&["CHECK", "OPTION"])?;
        object.set(Attr::CheckOption, Some(Value::text(kind)));
    }
    statement.expect_end()?;
    let algorithm = head.algorithm.as_deref().filter(|algorithm| *algorithm != "undefined");
    object.set(Attr::Method, algorithm.map(Value::text));
    object.set(Attr::Definer, head.definer.as_deref().map(Value::text));
    let invoker = head.security.as_deref().filter(|security| *security == "invoker");
    object.set(Attr::SecurityDefiner, invoker.map(Value::text));
    Ok(object)
}
