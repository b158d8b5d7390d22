//! MariaDB's and MySQL's own account of a statement: the cheapest ALGORITHM and the weakest LOCK that they accept.

use amend::base::Version;
use amend::ir::{Hazard, Stops};

use super::super::servers::{Server, mariadb::MariaDb, mysql};
use super::{Case, Listing, weighed};

/// An engine: its name, its listing, and its ways from the cheapest to the dearest, each with the weakest lock first.
struct Family {
    dialect: &'static str,
    listing: Listing,
    ways: &'static [(&'static str, &'static str)],
}

const MARIADB: &[(&str, &str)] = &[
    ("INSTANT", "NONE"),
    ("NOCOPY", "NONE"),
    ("NOCOPY", "SHARED"),
    ("INPLACE", "NONE"),
    ("INPLACE", "SHARED"),
    ("COPY", "NONE"),
    ("COPY", "SHARED"),
    ("COPY", "EXCLUSIVE"),
];

/// With INSTANT the server takes no word about locks (manual, Online DDL Performance and Concurrency).
const MYSQL: &[(&str, &str)] =
    &[("INSTANT", "DEFAULT"), ("INPLACE", "NONE"), ("INPLACE", "SHARED"), ("COPY", "NONE"), ("COPY", "SHARED"), ("COPY", "EXCLUSIVE")];

#[test]
fn algorithm_and_lock_on_mariadb() {
    agree(Family { dialect: "mariadb", listing: Listing::read(include_str!("mariadb.sql")), ways: MARIADB }, MariaDb::start);
}

#[test]
fn algorithm_and_lock_on_mysql() {
    if mysql::unpacked().is_none() {
        println!("skipped: no MySQL; AMEND_MYSQL names the folder into which mysql-server-core and mysql-client-core are unpacked");
        return;
    }
    agree(Family { dialect: "mysql", listing: Listing::read(include_str!("mysql.sql")), ways: MYSQL }, mysql::start);
}

fn agree(family: Family, start: fn() -> Result<MariaDb, String>) {
    if std::env::var_os("AMEND_SERVERS").is_none() {
        println!("skipped: AMEND_SERVERS is not set");
        return;
    }
    let server = start().unwrap_or_else(|fault| panic!("{fault}"));
    let version = server.query("", "SELECT VERSION()").ok().and_then(|text| Version::parse(&text)).unwrap_or_default();
    let only = std::env::var("AMEND_ONLY").unwrap_or_default();
    let cases = family.listing.cases.iter().filter(|case| case.sql.contains(&only));
    let faults: Vec<String> = cases.filter_map(|case| judge(case, &family, &server, version).err()).collect();
    assert!(faults.is_empty(), "{} faults on {} {version}\n{}", faults.len(), server.title(), faults.join("\n\n"));
}

fn judge(case: &Case, family: &Family, server: &MariaDb, version: Version) -> Result<(), String> {
    let listing = &family.listing;
    let statement = weighed(listing.setup, &case.sql, family.dialect, version);
    let build = || server.create("verdicts").and_then(|()| server.run("verdicts", listing.setup));
    // The table at the other end of a foreign key is locked for a moment, whatever the words.
    let weakest = statement.impact.locks.iter().min_by_key(|lock| lock.level.rank);
    let said = (statement.impact.algorithm.unwrap_or("no"), weakest.map_or("no", |lock| lock.level.name));
    build()?;
    if case.fails {
        let told = statement.hazards.contains(&Hazard::MayFail);
        let fails = server.run("verdicts", &case.sql).is_err();
        return if fails && told { Ok(()) } else { Err(format!("{}\n  fails: {fails}, said: {told}", case.sql)) };
    }
    others(case, &statement.hazards, family, server).map_err(|what| format!("{}\n  {what}, said: {:?}", case.sql, statement.hazards))?;
    build()?;
    let mut last = String::new();
    if !case.sql.starts_with("ALTER") && !case.sql.starts_with("CREATE") {
        let strong = statement.impact.stops() == Some(Stops::Everything) || statement.hazards.contains(&Hazard::Backfill);
        return if strong && said.0 == "no" { Ok(()) } else { Err(format!("{}: said: {} {}", case.sql, said.0, said.1)) };
    }
    for (algorithm, lock) in family.ways.iter().filter(|_| !case.copies) {
        match server.run("verdicts", &with_words(&case.sql, family, [algorithm, lock])) {
            Ok(()) if said.0 == *algorithm && (said.1 == *lock || *lock == "DEFAULT") => return Ok(()),
            Ok(()) => return Err(format!("{}\n  server: {algorithm} {lock}, said: {} {}", case.sql, said.0, said.1)),
            Err(fault) => last = fault,
        }
    }
    // The server counts the rows that it copied.
    let copied = server.query("verdicts", &format!("{}; SELECT ROW_COUNT();", case.sql))?.trim() != "0";
    let stops = statement.impact.stops() == Some(Stops::Everything);
    if copied && said.0 == "COPY" || !copied && said.0 == "no" && stops {
        Ok(())
    } else {
        Err(format!("{}\n  server: no words ({last}), said: {} {}", case.sql, said.0, said.1))
    }
}

/// What the server does to others and to rows, where the listing says so. Each statement has new tables.
fn others(case: &Case, said: &[Hazard], family: &Family, server: &MariaDb) -> Result<(), String> {
    let build = || server.create("verdicts").and_then(|()| server.run("verdicts", family.listing.setup));
    for before in &case.fails_after {
        build()?;
        server.run("verdicts", before)?;
        if server.run("verdicts", &case.sql).is_ok() || !said.contains(&Hazard::MayFail) {
            return Err(format!("it does not fail after {before}"));
        }
    }
    for after in &case.then_fails {
        build()?;
        server.run("verdicts", &case.sql)?;
        if server.run("verdicts", after).is_ok() {
            return Err(format!("{after} does not fail"));
        }
    }
    // MySQL knows no limit below a second.
    let (limit, while_open) = if family.dialect == "mysql" { (1, "DO SLEEP(4)") } else { (0, "DO SLEEP(1)") };
    let limited = |sql: &str| format!("SET lock_wait_timeout = {limit}, innodb_lock_wait_timeout = {limit}; {sql};");
    for other in &case.keeps_waiting {
        build()?;
        if !super::waits(server, &format!("BEGIN; {}; {while_open}; ROLLBACK;", case.sql), &limited(other)) {
            return Err(format!("{other} does not wait"));
        }
    }
    for other in &case.waits_behind {
        build()?;
        if !super::waits(server, &format!("BEGIN; {other}; {while_open}; ROLLBACK;"), &limited(&case.sql)) {
            return Err(format!("it does not wait for {other}"));
        }
    }
    if case.commits {
        build()?;
        let rows = format!("BEGIN; INSERT INTO plain VALUES (77, 7, 7); {}; ROLLBACK; SELECT COUNT(*) FROM plain WHERE a = 77;", case.sql);
        if server.query("verdicts", &rows)?.trim() != "1" || !said.contains(&Hazard::NotTransactional) {
            return Err("it does not commit".to_string());
        }
    }
    Ok(())
}

/// The statement with ALGORITHM and LOCK where its grammar has a place for them: before what is said of pieces, on MySQL alone.
fn with_words(sql: &str, family: &Family, [algorithm, lock]: [&str; 2]) -> String {
    let words = sql.strip_prefix("ALTER TABLE ").and_then(|rest| rest.split_once(' '));
    let pieces = |clause: &str| {
        ["PARTITION", "ADD PARTITION", "COALESCE", "DROP PARTITION", "REMOVE", "REORGANIZE"].iter().any(|word| clause.starts_with(word))
    };
    if let Some((table, clause)) = words.filter(|(_, clause)| family.dialect == "mysql" && pieces(clause)) {
        // What is said of the whole stands behind, of pieces alone before: the grammar has no other places.
        let comma = if clause.starts_with("REMOVE") || clause.starts_with("PARTITION") { "" } else { "," };
        return format!("ALTER TABLE {table} ALGORITHM={algorithm}, LOCK={lock}{comma} {clause};");
    }
    if sql.starts_with("CREATE") {
        return format!("{sql} ALGORITHM={algorithm} LOCK={lock};");
    }
    format!("{sql}, ALGORITHM={algorithm}, LOCK={lock};")
}
