//! The proof of a script: its text, read back and replayed over live, must lead to the desired schema.

use crate::base::{Code, Diagnostic, Files};
use crate::dialects::{Dialect, Memo};
use crate::diff::{changes, lend, settle};
use crate::ir::{Attr, Canonical, Key, Object, Op, Pair, Schema, Written};
use crate::normalise::normalise;
use crate::plan::Plan;
use crate::replay::replay;
use crate::sources::{self, Outcome};

/// From where a script leads, and where it must lead to.
pub struct Goal {
    pub live: Schema<Written>,
    pub desired: Schema<Written>,
    /// The canonical form of `desired` where it is known, and the objects that it was lent before it was made.
    pub canonical: Option<(Schema<Canonical>, Vec<Object>)>,
    /// What is known of the canonical forms of either.
    pub memo: Memo,
}

impl Goal {
    /// Of two sides of which nothing is known yet.
    pub fn of(side: Pair<Schema<Written>>) -> Goal {
        Goal { live: side.live, desired: side.desired, canonical: None, memo: Memo::default() }
    }
}

/// Reads `script` back, replays it over `live`, and compares with `desired`. What the plan holds back may be missing;
/// everything else that differs is named in the answer.
pub fn prove(script: &str, plan: &Plan, goal: Goal, dialect: &'static dyn Dialect) -> Result<(), Vec<Diagnostic>> {
    let mut files = Files::default();
    let id = files.add("the printed script", script);
    let reading = sources::read(&files, &[id], dialect);
    let mut faults: Vec<Diagnostic> =
        reading.ledger.iter().filter(|entry| entry.outcome == Outcome::Unmodelled).map(|entry| unread(files.slice(entry.span))).collect();
    let (mut patched, mut memo) = (goal.live, goal.memo);
    faults.extend(replay(&mut patched, reading.ops, dialect).into_iter().map(|fault| unproven(fault.message)));
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut written = Pair::new(patched, goal.desired);
    let lent = lend(&mut written);
    let known = goal.canonical.filter(|(_, before)| *before == lent.desired);
    let desired = known.map_or_else(|| normalise(written.desired, dialect, &mut memo).0, |(canonical, _)| canonical);
    let mut pair = Pair::new(normalise(written.live, dialect, &mut memo).0, desired);
    settle(&mut pair, dialect);
    let left: Vec<Diagnostic> =
        changes(pair.as_ref()).iter().filter(|op| !plan.holds(op.key())).map(|op| differs(op, pair.as_ref())).collect();
    if left.is_empty() { Ok(()) } else { Err(left) }
}

fn unread(text: &str) -> Diagnostic {
    unproven(format!("a printed statement cannot be read back: {}", text.lines().next().unwrap_or("")))
}

fn unproven(message: String) -> Diagnostic {
    Diagnostic::new(Code::Unproven, None, message).help("the script is not printed; this is a fault of the program: report the two inputs")
}

fn differs(op: &Op, schema: Pair<&Schema<Canonical>>) -> Diagnostic {
    let key = op.key();
    let span = schema.desired.get(key).or(schema.live.get(key)).and_then(|object| object.span);
    let what = match op {
        Op::Set { attr, .. } => {
            let side = schema.map(|side| shown(side, key, *attr));
            format!("its {} would be {}, not {}", attr.spec().label, side.live, side.desired)
        }
        Op::Create { .. } => "it would be missing".to_string(),
        _ => "it would still be there".to_string(),
    };
    let mut diagnostic = unproven(format!("after the script {key} would differ: {what}"));
    diagnostic.span = span;
    diagnostic
}

fn shown(schema: &Schema<Canonical>, key: Key, attr: Attr) -> String {
    schema.fact(key, attr).map_or("absent".to_string(), |value| format!("`{}`", crate::ir::value::shown(value)))
}
