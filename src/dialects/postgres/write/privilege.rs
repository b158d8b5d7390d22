//! Privileges: GRANT and REVOKE, on objects and by default.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Name, Version};
use crate::ir::grants::{self, Grants};
use crate::ir::key::privilege_owner;
use crate::ir::kinds::KINDS;
use crate::ir::{Attr, Key, Kind, Object, Pair, Statement, Value};

use super::Sides;
use super::ident::{object, quoted, role};
use crate::dialects::postgres::canonical::{MAINTAIN, default_privileges, knows_maintain, of_everybody, of_new_objects, server};

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

/// What a grantee has where nothing is said and no owner is asked for: PUBLIC may run functions and use types (manual, 5.8).
fn by_default(key: Key, maintain: bool, server: Option<Version>) -> Grants {
    let words = match key.kind {
        Kind::DefaultPrivilege => of_new_objects(key),
        _ if key.name.as_str() == "PUBLIC" => of_everybody(key, server),
        _ => &[],
    };
    grants::held(&known(words, maintain))
}

/// The statements that lead from one set of privileges to another.
pub fn change(key: Key, objects: Pair<Option<&Object>>, sides: Sides) -> Vec<Statement> {
    let maintain = knows_maintain(sides);
    let mut said = objects.map(|object| if object.is_some() { grants::of(object) } else { by_default(key, maintain, server(sides)) });
    // A new object may be without what everybody has: default privileges may take it.
    if objects.live.is_none() && said.desired == said.live {
        said.live.clear();
    }
    let has = |side: &Grants, name: &Name| side.get(name).is_some_and(|held| **held != *grants::NONE);
    let Some(site) = Site::of(key, maintain) else { return Vec::new() };
    let is = |side: &Grants, name: &Name, option: &str| side.get(name).is_some_and(|held| **held == *option);
    let (live, desired) = (&said.live, &said.desired);
    let names: BTreeSet<Name> = live.keys().chain(desired.keys()).copied().collect();
    let of = |fits: &dyn Fn(&Name) -> bool| names.iter().copied().filter(|name| fits(name)).collect::<Vec<Name>>();
    let lost = of(&|name| {
        let taken = is(desired, name, grants::NONE) && !is(live, name, grants::NONE);
        taken || has(live, name) && !has(desired, name)
    });
    // A privilege that is taken away on a table is taken away on its columns too (manual, REVOKE).
    let taken_along = |name: &Name| name.as_str().split_once('(').is_some_and(|(word, _)| lost.iter().any(|lost| lost.as_str() == word));
    let less = of(&|name| is(live, name, grants::PASSED_ON) && is(desired, name, grants::HELD));
    let gained = of(&|name| is(desired, name, grants::HELD) && (taken_along(name) || !has(live, name)));
    // Whoever gets the last of all privileges gets ALL.
    let all = gained.len() > 1 && site.every.iter().all(|word| is(desired, &Name::new(word), grants::HELD));
    let plain = of(&|name| gained.contains(name) || all && site.every.contains(&name.as_str()));
    let with_option = of(&|name| is(desired, name, grants::PASSED_ON) && (taken_along(name) || !is(live, name, grants::PASSED_ON)));
    let mut statements = Vec::new();
    statements.extend(site.revoke("", &lost));
    statements.extend(site.revoke("GRANT OPTION FOR ", &less));
    statements.extend(site.grant(&plain, ""));
    statements.extend(site.grant(&with_option, " WITH GRANT OPTION"));
    statements
}

/// What brings the privileges of a new object to those that are wanted, whichever role of live's default privileges makes it: what
/// these would give and nobody wants is taken away, what they would take from everybody is given (manual, ALTER DEFAULT PRIVILEGES).
pub fn despite_defaults(made: &Object, sides: Sides) -> Vec<Statement> {
    let unseen = sides.desired.coverage.unseen_kinds.contains(&Kind::Privilege);
    if unseen || made.has(Attr::IdentityOf) || sides.live.of_kind(Kind::DefaultPrivilege).next().is_none() {
        return Vec::new();
    }
    let doubted = |role: &str| matches!(made.get(Attr::Makers), Some(Value::Labels(roles)) if roles.iter().any(|known| **known == *role));
    let mut given: BTreeMap<Name, Grants> = BTreeMap::new();
    for default in sides.live.of_kind(Kind::DefaultPrivilege).filter(|default| grants::are_for(default.key, made.key)) {
        let maker = grants::maker(default.key).0;
        let grantee = default.key.name.as_str().split_once(" to ").map(|(_, grantee)| grantee);
        if let Some(grantee) = grantee.filter(|grantee| !doubted(maker) && *grantee != maker && made.text(Attr::Owner) != Some(grantee)) {
            given.entry(Name::new(grantee)).or_default().extend(grants::of(Some(default)));
        }
    }
    let site = |grantee| Key { kind: Kind::Privilege, namespace: made.key.namespace, owner: privilege_owner(made.key), name: grantee };
    given.into_iter().flat_map(|(grantee, grants)| set_right(site(grantee), grants, sides)).collect()
}

/// From what default privileges say of a grantee on a new object to what is wanted.
fn set_right(key: Key, given: Grants, sides: Sides) -> Vec<Statement> {
    let maintain = knows_maintain(sides);
    let base = by_default(key, maintain, server(sides));
    let wanted = sides.desired.get(key);
    let names = |grants: &Grants| grants.iter().filter(|row| **row.1 != *grants::NONE).map(|row| *row.0).collect::<BTreeSet<Name>>();
    let desired = names(&wanted.map_or_else(|| base.clone(), |wanted| grants::of(Some(wanted))));
    let Some(site) = Site::of(key, maintain) else { return Vec::new() };
    let known = known(default_privileges(key).map_or(&[], |row| row.0), maintain);
    let surplus: Vec<Name> = names(&given).into_iter().filter(|name| !desired.contains(name) && known.contains(&name.as_str())).collect();
    let missing: Vec<Name> = names(&base).into_iter().filter(|name| wanted.is_none() && !names(&given).contains(name)).collect();
    site.revoke("", &surplus).into_iter().chain(site.grant(&missing, "").filter(|_| key.name.as_str() == "PUBLIC")).collect()
}

/// Where the privileges hold and whose they are.
struct Site {
    /// `ALTER DEFAULT PRIVILEGES …` or nothing.
    head: String,
    /// `TABLE public.t`, or `TABLES` for default privileges.
    on: String,
    grantee: &'static str,
    every: Vec<&'static str>,
}

impl Site {
    fn of(key: Key, maintain: bool) -> Option<Site> {
        if key.kind == Kind::DefaultPrivilege {
            return Site::by_default(key, maintain);
        }
        let target = Site::target(key)?;
        let word = WORDS.iter().find(|row| row.0 == target.kind).map_or("TABLE", |row| row.1);
        Some(Site {
            head: String::new(),
            on: format!("{word} {}", object(target)),
            grantee: key.name.as_str(),
            every: every(key, maintain),
        })
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
    fn by_default(key: Key, maintain: bool) -> Option<Site> {
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
        Some(Site { head: format!("{head}\n    "), on: plural, grantee, every: every(key, maintain) })
    }

    fn grant(&self, privileges: &[Name], option: &str) -> Option<Statement> {
        let list = list(privileges, &self.every)?;
        let sql = format!("{}GRANT {list} ON {} TO {}{option}", self.head, self.on, role(self.grantee));
        Some(Statement::new(sql, format!("What {} may do.", self.grantee)))
    }

    fn revoke(&self, option: &str, privileges: &[Name]) -> Option<Statement> {
        let list = list(privileges, &self.every)?;
        let sql = format!("{}REVOKE {option}{list} ON {} FROM {}", self.head, self.on, role(self.grantee));
        Some(Statement::new(sql, format!("What {} may no longer do.", self.grantee)))
    }
}

/// All privileges of the kind, where there is more than one: they are said as ALL, which newer servers know more of.
fn every(key: Key, maintain: bool) -> Vec<&'static str> {
    const OF_NEW: &[(&str, Kind)] = &[("TABLES ", Kind::Table), ("SEQUENCES ", Kind::Sequence), ("SCHEMAS ", Kind::Namespace)];
    let owner = match key.kind {
        Kind::DefaultPrivilege => {
            OF_NEW.iter().find(|row| key.name.as_str().starts_with(row.0)).map(|row| format!("{} x", row.1.spec().noun))
        }
        _ => Some(key.owner.to_string()),
    };
    let row = owner.and_then(|owner| default_privileges(Key { owner: Name::new(&owner), ..key }));
    known(row.map(|row| row.0).filter(|all| all.len() > 1).unwrap_or(&[]), maintain)
}

/// The words that the server knows.
fn known(words: &[&'static str], maintain: bool) -> Vec<&'static str> {
    words.iter().copied().filter(|word| maintain || *word != MAINTAIN).collect()
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
