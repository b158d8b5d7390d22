//! The elements of FROM: relations, queries, functions and joins.

use super::Parser;
use crate::dialects::postgres::lexer::Token;
use crate::dialects::postgres::tree::{Alias, Join, Node, Source};

/// Words that end an element of FROM, so that they are no alias.
const ENDS: &[&str] = &[
    "cross",
    "except",
    "fetch",
    "for",
    "full",
    "group",
    "having",
    "inner",
    "intersect",
    "into",
    "join",
    "left",
    "limit",
    "natural",
    "offset",
    "on",
    "order",
    "returning",
    "right",
    "set",
    "tablesample",
    "union",
    "using",
    "where",
    "window",
    "with",
];

impl Parser<'_> {
    pub(super) fn is_quoted(&self) -> bool {
        matches!(self.peek(), Some(Token::Quoted(_)))
    }

    pub(super) fn source(&mut self) -> Option<Source> {
        let mut left = self.nested(Self::item)?;
        loop {
            let natural = self.eat("natural");
            let kind = self.join_kind();
            let Some(kind) = kind else { return (!natural).then_some(left) };
            let right = self.nested(Self::item_or_join)?;
            let mut join = Join { kind, left, right, natural, using: Vec::new(), on: None, alias: Alias::default() };
            if !natural && kind != "cross" {
                if self.eat("on") {
                    join.on = Some(self.expr(0)?);
                } else {
                    self.expect("using")?;
                    join.using = self.names()?;
                    if self.eat("as") {
                        join.alias.name = Some(self.name()?);
                    }
                }
            }
            left = Source::Join(Box::new(join));
            self.nesting.grow()?;
        }
    }

    /// The right side of a join: a nested join without parentheses is read when its own ON comes first.
    fn item_or_join(&mut self) -> Option<Source> {
        let start = self.at;
        let item = self.item()?;
        if matches!(self.word(), "on" | "using") || self.join_kind_here().is_none() {
            return Some(item);
        }
        let crossed = matches!(self.word(), "cross" | "natural");
        if crossed {
            return Some(item);
        }
        let after = self.at;
        self.at = start;
        match self.source() {
            Some(nested) if matches!(self.word(), "on" | "using") => Some(nested),
            _ => {
                self.at = after;
                Some(item)
            }
        }
    }

    fn join_kind_here(&mut self) -> Option<&'static str> {
        let start = self.at;
        let kind = self.join_kind();
        self.at = start;
        kind
    }

    fn join_kind(&mut self) -> Option<&'static str> {
        if self.eat("join") || self.eat_all(&["inner", "join"]) {
            return Some("inner");
        }
        if self.eat_all(&["cross", "join"]) {
            return Some("cross");
        }
        ["left", "right", "full"]
            .into_iter()
            .find(|&kind| self.eat_all(&[kind, "join"]) || self.eat_all(&[kind, "outer", "join"]))
            .map(|v| v as _)
    }

    fn item(&mut self) -> Option<Source> {
        let lateral = self.eat("lateral");
        if self.symbol() == "(" {
            return self.enclosed(lateral);
        }
        if self.word() == "rows" && self.word_ahead(1) == "from" {
            return self.rows_from(lateral);
        }
        if !lateral && !self.is_call() {
            return self.relation();
        }
        let call = self.operand()?;
        self.functions(vec![call], lateral)
    }

    /// Whether a function call, and no relation, stands here.
    fn is_call(&self) -> bool {
        let mut ahead = 1;
        while self.symbol_ahead(ahead) == "." {
            ahead += 2;
        }
        self.symbol_ahead(ahead) == "(" || matches!(self.word(), "current_date" | "current_timestamp" | "current_user" | "session_user")
    }

    /// A query or a join in parentheses.
    fn enclosed(&mut self, lateral: bool) -> Option<Source> {
        let start = self.at;
        if self.starts_query() {
            self.at += 1;
            if let Some(query) = self.query()
                && self.eat_symbol(")")
            {
                let alias = self.alias()?;
                return Some(Source::Query { query: Box::new(query), lateral, alias });
            }
            self.at = start;
        }
        self.expect_symbol("(")?;
        let mut inner = self.source()?;
        self.expect_symbol(")")?;
        let alias = self.alias()?;
        if alias.name.is_some() {
            match &mut inner {
                Source::Join(join) => join.alias = alias,
                _ => return None,
            }
        }
        Some(inner)
    }

    fn rows_from(&mut self, lateral: bool) -> Option<Source> {
        self.at += 2;
        self.expect_symbol("(")?;
        let mut calls = vec![self.operand()?];
        while self.eat_symbol(",") {
            calls.push(self.operand()?);
        }
        self.expect_symbol(")")?;
        self.functions(calls, lateral)
    }

    fn functions(&mut self, calls: Vec<Node>, lateral: bool) -> Option<Source> {
        let ordinality = self.eat_all(&["with", "ordinality"]);
        let alias = self.alias()?;
        Some(Source::Functions { calls, ordinality, lateral, alias })
    }

    pub(super) fn relation(&mut self) -> Option<Source> {
        let only = self.eat("only");
        let enclosed = only && self.eat_symbol("(");
        let name = self.dotted()?;
        if enclosed {
            self.expect_symbol(")")?;
        }
        self.eat_symbol("*");
        let alias = self.alias()?;
        let sample = if self.eat("tablesample") { Some(self.sample()?) } else { None };
        Some(Source::Relation { name, only, sample, alias })
    }

    fn sample(&mut self) -> Option<String> {
        let call = self.operand()?;
        let mut text = String::new();
        crate::dialects::postgres::print::node(&call, &mut text);
        if self.eat("repeatable") {
            text.push_str(" repeatable ");
            crate::dialects::postgres::print::node(&self.operand()?, &mut text);
        }
        Some(text)
    }

    /// `[AS] name [(columns)]`; a function may define its columns' types.
    fn alias(&mut self) -> Option<Alias> {
        let mut alias = Alias::default();
        let explicit = self.eat("as");
        if self.is_quoted() || !self.word().is_empty() && !ENDS.contains(&self.word()) {
            alias.name = Some(self.name()?);
        } else if explicit && self.symbol() != "(" {
            return None;
        }
        if self.symbol() != "(" || (alias.name.is_none() && !explicit) {
            return Some(alias);
        }
        self.at += 1;
        loop {
            alias.columns.push(self.name()?);
            if !matches!(self.symbol(), "," | ")") {
                alias.types.push(self.ty()?);
            }
            if !self.eat_symbol(",") {
                break;
            }
        }
        self.expect_symbol(")")?;
        Some(alias)
    }
}
