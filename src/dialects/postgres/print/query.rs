//! Queries as text: what stands around the expressions.

use super::change;
use super::{ident, list, names, node, nodes, order, path, window};
use crate::dialects::postgres::tree::{Alias, Body, Join, Node, Query, Select, Source, Target};

/// The text of a query, after what is there.
pub fn query(query: &Query, out: &mut String) {
    if !query.with.is_empty() {
        out.push_str(if query.recursive { "WITH RECURSIVE " } else { "WITH " });
        list(&query.with, out, |cte, out| {
            out.push_str(&ident(&cte.name));
            if !cte.columns.is_empty() {
                names(&cte.columns, out);
            }
            out.push_str(match cte.materialized {
                Some(true) => " AS MATERIALIZED (",
                Some(false) => " AS NOT MATERIALIZED (",
                None => " AS (",
            });
            self::query(&cte.query, out);
            out.push(')');
        });
        out.push(' ');
    }
    body(&query.body, out);
    order(" ORDER BY ", &query.order, out);
    clause(" OFFSET ", query.offset.as_ref(), out);
    match &query.limit {
        Some(limit) if query.with_ties => {
            out.push_str(" FETCH FIRST (");
            node(limit, out);
            out.push_str(") ROWS WITH TIES");
        }
        limit => clause(" LIMIT ", limit.as_ref(), out),
    }
    for lock in &query.locks {
        out.push_str(" FOR ");
        out.push_str(lock);
    }
}

pub fn clause(word: &str, expr: Option<&Node>, out: &mut String) {
    if let Some(expr) = expr {
        out.push_str(word);
        node(expr, out);
    }
}

fn body(body: &Body, out: &mut String) {
    match body {
        Body::Select(inner) => select(inner, out),
        Body::Values(rows) => {
            out.push_str("VALUES ");
            list(rows, out, |row, out| {
                out.push('(');
                nodes(row, out);
                out.push(')');
            });
        }
        Body::Combine { operator, left, right } => {
            out.push('(');
            query(left, out);
            out.push_str(") ");
            out.push_str(operator);
            out.push_str(" (");
            query(right, out);
            out.push(')');
        }
        Body::Change(inner) => change::change(inner, out),
    }
}

fn select(select: &Select, out: &mut String) {
    out.push_str("SELECT ");
    if let Some(distinct) = &select.distinct {
        out.push_str("DISTINCT ");
        if !distinct.is_empty() {
            out.push_str("ON (");
            nodes(distinct, out);
            out.push_str(") ");
        }
    }
    targets(&select.targets, out);
    if !select.from.is_empty() {
        out.push_str(" FROM ");
        list(&select.from, out, source);
    }
    clause(" WHERE ", select.filter.as_ref(), out);
    if !select.group.is_empty() {
        out.push_str(" GROUP BY ");
        groups(&select.group, out);
    }
    clause(" HAVING ", select.having.as_ref(), out);
    if !select.windows.is_empty() {
        out.push_str(" WINDOW ");
        list(&select.windows, out, |(name, definition), out| {
            out.push_str(&ident(name));
            out.push_str(" AS ");
            window(definition, out);
        });
    }
}

pub fn targets(items: &[Target], out: &mut String) {
    list(items, out, |target, out| {
        node(&target.expr, out);
        target.name.iter().for_each(|name| {
            out.push_str(" AS ");
            out.push_str(&ident(name));
        });
    });
}

/// What GROUP BY lists: sets of expressions stand in plain parentheses there.
fn groups(items: &[Node], out: &mut String) {
    list(items, out, |item, out| match item {
        Node::Row(set) => {
            out.push('(');
            nodes(set, out);
            out.push(')');
        }
        Node::Call(call) if matches!(call.plain(), Some("rollup" | "cube" | "grouping sets")) => {
            out.push_str(&call.name.join("").to_ascii_uppercase());
            out.push_str(" (");
            groups(&call.args, out);
            out.push(')');
        }
        _ => node(item, out),
    });
}

pub fn source(root: &Source, out: &mut String) {
    match root {
        Source::Relation { name, only, sample, alias: label } => {
            out.push_str(if *only { "ONLY " } else { "" });
            path(name, out);
            alias(label, out);
            sample.iter().for_each(|sample| {
                out.push_str(" TABLESAMPLE ");
                out.push_str(sample);
            });
        }
        Source::Query { query: inner, lateral, alias: label } => {
            out.push_str(if *lateral { "LATERAL (" } else { "(" });
            query(inner, out);
            out.push(')');
            alias(label, out);
        }
        Source::Functions { calls, ordinality, lateral, alias: label } => {
            out.push_str(if *lateral { "LATERAL " } else { "" });
            match calls.as_slice() {
                [call] => node(call, out),
                _ => {
                    out.push_str("ROWS FROM (");
                    nodes(calls, out);
                    out.push(')');
                }
            }
            out.push_str(if *ordinality { " WITH ORDINALITY" } else { "" });
            alias(label, out);
        }
        Source::Join(inner) => join(inner, out),
    }
}

fn join(join: &Join, out: &mut String) {
    out.push('(');
    source(&join.left, out);
    out.push(' ');
    out.push_str(join.kind);
    out.push_str(" JOIN ");
    source(&join.right, out);
    if !join.using.is_empty() {
        out.push_str(" USING ");
        names(&join.using, out);
    }
    clause(" ON ", join.on.as_ref(), out);
    out.push(')');
    alias(&join.alias, out);
}

fn alias(alias: &Alias, out: &mut String) {
    if let Some(name) = &alias.name {
        out.push_str(" AS ");
        out.push_str(&ident(name));
    }
    if alias.columns.is_empty() {
        return;
    }
    out.push('(');
    for (at, column) in alias.columns.iter().enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        out.push_str(&ident(column));
        if let Some(ty) = alias.types.get(at) {
            out.push(' ');
            out.push_str(ty);
        }
    }
    out.push(')');
}
