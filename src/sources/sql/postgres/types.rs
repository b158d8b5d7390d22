//! Types and domains.

use std::sync::Arc;

use super::column::{collation, default, typed, until_constraint};
use super::{constraint, keys, whole};
use crate::base::Name;
use crate::ir::{Attr, Guard, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// `CREATE TYPE name …`.
pub fn create(statement: &mut Statement<'_, '_>, _guard: Guard) -> Read<Outcome> {
    let key = keys::key(statement, Kind::Enum)?;
    statement.note_rename(key, 0);
    if statement.accept(&["AS", "ENUM"]) {
        let labels = statement.list(|cursor| Ok(Arc::from(cursor.string()?)))?;
        statement.push(Op::create(Object::new(key).with(Attr::Labels, Value::Labels(labels))));
        return Ok(Outcome::Modelled);
    }
    let head = format!("CREATE TYPE {}", keys::qualified(key));
    if statement.accept(&["AS", "RANGE"]) {
        return whole::push(statement, key.of(Kind::Range), &format!("{head} AS RANGE"), Guard::Strict);
    }
    if statement.accept(&["AS"]) {
        return composite(statement, key.of(Kind::Composite));
    }
    // A shell type first, and then the type with its functions under the same name.
    whole::push(statement, key.of(Kind::BaseType), &head, Guard::Replace)
}

/// `(field type [COLLATE c], …)`.
fn composite(statement: &mut Statement<'_, '_>, key: Key) -> Read<Outcome> {
    let object = keys::with_path(statement, Object::new(key));
    statement.push(Op::create(object));
    statement.expect(&["("])?;
    if statement.accept(&[")"]) {
        return Ok(Outcome::Modelled);
    }
    loop {
        field(statement, key)?;
        if statement.accept(&[")"]) {
            return Ok(Outcome::Modelled);
        }
        statement.expect(&[","])?;
    }
}

/// One field of a composite type.
pub fn field(statement: &mut Statement<'_, '_>, key: Key) -> Read<()> {
    let mark = statement.mark();
    let column = key.child(Kind::Column, statement.ident()?);
    let start = statement.mark();
    let data_type = statement.slice_until(&["COLLATE", "CASCADE", "RESTRICT"])?;
    let data_type = typed(statement, data_type, start)?;
    let mut object = Object::new(column).with(Attr::Type, Value::sql(data_type));
    if statement.accept(&["COLLATE"]) {
        object.set(Attr::Collation, Some(collation(statement)?));
    }
    let object = keys::with_path(statement, object);
    statement.note_rename(column, mark);
    statement.push_from(mark, Op::create(object));
    Ok(())
}

/// `CREATE DOMAIN name [AS] type [COLLATE c] constraint …`.
pub fn create_domain(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let key = keys::key(statement, Kind::Domain)?;
    statement.accept(&["AS"]);
    let start = statement.mark();
    let data_type = until_constraint(statement)?;
    let mut object = Object::new(key).with(Attr::Type, Value::sql(typed(statement, data_type, start)?));
    let mut checks = Vec::new();
    while !statement.at_end() {
        let name = if statement.accept(&["CONSTRAINT"]) { statement.ident()? } else { Name::NONE };
        if statement.accept(&["COLLATE"]) {
            object.set(Attr::Collation, Some(collation(statement)?));
        } else if statement.accept(&["DEFAULT"]) {
            object.set(Attr::Default, default(until_constraint(statement)?));
        } else if statement.accept(&["NOT", "NULL"]) {
            object.set(Attr::NotNull, Some(Value::Flag));
        } else if statement.accept(&["CHECK"]) {
            checks.push(constraint::check(statement, key.child(Kind::Check, name))?);
        } else if !statement.accept(&["NULL"]) {
            return Err(statement.fault("this constraint of a domain is not known"));
        }
    }
    let object = keys::with_path(statement, object);
    statement.note_rename(key, 0);
    statement.push(Op::Create { object, guard });
    for check in checks {
        let object = keys::with_path(statement, check);
        statement.push(Op::create(object));
    }
    Ok(Outcome::Modelled)
}
