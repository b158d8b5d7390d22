//! Indexes: how one is made, and which stand on a column.

use super::{Way, Weigher};
use crate::dialects::mysql::types::{self, Class};
use crate::ir::{Attr, Key, Kind, Object, Part};

impl Weigher<'_> {
    pub(super) fn add_index(&mut self, index: &Object) {
        if index.has(Attr::Unique) {
            self.fails(index.key);
        }
        let way = match index.text(Attr::Method) {
            Some("fulltext") if index.key.relation().is_some_and(|table| self.has_words(table)) => Way::NoCopyShared,
            Some("fulltext") => Way::InplaceShared,
            Some("spatial") => Way::NoCopyShared,
            // A unique key over a whole text is one over a hash of it, which is a column.
            _ if index.has(Attr::Unique) && self.maria() && self.hashes(index) => Way::Copy,
            // A column that is computed stands behind it.
            _ if index.parts(Attr::Parts).iter().any(|part| part.name().is_none()) => Way::NoCopyShared,
            _ => self.clustering(index),
        };
        self.go(index.key, way);
    }

    /// Whether a text without a length stands in the key (MariaDB, Getting Started with Indexes, Unique Index; since 10.4).
    fn hashes(&self, index: &Object) -> bool {
        let table = index.key.relation().unwrap_or(index.key);
        let whole = |part: &Part| {
            part.prefix.is_none()
                && part.name().is_some_and(|name| {
                    let kind = self.deed.before.get(table.child(Kind::Column, name)).and_then(|column| column.text(Attr::Type));
                    kind.is_some_and(|kind| matches!(types::class(kind), Class::Text | Class::Blob))
                })
        };
        index.parts(Attr::Parts).iter().any(whole)
    }

    /// Whether a key stands on the column.
    pub(super) fn indexed(&self, column: Key) -> bool {
        self.keys_over(column).next().is_some()
    }

    pub(super) fn keys_over(&self, column: Key) -> impl Iterator<Item = &Object> {
        let keys = [Kind::PrimaryKey, Kind::Index]
            .into_iter()
            .flat_map(move |kind| column.relation().into_iter().flat_map(move |table| self.deed.before.parts(table, kind)));
        keys.filter(move |key| {
            key.names(Attr::Columns).contains(&column.name) || key.parts(Attr::Parts).iter().any(|part| part.name() == Some(column.name))
        })
    }
}
