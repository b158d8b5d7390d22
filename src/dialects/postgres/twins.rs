//! Keys of one table that differ in nothing but their names: CREATE TABLE makes one of them, ALTER TABLE each
//! (transformIndexConstraints in parse_utilcmd.c).

use crate::ir::{Attr, Kind, Object};

/// The facts that tell the keys of one table apart; names and storage do not.
const OF_KEYS: [Attr; 5] = [Attr::Columns, Attr::Include, Attr::NullsNotDistinct, Attr::Deferrable, Attr::Period];

/// Whether two keys differ in nothing but their names.
pub fn are(one: &Object, two: &Object) -> bool {
    OF_KEYS.iter().all(|attr| one.get(*attr) == two.get(*attr))
}

/// Whether a unique constraint repeats the primary key or one that stands before it.
pub fn repeats(constraint: &Object, all: &[&Object]) -> bool {
    let before = all.iter().take_while(|other| other.key != constraint.key).filter(|other| other.key.kind == Kind::Unique);
    let primary = all.iter().filter(|other| other.key.kind == Kind::PrimaryKey);
    constraint.key.kind == Kind::Unique && before.chain(primary).any(|other| are(other, constraint))
}
