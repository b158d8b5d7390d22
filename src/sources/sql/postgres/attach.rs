//! ATTACH PARTITION, DETACH PARTITION, and bounds of partitions.

use super::keys;
use crate::ir::op::Copy;
use crate::ir::{Attr, Key, Kind, Op, Value};
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// `FOR VALUES …` or `DEFAULT`, as written.
pub fn bound(statement: &mut Statement<'_, '_>) -> Read<Value> {
    if statement.accept(&["DEFAULT"]) {
        return Ok(Value::sql("DEFAULT"));
    }
    let mark = statement.mark();
    statement.expect(&["FOR", "VALUES"])?;
    if statement.accept(&["FROM"]) {
        statement.parenthesised()?;
        statement.expect(&["TO"])?;
        statement.parenthesised()?;
    } else {
        let _ = statement.accept(&["IN"]) || statement.accept(&["WITH"]);
        statement.parenthesised()?;
    }
    Ok(Value::sql(statement.text_from(mark)))
}

/// `ATTACH PARTITION name bound`.
pub fn attach(statement: &mut Statement<'_, '_>, parent: Key) -> Read<()> {
    let table = keys::key(statement, Kind::Table)?;
    let bound = bound(statement)?;
    statement.push(Op::set(table, Attr::PartitionOf, Some(Value::Key(parent))));
    statement.push(Op::set(table, Attr::PartitionBound, Some(bound)));
    statement.push(Op::Copy { table, source: parent, how: Copy::Partition });
    Ok(())
}

/// `DETACH PARTITION name [CONCURRENTLY | FINALIZE]`.
pub fn detach(statement: &mut Statement<'_, '_>) -> Read<()> {
    let table = keys::key(statement, Kind::Table)?;
    let _ = statement.accept(&["CONCURRENTLY"]) || statement.accept(&["FINALIZE"]);
    statement.push(Op::set(table, Attr::PartitionOf, None));
    statement.push(Op::set(table, Attr::PartitionBound, None));
    Ok(())
}
