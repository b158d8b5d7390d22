//! Functions, procedures and aggregates.

use super::{keys, routine_options, unless_exists, whole};
use crate::ir::{Attr, Guard, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

pub fn create_function(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    create(statement, guard, Kind::Function)
}

pub fn create_procedure(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    create(statement, guard, Kind::Procedure)
}

/// `name (parameters) [RETURNS …] option …`.
fn create(statement: &mut Statement<'_, '_>, guard: Guard, kind: Kind) -> Read<Outcome> {
    let guard = unless_exists(statement, guard);
    let mark = statement.mark();
    let key = keys::routine(statement, kind)?;
    statement.rewind(mark);
    statement.qualified()?;
    let parameters = statement.parenthesised()?;
    let mut object = Object::new(key).with(Attr::Parameters, Value::sql(parameters));
    if statement.accept(&["RETURNS"]) && !statement.at_words(&["NULL", "ON"]) {
        let mark = statement.mark();
        statement.slice_until(routine_options::STARTS)?;
        object.set(Attr::Type, Some(Value::sql(statement.text_from(mark))));
    }
    routine_options::read(statement, &mut object)?;
    let object = keys::with_path(statement, object);
    statement.note_rename(key, 0);
    statement.push(Op::Create { object, guard });
    Ok(Outcome::Modelled)
}

/// Aggregates are compared as whole statements. The old form names its argument by BASETYPE.
pub fn create_aggregate(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let mark = statement.mark();
    let (namespace, name) = keys::name(statement)?;
    let old = statement.is(0, "(") && (statement.is(2, "="));
    if old {
        return Err(statement.fault("the old form of CREATE AGGREGATE is not modelled"));
    }
    statement.rewind(mark);
    let key = keys::routine(statement, Kind::Aggregate)?;
    statement.rewind(mark);
    statement.qualified()?;
    let named = crate::ir::Key::new(Kind::Aggregate, namespace, name);
    whole::push(statement, key, &format!("CREATE AGGREGATE {}", keys::qualified(named)), guard)
}
