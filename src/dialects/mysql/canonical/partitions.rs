//! Partitions: the way a table is cut, and the list of its pieces, as facts of the table.

use std::sync::Arc;

use super::expression::{Expr, expression};
use super::{calendar, fragment, rewrite, show};
use crate::base::Name;
use crate::dialects::mysql::cursor::{Cursor, Read};
use crate::dialects::mysql::family::Family;
use crate::dialects::mysql::lex::{TokenKind, tokens};
use crate::dialects::mysql::types::Class;
use crate::ir::{Attr, Fragment, Key, Kind, Object, Schema, Value, Written};

/// Turns the pieces of a table into its fact, in their order.
pub fn fold(schema: &mut Schema<Written>, table: Key, family: &Family) {
    let mut pieces: Vec<Object> = schema.parts(table, Kind::Partition).cloned().collect();
    pieces.sort_by_key(|piece| piece.ordinal);
    for piece in &pieces {
        schema.remove(piece.key);
    }
    let Some(object) = schema.get_mut(table) else { return };
    let Some(text) = object.text(Attr::PartitionBy).map(str::to_string) else {
        object.set(Attr::Partitions, None);
        return;
    };
    let (changes, mut pieces): (Vec<Object>, Vec<Object>) = pieces.into_iter().partition(|piece| piece.has(Attr::Increment));
    let text = changes
        .iter()
        .filter_map(|change| change.text(Attr::Increment)?.parse().ok())
        .fold(text, |text, by| if pieces.is_empty() { counted(&text, by, family) } else { recut(&mut pieces, table, by, text) });
    let mut cursor = Cursor::new(&text, family);
    let canon = scheme(&mut cursor).ok().filter(|_| cursor.is_done());
    let canon = canon.unwrap_or_else(|| fragment::words(&text, family));
    object.set(Attr::PartitionBy, Some(Value::Sql(Fragment { text: text.into(), canon: Some(canon.into()) })));
    if pieces.is_empty() {
        return;
    }
    let (texts, canons): (Vec<String>, Vec<String>) = pieces.iter().map(|piece| piece_texts(piece, family)).unzip();
    let text: Arc<str> = texts.join(",\n    ").into();
    object.set(Attr::Partitions, Some(Value::Sql(Fragment { text, canon: Some(canons.join(", ").into()) })));
}

/// The way a table is cut with so many pieces more or fewer.
fn counted(text: &str, by: i64, family: &Family) -> String {
    let tokens = tokens(text, family);
    let at = tokens.iter().position(|token| token.is("partitions"));
    let number = at.and_then(|at| tokens.get(at + 1));
    let count = number.and_then(|token| token.raw.parse::<i64>().ok()).unwrap_or(1).saturating_add(by);
    let (start, end) = match (number, tokens.iter().find(|token| token.is("subpartition"))) {
        (Some(number), _) => (number.start, number.end()),
        (None, Some(subpartition)) => (subpartition.start, subpartition.start),
        (None, None) => (text.len(), text.len()),
    };
    let word = if number.is_some() { "" } else { " PARTITIONS " };
    format!("{}{word}{count}{}", text.get(..start).unwrap_or(text), text.get(end..).unwrap_or(""))
}

/// The last pieces go, or new ones come with the names that the server gives.
fn recut(pieces: &mut Vec<Object>, table: Key, by: i64, text: String) -> String {
    let wanted = usize::try_from(i64::try_from(pieces.len()).unwrap_or(0).saturating_add(by)).unwrap_or(0);
    pieces.truncate(wanted.max(1));
    for number in pieces.len()..wanted {
        pieces.push(Object::new(table.child(Kind::Partition, Name::new(&format!("p{number}")))));
    }
    text
}

fn piece_texts(piece: &Object, family: &Family) -> (String, String) {
    let name = format!("`{}`", piece.key.name.as_str().replace('`', "``"));
    let definition = piece.text(Attr::Definition).unwrap_or("");
    let mut cursor = Cursor::new(definition, family);
    let canon = values(&mut cursor).ok().filter(|_| cursor.is_done());
    let canon = canon.unwrap_or_else(|| fragment::words(definition, family));
    (format!("PARTITION {name} {definition}").trim_end().to_string(), format!("{name} {canon}"))
}

/// `RANGE (year(b)) PARTITIONS 3 SUBPARTITION BY HASH (c) SUBPARTITIONS 2`.
fn scheme(cursor: &mut Cursor) -> Read<String> {
    let mut out = method(cursor)?;
    loop {
        if cursor.eat(&["partitions"]) {
            let count = cursor.number()?;
            if count > 1 {
                out.push_str(&format!(" partitions {count}"));
            }
        } else if cursor.eat(&["subpartition", "by"]) {
            out.push_str(&format!(" subpartition by {}", method(cursor)?));
        } else if cursor.eat(&["subpartitions"]) {
            out.push_str(&format!(" subpartitions {}", cursor.number()?));
        } else if cursor.is_done() {
            return Ok(out);
        } else {
            return Err(cursor.unexpected("the end"));
        }
    }
}

fn method(cursor: &mut Cursor) -> Read<String> {
    let linear = if cursor.eat(&["linear"]) { "linear " } else { "" };
    if cursor.eat(&["system_time"]) {
        return system_time(cursor);
    }
    let word = cursor.eat_any(&["hash", "key", "range", "list"]).ok_or_else(|| cursor.unexpected("a way to partition"))?;
    let mut old = "";
    if cursor.eat(&["algorithm"]) {
        cursor.expect(&["="])?;
        // The second is what every server since MySQL 5.5 takes without a word.
        old = if cursor.number()? == 1 { " algorithm 1" } else { "" };
    }
    let columns = cursor.eat(&["columns"]);
    let named = columns || word == "key";
    let list = if named {
        let names = cursor.list(|cursor| cursor.name())?;
        names.iter().map(|name| format!("`{}`", name.to_lowercase())).collect::<Vec<_>>().join(",")
    } else {
        let values = cursor.list(expression)?;
        values.into_iter().map(shown).collect::<Vec<_>>().join(",")
    };
    Ok(format!("{linear}{word}{old}{} ({list})", if columns { " columns" } else { "" }))
}

/// `SYSTEM_TIME INTERVAL 1 MONTH STARTS …`: the start is the time of making where nobody says it.
fn system_time(cursor: &mut Cursor) -> Read<String> {
    let mut words = vec!["system_time".to_string()];
    while let Some(token) = cursor.peek() {
        if token.is("starts") {
            cursor.take();
            expression(cursor)?;
        } else if token.is("partitions") || token.is("subpartition") {
            break;
        } else {
            cursor.take();
            words.push(token.raw.to_ascii_lowercase());
        }
    }
    // The server counts weeks in days and quarters in months.
    const UNITS: &[(&str, u32, &str)] = &[("week", 7, "day"), ("quarter", 3, "month")];
    if let [_, _, count, unit, ..] = words.as_mut_slice()
        && let Some((_, each, kept)) = UNITS.iter().find(|(said, ..)| said == unit)
        && let Ok(number) = count.parse::<u32>()
    {
        (*count, *unit) = (number.saturating_mul(*each).to_string(), (*kept).to_string());
    }
    Ok(words.join(" "))
}

fn shown(expr: Expr) -> String {
    show::expression(&fragment::lower_names(rewrite::value(expr)))
}

/// What stands behind a piece's name: its values and its options, the engine left out.
fn values(cursor: &mut Cursor) -> Read<String> {
    let (mut out, mut options, mut below) = (Vec::new(), Vec::new(), None);
    if cursor.eat(&["values"]) {
        if cursor.eat(&["less", "than"]) {
            out.push(format!("less than {}", bounds(cursor)?));
        } else {
            cursor.expect(&["in"])?;
            out.push(format!("in {}", null_first(bounds(cursor)?)));
        }
    }
    while let Some(token) = cursor.peek() {
        if cursor.eat(&["storage"]) || token.is("engine") {
            cursor.eat(&["engine"]);
            cursor.eat(&["="]);
            cursor.word_or_value()?;
        } else if token.is("(") {
            let pieces = cursor.list(|cursor| {
                cursor.expect(&["subpartition"])?;
                Ok(format!("{} {}", cursor.name()?, values(cursor)?))
            })?;
            below = Some(format!("({})", pieces.join(",")));
        } else if token.is(",") || token.is(")") {
            break;
        } else {
            options.push(option(cursor)?);
        }
    }
    // The server prints options in an order of its own.
    options.sort_unstable();
    Ok(out.into_iter().chain(options).chain(below).collect::<Vec<_>>().join(" "))
}

/// `COMMENT = 'x'`, `DATA DIRECTORY 'x'`, `MAX_ROWS 5`; a word alone, as `HISTORY` is.
fn option(cursor: &mut Cursor) -> Read<String> {
    let mut words = vec![cursor.name()?.to_ascii_lowercase()];
    if cursor.eat(&["directory"]) {
        words.push("directory".to_string());
    }
    let valued = cursor.eat(&["="]) || cursor.peek().is_some_and(|token| matches!(token.kind, TokenKind::Text | TokenKind::Number));
    let valued = valued || ["tablespace", "nodegroup"].contains(&words[0].as_str());
    if valued {
        words.push(cursor.word_or_value()?);
    }
    Ok(words.join(" "))
}

/// The server keeps a NULL of a list apart, and prints it first.
fn null_first(bounds: String) -> String {
    let inner = bounds.get(1..bounds.len().saturating_sub(1)).filter(|inner| !inner.contains(['(', '\'']));
    let Some(inner) = inner else { return bounds };
    let (nulls, others): (Vec<&str>, Vec<&str>) = inner.split(',').partition(|value| value.eq_ignore_ascii_case("null"));
    if nulls.is_empty() { bounds } else { format!("({})", nulls.into_iter().chain(others).collect::<Vec<_>>().join(",")) }
}

fn bounds(cursor: &mut Cursor) -> Read<String> {
    if cursor.eat(&["maxvalue"]) {
        return Ok("(`maxvalue`)".to_string());
    }
    let values = cursor.list(expression)?;
    let shown = |value: Expr| constant(&value).map_or_else(|| shown(value), |number| number.to_string());
    Ok(format!("({})", values.into_iter().map(shown).collect::<Vec<_>>().join(",")))
}

/// The number that a bound says: the server keeps the number, not the expression.
fn constant(value: &Expr) -> Option<i64> {
    match value {
        Expr::Atom(digits) => digits.parse().ok(),
        Expr::Node(tag, kids) => match (tag.as_str(), kids.as_slice()) {
            ("neg", [one]) => constant(one)?.checked_neg(),
            ("+", [one, two]) => constant(one)?.checked_add(constant(two)?),
            ("-", [one, two]) => constant(one)?.checked_sub(constant(two)?),
            ("*", [one, two]) => constant(one)?.checked_mul(constant(two)?),
            ("year", [Expr::Text(date)]) => date.get(..4)?.parse().ok(),
            ("to_days", [Expr::Text(date)]) => days(date),
            _ => None,
        },
        Expr::Name(_) | Expr::Text(_) | Expr::Query(_) => None,
    }
}

/// Whether two lists of pieces are the same but for moments that one states as text, and the server as seconds since 1970: which
/// seconds those are rests on the time zone of the session in which the table is made.
pub fn same_moments(live: &str, desired: &str) -> bool {
    const CALL: &str = "unix_timestamp('";
    let (mut live, mut desired, mut found) = (live, desired, false);
    while let Some((before, rest)) = desired.split_once(CALL) {
        let Some((moment, rest)) = rest.split_once("')") else { return false };
        let Some(tail) = live.strip_prefix(before) else { return false };
        let digits = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        let (seconds, tail) = tail.split_at(digits);
        let apart = seconds.parse::<i64>().ok().zip(universal(moment)).map(|(stored, said)| stored - said);
        // Zones are up to 14 hours from universal time, in quarters of an hour.
        if !apart.is_some_and(|apart| apart.abs() <= 14 * 3600 && apart % 900 == 0) {
            return false;
        }
        (live, desired, found) = (tail, rest, true);
    }
    found && live == desired
}

/// The seconds of a moment since 1970, were it in universal time.
fn universal(moment: &str) -> Option<i64> {
    let stored = calendar::stored(moment, "datetime", Class::DateTime);
    let mut clock = stored.get(11..)?.split(':').map(str::parse::<i64>);
    let (hours, minutes, seconds) = (clock.next()?.ok()?, clock.next()?.ok()?, clock.next()?.ok()?);
    Some((days(&stored)? - 719_528) * 86_400 + hours * 3600 + minutes * 60 + seconds)
}

/// TO_DAYS of a date: days since year 0 of the Gregorian calendar, counted in eras of 400 years from March.
fn days(date: &str) -> Option<i64> {
    let mut parts = date.get(..10)?.split('-').map(str::parse::<i64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year + 60)
}
