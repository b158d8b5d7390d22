//! Policies of row-level security.

use std::sync::Arc;

use super::{keys, privilege};
use crate::ir::{Attr, Guard, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// `CREATE POLICY name ON table …`.
pub fn create(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let name = statement.ident()?;
    statement.expect(&["ON"])?;
    let key = keys::key(statement, Kind::Table)?.child(Kind::Policy, name);
    let mut object = Object::new(key);
    if statement.accept(&["AS"]) {
        let restrictive = statement.accept(&["RESTRICTIVE"]);
        object.set(Attr::Restrictive, restrictive.then(|| Value::text("RESTRICTIVE")));
        statement.accept(&["PERMISSIVE"]);
    }
    if statement.accept(&["FOR"]) {
        let command = statement.accept_any(&["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"]);
        object.set(Attr::Command, command.filter(|command| *command != "ALL").map(Value::text));
    }
    for (attr, value) in clauses(statement)? {
        object.set(attr, value);
    }
    let object = keys::with_path(statement, object);
    statement.note_rename(key, 0);
    statement.push(Op::Create { object, guard });
    Ok(Outcome::Modelled)
}

/// `ALTER POLICY name ON table …`.
pub fn alter(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let name = statement.ident()?;
    statement.expect(&["ON"])?;
    let key = keys::key(statement, Kind::Table)?.child(Kind::Policy, name);
    if statement.accept(&["RENAME", "TO"]) {
        let to = statement.ident()?;
        statement.push(Op::Rename { key, to });
        return Ok(Outcome::Modelled);
    }
    for (attr, value) in clauses(statement)? {
        statement.push(Op::set(key, attr, value));
    }
    Ok(Outcome::Modelled)
}

/// `[TO roles] [USING (…)] [WITH CHECK (…)]`. `PUBLIC` alone is the default.
fn clauses(statement: &mut Statement<'_, '_>) -> Read<Vec<(Attr, Option<Value>)>> {
    let mut facts = Vec::new();
    if statement.accept(&["TO"]) {
        let roles = statement.commas(privilege::role)?;
        let everyone = roles.iter().any(|role| role.as_str() == "PUBLIC");
        let labels = roles.iter().map(|role| Arc::from(role.as_str())).collect();
        facts.push((Attr::Roles, (!everyone).then_some(Value::Labels(labels))));
    }
    if statement.accept(&["USING"]) {
        facts.push((Attr::Using, Some(Value::sql(statement.parenthesised()?))));
    }
    if statement.accept(&["WITH", "CHECK"]) {
        facts.push((Attr::WithCheck, Some(Value::sql(statement.parenthesised()?))));
    }
    Ok(facts)
}
