//! How each fact that differs is brought about: one table, and small functions where the values decide.

use crate::dialects::Route;
use crate::ir::{Attr, Key, Kind, Object, Pair};

use super::{Sides, kin, member, partitioning, remote, routine, trigger, types, view};

/// Facts that a statement of their own sets on any object.
pub const ON_ANYTHING: &[Attr] = &[Attr::Comment, Attr::IndexComment, Attr::Owner, Attr::Enabled, Attr::SearchPath, Attr::ImpliedName];

type Decide = fn(Attr, Pair<&Object>) -> Route;

/// The rows are looked up by kind and fact; a kind without a row for a fact falls to the row without facts.
const ROUTES: &[(&[Kind], &[Attr], Decide)] = &[
    (&[Kind::Enum], &[Attr::Labels], labels),
    (&[Kind::Domain], &[Attr::Type, Attr::Collation], reshape),
    (&[Kind::Domain], &[], alter),
    (&[Kind::Composite], &[Attr::Columns], replace),
    (&[Kind::Composite], &[Attr::Definition], reshape),
    (&[Kind::Composite], &[], alter),
    (&[Kind::Sequence], &[], alter),
    (&[Kind::Table, Kind::ForeignTable], &[Attr::PartitionBy], replace),
    (&[Kind::Table], &[Attr::Persistence], persistence),
    (&[Kind::ForeignTable], &[Attr::Engine], replace),
    (&[Kind::Table, Kind::ForeignTable], &[], alter),
    (&[Kind::Column, Kind::Check], &[Attr::Inherited], inherited),
    (&[Kind::Column], &[Attr::Type, Attr::Collation], reshape),
    (&[Kind::Column], &[Attr::Generated, Attr::GeneratedAs], generated),
    (&[Kind::Column], &[], alter),
    (&[Kind::ForeignKey], &[Attr::Deferrable], alter),
    (&[Kind::ForeignKey, Kind::Check], &[Attr::NotValid], validate),
    (&[Kind::PrimaryKey, Kind::Unique, Kind::Exclusion], &[Attr::Options], alter),
    (&[Kind::PrimaryKey, Kind::Unique, Kind::ForeignKey, Kind::Check], &[Attr::PartitionOf, Attr::Inherited], alter),
    (&[Kind::Index], &[Attr::Options, Attr::Tablespace], alter),
    (&[Kind::Index], &[Attr::StatisticsTarget], statistics_target),
    (&[Kind::Index], &[Attr::PartitionOf], attach),
    (&[Kind::Index], &[Attr::Only], alter),
    (&[Kind::PrimaryKey, Kind::Unique], &[Attr::Only], complete),
    (&[Kind::View], &[Attr::Query, Attr::ColumnNames], query),
    (&[Kind::View], &[Attr::CheckOption, Attr::Options], alter),
    (&[Kind::MaterializedView], &[Attr::Options, Attr::Tablespace, Attr::AccessMethod, Attr::ClusterOn, Attr::NoData], alter),
    (&[Kind::Function, Kind::Procedure], &[Attr::Parameters], parameters),
    (&[Kind::Function, Kind::Procedure], &[Attr::Type, Attr::Window], replace),
    (&[Kind::Function, Kind::Procedure], &[], alter),
    (&[Kind::Policy], &[Attr::Roles, Attr::Using, Attr::WithCheck], conditions),
    (&[Kind::Statistics], &[Attr::StatisticsTarget], alter),
    (&[Kind::ForeignDataWrapper, Kind::Server, Kind::UserMapping], &[Attr::Options], alter),
    (&[Kind::Server], &[Attr::Version], alter),
    (&[Kind::Subscription], &[Attr::Options, Attr::Labels], remote::route),
    (&[Kind::Publication, Kind::TextSearchConfiguration, Kind::OperatorFamily], &[Attr::Options], members),
    (&[Kind::Extension, Kind::Privilege, Kind::DefaultPrivilege, Kind::Namespace], &[], alter),
];

/// How a fact that differs between the two is brought about.
pub fn route(attr: Attr, object: Pair<&Object>, sides: Sides) -> Route {
    if attr == Attr::Owner && !object.desired.has(Attr::Owner) {
        return Route::Refuse("the desired side does not say who is to own it; add ALTER … OWNER TO to it".to_owned());
    }
    if let Some(part) = (attr == Attr::Inherits).then(|| gained(object, sides)).flatten() {
        return Route::Refuse(format!(
            "{part} would stay the table's own after INHERIT: declare it on the child in the desired schema too, or make a new child and \
             copy the rows"
        ));
    }
    if let Some(why) = partitioning::refusal(attr, object, sides) {
        return Route::Refuse(why);
    }
    if attr == Attr::Inherited && is_said_again(object, sides) {
        let why = "what a child has from its parent cannot become its own too while both inherit: leave it out of the child";
        return Route::Refuse(why.to_owned());
    }
    if let Some(child) = shared(attr, object.desired.key, sides) {
        return Route::Refuse(format!(
            "{child} has the column from two parents, and PostgreSQL changes it on both at once only: take it from one of them first"
        ));
    }
    if attr == Attr::Generated
        && !object.desired.has(attr)
        && let Some(below) = deeper(object.live.key, sides)
    {
        return Route::Refuse(format!(
            "{below} inherits from a table that inherits, and there PostgreSQL takes no expression away (ALTER TABLE, DROP EXPRESSION): add a \
             column, copy the values in batches, and swap the names"
        ));
    }
    if let Some(holder) = types::holder(attr, object.desired.key, sides) {
        return Route::Refuse(format!(
            "{holder} holds values of the type, which PostgreSQL cannot rewrite: make a new type, and move the column to it"
        ));
    }
    if ON_ANYTHING.contains(&attr) {
        return Route::Alter;
    }
    let anew = match object.desired.key.kind {
        Kind::Enum => attr == Attr::Labels && !types::only_adds(object),
        Kind::Domain => matches!(attr, Attr::Type | Attr::Collation),
        _ => false,
    };
    if anew && let Some(why) = super::anew::refusal(object.desired.key, sides) {
        return Route::Refuse(why);
    }
    let kind = object.desired.key.kind;
    if detaches_with_table(attr, object, sides) {
        return Route::Alter;
    }
    let fits = |attrs: &[Attr]| attrs.is_empty() || attrs.contains(&attr);
    match ROUTES.iter().find(|(kinds, attrs, _)| kinds.contains(&kind) && fits(attrs)) {
        Some((_, _, decide)) => decide(attr, object),
        None => Route::Replace,
    }
}

/// Whether an object of the desired side is new, or made anew: because a fact differs that nothing changes in place, or with
/// the relation that it stands on or takes its columns from.
pub fn is_made(key: Key, sides: Sides) -> bool {
    let (Some(live), Some(desired)) = (sides.live.get(key), sides.desired.get(key)) else { return !sides.live.contains(key) };
    let replaced = |attr| matches!(route(attr, Pair::new(live, desired), sides), Route::Replace);
    let old = kin::parents(live);
    let mut under = key.relation().and_then(|relation| sides.desired.resolve(relation)).into_iter();
    let mut from = kin::parents(desired).into_iter().filter(|parent| old.contains(parent));
    live.differing(desired).into_iter().any(replaced) || under.any(|key| is_made(key, sides)) || from.any(|key| is_made(key, sides))
}

/// A column or a check that a new parent brings and the child does not declare: INHERIT asks that the table has it already.
fn gained(object: Pair<&Object>, sides: Sides) -> Option<Key> {
    let old = kin::parents(object.live);
    let new: Vec<Key> = kin::parents(object.desired).into_iter().filter(|parent| !old.contains(parent)).collect();
    let parts = [Kind::Column, Kind::Check].into_iter().flat_map(|kind| sides.desired.parts(object.desired.key, kind));
    let brought = |part: Key| new.iter().any(|parent| sides.desired.contains(parent.child(part.kind, part.name)));
    parts.filter(|part| part.has(Attr::Inherited)).map(|part| part.key).find(|part| brought(*part))
}

/// Whether a part that was only inherited is to be the child's own beside its parent's, which stays.
fn is_said_again(object: Pair<&Object>, sides: Sides) -> bool {
    let stays = |above: &Object| sides.live.contains(above.key) && !kin::above(object.live.key, sides.live).is_empty();
    object.live.has(Attr::Inherited) && kin::above(object.desired.key, sides.desired).into_iter().any(stays)
}

/// A child that has a column whose type changes from more than one parent.
fn shared(attr: Attr, column: Key, sides: Sides) -> Option<Key> {
    if column.kind != Kind::Column || !matches!(attr, Attr::Type | Attr::Collation) {
        return None;
    }
    let heirs = column.relation().into_iter().flat_map(|relation| sides.live.heirs(relation));
    let parts = heirs.map(|(child, _)| Key { namespace: child.key.namespace, owner: child.key.name, ..column });
    parts.into_iter().find(|part| kin::above(*part, sides.live).len() > 1).and_then(|part| part.relation())
}

/// A table below those that have the column from this one.
fn deeper(column: Key, sides: Sides) -> Option<Key> {
    let heirs = |table: Key| sides.live.heirs(table).map(|(heir, _)| heir.key).collect::<Vec<Key>>();
    let children = heirs(column.relation().and_then(|relation| sides.live.resolve(relation))?);
    children.into_iter().find_map(|child| heirs(child).first().copied())
}

fn alter(_attr: Attr, _object: Pair<&Object>) -> Route {
    Route::Alter
}

fn reshape(_attr: Attr, _object: Pair<&Object>) -> Route {
    Route::Reshape
}

fn replace(_attr: Attr, _object: Pair<&Object>) -> Route {
    Route::Replace
}

fn labels(_attr: Attr, object: Pair<&Object>) -> Route {
    if types::only_adds(object) { Route::Alter } else { Route::Reshape }
}

fn persistence(_attr: Attr, object: Pair<&Object>) -> Route {
    let temporary = |side: &Object| side.text(Attr::Persistence).is_some_and(|text| text != "unlogged");
    if temporary(object.live) || temporary(object.desired) {
        return Route::Refuse("a temporary table lives in one session only; no script can turn it into a lasting one".to_owned());
    }
    Route::Alter
}

/// A part becomes its relation's own when the relation leaves its parent, and in no other way; none becomes an inherited one
/// (manual, ALTER TABLE: INHERIT keeps what the child says itself).
fn inherited(_attr: Attr, object: Pair<&Object>) -> Route {
    if object.live.has(Attr::Inherited) && !object.desired.has(Attr::Inherited) {
        return Route::Alter;
    }
    Route::Refuse(
        "what the table declares itself cannot become inherited in place: declare it on the child in the desired schema too, or \
         make a new child and copy the rows"
            .to_owned(),
    )
}

/// A generated column can become an ordinary one in place; every other change of its expression makes the column anew,
/// whose values are computed (manual, ALTER TABLE … DROP EXPRESSION).
fn generated(_attr: Attr, object: Pair<&Object>) -> Route {
    let stored = object.live.text(Attr::GeneratedAs) != Some("virtual");
    if object.live.has(Attr::Generated) && !object.desired.has(Attr::Generated) && stored { Route::Alter } else { Route::Replace }
}

/// A constraint can be validated in place, and not be made doubtful again.
fn validate(attr: Attr, object: Pair<&Object>) -> Route {
    if object.desired.has(attr) { Route::Replace } else { Route::Alter }
}

/// A key of the parent alone becomes that of all partitions with the last part, and never again of the parent alone.
fn complete(attr: Attr, object: Pair<&Object>) -> Route {
    if object.desired.has(attr) { Route::Replace } else { Route::Alter }
}

/// An index can be attached to a parent's, and detached by no statement of its own.
fn attach(_attr: Attr, object: Pair<&Object>) -> Route {
    if !object.live.has(Attr::PartitionOf) { Route::Alter } else { Route::Replace }
}

/// An index becomes free with its table (manual, ALTER TABLE, DETACH PARTITION).
fn detaches_with_table(attr: Attr, object: Pair<&Object>, sides: Sides) -> bool {
    let table = object.desired.key.relation().and_then(|table| sides.desired.get(table));
    let is_free = !object.desired.has(Attr::PartitionOf) && table.is_some_and(|table| !table.has(Attr::PartitionOf));
    attr == Attr::PartitionOf && object.desired.key.kind == Kind::Index && is_free
}

/// Where the target goes back to the default, the index is made anew: its text does not say which element had one.
fn statistics_target(attr: Attr, object: Pair<&Object>) -> Route {
    if object.desired.has(attr) { Route::Alter } else { Route::Replace }
}

fn members(_attr: Attr, object: Pair<&Object>) -> Route {
    if member::alterable(object) { Route::Alter } else { Route::Replace }
}

fn query(_attr: Attr, object: Pair<&Object>) -> Route {
    if view::replaceable(object) { Route::Alter } else { Route::Replace }
}

fn parameters(_attr: Attr, object: Pair<&Object>) -> Route {
    if routine::replaceable(object) { Route::Alter } else { Route::Replace }
}

fn conditions(_attr: Attr, object: Pair<&Object>) -> Route {
    if trigger::policy_keeps_conditions(object) { Route::Alter } else { Route::Replace }
}
