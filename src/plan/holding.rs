//! What is held back: steps that lose data, and those that rest on them.

use std::collections::BTreeSet;

use super::Planned;
use super::ordering::{Ordered, Vertex};
use super::touched;
use crate::ir::{Action, Attr, Canonical, Hazard, Key, Kind, Schema};

/// Marks the steps that lose data, the steps that are bound to come after them, the parts of what stays for that, and what would
/// go and not come again.
pub fn hold(steps: &mut [Planned], written: &[Vertex], ordered: &Ordered, live: &Schema<Canonical>) {
    let mut held: BTreeSet<Vertex> = BTreeSet::new();
    for (planned, vertex) in steps.iter().zip(written) {
        if planned.statements.iter().any(|statement| statement.hazards.contains(&Hazard::Drop)) || loses_rows(planned, live) {
            held.insert(*vertex);
            held.extend(ordered.bound_to(*vertex));
        }
    }
    let stays =
        |key: &Key| key.relation().is_some_and(|relation| live.resolve(relation).is_some_and(|key| held.contains(&Vertex::Unmake(key))));
    let parts: Vec<Vertex> = written.iter().filter(|vertex| matches!(vertex, Vertex::Unmake(key) if stays(key))).copied().collect();
    held.extend(parts);
    while let Some(vertex) = widowed(steps, written, &held, live) {
        held.insert(vertex);
        held.extend(ordered.bound_to(vertex));
    }
    for (planned, vertex) in steps.iter_mut().zip(written) {
        planned.held = held.contains(vertex);
    }
}

/// Says of each held column that rows cannot be put in without it: code that no longer knows it fails until it goes.
pub fn warn(steps: &mut [Planned], live: &Schema<Canonical>) {
    for planned in steps.iter_mut().filter(|planned| planned.held) {
        let Action::Drop { .. } = planned.step.action else { continue };
        let Some(column) = live.get(planned.step.key).filter(|object| object.key.kind == Kind::Column) else { continue };
        if column.has(Attr::NotNull) && !FILLED.iter().any(|attr| column.has(*attr)) {
            let why = planned.statements.first_mut().map(|statement| &mut statement.why);
            why.into_iter().for_each(|why| why.push_str(WANTS_A_VALUE));
        }
    }
}

/// What gives a column a value where an INSERT has none.
const FILLED: [Attr; 4] = [Attr::Default, Attr::Generated, Attr::Identity, Attr::AutoIncrement];

const WANTS_A_VALUE: &str = "\nWhile it stays, each new row needs a value for it (NOT NULL, no default): code without it cannot insert.";

/// A step that unmakes what a held step was to make again: by its name, or with the table that is made anew.
fn widowed(steps: &[Planned], written: &[Vertex], held: &BTreeSet<Vertex>, live: &Schema<Canonical>) -> Option<Vertex> {
    let planned = || steps.iter().zip(written);
    let remade: BTreeSet<Key> = planned()
        .filter(|(planned, vertex)| held.contains(vertex) && matches!(planned.step.action, Action::Create { .. }))
        .flat_map(|(planned, _)| touched(&planned.step))
        .collect();
    let (_, vertex) = planned().find(|(planned, vertex)| {
        let unmakes = match planned.step.action {
            Action::Drop { .. } => touched(&planned.step).iter().any(|key| remade.contains(key)),
            Action::Rebuild => remade.iter().any(|key| key.relation() == Some(planned.step.key) && live.contains(*key)),
            Action::Create { .. } | Action::Alter { .. } | Action::Release | Action::Rename { .. } | Action::Move { .. } => false,
        };
        unmakes && !held.contains(vertex)
    })?;
    Some(*vertex)
}

/// Whether a step unmakes what holds rows or values. Values that are computed from others come again by themselves, and those of
/// a composite type are in the columns that have it.
fn loses_rows(planned: &Planned, live: &Schema<Canonical>) -> bool {
    let computed = |key: Key| {
        let elsewhere = [Kind::View, Kind::MaterializedView, Kind::ForeignTable, Kind::Composite]
            .iter()
            .any(|kind| live.contains(Key::new(*kind, key.namespace, key.owner)));
        key.kind == Kind::Column && (elsewhere || live.get(key).is_some_and(|column| column.has(Attr::Generated)))
    };
    let holds = |key: &Key| key.kind.spec().holds_data && !computed(*key);
    match &planned.step.action {
        Action::Drop { with } => !planned.statements.is_empty() && std::iter::once(&planned.step.key).chain(with).any(holds),
        Action::Create { .. } | Action::Alter { .. } | Action::Release | Action::Rename { .. } | Action::Move { .. } | Action::Rebuild => {
            false
        }
    }
}
