//! How each change is brought about on PostgreSQL, and how it is written.

mod alter_column;
pub mod anew;
mod beyond;
pub mod cast;
pub mod column;
pub mod constraint;
pub mod extra;
mod fall;
pub mod ident;
pub mod index;
pub mod kin;
pub mod loss;
mod member;
mod options;
mod partitioning;
mod privilege;
mod remote;
mod rest;
mod route;
mod routine;
pub mod sequence;
mod table;
mod trigger;
pub mod types;
mod view;
mod whole;

#[cfg(test)]
mod tests;

use crate::dialects::{Frame, Refusal};
use crate::ir::inheritance;
use crate::ir::{Action, Attr, Canonical, Key, Kind, Object, Pair, Schema, Statement, Step};

pub use fall::{falls_with, folds, steps_aside};
pub use ident::quote;
pub use rest::rests_on;
pub use route::route;

/// One side of a plan.
type Desired<'a> = &'a Schema<Canonical>;
/// Both sides of a plan.
type Sides<'a> = Pair<&'a Schema<Canonical>>;

/// Writes one step; a step that another's statement carries has no statements.
pub fn write(step: &Step, sides: Sides) -> Result<Vec<Statement>, Refusal> {
    if let Some(refusal) = fall::held_by_parent(step, sides).or_else(|| beyond::refusal(step, sides)) {
        return Err(refusal);
    }
    let statements = match &step.action {
        Action::Create { with } => sides.desired.get(step.key).map(|object| create(object, with, sides)),
        Action::Drop { .. } => sides.live.get(step.key).map(|object| drop(object, sides)),
        Action::Alter { attrs } => match (sides.live.get(step.key), sides.desired.get(step.key)) {
            (Some(live), Some(desired)) => Some(alter(attrs, Pair::new(live, desired), sides)),
            // A sequence is given to its column right after both are made.
            (None, Some(desired)) => Some(alter(attrs, Pair::new(desired, desired), sides)),
            (_, None) => None,
        },
        Action::Release => Some(vec![types::release(step.key, sides)]),
        Action::Rename { to } => Some(vec![extra::rename(step.key, *to, sides.live)]),
        Action::Move { to } => Some(vec![extra::relocate(step.key, *to)]),
        Action::Rebuild => None,
    };
    let statements = statements.ok_or_else(|| refusal(step.key))?;
    Ok(under_search_path(step.key, statements, sides.desired))
}

fn refusal(key: Key) -> Refusal {
    Refusal {
        key,
        span: None,
        message: format!("no statement of PostgreSQL makes this change of {key}"),
        help: "make the change by hand, dump again, and compare again".to_owned(),
    }
}

fn create(object: &Object, with: &[Key], sides: Sides) -> Vec<Statement> {
    let desired = sides.desired;
    let key = object.key;
    if key.kind == Kind::Column && comes_from_above(key, sides) {
        return Vec::new();
    }
    let mut statements = match key.kind {
        Kind::Privilege | Kind::DefaultPrivilege => return privilege::change(key, Pair::new(None, Some(object)), sides),
        Kind::Namespace => vec![whole::create_namespace(object)],
        Kind::Extension => vec![whole::create_extension(object)],
        Kind::Enum => vec![types::create_enum(object)],
        Kind::Domain => vec![types::create_domain(object, with, desired)],
        Kind::Composite => vec![types::create_composite(object, with, desired)],
        Kind::Sequence if object.has(Attr::IdentityOf) => sequence::create_for_identity(object, sides),
        Kind::Sequence => sequence::create(object),
        _ if object.has(Attr::Definition) => whole::create(object).into_iter().chain(member::change(None, object)).collect(),
        Kind::Table | Kind::ForeignTable => table::create(object, with, sides),
        Kind::Column if is_field(key, desired) => vec![types::create_field(object, desired)],
        Kind::Column if is_view_column(key, desired) => view::new_column(object, desired),
        Kind::Column => column::create(object, desired),
        Kind::PrimaryKey | Kind::Unique if index::completes(object, sides) => {
            [constraint::create(object, desired), index::attached(object, sides)].concat()
        }
        kind if kind.is_constraint() && object.has(Attr::PartitionOf) => index::named(object).into_iter().collect(),
        Kind::Check if desired.contains(Key::new(Kind::Domain, key.namespace, key.owner)) => {
            let domain = Key::new(Kind::Domain, key.namespace, key.owner);
            constraint::create(object, desired).into_iter().flat_map(|check| anew::out_of_arrays(domain, check, sides)).collect()
        }
        kind if kind.is_constraint() => constraint::create(object, desired),
        Kind::Index => index::create(object, sides),
        Kind::View | Kind::MaterializedView => view::create(object),
        Kind::Function | Kind::Procedure => routine::create(object),
        Kind::Trigger if object.has(Attr::PartitionOf) => trigger::not_as_above(object),
        Kind::Trigger => trigger::create(object),
        Kind::Policy => trigger::create_policy(object),
        _ => Vec::new(),
    };
    statements.extend(extra::after_create(object, desired));
    statements.extend(privilege::despite_defaults(object, sides));
    if !matches!(key.kind, Kind::Table | Kind::ForeignTable) {
        let parts = with.iter().filter_map(|part| desired.get(*part));
        statements.extend(parts.flat_map(|part| view::new_column(part, desired).into_iter().chain(extra::comment(None, part, desired))));
    }
    statements
}

/// Whether a column comes together with its parent's: the parent's is new too, or the relation is a new partition. A relation
/// that is to become a child has it before.
fn comes_from_above(column: Key, sides: Sides) -> bool {
    let Some(table) = kin::relation_of(column, sides.desired) else { return false };
    let own = !table.has(Attr::PartitionOf) && sides.desired.get(column).is_some_and(|column| !column.has(Attr::Inherited));
    let old = kin::relation_of(column, sides.live).map(kin::parents);
    let was_child = |above: Key| old.as_ref().is_none_or(|old| above.relation().is_some_and(|parent| old.contains(&parent)));
    let comes = |above: &Object| !sides.live.contains(above.key) && was_child(above.key);
    !own && kin::above(column, sides.desired).into_iter().any(comes) && kin::above(column, sides.live).is_empty()
}

pub fn is_field(key: Key, side: Desired) -> bool {
    side.contains(Key::new(Kind::Composite, key.namespace, key.owner))
}

fn is_view_column(key: Key, side: Desired) -> bool {
    [Kind::View, Kind::MaterializedView].iter().any(|kind| side.contains(Key::new(*kind, key.namespace, key.owner)))
}

fn drop(object: &Object, sides: Sides) -> Vec<Statement> {
    let live = sides.live;
    let key = object.key;
    match key.kind {
        Kind::Privilege | Kind::DefaultPrivilege => privilege::change(key, Pair::new(Some(object), None), sides),
        Kind::Table | Kind::ForeignTable => table::drop(object, sides),
        Kind::Column if is_field(key, live) => vec![types::drop_field(object, live)],
        Kind::Column if is_view_column(key, live) => view::forget_column(object, live),
        Kind::Column => vec![column::drop(object, sides)],
        kind if (kind.is_constraint() || kind == Kind::Index) && fall::goes_with_parent(object, sides) => Vec::new(),
        kind if kind.is_constraint() => vec![constraint::drop(object, sides)],
        Kind::Index => vec![index::drop(object)],
        Kind::View | Kind::MaterializedView => vec![view::drop(object)],
        Kind::Function | Kind::Procedure | Kind::Aggregate => vec![routine::drop(object)],
        Kind::Sequence if object.has(Attr::IdentityOf) => Vec::new(),
        Kind::Sequence => vec![whole::drop(object).hazard(crate::ir::Hazard::Drop)],
        Kind::Trigger if object.has(Attr::PartitionOf) => trigger::as_above(object, sides).into_iter().collect(),
        Kind::Trigger | Kind::Rule | Kind::Policy => vec![trigger::drop(object)],
        _ => vec![whole::drop(object)],
    }
}

fn alter(attrs: &[Attr], object: Pair<&Object>, sides: Sides) -> Vec<Statement> {
    let key = object.desired.key;
    let side = sides.desired;
    let mut statements = match key.kind {
        Kind::Privilege | Kind::DefaultPrivilege => {
            return privilege::change(key, Pair::new(Some(object.live), Some(object.desired)), sides);
        }
        Kind::Enum if attrs.contains(&Attr::Labels) => types::alter_enum(object, sides),
        Kind::Domain => types::alter_domain(attrs, object, sides),
        Kind::Composite if attrs.contains(&Attr::Definition) => types::replace_composite(object, sides),
        Kind::Column if is_field(key, side) => {
            let retyped = attrs.iter().any(|attr| matches!(attr, Attr::Type | Attr::Collation));
            retyped.then(|| types::alter_field(object, side)).into_iter().collect()
        }
        Kind::Column if is_view_column(key, side) => view::alter_column(attrs, object.desired, side),
        Kind::Column => alter_column::write(attrs, object, sides),
        Kind::Sequence => sequence::alter(attrs, object, sides),
        Kind::Table | Kind::ForeignTable => table::alter(attrs, object, sides),
        Kind::PrimaryKey | Kind::Unique | Kind::Exclusion => index::alter_under(attrs, object, sides),
        kind if kind.is_constraint() => constraint::alter(attrs, object.desired, side),
        Kind::Index => index::alter(attrs, object, sides),
        Kind::View | Kind::MaterializedView => view::alter(attrs, object),
        Kind::Function | Kind::Procedure if attrs.iter().any(|attr| !route::ON_ANYTHING.contains(attr)) => routine::alter(object),
        Kind::Policy if attrs.iter().any(|attr| *attr != Attr::Comment) => trigger::alter_policy(object.desired),
        Kind::Extension => whole::alter_extension(attrs, object),
        Kind::ForeignDataWrapper | Kind::Server | Kind::UserMapping | Kind::Subscription => remote::alter(attrs, object, side),
        kind if member::has_members(kind) && attrs.contains(&Attr::Options) => member::change(Some(object.live), object.desired),
        Kind::Statistics if attrs.contains(&Attr::StatisticsTarget) => vec![extra::statistics_target(object.desired)],
        _ => Vec::new(),
    };
    if attrs.contains(&Attr::Enabled) {
        statements.push(trigger::enabled(object.desired));
    }
    statements.extend(attrs.contains(&Attr::Owner).then(|| extra::owner(object.desired)).flatten());
    statements.extend(attrs.contains(&Attr::Comment).then(|| extra::comment(Some(object.live), object.desired, side)).flatten());
    statements.extend(attrs.contains(&Attr::IndexComment).then(|| extra::index_comment(Some(object.live), object.desired)).flatten());
    statements
}

/// `ALTER TABLE name` for the relation, or type, that a part stands on.
fn alter_relation(part: Key, side: Desired) -> String {
    let word = [Kind::ForeignTable, Kind::Domain, Kind::Composite, Kind::MaterializedView]
        .into_iter()
        .find(|kind| {
            side.contains(Key::new(*kind, part.namespace, part.owner)) && !side.contains(Key::new(Kind::Table, part.namespace, part.owner))
        })
        .map_or("TABLE", ident::noun);
    format!("ALTER {word} {}", ident::relation(part))
}

/// [`alter_relation`], kept from reaching the relation's children where it has some.
fn alter_only(part: Key, side: Desired) -> String {
    let table = Key::new(Kind::Table, part.namespace, part.owner);
    if kin::has_children(table, side) { format!("ALTER TABLE ONLY {}", ident::relation(part)) } else { alter_relation(part, side) }
}

/// The relation of a part that goes: alone, where its children are to keep what they have from here.
fn drop_from(part: Key, sides: Sides) -> String {
    let table = alter_relation(part, sides.live);
    if inheritance::stays_below(part, sides) { table.replacen("ALTER TABLE ", "ALTER TABLE ONLY ", 1) } else { table }
}

/// Lets texts that were written under another search path mean the same objects: the path holds for these statements.
fn under_search_path(key: Key, mut statements: Vec<Statement>, desired: Desired) -> Vec<Statement> {
    let Some(path) = desired.get(key).and_then(|object| object.text(Attr::SearchPath)) else { return statements };
    let usual = |word: &str| matches!(word.trim().trim_matches('"'), "" | "public" | "pg_catalog" | "$user");
    if !path.split(',').all(usual) {
        statements.iter_mut().for_each(|statement| statement.path = Some(path.into()));
    }
    statements
}

/// BEGIN and COMMIT; bodies of routines may speak of what comes later in the script.
pub fn frame(steps: &[&Step]) -> Frame {
    let routine = |step: &&Step| matches!(step.key.kind, Kind::Function | Kind::Procedure) && !matches!(step.action, Action::Drop { .. });
    let bodies = if steps.iter().any(routine) { "\nSET LOCAL check_function_bodies = false;" } else { "" };
    Frame { begin: Some(format!("BEGIN;{bodies}")), commit: Some("COMMIT;".to_owned()), ..Frame::default() }
}

/// Kinds that are replaced as whole statements.
pub fn is_whole(kind: Kind) -> bool {
    whole::WHOLE.contains(&kind)
}
