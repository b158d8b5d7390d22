//! From states to facts to verdicts.
//!
//! An object's states form a chain; the live side matches some of them. Where it matches exactly one, every change up to it
//! is present and every later one absent. Where it matches several (never made, and made and removed again), what is known
//! for certain of the migrations decides: the rows, and the changes that match once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::chains::{self, Chain};
use super::reached::{self, Reached};
use super::sight::Sight;
use super::timeline::{Place, Timeline};
use super::{Judged, Question, Verdict, again, doubt, untold};
use crate::base::Span;
use crate::ir::value::{Value, shown};
use crate::ir::{Attr, Key, Kind, Object};
use crate::sources::django::{Id, Nature};

/// What is said where a migration is faked of which a part cannot be seen.
pub const HIDDEN: &str = "a part of it shows in no schema: make sure that it ran, for faking leaves it out";

/// What the live side says of one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Present,
    Absent,
    Contradicting,
    /// One side cannot show it.
    Unseen,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Status::Present => "present",
            Status::Absent => "absent",
            Status::Contradicting => "contradicting",
            Status::Unseen => "unseen",
        }
    }
}

/// One fact of one operation.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The operation and what it is about.
    pub op: String,
    pub fact: String,
    pub status: Status,
    /// What the live object has where the fact does not hold.
    pub instead: Option<String>,
    /// Where the project says it.
    pub model: Option<Span>,
    /// Where the live side says it.
    pub live: Option<Span>,
    /// What the fact is about, for patches.
    pub place: Place,
    pub about: Option<(Key, Option<Attr>)>,
}

/// The facts and verdicts of all migrations, in plan order.
pub fn judge(timeline: &Timeline, sight: &Sight, question: &Question) -> Vec<Judged> {
    let recorded = recorded(question);
    let mut chains = Vec::new();
    let mut unseen: BTreeSet<(Place, Key)> = BTreeSet::new();
    for (key, versions) in &timeline.objects {
        if is_unseen(*key, question) {
            unseen.extend(versions.iter().map(|version| (version.place, *key)));
            continue;
        }
        chains::of(*key, versions, (sight, question), &mut chains);
    }
    reached::narrow(&mut chains, recorded.len());
    let reached = Reached::of(&chains, &recorded, question);
    let mut evidence: BTreeMap<Place, Vec<Evidence>> = BTreeMap::new();
    let shadow = shadow(&recorded, &reached.whole, question);
    let never = never(&chains, &reached);
    for chain in &chains {
        let stands = if reached.goes_with(chain, &never) { Some(0) } else { stand(chain, &reached) };
        settle((chain, stands), (&reached, &shadow), (sight, question), &mut evidence);
    }
    for one in (0..recorded.len()).flat_map(|at| untold::renamed(at, question)) {
        evidence.entry(one.place).or_default().push(one);
    }
    let carried_out = carried_out(&reached, &evidence);
    for (place, key) in unseen {
        evidence.entry(place).or_default().push(fact(question, place, (key, None), Status::Unseen));
    }
    let migrations = question.migrated.history.migrations.iter().enumerate();
    migrations.map(|(at, carried)| verdict(at, carried.id.clone(), recorded[at], &mut evidence, (question, &carried_out))).collect()
}

/// Whether each migration is recorded; a squash is where all that it replaces is.
fn recorded(question: &Question) -> Vec<Option<bool>> {
    let replaced = &question.migrated.plan.replaced;
    let one = |id: &Id| {
        let rows = question.recorded.as_ref()?;
        Some(rows.count(id, replaced.get(id).map_or(&[], Vec::as_slice)))
    };
    question.migrated.history.migrations.iter().map(|carried| one(&carried.id)).collect()
}

fn is_unseen(key: Key, question: &Question) -> bool {
    // A gone relation is spoken of by the history, so only what is hidden on one of the sides counts.
    let covered = &question.migrated.history.coverage;
    let hidden = covered.hidden.contains(&key) || key.relation().is_some_and(|relation| covered.hidden.contains(&relation));
    hidden || question.left_out.contains(&key.kind) || !covered.sees(key) || !question.live.schema.coverage.sees(key)
}

/// The position of a chain at which the live side stands.
fn stand(chain: &Chain, reached: &Reached) -> Option<usize> {
    let lower = chain.places.iter().rposition(|place| reached.has(*place)).map_or(0, |at| at + 1);
    let after = || chain.candidates.iter().copied().filter(|position| *position >= lower);
    // What stands as after the last change went all the way, unless something on it says that it did not.
    let free = |position: &usize| chain.places[lower..(*position).min(chain.places.len())].iter().all(|place| !reached.is_barred(*place));
    let far = after().filter(|position| chain.newest && free(position)).max();
    // A table that was taken away by an operation that rests on one which is not carried out was rather never made.
    let relation = chain.attr.is_none() && chain.key.kind.is_relation();
    let refuted = |position: &usize| relation && reached.is_refuted(&chain.places, (lower, *position));
    let before = || chain.candidates.iter().copied().filter(|position| *position < lower).max();
    let kept = || after().find(|position| !refuted(position)).or_else(before);
    far.or_else(kept).or_else(|| after().min()).or_else(|| chain.candidates.iter().copied().max())
}

/// The relations that never came.
fn never(chains: &[Chain], reached: &Reached) -> BTreeSet<Key> {
    let relations = chains.iter().filter(|chain| chain.attr.is_none() && chain.key.kind.is_relation());
    relations.filter(|chain| stand(chain, reached) == Some(0)).map(|chain| chain.key).collect()
}

/// By app the last operation that was or may have been carried out, and of which it cannot be told what it did.
fn shadow(recorded: &[Option<bool>], reached: &[bool], question: &Question) -> BTreeMap<Arc<str>, Place> {
    let mut last = BTreeMap::new();
    for (at, carried) in question.migrated.history.migrations.iter().enumerate() {
        let opaque = carried.effects.iter().rposition(|effect| matches!(effect.nature, Nature::Opaque(_)));
        if let Some(effect) = opaque.filter(|_| recorded[at] != Some(false) || reached[at]) {
            last.insert(carried.id.app.clone(), Place { migration: at, effect });
        }
    }
    last
}

fn settle(
    (chain, stands): (&Chain, Option<usize>),
    (reached, shadow): (&Reached, &BTreeMap<Arc<str>, Place>),
    (sight, question): (&Sight, &Question),
    evidence: &mut BTreeMap<Place, Vec<Evidence>>,
) {
    for (at, place) in chain.places.iter().enumerate() {
        let status = match stands {
            Some(stands) if at < stands => Status::Present,
            Some(_) => Status::Absent,
            // Nothing that the migrations ever said: the last one that is carried out, else the first, is contradicted.
            None => {
                let blamed = chain.places.iter().rposition(|place| reached.whole[place.migration]).unwrap_or(0);
                match at.cmp(&blamed) {
                    std::cmp::Ordering::Less => Status::Present,
                    std::cmp::Ordering::Equal => Status::Contradicting,
                    std::cmp::Ordering::Greater => Status::Absent,
                }
            }
        };
        // What contradicts a migration may be the work of a later one that cannot be read.
        let shadowed = || shadow.get(&question.migrated.history.migrations[place.migration].id.app).is_some_and(|at| at > place);
        let odd = status == Status::Contradicting || status == Status::Absent && reached.whole[place.migration];
        let status = if odd && shadowed() { Status::Unseen } else { status };
        let mut one = fact(question, *place, (chain.key, chain.attr), status);
        let live = sight.live.get(chain.key);
        one.live = live.and_then(|object| object.span);
        let differs = matches!(status, Status::Contradicting | Status::Absent);
        let told = live.zip(chain.attr).filter(|_| differs).map(|(object, attr)| said(object, attr));
        // What is undone later and stands as before differs in nothing that a reader could see.
        one.instead = told.filter(|told| !one.fact.ends_with(told.as_str()));
        evidence.entry(*place).or_default().push(one);
    }
}

/// The migrations that are carried out, as it was settled.
fn carried_out(reached: &Reached, evidence: &BTreeMap<Place, Vec<Evidence>>) -> Vec<bool> {
    let (mut present, mut lacks) = (reached.whole.clone(), vec![false; reached.whole.len()]);
    for (place, facts) in evidence {
        present[place.migration] |= facts.iter().any(|fact| fact.status == Status::Present);
        lacks[place.migration] |= facts.iter().any(|fact| matches!(fact.status, Status::Absent | Status::Contradicting));
    }
    let each = present.iter().zip(&lacks).zip(&reached.whole);
    each.map(|((present, lacks), reached)| *reached || *present && !*lacks).collect()
}

/// A fact in words.
fn fact(question: &Question, place: Place, (key, attr): (Key, Option<Attr>), status: Status) -> Evidence {
    let effect = &question.migrated.history.migrations[place.migration].effects[place.effect];
    let change = effect.changes.iter().find(|change| change.key == key);
    let after = change.and_then(|change| change.after.as_ref());
    let text = match (attr, after) {
        (_, None) => format!("{key} is gone"),
        (None, Some(object)) => described(key, object),
        (Some(attr), Some(object)) => format!("{key}: {}", said(object, attr)),
    };
    let model = after.and_then(|object| object.span).or(effect.span).filter(|_| effect.built_in.is_none());
    Evidence { op: effect.title.clone(), fact: text, status, model, instead: None, live: None, place, about: Some((key, attr)) }
}

/// What an object says of one of its facts.
fn said(object: &Object, attr: Attr) -> String {
    let label = attr.spec().label;
    match object.get(attr) {
        Some(Value::Flag) => label.to_string(),
        Some(value) => format!("{label} {}", shown(value)),
        None if attr == Attr::NotNull => "null allowed".to_string(),
        None => format!("no {label}"),
    }
}

fn described(key: Key, object: &Object) -> String {
    match key.kind {
        Kind::Column => {
            let null = if object.has(Attr::NotNull) { " not null" } else { "" };
            format!("{key} {}{null}", object.text(Attr::Type).unwrap_or(""))
        }
        _ => key.to_string(),
    }
}

fn verdict(
    at: usize,
    id: Id,
    recorded: Option<bool>,
    evidence: &mut BTreeMap<Place, Vec<Evidence>>,
    (question, reached): (&Question, &[bool]),
) -> Judged {
    let carried = &question.migrated.history.migrations[at];
    let mut all = Vec::new();
    let mut blind = false;
    let mut data = false;
    for (effect, done) in carried.effects.iter().enumerate() {
        let facts = evidence.remove(&Place { migration: at, effect }).unwrap_or_default();
        let unseen = |why: &str| Evidence {
            op: done.title.clone(),
            fact: why.to_string(),
            status: Status::Unseen,
            instead: None,
            model: done.span,
            live: None,
            place: Place { migration: at, effect },
            about: None,
        };
        match &done.nature {
            Nature::Data => {
                data = true;
                all.push(unseen("what it does to rows, no schema shows"));
            }
            Nature::Opaque(why) => {
                blind = true;
                all.push(unseen(why));
            }
            Nature::State | Nature::Schema => {}
        }
        all.extend(facts);
    }
    let count = |status: Status| all.iter().filter(|one| one.status == status).count();
    // An extension that is there already says nothing: its operation does nothing then.
    let lent =
        all.iter().filter(|one| one.status == Status::Present && one.about.is_some_and(|(key, _)| key.kind == Kind::Extension)).count();
    let (present, absent, contradicting) = (count(Status::Present), count(Status::Absent), count(Status::Contradicting));
    let present = if absent > 0 { present - lent } else { present };
    blind |= present + absent + contradicting == 0 && count(Status::Unseen) > 0;
    let mut notes = Vec::new();
    let verdict = match decided(recorded == Some(true), (present, absent, contradicting), data || blind) {
        Verdict::Patch if again::may_run(&all, data || blind, question) => {
            notes.push(again::NOTE.to_string());
            Verdict::Apply
        }
        verdict => verdict,
    };
    if verdict == Verdict::Manual {
        notes.push(doubt::position(at, reached));
        notes.extend(doubt::settling(&id, data));
    }
    if matches!(verdict, Verdict::Fake | Verdict::Patch) && (data || blind) {
        notes.push(HIDDEN.to_string());
    }
    Judged { id, verdict, recorded, evidence: all, sql: String::new(), back: String::new(), held: false, notes }
}

/// The verdict by how many effects are present, absent and contradicted; `hidden` where some show in no schema.
fn decided(taken: bool, (present, absent, contradicting): (usize, usize, usize), hidden: bool) -> Verdict {
    match (taken, present, absent, contradicting) {
        (true, _, 0, 0) => Verdict::Done,
        (true, _, _, _) => Verdict::Missing,
        (false, 0, 0, 0) if hidden => Verdict::Manual,
        (false, 0, 0, 0) => Verdict::Apply,
        (false, _, _, 1..) => Verdict::Blocked,
        (false, _, 0, 0) => Verdict::Fake,
        (false, 0, _, 0) => Verdict::Apply,
        (false, _, _, 0) => Verdict::Patch,
    }
}
