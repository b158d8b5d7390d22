//! What a statement does to a running database: which locks it takes on which relations, and how much work it does under them.

use std::collections::BTreeMap;

use super::{Hazard, Key};

/// Whom a lock keeps waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stops {
    /// Other changes of the schema and maintenance alone.
    Changes,
    /// Writers, and all of that.
    Writes,
    /// Everybody.
    Everything,
}

impl Stops {
    /// The words of reports.
    pub fn word(self) -> &'static str {
        match self {
            Stops::Changes => "schema changes",
            Stops::Writes => "writes",
            Stops::Everything => "reads and writes",
        }
    }
}

/// A lock level of an engine.
#[derive(Debug, PartialEq, Eq)]
pub struct LockLevel {
    /// The engine's own words.
    pub name: &'static str,
    /// Its place among the engine's levels: the higher is the stronger.
    pub rank: u8,
    pub stops: Stops,
}

/// A lock on a relation that was there before the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    pub relation: Key,
    pub level: &'static LockLevel,
    /// The last statement of the transaction that works while others wait for this lock, and not for one of its own: its number, from 0,
    /// among those of the script.
    pub kept_until: Option<usize>,
}

/// How much is done to the rows that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Nothing: only the catalog changes.
    #[default]
    Catalog,
    /// All rows are read.
    Scan,
    /// An index is built over all rows.
    Index,
    /// All rows are written anew.
    Rewrite,
}

impl Work {
    /// The word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Work::Catalog => "catalog",
            Work::Scan => "scan",
            Work::Index => "index",
            Work::Rewrite => "rewrite",
        }
    }
}

/// The verdict on one statement for one version of the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// Sorted by relation; the strongest level of each.
    pub locks: Vec<Lock>,
    pub work: Work,
    /// How the engine carries the statement out, where it has words for that (`INSTANT`, `INPLACE`, `COPY`).
    pub algorithm: Option<&'static str>,
}

impl Impact {
    /// Notes a lock; of two on one relation the stronger counts.
    pub fn lock(&mut self, relation: Key, level: &'static LockLevel) {
        match self.locks.binary_search_by_key(&relation, |lock| lock.relation) {
            Ok(at) if self.locks[at].level.rank < level.rank => self.locks[at].level = level,
            Ok(_) => {}
            Err(at) => self.locks.insert(at, Lock { relation, level, kept_until: None }),
        }
    }

    /// Notes work; the most counts.
    pub fn work(&mut self, work: Work) {
        self.work = self.work.max(work);
    }

    /// Whom the strongest lock keeps waiting.
    pub fn stops(&self) -> Option<Stops> {
        self.locks.iter().map(|lock| lock.level.stops).max()
    }

    /// The hazards that follow from locks and work alone, sorted.
    pub fn hazards(&self) -> Vec<Hazard> {
        let mut hazards = Vec::new();
        let stops = self.stops().unwrap_or(Stops::Changes);
        match (self.work, stops) {
            (Work::Rewrite, _) => hazards.push(Hazard::Rewrite),
            (Work::Scan, Stops::Writes | Stops::Everything) => hazards.push(Hazard::Scan),
            (Work::Index, Stops::Writes | Stops::Everything) => hazards.push(Hazard::IndexBuild),
            (Work::Catalog, Stops::Writes | Stops::Everything) => hazards.push(Hazard::Lock),
            (Work::Catalog | Work::Scan | Work::Index, Stops::Changes) => {}
        }
        if self.work > Work::Catalog && stops == Stops::Everything {
            hazards.push(Hazard::BlocksReads);
        }
        if self.work > Work::Catalog && stops >= Stops::Writes {
            hazards.push(Hazard::BlocksWrites);
        }
        if self.locks.iter().filter(|lock| lock.level.stops >= Stops::Writes).count() > 1 {
            hazards.push(Hazard::SecondLock);
        }
        hazards.sort_unstable();
        hazards
    }
}

/// A statement of a script whose transactions keep their locks to the end.
pub struct Kept<'a> {
    /// Its number, from 0, among those of the script.
    pub number: usize,
    /// It stands in the transaction of the one before it.
    pub joins: bool,
    pub impact: &'a mut Impact,
    pub hazards: &'a mut Vec<Hazard>,
}

impl Kept<'_> {
    fn works(&self) -> bool {
        self.impact.work > Work::Catalog || self.hazards.contains(&Hazard::Backfill)
    }

    /// Whom it keeps waiting for the relation by itself.
    fn stops(&self, relation: Key) -> Option<Stops> {
        let locks = &self.impact.locks;
        locks.binary_search_by_key(&relation, |lock| lock.relation).ok().map(|at| locks[at].level.stops)
    }
}

/// Notes the locks that keep writers or everybody waiting while later statements of the same transaction work.
pub fn keep_locks(script: &mut [Kept]) {
    script.chunk_by_mut(|_, next| next.joins).for_each(keep_in_transaction);
}

fn keep_in_transaction(transaction: &mut [Kept]) {
    let mut last: BTreeMap<(Key, Stops), Option<usize>> = BTreeMap::new();
    let held = transaction.iter().flat_map(|statement| &statement.impact.locks).map(|lock| (lock.relation, lock.level.stops));
    for (relation, stops) in held.filter(|(_, stops)| *stops >= Stops::Writes) {
        last.entry((relation, stops)).or_insert_with(|| {
            let waits = |statement: &&Kept| statement.works() && statement.stops(relation) < Some(stops);
            transaction.iter().rev().find(waits).map(|statement| statement.number)
        });
    }
    for statement in transaction {
        for lock in &mut statement.impact.locks {
            let until = last.get(&(lock.relation, lock.level.stops)).copied().flatten();
            lock.kept_until = until.filter(|until| *until > statement.number);
        }
        if let (true, Err(at)) =
            (statement.impact.locks.iter().any(|lock| lock.kept_until.is_some()), statement.hazards.binary_search(&Hazard::KeptLock))
        {
            statement.hazards.insert(at, Hazard::KeptLock);
        }
    }
}
