//! Tables themselves: their options, their pieces, and when they go.

use super::{Way, Weigher};
use crate::base::Name;
use crate::dialects::mysql::types::{self, Class};
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
            true if self.bare() => self.alone(table),
            true => self.go(piece, Way::Described),
            false => self.go(piece, if whole || self.bare() { Way::Copy } else { Way::InplaceShared }),
        }
    }

    /// The rows of a piece go with it.
    pub(super) fn drop_partition(&mut self, piece: Key) {
        let table = piece.relation().unwrap_or(piece);
        // Where others come in its place the rows go there.
        if self.deed.ops.iter().any(|op| matches!(op, Op::Create { object, .. } if object.key.kind == Kind::Partition)) {
            return self.go(table, if self.bare() { Way::Copy } else { Way::InplaceShared });
        }
        self.weight.endanger(Hazard::Drop);
        if self.bare() { self.alone(table) } else { self.go(table, Way::Described) }
    }

    /// Whether the server takes no word of ALGORITHM for clauses about pieces (MySQL 5.7, Partitioning Operations; MariaDB).
    fn bare(&self) -> bool {
        self.maria() || !self.version().since(8, 0, 0)
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
            Attr::Layout => self.convert(
                table,
                match value {
                    Some(Value::Text(collation)) => collation,
                    _ => "",
                },
            ),
            Attr::Charset | Attr::Collation => Way::Described,
            Attr::Engine if same => Way::Inplace,
            _ => Way::Copy,
        };
        self.go(table, way);
    }

    /// CONVERT TO: the dearest of what it does to the columns. A longer text is given a type that has room for it (MySQL, ALTER TABLE).
    fn convert(&self, table: Key, collation: &str) -> Way {
        let columns = self.deed.before.parts(table, Kind::Column).filter(|column| has_characters(column));
        let ways = columns.map(|column| {
            let mut after = column.clone();
            after.set(Attr::Charset, None);
            after.set(Attr::Collation, Some(Value::text(collation)));
            let is_text = column.text(Attr::Type).is_some_and(|kind| types::class(kind) == Class::Text);
            if is_text && self.charset(column) != self.charset(&after) { Way::Copy } else { self.change(column, &after).0 }
        });
        ways.max().unwrap_or(Way::Described).max(Way::Described)
    }

    pub(super) fn edit(&mut self, key: Key, edit: &Edit) {
        if key.kind != Kind::Table {
            return;
        }
        let named: Vec<Name> = match edit {
            Edit::SetOptions(options) => options.keys().copied().collect(),
            Edit::ResetOptions(names) => names.clone(),
            Edit::AddLabel { .. } | Edit::RenameLabel { .. } | Edit::DropLabel(_) | Edit::ReplaceInOptions { .. } => Vec::new(),
        };
        for name in named {
            let way = OPTIONS.iter().find(|row| name.as_str().trim_matches('`').eq_ignore_ascii_case(row.0)).map_or(Way::Copy, |row| row.1);
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
    ("checksum", Way::Described),
    ("delay_key_write", Way::Described),
    ("pack_keys", Way::Described),
    ("page_compressed", Way::Inplace),
    ("page_compression_level", Way::Inplace),
];

fn has_characters(column: &Object) -> bool {
    column.text(Attr::Type).is_some_and(|kind| types::class(kind).has_charset())
}
