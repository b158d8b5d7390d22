//! The tree as text: one spelling for each tree, which the server reads as that tree again.

use super::lexer::{ident, literal};
use super::parse;
use super::tree::{Call, Clause, FramePiece, Node, Query, SortKey, Subscript, Window};

mod change;
mod query;
mod words;

use query::query;

/// The text of an expression.
pub fn text(root: &Node) -> String {
    let mut out = String::new();
    node(root, &mut out);
    out
}

/// The text of a query.
pub fn query_text(root: &Query) -> String {
    let mut out = String::new();
    query(root, &mut out);
    out
}

/// The text of a query that a script may say: one that is read as a query again, which a form of the standard's JSON is not.
pub fn spoken(root: &Query) -> Option<String> {
    let text = query_text(root);
    parse::query(&text).is_some().then_some(text)
}

fn list<T>(items: &[T], out: &mut String, mut each: impl FnMut(&T, &mut String)) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        each(item, out);
    }
}

fn nodes(items: &[Node], out: &mut String) {
    list(items, out, node);
}

fn path(parts: &[String], out: &mut String) {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            out.push('.');
        }
        out.push_str(&ident(part));
    }
}

fn names(parts: &[String], out: &mut String) {
    out.push('(');
    list(parts, out, |part, out| out.push_str(&ident(part)));
    out.push(')');
}

/// Types whose constants stand without quotes and without a type.
fn is_bare(value: &str, ty: &str) -> bool {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match ty {
        "integer" => digits,
        "numeric" => value.starts_with(|c: char| c.is_ascii_digit()) && !digits,
        _ => false,
    }
}

pub fn node(root: &Node, out: &mut String) {
    match root {
        Node::Column(parts) => path(parts, out),
        Node::Star(parts) => {
            path(parts, out);
            out.push_str(if parts.is_empty() { "*" } else { ".*" });
        }
        Node::Literal { value, ty: None } => out.push_str(&literal(value)),
        Node::Literal { value, ty: Some(ty) } if ty == "boolean" => out.push_str(if value == "t" { "true" } else { "false" }),
        Node::Literal { value, ty: Some(ty) } if is_bare(value, ty) => out.push_str(value),
        Node::Literal { value, ty: Some(ty) } => {
            out.push_str(&literal(value));
            out.push_str("::");
            out.push_str(ty);
        }
        Node::Null => out.push_str("NULL"),
        Node::Parameter(text) => out.push_str(text),
        Node::Call(inner) => call(inner, out),
        Node::Array(items) => {
            out.push_str("ARRAY[");
            nodes(items, out);
            out.push(']');
        }
        Node::Row(items) => {
            out.push_str("ROW(");
            nodes(items, out);
            out.push(')');
        }
        Node::Scalar(inner) => {
            out.push('(');
            query(inner, out);
            out.push(')');
        }
        Node::Exists(inner) => {
            out.push_str("EXISTS (");
            query(inner, out);
            out.push(')');
        }
        Node::ArrayOf(inner) => {
            out.push_str("ARRAY(");
            query(inner, out);
            out.push(')');
        }
        _ => {
            out.push('(');
            compound(root, out);
            out.push(')');
        }
    }
}

/// The nodes that stand in parentheses.
fn compound(root: &Node, out: &mut String) {
    match root {
        Node::Cast(inner, ty) => around(inner, "::", ty, out),
        Node::Is(inner, test) => around(inner, " IS ", test, out),
        Node::Field(inner, name) => {
            grouped(inner, out);
            out.push('.');
            match name.as_str() {
                "*" => out.push('*'),
                name => out.push_str(&ident(name)),
            }
        }
        Node::Collate(inner, name) => {
            node(inner, out);
            out.push_str(" COLLATE ");
            path(name, out);
        }
        Node::Prefix(operator, inner) => {
            out.push_str(operator);
            out.push(' ');
            node(inner, out);
        }
        Node::Not(inner) => {
            out.push_str("NOT ");
            node(inner, out);
        }
        Node::Binary(operator, left, right) => between(left, operator, right, out),
        Node::Distinct(left, right) => between(left, "IS DISTINCT FROM", right, out),
        Node::Quantified { operator, all, left, right } => quantified(operator, *all, [left, right], out),
        Node::And(items) => joined(items, " AND ", out),
        Node::Or(items) => joined(items, " OR ", out),
        Node::Case { operand, arms, otherwise } => case(operand.as_deref(), arms, otherwise.as_deref(), out),
        Node::Subscript(inner, place) => {
            match **inner {
                Node::Column(_) | Node::Parameter(_) => node(inner, out),
                _ => grouped(inner, out),
            }
            subscript(place, out);
        }
        _ => {}
    }
}

fn around(inner: &Node, mark: &str, word: &str, out: &mut String) {
    node(inner, out);
    out.push_str(mark);
    out.push_str(word);
}

fn between(left: &Node, operator: &str, right: &Node, out: &mut String) {
    node(left, out);
    out.push(' ');
    out.push_str(operator);
    out.push(' ');
    node(right, out);
}

/// An expression in parentheses of its own.
fn grouped(inner: &Node, out: &mut String) {
    out.push('(');
    node(inner, out);
    out.push(')');
}

/// `= ANY (…)`; IN where the list could not be made an array.
fn quantified(operator: &str, all: bool, [left, right]: [&Node; 2], out: &mut String) {
    node(left, out);
    match right {
        Node::Call(list) if list.name == ["in list"] => {
            out.push_str(if all { " NOT IN (" } else { " IN (" });
            nodes(&list.args, out);
            out.push(')');
        }
        _ => {
            out.push(' ');
            out.push_str(operator);
            out.push_str(if all { " ALL " } else { " ANY " });
            // A query stands in its own parentheses; in two pairs of them it would be one array.
            if matches!(right, Node::Scalar(_)) { node(right, out) } else { grouped(right, out) }
        }
    }
}

fn joined(items: &[Node], word: &str, out: &mut String) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(word);
        }
        node(item, out);
    }
}

fn case(operand: Option<&Node>, arms: &[(Node, Node)], otherwise: Option<&Node>, out: &mut String) {
    out.push_str("CASE");
    if let Some(operand) = operand {
        out.push(' ');
        node(operand, out);
    }
    for (when, then) in arms {
        out.push_str(" WHEN ");
        node(when, out);
        out.push_str(" THEN ");
        node(then, out);
    }
    if let Some(otherwise) = otherwise {
        out.push_str(" ELSE ");
        node(otherwise, out);
    }
    out.push_str(" END");
}

fn subscript(place: &Subscript, out: &mut String) {
    out.push('[');
    match place {
        Subscript::At(at) => node(at, out),
        Subscript::Slice(low, high) => {
            low.iter().for_each(|low| node(low, out));
            out.push(':');
            high.iter().for_each(|high| node(high, out));
        }
    }
    out.push(']');
}

fn call(call: &Call, out: &mut String) {
    if words::write(call, out) {
        return;
    }
    // Those of SQL's own words that have no form there: in capitals, which no name has that is not quoted.
    if call.worded {
        out.push_str(&call.name.join(".").to_ascii_uppercase());
    } else {
        path(&call.name, out);
    }
    if call.keyword && call.args.is_empty() {
        return;
    }
    out.push('(');
    out.push_str(if call.distinct { "DISTINCT " } else { "" });
    out.push_str(if call.star { "*" } else { "" });
    out.push_str(if call.variadic { "VARIADIC " } else { "" });
    for (at, arg) in call.args.iter().enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        if let Some(label) = call.labels.get(at).filter(|label| !label.is_empty()) {
            out.push_str(&ident(label));
            out.push_str(" => ");
        }
        node(arg, out);
    }
    order(" ORDER BY ", &call.order, out);
    call.clauses.iter().for_each(|piece| clause(piece, out));
    out.push(')');
    if !call.within.is_empty() {
        order(" WITHIN GROUP (", &call.within, out);
        out.push(')');
    }
    if let Some(filter) = &call.filter {
        out.push_str(" FILTER (WHERE ");
        node(filter, out);
        out.push(')');
    }
    if let Some(over) = &call.over {
        out.push_str(" OVER ");
        window(over, out);
    }
}

fn clause(piece: &Clause, out: &mut String) {
    out.push(' ');
    match piece {
        // In capitals, as no name is that stands beside them.
        Clause::Words(words) => out.push_str(&words.to_ascii_uppercase()),
        Clause::Name(name) => out.push_str(&ident(name)),
        Clause::Type(ty) => out.push_str(ty),
        Clause::Node(inner) => node(inner, out),
    }
}

fn window(window: &Window, out: &mut String) {
    out.push('(');
    window.name.iter().for_each(|name| out.push_str(&ident(name)));
    if !window.partition.is_empty() {
        out.push_str(" PARTITION BY ");
        nodes(&window.partition, out);
    }
    order(" ORDER BY ", &window.order, out);
    for piece in &window.frame {
        out.push(' ');
        match piece {
            FramePiece::Word(word) => out.push_str(word),
            FramePiece::Offset(offset) => node(offset, out),
        }
    }
    out.push(')');
}

fn order(word: &str, keys: &[SortKey], out: &mut String) {
    if keys.is_empty() {
        return;
    }
    out.push_str(word);
    list(keys, out, |key, out| {
        node(&key.expr, out);
        out.push_str(if key.descending { " DESC" } else { "" });
        key.using.iter().for_each(|using| {
            out.push_str(" USING ");
            out.push_str(using);
        });
        match key.nulls_first {
            Some(true) => out.push_str(" NULLS FIRST"),
            Some(false) => out.push_str(" NULLS LAST"),
            None => {}
        }
    });
}
