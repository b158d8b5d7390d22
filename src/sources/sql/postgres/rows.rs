//! SELECT at the top level: a setting, rows, or a function whose effect nobody can see from here.

use super::{settings, table};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// Functions without an effect on a schema, besides those of pg_catalog.
const HARMLESS: &[&str] =
    &["setval", "nextval", "currval", "lastval", "now", "version", "count", "max", "min", "sum", "coalesce", "exists", "current_setting"];

/// A query. One that calls a function of the user's own may do anything.
pub fn select(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let into = statement.ahead_has("INTO");
    if into {
        return table::select_into(statement);
    }
    if !statement.is_identifier(0) {
        return Ok(Outcome::Ignored("query"));
    }
    let name = statement.qualified()?;
    if !statement.is(0, "(") {
        return Ok(Outcome::Ignored("query"));
    }
    let function = name.last().map_or("", |name| name.as_str());
    if function == "set_config" {
        return set_config(statement);
    }
    let catalog = name.len() == 2 && name.first().is_some_and(|name| name.as_str() == "pg_catalog");
    if catalog || function.starts_with("pg_") || HARMLESS.contains(&function) || statement.ahead_has("FROM") {
        return Ok(Outcome::Ignored(if function == "setval" { "setval" } else { "query" }));
    }
    Err(statement.fault(format!("what the function {function} does to the schema is not known")))
}

/// `SELECT set_config('search_path', '', false)`.
fn set_config(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let arguments = statement.list(|cursor| cursor.literal())?;
    if let [name, value, ..] = &arguments[..] {
        let values: Vec<String> = value.split(',').map(|item| item.trim().trim_matches('"').to_owned()).collect();
        settings::keep(statement, &name.to_ascii_lowercase(), &values);
    }
    Ok(Outcome::Ignored("set_config"))
}
