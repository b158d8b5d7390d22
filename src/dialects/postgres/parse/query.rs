//! Queries: WITH, SELECT, VALUES, set operations and what follows them (manual, SELECT).

use super::Parser;
use crate::dialects::postgres::tree::{Body, Cte, Node, Query, Select, Source, Target};

/// Words that end a list of targets, so that they are no alias without AS.
const CLAUSES: &[&str] = &[
    "as",
    "except",
    "fetch",
    "for",
    "from",
    "group",
    "having",
    "intersect",
    "into",
    "limit",
    "offset",
    "on",
    "order",
    "returning",
    "union",
    "where",
    "window",
    "with",
];

impl Parser<'_> {
    pub(super) fn query(&mut self) -> Option<Query> {
        self.nested(|parser| {
            let mut query = Query::of(Body::Values(Vec::new()));
            if parser.eat("with") {
                query.recursive = parser.eat("recursive");
                query.with = parser.ctes()?;
            }
            let body = parser.union()?;
            if query.with.is_empty() {
                query = body;
            } else if bare(&body) {
                query.body = body.body;
            } else {
                return None;
            }
            parser.tail(&mut query)?;
            Some(query)
        })
    }

    fn ctes(&mut self) -> Option<Vec<Cte>> {
        let mut list = Vec::new();
        loop {
            let name = self.name()?;
            let columns = if self.symbol() == "(" { self.names()? } else { Vec::new() };
            self.expect("as")?;
            let not = self.word() == "not";
            self.at += usize::from(not);
            let materialized = self.eat("materialized").then_some(!not);
            self.expect_symbol("(")?;
            let query = self.query()?;
            self.expect_symbol(")")?;
            list.push(Cte { name, columns, materialized, query });
            if !self.eat_symbol(",") {
                return Some(list);
            }
        }
    }

    /// UNION and EXCEPT, which bind less than INTERSECT.
    fn union(&mut self) -> Option<Query> {
        let mut left = self.intersect()?;
        while matches!(self.word(), "union" | "except") {
            let operator = self.set_operator();
            let right = self.intersect()?;
            left = combined(operator, left, right);
            self.nesting.grow()?;
        }
        Some(left)
    }

    fn intersect(&mut self) -> Option<Query> {
        let mut left = self.primary()?;
        while self.word() == "intersect" {
            let operator = self.set_operator();
            let right = self.primary()?;
            left = combined(operator, left, right);
            self.nesting.grow()?;
        }
        Some(left)
    }

    fn set_operator(&mut self) -> String {
        let mut operator = self.word().to_owned();
        self.at += 1;
        if self.eat("all") {
            operator.push_str(" all");
        } else {
            self.eat("distinct");
        }
        operator
    }

    fn primary(&mut self) -> Option<Query> {
        if self.eat_symbol("(") {
            let query = self.query()?;
            self.expect_symbol(")")?;
            return Some(query);
        }
        let body = match self.word() {
            "select" => Body::Select(Box::new(self.select()?)),
            "values" => self.values()?,
            "table" => {
                self.at += 1;
                let from = self.relation()?;
                Body::Select(Box::new(Select { targets: vec![star()], from: vec![from], ..Select::default() }))
            }
            _ if self.starts_change() => self.change()?,
            _ => return None,
        };
        Some(Query::of(body))
    }

    fn values(&mut self) -> Option<Body> {
        self.at += 1;
        let mut rows = Vec::new();
        loop {
            self.expect_symbol("(")?;
            let mut row = vec![self.value()?];
            while self.eat_symbol(",") {
                row.push(self.value()?);
            }
            rows.push(row);
            self.expect_symbol(")")?;
            if !self.eat_symbol(",") {
                return Some(Body::Values(rows));
            }
        }
    }

    fn select(&mut self) -> Option<Select> {
        self.at += 1;
        let mut select = Select::default();
        if self.eat("distinct") {
            select.distinct = Some(if self.eat("on") { self.parenthesised_list()? } else { Vec::new() });
        } else {
            self.eat("all");
        }
        if !CLAUSES.contains(&self.word()) && !self.at_end() && self.symbol() != ")" {
            select.targets = self.targets()?;
        }
        if self.eat("from") {
            select.from = self.sources()?;
        }
        if self.eat("where") {
            select.filter = Some(self.expr(0)?);
        }
        if self.eat_all(&["group", "by"]) {
            select.group = self.groups()?;
        }
        if self.eat("having") {
            select.having = Some(self.expr(0)?);
        }
        if self.eat("window") {
            self.windows(&mut select)?;
        }
        Some(select)
    }

    fn windows(&mut self, select: &mut Select) -> Option<()> {
        loop {
            let name = self.name()?;
            self.expect("as")?;
            select.windows.push((name, self.window()?));
            if !self.eat_symbol(",") {
                return Some(());
            }
        }
    }

    fn parenthesised_list(&mut self) -> Option<Vec<Node>> {
        self.expect_symbol("(")?;
        let list = self.list()?;
        self.expect_symbol(")")?;
        Some(list)
    }

    pub(super) fn targets(&mut self) -> Option<Vec<Target>> {
        let mut targets = Vec::new();
        loop {
            let expr = self.expr(0)?;
            let labelled = self.eat("as") || !self.word().is_empty() && !CLAUSES.contains(&self.word()) || self.is_quoted();
            let name = if labelled { Some(self.name()?) } else { None };
            targets.push(Target { expr, name });
            if !self.eat_symbol(",") {
                return Some(targets);
            }
        }
    }

    /// GROUP BY elements; ROLLUP, CUBE and GROUPING SETS are kept as calls.
    fn groups(&mut self) -> Option<Vec<Node>> {
        self.eat("all");
        let mut groups = Vec::new();
        loop {
            groups.push(self.group()?);
            if !self.eat_symbol(",") {
                return Some(groups);
            }
        }
    }

    fn group(&mut self) -> Option<Node> {
        if self.symbol() == "(" && self.symbol_ahead(1) == ")" {
            self.at += 2;
            return Some(Node::Row(Vec::new()));
        }
        if self.eat_all(&["grouping", "sets"]) {
            self.expect_symbol("(")?;
            let mut sets = vec![self.group()?];
            while self.eat_symbol(",") {
                sets.push(self.group()?);
            }
            self.expect_symbol(")")?;
            return Some(Node::call("grouping sets", sets));
        }
        self.expr(0)
    }

    /// ORDER BY, LIMIT, OFFSET, FETCH, FOR.
    fn tail(&mut self, query: &mut Query) -> Option<()> {
        loop {
            if self.eat_all(&["order", "by"]) {
                query.order = self.sort_keys()?;
            } else if self.eat("limit") {
                query.limit = if self.eat("all") { None } else { Some(self.expr(0)?) };
            } else if self.eat("offset") {
                query.offset = Some(self.expr(0)?);
                let _ = self.eat("row") || self.eat("rows");
            } else if self.eat("fetch") {
                self.fetch(query)?;
            } else if self.word() == "for" {
                let lock = self.lock()?;
                query.locks.push(lock);
            } else {
                return Some(());
            }
        }
    }

    fn fetch(&mut self, query: &mut Query) -> Option<()> {
        let _ = self.eat("first") || self.eat("next");
        let counted = !matches!(self.word(), "row" | "rows");
        query.limit = Some(if counted { self.expr(0)? } else { Node::typed("1", "integer") });
        let _ = self.eat("row") || self.eat("rows");
        query.with_ties = self.eat_all(&["with", "ties"]);
        query.with_ties.then_some(()).or_else(|| self.expect("only"))
    }

    fn lock(&mut self) -> Option<String> {
        let mut words = Vec::new();
        self.at += 1;
        while !self.at_end() && matches!(self.word(), "update" | "share" | "no" | "key" | "of" | "nowait" | "skip" | "locked") {
            let of = self.word() == "of";
            words.push(self.word().to_owned());
            self.at += 1;
            if of {
                words.push(self.dotted()?.join("."));
                while self.eat_symbol(",") {
                    words.push(self.dotted()?.join("."));
                }
            }
        }
        Some(words.join(" "))
    }

    pub(super) fn sources(&mut self) -> Option<Vec<Source>> {
        let mut list = vec![self.source()?];
        while self.eat_symbol(",") {
            list.push(self.source()?);
        }
        Some(list)
    }
}

fn star() -> Target {
    Target { expr: Node::Star(Vec::new()), name: None }
}

fn combined(operator: String, left: Query, right: Query) -> Query {
    Query::of(Body::Combine { operator, left: Box::new(left), right: Box::new(right) })
}

fn bare_tail(query: &Query) -> bool {
    query.order.is_empty() && query.limit.is_none() && query.offset.is_none() && query.locks.is_empty()
}

fn bare(query: &Query) -> bool {
    query.with.is_empty() && bare_tail(query)
}
