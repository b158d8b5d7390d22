//! The tables that a query reads from: behind FROM, and in the queries that stand among its values.

use super::expression::Expr;
use super::query::{Body, Query, Table};

pub fn of_query(query: &Query, found: &mut Vec<String>) {
    for (_, _, inner) in &query.with {
        of_query(inner, found);
    }
    match &query.body {
        Body::Select(select) => {
            select.from.iter().for_each(|table| of_table(table, found));
            select.items.iter().for_each(|item| of_value(&item.value, found));
            select.filter.iter().chain(&select.having).for_each(|value| of_value(value, found));
        }
        Body::Set(_, left, right) => {
            of_query(left, found);
            of_query(right, found);
        }
        Body::Values(_) => {}
    }
}

fn of_table(table: &Table, found: &mut Vec<String>) {
    match table {
        Table::Named { name, .. } => found.push(name.clone()),
        Table::Derived { query, .. } => of_query(query, found),
        Table::Function { .. } => {}
        Table::Join { left, right, on, .. } => {
            of_table(left, found);
            of_table(right, found);
            on.iter().for_each(|on| of_value(on, found));
        }
    }
}

fn of_value(value: &Expr, found: &mut Vec<String>) {
    match value {
        Expr::Query(query) => of_query(query, found),
        Expr::Node(_, kids) => kids.iter().for_each(|kid| of_value(kid, found)),
        Expr::Name(_) | Expr::Text(_) | Expr::Atom(_) => {}
    }
}
