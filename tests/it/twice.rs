//! Scripts that may run twice, on real servers: the first run of an `--idempotent` script leads to the desired state, and a second one
//! changes nothing. Runs only where AMEND_SERVERS is set, because it needs the servers' programs.

use super::engines::{built, on_server, same};
use super::fixture::Fixture;
use super::servers::{Server, call, mariadb::MariaDb, postgres::Postgres, sqlite::Sqlite};

#[test]
fn postgres() {
    on_server("postgres", || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?), twice);
}

#[test]
fn mariadb() {
    on_server("mariadb", MariaDb::start, twice);
}

#[test]
fn sqlite() {
    on_server("sqlite", || Ok(Sqlite::start()), twice);
}

/// A rebuild would fill new columns a second time, over what they hold by then.
#[test]
fn sqlite_rebuilds_that_add_columns_stop() {
    on_server("sqlite", || Ok(Sqlite::start()), rebuilt_twice);
}

fn rebuilt_twice(fixture: &Fixture, server: &dyn Server) -> Result<Option<String>, String> {
    let script = call(&mut fixture.command(&["diff", "--allow", "drop"]), "")?;
    if !script.contains("the script has run before") {
        return Ok(Some("no table is made anew with a column more".to_string()));
    }
    if let Some(reason) = built(fixture, server)? {
        return Ok(Some(reason));
    }
    server.run("live", &script).map_err(|fault| format!("the script stops: {fault}\n{script}"))?;
    let after = server.state("live")?;
    match server.run("live", &script) {
        Err(fault) if fault.contains("the script has run before") => same(&server.state("live")?, &after).map(|()| None),
        Err(fault) => Err(format!("the second run stops for another reason: {fault}")),
        Ok(()) => Err(format!("the second run does not stop\n{script}")),
    }
}

fn twice(fixture: &Fixture, server: &dyn Server) -> Result<Option<String>, String> {
    let script = match call(&mut fixture.command(&["diff", "--idempotent", "--allow", "drop"]), "") {
        Err(fault) if fault.contains("no guard can be written") => return Ok(Some("it cannot be guarded, and that is said".to_string())),
        other => other?,
    };
    if let Some(reason) = built(fixture, server)? {
        return Ok(Some(reason));
    }
    server.run("live", &script).map_err(|fault| format!("the script stops: {fault}\n{script}"))?;
    let after = server.state("live")?;
    same(&after, &server.state("desired")?)?;
    let stops = script.contains("a second run stops here");
    match server.run("live", &script) {
        Err(fault) if !stops => return Err(format!("the second run stops: {fault}\n{script}")),
        Ok(()) if stops => return Err(format!("the second run does not stop, and the script says so\n{script}")),
        _ => {}
    }
    same(&server.state("live")?, &after).map(|()| None)
}
