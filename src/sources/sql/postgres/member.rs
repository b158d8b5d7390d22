//! Objects with members that statements add one by one: publications, operator families. Their
//! `Options` hold the members: by what each is called, what is said of it.

use std::sync::Arc;

use super::{alter, keys, options::Options};
use crate::base::Name;
use crate::dialects::postgres::quote;
use crate::ir::{Attr, Edit, Guard, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// `CREATE PUBLICATION name [FOR …] [WITH (…)]`.
pub fn create_publication(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let key = Key::new(Kind::Publication, Name::NONE, statement.ident()?);
    let mut text = format!("CREATE PUBLICATION {}", quote(key.name));
    let mut members = Options::new();
    if statement.accept(&["FOR", "ALL", "TABLES"]) {
        text.push_str(" FOR ALL TABLES");
    } else if statement.accept(&["FOR"]) {
        members = publication_members(statement)?;
    }
    let rest = statement.rest();
    if !rest.is_empty() {
        text.push_str(&format!(" {rest}"));
    }
    let mut object = Object::new(key).with(Attr::Definition, Value::sql(text));
    object.set(Attr::Options, super::options::fact(members));
    statement.push(Op::Create { object, guard });
    Ok(Outcome::Modelled)
}

/// `ALTER PUBLICATION name {ADD | SET | DROP} member, …`.
pub fn alter_publication(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let key = Key::new(Kind::Publication, Name::NONE, statement.ident()?);
    if alter::common(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    if statement.accept(&["ADD"]) {
        let edit = Edit::SetOptions(publication_members(statement)?);
        statement.push(Op::Edit { key, attr: Attr::Options, edit });
    } else if statement.accept(&["DROP"]) {
        let members = publication_members(statement)?;
        statement.push(Op::Edit { key, attr: Attr::Options, edit: Edit::ResetOptions(members.into_keys().collect()) });
    } else if statement.is(0, "SET") && !statement.is(1, "(") {
        statement.skip();
        let members = super::options::fact(publication_members(statement)?);
        statement.push(Op::set(key, Attr::Options, members));
    } else {
        return Err(statement.fault("this change of a publication is not modelled"));
    }
    Ok(Outcome::Modelled)
}

/// `TABLE [ONLY] t [(columns)] [WHERE (…)], …` and `TABLES IN SCHEMA s, …`: `TABLE public.t` to the rest.
fn publication_members(statement: &mut Statement<'_, '_>) -> Read<Options> {
    let mut members = Options::new();
    let mut of_schema = false;
    loop {
        if statement.accept(&["TABLES", "IN", "SCHEMA"]) {
            of_schema = true;
        } else if statement.accept(&["TABLE"]) {
            of_schema = false;
        }
        if of_schema {
            let name = statement.ident()?;
            members.insert(Name::new(&format!("TABLES IN SCHEMA {}", quote(name))), Arc::from(""));
        } else {
            statement.accept(&["ONLY"]);
            let table = keys::key(statement, Kind::Table)?;
            statement.accept(&["*"]);
            let mark = statement.mark();
            while !statement.at_end() && !statement.is(0, ",") && !statement.at_words(&["WITH", "("]) {
                statement.skip_group();
            }
            let said = if statement.mark() > mark { statement.text_from(mark) } else { "" };
            members.insert(Name::new(&format!("TABLE {}", keys::qualified(table))), Arc::from(said));
        }
        if !statement.accept(&[","]) {
            return Ok(members);
        }
    }
}

/// `ALTER OPERATOR FAMILY name USING method ADD element, …`: each element is a member.
pub fn alter_family(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let key = super::target::read(statement, Kind::OperatorFamily, super::target::Shape::WithMethod)?;
    if alter::common(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    if !statement.accept(&["ADD"]) {
        return Err(statement.fault("this change of an operator family is not modelled"));
    }
    let mut set = Options::new();
    loop {
        let element = statement.slice_until(&[])?;
        set.insert(Name::new(&element.split_whitespace().collect::<Vec<_>>().join(" ")), Arc::from(""));
        if !statement.accept(&[","]) {
            break;
        }
    }
    statement.push(Op::Edit { key, attr: Attr::Options, edit: Edit::SetOptions(set) });
    Ok(Outcome::Modelled)
}
