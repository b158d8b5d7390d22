//! What a statement of somebody's own takes for there: the table that it adds to, and the columns that a key or an index is over.

use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::{Attr, Key, Kind, Object, Op, Schema, Value, Written};

/// Parts that cannot be where their relation is not.
const PARTS: &[Kind] = &[
    Kind::Column,
    Kind::Index,
    Kind::PrimaryKey,
    Kind::Unique,
    Kind::Check,
    Kind::Exclusion,
    Kind::ForeignKey,
    Kind::Trigger,
    Kind::Policy,
];

/// Facts of a table that has columns from elsewhere.
pub const FROM_ELSEWHERE: &[Attr] = &[Attr::Inherits, Attr::PartitionOf, Attr::OfType];

/// What the statement names and what is not there, one line each. IF EXISTS asks for a name, and takes it for no other kind.
pub fn absent(ops: &[Op], text: &str, state: &Schema<Written>, dialect: &dyn Dialect) -> Vec<String> {
    if text.to_lowercase().contains("if exists") {
        return ops.iter().enumerate().filter_map(|(at, op)| clash(op, &ops[..at], state)).collect();
    }
    let same = |one: &str, two: &str| if dialect.rules().caseless { one.eq_ignore_ascii_case(two) } else { one == two };
    let made: Vec<&Object> = ops.iter().filter_map(created).collect();
    let mut lines = Vec::new();
    for object in made.iter().filter(|object| PARTS.contains(&object.key.kind)) {
        let Some(relation) = object.key.relation().filter(|relation| state.coverage.sees(*relation)) else { continue };
        let own = made.iter().any(|other| !other.key.kind.spec().owned && same(other.key.name.as_str(), relation.name.as_str()));
        if own {
            continue;
        }
        match state.holder(object.key) {
            None => {
                let named = |other: &&Object| !other.key.kind.spec().owned && same(other.key.name.as_str(), relation.name.as_str());
                lines.extend(match state.iter().find(named) {
                    None => Some(format!("{relation} is not there")),
                    Some(other) if other.key.namespace == relation.namespace => None,
                    Some(other) => Some(format!("{relation} is not there: {} is, and no search path leads to it", other.key)),
                });
            }
            Some(view) if view.kind == Kind::View && object.key.kind == Kind::Column => lines.push(format!("{view} is no table")),
            Some(table) if table.kind == Kind::Table => {
                let missing = columns_of(object).into_iter().find(|name| !has_column(name, table, (ops, state)));
                lines.extend(missing.map(|name| format!("{table} has no column {name}")));
            }
            _ => {}
        }
    }
    lines.extend(twice(&made, dialect));
    lines.extend(ops.iter().enumerate().filter_map(|(at, op)| clash(op, &ops[..at], state)));
    lines.dedup();
    lines
}

/// A second primary key of one statement, and a column that a key names twice; where names have no case, indexes mind that too.
fn twice(made: &[&Object], dialect: &dyn Dialect) -> Option<String> {
    let mut primary = made.iter().filter(|object| object.key.kind == Kind::PrimaryKey);
    if let Some((one, two)) = primary.next().zip(primary.next()).filter(|(one, two)| one.key.relation() == two.key.relation()) {
        return Some(format!("{} gets two primary keys", one.key.relation().unwrap_or(two.key)));
    }
    let keys = made.iter().filter(|object| match object.key.kind {
        Kind::PrimaryKey | Kind::Unique => true,
        Kind::Index => dialect.rules().caseless,
        _ => false,
    });
    keys.into_iter().find_map(|object| {
        let columns = columns_of(object);
        let again = columns.iter().enumerate().find(|(at, name)| columns[..*at].contains(name)).map(|(_, name)| name)?;
        Some(format!("{} names {again} twice", object.key))
    })
}

/// Why a name cannot be given, or an object cannot go by the words of the statement; `earlier` are the effects before it.
fn clash(op: &Op, earlier: &[Op], state: &Schema<Written>) -> Option<String> {
    const DROPPED: &[Kind] = &[Kind::Table, Kind::View, Kind::MaterializedView];
    let key = state.resolve(op.key())?;
    match op {
        // ALTER TABLE renames views too; ALTER VIEW renames no tables.
        Op::Rename { key: asked, .. } if asked.kind == Kind::View && key.kind == Kind::Table => Some(format!("{key} is no view")),
        Op::Rename { to, .. } => {
            let wanted = Key { name: *to, ..key };
            let freed =
                earlier.iter().any(|op| matches!(op, Op::Drop { .. } | Op::Rename { .. }) && state.resolve(op.key()) == Some(wanted));
            (wanted != key && !freed && state.contains(wanted)).then(|| format!("{wanted} is there already"))
        }
        Op::Drop { key: asked, .. } => {
            let other = asked.kind != key.kind && DROPPED.contains(&asked.kind) && DROPPED.contains(&key.kind);
            other.then(|| format!("{key} is no {}", asked.kind.spec().noun))
        }
        _ => None,
    }
}

fn created(op: &Op) -> Option<&Object> {
    match op {
        Op::Create { object, .. } => Some(object),
        _ => None,
    }
}

/// The columns that a key or an index names.
fn columns_of(object: &Object) -> Vec<String> {
    let parts = object.parts(Attr::Parts).iter().filter_map(|part| part.name());
    object.names(Attr::Columns).iter().copied().chain(parts).map(|name| name.to_string()).collect()
}

/// Whether the table has the column, or gets it in the same statement. Another case may be another name, but is no proof of absence.
fn has_column(name: &str, table: Key, (ops, state): (&[Op], &Schema<Written>)) -> bool {
    let there = state.columns(table);
    let open = state.get(table).is_none_or(|object| FROM_ELSEWHERE.iter().any(|attr| object.has(*attr)));
    let new = ops.iter().filter_map(|op| match op {
        Op::Create { object, .. } if object.key.kind == Kind::Column => Some(object.key.name),
        Op::Rename { key, to } if key.kind == Kind::Column => Some(*to),
        _ => None,
    });
    // A key may end in a period of the table (MariaDB, Application-Time Periods).
    let period = Name::new(&format!("period for {name}"));
    let spans = state
        .get(table)
        .is_some_and(|object| matches!(object.get(Attr::Options), Some(Value::Options(options)) if options.contains_key(&period)));
    let names = there.iter().map(|column| column.key.name).chain(new);
    open || spans || there.is_empty() || names.into_iter().any(|own| own.as_str().eq_ignore_ascii_case(name))
}
