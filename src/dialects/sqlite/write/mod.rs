//! Writes one step. What ALTER TABLE can do is done by it (sqlite.org/lang_altertable.html); the rest is a rebuild.

pub mod rebuild;
pub mod table;
pub mod virtual_table;

use super::{add, follow, names};
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
        Action::Alter { .. } | Action::Release | Action::Move { .. } => Err(refusal(step.key, "SQLite has no statement for this change")),
    }
}

fn refusal(key: Key, help: &str) -> Refusal {
    Refusal { key, span: None, message: format!("{key} cannot be changed"), help: help.to_owned() }
}

/// `column a of t`: how comments call an object.
fn noun(key: Key) -> String {
    let of = if key.owner.is_none() { String::new() } else { format!(" of {}", key.owner) };
    format!("{} {}{of}", key.kind.spec().noun, key.name)
}

/// The same at the beginning of a sentence.
pub fn named(key: Key) -> String {
    let noun = noun(key);
    let mut rest = noun.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

fn create(key: Key, schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal> {
    let Some(object) = schema.desired.get(key) else { return Err(refusal(key, "it is not in the desired schema")) };
    let why = if schema.live.contains(key) { format!("{} comes again.", named(key)) } else { format!("New {}.", noun(key)) };
    let statement = match key.kind {
        Kind::Table => Statement::new(table::create(schema.desired, object, &names::own(object)), why),
        Kind::Column => return add::column(object, schema),
        Kind::Index => create_index(object, schema.desired, why),
        Kind::View => Statement::new(view(object), why),
        Kind::Trigger => Statement::new(object.text(Attr::Definition).unwrap_or(""), why),
        Kind::VirtualTable => {
            let made = Statement::new(virtual_table::create(object, &names::own(object)), why);
            return Ok(std::iter::once(made).chain(virtual_table::reads_content(object, schema.live)).collect());
        }
        _ => return Err(refusal(key, "SQLite can make it only with its table")),
    };
    Ok(vec![statement])
}

/// CREATE INDEX, with what existing rows may do to it.
fn create_index(index: &Object, schema: &Schema<Canonical>, why: String) -> Statement {
    let unique = if index.has(Attr::Unique) { "UNIQUE " } else { "" };
    let sql = match index.text(Attr::Layout) {
        Some(written) => format!("CREATE {unique}INDEX {written}"),
        None => format!("CREATE {unique}INDEX {}", index_text(index, schema)),
    };
    let statement = Statement::new(sql, why);
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
    let why = format!("{} {}.", named(key), if again { "goes, and comes again in its new form" } else { "is not wanted any more" });
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
    let why = format!("{} is called {to} now.", named(key));
    match key.kind {
        Kind::Table | Kind::VirtualTable => {
            Ok(vec![Statement::new(format!("ALTER TABLE {old} RENAME TO {new}"), why).hazard(Hazard::Rename)])
        }
        Kind::Column => {
            if let Some(message) = follow::refused(schema.live, Pair::new(key, renamed)) {
                let help = "drop that view or trigger first, or let its query give the column a name of its own (`name AS name`)";
                return Err(Refusal { message: format!("{key} cannot be renamed: {message}"), ..refusal(key, help) });
            }
            let table = names::relation(schema.live, key.owner);
            Ok(vec![Statement::new(format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}"), why).hazard(Hazard::Rename)])
        }
        Kind::Index => Ok(vec![Statement::new(format!("DROP INDEX {old}"), why), create_index(object, schema.desired, String::new())]),
        Kind::View => {
            let mut statements = vec![Statement::new(format!("DROP VIEW {old}"), why), Statement::new(view(object), "")];
            statements.extend(readers_again(renamed, schema.live));
            Ok(statements)
        }
        _ => Err(refusal(key, "SQLite cannot rename it")),
    }
}

/// What speaks of a view by its name is made again with the new one: no statement renames a view, so nothing follows.
fn readers_again(view: Key, live: &Schema<Canonical>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for reader in live.of_kind(Kind::View).chain(live.of_kind(Kind::Trigger)) {
        if !add::texts_name(reader, view.name) {
            continue;
        }
        let (word, sql) = match reader.key.kind {
            Kind::View => ("VIEW", self::view(reader)),
            _ => ("TRIGGER", reader.text(Attr::Definition).unwrap_or("").to_owned()),
        };
        let own = reader.key.owner == view.name;
        let gone = (!own).then(|| Statement::new(format!("DROP {word} {}", names::own(reader)), "It speaks of the view by its name."));
        statements.extend(gone);
        statements.push(Statement::new(sql, format!("{} comes again.", named(reader.key))));
    }
    statements
}
