//! DO blocks that only guard DDL: `IF [NOT] EXISTS (…) THEN ddl; END IF` and `EXCEPTION WHEN duplicate_object`. Where the catalog is
//! asked for one object by its name, the answer is known when the statement is replayed; any other DDL is read as if it said IF NOT
//! EXISTS. Blocks that change rows, or look and raise, do nothing to the schema; every other may do anything
//! and is not understood.

use super::keys;
use crate::ir::{Guard, Kind, Op};
use crate::sources::Outcome;
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::lexer::TokenKind;
use crate::sources::sql::presence::{Catalog, Catalogs, Relation};
use crate::sources::sql::statement::Statement;

const UNKNOWN: &str = "what a DO block does to the schema is not known";

/// Conditions of an exception handler that mean "it is there already", and the one that means them all.
const DUPLICATES: &[&str] =
    &["duplicate_object", "duplicate_table", "duplicate_column", "duplicate_schema", "duplicate_function", "unique_violation", "OTHERS"];

pub fn read(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    if statement.accept(&["LANGUAGE"]) {
        statement.literal()?;
    }
    if !matches!(statement.kind(0), Some(TokenKind::Dollar | TokenKind::Text)) {
        return Err(statement.fault(UNKNOWN));
    }
    let mark = statement.mark();
    let body = statement.string()?;
    let (quote, _) = statement.range_from(mark);
    let start = quote + statement.text_from(mark).find(&body).unwrap_or(0) as u32;
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
    let mut reader = Block { outer: statement, steps: Vec::new() };
    if reader.block(&mut cursor).and_then(|()| cursor.expect_end()).is_err() {
        return Err(statement.fault(UNKNOWN));
    }
    for ((from, to), op) in reader.steps {
        statement.push_within((start + from, start + to), op);
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
    ["RAISE", "LOCK"].iter().any(|word| body.ahead_has(word)) && looks(body)
}

/// Whether all that comes only looks.
fn looks(body: &mut Cursor<'_>) -> bool {
    let start = body.mark();
    let mut known = true;
    while known && !body.at_end() {
        let is_any = |words: &[&str]| words.iter().any(|word| body.is(0, word));
        let waits = body.at_words(&["SET", "LOCAL", "lock_timeout"]);
        let harmless = waits || is_any(&["SELECT", "PERFORM"]) || !is_any(CHANGES) && !is_any(WRITES);
        let calls = body.is_identifier(0) && body.is(1, "(") || body.is(0, ".") && body.is(2, "(");
        known = harmless && (!calls || is_any(LOOKS));
        body.skip();
    }
    body.rewind(start);
    known
}

/// The catalogs in which a name stands for one object (manual, chapters 37 and 53).
#[rustfmt::skip]
const CATALOGS: &[Catalog] = &[
    Catalog { name: "pg_constraint", kind: Kind::Check, named: "conname", relation: Relation::May("conrelid"), namespace: "" },
    Catalog { name: "information_schema.table_constraints", kind: Kind::Check, named: "constraint_name", relation: Relation::May("table_name"), namespace: "table_schema" },
    Catalog { name: "information_schema.columns", kind: Kind::Column, named: "column_name", relation: Relation::Must("table_name"), namespace: "table_schema" },
    Catalog { name: "pg_attribute", kind: Kind::Column, named: "attname", relation: Relation::Must("attrelid"), namespace: "" },
    Catalog { name: "information_schema.tables", kind: Kind::Table, named: "table_name", relation: Relation::None, namespace: "table_schema" },
    Catalog { name: "information_schema.schemata", kind: Kind::Namespace, named: "schema_name", relation: Relation::None, namespace: "" },
    Catalog { name: "pg_tables", kind: Kind::Table, named: "tablename", relation: Relation::None, namespace: "schemaname" },
    Catalog { name: "pg_views", kind: Kind::View, named: "viewname", relation: Relation::None, namespace: "schemaname" },
    Catalog { name: "pg_matviews", kind: Kind::MaterializedView, named: "matviewname", relation: Relation::None, namespace: "schemaname" },
    Catalog { name: "pg_indexes", kind: Kind::Index, named: "indexname", relation: Relation::May("tablename"), namespace: "schemaname" },
    Catalog { name: "pg_trigger", kind: Kind::Trigger, named: "tgname", relation: Relation::Must("tgrelid"), namespace: "" },
    Catalog { name: "pg_policies", kind: Kind::Policy, named: "policyname", relation: Relation::Must("tablename"), namespace: "schemaname" },
    Catalog { name: "pg_type", kind: Kind::Enum, named: "typname", relation: Relation::None, namespace: "" },
    Catalog { name: "pg_extension", kind: Kind::Extension, named: "extname", relation: Relation::None, namespace: "" },
    Catalog { name: "pg_namespace", kind: Kind::Namespace, named: "nspname", relation: Relation::None, namespace: "" },
    Catalog { name: "pg_publication", kind: Kind::Publication, named: "pubname", relation: Relation::None, namespace: "" },
];

/// A block while it is read.
struct Block<'o, 't, 's> {
    outer: &'o Statement<'t, 's>,
    /// What it does, with the place in the body of the part that has an effect as a whole or none.
    steps: Vec<((u32, u32), Op)>,
}

impl Block<'_, '_, '_> {
    /// `BEGIN statement; … [EXCEPTION WHEN duplicate_object THEN …] END`.
    fn block(&mut self, cursor: &mut Cursor<'_>) -> Read<()> {
        let (start, first) = (cursor.mark(), self.steps.len());
        let guard = if cursor.ahead_has("EXCEPTION") { Guard::Lenient } else { Guard::Strict };
        cursor.expect(&["BEGIN"])?;
        while !cursor.is(0, "END") && !cursor.is(0, "EXCEPTION") {
            if cursor.is(0, "BEGIN") {
                self.block(cursor)?;
            } else if cursor.is(0, "IF") {
                self.condition(cursor)?;
            } else {
                self.statement(cursor, guard)?;
            }
        }
        if cursor.accept(&["EXCEPTION"]) {
            handler(cursor)?;
        }
        cursor.expect(&["END"])?;
        cursor.accept(&[";"]);
        self.place(first, cursor.range_from(start));
        Ok(())
    }

    /// `IF [NOT] EXISTS (…) THEN statement; … END IF`, the condition as a whole in parentheses or not.
    fn condition(&mut self, cursor: &mut Cursor<'_>) -> Read<()> {
        let (start, first) = (cursor.mark(), self.steps.len());
        cursor.expect(&["IF"])?;
        let wrapped = cursor.accept(&["("]);
        let absent = cursor.accept(&["NOT"]);
        cursor.expect(&["EXISTS"])?;
        let query = cursor.parenthesised()?;
        if wrapped {
            cursor.expect(&[")"])?;
        }
        cursor.expect(&["THEN"])?;
        let catalogs = Catalogs { rows: CATALOGS, home: keys::home(self.outer), lexis: self.outer.lexis() };
        let guard = match catalogs.asked(query, false) {
            Some(key) => {
                self.steps.push(((0, 0), Op::Given { key, stands: !absent }));
                Guard::Strict
            }
            // What a query that is not understood asks for is what the statement makes.
            None if absent => Guard::Lenient,
            None => return Err(cursor.fault(UNKNOWN)),
        };
        while !cursor.is(0, "END") {
            self.statement(cursor, guard)?;
        }
        cursor.expect(&["END", "IF", ";"])?;
        self.place(first, cursor.range_from(start));
        Ok(())
    }

    /// The steps from `first` on that have no place yet stand or fall together.
    fn place(&mut self, first: usize, place: (u32, u32)) {
        let own = self.steps.iter_mut().skip(first).filter(|(known, _)| *known == (0, 0));
        own.for_each(|(known, _)| *known = place);
    }

    /// One statement of DDL; made lenient, it may make things and nothing else.
    fn statement(&mut self, cursor: &mut Cursor<'_>, guard: Guard) -> Read<()> {
        if cursor.accept(&["NULL", ";"]) {
            return Ok(());
        }
        let (start, first) = (cursor.mark(), self.steps.len());
        pass_until(cursor, ";");
        let mut inner = Statement::new(cursor.part(start), self.outer.session);
        cursor.expect(&[";"])?;
        match super::read(&mut inner)? {
            Outcome::Modelled | Outcome::Ignored(_) => {}
            Outcome::Unmodelled => return Err(cursor.fault(UNKNOWN)),
        }
        for located in inner.effects.ops {
            let op = match located.op {
                // Its place is the part's.
                Op::Create { mut object, guard: Guard::Strict } => {
                    object.span = None;
                    Op::Create { object, guard }
                }
                // What follows from a new part, and what names a new object, holds also where that was there before.
                op @ (Op::Create { .. } | Op::Set { .. } | Op::SetOnly { .. } | Op::Edit { .. }) => op,
                op if guard == Guard::Strict => op,
                _ => return Err(cursor.fault(UNKNOWN)),
            };
            self.steps.push(((0, 0), op));
        }
        if guard == Guard::Strict {
            self.place(first, cursor.range_from(start));
        }
        Ok(())
    }
}

/// Passes what stands before this word.
fn pass_until(cursor: &mut Cursor<'_>, word: &str) {
    while !cursor.at_end() && !cursor.is(0, word) {
        cursor.skip();
    }
}

/// `WHEN duplicate_object [OR …] THEN …`, which does nothing to the schema.
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
        quiet(cursor)?;
    }
    Ok(())
}

/// Statements that say something, raise, or look which of the two to do.
fn quiet(cursor: &mut Cursor<'_>) -> Read<()> {
    loop {
        if cursor.accept(&["IF"]) {
            let mark = cursor.mark();
            pass_until(cursor, "THEN");
            if !looks(&mut cursor.part(mark)) {
                return Err(cursor.fault(UNKNOWN));
            }
            cursor.expect(&["THEN"])?;
            quiet(cursor)?;
            if cursor.accept(&["ELSE"]) {
                quiet(cursor)?;
            }
            cursor.expect(&["END", "IF", ";"])?;
        } else if cursor.is(0, "NULL") || cursor.is(0, "RAISE") {
            pass_until(cursor, ";");
            cursor.expect(&[";"])?;
        } else {
            return Ok(());
        }
    }
}
