//! What a statement does to a SQLite file in use: there is one writer, and a statement that changes the schema is it (File Locking
//! And Concurrency).

use super::{lexer, trial};
use crate::base::{Name, Version};
use crate::dialects::{Deed, Weight};
use crate::ir::{Attr, Canonical, Hazard, Key, Kind, LockLevel, Object, Op, Schema, Stops, Work};

/// From the first change to the end of the transaction nobody else writes; readers wait while it is committed, unless in WAL mode.
static RESERVED: LockLevel = LockLevel { name: "RESERVED", rank: 1, stops: Stops::Writes };

/// Weighs a statement.
pub fn weigh(deed: &Deed) -> Weight {
    let mut weight = Weight::default();
    for op in deed.ops {
        let key = deed.before.resolve(op.key()).unwrap_or(op.key());
        let relation = key.relation().unwrap_or(key);
        // A table that was made anew is full of rows, and an index of it is built while writers wait.
        let spared = if work(op) == Work::Index { deed.vacant } else { deed.fresh };
        let known = deed.before.resolve(relation).filter(|known| known.kind.is_relation() && !spared.contains(known));
        let Some(relation) = known else { continue };
        weight.impact.lock(relation, &RESERVED);
        weight.impact.work(work(op));
        risks(op, deed, &mut weight);
    }
    if deed.ops.is_empty() {
        rows(deed, &mut weight);
    }
    weight
}

/// Statements that change rows and nothing else, or a table in a way that nobody knows. The first relation that is named is the one that they change.
fn rows(deed: &Deed, weight: &mut Weight) {
    let words: Vec<&str> = deed.sql.split(|c: char| c.is_whitespace() || "(\"`[];".contains(c)).filter(|word| !word.is_empty()).collect();
    let says = |word: &str| words.iter().any(|said| said.eq_ignore_ascii_case(word));
    let mut named = words.iter().filter_map(|word| deed.before.resolve(Key::new(Kind::Table, Name::NONE, Name::new(word))));
    let mut old = named.clone().filter(|known| known.kind.is_relation() && !deed.fresh.contains(known));
    if named.next().is_some_and(|first| deed.fresh.contains(&first)) {
        // Its rows come from a table that others use.
        if let Some(source) = old.next().filter(|_| says("INSERT") && says("SELECT")) {
            weight.impact.lock(source, &RESERVED);
            weight.impact.work(Work::Scan);
        }
        return;
    }
    let Some(table) = old.next() else { return };
    let hazards: &[Hazard] = match words.first().map(|word| word.to_ascii_uppercase()).as_deref() {
        Some("DELETE") => &[Hazard::Drop, Hazard::Backfill],
        Some("UPDATE") => &[Hazard::Backfill],
        Some("INSERT" | "REPLACE") if says("SELECT") => &[Hazard::Backfill],
        Some("ALTER") => &[],
        _ => return,
    };
    weight.impact.lock(table, &RESERVED);
    hazards.iter().for_each(|hazard| weight.endanger(*hazard));
}

fn work(op: &Op) -> Work {
    match op {
        Op::Create { object, .. } if object.key.kind == Kind::Index => Work::Index,
        Op::Create { object, .. } if looks_at_rows(object) => Work::Scan,
        Op::Set { attr: Attr::NotNull, value: Some(_), .. } => Work::Scan,
        // The rows are written without the column (ALTER TABLE DROP COLUMN).
        Op::Drop { key, .. } if key.kind == Kind::Column => Work::Rewrite,
        _ => Work::Catalog,
    }
}

/// A column with a check, or computed and never null, is tried on every row (ALTER TABLE ADD COLUMN).
fn looks_at_rows(object: &Object) -> bool {
    object.key.kind == Kind::Check || object.key.kind == Kind::Column && object.has(Attr::Generated) && object.has(Attr::NotNull)
}

fn risks(op: &Op, deed: &Deed, weight: &mut Weight) {
    let computed = |key: Key| deed.before.get(key).is_some_and(|column| column.has(Attr::Generated));
    match op {
        Op::Rename { key, .. } if matches!(key.kind, Kind::Table | Kind::View | Kind::Column) => weight.endanger(Hazard::Rename),
        Op::Create { object, .. } if object.key.kind == Kind::Index && object.has(Attr::Unique) => weight.endanger(Hazard::MayFail),
        Op::Create { object, .. } if object.key.kind == Kind::Index && trial::may_fail(object) => weight.endanger(Hazard::MayFail),
        Op::Create { object, .. } if looks_at_rows(object) => weight.endanger(Hazard::MayFail),
        Op::Set { attr: Attr::NotNull, value: Some(_), .. } => weight.endanger(Hazard::MayFail),
        // A table that goes after another was made gives its rows to that one.
        Op::Drop { key, .. } if key.kind == Kind::Table && deed.fresh.is_empty() => weight.endanger(Hazard::Drop),
        Op::Drop { key, .. } if key.kind == Kind::Column && !computed(*key) => weight.endanger(Hazard::Drop),
        _ => {}
    }
}

/// What ALTER TABLE does since 3.53 (release notes, 3.53.0): the words after the table's name, or after a column's.
const NEWER: &[&[&str]] =
    &[&["add", "constraint"], &["add", "check"], &["drop", "constraint"], &["set", "not", "null"], &["drop", "not", "null"]];

/// The version that the form of an ALTER TABLE came with, where it is newer than many servers.
pub fn came_with(sql: &str) -> Option<Version> {
    let tokens = lexer::tokens(sql);
    let says =
        |at: usize, words: &[&str]| words.iter().enumerate().all(|(step, word)| tokens.get(at + step).is_some_and(|token| token.is(word)));
    let name = if tokens.get(3).is_some_and(|token| token.is(".")) { 4 } else { 2 };
    let column = name + if says(name + 1, &["alter", "column"]) { 3 } else { 2 };
    let at = if says(name + 1, &["alter"]) { column + 1 } else { name + 1 };
    (says(0, &["alter", "table"]) && NEWER.iter().any(|words| says(at, words))).then_some(Version::new(3, 53, 0))
}

/// A column stays while anything speaks of it, and the key of a table stays (ALTER TABLE DROP COLUMN).
pub fn refuses(op: &Op, dependents: &[&Object], before: &Schema<Canonical>) -> Option<String> {
    let Op::Drop { key, .. } = op else { return None };
    let key = before.resolve(*key).filter(|key| key.kind == Kind::Column)?;
    let parts =
        [Kind::PrimaryKey, Kind::Unique, Kind::Index].into_iter().flat_map(|kind| before.parts(key.relation().unwrap_or(key), kind));
    let lists = |part: &&Object| {
        part.names(Attr::Columns).contains(&key.name) || part.parts(Attr::Parts).iter().any(|element| element.name() == Some(key.name))
    };
    let held = parts.filter(lists).map(|part| part.key).chain(dependents.iter().map(|dependent| dependent.key)).next()?;
    Some(format!("{held} rests on {key}: drop that first, or make the table anew"))
}
