//! Enum, domain and composite types. A type that ALTER TYPE cannot change is made anew under its name, and the columns
//! that use it are cast over; rows stay.

use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Attr, Hazard, Key, Kind, Object, Pair, Statement, Transaction, Value};

use super::column::push_collation;
use super::ident::{literal, object, qualified, quote};
use super::{Desired, Sides, alter_only, alter_relation, constraint};

/// The labels of an enum.
pub fn labels(object: &Object) -> &[Arc<str>] {
    match object.get(Attr::Labels) {
        Some(Value::Labels(labels)) => labels,
        _ => &[],
    }
}

/// Whether every live label is kept and in the same order, so that ADD VALUE is enough.
pub fn only_adds(kind: Pair<&Object>) -> bool {
    let desired = labels(kind.desired);
    let mut at = desired.iter();
    labels(kind.live).iter().all(|label| at.any(|next| next == label))
}

/// `CREATE TYPE … AS ENUM`.
pub fn create_enum(kind: &Object) -> Statement {
    let labels: Vec<String> = labels(kind).iter().map(|label| literal(label)).collect();
    let list = if labels.is_empty() { "()".to_owned() } else { format!("(\n    {}\n)", labels.join(",\n    ")) };
    Statement::new(format!("CREATE TYPE {} AS ENUM {list}", object(kind.key)), format!("New enum type {}.", kind.key.name))
}

/// New labels in place, or the type made anew.
pub fn alter_enum(kind: Pair<&Object>, sides: Sides) -> Vec<Statement> {
    if !only_adds(kind) {
        return replace(kind, create_enum(kind.desired), sides);
    }
    let live = labels(kind.live);
    let desired = labels(kind.desired);
    let mut statements = Vec::new();
    for (at, label) in desired.iter().enumerate().filter(|(_, label)| !live.contains(label)) {
        let place = match at.checked_sub(1).and_then(|before| desired.get(before)) {
            Some(before) => format!(" AFTER {}", literal(before)),
            None => live.first().map_or(String::new(), |first| format!(" BEFORE {}", literal(first))),
        };
        let sql = format!("ALTER TYPE {}\n    ADD VALUE {}{place}", object(kind.desired.key), literal(label));
        // A new label may be used only after it is committed, and before PostgreSQL 12 it could not be added in a
        // transaction at all (manual, ALTER TYPE).
        statements.push(Statement::new(sql, format!("New label {label}.")).transaction(Transaction::Outside));
    }
    statements
}

/// `CREATE DOMAIN` with the checks in `with`.
pub fn create_domain(domain: &Object, with: &[Key], desired: Desired) -> Statement {
    let mut sql = format!("CREATE DOMAIN {} AS {}", object(domain.key), domain.text(Attr::Type).unwrap_or("text"));
    push_collation(&mut sql, domain);
    if let Some(default) = domain.text(Attr::Default) {
        sql.push_str(&format!("\n    DEFAULT {default}"));
    }
    if domain.has(Attr::NotNull) {
        sql.push_str("\n    NOT NULL");
    }
    for check in with.iter().filter_map(|key| desired.get(*key)).filter(|part| part.key.kind == Kind::Check) {
        sql.push_str(&format!("\n    {}", constraint::clause(check)));
    }
    Statement::new(sql, format!("New domain {}.", domain.key.name))
}

/// `ALTER DOMAIN`, or the domain made anew where its type changes.
pub fn alter_domain(attrs: &[Attr], domain: Pair<&Object>, sides: Sides) -> Vec<Statement> {
    if attrs.contains(&Attr::Type) || attrs.contains(&Attr::Collation) {
        let kept = sides.desired.parts(domain.desired.key, Kind::Check).filter(|check| super::kin::unchanged(check.key, sides));
        let checks: Vec<Key> = kept.map(|check| check.key).collect();
        return replace(domain, create_domain(domain.desired, &checks, sides.desired), sides);
    }
    let head = format!("ALTER DOMAIN {}", object(domain.desired.key));
    let mut statements = Vec::new();
    if attrs.contains(&Attr::Default) {
        let clause = domain.desired.text(Attr::Default).map_or("DROP DEFAULT".to_owned(), |default| format!("SET DEFAULT {default}"));
        statements.push(Statement::new(format!("{head}\n    {clause}"), "The default of columns without one of their own."));
    }
    if attrs.contains(&Attr::NotNull) && domain.desired.has(Attr::NotNull) {
        let statement = Statement::new(format!("{head}\n    SET NOT NULL"), "Columns of this domain must not be null.");
        statements.push(statement.hazard(Hazard::MayFail));
    } else if attrs.contains(&Attr::NotNull) {
        statements.push(Statement::new(format!("{head}\n    DROP NOT NULL"), "Columns of this domain may be null."));
    }
    statements
}

/// Takes the default from a column or a domain while what it calls is replaced.
pub fn release(key: Key, sides: Sides) -> Statement {
    let sql = match key.kind {
        Kind::Domain => format!("ALTER DOMAIN {}\n    DROP DEFAULT", object(key)),
        _ => format!("{}\n    ALTER COLUMN {} DROP DEFAULT", alter_only(key, sides.desired), quote(key.name)),
    };
    Statement::new(sql, format!("What the default of {} calls is replaced; the values stay.", key.name))
}

/// `CREATE TYPE … AS (fields)`.
pub fn create_composite(kind: &Object, with: &[Key], desired: Desired) -> Statement {
    let mut fields: Vec<&Object> = with.iter().filter(|key| key.kind == Kind::Column).filter_map(|key| desired.get(*key)).collect();
    fields.sort_by_key(|field| field.ordinal);
    let fields: Vec<String> = fields.into_iter().map(field).collect();
    let list = if fields.is_empty() { "()".to_owned() } else { format!("(\n    {}\n)", fields.join(",\n    ")) };
    Statement::new(format!("CREATE TYPE {} AS {list}", object(kind.key)), format!("New composite type {}.", kind.key.name))
}

fn field(field: &Object) -> String {
    let mut out = format!("{} {}", quote(field.key.name), field.text(Attr::Type).unwrap_or("text"));
    push_collation(&mut out, field);
    out
}

/// Fields of a composite type that come, change and go.
pub fn create_field(part: &Object, desired: Desired) -> Statement {
    let sql = format!("{}\n    ADD ATTRIBUTE {}", alter_relation(part.key, desired), field(part));
    Statement::new(sql, format!("New field {}.", part.key.name))
}

pub fn alter_field(part: Pair<&Object>, desired: Desired) -> Statement {
    let mut sql = format!(
        "{}\n    ALTER ATTRIBUTE {} TYPE {}",
        alter_relation(part.desired.key, desired),
        quote(part.desired.key.name),
        part.desired.text(Attr::Type).unwrap_or("text")
    );
    push_collation(&mut sql, part.desired);
    Statement::new(sql, format!("The type of {} was {}.", part.desired.key.name, part.live.text(Attr::Type).unwrap_or("")))
}

pub fn drop_field(part: &Object, live: Desired) -> Statement {
    let sql = format!("{}\n    DROP ATTRIBUTE {}", alter_relation(part.key, live), quote(part.key.name));
    Statement::new(sql, format!("Field {} is no longer wanted.", part.key.name)).hazard(Hazard::Drop)
}

/// Renames the type away, makes the new one, casts the columns over, and drops the old one.
fn replace(kind: Pair<&Object>, create: Statement, sides: Sides) -> Vec<Statement> {
    let key = kind.desired.key;
    let word = super::ident::noun(key.kind);
    let spare = spare_name(key.name);
    let mut statements = vec![
        Statement::new(
            format!("ALTER {word} {}\n    RENAME TO {}", object(key), quote(spare)),
            format!("ALTER {word} cannot make this change, so {} is made anew; this one gives its name away.", key.name),
        ),
        create,
    ];
    for column in users(key, sides) {
        statements.extend(recast(column, kind, sides));
    }
    for fact in [super::extra::comment(None, kind.desired, sides.desired), super::extra::owner(kind.desired)] {
        statements.extend(fact);
    }
    statements.push(Statement::new(format!("DROP {word} {}", qualified(key.namespace, spare)), "Nothing uses the old type any more."));
    statements
}

/// A name that no user would take, within the limit of 63 bytes.
fn spare_name(name: Name) -> Name {
    let text = name.as_str();
    let end = (0..=text.len().min(50)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    Name::new(&format!("{}__amend_old", text.get(..end).unwrap_or("")))
}

/// A column of a table that keeps values of a composite type whose fields change their order or their types: itself, or within
/// an array, a domain or another composite type. Its values stay as they are (manual, ALTER TYPE … ALTER ATTRIBUTE).
pub fn holder(attr: Attr, key: Key, sides: Sides) -> Option<Key> {
    let composite = match (key.kind, attr) {
        (Kind::Composite, Attr::Columns) => key.name,
        (Kind::Column, Attr::Type | Attr::Collation) if super::is_field(key, sides.live) => key.owner,
        _ => return None,
    };
    let mut names = vec![qualified(key.namespace, composite)];
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        at += 1;
        let holds = |object: &&Object| object.fragment(Attr::Type).is_some_and(|of| of.compared().trim_end_matches("[]") == name);
        let stays = |object: &&Object| sides.desired.contains(object.key);
        for holder in sides.live.of_kind(Kind::Column).chain(sides.live.of_kind(Kind::Domain)).filter(holds).filter(stays) {
            let key = holder.key;
            let within = match key.kind {
                Kind::Domain => key.name,
                _ if super::is_field(key, sides.live) => key.owner,
                _ => return Some(key),
            };
            let name = qualified(key.namespace, within);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    None
}

/// The columns that have this type before and after.
fn users<'a>(key: Key, sides: Sides<'a>) -> Vec<&'a Object> {
    let columns = sides.desired.of_kind(Kind::Column);
    let same = |column: &&Object| {
        uses(column, key) && sides.live.get(column.key).is_some_and(|live| uses(live, key)) && !follows(column, sides.desired)
    };
    columns.filter(same).collect()
}

/// A child's column is cast over together with its parent's.
fn follows(column: &Object, desired: Desired) -> bool {
    column.has(Attr::Inherited) || !super::kin::above(column.key, desired).is_empty()
}

/// Whether the column's type is this one, or an array of it.
fn uses(column: &Object, key: Key) -> bool {
    let Some(fragment) = column.fragment(Attr::Type) else { return false };
    let text = fragment.compared();
    let element = text.split('[').next().unwrap_or("").trim();
    let full = qualified(key.namespace, key.name);
    let local = key.namespace.as_str() == "public" || key.namespace == column.key.namespace;
    element == full || (local && element == quote(key.name)) || element == format!("{}.{}", key.namespace, key.name)
}

fn recast(column: &Object, kind: Pair<&Object>, sides: Sides) -> Vec<Statement> {
    let key = column.key;
    let name = quote(key.name);
    let is_array = |side: &Object| side.text(Attr::Type).is_some_and(|text| text.trim_end().ends_with(']'));
    // A column that becomes an array, or none any more, does so in a change of its own.
    let live = sides.live.get(key).unwrap_or(column);
    let array = if is_array(live) { "[]" } else { "" };
    let new = format!("{}{array}", object(kind.desired.key));
    let is_domain = kind.desired.key.kind == Kind::Domain;
    let through = if is_domain { domain_path(kind, array) } else { format!("::text{array}::{new}") };
    let table = alter_relation(key, sides.desired);
    let only = alter_only(key, sides.desired);
    let mut statements = Vec::new();
    let kept = is_array(live) == is_array(column);
    let defaults = Pair::new(live.text(Attr::Default), column.text(Attr::Default).filter(|_| kept));
    if defaults.live.is_some() {
        statements.push(Statement::new(format!("{only}\n    ALTER COLUMN {name} DROP DEFAULT"), "The default is of the old type."));
    }
    let noun = if key.kind == Kind::Column && table.starts_with("ALTER TYPE") { "ATTRIBUTE" } else { "COLUMN" };
    let using = if noun == "COLUMN" { format!(" USING {name}{through}") } else { String::new() };
    let sql = format!("{table}\n    ALTER {noun} {name} TYPE {new}{using}");
    let why = format!("The values of {} are cast over; one that the new type does not know makes this fail.", key.name);
    let lost = is_domain && matches!(bases(kind), (Some(from), Some(to)) if super::loss::loses(from, to));
    let statement = Statement::new(sql, why).hazard(Hazard::MayFail);
    statements.push(if lost { statement.hazard(Hazard::Drop) } else { statement });
    if let Some(default) = defaults.desired {
        statements.push(Statement::new(format!("{only}\n    ALTER COLUMN {name} SET DEFAULT {default}"), "The default, in the new type."));
    }
    statements
}

/// The types under a domain, before and after.
fn bases<'o>(kind: Pair<&'o Object>) -> (Option<&'o str>, Option<&'o str>) {
    (kind.live.text(Attr::Type), kind.desired.text(Attr::Type))
}

/// A domain's value goes through the new base type, by the path that a column would take. The last cast is the assignment, which
/// refuses what is too long.
fn domain_path(kind: Pair<&Object>, array: &str) -> String {
    let (from, to) = bases(kind);
    let (from, to) = (format!("{}{array}", from.unwrap_or("text")), format!("{}{array}", to.unwrap_or("text")));
    super::cast::using("", &from, &to).filter(|using| !using.starts_with("CASE")).unwrap_or(format!("::{from}"))
}
