//! From operations to ordered, written steps: replacements with their dependents, folding into CREATE, order, holds.

mod columns;
mod grouping;
mod holding;
mod inheritance;
mod keys;
mod lasting;
mod logs;
mod merging;
mod online;
mod ordering;
mod rename;
mod slots;
mod transactions;
mod triggers;

use std::collections::BTreeSet;

use crate::base::{Code, Diagnostic, Span, Version};
use crate::dialects::{Dialect, Frame};
use crate::ir::{Action, Canonical, Hazard, Key, Op, Pair, Schema, Statement, Step};

pub use logs::dropped as dropped_logs;
pub use merging::merge;
pub use online::{lose_no_more, lossy, online};
pub use rename::{identical_under_another_name, likely, same_name_in_another_case};
pub use transactions::keep;

/// What a plan is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Statements with these hazards run; without, a statement that loses data is held.
    pub allowed: BTreeSet<Hazard>,
    /// The server that the script is for, where it is known.
    pub server: Option<Version>,
    /// The forms of statements that keep others from waiting.
    pub online: bool,
}

/// One step with its statements, in the order in which it is carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub step: Step,
    pub statements: Vec<Statement>,
    /// Printed commented out, because it loses data or rests on a step that does.
    pub held: bool,
    /// It has no statement of its own: that of a step before it carries it out too.
    pub merged: bool,
}

/// The ordered steps from live to desired.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub steps: Vec<Planned>,
    /// Steps that cannot be written correctly: why.
    pub refusals: Vec<Diagnostic>,
    /// What stands around the steps that are not held.
    pub frame: Frame,
    /// Parts of children that would have changed with a held step on their parent.
    pub held_below: BTreeSet<Key>,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether the change of an object is held back, by itself or with the relation that would have been rebuilt.
    pub fn holds(&self, key: Key) -> bool {
        let mut held = self.steps.iter().filter(|planned| planned.held);
        self.held_below.contains(&key)
            || held.any(|planned| match planned.step.action {
                Action::Rebuild => {
                    let relation = planned.step.key;
                    key == relation || key.relation().is_some_and(|own| own.namespace == relation.namespace && own.name == relation.name)
                }
                _ => touched(&planned.step).contains(&key),
            })
    }
}

/// The step's object and the parts that go with it.
pub fn touched(step: &Step) -> Vec<Key> {
    let mut keys = vec![step.key];
    match &step.action {
        Action::Create { with } | Action::Drop { with } => keys.extend(with),
        Action::Alter { .. } | Action::Release | Action::Rename { .. } | Action::Move { .. } | Action::Rebuild => {}
    }
    keys
}

/// Plans `ops`. `renames` have been carried out in `schema.live` already; they come first.
pub fn plan(schema: Pair<&Schema<Canonical>>, renames: &[Op], ops: &[Op], wishes: &Wishes, dialect: &dyn Dialect) -> Plan {
    let mut plan = Plan::default();
    for op in renames {
        let Some(step) = rename::step(op) else { continue };
        write(&mut plan, step, schema, dialect);
    }
    let renames = plan.steps.len();
    let mut groups = grouping::group(schema, ops, dialect, &mut plan.refusals);
    let ordered = match ordering::graph(schema, &mut groups, dialect) {
        Ok(ordered) => ordered,
        Err(ring) => {
            plan.refusals.push(ring);
            return plan;
        }
    };
    let mut written = Vec::new();
    for (vertex, step) in groups.steps(&ordered.order) {
        if write(&mut plan, step, schema, dialect) {
            written.push(vertex);
        }
    }
    if !wishes.allowed.contains(&Hazard::Drop) {
        holding::hold(&mut plan.steps[renames..], &written, &ordered, schema.live);
        holding::warn(&mut plan.steps, schema.live);
        let held: BTreeSet<Key> = plan.steps.iter().filter(|planned| planned.held).flat_map(|planned| touched(&planned.step)).collect();
        let own: BTreeSet<Key> = plan.steps.iter().flat_map(|planned| touched(&planned.step)).collect();
        let other = || ops.iter().map(Op::key).filter(|key| !own.contains(key));
        let fields: Vec<Key> =
            other().filter(|field| grouping::whole_type(*field, schema).is_some_and(|composite| held.contains(&composite))).collect();
        plan.held_below = inheritance::changed_below(other(), held, schema);
        plan.held_below.extend(fields);
    }
    let carried_out: Vec<&Step> = plan.steps.iter().filter(|planned| !planned.held).map(|planned| &planned.step).collect();
    plan.frame = dialect.frame(&carried_out, schema);
    plan
}

/// Writes a step's statements; whether it could.
fn write(plan: &mut Plan, step: Step, schema: Pair<&Schema<Canonical>>, dialect: &dyn Dialect) -> bool {
    match dialect.write(&step, schema) {
        Ok(statements) => plan.steps.push(Planned { step, statements, held: false, merged: false }),
        Err(refusal) => {
            let span: Option<Span> = refusal.span.or_else(|| schema.desired.get(refusal.key).or(schema.live.get(refusal.key))?.span);
            plan.refusals.push(Diagnostic::new(Code::Refused, span, refusal.message).help(refusal.help));
            return false;
        }
    }
    true
}
