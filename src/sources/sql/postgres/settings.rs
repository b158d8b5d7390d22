//! SET and RESET: the settings on which the meaning of later statements rests.

use super::creator;
use super::keys::SEARCH_PATH;
use crate::sources::Outcome;
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::statement::Statement;

/// Settings that are kept, and the values that mean the same as none.
const KEPT: &[(&str, &[&str])] = &[(SEARCH_PATH, &["public"]), ("default_tablespace", &[""]), ("default_table_access_method", &["heap"])];

const DONE: Read<Outcome> = Ok(Outcome::Ignored("setting"));

/// `SET [SESSION | LOCAL] name {TO | =} value, …`.
pub fn set(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    if statement.accept(&["CONSTRAINTS"]) || statement.accept(&["TRANSACTION"]) || statement.accept(&["SESSION", "CHARACTERISTICS"]) {
        return Ok(Outcome::Ignored("transaction"));
    }
    let _ = !statement.at_words(&["SESSION", "AUTHORIZATION"]) && (statement.accept(&["SESSION"]) || statement.accept(&["LOCAL"]));
    if statement.accept(&["SESSION", "AUTHORIZATION"]) {
        return creator::set(statement, creator::USER);
    }
    if statement.accept(&["ROLE"]) {
        return creator::set(statement, creator::ROLE);
    }
    if statement.accept(&["SCHEMA"]) {
        let value = statement.string()?;
        keep(statement, SEARCH_PATH, &[value]);
        return DONE;
    }
    if statement.accept(&["TIME", "ZONE"]) {
        return DONE;
    }
    let name = setting_name(statement)?;
    if !statement.accept(&["TO"]) {
        statement.accept(&["="]);
    }
    if [creator::USER, creator::ROLE].contains(&name.as_str()) {
        return creator::set(statement, &name);
    }
    if statement.accept(&["DEFAULT"]) {
        statement.set(&name, None);
        return DONE;
    }
    let values = statement.commas(|cursor| cursor.literal())?;
    keep(statement, &name, &values);
    DONE
}

/// `RESET name`, `RESET ALL`, which leaves who the session is.
pub fn reset(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    if statement.accept(&["ALL"]) {
        for (name, _) in KEPT {
            statement.set(name, None);
        }
        return DONE;
    }
    if statement.accept(&["SESSION", "AUTHORIZATION"]) {
        creator::reset(statement, creator::USER);
        return DONE;
    }
    if let Ok(name) = setting_name(statement) {
        if [creator::USER, creator::ROLE].contains(&name.as_str()) {
            creator::reset(statement, &name);
        }
        statement.set(&name, None);
    }
    DONE
}

/// A setting's name: `a`, `a.b`.
pub fn setting_name(cursor: &mut Cursor<'_>) -> Read<String> {
    let parts: Vec<String> = cursor.qualified()?.iter().map(|part| part.as_str().to_ascii_lowercase()).collect();
    Ok(parts.join("."))
}

/// Keeps a setting that matters.
pub fn keep(statement: &mut Statement<'_, '_>, name: &str, values: &[String]) {
    let Some((name, plain)) = KEPT.iter().find(|(known, _)| *known == name) else { return };
    let values: Vec<&str> = values
        .iter()
        .map(String::as_str)
        .filter(|value| *name != SEARCH_PATH || !matches!(*value, "$user" | "pg_catalog" | "pg_temp" | ""))
        .collect();
    let joined = values.join(", ");
    let unset = plain.contains(&joined.as_str()) || joined.is_empty();
    statement.set(name, (!unset).then_some(&joined));
}
