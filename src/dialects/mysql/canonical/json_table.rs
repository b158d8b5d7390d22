//! JSON_TABLE among the tables of a query: its columns with their types in one spelling (MySQL Reference Manual, JSON Table Functions).

use super::expression::expression;
use super::query::{self, Table};
use crate::dialects::mysql::cursor::{Cursor, Read};
use crate::dialects::mysql::lex::{TokenKind, literal};
use crate::dialects::mysql::types;

/// `JSON_TABLE(document, path COLUMNS (…)) AS alias`.
pub fn table(cursor: &mut Cursor) -> Read<Table> {
    cursor.take();
    cursor.expect(&["("])?;
    let document = expression(cursor)?;
    cursor.expect(&[","])?;
    let path = expression(cursor)?;
    let mut columns = Vec::new();
    let text = listed(cursor, &mut columns)?;
    cursor.expect(&[")"])?;
    let alias = query::alias(cursor)?.unwrap_or_default();
    Ok(Table::Function { arguments: vec![document, path], text, columns, alias })
}

/// `COLUMNS (a …, b …)`: their canonical text; their names go to `columns`.
fn listed(cursor: &mut Cursor, columns: &mut Vec<String>) -> Read<String> {
    cursor.expect(&["columns"])?;
    let texts = cursor.list(|cursor| cursor.nested(|cursor| column(cursor, columns)))?;
    Ok(format!("({})", texts.join(",")))
}

fn column(cursor: &mut Cursor, columns: &mut Vec<String>) -> Read<String> {
    if cursor.eat(&["nested"]) {
        cursor.eat(&["path"]);
        let path = literal(&cursor.string()?);
        return Ok(format!("nested {path}{}", listed(cursor, columns)?));
    }
    let name = cursor.name()?;
    columns.push(name.clone());
    if cursor.eat(&["for", "ordinality"]) {
        return Ok(format!("{name} for ordinality"));
    }
    let kind = data_type(cursor)?;
    let mut words = vec![name, kind];
    while let Some(token) = cursor.peek().filter(|token| !token.is(",") && !token.is(")")) {
        cursor.take();
        words.push(if token.kind == TokenKind::Text { literal(&token.content()) } else { token.raw.to_ascii_lowercase() });
    }
    Ok(words.join(" "))
}

/// The type, with a character set that is not that of the connection in which the view was made.
fn data_type(cursor: &mut Cursor) -> Read<String> {
    let start = cursor.offset();
    while cursor.peek().is_some_and(|token| !["path", "exists", "character", "charset", "collate"].iter().any(|word| token.is(word))) {
        if cursor.sees(&["("]) {
            cursor.parenthesised()?;
        } else {
            cursor.take();
        }
    }
    let parts = types::parts(cursor.since(start));
    let mut text = if parts.base == "integer" { "int".to_string() } else { parts.base };
    // A width says nothing of a number, and only MariaDB prints it.
    if let Some(inner) = parts.arguments.filter(|_| !text.ends_with("int")) {
        text.push_str(&format!("({})", inner.replace(' ', "")));
    }
    if parts.unsigned {
        text.push_str(" unsigned");
    }
    if cursor.eat(&["character", "set"]) || cursor.eat(&["charset"]) {
        let set = cursor.word_or_value()?.to_ascii_lowercase();
        text.push_str(&if set.starts_with("utf8") { String::new() } else { format!(" charset {set}") });
    }
    Ok(text)
}
