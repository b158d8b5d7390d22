//! MODIFY and CHANGE: by what differs from the column that is there.

use super::{Way, Weigher};
use crate::dialects::mysql::types::{self, Class};
use crate::dialects::mysql::{family, loss};
use crate::ir::{Attr, Hazard, Key, Object, Op};

impl Weigher<'_> {
    /// MODIFY and CHANGE: by what differs from the column that is there.
    pub fn redefine(&mut self, key: Key) {
        let Some(before) = self.deed.before.get(key) else { return };
        let mut after = before.clone();
        for op in self.deed.ops {
            if let Op::Set { key: own, attr, value } = op
                && own.owner == key.owner
                && own.name == key.name
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
        self.go(key, change.0);
    }

    /// The way from one definition of a column to another, and whether rows that are there may stand in it.
    fn change(&self, before: &Object, after: &Object) -> (Way, bool) {
        let kind = |column: &Object| types::canonical(column.text(Attr::Type).unwrap_or(""), self.family);
        let (from, to) = (kind(before), kind(after));
        let moved = after.has(Attr::Position) && before.get(Attr::Position) != after.get(Attr::Position);
        let mut way = if moved && !self.maria() { Way::Inplace } else { Way::Instant };
        let mut fails = false;
        if from != to {
            let (retyped, narrow) = self.retype(before, &from, &to);
            way = way.max(retyped);
            fails |= narrow;
        }
        if self.collation(before) != self.collation(after) {
            let same = self.charset(before) == self.charset(after);
            way = way.max(match () {
                () if !same => Way::Copy,
                // Measured on 9.7.
                () if !self.maria() && (self.indexed(before.key) || !self.version().since(9, 0, 0)) => Way::Copy,
                () if !self.maria() || self.indexed(before.key) => Way::NoCopy,
                () => Way::Instant,
            });
            fails |= !same;
        }
        if before.has(Attr::NotNull) != after.has(Attr::NotNull) {
            let stricter = after.has(Attr::NotNull) && self.indexed(before.key);
            way = way.max(if self.maria() && stricter { Way::Copy } else { Way::Inplace });
            fails |= after.has(Attr::NotNull);
        }
        let stored = |column: &Object| column.text(Attr::GeneratedAs).is_some_and(|kind| kind == "stored");
        let changes = [Attr::Generated, Attr::GeneratedAs].iter().any(|attr| before.get(*attr) != after.get(*attr));
        let computed =
            changes && (stored(before) || stored(after) || !self.maria() || before.has(Attr::Generated) != after.has(Attr::Generated));
        let [counted, counts] = [before, after].map(|column| column.has(Attr::AutoIncrement));
        let counts = counts && !counted || counted && !counts && !self.maria();
        let checked = after.has(Attr::Expression) && before.get(Attr::Expression) != after.get(Attr::Expression);
        if computed || counts || checked {
            way = Way::Copy;
        }
        (way, fails)
    }

    /// A change of type: longer strings and more labels are the only ones for which no row is touched.
    fn retype(&self, before: &Object, from: &str, to: &str) -> (Way, bool) {
        let (old, new) = (types::parts(from), types::parts(to));
        let length = |parts: &types::Parts| parts.arguments.as_deref().and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
        if old.base == "varchar" && new.base == "varchar" {
            // The length is kept in one byte up to 255 bytes, in two above.
            let bytes = |parts: &types::Parts| length(parts).saturating_mul(self.character_bytes(before));
            let class = (bytes(&old) > 255) == (bytes(&new) > 255);
            return match () {
                () if length(&new) < length(&old) => (Way::Copy, true),
                // InnoDB tells what may be stored outside of the row by the second byte: up to 127 bytes none was (measured).
                () if self.maria() && (class || bytes(&old) <= 127) => (Way::Instant, false),
                () if class => (Way::NoCopy, false),
                () => (Way::Copy, false),
            };
        }
        let listed = old.base == new.base && types::class(from) == Class::Listed;
        let (labels, more) = (old.arguments.unwrap_or_default(), new.arguments.unwrap_or_default());
        if listed && more.strip_prefix(labels.as_str()).is_some_and(|rest| rest.starts_with(',')) {
            return (Way::Instant, false);
        }
        (Way::Copy, true)
    }

    fn character_bytes(&self, column: &Object) -> u32 {
        match self.charset(column).as_deref() {
            Some("utf8mb4" | "utf16" | "utf32") | None => 4,
            Some("utf8" | "utf8mb3") => 3,
            Some("ucs2") => 2,
            Some(_) => 1,
        }
    }

    /// The column's own character set, or its table's.
    fn charset(&self, column: &Object) -> Option<String> {
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
