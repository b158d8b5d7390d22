//! Rare kinds that are compared as whole statements: their options in one order, what goes without saying left out.

use std::collections::BTreeSet;

use super::expressions::Place;
use super::normal;
use crate::base::Name;
use crate::dialects::postgres::analyse::{Catalog, qualified, split_types};
use crate::dialects::postgres::text_search::is_system_dictionary;
use crate::dialects::postgres::{levels, lexer, quote};
use crate::ir::{Attr, Fragment, Kind, Object, Value};

/// Options whose values are types.
const TYPES: &[&str] = &["basetype", "element", "leftarg", "mstype", "rightarg", "stype", "subtype"];
/// Options that say what the server assumes anyway.
const ASSUMED: &[(Kind, &str, &str)] = &[
    (Kind::Aggregate, "finalfunc_modify", "read_only"),
    (Kind::Aggregate, "mfinalfunc_modify", "read_only"),
    (Kind::Aggregate, "parallel", "unsafe"),
    (Kind::Collation, "deterministic", "true"),
    (Kind::Collation, "provider", "libc"),
    (Kind::Publication, "publish", "insert, update, delete, truncate"),
    (Kind::Publication, "publish_via_partition_root", "false"),
];
/// Options by their other names.
const ALIASES: &[(&str, &str)] = &[("sfunc1", "sfunc"), ("stype1", "stype"), ("initcond1", "initcond"), ("procedure", "function")];

/// The canonical form of a whole statement.
pub fn settle(object: &mut Object, catalog: &Catalog) {
    if !object.has(Attr::Definition) {
        return;
    }
    let kind = object.key.kind;
    if kind == Kind::Subscription {
        return super::subscriptions::settle(object, catalog);
    }
    let place = Place::bare(object, catalog);
    let implied = implied_multirange(object.key.name.as_str());
    let Some(Value::Sql(fragment)) = object.get_mut(Attr::Definition) else { return };
    match kind {
        Kind::Statistics => statistics(fragment, &place),
        Kind::EventTrigger => event_trigger(fragment, &place),
        Kind::ForeignDataWrapper => fragment.canon = Some(wrapper(&fragment.text, &place).into()),
        Kind::OperatorClass => fragment.canon = Some(operator_class(&fragment.text, &place).into()),
        Kind::Cast | Kind::Transform | Kind::Conversion => fragment.canon = Some(unqualified(&fragment.text).into()),
        Kind::Range
        | Kind::Aggregate
        | Kind::Operator
        | Kind::Collation
        | Kind::BaseType
        | Kind::Publication
        | Kind::TextSearchDictionary
        | Kind::TextSearchConfiguration
        | Kind::TextSearchTemplate
        | Kind::TextSearchParser => {
            let canon = options(kind, &fragment.text, &place, &implied);
            fragment.canon = canon.map(Into::into);
            if fragment.canon.is_none() {
                normal(fragment);
            }
        }
        _ => normal(fragment),
    }
    match kind {
        Kind::TextSearchConfiguration => mappings(object, catalog),
        Kind::Publication => filters(object, catalog),
        Kind::OperatorFamily => elements(object, catalog),
        _ => {}
    }
}

/// A text without the namespaces that are searched anyway.
pub(super) fn unqualified(text: &str) -> String {
    lexer::normal(text).replace("pg_catalog . ", "").replace("public . ", "")
}

/// The elements of an operator class without what they take from its type: `OPERATOR 1 < (integer, integer)` says no more than
/// `OPERATOR 1 <` in a class FOR TYPE integer (manual, CREATE OPERATOR CLASS).
fn operator_class(text: &str, place: &Place<'_>) -> String {
    let plain = unqualified(text);
    let Some((head, elements)) = plain.split_once(" as ") else { return plain };
    let parted = head.split_once(" for type ").and_then(|(name, rest)| Some((name, rest.split_once(" using ")?)));
    let Some((name, (ty, method))) = parted else { return plain };
    let ty = place.catalog.type_text(ty, place.path.as_deref());
    // The family of the class's own name is the one that it gets where none is named.
    let own = name.trim_end_matches(" default").split_whitespace().last().unwrap_or("");
    let method = method.strip_suffix(&format!(" family {own}")).unwrap_or(method);
    let head = format!("{name} for type {ty} using {method}");
    let implied = format!("( {ty} , {ty} )");
    let element = |element: &String| {
        let element = typed(&lexer::normal(element), place);
        match element.strip_suffix(&implied) {
            Some(operator) if element.starts_with("operator ") => operator.trim_end().to_owned(),
            _ => element.replacen(&format!(" {implied} "), " ", 1),
        }
    };
    let elements: Vec<String> = split_types(elements).iter().map(element).collect();
    format!("{head} as {}", elements.join(", "))
}

/// A text in normal form with its lists of types in their one spelling.
fn typed(text: &str, place: &Place<'_>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, (list, after))) = rest.split_once("( ").and_then(|(before, after)| Some((before, after.split_once(" )")?))) {
        let types: Vec<String> = list.split(" , ").map(|ty| place.catalog.type_text(ty, place.path.as_deref())).collect();
        out.push_str(&format!("{before}( {} )", types.join(" , ")));
        rest = after;
    }
    out + rest
}

/// The operators and functions of a family, in one spelling.
fn elements(object: &mut Object, catalog: &Catalog) {
    let place = Place::bare(object, catalog);
    if let Some(Value::Options(members)) = object.get_mut(Attr::Options) {
        *members = members.iter().map(|(name, said)| (Name::new(&typed(&unqualified(name.as_str()), &place)), said.clone())).collect();
    }
}

/// The dictionaries of each token type, each with the namespace in which it was found.
fn mappings(object: &mut Object, catalog: &Catalog) {
    let path = object.text(Attr::SearchPath).map(str::to_owned);
    if let Some(Value::Options(mappings)) = object.get_mut(Attr::Options) {
        for dictionaries in mappings.values_mut() {
            let found: Vec<String> = dictionaries.split(", ").map(|name| dictionary(name, path.as_deref(), catalog)).collect();
            *dictionaries = found.join(", ").into();
        }
    }
}

fn dictionary(name: &str, path: Option<&str>, catalog: &Catalog) -> String {
    if name.contains('.') || is_system_dictionary(name) {
        return name.to_owned();
    }
    let (namespace, name) = catalog.text_search_name(name, path);
    namespace.map_or_else(|| quote(name), |namespace| format!("{}.{}", quote(namespace), quote(name)))
}

/// The columns of each published table, and the condition on its rows in one form. What is executed is the text as written,
/// which `Layout` keeps: the form is for comparison alone.
fn filters(object: &mut Object, catalog: &Catalog) {
    let path = object.text(Attr::SearchPath).map(str::to_owned);
    let mut written = match object.get(Attr::Layout) {
        Some(Value::Options(written)) => written.clone(),
        _ => Default::default(),
    };
    let Some(Value::Options(members)) = object.get_mut(Attr::Options) else { return };
    for (name, said) in members.iter_mut() {
        let place = Place { catalog, path: path.clone(), scope: Default::default(), expected: Some("boolean".to_owned()) };
        let known = written.get(name).is_some_and(|text| filter(*name, text, &place).as_deref() == Some(&**said));
        if let Some(form) = filter(*name, said, &place).filter(|_| !known) {
            written.insert(*name, said.clone());
            *said = form.into();
        }
    }
    object.set(Attr::Layout, (!written.is_empty()).then_some(Value::Options(written)));
}

/// What is said of the published table `TABLE ns.t`, its condition in one form, its columns in one order: the server keeps them as a
/// set (manual, 53.42 pg_publication_rel). `None` where nothing is said.
fn filter(name: Name, said: &str, place: &Place<'_>) -> Option<String> {
    let (namespace, table) = name.as_str().strip_prefix("TABLE ")?.rsplit_once('.')?;
    let (columns, condition) = columns_and_condition(said)?;
    let mut forms = Vec::new();
    if let Some(columns) = columns {
        let columns: BTreeSet<String> = levels::parted(columns, ',').into_iter().map(lexer::normal).collect();
        forms.push(format!("({})", columns.into_iter().collect::<Vec<_>>().join(", ")));
    }
    if let Some(condition) = condition {
        let table = table.trim_matches('"');
        let known = place.catalog.columns(Name::new(namespace.trim_matches('"')), Name::new(table));
        let place = Place { catalog: place.catalog, path: place.path.clone(), scope: Default::default(), expected: place.expected.clone() };
        forms.push(format!("WHERE ({})", place.with(table, known).text(condition)));
    }
    Some(forms.join(" ")).filter(|form| !form.is_empty())
}

/// `[(columns)] [WHERE (condition)]`.
fn columns_and_condition(said: &str) -> Option<(Option<&str>, Option<&str>)> {
    let said = said.trim();
    let (columns, rest) = match said.strip_prefix('(') {
        Some(_) => {
            let end = levels::bare(said).find(|bare| bare.c == ')' && bare.depth == 0)?.at;
            (said.get(1..end), said.get(end + 1..)?.trim())
        }
        None => (None, said),
    };
    let condition = rest.get(..5).filter(|word| word.eq_ignore_ascii_case("where")).and_then(|_| rest.get(5..));
    (rest.is_empty() || condition.is_some()).then_some((columns, condition))
}

/// The multirange that comes with a range, as it is named or by default.
pub fn multirange(range: &Object) -> Option<Name> {
    let text = range.text(Attr::Definition).filter(|_| range.key.kind == Kind::Range)?.trim_end();
    let head = text.strip_suffix(')')?;
    let items = split_types(head.get(opening(head)? + 1..)?);
    let named =
        items.iter().filter_map(|item| item.split_once('=')).find(|item| item.0.trim().eq_ignore_ascii_case("multirange_type_name"));
    let name = named.map(|(_, value)| value.rsplit('.').next().unwrap_or(value).trim());
    Some(Name::new(&match name {
        Some(name) if name.starts_with('"') => name.trim_matches('"').to_owned(),
        Some(name) => name.to_ascii_lowercase(),
        None => implied_multirange(range.key.name.as_str()),
    }))
}

/// The name that a range's multirange gets (manual, CREATE TYPE).
fn implied_multirange(name: &str) -> String {
    if name.contains("range") { name.replacen("range", "multirange", 1) } else { format!("{name}_multirange") }
}

/// The options in the last parentheses, sorted; what stands before them is the key's.
fn options(kind: Kind, text: &str, place: &Place<'_>, multirange: &str) -> Option<String> {
    let copied = system_collation(kind, text);
    let text = copied.as_deref().unwrap_or(text).trim_end();
    let Some(head) = text.strip_suffix(')') else { return (kind == Kind::Publication).then(|| lexer::normal(text)) };
    let open = opening(head)?;
    let (before, inner) = (head.get(..open)?, head.get(open + 1..)?);
    let mut list: Vec<(String, String)> = split_types(inner).iter().filter_map(|item| option(item, place)).collect();
    // A flag of a publication holds by its name alone.
    for (_, value) in list.iter_mut().filter(|(_, value)| kind == Kind::Publication && value.is_empty()) {
        *value = "true".to_owned();
    }
    for (_, value) in list.iter_mut().filter(|(key, _)| kind == Kind::Publication && key == "publish") {
        *value = published(value);
    }
    let is_ordered_set = kind == Kind::Aggregate && before.to_ascii_lowercase().contains("order by");
    if kind == Kind::Aggregate {
        flags(&mut list);
    }
    list.retain(|(key, value)| match key.as_str() {
        // Such an aggregate is assumed to change its state at the end (manual, CREATE AGGREGATE).
        "finalfunc_modify" if is_ordered_set => value != "read_write",
        key => !ASSUMED.contains(&(kind, key, value.as_str())),
    });
    list.retain(|(key, value)| key != "multirange_type_name" || value != multirange);
    if kind == Kind::Collation {
        one_locale(&mut list);
    }
    list.sort();
    let list: Vec<String> = list.into_iter().map(|(key, value)| if value.is_empty() { key } else { format!("{key} = {value}") }).collect();
    let between = if kind == Kind::Publication {
        before.trim_end().trim_end_matches("WITH").trim_end_matches("with").trim_end().to_owned()
    } else {
        String::new()
    };
    Some(format!("{}({})", lexer::normal(&between), list.join(", ")).trim_end_matches("()").to_owned())
}

/// Flags of an aggregate hold by their names alone.
fn flags(list: &mut Vec<(String, String)>) {
    const FLAGS: &[&str] = &["finalfunc_extra", "hypothetical", "mfinalfunc_extra"];
    list.retain(|(key, value)| !FLAGS.contains(&key.as_str()) || !matches!(value.as_str(), "false" | "off" | "0" | "no"));
    list.iter_mut().filter(|(key, _)| FLAGS.contains(&key.as_str())).for_each(|(_, value)| value.clear());
}

/// What a publication sends, in the order in which the server lists it.
fn published(value: &str) -> String {
    const ACTIONS: &[&str] = &["insert", "update", "delete", "truncate"];
    let said: Vec<String> = value.split(',').map(|word| word.trim_matches(['\'', ' ']).to_ascii_lowercase()).collect();
    ACTIONS.iter().copied().filter(|action| said.iter().any(|word| word == action)).collect::<Vec<_>>().join(", ")
}

/// Where the parenthesis opens that the end of the text closes.
pub(super) fn opening(head: &str) -> Option<usize> {
    let mut depth = 1;
    for (at, c) in head.char_indices().rev() {
        depth += match c {
            ')' => 1,
            '(' => -1,
            _ => 0,
        };
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

fn option(text: &str, place: &Place<'_>) -> Option<(String, String)> {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    let key = key.trim().to_ascii_lowercase();
    let key = ALIASES.iter().find(|(alias, _)| *alias == key).map_or(key.as_str(), |(_, name)| name).to_owned();
    let value = value.trim();
    if key.is_empty() {
        return None;
    }
    if TYPES.contains(&key.as_str()) {
        return Some((key, place.catalog.type_text(value, place.path.as_deref())));
    }
    if let Some(inner) = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Some((key, inner.to_owned()));
    }
    let plain = lexer::normal(value).replace(" . ", ".");
    let plain = plain.strip_prefix("operator (").and_then(|rest| rest.strip_suffix(')')).unwrap_or(&plain).trim();
    let bare = plain.strip_prefix("pg_catalog.").or_else(|| plain.strip_prefix("public.")).unwrap_or(plain);
    Some((key, bare.trim_matches('"').to_owned()))
}

/// A copy of a collation that every system has, as its options.
fn system_collation(kind: Kind, text: &str) -> Option<String> {
    let (head, source) = text.rsplit_once(" FROM ").or_else(|| text.rsplit_once(" from "))?;
    let name = source.trim().trim_start_matches("pg_catalog.").trim_matches('"');
    (kind == Kind::Collation && ["C", "POSIX"].contains(&name)).then(|| format!("{head} (locale = '{name}')"))
}

/// The two halves of a locale where they are one.
fn one_locale(list: &mut Vec<(String, String)>) {
    let half = |name: &str, list: &[(String, String)]| list.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let halves = (half("lc_collate", list), half("lc_ctype", list));
    if let (Some(collate), Some(ctype)) = halves
        && collate == ctype
    {
        list.retain(|(key, _)| key != "lc_collate" && key != "lc_ctype");
        list.push(("locale".to_owned(), collate));
    }
}

/// The function with its namespace, under its newer word.
fn event_trigger(fragment: &mut Fragment, place: &Place<'_>) {
    let lower = fragment.text.to_ascii_lowercase();
    let words = ["execute function", "execute procedure"];
    let found = words.iter().find_map(|word| lower.rfind(word).map(|at| (at, at + word.len())));
    let parts = found.and_then(|(at, after)| Some((fragment.text.get(..at)?, fragment.text.get(after..)?)));
    let Some((head, call)) = parts else { return normal(fragment) };
    let call = super::relations::call(call, place.path.as_deref(), place.catalog);
    fragment.canon = Some(format!("{} execute {call}", lexer::normal(head)).into());
}

/// The routines of a wrapper with their namespaces; to say that there is none says nothing.
fn wrapper(text: &str, place: &Place<'_>) -> String {
    let text = lexer::normal(text).replace(" no handler", "").replace(" no validator", "");
    let mut words = text.split(' ').peekable();
    let mut out: Vec<String> = Vec::new();
    while let Some(word) = words.next() {
        out.push(word.to_owned());
        if !matches!(word, "handler" | "validator") {
            continue;
        }
        let mut name = words.next().unwrap_or("").to_owned();
        while words.next_if_eq(&".").is_some() {
            name.push('.');
            name.push_str(words.next().unwrap_or(""));
        }
        out.push(super::relations::call(&format!("{name}()"), place.path.as_deref(), place.catalog));
    }
    out.join(" ")
}

/// `[(kinds)] ON columns FROM relation` (manual, CREATE STATISTICS).
fn statistics(fragment: &mut Fragment, place: &Place<'_>) {
    let Some(canon) = read_statistics(&fragment.text, place) else { return normal(fragment) };
    fragment.canon = Some(canon.into());
}

fn read_statistics(text: &str, place: &Place<'_>) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let (on, from) = (lower.find(" on ")?, lower.rfind(" from ")?);
    let kinds = text.get(..on)?.rsplit_once('(').and_then(|(_, rest)| rest.trim().strip_suffix(')'));
    let mut kinds: Vec<String> = kinds.map_or_else(Vec::new, |list| list.split(',').map(|kind| kind.trim().to_ascii_lowercase()).collect());
    kinds.sort();
    if kinds == ["dependencies", "mcv", "ndistinct"] {
        kinds.clear();
    }
    let path: Vec<String> = lexer::normal(text.get(from + 6..)?).split(" . ").map(|part| part.trim_matches('"').to_owned()).collect();
    let name = crate::base::Name::new(path.last()?);
    let namespace = match path.as_slice() {
        [_] => place.catalog.relation_namespace(name, place.path.as_deref())?,
        [.., namespace, _] => crate::base::Name::new(namespace),
        [] => return None,
    };
    let place = Place { catalog: place.catalog, path: place.path.clone(), scope: Default::default(), expected: None };
    let columns = place.catalog.columns(namespace, name);
    let place = place.with(name.as_str(), columns);
    let mut elements: Vec<String> = split_types(text.get(on + 4..from)?).iter().map(|element| place.text(element)).collect();
    elements.sort();
    Some(format!("({}) on {} from {}", kinds.join(", "), elements.join(", "), qualified(namespace, name)))
}
