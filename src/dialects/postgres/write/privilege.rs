//! Privileges: GRANT and REVOKE, on objects and by default.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::kinds::KINDS;
use crate::ir::{Attr, Key, Kind, Object, Pair, Statement, Value};

use super::ident::{object, quoted, role};
use super::{Desired, Sides};
use crate::dialects::postgres::canonical::{default_privileges, of_new_objects};

type Grants = BTreeMap<Name, Arc<str>>;

/// GRANT's words for kinds; the rest are tables to it.
const WORDS: &[(Kind, &str)] = &[
    (Kind::Namespace, "SCHEMA"),
    (Kind::Sequence, "SEQUENCE"),
    (Kind::Function, "FUNCTION"),
    (Kind::Procedure, "PROCEDURE"),
    (Kind::Aggregate, "FUNCTION"),
    (Kind::Enum, "TYPE"),
    (Kind::Composite, "TYPE"),
    (Kind::Range, "TYPE"),
    (Kind::BaseType, "TYPE"),
    (Kind::Domain, "DOMAIN"),
    (Kind::Language, "LANGUAGE"),
    (Kind::ForeignDataWrapper, "FOREIGN DATA WRAPPER"),
    (Kind::Server, "FOREIGN SERVER"),
    (Kind::Database, "DATABASE"),
];

fn grants(side: Option<&Object>) -> Grants {
    match side.and_then(|object| object.get(Attr::Grants)) {
        Some(Value::Options(grants)) => grants.clone(),
        _ => Grants::new(),
    }
}

/// What a grantee has where nothing is said: PUBLIC may run functions and use types, an owner may do all (manual, 5.8).
fn by_default(key: Key, target: Option<&Object>) -> Grants {
    if key.kind == Kind::DefaultPrivilege {
        return plain(of_new_objects(key));
    }
    let Some((all, public)) = default_privileges(key) else { return Grants::new() };
    let owner = target.is_some_and(|target| target.text(Attr::Owner) == Some(key.name.as_str()));
    let public_namespace = key.owner.as_str() == "schema public";
    let words = match key.name.as_str() {
        "PUBLIC" if public_namespace => &["USAGE"],
        "PUBLIC" => public,
        _ if owner => all,
        _ => &[],
    };
    plain(words)
}

fn plain(words: &[&str]) -> Grants {
    words.iter().map(|word| (Name::new(word), Arc::from(""))).collect()
}

/// The statements that lead from one set of privileges to another.
pub fn change(key: Key, objects: Pair<Option<&Object>>, sides: Sides) -> Vec<Statement> {
    let of = |object: Option<&Object>, side: Desired| match object {
        Some(_) => grants(object),
        None => by_default(key, Site::target(key).and_then(|target| side.get(target))),
    };
    // What the old owner had goes to the new one (manual, ALTER … OWNER TO).
    let owner = sides.map(|side| Site::target(key).and_then(|target| side.get(target)?.text(Attr::Owner)));
    let left = objects.live.is_none() && owner.live == Some(key.name.as_str()) && owner.live != owner.desired;
    let of = |object: Option<&Object>, side: Desired| if left && std::ptr::eq(side, sides.live) { Grants::new() } else { of(object, side) };
    let (live, desired) = (of(objects.live, sides.live), of(objects.desired, sides.desired));
    let Some(site) = Site::of(key) else { return Vec::new() };
    let option = |option: &'static str| desired.iter().filter(move |(_, held)| ***held == *option);
    let lost: Vec<Name> = live.keys().filter(|name| !desired.contains_key(*name)).copied().collect();
    // A privilege that is taken away on a table is taken away on its columns too (manual, REVOKE).
    let taken_along = |name: &Name| name.as_str().split_once('(').is_some_and(|(word, _)| lost.iter().any(|lost| lost.as_str() == word));
    let missing =
        |(name, held): &(&Name, &Arc<str>)| taken_along(name) || live.get(*name).is_none_or(|live| live != *held && !held.is_empty());
    let less: Vec<Name> = live
        .iter()
        .filter(|(name, held)| !held.is_empty() && desired.get(*name).is_some_and(|held| held.is_empty()))
        .map(|row| *row.0)
        .collect();
    let plain: Vec<Name> = option("").filter(missing).map(|row| *row.0).collect();
    let with_option: Vec<Name> = option("grant").filter(missing).map(|row| *row.0).collect();
    let mut statements = Vec::new();
    statements.extend(site.revoke("", &lost));
    statements.extend(site.revoke("GRANT OPTION FOR ", &less));
    statements.extend(site.grant(&plain, ""));
    statements.extend(site.grant(&with_option, " WITH GRANT OPTION"));
    statements
}

/// Where the privileges hold and whose they are.
struct Site {
    /// `ALTER DEFAULT PRIVILEGES …` or nothing.
    head: String,
    /// `TABLE public.t`, or `TABLES` for default privileges.
    on: String,
    grantee: &'static str,
    every: &'static [&'static str],
}

impl Site {
    fn of(key: Key) -> Option<Site> {
        if key.kind == Kind::DefaultPrivilege {
            return Site::by_default(key);
        }
        let target = Site::target(key)?;
        let word = WORDS.iter().find(|row| row.0 == target.kind).map_or("TABLE", |row| row.1);
        Some(Site { head: String::new(), on: format!("{word} {}", object(target)), grantee: key.name.as_str(), every: every(key) })
    }

    /// The object whose privileges the key is about.
    fn target(key: Key) -> Option<Key> {
        let owner = key.owner.as_str();
        let spec = KINDS
            .iter()
            .filter(|spec| owner.strip_prefix(spec.noun).is_some_and(|rest| rest.starts_with(' ')))
            .max_by_key(|spec| spec.noun.len())?;
        let name = owner.get(spec.noun.len() + 1..)?;
        Some(Key::new(spec.kind, key.namespace, Name::new(name)))
    }

    /// The key says `role in schema` and `kind to grantee`; either half may lack its schema or role.
    fn by_default(key: Key) -> Option<Site> {
        let owner = key.owner.as_str();
        let (grantor, namespace) = match owner.split_once(" in ") {
            Some((grantor, namespace)) => (grantor, namespace),
            None => (owner.strip_suffix(" in").unwrap_or(owner), owner.strip_prefix("in ").unwrap_or("")),
        };
        let (kinds, grantee) = key.name.as_str().split_once(" to ")?;
        let mut head = "ALTER DEFAULT PRIVILEGES".to_owned();
        if !grantor.is_empty() && !owner.starts_with("in ") {
            head.push_str(&format!(" FOR ROLE {}", role(grantor)));
        }
        let namespace = if namespace.is_empty() { key.namespace.as_str() } else { namespace };
        if !namespace.is_empty() {
            head.push_str(&format!(" IN SCHEMA {}", quoted(namespace)));
        }
        let kinds = kinds.to_uppercase();
        let plural = if kinds.ends_with('S') { kinds } else { format!("{kinds}S") };
        Some(Site { head: format!("{head}\n    "), on: plural, grantee, every: every(key) })
    }

    fn grant(&self, privileges: &[Name], option: &str) -> Option<Statement> {
        let list = list(privileges, self.every)?;
        let sql = format!("{}GRANT {list} ON {} TO {}{option}", self.head, self.on, role(self.grantee));
        Some(Statement::new(sql, format!("What {} may do.", self.grantee)))
    }

    fn revoke(&self, option: &str, privileges: &[Name]) -> Option<Statement> {
        let list = list(privileges, self.every)?;
        let sql = format!("{}REVOKE {option}{list} ON {} FROM {}", self.head, self.on, role(self.grantee));
        Some(Statement::new(sql, format!("What {} may no longer do.", self.grantee)))
    }
}

/// All privileges of the kind, where there is more than one: they are said as ALL, which newer servers know more of.
fn every(key: Key) -> &'static [&'static str] {
    const OF_NEW: &[(&str, Kind)] = &[("TABLES ", Kind::Table), ("SEQUENCES ", Kind::Sequence), ("SCHEMAS ", Kind::Namespace)];
    let owner = match key.kind {
        Kind::DefaultPrivilege => {
            OF_NEW.iter().find(|row| key.name.as_str().starts_with(row.0)).map(|row| format!("{} x", row.1.spec().noun))
        }
        _ => Some(key.owner.to_string()),
    };
    let row = owner.and_then(|owner| default_privileges(Key { owner: Name::new(&owner), ..key }));
    row.map(|row| row.0).filter(|all| all.len() > 1).unwrap_or(&[])
}

/// `SELECT, UPDATE (a)`, or `ALL`; `None` where there is nothing.
fn list(privileges: &[Name], every: &[&str]) -> Option<String> {
    if !privileges.is_empty() && privileges.iter().map(|name| name.as_str()).eq(every.iter().copied()) {
        return Some("ALL".to_owned());
    }
    let word = |name: &Name| match name.as_str().split_once('(') {
        Some((word, column)) => format!("{} ({})", word.trim(), quoted(column.trim_end_matches(')'))),
        None => name.to_string(),
    };
    (!privileges.is_empty()).then(|| privileges.iter().map(word).collect::<Vec<_>>().join(", "))
}
