//! What Python's operators and methods on texts give: `%`, `format`, `join` and the like.

use std::sync::Arc;

use super::functions::Arguments;
use super::value::Value;
use crate::base::Span;

/// A value as it stands in a text.
pub fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// `text % value`: `%s` and `%d` in order, `%(name)s` by name; `%%` is a sign.
pub fn percent(text: &str, value: &Value) -> Option<String> {
    let single = [value.clone()];
    let mut given = value.items().unwrap_or(&single).iter();
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let (piece, tail) = if let Some(after) = after.strip_prefix('%') {
            ("%".to_string(), after)
        } else if let Some(named) = after.strip_prefix('(') {
            let (name, tail) = named.split_once(')')?;
            (shown(value.entry(name)?)?, tail.get(1..)?)
        } else if after.starts_with(['s', 'd']) {
            (shown(given.next()?)?, after.get(1..)?)
        } else {
            return None;
        };
        out.push_str(&piece);
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

pub fn method(text: &str, method: &str, Arguments { placed, named }: &Arguments, span: Span) -> Value {
    let made = match (method, &**placed) {
        ("lower", []) => Some(text.to_lowercase()),
        ("upper", []) => Some(text.to_uppercase()),
        ("title", []) => Some(titled(text)),
        ("capitalize", []) => {
            Some(text.chars().take(1).flat_map(char::to_uppercase).chain(text.chars().skip(1).flat_map(char::to_lowercase)).collect())
        }
        ("strip", []) => Some(text.trim().to_string()),
        ("strip", [Value::Str(signs)]) => Some(text.trim_matches(|sign| signs.contains(sign)).to_string()),
        // The text of a file that was read as bytes.
        ("decode", _) => Some(text.to_string()),
        ("startswith", [Value::Str(start)]) => return Value::Bool(text.starts_with(&**start)),
        ("endswith", [Value::Str(end)]) => return Value::Bool(text.ends_with(&**end)),
        ("replace", [Value::Str(from), Value::Str(to)]) => Some(text.replace(&**from, to)),
        ("join", [items]) => {
            items.items().and_then(|items| items.iter().map(shown).collect::<Option<Vec<_>>>()).map(|items| items.join(text))
        }
        ("format", values) => format(text, values, named),
        ("rsplit", [Value::Str(sign), Value::Int(1)]) if !sign.is_empty() => {
            let pieces = text.rsplit_once(&**sign).map_or(vec![text], |(one, two)| vec![one, two]);
            return Value::List(pieces.into_iter().map(|piece| Value::Str(piece.into())).collect());
        }
        ("split", [Value::Str(sign)]) if !sign.is_empty() => {
            return Value::List(text.split(&**sign).map(|piece| Value::Str(piece.into())).collect());
        }
        _ => None,
    };
    made.map_or(Value::Unknown(span), |text| Value::Str(text.into()))
}

fn titled(text: &str) -> String {
    let mut inside = false;
    let each = text.chars().map(|c| {
        let made = if inside { c.to_lowercase().to_string() } else { c.to_uppercase().to_string() };
        inside = c.is_alphabetic();
        made
    });
    each.collect()
}

/// `text.format(…)` with bare braces only.
fn format(text: &str, values: &[Value], named: &[(Arc<str>, Value)]) -> Option<String> {
    let mut given = values.iter();
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let doubled = ["{{", "}}"].iter().find(|sign| rest[at..].starts_with(**sign));
        if let Some(sign) = doubled {
            out.push_str(&sign[..1]);
            rest = &rest[at + 2..];
            continue;
        }
        let (place, after) = rest[at..].strip_prefix('{')?.split_once('}')?;
        let value = match place.parse::<usize>() {
            Ok(number) => values.get(number)?,
            Err(_) if place.is_empty() => given.next()?,
            // `{name!r}`, `{name.attribute}` and `{name:5}` are no such names.
            Err(_) => named.iter().find(|(name, _)| &**name == place).map(|(_, value)| value)?,
        };
        out.push_str(&shown(value)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// What a dictionary's methods give.
pub fn of_dict(dict: &Value, method: &str, arguments: &[Value], span: Span) -> Value {
    let Value::Dict(entries) = dict else { return Value::Unknown(span) };
    let whole = entries.iter().all(|(key, _)| !key.has_unknown());
    match (method, arguments) {
        ("get" | "pop" | "setdefault", [Value::Str(key), rest @ ..]) => match (dict.entry(key), rest.first()) {
            (Some(value), _) => value.clone(),
            (None, Some(default)) if whole => default.clone(),
            (None, None) if whole && method == "get" => Value::None,
            _ => Value::Unknown(span),
        },
        ("copy", []) => dict.clone(),
        ("keys", []) => Value::List(entries.iter().map(|(key, _)| key.clone()).collect()),
        ("values", []) => Value::List(entries.iter().map(|(_, value)| value.clone()).collect()),
        ("items", []) => Value::List(entries.iter().map(|(key, value)| Value::Tuple([key.clone(), value.clone()].into())).collect()),
        _ => Value::Unknown(span),
    }
}
