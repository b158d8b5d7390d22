//! COMMENT ON everything.

use super::{schema, target};
use crate::ir::{Attr, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// Objects of the whole cluster, or rows: no part of a schema.
const ELSEWHERE: &[&str] = &["DATABASE", "ROLE", "TABLESPACE", "LARGE"];

/// `COMMENT ON kind name IS {'text' | NULL}`.
pub fn comment(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    if statement.accept_any(ELSEWHERE).is_some() {
        return Ok(Outcome::Ignored("cluster object"));
    }
    let Some((kind, shape)) = statement.accept_row(target::KINDS) else {
        return Err(statement.fault("this kind of object is not known"));
    };
    let key = target::read(statement, kind, shape)?;
    statement.expect(&["IS"])?;
    let text = if statement.accept(&["NULL"]) { None } else { Some(statement.string()?) };
    if key.namespace.is_none() && key.name.as_str() == schema::BUILT_IN {
        return Ok(Outcome::Ignored("built-in extension"));
    }
    // An empty comment is no comment (manual, COMMENT).
    let text = text.filter(|text| !text.is_empty());
    statement.push(Op::set(key, Attr::Comment, text.map(Value::text)));
    Ok(Outcome::Modelled)
}
