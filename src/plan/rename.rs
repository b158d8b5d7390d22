//! Renames: the ones that are proven by identity, the ones that are only likely, and their steps.

use std::collections::BTreeMap;

use crate::base::{Code, Diagnostic, Name};
use crate::dialects::Dialect;
use crate::ir::{Action, Attr, Canonical, Key, Kind, Object, Op, Pair, Schema, Step};

/// The step of a rename or a move.
pub fn step(op: &Op) -> Option<Step> {
    match op {
        Op::Rename { key, to } => Some(Step { key: *key, action: Action::Rename { to: *to } }),
        Op::Move { key, namespace } => Some(Step { key: *key, action: Action::Move { to: *namespace } }),
        _ => None,
    }
}

/// Kinds whose objects hold nothing but their definition: the same definition under another name is the same object.
const NAMED_ONLY: &[Kind] = &[Kind::Index, Kind::PrimaryKey, Kind::Unique, Kind::ForeignKey, Kind::Check, Kind::Exclusion];

/// What an object that may be renamed stands on: its relation, or the column whose sequence it is.
fn place(object: &Object) -> Option<Key> {
    let column = || object.key_of(Attr::OwnedBy).or(object.key_of(Attr::IdentityOf));
    if object.key.kind == Kind::Sequence { column() } else { object.key.relation().filter(|_| NAMED_ONLY.contains(&object.key.kind)) }
}

/// Renames of constraints and indexes, and of the sequences of columns, that differ in nothing but their name. Nothing is
/// lost, so no evidence is needed.
pub fn identical_under_another_name(schema: Pair<&Schema<Canonical>>, ops: &[Op]) -> Vec<Op> {
    let mut dropped: BTreeMap<(Kind, Key), Vec<&Object>> = BTreeMap::new();
    for op in ops {
        if goes(op, schema.live)
            && let Some(object) = schema.live.get(op.key())
            && let Some(place) = place(object)
        {
            dropped.entry((object.key.kind, place)).or_default().push(object);
        }
    }
    let mut renames = Vec::new();
    for op in ops {
        let Op::Create { object, .. } = op else { continue };
        let Some(candidates) = place(object).and_then(|place| dropped.get_mut(&(object.key.kind, place))) else { continue };
        if let Some(at) = candidates.iter().position(|candidate| same_but_for_owner(candidate, object)) {
            let old = candidates.remove(at);
            renames.push(Op::Rename { key: old.key, to: object.key.name });
        }
    }
    renames
}

/// Whether an object goes, or another takes its name while its own place under a parent's index is kept: that place is taken
/// by the index that has it on the other side.
fn goes(op: &Op, live: &Schema<Canonical>) -> bool {
    match op {
        Op::Drop { .. } => true,
        Op::Set { key, attr: Attr::PartitionOf, .. } => {
            key.kind == Kind::Index && live.get(*key).is_some_and(|index| index.has(Attr::PartitionOf))
        }
        _ => false,
    }
}

/// Whether two objects differ in no fact that both sides state: a side that names no owners says nothing of them.
fn same_but_for_owner(live: &Object, desired: &Object) -> bool {
    live.differing(desired).iter().all(|attr| *attr == Attr::Owner && !desired.has(Attr::Owner))
}

/// Renames of parts whose names differ in case only, where the dialect holds such names equal.
pub fn same_name_in_another_case(ops: &[Op], dialect: &dyn Dialect) -> Vec<Op> {
    let created = by_place(ops, |op| if let Op::Create { object, .. } = op { Some(object.key) } else { None });
    let mut renames = Vec::new();
    for op in ops {
        let Op::Drop { key, .. } = op else { continue };
        let siblings = created.get(&place_of(*key)).filter(|_| dialect.is_caseless(key.kind)).into_iter().flatten();
        let renamed = siblings.map(|sibling| sibling.name).find(|name| name.as_str().eq_ignore_ascii_case(key.name.as_str()));
        renames.extend(renamed.map(|to| Op::Rename { key: *key, to }));
    }
    renames
}

/// The key without its name: what siblings of one kind have in common.
fn place_of(key: Key) -> Key {
    Key { name: Name::NONE, ..key }
}

/// The keys of some operations, each beside its siblings, in the order of the operations.
fn by_place(ops: &[Op], key: impl Fn(&Op) -> Option<Key>) -> BTreeMap<Key, Vec<Key>> {
    let mut places: BTreeMap<Key, Vec<Key>> = BTreeMap::new();
    for key in ops.iter().filter_map(key) {
        places.entry(place_of(key)).or_default().push(key);
    }
    places
}

/// Beyond so many pairs of siblings the one side is no renaming of the other, and nobody would answer the questions.
const MOST_PAIRS: usize = 100_000;

/// Drops and creates that look like renames, as questions: nothing is assumed.
pub fn likely(schema: Pair<&Schema<Canonical>>, ops: &[Op]) -> Vec<Diagnostic> {
    let asked = |key: &Key| matches!(key.kind, Kind::Table | Kind::Column);
    let dropped = by_place(ops, |op| if let Op::Drop { key, .. } = op { Some(*key).filter(asked) } else { None });
    let created = by_place(ops, |op| if let Op::Create { object, .. } = op { Some(object.key).filter(asked) } else { None });
    let mut questions = Vec::new();
    for (place, gone) in &dropped {
        let come = created.get(place).map_or(&[][..], Vec::as_slice);
        if gone.len() * come.len() > MOST_PAIRS {
            questions.push(too_many(*place, gone.len(), come.len()));
            continue;
        }
        for live in gone {
            let new = come.iter().filter_map(|key| schema.desired.get(*key));
            questions.extend(new.filter(|object| alike(schema, *live, object)).map(|object| question(*live, object)));
        }
    }
    questions
}

/// What is said in place of the questions where there would be too many.
fn too_many(place: Key, gone: usize, come: usize) -> Diagnostic {
    let among = if place.owner.is_none() { String::new() } else { format!(" of {}", place.owner) };
    let text = format!(
        "{gone} {kind}s{among} go and {come} come: too many to be held against each other for renames",
        kind = place.kind.spec().noun
    );
    Diagnostic::new(Code::LikelyRename, None, text).help("if some of them were renamed, say --rename OLD=NEW for each")
}

fn alike(schema: Pair<&Schema<Canonical>>, live: Key, desired: &Object) -> bool {
    match live.kind {
        Kind::Column => schema.live.get(live).is_some_and(|object| object.differing(desired).is_empty()),
        _ => {
            let names = |schema: &Schema<Canonical>, key: Key| {
                schema.columns(key).iter().map(|column| column.key.name.as_str()).collect::<Vec<_>>()
            };
            let (old, new) = (names(schema.live, live), names(schema.desired, desired.key));
            !old.is_empty() && similar::TextDiff::from_slices(&old, &new).ratio() >= 0.8
        }
    }
}

fn question(live: Key, desired: &Object) -> Diagnostic {
    let owner = if live.owner.is_none() { String::new() } else { format!("{}.", live.owner) };
    Diagnostic::new(
        Code::LikelyRename,
        desired.span,
        format!("{live} goes and {} comes with the same definition: was it renamed?", desired.key),
    )
    .help(format!(
        "if so, say --rename {owner}{}={}, or write `-- amend: renamed from {}` above it",
        live.name, desired.key.name, live.name
    ))
}
