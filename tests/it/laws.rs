//! The laws that hold for every fixture, checked on the library: no server is needed.

use amend::base::Files;
use amend::compile::{self, Compiled, Options, Source};
use amend::dialects::{self, Dialect, Memo};
use amend::ir::{Attr, Hazard, Kind, Object, Pair, Schema};
use amend::plan::Planned;
use amend::replay::replay;
use amend::sources::transaction::Turn;
use amend::sources::{self, Reading};
use amend::weigh::{self, Scale};

use super::corpus;
use super::fixture::Fixture;

/// A fixture whose sides are SQL files and whose options change nothing but what is held.
struct Case {
    title: String,
    dialect: &'static dyn Dialect,
    live: String,
    desired: String,
}

fn cases() -> Vec<Case> {
    let plain = |fixture: &Fixture| {
        let flags = &fixture.settings.flags;
        let whole = flags.is_empty() || *flags == ["--allow", "drop"];
        whole && fixture.live == "live.sql" && fixture.desired == "desired.sql"
    };
    let case = |fixture: Fixture| {
        let dialect = dialects::by_name(&fixture.dialect)?;
        Some(Case { title: fixture.title(), dialect, live: fixture.text("live.sql"), desired: fixture.text("desired.sql") })
    };
    corpus::answered().into_iter().filter(plain).filter_map(case).collect()
}

fn source(name: &str, text: &str, dialect: &'static dyn Dialect) -> Source {
    Source::of(name, read(text, dialect).0, dialect)
}

/// A script, read.
fn read(script: &str, dialect: &'static dyn Dialect) -> (Reading, Files) {
    let mut files = Files::default();
    let id = files.add("script.sql", script);
    (sources::read(&files, &[id], dialect), files)
}

/// What a script makes of live.
fn patched(live: &Source, script: &str, dialect: &'static dyn Dialect) -> Source {
    live.patched([read(script, dialect).0].into_iter(), dialect)
}

fn compiled(case: &Case, live: &Source, desired: &Source, drops: bool) -> Compiled {
    let mut options = Options::default();
    options.wishes.allowed.extend(drops.then_some(Hazard::Drop));
    compile::compile(Pair::new(live, desired), &options, case.dialect)
}

fn online(case: &Case, live: &Source, desired: &Source) -> Compiled {
    let mut options = Options::default();
    options.wishes.allowed.insert(Hazard::Drop);
    options.wishes.online = true;
    compile::compile(Pair::new(live, desired), &options, case.dialect)
}

/// Runs a law over every case and names all that break it.
fn every_case(law: impl Fn(&Case, &Source, &Source) -> Result<(), String>) {
    let mut faults = Vec::new();
    for case in cases() {
        let (live, desired) = (source("live.sql", &case.live, case.dialect), source("desired.sql", &case.desired, case.dialect));
        if let Err(fault) = law(&case, &live, &desired) {
            faults.push(format!("{}: {fault}", case.title));
        }
    }
    assert!(faults.is_empty(), "{} cases\n{}", faults.len(), faults.join("\n\n"));
}

#[test]
fn a_schema_does_not_differ_from_itself() {
    every_case(|case, live, desired| {
        for side in [live, desired] {
            let found = compiled(case, side, side, true);
            if !found.plan.is_empty() {
                return Err(format!("{} differs from itself:\n{}", side.name, found.script));
            }
        }
        Ok(())
    });
}

/// For a database in use: the script proves too, what must not stand in a transaction does not, and nothing is validated in the
/// transaction that added it.
#[test]
fn every_online_script_proves() {
    every_case(|case, live, desired| {
        let found = online(case, live, desired);
        if compile::fatal(&found.diagnostics) {
            return Err(format!("{:?}\n{}", found.diagnostics, found.script));
        }
        let mut open: Option<String> = None;
        for line in found.script.lines().filter(|line| !line.starts_with("-- ")) {
            match (line, &mut open) {
                ("BEGIN;", _) => open = Some(String::new()),
                ("COMMIT;", _) => open = None,
                (_, Some(_)) if line.contains("CONCURRENTLY") => return Err(format!("in a transaction: {line}")),
                (_, Some(text)) if line.contains("VALIDATE CONSTRAINT") && text.contains("NOT VALID") => {
                    return Err(format!("in the transaction that added it: {line}"));
                }
                (_, Some(text)) => text.push_str(line),
                (_, None) => {}
            }
        }
        Ok(())
    });
}

/// How many steps of scripts are taken for the last: what is longest is cut most often.
const CUTS: usize = 12;

/// A script for a database in use ends halfway where a lock does not come or the connection is lost: what stands by then is planned from
/// anew, and comes to desired.
#[test]
fn an_online_script_that_ended_halfway_is_gone_on_with() {
    every_case(|case, live, desired| {
        let script = online(case, live, desired).script;
        for until in stops(&script, case.dialect).into_iter().take(CUTS) {
            let halfway = patched(live, &script[..until], case.dialect);
            let rest = online(case, &halfway, desired);
            let whole = patched(&halfway, &rest.script, case.dialect);
            let mut faults: Vec<String> = rest.diagnostics.iter().map(|found| found.message.clone()).collect();
            if !compile::fatal(&rest.diagnostics) {
                let compared = compile::compare(Pair::new(&whole, desired), &Options::default(), case.dialect);
                faults = compile::differences(&compared);
            }
            if !faults.is_empty() {
                return Err(format!("after\n{}\nthere is\n{}\n{}", &script[..until], rest.script, faults.join("\n")));
            }
        }
        Ok(())
    });
}

/// The ends of the statements after which nothing is open, but for the last: what is there then stays.
fn stops(script: &str, dialect: &'static dyn Dialect) -> Vec<usize> {
    let (reading, files) = read(script, dialect);
    let mut stops = Vec::new();
    let mut open = false;
    for entry in &reading.ledger {
        open = match Turn::of(files.slice(entry.span)) {
            Some(Turn::Opens) => true,
            Some(Turn::Keeps | Turn::Undoes) => false,
            _ => open,
        };
        let end = script[entry.span.end as usize..].find('\n').map_or(script.len(), |at| entry.span.end as usize + at);
        if !open {
            stops.push(end);
        }
    }
    stops.pop();
    stops
}

/// The proof is a part of the compilation: the script, read back and replayed over live, must give desired.
#[test]
fn every_script_proves() {
    every_case(|case, live, desired| {
        let found = compiled(case, live, desired, true);
        if compile::fatal(&found.diagnostics) { Err(format!("{:?}\n{}", found.diagnostics, found.script)) } else { Ok(()) }
    });
}

#[test]
fn a_second_diff_is_empty() {
    every_case(|case, live, desired| {
        let found = compiled(case, live, desired, true);
        let patched = patched(live, &found.script, case.dialect);
        let again = compile::differences(&compile::compare(Pair::new(&patched, desired), &Options::default(), case.dialect));
        if again.is_empty() { Ok(()) } else { Err(again.join("\n")) }
    });
}

#[test]
fn the_canonical_form_of_a_canonical_form_is_itself() {
    every_case(|case, live, desired| {
        for side in [live, desired] {
            let mut once = side.schema.clone();
            case.dialect.canonicalise(&mut once, &mut Memo::default());
            let mut twice = once.clone();
            case.dialect.canonicalise(&mut twice, &mut Memo::default());
            if let Some((first, second)) = once.iter().zip(twice.iter()).find(|(first, second)| first != second) {
                return Err(format!("{}: {:?}\nbecomes {:?}", first.key, first.facts(), second.facts()));
            }
        }
        Ok(())
    });
}

#[test]
fn a_known_canonical_form_is_the_one_that_would_be_made() {
    every_case(|case, live, desired| {
        let sides = Pair::new(live, desired);
        remembers(sides, case.dialect)?;
        remembers(Pair::new(desired, live), case.dialect)
    });
}

/// What is taken over from the canonical form of the live side is what the desired side would come to by itself.
pub fn remembers(side: Pair<&Source>, dialect: &'static dyn Dialect) -> Result<(), String> {
    let mut memo = Memo::default();
    dialect.canonicalise(&mut side.live.schema.clone(), &mut memo);
    let [mut taken, mut made] = [side.desired.schema.clone(), side.desired.schema.clone()];
    dialect.canonicalise(&mut taken, &mut memo);
    dialect.canonicalise(&mut made, &mut Memo::default());
    let keys = |schema: &Schema| schema.iter().map(|object| object.key).collect::<Vec<_>>();
    if keys(&taken) != keys(&made) {
        return Err("objects differ".to_string());
    }
    match taken.iter().zip(made.iter()).find(|(taken, made)| !taken.holds(made)) {
        Some((taken, made)) => Err(format!("{}: {:?}\nshould be {:?}", taken.key, taken.facts(), made.facts())),
        None => Ok(()),
    }
}

#[test]
fn no_prefix_of_a_plan_speaks_of_what_is_not_there() {
    every_case(|case, live, desired| {
        let found = compiled(case, live, desired, true);
        let mut schema = live.schema.clone();
        for planned in &found.plan.steps {
            let text: String = planned.statements.iter().map(|statement| case.dialect.terminated(&statement.sql) + "\n").collect();
            let faults = replay(&mut schema, read(&text, case.dialect).0.ops, case.dialect);
            if let Some(fault) = faults.first() {
                return Err(format!("{}\nafter which {}", text, fault.message));
            }
        }
        Ok(())
    });
}

#[test]
fn without_permission_nothing_is_lost() {
    every_case(|case, live, desired| {
        let found = compiled(case, live, desired, false);
        let loses = |planned: &&Planned| planned.statements.iter().any(|statement| statement.hazards.contains(&Hazard::Drop));
        if let Some(planned) = found.plan.steps.iter().filter(|planned| !planned.held).find(loses) {
            return Err(format!("{:?} is not held", planned.step));
        }
        let patched = patched(live, &found.script, case.dialect);
        let of_a_table = |object: &&Object| object.key.relation().is_none_or(|table| live.schema.contains(table));
        let holds_rows = |object: &&Object| matches!(object.key.kind, Kind::Table | Kind::Column) && !object.has(Attr::Generated);
        let mut rows = live.schema.iter().filter(holds_rows).filter(of_a_table);
        match rows.find(|object| found.compared.renames.is_empty() && !patched.schema.contains(object.key)) {
            Some(object) => Err(format!("{} is gone\n{}", object.key, found.script)),
            None => Ok(()),
        }
    });
}

/// What is printed is no patch of which `amend replay` says that the server would refuse it: neither whole nor with what is held.
#[test]
fn no_script_has_a_statement_that_a_server_refuses() {
    every_case(|case, live, desired| {
        for drops in [true, false] {
            let found = compiled(case, live, desired, drops);
            let (reading, files) = read(&found.script, case.dialect);
            let mut scale = Scale::new(live.schema.clone(), found.server, case.dialect);
            let refused = weigh::patch(&reading, &files, &mut scale).into_iter().flat_map(|weighed| weighed.refusals).collect::<Vec<_>>();
            if !refused.is_empty() {
                return Err(format!("{}\n{}", refused.join("\n"), found.script));
            }
        }
        Ok(())
    });
}

/// Whose things are and who may do what stays where desired says nothing of it: a script that makes nothing anew is silent of both.
#[test]
fn unless_it_is_asked_a_script_says_nothing_of_rights() {
    const SPEAKS: &[&str] = &["grant", "revoke", "owner", "authorization", "set role", "definer"];
    const RIGHTS: &[&str] = &["GRANT ", "REVOKE ", "ALTER DEFAULT PRIVILEGES"];
    every_case(|case, live, desired| {
        let text = case.desired.to_lowercase();
        let found = compiled(case, live, desired, true);
        let mut lines = found.script.lines().map(str::trim_start);
        if SPEAKS.iter().any(|word| text.contains(word)) || lines.clone().any(|line| line.starts_with("DROP ")) {
            return Ok(());
        }
        let of_rights = |line: &&str| RIGHTS.iter().any(|word| line.starts_with(word)) || line.contains(" OWNER TO ");
        lines.find(of_rights).map_or(Ok(()), |line| Err(format!("{line}\n{}", found.script)))
    });
}
