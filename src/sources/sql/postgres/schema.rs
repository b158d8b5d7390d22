//! Schemas, with the elements of CREATE SCHEMA, and extensions.

use super::{keys, privilege, unless_exists};
use crate::base::Name;
use crate::ir::{Attr, Guard, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// `CREATE SCHEMA [name] [AUTHORIZATION role] [element …]`.
pub fn create(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let mut guard = unless_exists(statement, guard);
    let named = if statement.is(0, "AUTHORIZATION") { None } else { Some(statement.ident()?) };
    let owner = if statement.accept(&["AUTHORIZATION"]) { Some(privilege::role(statement)?) } else { None };
    let Some(name) = named.or(owner) else { return Err(statement.fault("expected the name of a schema")) };
    // Every database has this one; dumps of databases where it was dropped and made again say so too.
    if name.as_str() == keys::DEFAULT {
        guard = Guard::Lenient;
    }
    let key = Key::new(Kind::Namespace, Name::NONE, name);
    let object = Object::new(key).with_some(Attr::Owner, owner.map(|owner| Value::text(owner.as_str())));
    statement.note_rename(key, 0);
    statement.push(Op::Create { object, guard });
    elements(statement, name)?;
    Ok(Outcome::Modelled)
}

/// Words that start an element: each is a statement of its own under the schema's search path.
const ELEMENTS: &[&str] = &["CREATE", "GRANT"];

fn elements(statement: &mut Statement<'_, '_>, namespace: Name) -> Read<()> {
    let mut session = statement.session.clone();
    session.set(keys::SEARCH_PATH, Some(namespace.as_str()));
    while !statement.at_end() {
        let start = statement.mark();
        statement.skip();
        while !statement.at_end() && !ELEMENTS.iter().any(|word| statement.is(0, word)) {
            statement.skip_group();
        }
        let mut element = Statement::new(statement.part(start), &session);
        super::read(&mut element)?;
        let effects = element.effects;
        statement.effects.ops.extend(effects.ops);
        statement.effects.renames.extend(effects.renames);
    }
    Ok(())
}

/// The extension that every database has.
pub const BUILT_IN: &str = "plpgsql";

/// `CREATE EXTENSION name [WITH] [SCHEMA s] [VERSION v] [CASCADE]`.
pub fn create_extension(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let guard = unless_exists(statement, guard);
    let name = statement.ident()?;
    let mut object = Object::new(Key::new(Kind::Extension, Name::NONE, name));
    statement.accept(&["WITH"]);
    loop {
        if statement.accept(&["SCHEMA"]) {
            object.set(Attr::InSchema, Some(Value::text(statement.ident()?.as_str())));
        } else if statement.accept(&["VERSION"]) {
            object.set(Attr::Version, Some(Value::text(statement.literal()?)));
        } else if statement.accept(&["FROM"]) {
            statement.literal()?;
        } else if !statement.accept(&["CASCADE"]) {
            break;
        }
    }
    if name.as_str() == BUILT_IN {
        return Ok(Outcome::Ignored("built-in extension"));
    }
    statement.push(Op::Create { object, guard });
    Ok(Outcome::Modelled)
}
