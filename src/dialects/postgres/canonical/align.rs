//! What depends on the other side: owners that only one side states, versions of extensions, names that the server
//! chose. Different things stay different.

use std::collections::BTreeSet;

use super::{composites, holders, not_null, stars};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Pair, Schema, Value};

pub fn align(pair: Pair<&mut Schema<Canonical>>) {
    let Pair { live, desired } = pair;
    default_roles(live, desired);
    holders::align(live, desired);
    owners(live, desired);
    one_sided(live, desired);
    not_null::align(live, desired);
    view_columns(live, desired);
    view_flags(live, desired);
    session_roles(live, desired);
    session_mappings(live, desired);
    composites::align(live, desired);
    stars::align(live, desired);
    moments(live, desired);
}

/// Words for which the server puts the moment at which it reads them, also as a default (manual, 8.5.1.4).
const MOMENTS: &[&str] = &["now", "now()", "today", "tomorrow", "yesterday"];

/// Which moment such a word was in live no text says: the constant that stands there may be it, and is held equal.
fn moments(live: &Schema<Canonical>, desired: &mut Schema<Canonical>) {
    let constant = |object: &Object| {
        let default = object.fragment(Attr::Default)?.compared().strip_prefix('\'')?.split_once("'::")?;
        let known = default.1.starts_with("timestamp") || matches!(default.1, "date" | "time without time zone" | "time with time zone");
        known.then(|| (default.0.trim().to_ascii_lowercase(), default.1.to_owned()))
    };
    let known = |column: &Object| {
        let (said, said_type) = constant(column).filter(|(word, _)| MOMENTS.contains(&word.as_str()))?;
        let stands = live.get(column.key)?;
        let (value, of) = constant(stands)?;
        let form = stands.fragment(Attr::Default).filter(|_| of == said_type && value != said)?.compared();
        Some((column.key, form.to_owned()))
    };
    let known: Vec<(Key, String)> = desired.of_kind(Kind::Column).filter_map(known).collect();
    for (column, form) in known {
        desired.get_mut(column).into_iter().for_each(|column| column.settle(Attr::Default, |_| form.clone()));
    }
}

/// Default privileges without a role are those of whoever runs the statement: the only role that live has them for.
fn default_roles(live: &Schema<Canonical>, desired: &mut Schema<Canonical>) {
    let wanted: Vec<Key> = desired.of_kind(Kind::DefaultPrivilege).map(|object| object.key).collect();
    for key in wanted.into_iter().filter(|key| key.owner.is_none() || key.owner.as_str().starts_with("in ")) {
        let same = |known: &Key| {
            let rest = known.owner.as_str().split_once(' ').map_or("", |(_, rest)| rest);
            known.name == key.name && !known.owner.is_none() && *known != key && rest == key.owner.as_str()
        };
        // One who owns nothing, where the dump says who owns what, is nobody who runs such statements.
        let owners: BTreeSet<&str> = live.standing().filter_map(|object| object.text(Attr::Owner)).collect();
        let runs = |known: &Key| owners.is_empty() || owners.contains(known.owner.as_str().split(' ').next().unwrap_or(""));
        let known: Vec<Key> = live.of_kind(Kind::DefaultPrivilege).map(|object| object.key).filter(same).filter(runs).collect();
        let [only] = known.as_slice() else { continue };
        if let Some(mut object) = desired.remove(key) {
            object.key = *only;
            desired.insert(object);
        }
    }
}

/// CURRENT_USER in a policy became a role when the policy was made: which one, only the server knows.
fn session_roles(live: &mut Schema<Canonical>, desired: &mut Schema<Canonical>) {
    let keys: Vec<Key> = live.of_kind(Kind::Policy).map(|object| object.key).collect();
    for key in keys {
        let (Some(object), Some(other)) = (live.get_mut(key), desired.get_mut(key)) else { continue };
        let (Some(Value::Labels(known)), Some(Value::Labels(wanted))) = (object.get(Attr::Roles), other.get(Attr::Roles)) else { continue };
        if known.len() == wanted.len() && wanted.iter().any(|role| is_of_session(role)) && !known.iter().any(|role| is_of_session(role)) {
            let known = object.get(Attr::Roles).cloned();
            other.set(Attr::Roles, known);
        }
    }
}

fn is_of_session(role: &str) -> bool {
    ["current_user", "session_user", "current_role"].iter().any(|word| role.eq_ignore_ascii_case(word))
}

/// So did that of a user mapping: it is the only one of its server that desired does not name.
fn session_mappings(live: &Schema<Canonical>, desired: &mut Schema<Canonical>) {
    let parts = |key: Key| key.name.as_str().split_once(" on ");
    let of_session = |key: &Key| parts(*key).is_some_and(|(role, _)| is_of_session(role));
    let wanted: Vec<Key> = desired.keys_of(Kind::UserMapping).filter(of_session).collect();
    for key in wanted {
        let server = parts(key).map(|(_, server)| server);
        let same = |known: &Key| parts(*known).map(|(_, server)| server) == server && !desired.contains(*known);
        let known: Vec<Key> = live.keys_of(Kind::UserMapping).filter(same).collect();
        let ([only], Some(mut mapping)) = (known.as_slice(), desired.get(key).cloned()) else { continue };
        mapping.key = *only;
        mapping.set(Attr::Definition, live.fact(*only, Attr::Definition).cloned());
        desired.remove(key);
        desired.insert(mapping);
    }
}

/// The owner of an object is compared where both sides state it. New objects keep the desired one.
fn owners(live: &mut Schema<Canonical>, desired: &mut Schema<Canonical>) {
    let one_sided = |object: &Object| desired.get(object.key).is_some_and(|other| object.has(Attr::Owner) != other.has(Attr::Owner));
    let keys: Vec<Key> = live.standing().filter(|object| one_sided(object)).map(|object| object.key).collect();
    for key in keys {
        let both = [live.get_mut(key), desired.get_mut(key)];
        both.into_iter().flatten().for_each(|object| object.set(Attr::Owner, None));
    }
}

/// Facts of extensions that the server fills in when nobody states them.
fn one_sided(live: &mut Schema<Canonical>, desired: &mut Schema<Canonical>) {
    let keys: Vec<Key> = live.of_kind(Kind::Extension).map(|object| object.key).collect();
    for key in keys {
        let (Some(object), Some(other)) = (live.get_mut(key), desired.get_mut(key)) else { continue };
        for attr in [Attr::Version, Attr::InSchema, Attr::Comment] {
            if object.has(attr) != other.has(attr) {
                object.set(attr, None);
                other.set(attr, None);
            }
        }
    }
}

/// The column names of a view are in its canonical query: where the queries are equal, the list is the same thing twice.
fn view_columns(live: &mut Schema<Canonical>, desired: &mut Schema<Canonical>) {
    let views = [Kind::View, Kind::MaterializedView];
    let keys: Vec<Key> = views.iter().flat_map(|kind| live.of_kind(*kind)).map(|object| object.key).collect();
    for key in keys {
        let (Some(object), Some(other)) = (live.get_mut(key), desired.get(key)) else { continue };
        if object.get(Attr::Query) == other.get(Attr::Query) {
            for attr in [Attr::ColumnNames, Attr::Recursive] {
                object.set(attr, other.get(attr).cloned());
            }
        }
    }
}

/// A flag of a view that holds, or does not, is kept by the server in the spelling of its author: on, true, 1.
fn view_flags(live: &mut Schema<Canonical>, desired: &Schema<Canonical>) {
    let holds = |value: &str| !matches!(value.to_ascii_lowercase().as_str(), "false" | "off" | "0" | "no");
    let views: Vec<Key> = live.of_kind(Kind::View).map(|view| view.key).collect();
    for key in views {
        let (Some(view), Some(other)) = (live.get_mut(key), desired.get(key)) else { continue };
        let (Some(Value::Options(options)), Some(Value::Options(wanted))) = (view.get(Attr::Options), other.get(Attr::Options)) else {
            continue;
        };
        let mut options = options.clone();
        for (name, value) in wanted.iter().filter(|(name, _)| name.as_str().starts_with("security_")) {
            if options.get(name).is_some_and(|old| holds(old) == holds(value)) {
                options.insert(*name, value.clone());
            }
        }
        view.set(Attr::Options, Some(Value::Options(options)));
    }
}
