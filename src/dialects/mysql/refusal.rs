//! What the server refuses while foreign keys stand: they hold the tables, the columns and the indexes at both of their ends
//! (MySQL Reference Manual, FOREIGN KEY Constraints).

use super::family::Family;
use super::route::serving;
use super::types::{self, Class};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Schema, Value};

/// Why the server refuses an operation while these dependents stand.
pub fn refuses(op: &Op, dependents: &[&Object], before: &Schema<Canonical>, family: &Family) -> Option<String> {
    let key = before.resolve(op.key())?;
    let mut foreign = dependents.iter().filter(|dependent| dependent.key.kind == Kind::ForeignKey);
    match op {
        Op::Drop { .. } => {
            let held = foreign.find(|held| key.kind == Kind::Column || key.kind == Kind::Table && held.key.relation() != Some(key))?;
            Some(format!("{} rests on {key}: drop that first", held.key))
        }
        Op::Set { attr: Attr::Type, value: Some(Value::Sql(wanted)), .. } => {
            let kind = types::canonical(&wanted.text, family);
            // More values of an ENUM or a SET change nothing in the rows.
            let changes = before.get(key)?.text(Attr::Type)? != kind && types::class(&kind) != Class::Listed;
            let held = foreign.find(|_| changes)?;
            Some(format!("{} rests on {key}: drop that before the type changes, and make it again after", held.key))
        }
        Op::Set { attr: Attr::NotNull, value: Some(_), .. } => {
            let empties = |held: &Object| [Attr::OnDelete, Attr::OnUpdate].iter().any(|action| held.text(*action) == Some("set null"));
            let own = |held: &Object| held.key.relation() == key.relation() && held.names(Attr::Columns).contains(&key.name);
            let held = foreign.find(|held| own(held) && empties(held))?;
            Some(format!("{} sets {key} to NULL", held.key))
        }
        _ => None,
    }
}

/// The foreign keys that stay and would find no index any more, for those that the operations of one statement drop.
pub fn unserved(ops: &[Op], before: &Schema<Canonical>) -> Vec<String> {
    let is_index = |kind: Kind| matches!(kind, Kind::Index | Kind::PrimaryKey);
    let dropped = |of: Key| ops.iter().any(|op| matches!(op, Op::Drop { .. }) && before.resolve(op.key()) == Some(of));
    let made = ops.iter().filter_map(|op| match op {
        Op::Create { object, .. } if is_index(object.key.kind) => Some(object),
        _ => None,
    });
    let made: Vec<&Object> = made.collect();
    let falls = |table: Key| {
        let with = ops.iter().any(|op| matches!(op, Op::Drop { key, .. } if before.resolve(*key) == Some(table)));
        with || made.iter().any(|object| object.key.relation() == Some(table))
    };
    let mut lines = Vec::new();
    for index in ops.iter().filter(|op| matches!(op, Op::Drop { key, .. } if is_index(key.kind))).filter_map(|op| before.resolve(op.key()))
    {
        // A statement that makes an index in the table too is not looked into.
        let Some(table) = index.relation().filter(|table| !falls(*table)) else { continue };
        let held = before.of_kind(Kind::ForeignKey).filter(|foreign| !dropped(foreign.key)).find(|foreign| {
            let own = (foreign.key.relation() == Some(table), foreign.names(Attr::Columns));
            let target = (foreign.key_of(Attr::References) == Some(table), foreign.names(Attr::ReferencedColumns));
            [own, target].into_iter().filter(|(concerned, _)| *concerned).any(|(_, columns)| {
                let mut serving = serving(before, table, columns).map(|key| key.key).peekable();
                serving.peek().is_some() && serving.all(dropped)
            })
        });
        lines.extend(held.map(|held| format!("{} needs {index}: drop that first, or make another index on its columns before", held.key)));
    }
    lines
}

/// Whether the statement switches the checks of foreign keys, and with them these refusals, off or on again.
pub fn switches_checks(sql: &str) -> Option<bool> {
    let words = sql.trim_start().get(..3).filter(|word| word.eq_ignore_ascii_case("set")).map(|_| sql.to_ascii_lowercase())?;
    let (_, value) = words.split_once("foreign_key_checks")?;
    let value = value.trim_start().trim_start_matches(":=").trim_start_matches('=').trim_start();
    Some(!(value.starts_with('0') || value.starts_with("off") || value.starts_with("false")))
}
