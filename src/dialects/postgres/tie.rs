//! What CASCADE does with an object that speaks of what goes (manual, Dependency Tracking).

use std::cell::LazyCell;

use super::analyse::Catalog;
use super::trial::is_of;
use super::{follow, weigh};
use crate::base::Name;
use crate::dialects::Tie;
use crate::ir::{Attr, Key, Kind, Object, Schema, Written};

/// What becomes of each of these objects. They are many where a table goes, and are read over one catalog.
pub fn ties(schema: &Schema<Written>, speaking: &[Key], gone: Key) -> Vec<(Key, Option<Tie>)> {
    let catalog = LazyCell::new(|| Catalog::of(schema));
    let known = speaking.iter().filter_map(|key| schema.get(*key));
    known.map(|object| (object.key, of(&catalog, object, gone))).collect()
}

/// What becomes of an object.
fn of(catalog: &LazyCell<Catalog, impl FnOnce() -> Catalog>, speaking: &Object, gone: Key) -> Option<Tie> {
    let tied = match (speaking.key.kind, gone.kind) {
        (Kind::View | Kind::MaterializedView | Kind::Policy, Kind::Column) => follow::speaks_of(speaking, gone, catalog)?,
        (Kind::View | Kind::MaterializedView | Kind::Policy, kind) if kind.is_relation() => {
            follow::speaks_of(speaking, gone.child(Kind::Column, Name::NONE), catalog)?
        }
        (Kind::Trigger, Kind::Function) if is_called(speaking, gone) => true,
        (Kind::Trigger, Kind::Column) if speaking.key.relation() == gone.relation() => trigger(speaking, gone)?,
        (Kind::Column, Kind::Column) => {
            let own = speaking.key.relation() == gone.relation();
            own && speaking.text(Attr::Generated).is_some_and(|text| weigh::mentions(text, gone.name))
        }
        (Kind::Column, Kind::Sequence) => return default(speaking, gone),
        (Kind::Column, Kind::Enum | Kind::Domain | Kind::Composite | Kind::Range) => {
            let kind = speaking.fragment(Attr::Type)?.compared();
            // A name without its namespace may be that of another type.
            if !is_of(kind, gone) && !kind.contains('.') {
                return None;
            }
            is_of(kind, gone)
        }
        _ => return None,
    };
    Some(if tied { Tie::Falls } else { Tie::Stays })
}

/// Whether a trigger calls a routine.
pub fn is_called(trigger: &Object, routine: Key) -> bool {
    let call = trigger.text(Attr::Call).and_then(|call| call.split('(').next()).unwrap_or("").replace('"', "");
    call == routine.bare() || call == format!("{}.{}", routine.namespace, routine.bare())
}

/// A trigger of UPDATE OF a column, or with a condition about it. A whole row in the condition speaks of all columns.
fn trigger(trigger: &Object, column: Key) -> Option<bool> {
    let condition = trigger.text(Attr::When);
    if condition.is_some_and(|text| text.contains('*')) {
        return None;
    }
    Some(trigger.names(Attr::Columns).contains(&column.name) || condition.is_some_and(|text| weigh::mentions(text, column.name)))
}

/// A default that asks a sequence for its next number.
pub fn default(column: &Object, sequence: Key) -> Option<Tie> {
    let text = column.text(Attr::Default)?;
    let named: Vec<String> = text.split('\'').skip(1).step_by(2).map(|name| name.replace('"', "")).collect();
    let full = format!("{}.{}", sequence.namespace, sequence.name);
    let bare = |name: &String| name == sequence.name.as_str();
    match (named.contains(&full), named.iter().any(bare)) {
        (true, _) => Some(Tie::Loses(Attr::Default)),
        (_, true) if sequence.namespace.as_str() == "public" => Some(Tie::Loses(Attr::Default)),
        (_, true) => None,
        _ => Some(Tie::Stays),
    }
}
