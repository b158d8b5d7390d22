//! Functions, procedures and aggregates: signatures, and the properties that go without saying.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::expressions::Place;
use super::{bodies, drop_default, rewrite_text};
use crate::base::Name;
use crate::dialects::postgres::analyse::{Catalog, Typed, split_types};
use crate::dialects::postgres::levels::{Bare, bare, cut};
use crate::dialects::postgres::lexer::{self, ident};
use crate::dialects::postgres::types::base;
use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

const KINDS: [Kind; 3] = [Kind::Function, Kind::Procedure, Kind::Aggregate];

/// Routines under the names with their argument types' full spelling, which other objects' statements may lack.
pub fn settle_keys(schema: &mut Schema<Written>) {
    let takes_arguments = |key: &Key| !key.name.as_str().ends_with("()");
    let keys: Vec<Key> = KINDS.iter().flat_map(|kind| schema.of_kind(*kind)).map(|object| object.key).filter(takes_arguments).collect();
    if keys.is_empty() {
        return;
    }
    let catalog = Catalog::of(schema);
    for key in keys {
        let Some(name) = settled(key, schema.get(key).and_then(|object| object.text(Attr::SearchPath)), &catalog) else { continue };
        if name != key.name
            && let Some(mut object) = schema.remove(key)
        {
            object.key.name = name;
            schema.insert(object);
        }
    }
}

fn settled(key: Key, path: Option<&str>, catalog: &Catalog) -> Option<Name> {
    let (name, rest) = key.name.as_str().split_once('(')?;
    let arguments = rest.strip_suffix(')')?;
    if arguments.is_empty() {
        return None;
    }
    let types: Vec<String> = split_types(arguments).iter().map(|ty| base(&catalog.type_text(ty, path))).collect();
    Some(Name::new(&format!("{name}({})", types.join(","))))
}

pub fn settle(object: &mut Object, catalog: &Catalog) {
    // A body of the standard's form is SQL where nothing is said (manual, CREATE FUNCTION).
    if !object.has(Attr::LanguageName) && object.key.kind != Kind::Aggregate {
        object.set(Attr::LanguageName, Some(Value::text("sql")));
    }
    rewrite_text(object, Attr::LanguageName, |text| text.trim_matches('\'').to_ascii_lowercase());
    let compiled = object.text(Attr::LanguageName).is_some_and(|text| matches!(text, "c" | "internal"));
    for attr in [Attr::Volatility, Attr::Parallel] {
        rewrite_text(object, attr, |text| text.to_ascii_uppercase());
    }
    drop_default(object, Attr::Volatility, |text| text == "VOLATILE");
    drop_default(object, Attr::Parallel, |text| text == "UNSAFE");
    drop_default(object, Attr::Cost, |text| text == if compiled { "1" } else { "100" });
    drop_default(object, Attr::Rows, |text| text == "1000" || text == "0");
    implied_result(object);
    result(object, catalog);
    parameters(object, catalog);
    settings(object);
    bodies::settle(object, catalog);
}

/// `SETOF t`, `TABLE(a t, …)`, or one type.
fn result(object: &mut Object, catalog: &Catalog) {
    let path = object.text(Attr::SearchPath).map(str::to_owned);
    let Some(Value::Sql(fragment)) = object.get_mut(Attr::Type) else { return };
    let text = fragment.text.trim();
    let lower = text.to_ascii_lowercase();
    let path = path.as_deref();
    let canon = if let Some(inner) = lower.strip_prefix("table").filter(|rest| rest.trim_start().starts_with('(')) {
        let inner = text.get(text.len() - inner.len()..).unwrap_or("").trim();
        let inner = inner.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(inner);
        let columns: Vec<String> = split_types(inner).iter().map(|column| parameter(column, object_place(catalog, path), path)).collect();
        format!("TABLE({})", columns.join(", "))
    } else if lower.starts_with("setof ") {
        format!("SETOF {}", base(&catalog.type_text(text.get(6..).unwrap_or(""), path)))
    } else {
        base(&catalog.type_text(text, path))
    };
    fragment.settle(&canon);
}

fn object_place<'a>(catalog: &'a Catalog, path: Option<&str>) -> Place<'a> {
    Place { catalog, path: path.map(str::to_owned), scope: Default::default(), expected: None }
}

fn parameters(object: &mut Object, catalog: &Catalog) {
    let path = object.text(Attr::SearchPath).map(str::to_owned);
    let Some(Value::Sql(fragment)) = object.get_mut(Attr::Parameters) else { return };
    let text = fragment.text.trim();
    let list = if text.is_empty() { Vec::new() } else { split_types(text) };
    let canon: Vec<String> = list.iter().map(|item| parameter(item, object_place(catalog, path.as_deref()), path.as_deref())).collect();
    fragment.settle(&canon.join(", "));
}

/// `[mode] [name] type [DEFAULT expression]`, IN left out.
fn parameter(text: &str, place: Place<'_>, path: Option<&str>) -> String {
    let (head, default) = split_default(text.trim());
    let mut words = head;
    let mut out = String::new();
    let (mode, rest) = mode(words);
    words = rest;
    out.push_str(mode);
    let (name, ty) = name_and_type(words);
    if let Some(name) = name {
        out.push_str(&ident(&name));
        out.push(' ');
    }
    let ty = base(&place.catalog.type_text(ty, path));
    out.push_str(&ty);
    if let Some(default) = default {
        out.push_str(" DEFAULT ");
        out.push_str(&place.expecting(Some(ty)).text(default));
    }
    out
}

/// The mode where it is not IN, and the rest.
fn mode(text: &str) -> (&'static str, &str) {
    const MODES: &[(&str, &str)] =
        &[("INOUT ", "INOUT "), ("IN OUT ", "INOUT "), ("VARIADIC ", "VARIADIC "), ("OUT ", "OUT "), ("IN ", "")];
    for (word, mode) in MODES {
        if text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)) {
            return (mode, text.get(word.len()..).unwrap_or("").trim_start());
        }
    }
    ("", text)
}

/// Where a default begins: DEFAULT or `=` outside of quotes and parentheses.
fn split_default(text: &str) -> (&str, Option<&str>) {
    for Bare { at, c, .. } in bare(text).filter(|bare| bare.depth == 0) {
        let head = text.get(..at).unwrap_or("");
        match c {
            '=' => return (head.trim_end_matches(':').trim(), text.get(at + 1..).map(str::trim)),
            'd' | 'D' if is_default(text, at) => return (head.trim(), text.get(at + 7..).map(str::trim)),
            _ => {}
        }
    }
    (text, None)
}

fn is_default(text: &str, at: usize) -> bool {
    let word = text.get(at..at + 7).is_some_and(|word| word.eq_ignore_ascii_case("default"));
    let before = text.get(..at).is_some_and(|before| before.ends_with(char::is_whitespace) || before.ends_with([')', ']', '"']));
    let after = text.get(at + 7..).is_some_and(|after| after.starts_with(|c: char| c.is_whitespace() || c == '\''));
    word && before && after
}

/// A parameter's name, where its first word is none of the type's.
fn name_and_type(text: &str) -> (Option<String>, &str) {
    let end = match text.strip_prefix('"') {
        Some(rest) => rest.find('"').map_or(text.len(), |at| at + 2),
        None => text.find(|c: char| c.is_whitespace()).unwrap_or(text.len()),
    };
    let (first, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let rest = rest.trim_start();
    if rest.is_empty() || rest.starts_with(['.', '(', '[']) || is_one_type(text) {
        return (None, text);
    }
    let name = if first.starts_with('"') { first.trim_matches('"').to_owned() } else { first.to_ascii_lowercase() };
    (Some(name), rest)
}

/// Whether the words are a type of more than one word.
fn is_one_type(text: &str) -> bool {
    lexer::tokens(text).is_some_and(|tokens| {
        let mut at = 0;
        crate::dialects::postgres::types::read(&tokens, &mut at).is_some() && at == tokens.len()
    })
}

/// Values of settings without quotes, lists with one space.
fn settings(object: &mut Object) {
    let Some(Value::Options(settings)) = object.get(Attr::Settings) else { return };
    let plain = |value: &str| cut(value, |bare| bare.c == ',').into_iter().map(|part| unquoted(part.trim())).collect::<Vec<_>>().join(", ");
    let settled: BTreeMap<Name, Arc<str>> =
        settings.iter().map(|(name, value)| (Name::new(&name.as_str().to_ascii_lowercase()), Arc::from(plain(value)))).collect();
    object.set(Attr::Settings, (!settled.is_empty()).then_some(Value::Options(settled)));
}

/// What stands between quotes, where a doubled quote means one; a word as it is.
fn unquoted(text: &str) -> String {
    let between = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    let inner = ['\'', '"'].into_iter().find_map(|quote| Some((quote, between(quote)?)));
    inner.map_or_else(|| text.to_owned(), |(quote, inner)| inner.replace(&format!("{quote}{quote}"), &quote.to_string()))
}

/// The parameters that have a name, with their types.
pub fn named_parameters(object: &Object, catalog: &Catalog) -> Vec<Typed> {
    let path = object.text(Attr::SearchPath);
    let one = |item: &String| {
        let (name, ty) = name_and_type(mode(split_default(item.trim()).0).1);
        Some((name?, Some(catalog.type_text(ty, path))))
    };
    split_types(object.text(Attr::Parameters).unwrap_or("")).iter().filter_map(one).collect()
}

/// The result that output parameters imply: the type of the only one, else a record.
fn implied_result(object: &mut Object) {
    if object.key.kind != Kind::Function || object.has(Attr::Type) {
        return;
    }
    let Some(text) = object.text(Attr::Parameters) else { return };
    let outputs = outputs(text);
    let ty = match outputs.as_slice() {
        [] => return,
        [(_, only)] => only.clone(),
        _ => "record".to_owned(),
    };
    object.set(Attr::Type, Some(Value::sql(ty)));
}

/// The names and types of the output parameters.
pub fn outputs(parameters: &str) -> Vec<(Option<String>, String)> {
    let output = |item: &String| {
        let (mode, rest) = mode(split_default(item.trim()).0);
        let (name, ty) = name_and_type(rest);
        matches!(mode, "OUT " | "INOUT ").then(|| (name, ty.to_owned()))
    };
    split_types(parameters).iter().filter_map(output).collect()
}
