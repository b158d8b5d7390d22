//! The database that a text speaks of: one, for its objects have no other home.

use crate::ir::Kind;
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// The database that USE has entered.
const ENTERED: &str = "database";
/// The database of the first object that stands behind a USE.
const HOME: &str = "home database";
/// Databases of the server's own, which `--all-databases` dumps too.
const OF_SERVER: &[&str] = &["mysql", "sys", "information_schema", "performance_schema"];

/// `USE name`.
pub fn enter(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let name = statement.ident()?;
    statement.set(ENTERED, Some(name.as_str()));
    statement.expect_end()?;
    Ok(Outcome::Ignored("database"))
}

/// A statement that has been read, in its database: the server's own ones are passed over, and a second one is not understood, since
/// a table of the same name in each would be taken for one table.
pub fn settled(statement: &mut Statement<'_, '_>, outcome: Outcome) -> Read<Outcome> {
    // What is said of a database may stand in another one.
    let of_objects = statement.effects.ops.iter().any(|located| located.op.key().kind != Kind::Database);
    let Some(entered) = statement.session.get(ENTERED).map(str::to_string).filter(|_| of_objects) else {
        return Ok(outcome);
    };
    if OF_SERVER.iter().any(|name| name.eq_ignore_ascii_case(&entered)) {
        statement.effects.ops.clear();
        return Ok(Outcome::Ignored("database of the server"));
    }
    match statement.session.get(HOME).map(str::to_string) {
        None => statement.set(HOME, Some(&entered)),
        Some(home) if home == entered => {}
        Some(home) => {
            let message = format!("an object of a second database, `{entered}` behind `{home}`: give each database's dump apart");
            return Err(statement.fault(message));
        }
    }
    Ok(outcome)
}
