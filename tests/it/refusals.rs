//! What `amend replay` says that a server refuses, and what it lets pass, asked of the servers themselves. Runs only where AMEND_SERVERS
//! is set; the words are looked at always.

use std::process::Command;

use super::engines::wanted;
use super::servers::{Server, mariadb::MariaDb, postgres::Postgres, sqlite::Sqlite};

const POSTGRES: &str = "CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN plate AS text;
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE SEQUENCE numbers;
CREATE TABLE depot (id integer PRIMARY KEY, name text UNIQUE, place text, size integer, doubled integer GENERATED ALWAYS AS (size * 2) STORED);
CREATE TABLE lorry (
    id integer PRIMARY KEY DEFAULT nextval('numbers'),
    depot integer CONSTRAINT lorry_depot REFERENCES depot,
    feels mood,
    sign plate,
    axles integer CONSTRAINT lorry_axles CHECK (axles > 0),
    weight integer,
    loaded integer
);
CREATE INDEX lorry_weight ON lorry (weight);
CREATE VIEW heavy AS SELECT id, weight FROM lorry WHERE weight > 7;
CREATE TRIGGER noted BEFORE UPDATE OF loaded ON lorry FOR EACH ROW EXECUTE FUNCTION noted();
CREATE TABLE old_lorry () INHERITS (lorry);
CREATE SCHEMA aside;
CREATE TABLE aside.spare (id integer);
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM depot;
CREATE TABLE tariff (code text, price integer);
CREATE VIEW tariffs AS SELECT t.* FROM tariff t;
CREATE TABLE told (id integer PRIMARY KEY, word text, other text);
CREATE PUBLICATION news FOR TABLE told (id, word), tariff WHERE (price > 7);
CREATE PUBLICATION all_news FOR ALL TABLES;
";

/// What the server refuses, and after the line what it takes.
const ASKED_OF_POSTGRES: &str = "ALTER TABLE lorry ALTER COLUMN weight TYPE bigint
ALTER TABLE lorry DROP COLUMN weight
ALTER TABLE lorry ALTER COLUMN loaded TYPE bigint
ALTER TABLE lorry DROP COLUMN loaded
ALTER TABLE depot ALTER COLUMN size TYPE bigint
ALTER TABLE depot DROP COLUMN size
ALTER TABLE depot DROP COLUMN id
ALTER TABLE depot DROP CONSTRAINT depot_pkey
ALTER TABLE depot ALTER COLUMN id DROP NOT NULL
ALTER TABLE depot ADD PRIMARY KEY (name)
ALTER TABLE lorry ADD FOREIGN KEY (weight) REFERENCES depot (size)
DROP TABLE depot
DROP TABLE lorry
DROP TYPE mood
DROP DOMAIN plate
DROP FUNCTION noted()
DROP SEQUENCE numbers
DROP INDEX depot_pkey
DROP INDEX depot_name_key
DROP SCHEMA aside
ALTER TABLE tariff DROP COLUMN price
ALTER TABLE told ALTER COLUMN word TYPE varchar(9)
ALTER TABLE told DROP COLUMN word
ALTER TABLE told DROP COLUMN id
DROP VIEW tariffs; ALTER TABLE tariff DROP COLUMN price
DROP VIEW tariffs; ALTER TABLE tariff ALTER COLUMN price TYPE bigint
---
ALTER TABLE lorry DROP COLUMN axles
ALTER TABLE lorry DROP COLUMN depot
ALTER TABLE lorry ALTER COLUMN axles TYPE bigint
ALTER TABLE lorry ALTER COLUMN depot TYPE bigint
ALTER TABLE depot DROP COLUMN place
ALTER TABLE depot DROP COLUMN doubled
ALTER TABLE depot DROP COLUMN doubled, DROP COLUMN size
ALTER TABLE depot DROP CONSTRAINT depot_name_key
ALTER TABLE lorry DROP CONSTRAINT lorry_depot
ALTER TABLE lorry DROP CONSTRAINT lorry_pkey, ADD PRIMARY KEY (id, axles)
ALTER TABLE lorry ADD FOREIGN KEY (sign) REFERENCES depot (name)
DROP INDEX lorry_weight
DROP VIEW heavy
DROP VIEW heavy; ALTER TABLE lorry DROP COLUMN weight
DROP TRIGGER noted ON lorry; DROP FUNCTION noted()
DROP TABLE old_lorry
DROP TABLE aside.spare; DROP SCHEMA aside
DROP MATERIALIZED VIEW counted
DROP TABLE told
ALTER TABLE told DROP COLUMN other
DROP VIEW tariffs; DROP TABLE tariff
DROP VIEW tariffs; ALTER TABLE tariff ALTER COLUMN code TYPE varchar(9)
DROP VIEW tariffs; ALTER TABLE tariff DROP COLUMN code
DROP VIEW heavy; DROP TABLE old_lorry, lorry, depot CASCADE
";

const MARIADB: &str = "CREATE TABLE depot (id int PRIMARY KEY, name varchar(20), code int, UNIQUE KEY depot_code (code));
CREATE TABLE lorry (
    id int PRIMARY KEY,
    depot int,
    weight int,
    code int,
    axles int NOT NULL,
    KEY lorry_depot_key (depot),
    KEY lorry_code_key (code),
    KEY lorry_codes (code, weight),
    CONSTRAINT lorry_depot FOREIGN KEY (depot) REFERENCES depot (id),
    CONSTRAINT lorry_code FOREIGN KEY (code) REFERENCES depot (code) ON DELETE SET NULL
);
CREATE VIEW heavy AS SELECT id, weight FROM lorry WHERE weight > 7;
";
const ASKED_OF_MARIADB: &str = "DROP TABLE depot
ALTER TABLE depot DROP COLUMN id
ALTER TABLE lorry DROP COLUMN depot
ALTER TABLE lorry ADD PRIMARY KEY (weight)
DROP INDEX lorry_depot_key ON lorry
ALTER TABLE lorry DROP KEY lorry_code_key, DROP KEY lorry_codes
DROP INDEX depot_code ON depot
ALTER TABLE depot DROP PRIMARY KEY
ALTER TABLE depot MODIFY id bigint
ALTER TABLE lorry MODIFY depot bigint
ALTER TABLE lorry MODIFY code int NOT NULL
ALTER TABLE lory ADD COLUMN height int
CREATE INDEX lory_weight ON lory (weight)
CREATE INDEX lorry_wait ON lorry (wait)
ALTER TABLE lorry ADD UNIQUE KEY once (weight, wait)
---
DROP TABLE lorry
DROP VIEW heavy
DROP INDEX lorry_code_key ON lorry
DROP INDEX lorry_codes ON lorry
ALTER TABLE lorry DROP KEY lorry_depot_key, ADD KEY other (depot, weight)
ALTER TABLE lorry DROP KEY lorry_depot_key, DROP FOREIGN KEY lorry_depot
ALTER TABLE lorry RENAME KEY lorry_depot_key TO other
ALTER TABLE depot DROP PRIMARY KEY, ADD PRIMARY KEY (id, code)
ALTER TABLE depot MODIFY id integer NOT NULL COMMENT 'number'
ALTER TABLE depot CHANGE id ident int
ALTER TABLE depot MODIFY code int NOT NULL
ALTER TABLE lorry MODIFY depot int NOT NULL
ALTER TABLE lorry MODIFY axles bigint
ALTER TABLE lorry DROP FOREIGN KEY lorry_depot, MODIFY depot bigint
SET FOREIGN_KEY_CHECKS = 0; DROP TABLE depot
SET @@session.foreign_key_checks = OFF; DROP INDEX lorry_depot_key ON lorry
ALTER TABLE lorry DROP COLUMN weight
ALTER TABLE lorry DROP FOREIGN KEY lorry_depot
ALTER TABLE lorry DROP FOREIGN KEY lorry_depot, DROP COLUMN depot
ALTER TABLE lorry DROP PRIMARY KEY, ADD PRIMARY KEY (id, weight)
DROP TABLE lorry; DROP TABLE depot
";

const SQLITE: &str = "CREATE TABLE depot (id integer PRIMARY KEY, name text UNIQUE);
CREATE TABLE lorry (id integer PRIMARY KEY, weight integer, axles integer, sign text, colour text);
CREATE INDEX lorry_weight ON lorry (weight);
CREATE VIEW signed AS SELECT sign FROM lorry;
";
const ASKED_OF_SQLITE: &str = "ALTER TABLE lorry DROP COLUMN id
ALTER TABLE lorry DROP COLUMN weight
ALTER TABLE lorry DROP COLUMN sign
ALTER TABLE depot DROP COLUMN name
ALTER TABLE lory ADD COLUMN height int
CREATE INDEX lory_weight ON lory (weight)
CREATE INDEX lorry_wait ON lorry (wait)
---
ALTER TABLE lorry DROP COLUMN axles
ALTER TABLE lorry DROP COLUMN colour
DROP INDEX lorry_weight; ALTER TABLE lorry DROP COLUMN weight
DROP VIEW signed; ALTER TABLE lorry DROP COLUMN sign
";

#[test]
fn of_postgres() {
    asked("postgres", [POSTGRES, ASKED_OF_POSTGRES], || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?));
}

#[test]
fn of_mariadb() {
    asked("mariadb", [MARIADB, ASKED_OF_MARIADB], MariaDb::start);
}

#[test]
fn of_sqlite() {
    asked("sqlite", [SQLITE, ASKED_OF_SQLITE], || Ok(Sqlite::start()));
}

fn asked<S: Server>(dialect: &str, [live, patches]: [&str; 2], start: impl FnOnce() -> Result<S, String>) {
    let server = wanted().then(|| start().unwrap_or_else(|fault| panic!("{dialect}: the server does not start: {fault}")));
    let (refused, taken) = patches.split_once("---\n").unwrap_or((patches, ""));
    let all = refused.lines().map(|patch| (patch, true)).chain(taken.lines().map(|patch| (patch, false)));
    let faults: Vec<String> = all.filter_map(|(patch, wanted)| fault(dialect, [live, patch], wanted, server.as_ref())).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is wrong with what is said of a patch.
fn fault(dialect: &str, [live, patch]: [&str; 2], wanted: bool, server: Option<&impl Server>) -> Option<String> {
    let said = said(dialect, [live, patch]).unwrap_or_else(|fault| panic!("{patch}: {fault}"));
    if said.contains("the server refuses it") != wanted {
        return Some(format!("{patch}\n  is said to be {}:\n{said}", if wanted { "taken" } else { "refused" }));
    }
    let server = server?;
    let built = server.create("refusals").and_then(|()| server.run("refusals", live));
    built.unwrap_or_else(|fault| panic!("{fault}"));
    let answer = server.run("refusals", &format!("{patch};\n"));
    (answer.is_err() != wanted).then(|| format!("{patch}\n  {}: {answer:?}", server.title()))
}

fn said(dialect: &str, texts: [&str; 2]) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
    command.args(["replay", "--dialect", dialect]);
    for (name, text) in ["live.sql", "patch.sql"].into_iter().zip(texts) {
        let path = folder.path().join(name);
        std::fs::write(&path, text).map_err(|error| error.to_string())?;
        command.arg(path);
    }
    let answer = command.output().map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&answer.stdout).into_owned() + &String::from_utf8_lossy(&answer.stderr))
}
