//! Composite types that change while tables hold their values, which the server does not rewrite: each is compared as a whole, and
//! made anew.

use crate::base::Name;
use crate::dialects::postgres::write::{anew, types};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Pair, Schema, Value};

pub fn align(live: &mut Schema<Canonical>, desired: &mut Schema<Canonical>) {
    let keys: Vec<Key> = desired.of_kind(Kind::Composite).map(|object| object.key).filter(|key| live.contains(*key)).collect();
    for key in keys {
        let reordered = order(key, live, desired);
        if is_made_anew(key, reordered, Pair::new(live, desired)) {
            for side in [&mut *live, &mut *desired] {
                let whole = whole(key, side);
                set(side, key, Attr::Definition, Value::sql(whole));
            }
        } else if reordered {
            for side in [&mut *live, &mut *desired] {
                let names = names(key, side);
                set(side, key, Attr::Columns, Value::Names(names));
            }
        }
    }
}

fn set(side: &mut Schema<Canonical>, key: Key, attr: Attr, value: Value) {
    side.get_mut(key).into_iter().for_each(|object| object.set(attr, Some(value.clone())));
}

/// Whether the order of the fields differs: adding the new ones behind those that stay does not lead to it. A value of the type is
/// written and read in that order.
fn order(key: Key, live: &Schema<Canonical>, desired: &Schema<Canonical>) -> bool {
    let (old, new) = (names(key, live), names(key, desired));
    let stay = old.iter().filter(|name| new.contains(name));
    let come = new.iter().filter(|name| !old.contains(name));
    !stay.chain(come).eq(&new)
}

/// Whether fields change their order or their types under values that a table keeps, and the columns can be cast over.
fn is_made_anew(key: Key, reordered: bool, sides: Pair<&Schema<Canonical>>) -> bool {
    let retyped = |field: &Object| sides.live.get(field.key).is_some_and(|live| types::field_type(live) != types::field_type(field));
    let changes = reordered || sides.desired.parts(key, Kind::Column).any(retyped);
    changes && types::is_held(key, sides) && anew::refusal(key, sides).is_none()
}

/// All fields, as they are compared.
fn whole(key: Key, side: &Schema<Canonical>) -> String {
    let fields: Vec<String> = types::fields(key, side).into_iter().map(types::field_type).collect();
    format!("({})", fields.join(", "))
}

fn names(key: Key, side: &Schema<Canonical>) -> Vec<Name> {
    types::fields(key, side).into_iter().map(|field| field.key.name).collect()
}
