//! Names in another case: where a dialect tells names of parts apart without regard to case, a statement may spell one otherwise
//! than it stands (MySQL manual, 9.2.3, Identifier Case Sensitivity).

use crate::dialects::Dialect;
use crate::ir::{Attr, Key, Kind, Op, Schema, Written};

/// The operation with the name of its part as it stands. A column that is defined anew (MODIFY) has its name from then on as the
/// statement spells it.
pub fn spelled(schema: &Schema<Written>, mut op: Op, dialect: &dyn Dialect) -> Vec<Op> {
    if matches!(op, Op::Create { .. }) || !dialect.is_caseless(Kind::Column) {
        return vec![op];
    }
    let Some(key) = as_it_stands(schema, op.key()) else { return vec![op] };
    if matches!(op, Op::Set { attr: Attr::Type, .. }) && key.kind == Kind::Column {
        return vec![Op::Rename { key, to: op.key().name }, op];
    }
    *op.key_mut() = key;
    vec![op]
}

fn as_it_stands(schema: &Schema<Written>, key: Key) -> Option<Key> {
    let relation = key.relation().filter(|_| key.kind != Kind::Trigger && schema.resolve(key).is_none())?;
    let alike = schema.all_parts(relation).map(|part| part.key.name).filter(|name| name.as_str().eq_ignore_ascii_case(key.name.as_str()));
    alike.map(|name| Key { name, ..key }).find(|known| schema.resolve(*known).is_some())
}
