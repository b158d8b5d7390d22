//! Which statements may run twice: MySQL has IF NOT EXISTS for whole objects only, MariaDB for clauses too (ALTER TABLE).

use crate::dialects::Guards;

/// Heads that both engines have.
const HEADS: &[(&str, &str)] = &[
    ("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS "),
    ("CREATE EVENT ", "CREATE EVENT IF NOT EXISTS "),
    ("CREATE VIEW ", "CREATE OR REPLACE VIEW "),
    ("CREATE OR REPLACE ", "CREATE OR REPLACE "),
    ("DROP TABLE ", "DROP TABLE IF EXISTS "),
    ("DROP VIEW ", "DROP VIEW IF EXISTS "),
    ("DROP TRIGGER ", "DROP TRIGGER IF EXISTS "),
    ("DROP PROCEDURE ", "DROP PROCEDURE IF EXISTS "),
    ("DROP FUNCTION ", "DROP FUNCTION IF EXISTS "),
    ("DROP EVENT ", "DROP EVENT IF EXISTS "),
    // It fills what is empty, so that a second run finds nothing.
    ("UPDATE ", "UPDATE "),
];

const MARIADB_HEADS: &[(&str, &str)] = &[
    ("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS "),
    ("CREATE UNIQUE INDEX ", "CREATE UNIQUE INDEX IF NOT EXISTS "),
    ("CREATE SEQUENCE ", "CREATE SEQUENCE IF NOT EXISTS "),
    ("CREATE TRIGGER ", "CREATE OR REPLACE TRIGGER "),
    ("CREATE PROCEDURE ", "CREATE OR REPLACE PROCEDURE "),
    ("CREATE FUNCTION ", "CREATE OR REPLACE FUNCTION "),
    ("DROP SEQUENCE ", "DROP SEQUENCE IF EXISTS "),
];

pub const MYSQL: Guards = Guards {
    heads: &[HEADS],
    clauses: &[("ALTER COLUMN ", " SET DEFAULT", "", ""), ("ALTER COLUMN ", " DROP DEFAULT", "", ""), ("MODIFY COLUMN ", "", "", "")],
    constraint: None,
    stops: &[],
};

pub const MARIADB: Guards = Guards {
    heads: &[HEADS, MARIADB_HEADS],
    clauses: &[
        ("ALTER COLUMN ", " SET DEFAULT", "", ""),
        ("ALTER COLUMN ", " DROP DEFAULT", "", ""),
        ("MODIFY COLUMN ", "", "", ""),
        ("ADD COLUMN ", "", "ADD COLUMN ", "ADD COLUMN IF NOT EXISTS "),
        ("ADD INDEX ", "", "ADD INDEX ", "ADD INDEX IF NOT EXISTS "),
        ("ADD UNIQUE INDEX ", "", "ADD UNIQUE INDEX ", "ADD UNIQUE INDEX IF NOT EXISTS "),
        ("ADD FULLTEXT INDEX ", "", "ADD FULLTEXT INDEX ", "ADD FULLTEXT INDEX IF NOT EXISTS "),
        ("ADD SPATIAL INDEX ", "", "ADD SPATIAL INDEX ", "ADD SPATIAL INDEX IF NOT EXISTS "),
        ("ADD CONSTRAINT ", " FOREIGN KEY (", " FOREIGN KEY (", " FOREIGN KEY IF NOT EXISTS ("),
        ("ADD CONSTRAINT ", " CHECK (", "ADD CONSTRAINT ", "ADD CONSTRAINT IF NOT EXISTS "),
        ("DROP COLUMN ", "", "DROP COLUMN ", "DROP COLUMN IF EXISTS "),
        ("DROP INDEX ", "", "DROP INDEX ", "DROP INDEX IF EXISTS "),
        ("DROP FOREIGN KEY ", "", "DROP FOREIGN KEY ", "DROP FOREIGN KEY IF EXISTS "),
        ("DROP CONSTRAINT ", "", "DROP CONSTRAINT ", "DROP CONSTRAINT IF EXISTS "),
    ],
    constraint: None,
    stops: &[],
};
