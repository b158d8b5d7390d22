//! The table of lock levels, and what changing a fact of a table asks for (manual, ALTER TABLE and Explicit Locking; the levels that
//! the manual leaves open are measured).

use crate::ir::{Attr, LockLevel, Stops, Work};

pub static ACCESS_EXCLUSIVE: LockLevel = LockLevel { name: "ACCESS EXCLUSIVE", rank: 8, stops: Stops::Everything };
pub static EXCLUSIVE: LockLevel = LockLevel { name: "EXCLUSIVE", rank: 7, stops: Stops::Writes };
pub static SHARE_ROW_EXCLUSIVE: LockLevel = LockLevel { name: "SHARE ROW EXCLUSIVE", rank: 6, stops: Stops::Writes };
pub static SHARE: LockLevel = LockLevel { name: "SHARE", rank: 5, stops: Stops::Writes };
pub static SHARE_UPDATE_EXCLUSIVE: LockLevel = LockLevel { name: "SHARE UPDATE EXCLUSIVE", rank: 4, stops: Stops::Changes };

/// Facts of a table or a column, whose change asks for less than ACCESS EXCLUSIVE or works on the rows. All others take that lock
/// for a moment.
const FACTS: &[(Attr, &LockLevel, Work)] = &[
    (Attr::StatisticsTarget, &SHARE_UPDATE_EXCLUSIVE, Work::Catalog),
    (Attr::ClusterOn, &SHARE_UPDATE_EXCLUSIVE, Work::Catalog),
    (Attr::Comment, &SHARE_UPDATE_EXCLUSIVE, Work::Catalog),
    (Attr::Options, &SHARE_UPDATE_EXCLUSIVE, Work::Catalog),
    (Attr::Tablespace, &ACCESS_EXCLUSIVE, Work::Rewrite),
    (Attr::AccessMethod, &ACCESS_EXCLUSIVE, Work::Rewrite),
    (Attr::Persistence, &ACCESS_EXCLUSIVE, Work::Rewrite),
];

/// The lock and the work for a change of this fact.
pub fn of(attr: Attr) -> (&'static LockLevel, Work) {
    let row = FACTS.iter().find(|row| row.0 == attr);
    row.map_or((&ACCESS_EXCLUSIVE, Work::Catalog), |(_, level, work)| (level, *work))
}

/// The modes of LOCK TABLE, and of the server's list of locks.
const MODES: &[&LockLevel] = &[&ACCESS_EXCLUSIVE, &SHARE_ROW_EXCLUSIVE, &SHARE_UPDATE_EXCLUSIVE, &EXCLUSIVE, &SHARE];

/// The level that a text names; rows whose words hold another's stand before it.
pub fn named(text: &str) -> Option<&'static LockLevel> {
    let text = text.to_uppercase();
    MODES.iter().find(|level| text.contains(level.name)).copied()
}
