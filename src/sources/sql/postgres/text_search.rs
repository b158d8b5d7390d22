//! Text search configurations: which dictionaries look up the words of each token type. `Options` holds the token types, with their
//! dictionaries in order.

use std::sync::Arc;

use super::{alter, keys, options::Options, unless_exists};
use crate::base::Name;
use crate::dialects::postgres::quote;
use crate::dialects::postgres::text_search::{dictionary_of, is_system_configuration, is_system_dictionary};
use crate::ir::op::Copy;
use crate::ir::{Attr, Edit, Guard, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// `CREATE TEXT SEARCH CONFIGURATION name ({PARSER | COPY} = …)`.
pub fn create(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let guard = unless_exists(statement, guard);
    let key = keys::key(statement, Kind::TextSearchConfiguration)?;
    let head = format!("CREATE TEXT SEARCH CONFIGURATION {}", keys::qualified(key));
    if !(statement.is(0, "(") && statement.is(1, "COPY")) {
        return super::whole::push(statement, key, &head, guard);
    }
    statement.expect(&["(", "COPY", "="])?;
    let qualified = statement.is(1, ".");
    let source = keys::key(statement, Kind::TextSearchConfiguration)?;
    statement.expect(&[")"])?;
    let of_system = (!qualified || source.namespace.as_str() == "pg_catalog") && is_system_configuration(source.name.as_str());
    let mut object = Object::new(key).with(Attr::Definition, Value::sql(format!("{head} (PARSER = pg_catalog.\"default\")")));
    if of_system {
        object.set(Attr::Options, super::options::fact(mappings_of(source.name.as_str())));
    }
    statement.push(Op::Create { object, guard });
    if !of_system {
        statement.push(Op::Copy { table: key, source, how: Copy::Mappings });
    }
    Ok(Outcome::Modelled)
}

/// Token types of the default parser that a stemmer takes, those of ASCII letters first, and those that none takes.
const ASCII_WORDS: &[&str] = &["asciiword", "asciihword", "hword_asciipart"];
const WORDS: &[&str] = &["word", "hword", "hword_part"];
const OTHERS: &[&str] =
    &["numword", "email", "url", "host", "sfloat", "version", "hword_numpart", "numhword", "url_path", "file", "float", "int", "uint"];

/// The mappings of a configuration of the system.
fn mappings_of(configuration: &str) -> Options {
    // Words of other alphabets have the stemmer of English for those of ours.
    let ascii = dictionary_of(if matches!(configuration, "hindi" | "russian") { "english" } else { configuration });
    let rows = [(ASCII_WORDS, ascii), (WORDS, dictionary_of(configuration)), (OTHERS, dictionary_of("simple"))];
    rows.iter()
        .flat_map(|(tokens, dictionary)| tokens.iter().map(move |token| (Name::new(token), Arc::from(dictionary.as_str()))))
        .collect()
}

/// `ALTER TEXT SEARCH CONFIGURATION name {ADD | ALTER | DROP} MAPPING …`.
pub fn alter(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let key = keys::key(statement, Kind::TextSearchConfiguration)?;
    if alter::common(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    let drops = statement.accept(&["DROP", "MAPPING"]);
    if !drops && !statement.accept(&["ADD", "MAPPING"]) && !statement.accept(&["ALTER", "MAPPING"]) {
        return Err(statement.fault("this change of a text search configuration is not known"));
    }
    super::if_exists(statement);
    let tokens = if statement.accept(&["FOR"]) { statement.commas(|cursor| cursor.ident())? } else { Vec::new() };
    let edit = if drops {
        Edit::ResetOptions(tokens)
    } else if statement.accept(&["REPLACE"]) {
        let from = dictionary(statement)?.into();
        statement.expect(&["WITH"])?;
        Edit::ReplaceInOptions { names: tokens, from, to: dictionary(statement)?.into() }
    } else {
        statement.expect(&["WITH"])?;
        let mut dictionaries = dictionary(statement)?;
        while statement.accept(&[","]) {
            dictionaries = format!("{dictionaries}, {}", dictionary(statement)?);
        }
        Edit::SetOptions(tokens.into_iter().map(|token| (token, Arc::from(dictionaries.as_str()))).collect())
    };
    statement.push(Op::Edit { key, attr: Attr::Options, edit });
    // Bare names of dictionaries are looked for where this statement looks for them.
    if let Some(path) = keys::with_path(statement, Object::new(key)).get(Attr::SearchPath).filter(|_| !drops) {
        statement.push(Op::set(key, Attr::SearchPath, Some(path.clone())));
    }
    Ok(Outcome::Modelled)
}

/// A dictionary as a mapping holds it: the system's by its bare name, another with its namespace. Where a bare name may stand in
/// several namespaces, the whole schema tells which.
fn dictionary(statement: &mut Statement<'_, '_>) -> Read<String> {
    let (namespace, name) = statement.name()?;
    let of_system = namespace.is_none() || namespace.as_str() == "pg_catalog";
    if of_system && is_system_dictionary(name.as_str()) {
        return Ok(quote(name));
    }
    let several = namespace.is_none() && keys::path(statement).len() > 1;
    let namespace = if namespace.is_none() && !several { keys::home(statement) } else { namespace };
    Ok(keys::qualified(Key::new(Kind::TextSearchDictionary, namespace, name)))
}
