//! Times of events: of an expression of literals the server keeps what it comes to (MySQL Reference Manual, CREATE EVENT).

use jiff::Span;
use jiff::civil::DateTime;

use crate::dialects::mysql::cursor::{Cursor, Read};
use crate::dialects::mysql::family::Family;
use crate::dialects::mysql::lex::TokenKind;

/// A unit of one field.
#[derive(Clone, Copy)]
enum Field {
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
}

/// Units, and the fields that their values hold (MySQL Reference Manual, Temporal Intervals).
const UNITS: &[(&str, &[Field])] = &[
    ("year", &[Field::Year]),
    ("quarter", &[Field::Quarter]),
    ("month", &[Field::Month]),
    ("week", &[Field::Week]),
    ("day", &[Field::Day]),
    ("hour", &[Field::Hour]),
    ("minute", &[Field::Minute]),
    ("second", &[Field::Second]),
    ("year_month", &[Field::Year, Field::Month]),
    ("day_hour", &[Field::Day, Field::Hour]),
    ("day_minute", &[Field::Day, Field::Hour, Field::Minute]),
    ("day_second", &[Field::Day, Field::Hour, Field::Minute, Field::Second]),
    ("hour_minute", &[Field::Hour, Field::Minute]),
    ("hour_second", &[Field::Hour, Field::Minute, Field::Second]),
    ("minute_second", &[Field::Minute, Field::Second]),
];

/// The time that `'2030-01-01' + INTERVAL 90 MINUTE` comes to; nothing where it is no expression of literals.
pub fn settled(text: &str, family: &Family) -> Option<String> {
    let mut cursor = Cursor::new(text, family);
    let time = expression(&mut cursor).ok()??;
    cursor.is_done().then(|| time.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

fn expression(cursor: &mut Cursor) -> Read<Option<DateTime>> {
    cursor.eat(&["timestamp"]);
    let Some(token) = cursor.take().filter(|token| matches!(token.kind, TokenKind::Text | TokenKind::Number)) else { return Ok(None) };
    let mut time = literal(&token.content());
    while let Some(sign) = cursor.eat_any(&["+", "-"]) {
        cursor.expect(&["interval"])?;
        let span = interval(cursor)?;
        time = time.zip(span).and_then(|(time, span)| if sign == "+" { time.checked_add(span) } else { time.checked_sub(span) }.ok());
    }
    Ok(time)
}

/// `90 MINUTE`, `'1:30' HOUR_MINUTE`, `-1 DAY`.
fn interval(cursor: &mut Cursor) -> Read<Option<Span>> {
    let minus = cursor.eat(&["-"]);
    let value = cursor.take().map(|token| token.content()).unwrap_or_default();
    let unit = cursor.name()?.to_lowercase();
    let Some((_, fields)) = UNITS.iter().find(|(name, _)| *name == unit) else { return Ok(None) };
    let negative = minus != value.trim_start().starts_with('-');
    let numbers = numbers(value.trim_start().trim_start_matches('-'));
    let span = numbers.filter(|numbers| numbers.len() <= fields.len()).and_then(|numbers| span(fields, &numbers));
    Ok(span.map(|span| if negative { -span } else { span }))
}

/// What is left out of a value is left out at its left.
fn span(fields: &[Field], numbers: &[i64]) -> Option<Span> {
    let mut span = Span::new();
    for (field, number) in fields.iter().rev().zip(numbers.iter().rev()) {
        span = match field {
            Field::Year => span.try_years(*number),
            Field::Quarter => span.try_months(number.checked_mul(3)?),
            Field::Month => span.try_months(*number),
            Field::Week => span.try_weeks(*number),
            Field::Day => span.try_days(*number),
            Field::Hour => span.try_hours(*number),
            Field::Minute => span.try_minutes(*number),
            Field::Second => span.try_seconds(*number),
        }
        .ok()?;
    }
    Some(span)
}

/// The runs of digits in a text; nothing where one is too long.
fn numbers(text: &str) -> Option<Vec<i64>> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).map(|digits| digits.parse().ok()).collect()
}

/// `2030-01-01`, `2030-1-1 10:00`, `2030-01-01T10:00:00.000`, `20300101100000`.
fn literal(text: &str) -> Option<DateTime> {
    let packed = text.bytes().all(|byte| byte.is_ascii_digit()) && matches!(text.len(), 8 | 14);
    let spread: String =
        if packed { text.chars().enumerate().flat_map(|(at, digit)| [digit].into_iter().chain(gap(at))).collect() } else { text.into() };
    let numbers = numbers(&spread)?;
    let part = |at: usize| numbers.get(at).copied().unwrap_or(0);
    let whole = (3..=7).contains(&numbers.len()) && part(6) == 0 && spread.trim_start().get(..4)?.bytes().all(|byte| byte.is_ascii_digit());
    let small = |at: usize| i8::try_from(part(at)).ok();
    let year = i16::try_from(part(0)).ok().filter(|_| whole)?;
    DateTime::new(year, small(1)?, small(2)?, small(3)?, small(4)?, small(5)?, 0).ok()
}

/// The gap behind a digit of a packed time.
fn gap(at: usize) -> Option<char> {
    (at >= 3 && at % 2 == 1).then_some('-')
}
