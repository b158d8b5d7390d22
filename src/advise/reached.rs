//! What is carried out for certain: where an object was never there or was made and removed again, this decides which of the two holds.

use std::collections::{BTreeMap, BTreeSet};

use super::Question;
use super::judge::Chain;
use super::timeline::Place;
use crate::sources::django::Id;

/// What is carried out for certain.
pub struct Reached {
    /// By migration.
    pub whole: Vec<bool>,
    /// The operations of the others.
    single: BTreeSet<Place>,
}

impl Reached {
    pub fn of(chains: &[Chain], recorded: &[Option<bool>], question: &Question) -> Reached {
        Reached { whole: whole(chains, recorded, question), single: single(chains) }
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
