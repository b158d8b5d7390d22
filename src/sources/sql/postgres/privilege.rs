//! GRANT and REVOKE on objects.

use std::sync::Arc;

use super::options::Options;
use super::target;
use crate::base::Name;
use crate::ir::grants::NOT_PASSED_ON;
use crate::ir::key::privilege_owner;
use crate::ir::{Attr, Edit, Key, Kind, Op};
use crate::sources::Outcome;
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::statement::Statement;

/// What GRANT can name, the kind, and what ALL means there (manual, table 5.2). MAINTAIN came with PostgreSQL 17.
const TARGETS: &[(&str, (Kind, &[&str]))] = &[
    ("TABLE", (Kind::Table, TABLE)),
    ("SEQUENCE", (Kind::Sequence, SEQUENCE)),
    ("FUNCTION", (Kind::Function, EXECUTE)),
    ("PROCEDURE", (Kind::Procedure, EXECUTE)),
    ("ROUTINE", (Kind::Function, EXECUTE)),
    ("SCHEMA", (Kind::Namespace, &["CREATE", "USAGE"])),
    ("TYPE", (Kind::Enum, USAGE)),
    ("DOMAIN", (Kind::Domain, USAGE)),
    ("LANGUAGE", (Kind::Language, USAGE)),
    ("FOREIGN DATA WRAPPER", (Kind::ForeignDataWrapper, USAGE)),
    ("FOREIGN SERVER", (Kind::Server, USAGE)),
];

pub const TABLE: &[&str] = &["DELETE", "INSERT", "MAINTAIN", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"];
pub const SEQUENCE: &[&str] = &["SELECT", "UPDATE", "USAGE"];
pub const EXECUTE: &[&str] = &["EXECUTE"];
pub const USAGE: &[&str] = &["USAGE"];
const COLUMN: &[&str] = &["INSERT", "REFERENCES", "SELECT", "UPDATE"];

/// Objects of the whole cluster, rows, and settings: no part of a schema.
const ELSEWHERE: &[&str] = &["DATABASE", "TABLESPACE", "LARGE", "PARAMETER"];

/// All objects of a kind in a schema: their name in the key.
pub const EVERY: &str = "*";

/// A privilege, on some columns or on the whole.
struct Privilege {
    word: String,
    columns: Vec<Name>,
}

/// What is given or taken away.
pub enum Act {
    Grant(&'static str),
    Revoke,
    RevokeOption,
}

pub fn grant(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let privileges = privileges(statement)?;
    if !statement.accept(&["ON"]) {
        return membership(statement);
    }
    let Some((keys, all)) = objects(statement)? else { return Ok(Outcome::Ignored("cluster object")) };
    statement.expect(&["TO"])?;
    let grantees = statement.commas(role)?;
    let option = if statement.accept(&["WITH", "GRANT", "OPTION"]) { "grant" } else { "" };
    granted_by(statement)?;
    push(statement, (&keys, &grantees), &names(&privileges, all), &Act::Grant(option));
    Ok(Outcome::Modelled)
}

pub fn revoke(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let act = if statement.accept(&["GRANT", "OPTION", "FOR"]) { Act::RevokeOption } else { Act::Revoke };
    if statement.accept(&["ADMIN", "OPTION", "FOR"]) {
        return membership(statement);
    }
    let privileges = privileges(statement)?;
    if !statement.accept(&["ON"]) {
        return membership(statement);
    }
    let Some((keys, all)) = objects(statement)? else { return Ok(Outcome::Ignored("cluster object")) };
    statement.expect(&["FROM"])?;
    let grantees = statement.commas(role)?;
    granted_by(statement)?;
    let _ = statement.accept(&["CASCADE"]) || statement.accept(&["RESTRICT"]);
    push(statement, (&keys, &grantees), &names(&privileges, all), &act);
    Ok(Outcome::Modelled)
}

/// Who is in which role is a matter of the cluster.
fn membership(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    statement.rest();
    Ok(Outcome::Ignored("role membership"))
}

fn granted_by(statement: &mut Statement<'_, '_>) -> Read<()> {
    if statement.accept(&["GRANTED", "BY"]) {
        role(statement)?;
    }
    Ok(())
}

/// `SELECT, UPDATE (a, b)` or `ALL [PRIVILEGES] [(columns)]`.
fn privileges(cursor: &mut Cursor<'_>) -> Read<Vec<Privilege>> {
    cursor.commas(|cursor| {
        let word = if cursor.kind(0) == Some(crate::sources::sql::lexer::TokenKind::Quoted) {
            cursor.ident()?.to_string()
        } else {
            let word = cursor.peek(0).to_ascii_uppercase();
            cursor.ident()?;
            word
        };
        if word == "ALL" {
            cursor.accept(&["PRIVILEGES"]);
        }
        // ALTER SYSTEM and the like are of two words; they are of parameters only.
        while cursor.is_identifier(0) && !["ON", "TO", "FROM", "WITH", "GRANTED"].iter().any(|word| cursor.is(0, word)) {
            cursor.skip();
        }
        let columns = if cursor.is(0, "(") { cursor.names()? } else { Vec::new() };
        Ok(Privilege { word, columns })
    })
}

/// The privileges by their names in the `Grants` fact.
fn names(privileges: &[Privilege], all: &'static [&'static str]) -> Vec<Name> {
    let mut names = Vec::new();
    for privilege in privileges {
        let words: Vec<&str> = match (privilege.word.as_str(), privilege.columns.is_empty()) {
            ("ALL", true) => all.to_vec(),
            ("ALL", false) => COLUMN.to_vec(),
            (word, _) => vec![word],
        };
        for word in words {
            match privilege.columns.is_empty() {
                true => names.push(Name::new(word)),
                false => names.extend(privilege.columns.iter().map(|column| Name::new(&format!("{word}({column})")))),
            }
        }
    }
    names
}

/// The objects after ON, and what ALL means for them; `None` where they are no part of a schema.
fn objects(statement: &mut Statement<'_, '_>) -> Read<Option<(Vec<Key>, &'static [&'static str])>> {
    if ELSEWHERE.iter().any(|word| statement.is(0, word)) && statement.is_identifier(1) {
        statement.rest();
        return Ok(None);
    }
    if statement.accept(&["ALL"]) {
        return every(statement).map(Some);
    }
    let (kind, all) = statement.accept_row(TARGETS).unwrap_or((Kind::Table, TABLE));
    let shape = target::KINDS.iter().find(|row| row.1.0 == kind).map_or(target::Shape::Named, |row| row.1.1);
    let mut keys = vec![target::read(statement, kind, shape)?];
    while statement.accept(&[","]) {
        keys.push(target::read(statement, kind, shape)?);
    }
    Ok(Some((keys, all)))
}

/// `TABLES IN SCHEMA a, b` behind ALL.
fn every(statement: &mut Statement<'_, '_>) -> Read<(Vec<Key>, &'static [&'static str])> {
    const KINDS: &[(&str, (Kind, &[&str]))] = &[
        ("TABLES IN SCHEMA", (Kind::Table, TABLE)),
        ("SEQUENCES IN SCHEMA", (Kind::Sequence, SEQUENCE)),
        ("FUNCTIONS IN SCHEMA", (Kind::Function, EXECUTE)),
        ("PROCEDURES IN SCHEMA", (Kind::Procedure, EXECUTE)),
        ("ROUTINES IN SCHEMA", (Kind::Function, EXECUTE)),
    ];
    let Some((kind, all)) = statement.accept_row(KINDS) else { return Err(statement.fault("expected … IN SCHEMA")) };
    let namespaces = statement.commas(Cursor::ident)?;
    Ok((namespaces.into_iter().map(|namespace| Key::new(kind, namespace, Name::new(EVERY))).collect(), all))
}

/// Adds the operations for each object and grantee.
fn push(statement: &mut Statement<'_, '_>, (keys, grantees): (&[Key], &[Name]), names: &[Name], act: &Act) {
    for key in keys {
        for grantee in grantees {
            let owner = privilege_owner(*key);
            let privilege = Key { kind: Kind::Privilege, namespace: key.namespace, owner, name: *grantee };
            statement.push(Op::Edit { key: privilege, attr: Attr::Grants, edit: edit(names, act) });
        }
    }
}

/// What an act does to the `Grants` fact. Which privileges hold without a grant is the interpreter's knowledge.
pub fn edit(names: &[Name], act: &Act) -> Edit {
    let set = |value: &'static str| -> Edit {
        let value: Arc<str> = Arc::from(value);
        Edit::SetOptions(names.iter().map(|name| (*name, value.clone())).collect::<Options>())
    };
    match act {
        Act::Grant(option) => set(option),
        Act::RevokeOption => set(NOT_PASSED_ON),
        Act::Revoke => Edit::ResetOptions(names.to_vec()),
    }
}

/// A role; `PUBLIC` is everyone.
pub fn role(cursor: &mut Cursor<'_>) -> Read<Name> {
    let quoted = cursor.kind(0) == Some(crate::sources::sql::lexer::TokenKind::Quoted);
    if cursor.is(0, "GROUP") && cursor.is_identifier(1) {
        cursor.skip();
    }
    let name = cursor.ident()?;
    Ok(if !quoted && name.as_str() == "public" { Name::new("PUBLIC") } else { name })
}
