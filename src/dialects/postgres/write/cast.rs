//! Changes of a column's type: whether the server casts by itself, what USING must say, and what may be lost.

use super::loss;
use crate::ir::Hazard;

/// Types that cast into each other on assignment (manual, pg_cast: castcontext a or i), one row per family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
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
pub const EXPLICIT: &[(&str, &str)] = &[
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
    ("bigint", "oid"),
    ("oid", "bigint"),
];

/// A type's base, its modifiers, and whether it is an array.
pub struct Parsed<'a> {
    pub base: String,
    pub modifiers: Vec<u32>,
    pub array: bool,
    text: &'a str,
}

pub fn parse(text: &str) -> Parsed<'_> {
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

pub fn row(base: &str) -> (Family, u8) {
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

/// The types of a cast, one after the other.
fn path(from: &Parsed<'_>, to: &Parsed<'_>, from_family: Family, to_family: Family) -> String {
    let known = EXPLICIT.contains(&(from.base.as_str(), to.base.as_str())) || same_bytes(from, to);
    let from_json = from.base == "jsonb" && (to_family == Family::Number || to.base == "boolean");
    let end = end(to, to_family);
    if from_family == Family::Text || known || from_json || from.array {
        return if from.array && from_family != Family::Text && end != "text[]" { format!("text[]::{end}") } else { end.to_owned() };
    }
    let by_number = from.base == "boolean" && to_family == Family::Number || from_family == Family::Number && to.base == "boolean";
    match (by_number, end) {
        (true, _) => format!("integer::{end}"),
        (false, "text") => end.to_owned(),
        (false, _) => format!("text::{end}"),
    }
}

/// Where the written cast ends. An explicit cast cuts off what is too long for the type; the assignment that comes after USING
/// refuses it (manual, CREATE CAST; Character Types; Bit String Types).
fn end<'t>(to: &Parsed<'t>, to_family: Family) -> &'t str {
    match (to_family, to.base.as_str(), to.array) {
        (Family::Text, "name", _) => to.text,
        (Family::Text, _, true) => "text[]",
        (Family::Text, _, false) => "text",
        (_, "bit" | "bit varying", true) => "bit varying[]",
        (_, "bit" | "bit varying", false) => "bit varying",
        _ => to.text,
    }
}

/// Between a value and a list of values: the value becomes the only element; a list becomes its text.
fn across_array(column: &str, from: &Parsed<'_>, to: &Parsed<'_>) -> String {
    let end = end(to, row(&to.base).0);
    match to.array && !from.array && from.base == to.base {
        true => format!("CASE WHEN {column} IS NULL THEN NULL ELSE ARRAY[{column}]::{end} END"),
        false if end == "text" => format!("{column}::text"),
        false => format!("{column}::text::{end}"),
    }
}

/// Whether the rows are written anew for a change of type.
pub fn rewrites(from: &str, to: &str) -> bool {
    let (from, to) = (parse(from), parse(to));
    !free(&from, &to, row(&to.base).0)
}

/// Whether an index orders the values of both types alike: else it is built anew over rows that stay as they lie. An index over a
/// registered name is one over its number (manual, Object Identifier Types; measured on 15 and 18).
pub fn sorts_alike(from: &str, to: &str) -> bool {
    let (from, to) = (parse(from), parse(to));
    let texts = |parsed: &Parsed<'_>| matches!(parsed.base.as_str(), "text" | "character varying");
    let addresses = |parsed: &Parsed<'_>| matches!(parsed.base.as_str(), "cidr" | "inet");
    let numbers = |parsed: &Parsed<'_>| OBJECTS.contains(&parsed.base.as_str());
    let same = |of: &dyn Fn(&Parsed<'_>) -> bool| of(&from) && of(&to);
    from.base == to.base || same(&texts) || same(&addresses) || same(&numbers)
}

/// The number of an object, and its names.
const OBJECTS: &[&str] = &[
    "oid",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
];

/// Whether the bytes of one type are values of the other (manual, CREATE CAST, WITHOUT FUNCTION; the rows of pg_cast with castmethod b).
fn same_bytes(from: &Parsed<'_>, to: &Parsed<'_>) -> bool {
    let (from, bare) = (from.base.as_str(), to.base.as_str());
    let number = |base: &str| base == "integer" || OBJECTS.contains(&base);
    let named = |base: &str| base != "integer" && base != "oid";
    match (from, bare) {
        ("bit", "bit varying") => to.modifiers.is_empty(),
        ("bit varying", "bit") => false,
        ("xml", "text") => true,
        ("xml", "character varying") => to.modifiers.is_empty(),
        // From one kind of name to another there is no cast.
        _ => number(from) && number(bare) && !(named(from) && named(bare)),
    }
}

/// What a reader must know where one side has a time zone and the other has none: the session's stands for it (manual, Date/Time
/// Types, Time Stamps).
pub fn zone(from: &str, to: &str) -> &'static str {
    let zoned = |text: &str| parse(text).base.ends_with(" with time zone");
    match zoned(from) == zoned(to) {
        true => "",
        false => " The session's TimeZone says which moments are meant: SET it to the zone of the values before this runs.",
    }
}

/// What may become of the values in a change of type.
pub fn risks(from_text: &str, to_text: &str) -> Vec<Hazard> {
    let (from, to) = (parse(from_text), parse(to_text));
    let ((from_family, from_rank), (to_family, to_rank)) = (row(&from.base), row(&to.base));
    let mut hazards = Vec::new();
    let same = from_family == to_family && from.array == to.array;
    if loss::loses(from_text, to_text) {
        hazards.push(Hazard::Drop);
    }
    let wider = loss::keeps(from_text, to_text)
        || match to_family {
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

/// Whether the server keeps the rows as they lie: to text or an unlimited or longer varchar, to more digits or fractions of a second
/// (manual, ALTER TABLE). The elements of arrays are always converted.
fn free(from: &Parsed<'_>, to: &Parsed<'_>, family: Family) -> bool {
    if from.array || to.array {
        return from.array && to.array && from.base == to.base && from.modifiers == to.modifiers;
    }
    if from.base == to.base && from.modifiers == to.modifiers || from.base == "cidr" && to.base == "inet" {
        return true;
    }
    let texts = |parsed: &Parsed<'_>| matches!(parsed.base.as_str(), "text" | "character varying" | "citext" | "public.citext");
    let longer = to.modifiers.is_empty() || (!from.modifiers.is_empty() && from.modifiers.first() <= to.modifiers.first());
    match family {
        _ if same_bytes(from, to) => true,
        Family::Text => texts(from) && texts(to) && longer,
        Family::Number => {
            from.base == "numeric"
                && to.base == "numeric"
                && (to.modifiers.is_empty() || longer && from.modifiers.get(1) == to.modifiers.get(1))
        }
        Family::Time => from.base == to.base && loss::precision(from) <= loss::precision(to),
        Family::Other => from.base == "bit varying" && to.base == "bit varying" && longer,
    }
}
