//! PostgreSQL's statements: pg_dump output and hand-written DDL. This file is the table of what is read where; each file
//! beside it has one group of statements, in the order of the manual's reference pages.

mod alter;
mod alter_column;
mod alter_table;
mod alter_type;
mod attach;
mod column;
mod comment;
mod constraint;
mod creator;
mod defaults;
mod do_block;
mod drop;
mod foreign;
mod index;
mod keys;
mod member;
mod options;
mod policy;
mod privilege;
mod routine;
mod routine_options;
mod rows;
mod schema;
mod sequence;
mod settings;
mod table;
mod target;
mod text_search;
mod trigger;
mod types;
mod view;
mod whole;

#[cfg(test)]
mod tests;

use super::Reader;
use super::cursor::Read;
use super::lexis;
use super::statement::Statement;
use crate::ir::{Coverage, Guard};
use crate::sources::Outcome;

/// PostgreSQL's row of the readers.
pub static READER: Reader = Reader {
    dialects: &["postgres"],
    lexis: &lexis::POSTGRES,
    ignored: IGNORED,
    shows: |_, _| (Coverage::default(), None),
    opens: |_| super::session::Session::default(),
    respelled: |_, _| None,
    read,
};

/// Statements without an effect on a schema.
const IGNORED: &[(&str, &str)] = &[
    ("INSERT", "rows"),
    ("UPDATE", "rows"),
    ("DELETE", "rows"),
    ("MERGE", "rows"),
    ("TRUNCATE", "rows"),
    ("COPY", "rows"),
    ("REFRESH MATERIALIZED VIEW", "rows"),
    ("WITH", "query"),
    ("VALUES", "query"),
    ("TABLE", "query"),
    ("SHOW", "query"),
    ("EXPLAIN", "query"),
    ("DECLARE", "query"),
    ("FETCH", "query"),
    ("CLOSE", "query"),
    ("PREPARE", "query"),
    ("DEALLOCATE", "query"),
    ("BEGIN", "transaction"),
    ("START TRANSACTION", "transaction"),
    ("COMMIT", "transaction"),
    ("END", "transaction"),
    ("ROLLBACK", "transaction"),
    ("ABORT", "transaction"),
    ("SAVEPOINT", "transaction"),
    ("RELEASE", "transaction"),
    ("LOCK", "lock"),
    ("ANALYZE", "maintenance"),
    ("ANALYSE", "maintenance"),
    ("VACUUM", "maintenance"),
    ("REINDEX", "maintenance"),
    ("CHECKPOINT", "maintenance"),
    ("LISTEN", "notification"),
    ("UNLISTEN", "notification"),
    ("NOTIFY", "notification"),
    ("DISCARD", "session"),
    ("LOAD", "session"),
    ("CREATE ROLE", "cluster object"),
    ("CREATE USER MAPPING", ""),
    ("CREATE USER", "cluster object"),
    ("CREATE GROUP", "cluster object"),
    ("CREATE DATABASE", "cluster object"),
    ("CREATE TABLESPACE", "cluster object"),
    ("ALTER ROLE", "cluster object"),
    ("ALTER USER MAPPING", ""),
    ("ALTER USER", "cluster object"),
    ("ALTER GROUP", "cluster object"),
    ("ALTER DATABASE", "cluster object"),
    ("ALTER SYSTEM", "cluster object"),
    ("ALTER TABLESPACE", "cluster object"),
    ("DROP ROLE", "cluster object"),
    ("DROP USER MAPPING", ""),
    ("DROP USER", "cluster object"),
    ("DROP GROUP", "cluster object"),
    ("DROP DATABASE", "cluster object"),
    ("DROP TABLESPACE", "cluster object"),
    ("ALTER LARGE OBJECT", "rows"),
];

/// Reads one kind of statement behind its leading keywords.
type Production = fn(&mut Statement<'_, '_>) -> Read<Outcome>;

/// Statements by their first words.
const STATEMENTS: &[(&str, Production)] = &[
    ("CREATE OR REPLACE", |statement| create(statement, Guard::Replace)),
    ("CREATE", |statement| create(statement, Guard::Strict)),
    ("ALTER DEFAULT PRIVILEGES", defaults::alter),
    ("ALTER", alter::alter),
    ("DROP OWNED", |statement| Err(statement.fault("what a role owns is not known to a dump"))),
    ("DROP", drop::drop),
    ("COMMENT ON", comment::comment),
    ("GRANT", privilege::grant),
    ("REVOKE", privilege::revoke),
    ("SET", settings::set),
    ("RESET", settings::reset),
    ("SELECT", rows::select),
    ("DO", do_block::read),
    ("CLUSTER", index::cluster),
];

/// What CREATE makes, by the words behind it. A production is told what a second CREATE of the name does.
type Creation = fn(&mut Statement<'_, '_>, Guard) -> Read<Outcome>;

const CREATIONS: &[(&str, Creation)] = &[
    ("TABLE", table::create),
    ("UNLOGGED TABLE", table::create_unlogged),
    ("GLOBAL TEMPORARY TABLE", table::temporary),
    ("GLOBAL TEMP TABLE", table::temporary),
    ("LOCAL TEMPORARY TABLE", table::temporary),
    ("LOCAL TEMP TABLE", table::temporary),
    ("TEMPORARY", table::temporary),
    ("TEMP", table::temporary),
    ("FOREIGN TABLE", table::create_foreign),
    ("UNIQUE INDEX", index::create_unique),
    ("INDEX", index::create),
    ("SEQUENCE", sequence::create),
    ("UNLOGGED SEQUENCE", sequence::create_unlogged),
    ("VIEW", view::create),
    ("RECURSIVE VIEW", view::create_recursive),
    ("MATERIALIZED VIEW", view::create_materialized),
    ("TYPE", types::create),
    ("DOMAIN", types::create_domain),
    ("FUNCTION", routine::create_function),
    ("PROCEDURE", routine::create_procedure),
    ("AGGREGATE", routine::create_aggregate),
    ("CONSTRAINT TRIGGER", trigger::create_constraint),
    ("TRIGGER", trigger::create),
    ("RULE", trigger::create_rule),
    ("POLICY", policy::create),
    ("SCHEMA", schema::create),
    ("EXTENSION", schema::create_extension),
    ("FOREIGN DATA WRAPPER", foreign::create_wrapper),
    ("SERVER", foreign::create_server),
    ("USER MAPPING", foreign::create_mapping),
    ("SUBSCRIPTION", foreign::create_subscription),
    ("PUBLICATION", member::create_publication),
    ("TEXT SEARCH CONFIGURATION", text_search::create),
];

fn read(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let Some(production) = statement.accept_row(STATEMENTS) else {
        return Err(statement.fault("this kind of statement is not known"));
    };
    let outcome = production(statement)?;
    creator::own(statement);
    if outcome == Outcome::Modelled {
        statement.expect_end()?;
    }
    Ok(outcome)
}

fn create(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    match statement.accept_row(CREATIONS) {
        Some(creation) => creation(statement, guard),
        None => whole::create(statement, guard),
    }
}

/// IF NOT EXISTS, where it follows, makes a second CREATE do nothing.
fn unless_exists(statement: &mut Statement<'_, '_>, guard: Guard) -> Guard {
    if statement.accept(&["IF", "NOT", "EXISTS"]) { Guard::Lenient } else { guard }
}

/// IF EXISTS, where it follows, makes a missing object no error.
fn if_exists(statement: &mut Statement<'_, '_>) -> Guard {
    if statement.accept(&["IF", "EXISTS"]) { Guard::Lenient } else { Guard::Strict }
}
