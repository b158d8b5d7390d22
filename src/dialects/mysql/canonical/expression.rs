//! Expressions: read by precedence into a plain tree (MySQL Reference Manual, Operator Precedence).

use super::query::{self, Query};
use crate::dialects::mysql::cursor::{Cursor, Read};
use crate::dialects::mysql::home;
use crate::dialects::mysql::lex::TokenKind;

/// An expression. Parentheses are gone: the tree says what they said.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A column, perhaps qualified: the qualifier nearest last.
    Name(Vec<String>),
    /// A string's content.
    Text(String),
    /// A number, keyword or other piece that stands for itself.
    Atom(String),
    /// An operator or a function with its operands.
    Node(String, Vec<Expr>),
    Query(Box<Query>),
}

impl Expr {
    pub fn node(tag: impl Into<String>, kids: Vec<Expr>) -> Expr {
        Expr::Node(tag.into(), kids)
    }

    pub fn atom(text: impl Into<String>) -> Expr {
        Expr::Atom(text.into())
    }
}

/// Binary operators: words, binding power, tag. A higher power binds closer.
const OPERATORS: &[(&[&str], u8, &str)] = &[
    (&["or"], 1, "or"),
    (&["||"], 1, "or"),
    (&["xor"], 2, "xor"),
    (&["and"], 3, "and"),
    (&["&&"], 3, "and"),
    (&["="], 5, "="),
    (&["<=>"], 5, "<=>"),
    (&[">="], 5, ">="),
    (&[">"], 5, ">"),
    (&["<="], 5, "<="),
    (&["<>"], 5, "<>"),
    (&["!="], 5, "<>"),
    (&["<"], 5, "<"),
    (&["sounds", "like"], 5, "sounds like"),
    (&["member", "of"], 5, "member of"),
    (&["|"], 7, "|"),
    (&["&"], 8, "&"),
    (&["<<"], 9, "<<"),
    (&[">>"], 9, ">>"),
    (&["-"], 10, "-"),
    (&["+"], 10, "+"),
    (&["*"], 11, "*"),
    (&["/"], 11, "/"),
    (&["div"], 11, "div"),
    (&["%"], 11, "mod"),
    (&["mod"], 11, "mod"),
    (&["^"], 12, "^"),
    (&[":="], 0, ":="),
];

/// The power of NOT, of the comparisons, and of the signs.
const NOT: u8 = 4;
const COMPARISON: u8 = 5;
const SIGN: u8 = 13;

/// Reads an expression.
pub fn expression(cursor: &mut Cursor) -> Read<Expr> {
    Reader { cursor }.bound(0)
}

/// Reads an expression without comparisons in it: what stands before a keyword that could be one.
pub fn operand(cursor: &mut Cursor) -> Read<Expr> {
    Reader { cursor }.bound(COMPARISON + 2)
}

struct Reader<'c, 'a> {
    cursor: &'c mut Cursor<'a>,
}

impl Reader<'_, '_> {
    fn bound(&mut self, power: u8) -> Read<Expr> {
        self.cursor.nested(|cursor| Reader { cursor }.chain(power))
    }

    /// Operands joined by operators that bind at least this closely.
    fn chain(&mut self, power: u8) -> Read<Expr> {
        let mut left = self.prefix()?;
        loop {
            self.cursor.grow()?;
            if let Some(tested) = self.test(&left, power)? {
                left = tested;
                continue;
            }
            let found = OPERATORS.iter().find(|(words, bound, _)| *bound >= power && self.cursor.sees(words));
            let Some((words, bound, tag)) = found else { break };
            self.cursor.eat(words);
            let right = self.right_side(*bound + 1)?;
            left = joined(tag, left, right);
        }
        Ok(left)
    }

    /// The right side of an operator: `ALL (SELECT …)`, `INTERVAL 1 DAY`, or an expression.
    fn right_side(&mut self, power: u8) -> Read<Expr> {
        for (word, tag) in [("all", "all"), ("any", "any"), ("some", "any")] {
            if self.cursor.sees(&[word, "("]) {
                self.cursor.take();
                let query = self.bound(SIGN)?;
                return Ok(Expr::node(tag, vec![query]));
            }
        }
        self.bound(power)
    }

    /// `IS`, `IN`, `BETWEEN`, `LIKE`, `REGEXP`, with or without NOT; `COLLATE` and `->`.
    fn test(&mut self, left: &Expr, power: u8) -> Read<Option<Expr>> {
        if self.cursor.eat(&["collate"]) {
            let name = self.cursor.word_or_value()?;
            return Ok(Some(Expr::node("collate", vec![left.clone(), Expr::atom(name.to_ascii_lowercase())])));
        }
        for (arrow, tag) in [("->>", "json_unquote"), ("->", "")] {
            if self.cursor.eat(&[arrow]) {
                let path = self.bound(SIGN)?;
                let extract = Expr::node("json_extract", vec![left.clone(), path]);
                return Ok(Some(if tag.is_empty() { extract } else { Expr::node(tag, vec![extract]) }));
            }
        }
        if power > COMPARISON {
            return Ok(None);
        }
        if self.cursor.eat(&["is"]) {
            return self.is_test(left).map(Some);
        }
        let mark = self.cursor.mark();
        let negated = self.cursor.eat(&["not"]);
        let tested = self.comparison(left)?;
        if tested.is_none() {
            self.cursor.rewind(mark);
        }
        Ok(tested.map(|test| if negated { Expr::node("not", vec![test]) } else { test }))
    }

    fn is_test(&mut self, left: &Expr) -> Read<Expr> {
        let negated = self.cursor.eat(&["not"]);
        let word = self.cursor.eat_any(&["null", "true", "false", "unknown"]).ok_or_else(|| self.cursor.unexpected("NULL or TRUE"))?;
        let tag = match word {
            "true" => "is true",
            "false" => "is false",
            _ => "is null",
        };
        let test = Expr::node(tag, vec![left.clone()]);
        Ok(if negated { Expr::node("not", vec![test]) } else { test })
    }

    fn comparison(&mut self, left: &Expr) -> Read<Option<Expr>> {
        let mut kids = Vec::new();
        let tag = if self.cursor.eat(&["in"]) {
            kids.extend(self.in_list()?);
            "in"
        } else if self.cursor.eat(&["between"]) {
            kids.push(self.bound(COMPARISON + 2)?);
            self.cursor.expect(&["and"])?;
            kids.push(self.bound(COMPARISON + 2)?);
            "between"
        } else if self.cursor.eat(&["like"]) {
            kids.push(self.bound(COMPARISON + 2)?);
            if self.cursor.eat(&["escape"]) {
                kids.push(self.bound(SIGN)?);
            }
            "like"
        } else if self.cursor.eat(&["regexp"]) || self.cursor.eat(&["rlike"]) {
            kids.push(self.bound(COMPARISON + 2)?);
            "regexp"
        } else {
            return Ok(None);
        };
        kids.insert(0, left.clone());
        Ok(Some(Expr::node(tag, kids)))
    }

    fn in_list(&mut self) -> Read<Vec<Expr>> {
        if query::starts(self.cursor, 1) {
            return Ok(vec![self.bound(SIGN)?]);
        }
        self.cursor.list(|cursor| Reader { cursor }.bound(0))
    }

    fn prefix(&mut self) -> Read<Expr> {
        if self.cursor.eat(&["not"]) {
            let operand = self.bound(NOT)?;
            return Ok(Expr::node("not", vec![operand]));
        }
        if self.cursor.eat(&["!"]) {
            let operand = self.bound(SIGN)?;
            return Ok(Expr::node("not", vec![operand]));
        }
        for (mark, tag) in [("-", "neg"), ("~", "~"), ("+", "")] {
            if self.cursor.eat(&[mark]) {
                let operand = self.bound(SIGN)?;
                return Ok(if tag.is_empty() { operand } else { Expr::node(tag, vec![operand]) });
            }
        }
        if self.cursor.sees(&["interval"]) && !self.is_interval_function() {
            self.cursor.take();
            let count = self.bound(0)?;
            let unit = self.cursor.name()?.to_ascii_lowercase();
            return Ok(Expr::node(format!("interval {unit}"), vec![count]));
        }
        if self.cursor.sees(&["binary"]) && !self.cursor.ahead(1).is_some_and(|token| token.is(".") || token.is(",") || token.is(")")) {
            self.cursor.take();
            let operand = self.bound(SIGN)?;
            return Ok(Expr::node("cast char binary", vec![operand]));
        }
        self.primary()
    }

    /// `INTERVAL(a, 1, 2)` is a function; `INTERVAL (1) DAY` is not, nor is `INTERVAL (SELECT …) DAY`.
    fn is_interval_function(&self) -> bool {
        let mut depth = 0;
        let ahead = (1..).map_while(|by| self.cursor.ahead(by)).map(|token| {
            depth += i32::from(token.is("(")) - i32::from(token.is(")"));
            (depth, token)
        });
        let listed = ahead.take_while(|(depth, _)| *depth > 0).any(|(depth, token)| depth == 1 && token.is(","));
        listed && !query::starts(self.cursor, 2)
    }

    fn primary(&mut self) -> Read<Expr> {
        let Some(token) = self.cursor.peek() else { return Err(self.cursor.unexpected("an expression")) };
        match token.kind {
            TokenKind::Text if !self.is_ansi_name() => Ok(Expr::Text(self.cursor.string()?)),
            TokenKind::Number | TokenKind::Bits | TokenKind::Variable => {
                self.cursor.take();
                Ok(Expr::atom(canonical_literal(token.raw)))
            }
            TokenKind::Mark if token.is("(") => self.parenthesis(),
            TokenKind::Mark if token.is("*") => {
                self.cursor.take();
                Ok(Expr::atom("*"))
            }
            TokenKind::Mark if token.is("{") => self.escape(),
            TokenKind::Mark if token.is("?") => {
                self.cursor.take();
                Ok(Expr::atom("?"))
            }
            TokenKind::Mark => Err(self.cursor.unexpected("an expression")),
            TokenKind::Word | TokenKind::Quoted | TokenKind::Text => self.named(),
        }
    }

    /// `{d '2020-01-01'}`: the way of ODBC to write a moment (MySQL Reference Manual, Date and Time Literals).
    fn escape(&mut self) -> Read<Expr> {
        self.cursor.take();
        let word = self.cursor.eat_any(&["d", "ts", "t"]).ok_or_else(|| self.cursor.unexpected("d, t or ts"))?;
        let kind = [("d", "date"), ("t", "time")].iter().find(|(known, _)| *known == word).map_or("timestamp", |(_, kind)| kind);
        let moment = Expr::node(format!("{kind} literal"), vec![Expr::Text(self.cursor.string()?)]);
        self.cursor.expect(&["}"])?;
        Ok(moment)
    }

    /// `"a"."b"`: only names are qualified.
    fn is_ansi_name(&self) -> bool {
        self.cursor.ahead(1).is_some_and(|next| next.is("."))
    }

    fn parenthesis(&mut self) -> Read<Expr> {
        let mark = self.cursor.mark();
        if query::starts(self.cursor, 1) {
            self.cursor.take();
            let query = query::query(self.cursor);
            if self.cursor.eat(&[")"])
                && let Ok(query) = query
            {
                return Ok(Expr::Query(Box::new(query)));
            }
            // `((SELECT …) > 1)`: the query is an operand.
            self.cursor.rewind(mark);
        }
        let mut items = self.cursor.list(|cursor| Reader { cursor }.bound(0))?;
        if items.len() == 1
            && let Some(only) = items.pop()
        {
            return Ok(only);
        }
        Ok(Expr::node("row", items))
    }

    /// What starts with a word: a literal keyword, a function, a column.
    fn named(&mut self) -> Read<Expr> {
        let Some(token) = self.cursor.peek() else { return Err(self.cursor.unexpected("a name")) };
        if token.kind == TokenKind::Word {
            if let Some(special) = super::calls::special(self.cursor)? {
                return Ok(special);
            }
            if self.cursor.ahead(1).is_some_and(|next| next.is("(")) {
                return super::calls::call(self.cursor);
            }
        }
        let mut parts = vec![self.cursor.name()?];
        while self.cursor.eat(&["."]) {
            if self.cursor.eat(&["*"]) {
                parts.push("*".to_string());
                break;
            }
            parts.push(self.cursor.name()?);
        }
        if self.cursor.sees(&["("]) {
            // A stored function, quoted as the server does, or of another database.
            let name = parts.into_iter().reduce(|database, name| home::joined(&database, &name)).unwrap_or_default();
            return super::calls::arguments(self.cursor, &name.to_ascii_lowercase());
        }
        Ok(Expr::Name(parts))
    }
}

/// An operator with its operands, as the servers keep it.
fn joined(tag: &str, left: Expr, right: Expr) -> Expr {
    let is_interval = |expr: &Expr| matches!(expr, Expr::Node(tag, _) if tag.starts_with("interval "));
    match tag {
        "sounds like" => Expr::node("=", [left, right].into_iter().map(|side| Expr::node("soundex", vec![side])).collect()),
        "+" if is_interval(&left) => Expr::node(tag, vec![right, left]),
        _ => Expr::node(tag, vec![left, right]),
    }
}

/// A number or bit string in one spelling: `.5` is `0.5`, `b'1'` is `0x01`.
fn canonical_literal(raw: &str) -> String {
    let lower = raw.to_ascii_lowercase();
    if let Some(rest) = raw.strip_prefix('.') {
        return format!("0.{rest}");
    }
    if let Some(hex) = lower.strip_prefix("x'") {
        return format!("x'{}", hex);
    }
    let bits = lower.strip_prefix("b'").map(|bits| bits.trim_end_matches('\'')).or_else(|| lower.strip_prefix("0b"));
    if let Some(value) = bits.and_then(|bits| u128::from_str_radix(bits, 2).ok()) {
        let hex = format!("{value:x}");
        return format!("0x{}{hex}", if hex.len() % 2 == 1 { "0" } else { "" });
    }
    lower
}
