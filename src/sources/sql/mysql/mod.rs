//! The statements of MySQL and MariaDB: dumps of mysqldump and mariadb-dump, SHOW CREATE output, and what people write.

mod alter;
mod column;
mod database;
mod drop;
mod dumped;
mod index;
mod options;
mod partition;
mod prepared;
mod renames;
mod routine;
mod sequence;
mod setting;
mod table;
mod view;

#[cfg(test)]
mod tests;

use super::Reader;
use super::cursor::{Cursor, Read};
use super::lexis;
use super::session::Session;
use super::statement::Statement;
use crate::base::Name;
use crate::dialects::mysql::family::{self, Family};
use crate::ir::{Attr, Guard, Key, Kind, Op, Value};
use crate::sources::Outcome;

/// MySQL's row of the readers.
pub static MYSQL: Reader = Reader {
    dialects: &["mysql"],
    lexis: &lexis::MYSQL,
    ignored: IGNORED,
    shows: dumped::shows,
    opens: database::opens,
    respelled: respelled_mysql,
    read: read_mysql,
};
/// MariaDB's row of the readers.
pub static MARIADB: Reader = Reader {
    dialects: &["mariadb"],
    lexis: &lexis::MARIADB,
    ignored: IGNORED,
    shows: dumped::shows,
    opens: database::opens,
    respelled: respelled_mariadb,
    read: read_mariadb,
};

/// Statements without an effect on a schema.
const IGNORED: &[(&str, &str)] = &[
    ("INSERT", "rows"),
    ("REPLACE", "rows"),
    ("UPDATE", "rows"),
    ("DELETE", "rows"),
    ("TRUNCATE", "rows"),
    ("LOAD", "rows"),
    ("SHOW", "query"),
    ("DESCRIBE", "query"),
    ("EXPLAIN", "query"),
    ("DO", "call"),
    ("DEALLOCATE", "call"),
    ("LOCK", "lock"),
    ("UNLOCK", "lock"),
    ("FLUSH", "server"),
    ("ANALYZE", "server"),
    ("OPTIMIZE", "server"),
    ("CHECK TABLE", "server"),
    ("REPAIR", "server"),
    ("KILL", "server"),
    ("RESET", "server"),
    ("CHANGE", "server"),
    ("INSTALL", "server"),
    ("UNINSTALL", "server"),
    ("START", "transaction"),
    ("BEGIN", "transaction"),
    ("COMMIT", "transaction"),
    ("ROLLBACK", "transaction"),
    ("SAVEPOINT", "transaction"),
    ("RELEASE", "transaction"),
    ("DROP DATABASE", "database"),
    ("DROP SCHEMA", "database"),
    ("CREATE USER", "account"),
    ("ALTER USER", "account"),
    ("DROP USER", "account"),
    ("RENAME USER", "account"),
    ("CREATE ROLE", "account"),
    ("DROP ROLE", "account"),
    ("GRANT", "account"),
    ("REVOKE", "account"),
    ("CREATE TEMPORARY", "temporary object"),
    ("CREATE OR REPLACE TEMPORARY", "temporary object"),
    ("DROP TEMPORARY", "temporary object"),
    ("SOURCE", "client command"),
    ("DELIMITER", "client command"),
];

fn read_mysql(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let outcome = read(statement, &family::MYSQL)?;
    database::settled(statement, outcome, &family::MYSQL)
}

fn read_mariadb(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let outcome = read(statement, &family::MARIADB)?;
    database::settled(statement, outcome, &family::MARIADB)
}

fn respelled_mysql(text: &str, session: &Session) -> Option<String> {
    setting::respelled(text, &lexis::MYSQL, session)
}

fn respelled_mariadb(text: &str, session: &Session) -> Option<String> {
    setting::respelled(text, &lexis::MARIADB, session)
}

fn read(statement: &mut Statement<'_, '_>, family: &'static Family) -> Read<Outcome> {
    if statement.accept(&["SET"]) {
        return setting::set(statement, family);
    }
    if let Some(production) = statement.accept_row(prepared::STATEMENTS) {
        return production(statement, family);
    }
    if statement.accept(&["USE"]) {
        return database::enter(statement);
    }
    if statement.accept(&["CREATE"]) {
        return create(statement, family);
    }
    if statement.accept(&["ALTER"]) {
        setting::readable(statement, family)?;
        return alter::alter(statement, family);
    }
    if statement.accept(&["DROP"]) {
        return drop::drop(statement);
    }
    if statement.accept(&["RENAME"]) {
        return drop::rename_tables(statement);
    }
    Err(statement.fault("not understood"))
}

/// The heads of CREATE statements that more than one kind shares.
#[derive(Clone, Debug, Default)]
pub struct Head {
    pub replace: bool,
    pub definer: Option<String>,
    pub algorithm: Option<String>,
    pub security: Option<String>,
    pub aggregate: bool,
}

impl Head {
    /// What is to happen where the object is there already; `lenient` after IF NOT EXISTS.
    pub fn guard(&self, lenient: bool) -> Guard {
        match (self.replace, lenient) {
            (true, _) => Guard::Replace,
            (false, true) => Guard::Lenient,
            (false, false) => Guard::Strict,
        }
    }
}

fn create(statement: &mut Statement<'_, '_>, family: &'static Family) -> Read<Outcome> {
    let head = head(statement)?;
    if !["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"].iter().any(|kind| statement.is(0, kind)) {
        setting::readable(statement, family)?;
    }
    if statement.accept(&["TABLE"]) {
        return table::create(statement, &head, family);
    }
    if statement.is(0, "VIEW") {
        return view::create(statement, &head);
    }
    if statement.accept(&["TRIGGER"]) {
        return routine::trigger(statement, &head);
    }
    if let Some(kind) = statement.accept_row(&[("PROCEDURE", Kind::Procedure), ("FUNCTION", Kind::Function)]) {
        return routine::routine(statement, &head, kind);
    }
    if statement.accept(&["EVENT"]) {
        return routine::event(statement, &head);
    }
    if statement.accept(&["SEQUENCE"]) {
        return sequence::create(statement, &head);
    }
    if statement.accept(&["DATABASE"]) || statement.accept(&["SCHEMA"]) {
        statement.accept(&["IF", "NOT", "EXISTS"]);
        statement.ident()?;
        return defaults_of_database(statement);
    }
    index::create(statement, &head)
}

/// `OR REPLACE`, `ALGORITHM`, `DEFINER`, `SQL SECURITY`, `AGGREGATE` before the word that tells what is made.
fn head(statement: &mut Statement<'_, '_>) -> Read<Head> {
    let mut head = Head::default();
    loop {
        if statement.accept(&["OR", "REPLACE"]) {
            head.replace = true;
        } else if statement.accept(&["ALGORITHM"]) {
            statement.accept(&["="]);
            head.algorithm = Some(statement.literal()?.to_ascii_lowercase());
        } else if statement.accept(&["DEFINER"]) {
            statement.accept(&["="]);
            head.definer = Some(account(statement)?);
        } else if statement.accept(&["SQL", "SECURITY"]) {
            head.security = Some(statement.literal()?.to_ascii_lowercase());
        } else if statement.accept(&["AGGREGATE"]) {
            head.aggregate = true;
        } else {
            return Ok(head);
        }
    }
}

/// `user@host`, quoted in any way, as `` `user`@`host` ``.
fn account(statement: &mut Statement<'_, '_>) -> Read<String> {
    if statement.accept(&["CURRENT_USER"]) {
        if statement.accept(&["("]) {
            statement.expect(&[")"])?;
        }
        return Ok("CURRENT_USER".to_string());
    }
    let user = statement.literal()?;
    let mut host = "%".to_string();
    // The lexer may have taken the host with its `@` as one word.
    if statement.accept(&["@"]) {
        host = statement.literal()?;
    } else if statement.peek(0).starts_with('@') {
        host = statement.peek(0).trim_start_matches('@').trim_matches(['`', '\'', '"']).to_string();
        statement.skip();
        if host.is_empty() {
            host = statement.literal()?;
        }
    }
    let quoted = |text: &str| format!("`{}`", text.replace('`', "``"));
    Ok(format!("{}@{}", quoted(&user), quoted(&host)))
}

/// `CREATE DATABASE` and `ALTER DATABASE`: the defaults of the database.
fn defaults_of_database(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let key = Key::new(Kind::Database, Name::NONE, Name::new("database"));
    let (mut charset, mut collation) = (None, None);
    while !statement.at_end() {
        statement.accept(&["DEFAULT"]);
        if let Some(name) = options::charset(statement)? {
            charset = Some(Value::text(name));
        } else if let Some(name) = options::collation(statement)? {
            collation = Some(Value::text(name));
        } else if statement.accept(&["ENCRYPTION"]) || statement.accept(&["COMMENT"]) || statement.accept(&["READ", "ONLY"]) {
            statement.accept(&["="]);
            statement.literal()?;
        } else {
            return Err(statement.fault("not understood"));
        }
    }
    if charset.is_none() && collation.is_none() {
        return Ok(Outcome::Ignored("database"));
    }
    // Each brings its counterpart along.
    statement.push(Op::set(key, Attr::Charset, charset));
    statement.push(Op::set(key, Attr::Collation, collation));
    Ok(Outcome::Modelled)
}

/// A table's name; the database that stands before it is its namespace until [`database::settled`].
fn table_key(cursor: &mut Cursor<'_>) -> Read<Key> {
    object_key(cursor, Kind::Table)
}

/// The name of an object that no table owns, as [`table_key`].
fn object_key(cursor: &mut Cursor<'_>, kind: Kind) -> Read<Key> {
    let (database, name) = cursor.name()?;
    Ok(Key::new(kind, database, name))
}
