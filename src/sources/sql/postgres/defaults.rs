//! ALTER DEFAULT PRIVILEGES.

use super::creator;
use super::privilege::{self, Act, EXECUTE, SEQUENCE, TABLE, USAGE};
use crate::base::Name;
use crate::ir::{Attr, Key, Kind, Op};
use crate::sources::Outcome;
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::statement::Statement;

/// What the privileges are for, and what ALL means there.
const KINDS: &[(&str, (&str, &[&str]))] = &[
    ("TABLES", ("TABLES", TABLE)),
    ("SEQUENCES", ("SEQUENCES", SEQUENCE)),
    ("FUNCTIONS", ("FUNCTIONS", EXECUTE)),
    ("ROUTINES", ("FUNCTIONS", EXECUTE)),
    ("TYPES", ("TYPES", USAGE)),
    ("SCHEMAS", ("SCHEMAS", &["CREATE", "USAGE"])),
];

/// `[FOR ROLE r, …] [IN SCHEMA s, …] {GRANT | REVOKE} … ON kind {TO | FROM} …`.
pub fn alter(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let mut roles = vec![creator::current(statement).map_or(Name::NONE, Name::new)];
    let mut namespaces = vec![Name::NONE];
    loop {
        if statement.accept(&["FOR", "ROLE"]) || statement.accept(&["FOR", "USER"]) {
            let current = roles[0];
            let is_current = |role: &Name| ["current_user", "current_role", "session_user"].contains(&role.as_str());
            roles = statement.commas(privilege::role)?.into_iter().map(|role| if is_current(&role) { current } else { role }).collect();
        } else if statement.accept(&["IN", "SCHEMA"]) {
            namespaces = statement.commas(Cursor::ident)?;
        } else {
            break;
        }
    }
    let grants = statement.accept(&["GRANT"]);
    if !grants {
        statement.expect(&["REVOKE"])?;
    }
    let option_only = statement.accept(&["GRANT", "OPTION", "FOR"]);
    let words = statement.commas(|cursor| {
        let word = cursor.ident()?.as_str().to_ascii_uppercase();
        cursor.accept(&["PRIVILEGES"]);
        Ok(word)
    })?;
    statement.expect(&["ON"])?;
    let Some((kind, all)) = statement.accept_row(KINDS) else { return Err(statement.fault("expected TABLES, FUNCTIONS, …")) };
    statement.expect(&[if grants { "TO" } else { "FROM" }])?;
    let grantees = statement.commas(privilege::role)?;
    let option = if statement.accept(&["WITH", "GRANT", "OPTION"]) { "grant" } else { "" };
    let _ = statement.accept(&["CASCADE"]) || statement.accept(&["RESTRICT"]);
    let names: Vec<Name> = if words.iter().any(|word| word == "ALL") {
        all.iter().map(|word| Name::new(word)).collect()
    } else {
        words.iter().map(|word| Name::new(word)).collect()
    };
    let act = match (grants, option_only) {
        (true, _) => Act::Grant(option),
        (false, true) => Act::RevokeOption,
        (false, false) => Act::Revoke,
    };
    for role in roles {
        for namespace in &namespaces {
            for grantee in &grantees {
                let key = key(role, *namespace, kind, *grantee);
                statement.push(Op::Edit { key, attr: Attr::Grants, edit: privilege::edit(&names, &act) });
            }
        }
    }
    Ok(Outcome::Modelled)
}

/// `role in schema` and `KIND to grantee`; the half that is not given is left out.
fn key(role: Name, namespace: Name, kind: &str, grantee: Name) -> Key {
    let owner = match (role.is_none(), namespace.is_none()) {
        (_, true) => role.to_string(),
        (true, false) => format!("in {namespace}"),
        (false, false) => format!("{role} in {namespace}"),
    };
    Key { kind: Kind::DefaultPrivilege, namespace: Name::NONE, owner: Name::new(&owner), name: Name::new(&format!("{kind} to {grantee}")) }
}
