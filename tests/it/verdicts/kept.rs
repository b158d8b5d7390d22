//! Locks that a transaction keeps: after each statement of a transaction PostgreSQL is asked which locks the session holds.

use amend::base::{Files, Version};
use amend::compile::Source;
use amend::dialects;
use amend::ir::{Hazard, Key, LockLevel, Stops};
use amend::sources;
use amend::weigh::{self, Scale, Weighed};

use super::super::servers::{Server, postgres::Postgres};

const SETUP: &str = "
CREATE TABLE public.barge (id bigint PRIMARY KEY, lock_id bigint, draught integer);
CREATE TABLE public.lock_gate (id bigint PRIMARY KEY, keeper text);
CREATE TABLE public.toll (id bigint PRIMARY KEY, barge_id bigint, pence integer);
CREATE VIEW public.deep AS SELECT id FROM public.barge WHERE draught > 9;
INSERT INTO public.lock_gate VALUES (1, 'Ann');
INSERT INTO public.barge VALUES (1, 1, 10);
INSERT INTO public.toll VALUES (1, 1, 12);
";

/// Transactions, and how many of their statements keep a lock for a later one.
const TRANSACTIONS: &[(usize, &[&str])] = &[
    // The key's scan needs no lock that stops readers, and the new column's lock does.
    (
        2,
        &[
            "ALTER TABLE public.barge ADD COLUMN flag text",
            "ALTER TABLE public.toll ALTER COLUMN pence SET NOT NULL",
            "ALTER TABLE public.barge ADD CONSTRAINT barge_lock FOREIGN KEY (lock_id) REFERENCES public.lock_gate (id)",
        ],
    ),
    // The same table under the same lock: each statement says by itself what waits.
    (0, &["ALTER TABLE public.toll ADD COLUMN note text", "ALTER TABLE public.toll ALTER COLUMN pence SET NOT NULL"]),
    // What is validated in the transaction that adds it.
    (
        1,
        &[
            "ALTER TABLE public.toll ADD CONSTRAINT toll_pays CHECK (pence > 0) NOT VALID",
            "ALTER TABLE public.toll VALIDATE CONSTRAINT toll_pays",
        ],
    ),
    // Nothing works after it.
    (0, &["CREATE INDEX ON public.barge (draught)", "ALTER TABLE public.toll ADD COLUMN note text", "DROP VIEW public.deep"]),
    (2, &["DROP VIEW public.deep", "CREATE INDEX ON public.toll (pence)", "UPDATE public.barge SET draught = draught + 1"]),
];

/// Each lock on a relation that was there.
const HELD: &str =
    "SELECT 'held ' || c.relname || ' ' || l.mode FROM pg_locks l JOIN old c ON c.oid = l.relation WHERE l.pid = pg_backend_pid();";

/// The server's words for the levels that keep others waiting, the strongest first.
const STOPPING: &[(&str, Stops)] = &[
    ("AccessExclusiveLock", Stops::Everything),
    ("ExclusiveLock", Stops::Writes),
    ("ShareRowExclusiveLock", Stops::Writes),
    ("ShareLock", Stops::Writes),
];

#[test]
fn locks_that_a_transaction_keeps() {
    if std::env::var_os("AMEND_SERVERS").is_none() {
        return;
    }
    for programs in [Postgres::of_the_system(), Postgres::newer()].into_iter().flatten() {
        let server = Postgres::start(&programs).unwrap_or_else(|fault| panic!("{fault}"));
        server.create("kept").and_then(|()| server.run("kept", SETUP)).unwrap_or_else(|fault| panic!("{fault}"));
        for (keepers, statements) in TRANSACTIONS {
            let weighed = weighed(statements, server.version());
            let keeping = weighed.iter().filter(|one| one.weight.hazards.contains(&Hazard::KeptLock)).count();
            assert_eq!(keeping, *keepers, "{statements:?}");
            compare(&server, statements, &weighed);
        }
    }
}

/// The statements between BEGIN and COMMIT, as a patch is weighed; without these two.
fn weighed(statements: &[&str], version: u32) -> Vec<Weighed> {
    let dialect = dialects::by_name("postgres").unwrap_or_else(|| panic!("no such dialect"));
    let mut files = Files::default();
    let setup = files.add("setup", SETUP);
    let patch = files.add("patch", format!("BEGIN;\n{};\nCOMMIT;\n", statements.join(";\n")));
    let source = Source::of("setup", sources::read(&files, &[setup], dialect), dialect);
    let mut scale = Scale::new(source.schema, Version::new(version, 0, 0), dialect);
    let mut weighed = weigh::patch(&sources::read(&files, &[patch], dialect), &files, &mut scale);
    assert_eq!(weighed.len(), statements.len() + 2);
    weighed.pop();
    weighed.split_off(1)
}

/// After each statement the session holds what the statements up to it take. Where others wait longer than for the statement's own locks,
/// an earlier lock is said to be kept; and where not, none.
fn compare(server: &Postgres, statements: &[&str], weighed: &[Weighed]) {
    let old =
        "CREATE TEMP TABLE old AS SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v');";
    for (at, statement) in weighed.iter().enumerate() {
        let run = statements.get(..=at).unwrap_or_default().join(";\n");
        let found = server.psql("kept", &format!("{old}\nBEGIN;\n{run};\n{HELD}\nROLLBACK;")).unwrap_or_else(|fault| panic!("{fault}"));
        for table in ["barge", "lock_gate", "toll", "deep"] {
            let lines: Vec<&str> = found.lines().filter_map(|line| line.strip_prefix(&format!("held {table} "))).collect();
            let held = STOPPING.iter().find(|(mode, _)| lines.contains(mode)).map(|(_, stops)| *stops);
            let own = level(statement, table).map(|level| level.stops).filter(|stops| *stops >= Stops::Writes);
            let kept = weighed.iter().take(at).any(|earlier| keeps(earlier, table, at + 1));
            let works = statement.weight.impact.work > amend::ir::Work::Catalog || statement.weight.hazards.contains(&Hazard::Backfill);
            assert_eq!(works && held > own, kept, "{statements:?}, statement {at}, {table}: {lines:?}");
        }
    }
}

fn level(statement: &Weighed, table: &str) -> Option<&'static LockLevel> {
    let named = |key: Key| key.name.as_str() == table;
    statement.weight.impact.locks.iter().find(|lock| named(lock.relation)).map(|lock| lock.level)
}

fn keeps(statement: &Weighed, table: &str, number: usize) -> bool {
    let locks = &statement.weight.impact.locks;
    locks.iter().any(|lock| lock.relation.name.as_str() == table && lock.kept_until >= Some(number))
}
