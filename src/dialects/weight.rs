//! What is asked about a statement that is about to run, and the answer.

use std::collections::BTreeSet;

use crate::base::Version;
use crate::ir::{Hazard, Impact, Key, Op, Schema, Written};

/// A statement that is about to run.
pub struct Deed<'a> {
    pub sql: &'a str,
    /// Its effects.
    pub ops: &'a [Op],
    /// The schema before it.
    pub before: &'a Schema<Written>,
    /// Relations that the same script has made: nobody else uses them.
    pub fresh: &'a BTreeSet<Key>,
    /// Those of them that it has put no rows into.
    pub vacant: &'a BTreeSet<Key>,
    /// The server that it runs on.
    pub version: Version,
}

/// What a statement does to a running database, and the hazards that do not follow from that alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    pub impact: Impact,
    /// Sorted, each once.
    pub hazards: Vec<Hazard>,
}

impl Weight {
    /// Notes a hazard.
    pub fn endanger(&mut self, hazard: Hazard) {
        if let Err(at) = self.hazards.binary_search(&hazard) {
            self.hazards.insert(at, hazard);
        }
    }
}
