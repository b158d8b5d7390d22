//! What a change of type takes from the values without an error. Some casts refuse what the new type cannot hold; others round,
//! cut off, or leave a part of the value behind (manual, Numeric Types; Date/Time Types; Monetary Types; Network Address Types).

use super::cast::{Family, Parsed, parse, row};

/// Whether a cast may give less than it was given.
pub fn loses(from: &str, to: &str) -> bool {
    let (from, to) = (parse(from), parse(to));
    if from.array != to.array {
        // A list becomes its text, and a value the only element of a list.
        let plain = if to.array { from.base == to.base } else { row(&to.base).0 == Family::Text };
        return !plain && TYPES.contains(&to.base.as_str());
    }
    match to.base.as_str() {
        base if base == from.base && !["interval", "numeric"].contains(&base) && row(base).0 != Family::Time => is_shorter(&from, &to),
        "name" => !matches!(row(&from.base).0, Family::Number | Family::Time),
        "boolean" => row(&from.base).0 == Family::Number,
        "money" => row(&from.base).0 != Family::Number || scale(&from) > 2,
        "cidr" => true,
        "macaddr" => row(&from.base).0 != Family::Text,
        "interval" => !["interval", "time without time zone"].contains(&from.base.as_str()) || is_shorter(&from, &to),
        "time without time zone" => true,
        "time with time zone" => from.base != "time without time zone" || is_shorter(&from, &to),
        base => match row(base).0 {
            Family::Number => loses_digits(&from, &to),
            Family::Time => loses_time(&from, &to),
            Family::Text | Family::Other => false,
        },
    }
}

/// Whether a type takes every value of another as it is, and keeps apart what differs.
pub fn keeps(from_text: &str, to_text: &str) -> bool {
    let (from, to) = (parse(from_text), parse(to_text));
    // A numeric may have a scale below zero, which is not taken apart.
    if from.array != to.array || [from_text, to_text].iter().any(|text| text.contains('-')) {
        return false;
    }
    let ((from_family, from_rank), (to_family, to_rank)) = (row(&from.base), row(&to.base));
    let longer = to.modifiers.is_empty() || !from.modifiers.is_empty() && from.modifiers.first() <= to.modifiers.first();
    match (from_family, to_family) {
        (Family::Number, Family::Number) if WHOLE.contains(&to.base.as_str()) => {
            WHOLE.contains(&from.base.as_str()) && from_rank <= to_rank
        }
        (Family::Number, Family::Number) if ["real", "double precision"].contains(&from.base.as_str()) => {
            ["real", "double precision"].contains(&to.base.as_str()) && from_rank <= to_rank
        }
        (Family::Number, Family::Number) => {
            let in_front = |parsed: &Parsed| whole(parsed).map(|digits| digits.saturating_sub(scale(parsed)));
            let room = in_front(&to).filter(|_| to.base == "numeric");
            !loses_digits(&from, &to) && room.is_none_or(|room| in_front(&from).is_some_and(|digits| digits <= room))
        }
        // Texts that differ in case alone, or in blanks at the end, are the same in some types.
        (Family::Text, Family::Text) => {
            longer && (["text", "character varying"].contains(&to.base.as_str()) || from.base == to.base && to.base == "character")
        }
        (Family::Time, Family::Time) => from.base == to.base && precision(&from) <= precision(&to),
        _ => false,
    }
}

/// Types into which anything can be read in some way.
const TYPES: &[&str] = &[
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
    "time without time zone",
    "time with time zone",
    "interval",
    "money",
    "cidr",
    "macaddr",
    "bytea",
];

const WHOLE: &[&str] = &["smallint", "integer", "bigint"];

/// Fewer digits of a second.
fn is_shorter(from: &Parsed<'_>, to: &Parsed<'_>) -> bool {
    let timed = ["interval", "time without time zone", "time with time zone"].contains(&to.base.as_str());
    timed && precision(from) > precision(to)
}

fn loses_time(from: &Parsed<'_>, to: &Parsed<'_>) -> bool {
    match (row(&from.base).0, to.base.as_str()) {
        (Family::Time, "date") => from.base != "date",
        (Family::Time, _) => precision(from) > precision(to),
        // A text may name a time zone, which only one type reads.
        (Family::Text, "timestamp with time zone") => precision(to) < 6,
        _ => true,
    }
}

/// Digits of a second; a date has none.
pub fn precision(parsed: &Parsed<'_>) -> u32 {
    if parsed.base == "date" { 0 } else { parsed.modifiers.first().copied().unwrap_or(6) }
}

/// Digits that the new type cannot hold are rounded away without an error; too large a number is refused.
fn loses_digits(from: &Parsed<'_>, to: &Parsed<'_>) -> bool {
    let known = row(&from.base).0 == Family::Number || ["jsonb", "money"].contains(&from.base.as_str());
    match to.base.as_str() {
        // The text of a number that is not whole is refused.
        base if WHOLE.contains(&base) && !known => false,
        "real" => whole(from).is_none_or(|digits| digits > 6) && from.base != "boolean",
        "double precision" => from.base != "real" && whole(from).is_none_or(|digits| digits > 15) && from.base != "boolean",
        _ => scale(from) > scale(to),
    }
}

/// All digits that a number can have, where it has a limit.
fn whole(parsed: &Parsed<'_>) -> Option<u32> {
    match (parsed.base.as_str(), parsed.modifiers.as_slice()) {
        ("smallint", _) => Some(5),
        ("integer", _) => Some(10),
        ("bigint", _) => Some(19),
        ("real", _) => Some(6),
        ("double precision", _) => Some(17),
        ("numeric", [digits, ..]) => Some(*digits),
        _ => None,
    }
}

/// Digits behind the point.
fn scale(parsed: &Parsed<'_>) -> u32 {
    match (parsed.base.as_str(), parsed.modifiers.as_slice()) {
        ("numeric", [_, scale]) => *scale,
        ("numeric", [_]) => 0,
        ("double precision", _) => 15,
        ("real", _) => 6,
        ("money", _) => 2,
        ("numeric" | "jsonb" | "json" | "text" | "character varying" | "character" | "citext" | "public.citext", _) => u32::MAX,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::keeps;

    #[test]
    fn types_that_take_every_value() {
        let wider = [
            ("smallint", "bigint"),
            ("integer", "numeric"),
            ("integer", "numeric(12,2)"),
            ("integer", "double precision"),
            ("real", "double precision"),
            ("numeric(6,2)", "numeric(8,2)"),
            ("numeric(6,2)", "numeric"),
            ("character(5)", "character varying(5)"),
            ("citext", "text"),
            ("character varying(20)", "text"),
            ("integer[]", "bigint[]"),
            ("timestamp(3) without time zone", "timestamp without time zone"),
        ];
        let not = [
            ("bigint", "integer"),
            ("integer", "real"),
            ("bigint", "double precision"),
            ("double precision", "numeric"),
            ("integer", "numeric(9,0)"),
            ("numeric", "numeric(20,4)"),
            ("numeric(6,2)", "numeric(7,4)"),
            ("numeric(3,0)", "smallint"),
            ("numeric(3,-2)", "numeric(5,0)"),
            ("text", "citext"),
            ("text", "character varying(20)"),
            ("character varying(5)", "character(5)"),
            ("integer", "integer[]"),
            ("date", "timestamp without time zone"),
            ("timestamp without time zone", "timestamp with time zone"),
        ];
        wider.iter().for_each(|(from, to)| assert!(keeps(from, to), "{from} to {to}"));
        not.iter().for_each(|(from, to)| assert!(!keeps(from, to), "{from} to {to}"));
    }
}
