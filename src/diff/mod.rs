//! From two canonical schemas to the operations that lead from one to the other. Knows no sources and no text.

use crate::dialects::Dialect;
use crate::ir::{Attr, Canonical, Key, Object, Op, Pair, Schema, Value};

/// Makes both sides total before they are compared: what one side cannot show is taken from the other, so that silence is
/// not absence and a plan never touches it.
pub fn settle(schema: &mut Pair<Schema<Canonical>>, dialect: &dyn Dialect) {
    dialect.align(Pair::new(&mut schema.live, &mut schema.desired));
    let Pair { live, desired } = schema;
    carry(live, desired);
    carry(desired, live);
}

/// Copies into `to` the objects and facts of `from` that `to` cannot show.
fn carry(from: &Schema<Canonical>, to: &mut Schema<Canonical>) {
    if to.coverage == Default::default() {
        return;
    }
    for object in from.iter() {
        match to.get(object.key) {
            None if !to.coverage.sees(object.key) && has_place(to, object.key) => to.insert(object.clone()),
            None => {}
            Some(_) => carry_facts(object, to),
        }
    }
}

/// Whether the relation of a part is there: a part of a new relation is not unseen but new.
fn has_place(to: &Schema<Canonical>, key: Key) -> bool {
    key.relation().is_none_or(|relation| to.resolve(relation).is_some() || !to.coverage.sees(relation))
}

fn carry_facts(object: &Object, to: &mut Schema<Canonical>) {
    let key = object.key;
    let mut attrs: Vec<Attr> = object.facts().iter().map(|fact| fact.0).collect();
    attrs.extend(to.get(key).into_iter().flat_map(|there| there.facts()).map(|fact| fact.0));
    let unseen: Vec<(Attr, Option<Value>)> =
        attrs.into_iter().filter(|attr| !to.coverage.sees_fact(key, *attr)).map(|attr| (attr, object.get(attr).cloned())).collect();
    if let Some(there) = to.get_mut(key) {
        for (attr, value) in unseen {
            there.set(attr, value);
        }
    }
}

/// The operations that turn `live` into `desired`, drops first, each in key order.
pub fn changes(schema: Pair<&Schema<Canonical>>) -> Vec<Op> {
    let gone = schema.live.iter().filter(|object| !schema.desired.contains(object.key));
    let mut ops: Vec<Op> = gone.map(|object| Op::drop(object.key)).collect();
    for object in schema.desired.iter() {
        match schema.live.get(object.key) {
            None => ops.push(Op::create(object.clone())),
            Some(live) => {
                let attrs = live.differing(object);
                ops.extend(attrs.into_iter().map(|attr| Op::set(object.key, attr, object.get(attr).cloned())));
            }
        }
    }
    ops
}
