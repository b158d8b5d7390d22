//! INSERT, UPDATE, DELETE and MERGE.

use super::{Parser, bind};
use crate::dialects::postgres::lexer::Token;
use crate::dialects::postgres::tree::{Action, Alias, Arm, Body, Change, Node, Source};

/// The words that begin a change.
const VERBS: &[(&str, &str)] = &[("insert", "into"), ("update", ""), ("delete", "from"), ("merge", "into")];

impl Parser<'_> {
    pub(super) fn change(&mut self) -> Option<Body> {
        let (verb, word) = VERBS.iter().find(|(verb, _)| self.eat(verb))?;
        if !word.is_empty() {
            self.expect(word)?;
        }
        let target = if *verb == "insert" { self.inserted()? } else { self.relation()? };
        let mut change = Change {
            verb,
            target,
            using: Vec::new(),
            action: Action::default(),
            filter: None,
            inference: Vec::new(),
            arms: Vec::new(),
            rows: None,
            returning: Vec::new(),
        };
        match *verb {
            "insert" => self.insert(&mut change)?,
            "update" => self.update(&mut change)?,
            "delete" => self.delete(&mut change)?,
            _ => self.merge(&mut change)?,
        }
        if self.eat("returning") {
            self.returned(&mut change)?;
        }
        Some(Body::Change(Box::new(change)))
    }

    /// The relation of an INSERT: what follows in parentheses is no alias of its columns.
    fn inserted(&mut self) -> Option<Source> {
        let name = self.dotted()?;
        let alias = Alias { name: if self.eat("as") { Some(self.name()?) } else { None }, ..Alias::default() };
        Some(Source::Relation { name, only: false, sample: None, alias })
    }

    fn insert(&mut self, change: &mut Change) -> Option<()> {
        self.put(&mut change.action)?;
        if self.eat_all(&["on", "conflict"]) {
            let arm = self.conflict(&mut change.inference)?;
            change.arms.push(arm);
        }
        Some(())
    }

    fn update(&mut self, change: &mut Change) -> Option<()> {
        self.expect("set")?;
        change.action.set = self.assignments()?;
        if self.eat("from") {
            change.using = self.sources()?;
        }
        change.filter = self.condition()?;
        Some(())
    }

    fn delete(&mut self, change: &mut Change) -> Option<()> {
        if self.eat("using") {
            change.using = self.sources()?;
        }
        change.filter = self.condition()?;
        Some(())
    }

    fn merge(&mut self, change: &mut Change) -> Option<()> {
        self.expect("using")?;
        change.using = vec![self.source()?];
        self.expect("on")?;
        change.filter = Some(self.expr(0)?);
        while self.eat("when") {
            let arm = self.arm()?;
            change.arms.push(arm);
        }
        Some(())
    }

    /// The outer nothing is a text that is not understood, the inner one no WHERE.
    fn condition(&mut self) -> Option<Option<Node>> {
        if self.eat("where") { self.expr(0).map(Some) } else { Some(None) }
    }

    /// Columns and values of a new row.
    fn put(&mut self, action: &mut Action) -> Option<()> {
        if self.symbol() == "(" && !self.starts_query() {
            action.columns = self.names()?;
        }
        if self.eat("overriding") {
            action.words = format!("overriding {} value", self.name()?);
            self.expect("value")?;
        }
        if !self.eat_all(&["default", "values"]) {
            action.values = Some(self.query()?);
        }
        Some(())
    }

    /// `a = value`, `(a, b) = (value, value)`, `(a, b) = (SELECT …)`.
    fn assignments(&mut self) -> Option<Vec<(Vec<Node>, Node)>> {
        let mut set = Vec::new();
        loop {
            let targets = match self.expr(bind::COMPARE)? {
                Node::Row(targets) => targets,
                target => vec![target],
            };
            self.expect_symbol("=")?;
            match (targets, self.value()?) {
                (targets, Node::Row(values)) if targets.len() == values.len() => {
                    set.extend(targets.into_iter().zip(values).map(|(target, value)| (vec![target], value)));
                }
                (targets, value) => set.push((targets, value)),
            }
            if !self.eat_symbol(",") {
                return Some(set);
            }
        }
    }

    /// A value, or DEFAULT.
    pub(super) fn value(&mut self) -> Option<Node> {
        if self.eat("default") { Some(Node::worded("default", Vec::new())) } else { self.expr(0) }
    }

    fn conflict(&mut self, inference: &mut Vec<Node>) -> Option<Arm> {
        let mut when = "on conflict".to_owned();
        if self.eat_all(&["on", "constraint"]) {
            when.push_str(&format!(" on constraint {}", self.name()?));
        } else if self.symbol() == "(" {
            self.at += 1;
            *inference = self.sort_keys()?.into_iter().map(|key| key.expr).collect();
            self.expect_symbol(")")?;
        }
        let condition = self.condition()?;
        self.expect("do")?;
        if self.eat("nothing") {
            return Some(Arm { when, condition, verb: "nothing", action: Action::default() });
        }
        self.expect("update")?;
        self.expect("set")?;
        let action = Action { set: self.assignments()?, ..Action::default() };
        // WHERE behind SET is of the rows that are updated, WHERE behind the columns of the index.
        inference.extend(condition);
        Some(Arm { when, condition: self.condition()?, verb: "update", action })
    }

    fn arm(&mut self) -> Option<Arm> {
        let not = self.eat("not");
        self.expect("matched")?;
        let by_source = self.eat_all(&["by", "source"]);
        // NOT MATCHED says nothing else than NOT MATCHED BY TARGET (manual, MERGE).
        self.eat_all(&["by", "target"]);
        let when = if by_source {
            "when not matched by source"
        } else if not {
            "when not matched"
        } else {
            "when matched"
        };
        let condition = if self.eat("and") { Some(self.expr(0)?) } else { None };
        self.expect("then")?;
        let mut arm = Arm { when: when.to_owned(), condition, verb: "nothing", action: Action::default() };
        if self.eat_all(&["do", "nothing"]) {
            return Some(arm);
        }
        if self.eat("delete") {
            arm.verb = "delete";
        } else if self.eat_all(&["update", "set"]) {
            arm.verb = "update";
            arm.action.set = self.assignments()?;
        } else {
            self.expect("insert")?;
            arm.verb = "insert";
            self.put(&mut arm.action)?;
        }
        Some(arm)
    }

    /// `[WITH (OLD AS o, NEW AS n)] targets`.
    fn returned(&mut self, change: &mut Change) -> Option<()> {
        if self.eat("with") {
            let (mut old, mut new) = ("old".to_owned(), "new".to_owned());
            self.expect_symbol("(")?;
            loop {
                let row = if self.eat("old") { &mut old } else { self.expect("new").map(|()| &mut new)? };
                self.expect("as")?;
                *row = self.name()?;
                if !self.eat_symbol(",") {
                    break;
                }
            }
            self.expect_symbol(")")?;
            change.rows = Some((old, new));
        }
        change.returning = self.targets()?;
        Some(())
    }

    /// Whether a change begins here, and no column of such a name.
    pub(super) fn starts_change(&self) -> bool {
        let follows = matches!(self.tokens.get(self.at + 1), Some(Token::Word(_) | Token::Quoted(_)));
        follows && VERBS.iter().any(|(verb, _)| *verb == self.word())
    }
}
