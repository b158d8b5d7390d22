//! Names in another case: where a dialect tells names of parts apart without regard to case, a statement may spell one otherwise
//! than it stands (MySQL manual, 9.2.3, Identifier Case Sensitivity).

use crate::dialects::Dialect;
use crate::ir::{Key, Kind, Op, Schema, Written};

/// The operation with the name of its part as it stands.
pub fn spelled(schema: &Schema<Written>, mut op: Op, dialect: &dyn Dialect) -> Op {
    if !matches!(op, Op::Create { .. })
        && dialect.is_caseless(Kind::Column)
        && let Some(key) = as_it_stands(schema, op.key())
    {
        *op.key_mut() = key;
    }
    op
}

fn as_it_stands(schema: &Schema<Written>, key: Key) -> Option<Key> {
    let relation = key.relation().filter(|_| key.kind != Kind::Trigger && schema.resolve(key).is_none())?;
    let alike = schema.all_parts(relation).map(|part| part.key.name).filter(|name| name.as_str().eq_ignore_ascii_case(key.name.as_str()));
    alike.map(|name| Key { name, ..key }).find(|known| schema.resolve(*known).is_some())
}
