//! What is carried out for certain: where an object was never there or was made and removed again, this decides which of the two holds.

use std::collections::{BTreeMap, BTreeSet};

use super::Question;
use super::chains::Chain;
use super::timeline::Place;
use crate::ir::Key;
use crate::sources::django::{Carried, Id, Nature};

/// What is carried out for certain.
pub struct Reached {
    /// By migration.
    pub whole: Vec<bool>,
    /// The operations of the others.
    single: BTreeSet<Place>,
    /// By migration: it rests on one that is not carried out, or is not among the rows where others of its app are.
    barred: Vec<bool>,
    /// By migration: it rests on one of which nothing is there.
    hollow: Vec<bool>,
    /// By migration.
    recorded: Vec<bool>,
}

/// Takes away what would need an operation that is not carried out for certain: its other changes are all not there. What goes with
/// a table that is renamed or deleted was never made, as long as the table stands.
pub fn narrow(chains: &mut [Chain], migrations: usize) {
    loop {
        let settled = Settled::of(chains, migrations, &|_| false);
        let open: BTreeSet<Place> = settled.absent.difference(&settled.present).copied().collect();
        let mut narrowed = false;
        for chain in chains.iter_mut().filter(|chain| chain.candidates.len() > 1) {
            let possible = |position: &usize| chain.places.iter().take(*position).all(|place| !open.contains(place));
            let kept: Vec<usize> = chain.candidates.iter().copied().filter(possible).collect();
            if !kept.is_empty() && kept.len() < chain.candidates.len() {
                chain.candidates = kept;
                narrowed = true;
            }
        }
        if !narrowed {
            return;
        }
    }
}

impl Reached {
    pub fn of(chains: &[Chain], recorded: &[Option<bool>], question: &Question) -> Reached {
        let first = Settled::of(chains, recorded.len(), &|_| false);
        let shadows = first.shadows(recorded, question);
        let settled = Settled::of(chains, recorded.len(), &|place| first.is_shadowed(place, &shadows, question));
        Reached {
            whole: settled.whole(recorded, question),
            barred: settled.barred(recorded, question),
            hollow: settled.hollow(question),
            single: settled.single(),
            recorded: recorded.iter().map(|row| *row == Some(true)).collect(),
        }
    }

    /// Whether nobody can have gone from one position of a row of places to another: no row says that any of them ran, and one
    /// rests on a migration of which nothing is there.
    pub fn is_refuted(&self, places: &[Place], (from, to): (usize, usize)) -> bool {
        let between = places.get(from..to.min(places.len())).unwrap_or_default();
        !places.iter().any(|place| self.recorded[place.migration]) && between.iter().any(|place| self.hollow[place.migration])
    }

    /// Whether a fact is one of a relation that never came, so that neither it nor its end ever came; what rows vouch for was there once.
    pub fn goes_with(&self, chain: &Chain, never: &BTreeSet<Key>) -> bool {
        let vouched = || chain.places.iter().any(|place| self.recorded[place.migration]);
        chain.key.relation().is_some_and(|relation| never.contains(&relation)) && chain.candidates.contains(&0) && !vouched()
    }

    pub fn is_barred(&self, place: Place) -> bool {
        self.barred[place.migration]
    }

    pub fn has(&self, place: Place) -> bool {
        self.whole[place.migration] || self.single.contains(&place)
    }
}

/// What the changes that have but one explanation tell of operations, and of migrations.
struct Settled {
    present: BTreeSet<Place>,
    absent: BTreeSet<Place>,
    /// By migration: some of its changes are there; some are not.
    has: Vec<bool>,
    lacks: Vec<bool>,
}

impl Settled {
    /// `hidden` are the places of which the absence says nothing.
    fn of(chains: &[Chain], migrations: usize, hidden: &dyn Fn(&Place) -> bool) -> Settled {
        let (mut present, mut absent) = (BTreeSet::new(), BTreeSet::new());
        for chain in chains {
            let [only] = chain.candidates.as_slice() else { continue };
            let (before, after) = chain.places.split_at((*only).min(chain.places.len()));
            present.extend(before);
            absent.extend(after.iter().filter(|place| !hidden(place)));
        }
        let among = |places: &BTreeSet<Place>| {
            let named: BTreeSet<usize> = places.iter().map(|place| place.migration).collect();
            (0..migrations).map(|at| named.contains(&at)).collect()
        };
        Settled { has: among(&present), lacks: among(&absent), present, absent }
    }

    /// By app the last operation that is carried out for certain, and of which it cannot be told what it did. Where an app has rows,
    /// they say what ran, and nothing is taken from this.
    fn shadows<'a>(&self, recorded: &[Option<bool>], question: &'a Question) -> BTreeMap<&'a str, Place> {
        let whole = self.whole(recorded, question);
        let mut last = BTreeMap::new();
        let migrations = || question.migrated.history.migrations.iter().enumerate();
        let rows: BTreeSet<&str> = migrations().filter(|(at, _)| recorded[*at] == Some(true)).map(|(_, one)| &*one.id.app).collect();
        for (migration, carried) in migrations().filter(|(at, one)| whole[*at] && !rows.contains(&*one.id.app)) {
            let opaque = carried.effects.iter().rposition(|effect| matches!(effect.nature, Nature::Opaque(_)));
            if let Some(effect) = opaque {
                last.insert(&*carried.id.app, Place { migration, effect });
            }
        }
        last
    }

    /// Whether what is not there may have been made and then taken away by an operation that cannot be read. One later migration that
    /// is there may have been done by hand; of two it is believed that those before them ran.
    fn is_shadowed(&self, place: &Place, shadows: &BTreeMap<&str, Place>, question: &Question) -> bool {
        let migrations = &question.migrated.history.migrations;
        let app = &migrations[place.migration].id.app;
        let later =
            (place.migration + 1..migrations.len()).filter(|at| migrations[*at].id.app == *app && self.has[*at] && !self.lacks[*at]);
        shadows.get(&**app).is_some_and(|last| last > place) && later.count() > 1
    }

    /// The operations all of whose changes are there.
    fn single(&self) -> BTreeSet<Place> {
        self.present.difference(&self.absent).copied().collect()
    }

    /// The migrations that are carried out for certain: recorded, or with changes that only they explain; and all their ancestors.
    fn whole(&self, recorded: &[Option<bool>], question: &Question) -> Vec<bool> {
        let count = recorded.len();
        let mut reached: Vec<bool> = (0..count).map(|at| recorded[at] == Some(true) || self.has[at] && !self.lacks[at]).collect();
        let migrations = &question.migrated.history.migrations;
        let places: BTreeMap<&Id, usize> = migrations.iter().enumerate().map(|(at, carried)| (&carried.id, at)).collect();
        for at in (0..count).rev().filter(|at| !self.lacks[*at] || recorded[*at] == Some(true)) {
            if !reached[at] {
                continue;
            }
            let parents = question.migrated.plan.parents.get(&migrations[at].id);
            for parent in parents.into_iter().flatten().filter_map(|id| places.get(id)) {
                if !self.lacks[*parent] {
                    reached[*parent] = true;
                }
            }
        }
        reached
    }

    /// The migrations that rest on one of which nothing is there.
    fn hollow(&self, question: &Question) -> Vec<bool> {
        let migrations = &question.migrated.history.migrations;
        let lacking = migrations.iter().enumerate().filter(|(at, _)| self.lacks[*at] && !self.has[*at]);
        let lacking: BTreeSet<&Id> = lacking.map(|(_, one)| &one.id).collect();
        let rests = |one: &Carried| question.migrated.plan.ancestors(&one.id).iter().any(|id| lacking.contains(id));
        migrations.iter().map(|one| !lacking.is_empty() && rests(one)).collect()
    }

    /// The migrations that were not carried out, as far as others tell.
    fn barred(&self, recorded: &[Option<bool>], question: &Question) -> Vec<bool> {
        let all = || question.migrated.history.migrations.iter().zip(recorded).enumerate();
        let lacks = |at: usize| self.lacks[at] && !self.has[at];
        let hollow = self.hollow(question);
        let known: BTreeSet<&str> = all().filter(|(_, (_, row))| **row == Some(true)).map(|(_, (one, _))| &*one.id.app).collect();
        let one = |(at, (carried, row)): (usize, (&Carried, &Option<bool>))| {
            let unrecorded = *row == Some(false) && known.contains(&*carried.id.app);
            unrecorded || lacks(at) || hollow[at]
        };
        all().map(one).collect()
    }
}
