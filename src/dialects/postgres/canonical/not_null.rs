//! Names of NOT NULL constraints, which a server keeps from version 18 on.

use crate::base::Version;
use crate::dialects::postgres::write::kin;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Schema};

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
    let silent: Vec<Key> = named(live).chain(named(desired)).filter(silent).collect();
    for side in [live, desired] {
        silent.iter().filter_map(|key| side.get_mut(*key).map(|column| column.set(Attr::NotNullName, None))).for_each(drop);
    }
}

fn named(side: &Schema<Canonical>) -> impl Iterator<Item = Key> {
    side.of_kind(Kind::Column).filter(|column| column.has(Attr::NotNullName)).map(|column| column.key)
}

/// Whether a parent above the column on both sides has the constraint, or had it: what happens there names the child's.
fn stays_below(column: Key, live: &Schema<Canonical>, desired: &Schema<Canonical>) -> bool {
    let above = kin::above(column, live);
    let has_or_had = |parent: &Object, there: &Object| there.key == parent.key && [parent, there].iter().any(|at| at.has(Attr::NotNull));
    kin::above(column, desired).into_iter().any(|parent| above.iter().any(|there| has_or_had(parent, there)))
}
