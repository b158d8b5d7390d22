//! The database that a text speaks of: one, for its objects have no other home. Its name is left out wherever it stands before one of
//! its objects; before what belongs to another database the name is kept.

use crate::base::Name;
use crate::dialects::mysql::family::Family;
use crate::dialects::mysql::home;
use crate::ir::{Attr, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::session::Session;
use crate::sources::sql::statement::Statement;

/// The database that USE has entered.
const ENTERED: &str = "database";
/// The database of the first object that stands behind a USE, or has the database before its own name.
const HOME: &str = "home database";
/// Databases of the server's own, which `--all-databases` dumps too.
const OF_SERVER: &[&str] = &["mysql", "sys", "information_schema", "performance_schema"];

/// How mysqldump names the database that it dumps, in the first lines of a dump with comments.
const HOST: &str = "-- Host: ";
const DATABASE: &str = " Database: ";
const HEAD_LINES: usize = 8;

/// The session before the first statement: a dump is one of the database that its head names.
pub fn opens(text: &str) -> Session {
    let mut session = Session::default();
    let line = text.lines().take(HEAD_LINES).find(|line| line.starts_with(HOST));
    let name = line.and_then(|line| line.split_once(DATABASE)).map(|(_, name)| name.trim()).filter(|name| !name.is_empty());
    session.set(ENTERED, name);
    session
}

/// `USE name`.
pub fn enter(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let name = statement.ident()?;
    statement.set(ENTERED, Some(name.as_str()));
    statement.expect_end()?;
    Ok(Outcome::Ignored("database"))
}

/// A new name for an object; in another database it would be gone from this one.
pub fn rename(statement: &Statement<'_, '_>, key: Key, to: Key) -> Read<Op> {
    let of = |key: Key| if key.namespace.is_none() { current(statement) } else { Some(key.namespace.to_string()) };
    if !to.namespace.is_none() && of(key) != of(to) {
        return Err(statement.fault("an object that moves between two databases"));
    }
    Ok(Op::Rename { key, to: to.name })
}

/// The database in which a name without one is looked up, where the text says it.
fn current(statement: &Statement<'_, '_>) -> Option<String> {
    statement.session.get(ENTERED).or(statement.session.get(HOME)).map(str::to_string)
}

/// A statement that has been read, in its database: the server's own ones are passed over, and a second one is not understood, since
/// a table of the same name in each would be taken for one table.
pub fn settled(statement: &mut Statement<'_, '_>, outcome: Outcome, family: &Family) -> Read<Outcome> {
    // What is said of a database may stand in another one.
    let objects = || statement.effects.ops.iter().map(|located| located.op.key()).filter(|key| key.kind != Kind::Database);
    if objects().next().is_none() {
        return Ok(outcome);
    }
    let mut named: Vec<Name> = objects().map(|key| key.namespace).filter(|database| !database.is_none()).collect();
    named.dedup();
    let place = match named.first() {
        Some(database) => Some(database.to_string()),
        None => current(statement),
    };
    if named.len() > 1 {
        return Err(statement.fault(format!("objects of two databases, `{}` and `{}`", named[0], named[1])));
    }
    if let Some(place) = place {
        if OF_SERVER.iter().any(|name| name.eq_ignore_ascii_case(&place)) {
            statement.effects.ops.clear();
            return Ok(Outcome::Ignored("database of the server"));
        }
        match statement.session.get(HOME).map(str::to_string) {
            None => statement.set(HOME, Some(&place)),
            Some(home) if home == place => {}
            Some(home) => {
                let message = format!("an object of a second database, `{place}` behind `{home}`: give each database's dump apart");
                return Err(statement.fault(message));
            }
        }
        at_home(statement, &place, family);
    }
    let afar = |op: &Op| matches!(op, Op::Copy { source, .. } if !source.namespace.is_none());
    if statement.effects.ops.iter().any(|located| afar(&located.op)) {
        return Err(statement.fault("a table made like one of another database"));
    }
    Ok(outcome)
}

/// Leaves the name of the database out.
fn at_home(statement: &mut Statement<'_, '_>, home: &str, family: &Family) {
    let settle = |key: &mut Key| {
        if key.namespace.as_str() == home {
            key.namespace = Name::NONE;
        }
    };
    for located in &mut statement.effects.ops {
        settle(located.op.key_mut());
        match &mut located.op {
            Op::Create { object, .. } => refer(object, &settle, home, family),
            Op::Copy { source, .. } => settle(source),
            _ => {}
        }
    }
    statement.effects.renames.iter_mut().for_each(|hint| settle(&mut hint.key));
}

/// The same in what an object refers to.
fn refer(object: &mut Object, settle: &dyn Fn(&mut Key), home: &str, family: &Family) {
    if let Some(mut target) = object.key_of(Attr::References) {
        settle(&mut target);
        object.set(Attr::References, Some(Value::Key(target)));
    }
    if object.key.kind == Kind::View
        && let Some(query) = object.text(Attr::Query).map(|text| home::left_out(text, home, family))
    {
        object.set(Attr::Query, Some(Value::sql(query)));
    }
}
