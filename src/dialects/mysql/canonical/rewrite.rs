//! The transformations that the servers make when they store an expression, made here on both sides.

use super::expression::Expr;
use super::query::{Body, Item, Query, Select, Table};
use super::sets;

/// The comparison that says the opposite.
const OPPOSITES: &[(&str, &str)] = &[("=", "<>"), ("<>", "="), ("<", ">="), (">=", "<"), (">", "<="), ("<=", ">")];

/// The truths: a number, and what NOT makes of it (of a number it makes nothing).
const TRUTHS: &[(&str, &str, &str)] = &[("true", "1", "0"), ("false", "0", "1")];

/// Rewrites an expression whose value is used as such.
pub fn value(expr: Expr) -> Expr {
    match expr {
        Expr::Node(tag, kids) => node(tag, kids),
        Expr::Query(mut query) => {
            whole(&mut query);
            Expr::Query(query)
        }
        Expr::Atom(word) => {
            Expr::Atom(TRUTHS.iter().find(|(truth, ..)| *truth == word).map_or(word, |(_, number, _)| (*number).to_string()))
        }
        other => other,
    }
}

/// Rewrites a condition: WHERE, ON, HAVING, a check, an operand of AND.
pub fn condition(expr: Expr) -> Expr {
    truth(value(expr))
}

/// A value as a condition is compared with zero (`WHERE a` is stored as `a <> 0`); of a literal only MySQL says so.
fn truth(expr: Expr) -> Expr {
    if let Expr::Node(tag, kids) = &expr
        && let ("<>", [Expr::Atom(zero), literal @ (Expr::Atom(_) | Expr::Text(_))]) = (tag.as_str(), &kids[..])
        && zero == "0"
    {
        return literal.clone();
    }
    if is_number(&expr) { Expr::node("<>", vec![expr, Expr::atom("0")]) } else { expr }
}

/// Operators whose value is a truth.
const TESTS: &[&str] =
    &["and", "or", "xor", "not", "in", "between", "like", "regexp", "is null", "is true", "is false", "exists", "member of"];

/// Whether an expression is a column, or computed, and not by a comparison or a test.
fn is_number(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_) => true,
        Expr::Node(tag, _) => {
            let compares = tag == "<=>" || OPPOSITES.iter().any(|(known, _)| known == tag);
            !compares && !TESTS.contains(&tag.as_str()) && !tag.starts_with('_')
        }
        Expr::Text(_) | Expr::Atom(_) | Expr::Query(_) => false,
    }
}

/// Rewrites a condition by which rows are chosen: there a test that is not known to hold does not hold, and MySQL keeps
/// `NOT IN (query)` as `IN (query) IS FALSE`.
fn filter(expr: Expr) -> Expr {
    fn unknown_is_false(expr: Expr) -> Expr {
        match expr {
            Expr::Node(tag, kids) if tag == "and" || tag == "or" => Expr::Node(tag, kids.into_iter().map(unknown_is_false).collect()),
            Expr::Node(tag, kids) if tag == "is false" && matches!(&kids[..], [Expr::Node(of, _)] if of == "in") => Expr::node("not", kids),
            other => other,
        }
    }
    unknown_is_false(condition(expr))
}

fn node(tag: String, kids: Vec<Expr>) -> Expr {
    if tag == "not" {
        return kids.into_iter().next().map_or_else(|| Expr::atom("not"), negated);
    }
    let count = kids.len();
    // What a CASE gives stands behind each condition, and at the end.
    let is_condition = |at: usize| match tag.as_str() {
        "and" | "or" | "xor" | "is true" | "is false" => true,
        "if" => at == 0,
        "case" => at.is_multiple_of(2) && at + 1 < count,
        _ => false,
    };
    let kids: Vec<Expr> =
        kids.into_iter().enumerate().map(|(at, kid)| if is_condition(at) { condition(kid) } else { value(kid) }).collect();
    match tag.as_str() {
        "and" | "or" => flat(tag, kids),
        "=" | "<>" if is_quantified(&kids, &tag) => membership(&tag, kids),
        "in" if kids.len() == 2 && !matches!(kids[1], Expr::Query(_)) => Expr::Node("=".to_string(), kids),
        "neg" => negative(kids),
        "window" => Expr::Node(tag, kids.into_iter().map(without_places).collect()),
        "exists" => Expr::Node(tag, kids.into_iter().map(unlimited).collect()),
        "=" | "<>" if matches!(&kids[..], [Expr::Atom(zero), other] if zero == "0" && !matches!(other, Expr::Atom(_))) => {
            Expr::Node(tag, kids.into_iter().rev().collect())
        }
        "=" => by_columns(kids),
        _ => Expr::Node(tag, kids),
    }
}

/// Rows are equal where each of their values is: MySQL says so.
fn by_columns(kids: Vec<Expr>) -> Expr {
    match &kids[..] {
        [Expr::Node(row, left), Expr::Node(other, right)] if row == "row" && other == "row" && left.len() == right.len() => {
            let pairs = left.iter().zip(right).map(|(one, two)| node("=".to_string(), vec![one.clone(), two.clone()]));
            flat("and".to_string(), pairs.collect())
        }
        _ => Expr::node("=", kids),
    }
}

/// `= ANY (query)` is `IN (query)`, `<> ALL (query)` is `NOT IN (query)`.
fn is_quantified(kids: &[Expr], tag: &str) -> bool {
    let wanted = if tag == "=" { "any" } else { "all" };
    matches!(kids, [_, Expr::Node(quantity, _)] if quantity == wanted)
}

fn membership(tag: &str, mut kids: Vec<Expr>) -> Expr {
    if let Some(Expr::Node(_, inner)) = kids.pop() {
        kids.extend(inner);
    }
    let member = Expr::node("in", kids);
    if tag == "=" { member } else { Expr::node("not", vec![member]) }
}

/// What holds not for any holds for all in the opposite.
fn opposite_quantity(kid: Expr) -> Expr {
    match kid {
        Expr::Node(tag, kids) if tag == "any" => Expr::node("all", kids),
        Expr::Node(tag, kids) if tag == "all" => Expr::node("any", kids),
        other => other,
    }
}

/// AND and OR are chains: a chain in a chain of the same kind is part of it.
fn flat(tag: String, kids: Vec<Expr>) -> Expr {
    let mut out = Vec::new();
    for kid in kids {
        match kid {
            Expr::Node(inner, grandkids) if inner == tag => out.extend(grandkids),
            other => out.push(other),
        }
    }
    if out.len() == 1 { out.remove(0) } else { Expr::Node(tag, out) }
}

/// A window is not ordered by the place of a column: MariaDB keeps an empty text of a whole number there.
fn without_places(kid: Expr) -> Expr {
    let Expr::Node(tag, kids) = kid else { return kid };
    if tag != "order by" {
        return Expr::Node(tag, kids);
    }
    let place = |kid: &Expr| matches!(kid, Expr::Atom(number) if number.parse::<i64>().is_ok());
    let kept = |kid: Expr| match kid {
        Expr::Node(tag, kids) if tag == "desc" && kids.iter().all(place) => Expr::node("desc", vec![Expr::Text(String::new())]),
        other if place(&other) => Expr::Text(String::new()),
        other => other,
    };
    Expr::Node(tag, kids.into_iter().map(kept).collect())
}

/// `-1` is a number.
fn negative(mut kids: Vec<Expr>) -> Expr {
    match kids.as_slice() {
        [Expr::Atom(number)] if number.starts_with('-') => Expr::atom(number.trim_start_matches('-')),
        [Expr::Atom(number)] if number.starts_with(|c: char| c.is_ascii_digit()) => Expr::atom(format!("-{number}")),
        _ => Expr::node("neg", std::mem::take(&mut kids)),
    }
}

/// EXISTS needs one row, and some servers say so.
fn unlimited(kid: Expr) -> Expr {
    match kid {
        Expr::Query(mut query) => {
            if query.limit == [Expr::atom("1")] {
                query.limit.clear();
            }
            selects_anything(&mut query);
            Expr::Query(query)
        }
        other => other,
    }
}

/// What a plain query under EXISTS selects does not matter, and is not kept.
fn selects_anything(query: &mut Query) {
    let Body::Select(select) = &mut query.body else { return };
    if select.group.is_empty() && select.having.is_none() && select.modifiers.is_empty() {
        select.items = vec![Item { value: Expr::atom("1"), alias: "1".to_string() }];
    }
}

/// NOT goes into comparisons and through AND and OR.
fn negated(expr: Expr) -> Expr {
    match expr {
        Expr::Node(tag, kids) => negated_node(&tag, kids),
        Expr::Name(_) => Expr::node("=", vec![expr, Expr::atom("0")]),
        Expr::Atom(word) => match TRUTHS.iter().find(|(truth, ..)| *truth == word) {
            Some((.., opposite)) => Expr::atom(*opposite),
            None => Expr::node("not", vec![Expr::Atom(word)]),
        },
        other => Expr::node("not", vec![value(other)]),
    }
}

fn negated_node(tag: &str, mut kids: Vec<Expr>) -> Expr {
    if let Some((_, opposite)) = OPPOSITES.iter().find(|(known, _)| *known == tag) {
        return node((*opposite).to_string(), kids.into_iter().map(opposite_quantity).collect());
    }
    match tag {
        "and" => node("or".to_string(), kids.into_iter().map(|kid| Expr::node("not", vec![kid])).collect()),
        "or" => node("and".to_string(), kids.into_iter().map(|kid| Expr::node("not", vec![kid])).collect()),
        "xor" if kids.len() == 2 => {
            kids[0] = Expr::node("not", vec![kids[0].clone()]);
            node("xor".to_string(), kids)
        }
        "not" => kids.pop().map_or_else(|| Expr::atom("not"), condition),
        "in" if kids.len() == 2 && !matches!(kids[1], Expr::Query(_)) => node("<>".to_string(), kids),
        _ => match node(tag.to_string(), kids) {
            number if is_number(&number) => Expr::node("=", vec![number, Expr::atom("0")]),
            test => Expr::node("not", vec![test]),
        },
    }
}

/// Rewrites a query's conditions and values.
pub fn whole(query: &mut Query) {
    for (_, _, inner) in &mut query.with {
        whole(inner);
    }
    match &mut query.body {
        Body::Select(select) => rewrite_select(select),
        Body::Set(operator, left, right) => {
            whole(left);
            whole(right);
            if operator == "union" {
                without_all(left);
            }
            if !operator.starts_with("union") {
                [left, right].into_iter().for_each(|operand| sets::without_tests(operand));
            }
        }
        Body::Values(rows) => values(rows),
    }
    values(&mut query.order);
}

/// A UNION takes all doubles away, also those that a UNION ALL before it lets through; MySQL says it so.
fn without_all(query: &mut Query) {
    let plain = query.order.is_empty() && query.limit.is_empty() && query.with.is_empty();
    if let Body::Set(operator, left, _) = &mut query.body
        && plain
        && operator == "union all"
    {
        *operator = "union".to_string();
        without_all(left);
    }
}

fn values(list: &mut Vec<Expr>) {
    *list = std::mem::take(list).into_iter().map(value).collect();
}

fn rewrite_select(select: &mut Select) {
    for item in &mut select.items {
        item.value = value(std::mem::replace(&mut item.value, Expr::atom("")));
    }
    if let Some(table) = &mut select.from {
        rewrite_table(table);
    }
    select.filter = select.filter.take().map(filter);
    values(&mut select.group);
    select.having = select.having.take().map(filter);
    for (_, window) in &mut select.windows {
        *window = value(std::mem::replace(window, Expr::atom("")));
    }
}

fn rewrite_table(table: &mut Table) {
    match table {
        Table::Named { .. } => {}
        Table::Function { arguments, .. } => values(arguments),
        Table::Derived { query, .. } => whole(query),
        Table::Join { left, right, on, .. } => {
            rewrite_table(left);
            rewrite_table(right);
            *on = on.take().map(filter);
        }
    }
}
