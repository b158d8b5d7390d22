//! What each statement of a script does to the database that it runs on: its locks, its work, its hazards. The statements are
//! read as any other SQL is, so that a hand-written patch is weighed like a script of our own.

mod absent;
mod labels;
mod near;
mod refusal;
mod rows;
mod unknown;

use std::collections::BTreeSet;

use crate::base::{Code, Diagnostic, Files, Name, Span, Version};
use crate::dialects::engine::{Engine, Tried};
use crate::dialects::{Deed, Dialect, Weight, hazards};
use crate::ir::{Hazard, Kept, Key, Kind, Op, Schema, Statement, Work, Written, keep_locks};
use crate::replay::{Located, has, replay, spelled};
use crate::sources::transaction::{self, Turn};
use crate::sources::{self, Outcome, Reading};

/// A schema that statements change while they are weighed, one after the other.
pub struct Scale {
    state: Schema<Written>,
    fresh: BTreeSet<Key>,
    /// Those of the new tables that no statement has put rows into.
    vacant: BTreeSet<Key>,
    version: Version,
    dialect: &'static dyn Dialect,
    /// A statement made a table that no schema shows: one of this session.
    hides: bool,
    /// The engine itself, with what the statements start from.
    engine: Option<Box<dyn Engine>>,
}

impl Scale {
    /// Before the first statement, on a server of this version.
    pub fn new(live: Schema<Written>, version: Version, dialect: &'static dyn Dialect) -> Scale {
        Scale { state: live, fresh: BTreeSet::new(), vacant: BTreeSet::new(), version, dialect, hides: false, engine: None }
    }

    /// Asks the engine itself what it refuses, where it is built in; `script` makes what the statements start from.
    pub fn ask_engine(&mut self, script: impl FnOnce() -> String) {
        self.engine = self.dialect.engine().and_then(|mut engine| engine.build(&script()).then_some(engine));
    }

    /// Why the server refuses a statement of somebody's own.
    fn refusals(&mut self, ops: &[Op], text: &str, checks: bool) -> Vec<String> {
        if let Some(engine) = &mut self.engine {
            match engine.carry_out(text) {
                Ok(Tried::Taken) => return Vec::new(),
                Ok(Tried::LeftOut) => self.engine = None,
                Err(refusal) => return vec![refusal],
            }
        }
        let head = text.get(..text.len().min(200)).unwrap_or(text).to_ascii_lowercase();
        self.hides |= head.contains("temp") || (ops.is_empty() && (head.contains("create") || head.contains("into temp")));
        let mut absent = absent::absent(ops, text, &self.state, self.dialect);
        if absent.is_empty() {
            absent = unknown::unknown(ops, text, &self.state, self.dialect);
        }
        if absent.is_empty() && ops.is_empty() && !self.hides {
            absent = rows::unfit(text, &self.state, self.dialect);
        }
        if !checks || !absent.is_empty() {
            return absent;
        }
        let misfits = self.dialect.misfits(text, ops, &self.state);
        if misfits.is_empty() { refusal::refusals(ops, text, &mut self.state, self.dialect) } else { misfits }
    }

    /// Whether something that an operation names, or the relation that it is of, may be there although no text shows it.
    fn may_hide(&self, op: &Op) -> bool {
        let key = op.key();
        let relation = key.relation().unwrap_or(key);
        let stands = |key: Key| self.state.resolve(key).is_some() || self.state.holder(key).is_some();
        !stands(key) && (!self.state.coverage.sees(key) || !stands(relation) && unknown::is_extended(&self.state, self.dialect))
    }

    /// Weighs a statement, and carries it out; what contradicts the schema is told beside.
    pub fn put(&mut self, sql: &str, ops: Vec<Located>) -> (Weight, Vec<Diagnostic>) {
        let effects: Vec<Op> = ops.iter().map(|located| located.op.clone()).collect();
        let deed = Deed { sql, ops: &effects, before: &self.state, fresh: &self.fresh, vacant: &self.vacant, version: self.version };
        let mut weight = self.dialect.weigh(&deed);
        for hazard in weight.impact.hazards() {
            weight.endanger(hazard);
        }
        let made = effects.iter().filter(|op| matches!(op, Op::Create { .. })).map(Op::key);
        let made: Vec<Key> = made.filter(|key| key.kind.is_relation() && !self.state.contains(*key)).collect();
        self.vacant.extend(made.iter().filter(|key| key.kind == Kind::Table));
        self.fresh.extend(made);
        if effects.is_empty() {
            self.vacant.retain(|table| !sql.contains(table.name.as_str()));
        }
        self.follow(&effects);
        let faults = replay(&mut self.state, ops, self.dialect);
        (weight, faults)
    }

    /// Whether all that a statement touches are tables without rows: no rule can be broken there.
    fn is_vacant(&self, ops: &[Located]) -> bool {
        let vacant = |located: &Located| self.vacant.contains(&located.op.key().relation().unwrap_or(located.op.key()));
        !ops.is_empty() && ops.iter().all(vacant)
    }

    /// Namespaces that operations put objects into, and that neither are made nor hold anything.
    fn untold(&self, ops: &[Op]) -> BTreeSet<Name> {
        let into = ops.iter().filter_map(|op| match op {
            Op::Create { object, .. } if !object.key.kind.spec().owned => Some(object.key.namespace),
            Op::Move { namespace, .. } => Some(*namespace),
            _ => None,
        });
        let used = |name: Name| {
            let is_made = |schema: &Schema<Written>| schema.contains(Key::new(Kind::Namespace, Name::NONE, name));
            is_made(&self.state) || self.state.keys().any(|key| key.namespace == name) || self.dialect.owns_namespace(name.as_str())
        };
        into.filter(|name| !name.is_none() && !used(*name)).collect()
    }

    /// A relation that the script has made stays new under another name.
    fn follow(&mut self, effects: &[Op]) {
        for op in effects {
            let (old, new) = match op {
                Op::Rename { key, to } => (*key, Key { name: *to, ..*key }),
                Op::Move { key, namespace } => (*key, Key { namespace: *namespace, ..*key }),
                _ => continue,
            };
            for known in [&mut self.fresh, &mut self.vacant] {
                if known.remove(&old) {
                    known.insert(new);
                }
            }
        }
    }
}

/// Weighs the statements of one script, in their order, over the schema that it starts from.
pub fn statements(statements: &mut [&mut Statement], scale: &mut Scale) {
    let mut text = String::new();
    let mut ends = Vec::new();
    for statement in statements.iter() {
        let path = |path: &str| scale.dialect.terminated(&format!("{}{path}", scale.dialect.rules().search_path[1]));
        text.extend(statement.path.iter().map(|under| path(under)));
        text += &scale.dialect.terminated(&statement.sql);
        text.extend(statement.path.iter().map(|_| path("DEFAULT")));
        text.push('\n');
        ends.push(text.len() as u32);
    }
    let mut files = Files::default();
    let id = files.add("the script", text);
    let mut ops = sources::read(&files, &[id], scale.dialect).ops.into_iter().peekable();
    for (statement, end) in statements.iter_mut().zip(ends) {
        let mut own = Vec::new();
        while let Some(located) = ops.next_if(|located| located.span.is_none_or(|span| span.start < end)) {
            own.push(located);
        }
        let is_vacant = scale.is_vacant(&own);
        let (weight, _) = scale.put(&statement.sql, own);
        if is_vacant {
            statement.hazards.retain(|hazard| *hazard != Hazard::MayFail);
        }
        statement.impact = weight.impact;
        weight.hazards.into_iter().for_each(|hazard| statement.endanger(hazard));
    }
}

/// The operations of a statement whose conditions hold, with names as they stand.
fn carried_out(ops: Vec<Located>, state: &Schema<Written>, dialect: &'static dyn Dialect) -> Vec<Located> {
    let ops: Vec<Located> = ops.into_iter().flat_map(|located| spelled(state, located, dialect)).collect();
    if !ops.iter().any(|located| matches!(located.op, Op::Given { .. })) {
        return ops;
    }
    let mut state = state.clone();
    let mut skipped: Option<Span> = None;
    let mut own = Vec::new();
    for located in ops {
        if skipped.zip(located.span).is_some_and(|(outer, inner)| outer.covers(inner)) {
            continue;
        }
        match located.op {
            Op::Given { key, stands } if has(&state, key) != stands => skipped = located.span,
            Op::Given { .. } => {}
            _ => {
                replay(&mut state, [located.clone()], dialect);
                own.push(located);
            }
        }
    }
    own
}

/// A statement of a hand-written patch: its place, its weight, and why the server refuses it.
pub struct Weighed {
    pub span: Span,
    pub weight: Weight,
    pub refusals: Vec<String>,
    /// It opens a transaction that nothing ends.
    pub left_open: bool,
    /// The engine itself was asked up to here, and does not try this statement.
    pub left_out: bool,
    /// Namespaces that it puts things into, and that no text shows.
    pub untold: BTreeSet<Name>,
    /// The version that its form came with, where the server may be older.
    pub came_with: Option<Version>,
    /// It stands in the transaction of the one before it.
    pub joins: bool,
}

/// Weighs the statements of a hand-written patch.
pub fn patch(reading: &Reading, files: &Files, scale: &mut Scale) -> Vec<Weighed> {
    let mut ops = reading.ops.iter().peekable();
    let mut weights = Vec::new();
    let mut checks = true;
    let mut inside = false;
    let mut fresh = labels::Fresh::default();
    let open = transaction::left_open(reading, files, scale.dialect);
    for entry in &reading.ledger {
        let here = |span: Span| span.file == entry.span.file && span.start < entry.span.end;
        let mut own = Vec::new();
        while let Some(located) = ops.next_if(|located| located.span.is_none_or(here)) {
            own.push(located.clone());
        }
        let own = carried_out(own, &scale.state, scale.dialect);
        let effects: Vec<Op> = own.iter().map(|located| located.op.clone()).collect();
        let text = files.slice(entry.span);
        checks = scale.dialect.switches_checks(text).unwrap_or(checks);
        let asked = scale.engine.is_some();
        let mut refusals = scale.refusals(&effects, text, checks);
        let left_out = asked && scale.engine.is_none();
        let joins = inside;
        inside = match Turn::of(text) {
            Some(Turn::Opens) => scale.dialect.rules().transactional,
            Some(Turn::Keeps | Turn::Undoes) => false,
            Some(Turn::Saves(_) | Turn::UndoesTo(_)) | None => inside,
        };
        refusals.extend(fresh.refusal(&effects, &scale.state).filter(|_| refusals.is_empty()));
        fresh.take(&effects, inside);
        let untold = scale.untold(&effects);
        // What the engine itself took is no contradiction of its.
        let certain = scale.engine.is_none() && refusals.is_empty() && !effects.iter().any(|op| scale.may_hide(op));
        let (mut weight, faults) = scale.put(text, own);
        refusals.extend(faults.into_iter().filter(|fault| certain && CONTRARY.contains(&fault.code)).map(|fault| fault.message));
        if entry.outcome == Outcome::Unmodelled {
            assume_the_worst(&mut weight);
        }
        if inside && weight.hazards.contains(&Hazard::NotTransactional) {
            refusals.push("it cannot run between BEGIN and COMMIT".to_string());
        }
        let came_with = scale.dialect.came_with(text).filter(|first| scale.version < *first);
        let left_open = open == Some(entry);
        weights.push(Weighed { span: entry.span, weight, refusals, left_open, left_out, untold, came_with, joins });
    }
    if hazards::shows(scale.dialect.rules().id, Hazard::KeptLock) {
        let kept = weights.iter_mut().enumerate().map(|(number, Weighed { weight, joins, .. })| Kept {
            number,
            joins: *joins,
            impact: &mut weight.impact,
            hazards: &mut weight.hazards,
        });
        keep_locks(&mut kept.collect::<Vec<Kept>>());
    }
    weights
}

/// What the interpreter finds wrong with a statement that is understood: a server finds the same.
pub const CONTRARY: &[Code] = &[Code::Missing, Code::Contradiction];

/// Nobody knows what the statement does: the most work under its lock stands for it.
fn assume_the_worst(weight: &mut Weight) {
    weight.endanger(Hazard::NotKnown);
    if weight.impact.locks.is_empty() {
        return;
    }
    weight.impact.work(Work::Rewrite);
    weight.hazards.retain(|hazard| *hazard != Hazard::Lock);
    weight.impact.hazards().into_iter().for_each(|hazard| weight.endanger(hazard));
}
