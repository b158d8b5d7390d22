//! How a change is brought about: almost nothing of a table can be altered in place, everything else is replaced whole
//! (sqlite.org/lang_altertable.html).

use crate::dialects::Route;
use crate::ir::{Canonical, Key, Kind, Object, Pair, Schema};

use super::add;
use super::write::virtual_table;

/// The route of a differing fact, which in SQLite depends on the object alone.
pub fn of(object: Pair<&Object>) -> Route {
    match object.desired.key.kind {
        Kind::VirtualTable if virtual_table::can_rebuild(object) => Route::Rebuild,
        Kind::Table | Kind::Column | Kind::PrimaryKey | Kind::Unique | Kind::Check | Kind::ForeignKey => Route::Rebuild,
        _ => Route::Replace,
    }
}

/// Whether parts of a table come or go that only a rebuild can make or unmake.
pub fn rebuilds(parts: Pair<&[Key]>, schema: Pair<&Schema<Canonical>>) -> bool {
    let drops_column = parts.live.iter().any(|key| key.kind == Kind::Column);
    if drops_column && !readers_stay(schema) {
        return true;
    }
    let goes = |key: &Key| match key.kind {
        Kind::Index | Kind::Trigger => false,
        Kind::Column => !schema.live.get(*key).is_some_and(|column| add::can_drop(column, schema.live)),
        _ => true,
    };
    let comes = |key: &Key| match key.kind {
        Kind::Index | Kind::Trigger => false,
        Kind::Column => !schema.desired.get(*key).is_some_and(add::can_add),
        _ => schema.desired.get(*key).and_then(|part| add::carrier(part, schema)).is_none_or(|carrier| !parts.desired.contains(&carrier)),
    };
    parts.live.iter().any(goes) || parts.desired.iter().any(comes)
}

/// Whether no view or trigger goes or changes: DROP COLUMN reads them all, also while one that another speaks of is away.
fn readers_stay(schema: Pair<&Schema<Canonical>>) -> bool {
    let mut readers = schema.live.of_kind(Kind::View).chain(schema.live.of_kind(Kind::Trigger));
    readers.all(|reader| schema.desired.get(reader.key).is_some_and(|other| reader.differing(other).is_empty()))
}
