//! The rows that a partition takes, as a condition (manual, CREATE TABLE, PARTITION OF; Table Partitioning).

use std::collections::BTreeSet;

use super::canonical::partition_key;
use super::lexer::{Token, literal, tokens};
use super::write::ident::{object, quote};
use crate::ir::{Attr, Object};

/// The condition of one bound of a table that is partitioned by plain columns; none for expressions. A NULL is in no range.
pub fn condition(parent: &Object, bound: &str) -> Option<String> {
    of(parent, bound, column)
}

/// The same for a query, where an expression stands for itself.
pub fn rows(parent: &Object, bound: &str) -> Option<String> {
    let is_expression = |element: &str| element.contains('(');
    of(parent, bound, |element| column(element).or_else(|| is_expression(element).then(|| format!("({element})"))))
}

fn of(parent: &Object, bound: &str, column: impl Fn(&str) -> Option<String>) -> Option<String> {
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

/// Why a table that is partitioned so has no partition with this bound.
pub fn misfit(by: &str, bound: &str) -> Option<String> {
    const WORDS: &[(&str, &str)] = &[("range", "from"), ("list", "in"), ("hash", "with")];
    let strategy = by.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty())?.to_ascii_lowercase();
    let (_, word) = WORDS.iter().find(|row| row.0 == strategy)?;
    let said = tokens(bound)?.into_iter().find_map(|token| match token {
        Token::Word(word) if !["for", "values"].contains(&&*word) => Some(word.to_string()),
        _ => None,
    })?;
    (said != *word && (said != "default" || strategy == "hash"))
        .then(|| format!("its parent is partitioned by {strategy}, and the bound is for another kind"))
}

/// Whether two partitions of one table claim the same rows, where that can be told from constants: values of lists, remainders of one
/// modulus, and ranges of one column over numbers or days.
pub fn overlap(one: &str, two: &str) -> bool {
    let Some((one, two)) = tokens(one).zip(tokens(two)) else { return false };
    if let Some((one, two)) = list(&one, "in").zip(list(&two, "in")) {
        return one.iter().any(|value| two.contains(value));
    }
    match ends(&one).zip(ends(&two)) {
        Some(([from, to], [other_from, other_to])) => {
            let kinds = [&from, &to, &other_from, &other_to].into_iter().filter_map(Place::kind).collect::<BTreeSet<u8>>();
            kinds.len() <= 1 && from < other_to && other_from < to
        }
        None => one == two && list(&one, "with").is_some(),
    }
}

/// Where the range of one column begins and ends.
fn ends(tokens: &[Token<'_>]) -> Option<[Place; 2]> {
    let [from, to] = ["from", "to"].map(|word| list(tokens, word));
    match (from?.as_slice(), to?.as_slice()) {
        ([from], [to]) => Some([place(from)?, place(to)?]),
        _ => None,
    }
}

/// An end of a range, in the order of its values.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Least,
    Number(i128),
    Day(String),
    Greatest,
}

impl Place {
    /// What can be compared with it; the ends of everything can with all.
    fn kind(&self) -> Option<u8> {
        match self {
            Place::Number(_) => Some(0),
            Place::Day(_) => Some(1),
            Place::Least | Place::Greatest => None,
        }
    }
}

fn place(value: &str) -> Option<Place> {
    let text = value.trim_matches('\'');
    let is_day = text.len() == 10 && text.char_indices().all(|(at, c)| if [4, 7].contains(&at) { c == '-' } else { c.is_ascii_digit() });
    match value {
        "MINVALUE" => Some(Place::Least),
        "MAXVALUE" => Some(Place::Greatest),
        _ if is_day => Some(Place::Day(text.to_string())),
        _ => text.parse().ok().map(Place::Number),
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
