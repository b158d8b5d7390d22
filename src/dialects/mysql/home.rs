//! The names of databases in queries: the own one is left out, another one is kept.

use std::collections::BTreeSet;

use super::family::Family;
use super::lex::{Token, TokenKind, tokens};

/// Words after which a table comes.
const BEFORE_TABLES: &[&str] = &["from", "join", "straight_join"];
/// Marks after which a table may come, or a column.
const BEFORE_EITHER: &[&str] = &[",", "("];

/// A query without the database's name before its tables and their columns. Where something else bears the name, what may belong to
/// that keeps it.
pub fn left_out(text: &str, home: &str, family: &Family) -> String {
    let tokens = tokens(text, family);
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.is(word));
    let names = |token: &Token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted) && token.content() == home;
    let ambiguous = tokens.iter().enumerate().any(|(at, token)| names(token) && !is(at + 1, "."));
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, token) in tokens.iter().enumerate().filter(|(at, token)| names(token) && is(at + 1, ".")) {
        let behind = |words: &[&str]| at.checked_sub(1).is_some_and(|before| words.iter().any(|word| is(before, word)));
        // Before a function it is kept: so does the server where somebody wrote it.
        if behind(&["."]) || is(at + 3, "(") || !(is(at + 3, ".") || behind(BEFORE_TABLES) || !ambiguous && behind(BEFORE_EITHER)) {
            continue;
        }
        out.push_str(&text[from..token.start]);
        from = tokens.get(at + 2).map_or(text.len(), |next| next.start);
    }
    out.push_str(&text[from..]);
    out
}

/// What parts a database's name from the one behind it in a name that is kept in one.
const JOINT: &str = "`.`";

/// The one database whose names have no case of their own (MySQL Reference Manual, INFORMATION_SCHEMA Tables).
const CASELESS: &str = "information_schema";

/// A name behind that of its database.
pub fn joined(database: &str, name: &str) -> String {
    let whole = format!("{database}{JOINT}{name}");
    if database.eq_ignore_ascii_case(CASELESS) { whole.to_ascii_lowercase() } else { whole }
}

/// Whether the name, which may be joined with its database, is this one.
pub fn means(whole: &str, name: &str) -> bool {
    let Some((database, last)) = whole.split_once(JOINT) else { return whole == name };
    last == name || database == CASELESS && last.eq_ignore_ascii_case(name)
}

/// The own database of a view that MariaDB printed: where a view reads from more than one database, that server puts the name before
/// the own tables too. Where several may be it, none is.
pub fn told(text: &str, sources: &[String], own: &dyn Fn(&str) -> bool) -> Option<String> {
    let parted: Option<Vec<(&str, &str)>> = sources.iter().map(|source| source.split_once(JOINT)).collect();
    let parted = parted.filter(|_| text.starts_with("select `") || text.starts_with("with "))?;
    let databases: BTreeSet<&str> = parted.iter().map(|(database, _)| *database).collect();
    let holds = |database: &&&str| parted.iter().all(|(of, table)| *of != **database || own(table));
    let mut homes = databases.iter().filter(holds);
    let home = homes.next().filter(|_| databases.len() > 1 && homes.next().is_none())?;
    Some((*home).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialects::mysql::family;

    #[test]
    fn the_own_database_is_left_out_of_queries() {
        const QUERIES: &[(&str, &str)] = &[
            ("select `shop`.`t`.`a` AS `a` from `shop`.`t`", "select `t`.`a` AS `a` from `t`"),
            ("SELECT shop.price(t.a) FROM t JOIN shop.u ON u.id = t.id", "SELECT shop.price(t.a) FROM t JOIN u ON u.id = t.id"),
            ("SELECT 1 FROM (shop.t, other.u)", "SELECT 1 FROM (t, other.u)"),
            ("SELECT shop.id, f.shop.x FROM other.shop, shop.t", "SELECT shop.id, f.shop.x FROM other.shop, shop.t"),
            ("SELECT shop.id FROM shop.t AS shop", "SELECT shop.id FROM t AS shop"),
        ];
        for (written, expected) in QUERIES {
            assert_eq!(left_out(written, "shop", &family::MYSQL), *expected);
        }
    }
}
