//! Functions, procedures and aggregates.

use super::{keys, routine_options, unless_exists, whole};
use crate::base::Name;
use crate::ir::{Attr, Guard, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::{Cursor, Read};
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
    let parameters = uncommented(statement.parenthesised()?, statement);
    let mut object = Object::new(key).with(Attr::Parameters, Value::sql(parameters));
    if statement.accept(&["RETURNS"]) && !statement.at_words(&["NULL", "ON"]) {
        let mark = statement.mark();
        statement.slice_until(routine_options::STARTS)?;
        object.set(Attr::Type, Some(Value::sql(uncommented(statement.text_from(mark), statement))));
    }
    routine_options::read(statement, &mut object)?;
    let object = keys::with_path(statement, object);
    statement.note_rename(key, 0);
    statement.push(Op::Create { object, guard });
    Ok(Outcome::Modelled)
}

/// The text with a blank for each comment: a comma in one is no end of a parameter.
fn uncommented(text: &str, statement: &Statement<'_, '_>) -> String {
    let mut cursor = Cursor::new(text, text.len(), statement.lexis());
    let (mut plain, mut behind) = (String::with_capacity(text.len()), 0);
    while !cursor.at_end() {
        let mark = cursor.mark();
        cursor.skip();
        let (start, end) = cursor.range_from(mark);
        let gap = text.get(behind..start as usize).unwrap_or("");
        plain.push_str(if gap.trim().is_empty() { gap } else { " " });
        plain.push_str(text.get(start as usize..end as usize).unwrap_or(""));
        behind = end as usize;
    }
    plain
}

/// Aggregates are compared as whole statements.
pub fn create_aggregate(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let mark = statement.mark();
    let (namespace, name) = keys::name(statement)?;
    let old = statement.is(0, "(") && (statement.is(2, "="));
    if old {
        return old_aggregate(statement, Key::new(Kind::Aggregate, namespace, name), guard);
    }
    statement.rewind(mark);
    let key = keys::routine(statement, Kind::Aggregate)?;
    statement.rewind(mark);
    statement.qualified()?;
    let named = Key::new(Kind::Aggregate, namespace, name);
    whole::push(statement, key, &format!("CREATE AGGREGATE {}", keys::qualified(named)), guard)
}

/// The old form, `name (BASETYPE = type, …)`, as the new one: `name (type) (…)`; ANY stands for no argument (manual, CREATE AGGREGATE).
fn old_aggregate(statement: &mut Statement<'_, '_>, named: Key, guard: Guard) -> Read<Outcome> {
    let items = statement.list(|cursor| cursor.slice_until(&[]))?;
    let base = |item: &&str| {
        item.split_once('=').filter(|(word, _)| word.trim().eq_ignore_ascii_case("basetype")).map(|(_, ty)| ty.trim().to_owned())
    };
    let Some(ty) = items.iter().find_map(base) else {
        return Err(statement.fault("an aggregate without BASETYPE or arguments is not known"));
    };
    let all = ty.trim_matches(['\'', '"']).eq_ignore_ascii_case("any");
    let argument = if all { String::new() } else { keys::type_name(statement, &ty) };
    let rest: Vec<&str> = items.iter().copied().filter(|item| base(item).is_none()).collect();
    let list = if all { "*" } else { ty.as_str() };
    let text = format!("CREATE AGGREGATE {} ({list}) ({})", keys::qualified(named), rest.join(", "));
    let key = Key { name: Name::new(&format!("{}({argument})", named.name)), ..named };
    let object = keys::with_path(statement, Object::new(key).with(Attr::Definition, Value::sql(text)));
    statement.push(Op::Create { object, guard });
    Ok(Outcome::Modelled)
}
