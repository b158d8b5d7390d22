//! NOT NULL constraints that have a name of their own, as PostgreSQL keeps them from version 18 on: who has which name is known
//! by which statement made it. A column whose fact is absent has the name that the server would give it now.

use super::copy;
use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

/// The name that a column's constraint has.
pub fn name_of(column: &Object, dialect: &dyn Dialect) -> Option<Name> {
    let said = column.text(Attr::NotNullName).map(Name::new);
    column.has(Attr::NotNull).then(|| said.or_else(|| dialect.not_null_name(column.key))).flatten()
}

/// The column whose constraint bears the name of this key, where no constraint that is an object does.
pub fn bearer(schema: &Schema<Written>, named: Key, dialect: &dyn Dialect) -> Option<Key> {
    let relation = named.relation().filter(|_| matches!(named.kind, Kind::Check | Kind::ForeignKey) && schema.resolve(named).is_none())?;
    let relation = schema.resolve(relation)?;
    schema.parts(relation, Kind::Column).find(|column| name_of(column, dialect) == Some(named.name)).map(|column| column.key)
}

/// Says of the constraint that it is validated, or whether children have it: those get it that are to.
pub fn set_state(schema: &mut Schema<Written>, column: Key, fact: (Attr, Option<Value>), dialect: &dyn Dialect) {
    let (attr, value) = fact;
    copy::set_on_children(schema, column, (attr, &value), dialect);
    schema.get_mut(column).into_iter().for_each(|object| object.set(attr, value.clone()));
    if attr == Attr::NoInherit && value.is_none() {
        copy::set_on_children(schema, column, (Attr::NotNull, &Some(Value::Flag)), dialect);
    }
}

/// Gives the constraint another name, and those of the same name that children have from here (PostgreSQL, ALTER TABLE, RENAME
/// CONSTRAINT).
pub fn rename(schema: &mut Schema<Written>, column: Key, to: Name, dialect: &dyn Dialect) {
    let name = |schema: &Schema<Written>, key: Key| schema.get(key).and_then(|column| name_of(column, dialect));
    let from = name(schema, column);
    for child in copy::renamed_on_children(schema, column) {
        if from.is_some() && name(schema, child) == from {
            rename(schema, child, to, dialect);
        }
    }
    if let Some(object) = schema.get_mut(column) {
        object.set(Attr::NotNullName, Some(Value::text(to.as_str())));
    }
}

/// Writes down the names of constraints on a relation, or on a column, before it gets another name: they stay.
pub fn keep(schema: &mut Schema<Written>, key: Key, dialect: &dyn Dialect) {
    let is_meant = |column: &Object| if key.kind == Kind::Column { column.key == key } else { key.kind.is_relation() };
    let relation = key.relation().unwrap_or(key);
    let columns = schema.parts(relation, Kind::Column).filter(|column| is_meant(column));
    let kept: Vec<(Key, Name)> = columns.filter_map(|column| Some((column.key, name_of(column, dialect)?))).collect();
    for (column, name) in kept {
        if let Some(object) = schema.get_mut(column) {
            object.set(Attr::NotNullName, Some(Value::text(name.as_str())));
        }
    }
}
