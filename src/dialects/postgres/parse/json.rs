//! The functions of SQL/JSON, whose words the server keeps (manual, 9.16): constructors, queries and JSON_TABLE. What goes
//! without saying is left out here; a result type that is not said depends on the arguments, and is for the analysis.

use super::Parser;
use super::special::Form;
use crate::dialects::postgres::lexer::Token;
use crate::dialects::postgres::tree::{Alias, Body, Call, Clause, Node, Query, Select, Source, Target};
use crate::dialects::postgres::types;

/// The functions, read between the parentheses.
pub const FORMS: &[(&str, Form)] = &[
    ("json", json),
    ("json_array", array),
    ("json_arrayagg", array_aggregate),
    ("json_exists", exists),
    ("json_object", object),
    ("json_objectagg", object_aggregate),
    ("json_query", query),
    ("json_scalar", scalar),
    ("json_serialize", serialize),
    ("json_table", table),
    ("json_value", value),
];

/// What may follow the arguments of a constructor: the words, and what is kept of them where it is not what goes without saying.
const WORDS: &[(&[&str], &str)] = &[
    (&["null", "on", "null"], "null on null"),
    (&["absent", "on", "null"], "absent on null"),
    (&["with", "unique", "keys"], "with unique"),
    (&["with", "unique"], "with unique"),
    (&["without", "unique", "keys"], ""),
    (&["without", "unique"], ""),
];

/// How a query wraps what it finds, and what it does with the quotes of a string.
const WRAPPERS: &[(&[&str], &str)] = &[
    (&["without", "array", "wrapper"], ""),
    (&["without", "wrapper"], ""),
    (&["with", "conditional", "array", "wrapper"], "with conditional wrapper"),
    (&["with", "conditional", "wrapper"], "with conditional wrapper"),
    (&["with", "unconditional", "array", "wrapper"], "with wrapper"),
    (&["with", "unconditional", "wrapper"], "with wrapper"),
    (&["with", "array", "wrapper"], "with wrapper"),
    (&["with", "wrapper"], "with wrapper"),
];

const QUOTES: &[(&[&str], &str)] = &[
    (&["keep", "quotes", "on", "scalar", "string"], ""),
    (&["keep", "quotes"], ""),
    (&["omit", "quotes", "on", "scalar", "string"], "omit quotes"),
    (&["omit", "quotes"], "omit quotes"),
];

/// What is given where nothing is found or where it fails.
const BEHAVIOURS: &[(&[&str], &str)] = &[
    (&["error"], "error"),
    (&["null"], "null"),
    (&["true"], "true"),
    (&["false"], "false"),
    (&["unknown"], "unknown"),
    (&["empty", "array"], "empty array"),
    (&["empty", "object"], "empty object"),
    (&["empty"], "empty array"),
];

fn made(call: Call) -> Option<Node> {
    Some(Node::Call(Box::new(call)))
}

fn worded(name: &str) -> Call {
    Call { name: vec![name.to_owned()], worded: true, ..Call::default() }
}

fn json(parser: &mut Parser<'_>) -> Option<Node> {
    single(parser, "json")
}

fn scalar(parser: &mut Parser<'_>) -> Option<Node> {
    single(parser, "json_scalar")
}

fn serialize(parser: &mut Parser<'_>) -> Option<Node> {
    single(parser, "json_serialize")
}

fn single(parser: &mut Parser<'_>, name: &str) -> Option<Node> {
    let mut call = worded(name);
    call.args.push(parser.json_value()?);
    parser.json_clauses(&mut call, "")?;
    made(call)
}

fn array(parser: &mut Parser<'_>) -> Option<Node> {
    let mut call = worded("json_array");
    if parser.starts_query() {
        let query = parser.query()?;
        call.args.push(Node::ArrayOf(Box::new(query)));
        parser.json_clauses(&mut call, "")?;
        return made(call);
    }
    if parser.symbol() != ")" && parser.word() != "returning" {
        call.args.push(parser.json_value()?);
        while parser.eat_symbol(",") {
            call.args.push(parser.json_value()?);
        }
    }
    parser.json_clauses(&mut call, "absent on null")?;
    made(call)
}

fn array_aggregate(parser: &mut Parser<'_>) -> Option<Node> {
    let mut call = worded("json_arrayagg");
    call.args.push(parser.json_value()?);
    if parser.eat_all(&["order", "by"]) {
        call.order = parser.sort_keys()?;
    }
    parser.json_clauses(&mut call, "absent on null")?;
    made(call)
}

/// JSON_OBJECT, which is a function like any other too: `json_object('{a, 1}')`.
fn object(parser: &mut Parser<'_>) -> Option<Node> {
    let mut call = worded("json_object");
    let start = parser.at;
    if parser.symbol() != ")" && parser.word() != "returning" {
        parser.expr(0)?;
        if parser.symbol() != ":" && parser.word() != "value" {
            parser.at = start;
            return parser.list().map(|args| Node::call("json_object", args));
        }
        parser.at = start;
        parser.json_pair(&mut call)?;
        while parser.eat_symbol(",") {
            parser.json_pair(&mut call)?;
        }
    }
    parser.json_clauses(&mut call, "null on null")?;
    made(call)
}

fn object_aggregate(parser: &mut Parser<'_>) -> Option<Node> {
    let mut call = worded("json_objectagg");
    parser.json_pair(&mut call)?;
    parser.json_clauses(&mut call, "null on null")?;
    made(call)
}

fn value(parser: &mut Parser<'_>) -> Option<Node> {
    searched(parser, "json_value", "null")
}

fn query(parser: &mut Parser<'_>) -> Option<Node> {
    searched(parser, "json_query", "null")
}

fn exists(parser: &mut Parser<'_>) -> Option<Node> {
    searched(parser, "json_exists", "false")
}

/// JSON_VALUE, JSON_QUERY and JSON_EXISTS; `unsaid` is what they do where nothing is said.
fn searched(parser: &mut Parser<'_>, name: &str, unsaid: &str) -> Option<Node> {
    let mut call = worded(name);
    parser.json_subject(&mut call)?;
    if parser.eat("returning") {
        parser.json_returning(&mut call)?;
    }
    parser.json_choice(&mut call, WRAPPERS);
    parser.json_choice(&mut call, QUOTES);
    parser.json_behaviours(&mut call, unsaid)?;
    made(call)
}

fn table(parser: &mut Parser<'_>) -> Option<Node> {
    let mut call = worded("json_table");
    parser.json_subject(&mut call)?;
    parser.json_columns(&mut call)?;
    parser.json_behaviours(&mut call, "empty array")?;
    made(call)
}

/// JSON_ARRAY of a query is kept as a query of its aggregate (`transformJsonArrayQueryConstructor` in the server's source).
pub fn array_of_query(query: Query, clauses: Vec<Clause>) -> Node {
    let item = Node::Column(vec!["q".to_owned(), "a".to_owned()]);
    let aggregate = Call { args: vec![item], clauses, ..worded("json_arrayagg") };
    let alias = Alias { name: Some("q".to_owned()), columns: vec!["a".to_owned()], ..Alias::default() };
    let select = Select {
        targets: vec![Target { expr: Node::Call(Box::new(aggregate)), name: None }],
        from: vec![Source::Query { query: Box::new(query), lateral: false, alias }],
        ..Select::default()
    };
    Node::Scalar(Box::new(Query::of(Body::Select(Box::new(select)))))
}

impl Parser<'_> {
    /// A value that goes into JSON, `FORMAT JSON` where it is JSON already.
    fn json_value(&mut self) -> Option<Node> {
        let inner = self.expr(0)?;
        Some(if self.json_format()? { Node::worded("format json", vec![inner]) } else { inner })
    }

    /// `FORMAT JSON [ENCODING UTF8]`: there is no other encoding.
    fn json_format(&mut self) -> Option<bool> {
        let said = self.eat_all(&["format", "json"]);
        if said && self.eat("encoding") {
            self.name()?;
        }
        Some(said)
    }

    fn json_pair(&mut self, call: &mut Call) -> Option<()> {
        call.args.push(self.expr(0)?);
        if !self.eat_symbol(":") {
            self.expect("value")?;
        }
        let value = self.json_value()?;
        call.args.push(value);
        Some(())
    }

    /// What follows the arguments of a constructor; `unsaid` is what it does with NULL where nothing is said.
    fn json_clauses(&mut self, call: &mut Call, unsaid: &str) -> Option<()> {
        while let Some((_, kept)) = WORDS.iter().find(|(words, _)| self.eat_all(words)) {
            if !kept.is_empty() && *kept != unsaid {
                call.clauses.push(Clause::Words((*kept).to_owned()));
            }
        }
        if self.eat("returning") {
            self.json_returning(call)?;
        }
        Some(())
    }

    /// The result's type stands first.
    fn json_returning(&mut self, call: &mut Call) -> Option<()> {
        call.clauses.insert(0, Clause::Type(self.ty()?));
        self.json_format().map(|_| ())
    }

    /// What is searched, the path, and the values that the path names.
    fn json_subject(&mut self, call: &mut Call) -> Option<()> {
        call.args.push(self.json_value()?);
        self.expect_symbol(",")?;
        call.args.push(self.expr(0)?);
        self.json_path_name(call)?;
        if !self.eat("passing") {
            return Some(());
        }
        call.labels = vec![String::new(); call.args.len()];
        loop {
            call.args.push(self.json_value()?);
            self.expect("as")?;
            call.labels.push(self.name()?);
            if !self.eat_symbol(",") {
                return Some(());
            }
        }
    }

    /// The name of a path, where it is none that the server gave.
    fn json_path_name(&mut self, call: &mut Call) -> Option<()> {
        if self.eat("as") {
            let name = self.name()?;
            if !name.starts_with("json_table_path_") {
                call.clauses.push(Clause::Name(name));
            }
        }
        Some(())
    }

    fn json_choice(&mut self, call: &mut Call, choices: &[(&[&str], &str)]) -> bool {
        let Some((_, kept)) = choices.iter().find(|(words, _)| self.eat_all(words)) else { return false };
        if !kept.is_empty() {
            call.clauses.push(Clause::Words((*kept).to_owned()));
        }
        true
    }

    fn json_behaviours(&mut self, call: &mut Call, unsaid: &str) -> Option<()> {
        loop {
            if self.eat("default") {
                let given = self.expr(0)?;
                call.clauses.push(Clause::Node(given));
            } else if let Some((_, kept)) = BEHAVIOURS.iter().find(|(words, _)| self.eat_all(words)) {
                call.clauses.push(Clause::Words((*kept).to_owned()));
            } else {
                return Some(());
            }
            self.expect("on")?;
            let when = if self.eat("empty") { "on empty" } else { self.expect("error").map(|()| "on error")? };
            if call.clauses.last() == Some(&Clause::Words(unsaid.to_owned())) {
                call.clauses.pop();
            } else {
                call.clauses.push(Clause::Words(when.to_owned()));
            }
        }
    }

    fn json_columns(&mut self, call: &mut Call) -> Option<()> {
        self.expect("columns")?;
        self.expect_symbol("(")?;
        loop {
            let column = self.nested(Self::json_column)?;
            call.clauses.push(Clause::Node(column));
            if !self.eat_symbol(",") {
                return self.expect_symbol(")");
            }
        }
    }

    fn json_column(&mut self) -> Option<Node> {
        if self.word() == "nested" && (self.word_ahead(1) == "path" || self.text_ahead(1)) {
            self.at += 1;
            self.eat("path");
            let mut call = worded("nested");
            call.args.push(self.operand()?);
            self.json_path_name(&mut call)?;
            self.json_columns(&mut call)?;
            return made(call);
        }
        let name = self.name()?;
        if self.eat_all(&["for", "ordinality"]) {
            let clauses = vec![Clause::Name(name), Clause::Type("integer".to_owned())];
            return made(Call { clauses, ..worded("ordinality") });
        }
        let ty = self.ty()?;
        self.json_column_of(name, ty)
    }

    fn json_column_of(&mut self, name: String, ty: String) -> Option<Node> {
        let exists = self.eat("exists");
        let formatted = self.json_format()?;
        let path = if self.eat("path") { self.operand()? } else { Node::unknown(format!("$.\"{name}\"")) };
        let mut call = worded(if exists { "json_exists" } else { "json_value" });
        // JSON and what consists of several values is searched for as JSON_QUERY does (manual, 9.16.4).
        let composed = matches!(types::base(&ty).as_str(), "json" | "jsonb") || ty.ends_with(']');
        call.clauses = vec![Clause::Name(name), Clause::Type(ty)];
        call.args.push(path);
        let wrapped = self.json_choice(&mut call, WRAPPERS);
        let quoted = self.json_choice(&mut call, QUOTES);
        if composed || formatted || wrapped || quoted {
            call.name = vec!["json_query".to_owned()];
        }
        self.json_behaviours(&mut call, if exists { "false" } else { "null" })?;
        made(call)
    }

    /// Whether a text stands there.
    fn text_ahead(&self, ahead: usize) -> bool {
        matches!(self.tokens.get(self.at + ahead), Some(Token::Text(_)))
    }
}
