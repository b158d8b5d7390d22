//! Partitions: how a table is cut, and the pieces, which are parts of the table until the canonical form makes them a list.

use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Attr, Guard, Key, Kind, Object, Op, Value};
use crate::sources::sql::cursor::{Cursor, Read};

/// `PARTITION BY … [(PARTITION …, …)]` behind a table's options. Sets the facts of `table`, returns the pieces.
pub fn clause(cursor: &mut Cursor<'_>, table: &mut Object) -> Read<Vec<Object>> {
    if !cursor.accept(&["PARTITION", "BY"]) {
        return Ok(Vec::new());
    }
    let mark = cursor.mark();
    while !cursor.at_end() && (!cursor.is(0, "(") || !cursor.is(1, "PARTITION")) {
        cursor.skip_group();
    }
    table.set(Attr::PartitionBy, Some(Value::sql(without_comments(cursor, mark))));
    if cursor.at_end() {
        return Ok(Vec::new());
    }
    list(cursor, table.key)
}

/// The text from `mark` to the place. A dump writes parts of it in comments for servers of some versions:
/// `KEY */ /*!50611 ALGORITHM = 1 */ /*!50100 (id)`.
fn without_comments(cursor: &Cursor<'_>, mark: usize) -> String {
    let text = cursor.text_from(mark);
    if !text.contains("*/") {
        return text.to_string();
    }
    let (mut part, mut words) = (cursor.part(mark), Vec::new());
    while !part.at_end() {
        let start = part.mark();
        part.skip();
        words.push(part.text_from(start));
    }
    words.join(" ")
}

/// `(PARTITION a …, PARTITION b …)`.
pub fn list(cursor: &mut Cursor<'_>, table: Key) -> Read<Vec<Object>> {
    let mut pieces = cursor.list(|cursor| piece(cursor, table))?;
    let mut before: Option<Name> = None;
    for piece in &mut pieces {
        // Each stands behind the one before it, also where a table has pieces already.
        piece.set(Attr::Position, before.map(|name| Value::text(format!("after {name}"))));
        before = Some(piece.key.name);
    }
    Ok(pieces)
}

fn piece(cursor: &mut Cursor<'_>, table: Key) -> Read<Object> {
    cursor.expect(&["PARTITION"])?;
    let name = cursor.ident()?;
    let mark = cursor.mark();
    while !cursor.at_end() && !cursor.is(0, ",") && !cursor.is(0, ")") {
        cursor.skip_group();
    }
    let text: Arc<str> = Arc::from(cursor.text_from(mark));
    Ok(Object::new(table.child(Kind::Partition, name)).with(Attr::Definition, Value::sql(text)))
}

/// What follows `ADD PARTITION`.
pub fn added(cursor: &mut Cursor<'_>, table: Key) -> Read<Vec<Op>> {
    let guard = if cursor.accept(&["IF", "NOT", "EXISTS"]) { Guard::Lenient } else { Guard::Strict };
    cursor.accept_row(&[("NO_WRITE_TO_BINLOG", ()), ("LOCAL", ())]);
    if cursor.accept(&["PARTITIONS"]) {
        return Ok(vec![more_or_fewer(cursor, table, '+')?]);
    }
    let mut pieces = list(cursor, table)?;
    pieces.iter_mut().for_each(|piece| piece.set(Attr::Position, None));
    Ok(pieces.into_iter().map(|object| Op::Create { object, guard }).collect())
}

/// The clauses of ALTER TABLE that cut the whole table in another way; `None` where none comes next.
pub fn altered(cursor: &mut Cursor<'_>, table: Key) -> Read<Option<Vec<Op>>> {
    if cursor.accept(&["REMOVE", "PARTITIONING"]) {
        return Ok(Some(vec![Op::set(table, Attr::PartitionBy, None)]));
    }
    if cursor.accept(&["REORGANIZE", "PARTITION"]) {
        return reorganised(cursor, table).map(Some);
    }
    if cursor.accept(&["COALESCE", "PARTITION"]) {
        cursor.accept_row(&[("NO_WRITE_TO_BINLOG", ()), ("LOCAL", ())]);
        return Ok(Some(vec![more_or_fewer(cursor, table, '-')?]));
    }
    if !cursor.is(0, "PARTITION") || !cursor.is(1, "BY") {
        return Ok(None);
    }
    let mut facts = Object::new(table);
    let pieces = clause(cursor, &mut facts)?;
    // The old pieces go with the old key: the canonical form keeps the last run of pieces only.
    let key = facts.get(Attr::PartitionBy).cloned();
    let anew = [None, key].map(|value| Op::set(table, Attr::PartitionBy, value));
    Ok(Some(anew.into_iter().chain(pieces.into_iter().map(|object| Op::Create { object, guard: Guard::Replace })).collect()))
}

/// `a, b INTO (…)`.
fn reorganised(cursor: &mut Cursor<'_>, table: Key) -> Read<Vec<Op>> {
    let old = cursor.commas(|cursor| cursor.ident())?;
    cursor.expect(&["INTO"])?;
    let mut pieces = list(cursor, table)?;
    let new: Vec<Name> = pieces.iter().map(|piece| piece.key.name).collect();
    if let (Some(first), Some(place)) = (pieces.first_mut(), old.first()) {
        first.set(Attr::Position, Some(Value::text(format!("before {place}"))));
    }
    let gone = old.into_iter().filter(|name| !new.contains(name)).map(|name| Op::drop(table.child(Kind::Partition, name)));
    Ok(pieces.into_iter().map(|object| Op::Create { object, guard: Guard::Replace }).chain(gone).collect())
}

/// `ADD PARTITION PARTITIONS n`, `COALESCE PARTITION n`: so many more or fewer, which the canonical form counts.
fn more_or_fewer(cursor: &mut Cursor<'_>, table: Key, sign: char) -> Read<Op> {
    let count = cursor.literal()?;
    Ok(Op::create(Object::new(table.child(Kind::Partition, Name::NONE)).with(Attr::Increment, Value::text(format!("{sign}{count}")))))
}
