//! The name spaces of a database: where one object must be gone before another takes its name.

use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::{Attr, Canonical, Family, Key, Kind, Schema};

/// The name spaces in which an object's name must be free.
pub fn of(key: Key, schema: &Schema<Canonical>, dialect: &dyn Dialect) -> Vec<(u8, Name, Name)> {
    let by_table = dialect.names_indexes_by_table();
    let mut slots = Vec::new();
    if key.kind.is_relation() {
        slots.push((0, key.namespace, key.name));
    } else if matches!(key.kind, Kind::Index | Kind::PrimaryKey | Kind::Unique | Kind::Exclusion) {
        slots.push(if by_table { (5, key.owner, key.name) } else { (0, key.namespace, key.name) });
    }
    if key.kind == Kind::Trigger && dialect.names_triggers_once() {
        slots.push((6, key.namespace, key.name));
    }
    if key.kind == Kind::ForeignKey && by_table {
        slots.push((7, key.namespace, key.name));
    }
    if matches!(key.kind.spec().family, Family::Type) || key.kind.is_relation() {
        slots.push((1, key.namespace, key.name));
    }
    if key.kind.is_constraint() {
        slots.push((2, key.owner, key.name));
    }
    let column = schema.get(key).filter(|column| column.has(Attr::NotNull));
    if let Some(name) = column.and_then(|column| column.text(Attr::NotNullName).map(Name::new).or_else(|| dialect.not_null_name(key))) {
        slots.push((2, key.owner, name));
    }
    if key.kind == Kind::PrimaryKey {
        slots.push((3, key.namespace, key.owner));
    }
    if key.kind.spec().family == Family::Routine {
        slots.push((4, key.namespace, Name::new(key.bare())));
    }
    slots
}
