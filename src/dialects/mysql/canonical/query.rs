//! Queries of views: read into a tree whose names can be resolved (MySQL Reference Manual, SELECT Statement).

use super::expression::{Expr, expression};
use super::{from, limit, sets};
use crate::dialects::mysql::cursor::{Cursor, Read};
use crate::dialects::mysql::lex::TokenKind;

/// A query with what stands around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Common table expressions: name, column names, query.
    pub with: Vec<(String, Vec<String>, Query)>,
    pub recursive: bool,
    pub body: Body,
    pub order: Vec<Expr>,
    /// Row count, then offset.
    pub limit: Vec<Expr>,
}

/// What a query consists of.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Select(Box<Select>),
    /// `union`, `union all`, `except` …
    Set(String, Box<Query>, Box<Query>),
    /// `VALUES (1, 2), (3, 4)`.
    Values(Vec<Expr>),
}

/// One SELECT.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Select {
    pub modifiers: Vec<String>,
    pub items: Vec<Item>,
    pub from: Option<Table>,
    pub filter: Option<Expr>,
    pub group: Vec<Expr>,
    pub rollup: bool,
    pub having: Option<Expr>,
    /// Named windows.
    pub windows: Vec<(String, Expr)>,
    /// `FOR UPDATE` and the like.
    pub lock: String,
}

/// One element of the select list.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub value: Expr,
    /// The name that it has or that the server gives it: its text.
    pub alias: String,
}

/// A table reference.
#[derive(Clone, Debug, PartialEq)]
pub enum Table {
    Named {
        name: String,
        alias: String,
        hints: String,
    },
    Derived {
        query: Box<Query>,
        alias: String,
        columns: Vec<String>,
    },
    /// JSON_TABLE: the document and its path, the COLUMNS as text, and what they are called.
    Function {
        arguments: Vec<Expr>,
        text: String,
        columns: Vec<String>,
        alias: String,
    },
    Join {
        left: Box<Table>,
        right: Box<Table>,
        kind: &'static str,
        on: Option<Expr>,
        using: Vec<String>,
    },
}

const MODIFIERS: &[&str] = &[
    "distinctrow",
    "distinct",
    "all",
    "straight_join",
    "high_priority",
    "sql_small_result",
    "sql_big_result",
    "sql_buffer_result",
    "sql_no_cache",
    "sql_cache",
    "sql_calc_found_rows",
];
/// Words that cannot be an alias without AS.
const CLAUSES: &[&str] = &[
    "from",
    "where",
    "group",
    "having",
    "order",
    "limit",
    "union",
    "except",
    "intersect",
    "on",
    "using",
    "join",
    "inner",
    "cross",
    "left",
    "right",
    "natural",
    "straight_join",
    "window",
    "for",
    "lock",
    "into",
    "procedure",
    "offset",
    "fetch",
    "with",
    "as",
    "use",
    "force",
    "ignore",
    "partition",
    "set",
    "end",
    "then",
    "when",
    "else",
    "minus",
];

/// Whether the tokens after `skip` parentheses start a query.
pub fn starts(cursor: &Cursor, skip: usize) -> bool {
    let mut at = skip;
    while cursor.ahead(at).is_some_and(|token| token.is("(")) {
        at += 1;
    }
    cursor.ahead(at).is_some_and(|token| token.is("select") || (token.is("with") && at <= skip + 1) || (token.is("values") && at == skip))
}

/// Reads a query.
pub fn query(cursor: &mut Cursor) -> Read<Query> {
    cursor.nested(whole)
}

fn whole(cursor: &mut Cursor) -> Read<Query> {
    let mut with = Vec::new();
    let mut recursive = false;
    if cursor.eat(&["with"]) {
        recursive = cursor.eat(&["recursive"]);
        loop {
            with.push(common(cursor)?);
            if !cursor.eat(&[","]) {
                break;
            }
        }
    }
    let mut whole = sets::operands(cursor)?;
    tail(cursor, &mut whole)?;
    whole.with = with;
    whole.recursive = recursive;
    Ok(whole)
}

/// A query of which only the body is said.
pub fn plain(body: Body) -> Query {
    Query { with: Vec::new(), recursive: false, body, order: Vec::new(), limit: Vec::new() }
}

fn common(cursor: &mut Cursor) -> Read<(String, Vec<String>, Query)> {
    let name = cursor.name()?;
    let columns = if cursor.sees(&["("]) { cursor.list(Cursor::name)? } else { Vec::new() };
    cursor.expect(&["as"])?;
    cursor.expect(&["("])?;
    let inner = query(cursor)?;
    cursor.expect(&[")"])?;
    Ok((name, columns, inner))
}

/// One side of a UNION. What comes behind the last belongs to the whole.
pub fn term(cursor: &mut Cursor, operand: bool) -> Read<Query> {
    if cursor.eat(&["("]) {
        let inner = query(cursor)?;
        cursor.expect(&[")"])?;
        return Ok(inner);
    }
    if cursor.eat(&["values"]) {
        let mut rows = Vec::new();
        loop {
            cursor.eat(&["row"]);
            rows.push(expression(cursor)?);
            if !cursor.eat(&[","]) {
                break;
            }
        }
        return Ok(plain(Body::Values(rows)));
    }
    // `TABLE t` is `SELECT * FROM t` (MySQL Reference Manual, TABLE Statement).
    let selected = if cursor.eat(&["table"]) {
        let star = Item { value: Expr::atom("*"), alias: "*".to_string() };
        Select { items: vec![star], from: Some(from::tables(cursor)?), ..Select::default() }
    } else {
        select(cursor)?
    };
    let mut whole = plain(Body::Select(Box::new(selected)));
    if !operand && !cursor.sees(&["union"]) && !cursor.sees(&["except"]) && !cursor.sees(&["intersect"]) {
        tail(cursor, &mut whole)?;
    }
    Ok(whole)
}

/// `ORDER BY … LIMIT …`.
fn tail(cursor: &mut Cursor, whole: &mut Query) -> Read<()> {
    if cursor.sees(&["order", "by"])
        && let Expr::Node(_, kids) = order_by(cursor)?
    {
        whole.order = kids;
    }
    if cursor.eat(&["limit"]) {
        whole.limit = limit::limit(cursor)?;
    }
    if cursor.sees(&["offset"]) || cursor.sees(&["fetch"]) {
        whole.limit = limit::fetch(cursor)?;
    }
    if let Body::Select(select) = &mut whole.body {
        let start = cursor.offset();
        while cursor.eat_any(&["for", "update", "lock", "in", "share", "mode", "nowait", "skip", "locked"]).is_some() {}
        if cursor.last_end() > start {
            select.lock = cursor.since(start).to_ascii_lowercase();
        }
    }
    Ok(())
}

/// `ORDER BY a, b DESC`, as one node.
pub fn order_by(cursor: &mut Cursor) -> Read<Expr> {
    cursor.expect(&["order", "by"])?;
    let mut kids = Vec::new();
    loop {
        let value = expression(cursor)?;
        let descending = cursor.eat(&["desc"]);
        if !descending {
            cursor.eat(&["asc"]);
        }
        kids.push(if descending { Expr::node("desc", vec![value]) } else { value });
        if !cursor.eat(&[","]) {
            break;
        }
    }
    Ok(Expr::node("order by", kids))
}

/// What stands behind OVER or in WINDOW: a name, or a specification.
pub fn window(cursor: &mut Cursor) -> Read<Expr> {
    if !cursor.eat(&["("]) {
        return Ok(Expr::atom(cursor.name()?));
    }
    let mut kids = Vec::new();
    if !cursor.sees(&["partition"])
        && !cursor.sees(&["order"])
        && !cursor.sees(&["rows"])
        && !cursor.sees(&["range"])
        && !cursor.sees(&[")"])
    {
        kids.push(Expr::atom(cursor.name()?));
    }
    if cursor.eat(&["partition", "by"]) {
        let mut by = vec![expression(cursor)?];
        while cursor.eat(&[","]) {
            by.push(expression(cursor)?);
        }
        kids.push(Expr::node("partition by", by));
    }
    if cursor.sees(&["order", "by"]) {
        kids.push(order_by(cursor)?);
    }
    let mut frame: Vec<String> = Vec::new();
    while let Some(token) = cursor.peek().filter(|token| !token.is(")")) {
        frame.push(token.raw.to_ascii_lowercase());
        cursor.take();
    }
    if let Some((unit, from)) = frame.split_first() {
        // A frame without an end goes to the current row.
        let between = if from.first().is_some_and(|word| word == "between") {
            from.join(" ")
        } else {
            format!("between {} and current row", from.join(" "))
        };
        kids.push(Expr::atom(format!("{unit} {between}")));
    }
    cursor.expect(&[")"])?;
    Ok(Expr::node("window", kids))
}

fn select(cursor: &mut Cursor) -> Read<Select> {
    cursor.expect(&["select"])?;
    let mut select = Select::default();
    while let Some(modifier) = cursor.eat_any(MODIFIERS) {
        match modifier {
            "all" => {}
            "distinctrow" => select.modifiers.push("distinct".to_string()),
            other => select.modifiers.push(other.to_string()),
        }
    }
    loop {
        select.items.push(item(cursor)?);
        if !cursor.eat(&[","]) {
            break;
        }
    }
    if cursor.eat(&["from"]) && !cursor.eat(&["dual"]) {
        select.from = Some(from::tables(cursor)?);
    }
    if cursor.eat(&["where"]) {
        select.filter = Some(expression(cursor)?);
    }
    if cursor.eat(&["group", "by"]) {
        grouping(cursor, &mut select)?;
    }
    if cursor.eat(&["having"]) {
        select.having = Some(expression(cursor)?);
    }
    if cursor.eat(&["window"]) {
        loop {
            let name = cursor.name()?;
            cursor.expect(&["as"])?;
            select.windows.push((name, window(cursor)?));
            if !cursor.eat(&[","]) {
                break;
            }
        }
    }
    Ok(select)
}

fn grouping(cursor: &mut Cursor, select: &mut Select) -> Read<()> {
    loop {
        let value = expression(cursor)?;
        let descending = cursor.eat(&["desc"]);
        if !descending {
            cursor.eat(&["asc"]);
        }
        select.group.push(if descending { Expr::node("desc", vec![value]) } else { value });
        if !cursor.eat(&[","]) {
            break;
        }
    }
    select.rollup = cursor.eat(&["with", "rollup"]);
    Ok(())
}

fn item(cursor: &mut Cursor) -> Read<Item> {
    let start = cursor.offset();
    let value = expression(cursor)?;
    let text = cursor.since(start).to_string();
    let alias = match alias(cursor)? {
        Some(alias) => alias,
        None => match &value {
            Expr::Name(parts) => parts.last().cloned().unwrap_or_default(),
            Expr::Text(content) => content.clone(),
            _ => text,
        },
    };
    Ok(Item { value, alias })
}

/// `AS name`, `name`, `'name'`.
pub fn alias(cursor: &mut Cursor) -> Read<Option<String>> {
    let stated = cursor.eat(&["as"]);
    let Some(token) = cursor.peek() else { return Ok(None) };
    let clause = token.kind == TokenKind::Word && CLAUSES.iter().any(|word| token.is(word));
    match token.kind {
        TokenKind::Text => cursor.string().map(Some),
        TokenKind::Word if stated || !clause => cursor.name().map(Some),
        TokenKind::Quoted => cursor.name().map(Some),
        _ if stated => Err(cursor.unexpected("an alias")),
        _ => Ok(None),
    }
}
