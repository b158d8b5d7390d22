//! PostgreSQL's own account of a statement: pg_locks, the files of the relations, the scans that it counts.

use amend::base::Version;
use amend::ir::{Hazard, Statement, Work};

use super::super::servers::{Server, postgres::Postgres};
use super::{Case, Listing, weighed};

const LISTING: &str = include_str!("postgres.sql");

/// Notes the relations that are there before the statement.
const BEFORE: &str = "CREATE TEMP TABLE before_it AS
    SELECT c.oid, c.relkind, c.relfilenode, n.nspname || '.' || c.relname AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public';";

/// One line for each lock that stops more than rows, each new file, each new index on an old table, each scan.
const AFTER: &str = "
SELECT 'lock ' || b.name || ' ' || l.mode FROM pg_locks l JOIN before_it b ON b.oid = l.relation
WHERE l.pid = pg_backend_pid() AND b.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND l.mode IN ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock');
SELECT 'rewrite ' || b.name FROM pg_class c JOIN before_it b ON b.oid = c.oid
WHERE b.relkind IN ('r', 'm') AND c.relfilenode <> b.relfilenode;
SELECT 'index ' || b.name FROM pg_index i JOIN before_it b ON b.oid = i.indrelid
JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relkind = 'i' AND c.relfilenode NOT IN (SELECT relfilenode FROM before_it);
SELECT 'scan ' || b.name FROM pg_stat_xact_all_tables s JOIN before_it b ON b.oid = s.relid WHERE s.seq_scan > 0;
";

/// The server's words for the levels.
const MODES: &[(&str, &str)] = &[
    ("AccessExclusiveLock", "ACCESS EXCLUSIVE"),
    ("ExclusiveLock", "EXCLUSIVE"),
    ("ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"),
    ("ShareLock", "SHARE"),
    ("ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE"),
];

#[test]
fn locks_and_work_on_postgres_of_the_system() {
    if std::env::var_os("AMEND_SERVERS").is_some() {
        agree(Postgres::of_the_system().and_then(|programs| Postgres::start(&programs).ok()));
    }
}

#[test]
fn locks_and_work_on_newer_postgres() {
    if std::env::var_os("AMEND_SERVERS").is_some() && Postgres::newer().is_some() {
        agree(Postgres::newer().and_then(|programs| Postgres::start(&programs).ok()));
    }
}

fn agree(server: Option<Postgres>) {
    let Some(server) = server else { panic!("the server does not start") };
    let listing = Listing::read(LISTING);
    let only = std::env::var("AMEND_ONLY").unwrap_or_default();
    // A second place for tables, and a second method of access: the same as the first, by other names.
    let others = "SET allow_in_place_tablespaces = on; CREATE TABLESPACE spare LOCATION '';\nCREATE ACCESS METHOD heap_again TYPE TABLE HANDLER heap_tableam_handler;\nALTER DATABASE verdicts SET timezone = 'Europe/Oslo';";
    let build = |()| server.psql("verdicts", others).and_then(|_| server.run("verdicts", listing.setup));
    server.create("verdicts").and_then(build).unwrap_or_else(|fault| panic!("{fault}"));
    let cases = listing.cases.iter().filter(|case| case.since <= server.version() && case.sql.contains(&only));
    let faults: Vec<String> = cases.filter_map(|case| judge(case, &listing, &server).err()).collect();
    assert!(faults.is_empty(), "{} faults on {}\n{}", faults.len(), server.title(), faults.join("\n\n"));
}

fn judge(case: &Case, listing: &Listing, server: &Postgres) -> Result<(), String> {
    let all = |statements: &[String]| statements.iter().map(|sql| format!("{sql};\n")).collect::<String>();
    let setup = format!("{}\n{}", listing.setup, all(&case.prepared));
    let statement = weighed(&setup, &case.sql, "postgres", Version::new(server.version(), 0, 0));
    let fault = |what: String| format!("{}\n  {what}", case.sql);
    let outcome = |text: &str| server.psql("verdicts", &format!("BEGIN;\n{text};\nROLLBACK;"));
    if case.apart {
        let inside = outcome(&case.sql).err().ok_or(fault("it runs in a transaction".to_string()))?;
        let told = inside.contains("transaction block") && statement.hazards.contains(&Hazard::NotTransactional);
        return if told { waiting(case, &statement, listing, server).map_err(fault) } else { Err(fault(inside)) };
    }
    if case.fails {
        let may = statement.hazards.contains(&Hazard::MayFail) || case.sql.contains("pg_temp");
        return if outcome(&case.sql).is_err() && may { Ok(()) } else { Err(fault("it does not fail, or nobody says so".to_string())) };
    }
    server.psql("verdicts", &all(&case.prepared)).map_err(fault)?;
    let text = format!("{BEFORE}\nBEGIN;\n{};\n{AFTER}\nROLLBACK;", case.sql);
    let found = server.psql("verdicts", &text).map_err(fault);
    server.psql("verdicts", &all(&case.undone)).map_err(fault)?;
    let found = found?;
    compare(&statement, &found).map_err(fault)?;
    for before in &case.fails_after {
        if outcome(&format!("{before};\n{}", case.sql)).is_ok() || !statement.hazards.contains(&Hazard::MayFail) {
            return Err(fault(format!("it does not fail after {before}, or nobody says so: {:?}", statement.hazards)));
        }
    }
    let limited = |sql: &str| format!("SET lock_timeout = '100ms'; {sql};");
    for other in &case.keeps_waiting {
        if !super::waits(server, &format!("BEGIN; {}; SELECT pg_sleep(1); ROLLBACK;", case.sql), &limited(other)) {
            return Err(fault(format!("{other} does not wait: {:?}", statement.hazards)));
        }
    }
    let told = [Hazard::Rename, Hazard::Drop, Hazard::EnumValue, Hazard::Irreversible, Hazard::Overflow];
    for after in &case.then_fails {
        if outcome(&format!("{};\n{after}", case.sql)).is_ok() || !told.iter().any(|hazard| statement.hazards.contains(hazard)) {
            return Err(fault(format!("{after} does not fail, or nobody says so: {:?}", statement.hazards)));
        }
    }
    Ok(())
}

fn compare(statement: &Statement, found: &str) -> Result<(), String> {
    let lines = |word: &str| found.lines().filter(|line| line.starts_with(word)).count();
    let work = match (lines("rewrite "), lines("index "), lines("scan ")) {
        // What is done to rows under the locks of every reader and writer is no work of the schema.
        _ if lines("lock ") == 0 => Work::Catalog,
        (0, 0, 0) => Work::Catalog,
        (0, 0, _) => Work::Scan,
        (0, ..) => Work::Index,
        _ => Work::Rewrite,
    };
    if work != statement.impact.work {
        return Err(format!("server: {}, said: {}", work.word(), statement.impact.work.word()));
    }
    compare_locks(statement, found)
}

fn compare_locks(statement: &Statement, found: &str) -> Result<(), String> {
    let mut locks: Vec<String> = Vec::new();
    for (mode, level) in MODES {
        // The strongest of a relation counts; the table of modes is in the order of their strength.
        for name in found.lines().filter_map(|line| line.strip_prefix("lock ")?.strip_suffix(mode)?.strip_suffix(' ')) {
            if !locks.iter().any(|known| known.starts_with(&format!("{name} "))) {
                locks.push(format!("{name} {level}"));
            }
        }
    }
    locks.sort_unstable();
    let impact = &statement.impact;
    let mut said: Vec<String> =
        impact.locks.iter().map(|lock| format!("{}.{} {}", lock.relation.namespace, lock.relation.name, lock.level.name)).collect();
    said.sort_unstable();
    if locks == said { Ok(()) } else { Err(format!("server: {locks:?}\n  said:   {said:?}")) }
}

/// Reads the tables in an old transaction, behind which such a statement waits.
const HOLD: &str = "BEGIN; SELECT count(*) FROM lorry; SELECT count(*) FROM voyage_2024; SELECT pg_sleep(1.5); COMMIT;";

/// The locks of the session that waits.
const WAITING: &str = "SELECT 'lock public.' || c.relname || ' ' || l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.application_name = 'apart'
  AND l.mode IN ('AccessExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock');";

/// A statement that stands outside of transactions is looked at while it waits for an older one.
fn waiting(case: &Case, statement: &Statement, listing: &Listing, server: &Postgres) -> Result<(), String> {
    server.create("apart")?;
    server.run("apart", listing.setup)?;
    let pause = |milliseconds| std::thread::sleep(std::time::Duration::from_millis(milliseconds));
    let found = std::thread::scope(|scope| {
        let holder = scope.spawn(|| server.psql("apart", HOLD));
        pause(400);
        let waiter = scope.spawn(|| server.psql("apart", &format!("SET application_name = 'apart';\n{};", case.sql)));
        pause(500);
        let found = server.psql("apart", WAITING);
        let ends = [holder.join(), waiter.join()];
        if ends.into_iter().all(|end| matches!(end, Ok(Ok(_)))) { found } else { Err("a session failed".to_string()) }
    })?;
    compare_locks(statement, &found)
}
