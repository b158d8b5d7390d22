//! Whose the new objects are: those of the role that earlier statements of the file have taken on (manual, SET ROLE, SET SESSION
//! AUTHORIZATION). Where no statement says so, whoever runs the text makes them, and nobody knows who that is.

use crate::ir::{Attr, Guard, Kind, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// The setting under which the session keeps the role.
pub const ROLE: &str = "role";

/// `SET ROLE`, `SET SESSION AUTHORIZATION`, behind these words.
pub fn set(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let is_none = statement.accept(&["NONE"]) || statement.accept(&["DEFAULT"]);
    let role = if is_none { None } else { Some(statement.literal()?) };
    statement.set(ROLE, role.as_deref());
    Ok(Outcome::Ignored("session"))
}

/// Kinds whose objects nobody owns, and those that go with what they stand on.
const UNOWNED: &[Kind] = &[
    Kind::Extension,
    Kind::Cast,
    Kind::Transform,
    Kind::UserMapping,
    Kind::AccessMethod,
    Kind::TextSearchParser,
    Kind::TextSearchTemplate,
];

/// Gives what a statement has made to the role in force.
pub fn own(statement: &mut Statement<'_, '_>) {
    let Some(role) = statement.session.get(ROLE).map(Value::text) else { return };
    for located in &mut statement.effects.ops {
        let Op::Create { object, guard: Guard::Strict | Guard::Lenient } = &mut located.op else { continue };
        let of_another = object.key.kind.spec().owned || object.has(Attr::IdentityOf) || object.has(Attr::OwnedBy);
        if !of_another && !UNOWNED.contains(&object.key.kind) && !object.has(Attr::Owner) {
            object.set(Attr::Owner, Some(role.clone()));
        }
    }
}
