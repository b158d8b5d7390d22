//! Functions, casts, CASE and the keywords that stand for values.

use super::expression::{Expr, expression, operand};
use super::{limit, query, stored};
use crate::dialects::mysql::cursor::{Cursor, Read};
use crate::dialects::mysql::lex::TokenKind;

/// Functions with more than one name: the other name, and the one that is used here
/// (MySQL Reference Manual, Functions and Operators; MariaDB, Functions and Operators).
const ALIASES: &[(&str, &str)] = &[
    ("lcase", "lower"),
    ("ucase", "upper"),
    ("mid", "substr"),
    ("substring", "substr"),
    ("power", "pow"),
    ("ceil", "ceiling"),
    ("sha1", "sha"),
    ("day", "dayofmonth"),
    ("octet_length", "length"),
    ("character_length", "char_length"),
    ("now", "current_timestamp"),
    ("localtime", "current_timestamp"),
    ("localtimestamp", "current_timestamp"),
    ("current_date", "curdate"),
    ("current_time", "curtime"),
    ("schema", "database"),
    ("session_user", "user"),
    ("system_user", "user"),
    ("stddev", "std"),
    ("stddev_pop", "std"),
    ("var_pop", "variance"),
    ("nvl", "ifnull"),
    ("geometryfromtext", "st_geometryfromtext"),
    ("geomfromtext", "st_geometryfromtext"),
    ("st_geomfromtext", "st_geometryfromtext"),
    ("astext", "st_astext"),
    ("aswkt", "st_astext"),
    ("st_aswkt", "st_astext"),
    ("json_compact", "json_compact"),
];

/// Keywords that are calls without parentheses.
const BARE_CALLS: &[&str] = &[
    "current_timestamp",
    "localtime",
    "localtimestamp",
    "current_date",
    "current_time",
    "current_user",
    "utc_timestamp",
    "utc_date",
    "utc_time",
];

/// The name of a function in one spelling.
pub fn function_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    ALIASES.iter().find(|(other, _)| *other == lower).map_or(lower, |(_, used)| (*used).to_string())
}

/// What starts with a keyword that is not a function's name.
pub fn special(cursor: &mut Cursor) -> Read<Option<Expr>> {
    let Some(token) = cursor.peek() else { return Ok(None) };
    let before_text = cursor.ahead(1).is_some_and(|next| next.kind == TokenKind::Text || next.kind == TokenKind::Bits);
    let before_call = cursor.ahead(1).is_some_and(|next| next.is("("));
    let qualified = cursor.ahead(1).is_some_and(|next| next.is("."));
    let lower = token.raw.to_ascii_lowercase();
    if qualified {
        return Ok(None);
    }
    let literal = match lower.as_str() {
        "null" => Some(Expr::atom("null")),
        "true" | "false" => Some(Expr::atom(lower.as_str())),
        _ => None,
    };
    if literal.is_some() {
        cursor.take();
        return Ok(literal);
    }
    if before_text && (lower.starts_with('_') || lower == "n") {
        cursor.take();
        return introduced(cursor, &lower).map(Some);
    }
    if before_text && matches!(lower.as_str(), "date" | "time" | "timestamp") {
        cursor.take();
        return Ok(Some(Expr::node(format!("{lower} literal"), vec![Expr::Text(cursor.string()?)])));
    }
    match lower.as_str() {
        "case" => case(cursor).map(Some),
        "exists" if before_call => {
            cursor.take();
            let query = expression_in(cursor)?;
            Ok(Some(Expr::node("exists", vec![query])))
        }
        "cast" | "convert" if before_call => cast(cursor).map(Some),
        "match" => fulltext(cursor).map(Some),
        "next" | "previous" if cursor.ahead(1).is_some_and(|next| next.is("value")) => of_sequence(cursor).map(Some),
        "row" if before_call => {
            cursor.take();
            Ok(Some(Expr::node("row", cursor.list(expression)?)))
        }
        name if BARE_CALLS.contains(&name) && !before_call => {
            cursor.take();
            Ok(Some(Expr::node(function_name(name), Vec::new())))
        }
        _ => Ok(None),
    }
}

/// `NEXT VALUE FOR s` is `NEXTVAL(s)`, `PREVIOUS VALUE FOR s` is `LASTVAL(s)` (MariaDB, Sequence Functions).
fn of_sequence(cursor: &mut Cursor) -> Read<Expr> {
    let called = if cursor.eat(&["next", "value", "for"]) { "nextval" } else { "lastval" };
    if called == "lastval" {
        cursor.expect(&["previous", "value", "for"])?;
    }
    let mut name = vec![cursor.name()?];
    while cursor.eat(&["."]) {
        name.push(cursor.name()?);
    }
    Ok(stored::call(called, vec![Expr::Name(name)]))
}

fn expression_in(cursor: &mut Cursor) -> Read<Expr> {
    cursor.expect(&["("])?;
    let query = query::query(cursor)?;
    cursor.expect(&[")"])?;
    Ok(Expr::Query(Box::new(query)))
}

/// `_utf8mb4'x'`: the connection's own character set says nothing, any other is part of the value.
fn introduced(cursor: &mut Cursor, introducer: &str) -> Read<Expr> {
    if cursor.peek().is_some_and(|token| token.kind == TokenKind::Bits) {
        let bits = expression(cursor)?;
        return Ok(Expr::node(introducer, vec![bits]));
    }
    let text = Expr::Text(cursor.string()?);
    let silent = matches!(introducer, "n" | "_utf8mb4" | "_utf8mb3" | "_utf8");
    Ok(if silent { text } else { Expr::node(introducer, vec![text]) })
}

fn case(cursor: &mut Cursor) -> Read<Expr> {
    cursor.expect(&["case"])?;
    let mut kids = Vec::new();
    let tag = if cursor.sees(&["when"]) {
        "case"
    } else {
        kids.push(expression(cursor)?);
        "case of"
    };
    while cursor.eat(&["when"]) {
        kids.push(expression(cursor)?);
        cursor.expect(&["then"])?;
        kids.push(expression(cursor)?);
    }
    if cursor.eat(&["else"]) {
        kids.push(expression(cursor)?);
    }
    cursor.expect(&["end"])?;
    Ok(Expr::node(tag, kids))
}

/// `CAST(x AS type)`, `CONVERT(x, type)`, `CONVERT(x USING charset)`.
fn cast(cursor: &mut Cursor) -> Read<Expr> {
    cursor.take();
    cursor.expect(&["("])?;
    let operand = expression(cursor)?;
    let tag = if cursor.eat(&["using"]) {
        format!("convert using {}", crate::dialects::mysql::family::charset(&cursor.word_or_value()?))
    } else {
        if !cursor.eat(&["as"]) {
            cursor.expect(&[","])?;
        }
        format!("cast {}", cast_type(cursor)?)
    };
    cursor.expect(&[")"])?;
    Ok(Expr::node(tag, vec![operand]))
}

/// The target of a cast: words up to the closing parenthesis, `char` without the connection's character set.
fn cast_type(cursor: &mut Cursor) -> Read<String> {
    let mut words: Vec<String> = Vec::new();
    let mut depth = 0;
    while let Some(token) = cursor.peek() {
        if depth == 0 && token.is(")") {
            break;
        }
        depth += i32::from(token.is("(")) - i32::from(token.is(")"));
        cursor.take();
        words.push(token.raw.to_ascii_lowercase());
    }
    let text = words.join(" ").replace(" ( ", "(").replace(" )", ")").replace(" , ", ",");
    let text = text.replace("character set", "charset");
    let text = match text.split_once(" charset ") {
        Some((kind, set)) if set.starts_with("utf8") => kind.to_string(),
        _ => text,
    };
    let (base, rest) = text.split_at(text.find(['(', ' ']).unwrap_or(text.len()));
    let text = match (base, rest) {
        ("binary", length) => format!("char{length} binary"),
        ("varchar" | "nchar", length) => format!("char{length}"),
        ("char", set) if set.ends_with(" charset binary") => format!("char{}", set.replace(" charset", "")),
        ("decimal", "") => "decimal(10,0)".to_string(),
        ("decimal", digits) if !digits.contains(',') => format!("decimal{},0)", digits.trim_end_matches(')')),
        _ => text,
    };
    Ok(match text.as_str() {
        "signed integer" | "integer" | "int" => "signed".to_string(),
        "unsigned integer" => "unsigned".to_string(),
        _ => text,
    })
}

/// `MATCH (a, b) AGAINST ('x' IN BOOLEAN MODE)`.
fn fulltext(cursor: &mut Cursor) -> Read<Expr> {
    cursor.take();
    // MariaDB shows a single column without parentheses.
    let mut kids = if cursor.sees(&["("]) { cursor.list(expression)? } else { vec![operand(cursor)?] };
    cursor.expect(&["against"])?;
    cursor.expect(&["("])?;
    // The mode's first word is IN, which an expression would take for a test.
    kids.push(operand(cursor)?);
    let mut mode = String::new();
    while let Some(token) = cursor.peek().filter(|token| !token.is(")")) {
        mode.push(' ');
        mode.push_str(&token.raw.to_ascii_lowercase());
        cursor.take();
    }
    cursor.expect(&[")"])?;
    let mode = if mode == " in natural language mode" { "" } else { &mode };
    Ok(Expr::node(format!("match{mode}"), kids))
}

/// A function call; the name comes next.
pub fn call(cursor: &mut Cursor) -> Read<Expr> {
    let name = function_name(&cursor.name()?);
    match name.as_str() {
        "extract" => {
            cursor.expect(&["("])?;
            let unit = cursor.name()?.to_ascii_lowercase();
            cursor.expect(&["from"])?;
            let of = expression(cursor)?;
            cursor.expect(&[")"])?;
            Ok(Expr::node(format!("extract {unit}"), vec![of]))
        }
        "trim" => trim(cursor),
        "position" => position(cursor),
        "date_add" | "adddate" => shifted(cursor, "+"),
        "date_sub" | "subdate" => shifted(cursor, "-"),
        "mod" => Ok(Expr::node("mod", cursor.list(expression)?)),
        "lag" | "lead" => match arguments(cursor, &name)? {
            Expr::Node(tag, mut kids) if tag == "over" => {
                kids[0] = by_one(kids[0].clone());
                Ok(Expr::Node(tag, kids))
            }
            other => Ok(by_one(other)),
        },
        name if stored::is(name) => Ok(stored::call(name, cursor.list(expression)?)),
        "get_format" | "timestampdiff" | "timestampadd" => {
            cursor.expect(&["("])?;
            let unit = cursor.name()?.to_ascii_lowercase();
            cursor.expect(&[","])?;
            let mut kids = vec![Expr::atom(unit), expression(cursor)?];
            while cursor.eat(&[","]) {
                kids.push(expression(cursor)?);
            }
            cursor.expect(&[")"])?;
            Ok(stored::call(&name, kids))
        }
        _ => arguments(cursor, &name),
    }
}

/// LAG and LEAD go by one row where they do not say how many.
fn by_one(called: Expr) -> Expr {
    match called {
        Expr::Node(tag, mut kids) if kids.len() == 1 => {
            kids.push(Expr::atom("1"));
            Expr::Node(tag, kids)
        }
        other => other,
    }
}

fn trim(cursor: &mut Cursor) -> Read<Expr> {
    cursor.expect(&["("])?;
    let side = cursor.eat_any(&["both", "leading", "trailing"]).unwrap_or("both");
    if cursor.eat(&["from"]) {
        let of = expression(cursor)?;
        cursor.expect(&[")"])?;
        // Blanks at one side have a function of their own.
        let tag =
            [("leading", "ltrim"), ("trailing", "rtrim")].iter().find(|(known, _)| *known == side).map_or("trim both", |(_, tag)| tag);
        return Ok(Expr::node(tag, vec![of]));
    }
    let mut kids = vec![expression(cursor)?];
    if cursor.eat(&["from"]) {
        kids.push(expression(cursor)?);
    }
    cursor.expect(&[")"])?;
    Ok(Expr::node(format!("trim {side}"), kids))
}

/// `POSITION('x' IN y)` is `LOCATE('x', y)`.
fn position(cursor: &mut Cursor) -> Read<Expr> {
    cursor.expect(&["("])?;
    let mut kids = vec![operand(cursor)?];
    cursor.expect(&["in"])?;
    kids.push(expression(cursor)?);
    cursor.expect(&[")"])?;
    Ok(Expr::node("locate", kids))
}

/// `DATE_ADD(x, INTERVAL 1 DAY)` is `x + INTERVAL 1 DAY`.
fn shifted(cursor: &mut Cursor, sign: &str) -> Read<Expr> {
    let mut kids = cursor.list(expression)?;
    if let [_, count] = kids.as_mut_slice()
        && !matches!(count, Expr::Node(tag, _) if tag.starts_with("interval "))
    {
        *count = Expr::node("interval day", vec![count.clone()]);
    }
    Ok(Expr::node(sign, kids))
}

/// The arguments of a function, with what aggregates and window functions put among and behind them.
pub fn arguments(cursor: &mut Cursor, name: &str) -> Read<Expr> {
    cursor.expect(&["("])?;
    let mut tag = name.to_string();
    let mut kids = Vec::new();
    if cursor.eat(&["distinct"]) {
        tag.push_str(" distinct");
    }
    while !cursor.sees(&[")"]) {
        kids.push(expression(cursor)?);
        let separated = cursor.eat(&[","]) || substring_words(cursor, name) || cursor.sees(&["order", "by"]) || cursor.sees(&["separator"]);
        if cursor.sees(&["order", "by"]) {
            kids.push(query::order_by(cursor)?);
        }
        if cursor.eat(&["separator"]) {
            kids.push(Expr::node("separator", vec![Expr::Text(cursor.string()?)]));
        }
        if cursor.eat(&["limit"]) {
            kids.push(Expr::node("limit", limit::limit(cursor)?));
        }
        if cursor.eat(&["using"]) {
            kids.push(Expr::node("using", vec![Expr::atom(cursor.name()?.to_ascii_lowercase())]));
        } else if cursor.eat(&["as"]) || cursor.eat(&["returning"]) {
            let returned = cast_type(cursor)?;
            // What JSON_VALUE gives where it does not say (MySQL Reference Manual, JSON_VALUE).
            kids.extend((name != "json_value" || returned != "char(512)").then(|| Expr::atom(returned)));
        } else if !separated {
            break;
        }
    }
    cursor.expect(&[")"])?;
    if name == "group_concat" {
        // A comma is the separator where none is named.
        kids.retain(|kid| *kid != Expr::node("separator", vec![Expr::Text(",".to_string())]));
    }
    if tag == "count" && kids == [Expr::atom("*")] {
        kids = vec![Expr::atom("0")];
    }
    let called = Expr::node(tag, kids);
    over(cursor, called)
}

/// `SUBSTRING(x FROM 1 FOR 2)`.
fn substring_words(cursor: &mut Cursor, name: &str) -> bool {
    name == "substr" && (cursor.eat(&["from"]) || cursor.eat(&["for"]))
}

/// `OVER (…)` behind a function.
fn over(cursor: &mut Cursor, called: Expr) -> Read<Expr> {
    if !cursor.eat(&["over"]) {
        return Ok(called);
    }
    let window = query::window(cursor)?;
    Ok(Expr::node("over", vec![called, window]))
}
