//! Enum, domain and composite types.

use std::sync::Arc;

use crate::ir::{Attr, Hazard, Key, Kind, Object, Pair, Statement, Transaction, Value};

use super::column::push_collation;
use super::ident::{literal, object, qualified, quote};
use super::{Desired, Sides, alter_only, alter_relation, anew, constraint};

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
        return anew::replace(kind, create_enum(kind.desired), sides);
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
        return anew::replace(domain, create_domain(domain.desired, &checks, sides.desired), sides);
    }
    let head = format!("ALTER DOMAIN {}", object(domain.desired.key));
    let mut statements = Vec::new();
    if attrs.contains(&Attr::Default) {
        let clause = domain.desired.text(Attr::Default).map_or("DROP DEFAULT".to_owned(), |default| format!("SET DEFAULT {default}"));
        statements.push(Statement::new(format!("{head}\n    {clause}"), "The default of columns without one of their own."));
    }
    if attrs.contains(&Attr::NotNull) && domain.desired.has(Attr::NotNull) {
        let statement = Statement::new(format!("{head}\n    SET NOT NULL"), "Columns of this domain must not be null.");
        statements.extend(anew::out_of_arrays(domain.desired.key, statement.hazard(Hazard::MayFail), sides));
    } else if attrs.contains(&Attr::NotNull) {
        statements.push(Statement::new(format!("{head}\n    DROP NOT NULL"), "Columns of this domain may be null."));
    }
    statements
}

/// Takes the default from a column or a domain while what it calls is replaced, or a sequence from its column.
pub fn release(key: Key, sides: Sides) -> Statement {
    if key.kind == Kind::Sequence {
        let sql = format!("ALTER SEQUENCE {}\n    OWNED BY NONE", object(key));
        return Statement::new(sql, "The sequence stays when the column that used it goes.");
    }
    let sql = match key.kind {
        Kind::Domain => format!("ALTER DOMAIN {}\n    DROP DEFAULT", object(key)),
        _ => format!("{}\n    ALTER COLUMN {} DROP DEFAULT", alter_only(key, sides.desired), quote(key.name)),
    };
    Statement::new(sql, format!("What the default of {} calls is replaced; the values stay.", key.name))
}

/// The type made anew, with what is said of its fields.
pub fn replace_composite(kind: Pair<&Object>, sides: Sides) -> Vec<Statement> {
    let fields = fields(kind.desired.key, sides.desired);
    let keys: Vec<Key> = fields.iter().map(|field| field.key).collect();
    let mut statements = anew::replace(kind, create_composite(kind.desired, &keys, sides.desired), sides);
    statements.extend(fields.into_iter().filter_map(|field| super::extra::comment(None, field, sides.desired)));
    statements
}

/// The fields of a composite type in their order.
pub fn fields<'a>(composite: Key, side: Desired<'a>) -> Vec<&'a Object> {
    let mut fields: Vec<&Object> = side.parts(composite, Kind::Column).collect();
    fields.sort_by_key(|field| field.ordinal);
    fields
}

/// A field with its type, as it is compared.
pub fn field_type(field: &Object) -> String {
    let mut out = format!("{} {}", quote(field.key.name), field.fragment(Attr::Type).map_or("text", |of| of.compared()));
    push_collation(&mut out, field);
    out
}

/// `CREATE TYPE … AS (fields)`.
pub fn create_composite(kind: &Object, with: &[Key], desired: Desired) -> Statement {
    let fields: Vec<String> = fields(kind.key, desired).into_iter().filter(|field| with.contains(&field.key)).map(field).collect();
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

/// Whether a table keeps values of a composite type.
pub fn is_held(composite: Key, sides: Sides) -> bool {
    holder(Attr::Columns, composite, sides).is_some()
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
