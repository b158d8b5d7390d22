//! The operations of a migration that are not carried out yet, in an order in which each finds the names that it speaks of.

use std::collections::BTreeSet;

use super::judge::{Evidence, Status};
use super::timeline::Place;
use super::{Judged, Question};
use crate::ir::op::Guard;
use crate::ir::{Attr, Key, Kind, Op};
use crate::sources::django::{Change, Effect};

/// Above every place that an object of the live side has.
const BEHIND: u32 = 1 << 30;

/// What is still under its old name.
pub struct Renames {
    /// Each with its last name; tables before their columns, which have their table's last name.
    pub whole: Vec<(Key, Key)>,
    /// One by one, as the operations speak of them.
    single: Vec<(Place, Key, Key)>,
}

impl Renames {
    /// What is still under its old name, by what is not there of the operations that rename.
    pub fn of(judged: &Judged, question: &Question) -> Renames {
        let live = &question.live.schema;
        let mut found = Renames { whole: Vec::new(), single: Vec::new() };
        let open: BTreeSet<(Place, Key)> =
            judged.evidence.iter().filter(|one| is_open(one)).filter_map(|one| Some((one.place, one.about?.0))).collect();
        let places: BTreeSet<Place> = open.iter().map(|(place, _)| *place).collect();
        for place in places {
            let pairs = effect(place, question).renames.iter();
            for (from, to) in pairs.filter(|pair| open.contains(&(place, pair.0)) || open.contains(&(place, pair.1))) {
                match (found.whole.iter().position(|(_, last)| last == from), found.origin(*from, *to, question)) {
                    (Some(at), _) => found.whole[at].1 = *to,
                    (None, Some(origin)) => found.whole.push((origin, *to)),
                    (None, None) => continue,
                }
                found.single.push((place, *from, *to));
                for (_, last) in found.whole.iter_mut().filter(|(_, last)| last.relation() == Some(*from)) {
                    last.owner = to.name;
                }
            }
        }
        found.whole.retain(|(_, to)| !live.contains(*to));
        found.whole.sort_by_key(|(from, to)| (from.kind.spec().owned, *from, *to));
        found
    }

    /// What the live side has under the old name: a part of a table that is renamed before it has that one's first name, and of one
    /// that bears its new name already has this.
    fn origin(&self, from: Key, to: Key, question: &Question) -> Option<Key> {
        let first = self.whole.iter().find(|(_, last)| from.relation() == Some(*last)).map(|(table, _)| table.name);
        let names = [Some(from.owner), first, Some(to.owner)];
        names.into_iter().flatten().map(|owner| Key { owner, ..from }).find(|key| question.live.schema.contains(*key))
    }

    /// The last name of what the live side has under an older one.
    pub fn last(&self, key: Key) -> Key {
        let whole = |key: Key| self.whole.iter().find(|(from, _)| *from == key).map(|(_, to)| *to);
        whole(key).or_else(|| Some(Key { owner: whole(key.relation()?)?.name, ..key })).unwrap_or(key)
    }

    /// Whether the live side has a relation, under this name or an older one.
    pub fn stands(&self, relation: Key, question: &Question) -> bool {
        question.live.schema.resolve(relation).is_some() || self.single.iter().any(|(_, _, to)| *to == relation)
    }

    /// Whether an object goes along with a rename of this operation: with its table, or with a column that it may stand on.
    fn take(&self, place: Place, key: Key) -> bool {
        let stands_on = |column: Key| column.kind == Kind::Column && key.kind != Kind::Column && key.relation() == column.relation();
        let is = |known: Key| known == key || key.relation() == Some(known) || stands_on(known);
        self.single.iter().any(|(at, from, to)| *at == place && (is(*from) || is(*to)))
    }

    /// How many operations that rename something come up to a place: what they give a name has it from there on.
    fn before(&self, place: Place) -> usize {
        self.single.iter().map(|(at, ..)| at).filter(|at| **at <= place).collect::<BTreeSet<_>>().len()
    }
}

fn effect<'a>(place: Place, question: &'a Question) -> &'a Effect {
    &question.migrated.history.migrations[place.migration].effects[place.effect]
}

/// An operation that is not there yet, or is contradicted.
fn is_open(one: &Evidence) -> bool {
    matches!(one.status, Status::Absent | Status::Contradicting)
}

/// The operations that are not there yet.
pub fn of(judged: &Judged, renames: &Renames, question: &Question) -> Vec<Op> {
    let mut ops: Vec<(usize, u8, Op)> = Vec::new();
    for one in judged.evidence.iter().filter(|one| is_open(one) || is_counter(one, question)) {
        let place = one.place;
        let Some((key, attr)) = one.about.filter(|(key, _)| !renames.take(place, *key) && !is_passing(one, renames, question)) else {
            continue;
        };
        // A sequence stands beside its table and goes along with it.
        let counted = |change: &&Change| {
            let objects = change.before.iter().chain(&change.after);
            let columns = objects.filter_map(|object| object.key_of(Attr::OwnedBy).or(object.key_of(Attr::IdentityOf)));
            !columns.into_iter().any(|column| renames.take(place, column))
        };
        let change = effect(place, question).changes.iter().find(|change| change.key == key).filter(counted);
        ops.extend(change.and_then(|change| op(change, attr)).map(|op| (renames.before(place), 1, op)));
    }
    for (place, from, to) in &renames.single {
        let key = Key { name: from.name, ..*to };
        ops.push((renames.before(*place), 0, Op::Rename { key, to: to.name }));
    }
    let made: BTreeSet<Key> = ops.iter().filter(|(.., op)| matches!(op, Op::Create { .. })).map(|(.., op)| op.key()).collect();
    ops.sort_by_key(|(after, order, op)| (*after, *order, rank(op, &made), op.key()));
    let mut ops: Vec<Op> = ops.into_iter().map(|(.., op)| op).collect();
    ops.dedup();
    ops
}

/// Whether a later operation of the same migration makes or removes the object again; one that gives it another name does neither.
fn is_passing(one: &Evidence, renames: &Renames, question: &Question) -> bool {
    let Some((key, None)) = one.about else { return false };
    let migration = one.place.migration;
    let later = question.migrated.history.migrations[migration].effects.iter().enumerate().skip(one.place.effect + 1);
    let toggles = |change: &Change| change.key == key && change.before.is_none() != change.after.is_none();
    let mut later = later.filter(|(effect, _)| !renames.take(Place { migration, effect: *effect }, key));
    later.any(|(_, effect)| effect.changes.iter().any(toggles))
}

/// The sequence of a new table's key: no source of models shows it, but it comes with the column.
fn is_counter(one: &Evidence, question: &Question) -> bool {
    one.status == Status::Unseen && one.about.is_some_and(|(key, _)| key.kind == Kind::Sequence && !question.live.schema.contains(key))
}

/// Foreign keys go first, then the rest, then what is made; of renames tables go before their parts. An index goes last: a foreign key
/// that stays needs one at any time (MySQL Reference Manual, FOREIGN KEY Constraints).
fn rank(op: &Op, made: &BTreeSet<Key>) -> u8 {
    match op {
        Op::Drop { key, .. } if key.kind == Kind::ForeignKey => 0,
        Op::Drop { key, .. } if key.kind == Kind::Index && !made.contains(key) => 6,
        Op::Drop { .. } => 1,
        Op::Rename { key, .. } => 2 + u8::from(key.kind.spec().owned),
        Op::Create { .. } => 4,
        _ => 5,
    }
}

fn op(change: &Change, attr: Option<Attr>) -> Option<Op> {
    match (attr, &change.after) {
        (None, Some(object)) => {
            let mut object = object.clone();
            // Behind what is there already.
            object.ordinal = object.ordinal.saturating_add(BEHIND);
            Some(Op::Create { object, guard: Guard::Replace })
        }
        (None, None) => Some(Op::Drop { key: change.key, guard: Guard::Lenient, cascade: false }),
        (Some(attr), Some(object)) => Some(Op::set(change.key, attr, object.get(attr).cloned())),
        (Some(_), None) => None,
    }
}
