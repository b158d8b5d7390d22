//! Triggers, routines, events and sequences: heads in one spelling, bodies as the client sends them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{fragment, moment};
use crate::base::Name;
use crate::dialects::mysql::family::{self, Family};
use crate::dialects::mysql::lex::{Token, TokenKind, literal, tokens, without_comments};
use crate::dialects::mysql::{modes, types};
use crate::ir::{Attr, Fragment, Kind, Object, Value};

/// Rewrites one object of these kinds.
pub fn canonicalise(object: &mut Object, family: &Family) {
    if let Some(text) = object.fragment(Attr::Body).map(|body| body.text.clone()) {
        let canon: Arc<str> = without_comments(&text).trim().trim_end_matches(|c: char| c == ';' || c.is_whitespace()).into();
        object.set(Attr::Body, Some(Value::Sql(Fragment { text, canon: Some(canon) })));
    }
    if let Some(mode) = object.text(Attr::SqlMode).map(str::to_string) {
        object.set(Attr::SqlMode, Some(Value::text(modes::canonical(&mode, family))));
    }
    match object.key.kind {
        Kind::Procedure | Kind::Function => routine(object, family),
        Kind::Event => event(object, family),
        Kind::Sequence => sequence(object),
        _ => {}
    }
}

fn routine(object: &mut Object, family: &Family) {
    if let Some(text) = object.fragment(Attr::Parameters).map(|parameters| parameters.text.clone()) {
        let canon = parameters(&text, family);
        object.set(Attr::Parameters, Some(Value::Sql(Fragment { text, canon: Some(canon.into()) })));
    }
    if let Some(text) = object.text(Attr::Type).map(str::to_string) {
        returns(object, &text, family);
    }
}

/// Parameters, token by token; IN is what a procedure's parameter is anyway.
fn parameters(text: &str, family: &Family) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut starts = true;
    for token in tokens(text, family) {
        let skipped = starts && token.is("in");
        starts = token.is(",");
        if !skipped {
            words.push(if token.kind == TokenKind::Word { token.raw.to_lowercase() } else { token.content() });
        }
    }
    words.join(" ")
}

/// The result of a function: its type, and its character set where it is said.
fn returns(object: &mut Object, text: &str, family: &Family) {
    let tokens = tokens(text, family);
    let starts = |token: &Token| token.is("charset") || token.is("character") || token.is("collate");
    let split = tokens.iter().enumerate().position(|(at, token)| at > 0 && starts(token) && !is_long_name(&tokens, at));
    let end = split.and_then(|at| tokens.get(at)).map_or(text.len(), |token| token.start);
    for (at, token) in tokens.iter().enumerate() {
        let value = |skip: usize| tokens.get(at + skip).map(Token::content);
        if token.is("charset") {
            object.set(Attr::Charset, value(1).map(|name| Value::text(family::charset(&name))));
        } else if token.is("set") && at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|before| before.is("character")) {
            object.set(Attr::Charset, value(1).map(|name| Value::text(family::charset(&name))));
        } else if token.is("collate") {
            object.set(Attr::Collation, value(1).map(|name| Value::text(family::collation(&name))));
        }
    }
    let canonical: Arc<str> = types::canonical(text.get(..end).unwrap_or(text).trim(), family).into();
    object.set(Attr::Type, Some(Value::Sql(Fragment { text: canonical.clone(), canon: Some(canonical) })));
    if let (Some(charset), None) = (object.text(Attr::Charset).map(str::to_string), object.get(Attr::Collation)) {
        object.set(Attr::Collation, Some(Value::text(family.default_collation(&charset))));
    }
    if let (None, Some(collation)) = (object.get(Attr::Charset), object.text(Attr::Collation).map(str::to_string)) {
        object.set(Attr::Charset, Some(Value::text(family::charset_of(&collation))));
    }
}

/// `CHARACTER VARYING` and `CHARACTER(n)` are types.
fn is_long_name(tokens: &[Token], at: usize) -> bool {
    tokens[at].is("character") && !tokens.get(at + 1).is_some_and(|next| next.is("set"))
}

fn event(object: &mut Object, family: &Family) {
    for attr in [Attr::Schedule, Attr::Start] {
        if let Some(text) = object.text(attr).map(str::to_string) {
            object.set(attr, Some(Value::text(spelled(&text, family))));
        }
    }
    let Some(Value::Options(options)) = object.get(Attr::Options).cloned() else { return };
    let options: BTreeMap<Name, Arc<str>> = options.into_iter().map(|(name, value)| (name, spelled(&value, family).into())).collect();
    object.set(Attr::Options, Some(Value::Options(options)));
}

/// Words in capitals, single spaces; a time as what it comes to.
fn spelled(text: &str, family: &Family) -> String {
    let once = text.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("at "));
    let (head, time) = text.split_at(if once { 3 } else { 0 });
    if let Some(time) = moment::settled(time, family) {
        return format!("{}{}", head.to_uppercase(), literal(&time));
    }
    let words: Vec<String> = tokens(text, family)
        .iter()
        .map(|token| match token.kind {
            TokenKind::Word => token.raw.to_uppercase(),
            TokenKind::Text => literal(&token.content()),
            _ => token.raw.to_string(),
        })
        .collect();
    words.join(" ")
}

/// Values that a sequence has anyway (MariaDB, CREATE SEQUENCE).
fn sequence(object: &mut Object) {
    object.set(Attr::Engine, None);
    if object.fragment(Attr::Type).is_some_and(fragment_is_bigint) {
        object.set(Attr::Type, None);
    }
    let descending = object.text(Attr::Increment).is_some_and(|by| by.starts_with('-'));
    let (minimum, maximum) = if descending { ("-9223372036854775807", "-1") } else { ("1", "9223372036854775806") };
    let first = if descending { Attr::MaxValue } else { Attr::MinValue };
    let start = object.text(first).unwrap_or(if descending { maximum } else { minimum }).to_string();
    if descending && !object.has(Attr::Type) {
        // What holds anyway depends on the direction: one that counts down says its bounds, so that a turn changes them too.
        for (attr, value) in [(Attr::Start, start.as_str()), (Attr::MinValue, minimum), (Attr::MaxValue, maximum)] {
            let stated = object.text(attr).unwrap_or(value).to_string();
            object.set(attr, Some(Value::text(stated)));
        }
    }
    let idle = [
        (Attr::Start, start.as_str()),
        (Attr::MinValue, minimum),
        (Attr::MaxValue, maximum),
        (Attr::Increment, "1"),
        (Attr::Cache, "1000"),
    ];
    let kept = |attr: Attr| descending && matches!(attr, Attr::Start | Attr::MinValue | Attr::MaxValue);
    for (attr, value) in idle {
        if object.text(attr) == Some(value) && (object.has(Attr::Type) || !kept(attr)) {
            object.set(attr, None);
        }
    }
}

fn fragment_is_bigint(kind: &Fragment) -> bool {
    fragment::words(&kind.text, &family::MARIADB) == "bigint"
}
