//! The queries that tell before a statement runs whether rows will stop it, beside the step that they are about.

use serde::Serialize;

use crate::compile::Compiled;
use crate::count::{Counts, counts};
use crate::dialects::Dialect;
use crate::ir::{Hazard, Key, Pair};
use crate::plan::Planned;

use super::objects;

/// A count that must be 0, or the step will stop.
#[derive(Serialize)]
pub struct Question {
    pub problem: &'static str,
    /// The query, after the statements that it needs.
    pub sql: String,
}

/// What can be asked about one step, and what cannot.
#[derive(Default, Serialize)]
pub struct Questions {
    pub counts: Vec<Question>,
    pub open: Vec<String>,
}

/// The questions about each step, in the order of the plan.
pub fn of(compiled: &Compiled, dialect: &dyn Dialect) -> Vec<Questions> {
    let steps = &compiled.plan.steps;
    let mut told: Vec<Questions> = steps.iter().map(|_| Questions::default()).collect();
    let Counts { counts, open } = counts(compiled, dialect);
    for count in counts {
        if let Some(at) = step(count.about, compiled) {
            told[at].counts.push(Question { problem: count.problem, sql: format!("{}{};", count.before, count.sql) });
        }
    }
    for (about, why) in open {
        if let Some(at) = step(about, compiled) {
            told[at].open.push(format!("{about}: {why}"));
        }
    }
    told
}

/// The step that rows will stop: the object's own, or the one of its table that may fail.
fn step(about: Key, compiled: &Compiled) -> Option<usize> {
    let schema = compiled.compared.schema.as_ref();
    let group = |key: Key| objects::whole(key, Pair::new(schema.live, schema.desired));
    let may_fail = |planned: &Planned| planned.statements.iter().any(|statement| statement.hazards.contains(&Hazard::MayFail));
    let place = |wanted: &dyn Fn(&Planned) -> bool| compiled.plan.steps.iter().position(|planned| !planned.held && wanted(planned));
    place(&|planned| planned.step.key == about && may_fail(planned))
        .or_else(|| place(&|planned| planned.step.key == about))
        .or_else(|| place(&|planned| group(planned.step.key) == group(about) && may_fail(planned)))
        .or_else(|| place(&|planned| group(planned.step.key) == group(about)))
        .or_else(|| place(&may_fail))
        .or_else(|| place(&|_| true))
}
