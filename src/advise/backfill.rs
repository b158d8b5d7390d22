//! The values that existing rows get in a column that becomes required, and the queries that show that nothing is left.

use super::Question;
use crate::base::Name;
use crate::ir::{Attr, Key, Kind, Op};
use crate::sources::django::{Fill, FillValue};

/// A relation's name as statements write it.
pub fn table(namespace: Name, name: Name, question: &Question) -> String {
    let quote = |name| question.dialect.quote(name);
    if namespace.is_none() { quote(name) } else { format!("{}.{}", quote(namespace), quote(name)) }
}

/// Whether no two rows may have the same value of a column, once the operations are carried out.
pub fn is_unique(fill: &Fill, ops: &[Op]) -> bool {
    ops.iter().any(|op| match op {
        Op::Create { object, .. } if object.key.owner == fill.column.owner && object.key.namespace == fill.column.namespace => {
            let unique = object.key.kind == Kind::Unique || object.has(Attr::Unique);
            let parts = object.parts(Attr::Parts);
            unique && (object.names(Attr::Columns) == [fill.column.name] || parts.len() == 1 && parts[0].name() == Some(fill.column.name))
        }
        _ => false,
    })
}

/// The statement that fills a column.
pub fn update(fill: &Fill, question: &Question) -> String {
    let (table, column) = names(fill.column, question);
    let update = |value: &str| format!("UPDATE {table} SET {column} = {value} WHERE {column} IS NULL;\n");
    match &fill.value {
        FillValue::Literal(value) => format!("-- Existing rows get the model's default.\n{}", update(value)),
        FillValue::PerRow(value) => format!("-- Every existing row gets a value of its own.\n{}", update(value)),
        FillValue::Asked => format!(
            "-- The model has no default: put the value for existing rows in place of VALUE, and take the marks away.\n-- {}",
            update("VALUE")
        ),
    }
}

/// The query that counts the rows without a value.
pub fn empty_rows(column: Key, question: &Question) -> String {
    let (table, column) = names(column, question);
    format!("SELECT COUNT(*) FROM {table} WHERE {column} IS NULL;")
}

/// The statements that fill a column and show that nothing is left, and that no value is there twice.
pub fn script(fill: &Fill, unique: bool, question: &Question) -> String {
    let (table, column) = names(fill.column, question);
    let mut text = update(fill, question);
    text += &format!("-- Must be 0 before the next statement.\n{}\n", empty_rows(fill.column, question));
    if unique {
        text += "-- Must show no row before the next statement.\n";
        text += &format!("SELECT {column}, COUNT(*) FROM {table} GROUP BY {column} HAVING COUNT(*) > 1;\n");
    }
    text.push('\n');
    text
}

fn names(column: Key, question: &Question) -> (String, String) {
    (table(column.namespace, column.owner, question), question.dialect.quote(column.name))
}
