//! DO blocks that only guard DDL: `IF NOT EXISTS (…) THEN ddl; END IF` and `EXCEPTION WHEN duplicate_object`. Their DDL is read
//! as if it said IF NOT EXISTS. Blocks that change rows, or look and raise, do nothing to the schema; every other may do anything
//! and is not understood.

use crate::ir::{Guard, Op};
use crate::sources::Outcome;
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::lexer::TokenKind;
use crate::sources::sql::statement::Statement;

const UNKNOWN: &str = "what a DO block does to the schema is not known";

/// Conditions of an exception handler that mean "it is there already".
const DUPLICATES: &[&str] = &["duplicate_object", "duplicate_table", "duplicate_column", "duplicate_schema", "duplicate_function"];

pub fn read(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    if statement.accept(&["LANGUAGE"]) {
        statement.literal()?;
    }
    if !matches!(statement.kind(0), Some(TokenKind::Dollar | TokenKind::Text)) {
        return Err(statement.fault(UNKNOWN));
    }
    let body = statement.string()?;
    if statement.accept(&["LANGUAGE"]) {
        statement.literal()?;
    }
    statement.expect_end()?;
    let mut cursor = Cursor::new(&body, body.len(), statement.lexis());
    if changes_rows_alone(&mut cursor) {
        return Ok(Outcome::Ignored("rows"));
    }
    if guards(&mut cursor) {
        return Ok(Outcome::Ignored("query"));
    }
    let mut ops = Vec::new();
    if block(&mut cursor, statement, &mut ops).is_err() {
        return Err(statement.fault(UNKNOWN));
    }
    for op in ops {
        statement.push(op);
    }
    Ok(Outcome::Modelled)
}

/// Words without which a block cannot change a schema.
const CHANGES: &[&str] = &[
    "CREATE",
    "ALTER",
    "DROP",
    "EXECUTE",
    "PERFORM",
    "CALL",
    "GRANT",
    "REVOKE",
    "COMMENT",
    "REASSIGN",
    "IMPORT",
    "SECURITY",
    "SELECT",
    "NOT EXISTS",
];

/// Whether a block fills, changes or deletes rows and does nothing else: a backfill in batches.
fn changes_rows_alone(body: &mut Cursor<'_>) -> bool {
    let rows = ["UPDATE", "DELETE", "INSERT"].iter().any(|word| body.ahead_has(word));
    rows && !CHANGES.iter().any(|word| body.ahead_has(word))
}

/// What may stand before a parenthesis: words of a query, types, and functions that change nothing.
#[rustfmt::skip]
const LOOKS: &[&str] = &[
    "EXISTS", "IN", "ANY", "ALL", "ARRAY", "AND", "OR", "NOT", "WHERE", "ON", "FROM", "IS", "AS", "IF", "numeric", "decimal", "varying",
    "varchar", "character", "char", "bit", "time", "timestamp", "count", "min", "max", "sum", "bool_and", "bool_or", "string_agg",
    "array_agg", "coalesce", "format", "lower", "upper", "length", "to_regclass", "current_setting", "pg_identify_object",
    "pg_get_constraintdef", "pg_get_indexdef", "obj_description", "pg_sleep",
];
/// Words of statements that only look, but for those that change a schema.
const WRITES: &[&str] = &["UPDATE", "DELETE", "INSERT", "MERGE", "TRUNCATE", "COPY", "SET", "RESET", "COMMIT", "ROLLBACK"];

/// Whether a block asks the server and raises an error, or locks tables, and does nothing else: a guard. Unlike [`changes_rows_alone`] it
/// looks into parentheses, since a query can change rows there.
fn guards(body: &mut Cursor<'_>) -> bool {
    let start = body.mark();
    let (mut ends, mut known) = (false, true);
    while !body.at_end() {
        let is_any = |words: &[&str]| words.iter().any(|word| body.is(0, word));
        let waits = body.at_words(&["SET", "LOCAL", "lock_timeout"]);
        let looks = waits || is_any(&["SELECT", "PERFORM"]) || !is_any(CHANGES) && !is_any(WRITES);
        let calls = body.is_identifier(0) && body.is(1, "(") || body.is(0, ".") && body.is(2, "(");
        known &= looks && (!calls || is_any(LOOKS));
        ends |= is_any(&["RAISE", "LOCK"]);
        body.skip();
    }
    body.rewind(start);
    ends && known
}

/// `BEGIN statement; … [EXCEPTION WHEN duplicate_object THEN …] END`.
fn block(cursor: &mut Cursor<'_>, outer: &Statement<'_, '_>, ops: &mut Vec<Op>) -> Read<()> {
    cursor.expect(&["BEGIN"])?;
    while !cursor.is(0, "END") && !cursor.is(0, "EXCEPTION") {
        if cursor.accept(&["IF", "NOT", "EXISTS"]) {
            cursor.parenthesised()?;
            cursor.expect(&["THEN"])?;
            while !cursor.is(0, "END") {
                guarded(cursor, outer, ops)?;
            }
            cursor.expect(&["END", "IF", ";"])?;
        } else {
            guarded(cursor, outer, ops)?;
        }
    }
    if cursor.accept(&["EXCEPTION"]) {
        handler(cursor)?;
    }
    cursor.expect(&["END"])?;
    cursor.accept(&[";"]);
    cursor.expect_end()
}

/// One statement of DDL, made lenient.
fn guarded(cursor: &mut Cursor<'_>, outer: &Statement<'_, '_>, ops: &mut Vec<Op>) -> Read<()> {
    if cursor.accept(&["NULL", ";"]) {
        return Ok(());
    }
    let start = cursor.mark();
    while !cursor.at_end() && !cursor.is(0, ";") {
        cursor.skip();
    }
    let mut inner = Statement::new(cursor.part(start), outer.session);
    cursor.expect(&[";"])?;
    if super::read(&mut inner)? != Outcome::Modelled {
        return Err(cursor.fault(UNKNOWN));
    }
    for located in inner.effects.ops {
        match located.op {
            Op::Create { object, .. } => ops.push(Op::Create { object, guard: Guard::Lenient }),
            // What follows from a new part, and what names a new object, holds also where that was there before.
            op @ (Op::Set { .. } | Op::SetOnly { .. } | Op::Edit { .. }) => ops.push(op),
            Op::Drop { .. } | Op::Rename { .. } | Op::Move { .. } | Op::Copy { .. } | Op::Adopt { .. } => {
                return Err(cursor.fault(UNKNOWN));
            }
        }
    }
    Ok(())
}

/// `WHEN duplicate_object [OR …] THEN {NULL | RAISE …};`.
fn handler(cursor: &mut Cursor<'_>) -> Read<()> {
    while cursor.accept(&["WHEN"]) {
        loop {
            let known = DUPLICATES.iter().any(|word| cursor.is(0, word));
            if !known {
                return Err(cursor.fault(UNKNOWN));
            }
            cursor.skip();
            if !cursor.accept(&["OR"]) {
                break;
            }
        }
        cursor.expect(&["THEN"])?;
        if !cursor.is(0, "NULL") && !cursor.is(0, "RAISE") {
            return Err(cursor.fault(UNKNOWN));
        }
        while !cursor.at_end() && !cursor.is(0, ";") {
            cursor.skip();
        }
        cursor.expect(&[";"])?;
    }
    Ok(())
}
