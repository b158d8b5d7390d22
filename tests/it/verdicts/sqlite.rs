//! SQLite's own account of a statement: who can read and write beside it, and whether the table must be made anew.

use std::process::Command;

use amend::base::Version;
use amend::ir::{Hazard, Statement};
use rusqlite::{Connection, ErrorCode};

use super::super::servers::call;
use super::{Case, Listing, weighed};

const LISTING: &str = include_str!("sqlite.sql");

#[test]
fn locks_on_sqlite() {
    let listing = Listing::read(LISTING);
    let faults: Vec<String> = listing.cases.iter().filter_map(|case| judge(case, &listing).err()).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n\n"));
}

/// A new file with the tables, and two programs that have it open.
struct File {
    _folder: tempfile::TempDir,
    own: Connection,
    other: Connection,
}

fn file(setup: &str) -> Result<File, rusqlite::Error> {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let path = folder.path().join("file.db");
    let (own, other) = (Connection::open(&path)?, Connection::open(&path)?);
    other.busy_timeout(std::time::Duration::ZERO)?;
    own.execute_batch(setup)?;
    Ok(File { _folder: folder, own, other })
}

fn judge(case: &Case, listing: &Listing) -> Result<(), String> {
    let statement = weighed(listing.setup, &case.sql, "sqlite", Version::new(3, 40, 0));
    let fault = |what: String| format!("{}\n  {what}, said: {:?}", case.sql, statement.hazards);
    let fresh = || file(listing.setup).map_err(|error| fault(error.to_string()));
    let may_fail = statement.hazards.contains(&Hazard::MayFail);
    if case.fails {
        let stops = fresh()?.own.execute_batch(&case.sql).is_err();
        return if stops && may_fail { Ok(()) } else { Err(fault(format!("fails: {stops}"))) };
    }
    beside(case, &statement, &fresh()?).map_err(fault)?;
    for before in &case.fails_after {
        let file = fresh()?;
        file.own.execute_batch(before).map_err(|error| fault(error.to_string()))?;
        if file.own.execute_batch(&case.sql).is_ok() || !may_fail {
            return Err(fault(format!("it does not fail after {before}")));
        }
    }
    for after in &case.then_fails {
        let file = fresh()?;
        file.own.execute_batch(&case.sql).map_err(|error| fault(error.to_string()))?;
        if file.own.execute_batch(after).is_ok() {
            return Err(fault(format!("{after} does not fail")));
        }
    }
    Ok(())
}

/// While the transaction of the statement is open, nobody else writes and everybody reads; a lock that is not said is none.
fn beside(case: &Case, statement: &Statement, file: &File) -> Result<(), String> {
    file.own.execute_batch(&format!("BEGIN;\n{};", case.sql)).map_err(|error| error.to_string())?;
    let busy =
        |sql: &str| matches!(file.other.execute_batch(sql), Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy));
    let writes = case.keeps_waiting.first().map_or("UPDATE depot SET name = 'y'", String::as_str);
    let said = !statement.impact.locks.is_empty();
    if busy(writes) != said {
        return Err(format!("writers wait: {}, said: {said}", !said));
    }
    if busy("SELECT * FROM lorry") {
        return Err("readers wait".to_string());
    }
    file.own.execute_batch("ROLLBACK").map_err(|error| error.to_string())
}

/// What ALTER TABLE does not know, by the words of the guide: the engine refuses it, and the plan makes the table anew.
const REBUILDS: &[(&str, &str, &str)] = &[
    ("another constraint", "ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0)", "a INTEGER, b TEXT, CONSTRAINT positive CHECK (a > 0)"),
    ("another type", "ALTER TABLE t ALTER COLUMN a TYPE TEXT", "a TEXT, b TEXT"),
    ("NOT NULL", "ALTER TABLE t ALTER COLUMN b SET NOT NULL", "a INTEGER, b TEXT NOT NULL"),
    ("another default", "ALTER TABLE t ALTER COLUMN a SET DEFAULT 4", "a INTEGER DEFAULT 4, b TEXT"),
];

#[test]
fn what_sqlite_cannot_alter_is_made_anew() {
    let live = "CREATE TABLE t (a INTEGER, b TEXT);\n";
    for (form, alter, columns) in REBUILDS {
        assert!(super::hazards::of(Hazard::Rebuild).any(|row| row.when.contains(form)), "{form}");
        // The newest versions know some of these; a script is for all of them.
        let known = rusqlite::version_number() >= 3_053_000;
        let file = file(live).unwrap_or_else(|error| panic!("{error}"));
        assert!(known || file.own.execute_batch(alter).is_err(), "the engine knows {alter}");
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        for (name, text) in [("live.sql", live.to_string()), ("desired.sql", format!("CREATE TABLE t ({columns});\n"))] {
            std::fs::write(folder.path().join(name), text).unwrap_or_else(|error| panic!("{error}"));
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
        command.current_dir(folder.path()).args(["plan", "--format", "json", "--dialect", "sqlite", "live.sql", "desired.sql"]);
        let plan = call(&mut command, "").unwrap_or_else(|fault| panic!("{fault}"));
        assert!(plan.contains("\"rebuild\"") && plan.contains("\"rewrite\"") && plan.contains("\"blocks-writes\""), "{form}: {plan}");
    }
}
