//! The statements of somebody's patch, asked of SQLite itself: of the engine that is built in, on a database in memory without rows.
//! What reaches out of that database, or may run without an end, is not run.

use rusqlite::{Connection, Error};

use crate::dialects::engine::{Engine, Tried};

/// What the statement is for the trial, by its first word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trial {
    /// Changes the schema, or the transaction: carried out.
    Run,
    /// Reads or changes rows: only read by the engine, which looks its names up.
    Read,
    /// Stands outside of transactions.
    Apart,
}

const TRIALS: &[(&str, Trial)] = &[
    ("create", Trial::Run),
    ("alter", Trial::Run),
    ("drop", Trial::Run),
    ("begin", Trial::Run),
    ("commit", Trial::Run),
    ("end", Trial::Run),
    ("rollback", Trial::Run),
    ("savepoint", Trial::Run),
    ("release", Trial::Run),
    ("insert", Trial::Read),
    ("replace", Trial::Read),
    ("update", Trial::Read),
    ("delete", Trial::Read),
    ("select", Trial::Read),
    ("with", Trial::Read),
    ("vacuum", Trial::Apart),
];

/// Settings that change what the engine refuses.
const SETTINGS: &[&str] = &["foreign_keys", "legacy_alter_table", "defer_foreign_keys"];

pub struct Sqlite {
    connection: Option<Connection>,
}

impl Sqlite {
    pub fn new() -> Sqlite {
        Sqlite { connection: Connection::open_in_memory().ok() }
    }
}

impl Engine for Sqlite {
    fn build(&mut self, script: &str) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.execute_batch(script).is_ok())
    }

    fn carry_out(&mut self, sql: &str) -> Result<Tried, String> {
        let words: Vec<String> = sql.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_lowercase).collect();
        let Some(connection) = &self.connection else { return Ok(Tried::LeftOut) };
        let first = words.first().map_or("", String::as_str);
        let trial = TRIALS.iter().find(|row| row.0 == first).map(|row| row.1);
        let setting = first == "pragma" && words.get(1).is_some_and(|name| SETTINGS.contains(&name.as_str()));
        match trial {
            // The rows of a query may have no end, and what a virtual table's module does is its own.
            Some(Trial::Run) if makes_of_query(&words) || words.get(1).is_some_and(|word| word == "virtual") => return Ok(Tried::LeftOut),
            Some(Trial::Run) => run(connection, sql)?,
            Some(Trial::Read) => connection.prepare(sql).map(drop).map_err(told)?,
            Some(Trial::Apart) if !connection.is_autocommit() => return Err("it cannot run between BEGIN and COMMIT".to_string()),
            None if setting => run(connection, sql)?,
            // A pragma may run while it is read.
            None if first != "pragma" => connection.prepare(sql).map(drop).map_err(told)?,
            Some(Trial::Apart) | None => {}
        }
        Ok(Tried::Taken)
    }
}

/// CREATE TABLE … AS.
fn makes_of_query(words: &[String]) -> bool {
    let table = words.iter().take(4).any(|word| word == "table");
    let as_query =
        |pair: &[&String]| matches!(pair, [word, next] if *word == "as" && matches!(next.as_str(), "select" | "with" | "values"));
    let words: Vec<&String> = words.iter().filter(|word| !word.is_empty()).collect();
    table && words.windows(2).any(as_query)
}

fn run(connection: &Connection, sql: &str) -> Result<(), String> {
    connection.execute_batch(sql).map_err(told)
}

/// What the engine says, without the statement and the place in it.
fn told(error: Error) -> String {
    match error {
        Error::SqlInputError { msg, .. } => msg,
        Error::SqliteFailure(_, Some(said)) => said,
        other => other.to_string(),
    }
}
