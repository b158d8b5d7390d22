//! UNION, EXCEPT and INTERSECT: which operands belong together, whatever parentheses or derived tables say it.

use super::expression::Expr;
use super::query::{Body, Query, Select, Table, plain, term};
use crate::dialects::mysql::cursor::{Cursor, Read};

/// Reads operands with the operators between them. INTERSECT binds first, the others from left to right
/// (MySQL Reference Manual, Set Operations; MariaDB, INTERSECT).
pub fn operands(cursor: &mut Cursor) -> Read<Query> {
    let mut chain: Vec<(String, Query)> = Vec::new();
    let mut last = unwrapped(term(cursor, false)?);
    let mut before = String::new();
    while let Some(operator) = cursor.eat_any(&["union", "except", "intersect", "minus"]) {
        let all = cursor.eat(&["all"]);
        cursor.eat(&["distinct"]);
        let operator = if operator == "minus" { "except" } else { operator };
        let tag = if all { format!("{operator} all") } else { operator.to_string() };
        let right = unwrapped(term(cursor, true)?);
        cursor.grow()?;
        if operator == "intersect" {
            last = plain(Body::Set(tag, Box::new(last), Box::new(right)));
        } else {
            chain.push((std::mem::replace(&mut before, tag), std::mem::replace(&mut last, right)));
        }
    }
    chain.push((before, last));
    let mut operands = chain.into_iter();
    let first = operands.next().map_or_else(|| plain(Body::Values(Vec::new())), |(_, query)| query);
    Ok(operands.fold(first, |left, (tag, right)| plain(Body::Set(tag, Box::new(left), Box::new(right)))))
}

/// MariaDB keeps an operand in parentheses as `select __5.a AS a from (…) __5`.
fn unwrapped(query: Query) -> Query {
    let kept = query.order.is_empty() && query.limit.is_empty() && query.with.is_empty();
    match query.body {
        Body::Select(mut select) if kept && is_wrapper(&select) => match select.from.take() {
            Some(Table::Derived { query: inner, .. }) => *inner,
            from => plain(Body::Select(Box::new(Select { from, ..*select }))),
        },
        body => Query { body, ..query },
    }
}

/// Whether a SELECT takes a derived table of the server's own as it is.
fn is_wrapper(select: &Select) -> bool {
    let Some(Table::Derived { alias, query, columns }) = &select.from else { return false };
    let own = alias.strip_prefix("__").is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    let taken = |value: &Expr, name: &str| matches!(value, Expr::Name(parts) if matches!(&parts[..], [table, column] if table == alias && column == name));
    let rest = Select { items: Vec::new(), from: None, ..select.clone() };
    own && columns.is_empty()
        && rest == Select::default()
        && matches!(query.body, Body::Set(..))
        && select.items.iter().all(|item| taken(&item.value, &item.alias))
}

/// MySQL tells by itself that a value which is nowhere NULL on the other side may not be NULL on this one, and keeps that in the
/// view's text, twice each time that the view is made: `x IS NOT NULL AND x IS NOT NULL`.
pub fn without_tests(operand: &mut Query) {
    let Body::Select(select) = &mut operand.body else { return };
    let Some(Expr::Node(and, tests)) = &mut select.filter else { return };
    if and != "and" {
        return;
    }
    for item in &select.items {
        let test = Expr::node("not", vec![Expr::node("is null", vec![item.value.clone()])]);
        let mut twice = tests.iter().filter(|kid| **kid == test).count() / 2 * 2;
        tests.retain(|kid| {
            let goes = twice > 0 && *kid == test;
            twice -= usize::from(goes);
            !goes
        });
    }
    select.filter = match &tests[..] {
        [] => None,
        [only] => Some(only.clone()),
        _ => return,
    };
}
