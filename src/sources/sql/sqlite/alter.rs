//! ALTER TABLE and DROP (sqlite.org/lang_altertable.html).

use crate::base::Name;
use crate::dialects::sqlite::names::folded;
use crate::ir::{Attr, Guard, Key, Kind, Op, Value};

use super::create::{anywhere, qualified};
use super::cursor::{Cursor, Fault};
use super::table::{self, Parts};

/// What a statement does: nothing where it is about an attached database. The flag is for temporary objects.
pub struct Altered {
    pub ops: Vec<Op>,
    pub temporary: bool,
    /// The relation that is spoken of.
    pub name: Name,
}

/// Reads a statement whose first word is ALTER.
pub fn alter(cursor: &mut Cursor) -> Result<Altered, Fault> {
    cursor.expect("alter")?;
    cursor.expect("table")?;
    let name = qualified(cursor)?;
    let key = Key::new(Kind::Table, Name::NONE, folded(&name.written));
    let ops = if cursor.eat(&["rename", "to"]) {
        let written = cursor.name()?;
        renamed(key, &written)
    } else if cursor.eat(&["rename"]) {
        cursor.eat(&["column"]);
        let old = folded(&cursor.name()?);
        cursor.expect("to")?;
        let written = cursor.name()?;
        renamed(key.child(Kind::Column, old), &written)
    } else if cursor.eat(&["add"]) {
        added(cursor, key)?
    } else if cursor.eat(&["drop"]) {
        dropped(cursor, key)?
    } else if cursor.eat(&["alter"]) {
        not_null(cursor, key)?
    } else {
        return Err(cursor.fault("ALTER TABLE cannot do this in SQLite"));
    };
    cursor.done()?;
    Ok(Altered { ops, temporary: name.temporary, name: key.name })
}

/// The object under its new name, spelled as the statement spells it.
fn renamed(key: Key, written: &str) -> Vec<Op> {
    let to = folded(written);
    let spelling = (to.as_str() != written).then(|| Value::text(written));
    let spelled = Op::set(Key { name: to, ..key }, Attr::Spelling, spelling);
    if key.name == to { vec![spelled] } else { vec![Op::Rename { key, to }, spelled] }
}

/// ADD COLUMN, and ADD CONSTRAINT … CHECK of newer versions.
fn added(cursor: &mut Cursor, key: Key) -> Result<Vec<Op>, Fault> {
    let mut parts = Parts::new(key);
    if !cursor.eat(&["column"]) && table::starts_constraint(cursor) {
        parts.table_constraint(cursor)?;
    } else {
        parts.column(cursor)?;
    }
    Ok(parts.objects.into_iter().map(|(object, _)| Op::create(object)).collect())
}

fn dropped(cursor: &mut Cursor, key: Key) -> Result<Vec<Op>, Fault> {
    if cursor.sees("constraint") {
        return Err(cursor.fault("a constraint cannot be dropped by its name here: SQLite lets two bear the same"));
    }
    cursor.eat(&["column"]);
    Ok(vec![Op::drop(key.child(Kind::Column, folded(&cursor.name()?)))])
}

/// ALTER COLUMN … SET NOT NULL, DROP NOT NULL of newer versions.
fn not_null(cursor: &mut Cursor, key: Key) -> Result<Vec<Op>, Fault> {
    cursor.eat(&["column"]);
    let column = key.child(Kind::Column, folded(&cursor.name()?));
    let holds = cursor.eat(&["set", "not", "null"]);
    if !holds && !cursor.eat(&["drop", "not", "null"]) {
        return Err(cursor.fault("ALTER COLUMN cannot do this in SQLite"));
    }
    Ok(vec![Op::set(column, Attr::NotNull, holds.then_some(Value::Flag))])
}

/// The words after DROP and the kind that they name.
const DROPS: &[(&str, Kind)] = &[("table", Kind::Table), ("index", Kind::Index), ("view", Kind::View), ("trigger", Kind::Trigger)];

/// Reads a statement whose first word is DROP.
pub fn drop_statement(cursor: &mut Cursor) -> Result<Altered, Fault> {
    cursor.expect("drop")?;
    let Some((word, kind)) = DROPS.iter().find(|(word, _)| cursor.sees(word)) else {
        return Err(cursor.fault("SQLite drops no such object"));
    };
    cursor.expect(word)?;
    let guard = if cursor.eat(&["if", "exists"]) { Guard::Lenient } else { Guard::Strict };
    // What is to go where it is there leaves the database that is compared alone, also where no other one is attached.
    let name = if guard == Guard::Lenient { anywhere(cursor)? } else { qualified(cursor)? };
    cursor.done()?;
    let key = Key::new(*kind, Name::NONE, folded(&name.written));
    let ops = if name.attached.is_some() { Vec::new() } else { vec![Op::Drop { key, guard, cascade: false }] };
    Ok(Altered { ops, temporary: name.temporary, name: key.name })
}
