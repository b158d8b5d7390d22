//! Changes of a column's type: whether the server casts by itself, what USING must say, and what may be lost.

use crate::ir::Hazard;

/// Types that cast into each other on assignment (manual, pg_cast: castcontext a or i), one row per family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Number,
    Text,
    Time,
    Other,
}

/// The server's names and the other spellings of types whose casts are known.
const TYPES: &[(&str, Family, u8)] = &[
    ("smallint", Family::Number, 1),
    ("int2", Family::Number, 1),
    ("smallserial", Family::Number, 1),
    ("integer", Family::Number, 2),
    ("int", Family::Number, 2),
    ("int4", Family::Number, 2),
    ("serial", Family::Number, 2),
    ("bigint", Family::Number, 3),
    ("int8", Family::Number, 3),
    ("bigserial", Family::Number, 3),
    ("real", Family::Number, 4),
    ("float4", Family::Number, 4),
    ("double precision", Family::Number, 5),
    ("float8", Family::Number, 5),
    ("float", Family::Number, 5),
    ("numeric", Family::Number, 6),
    ("decimal", Family::Number, 6),
    ("text", Family::Text, 4),
    ("citext", Family::Text, 4),
    ("public.citext", Family::Text, 4),
    ("character varying", Family::Text, 3),
    ("varchar", Family::Text, 3),
    ("character", Family::Text, 2),
    ("char", Family::Text, 2),
    ("bpchar", Family::Text, 2),
    ("name", Family::Text, 1),
    ("date", Family::Time, 1),
    ("timestamp without time zone", Family::Time, 2),
    ("timestamp", Family::Time, 2),
    ("timestamp with time zone", Family::Time, 3),
    ("timestamptz", Family::Time, 3),
];

/// Casts that exist though the families differ.
const EXPLICIT: &[(&str, &str)] = &[
    ("integer", "boolean"),
    ("boolean", "integer"),
    ("json", "jsonb"),
    ("jsonb", "json"),
    ("bit", "bit varying"),
    ("time without time zone", "interval"),
    ("interval", "time without time zone"),
    ("timestamp without time zone", "time without time zone"),
    ("timestamp with time zone", "time without time zone"),
    ("timestamp with time zone", "time with time zone"),
    ("time without time zone", "time with time zone"),
    ("time with time zone", "time without time zone"),
    ("numeric", "money"),
    ("money", "numeric"),
    ("integer", "money"),
    ("bigint", "money"),
    ("inet", "cidr"),
    ("cidr", "inet"),
];

/// A type's base, its modifiers, and whether it is an array.
struct Parsed<'a> {
    base: String,
    modifiers: Vec<u32>,
    array: bool,
    text: &'a str,
}

fn parse(text: &str) -> Parsed<'_> {
    let lower = text.trim().to_ascii_lowercase();
    let array = lower.ends_with(']') || lower.contains(" array");
    let element = lower.split('[').next().unwrap_or("").trim();
    let element = element.strip_prefix("pg_catalog.").unwrap_or(element);
    let (base, modifiers) = match element.split_once('(') {
        Some((before, rest)) => {
            let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
            let numbers = inside.split(',').filter_map(|number| number.trim().parse().ok()).collect();
            (format!("{}{}", before.trim(), after), numbers)
        }
        None => (element.to_owned(), Vec::new()),
    };
    Parsed { base: canonical(&base), modifiers, array, text }
}

fn canonical(base: &str) -> String {
    const ALIASES: &[(&str, &str)] = &[
        ("bool", "boolean"),
        ("int", "integer"),
        ("int4", "integer"),
        ("int8", "bigint"),
        ("int2", "smallint"),
        ("time", "time without time zone"),
        ("timetz", "time with time zone"),
        ("timestamp", "timestamp without time zone"),
        ("timestamptz", "timestamp with time zone"),
        ("decimal", "numeric"),
        ("varchar", "character varying"),
        ("char", "character"),
        ("bpchar", "character"),
        ("float8", "double precision"),
        ("float4", "real"),
        ("varbit", "bit varying"),
    ];
    ALIASES.iter().find(|row| row.0 == base).map_or(base, |row| row.1).to_owned()
}

fn row(base: &str) -> (Family, u8) {
    TYPES.iter().find(|row| row.0 == base).map_or((Family::Other, 0), |row| (row.1, row.2))
}

/// The expression after USING, where the server would not cast by itself.
pub fn using(column: &str, from: &str, to: &str) -> Option<String> {
    let (from, to) = (parse(from), parse(to));
    if from.array != to.array {
        return Some(across_array(column, &from, &to));
    }
    let ((from_family, _), (to_family, _)) = (row(&from.base), row(&to.base));
    if from.base == to.base || (from_family == to_family && to_family != Family::Other) {
        return None;
    }
    if to_family == Family::Text && from.base != "bytea" {
        return None;
    }
    Some(format!("{column}::{}", path(&from, &to, from_family, to_family)))
}

/// What stands between the column and the new type in a cast.
fn path(from: &Parsed<'_>, to: &Parsed<'_>, from_family: Family, to_family: Family) -> String {
    let known = EXPLICIT.contains(&(from.base.as_str(), to.base.as_str()));
    let from_json = from.base == "jsonb" && (to_family == Family::Number || to.base == "boolean");
    if from_family == Family::Text || known || from_json || from.array {
        return if from.array && from_family != Family::Text { format!("text[]::{}", to.text) } else { to.text.to_owned() };
    }
    if from.base == "boolean" && to_family == Family::Number {
        return format!("integer::{}", to.text);
    }
    if from_family == Family::Number && to.base == "boolean" {
        return format!("integer::{}", to.text);
    }
    format!("text::{}", to.text)
}

/// Between a value and a list of values: the value becomes the only element; a list becomes its text.
fn across_array(column: &str, from: &Parsed<'_>, to: &Parsed<'_>) -> String {
    if to.array && !from.array && from.base == to.base {
        return format!("CASE WHEN {column} IS NULL THEN NULL ELSE ARRAY[{column}]::{} END", to.text);
    }
    format!("{column}::text::{}", to.text)
}

/// Whether the rows are written anew for a change of type.
pub fn rewrites(from: &str, to: &str) -> bool {
    let (from, to) = (parse(from), parse(to));
    !free(&from, &to, row(&to.base).0)
}

/// What may become of the values in a change of type.
pub fn risks(from: &str, to: &str) -> Vec<Hazard> {
    let (from, to) = (parse(from), parse(to));
    let ((from_family, from_rank), (to_family, to_rank)) = (row(&from.base), row(&to.base));
    let mut hazards = Vec::new();
    let same = from_family == to_family && from.array == to.array;
    let rounds = same
        && match to_family {
            Family::Number => loses_digits(&from, &to),
            Family::Time => from_rank > to_rank && to_rank == 1 || precision(&from) > precision(&to),
            Family::Text | Family::Other => false,
        };
    if rounds {
        hazards.push(Hazard::Drop);
    }
    let wider = match to_family {
        Family::Number => same && from_rank <= to_rank && to.modifiers.is_empty(),
        Family::Text => {
            to.modifiers.is_empty()
                || (from.base == to.base && from.modifiers.first() <= to.modifiers.first() && !from.modifiers.is_empty())
        }
        Family::Time => same,
        Family::Other => from.base == to.base,
    };
    if !wider {
        hazards.push(Hazard::MayFail);
    }
    hazards
}

/// Digits behind the point that the new type cannot hold are rounded away without an error.
fn loses_digits(from: &Parsed<'_>, to: &Parsed<'_>) -> bool {
    let scale = |parsed: &Parsed<'_>| match (parsed.base.as_str(), parsed.modifiers.as_slice()) {
        ("numeric", [_, scale]) => *scale,
        ("numeric", [_]) => 0,
        ("numeric", _) => u32::MAX,
        ("double precision" | "float", _) => 15,
        ("real", _) => 6,
        _ => 0,
    };
    scale(from) > scale(to)
}

fn precision(parsed: &Parsed<'_>) -> u32 {
    if parsed.base == "date" { 0 } else { parsed.modifiers.first().copied().unwrap_or(6) }
}

/// Whether the server keeps the rows as they lie: to text or an unlimited or longer varchar, to more digits or fractions of a second
/// (manual, ALTER TABLE). The elements of arrays are always converted.
fn free(from: &Parsed<'_>, to: &Parsed<'_>, family: Family) -> bool {
    if from.array || to.array {
        return from.array && to.array && from.base == to.base && from.modifiers == to.modifiers;
    }
    let texts = |parsed: &Parsed<'_>| matches!(parsed.base.as_str(), "text" | "character varying" | "citext" | "public.citext");
    let longer = to.modifiers.is_empty() || (!from.modifiers.is_empty() && from.modifiers.first() <= to.modifiers.first());
    match family {
        Family::Text => texts(from) && texts(to) && longer,
        Family::Number => {
            from.base == "numeric"
                && to.base == "numeric"
                && (to.modifiers.is_empty() || longer && from.modifiers.get(1) == to.modifiers.get(1))
        }
        Family::Time => from.base == to.base && precision(from) <= precision(to),
        Family::Other => from.base == to.base && from.modifiers == to.modifiers,
    }
}
