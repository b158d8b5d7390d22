//! What is compared: namespaces, ignored names, and whether owners and privileges count.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Code, Diagnostic, Name};
use crate::dialects::Dialect;
use crate::ir::kinds::KINDS;
use crate::ir::{Attr, Coverage, Key, Kind, Object, Pair, Schema, Written};

/// Whether owners and privileges are compared although the desired side does not speak of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manage {
    pub owners: bool,
    pub privileges: bool,
}

/// The part of both sides that is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub manage: Manage,
    /// Only these namespaces; all where empty.
    pub namespaces: Vec<String>,
    /// Patterns of object names that are left alone; `*` stands for any characters.
    pub ignored: Vec<String>,
}

/// Takes what is out of scope out of both sides' coverage.
pub fn narrow(side: &mut Pair<Schema<Written>>, scope: &Scope, dialect: &dyn Dialect) {
    let unmanaged = unmanaged(&side.desired, scope.manage, dialect);
    let hidden = hidden(side.as_ref(), &scope.ignored);
    for schema in [&mut side.live, &mut side.desired] {
        schema.coverage.unseen_kinds.extend(unmanaged.unseen_kinds.iter().copied());
        schema.coverage.unseen_facts.extend(unmanaged.unseen_facts.iter().copied());
        schema.coverage.hidden.extend(hidden.iter().copied());
        if !scope.namespaces.is_empty() {
            let names = scope.namespaces.iter().map(|name| Name::new(name));
            schema.coverage.only_namespaces = Some(names.collect());
        }
    }
    // The live side is never blind to what it shows: what is not compared is carried over to the desired side.
    side.live.coverage.unseen_kinds.retain(|kind| !unmanaged.unseen_kinds.contains(kind));
    side.live.coverage.unseen_facts.retain(|fact| !unmanaged.unseen_facts.contains(fact));
    forget(&mut side.desired, &unmanaged);
}

/// Owners and privileges, where neither the user nor the desired side speaks of them.
fn unmanaged(desired: &Schema<Written>, manage: Manage, dialect: &dyn Dialect) -> Coverage {
    let mut coverage = Coverage::default();
    let speaks_of_owners = desired.standing().any(|object| object.has(Attr::Owner));
    let speaks_of_privileges = says(desired, &[Kind::Privilege, Kind::DefaultPrivilege], dialect);
    if !manage.owners && !speaks_of_owners {
        coverage.unseen_facts.extend(KINDS.iter().map(|spec| (spec.kind, Attr::Owner)));
    }
    if !manage.privileges && !speaks_of_privileges {
        coverage.unseen_kinds.extend([Kind::Privilege, Kind::DefaultPrivilege]);
    }
    coverage
}

/// Whether a side has objects of these kinds beside those that every database has.
fn says(side: &Schema<Written>, kinds: &[Kind], dialect: &dyn Dialect) -> bool {
    let initial = dialect.initial();
    let mut objects = kinds.iter().flat_map(|kind| side.of_kind(*kind));
    objects.any(|object| initial.get(object.key).is_none_or(|given| given.facts() != object.facts()))
}

/// What live shows and nobody asks for, since desired says nothing of it: owners and privileges.
pub fn unasked(side: Pair<&Schema<Written>>, manage: Manage, dialect: &dyn Dialect) -> Option<String> {
    let unmanaged = unmanaged(side.desired, manage, dialect);
    let seen = &side.desired.coverage;
    let owned = |object: &Object| {
        let owner = (object.key.kind, Attr::Owner);
        object.has(Attr::Owner) && unmanaged.unseen_facts.contains(&owner) && !seen.unseen_facts.contains(&owner)
    };
    let kinds: Vec<Kind> = unmanaged.unseen_kinds.iter().filter(|kind| !seen.unseen_kinds.contains(kind)).copied().collect();
    let found = [(side.live.standing().any(owned), "owners"), (says(side.live, &kinds, dialect), "privileges")];
    let words: Vec<&str> = found.into_iter().filter_map(|(is_there, word)| is_there.then_some(word)).collect();
    (!words.is_empty()).then(|| format!("desired says nothing of {}; --manage all compares them", words.join(" and ")))
}

/// What desired makes of kinds that live cannot show: nobody asks for it, and that is said.
pub fn unshown(side: Pair<&Schema<Written>>, dialect: &dyn Dialect) -> Option<Diagnostic> {
    let kinds = side.live.coverage.unseen_kinds.difference(&side.desired.coverage.unseen_kinds);
    let made = kinds.flat_map(|kind| side.desired.of_kind(*kind)).filter(|object| object.span.is_some());
    let made: Vec<&Object> = made.collect();
    let names: Vec<String> = made.iter().map(|object| object.key.to_string()).collect();
    let message = format!("desired makes {}, and live does not show such things: they are not compared", listed(&names));
    let help = format!("`{}` shows them", dialect.rules().whole_dump);
    Some(Diagnostic::new(Code::Unseen, made.first()?.span, message).help(help))
}

/// Whose owners are asked for and not told by desired, so that they stay.
pub fn unowned(side: Pair<&Schema<Written>>, manage: Manage) -> Option<String> {
    let some = side.desired.standing().any(|object| object.has(Attr::Owner));
    let told = manage.owners || some;
    let untold = |object: &&Object| {
        let seen = !side.desired.coverage.unseen_facts.contains(&(object.key.kind, Attr::Owner));
        seen && object.has(Attr::Owner) && side.desired.get(object.key).is_some_and(|other| !other.has(Attr::Owner))
    };
    let names: Vec<String> = side.live.standing().filter(|_| told).filter(untold).map(|object| object.key.to_string()).collect();
    let which = if some { listed(&names) } else { "any object".to_owned() };
    (!names.is_empty()).then(|| format!("desired does not say who owns {which}: owners stay as they are"))
}

/// Removes from the desired side what it is now said not to speak of.
fn forget(desired: &mut Schema<Written>, unmanaged: &Coverage) {
    let gone: Vec<Key> = unmanaged.unseen_kinds.iter().flat_map(|kind| desired.of_kind(*kind)).map(|object| object.key).collect();
    for key in gone {
        desired.remove(key);
    }
}

/// The objects that the user's patterns name, on either side.
fn hidden(side: Pair<&Schema<Written>>, patterns: &[String]) -> BTreeSet<Key> {
    let named = |key: &Key| patterns.iter().any(|pattern| matches(pattern, *key));
    if patterns.is_empty() {
        return BTreeSet::new();
    }
    side.live.iter().chain(side.desired.iter()).map(|object| object.key).filter(named).collect()
}

/// Whether a pattern names an object: its bare name, `namespace.name`, or `relation.name` of a part.
fn matches(pattern: &str, key: Key) -> bool {
    let parts = [key.namespace, key.owner, key.name];
    let dotted = |from: usize| parts[from..].iter().filter(|part| !part.is_none()).map(|part| part.as_str()).collect::<Vec<_>>().join(".");
    let bare = !key.kind.spec().owned && fits(pattern, key.name.as_str());
    bare || fits(pattern, &dotted(0)) || (key.kind.spec().owned && (fits(pattern, &dotted(1)) || fits(pattern, key.owner.as_str())))
}

/// Simple globbing: `*` stands for any characters.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(head) else { return false };
    tail.is_empty() || rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| fits(tail, &rest[at..]))
}

/// How many names a line of the header lists.
const LISTED: usize = 12;

/// One line for each thing that is not compared: all that the live side cannot show, and what live has and desired cannot show.
pub fn unseen(side: Pair<&Schema<Written>>) -> Vec<String> {
    let mut lines = all("live", &side.live.coverage);
    let from_nothing = side.live.iter().all(|object| object.span.is_none());
    lines.extend(if from_nothing { all("desired", &side.desired.coverage) } else { found(side) });
    let says = |schema: &Schema<Written>| schema.of_kind(Kind::Database).any(|database| database.has(Attr::Charset));
    if says(side.desired) && !says(side.live) {
        lines.push("the database's own character set, which desired gives and live does not show".to_string());
    }
    lines
}

/// Everything that a source cannot show.
fn all(role: &str, coverage: &Coverage) -> Vec<String> {
    let mut lines = Vec::new();
    if !coverage.unseen_kinds.is_empty() {
        let nouns: Vec<&str> = coverage.unseen_kinds.iter().map(|kind| kind.spec().noun).collect();
        lines.push(format!("{role} does not show: {}", nouns.join(", ")));
    }
    if !coverage.unseen_facts.is_empty() {
        let facts: Vec<String> = coverage.unseen_facts.iter().map(fact).collect();
        lines.push(format!("{role} does not show: {}", facts.join(", ")));
    }
    if let Some(relations) = &coverage.only_relations {
        let names: Vec<&str> = relations.iter().map(|(_, name)| name.as_str()).collect();
        lines.push(format!("{role} speaks only of: {}", names.join(", ")));
    }
    lines
}

fn fact((kind, attr): &(Kind, Attr)) -> String {
    format!("{} of {}", attr.spec().label, kind.spec().noun)
}

/// What the live side has of that which the desired side cannot show, counted.
fn found(side: Pair<&Schema<Written>>) -> Vec<String> {
    let coverage = &side.desired.coverage;
    let mut lines = Vec::new();
    let own = |object: &&Object| object.span.is_some() && !object.has(Attr::OwnedBy) && !object.has(Attr::IdentityOf);
    if !coverage.unseen_kinds.is_empty() {
        let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
        for object in side.live.iter().filter(own).filter(|object| coverage.unseen_kinds.contains(&object.key.kind)) {
            *kinds.entry(object.key.kind).or_default() += 1;
        }
        let counted: Vec<String> = kinds.iter().map(|(kind, count)| format!("{} ({count})", kind.spec().noun)).collect();
        lines.push(told(coverage.unseen_kinds.len(), "kinds of objects", &counted));
    }
    if !coverage.unseen_facts.is_empty() {
        let shown = |object: &&Object| coverage.sees(object.key);
        let facts = side.live.iter().filter(shown).flat_map(|object| object.facts().iter().map(|fact| (object.key.kind, fact.0)));
        let there: BTreeSet<(Kind, Attr)> = facts.filter(|fact| coverage.unseen_facts.contains(fact)).collect();
        lines.push(told(coverage.unseen_facts.len(), "facts", &there.iter().map(fact).collect::<Vec<_>>()));
    }
    if let Some(relations) = &coverage.only_relations {
        let others: Vec<Key> = side.live.of_kind(Kind::Table).map(|table| table.key).collect();
        let several = others.iter().any(|table| table.namespace != others[0].namespace);
        let name = |table: &Key| if several { format!("{}.{}", table.namespace, table.name) } else { table.name.to_string() };
        let unspoken = others.iter().filter(|table| !relations.contains(&(table.namespace, table.name)));
        let names: Vec<String> = unspoken.map(name).collect();
        let of = format!("of the {} tables of live, desired does not speak of {}", others.len(), names.len());
        lines.extend((!names.is_empty()).then(|| format!("{of}: {}", listed(&names))));
    }
    lines
}

fn told(number: usize, what: &str, there: &[String]) -> String {
    let there = if there.is_empty() { "none of them".to_string() } else { listed(there) };
    format!("desired does not show {number} {what} (`amend show` lists them); live has {there}")
}

fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(LISTED);
    let shown = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
