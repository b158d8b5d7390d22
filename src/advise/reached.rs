//! What is carried out for certain: where an object was never there or was made and removed again, this decides which of the two holds.

use std::collections::{BTreeMap, BTreeSet};

use super::Question;
use super::judge::Chain;
use super::timeline::Place;
use crate::sources::django::{Carried, Id};

/// What is carried out for certain.
pub struct Reached {
    /// By migration.
    pub whole: Vec<bool>,
    /// The operations of the others.
    single: BTreeSet<Place>,
    /// By migration: it rests on one that is not carried out, or is not among the rows where others of its app are.
    barred: Vec<bool>,
}

impl Reached {
    pub fn of(chains: &[Chain], recorded: &[Option<bool>], question: &Question) -> Reached {
        Reached { whole: whole(chains, recorded, question), single: single(chains), barred: barred(chains, recorded, question) }
    }

    pub fn is_barred(&self, place: Place) -> bool {
        self.barred[place.migration]
    }

    pub fn has(&self, place: Place) -> bool {
        self.whole[place.migration] || self.single.contains(&place)
    }
}

/// The operations all of whose changes that have but one explanation are there.
fn single(chains: &[Chain]) -> BTreeSet<Place> {
    let (mut present, mut absent) = (BTreeSet::new(), BTreeSet::new());
    for chain in chains {
        let [only] = chain.candidates.as_slice() else { continue };
        present.extend(&chain.places[..(*only).min(chain.places.len())]);
        absent.extend(&chain.places[(*only).min(chain.places.len())..]);
    }
    present.difference(&absent).copied().collect()
}

/// The migrations that are carried out for certain: recorded, or with changes that only they explain; and all their ancestors.
fn whole(chains: &[Chain], recorded: &[Option<bool>], question: &Question) -> Vec<bool> {
    let count = recorded.len();
    let (mut present, mut absent) = (vec![0usize; count], vec![0usize; count]);
    for chain in chains {
        let [only] = chain.candidates.as_slice() else { continue };
        for (at, place) in chain.places.iter().enumerate() {
            if at < *only { present[place.migration] += 1 } else { absent[place.migration] += 1 }
        }
    }
    let mut reached: Vec<bool> = (0..count).map(|at| recorded[at] == Some(true) || present[at] > 0 && absent[at] == 0).collect();
    let migrations = &question.migrated.history.migrations;
    let places: BTreeMap<&Id, usize> = migrations.iter().enumerate().map(|(at, carried)| (&carried.id, at)).collect();
    for at in (0..count).rev().filter(|at| absent[*at] == 0 || recorded[*at] == Some(true)) {
        if !reached[at] {
            continue;
        }
        let parents = question.migrated.plan.parents.get(&migrations[at].id);
        for parent in parents.into_iter().flatten().filter_map(|id| places.get(id)) {
            if absent[*parent] == 0 {
                reached[*parent] = true;
            }
        }
    }
    reached
}

/// The migrations that were not carried out, as far as others tell.
fn barred(chains: &[Chain], recorded: &[Option<bool>], question: &Question) -> Vec<bool> {
    let migrations = &question.migrated.history.migrations;
    let (mut present, mut absent) = (vec![false; migrations.len()], vec![false; migrations.len()]);
    for chain in chains {
        let [only] = chain.candidates.as_slice() else { continue };
        for (at, place) in chain.places.iter().enumerate() {
            let side = if at < *only { &mut present } else { &mut absent };
            side[place.migration] = true;
        }
    }
    let all = || migrations.iter().zip(recorded).enumerate();
    let lacking: BTreeSet<&Id> = all().filter(|(at, _)| absent[*at] && !present[*at]).map(|(_, (one, _))| &one.id).collect();
    let known: BTreeSet<&str> = all().filter(|(_, (_, row))| **row == Some(true)).map(|(_, (one, _))| &*one.id.app).collect();
    let one = |(at, (carried, row)): (usize, (&Carried, &Option<bool>))| {
        let unrecorded = *row == Some(false) && known.contains(&*carried.id.app);
        let rests = || question.migrated.plan.ancestors(&carried.id).iter().any(|id| lacking.contains(id));
        unrecorded || absent[at] && !present[at] || !lacking.is_empty() && rests()
    };
    all().map(one).collect()
}
