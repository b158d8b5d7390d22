//! Tables that become lasting, or cease to be: no foreign key of a table that a crash leaves may point to one that it empties.

use crate::ir::{Attr, Canonical, Key, Kind, Pair, Schema};

/// Pairs of tables of which the first turns before the second: what is referred to lasts first, and ceases to last after.
pub fn ordered<'a>(altered: impl Iterator<Item = &'a Key>, schema: Pair<&Schema<Canonical>>) -> Vec<(Key, Key)> {
    let lasts = |side: &Schema<Canonical>, key: Key| side.get(key).is_some_and(|table| !table.has(Attr::Persistence));
    let turns = |key: &Key| key.kind.is_relation() && lasts(schema.live, *key) != lasts(schema.desired, *key);
    let mut pairs = Vec::new();
    for table in altered.filter(|key| turns(key)).copied() {
        let references = schema.live.parts(table, Kind::ForeignKey).filter_map(|key| schema.live.resolve(key.key_of(Attr::References)?));
        for target in references.filter(|target| *target != table && turns(target)) {
            pairs.push(if lasts(schema.desired, target) { (target, table) } else { (table, target) });
        }
    }
    pairs
}
