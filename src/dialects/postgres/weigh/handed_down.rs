//! Which of a relation's children a statement locks with it: checks and NOT NULL are handed down to them, unless it or the constraint says
//! otherwise (manual, ALTER TABLE, `ONLY` and `NO INHERIT`). Which children are locked is as measured on 15 and 18.

use crate::ir::{Attr, Hazard, Key, Kind, LockLevel, Object, Work};

use super::Weigher;
use super::levels::ACCESS_EXCLUSIVE;
use crate::dialects::postgres::names;

/// How far down a statement goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Own,
    Children,
    All,
}

/// Locks a relation and those of its heirs that the statement goes to.
pub fn lock(weigher: &mut Weigher, table: Key, reach: Reach, level: &'static LockLevel) {
    let reached = match reach {
        Reach::Own => vec![table],
        Reach::Children => std::iter::once(table).chain(weigher.deed.before.heirs(table).map(|(heir, _)| heir.key)).collect(),
        Reach::All => weigher.with_heirs(table),
    };
    reached.into_iter().for_each(|key| weigher.lock(key, level));
}

/// Whether the statement says `ALTER TABLE ONLY`.
fn is_only(weigher: &Weigher) -> bool {
    says_only(&weigher.words)
}

/// Whether the words of a statement begin with `ALTER TABLE ONLY`.
pub fn says_only(words: &[String]) -> bool {
    let begins: [&[&str]; 2] = [&["alter", "table", "only"], &["alter", "table", "if", "exists", "only"]];
    begins.iter().any(|begin| words.len() >= begin.len() && begin.iter().zip(words).all(|(word, said)| word == said))
}

fn unless_only(weigher: &Weigher, otherwise: Reach) -> Reach {
    if is_only(weigher) { Reach::Own } else { otherwise }
}

/// A new check: before version 18 the children of one that is not handed down stay free.
pub fn new_check(weigher: &Weigher, check: &Object) -> Reach {
    let own = check.has(Attr::NoInherit) && !weigher.deed.version.since(18, 0, 0);
    unless_only(weigher, if own { Reach::Own } else { Reach::All })
}

/// A new NOT NULL.
pub fn new_not_null(weigher: &Weigher) -> Reach {
    unless_only(weigher, Reach::All)
}

/// A constraint that goes: children keep it under ONLY, as their own, so that they are locked too.
fn gone(weigher: &Weigher, constraint: &Object) -> Reach {
    match () {
        () if constraint.has(Attr::NoInherit) => Reach::Own,
        () if is_only(weigher) => Reach::Children,
        () => Reach::All,
    }
}

/// DROP CONSTRAINT of a check.
pub fn drop_check(weigher: &mut Weigher, check: Key) {
    let reach = weigher.deed.before.get(check).map_or(Reach::All, |check| gone(weigher, check));
    let table = weigher.owner(check);
    table.into_iter().for_each(|table| lock(weigher, table, reach, &ACCESS_EXCLUSIVE));
}

/// NOT NULL goes from a column; it is a constraint from version 18 on.
pub fn drop_not_null(weigher: &mut Weigher, column: Key) {
    let known = weigher.deed.before.resolve(column).and_then(|column| weigher.deed.before.get(column));
    let reach = match known {
        Some(column) if weigher.deed.version.since(18, 0, 0) => gone(weigher, column),
        _ => unless_only(weigher, Reach::All),
    };
    let table = weigher.owner(column);
    table.into_iter().for_each(|table| lock(weigher, table, reach, &ACCESS_EXCLUSIVE));
}

/// The constraint, or the column whose NOT NULL bears the name.
fn bearer<'s>(weigher: &Weigher<'s>, named: Key) -> Option<&'s Object> {
    let before = weigher.deed.before;
    if let Some(known) = before.resolve(named) {
        return before.get(known);
    }
    let table = weigher.owner(named).filter(|_| named.kind.is_constraint())?;
    let name = |column: &Object| column.text(Attr::NotNullName).map_or_else(|| names::not_null(column.key), str::to_string);
    before.parts(table, Kind::Column).find(|column| column.has(Attr::NotNull) && name(column) == named.name.as_str())
}

/// The column whose NOT NULL bears the name of a constraint, where no constraint does.
pub fn not_null(weigher: &Weigher, named: Key) -> Option<Key> {
    bearer(weigher, named).map(|known| known.key).filter(|known| known.kind == Kind::Column && named.kind != Kind::Column)
}

/// VALIDATE CONSTRAINT and RENAME CONSTRAINT: the constraints of the children go with it.
pub fn along(weigher: &Weigher, named: Key) -> Reach {
    let own = bearer(weigher, named).is_some_and(|constraint| constraint.has(Attr::NoInherit));
    if own { Reach::Own } else { Reach::All }
}

/// ALTER CONSTRAINT … INHERIT gives each child the constraint, whose rows are read; NO INHERIT leaves it to the children.
pub fn change(weigher: &mut Weigher, constraint: Key, comes: bool) {
    let Some(table) = weigher.owner(constraint) else { return };
    lock(weigher, table, if comes { Reach::All } else { Reach::Children }, &ACCESS_EXCLUSIVE);
    if comes && weigher.deed.before.heirs(table).next().is_some() {
        weigher.work(Work::Scan);
        weigher.endanger(Hazard::MayFail);
    }
}
