//! The plan for a database that is in use: each step in the form that keeps others from waiting, the steps of each relation in
//! transactions of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Plan, Planned, touched};
use crate::base::Name;
use crate::dialects::{Dialect, Site, hazards};
use crate::ir::{Action, Hazard, Key, Pace, Statement, Transaction};

/// Rewrites a weighed plan. What is unmade to be made again (a view over a column that changes) stays in one transaction with all that
/// is between, in the plain form: nobody may see the gap. What only looks at rows waits for the end of that transaction.
pub fn online(plan: &mut Plan, site: &Site, dialect: &dyn Dialect) {
    let made = plan.steps.iter().filter(|planned| makes(planned));
    let made: BTreeMap<Key, Vec<Statement>> =
        made.flat_map(|planned| touched(&planned.step).into_iter().map(|key| (key, planned.statements.clone()))).collect();
    let mut gone: BTreeSet<Key> = BTreeSet::new();
    let mut swapped: BTreeMap<Key, Vec<Statement>> = BTreeMap::new();
    let mut awaited: Vec<Statement> = Vec::new();
    let mut place = None;
    // Where a transaction keeps no table's lock from the others, it stays whole: what stands around it is for all of it.
    let cuts = hazards::shows(dialect.rules().id, Hazard::KeptLock);
    for planned in plan.steps.iter_mut().filter(|planned| !planned.held) {
        let keys = touched(&planned.step);
        let (key, unmade) = (planned.step.key, matches!(planned.step.action, Action::Drop { .. }));
        let swap = made.get(&key).filter(|_| unmade && gone.is_empty());
        if let Some(swap) = swap.and_then(|made| dialect.online_swap(key, &planned.statements, made, site)) {
            let path = path_of(made.get(&key).into_iter().flatten());
            planned.statements = under(path.clone(), swap.gone);
            swapped.insert(key, under(path, swap.made));
            place = Some(of(key));
            continue;
        }
        if unmade {
            gone.extend(keys.iter().filter(|key| made.contains_key(key) && leaves_gap(**key)));
        }
        let gap = !gone.is_empty();
        if makes(planned) {
            gone.retain(|key| !keys.contains(key));
            planned.statements = swapped.remove(&key).unwrap_or_else(|| std::mem::take(&mut planned.statements));
        }
        let path = path_of(&planned.statements);
        let statements = under(path, dialect.online(&planned.step, planned.statements.clone(), site));
        match if gap { within(statements) } else { Some((statements, Vec::new())) } {
            Some((here, later)) => {
                planned.statements = here;
                awaited.extend(later);
            }
            None => planned.statements.iter_mut().filter(|statement| keeps_waiting(statement)).for_each(explain),
        }
        let here = Some(of(key));
        let parted = cuts && !gap && (place != here || works_long(planned));
        if let Some(first) = planned.statements.first_mut().filter(|first| parted && first.transaction == Transaction::Inside) {
            first.transaction = Transaction::First;
        }
        place = here.filter(|_| !works_long(planned));
        if gone.is_empty() {
            planned.statements.append(&mut awaited);
        }
    }
    if let Some(last) = plan.steps.iter_mut().rfind(|planned| !planned.held) {
        last.statements.append(&mut awaited);
    }
    plan.frame = dialect.online_frame(std::mem::take(&mut plan.frame));
}

fn path_of<'s>(statements: impl IntoIterator<Item = &'s Statement>) -> Option<Arc<str>> {
    statements.into_iter().find_map(|statement| statement.path.clone())
}

/// The statements in the place of others that were written under a search path.
fn under(path: Option<Arc<str>>, mut statements: Vec<Statement>) -> Vec<Statement> {
    statements.iter_mut().filter(|statement| statement.path.is_none()).for_each(|statement| statement.path = path.clone());
    statements
}

/// Hazards of what is lost to whom: a step has them in both of its forms, or in none.
const OF_THE_STEP: [Hazard; 2] = [Hazard::Drop, Hazard::Rename];

/// The steps that lose values or names.
pub fn lossy(plan: &Plan) -> BTreeSet<(Key, Hazard)> {
    let of_statements = |planned: &Planned| planned.statements.iter().flat_map(|statement| statement.hazards.clone()).collect::<Vec<_>>();
    let found = plan.steps.iter().flat_map(|planned| of_statements(planned).into_iter().map(|hazard| (planned.step.key, hazard)));
    found.filter(|(_, hazard)| OF_THE_STEP.contains(hazard)).collect()
}

/// A step that loses nothing in its plain form loses nothing in the other either: what it drops has been copied before, and what it
/// renames is its own.
pub fn lose_no_more(plan: &mut Plan, lossy: &BTreeSet<(Key, Hazard)>) {
    for planned in &mut plan.steps {
        let key = planned.step.key;
        let stays = |hazard: &Hazard| !OF_THE_STEP.contains(hazard) || lossy.contains(&(key, *hazard));
        planned.statements.iter_mut().for_each(|statement| statement.hazards.retain(stays));
    }
}

fn explain(statement: &mut Statement) {
    statement.why += "\nOthers wait while it runs: it stands in one transaction with what is made again, so that nobody sees the gap.";
}

/// The statements that stand in the transaction that is open, and those that only look at the rows after it; none where others come
/// before its end.
fn within(mut statements: Vec<Statement>) -> Option<(Vec<Statement>, Vec<Statement>)> {
    let first = statements.iter().position(|statement| statement.transaction != Transaction::Inside).unwrap_or(statements.len());
    let later = statements.split_off(first);
    let looks = |statement: &Statement| statement.transaction == Transaction::Alone && statement.pace == Pace::Patient;
    let starts = later.is_empty() || !statements.is_empty();
    (starts && later.iter().all(looks)).then_some((statements, later))
}

/// Whether others wait for as long as the step works: nothing else is to hold its locks meanwhile.
fn works_long(planned: &Planned) -> bool {
    planned.statements.iter().any(keeps_waiting)
}

fn keeps_waiting(statement: &Statement) -> bool {
    statement.hazards.contains(&Hazard::BlocksWrites)
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
