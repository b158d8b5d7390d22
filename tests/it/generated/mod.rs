//! The laws over generated schemas: a random schema, random edits of it, and everything that must hold between the two.
//! The seed is fixed; AMEND_SEED takes another one, AMEND_GENERATED another number of pairs.

mod expression;
mod mariadb_forms;
mod model;
mod postgres_forms;
mod postgres_slots;
mod slots;
mod text;
mod vocabulary;

use amend::base::{Code, Files};
use amend::compile::{self, Compiled, Options, Source};
use amend::dialects::{self, Dialect};
use amend::ir::{Hazard, Pair};
use amend::replay::replay;
use amend::sources;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use super::servers::{Server, mariadb::MariaDb, postgres::Postgres, sqlite::Sqlite};
use model::{EDITS, Edit, Model};
use vocabulary::{MARIADB, POSTGRES, SQLITE, Vocabulary};

/// Two schemas, each as its statements.
struct Case<'a> {
    words: &'a Vocabulary,
    side: Pair<Vec<String>>,
}

impl Case<'_> {
    fn dialect(&self) -> &'static dyn Dialect {
        dialects::by_name(self.words.dialect).unwrap_or_else(|| panic!("{} is no dialect", self.words.dialect))
    }

    fn source(&self, statements: &[String]) -> Source {
        let mut files = Files::default();
        let id = files.add("generated.sql", script(statements).as_str());
        Source::of("generated.sql", sources::read(&files, &[id], self.dialect()), self.dialect())
    }

    fn compiled(&self, live: &Source, desired: &Source, drops: bool) -> Compiled {
        let mut options = Options::default();
        options.wishes.allowed.extend(drops.then_some(Hazard::Drop));
        // A side that grants nothing means that nobody is to have anything.
        options.scope.manage.privileges = true;
        compile::compile(Pair::new(live, desired), &options, self.dialect())
    }
}

fn script(statements: &[String]) -> String {
    statements.iter().map(|statement| format!("{statement};\n")).collect()
}

fn edits(most: usize) -> impl Strategy<Value = Vec<Edit>> {
    // Tables and columns are made more often than anything else, so that there is something to change.
    let number = any::<u8>;
    vec(prop_oneof![2 => (Just(0), number(), number(), number()), 3 => (0..EDITS, number(), number(), number())], 0..most)
        .prop_map(|edits| edits.into_iter().map(|(which, table, first, second)| [which, table, first, second]).collect())
}

/// A number that the environment gives.
fn number(name: &str) -> Option<u32> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Runs a law over pairs of generated schemas; a failure shows both.
fn every_pair(words: &Vocabulary, count: u32, law: impl Fn(&Case) -> Result<(), Stop>) {
    let config =
        Config { cases: number("AMEND_GENERATED").unwrap_or(count), failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&number("AMEND_SEED").unwrap_or(7).to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let outcome = runner.run(&(edits(40), edits(12)), |(base, more)| {
        let live = Model::default().edited(&base, words);
        let desired = live.clone().edited(&more, words);
        let case = Case { words, side: Pair::new(live, desired).map(|model| text::statements(&model, words)) };
        let shown = || format!("live:\n{}\ndesired:\n{}", script(&case.side.live), script(&case.side.desired));
        law(&case).or_else(|stop| match stop {
            Stop::Refused(_) => Ok(()),
            Stop::Invalid(fault) => Err(TestCaseError::reject(fault)),
            Stop::ByRows(fault) | Stop::Fault(fault) => Err(TestCaseError::fail(format!("{fault}\n{}", shown()))),
        })
    });
    if let Err(fault) = outcome {
        panic!("{}: {fault}", words.dialect);
    }
}

/// Why a law does not hold, or cannot be tried.
enum Stop {
    /// The server does not take the generated schema.
    Invalid(String),
    /// There is no script, and a message that says why.
    Refused(String),
    /// The script stopped on a database with rows in it.
    ByRows(String),
    Fault(String),
}

impl From<String> for Stop {
    fn from(fault: String) -> Stop {
        Stop::Fault(fault)
    }
}

/// What holds without a server.
fn keeps_the_laws(case: &Case) -> Result<(), Stop> {
    let side = case.side.as_ref().map(|statements| case.source(statements));
    for side in [&side.live, &side.desired] {
        if let Some(fault) = side.diagnostics.first() {
            return Err(Stop::Fault(format!("read with a fault: {}", fault.message)));
        }
        let same = case.compiled(side, side, true);
        if !same.plan.is_empty() {
            return Err(Stop::Fault(format!("a schema differs from itself:\n{}", same.script)));
        }
        is_idempotent(side, case.dialect())?;
    }
    super::laws::remembers(side.as_ref(), case.dialect())?;
    leads_there(case, &side.live, &side.desired)?;
    loses_nothing(case, &side.live, &side.desired)?;
    Ok(order_means_nothing(case, &side.live, &side.desired)?)
}

fn is_idempotent(side: &Source, dialect: &'static dyn Dialect) -> Result<(), String> {
    let mut once = side.schema.clone();
    dialect.canonicalise(&mut once, &mut amend::dialects::Memo::default());
    let mut twice = once.clone();
    dialect.canonicalise(&mut twice, &mut amend::dialects::Memo::default());
    match once.iter().zip(twice.iter()).find(|(first, second)| first != second) {
        Some((first, second)) => Err(format!("{}: {:?}\nbecomes {:?}", first.key, first.facts(), second.facts())),
        None => Ok(()),
    }
}

/// The script proves, no prefix of it speaks of what is not there, and after it nothing is left to do.
fn leads_there(case: &Case, live: &Source, desired: &Source) -> Result<(), String> {
    let found = case.compiled(live, desired, true);
    if compile::fatal(&found.diagnostics) {
        let refused = found.diagnostics.iter().any(|fault| fault.code == Code::Refused);
        let messages: Vec<&str> = found.diagnostics.iter().map(|fault| fault.message.as_str()).collect();
        return if refused { Ok(()) } else { Err(format!("{}\n{}", messages.join("\n"), found.script)) };
    }
    let mut schema = live.schema.clone();
    for planned in &found.plan.steps {
        let mut files = Files::default();
        let text: String = planned.statements.iter().map(|statement| case.dialect().terminated(&statement.sql) + "\n").collect();
        let id = files.add("step.sql", text.as_str());
        if let Some(fault) = replay(&mut schema, sources::read(&files, &[id], case.dialect()).ops, case.dialect()).first() {
            return Err(format!("{text}\nafter which {}", fault.message));
        }
    }
    let mut files = Files::default();
    let id = files.add("script.sql", found.script.as_str());
    let patched = live.patched([sources::read(&files, &[id], case.dialect())].into_iter(), case.dialect());
    let left = compile::differences(&compile::compare(Pair::new(&patched, desired), &Options::default(), case.dialect()));
    if left.is_empty() { Ok(()) } else { Err(format!("{}\nis left after\n{}", left.join("\n"), found.script)) }
}

fn loses_nothing(case: &Case, live: &Source, desired: &Source) -> Result<(), String> {
    let found = case.compiled(live, desired, false);
    let lossy = |statements: &[amend::ir::Statement]| statements.iter().any(|statement| statement.hazards.contains(&Hazard::Drop));
    match found.plan.steps.iter().find(|planned| !planned.held && lossy(&planned.statements)) {
        Some(planned) => Err(format!("{:?} is not held", planned.step)),
        None => Ok(()),
    }
}

/// The same statements in another order give the same bytes.
fn order_means_nothing(case: &Case, live: &Source, desired: &Source) -> Result<(), String> {
    let straight = case.compiled(live, desired, true);
    for turn in 1..=3 {
        let shuffled = case.side.as_ref().map(|statements| case.source(&shuffled(statements, turn)));
        let again = case.compiled(&shuffled.live, &shuffled.desired, true);
        if again.script != straight.script {
            return Err(format!("in another order:\n{}\ninstead of\n{}", again.script, straight.script));
        }
    }
    Ok(())
}

/// The statements in an order that depends on `turn` and their texts alone.
fn shuffled(statements: &[String], turn: u64) -> Vec<String> {
    let weight = |text: &str| text.bytes().fold(turn, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(7));
    let mut shuffled = statements.to_vec();
    shuffled.sort_by_key(|text| weight(text));
    shuffled
}

#[test]
fn postgres_keeps_the_laws() {
    every_pair(&POSTGRES, 150, keeps_the_laws);
}

#[test]
fn mariadb_keeps_the_laws() {
    every_pair(&MARIADB, 150, keeps_the_laws);
}

#[test]
fn sqlite_keeps_the_laws() {
    every_pair(&SQLITE, 150, keeps_the_laws);
}

/// Law 10 on a server: the script that is made of the dump leads to what the server makes of the desired side. Rows are
/// put in before; where they forbid the change, it is tried on empty tables.
fn holds_on(server: &dyn Server, case: &Case) -> Result<(), Stop> {
    server.create("desired")?;
    server.run("desired", &script(&case.side.desired)).map_err(Stop::Invalid)?;
    match carried_out(server, case, true) {
        Err(Stop::ByRows(_)) => carried_out(server, case, false),
        other => other,
    }
}

fn carried_out(server: &dyn Server, case: &Case, rows: bool) -> Result<(), Stop> {
    server.create("live")?;
    server.run("live", &script(&case.side.live)).map_err(Stop::Invalid)?;
    if rows {
        server.fill("live")?;
    }
    let before = server.rows("live")?;
    let live = case.source(&[server.dump("live")?]);
    let desired = case.source(&case.side.desired);
    let found = case.compiled(&live, &desired, true);
    if compile::fatal(&found.diagnostics) {
        let refused = found.diagnostics.iter().any(|fault| fault.code == Code::Refused);
        let messages: Vec<&str> = found.diagnostics.iter().map(|fault| fault.message.as_str()).collect();
        return Err(if refused { Stop::Refused(messages.join("; ")) } else { Stop::Fault(messages.join("\n")) });
    }
    if let Err(fault) = server.run("live", &found.script) {
        let fault = format!("the script stops: {fault}\n{}", found.script);
        return Err(if rows { Stop::ByRows(fault) } else { Stop::Fault(fault) });
    }
    let (found_state, wanted) = (server.state("live")?, server.state("desired")?);
    let missing = wanted.iter().filter(|entry| !found_state.contains(entry)).map(|entry| format!("wanted: {entry}"));
    let extra = found_state.iter().filter(|entry| !wanted.contains(entry)).map(|entry| format!("found: {entry}"));
    let differing: Vec<String> = missing.chain(extra).collect();
    if !differing.is_empty() {
        return Err(Stop::Fault(format!("{}\nafter\n{}", differing.join("\n"), found.script)));
    }
    let after = server.rows("live")?;
    if let Some((table, count)) = before.iter().find(|(table, count)| after.get(*table).is_some_and(|left| left < count)) {
        return Err(Stop::Fault(format!("{table} had {count} rows, and has {:?} after\n{}", after.get(table), found.script)));
    }
    let dump = case.source(&[server.dump("live")?]);
    let left = compile::differences(&compile::compare(Pair::new(&dump, &desired), &Options::default(), case.dialect()));
    if left.is_empty() { Ok(()) } else { Err(Stop::Fault(format!("{}\nis left after\n{}", left.join("\n"), found.script))) }
}

fn on_server<S: Server>(words: &Vocabulary, count: u32, start: impl FnOnce() -> Result<S, String>) {
    if std::env::var_os("AMEND_SERVERS").is_none() {
        println!("skipped: AMEND_SERVERS is not set");
        return;
    }
    let server = start().unwrap_or_else(|fault| panic!("{}: the server does not start: {fault}", words.dialect));
    every_pair(words, count, |case| holds_on(&server, case));
}

#[test]
fn postgres_on_its_server() {
    on_server(&POSTGRES, 40, || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?));
}

#[test]
fn mariadb_on_its_server() {
    on_server(&MARIADB, 40, MariaDb::start);
}

#[test]
fn sqlite_on_its_engine() {
    on_server(&SQLITE, 150, || Ok(Sqlite::start()));
}

/// Changes of objects on a server: a few, or all with AMEND_STRIDE=1.
fn changes_hold<S: Server>(words: &Vocabulary, slots: &[slots::Slot], start: impl FnOnce() -> Result<S, String>) {
    if std::env::var_os("AMEND_SERVERS").is_none() {
        println!("skipped: AMEND_SERVERS is not set");
        return;
    }
    let server = start().unwrap_or_else(|fault| panic!("{}: the server does not start: {fault}", words.dialect));
    let stride = number("AMEND_STRIDE").unwrap_or(17).max(1) as usize;
    let found = slots::changes(&server, words, slots, stride);
    println!("{}: {} changes, {} refused", server.title(), found.tried, found.refused.len());
    found.refused.iter().for_each(|refusal| println!("{refusal}"));
    assert!(found.faults.is_empty(), "{} of {} do not hold\n{}", found.faults.len(), found.tried, found.faults.join("\n"));
}

#[test]
fn changes_of_postgres_hold() {
    changes_hold(&POSTGRES, postgres_slots::POSTGRES, || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?));
}

/// What a person writes and what the server prints of it are held equal, whatever the expression.
fn expressions_meet<S: Server>(grammar: &expression::Grammar, rounds: u64, start: impl FnOnce() -> Result<S, String>) {
    if std::env::var_os("AMEND_SERVERS").is_none() {
        println!("skipped: AMEND_SERVERS is not set");
        return;
    }
    let server = start().unwrap_or_else(|fault| panic!("{}: the server does not start: {fault}", grammar.dialect));
    let seed = u64::from(number("AMEND_SEED").unwrap_or(7)) * 1_000;
    let rounds = number("AMEND_GENERATED").map_or(rounds, u64::from);
    let (taken, faults) = expression::rounds(&server, grammar, seed..seed + rounds, 40).unwrap_or_else(|fault| panic!("{fault}"));
    println!("{}: {taken} statements", server.title());
    assert!(taken as u64 >= rounds * 8, "the server takes only {taken} statements");
    assert!(faults.is_empty(), "{} of {taken} do not meet\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn expressions_of_postgres_meet() {
    expressions_meet(&postgres_forms::POSTGRES, 4, || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?));
}

#[test]
fn expressions_of_a_newer_postgres_meet() {
    if Postgres::newer().is_some() {
        expressions_meet(&postgres_forms::POSTGRES, 4, || Postgres::start(&Postgres::newer().ok_or("no newer PostgreSQL is installed")?));
    }
}

#[test]
fn expressions_of_mariadb_meet() {
    expressions_meet(&mariadb_forms::MARIADB, 4, MariaDb::start);
}
