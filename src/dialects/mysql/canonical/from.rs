//! Table references: what stands behind FROM (MySQL Reference Manual, JOIN Clause).

use super::expression::expression;
use super::json_table;
use super::query::{self, Table};
use crate::dialects::mysql::cursor::{Cursor, Read};
use crate::dialects::mysql::home;

/// The tables of FROM: a comma joins.
pub fn tables(cursor: &mut Cursor) -> Read<Table> {
    cursor.nested(listed)
}

fn listed(cursor: &mut Cursor) -> Read<Table> {
    let mut left = joined(cursor)?;
    while cursor.eat(&[","]) {
        let right = joined(cursor)?;
        left = Table::Join { left: Box::new(left), right: Box::new(right), kind: "join", on: None, using: Vec::new() };
        cursor.grow()?;
    }
    Ok(left)
}

fn joined(cursor: &mut Cursor) -> Read<Table> {
    let mut left = table(cursor)?;
    while let Some(kind) = join_kind(cursor) {
        let right = table(cursor)?;
        let on = if cursor.eat(&["on"]) { Some(expression(cursor)?) } else { None };
        let using = if cursor.eat(&["using"]) { cursor.list(Cursor::name)? } else { Vec::new() };
        left = Table::Join { left: Box::new(left), right: Box::new(right), kind, on, using };
        cursor.grow()?;
    }
    Ok(left)
}

fn join_kind(cursor: &mut Cursor) -> Option<&'static str> {
    const KINDS: &[(&[&str], &str)] = &[
        (&["join"], "join"),
        (&["inner", "join"], "join"),
        (&["cross", "join"], "join"),
        (&["straight_join"], "straight_join"),
        (&["left", "join"], "left join"),
        (&["left", "outer", "join"], "left join"),
        (&["right", "join"], "right join"),
        (&["right", "outer", "join"], "right join"),
        (&["natural", "join"], "natural join"),
        (&["natural", "inner", "join"], "natural join"),
        (&["natural", "left", "join"], "natural left join"),
        (&["natural", "left", "outer", "join"], "natural left join"),
        (&["natural", "right", "join"], "natural right join"),
        (&["natural", "right", "outer", "join"], "natural right join"),
    ];
    KINDS.iter().find(|(words, _)| cursor.eat(words)).map(|(_, kind)| *kind)
}

fn table(cursor: &mut Cursor) -> Read<Table> {
    if cursor.sees(&["("]) && !query::starts(cursor, 1) {
        cursor.take();
        let inner = tables(cursor)?;
        cursor.expect(&[")"])?;
        return Ok(inner);
    }
    cursor.eat(&["lateral"]);
    if cursor.sees(&["("]) {
        return derived(cursor);
    }
    if cursor.sees(&["json_table", "("]) {
        return json_table::table(cursor);
    }
    let name = cursor.object_name()?;
    let mut hints = hints(cursor)?;
    // An alias that repeats the table's name says nothing: the server leaves it out.
    let alias = query::alias(cursor)?.filter(|alias| !home::means(&name, alias)).unwrap_or_else(|| name.clone());
    hints.push_str(&self::hints(cursor)?);
    Ok(Table::Named { name, alias, hints })
}

/// A query in parentheses with an alias; where no alias comes, the parentheses held a table after all.
fn derived(cursor: &mut Cursor) -> Read<Table> {
    let mark = cursor.mark();
    cursor.expect(&["("])?;
    let parsed = query::query(cursor).and_then(|query| cursor.expect(&[")"]).map(|()| query));
    match parsed {
        Ok(query) => {
            let alias = query::alias(cursor)?.unwrap_or_default();
            let columns = if cursor.sees(&["("]) { cursor.list(Cursor::name)? } else { Vec::new() };
            Ok(Table::Derived { query: Box::new(query), alias, columns })
        }
        Err(_) => {
            cursor.rewind(mark);
            cursor.expect(&["("])?;
            let inner = tables(cursor)?;
            cursor.expect(&[")"])?;
            Ok(inner)
        }
    }
}

/// Index hints, `PARTITION (…)`, `FOR SYSTEM_TIME …`, as text.
fn hints(cursor: &mut Cursor) -> Read<String> {
    let start = cursor.offset();
    let mut found = false;
    loop {
        if ["use", "force", "ignore"].iter().any(|word| cursor.sees(&[word, "index"]) || cursor.sees(&[word, "key"])) {
            while !cursor.sees(&["("]) && cursor.take().is_some() {}
            cursor.parenthesised()?;
        } else if cursor.sees(&["partition", "("]) {
            cursor.take();
            cursor.parenthesised()?;
        } else if cursor.eat(&["for", "system_time"]) {
            if !cursor.eat(&["all"]) {
                cursor.take();
                cursor.eat(&["of"]);
                expression(cursor)?;
            }
        } else {
            break;
        }
        found = true;
    }
    Ok(if found { cursor.since(start).to_ascii_lowercase() } else { String::new() })
}
