//! Objects with members that statements add one by one: publications, text search configurations, operator families. Their
//! `Options` hold the members: by what each is called, what is said of it.

use std::sync::Arc;

use super::{alter, keys, options::Options, unless_exists};
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

/// `CREATE TEXT SEARCH CONFIGURATION name (…)`.
pub fn create_configuration(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let guard = unless_exists(statement, guard);
    let key = keys::key(statement, Kind::TextSearchConfiguration)?;
    let mark = statement.mark();
    if let Some(members) = copied_mappings(statement)? {
        let text = format!("CREATE TEXT SEARCH CONFIGURATION {} (PARSER = pg_catalog.\"default\")", keys::qualified(key));
        let mut object = Object::new(key).with(Attr::Definition, Value::sql(text));
        object.set(Attr::Options, super::options::fact(members));
        statement.push(Op::Create { object, guard });
        return Ok(Outcome::Modelled);
    }
    statement.rewind(mark);
    super::whole::push(statement, key, &format!("CREATE TEXT SEARCH CONFIGURATION {}", keys::qualified(key)), guard)
}

/// Configurations of the system with a stemmer of their own (`snowball_create.pl` in the server's source).
const STEMMED: &[&str] = &[
    "arabic",
    "armenian",
    "basque",
    "catalan",
    "danish",
    "dutch",
    "english",
    "finnish",
    "french",
    "german",
    "greek",
    "hindi",
    "hungarian",
    "indonesian",
    "irish",
    "italian",
    "lithuanian",
    "nepali",
    "norwegian",
    "portuguese",
    "romanian",
    "russian",
    "serbian",
    "spanish",
    "swedish",
    "tamil",
    "turkish",
    "yiddish",
];
/// Token types of the default parser that a stemmer takes, those of ASCII letters first, and those that none takes.
const ASCII_WORDS: &[&str] = &["asciiword", "asciihword", "hword_asciipart"];
const WORDS: &[&str] = &["word", "hword", "hword_part"];
const OTHERS: &[&str] =
    &["numword", "email", "url", "host", "sfloat", "version", "hword_numpart", "numhword", "url_path", "file", "float", "int", "uint"];

/// `(COPY = configuration)` of the system: the mappings that the copy begins with.
fn copied_mappings(statement: &mut Statement<'_, '_>) -> Read<Option<Options>> {
    if !statement.accept(&["(", "COPY", "="]) {
        return Ok(None);
    }
    statement.accept(&["pg_catalog", "."]);
    let source = statement.ident()?;
    let source = source.as_str();
    if !statement.accept(&[")"]) || !(source == "simple" || STEMMED.contains(&source)) {
        return Ok(None);
    }
    let stemmer = |language: &str| if language == "simple" { "simple".to_owned() } else { format!("{language}_stem") };
    // Words of other alphabets have the stemmer of English for those of ours.
    let ascii = stemmer(if matches!(source, "hindi" | "russian") { "english" } else { source });
    let rows = [(ASCII_WORDS, ascii), (WORDS, stemmer(source)), (OTHERS, stemmer("simple"))];
    let mappings =
        rows.iter().flat_map(|(tokens, dictionary)| tokens.iter().map(move |token| (Name::new(token), Arc::from(dictionary.as_str()))));
    Ok(Some(mappings.collect()))
}

/// `ALTER TEXT SEARCH CONFIGURATION name {ADD | ALTER | DROP} MAPPING …`: token types to dictionaries.
pub fn alter_configuration(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let key = keys::key(statement, Kind::TextSearchConfiguration)?;
    if alter::common(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    let drops = statement.accept(&["DROP", "MAPPING"]);
    if !drops && !statement.accept(&["ADD", "MAPPING"]) && !statement.accept(&["ALTER", "MAPPING"]) {
        return Err(statement.fault("this change of a text search configuration is not known"));
    }
    super::if_exists(statement);
    statement.expect(&["FOR"])?;
    let tokens = statement.commas(|cursor| cursor.ident())?;
    if drops {
        statement.push(Op::Edit { key, attr: Attr::Options, edit: Edit::ResetOptions(tokens) });
        return Ok(Outcome::Modelled);
    }
    if !statement.accept(&["WITH"]) {
        return Err(statement.fault("a replaced dictionary of a mapping is not modelled"));
    }
    let dictionaries = statement.slice_through_commas(&[])?;
    let set = tokens.into_iter().map(|token| (token, Arc::from(dictionaries))).collect();
    statement.push(Op::Edit { key, attr: Attr::Options, edit: Edit::SetOptions(set) });
    Ok(Outcome::Modelled)
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
