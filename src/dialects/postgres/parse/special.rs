//! Functions whose arguments have a grammar of their own: CAST, EXTRACT, SUBSTRING, TRIM …

use super::{Parser, bind};
use crate::dialects::postgres::lexer::Token;
use crate::dialects::postgres::tree::Node;

/// Reads what stands between the parentheses.
pub type Form = fn(&mut Parser<'_>) -> Option<Node>;

/// Functions whose arguments have a grammar of their own, read between the parentheses.
pub const FORMS: &[(&str, Form)] = &[
    ("cast", cast),
    ("extract", extract),
    ("substring", substring),
    ("position", position),
    ("overlay", overlay),
    ("trim", trim),
    ("row", row),
    ("exists", exists),
    ("array", array_of),
    ("normalize", normalize),
    ("xmlexists", xml_exists),
];

fn cast(parser: &mut Parser<'_>) -> Option<Node> {
    let inner = parser.expr(0)?;
    parser.expect("as")?;
    parser.ty().map(|ty| Node::Cast(Box::new(inner), ty))
}

fn extract(parser: &mut Parser<'_>) -> Option<Node> {
    let field = match parser.peek()? {
        // The server keeps the string's case and asks nothing of it.
        Token::Text(text) => text.to_ascii_lowercase(),
        _ => return plain(parser, "extract"),
    };
    if parser.word_ahead(1) != "from" {
        return plain(parser, "extract");
    }
    parser.at += 2;
    Some(Node::worded("extract", vec![Node::unknown(field), parser.expr(0)?]))
}

/// The function with plain arguments, or EXTRACT's field as a word.
fn plain(parser: &mut Parser<'_>, name: &str) -> Option<Node> {
    if parser.word_ahead(1) == "from" {
        let field = parser.name()?;
        parser.at += 1;
        return Some(Node::worded(name, vec![Node::unknown(field), parser.expr(0)?]));
    }
    let args = parser.list()?;
    Some(Node::call(name, args))
}

fn substring(parser: &mut Parser<'_>) -> Option<Node> {
    let mut args = vec![parser.expr(0)?];
    if parser.eat("similar") {
        args.push(parser.expr(0)?);
        parser.expect("escape")?;
        args.push(parser.expr(0)?);
        return Some(Node::worded("substring", args));
    }
    let (mut from, mut length) = (None, None);
    while matches!(parser.word(), "from" | "for") {
        let slot = if parser.word() == "from" { &mut from } else { &mut length };
        parser.at += 1;
        *slot = Some(parser.expr(0)?);
    }
    if from.is_none() && length.is_some() {
        from = Some(Node::typed("1", "integer"));
    }
    if from.is_some() {
        args.extend(from.into_iter().chain(length));
        return Some(Node::worded("substring", args));
    }
    while parser.eat_symbol(",") {
        args.push(parser.expr(0)?);
    }
    Some(Node::call("substring", args))
}

fn position(parser: &mut Parser<'_>) -> Option<Node> {
    let part = parser.expr(bind::RANGE)?;
    if parser.eat_symbol(",") {
        return Some(Node::call("position", vec![part, parser.expr(0)?]));
    }
    parser.expect("in")?;
    Some(Node::worded("position", vec![parser.expr(0)?, part]))
}

fn overlay(parser: &mut Parser<'_>) -> Option<Node> {
    let mut args = vec![parser.expr(0)?];
    let worded = parser.word() == "placing";
    for (word, needed) in [("placing", true), ("from", true), ("for", false)] {
        if parser.eat(word) || parser.eat_symbol(",") {
            args.push(parser.expr(0)?);
        } else if needed {
            return None;
        }
    }
    Some(if worded { Node::worded("overlay", args) } else { Node::call("overlay", args) })
}

fn trim(parser: &mut Parser<'_>) -> Option<Node> {
    let name = match parser.word() {
        "leading" => "ltrim",
        "trailing" => "rtrim",
        _ => "btrim",
    };
    parser.at += usize::from(matches!(parser.word(), "leading" | "trailing" | "both"));
    let mut args = if parser.eat("from") { Vec::new() } else { vec![parser.expr(0)?] };
    if args.is_empty() || parser.eat("from") {
        let mut list = parser.list()?;
        list.extend(args);
        args = list;
    } else if parser.eat_symbol(",") {
        args.extend(parser.list()?);
    }
    Some(Node::worded(name, args))
}

fn row(parser: &mut Parser<'_>) -> Option<Node> {
    Some(Node::Row(if parser.symbol() == ")" { Vec::new() } else { parser.list()? }))
}

fn exists(parser: &mut Parser<'_>) -> Option<Node> {
    parser.query().map(|query| Node::Exists(Box::new(query)))
}

/// `NORMALIZE(text, NFC)`: the form is a word.
fn normalize(parser: &mut Parser<'_>) -> Option<Node> {
    let mut args = vec![parser.expr(0)?];
    if parser.eat_symbol(",") {
        args.push(Node::unknown(parser.name()?));
    }
    Some(Node::call("normalize", args))
}

/// `XMLEXISTS(path PASSING [BY REF] document [BY REF])`: how it is passed says nothing (manual, 9.15.2.2).
fn xml_exists(parser: &mut Parser<'_>) -> Option<Node> {
    let path = parser.expr(0)?;
    parser.expect("passing")?;
    passed(parser)?;
    let document = parser.expr(0)?;
    passed(parser)?;
    Some(Node::call("xmlexists", vec![path, document]))
}

fn passed(parser: &mut Parser<'_>) -> Option<()> {
    if parser.eat("by") && !parser.eat("ref") {
        parser.expect("value")?;
    }
    Some(())
}

fn array_of(parser: &mut Parser<'_>) -> Option<Node> {
    parser.query().map(|query| Node::ArrayOf(Box::new(query)))
}
