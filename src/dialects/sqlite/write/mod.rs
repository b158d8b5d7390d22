//! Writes one step. What ALTER TABLE can do is done by it (sqlite.org/lang_altertable.html); the rest is a rebuild.

pub mod rebuild;
pub mod table;
pub mod virtual_table;

use super::{add, names};
use crate::base::Name;
use crate::dialects::Refusal;
use crate::ir::{Action, Attr, Canonical, Hazard, Key, Kind, Object, Pair, Schema, Statement, Step};

/// The statements of one step.
pub fn step(step: &Step, schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal> {
    match &step.action {
        Action::Create { .. } => create(step.key, schema),
        Action::Drop { .. } => drop_statement(step.key, schema),
        Action::Rename { to } => rename(step.key, *to, schema),
        Action::Rebuild => rebuild::write(step.key, schema),
        Action::Alter { .. } | Action::Move { .. } => Err(refusal(step.key, "SQLite has no statement for this change")),
    }
}

fn refusal(key: Key, help: &str) -> Refusal {
    Refusal { key, span: None, message: format!("{key} cannot be changed"), help: help.to_owned() }
}

fn create(key: Key, schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal> {
    let Some(object) = schema.desired.get(key) else { return Err(refusal(key, "it is not in the desired schema")) };
    let statement = match key.kind {
        Kind::Table => Statement::new(table::create(schema.desired, object, &names::own(object)), format!("{key} is new.")),
        Kind::Column => return add::column(object, schema),
        Kind::Index => create_index(object, schema.desired),
        Kind::View => Statement::new(view(object), format!("{key} comes, or comes again.")),
        Kind::Trigger => Statement::new(object.text(Attr::Definition).unwrap_or(""), format!("{key} comes, or comes again.")),
        Kind::VirtualTable => Statement::new(virtual_table::create(object, &names::own(object)), format!("{key} is new.")),
        _ => return Err(refusal(key, "SQLite can make it only with its table")),
    };
    Ok(vec![statement])
}

/// CREATE INDEX, with what existing rows may do to it.
fn create_index(index: &Object, schema: &Schema<Canonical>) -> Statement {
    let unique = if index.has(Attr::Unique) { "UNIQUE " } else { "" };
    let sql = match index.text(Attr::Layout) {
        Some(written) => format!("CREATE {unique}INDEX {written}"),
        None => format!("CREATE {unique}INDEX {}", index_text(index, schema)),
    };
    let statement = Statement::new(sql, format!("{} comes, or comes again.", index.key)).hazard(Hazard::BlocksWrites);
    if index.has(Attr::Unique) { statement.hazard(Hazard::MayFail) } else { statement }
}

/// An index whose author's text does not fit any more, because something in it was renamed.
fn index_text(index: &Object, schema: &Schema<Canonical>) -> String {
    let relation = names::relation(schema, index.key.owner);
    let predicate = index.text(Attr::Where).map(|predicate| format!("\nWHERE {predicate}")).unwrap_or_default();
    format!("{} ON {relation} ({}){predicate}", names::own(index), table::elements(schema, index))
}

fn view(view: &Object) -> String {
    let listed: Vec<String> = view.names(Attr::ColumnNames).iter().map(|name| names::quoted(name.as_str())).collect();
    let columns = if listed.is_empty() { String::new() } else { format!(" ({})", listed.join(", ")) };
    format!("CREATE VIEW {}{columns} AS {}", names::own(view), view.text(Attr::Query).unwrap_or(""))
}

/// The words of DROP, by kind.
const DROPS: &[(Kind, &str)] =
    &[(Kind::Table, "TABLE"), (Kind::VirtualTable, "TABLE"), (Kind::Index, "INDEX"), (Kind::View, "VIEW"), (Kind::Trigger, "TRIGGER")];

fn drop_statement(key: Key, schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal> {
    let Some(object) = schema.live.get(key) else { return Err(refusal(key, "it is not in the live schema")) };
    let name = names::own(object);
    let sql = match DROPS.iter().find(|(kind, _)| *kind == key.kind) {
        Some((_, word)) => format!("DROP {word} {name}"),
        None if key.kind == Kind::Column => {
            format!("ALTER TABLE {} DROP COLUMN {name}", names::relation(schema.live, key.owner))
        }
        None => return Err(refusal(key, "SQLite can drop it only with its table")),
    };
    let again = schema.desired.contains(key);
    let why = if again { format!("{key} goes and comes again in its new form.") } else { format!("{key} is not wanted any more.") };
    let statement = Statement::new(sql, why);
    Ok(vec![if key.kind.spec().holds_data { statement.hazard(Hazard::Drop) } else { statement }])
}

/// RENAME TO and RENAME COLUMN; an index, which has neither, is made under its new name instead.
fn rename(key: Key, to: Name, schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal> {
    let renamed = Key { name: to, ..key };
    let Some(object) = schema.desired.get(renamed).or_else(|| schema.live.get(renamed)) else {
        return Err(refusal(key, "its new name is not in the desired schema"));
    };
    let (old, new) = (names::quoted(key.name.as_str()), names::own(object));
    let why = format!("{key} is called {to} now.");
    match key.kind {
        Kind::Table | Kind::VirtualTable => {
            Ok(vec![Statement::new(format!("ALTER TABLE {old} RENAME TO {new}"), why).hazard(Hazard::Rename)])
        }
        Kind::Column => {
            let table = names::relation(schema.live, key.owner);
            Ok(vec![Statement::new(format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}"), why).hazard(Hazard::Rename)])
        }
        Kind::Index => Ok(vec![Statement::new(format!("DROP INDEX {old}"), why), create_index(object, schema.desired)]),
        Kind::View => Ok(vec![Statement::new(format!("DROP VIEW {old}"), why), Statement::new(view(object), String::new())]),
        _ => Err(refusal(key, "SQLite cannot rename it")),
    }
}
