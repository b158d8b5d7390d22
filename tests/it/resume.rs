//! Scripts that are cut off, on real servers: wherever an `--online` script has committed and goes no further, the script that a new dump
//! asks for leads to the desired state, and to the values that one run would have led to. Runs only where AMEND_SERVERS is set, because it
//! needs the servers' programs.

use super::engines::{built, on_server, same};
use super::fixture::Fixture;
use super::servers::{Rows, Server, call, mariadb::MariaDb, postgres::Postgres};

#[test]
fn postgres() {
    on_server("postgres", || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?), resumed);
}

#[test]
fn postgres_newer() {
    on_server("postgres", || Postgres::start(&Postgres::newer().or_else(Postgres::of_the_system).ok_or("no PostgreSQL")?), resumed);
}

#[test]
fn mariadb() {
    on_server("mariadb", MariaDb::start, resumed);
}

fn resumed(fixture: &Fixture, server: &dyn Server) -> Result<Option<String>, String> {
    if !fixture.settings.flags.iter().any(|flag| flag == "--online") {
        return Ok(None);
    }
    let script = call(&mut fixture.command(&["diff", "--allow", "drop"]), "")?;
    if let Some(reason) = built(fixture, server)? {
        return Ok(Some(reason));
    }
    let goal = began(fixture, server, &script)?;
    for cut in cuts(&script) {
        began(fixture, server, &script[..cut])?;
        go_on(fixture, server, &goal).map_err(|fault| format!("{fault}\nafter\n{}", &script[..cut]))?;
    }
    Ok(None)
}

/// Builds the live side, with rows where no row would rightly stop the script, and runs what there is of the script; the values then.
fn began(fixture: &Fixture, server: &dyn Server, script: &str) -> Result<Rows, String> {
    server.create("live")?;
    server.run("live", &fixture.text(&fixture.live))?;
    if fixture.settings.empty.is_none() {
        server.fill("live")?;
    }
    server.run("live", script)?;
    server.values("live")
}

/// Dumps, compares again, and runs the new script.
fn go_on(fixture: &Fixture, server: &dyn Server, goal: &Rows) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let dump = folder.path().join("dump.sql");
    std::fs::write(&dump, server.dump("live")?).map_err(|error| error.to_string())?;
    let script = call(&mut fixture.command_on(&["diff", "--allow", "drop"], &dump, &fixture.folder.join(&fixture.desired)), "")?;
    server.run("live", &script).map_err(|fault| format!("the second script stops: {fault}\n{script}"))?;
    same(&server.state("live")?, &server.state("desired")?).map_err(|fault| format!("{fault}\n{script}"))?;
    let values = server.values("live")?;
    match goal.iter().find(|(what, count)| values.get(*what) != Some(count)) {
        Some((what, count)) => Err(format!("{what} has {:?} values in place of {count}\n{script}", values.get(what))),
        None => Ok(()),
    }
}

/// Where a script can be cut off: after each COMMIT, and after each statement outside of transactions.
fn cuts(script: &str) -> Vec<usize> {
    let (mut found, mut place, mut open, mut body) = (Vec::new(), 0, false, false);
    for line in script.split_inclusive('\n') {
        place += line.len();
        let text = line.trim_end();
        open |= text == "BEGIN;";
        body |= text.starts_with("DO $") && text.ends_with('$');
        body &= !(text.starts_with('$') && text.ends_with("$;"));
        open &= text != "COMMIT;";
        let setting = ["SET ", "RESET ", "--"].iter().any(|word| text.starts_with(word));
        if text.ends_with(';') && !open && !body && !setting {
            found.push(place);
        }
    }
    found.pop();
    found
}
