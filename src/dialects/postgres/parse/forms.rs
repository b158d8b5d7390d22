//! Operands and the forms that have a syntax of their own: CASE, CAST, EXTRACT, IN, BETWEEN, LIKE …

use super::special::FORMS;
use super::{Parser, RESERVED, bind, is_number, json};
use crate::dialects::postgres::lexer::Token;
use crate::dialects::postgres::tree::{Call, FramePiece, Node, SortKey, Window};
use crate::dialects::postgres::types;

/// Functions that are written as keywords without parentheses.
const KEYWORDS: &[&str] = &[
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "user",
];

/// The words of a window's frame (manual, 4.2.8).
const FRAME_WORDS: &[&str] = &[
    "and",
    "between",
    "current",
    "exclude",
    "following",
    "group",
    "groups",
    "no",
    "others",
    "preceding",
    "range",
    "row",
    "rows",
    "ties",
    "unbounded",
];

impl<'a> Parser<'a> {
    pub(super) fn operand(&mut self) -> Option<Node> {
        match self.peek()? {
            Token::Symbol("(") => self.parenthesised(),
            Token::Symbol("*") => {
                self.at += 1;
                Some(Node::Star(Vec::new()))
            }
            Token::Symbol(_) => None,
            Token::Number(text) => {
                self.at += 1;
                Some(number(text))
            }
            Token::Text(text) => {
                self.at += 1;
                Some(Node::unknown(text.as_ref()))
            }
            Token::Bits(bits) => {
                self.at += 1;
                bit_string(bits)
            }
            Token::Parameter(text) => {
                self.at += 1;
                Some(Node::Parameter((*text).to_owned()))
            }
            Token::Quoted(_) => self.reference(),
            Token::Word(word) => self.word_operand(word),
        }
    }

    fn word_operand(&mut self, word: &str) -> Option<Node> {
        if self.symbol_ahead(1) == "("
            && let Some(parse) = FORMS.iter().chain(json::FORMS).find(|(form, _)| *form == word).map(|(_, parse)| parse)
        {
            self.at += 2;
            let mut node = parse(self)?;
            self.expect_symbol(")")?;
            if let Node::Call(call) = &mut node
                && word.ends_with("agg")
            {
                self.call_tail(call)?;
            }
            return Some(node);
        }
        match word {
            "null" => Some(self.constant(Node::Null)),
            "true" => Some(self.constant(Node::typed("t", "boolean"))),
            "false" => Some(self.constant(Node::typed("f", "boolean"))),
            "case" => self.case(),
            "array" if self.symbol_ahead(1) == "[" => {
                self.at += 1;
                self.array()
            }
            _ if KEYWORDS.contains(&word) && self.symbol_ahead(1) != "." => self.keyword(word),
            _ if RESERVED.contains(&word) => None,
            _ => match self.typed_literal(word) {
                Some(node) => Some(node),
                None => self.reference(),
            },
        }
    }

    fn constant(&mut self, node: Node) -> Node {
        self.at += 1;
        node
    }

    fn keyword(&mut self, word: &str) -> Option<Node> {
        self.at += 1;
        let called = self.symbol() == "(";
        let args = if called { self.arguments()? } else { Vec::new() };
        let keyword = !called || !args.is_empty();
        Some(Node::Call(Box::new(Call { name: vec![word.to_owned()], args, keyword, ..Call::default() })))
    }

    fn arguments(&mut self) -> Option<Vec<Node>> {
        self.expect_symbol("(")?;
        let args = if self.symbol() == ")" { Vec::new() } else { self.list()? };
        self.expect_symbol(")")?;
        Some(args)
    }

    /// `date '2020-01-01'`, `interval '1' day`, `timestamp(3) with time zone '…'`.
    fn typed_literal(&mut self, word: &str) -> Option<Node> {
        if matches!(self.symbol_ahead(1), "." | ",") || (self.at + 1 >= self.tokens.len()) {
            return None;
        }
        let start = self.at;
        let ty = types::read(self.tokens, &mut self.at).filter(|_| matches!(self.peek(), Some(Token::Text(_))));
        let (Some(ty), Some(Token::Text(text))) = (ty, self.peek()) else {
            self.at = start;
            return None;
        };
        self.at += 1;
        let mut name = ty.text();
        if word == "interval" {
            let from = self.at;
            while matches!(self.word(), "year" | "month" | "day" | "hour" | "minute" | "second") || (self.word() == "to" && self.at > from)
            {
                name.push(' ');
                name.push_str(self.word());
                self.at += 1;
            }
        }
        Some(Node::Cast(Box::new(Node::unknown(text.as_ref())), name))
    }

    /// A column, a function call, or a star.
    fn reference(&mut self) -> Option<Node> {
        let mut path = vec![self.name()?];
        while self.eat_symbol(".") {
            if self.eat_symbol("*") {
                return Some(Node::Star(path));
            }
            path.push(self.name()?);
        }
        if self.symbol() == "(" {
            return self.call(path);
        }
        Some(Node::Column(path))
    }

    fn call(&mut self, name: Vec<String>) -> Option<Node> {
        self.expect_symbol("(")?;
        let mut call = Call { name, ..Call::default() };
        if self.symbol() == "*" && self.symbol_ahead(1) == ")" {
            self.at += 1;
            call.star = true;
        } else if self.symbol() != ")" {
            call.distinct = self.eat("distinct");
            self.eat("all");
            self.call_arguments(&mut call)?;
            if self.eat_all(&["order", "by"]) {
                call.order = self.sort_keys()?;
            }
        }
        self.expect_symbol(")")?;
        self.call_tail(&mut call)?;
        Some(Node::Call(Box::new(call)))
    }

    fn call_arguments(&mut self, call: &mut Call) -> Option<()> {
        loop {
            call.variadic |= self.eat("variadic");
            let label = if matches!(self.symbol_ahead(1), "=>" | ":=") { Some(self.name()?) } else { None };
            self.at += usize::from(label.is_some());
            call.args.push(self.expr(0)?);
            if label.is_some() || !call.labels.is_empty() {
                call.labels.resize(call.args.len() - 1, String::new());
                call.labels.push(label.unwrap_or_default());
            }
            if !self.eat_symbol(",") {
                return Some(());
            }
        }
    }

    /// WITHIN GROUP, FILTER, OVER.
    fn call_tail(&mut self, call: &mut Call) -> Option<()> {
        if self.eat_all(&["within", "group"]) {
            self.expect_symbol("(")?;
            self.expect("order")?;
            self.expect("by")?;
            call.within = self.sort_keys()?;
            self.expect_symbol(")")?;
        }
        if self.word() == "filter" && self.symbol_ahead(1) == "(" {
            self.at += 2;
            self.expect("where")?;
            call.filter = Some(self.expr(0)?);
            self.expect_symbol(")")?;
        }
        if self.eat("over") {
            call.over = Some(if self.symbol() == "(" { self.window()? } else { Window { name: Some(self.name()?), ..Window::default() } });
        }
        Some(())
    }

    pub(super) fn window(&mut self) -> Option<Window> {
        self.expect_symbol("(")?;
        let mut window = Window::default();
        if !matches!(self.word(), "partition" | "order" | "rows" | "range" | "groups") && self.symbol() != ")" {
            window.name = Some(self.name()?);
        }
        if self.eat_all(&["partition", "by"]) {
            window.partition = self.list()?;
        }
        if self.eat_all(&["order", "by"]) {
            window.order = self.sort_keys()?;
        }
        while self.symbol() != ")" {
            window.frame.push(self.frame_piece()?);
        }
        self.expect_symbol(")")?;
        Some(window)
    }

    fn frame_piece(&mut self) -> Option<FramePiece> {
        let word = self.word();
        if FRAME_WORDS.contains(&word) {
            let piece = FramePiece::Word(word.to_owned());
            self.at += 1;
            return Some(piece);
        }
        self.expr(bind::RANGE).map(FramePiece::Offset)
    }

    pub(super) fn sort_keys(&mut self) -> Option<Vec<SortKey>> {
        let mut keys = Vec::new();
        loop {
            let expr = self.expr(0)?;
            let using = if self.eat("using") { Some(self.take_operator()?) } else { None };
            let descending = self.eat("desc");
            if !descending {
                self.eat("asc");
            }
            let nulls_first =
                if self.eat_all(&["nulls", "first"]) { Some(true) } else { self.eat_all(&["nulls", "last"]).then_some(false) };
            keys.push(SortKey { expr, descending, nulls_first: nulls_first.filter(|first| *first != descending), using });
            if !self.eat_symbol(",") {
                return Some(keys);
            }
        }
    }

    fn take_operator(&mut self) -> Option<String> {
        if self.word() == "operator" {
            return self.named_operator();
        }
        let symbol = self.symbol();
        self.at += 1;
        (!symbol.is_empty()).then(|| symbol.to_owned())
    }

    /// `OPERATOR(public.=)`: the namespace of an operator is that of its type, and says nothing more.
    pub(super) fn named_operator(&mut self) -> Option<String> {
        self.at += 2;
        while matches!(self.peek(), Some(Token::Word(_) | Token::Quoted(_))) {
            self.at += 1;
            self.expect_symbol(".")?;
        }
        let operator = self.symbol().to_owned();
        self.at += 1;
        self.expect_symbol(")")?;
        Some(operator)
    }

    fn parenthesised(&mut self) -> Option<Node> {
        if self.starts_query() {
            let start = self.at;
            self.at += 1;
            if let Some(query) = self.query()
                && self.eat_symbol(")")
            {
                return Some(Node::Scalar(Box::new(query)));
            }
            self.at = start;
        }
        self.at += 1;
        let mut list = self.list()?;
        self.expect_symbol(")")?;
        Some(if list.len() == 1 { list.pop()? } else { Node::Row(list) })
    }

    /// `[a, b]` after ARRAY, nested too.
    fn array(&mut self) -> Option<Node> {
        self.expect_symbol("[")?;
        let mut list = Vec::new();
        while self.symbol() != "]" {
            list.push(if self.symbol() == "[" { self.nested(Self::array)? } else { self.expr(0)? });
            if !self.eat_symbol(",") {
                break;
            }
        }
        self.expect_symbol("]")?;
        Some(Node::Array(list))
    }

    fn case(&mut self) -> Option<Node> {
        self.at += 1;
        let operand = if self.word() == "when" { None } else { Some(Box::new(self.expr(0)?)) };
        let mut arms = Vec::new();
        while self.eat("when") {
            let when = self.expr(0)?;
            self.expect("then")?;
            arms.push((when, self.expr(0)?));
        }
        let otherwise = if self.eat("else") { Some(Box::new(self.expr(0)?)) } else { None };
        self.expect("end")?;
        Some(Node::Case { operand, arms, otherwise })
    }
}

/// `B'1010'`, or `X'A'` as the bits that its digits are.
fn bit_string(text: &str) -> Option<Node> {
    let digits = text.get(1..)?;
    let bits = match text.starts_with('x') {
        true => digits.chars().map(|c| c.to_digit(16).map(|digit| format!("{digit:04b}"))).collect::<Option<String>>()?,
        false => digits.to_owned(),
    };
    Some(Node::typed(bits, "\"bit\""))
}

/// A number's type is that of the smallest of integer, bigint and numeric that holds it (manual, 4.1.2.6).
fn number(text: &str) -> Node {
    let plain = text.replace('_', "");
    let plain = whole(&plain).unwrap_or(plain);
    let ty = match plain.parse::<i64>() {
        Ok(value) if i32::try_from(value).is_ok() => "integer",
        Ok(_) => "bigint",
        Err(_) => "numeric",
    };
    debug_assert!(is_number(&plain) || plain.is_empty());
    let plain = if ty == "numeric" { decimal(&plain).unwrap_or(plain) } else { plain };
    Node::typed(plain, ty)
}

/// A whole number that is written in another base: `0x1F`, `0o17`, `0b11` (manual, 4.1.2.6).
fn whole(text: &str) -> Option<String> {
    let bases = [("0x", 16), ("0o", 8), ("0b", 2)];
    let lower = text.to_ascii_lowercase();
    let (digits, base) = bases.iter().find_map(|(prefix, base)| Some((lower.strip_prefix(prefix)?, *base)))?;
    u128::from_str_radix(digits, base).ok().map(|value| value.to_string())
}

/// A number without exponent and leading zeros, with the digits after its point that it was given: the text that a
/// `numeric` prints (manual, 8.1.2). None where it would be very long.
fn decimal(text: &str) -> Option<String> {
    const LONGEST: i32 = 1_000;
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: i32 = exponent.parse().ok().filter(|exponent: &i32| exponent.abs() <= LONGEST)?;
    let scale = i32::try_from(fraction.len()).ok()? - exponent;
    let mut digits = format!("{whole}{fraction}");
    digits.push_str(&"0".repeat(usize::try_from(-scale).unwrap_or(0)));
    let scale = usize::try_from(scale).unwrap_or(0);
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at_checked(padded.len() - scale)?;
    let whole = Some(whole.trim_start_matches('0')).filter(|whole| !whole.is_empty()).unwrap_or("0");
    Some(if fraction.is_empty() { whole.to_string() } else { format!("{whole}.{fraction}") })
}
