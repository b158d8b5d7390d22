//! The names that an expression or a view's query reads, asked of what is there.

use super::expression::{self, Expr};
use super::query::{self, Body, Select, Table};
use super::resolve;
use crate::base::Name;
use crate::dialects::mysql::cursor::Cursor;
use crate::dialects::mysql::family::Family;
use crate::ir::{Attr, Key, Kind, Object, Schema, Written};

/// The columns that an expression of a table reads; none where it is not understood.
pub fn named(text: &str, family: &Family) -> Vec<String> {
    let mut cursor = Cursor::new(text, family);
    let mut names = Vec::new();
    if let Ok(read) = expression::expression(&mut cursor)
        && cursor.is_done()
    {
        of_value(&read, &mut names);
    }
    names.into_iter().filter_map(|path| path.last().cloned()).collect()
}

fn of_value(value: &Expr, names: &mut Vec<Vec<String>>) {
    match value {
        Expr::Name(path) => names.push(path.clone()),
        Expr::Node(_, kids) => kids.iter().for_each(|kid| of_value(kid, names)),
        Expr::Query(_) | Expr::Text(_) | Expr::Atom(_) => {}
    }
}

/// Relations, and columns of the one relation, that a view reads and that are not there.
pub fn missing(view: &Object, schema: &Schema<Written>, there: &dyn Fn(&str) -> bool, family: &Family) -> Vec<String> {
    let Some(text) = view.text(Attr::Query) else { return Vec::new() };
    let mut cursor = Cursor::new(text, family);
    let Some(read) = query::query(&mut cursor).ok().filter(|read| cursor.is_done() && read.with.is_empty()) else { return Vec::new() };
    // A common table expression further in has a name too, and a name with a database before it is of that one.
    let inner = text.to_lowercase().contains("with ");
    let absent = resolve::sources(&read).into_iter().find(|name| !inner && !name.contains('.') && !there(name));
    if let Some(name) = absent {
        return vec![format!("relation {name} is not there")];
    }
    let Body::Select(select) = &read.body else { return Vec::new() };
    let Some(Table::Named { name, .. }) = &select.from else { return Vec::new() };
    let table = Key::new(Kind::Table, Name::NONE, Name::new(name));
    let columns = schema.columns(table);
    let lacks = |column: &String| !columns.is_empty() && !columns.iter().any(|one| one.key.name.as_str().eq_ignore_ascii_case(column));
    read_by(select).into_iter().filter(lacks).map(|column| format!("{table} has no column {column}")).collect()
}

/// The columns that the list and the filter of a query name; what groups or sorts may name an alias.
fn read_by(select: &Select) -> Vec<String> {
    let mut names = Vec::new();
    select.items.iter().map(|item| &item.value).chain(&select.filter).for_each(|value| of_value(value, &mut names));
    names.into_iter().filter_map(|path| path.last().cloned()).filter(|name| name != "*").collect()
}
