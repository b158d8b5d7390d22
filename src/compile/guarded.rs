//! Scripts that may run twice, and scripts that only add: what `--idempotent` and `--only additive` ask for.

use super::{Compiled, Options, Source, header, narrowed, unproven};
use crate::base::{Code, Diagnostic, Files, Severity};
use crate::dialects::{Dialect, guarded};
use crate::emit;
use crate::ir::{Action, Attr, Canonical, Key, Kind, Object, Pair, Schema, Step, released};
use crate::prove::Goal;
use crate::sources;

/// What a second run would do at a statement without a guard of its own.
const STOPS: &str = "The engine has no guard for this: a second run stops here with an error, and changes nothing.";

/// Puts guards into the statements of a script, and proves it again: the first run leads to the desired side, and a second run changes
/// nothing there. What cannot be guarded is refused.
pub fn guard(compiled: &mut Compiled, source: Pair<&Source>, options: &Options, dialect: &'static dyn Dialect) {
    let mut faults = Vec::new();
    let mut stops = false;
    for planned in &mut compiled.plan.steps {
        for statement in &mut planned.statements {
            match guarded(&statement.sql, dialect.rules().guards) {
                Some(guarded) => {
                    statement.sql = guarded.sql;
                    if guarded.stops {
                        stops |= !planned.held;
                        statement.why = format!("{}\n{STOPS}", statement.why);
                    }
                }
                None if planned.held => {}
                None => faults.push(unguarded(&statement.sql)),
            }
        }
    }
    compiled.script = emit::script(&compiled.plan, &header(source, &compiled.compared, options, dialect), dialect);
    if faults.is_empty() && !super::fatal(&compiled.diagnostics) {
        let proof = |live: &Source| {
            let goal = Goal::of(narrowed(Pair::new(live, source.desired), options, dialect));
            unproven((&compiled.script, &compiled.plan), goal, dialect)
        };
        faults.extend(proof(source.live));
        if faults.is_empty() && !stops {
            faults.extend(proof(&after(&compiled.script, source.live, dialect)));
        }
    }
    compiled.diagnostics.extend(faults);
}

/// The live side after one run.
fn after(script: &str, live: &Source, dialect: &'static dyn Dialect) -> Source {
    let mut files = Files::default();
    let id = files.add("the printed script", script);
    live.patched([sources::read(&files, &[id], dialect)].into_iter(), dialect)
}

fn unguarded(sql: &str) -> Diagnostic {
    let first = sql.lines().map(str::trim).take(2).collect::<Vec<_>>().join(" ");
    refused(format!("no guard can be written for this statement: {first}"))
        .help("leave out --idempotent, and compare again before a second run: a script for what is there already is empty")
}

fn refused(message: String) -> Diagnostic {
    Diagnostic::new(Code::Refused, None, message).severity(Severity::Error)
}

/// Says of each step that does more than add what it would change.
pub fn not_additive(compiled: &Compiled) -> Vec<Diagnostic> {
    let Pair { live, desired } = &compiled.compared.schema;
    let found = compiled.plan.steps.iter().filter_map(|planned| changed(&planned.step, live, desired));
    let help = "with --only additive nothing that exists is changed: leave it out, or take this difference out of the desired side";
    found.map(|what| refused(what).help(help)).collect()
}

/// What a step changes that is there already.
fn changed(step: &Step, live: &Schema<Canonical>, desired: &Schema<Canonical>) -> Option<String> {
    let key = step.key;
    match &step.action {
        Action::Create { .. } => {
            let object = desired.get(key)?;
            let relation = key.relation().filter(|relation| live.resolve(*relation).is_some())?;
            narrows(object, relation, live).map(|why| format!("{key} is new on a table that is there: {why}"))
        }
        // What the same script made may get the facts that a CREATE cannot carry.
        Action::Alter { .. } if !live.contains(key) => None,
        Action::Alter { attrs } => {
            let facts: Vec<&str> = attrs.iter().map(|attr| attr.spec().label).collect();
            Some(format!("{key} would be changed: {}", facts.join(", ")))
        }
        Action::Release => Some(format!("{key} would be changed: {}", released(key).spec().label)),
        Action::Drop { .. } => Some(format!("{key} would be dropped")),
        Action::Rename { .. } | Action::Move { .. } => Some(format!("{key} would be renamed")),
        Action::Rebuild => Some(format!("{key} would be made anew")),
    }
}

/// Why a new part is more than an addition to a relation that has rows and writers.
fn narrows(part: &Object, relation: Key, live: &Schema<Canonical>) -> Option<&'static str> {
    let there = |name: &str| {
        live.iter()
            .any(|object| object.key.kind == Kind::Column && object.key.relation() == Some(relation) && object.key.name.as_str() == name)
    };
    let narrow = "rows that are there, or that are written as until now, may not be taken";
    match part.key.kind {
        Kind::Column => {
            let given = part.has(Attr::Default) || part.has(Attr::Generated) || part.has(Attr::Identity);
            (part.has(Attr::NotNull) && !given).then_some("it is required and has no default, so rows that are there have no value for it")
        }
        Kind::Index if !part.has(Attr::Unique) => None,
        Kind::Index => {
            let names: Vec<_> = part.parts(Attr::Parts).iter().map(|part| part.name()).collect();
            names.iter().any(|name| name.is_none_or(|name| there(name.as_str()))).then_some(narrow)
        }
        Kind::PrimaryKey | Kind::Unique | Kind::ForeignKey | Kind::Exclusion => {
            let columns = part.names(Attr::Columns);
            (columns.is_empty() || columns.iter().any(|name| there(name.as_str()))).then_some(narrow)
        }
        Kind::Check => {
            let text = part.get(Attr::Expression).map(crate::ir::value::shown).unwrap_or_default();
            let mut words = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
            (text.is_empty() || words.any(there)).then_some(narrow)
        }
        Kind::Statistics => None,
        _ => Some("it changes what happens to rows that are there or are written"),
    }
}
