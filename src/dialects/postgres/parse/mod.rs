//! A parser of PostgreSQL's expressions and queries: the operator precedence of the manual's section 4.1.6. What it
//! does not know it refuses, so that nothing is compared by half.

mod change;
mod forms;
mod infix;
pub mod json;
mod query;
mod source;
mod special;

use super::lexer::{Token, tokens};
use super::tree::{Node, Query, Subscript};
use super::types;
use crate::base::Nesting;

/// The expression that a text is.
pub fn expression(text: &str) -> Option<Node> {
    let tokens = tokens(text)?;
    let mut parser = Parser::new(&tokens);
    let node = parser.expr(0)?;
    parser.at_end().then_some(node)
}

/// The query that a text is.
pub fn query(text: &str) -> Option<Query> {
    let tokens = tokens(text)?;
    let mut parser = Parser::new(&tokens);
    let query = parser.query()?;
    parser.eat_symbol(";");
    parser.at_end().then_some(query)
}

/// Words that begin no operand.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "as",
    "asc",
    "asymmetric",
    "both",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "fetch",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "initially",
    "intersect",
    "into",
    "leading",
    "limit",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "placing",
    "primary",
    "references",
    "returning",
    "select",
    "some",
    "symmetric",
    "then",
    "to",
    "trailing",
    "union",
    "unique",
    "using",
    "variadic",
    "when",
    "where",
    "window",
    "with",
];

pub struct Parser<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    nesting: Nesting,
}

/// How strongly an operator binds, weakest first.
mod bind {
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const NOT: u8 = 3;
    pub const IS: u8 = 4;
    pub const COMPARE: u8 = 5;
    pub const RANGE: u8 = 6;
    pub const OTHER: u8 = 7;
    pub const ADD: u8 = 8;
    pub const MULTIPLY: u8 = 9;
    pub const POWER: u8 = 10;
    pub const AT: u8 = 11;
    pub const COLLATE: u8 = 12;
    pub const SIGN: u8 = 13;
    pub const POSTFIX: u8 = 14;
}

impl<'a> Parser<'a> {
    pub fn new(tokens: &'a [Token<'a>]) -> Parser<'a> {
        Parser { tokens, at: 0, nesting: Nesting::of(tokens.len()) }
    }

    fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    fn peek(&self) -> Option<&'a Token<'a>> {
        self.tokens.get(self.at)
    }

    /// The unquoted word here, or nothing.
    fn word(&self) -> &'a str {
        self.word_ahead(0)
    }

    fn word_ahead(&self, ahead: usize) -> &'a str {
        match self.tokens.get(self.at + ahead) {
            Some(Token::Word(word)) => word,
            _ => "",
        }
    }

    fn symbol(&self) -> &'a str {
        self.symbol_ahead(0)
    }

    fn symbol_ahead(&self, ahead: usize) -> &'a str {
        match self.tokens.get(self.at + ahead) {
            Some(Token::Symbol(symbol)) => symbol,
            _ => "",
        }
    }

    /// Steps over this word where it stands here.
    fn eat(&mut self, word: &str) -> bool {
        let here = self.word() == word;
        self.at += usize::from(here);
        here
    }

    fn eat_all(&mut self, words: &[&str]) -> bool {
        let here = words.iter().enumerate().all(|(ahead, word)| self.word_ahead(ahead) == *word);
        self.at += if here { words.len() } else { 0 };
        here
    }

    fn eat_symbol(&mut self, symbol: &str) -> bool {
        let here = self.symbol() == symbol;
        self.at += usize::from(here);
        here
    }

    fn expect(&mut self, word: &str) -> Option<()> {
        self.eat(word).then_some(())
    }

    fn expect_symbol(&mut self, symbol: &str) -> Option<()> {
        self.eat_symbol(symbol).then_some(())
    }

    /// An identifier: quoted, or any word.
    fn name(&mut self) -> Option<String> {
        let name = match self.peek()? {
            Token::Word(word) => word.to_string(),
            Token::Quoted(name) => name.to_string(),
            _ => return None,
        };
        self.at += 1;
        Some(name)
    }

    /// Names in parentheses.
    fn names(&mut self) -> Option<Vec<String>> {
        self.expect_symbol("(")?;
        let mut names = vec![self.name()?];
        while self.eat_symbol(",") {
            names.push(self.name()?);
        }
        self.expect_symbol(")")?;
        Some(names)
    }

    fn dotted(&mut self) -> Option<Vec<String>> {
        let mut names = vec![self.name()?];
        while self.eat_symbol(".") {
            names.push(self.name()?);
        }
        Some(names)
    }

    fn ty(&mut self) -> Option<String> {
        types::read(self.tokens, &mut self.at).map(|read| read.text())
    }

    fn list(&mut self) -> Option<Vec<Node>> {
        let mut list = vec![self.expr(0)?];
        while self.eat_symbol(",") {
            list.push(self.expr(0)?);
        }
        Some(list)
    }

    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let outer = self.nesting.enter()?;
        let result = f(self);
        self.nesting.leave(outer);
        result
    }

    /// An expression of operators that bind more strongly than `least`.
    fn expr(&mut self, least: u8) -> Option<Node> {
        self.nested(|parser| {
            let mut left = parser.prefix()?;
            while let Some(next) = parser.infix(least, &mut left) {
                next?;
                parser.nesting.grow()?;
            }
            Some(left)
        })
    }

    fn prefix(&mut self) -> Option<Node> {
        if self.eat("not") {
            return self.expr(bind::NOT - 1).map(|node| Node::Not(Box::new(node)));
        }
        if self.word() == "operator" && self.symbol_ahead(1) == "(" {
            let operator = self.named_operator()?;
            return self.expr(bind::OTHER).map(|node| Node::Prefix(operator, Box::new(node)));
        }
        let symbol = self.symbol();
        match symbol {
            "+" | "-" => {
                self.at += 1;
                self.expr(bind::SIGN - 1).map(|node| signed(symbol, node))
            }
            "" | "*" | "(" | "[" | ")" | "]" | "," | ";" | ":" | "." | "::" | ":=" | ".." => self.operand(),
            _ => {
                self.at += 1;
                self.expr(bind::OTHER).map(|node| Node::Prefix(symbol.to_owned(), Box::new(node)))
            }
        }
    }

    /// One infix or postfix step; nothing where none binds strongly enough here.
    fn infix(&mut self, least: u8, left: &mut Node) -> Option<Option<()>> {
        let start = self.at;
        let power = self.power()?;
        if power <= least {
            self.at = start;
            return None;
        }
        let taken = std::mem::replace(left, Node::Null);
        let next = match self.peek() {
            Some(Token::Symbol(_)) => self.symbol_step(power, taken),
            _ => self.word_step(taken),
        };
        Some(next.map(|node| *left = node))
    }

    fn power(&self) -> Option<u8> {
        let power = match self.peek()? {
            Token::Symbol(symbol) => match *symbol {
                "(" | ")" | "]" | "," | ";" | ":" | ":=" | ".." | "=>" => return None,
                "[" | "::" | "." => bind::POSTFIX,
                "^" => bind::POWER,
                "*" | "/" | "%" => bind::MULTIPLY,
                "+" | "-" => bind::ADD,
                "<" | ">" | "=" | "<=" | ">=" | "<>" | "!=" => bind::COMPARE,
                _ => bind::OTHER,
            },
            Token::Word(word) => match word.as_ref() {
                "or" => bind::OR,
                "and" => bind::AND,
                "is" | "isnull" | "notnull" => bind::IS,
                "between" | "in" | "like" | "ilike" | "overlaps" => bind::RANGE,
                "similar" if self.word_ahead(1) == "to" => bind::RANGE,
                "not" if matches!(self.word_ahead(1), "between" | "in" | "like" | "ilike" | "similar") => bind::RANGE,
                "at" if matches!(self.word_ahead(1), "time" | "local") => bind::AT,
                "collate" => bind::COLLATE,
                "operator" if self.symbol_ahead(1) == "(" => bind::OTHER,
                _ => return None,
            },
            _ => return None,
        };
        Some(power)
    }

    fn symbol_step(&mut self, power: u8, left: Node) -> Option<Node> {
        let symbol = self.symbol();
        self.at += 1;
        match symbol {
            "::" => self.ty().map(|ty| Node::Cast(Box::new(left), ty)),
            "[" => self.subscript(left),
            "." if self.eat_symbol("*") => Some(Node::Field(Box::new(left), "*".to_owned())),
            "." => self.name().map(|name| Node::Field(Box::new(left), name)),
            _ => self.operator(if symbol == "!=" { "<>" } else { symbol }.to_owned(), power, left),
        }
    }

    /// The right side of an operator, which may be quantified.
    fn operator(&mut self, operator: String, power: u8, left: Node) -> Option<Node> {
        let quantifier = self.word();
        if matches!(quantifier, "any" | "some" | "all") && self.symbol_ahead(1) == "(" {
            self.at += 2;
            let right = if self.starts_query() { self.query().map(|query| Node::Scalar(Box::new(query)))? } else { self.expr(0)? };
            self.expect_symbol(")")?;
            return Some(Node::Quantified { operator, all: quantifier == "all", left: Box::new(left), right: Box::new(right) });
        }
        let right = self.expr(power)?;
        Some(Node::Binary(operator, Box::new(left), Box::new(right)))
    }

    fn subscript(&mut self, left: Node) -> Option<Node> {
        let low = if self.symbol() == ":" { None } else { Some(self.expr(0)?) };
        let subscript = if self.eat_symbol(":") {
            let high = if self.symbol() == "]" { None } else { Some(self.expr(0)?) };
            Subscript::Slice(low, high)
        } else {
            Subscript::At(low?)
        };
        self.expect_symbol("]")?;
        Some(Node::Subscript(Box::new(left), Box::new(subscript)))
    }

    /// Whether a query begins here.
    fn starts_query(&self) -> bool {
        let mut ahead = 0;
        while self.symbol_ahead(ahead) == "(" {
            ahead += 1;
        }
        matches!(self.word_ahead(ahead), "select" | "values" | "with" | "table") && (self.symbol_ahead(ahead + 1) != ".")
    }
}

/// A sign before a number is part of the constant, as in the server's grammar.
fn signed(sign: &str, node: Node) -> Node {
    match node {
        Node::Literal { value, ty: Some(ty) } if sign == "-" && is_number(&value) && ty != "text" => match value.strip_prefix('-') {
            Some(positive) => Node::Literal { value: positive.to_owned(), ty: Some(ty) },
            None => Node::Literal { value: format!("-{value}"), ty: Some(ty) },
        },
        node => Node::Prefix(sign.to_owned(), Box::new(node)),
    }
}

fn is_number(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_digit()) && value.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
}
