//! What a server refuses in a statement of somebody's own: replay follows the words, and a server asks what rests on the object too.

use std::collections::BTreeSet;

use crate::dialects::{Dialect, Memo};
use crate::ir::inheritance::all_below;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Schema, Written};
use crate::normalise::normalise;
use crate::order::{Needs, Strength};

use super::near::near;

/// Why the server refuses a statement with these effects, one line each; nothing where nothing is known that it would refuse.
pub fn refusals(ops: &[Op], sql: &str, state: &mut Schema<Written>, dialect: &dyn Dialect) -> Vec<String> {
    let asked = |op: &&Op| match op {
        Op::Drop { cascade, .. } => !cascade,
        Op::Set { attr, .. } | Op::SetOnly { attr, .. } => matches!(attr, Attr::Type | Attr::NotNull),
        Op::Create { object, .. } => object.key.kind.is_constraint(),
        _ => false,
    };
    if !ops.iter().any(|op| asked(&op)) {
        return Vec::new();
    }
    let (before, _) = normalise(near(ops, state), dialect, &mut Memo::default());
    let needs = Needs::of(&before, dialect);
    let gone = ops.iter().filter(|op| matches!(op, Op::Drop { .. })).filter_map(|op| before.resolve(op.key()));
    let gone: BTreeSet<Key> = gone.flat_map(|key| falling(key, &needs, &before, dialect)).collect();
    let mut lines: Vec<String> = Vec::new();
    for op in ops.iter().filter(asked) {
        let said = second_key(op, &before, &gone).or_else(|| {
            let mut reached: Vec<Key> = before.resolve(op.key()).into_iter().collect();
            if !ops.iter().any(|other| is_alone(other, op.key())) {
                reached.extend(reached.first().map(|key| all_below(*key, &before)).unwrap_or_default());
            }
            if matches!(op, Op::Drop { .. }) {
                reached = reached.into_iter().flat_map(|key| falling(key, &needs, &before, dialect)).collect();
            }
            let dependents = dependents(&reached, &needs, &before);
            let stay: Vec<&Object> = dependents.into_iter().filter(|object| !gone.contains(&object.key)).collect();
            dialect.refuses(op, &stay, &before)
        });
        lines.extend(said);
    }
    lines.extend(dialect.refuses_together(sql, ops, &before));
    lines.dedup();
    lines
}

/// Whether an operation says that what happens to the part happens to its own relation alone.
fn is_alone(op: &Op, part: Key) -> bool {
    matches!(op, Op::SetOnly { key, .. } if *key == part)
}

/// A table has one primary key.
fn second_key(op: &Op, before: &Schema<Canonical>, gone: &BTreeSet<Key>) -> Option<String> {
    let Op::Create { object, .. } = op else { return None };
    let table = object.key.relation().filter(|_| object.key.kind == Kind::PrimaryKey)?;
    let there = before.parts(table, Kind::PrimaryKey).find(|key| !gone.contains(&key.key))?;
    Some(format!("{} has {} already", table, there.key))
}

/// An object and what goes with it without a word.
fn falling(key: Key, needs: &Needs, before: &Schema<Canonical>, dialect: &dyn Dialect) -> Vec<Key> {
    let mut falling = vec![key];
    let mut at = 0;
    while let Some(owner) = falling.get(at).and_then(|key| before.get(*key)) {
        let parts = if owner.key.kind.has_parts() { before.all_parts(owner.key).map(|part| part.key).collect() } else { Vec::new() };
        let with = needs.dependents(owner.key).iter().map(|(key, _)| *key);
        let with = with.filter(|key| before.get(*key).is_some_and(|object| dialect.falls_with(object, owner)));
        let more: Vec<Key> = parts.into_iter().chain(with).filter(|key| !falling.contains(key)).collect();
        falling.extend(more);
        at += 1;
    }
    falling
}

/// What the server holds these fast for.
fn dependents<'a>(reached: &[Key], needs: &Needs, before: &'a Schema<Canonical>) -> Vec<&'a Object> {
    let edges = reached.iter().flat_map(|key| needs.dependents(*key));
    let strong = edges.filter(|(_, strength)| *strength == Strength::Strong).map(|(key, _)| *key);
    let keys: BTreeSet<Key> = strong.filter(|key| !reached.contains(key)).collect();
    keys.into_iter().filter_map(|key| before.get(key)).collect()
}
