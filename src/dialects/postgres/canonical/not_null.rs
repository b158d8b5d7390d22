//! Names of NOT NULL constraints, which a server keeps from version 18 on.

use crate::base::Version;
use crate::dialects::postgres::write::column::not_null_name;
use crate::dialects::postgres::write::kin;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Schema, Value};

/// Leaves the names where they are compared: on a server that keeps them, on a column that does not have its constraint from a
/// parent, whose name comes down with it. A new column is made under the name that is asked for anyway, which older servers
/// read and forget.
pub fn align(live: &mut Schema<Canonical>, desired: &mut Schema<Canonical>) {
    let keeps = |server: Option<Version>| server.is_some_and(|server| server.since(18, 0, 0));
    let compared = keeps(live.server.or(desired.server)) && (desired.server.is_none() || keeps(desired.server));
    let older = live.server.is_some() && !keeps(live.server);
    let silent = |key: &Key| match (live.contains(*key), desired.contains(*key)) {
        _ if !desired.coverage.sees_fact(*key, Attr::NotNullName) => true,
        (true, true) => !compared || stays_below(*key, live, desired),
        _ => older,
    };
    let (gained, lost) = if compared { (own_names(live, desired), own_names(desired, live)) } else { Default::default() };
    let silent: Vec<Key> = named(live).chain(named(desired)).filter(silent).collect();
    for side in [&mut *live, &mut *desired] {
        silent.iter().filter_map(|key| side.get_mut(*key).map(|column| column.set(Attr::NotNullName, None))).for_each(drop);
    }
    for (side, names) in [(live, lost), (desired, gained)] {
        for (key, name) in names {
            let name = name.as_deref().map(Value::text);
            side.get_mut(key).into_iter().for_each(|column| column.set(Attr::NotNullName, name.clone()));
        }
    }
}

/// The columns that get their constraint while a parent does, with the name where it is not the parent's: each of these gets it for
/// itself first, for the two merge then, and the name stays. The other way round, those that lose it: one that was called otherwise was
/// made on the child, and may not go with the parent's.
fn own_names(live: &Schema<Canonical>, desired: &Schema<Canonical>) -> Vec<(Key, Option<String>)> {
    let gains = |column: &Object| column.has(Attr::NotNull) && live.get(column.key).is_some_and(|live| !live.has(Attr::NotNull));
    let named = |column: &Object| {
        let above = kin::above(column.key, desired).into_iter().find(|above| gains(above))?;
        Some((column.key, Some(not_null_name(column)).filter(|name| *name != not_null_name(above))))
    };
    desired.of_kind(Kind::Column).filter(|column| gains(column)).filter_map(named).collect()
}

fn named(side: &Schema<Canonical>) -> impl Iterator<Item = Key> {
    side.of_kind(Kind::Column).filter(|column| column.has(Attr::NotNullName)).map(|column| column.key)
}

/// Whether a parent above the column on both sides had the constraint: the child's has its name from there, and keeps it.
fn stays_below(column: Key, live: &Schema<Canonical>, desired: &Schema<Canonical>) -> bool {
    let above = kin::above(column, live);
    let has_or_had = |parent: &Object, there: &Object| there.key == parent.key && there.has(Attr::NotNull);
    kin::above(column, desired).into_iter().any(|parent| above.iter().any(|there| has_or_had(parent, there)))
}
