//! What views, triggers and foreign keys speak of: DROP COLUMN reads all of them (sqlite.org/lang_altertable.html, section 5).

use std::collections::HashSet;

use crate::base::Name;
use crate::ir::{Attr, Canonical, Kind, Pair, Schema};

use super::{add, names, resolve};

/// What has to be known of a whole schema before a column of any table can go by ALTER TABLE: asked once for all of them.
pub struct Readers {
    /// Whether every view and trigger stays as it is and can be read.
    at_rest: bool,
    told: HashSet<Name>,
    /// Columns that foreign keys refer to, with their tables.
    referenced: HashSet<(Name, Name)>,
}

impl Readers {
    pub fn of(schema: Pair<&Schema<Canonical>>) -> Readers {
        let live = schema.live;
        let readers = || live.of_kind(Kind::View).chain(live.of_kind(Kind::Trigger));
        // DROP COLUMN reads them also while one that another speaks of is away.
        let mut stay = readers().map(|reader| schema.desired.get(reader.key).is_some_and(|other| reader.differing(other).is_empty()));
        let referenced = live.of_kind(Kind::ForeignKey).filter_map(|key| {
            let target = key.key_of(Attr::References)?.name;
            Some(key.names(Attr::ReferencedColumns).iter().map(move |column| (target, *column)))
        });
        Readers {
            at_rest: stay.all(|stays| stays) && resolve::all_readable(live),
            told: readers().flat_map(add::names_told).map(|name| names::folded(&name)).collect(),
            referenced: referenced.flatten().collect(),
        }
    }

    /// Whether a column of this table may go, as far as views, triggers and foreign keys to it are concerned.
    pub fn spare(&self, relation: Name, column: Name) -> bool {
        self.at_rest && !self.told.contains(&column) && !self.referenced.contains(&(relation, column))
    }
}
