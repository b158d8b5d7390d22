//! What a statement does to a running MySQL or MariaDB: by which algorithm the server can carry it out, and who waits meanwhile
//! (MySQL, Online DDL Operations; MariaDB, InnoDB Online DDL Overview).

mod cluster;
mod column;
mod default;
mod index;
mod rows;
mod table;
mod virtuals;

use super::family::Family;
use super::types::{self, Class};
use default::is_called;
use virtuals::is_virtual;

use crate::base::{Name, Version};
use crate::dialects::{Deed, Weight};
use crate::ir::{Attr, Hazard, Key, Kind, LockLevel, Object, Op, Stops, Value, Work};

/// The levels of LOCK=, by the words of the clause. Every statement takes the metadata lock alone for a moment.
static NONE: LockLevel = LockLevel { name: "NONE", rank: 1, stops: Stops::Changes };
static SHARED: LockLevel = LockLevel { name: "SHARED", rank: 2, stops: Stops::Writes };
static EXCLUSIVE: LockLevel = LockLevel { name: "EXCLUSIVE", rank: 3, stops: Stops::Everything };

/// How the server carries a change out; the later the dearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// Only the description of the table changes.
    Instant,
    /// As `Instant`, and MySQL calls it INPLACE.
    Described,
    /// An index is built or dropped, the rows stay.
    NoCopy,
    /// As `NoCopy`, and nobody can write.
    NoCopyShared,
    /// The rows are written anew while others write.
    Inplace,
    /// As `Inplace`, and nobody can write.
    InplaceShared,
    /// The rows are copied one by one, and nobody can write.
    Copy,
}

impl Way {
    /// The word for it. MariaDB knows INSTANT and NOCOPY since 10.3.7, and called both INPLACE before (ALTER TABLE, ALGORITHM).
    fn algorithm(self, family: &Family, version: Version) -> &'static str {
        match self {
            Way::Copy => "COPY",
            _ if family.sequences && !version.since(10, 3, 7) => "INPLACE",
            Way::Instant => "INSTANT",
            Way::Described if family.sequences => "INSTANT",
            Way::NoCopy | Way::NoCopyShared if family.sequences => "NOCOPY",
            Way::Described | Way::NoCopy | Way::NoCopyShared | Way::Inplace | Way::InplaceShared => "INPLACE",
        }
    }

    fn lock(self) -> &'static LockLevel {
        match self {
            Way::Instant | Way::Described | Way::NoCopy | Way::Inplace => &NONE,
            Way::NoCopyShared | Way::InplaceShared | Way::Copy => &SHARED,
        }
    }
}

/// Weighs a statement.
pub fn weigh(deed: &Deed, family: &'static Family) -> Weight {
    let mut weigher = Weigher { deed, family, weight: Weight::default(), way: None };
    for op in deed.ops {
        weigher.op(op);
    }
    if deed.ops.is_empty() {
        weigher.rows();
    }
    weigher.done()
}

struct Weigher<'a> {
    deed: &'a Deed<'a>,
    family: &'static Family,
    weight: Weight,
    way: Option<(Key, Way)>,
}

impl<'a> Weigher<'a> {
    fn done(mut self) -> Weight {
        let Some((table, way)) = self.way else { return self.weight };
        let way = if self.asks_for_copy() { Way::Copy } else { self.accompanied(way) };
        // While the words of a table are indexed nobody writes to a table that is made anew, and MySQL can but copy it.
        let way = match way {
            way if way >= Way::NoCopy && !self.inno(table) => Way::Copy,
            Way::Inplace if self.maria() && (self.has_words(table) || self.has_places(table) || self.has_keyed_virtual(table)) => {
                Way::InplaceShared
            }
            Way::Inplace if self.has_words(table) => Way::Copy,
            // The word INSTANT came with 8.0.12; what it stands for was INPLACE and as short before (manual, Online DDL Operations).
            Way::Instant if !self.maria() && !self.version().since(8, 0, 12) => Way::Described,
            way => way,
        };
        self.weight.endanger(Hazard::NotTransactional);
        self.weight.endanger(Hazard::Lock);
        let impact = &mut self.weight.impact;
        impact.lock(table, way.lock());
        impact.algorithm = Some(way.algorithm(self.family, self.deed.version));
        match way {
            Way::Instant | Way::Described => {}
            // What goes is but forgotten.
            Way::NoCopy if self.deed.ops.iter().all(|op| matches!(op, Op::Drop { .. })) => {}
            Way::NoCopy | Way::NoCopyShared => impact.work(Work::Index),
            Way::Inplace | Way::InplaceShared | Way::Copy => impact.work(Work::Rewrite),
        }
        if way == Way::Copy {
            self.weight.endanger(Hazard::Copy);
        }
        self.weight
    }

    /// The statement says so itself.
    fn asks_for_copy(&self) -> bool {
        self.deed.sql.split_whitespace().collect::<String>().to_ascii_uppercase().contains("ALGORITHM=COPY")
    }

    /// MariaDB, where the two engines differ.
    fn maria(&self) -> bool {
        self.family.sequences
    }

    fn version(&self) -> Version {
        self.deed.version
    }

    /// Whether the relation was there before the script.
    fn old(&self, table: Key) -> bool {
        self.deed.before.contains(table) && !self.deed.fresh.contains(&table)
    }

    fn go(&mut self, part: Key, way: Way) {
        let table = part.relation().unwrap_or(part);
        if self.old(table) {
            self.way = Some((table, self.way.map_or(way, |(_, known)| known.max(way))));
        }
    }

    /// A column that comes or goes without a rewrite is kept apart from the rows, which not every table can.
    fn reshape(&mut self, column: Key, way: Way) {
        let table = column.relation().unwrap_or(column);
        let way = if self.keeps_apart(table) { way } else { way.max(Way::Inplace) };
        self.go(column, way.max(self.made_anew(column)));
    }

    fn keeps_apart(&self, table: Key) -> bool {
        self.inno(table) && self.row_format(table).as_deref() != Some("compressed") && !self.has_words(table)
    }

    fn row_format(&self, table: Key) -> Option<String> {
        match self.deed.before.fact(table, Attr::Options) {
            Some(Value::Options(options)) => options.get(&Name::new("row_format")).map(|value| value.to_ascii_lowercase()),
            _ => None,
        }
    }

    fn has_words(&self, table: Key) -> bool {
        self.deed.before.parts(table, Kind::Index).any(|index| index.text(Attr::Method) == Some("fulltext"))
    }

    fn has_places(&self, table: Key) -> bool {
        self.deed.before.parts(table, Kind::Index).any(|index| index.text(Attr::Method) == Some("spatial"))
    }

    /// Whether the table is kept by InnoDB: the other engines know no more than to write a description or to copy.
    fn inno(&self, table: Key) -> bool {
        let engine = self.deed.before.get(table).and_then(|table| table.text(Attr::Engine));
        engine.is_none_or(|engine| engine.eq_ignore_ascii_case("InnoDB"))
    }

    /// Takes the metadata lock alone.
    fn alone(&mut self, relation: Key) {
        if self.old(relation) {
            self.weight.endanger(Hazard::NotTransactional);
            self.weight.impact.lock(relation, &EXCLUSIVE);
        }
    }

    /// A foreign key locks the table at its other end. While the rows are copied nobody writes there, and everybody reads
    /// (measured on MariaDB 10.11).
    fn refer(&mut self, key: Key, target: Key) {
        match key.relation().is_some_and(|table| self.old(table)) {
            true if self.old(target) => self.weight.impact.lock(target, &SHARED),
            true => {}
            false => self.alone(target),
        }
    }

    fn op(&mut self, op: &Op) {
        match op {
            Op::Create { object, .. } => self.create(object),
            Op::Drop { key, .. } => self.unmake(*key),
            Op::Set { key, attr, value } | Op::SetOnly { key, attr, value } => self.set(*key, *attr, value.as_ref()),
            Op::Edit { key, edit, .. } => self.edit(*key, edit),
            Op::Rename { key, .. } | Op::Move { key, .. } => self.rename(*key),
            Op::Copy { .. } | Op::Adopt { .. } | Op::Given { .. } => {}
        }
    }

    fn create(&mut self, object: &Object) {
        let key = object.key;
        match key.kind {
            Kind::Column => self.add_column(object),
            Kind::Index => self.add_index(object),
            Kind::PrimaryKey => {
                self.fails(key);
                self.go(key, self.clustering(object));
            }
            Kind::Check => {
                self.fails(key);
                self.go(key, Way::Copy);
            }
            Kind::ForeignKey => {
                self.fails(key);
                self.go(key, Way::Copy);
                object.key_of(Attr::References).into_iter().for_each(|target| self.refer(key, target));
            }
            Kind::Partition => self.add_partition(key),
            Kind::Trigger => key.relation().into_iter().for_each(|table| self.alone(table)),
            Kind::View => self.alone(key),
            _ => {}
        }
    }

    /// Rows that are there may break the new rule.
    fn fails(&mut self, part: Key) {
        if part.relation().is_some_and(|table| self.old(table)) {
            self.weight.endanger(Hazard::MayFail);
        }
    }

    fn add_column(&mut self, column: &Object) {
        if column.has(Attr::AutoIncrement) && column.text(Attr::Type).is_some_and(is_short) {
            self.weight.endanger(Hazard::Overflow);
        }
        if is_virtual(column) {
            return self.go(column.key, self.come_or_go(column));
        }
        let stored = column.text(Attr::GeneratedAs).is_some_and(|kind| kind == "stored");
        let called = column.text(Attr::Default).is_some_and(is_called);
        let placed = column.has(Attr::Position);
        let instant = match self.maria() {
            true => self.version().since(10, if placed { 4 } else { 3 }, if placed { 0 } else { 2 }),
            false => self.version().since(8, 0, if placed { 29 } else { 12 }),
        };
        let keyed = self.deed.ops.iter().any(|op| matches!(op, Op::Create { object, .. } if matches!(object.key.kind, Kind::Index)));
        let way = match () {
            // Columns behind it move, and a computed one among them is looked up by its place.
            () if placed && self.has_virtual(column.key) && self.maria() => Way::Copy,
            () if stored || called || column.has(Attr::Expression) && !self.maria() => Way::Copy,
            () if column.has(Attr::AutoIncrement) => Way::InplaceShared,
            () if keyed => Way::Inplace,
            () if instant => Way::Instant,
            () => Way::Inplace,
        };
        self.reshape(column.key, way);
    }

    fn unmake(&mut self, key: Key) {
        let Some(key) = self.deed.before.resolve(key) else { return };
        match key.kind {
            Kind::Table => self.drop_table(key),
            Kind::View => self.alone(key),
            Kind::Sequence => {
                self.weight.endanger(Hazard::Drop);
                self.alone(key);
            }
            Kind::Trigger => key.relation().into_iter().for_each(|table| self.alone(table)),
            Kind::Column => self.drop_column(key),
            Kind::PrimaryKey => {
                let again = self.deed.ops.iter().any(|op| matches!(op, Op::Create { object, .. } if object.key.kind == Kind::PrimaryKey));
                self.go(key, if again || self.maria() && self.has_other_key(key) { Way::Inplace } else { Way::Copy });
            }
            Kind::ForeignKey | Kind::Check => {
                self.go(key, if self.maria() || key.kind == Kind::Check { Way::Instant } else { Way::Described })
            }
            Kind::Index => self.go(key, self.unclustering(key)),
            Kind::Partition => self.drop_partition(key),
            _ => {}
        }
    }

    fn drop_column(&mut self, key: Key) {
        let Some(column) = self.deed.before.get(key) else { return };
        if is_virtual(column) {
            return self.go(key, self.come_or_go(column).max(self.with_its_keys(key)));
        }
        let stored = column.has(Attr::Generated);
        if !stored && key.relation().is_some_and(|table| self.old(table)) {
            self.weight.endanger(Hazard::Drop);
        }
        // What is stored goes with the rows before MySQL 9 (manual; measured on 9.7).
        let instant = match self.maria() {
            true => self.version().since(10, 4, 0),
            false => self.version().since(8, 0, 29) && (!stored || self.version().since(9, 0, 0)),
        };
        let way = match () {
            () if self.unclusters(key) => Way::Copy,
            () if self.rearranges(key) => Way::Inplace,
            () if self.indexed(key) && self.maria() => Way::NoCopy,
            () if self.indexed(key) => Way::Inplace,
            () if instant => Way::Instant,
            () => Way::Inplace,
        };
        self.reshape(key, way);
    }

    fn set(&mut self, key: Key, attr: Attr, value: Option<&Value>) {
        let Some(known) = self.deed.before.resolve(self.before_it(key)) else { return };
        match known.kind {
            Kind::Column if attr == Attr::Type => self.redefine(known),
            Kind::Column if self.deed.ops.iter().any(|op| matches!(op, Op::Set { key: own, attr: Attr::Type, .. } if *own == key)) => {}
            Kind::Column => self.go(known, Way::Instant),
            Kind::Index if attr == Attr::Invisible => self.go(known, Way::Described),
            Kind::Check if value.is_some() && attr == Attr::NotEnforced => self.go(known, Way::Instant),
            Kind::Check => self.go(known, Way::Copy),
            Kind::Table => self.set_table(known, attr, value),
            _ => {}
        }
    }

    /// The name of a column before CHANGE gave it another.
    pub(super) fn before_it(&self, column: Key) -> Key {
        let renamed = self.deed.ops.iter().find_map(|op| match op {
            Op::Rename { key, to } if key.kind == column.kind && key.owner == column.owner && *to == column.name => Some(*key),
            _ => None,
        });
        renamed.unwrap_or(column)
    }

    fn rename(&mut self, key: Key) {
        let Some(known) = self.deed.before.resolve(key) else { return };
        match known.kind {
            Kind::Table | Kind::View | Kind::Sequence if self.old(known) => {
                self.alone(known);
                self.weight.endanger(Hazard::Rename);
            }
            Kind::Column if known.relation().is_some_and(|table| self.old(table)) => {
                self.weight.endanger(Hazard::Rename);
                self.go(known, self.rename_column(known));
            }
            Kind::Index => self.go(known, if self.maria() { Way::Instant } else { Way::Described }),
            _ => {}
        }
    }
}

/// Integer types that end where a busy table gets to.
fn is_short(kind: &str) -> bool {
    types::class(kind) == Class::Integer && !types::parts(kind).base.starts_with("bigint")
}
