//! Pieces of a table, and keys over it, that do not fit the way it is cut (MySQL, RANGE Partitioning; Partitioning Keys, Primary Keys, and
//! Unique Keys).

use super::canonical::named;
use super::family::Family;
use super::types::{self, Class};
use crate::base::Name;
use crate::ir::{Attr, Guard, Key, Kind, Object, Op, Schema, Written};

/// Why the server refuses an operation on a table that is cut into pieces.
pub fn misfit(op: &Op, ops: &[Op], state: &Schema<Written>, family: &Family) -> Option<String> {
    let goes = |op: &&Op| matches!(op, Op::Drop { key, .. } if key.kind == Kind::Partition);
    match op {
        Op::Create { object, guard: Guard::Strict } if object.key.kind == Kind::Partition && !ops.iter().any(|op| goes(&op)) => {
            behind(object, state)
        }
        Op::Create { object, guard: Guard::Strict } if object.key.kind == Kind::PrimaryKey || object.has(Attr::Unique) => {
            apart(object, state, family)
        }
        Op::Drop { key, .. } if key.kind == Kind::Partition && ops.iter().find(goes).is_some_and(|first| first.key() == *key) => {
            let table = state.resolve(key.relation()?)?;
            let (there, gone) = (state.parts(table, Kind::Partition).count(), ops.iter().filter(goes).count());
            let none_comes = !ops.iter().any(|op| matches!(op, Op::Create { .. }));
            (there > 0 && gone >= there && none_comes).then(|| format!("{table} would have no piece left: drop the table"))
        }
        _ => None,
    }
}

/// A piece of ranges comes behind all that are there.
fn behind(piece: &Object, state: &Schema<Written>) -> Option<String> {
    let table = state.resolve(piece.key.relation()?)?;
    let new = bound(piece)?;
    let last = state.parts(table, Kind::Partition).filter_map(|other| Some((other.key.name, bound(other)?))).max_by_key(|other| other.1)?;
    (new <= last.1).then(|| format!("{} ends before the piece {} does: a piece that is added comes behind all others", piece.key, last.0))
}

/// Where a piece of ranges ends, as a number; MAXVALUE is behind each. None where that is no constant.
fn bound(piece: &Object) -> Option<i128> {
    let text = piece.text(Attr::Definition)?.to_ascii_lowercase();
    let rest = text.split_once("less than")?.1.trim_start();
    let inner = rest.strip_prefix('(').and_then(|rest| rest.split(')').next()).unwrap_or(rest).trim();
    if inner.starts_with("maxvalue") { Some(i128::MAX) } else { inner.parse().ok() }
}

/// Each column by which the table is cut is in each of its unique keys.
fn apart(key: &Object, state: &Schema<Written>, family: &Family) -> Option<String> {
    let table = state.resolve(key.key.relation()?)?;
    let by = state.get(table)?.text(Attr::PartitionBy)?;
    let columns: Vec<Name> = key.key_columns();
    let cut = state.columns(table).into_iter().map(|column| column.key.name);
    let said = named(by, family);
    let is_said = |column: &Name| said.iter().any(|word| word.eq_ignore_ascii_case(column.as_str()));
    let missing = cut.filter(is_said).find(|column| !columns.iter().any(|own| own.as_str().eq_ignore_ascii_case(column.as_str())))?;
    Some(format!("{} has no column {missing}, by which {table} is cut: each unique key has it", key.key))
}

/// Words are found in texts alone (MySQL, Full-Text Restrictions).
pub fn wordless(index: &Object, kind: impl Fn(Key) -> Option<String>) -> Option<String> {
    index.text(Attr::Method).filter(|method| *method == "fulltext")?;
    let table = index.key.relation()?;
    let columns = index.key_columns().into_iter().map(|name| table.child(Kind::Column, name));
    let is_text = |kind: &String| matches!(types::class(kind), Class::Text | Class::Character | Class::Other);
    let (column, kind) = columns.filter_map(|column| Some((column, kind(column)?))).find(|(_, kind)| !is_text(kind))?;
    Some(format!("{column} is {kind}, and words are indexed in texts alone"))
}
