//! Infix words: AND, IS, IN, BETWEEN, LIKE, AT TIME ZONE, COLLATE.

use super::{Parser, bind};
use crate::dialects::postgres::tree::Node;

/// LIKE and its kin, with the operators that the server keeps for them and for their negations.
const PATTERNS: &[(&str, &str, &str)] = &[("like", "~~", "!~~"), ("ilike", "~~*", "!~~*"), ("similar", "~", "!~")];

impl Parser<'_> {
    /// An infix word: AND, IS, IN, BETWEEN, LIKE, AT TIME ZONE, COLLATE …
    pub(super) fn word_step(&mut self, left: Node) -> Option<Node> {
        let negated = self.eat("not");
        let word = self.word();
        if word == "operator" {
            let operator = self.named_operator()?;
            return self.operator(operator, bind::OTHER, left);
        }
        self.at += 1;
        match word {
            "or" => Some(joined(left, self.expr(bind::OR)?, Node::Or)),
            "and" => Some(joined(left, self.expr(bind::AND)?, Node::And)),
            "isnull" => Some(Node::Is(Box::new(left), "null")),
            "notnull" => Some(Node::Is(Box::new(left), "not null")),
            "is" => self.is(left),
            "in" => self.within(left, negated),
            "between" => self.between(left, negated),
            "like" | "ilike" | "similar" => self.pattern(word, left, negated),
            "overlaps" => self.overlaps(left),
            "collate" => self.dotted().map(|path| Node::Collate(Box::new(left), path)),
            "at" if self.eat("local") => Some(Node::worded("timezone", vec![left])),
            "at" => {
                self.expect("time")?;
                self.expect("zone")?;
                let zone = self.expr(bind::AT)?;
                Some(Node::worded("timezone", vec![zone, left]))
            }
            _ => None,
        }
    }

    fn overlaps(&mut self, left: Node) -> Option<Node> {
        match (left, self.expr(bind::RANGE)?) {
            (Node::Row(mut first), Node::Row(second)) => {
                first.extend(second);
                Some(Node::worded("overlaps", first))
            }
            _ => None,
        }
    }

    fn is(&mut self, left: Node) -> Option<Node> {
        let negated = self.eat("not");
        if self.eat_all(&["distinct", "from"]) {
            let right = self.expr(bind::IS)?;
            let distinct = Node::Distinct(Box::new(left), Box::new(right));
            return Some(if negated { Node::Not(Box::new(distinct)) } else { distinct });
        }
        if let Some(form) = self.normal_form() {
            let normalized = Node::worded("is_normalized", std::iter::once(left).chain(form).collect());
            return Some(if negated { Node::Not(Box::new(normalized)) } else { normalized });
        }
        if self.eat("json") {
            let json = Node::Is(Box::new(left), self.json_form()?);
            return Some(if negated { Node::Not(Box::new(json)) } else { json });
        }
        let tests = [
            ("null", "null", "not null"),
            ("true", "true", "not true"),
            ("false", "false", "not false"),
            ("unknown", "unknown", "not unknown"),
            ("document", "document", "not document"),
        ];
        let (_, plain, not) = tests.iter().find(|(word, ..)| *word == self.word())?;
        self.at += 1;
        Some(Node::Is(Box::new(left), if negated { not } else { plain }))
    }

    /// What follows IS JSON (manual, 9.16.1): a kind of value, and whether keys may be said twice.
    fn json_form(&mut self) -> Option<&'static str> {
        let kinds = [("object", "json object", "json object with unique keys"), ("array", "json array", "json array with unique keys")];
        let scalar = ("scalar", "json scalar", "json scalar with unique keys");
        let known = kinds.into_iter().chain([scalar]).find(|(word, ..)| self.eat(word));
        self.eat("value");
        let (_, plain, unique) = known.unwrap_or(("", "json", "json with unique keys"));
        let is_unique = self.eat_all(&["with", "unique"]);
        if is_unique || self.eat_all(&["without", "unique"]) {
            self.eat("keys");
        }
        Some(if is_unique { unique } else { plain })
    }

    /// `[NFC | NFD | NFKC | NFKD] NORMALIZED` (manual, 9.4), and the form that it names.
    fn normal_form(&mut self) -> Option<Option<Node>> {
        if self.eat("normalized") {
            return Some(None);
        }
        let named = matches!(self.word(), "nfc" | "nfd" | "nfkc" | "nfkd") && self.word_ahead(1) == "normalized";
        named.then(|| {
            let form = Node::unknown(self.word().to_owned());
            self.at += 2;
            Some(form)
        })
    }

    fn within(&mut self, left: Node, negated: bool) -> Option<Node> {
        self.expect_symbol("(")?;
        if self.starts_query() {
            let query = self.query()?;
            self.expect_symbol(")")?;
            let any = Node::Quantified {
                operator: "=".to_owned(),
                all: false,
                left: Box::new(left),
                right: Box::new(Node::Scalar(Box::new(query))),
            };
            return Some(if negated { Node::Not(Box::new(any)) } else { any });
        }
        let list = self.list()?;
        self.expect_symbol(")")?;
        let operator = if negated { "<>" } else { "=" };
        Some(Node::Quantified {
            operator: operator.to_owned(),
            all: negated,
            left: Box::new(left),
            right: Box::new(Node::call("in list", list)),
        })
    }

    fn between(&mut self, left: Node, negated: bool) -> Option<Node> {
        let symmetric = self.eat("symmetric");
        self.eat("asymmetric");
        let low = self.expr(bind::RANGE)?;
        self.expect("and")?;
        let high = self.expr(bind::RANGE)?;
        let range = |low: &Node, high: &Node| {
            let (first, second) = if negated { ("<", ">") } else { (">=", "<=") };
            let ends = vec![Node::binary(first, left.clone(), low.clone()), Node::binary(second, left.clone(), high.clone())];
            if negated { Node::Or(ends) } else { Node::And(ends) }
        };
        let forward = range(&low, &high);
        if !symmetric {
            return Some(forward);
        }
        let ways = vec![forward, range(&high, &low)];
        Some(if negated { Node::And(ways) } else { Node::Or(ways) })
    }

    fn pattern(&mut self, word: &str, left: Node, negated: bool) -> Option<Node> {
        if word == "similar" {
            self.expect("to")?;
        }
        let (_, plain, not) = PATTERNS.iter().find(|(name, ..)| *name == word)?;
        let operator = if negated { not } else { plain };
        if matches!(self.word(), "any" | "some" | "all") {
            return self.operator((*operator).to_owned(), bind::RANGE, left);
        }
        let mut pattern = self.expr(bind::RANGE)?;
        let escape = if self.eat("escape") { Some(self.expr(bind::RANGE)?) } else { None };
        let function = if word == "similar" { "similar_to_escape" } else { "like_escape" };
        if word == "similar" || escape.is_some() {
            pattern = Node::call(function, std::iter::once(pattern).chain(escape).collect());
        }
        Some(Node::Binary((*operator).to_owned(), Box::new(left), Box::new(pattern)))
    }
}

/// Adds to a list of the same connective, as the server's grammar does.
fn joined(left: Node, right: Node, make: fn(Vec<Node>) -> Node) -> Node {
    make(vec![left, right])
}
