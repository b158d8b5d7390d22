//! Steps of a plan and the statements that carry them out.

use super::{Attr, Key};
use crate::base::Name;

/// What is done to one object. Bodies are read from the two schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Make the desired object; `with` are parts that its own statement carries (columns, constraints).
    Create { with: Vec<Key> },
    /// Unmake the live object; `with` are parts that go with it.
    Drop { with: Vec<Key> },
    /// Change these facts in place.
    Alter { attrs: Vec<Attr> },
    /// `key` is the live key; the object gets this name.
    Rename { to: Name },
    /// `key` is the live key; the object goes to this namespace.
    Move { to: Name },
    /// Make the relation anew under a spare name, copy its rows, and take the place of the old one.
    Rebuild,
}

/// One vertex of the plan: an object and what is done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The live key for Drop, Rename and Move; else the desired key.
    pub key: Key,
    pub action: Action,
}

/// Whether a statement may stand in a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// With its neighbours in one transaction.
    Inside,
    /// Not in any transaction.
    Outside,
    /// Alone: its effect must be committed before the next statement uses it (a new enum value).
    Alone,
}

/// A risk that a reviewer must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hazard {
    /// Rows or values are lost; `--allow drop` lets it run.
    Drop,
    /// The table is written anew under a strong lock.
    Rewrite,
    /// All rows are read under a strong lock.
    Scan,
    /// Existing rows may make the statement fail.
    MayFail,
    /// Writers wait while an index is built.
    BlocksWrites,
    /// The statement commits at once and cannot be rolled back.
    NotTransactional,
    /// Running code that uses the old name fails.
    Rename,
}

/// Every hazard with its name on the command line and its title.
pub const HAZARDS: &[(Hazard, &str, &str)] = &[
    (Hazard::Drop, "drop", "rows or values are lost"),
    (Hazard::Rewrite, "rewrite", "the table is written anew under a strong lock"),
    (Hazard::Scan, "scan", "all rows are read under a strong lock"),
    (Hazard::MayFail, "may-fail", "existing rows may make it fail"),
    (Hazard::BlocksWrites, "blocks-writes", "writers wait while it runs"),
    (Hazard::NotTransactional, "not-transactional", "it commits at once and cannot be rolled back"),
    (Hazard::Rename, "rename", "running code that uses the old name fails"),
];

impl Hazard {
    pub fn id(self) -> &'static str {
        HAZARDS[self as usize].1
    }

    pub fn title(self) -> &'static str {
        HAZARDS[self as usize].2
    }

    /// The hazard of this name.
    pub fn by_id(id: &str) -> Option<Hazard> {
        HAZARDS.iter().find(|row| row.1 == id).map(|row| row.0)
    }
}

/// One statement of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Without the closing semicolon.
    pub sql: String,
    /// Why it is there: the comment above it, without comment marks.
    pub why: String,
    pub hazards: Vec<Hazard>,
    pub transaction: Transaction,
}

impl Statement {
    pub fn new(sql: impl Into<String>, why: impl Into<String>) -> Statement {
        Statement { sql: sql.into(), why: why.into(), hazards: Vec::new(), transaction: Transaction::Inside }
    }

    pub fn hazard(mut self, hazard: Hazard) -> Statement {
        self.hazards.push(hazard);
        self
    }

    pub fn transaction(mut self, transaction: Transaction) -> Statement {
        self.transaction = transaction;
        self
    }
}
