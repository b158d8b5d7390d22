//! Partitions: how a table is cut, and the pieces, which are parts of the table until the canonical form makes them a list.

use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Attr, Key, Kind, Object, Value};
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
    table.set(Attr::PartitionBy, Some(Value::sql(cursor.text_from(mark))));
    if cursor.at_end() {
        return Ok(Vec::new());
    }
    list(cursor, table.key)
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
