//! Names of NOT NULL constraints, which a server keeps from version 18 on: compared where the desired side states one.

use crate::dialects::postgres::names;
use crate::dialects::postgres::write::kin;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Schema};

pub fn align(live: &mut Schema<Canonical>, desired: &mut Schema<Canonical>) {
    let keeps = match live.server.or(desired.server) {
        Some(server) => server.since(18, 0, 0),
        None => named(live).next().is_some() && named(desired).next().is_some(),
    };
    let silent =
        |key: &Key| !keeps || comes_down(*key, live, desired) || desired.get(*key).is_some_and(|column| !column.has(Attr::NotNullName));
    let silent: Vec<Key> = named(live).chain(named(desired)).filter(silent).collect();
    for side in [live, desired] {
        silent.iter().filter_map(|key| side.get_mut(*key).map(|column| column.set(Attr::NotNullName, None))).for_each(drop);
    }
}

fn named(side: &Schema<Canonical>) -> impl Iterator<Item = Key> {
    side.of_kind(Kind::Column).filter(|column| column.has(Attr::NotNullName)).map(|column| column.key)
}

/// Whether a child's constraint is called as its parent's, because it comes from there. A child that has one of its own before
/// its parent gets one keeps the name of its own.
fn comes_down(column: Key, live: &Schema<Canonical>, desired: &Schema<Canonical>) -> bool {
    let Some(name) = desired.get(column).and_then(|column| column.text(Attr::NotNullName)) else { return false };
    let filled = |key: Key| live.get(key).is_some_and(|column| column.has(Attr::NotNull));
    kin::above(column, desired)
        .into_iter()
        .any(|parent| name_of(parent).as_deref() == Some(name) && (!filled(column) || filled(parent.key)))
}

/// The name that a column's constraint has on the server.
fn name_of(column: &Object) -> Option<String> {
    let implied = || names::object_name(column.key.owner.as_str(), Some(column.key.name.as_str()), "not_null");
    column.has(Attr::NotNull).then(|| column.text(Attr::NotNullName).map_or_else(implied, str::to_owned))
}
