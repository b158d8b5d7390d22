//! The pipeline from two readings to a proven script: what every command calls.

mod back;
mod creators;
mod fingerprint;
mod guarded;
mod presumed;
mod renames;
mod scope;

use crate::base::{Code, Diagnostic, Files, Severity, Version};
use crate::dialects::{Dialect, Site, hazards};
use crate::diff;
use crate::emit::{self, Header};
use crate::ir::{Canonical, Hazard, Key, Kind, Op, Pair, Schema, Statement, Value, Written};
use crate::normalise::normalise;
use crate::plan::{self, Plan, Wishes};
use crate::prove;
use crate::replay::{self, Located};
use crate::sources::{Outcome, Reading};
use crate::weigh::{self, Scale};

pub use back::{after, compile_back, compile_down};
pub use fingerprint::fingerprint;
pub use guarded::{guard, not_additive};
pub use presumed::take_for_there;
pub use renames::Renamed;
pub use scope::{Manage, Scope};

/// One side: its name in reports, what was read, and the schema that it leads to.
pub struct Source {
    pub name: String,
    pub reading: Reading,
    pub schema: Schema<Written>,
    /// Everything that was wrong with the input, of reading and of replaying.
    pub diagnostics: Vec<Diagnostic>,
}

impl Source {
    /// Replays a reading over an empty database.
    pub fn of(name: impl Into<String>, mut reading: Reading, dialect: &'static dyn Dialect) -> Source {
        let mut schema = dialect.initial();
        schema.coverage = reading.coverage.clone();
        schema.server = reading.server;
        let mut diagnostics = reading.diagnostics.clone();
        diagnostics.extend(replay::replay_in_any_order(&mut schema, std::mem::take(&mut reading.ops), dialect));
        let tables: Vec<Key> = schema.of_kind(Kind::Table).map(|table| table.key).collect();
        tables.into_iter().for_each(|table| dialect.complete(&mut schema, table));
        Source { name: name.into(), reading, schema, diagnostics }
    }

    /// This source after the statements of patches, in order.
    pub fn patched(&self, patches: impl Iterator<Item = Reading>, dialect: &'static dyn Dialect) -> Source {
        let mut schema = self.schema.clone();
        let mut whole = Reading { ledger: self.reading.ledger.clone(), ..Reading::default() };
        let mut diagnostics = Vec::new();
        for patch in patches {
            diagnostics.extend(patch.diagnostics);
            diagnostics.extend(replay::replay(&mut schema, patch.ops, dialect));
            whole.ledger.extend(patch.ledger);
        }
        Source { name: format!("{} after the patch", self.name), reading: whole, schema, diagnostics }
    }

    /// Whether some statement's effect is not in the schema, so that "the same" cannot be said.
    pub fn is_partial(&self) -> bool {
        let unmodelled = self.reading.ledger.iter().any(|entry| entry.outcome == Outcome::Unmodelled);
        unmodelled || self.diagnostics.iter().any(|diagnostic| diagnostic.severity >= Severity::Warning)
    }
}

/// What a compilation is asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub wishes: Wishes,
    pub scope: Scope,
    /// Renames by the user's word.
    pub renames: Vec<Renamed>,
}

/// Two sides compared, before anything is planned.
pub struct Compared {
    pub schema: Pair<Schema<Canonical>>,
    pub renames: Vec<Op>,
    pub ops: Vec<Op>,
    pub diagnostics: Vec<Diagnostic>,
    /// From where a script of these differences leads, and where it must lead to.
    goal: Option<prove::Goal>,
}

/// A plan with its script, proven.
pub struct Compiled {
    pub compared: Compared,
    /// The names and fingerprints of the sides, and what was not compared.
    pub header: Header,
    pub plan: Plan,
    /// The version of the server that the statements were weighed for.
    pub server: Version,
    pub script: String,
    pub diagnostics: Vec<Diagnostic>,
}

/// Compares two sides.
pub fn compare(source: Pair<&Source>, options: &Options, dialect: &'static dyn Dialect) -> Compared {
    let first = compare_after(source, options, &[], dialect);
    let cased = plan::same_name_in_another_case(&first.ops, dialect);
    if !cased.is_empty() {
        let second = compare_after(source, options, &cased, dialect);
        return with_identical(source, options, second, cased, dialect);
    }
    with_identical(source, options, first, Vec::new(), dialect)
}

/// Compares again while objects differ in nothing but their names: what a partition has differs in its parent's name, until that is
/// the same.
fn with_identical(source: Pair<&Source>, options: &Options, found: Compared, mut also: Vec<Op>, dialect: &'static dyn Dialect) -> Compared {
    let mut found = found;
    for _ in 0..DEEPEST_PARTITION {
        let identical = plan::identical_under_another_name(found.schema.as_ref(), &found.ops);
        let before = also.len();
        also.extend(identical.into_iter().filter(|op| dialect.renames(op.key().kind)));
        if also.len() == before {
            break;
        }
        found = compare_after(source, options, &also, dialect);
    }
    found
}

/// Partitions of partitions deeper than this are compared as they are called.
const DEEPEST_PARTITION: usize = 16;

/// Compares after the renames that somebody vouches for, and these.
fn compare_after(source: Pair<&Source>, options: &Options, also: &[Op], dialect: &'static dyn Dialect) -> Compared {
    let mut side = narrowed(source, options, dialect);
    let mut goal = prove::Goal::of(side.clone());
    let vouched = renames::vouched(source.desired, options, dialect);
    let mut renames = renames::asked(side.as_ref(), &vouched);
    let unused = renames::unused(side.as_ref(), &vouched);
    renames.extend_from_slice(also);
    carry_out(&mut side.live, &renames, dialect);
    let lent = diff::lend(&mut side);
    let mut diagnostics = creators::unsettled(side.as_ref());
    diagnostics.extend(unused);
    diagnostics.extend(scope::unshown(source.map(|source| &source.schema), dialect));
    let (live, of_live) = normalise(side.live, dialect, &mut goal.memo);
    diagnostics.extend(of_live);
    let (desired, more) = normalise(side.desired, dialect, &mut goal.memo);
    diagnostics.extend(more);
    goal.canonical = Some((desired.clone(), lent.desired));
    let mut schema = Pair::new(live, desired);
    diff::settle(&mut schema, dialect);
    let ops = diff::changes(schema.as_ref());
    Compared { schema, renames, ops, diagnostics, goal: Some(goal) }
}

/// Both sides without what is out of scope, and with the namespaces that they stand in.
fn narrowed(source: Pair<&Source>, options: &Options, dialect: &dyn Dialect) -> Pair<Schema<Written>> {
    let mut side = source.map(|source| source.schema.clone());
    scope::narrow(&mut side, &options.scope, dialect);
    presumed::presume(&mut side, dialect);
    side.live.server = options.wishes.server.or(side.live.server);
    // What both sides are brought to is what the server that they meet on would store: the older of the two.
    let older = side.desired.server.is_none_or(|desired| side.live.server.is_some_and(|live| live < desired));
    side.desired.server = if older { side.live.server } else { side.desired.server };
    side
}

/// Compares, plans, prints and proves.
pub fn compile(source: Pair<&Source>, options: &Options, dialect: &'static dyn Dialect) -> Compiled {
    let mut compared = compare(source, options, dialect);
    let goal = compared.goal.take();
    let mut diagnostics = compared.diagnostics.clone();
    let mut plan = plan::plan(compared.schema.as_ref(), &compared.renames, &compared.ops, &options.wishes, dialect);
    diagnostics.extend(plan::likely(compared.schema.as_ref(), &compared.ops));
    diagnostics.extend(plan::dropped_logs(&compared.ops, &compared.schema.live));
    diagnostics.extend(plan.refusals.iter().cloned());
    let server = options.wishes.server.unwrap_or(dialect.rules().oldest);
    weigh_plan(&mut plan, source.live, server, dialect);
    if plan::merge(&mut plan, dialect) {
        weigh_plan(&mut plan, source.live, server, dialect);
    }
    if options.wishes.online {
        let lossy = plan::lossy(&plan);
        plan::online(&mut plan, &Site { schema: compared.schema.as_ref(), server }, dialect);
        weigh_plan(&mut plan, source.live, server, dialect);
        plan::lose_no_more(&mut plan, &lossy);
    }
    if hazards::shows(dialect.rules().id, Hazard::KeptLock) {
        plan::keep(&mut plan);
    }
    let header = header(source, &compared, options, dialect);
    let script = emit::script(&plan, &header, dialect);
    if let Some(goal) = goal.filter(|_| plan.refusals.is_empty()) {
        diagnostics.extend(unproven((&script, &plan), goal, dialect));
    }
    Compiled { compared, header, plan, server, script, diagnostics }
}

/// What keeps a script from being proven.
fn unproven((script, plan): (&str, &Plan), goal: prove::Goal, dialect: &'static dyn Dialect) -> Vec<Diagnostic> {
    if plan.is_empty() { Vec::new() } else { prove::prove(script, plan, goal, dialect).err().unwrap_or_default() }
}

/// Gives each statement its locks, its work and its hazards. Nobody waits for a database that is still empty.
fn weigh_plan(plan: &mut Plan, live: &Source, server: Version, dialect: &'static dyn Dialect) {
    if !plan.is_empty() && live.schema.iter().any(|object| object.key.kind.is_relation()) {
        let mut statements: Vec<&mut Statement> = plan.steps.iter_mut().flat_map(|planned| &mut planned.statements).collect();
        weigh::statements(&mut statements, &mut Scale::new(live.schema.clone(), server, dialect));
    }
}

fn header(source: Pair<&Source>, compared: &Compared, options: &Options, dialect: &dyn Dialect) -> Header {
    let number = fingerprint::fingerprints(compared.schema.as_ref());
    let live = emit::Side { name: source.live.name.clone(), fingerprint: number.live };
    let desired = emit::Side { name: source.desired.name.clone(), fingerprint: number.desired };
    let written = source.map(|source| &source.schema);
    let mut unseen = scope::unseen(written);
    unseen.extend(scope::unasked(written, options.scope.manage, dialect));
    unseen.extend(scope::unowned(written, options.scope.manage));
    unseen.extend(presumed::kept(written, dialect));
    unseen.extend(creators::taken(written));
    Header { live, desired, unseen }
}

fn carry_out(live: &mut Schema<Written>, renames: &[Op], dialect: &'static dyn Dialect) {
    replay::replay(live, renames.iter().map(|op| Located::new(op.clone(), None)), dialect);
}

/// The account of an input: how many statements of each outcome.
pub fn ledger(source: &Source, files: &Files) -> Vec<String> {
    let mut counts: std::collections::BTreeMap<String, usize> = Default::default();
    let mut lines = Vec::new();
    for entry in &source.reading.ledger {
        let outcome = match &entry.outcome {
            Outcome::Modelled => "modelled".to_string(),
            Outcome::Ignored(rule) => format!("ignored: {rule}"),
            Outcome::Unmodelled => {
                let first = files.slice(entry.span).lines().next().unwrap_or("").to_string();
                lines.push(format!("{}: unmodelled: {first}", files.place(entry.span)));
                "unmodelled".to_string()
            }
        };
        *counts.entry(outcome).or_default() += 1;
    }
    counts.into_iter().map(|(outcome, count)| format!("{count:>8}  {outcome}")).chain(lines).collect()
}

/// The script that builds a schema from nothing: its canonical DDL.
pub fn build_script(source: &Source, dialect: &'static dyn Dialect) -> Compiled {
    let empty = Source::of("nothing", Reading::default(), dialect);
    compile(Pair::new(&empty, source), &Options::default(), dialect)
}

/// How differences are told.
pub struct Words {
    pub missing: &'static str,
    pub only: &'static str,
    pub sides: [&'static str; 2],
}

/// Of a database and what it is to be.
const OF_LIVE: Words = Words { missing: "is missing in live", only: "is in live only", sides: ["in live", "in desired"] };
/// Of what a patch leads to and what the database is to be.
pub const OF_PATCHED: Words = Words {
    missing: "is missing after the patch",
    only: "is there after the patch, and not in desired",
    sides: ["after the patch", "in desired"],
};
/// Of what a patch makes.
pub const OF_PATCH: Words = Words { missing: "comes", only: "goes", sides: ["before", "after"] };

/// One line per difference, for people: `column public.t.c is missing in live`.
pub fn differences(compared: &Compared) -> Vec<String> {
    told(compared, &OF_LIVE)
}

/// The same in these words.
pub fn told(compared: &Compared, words: &Words) -> Vec<String> {
    let renames = compared.renames.iter().filter_map(|op| match op {
        Op::Rename { key, to } => Some(format!("{key} is called {to} {}", words.sides[1])),
        _ => None,
    });
    renames.chain(compared.ops.iter().map(|op| difference(op, compared.schema.as_ref(), words))).collect()
}

fn difference(op: &Op, schema: Pair<&Schema<Canonical>>, words: &Words) -> String {
    let key = op.key();
    match op {
        Op::Create { .. } => format!("{key} {}", words.missing),
        Op::Set { attr, .. } => {
            let side = schema.map(|side| side.fact(key, *attr).map_or("absent".to_string(), crate::ir::value::shown));
            let [first, second] = words.sides;
            format!("{key}: {} is {} {first}, {} {second}", attr.spec().label, side.live, side.desired)
        }
        _ => format!("{key} {}", words.only),
    }
}

/// One line for each pair of texts that differ and were held equal, with the form in which they meet.
pub fn held_equal(compared: &Compared) -> Vec<String> {
    let Pair { live, desired } = &compared.schema;
    let mut lines = Vec::new();
    for object in desired.iter() {
        for (attr, value) in object.facts() {
            if let (Value::Sql(wanted), Some(Value::Sql(found))) = (value, live.fact(object.key, *attr))
                && wanted == found
                && wanted.text != found.text
            {
                let label = attr.spec().label;
                lines.push(format!("{}: {label} `{}` and `{}` are both `{}`", object.key, found.text, wanted.text, wanted.compared()));
            }
        }
    }
    lines
}

/// Faults that forbid an answer.
pub fn fatal(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// The diagnostic of an input of which a part is not understood.
pub fn partial(source: &Source) -> Option<Diagnostic> {
    source.is_partial().then(|| {
        Diagnostic::new(
            Code::Unmodelled,
            None,
            format!("{}: some statements are not understood, so the answer would be uncertain", source.name),
        )
        .severity(Severity::Error)
        .help("mend the statements named above, or accept that they are not compared with --allow unmodelled")
    })
}
