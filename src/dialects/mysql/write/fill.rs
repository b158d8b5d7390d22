//! Required columns whose value for the rows that are there is known. Without it the engine would give them a zero or an empty
//! text by itself, and say nothing (MySQL Reference Manual, Data Type Default Values).

use super::Writer;
use super::parts::{definition, position, table};
use super::text::{self, Extent, name};
use crate::dialects::mysql::types::{self, Class};
use crate::ir::{Attr, Fragment, Key, Object, Statement, Value};

/// A new column: one value for all rows comes as a default that goes at once, anything else row by row.
pub fn create(writer: &Writer, column: &Object, with: &[Key]) -> Vec<Statement> {
    let fill = column.text(Attr::Fill).unwrap_or("NULL");
    let (head, own) = (format!("ALTER TABLE {}", table(column)), name(column.key.name));
    let mut first = column.clone();
    first.set(Attr::Fill, None);
    match is_constant(fill) {
        true => first.set(Attr::Default, Some(Value::Sql(lent(fill, column)))),
        false => first.set(Attr::NotNull, None),
    }
    let mut clauses = vec![format!("ADD COLUMN {}{}", definition(writer, &first, Extent::Whole), position(column))];
    let carried = with.iter().filter_map(|key| writer.schema.desired.get(*key));
    clauses.extend(carried.map(|key| format!("ADD {}", text::element(key, None, writer.family.ignored_index.0))));
    let why = format!("{} is new; the rows that are there get the model's default.", column.key);
    let mut statements = vec![Statement::new(format!("{head}\n    {}", clauses.join(",\n    ")), why)];
    if is_constant(fill) {
        let gone = format!("{head}\n    ALTER COLUMN {own} DROP DEFAULT");
        statements.push(Statement::new(gone, "New rows are given a value by the application."));
        return statements;
    }
    statements.extend(update(column));
    let whole = format!("{head}\n    MODIFY COLUMN {}", definition(writer, column, Extent::Whole));
    statements.push(Statement::new(whole, "Every row has a value now."));
    statements
}

/// The rows without a value get the one that is known for them.
pub fn update(column: &Object) -> Option<Statement> {
    let (fill, own) = (column.text(Attr::Fill)?, name(column.key.name));
    let sql = format!("UPDATE {}\nSET {own} = {fill}\nWHERE {own} IS NULL", table(column));
    Some(Statement::new(sql, "The rows without a value get the model's default."))
}

/// A literal: what else there is may differ from row to row.
fn is_constant(fill: &str) -> bool {
    fill.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '\''))
}

/// A default as the column's type takes it: that of a text or a JSON document is an expression (Data Type Default Values).
fn lent(fill: &str, column: &Object) -> Fragment {
    match types::class(column.text(Attr::Type).unwrap_or("")) {
        Class::Text | Class::Blob | Class::Other => Fragment::new(format!("({fill})")),
        // A literal is its own canonical form, and stands without brackets.
        _ => Fragment { text: fill.into(), canon: Some(fill.into()) },
    }
}
