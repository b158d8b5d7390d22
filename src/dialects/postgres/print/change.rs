//! INSERT, UPDATE, DELETE and MERGE as text.

use super::query::{clause, query, source, targets};
use super::{list, names, node, nodes};
use crate::dialects::postgres::tree::{Action, Change};

/// The text of a change, each part behind its word.
pub fn change(change: &Change, out: &mut String) {
    out.push_str(&change.verb.to_ascii_uppercase());
    out.push(' ');
    source(&change.target, out);
    if !change.using.is_empty() {
        out.push_str(" USING ");
        list(&change.using, out, source);
    }
    action(change.verb, &change.action, out);
    clause(" WHERE ", change.filter.as_ref(), out);
    for arm in &change.arms {
        out.push(' ');
        out.push_str(&arm.when.to_ascii_uppercase());
        if !change.inference.is_empty() {
            out.push_str(" (");
            nodes(&change.inference, out);
            out.push(')');
        }
        clause(" AND ", arm.condition.as_ref(), out);
        out.push_str(" THEN ");
        out.push_str(&arm.verb.to_ascii_uppercase());
        action(arm.verb, &arm.action, out);
    }
    if let Some((old, new)) = &change.rows {
        out.push_str(" WITH ");
        names(&[old.clone(), new.clone()], out);
    }
    if !change.returning.is_empty() {
        out.push_str(" RETURNING ");
        targets(&change.returning, out);
    }
}

fn action(verb: &str, action: &Action, out: &mut String) {
    if !action.columns.is_empty() {
        out.push(' ');
        names(&action.columns, out);
    }
    if !action.words.is_empty() {
        out.push(' ');
        out.push_str(&action.words.to_ascii_uppercase());
    }
    match &action.values {
        Some(values) => {
            out.push(' ');
            query(values, out);
        }
        None if verb == "insert" => out.push_str(" DEFAULT VALUES"),
        None => {}
    }
    if !action.set.is_empty() {
        out.push_str(" SET ");
        list(&action.set, out, |(targets, value), out| {
            nodes(targets, out);
            out.push_str(" = ");
            node(value, out);
        });
    }
}
