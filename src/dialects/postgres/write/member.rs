//! Objects whose members come and go one by one: tables of publications, mappings of text search configurations, operators
//! of families. The `Options` fact holds the members, and what is said of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Attr, Kind, Object, Pair, Statement, Value};

use super::ident::{noun, object};

type Members = BTreeMap<Name, Arc<str>>;

/// How a kind's members are added and taken away.
struct Rule {
    kind: Kind,
    /// The words before a member that comes, and between it and what is said of it.
    add: (&'static str, &'static str),
    /// The words before a member of which something else is said; empty where it goes and comes again.
    alter: &'static str,
    /// The words before a member that goes; empty where no statement can take it away.
    drop: &'static str,
    /// Whether a statement takes several members of which the same is said.
    several: bool,
}

const RULES: &[Rule] = &[
    Rule { kind: Kind::Publication, add: ("ADD ", " "), alter: "", drop: "DROP ", several: false },
    Rule {
        kind: Kind::TextSearchConfiguration,
        add: ("ADD MAPPING FOR ", " WITH "),
        alter: "ALTER MAPPING FOR ",
        drop: "DROP MAPPING FOR ",
        several: true,
    },
    Rule { kind: Kind::OperatorFamily, add: ("ADD ", ""), alter: "", drop: "", several: false },
];

/// Whether the kind holds its members in `Options`.
pub fn has_members(kind: Kind) -> bool {
    rule(kind).is_some()
}

fn rule(kind: Kind) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.kind == kind)
}

/// The members in the form that is compared.
fn members(object: Option<&Object>) -> Members {
    listed(object, Attr::Options)
}

/// The members as one of the two facts has them: in the form that is compared, or as they were written.
fn listed(object: Option<&Object>, attr: Attr) -> Members {
    match object.and_then(|object| object.get(attr)) {
        Some(Value::Options(members)) => members.clone(),
        _ => Members::new(),
    }
}

/// Whether statements can take every member away that goes.
pub fn alterable(objects: Pair<&Object>) -> bool {
    let (live, desired) = (members(Some(objects.live)), members(Some(objects.desired)));
    let keeps = live.iter().all(|(name, said)| desired.get(name) == Some(said));
    keeps || rule(objects.desired.key.kind).is_some_and(|rule| !rule.drop.is_empty())
}

/// The statements that bring the members of a new or changed object about.
pub fn change(live: Option<&Object>, desired: &Object) -> Vec<Statement> {
    let Some(rule) = rule(desired.key.kind) else { return Vec::new() };
    let (old, new) = (members(live), members(Some(desired)));
    let written = listed(Some(desired), Attr::Layout);
    let differs = |name: &Name| old.get(name) != new.get(name);
    let stays = |name: &Name| !rule.alter.is_empty() && new.contains_key(name);
    let told = |name: &Name| written.get(name).or(new.get(name)).map_or("", |said| &**said);
    let gone: Vec<(Name, &str)> = old.keys().filter(|name| differs(name) && !stays(name)).map(|name| (*name, "")).collect();
    let come: Vec<(Name, &str)> = new.keys().filter(|name| differs(name)).map(|name| (*name, told(name))).collect();
    let (other, come): (Vec<_>, Vec<_>) = come.into_iter().partition(|(name, _)| stays(name) && old.contains_key(name));
    let turns = [
        (rule.drop, gone, ["is no longer a part of it", "are no longer parts of it"]),
        (rule.alter, other, ["is looked up in other dictionaries", "are looked up in other dictionaries"]),
        (rule.add.0, come, ["becomes a part of it", "become parts of it"]),
    ];
    let head = format!("ALTER {} {}", noun(desired.key.kind), object(desired.key));
    let statement = |words: &str, group: &Group<'_>, comments: [&str; 2]| {
        let said = if group.said.is_empty() { String::new() } else { format!("{}{}", rule.add.1, group.said) };
        let names: Vec<&str> = group.names.iter().map(|name| name.as_str()).collect();
        let comment = format!("{} {}.", names.join(", "), comments[usize::from(names.len() > 1)]);
        Statement::new(format!("{head}\n    {words}{}{said}", names.join(", ")), comment)
    };
    let of_turn = |(words, members, comments): (&'static str, Vec<(Name, &str)>, [&'static str; 2])| {
        grouped(members, rule).iter().map(|group| statement(words, group, comments)).collect::<Vec<Statement>>()
    };
    turns.into_iter().flat_map(of_turn).collect()
}

/// Members of which one statement speaks, and what it says of each.
struct Group<'a> {
    names: Vec<Name>,
    said: &'a str,
}

fn grouped<'a>(members: Vec<(Name, &'a str)>, rule: &Rule) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (name, said) in members {
        match groups.iter_mut().find(|group| rule.several && group.said == said) {
            Some(group) => group.names.push(name),
            None => groups.push(Group { names: vec![name], said }),
        }
    }
    groups
}
