//! Trees as text: prefix form, every node in parentheses, so that different trees never read the same.

use std::fmt::Write;

use super::expression::Expr;
use super::query::{Body, Query, Select, Table};
use crate::dialects::mysql::lex::literal;

/// The canonical text of an expression.
pub fn expression(expr: &Expr) -> String {
    let mut out = String::new();
    show(expr, &mut out);
    out
}

/// The canonical text of a view's query.
pub fn query(query: &Query) -> String {
    let mut out = String::new();
    show_query(query, Aliases::Shown, &mut out);
    out
}

/// Whether the names of the select list mean anything: not in a subquery that is an operand.
#[derive(Clone, Copy, PartialEq)]
enum Aliases {
    Shown,
    Hidden,
}

fn name(text: &str) -> String {
    format!("`{}`", text.replace('`', "``"))
}

fn show(expr: &Expr, out: &mut String) {
    match expr {
        Expr::Name(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| name(part)).collect();
            out.push_str(&parts.join("."));
        }
        Expr::Text(content) => out.push_str(&literal(content)),
        Expr::Atom(text) => out.push_str(text),
        Expr::Node(tag, kids) => {
            out.push_str(tag);
            out.push('(');
            list(kids, out);
            out.push(')');
        }
        Expr::Query(query) => {
            out.push('(');
            show_query(query, Aliases::Hidden, out);
            out.push(')');
        }
    }
}

fn list(kids: &[Expr], out: &mut String) {
    for (at, kid) in kids.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        show(kid, out);
    }
}

fn clause(word: &str, kids: &[Expr], out: &mut String) {
    if !kids.is_empty() {
        let _ = write!(out, " {word} ");
        list(kids, out);
    }
}

fn show_query(query: &Query, aliases: Aliases, out: &mut String) {
    for (cte, columns, inner) in &query.with {
        let _ = write!(out, "with {} ({}) as (", name(cte), columns.join(","));
        show_query(inner, Aliases::Shown, out);
        out.push_str(") ");
    }
    match &query.body {
        Body::Select(select) => show_select(select, aliases, out),
        Body::Set(operator, left, right) => {
            out.push('(');
            show_query(left, aliases, out);
            let _ = write!(out, ") {operator} (");
            show_query(right, Aliases::Hidden, out);
            out.push(')');
        }
        Body::Values(rows) => clause("values", rows, out),
    }
    clause("order by", &query.order, out);
    clause("limit", &query.limit, out);
}

fn show_select(select: &Select, aliases: Aliases, out: &mut String) {
    out.push_str("select ");
    for modifier in &select.modifiers {
        let _ = write!(out, "{modifier} ");
    }
    for (at, item) in select.items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        show(&item.value, out);
        if aliases == Aliases::Shown {
            let _ = write!(out, " as {}", name(&item.alias));
        }
    }
    if let Some(table) = &select.from {
        out.push_str(" from ");
        show_table(table, out);
    }
    clause("where", select.filter.as_slice(), out);
    clause("group by", &select.group, out);
    if select.rollup {
        out.push_str(" with rollup");
    }
    clause("having", select.having.as_slice(), out);
    for (window, specification) in &select.windows {
        let _ = write!(out, " window {} as ", name(window));
        show(specification, out);
    }
    if !select.lock.is_empty() {
        let _ = write!(out, " {}", select.lock);
    }
}

fn show_table(table: &Table, out: &mut String) {
    match table {
        Table::Named { name: table, alias, hints } => {
            let _ = write!(out, "{} {}{hints}", name(table), name(alias));
        }
        Table::Derived { query, alias, columns } => {
            out.push('(');
            show_query(query, Aliases::Shown, out);
            let _ = write!(out, ") {}({})", name(alias), columns.join(","));
        }
        Table::Function { arguments, text, alias, .. } => {
            out.push_str("json_table(");
            list(arguments, out);
            let _ = write!(out, " columns{text}) {}", name(alias));
        }
        Table::Join { left, right, kind, on, .. } => {
            let _ = write!(out, "{kind}[");
            show_table(left, out);
            out.push(',');
            show_table(right, out);
            clause("on", on.as_slice(), out);
            out.push(']');
        }
    }
}
