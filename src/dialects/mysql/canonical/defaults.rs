//! Defaults: a literal as a value of its column's type, an expression as a tree.

use super::expression::{Expr, expression};
use super::{calendar, fragment, rewrite, show};
use crate::dialects::mysql::cursor::Cursor;
use crate::dialects::mysql::family::Family;
use crate::dialects::mysql::lex::literal;
use crate::dialects::mysql::types::{Class, class, listed_values, parts};
use crate::ir::Fragment;

/// A default in canonical form: what to print and what to compare. `None` for NULL, which holds anyway.
pub fn default(text: &str, data_type: &str, class: Class, family: &Family) -> Option<Fragment> {
    let mut cursor = Cursor::new(text, family);
    let parsed = expression(&mut cursor).ok().filter(|_| cursor.is_done());
    let Some(expr) = parsed.map(rewrite::value) else { return Some(Fragment::new(text)) };
    if expr == Expr::atom("null") {
        return None;
    }
    if let Some(value) = value_of(&expr, data_type, family) {
        // MySQL takes a literal for these types only as an expression (MySQL Reference Manual, Data Type Default Values).
        let expressed = family.guards || !matches!(class, Class::Text | Class::Blob | Class::Other);
        let text = if expressed { value.clone() } else { format!("({value})") };
        return Some(Fragment { text: text.into(), canon: Some(value.into()) });
    }
    if let Some(now) = current_timestamp(&expr, if class == Class::DateTime { data_type } else { "" }) {
        return Some(both(now));
    }
    let canon = show::expression(&fragment::lower_names(expr));
    Some(Fragment { text: text.into(), canon: Some(canon.into()) })
}

fn both(text: String) -> Fragment {
    Fragment { canon: Some(text.as_str().into()), text: text.into() }
}

/// `CURRENT_TIMESTAMP[(n)]`, which may stand without parentheses, and has the digits of its column where it says none.
fn current_timestamp(expr: &Expr, data_type: &str) -> Option<String> {
    let Expr::Node(tag, kids) = expr else { return None };
    if tag != "current_timestamp" {
        return None;
    }
    match kids.as_slice() {
        [] => Some(now_of(data_type)),
        [Expr::Atom(zero)] if zero == "0" => Some(now_of(data_type)),
        [Expr::Atom(digits)] => Some(format!("CURRENT_TIMESTAMP({digits})")),
        _ => None,
    }
}

fn now_of(data_type: &str) -> String {
    match parts(data_type).arguments.filter(|digits| digits != "0") {
        Some(digits) => format!("CURRENT_TIMESTAMP({digits})"),
        None => "CURRENT_TIMESTAMP".to_string(),
    }
}

/// Whether a default may be printed without parentheses around it: a literal or the current time.
pub fn is_plain(default: &Fragment) -> bool {
    let text = &default.text;
    let head = text.starts_with(['\'', '-']) || text.starts_with(|c: char| c.is_ascii_digit()) || text.starts_with("b'");
    default.canon.as_ref() == Some(text) && (head || text.starts_with("CURRENT_TIMESTAMP"))
}

/// Character sets whose letters are more than a byte each, also those of ASCII.
const WIDE: &[&str] = &["_ucs2", "_utf16", "_utf16le", "_utf32"];

/// A literal as the server stores it in a column of this type.
fn value_of(expr: &Expr, data_type: &str, family: &Family) -> Option<String> {
    let text = match expr {
        Expr::Text(text) => text.clone(),
        // What is the same in every character set needs none.
        Expr::Node(set, kids) if set.starts_with('_') => match kids.as_slice() {
            [Expr::Text(text)] if text.is_ascii() && !WIDE.contains(&set.as_str()) => text.clone(),
            _ => return None,
        },
        Expr::Atom(atom) if is_literal(atom) => atom.clone(),
        _ => return None,
    };
    let number = matches!(expr, Expr::Atom(_));
    let class = class(data_type);
    let bits = number.then(|| bits_of(&text)).flatten();
    Some(match class {
        Class::Integer | Class::Year => integer(&bits.map_or(text, |value| value.to_string()), class),
        Class::Decimal => fixed(&bits.map_or(text, |value| value.to_string()), scale(data_type))?,
        // Zero has no sign.
        Class::Float => bits.map_or(text.as_str(), |_| "").parse::<f64>().map(|value| (value + 0.0).to_string()).unwrap_or(text),
        Class::Bit => {
            let value = bits.or_else(|| text.parse().ok())?;
            format!("b'{value:b}'")
        }
        Class::DateTime | Class::Date | Class::Time => literal(&calendar::stored(&text, data_type, class)),
        // A CHAR ends where its blanks begin.
        Class::Character if !number && parts(data_type).base == "char" => literal(text.trim_end_matches(' ')),
        Class::Listed if !number => literal(&listed(&text, data_type, family)),
        // A BINARY is filled up.
        Class::Binary if !number && parts(data_type).base == "binary" => {
            let length = parts(data_type).arguments.and_then(|length| length.parse::<usize>().ok()).unwrap_or(1);
            literal(&format!("{text}{}", "\0".repeat(length.saturating_sub(text.len()))))
        }
        Class::Character | Class::Text | Class::Listed | Class::Binary | Class::Blob | Class::Other => match (number, bits) {
            (true, Some(_)) => literal(&characters(&text)?),
            _ => literal(&text),
        },
    })
}

/// A value of an ENUM or a SET as its type spells it; the values of a SET stand in the type's order, each once
/// (MySQL Reference Manual, The SET Type).
fn listed(text: &str, data_type: &str, family: &Family) -> String {
    let values = listed_values(data_type, family);
    let place = |wanted: &str| {
        let wanted = wanted.trim_end_matches(' ');
        let caseless = || values.iter().position(|value| value.to_lowercase() == wanted.to_lowercase());
        values.iter().position(|value| value == wanted).or_else(caseless)
    };
    let one = parts(data_type).base == "enum";
    let wanted: Vec<&str> = if one { vec![text] } else { text.split(',').collect() };
    let Some(mut places) = wanted.into_iter().map(place).collect::<Option<Vec<usize>>>() else { return text.to_string() };
    places.sort_unstable();
    places.dedup();
    places.into_iter().filter_map(|at| values.get(at).map(String::as_str)).collect::<Vec<_>>().join(",")
}

fn is_literal(atom: &str) -> bool {
    let digits = atom.strip_prefix('-').unwrap_or(atom);
    digits.starts_with(|c: char| c.is_ascii_digit()) || atom.starts_with("x'")
}

/// The number that a bit or hexadecimal literal says.
fn bits_of(text: &str) -> Option<u128> {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("x'").map(|rest| rest.trim_end_matches('\'')))?;
    u128::from_str_radix(hex, 16).ok()
}

/// The characters that a hexadecimal literal says, where they are text.
fn characters(text: &str) -> Option<String> {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("x'").map(|rest| rest.trim_end_matches('\'')))?;
    let bytes: Option<Vec<u8>> = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect();
    String::from_utf8(bytes?).ok()
}

fn integer(text: &str, class: Class) -> String {
    let trimmed = text.trim();
    if class == Class::Year {
        return match trimmed.parse::<u32>() {
            Ok(0) => "0000".to_string(),
            Ok(year @ 1..=69) => (2000 + year).to_string(),
            Ok(year @ 70..=99) => (1900 + year).to_string(),
            _ => trimmed.to_string(),
        };
    }
    fixed(trimmed, 0).unwrap_or_else(|| trimmed.to_string())
}

/// Digits behind the point of `decimal(10,2)`.
fn scale(data_type: &str) -> usize {
    parts(data_type).arguments.and_then(|arguments| arguments.split(',').nth(1)?.parse().ok()).unwrap_or(0)
}

/// A decimal number with so many digits behind the point, rounded half away from zero.
fn fixed(text: &str, scale: usize) -> Option<String> {
    let (sign, digits) = match text.trim().strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.trim().trim_start_matches('+')),
    };
    let expanded = expanded(digits)?;
    let (whole, fraction) = expanded.split_once('.').unwrap_or((&expanded, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut kept: Vec<u8> = whole.bytes().chain(fraction.bytes().chain(std::iter::repeat(b'0')).take(scale)).collect();
    if fraction.as_bytes().get(scale).is_some_and(|digit| *digit >= b'5') {
        round_up(&mut kept);
    }
    let at = kept.len() - scale;
    let whole: String = kept.iter().take(at).map(|byte| char::from(*byte)).collect();
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction: String = kept.iter().skip(at).map(|byte| char::from(*byte)).collect();
    let zero = kept.iter().all(|digit| *digit == b'0');
    let sign = if zero { "" } else { sign };
    Some(if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

fn round_up(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}

/// `1e3` as `1000`.
fn expanded(digits: &str) -> Option<String> {
    let Some((mantissa, exponent)) = digits.split_once(['e', 'E']) else { return Some(digits.to_string()) };
    let exponent: i32 = exponent.parse().ok()?;
    if !(0..=64).contains(&exponent) {
        return None;
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let shift = exponent as usize;
    let padded: String = fraction.chars().chain(std::iter::repeat('0')).take(shift.max(fraction.len())).collect();
    let (moved, rest) = padded.split_at_checked(shift)?;
    Some(format!("{whole}{moved}.{rest}"))
}
