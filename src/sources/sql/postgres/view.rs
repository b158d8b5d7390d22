//! Views and materialized views.

use super::{index, keys, options, unless_exists};
use crate::ir::{Attr, Guard, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

pub fn create(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    read(statement, guard, None)
}

pub fn create_recursive(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    read(statement, guard, Some(Value::Flag))
}

/// What ends a view's query.
const CHECK_OPTIONS: &[(&str, &str)] =
    &[("WITH CASCADED CHECK OPTION", "cascaded"), ("WITH LOCAL CHECK OPTION", "local"), ("WITH CHECK OPTION", "cascaded")];

fn read(statement: &mut Statement<'_, '_>, guard: Guard, recursive: Option<Value>) -> Read<Outcome> {
    let guard = unless_exists(statement, guard);
    let key = keys::key(statement, Kind::View)?;
    let mut object = Object::new(key).with_some(Attr::Recursive, recursive);
    object.set(Attr::ColumnNames, column_names(statement)?);
    let (check, listed): (options::Listed, options::Listed) =
        options::with(statement)?.into_iter().partition(|(name, _)| name.as_str() == "check_option");
    object.set(Attr::CheckOption, check.into_iter().next().map(|(_, value)| Value::Text(value)));
    options::set(&mut object, listed);
    statement.expect(&["AS"])?;
    let stops: Vec<&str> = CHECK_OPTIONS.iter().map(|row| row.0).collect();
    let query = statement.slice_through_commas(&stops)?;
    object.set(Attr::Query, Some(Value::sql(index::unwrapped(query))));
    if let Some(option) = statement.accept_row(CHECK_OPTIONS) {
        object.set(Attr::CheckOption, Some(Value::text(option)));
    }
    push(statement, object, guard)
}

pub fn create_materialized(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let guard = unless_exists(statement, guard);
    let key = keys::key(statement, Kind::MaterializedView)?;
    let mut object = Object::new(key);
    object.set(Attr::ColumnNames, column_names(statement)?);
    for (setting, attr) in [("default_tablespace", Attr::Tablespace), ("default_table_access_method", Attr::AccessMethod)] {
        object.set(attr, statement.session.get(setting).map(Value::text));
    }
    if statement.accept(&["USING"]) {
        object.set(Attr::AccessMethod, Some(Value::text(statement.ident()?.as_str())));
    }
    options::set(&mut object, options::with(statement)?);
    if statement.accept(&["TABLESPACE"]) {
        object.set(Attr::Tablespace, Some(Value::text(statement.ident()?.as_str())));
    }
    statement.expect(&["AS"])?;
    let query = statement.slice_through_commas(&["WITH DATA", "WITH NO DATA"])?;
    object.set(Attr::Query, Some(Value::sql(index::unwrapped(query))));
    // Whether it holds rows now is not a fact of the schema: pg_dump prints WITH NO DATA for every one.
    let _ = statement.accept(&["WITH", "DATA"]) || statement.accept(&["WITH", "NO", "DATA"]);
    push(statement, object, guard)
}

fn column_names(statement: &mut Statement<'_, '_>) -> Read<Option<Value>> {
    if !statement.is(0, "(") {
        return Ok(None);
    }
    let names = statement.names()?;
    Ok((!names.is_empty()).then_some(Value::Names(names)))
}

fn push(statement: &mut Statement<'_, '_>, object: Object, guard: Guard) -> Read<Outcome> {
    let key: Key = object.key;
    let object = keys::with_path(statement, object);
    statement.note_rename(key, 0);
    statement.push(Op::Create { object, guard });
    Ok(Outcome::Modelled)
}
