//! The plan for a database that is in use: each step in the form that keeps others from waiting, the steps of each relation in
//! transactions of their own.

use std::collections::BTreeSet;

use super::{Plan, Planned, touched};
use crate::base::Name;
use crate::dialects::{Dialect, Site};
use crate::ir::{Action, Hazard, Key, Statement, Transaction};

/// Rewrites a weighed plan. What is unmade to be made again (a view over a column that changes) stays in one transaction with all that
/// is between, in the plain form: nobody may see the gap.
pub fn online(plan: &mut Plan, site: &Site, dialect: &dyn Dialect) {
    let made: BTreeSet<Key> = plan.steps.iter().filter(|planned| makes(planned)).flat_map(|planned| touched(&planned.step)).collect();
    let mut gone: BTreeSet<Key> = BTreeSet::new();
    let mut place = None;
    for planned in plan.steps.iter_mut().filter(|planned| !planned.held) {
        let keys = touched(&planned.step);
        if matches!(planned.step.action, Action::Drop { .. }) {
            gone.extend(keys.iter().filter(|key| made.contains(key) && leaves_gap(**key)));
        }
        let gap = !gone.is_empty();
        if makes(planned) {
            gone.retain(|key| !keys.contains(key));
        }
        let statements = dialect.online(&planned.step, planned.statements.clone(), site);
        if !gap || stays(&statements, gone.is_empty()) {
            planned.statements = statements;
        }
        let here = Some(of(planned.step.key));
        let parted = !gap && (place != here || works_long(planned));
        if let Some(first) = planned.statements.first_mut().filter(|first| parted && first.transaction == Transaction::Inside) {
            first.transaction = Transaction::First;
        }
        place = here.filter(|_| !works_long(planned));
    }
    plan.frame = dialect.online_frame(std::mem::take(&mut plan.frame));
}

/// Whether statements can stand in the transaction that is open: all of them, or, where nothing is away after them, the first.
fn stays(statements: &[Statement], ends: bool) -> bool {
    let mut outside = statements.iter().map(|statement| statement.transaction != Transaction::Inside);
    if ends { !outside.next().unwrap_or(false) } else { !outside.any(|outside| outside) }
}

/// Whether others wait for as long as the step works: nothing else is to hold its locks meanwhile.
fn works_long(planned: &Planned) -> bool {
    let waits = |statement: &Statement| statement.hazards.contains(&Hazard::BlocksWrites);
    planned.statements.iter().any(waits)
}

fn makes(planned: &Planned) -> bool {
    matches!(planned.step.action, Action::Create { .. })
}

/// Whether somebody misses the object while it is away: an index that is away makes queries slow, and nothing else.
fn leaves_gap(key: Key) -> bool {
    key.kind != crate::ir::Kind::Index
}

/// The relation of a part, or the object itself.
fn of(key: Key) -> (Name, Name) {
    (key.namespace, if key.owner.is_none() { key.name } else { key.owner })
}
