//! An index or a key that is made again under its name: built beside the old one while others write, then put in its place in one
//! short transaction, so that no moment passes without it (manual, ALTER TABLE, `ADD table_constraint_using_index`).

use super::Form;
use crate::base::Name;
use crate::dialects::postgres::names;
use crate::dialects::postgres::write::ident::{object, quote};
use crate::dialects::postgres::write::index;
use crate::dialects::{Site, Swap};
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Hazard, Key, Kind, Object, Statement, Transaction};

/// What an index can rest on beside the columns of its table.
const GROUND: &[Kind] = &[
    Kind::Collation,
    Kind::Enum,
    Kind::Domain,
    Kind::Composite,
    Kind::Range,
    Kind::BaseType,
    Kind::Function,
    Kind::Operator,
    Kind::OperatorClass,
    Kind::OperatorFamily,
];

/// The statements in place of those that drop the object and of those that make it; none where what it rests on changes too.
pub fn swap(key: Key, gone: &[Statement], made: &[Statement], site: &Site) -> Option<Swap> {
    let form = Form::of_part(key, site)?;
    let [drop, rest @ ..] = gone else { return None };
    let [make, others @ ..] = made else { return None };
    if !matches!(key.kind, Kind::Index | Kind::Unique | Kind::PrimaryKey) {
        return None;
    }
    let (old, new) = (site.schema.live.get(key)?, site.schema.desired.get(key)?);
    let attached = old.has(Attr::PartitionOf) || new.has(Attr::PartitionOf);
    if form.is_partitioned() || attached || new.has(Attr::Period) || !rest.is_empty() || !make.hazards.contains(&Hazard::IndexBuild) {
        return None;
    }
    let name = spare(key, "amend_new", site);
    let is_index = key.kind == Kind::Index;
    let under = if is_index { renamed(new, name) } else { form.under(new, name) };
    if !stands(&under, key.kind, site) {
        return None;
    }
    let sql = index::definition(&under).replacen("INDEX ", "INDEX CONCURRENTLY ", 1);
    let mut before = form.concurrently(under.key, sql, "Built beside the old one, while others write.");
    let mut after = others.to_vec();
    if is_index {
        let aside = spare(key, "amend_old", site);
        before.push(rename(key, aside, "The old index makes room.").transaction(Transaction::First));
        before.push(rename(under.key, key.name, "The new index takes its place."));
        after.push(form.dropped(Key { name: aside, ..key }, &drop.why));
    } else {
        before.push(drop.clone().transaction(Transaction::First));
        before.push(form.taken_over(new, name, &make.why));
    }
    Some(Swap { gone: before, made: after })
}

fn rename(index: Key, to: Name, why: &str) -> Statement {
    Statement::new(format!("ALTER INDEX {}\n    RENAME TO {}", object(index), quote(to)), why)
}

fn renamed(index: &Object, name: Name) -> Object {
    let mut under = Object::new(Key { name, ..index.key });
    index.facts().iter().for_each(|(attr, value)| under.set(*attr, Some(value.clone())));
    under
}

/// Whether the new index can be built before anything else has changed: its columns and what they rest on are the same on both sides.
fn stands(under: &Object, kind: Kind, site: &Site) -> bool {
    let (live, desired) = (site.schema.live, site.schema.desired);
    let parts = under.parts(Attr::Parts);
    let computed = under.has(Attr::Where) || parts.iter().any(|part| matches!(part.target, PartTarget::Expression(_)));
    let named = |name: Name| under.names(Attr::Include).contains(&name) || parts.iter().any(|part| part.name() == Some(name));
    let facts = [Attr::Type, Attr::Collation, Attr::Generated];
    let same = |column: &Object| live.get(column.key).is_some_and(|old| facts.iter().all(|attr| old.get(*attr) == column.get(*attr)));
    let columns = under.key.relation().into_iter().flat_map(|table| desired.parts(table, Kind::Column));
    let in_key = |name: Name| parts.iter().any(|part| part.name() == Some(name));
    let filled = |column: &Object| kind != Kind::PrimaryKey || !in_key(column.key.name) || column.has(Attr::NotNull);
    columns.filter(|column| computed || named(column.key.name)).all(|column| same(column) && filled(column))
        && GROUND.iter().all(|kind| is_settled(*kind, site))
}

/// Whether the objects of a kind are the same on both sides.
fn is_settled(kind: Kind, site: &Site) -> bool {
    let (live, desired) = (site.schema.live.of_kind(kind), site.schema.desired.of_kind(kind));
    live.map(|object| (object.key, object.facts())).eq(desired.map(|object| (object.key, object.facts())))
}

/// A name that is free on both sides.
pub fn spare(key: Key, label: &str, site: &Site) -> Name {
    let free = |name: &str| {
        let taken = |kind: Kind| {
            let name = Name::new(name);
            site.schema.live.owner_of(kind, key.namespace, name).is_some()
                || site.schema.desired.owner_of(kind, key.namespace, name).is_some()
        };
        ![Kind::Index, Kind::Unique, Kind::PrimaryKey, Kind::Exclusion].into_iter().any(taken)
    };
    names::choose(key.name.as_str(), None, label, free)
}
