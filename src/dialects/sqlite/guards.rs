//! Which of SQLite's statements may run twice (lang_createtable.html and its like). ALTER TABLE has no guard: a column that is
//! there already is an error, which ends the one transaction of a script before it is committed.

use crate::dialects::Guards;

const HEADS: &[(&str, &str)] = &[
    ("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS "),
    ("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS "),
    ("CREATE UNIQUE INDEX ", "CREATE UNIQUE INDEX IF NOT EXISTS "),
    ("CREATE VIEW ", "CREATE VIEW IF NOT EXISTS "),
    ("CREATE TRIGGER ", "CREATE TRIGGER IF NOT EXISTS "),
    ("CREATE VIRTUAL TABLE ", "CREATE VIRTUAL TABLE IF NOT EXISTS "),
    ("DROP TABLE ", "DROP TABLE IF EXISTS "),
    ("DROP INDEX ", "DROP INDEX IF EXISTS "),
    ("DROP VIEW ", "DROP VIEW IF EXISTS "),
    ("DROP TRIGGER ", "DROP TRIGGER IF EXISTS "),
];

pub const GUARDS: Guards = Guards { heads: &[HEADS], clauses: &[], constraint: None, stops: &["ADD COLUMN "] };
