//! Constants as their type's output function prints them (manual, chapter 8): `'t'` for `true`, `'01:00:00'` for an hour.

use crate::base::Name;
use crate::dialects::postgres::lexer::{Token, ident, tokens};
use crate::dialects::postgres::types::base;

/// The value of a constant of this type as the server would print it; as written where its rule is not known here.
pub fn printed(value: &str, ty: &str) -> String {
    let known = match base(ty).as_str() {
        "boolean" => boolean(value),
        "integer" | "bigint" | "smallint" => value.trim().parse::<i64>().ok().map(|number| number.to_string()),
        "real" | "double precision" => float(value),
        "date" => date(value),
        "timestamp without time zone" | "timestamp with time zone" => timestamp(value, ty.ends_with("with time zone")),
        "time without time zone" => time(value.trim()),
        "jsonb" => jsonb(value),
        "jsonpath" => super::jsonpath::printed(value),
        "money" => money(value),
        "uuid" => uuid(value),
        "bytea" => bytea(value),
        known if known.starts_with("interval") => super::intervals::printed(value, ty),
        ty if ty.ends_with("[]") => array(value, ty.trim_end_matches("[]")),
        other => super::words::printed(value, other),
    };
    known.unwrap_or_else(|| value.to_owned())
}

/// A relation's name in a `regclass` constant, qualified by `namespace_of` where its author did not.
pub fn regclass(value: &str, namespace_of: impl Fn(&str) -> Name) -> String {
    let Some(tokens) = tokens(value) else { return value.to_owned() };
    let names: Vec<String> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Word(name) | Token::Quoted(name) => Some(name.to_string()),
            _ => None,
        })
        .collect();
    let namespace = names.first().filter(|_| names.len() == 1).map(|name| namespace_of(name).to_string());
    let path: Vec<String> = namespace.iter().chain(&names).map(|name| ident(name).into_owned()).collect();
    path.join(".")
}

fn boolean(value: &str) -> Option<String> {
    let word = value.trim().to_ascii_lowercase();
    let is = |whole: &str, least: usize| word.len() >= least && whole.starts_with(&word);
    if is("true", 1) || is("yes", 1) || is("on", 2) || word == "1" {
        Some("t".to_owned())
    } else if is("false", 1) || is("no", 1) || is("off", 2) || word == "0" {
        Some("f".to_owned())
    } else {
        None
    }
}

fn uuid(value: &str) -> Option<String> {
    let digits: String = value.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect();
    let mut parts = [8, 4, 4, 4, 12].into_iter().scan(digits.as_str(), |rest, length| {
        let (part, after) = rest.split_at_checked(length)?;
        *rest = after;
        Some(part)
    });
    let parts: Vec<&str> = parts.by_ref().collect();
    (digits.len() == 32 && parts.len() == 5).then(|| parts.join("-"))
}

/// Bytes in the hex format (manual, 8.4): what is not in it is in the escape format.
fn bytea(value: &str) -> Option<String> {
    if let Some(digits) = value.strip_prefix("\\x") {
        let digits: String = digits.chars().filter(|c| !c.is_ascii_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
        return (digits.len().is_multiple_of(2) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| format!("\\x{digits}"));
    }
    let mut hex = String::from("\\x");
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let (byte, next) = match (first, after) {
            (b'\\', [b'\\', next @ ..]) => (b'\\', next),
            (b'\\', [high @ b'0'..=b'3', middle @ b'0'..=b'7', low @ b'0'..=b'7', next @ ..]) => {
                ((high - b'0') * 64 + (middle - b'0') * 8 + (low - b'0'), next)
            }
            (b'\\', _) => return None,
            (byte, next) => (*byte, next),
        };
        hex.push_str(&format!("{byte:02x}"));
        rest = next;
    }
    Some(hex)
}

fn float(value: &str) -> Option<String> {
    const WORDS: &[(&str, &str)] =
        &[("infinity", "Infinity"), ("inf", "Infinity"), ("-infinity", "-Infinity"), ("-inf", "-Infinity"), ("nan", "NaN")];
    if let Some((_, printed)) = WORDS.iter().find(|(word, _)| value.trim().eq_ignore_ascii_case(word)) {
        return Some((*printed).to_owned());
    }
    let number = value
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite() && number.abs() < 1e15 && number.abs() >= 1e-4 || *number == 0.0)?;
    Some(number.to_string())
}

fn date(value: &str) -> Option<String> {
    let [year, month, day] = numbers::<3>(value.trim(), '-')?;
    (year >= 1000 && (1..=12).contains(&month) && (1..=31).contains(&day)).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Exactly `N` numbers between separators.
fn numbers<const N: usize>(text: &str, separator: char) -> Option<[u32; N]> {
    let parts: Vec<u32> = text.split(separator).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    parts.try_into().ok()
}

fn time(value: &str) -> Option<String> {
    let (clock, fraction) = value.split_once('.').unwrap_or((value, ""));
    let [hour, minute, second] = numbers::<3>(clock, ':').or_else(|| numbers::<2>(clock, ':').map(|[hour, minute]| [hour, minute, 0]))?;
    if hour > 24 || minute > 59 || second > 60 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(format!("{hour:02}:{minute:02}:{second:02}{dot}{fraction}"))
}

/// A moment in UTC: the server prints it in the session's zone, which says nothing about the moment.
fn timestamp(value: &str, zoned: bool) -> Option<String> {
    let value = value.trim();
    let (day, clock) = value.split_once([' ', 'T']).unwrap_or((value, "00:00:00"));
    let clock = clock.strip_suffix('Z').unwrap_or(clock).trim();
    let (plain, offset) = match clock.rfind(['+', '-']).and_then(|at| clock.split_at_checked(at)) {
        Some((plain, offset)) => (plain.trim(), minutes(offset)?),
        None => (clock, 0),
    };
    if !zoned {
        return Some(format!("{} {}", date(day)?, time(plain)?));
    }
    shifted(&date(day)?, &time(plain)?, -offset)
}

/// The minutes of `+05:30` or `-3`.
fn minutes(offset: &str) -> Option<i64> {
    let (sign, digits) = offset.split_at_checked(1)?;
    let (hours, rest) = digits.split_once(':').unwrap_or((digits, "0"));
    let total = hours.parse::<i64>().ok()? * 60 + rest.parse::<i64>().ok()?;
    Some(if sign == "-" { -total } else { total })
}

/// A day and a clock, so many minutes later.
fn shifted(day: &str, clock: &str, minutes: i64) -> Option<String> {
    let [year, month, date] = numbers::<3>(day, '-')?;
    let (time, rest) = clock.split_at_checked(5)?;
    let [hour, minute] = numbers::<2>(time, ':')?;
    let total = i64::from(hour) * 60 + i64::from(minute) + minutes;
    let (year, month, date) = day_after(year, month, date, total.div_euclid(1440));
    let within = total.rem_euclid(1440);
    Some(format!("{year:04}-{month:02}-{date:02} {:02}:{:02}{rest}+00", within / 60, within % 60))
}

/// The day before, the day, or the day after: no zone is further away.
fn day_after(year: u32, month: u32, day: u32, days: i64) -> (u32, u32, u32) {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = |month: u32| match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    match days {
        1.. if day < length(month) => (year, month, day + 1),
        1.. if month == 12 => (year + 1, 1, 1),
        1.. => (year, month + 1, 1),
        0 => (year, month, day),
        _ if day > 1 => (year, month, day - 1),
        _ if month == 1 => (year - 1, 12, 31),
        _ => (year, month - 1, length(month - 1)),
    }
}

/// An amount with two places, as most locales print it.
fn money(value: &str) -> Option<String> {
    let plain = value.trim().replace(['$', ','], "");
    let amount: f64 = plain.parse().ok().filter(|amount: &f64| (0.0..1e12).contains(amount))?;
    Some(format!("${amount:.2}"))
}

/// An array of plain elements, without the blanks around them.
fn array(value: &str, element: &str) -> Option<String> {
    let inner = value.trim().strip_prefix('{')?.strip_suffix('}')?;
    if inner.contains(['{', '}', '\\', '"']) {
        return None;
    }
    let items: Vec<String> = inner.split(',').map(|item| printed(item.trim(), element)).collect();
    Some(format!("{{{}}}", items.join(",")))
}

/// A document with keys in the order and spacing of `jsonb_out`: shorter keys first, then by bytes.
fn jsonb(value: &str) -> Option<String> {
    let document: serde_json::Value = serde_json::from_str(value).ok()?;
    let mut out = String::new();
    json(&document, &mut out);
    Some(out)
}

fn json(value: &serde_json::Value, out: &mut String) {
    match value {
        serde_json::Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                json(item, out);
            }
            out.push(']');
        }
        serde_json::Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|one, two| (one.0.len(), one.0).cmp(&(two.0.len(), two.0)));
            out.push('{');
            for (at, (key, item)) in members.into_iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                out.push_str(&serde_json::Value::String(key.clone()).to_string());
                out.push_str(": ");
                json(item, out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}
