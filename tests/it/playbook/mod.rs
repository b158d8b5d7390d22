//! The runbook of every fixture, carried out on real servers with the files as they are printed: the precheck passes and the
//! verification fails before the patch, the other way round after it, and after the way back the precheck passes again.
//! Runs only where AMEND_SERVERS is set, because it needs the servers' programs.

mod changed;
mod projects;

use std::path::Path;
use std::process::Command;

use super::corpus;
use super::engines::absent;
use super::fixture::Fixture;
use super::servers::{Server, call, mariadb::MariaDb, postgres::Postgres, sqlite::Sqlite};

/// Fixtures whose way back stops at rows that are there, with the reason.
const NO_WAY_BACK: &[(&str, &str)] = &[
    ("postgres/table/drop_held", "the rows of the dropped table are gone, and a foreign key asks for them"),
    ("postgres/table/leaves_one_parent", "a column of its own cannot be made an inherited one"),
    ("postgres/column/left_to_a_child", "a column of its own cannot be made an inherited one"),
    ("sqlite/trigger/of_a_table_made_anew_beside_a_held_one", "the values of the dropped column are gone, and it takes no NULL"),
    ("postgres/index/of_a_partition_renamed", "the part cannot have its old name back while the index that took it is there"),
];

#[test]
fn postgres() {
    on_server("postgres", || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?));
}

#[test]
fn postgres_newer() {
    if Postgres::newer().is_none() {
        println!("skipped: no newer PostgreSQL; tests/run fetches one");
        return;
    }
    on_server("postgres", || Postgres::start(&Postgres::newer().ok_or("no newer PostgreSQL")?));
}

#[test]
fn mariadb() {
    on_server("mariadb", MariaDb::start);
}

#[test]
fn sqlite() {
    if Command::new("sqlite3").arg("--version").output().is_err() {
        println!("skipped: sqlite3 is not installed");
        return;
    }
    on_server("sqlite", || Ok(Sqlite::start()));
}

fn on_server<S: Server>(dialect: &str, start: impl FnOnce() -> Result<S, String>) {
    if std::env::var_os("AMEND_SERVERS").is_none() {
        println!("skipped: AMEND_SERVERS is not set");
        return;
    }
    let server = start().unwrap_or_else(|fault| panic!("{dialect}: the server does not start: {fault}"));
    let only = std::env::var("AMEND_ONLY").unwrap_or_default();
    let wanted = |fixture: &Fixture| fixture.dialect == dialect && fixture.title().contains(&only) && fixture.settings.offline.is_none();
    let mut faults = Vec::new();
    let mut done = 0;
    for fixture in corpus::answered().into_iter().filter(wanted) {
        match carried_out(&fixture, &server) {
            Ok(true) => done += 1,
            Ok(false) => {}
            Err(fault) => faults.push(format!("{}: {fault}", fixture.title())),
        }
    }
    faults.extend(obstacles(dialect, &server).err());
    let texts = TEXTS.iter().filter(|row| row.0 == dialect);
    faults.extend(texts.filter_map(|row| another_text([row.1, row.2, row.3], dialect, &server).err()));
    println!("{dialect}: {done} runbooks carried out");
    assert!(faults.is_empty(), "{} faults, {done} without\n{}", faults.len(), faults.join("\n\n"));
    assert!(done > 0 || !only.is_empty());
}

/// Carries out one runbook; false where the server cannot build the live side.
fn carried_out(fixture: &Fixture, server: &dyn Server) -> Result<bool, String> {
    server.create("book")?;
    if fixture.settings.minimum > server.version() || server.run("book", &fixture.text(&fixture.live)).is_err() {
        return Ok(false);
    }
    if fixture.settings.empty.is_none() {
        server.fill("book")?;
    }
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    playbook(fixture, folder.path())?;
    let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    let run = |name: &str| server.run_file("book", &text(name)).map_err(|fault| format!("{name} stops: {fault}"));
    run("10-precheck.sql")?;
    // Nothing is asked where no change shows in the catalog.
    let asks = ["INSERT INTO amend_there", "INSERT INTO amend_gone", "another text than"];
    let shows = asks.iter().any(|ask| text("30-verify.sql").contains(ask));
    let fails = |name: &str, when: &str| match run(name) {
        Ok(_) if shows => Err(format!("{name} passes {when}")),
        Ok(_) => Ok(()),
        Err(fault) if shows && !fault.contains("amend_gate") && !fault.contains("patch") && !fault.contains("dumped") => {
            Err(format!("{name} {when} fails for another reason: {fault}"))
        }
        Err(_) => Ok(()),
    };
    fails("30-verify.sql", "before the patch")?;
    match run("20-patch.sql") {
        Err(fault) if absent(&fault) => return Ok(false),
        other => other?,
    }
    run("30-verify.sql")?;
    if NO_WAY_BACK.iter().any(|row| row.0 == fixture.title()) {
        return Ok(true);
    }
    run("40-rollback.sql")?;
    run("10-precheck.sql").map(|_| true).map_err(|fault| format!("after the way back: {fault}\n{}", text("40-rollback.sql")))
}

/// A schema and rows that the patch cannot have: the precheck names each, and the backup can be restored.
const LIVE: &str = "CREATE TABLE parent (id integer NOT NULL, PRIMARY KEY (id));\n\
    CREATE TABLE child (id integer NOT NULL, parent_id integer, name varchar(50), code integer, price integer, PRIMARY KEY (id));\n";
const DESIRED: &str = "CREATE TABLE parent (id integer NOT NULL, PRIMARY KEY (id));\n\
    CREATE TABLE child (id integer NOT NULL, parent_id integer, name varchar(10), code integer, price integer NOT NULL, PRIMARY KEY (id),\n\
    CONSTRAINT child_price CHECK (price > 0), CONSTRAINT child_parent FOREIGN KEY (parent_id) REFERENCES parent (id));\n\
    CREATE UNIQUE INDEX child_code ON child (code);\n";
const ROWS: &str = "INSERT INTO parent VALUES (1);\nINSERT INTO child VALUES (1, 1, 'short', 1, 1), (2, 7, 'far too long a name', 1, NULL), (3, NULL, NULL, NULL, -1);\n";
const PROBLEMS: &[&str] =
    &["rows with NULLs", "values that are there more than once", "rows whose parent is missing", "rows that break the new rule"];

fn obstacles(dialect: &str, server: &dyn Server) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    for (name, text) in [("live.sql", LIVE), ("desired.sql", DESIRED)] {
        std::fs::write(folder.path().join(name), text).map_err(|error| error.to_string())?;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
    command.current_dir(folder.path()).args(["playbook", "--dialect", dialect, "--allow", "drop", "live.sql", "desired.sql", "-o", "book"]);
    call(&mut command, "")?;
    let text = |name: &str| std::fs::read_to_string(folder.path().join("book").join(name)).unwrap_or_default();
    server.create("book")?;
    server.run("book", &format!("{LIVE}{ROWS}"))?;
    let said = server.backup("book", &folder.path().join("book"))?;
    if !said.contains("backup: ") {
        return Err(format!("the backup does not say that it is done: {said}"));
    }
    let Err(fault) = server.run_file("book", &text("10-precheck.sql")) else {
        return Err("the precheck passes although rows stand in the way".to_string());
    };
    if let Some(problem) = PROBLEMS.iter().find(|problem| !fault.contains(**problem)) {
        return Err(format!("the precheck does not name `{problem}`: {fault}"));
    }
    // Who runs the patch all the same is stopped by the server, and the verification says that it is not complete.
    if server.run_file("book", &text("20-patch.sql")).is_ok() {
        return Err("the patch runs although rows stand in the way".to_string());
    }
    if server.run_file("book", &text("30-verify.sql")).is_ok() {
        return Err("the verification passes after a patch that failed".to_string());
    }
    server.create("book")?;
    server.run("book", &format!("{LIVE}{ROWS}ALTER TABLE child ADD COLUMN surprise integer;"))?;
    match server.run_file("book", &text("10-precheck.sql")) {
        Err(fault) if fault.contains("child.surprise") => Ok(()),
        other => Err(format!("the precheck does not name a column that is not in the dump: {other:?}")),
    }
}

/// A dialect, a live side and a desired one, and what somebody makes of the text that the patch changed.
const TEXTS: &[(&str, &str, &str, &str)] = &[
    (
        "mariadb",
        "CREATE FUNCTION f() RETURNS int NO SQL RETURN 1;",
        "CREATE FUNCTION f() RETURNS int NO SQL RETURN 2;",
        "DROP FUNCTION f; CREATE FUNCTION f() RETURNS int NO SQL RETURN 3;",
    ),
    (
        "mariadb",
        "CREATE TABLE t (a varchar(9) DEFAULT 'x', b int CHECK (b > 1));",
        "CREATE TABLE t (a varchar(9) DEFAULT 'y', b int CHECK (b > 1));",
        "ALTER TABLE t ALTER COLUMN a SET DEFAULT 'Y';",
    ),
    (
        "mariadb",
        "CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 1));",
        "CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 2));",
        "ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (a > 1);",
    ),
    (
        "mariadb",
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t;",
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT b, a FROM t;",
        "CREATE OR REPLACE VIEW v AS SELECT a, b FROM t;",
    ),
    (
        "mariadb",
        "CREATE TABLE t (a int); CREATE VIEW v AS select `t`.`a` AS `a` from `t` where `t`.`a` > 1;",
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t WHERE a > 2;",
        "CREATE OR REPLACE VIEW v AS SELECT a FROM t WHERE a > 1;",
    ),
    (
        "sqlite",
        "CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t;",
        "CREATE TABLE t (a); CREATE VIEW v AS SELECT a AS b FROM t;",
        "DROP VIEW v; CREATE VIEW v AS SELECT a AS c FROM t;",
    ),
    (
        "sqlite",
        "CREATE TABLE t (a); CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;",
        "CREATE TABLE t (a); CREATE TRIGGER IF NOT EXISTS g AFTER INSERT ON t BEGIN SELECT 2; END;",
        "DROP TRIGGER g; CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 3; END;",
    ),
    (
        "sqlite",
        "CREATE TABLE t (a DEFAULT 1, b DEFAULT (1 + 1));",
        "CREATE TABLE t (a DEFAULT 2, b DEFAULT (1 + 2));",
        "DROP TABLE t; CREATE TABLE t (a DEFAULT 2, b DEFAULT (1 + 3));",
    ),
];

/// The runbook that leads from one text to another: the folder `book` in the one that is given.
pub fn of_texts([live, desired]: [&str; 2], dialect: &str) -> Result<tempfile::TempDir, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    for (name, text) in [("live.sql", live), ("desired.sql", desired)] {
        std::fs::write(folder.path().join(name), text).map_err(|error| error.to_string())?;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
    command.current_dir(folder.path()).args(["playbook", "--dialect", dialect, "--allow", "drop", "live.sql", "desired.sql", "-o", "book"]);
    call(&mut command, "")?;
    Ok(folder)
}

/// The verification passes after the patch, and fails where the text is a third one.
fn another_text([live, desired, other]: [&str; 3], dialect: &str, server: &dyn Server) -> Result<(), String> {
    let folder = of_texts([live, desired], dialect)?;
    let text = |name: &str| std::fs::read_to_string(folder.path().join("book").join(name)).unwrap_or_default();
    server.create("book")?;
    server.run("book", live)?;
    for name in ["20-patch.sql", "30-verify.sql"] {
        server.run_file("book", &text(name)).map_err(|fault| format!("{desired}: {name} stops: {fault}"))?;
    }
    server.run("book", other)?;
    match server.run_file("book", &text("30-verify.sql")) {
        Err(fault) if fault.contains("another text than that of the patch") => Ok(()),
        outcome => Err(format!("{other}: the verification does not say that another text is there: {outcome:?}")),
    }
}

fn playbook(fixture: &Fixture, folder: &Path) -> Result<(), String> {
    let folder = folder.to_string_lossy();
    call(&mut fixture.command(&["playbook", "--allow", "drop", "-o", &folder]), "").map(drop)
}
