//! MODIFY and CHANGE: by what differs from the column that is there.

use super::virtuals::is_virtual;
use super::{Way, Weigher};
use crate::dialects::mysql::family;
use crate::dialects::mysql::types::{self, Class};
use crate::dialects::mysql::write::text::is_json;
use crate::dialects::mysql::{fit, loss};
use crate::ir::{Attr, Hazard, Key, Kind, Object, Op};

impl Weigher<'_> {
    /// MODIFY and CHANGE: by what differs from the column that is there.
    pub fn redefine(&mut self, key: Key) {
        let Some(before) = self.deed.before.get(key) else { return };
        let mut after = before.clone();
        for op in self.deed.ops {
            if let Op::Set { key: own, attr, value } = op
                && own.owner == key.owner
                && self.before_it(*own).name == key.name
            {
                after.set(*attr, value.clone());
            }
        }
        let change = self.change(before, &after);
        if change.1 {
            self.fails(key);
        }
        if key.relation().is_some_and(|table| self.old(table)) && loss::loses(before, &after, self.family) {
            self.weight.endanger(Hazard::Drop);
        }
        // The keys over such a column hold what it was computed to (measured on 10.11).
        let keyed = self.maria() && is_virtual(before) && self.indexed(key);
        self.go(key, if keyed { Way::Copy } else { change.0 });
    }

    /// The way from one definition of a column to another, and whether rows that are there may stand in it.
    pub(super) fn change(&self, before: &Object, after: &Object) -> (Way, bool) {
        let kind = |column: &Object| types::canonical(column.text(Attr::Type).unwrap_or(""), self.family);
        let (from, to) = (kind(before), kind(after));
        let (mut way, mut fails) = self.recode(before, after, &to);
        way = way.max(self.reposition(before, after));
        if from != to {
            let (retyped, narrow) = self.retype([before, after], &from, &to);
            way = way.max(retyped);
            fails |= narrow;
        }
        if before.has(Attr::NotNull) != after.has(Attr::NotNull) {
            let stricter = after.has(Attr::NotNull);
            way = way.max(match () {
                // A column that is stored is computed anew (measured on 10.11).
                () if self.maria() && stricter && self.has_stored(before.key) => Way::Copy,
                // NULL is the current time in such a column, whatever its default (measured on 10.11).
                () if self.maria() && stricter && types::parts(&to).base == "timestamp" => Way::Copy,
                () if self.maria() && !stricter && self.redundant(before.key) => Way::Instant,
                () => Way::Inplace,
            });
            fails |= stricter;
        }
        let [stored, stays_stored] = [before, after].map(|column| column.text(Attr::GeneratedAs) == Some("stored"));
        let changes = [Attr::Generated, Attr::GeneratedAs].iter().any(|attr| before.get(*attr) != after.get(*attr));
        let computed = changes && (stored || stays_stored || !self.maria() || before.has(Attr::Generated) != after.has(Attr::Generated));
        let [counted, counts] = [before, after].map(|column| column.has(Attr::AutoIncrement));
        let counts = counts && !counted || counted && !counts && !self.maria();
        let checked = after.has(Attr::Expression) && before.get(Attr::Expression) != after.get(Attr::Expression);
        // JSON is a kind of its own beside the text that it is kept in, since 10.5.
        let kinds = is_json(before) != is_json(after) && self.version().since(10, 5, 0);
        // MariaDB computes a stored column anew, whatever is said of it (measured on 10.11).
        if computed || counts || kinds || stays_stored && self.maria() {
            way = Way::Copy;
        }
        (way, fails || checked)
    }

    /// FIRST and AFTER. A computed column is told by its place (MySQL, Generated Column Operations; what 9.7 does is measured).
    fn reposition(&self, before: &Object, after: &Object) -> Way {
        let moved = after.has(Attr::Position) && before.get(Attr::Position) != after.get(Attr::Position);
        match before.text(Attr::GeneratedAs) {
            _ if !moved => Way::Instant,
            None if self.maria() && self.version().since(10, 4, 0) => self.made_anew(after.key).min(Way::Inplace),
            None => Way::Inplace,
            Some(_) if self.maria() || !self.version().since(9, 0, 0) => Way::Copy,
            Some("stored") => Way::Inplace,
            Some(_) => Way::Instant,
        }
    }

    /// Another character set or collation. Three bytes of UTF-8 are the same as four wherever they are enough, so that the rows may
    /// stay (MariaDB since 10.4.3: MDEV-15564, indexes since 10.5: MDEV-17301; MySQL measured on 9.7).
    fn recode(&self, before: &Object, after: &Object, kind: &str) -> (Way, bool) {
        if self.collation(before) == self.collation(after) {
            return (Way::Instant, false);
        }
        let [from, to] = [before, after].map(|column| self.charset(column).unwrap_or_default());
        let wider = from == "utf8mb3" && to == "utf8mb4";
        let order = |collation: Option<String>| collation.and_then(|name| name.split_once('_').map(|(_, order)| order.to_string()));
        let sorted = self.indexed(before.key) && (!self.maria() || order(self.collation(before)) != order(self.collation(after)));
        let known = match self.maria() {
            true => self.version().since(10, if sorted { 5 } else { 4 }, if sorted { 0 } else { 3 }),
            false => self.version().since(9, 0, 0),
        };
        let listed = types::class(kind) == Class::Listed;
        let way = match () {
            () if from != to && !wider || !known => Way::Copy,
            () if wider && self.crosses([before, after], kind) => Way::Copy,
            // The labels are kept in the column's own collation (measured on 10.11).
            () if listed && self.maria() => Way::Copy,
            () if sorted && !self.maria() => Way::Copy,
            // The rows stand in the order of the key that keeps them (measured on 10.11).
            () if sorted && self.rearranges(before.key) => Way::Copy,
            () if wider && listed => Way::Instant,
            () if sorted => Way::NoCopy,
            () if self.maria() => Way::Instant,
            () => Way::Described,
        };
        (way, from != to && !wider || self.is_unique(before.key))
    }

    /// Whether a key forbids equal values of the column: what is equal is for the collation to say.
    fn is_unique(&self, column: Key) -> bool {
        let Some(table) = column.relation() else { return false };
        let mut keys = [Kind::PrimaryKey, Kind::Index].into_iter().flat_map(|kind| self.deed.before.parts(table, kind));
        keys.any(|key| (key.key.kind == Kind::PrimaryKey || key.has(Attr::Unique)) && self.columns(key).contains(&column.name))
    }

    /// Whether the length of a string needs another byte when its characters do.
    fn crosses(&self, sides: [&Object; 2], kind: &str) -> bool {
        let kind = types::parts(kind);
        let [from, to] = sides.map(|side| length(&kind).saturating_mul(self.character_bytes(side)) > 255);
        kind.base == "varchar" && from != to
    }

    /// A change of type: longer strings and more labels are the only ones for which no row is touched.
    fn retype(&self, sides: [&Object; 2], from: &str, to: &str) -> (Way, bool) {
        let (old, new) = (types::parts(from), types::parts(to));
        if ["varchar", "varbinary"].contains(&old.base.as_str()) && new.base == old.base {
            // The length is kept in one byte up to 255 bytes, in two above.
            let [before, after] = [(&old, sides[0]), (&new, sides[1])]
                .map(|(kind, side)| length(kind).saturating_mul(if kind.base == "varchar" { self.character_bytes(side) } else { 1 }));
            let class = (before > 255) == (after > 255);
            let free = self.maria() && self.version().since(10, 4, 3);
            return match () {
                () if length(&new) < length(&old) => (Way::Copy, true),
                // InnoDB tells what may be stored outside of the row by the second byte: up to 127 bytes none was. The oldest format
                // has no such bytes (MariaDB, INSTANT, Changing the Data Type of a Column).
                () if free && (before <= 127 || self.redundant(sides[0].key)) => (Way::Instant, false),
                () if class => (if self.maria() { Way::Instant } else { Way::Described }, false),
                () => (Way::Copy, false),
            };
        }
        // The width of a number is for clients to show.
        let shown = types::class(from) == Class::Integer && (old.unsigned, old.zerofill) == (new.unsigned, new.zerofill);
        if shown && old.base == new.base && self.maria() {
            return (Way::Instant, false);
        }
        if fit::appends(from, to, self.family) {
            return (Way::Instant, false);
        }
        (Way::Copy, !fit::keeps(from, to, self.character_bytes(sides[1])))
    }

    /// ROW_FORMAT=REDUNDANT, which says of each value whether it is there and how long it is (MariaDB since 10.4.3).
    fn redundant(&self, column: Key) -> bool {
        self.version().since(10, 4, 3) && column.relation().is_some_and(|table| self.row_format(table).as_deref() == Some("redundant"))
    }

    fn character_bytes(&self, column: &Object) -> u64 {
        self.charset(column).map_or(4, |charset| types::character_bytes(&charset))
    }

    /// The column's own character set, or its table's.
    pub(super) fn charset(&self, column: &Object) -> Option<String> {
        let own = |object: &Object| {
            let said = object.text(Attr::Charset).map(family::charset);
            said.or_else(|| object.text(Attr::Collation).map(family::charset_of))
        };
        own(column).or_else(|| own(self.deed.before.get(column.key.relation()?)?))
    }

    fn collation(&self, column: &Object) -> Option<String> {
        let said = column.text(Attr::Collation).map(family::collation);
        let of_table = || {
            let table = self.deed.before.get(column.key.relation()?)?;
            let same = column
                .text(Attr::Charset)
                .is_none_or(|charset| table.text(Attr::Charset).is_some_and(|table| family::charset(table) == family::charset(charset)));
            table.text(Attr::Collation).filter(|_| same).map(family::collation)
        };
        said.or_else(|| column.text(Attr::Charset).is_none().then(of_table).flatten())
            .or_else(|| self.charset(column).map(|charset| self.family.default_collation(&charset)))
    }
}

fn length(parts: &types::Parts) -> u64 {
    parts.arguments.as_deref().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0)
}
