//! Rows at which a change stops that is no rule of their own table, as queries: labels that go, domains, partitions.

use super::trial::{Bearer, Sides, bearers, labels, unknown_label};
use super::write::ident::object;
use super::{bounds, entries};
use crate::dialects::{Rows, Trial};
use crate::ir::{Attr, Key, Kind, Object, Op, Pair};

pub use crate::dialects::Obstacle;

/// What a change of a type or a partition asks of rows.
pub fn of(op: &Op, schema: Sides) -> Vec<Obstacle> {
    let key = op.key();
    let desired = schema.desired.get(key);
    match (op, key.kind) {
        (Op::Drop { .. }, _) => Vec::new(),
        (Op::Set { attr: Attr::Labels, .. }, Kind::Enum) => {
            let kept = desired.map(labels).unwrap_or_default();
            let known = bearers(key, schema.live);
            let condition = |of: &Bearer| unknown_label(&of.name, of.array, kept);
            known.iter().map(|of| ("rows with a label that goes", query(&of.table, &condition(of)))).collect()
        }
        (Op::Set { attr: Attr::Type, .. }, Kind::Domain) => retyped(key, schema),
        (Op::Set { attr: Attr::NotNull, value: Some(_), .. }, Kind::Domain) => {
            of_domain("rows with NULLs", "VALUE IS NOT NULL", key, schema)
        }
        (Op::Create { .. } | Op::Set { attr: Attr::Expression | Attr::NotValid, .. }, Kind::Check) => {
            let domain = Key::new(Kind::Domain, key.namespace, key.owner);
            let rule = desired.filter(|check| schema.live.contains(domain) && !check.has(Attr::NotValid));
            let rule = rule.and_then(|check| check.text(Attr::Expression));
            rule.map_or(Vec::new(), |rule| of_domain("rows that break the new rule", rule, domain, schema))
        }
        (Op::Create { .. } | Op::Set { attr: Attr::Parts | Attr::Columns | Attr::Include | Attr::Where | Attr::Method, .. }, kind)
            if [Kind::Index, Kind::Unique, Kind::PrimaryKey].contains(&kind) =>
        {
            desired.map_or(Vec::new(), |index| entries::of(index, schema))
        }
        (Op::Create { object: partition, .. }, Kind::Table) => in_default(partition, schema),
        (Op::Set { attr: Attr::PartitionOf | Attr::PartitionBound, value: Some(_), .. }, Kind::Table) => joins(key, schema),
        _ => Vec::new(),
    }
}

fn query(table: &str, condition: &str) -> Option<Trial> {
    Some(Trial { before: String::new(), count: format!("SELECT count(*) FROM {table} WHERE {condition}") })
}

/// A rule of a domain speaks of VALUE; in an array each element is held to it.
fn of_domain(problem: &'static str, rule: &str, domain: Key, schema: Sides) -> Vec<Obstacle> {
    let count = |of: Bearer| {
        let broken = match of.array {
            true => format!("EXISTS (SELECT 1 FROM unnest({}) AS amend_values (value) WHERE NOT ({rule}))", of.name),
            false => format!("(SELECT NOT ({rule}) FROM (SELECT {} AS value) AS amend_values)", of.name),
        };
        (problem, query(&of.table, &broken))
    };
    bearers(domain, schema.live).into_iter().map(count).collect()
}

/// The values of a domain that is made anew over another type.
fn retyped(domain: Key, schema: Sides) -> Vec<Obstacle> {
    let tried = bearers(domain, schema.live).into_iter().filter_map(|of| {
        let column = Pair::new(of.column, schema.desired.get(of.column.key)?);
        super::Postgres.trial(column, [&of.table, &of.name], schema)
    });
    tried.map(|trial| ("values that do not fit the new type", Some(trial))).collect()
}

/// A table that becomes a partition, or has other bounds, has rows in its bounds alone.
fn joins(table: Key, schema: Sides) -> Vec<Obstacle> {
    let Some(partition) = schema.desired.get(table).filter(|_| schema.live.contains(table)) else { return Vec::new() };
    let Some(condition) = bound_of(partition, schema) else { return Vec::new() };
    let own = ("rows that are not in the bounds", query(&object(table), &format!("({condition}) IS NOT TRUE")));
    std::iter::once(own).chain(in_default(partition, schema)).collect()
}

/// Rows of the default partition that a new one claims.
fn in_default(partition: &Object, schema: Sides) -> Vec<Obstacle> {
    let parent = partition.key_of(Attr::PartitionOf).filter(|parent| schema.live.contains(*parent));
    let default = parent.and_then(|parent| schema.live.heirs(parent).map(|(heir, _)| heir).find(|heir| is_default(heir)));
    let default = default.filter(|default| default.key != partition.key && schema.desired.get(default.key).is_some_and(is_default));
    let Some((default, condition)) = default.zip(bound_of(partition, schema)) else { return Vec::new() };
    vec![("rows of the default partition in the bounds of the new one", query(&object(default.key), &condition))]
}

fn is_default(partition: &Object) -> bool {
    partition.text(Attr::PartitionBound).is_some_and(|bound| bound.eq_ignore_ascii_case("default"))
}

/// The condition of a partition, where its parent is there before the patch. A default partition takes what the others do not.
fn bound_of(partition: &Object, schema: Sides) -> Option<String> {
    let parent = schema.live.get(partition.key_of(Attr::PartitionOf)?)?;
    if !is_default(partition) {
        return bounds::rows(parent, partition.text(Attr::PartitionBound)?);
    }
    let others = schema.desired.heirs(parent.key).map(|(heir, _)| heir).filter(|heir| !is_default(heir));
    let claimed: Option<Vec<String>> = others.map(|heir| bounds::rows(parent, heir.text(Attr::PartitionBound)?)).collect();
    let claimed = claimed?;
    if claimed.is_empty() { Some("true".to_string()) } else { Some(format!("(({}) IS NOT TRUE)", claimed.join(" OR "))) }
}
