//! The index by which InnoDB keeps the rows: the primary key, else the first unique key over columns that are never null (MySQL,
//! Clustered and Secondary Indexes). A change of it writes the rows anew.

use super::{Way, Weigher};
use crate::base::Name;
use crate::ir::{Attr, Key, Kind, Object, Op, Part};

impl Weigher<'_> {
    /// How a new index that the rows may be kept by is made.
    pub(super) fn clustering(&self, index: &Object) -> Way {
        let Some(table) = index.key.relation() else { return Way::NoCopy };
        let found = self.clustered(table, None);
        match index.key.kind {
            Kind::PrimaryKey if found.is_some_and(|found| found.parts(Attr::Parts) == index.parts(Attr::Parts)) => Way::NoCopy,
            Kind::PrimaryKey => Way::Inplace,
            _ if self.is_renamed(index) && self.maria() => Way::Instant,
            _ if found.is_none() && self.could(table, index) && !self.has_primary(table) => Way::Inplace,
            _ => Way::NoCopy,
        }
    }

    /// How an index goes.
    pub(super) fn unclustering(&self, key: Key) -> Way {
        let Some((table, index)) = key.relation().zip(self.deed.before.get(key)) else { return Way::NoCopy };
        let is_clustered = self.clustered(table, None).is_some_and(|found| found.key == key);
        let again = self.deed.ops.iter().any(|op| matches!(op, Op::Create { object, .. } if object.key.kind == Kind::PrimaryKey));
        if is_clustered && !again && !self.maria() {
            // MySQL builds no other in place, but sees one over the same columns.
            let others = self.keys(table).filter(|other| other.key != key).min_by_key(|other| other.ordinal);
            let next = others.or_else(|| self.made().find(|made| self.could(table, made)));
            let stays = next.is_some_and(|next| next.parts(Attr::Parts) == index.parts(Attr::Parts));
            return if stays { Way::NoCopy } else { Way::Copy };
        }
        match is_clustered {
            true if again || self.clustered(table, Some(key)).is_some() => Way::Inplace,
            _ if self.maria() && self.made().any(|made| same(made, index)) => Way::Instant,
            true => Way::Copy,
            false => Way::NoCopy,
        }
    }

    /// Whether the rows are kept by a key over this column.
    pub(super) fn rearranges(&self, column: Key) -> bool {
        self.kept_by(column).is_some()
    }

    /// Whether that key goes with the column, and the server can but copy the rows: MySQL always, MariaDB where no other key takes its place.
    pub(super) fn unclusters(&self, column: Key) -> bool {
        let sole = |key: &&Object| self.columns(key).len() == 1;
        let other = |key: &Object| {
            key.key
                .relation()
                .is_some_and(|table| self.keys(table).any(|other| other.key != key.key && self.columns(other) != [column.name]))
        };
        self.kept_by(column).filter(sole).is_some_and(|key| !self.maria() || !other(key))
    }

    fn kept_by(&self, column: Key) -> Option<&Object> {
        let table = column.relation()?;
        let primary = self.deed.before.parts(table, Kind::PrimaryKey).next();
        primary.or_else(|| self.clustered(table, None)).filter(|key| self.columns(key).contains(&column.name))
    }

    pub(super) fn columns(&self, key: &Object) -> Vec<Name> {
        key.names(Attr::Columns).iter().copied().chain(key.parts(Attr::Parts).iter().filter_map(Part::name)).collect()
    }

    /// Whether a unique key over columns that are never null takes the primary key's place.
    pub(super) fn has_other_key(&self, primary: Key) -> bool {
        primary.relation().is_some_and(|table| self.keys(table).next().is_some())
    }

    fn has_primary(&self, table: Key) -> bool {
        self.deed.before.parts(table, Kind::PrimaryKey).next().is_some()
    }

    /// The unique key that stands for the primary key, leaving one out.
    fn clustered(&self, table: Key, but: Option<Key>) -> Option<&Object> {
        let keys = self.keys(table).filter(|index| Some(index.key) != but);
        keys.min_by_key(|index| index.ordinal).filter(|_| !self.has_primary(table))
    }

    fn keys(&self, table: Key) -> impl Iterator<Item = &Object> {
        self.deed.before.parts(table, Kind::Index).filter(move |index| self.could(table, index))
    }

    fn could(&self, table: Key, index: &Object) -> bool {
        let before = self.deed.before;
        let filled = |part: &Part| {
            part.name().is_some_and(|name| before.get(table.child(Kind::Column, name)).is_some_and(|column| column.has(Attr::NotNull)))
        };
        index.has(Attr::Unique) && index.parts(Attr::Parts).iter().all(filled)
    }

    /// The server sees that an index which goes beside it is the same under another name.
    fn is_renamed(&self, index: &Object) -> bool {
        let gone = self.deed.ops.iter().filter_map(|op| match op {
            Op::Drop { key, .. } => self.deed.before.get(self.deed.before.resolve(*key)?),
            _ => None,
        });
        gone.into_iter().any(|old| old.key.kind == Kind::Index && same(old, index))
    }

    fn made(&self) -> impl Iterator<Item = &Object> {
        self.deed.ops.iter().filter_map(|op| match op {
            Op::Create { object, .. } if object.key.kind == Kind::Index => Some(object),
            _ => None,
        })
    }
}

fn same(one: &Object, other: &Object) -> bool {
    one.key.relation() == other.key.relation() && one.differing(other).is_empty()
}
