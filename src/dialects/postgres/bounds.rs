//! The rows that a partition takes, as a condition (manual, CREATE TABLE, PARTITION OF; Table Partitioning).

use super::canonical::partition_key;
use super::lexer::{Token, literal, tokens};
use super::write::ident::{object, quote};
use crate::ir::{Attr, Object};

/// The condition of one bound of a table that is partitioned by plain columns; none for expressions. A NULL is in no range.
pub fn condition(parent: &Object, bound: &str) -> Option<String> {
    let (strategy, elements) = parent.text(Attr::PartitionBy).and_then(partition_key)?;
    let columns: Vec<String> = elements.iter().map(|element| column(element)).collect::<Option<_>>()?;
    let tokens = tokens(bound)?;
    match strategy.as_str() {
        "RANGE" => range(&columns, &list(&tokens, "from")?, &list(&tokens, "to")?),
        "LIST" => Some(listed(columns.first()?, &list(&tokens, "in")?)),
        _ => {
            let number = |word: &str| tokens.iter().skip_while(|token| **token != Token::Word(word.into())).nth(1).map(said);
            let parent = literal(&object(parent.key));
            Some(format!(
                "satisfies_hash_partition({parent}::regclass, {}, {}, {})",
                number("modulus")?,
                number("remainder")?,
                columns.join(", ")
            ))
        }
    }
}

/// A column without collation or operator class.
fn column(element: &str) -> Option<String> {
    match tokens(element)?.as_slice() {
        [Token::Word(name) | Token::Quoted(name)] => Some(quote(name.as_ref().into())),
        _ => None,
    }
}

/// The constants in the parentheses behind a word.
fn list(tokens: &[Token<'_>], word: &str) -> Option<Vec<String>> {
    let mut rest = tokens.iter().skip_while(|token| **token != Token::Word(word.into())).skip(1);
    (rest.next() == Some(&Token::Symbol("("))).then_some(())?;
    let inner: Vec<&Token<'_>> = rest.take_while(|token| **token != Token::Symbol(")")).collect();
    inner.split(|token| **token == Token::Symbol(",")).map(|one| Some(one.iter().map(|token| said(token)).collect::<String>())).collect()
}

fn said(token: &Token<'_>) -> String {
    match token {
        Token::Text(text) => literal(text),
        Token::Word(word) => word.to_uppercase(),
        Token::Number(text) | Token::Symbol(text) | Token::Parameter(text) => text.to_string(),
        Token::Quoted(name) => quote(name.as_ref().into()),
        Token::Bits(bits) => literal(bits),
    }
}

fn listed(column: &str, values: &[String]) -> String {
    let (null, rest): (Vec<&String>, Vec<&String>) = values.iter().partition(|value| *value == "NULL");
    let plain = rest.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    match (null.is_empty(), plain.is_empty()) {
        (true, _) => format!("({column} IS NOT NULL AND {column} IN ({plain}))"),
        (false, true) => format!("({column} IS NULL)"),
        (false, false) => format!("({column} IS NULL OR {column} IN ({plain}))"),
    }
}

/// From the first bound on, up to and without the second.
fn range(columns: &[String], from: &[String], to: &[String]) -> Option<String> {
    let mut conditions: Vec<String> = columns.iter().map(|column| format!("{column} IS NOT NULL")).collect();
    conditions.extend(end(columns, from, [">=", ">", ">="]));
    conditions.extend(end(columns, to, ["<", "<=", "<"]));
    (from.len() == columns.len() && to.len() == columns.len()).then(|| format!("({})", conditions.join(" AND ")))
}

/// The rows on one side of a bound: with all columns said, up to MAXVALUE, up to MINVALUE.
fn end(columns: &[String], bound: &[String], [whole, greatest, least]: [&str; 3]) -> Option<String> {
    let said = bound.iter().take_while(|value| !["MINVALUE", "MAXVALUE"].contains(&value.as_str())).count();
    let operator = match bound.get(said).map(String::as_str) {
        None => whole,
        Some("MAXVALUE") => greatest,
        Some(_) => least,
    };
    let row = |list: &[String]| if said == 1 { list[0].clone() } else { format!("({})", list[..said].join(", ")) };
    (said > 0).then(|| format!("{} {operator} {}", row(columns), row(bound)))
}
