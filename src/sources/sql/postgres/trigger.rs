//! Triggers and rules.

use std::sync::Arc;

use super::{constraint, keys};
use crate::base::Name;
use crate::dialects::postgres::quote;
use crate::ir::{Attr, Guard, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

pub fn create(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    read(statement, guard, None)
}

pub fn create_constraint(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    read(statement, guard, Some(Value::Flag))
}

const TIMINGS: &[(&str, &str)] = &[("BEFORE", "BEFORE"), ("AFTER", "AFTER"), ("INSTEAD OF", "INSTEAD OF")];

/// Functions of pg_catalog that triggers call: they are printed without a namespace.
const BUILT_IN: &[&str] = &["suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column"];

fn read(statement: &mut Statement<'_, '_>, guard: Guard, of_constraint: Option<Value>) -> Read<Outcome> {
    let name = statement.ident()?;
    let Some(timing) = statement.accept_row(TIMINGS) else { return Err(statement.fault("expected BEFORE, AFTER or INSTEAD OF")) };
    let (events, columns) = events(statement)?;
    statement.expect(&["ON"])?;
    let table = keys::key(statement, Kind::Table)?;
    let key = table.child(Kind::Trigger, name);
    let mut object = Object::new(key).with(Attr::Timing, Value::text(timing)).with_some(Attr::ConstraintTrigger, of_constraint);
    object.set(Attr::Events, Some(Value::Labels(events)));
    object.set(Attr::Columns, (!columns.is_empty()).then_some(Value::Names(columns)));
    object.set(Attr::Level, Some(Value::text("statement")));
    clauses(statement, &mut object)?;
    object.set(Attr::Call, Some(Value::sql(call(statement)?)));
    let object = keys::with_path(statement, object);
    statement.note_rename(key, 0);
    statement.push(Op::Create { object, guard });
    Ok(Outcome::Modelled)
}

/// `INSERT OR UPDATE OF a, b OR DELETE OR TRUNCATE`.
fn events(statement: &mut Statement<'_, '_>) -> Read<(Vec<Arc<str>>, Vec<Name>)> {
    let (mut events, mut columns) = (Vec::new(), Vec::new());
    loop {
        let Some(event) = statement.accept_any(&["INSERT", "UPDATE", "DELETE", "TRUNCATE"]) else {
            return Err(statement.fault("expected the event of a trigger"));
        };
        events.push(Arc::from(event));
        if event == "UPDATE" && statement.accept(&["OF"]) {
            columns = statement.commas(|cursor| cursor.ident())?;
        }
        if !statement.accept(&["OR"]) {
            return Ok((events, columns));
        }
    }
}

/// What stands between the table and EXECUTE.
fn clauses(statement: &mut Statement<'_, '_>, object: &mut Object) -> Read<()> {
    loop {
        if statement.accept(&["FROM"]) {
            object.set(Attr::References, Some(Value::Key(keys::key(statement, Kind::Table)?)));
        } else if statement.accept(&["REFERENCING"]) {
            let mark = statement.mark();
            while !statement.at_end() && !["FOR", "WHEN", "EXECUTE"].iter().any(|word| statement.is(0, word)) {
                statement.skip();
            }
            object.set(Attr::Referencing, Some(Value::sql(statement.text_from(mark))));
        } else if statement.accept(&["FOR"]) {
            statement.accept(&["EACH"]);
            let level = statement.accept_any(&["row", "statement"]);
            object.set(Attr::Level, level.map(Value::text));
        } else if statement.accept(&["WHEN"]) {
            let condition = statement.parenthesised()?;
            object.set(Attr::When, Some(Value::sql(condition)));
        } else if !constraint::attribute(statement, object) {
            return Ok(());
        }
    }
}

/// `EXECUTE {FUNCTION | PROCEDURE} f('x', …)`: the call with its function's namespace.
fn call(statement: &mut Statement<'_, '_>) -> Read<String> {
    statement.expect(&["EXECUTE"])?;
    if statement.accept_any(&["FUNCTION", "PROCEDURE"]).is_none() {
        return Err(statement.fault("expected FUNCTION"));
    }
    let (namespace, name) = statement.name()?;
    let arguments = statement.parenthesised()?;
    let catalog = namespace.as_str() == "pg_catalog" || (namespace.is_none() && BUILT_IN.contains(&name.as_str()));
    // A bare name may stand in any namespace of the search path, which the trigger keeps.
    let home = Some(keys::home(statement)).filter(|_| !catalog && keys::path(statement).len() < 2);
    let namespace = if namespace.is_none() { home.unwrap_or(Name::NONE) } else { namespace };
    let function = Key::new(Kind::Function, if catalog { Name::NONE } else { namespace }, name);
    Ok(format!("{}({arguments})", keys::qualified(function)))
}

/// Rules are compared as whole statements: `CREATE RULE name AS ON event TO table …`.
pub fn create_rule(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let name = statement.ident()?;
    statement.expect(&["AS", "ON"])?;
    let Some(event) = statement.accept_any(&["SELECT", "INSERT", "UPDATE", "DELETE"]) else {
        return Err(statement.fault("expected the event of a rule"));
    };
    statement.expect(&["TO"])?;
    let table = keys::key(statement, Kind::Table)?;
    let rest = statement.rest();
    let text = format!("CREATE RULE {} AS ON {event} TO {} {rest}", quote(name), keys::qualified(table));
    let key = table.child(Kind::Rule, name);
    let object = keys::with_path(statement, Object::new(key).with(Attr::Definition, Value::sql(text)));
    statement.note_rename(key, 0);
    statement.push(Op::Create { object, guard });
    Ok(Outcome::Modelled)
}
