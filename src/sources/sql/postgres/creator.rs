//! Whose the new objects are: those of the role that earlier statements of the file have taken on (manual, SET ROLE, SET SESSION
//! AUTHORIZATION). Where no statement says so, whoever runs the text makes them, and nobody knows who that is.

use crate::ir::{Attr, Guard, Kind, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// The settings under which the session keeps who it is, and the role that it has taken on for a while.
pub const USER: &str = "session_authorization";
pub const ROLE: &str = "role";

/// `SET ROLE`, `SET SESSION AUTHORIZATION`, behind these words. Who becomes another user has no role on top of that (manual, SET
/// SESSION AUTHORIZATION).
pub fn set(statement: &mut Statement<'_, '_>, setting: &str) -> Read<Outcome> {
    let is_none = statement.accept(&["NONE"]) || statement.accept(&["DEFAULT"]);
    let role = if is_none { None } else { Some(statement.literal()?) };
    reset(statement, setting);
    statement.set(setting, role.as_deref());
    Ok(Outcome::Ignored("session"))
}

/// `RESET ROLE`, `RESET SESSION AUTHORIZATION`: the first leaves the user of the session.
pub fn reset(statement: &mut Statement<'_, '_>, setting: &str) {
    statement.set(ROLE, None);
    if setting == USER {
        statement.set(USER, None);
    }
}

/// Who the session is at this statement, where the text says so.
pub fn current<'s>(statement: &'s Statement<'_, '_>) -> Option<&'s str> {
    statement.session.get(ROLE).or(statement.session.get(USER))
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
    let Some(role) = current(statement).map(Value::text) else { return };
    for located in &mut statement.effects.ops {
        let Op::Create { object, guard: Guard::Strict | Guard::Lenient } = &mut located.op else { continue };
        let of_another = object.key.kind.spec().owned || object.has(Attr::IdentityOf) || object.has(Attr::OwnedBy);
        if !of_another && !UNOWNED.contains(&object.key.kind) && !object.has(Attr::Owner) {
            object.set(Attr::Owner, Some(role.clone()));
        }
    }
}
