//! Columns that are computed when they are read: no row holds them, so that they come and go at once, but beside few other clauses
//! (MySQL, Online DDL Operations, Generated Column Operations; MariaDB, INSTANT, Limitations Related to Generated Columns).

use super::{Way, Weigher};
use crate::ir::{Attr, Key, Kind, Object, Op};

/// Whether the column is computed when it is read.
pub fn is_virtual(column: &Object) -> bool {
    column.has(Attr::Generated) && column.text(Attr::GeneratedAs) != Some("stored")
}

/// What a statement asks beside a virtual column.
enum Beside {
    /// Another virtual column, or a column that goes.
    Alike,
    /// A column that comes, or a default.
    Instant,
    /// An index over other columns.
    Index,
    /// An index over the virtual column; whether it is unique.
    Own(bool),
    Other,
}

impl Weigher<'_> {
    /// How a virtual column comes or goes alone. Pieces of a table had no such way before MySQL 9 (manual; measured on 9.7), and in
    /// front of another its place tells the server which is meant.
    pub(super) fn come_or_go(&self, column: &Object) -> Way {
        let parted = column.key.relation().is_some_and(|table| self.deed.before.fact(table, Attr::PartitionBy).is_some());
        let moves = column.has(Attr::Position) && self.has_virtual(column.key);
        if moves || parted && (self.maria() || !self.version().since(9, 0, 0)) { Way::Copy } else { Way::Instant }
    }

    /// How the keys over a virtual column go with it (measured on MariaDB 10.11, which copies where one is unique).
    pub(super) fn with_its_keys(&self, column: Key) -> Way {
        let unique = self.keys_over(column).any(|key| key.has(Attr::Unique));
        match (self.indexed(column), unique && self.maria()) {
            (false, _) => Way::Instant,
            (true, true) => Way::Copy,
            (true, false) => Way::NoCopy,
        }
    }

    /// Whether a key stands on a virtual column of the table that stays: MariaDB does not write such a table anew while others write
    /// to it (measured on 10.11).
    pub(super) fn has_keyed_virtual(&self, table: Key) -> bool {
        let goes = |column: Key| self.deed.ops.iter().any(|op| matches!(op, Op::Drop { key, .. } if *key == column));
        let mut columns = self.deed.before.parts(table, Kind::Column).filter(|column| is_virtual(column));
        columns.any(|column| self.indexed(column.key) && !goes(column.key))
    }

    /// How a column comes, goes or moves in a table that is made anew for it: one that goes in front of a virtual one changes its place.
    pub(super) fn made_anew(&self, column: Key) -> Way {
        let anew = |table: &Key| self.has_keyed_virtual(*table) || !self.keeps_apart(*table);
        let Some(table) = column.relation().filter(|table| self.maria() && anew(table)) else { return Way::Instant };
        let known = self.deed.before.get(column).map(|column| column.ordinal);
        let behind = |ordinal: u32| self.deed.before.parts(table, Kind::Column).any(|other| is_virtual(other) && other.ordinal > ordinal);
        if known.is_some_and(behind) { Way::Copy } else { Way::Inplace }
    }

    /// Whether a column of this one's table is computed and kept with the rows.
    pub(super) fn has_stored(&self, column: Key) -> bool {
        let stored = |known: &Object| known.has(Attr::Generated) && !is_virtual(known);
        column.relation().is_some_and(|table| self.deed.before.parts(table, Kind::Column).any(stored))
    }

    /// Whether a virtual column stands in the table of this one.
    pub(super) fn has_virtual(&self, column: Key) -> bool {
        column
            .relation()
            .is_some_and(|table| self.deed.before.parts(table, Kind::Column).any(|known| known.key != column && is_virtual(known)))
    }

    /// The way of a statement that has more than one clause, one of them about a virtual column (measured on MySQL 9.7 and MariaDB
    /// 10.11; before 8.0 MySQL could but copy).
    pub(super) fn accompanied(&self, way: Way) -> Way {
        let ops = self.deed.ops;
        if ops.len() < 2 {
            return way;
        }
        let comes = ops.iter().any(|op| self.brings(op));
        let goes = ops.iter().any(|op| self.takes(op));
        let renames = ops.iter().any(|op| matches!(op, Op::Rename { key, .. } if key.kind == Kind::Column));
        let drops = || ops.iter().any(|op| matches!(op, Op::Drop { key, .. } if key.kind == Kind::Column));
        let shifts = || drops() && ops.iter().any(|op| matches!(op, Op::Drop { key, .. } if self.has_virtual(*key)));
        if !comes && !goes {
            // MariaDB loses the place of a virtual column where others go, and come or get new names, in one statement.
            let adds = ops.iter().any(|op| matches!(op, Op::Create { object, .. } if object.key.kind == Kind::Column));
            return if (renames || adds) && self.maria() && shifts() { Way::Copy } else { way };
        }
        let ways = ops.iter().map(|op| match self.beside(op) {
            Beside::Alike => Way::Instant,
            _ if !self.maria() && !self.version().since(8, 0, 0) => Way::Copy,
            Beside::Instant if !(self.maria() || goes && matches!(op, Op::Create { .. })) => Way::Instant,
            Beside::Index => Way::NoCopy,
            Beside::Own(false) => Way::NoCopyShared,
            Beside::Instant | Beside::Own(true) | Beside::Other => Way::Copy,
        });
        ways.fold(way, Way::max)
    }

    fn brings(&self, op: &Op) -> bool {
        matches!(op, Op::Create { object, .. } if object.key.kind == Kind::Column && is_virtual(object))
    }

    fn takes(&self, op: &Op) -> bool {
        matches!(op, Op::Drop { key, .. } if self.deed.before.resolve(*key).and_then(|key| self.deed.before.get(key)).is_some_and(|known| known.key.kind == Kind::Column && is_virtual(known)))
    }

    fn beside(&self, op: &Op) -> Beside {
        let of_virtual = |index: &Object| {
            self.deed.ops.iter().any(|op| match op {
                Op::Create { object, .. } => {
                    self.brings(op) && index.parts(Attr::Parts).iter().any(|part| part.name() == Some(object.key.name))
                }
                _ => false,
            })
        };
        match op {
            _ if self.brings(op) || self.takes(op) => Beside::Alike,
            Op::Drop { key, .. } if key.kind == Kind::Column => Beside::Alike,
            Op::Create { object, .. } if object.key.kind == Kind::Index && of_virtual(object) => Beside::Own(object.has(Attr::Unique)),
            Op::Create { object: Object { key, .. }, .. } | Op::Drop { key, .. } if key.kind == Kind::Index => Beside::Index,
            Op::Create { object, .. } if object.key.kind == Kind::Column => Beside::Instant,
            Op::Set { key, attr: Attr::Default, .. } | Op::SetOnly { key, attr: Attr::Default, .. } if key.kind == Kind::Column => {
                Beside::Instant
            }
            _ => Beside::Other,
        }
    }

    /// A column that a foreign key of another table asks for keeps its index under the new name (MySQL, Renaming a column).
    pub(super) fn rename_column(&self, column: Key) -> Way {
        let referred = || {
            self.deed.before.of_kind(Kind::ForeignKey).any(|object| {
                object.key_of(Attr::References) == column.relation() && object.names(Attr::ReferencedColumns).contains(&column.name)
            })
        };
        match () {
            () if self.maria() => Way::Instant,
            () if !self.version().since(8, 0, 28) && self.deed.before.get(column).is_some_and(is_virtual) => Way::Copy,
            () if !self.version().since(8, 0, 28) || referred() => Way::Described,
            () => Way::Instant,
        }
    }
}
