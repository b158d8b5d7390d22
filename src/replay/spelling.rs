//! Names in another case: where a dialect tells names of parts apart without regard to case, a statement may spell one otherwise
//! than it stands (MySQL manual, 9.2.3, Identifier Case Sensitivity).

use super::Located;
use crate::dialects::Dialect;
use crate::ir::{Attr, Key, Kind, Op, Schema, Written};

/// The operation on what stands first in the search path, with the name of its part as it stands. A column that is defined anew
/// (MODIFY) has its name from then on as the
/// statement spells it: a rename goes before the operation then.
pub fn spelled(schema: &Schema<Written>, located: Located, dialect: &dyn Dialect) -> impl Iterator<Item = Located> + use<> {
    let (renamed, located) = with_rename(schema, located, dialect);
    renamed.into_iter().chain([located])
}

fn with_rename(schema: &Schema<Written>, located: Located, dialect: &dyn Dialect) -> (Option<Located>, Located) {
    let mut located = located.looked_up(schema);
    if matches!(located.op, Op::Create { .. }) || !dialect.is_caseless(Kind::Column) {
        return (None, located);
    }
    let Some(key) = as_it_stands(schema, located.op.key()) else { return (None, located) };
    if matches!(located.op, Op::Set { attr: Attr::Type, .. }) && key.kind == Kind::Column {
        return (Some(Located::new(Op::Rename { key, to: located.op.key().name }, located.span)), located);
    }
    *located.op.key_mut() = key;
    (None, located)
}

fn as_it_stands(schema: &Schema<Written>, key: Key) -> Option<Key> {
    let relation = key.relation().filter(|_| key.kind != Kind::Trigger && schema.resolve(key).is_none())?;
    let alike = schema.all_parts(relation).map(|part| part.key.name).filter(|name| name.as_str().eq_ignore_ascii_case(key.name.as_str()));
    alike.map(|name| Key { name, ..key }).find(|known| schema.resolve(*known).is_some())
}
