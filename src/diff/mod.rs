//! From two canonical schemas to the operations that lead from one to the other. Knows no sources and no text.

use crate::dialects::Dialect;
use crate::ir::{Attr, Canonical, Coverage, Key, Object, Op, Pair, Schema, Written};

/// Makes both sides total before they are compared: what one side cannot show is taken from the other, so that silence is
/// not absence and a plan never touches it.
pub fn settle(schema: &mut Pair<Schema<Canonical>>, dialect: &dyn Dialect) {
    dialect.align(Pair::new(&mut schema.live, &mut schema.desired));
    let Pair { live, desired } = schema;
    carry(live, desired);
    carry(desired, live);
}

/// Lends each side the objects that it cannot show, before the canonical forms are made: expressions are read with the types
/// and routines that they use. Says of each side what it was lent.
pub fn lend(schema: &mut Pair<Schema<Written>>) -> Pair<Vec<Object>> {
    let Pair { live, desired } = schema;
    let lent = carry_objects(live, desired);
    Pair::new(carry_objects(desired, live), lent)
}

/// Copies into `to` the objects and facts of `from` that `to` cannot show.
fn carry(from: &Schema<Canonical>, to: &mut Schema<Canonical>) {
    if to.coverage == Default::default() {
        return;
    }
    let (mut missing, mut unseen) = (Vec::new(), Vec::new());
    for (object, there) in from.beside(to) {
        match there {
            None => missing.push(object),
            Some(there) => unseen.extend(unseen_facts(object, there, &to.coverage)),
        }
    }
    carry_missing(missing.into_iter().cloned().collect(), to);
    for (key, attrs) in unseen {
        let (Some(object), Some(there)) = (from.get(key), to.get_mut(key)) else { continue };
        attrs.into_iter().for_each(|attr| there.set(attr, object.get(attr).cloned()));
    }
}

/// The facts that are not the same on an object's other side because that side does not show them; nothing where there are none.
fn unseen_facts(object: &Object, there: &Object, coverage: &Coverage) -> Option<(Key, Vec<Attr>)> {
    if object.shares(there) {
        return None;
    }
    let attrs: Vec<Attr> = object.unequal(there).filter(|attr| !coverage.sees_fact(object.key, *attr)).collect();
    (!attrs.is_empty()).then_some((object.key, attrs))
}

/// Copies the objects, and says which.
fn carry_objects<State>(from: &Schema<State>, to: &mut Schema<State>) -> Vec<Object> {
    if to.coverage == Default::default() {
        return Vec::new();
    }
    let missing = from.beside(to).filter(|(_, there)| there.is_none()).map(|(object, _)| object.clone()).collect();
    carry_missing(missing, to)
}

/// Of objects that `to` does not have, copies those that it cannot show.
fn carry_missing<State>(missing: Vec<Object>, to: &mut Schema<State>) -> Vec<Object> {
    let mut carried = Vec::new();
    for object in missing {
        let mistaken = mistaken(to, object.key);
        if let Some(other) = mistaken {
            let parts: Vec<Key> = to.all_parts(other).map(|part| part.key).collect();
            parts.into_iter().chain([other]).for_each(|key| drop(to.remove(key)));
        }
        if mistaken.is_some() || (!to.coverage.sees(object.key) && has_place(to, &object)) {
            to.insert(object.clone());
            carried.push(object);
        }
    }
    carried
}

/// The relation of another kind that bears this name, where the source cannot tell a table from a view.
fn mistaken<State>(to: &Schema<State>, key: Key) -> Option<Key> {
    let other = if key.kind.is_relation() { to.resolve(key) } else { None };
    other.filter(|other| !to.coverage.sees_fact(*other, Attr::Query))
}

/// Whether what a part stands on is there: a part of a new relation is not unseen but new, and so is the sequence of a column
/// that does not draw from it.
fn has_place<State>(to: &Schema<State>, object: &Object) -> bool {
    if let Some(column) = object.key_of(Attr::OwnedBy).or(object.key_of(Attr::IdentityOf)) {
        let draws = |there: &Object| {
            there.has(Attr::Identity) || there.text(Attr::Default).is_some_and(|text| text.contains(object.key.name.as_str()))
        };
        let shown = [Attr::Default, Attr::Identity].iter().all(|attr| to.coverage.sees_fact(column, *attr));
        return to.get(column).map_or(!to.coverage.sees(column), |there| !shown || draws(there));
    }
    object.key.relation().is_none_or(|relation| to.resolve(relation).is_some() || !to.coverage.sees(relation))
}

/// The operations that turn `live` into `desired`, drops first, each in key order.
pub fn changes(schema: Pair<&Schema<Canonical>>) -> Vec<Op> {
    let (mut ops, mut rest) = (Vec::new(), Vec::new());
    for sides in schema.live.both(schema.desired) {
        match sides {
            (Some(live), Some(desired)) => {
                let attrs = live.differing(desired);
                rest.extend(attrs.into_iter().map(|attr| Op::set(desired.key, attr, desired.get(attr).cloned())));
            }
            (Some(gone), None) => ops.push(Op::drop(gone.key)),
            (None, come) => rest.extend(come.cloned().map(Op::create)),
        }
    }
    ops.extend(rest);
    ops
}
