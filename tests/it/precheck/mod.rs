//! Rows that a patch cannot have, one kind at a time: the precheck names them before the server would stop at them. Runs only where
//! AMEND_SERVERS is set.

mod index;
mod near;

use self::near::{NEAR_MARIADB, NEAR_POSTGRES, NEAR_SQLITE};
use super::engines::wanted;
use super::playbook;
use super::servers::{Server, mariadb::MariaDb, mysql, postgres::Postgres, sqlite::Sqlite};

/// What is there, the rows in it, what is wanted, and what the precheck says.
type Case = (&'static str, &'static str, &'static str, &'static str);

/// The same with rows that lie as near, and fit: neither the precheck nor the patch stops at them.
type Near = (Case, &'static str);

const MISFITS: &str = "values that do not fit the new type";

const POSTGRES: &[Case] = &[
    ("CREATE TABLE t (a text);", "INSERT INTO t VALUES ('x1'), ('7');", "CREATE TABLE t (a integer);", MISFITS),
    ("CREATE TABLE t (a text);", "INSERT INTO t VALUES ('{');", "CREATE TABLE t (a jsonb);", MISFITS),
    ("CREATE TABLE t (a integer);", "INSERT INTO t VALUES (12345);", "CREATE TABLE t (a varchar(3));", MISFITS),
    ("CREATE TABLE t (a bigint);", "INSERT INTO t VALUES (3000000000);", "CREATE TABLE t (a integer);", MISFITS),
    ("CREATE TABLE t (a varchar(10)[]);", "INSERT INTO t VALUES ('{abcdefgh}');", "CREATE TABLE t (a varchar(3)[]);", MISFITS),
    ("CREATE TABLE t (a text);", "INSERT INTO t VALUES ('c');", "CREATE TYPE m AS ENUM ('a', 'b'); CREATE TABLE t (a m);", MISFITS),
    (
        "CREATE TYPE m AS ENUM ('a', 'b'); CREATE TABLE t (a m[]);",
        "INSERT INTO t VALUES ('{a,b}');",
        "CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (a m[]);",
        "rows with a label that goes",
    ),
    (
        "CREATE DOMAIN d AS integer; CREATE TABLE t (a d);",
        "INSERT INTO t VALUES (-1);",
        "CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TABLE t (a d);",
        "rows that break the new rule",
    ),
    (
        "CREATE DOMAIN d AS integer; CREATE TABLE t (a d);",
        "INSERT INTO t VALUES (NULL);",
        "CREATE DOMAIN d AS integer NOT NULL; CREATE TABLE t (a d);",
        "rows with NULLs",
    ),
    ("CREATE TABLE t (a integer);", "INSERT INTO t VALUES (NULL);", "CREATE TABLE t (a integer DEFAULT 0 NOT NULL);", "rows with NULLs"),
    (
        "CREATE TABLE t (a integer);",
        "INSERT INTO t VALUES (0);",
        "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (10 / a) STORED);",
        "rows for which it cannot be computed",
    ),
    (
        "CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b)); CREATE TABLE t (a integer, b integer);",
        "INSERT INTO t VALUES (1, NULL);",
        "CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b)); CREATE TABLE t (a integer, b integer, FOREIGN KEY (a, b) REFERENCES p MATCH FULL);",
        "rows whose reference is NULL in a part",
    ),
    (
        "CREATE TABLE e (d date, n integer) PARTITION BY RANGE (d, n); CREATE TABLE e1 (d date, n integer);",
        "INSERT INTO e1 VALUES ('2024-01-01', 4);",
        "CREATE TABLE e (d date, n integer) PARTITION BY RANGE (d, n); \
         CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ('2024-01-01', 5) TO ('2025-01-01', MINVALUE);",
        "rows that are not in the bounds",
    ),
    (
        "CREATE TABLE e (d text) PARTITION BY LIST (d); CREATE TABLE e1 (d text);",
        "INSERT INTO e1 VALUES (NULL);",
        "CREATE TABLE e (d text) PARTITION BY LIST (d); CREATE TABLE e1 PARTITION OF e FOR VALUES IN ('a', 'b');",
        "rows that are not in the bounds",
    ),
    (
        "CREATE TABLE e (d integer) PARTITION BY HASH (d); CREATE TABLE e1 (d integer);",
        "INSERT INTO e1 SELECT generate_series(1, 20);",
        "CREATE TABLE e (d integer) PARTITION BY HASH (d); CREATE TABLE e1 PARTITION OF e FOR VALUES WITH (MODULUS 4, REMAINDER 1);",
        "rows that are not in the bounds",
    ),
    (
        "CREATE TABLE e (d integer) PARTITION BY RANGE (d); CREATE TABLE rest PARTITION OF e DEFAULT;",
        "INSERT INTO e VALUES (5);",
        "CREATE TABLE e (d integer) PARTITION BY RANGE (d); CREATE TABLE rest PARTITION OF e DEFAULT; \
         CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (10);",
        "rows of the default partition",
    ),
];

const MYSQL: &[Case] = &[
    ("CREATE TABLE t (a int);", "INSERT INTO t VALUES (300);", "CREATE TABLE t (a tinyint);", MISFITS),
    ("CREATE TABLE t (a int);", "INSERT INTO t VALUES (-1);", "CREATE TABLE t (a int unsigned);", MISFITS),
    ("CREATE TABLE t (a varchar(9));", "INSERT INTO t VALUES ('x1');", "CREATE TABLE t (a int);", MISFITS),
    ("CREATE TABLE t (a text);", "INSERT INTO t VALUES (REPEAT('x', 300));", "CREATE TABLE t (a tinytext);", MISFITS),
    ("CREATE TABLE t (a enum('a', 'b'));", "INSERT INTO t VALUES ('b');", "CREATE TABLE t (a enum('a'));", MISFITS),
    ("CREATE TABLE t (a varchar(9));", "INSERT INTO t VALUES ('字');", "CREATE TABLE t (a varchar(9) CHARACTER SET latin1);", MISFITS),
    ("CREATE TABLE t (a datetime);", "INSERT INTO t VALUES ('1900-01-01');", "CREATE TABLE t (a timestamp NULL);", MISFITS),
    ("CREATE TABLE t (a int);", "INSERT INTO t VALUES (NULL);", "CREATE TABLE t (a int NOT NULL DEFAULT 0);", "rows with NULLs"),
];

const SQLITE: &[Case] = &[
    (
        "CREATE TABLE t (a integer);",
        "INSERT INTO t VALUES (1);",
        "CREATE TABLE t (a integer, b integer NOT NULL);",
        "rows that would have no value",
    ),
    (
        "CREATE TABLE t (a integer);",
        "INSERT INTO t VALUES (NULL);",
        "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL NOT NULL);",
        "rows with NULLs",
    ),
];

#[test]
fn rows_on_postgres() {
    named("postgres", POSTGRES, NEAR_POSTGRES, || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?));
}

#[test]
fn index_entries_on_postgres() {
    named("postgres", &[], index::POSTGRES, || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?));
}

#[test]
fn rows_on_mariadb() {
    named("mariadb", MYSQL, NEAR_MARIADB, MariaDb::start);
}

#[test]
fn rows_on_mysql() {
    if mysql::unpacked().is_some() {
        named("mysql", MYSQL, &[], mysql::start);
    }
}

#[test]
fn rows_on_sqlite() {
    named("sqlite", SQLITE, NEAR_SQLITE, || Ok(Sqlite::start()));
}

fn named<S: Server>(dialect: &str, cases: &[Case], near: &[Near], start: impl FnOnce() -> Result<S, String>) {
    if !wanted() {
        println!("skipped: AMEND_SERVERS is not set");
        return;
    }
    let server = start().unwrap_or_else(|fault| panic!("{dialect}: the server does not start: {fault}"));
    let all = cases.iter().map(|case| (*case, "")).chain(near.iter().copied());
    let faults: Vec<String> =
        all.filter_map(|case| names(dialect, &case, &server).err().map(|fault| format!("{}\n  {fault}", case.0.2))).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n\n"));
}

/// The precheck passes without the rows, and over those that fit, and names the others; the patch stops at these alone.
fn names(dialect: &str, ((live, rows, desired, problem), fits): &Near, server: &dyn Server) -> Result<(), String> {
    let folder = playbook::of_texts([live, desired], dialect)?;
    let text = |name: &str| std::fs::read_to_string(folder.path().join("book").join(name)).unwrap_or_default();
    server.create("book")?;
    server.run("book", &format!("{live}{fits}"))?;
    server.run_file("book", &text("10-precheck.sql")).map_err(|fault| format!("without misfits the precheck stops: {fault}"))?;
    server.run_file("book", &text("20-patch.sql")).map_err(|fault| format!("without misfits the patch stops: {fault}"))?;
    server.create("book")?;
    server.run("book", &format!("{live}{rows}"))?;
    match server.run_file("book", &text("10-precheck.sql")) {
        Err(fault) if fault.contains(problem) => {}
        other => return Err(format!("the precheck does not say `{problem}`: {other:?}")),
    }
    match server.run_file("book", &text("20-patch.sql")) {
        Ok(_) => Err("the patch does not stop".to_string()),
        Err(_) => Ok(()),
    }
}
