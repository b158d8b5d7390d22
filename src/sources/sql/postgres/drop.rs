//! DROP of everything.

use super::{if_exists, target};
use crate::ir::Op;
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// `DROP kind [IF EXISTS] name, … [CASCADE | RESTRICT]`.
pub fn drop(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let Some((kind, shape)) = statement.accept_row(target::KINDS) else {
        return Err(statement.fault("this kind of object is not known"));
    };
    statement.accept(&["CONCURRENTLY"]);
    let guard = if_exists(statement);
    let mut keys = vec![target::read(statement, kind, shape)?];
    while statement.accept(&[","]) {
        keys.push(target::read(statement, kind, shape)?);
    }
    let cascade = statement.accept(&["CASCADE"]);
    statement.accept(&["RESTRICT"]);
    for key in keys {
        statement.push(Op::Drop { key, guard, cascade });
    }
    Ok(Outcome::Modelled)
}
