//! The transactions that the statements of a plan stand in.

use super::{Plan, Planned};
use crate::ir::{Kept, Statement, keep_locks};

/// Notes the locks that the script's transactions keep while later statements work. What is held stands in none.
pub fn keep(plan: &mut Plan) {
    if plan.frame.begin.is_none() {
        return;
    }
    let all = plan.steps.iter_mut().flat_map(|Planned { statements, held, .. }| statements.iter_mut().map(|statement| (*held, statement)));
    let mut running: Vec<(usize, &mut Statement)> =
        all.enumerate().filter(|(_, (held, _))| !held).map(|(number, (_, statement))| (number, statement)).collect();
    let joins: Vec<bool> = std::iter::once(false).chain(running.windows(2).map(|two| two[1].1.joins(two[0].1))).collect();
    let kept = running.iter_mut().zip(joins).map(|((number, statement), joins)| Kept {
        number: *number,
        joins,
        impact: &mut statement.impact,
        hazards: &mut statement.hazards,
    });
    keep_locks(&mut kept.collect::<Vec<Kept>>());
}
