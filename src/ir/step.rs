//! Steps of a plan and the statements that carry them out.

use std::sync::Arc;

use super::{Attr, Hazard, Impact, Key, Kind};
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
    /// Take the default away: what it calls goes, and comes again before the default does. Of a sequence: take it from its column.
    Release,
    /// `key` is the live key; the object gets this name.
    Rename { to: Name },
    /// `key` is the live key; the object goes to this namespace.
    Move { to: Name },
    /// Make the relation anew under a spare name, copy its rows, and take the place of the old one.
    Rebuild,
}

/// The fact that [`Action::Release`] takes away.
pub fn released(key: Key) -> Attr {
    if key.kind == Kind::Sequence { Attr::OwnedBy } else { Attr::Default }
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
    /// As `Inside`, but not with those before it.
    First,
    /// Not in any transaction.
    Outside,
    /// Alone: its effect must be committed before the next statement uses it (a new enum value).
    Alone,
}

/// How long a statement may wait and work, where the script sets limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// It stops somebody, so that it must be done at once or give up.
    #[default]
    Hasty,
    /// It stops nobody, and takes as long as the table is large.
    Patient,
}

/// One statement of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Without the closing semicolon.
    pub sql: String,
    /// Why it is there: the comment above it, without comment marks.
    pub why: String,
    /// Sorted, each once.
    pub hazards: Vec<Hazard>,
    /// Locks and work, once the statement was weighed.
    pub impact: Impact,
    pub transaction: Transaction,
    pub pace: Pace,
    /// The search path under which its bare names mean what their author meant, where that is not the usual one.
    pub path: Option<Arc<str>>,
}

impl Statement {
    pub fn new(sql: impl Into<String>, why: impl Into<String>) -> Statement {
        Statement {
            sql: sql.into(),
            why: why.into(),
            hazards: Vec::new(),
            impact: Impact::default(),
            transaction: Transaction::Inside,
            pace: Pace::Hasty,
            path: None,
        }
    }

    pub fn hazard(mut self, hazard: Hazard) -> Statement {
        self.endanger(hazard);
        self
    }

    /// Notes a hazard.
    pub fn endanger(&mut self, hazard: Hazard) {
        if let Err(at) = self.hazards.binary_search(&hazard) {
            self.hazards.insert(at, hazard);
        }
    }

    /// Whether it stands in the transaction of the statement before it. The limits of time are set outside of transactions.
    pub fn joins(&self, before: &Statement) -> bool {
        self.transaction == Transaction::Inside
            && !matches!(before.transaction, Transaction::Outside | Transaction::Alone)
            && self.pace == before.pace
    }

    /// The statement without a limit of time.
    pub fn patient(mut self) -> Statement {
        self.pace = Pace::Patient;
        self
    }

    pub fn transaction(mut self, transaction: Transaction) -> Statement {
        self.transaction = transaction;
        self
    }
}
