//! Statements without an effect on the schema that still make others wait: rows, maintenance, LOCK.

use crate::ir::{Attr, Hazard, Key, Kind, LockLevel, Work};

use super::Weigher;
use super::levels::{self, ACCESS_EXCLUSIVE, EXCLUSIVE, SHARE, SHARE_ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE};
use crate::dialects::postgres::lexer::{Token, tokens};

/// A statement by its first words: the lock on the relations that it names, the work, the hazards.
struct Row {
    words: &'static [&'static str],
    level: Option<&'static LockLevel>,
    work: Work,
    hazards: &'static [Hazard],
}

const fn row(words: &'static [&'static str], level: Option<&'static LockLevel>, work: Work, hazards: &'static [Hazard]) -> Row {
    Row { words, level, work, hazards }
}

const ROWS: &[Row] = &[
    row(&["truncate"], Some(&ACCESS_EXCLUSIVE), Work::Rewrite, &[Hazard::Drop]),
    row(&["cluster"], Some(&ACCESS_EXCLUSIVE), Work::Rewrite, &[]),
    row(&["vacuum", "full"], Some(&ACCESS_EXCLUSIVE), Work::Rewrite, &[Hazard::NotTransactional]),
    row(&["vacuum"], None, Work::Catalog, &[Hazard::NotTransactional]),
    row(&["refresh", "materialized", "view", "concurrently"], Some(&EXCLUSIVE), Work::Scan, &[]),
    row(&["refresh", "materialized", "view"], Some(&ACCESS_EXCLUSIVE), Work::Rewrite, &[]),
    row(&["reindex", "table", "concurrently"], Some(&SHARE_UPDATE_EXCLUSIVE), Work::Index, &[Hazard::NotTransactional]),
    row(&["reindex", "index", "concurrently"], None, Work::Catalog, &[Hazard::NotTransactional]),
    row(&["reindex", "table"], Some(&SHARE), Work::Index, &[]),
    row(&["analyze"], Some(&SHARE_UPDATE_EXCLUSIVE), Work::Catalog, &[]),
    row(&["update"], None, Work::Catalog, &[Hazard::Backfill]),
    row(&["delete"], None, Work::Catalog, &[Hazard::Backfill, Hazard::Drop]),
    row(&["merge"], None, Work::Catalog, &[Hazard::Backfill]),
];

pub fn weigh(weigher: &mut Weigher) {
    if weigher.begins(&["do"]) {
        return locked_inside(weigher);
    }
    if weigher.begins(&["reindex", "index"]) && !weigher.says("concurrently") {
        return reindex(weigher);
    }
    let names = named(weigher, weigher.deed.sql);
    let has_rows = !names.is_empty();
    if weigher.begins(&["lock"]) {
        let level = levels::named(weigher.deed.sql).unwrap_or(&ACCESS_EXCLUSIVE);
        return names.into_iter().for_each(|relation| weigher.lock(relation, level));
    }
    if weigher.begins(&["insert"]) && weigher.says("select") && has_rows {
        return weigher.endanger(Hazard::Backfill);
    }
    let Some(row) = ROWS.iter().find(|row| weigher.begins(row.words)) else { return };
    if let Some(level) = row.level {
        names.into_iter().for_each(|relation| weigher.lock(relation, level));
        weigher.work(row.work);
    }
    let always = [Hazard::NotTransactional];
    row.hazards.iter().filter(|hazard| has_rows || always.contains(hazard)).for_each(|hazard| weigher.endanger(*hazard));
}

/// An ALTER whose effect the representation does not hold locks its relation all the same (manual, ALTER TABLE).
pub fn weigh_untold(weigher: &mut Weigher) {
    const ALTERS: &[&[&str]] = &[&["alter", "table"], &["alter", "view"], &["alter", "materialized", "view"]];
    if !ALTERS.iter().any(|words| weigher.begins(words)) {
        return;
    }
    let all_triggers = weigher.says("trigger") && (weigher.says("all") || weigher.says("user"));
    let level = if all_triggers { &SHARE_ROW_EXCLUSIVE } else { &ACCESS_EXCLUSIVE };
    let first = named(weigher, weigher.deed.sql).into_iter().next();
    first.into_iter().for_each(|relation| weigher.lock(relation, level));
}

/// `REINDEX INDEX` locks the table of the index as `CREATE INDEX` does (manual, REINDEX).
fn reindex(weigher: &mut Weigher) {
    let before = weigher.deed.before;
    let named = before.of_kind(Kind::Index).filter(|index| weigher.says(index.key.name.as_str())).map(|index| index.key);
    let tables: Vec<Key> = named.filter_map(|index| weigher.owner(index)).collect();
    for table in tables {
        weigher.lock(table, &SHARE);
        weigher.work(Work::Index);
    }
}

/// The relations that were there before the script and that the statement names, in front of WHERE, SET and the like.
fn named(weigher: &Weigher, sql: &str) -> Vec<Key> {
    let tokens = tokens(sql).unwrap_or_default();
    let ends = |token: &Token<'_>| matches!(token, Token::Word(word) if ["set", "where", "using", "in", "select", "values"].contains(&word.as_ref()));
    let head: Vec<&Token<'_>> = tokens.iter().take_while(|token| !ends(token)).collect();
    let mut found = Vec::new();
    for (at, token) in head.iter().enumerate() {
        let (Token::Word(name) | Token::Quoted(name)) = token else { continue };
        let namespace = match at.checked_sub(2).map(|before| (head[before], head[before + 1])) {
            Some((Token::Word(namespace) | Token::Quoted(namespace), Token::Symbol("."))) => namespace.as_ref(),
            _ => "public",
        };
        let key = Key::new(Kind::Table, namespace.into(), name.as_ref().into());
        found.extend(weigher.old(key).filter(|key| !found.contains(key)));
    }
    found
}

/// Locks the relations that a statement names.
pub fn lock_named(weigher: &mut Weigher, level: &'static LockLevel) {
    named(weigher, weigher.deed.sql).into_iter().for_each(|relation| weigher.lock(relation, level));
}

/// The relations that a block locks by statements of its own.
fn locked_inside(weigher: &mut Weigher) {
    let sql = weigher.deed.sql;
    for (at, lock) in sql.to_ascii_uppercase().match_indices("LOCK TABLE ") {
        let rest = &sql[at + lock.len()..];
        let statement = rest.split_once(';').map_or(rest, |(statement, _)| statement);
        let level = levels::named(statement).unwrap_or(&ACCESS_EXCLUSIVE);
        named(weigher, statement).into_iter().for_each(|relation| weigher.lock(relation, level));
    }
}

/// Locks the table that a statistics object describes.
pub fn lock_described(weigher: &mut Weigher, statistics: Key) {
    let text = weigher.deed.before.get(statistics).and_then(|object| object.text(Attr::Definition)).unwrap_or("");
    let after = text.rfind(" FROM ").and_then(|at| text.get(at + 6..)).unwrap_or("").trim();
    let (namespace, name) = after.split_once('.').unwrap_or(("public", after));
    weigher.lock(Key::new(Kind::Table, namespace.into(), name.trim_matches('"').into()), &SHARE_UPDATE_EXCLUSIVE);
}
