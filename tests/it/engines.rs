//! Law 10, on real servers: the script of every fixture, run over a database with rows in it, leads to the state of a
//! fresh build of the desired side; the rows are still there; and the dump of the result is held the same as desired.
//! Runs only where AMEND_SERVERS is set, because it needs the servers' programs.

use std::path::Path;

use super::corpus;
use super::fixture::Fixture;
use super::servers::{Server, mariadb::MariaDb, mysql, postgres::Postgres, sqlite::Sqlite};

#[test]
fn postgres_of_the_system() {
    on_server("postgres", || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?), carried_out);
}

#[test]
fn postgres_newer() {
    if wanted() && Postgres::newer().is_none() {
        println!("skipped: no newer PostgreSQL; tests/run fetches one");
        return;
    }
    on_server("postgres", || Postgres::start(&Postgres::newer().ok_or("no newer PostgreSQL")?), carried_out);
}

#[test]
fn mariadb() {
    on_server("mariadb", MariaDb::start, carried_out);
}

#[test]
fn mysql_unpacked() {
    if wanted() && mysql::unpacked().is_none() {
        println!("skipped: no MySQL; AMEND_MYSQL names the folder into which mysql-server-core and mysql-client-core are unpacked");
        return;
    }
    on_server("mysql", mysql::start, carried_out);
}

#[test]
fn sqlite() {
    on_server("sqlite", || Ok(Sqlite::start()), carried_out);
}

pub fn wanted() -> bool {
    std::env::var_os("AMEND_SERVERS").is_some()
}

/// What is done with a fixture on a server; the reason where it cannot be done.
type Deed = fn(&Fixture, &dyn Server) -> Result<Option<String>, String>;

/// Starts a server and does this with every fixture of its dialect.
pub fn on_server<S: Server>(dialect: &str, start: impl FnOnce() -> Result<S, String>, deed: Deed) {
    if !wanted() {
        println!("skipped: AMEND_SERVERS is not set");
        return;
    }
    let server = start().unwrap_or_else(|fault| panic!("{dialect}: the server does not start: {fault}"));
    let only = std::env::var("AMEND_ONLY").unwrap_or_default();
    let fixtures = corpus::answered().into_iter().filter(|fixture| fixture.dialect == dialect && fixture.title().contains(&only));
    let mut faults = Vec::new();
    for fixture in fixtures {
        match deed(&fixture, &server) {
            Ok(None) => {}
            Ok(Some(reason)) => println!("{} on {}: skipped: {reason}", fixture.title(), server.title()),
            Err(fault) => faults.push(format!("{} on {}: {fault}", fixture.title(), server.title())),
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n\n"));
}

/// Whether a server was built or installed without what a statement asks for.
pub fn absent(fault: &str) -> bool {
    fault.contains("is not available") || fault.contains("is not supported in this build")
}

/// Builds both sides; the reason where the server cannot.
pub fn built(fixture: &Fixture, server: &dyn Server) -> Result<Option<String>, String> {
    if fixture.settings.minimum > server.version() {
        return Ok(Some(format!("needs version {}", fixture.settings.minimum)));
    }
    if let Some(reason) = &fixture.settings.offline {
        return Ok(Some(reason.clone()));
    }
    for (database, side) in [("live", &fixture.live), ("desired", &fixture.desired)] {
        server.create(database)?;
        if let Err(fault) = server.run(database, &fixture.text(side)) {
            return if absent(&fault) { Ok(Some(fault.lines().next().unwrap_or("").to_string())) } else { Err(format!("{side}: {fault}")) };
        }
    }
    Ok(None)
}

/// Carries out one fixture.
fn carried_out(fixture: &Fixture, server: &dyn Server) -> Result<Option<String>, String> {
    if let Some(reason) = built(fixture, server)? {
        return Ok(Some(reason));
    }
    let desired = fixture.folder.join(&fixture.desired);
    if fixture.settings.empty.is_none() {
        server.fill("live")?;
    }
    let before = server.rows("live")?;
    let version = server.version().to_string();
    let said = fixture.dialect != "postgres" || fixture.settings.flags.iter().any(|flag| flag == "--server-version");
    let words = ["diff", "--allow", "drop", "--server-version", &version];
    let words = if said { &words[..3] } else { &words };
    let script = amend(fixture, words, &fixture.folder.join(&fixture.live), &desired)?;
    server.run("live", &script).map_err(|fault| format!("the script stops: {fault}\n{script}"))?;
    same(&server.state("live")?, &server.state("desired")?)?;
    let after = server.rows("live")?;
    if let Some((table, rows)) = before.iter().find(|(table, rows)| after.get(*table).is_some_and(|left| left < rows)) {
        return Err(format!("{table} had {rows} rows, and has {:?}", after.get(table)));
    }
    match (held_same(fixture, server, &desired), &fixture.settings.phantom) {
        (Ok(()), Some(_)) => Err("the dump of the result is held the same: take `phantom` out of case.toml".to_string()),
        (Err(fault), None) => Err(fault),
        _ => Ok(None),
    }
}

/// The dump of the patched database is the same as the desired side.
fn held_same(fixture: &Fixture, server: &dyn Server, desired: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let dump = folder.path().join("dump.sql");
    std::fs::write(&dump, server.dump("live")?).map_err(|error| error.to_string())?;
    amend(fixture, &["check"], &dump, desired).map(drop).map_err(|fault| format!("the dump of the result is not held the same: {fault}"))
}

fn amend(fixture: &Fixture, words: &[&str], live: &Path, desired: &Path) -> Result<String, String> {
    let output = fixture.command_on(words, live, desired).output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    Err(format!("status {:?}\n{text}{}", output.status.code(), String::from_utf8_lossy(&output.stderr)))
}

/// Two states, object by object.
pub fn same(found: &[String], wanted: &[String]) -> Result<(), String> {
    let missing = wanted.iter().filter(|entry| !found.contains(entry)).map(|entry| format!("wanted: {entry}"));
    let extra = found.iter().filter(|entry| !wanted.contains(entry)).map(|entry| format!("found: {entry}"));
    let lines: Vec<String> = missing.chain(extra).collect();
    if lines.is_empty() { Ok(()) } else { Err(lines.join("\n")) }
}
