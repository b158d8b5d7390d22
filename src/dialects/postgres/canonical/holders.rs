//! Who may do what, where that depends on whose an object is: an owner has all without being told, and one side may state the
//! owner while the other says what is taken from it.

use std::collections::BTreeSet;

use super::privileges::{MAINTAIN, complete, is_everybody, knows_maintain, of_everybody, of_new_objects, of_owner, server, target};
use crate::base::Name;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Pair, Schema, Value, grants};

pub fn align(live: &mut Schema<Canonical>, desired: &mut Schema<Canonical>) {
    give_over(live, desired);
    let maintain = knows_maintain(Pair::new(&*live, &*desired));
    if !maintain {
        forget_maintain(live);
        forget_maintain(desired);
    }
    let server = server(Pair::new(&*live, &*desired));
    let known = |words: &[&'static str]| words.iter().copied().filter(|word| maintain || *word != MAINTAIN).collect::<Vec<_>>();
    let of = |side: &Schema<Canonical>| side.of_kind(Kind::Privilege).map(|object| object.key).collect::<Vec<_>>();
    let (everybody, keys): (BTreeSet<Key>, BTreeSet<Key>) = of(live).into_iter().chain(of(desired)).partition(|key| is_everybody(*key));
    // What everybody has anyway is told of new objects alone, which default privileges would take it from.
    for key in everybody {
        if target(live, key).is_some() || target(desired, key).is_none() {
            complete(live, key, of_everybody(key, server));
            complete(desired, key, of_everybody(key, server));
        }
    }
    for key in keys {
        one(key, &known(of_owner(key)), Pair::new(&mut *live, &mut *desired));
    }
    of_roles(live, desired, &known);
}

/// Where the owner changes, what the old one has is compared as what the new one will have.
fn give_over(live: &mut Schema<Canonical>, desired: &Schema<Canonical>) {
    let change = |object: &Object| {
        let (old, new) = (object.text(Attr::Owner)?, desired.get(object.key)?.text(Attr::Owner)?);
        (old != new).then(|| (object.key, Pair::new(Name::new(old), Name::new(new))))
    };
    let changes: Vec<(Key, Pair<Name>)> = live.standing().filter_map(change).collect();
    for (object, owner) in changes {
        grants::give_over(live, object, owner);
    }
}

/// ALL means less on a server before version 17.
fn forget_maintain(side: &mut Schema<Canonical>) {
    for kind in [Kind::Privilege, Kind::DefaultPrivilege] {
        let without = |object: &Object| {
            let mut said = grants::of(Some(object));
            said.remove(&Name::new(MAINTAIN)).map(|_| (object.key, said))
        };
        let changed: Vec<_> = side.of_kind(kind).filter_map(without).collect();
        for (key, said) in changed {
            side.get_mut(key).into_iter().for_each(|object| object.set(Attr::Grants, Some(Value::Options(said.clone()))));
        }
    }
}

fn one(key: Key, all: &[&str], sides: Pair<&mut Schema<Canonical>>) {
    let Pair { live, desired } = sides;
    let owner = [&*desired, &*live].into_iter().find_map(|side| target(side, key)?.text(Attr::Owner).map(str::to_owned));
    let owns = owner.as_deref().map(|owner| owner == key.name.as_str());
    let in_live = target(live, key).is_some();
    let is_new = !in_live && target(desired, key).is_some();
    for side in [&mut *live, &mut *desired] {
        match owns {
            Some(true) => complete(side, key, all),
            Some(false) => complete(side, key, &[]),
            // The owner of a new object is whoever runs the script: what is taken from it has to be taken then.
            None if is_new => {}
            None => complete(side, key, &[]),
        }
    }
    if owns == Some(true) && in_live && target(desired, key).is_some() && live.contains(key) != desired.contains(key) {
        let silent = if live.contains(key) { desired } else { live };
        let all = Value::Options(grants::held(all));
        silent.insert(Object::new(key).with(Attr::Grants, all));
    }
}

/// Default privileges without a role are those of whoever runs the statement. What they take from somebody takes something where
/// that is the same role: one who owns something may be, and anybody where nothing is owned yet.
fn of_roles(live: &mut Schema<Canonical>, desired: &mut Schema<Canonical>, known: &dyn Fn(&[&'static str]) -> Vec<&'static str>) {
    if [&*live, &*desired].iter().all(|side| side.of_kind(Kind::DefaultPrivilege).next().is_none()) {
        return;
    }
    let owners: BTreeSet<String> = live.standing().filter_map(|object| object.text(Attr::Owner)).map(str::to_owned).collect();
    for side in [live, desired] {
        let keys: Vec<Key> = side.of_kind(Kind::DefaultPrivilege).map(|object| object.key).collect();
        for key in keys {
            let grantee = key.name.as_str().split_once(" to ").map_or("", |(_, grantee)| grantee);
            if !key.owner.is_none() || !(owners.is_empty() || owners.contains(grantee)) {
                complete(side, key, &known(of_new_objects(key)));
            }
        }
    }
}
