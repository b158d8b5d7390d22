//! Tables themselves: their options, their pieces, and when they go.

use super::{Way, Weigher};
use crate::base::Name;
use crate::dialects::mysql::types;
use crate::ir::{Attr, Edit, Guard, Hazard, Key, Kind, Object, Op, Value};

impl Weigher<'_> {
    /// A piece at the end of ranges or lists is empty; every other change of pieces moves rows.
    pub(super) fn add_partition(&mut self, piece: Key) {
        let Some(table) = piece.relation() else { return };
        let by = self.deed.before.get(table).and_then(|table| table.text(Attr::PartitionBy)).unwrap_or("").to_ascii_uppercase();
        let listed = by.starts_with("RANGE") || by.starts_with("LIST");
        let added = self.deed.ops.iter().all(|op| matches!(op, Op::Create { guard: Guard::Strict, .. }));
        let whole = ["PARTITION BY", "REMOVE PARTITIONING"].iter().any(|words| self.deed.sql.to_ascii_uppercase().contains(words));
        match listed && added {
            true if self.maria() => self.alone(table),
            true => self.go(piece, Way::Described),
            false => self.go(piece, if whole || self.maria() { Way::Copy } else { Way::InplaceShared }),
        }
    }

    /// The rows of a piece go with it.
    pub(super) fn drop_partition(&mut self, piece: Key) {
        self.weight.endanger(Hazard::Drop);
        let table = piece.relation().unwrap_or(piece);
        if self.maria() { self.alone(table) } else { self.go(table, Way::Described) }
    }

    pub(super) fn drop_table(&mut self, table: Key) {
        if self.old(table) {
            self.weight.endanger(Hazard::Drop);
            self.alone(table);
            let ends: Vec<Key> = self.deed.before.parts(table, Kind::ForeignKey).filter_map(|key| key.key_of(Attr::References)).collect();
            ends.into_iter().for_each(|end| self.alone(end));
        }
    }

    pub(super) fn set_table(&mut self, table: Key, attr: Attr, value: Option<&Value>) {
        let same = self.deed.before.fact(table, attr) == value;
        if attr == Attr::Layout {
            // A character that the new set does not have stops the statement.
            self.fails(table.child(Kind::Column, table.name));
        }
        let way = match attr {
            Attr::Comment => Way::Described,
            Attr::SystemVersioned if value.is_none() => {
                // The rows of the past go.
                self.weight.endanger(Hazard::Drop);
                Way::InplaceShared
            }
            // CONVERT says the character set of all columns, and marks it.
            Attr::Layout if self.deed.before.parts(table, Kind::Column).any(has_characters) => Way::Copy,
            Attr::Layout | Attr::Charset | Attr::Collation => Way::Described,
            Attr::Engine if same => Way::Inplace,
            _ => Way::Copy,
        };
        self.go(table, way);
    }

    pub(super) fn edit(&mut self, key: Key, edit: &Edit) {
        if key.kind != Kind::Table {
            return;
        }
        let named: Vec<Name> = match edit {
            Edit::SetOptions(options) => options.keys().copied().collect(),
            Edit::ResetOptions(names) => names.clone(),
            Edit::AddLabel { .. } | Edit::RenameLabel { .. } | Edit::DropLabel(_) => Vec::new(),
        };
        for name in named {
            let way = OPTIONS.iter().find(|row| row.0 == name.as_str()).map_or(Way::Copy, |row| row.1);
            self.go(key, way);
        }
    }
}

/// Options of a table that are not changed by a copy.
const OPTIONS: &[(&str, Way)] = &[
    ("row_format", Way::Inplace),
    ("key_block_size", Way::Inplace),
    ("auto_increment", Way::Described),
    ("stats_persistent", Way::Described),
    ("stats_auto_recalc", Way::Described),
    ("stats_sample_pages", Way::Described),
    ("max_rows", Way::Described),
    ("min_rows", Way::Described),
    ("avg_row_length", Way::Described),
];

fn has_characters(column: &Object) -> bool {
    column.text(Attr::Type).is_some_and(|kind| types::class(kind).has_charset())
}
