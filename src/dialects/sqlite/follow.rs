//! Views and triggers that follow a new name. The engine keeps them as texts and edits their words when a table or a column is renamed
//! (sqlite.org/lang_altertable.html, section 3), so the engine itself is asked: the one that is built in, on an empty database in
//! memory that has the relations by the names of their columns alone.

use rusqlite::{Connection, Result};

use super::names::quoted;
use crate::base::Name;
use crate::ir::{Attr, Canonical, Fragment, Key, Kind, Object, Pair, Schema, Value};

/// Why the engine refuses to give a column another name, on a schema that has the new one already: a view or a trigger that did not
/// follow could not be read any more.
pub fn refused(schema: &Schema<Canonical>, column: Pair<Key>) -> Option<String> {
    renamed(schema, column).err().filter(|fault| fault.to_string().contains(" after rename")).map(|fault| fault.to_string())
}

/// The views and the triggers, by what stands before the text that is kept of each.
fn texts<State>(schema: &Schema<State>) -> Vec<(&Object, Attr, String)> {
    let kinds = [(Kind::View, Attr::Query), (Kind::Trigger, Attr::Definition)].into_iter();
    let objects = kinds.flat_map(|(kind, attr)| schema.of_kind(kind).map(move |object| (object, attr)));
    objects.filter(|(object, attr)| object.has(*attr)).map(|(object, attr)| (object, attr, head(object))).collect()
}

/// What stands before the text that is kept of an object.
fn head(object: &Object) -> String {
    if object.key.kind != Kind::View {
        return String::new();
    }
    let columns: Vec<String> = object.names(Attr::ColumnNames).iter().map(|name| quoted(name.as_str())).collect();
    let columns = if columns.is_empty() { String::new() } else { format!(" ({})", columns.join(", ")) };
    format!("CREATE VIEW {}{columns} AS ", quoted(object.key.name.as_str()))
}

/// What the views and triggers say after a table or a column got another name.
///
/// # Errors
/// What the engine says where it refuses the change.
pub fn renamed<State>(schema: &Schema<State>, key: Pair<Key>) -> Result<Vec<(Key, Attr, Value)>> {
    let texts = texts(schema);
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let engine = Connection::open_in_memory()?;
    for table in [Kind::Table, Kind::VirtualTable].into_iter().flat_map(|kind| schema.of_kind(kind)) {
        let is_it = |name: Name| table.key.name == key.live.owner && name == key.desired.name;
        let before = |name: Name| if is_it(name) { key.live.name } else { name };
        let columns: Vec<String> = schema.columns(table.key).iter().map(|column| quoted(before(column.key.name).as_str())).collect();
        if !columns.is_empty() {
            engine.execute_batch(&format!("CREATE TABLE {} ({})", quoted(table.key.name.as_str()), columns.join(", ")))?;
        }
    }
    // A trigger on a view comes after the view; what a view reads is not asked for when it is made.
    for (object, attr, head) in &texts {
        // One statement and no other: the text is the user's.
        engine.prepare(&format!("{head}{}", object.text(*attr).unwrap_or("")))?.execute([])?;
    }
    let [from, to] = [key.live, key.desired].map(|key| quoted(key.name.as_str()));
    engine.execute_batch(&match key.live.kind {
        Kind::Column => format!("ALTER TABLE {} RENAME COLUMN {from} TO {to}", quoted(key.live.owner.as_str())),
        _ => format!("ALTER TABLE {from} RENAME TO {to}"),
    })?;
    let mut asked = engine.prepare("SELECT sql FROM sqlite_schema WHERE type = ?1 AND name = ?2")?;
    let mut followed = Vec::new();
    for (object, attr, head) in &texts {
        let kind = if object.key.kind == Kind::View { "view" } else { "trigger" };
        let text: String = asked.query_row([kind, object.key.name.as_str()], |row| row.get(0))?;
        followed.extend(text.strip_prefix(head.as_str()).map(|text| (object.key, *attr, Value::Sql(Fragment::new(text)))));
    }
    Ok(followed)
}
