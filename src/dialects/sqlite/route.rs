//! How a change is brought about: almost nothing of a table can be altered in place, everything else is replaced whole
//! (sqlite.org/lang_altertable.html).

use std::cell::LazyCell;
use std::collections::BTreeMap;

use crate::dialects::Route;
use crate::ir::{Canonical, Key, Kind, Object, Pair, Schema};

use super::add;
use super::readers::Readers;
use super::write::virtual_table;

/// The route of a differing fact, which in SQLite depends on the object alone.
pub fn of(object: Pair<&Object>) -> Route {
    match object.desired.key.kind {
        Kind::VirtualTable if virtual_table::can_rebuild(object) => Route::Rebuild,
        Kind::Table | Kind::Column | Kind::PrimaryKey | Kind::Unique | Kind::Check | Kind::ForeignKey => Route::Rebuild,
        _ => Route::Replace,
    }
}

/// The tables of which a part comes or goes that only a rebuild can make or unmake.
pub fn rebuilt(parts: &BTreeMap<Key, Pair<Vec<Key>>>, schema: Pair<&Schema<Canonical>>) -> Vec<Key> {
    let readers = LazyCell::new(|| Readers::of(schema));
    let goes = |key: &Key| match key.kind {
        Kind::Index | Kind::Trigger => false,
        Kind::Column => !schema.live.get(*key).is_some_and(|column| add::can_drop(column, schema.live, &readers)),
        _ => true,
    };
    let comes = |key: &Key, beside: &[Key]| match key.kind {
        Kind::Index | Kind::Trigger => false,
        Kind::Column => !schema.desired.get(*key).is_some_and(add::can_add),
        _ => schema.desired.get(*key).and_then(|part| add::carrier(part, schema)).is_none_or(|carrier| !beside.contains(&carrier)),
    };
    let needs = |parts: &Pair<Vec<Key>>| parts.live.iter().any(goes) || parts.desired.iter().any(|key| comes(key, &parts.desired));
    parts.iter().filter(|(_, parts)| needs(parts)).map(|(relation, _)| *relation).collect()
}
