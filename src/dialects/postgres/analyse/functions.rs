//! What the system's functions and operators return and take, as far as canonical forms need it (manual, chapter 9).

use super::{numbers, results};

/// Functions that return what their argument at this place is.
const SAME: &[(&str, usize)] =
    &[("max", 0), ("min", 0), ("abs", 0), ("date_trunc", 1), ("lag", 0), ("lead", 0), ("first_value", 0), ("last_value", 0)];

/// Functions that take anything: a cast of an argument is never the server's own.
const POLYMORPHIC: &[&str] = &[
    "array_agg",
    "array_append",
    "array_cat",
    "array_length",
    "array_position",
    "array_prepend",
    "array_remove",
    "array_to_json",
    "cardinality",
    "concat",
    "concat_ws",
    "count",
    "first_value",
    "format",
    "json_agg",
    "json_build_array",
    "json_build_object",
    "json_object_agg",
    "jsonb_agg",
    "jsonb_build_array",
    "jsonb_build_object",
    "jsonb_object_agg",
    "lag",
    "last_value",
    "lead",
    "num_nonnulls",
    "num_nulls",
    "row_to_json",
    "to_json",
    "to_jsonb",
    "unnest",
];

/// Argument types of functions where a constant's type is not that of text: name, number of arguments, place, type.
const ARGUMENTS: &[(&str, usize, usize, &str)] = &[
    ("currval", 1, 0, "regclass"),
    ("json_object", 1, 0, "text[]"),
    ("json_object", 2, 0, "text[]"),
    ("json_object", 2, 1, "text[]"),
    ("json_to_tsvector", 2, 1, "jsonb"),
    ("json_to_tsvector", 3, 0, "regconfig"),
    ("json_to_tsvector", 3, 2, "jsonb"),
    ("jsonb_insert", 3, 1, "text[]"),
    ("jsonb_insert", 3, 2, "jsonb"),
    ("jsonb_object", 1, 0, "text[]"),
    ("jsonb_object", 2, 0, "text[]"),
    ("jsonb_object", 2, 1, "text[]"),
    ("jsonb_set", 3, 1, "text[]"),
    ("jsonb_set", 3, 2, "jsonb"),
    ("jsonb_set", 4, 1, "text[]"),
    ("jsonb_set", 4, 2, "jsonb"),
    ("jsonb_to_tsvector", 2, 1, "jsonb"),
    ("jsonb_to_tsvector", 3, 0, "regconfig"),
    ("jsonb_to_tsvector", 3, 2, "jsonb"),
    ("nextval", 1, 0, "regclass"),
    ("phraseto_tsquery", 2, 0, "regconfig"),
    ("plainto_tsquery", 2, 0, "regconfig"),
    ("setval", 2, 0, "regclass"),
    ("setval", 3, 0, "regclass"),
    ("setweight", 2, 1, "\"char\""),
    ("to_tsquery", 2, 0, "regconfig"),
    ("to_tsvector", 2, 0, "regconfig"),
    ("websearch_to_tsquery", 2, 0, "regconfig"),
    ("xmlexists", 2, 1, "xml"),
];

/// The functions that make ranges of the system's types, and what their bounds are (manual, 8.17.6).
const RANGES: &[(&str, &str)] = &[
    ("int4range", "integer"),
    ("int8range", "bigint"),
    ("numrange", "numeric"),
    ("tsrange", "timestamp without time zone"),
    ("tstzrange", "timestamp with time zone"),
    ("daterange", "date"),
];

/// Functions of which a number or day is brought to this type, for they have no variant of its own.
const WIDENED: &[(&str, &str)] = &[
    ("age", "timestamp with time zone"),
    ("date_trunc", "timestamp with time zone"),
    ("percentile_cont", "double precision"),
    ("percentile_disc", "double precision"),
    ("to_char", "timestamp with time zone"),
];

/// Columns of the system's functions in FROM, where they are not named after the alias.
const TABLES: &[(&str, &[&str])] = &[
    ("json_array_elements", &["value"]),
    ("json_array_elements_text", &["value"]),
    ("json_each", &["key", "value"]),
    ("json_each_text", &["key", "value"]),
    ("jsonb_array_elements", &["value"]),
    ("jsonb_array_elements_text", &["value"]),
    ("jsonb_each", &["key", "value"]),
    ("jsonb_each_text", &["key", "value"]),
    ("pg_get_keywords", &["word", "catcode", "barelabel", "catdesc", "baredesc"]),
];

/// Functions in FROM with one column that takes the alias for its name.
const SCALAR_TABLES: &[&str] = &[
    "generate_series",
    "generate_subscripts",
    "json_object_keys",
    "jsonb_object_keys",
    "jsonb_path_query",
    "regexp_matches",
    "regexp_split_to_table",
    "string_to_table",
    "unnest",
];

fn row<'a, T>(table: &'a [(&str, T)], name: &str) -> Option<&'a T> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The type that a function returns, given those of its arguments.
pub fn result(name: &str, args: &[Option<String>]) -> Option<String> {
    if let Some(ty) = results::only(name) {
        return Some(ty.to_owned());
    }
    let arg = |at: usize| args.get(at).cloned().flatten();
    match name {
        "sum" => arg(0).map(|ty| {
            if matches!(ty.as_str(), "integer" | "smallint") {
                "bigint".to_owned()
            } else if ty == "bigint" {
                "numeric".to_owned()
            } else {
                ty
            }
        }),
        "avg" => arg(0).map(|ty| if ty == "double precision" || ty == "real" || ty == "interval" { ty } else { "numeric".to_owned() }),
        "array_agg" => arg(0).map(|ty| format!("{ty}[]")),
        "unnest" => arg(0).and_then(|ty| ty.strip_suffix("[]").map(str::to_owned)),
        "generate_series" => arg(0),
        "date_trunc" if arg(1).as_deref() == Some("date") => Some("timestamp with time zone".to_owned()),
        "timezone" => match arg(args.len().saturating_sub(1))?.as_str() {
            "timestamp without time zone" => Some("timestamp with time zone".to_owned()),
            "timestamp with time zone" => Some("timestamp without time zone".to_owned()),
            _ => None,
        },
        _ if numbers::overloaded(name, args.len()).is_some() => arg(0).map(|ty| super::types_base(&ty)),
        _ => arg(*row(SAME, name)?).map(|ty| match super::types_base(&ty).as_str() {
            "character varying" => "text".to_owned(),
            base => base.to_owned(),
        }),
    }
}

/// Whether a function takes arguments of any type.
pub fn is_polymorphic(name: &str) -> bool {
    POLYMORPHIC.contains(&name)
}

/// The type of an argument that is not text.
pub fn argument(name: &str, count: usize, at: usize) -> Option<&'static str> {
    let built = ["_build_", "_agg", "_object"].iter().any(|part| name.contains(part)) && !name.contains("_keys");
    let configured = name.ends_with("_to_tsvector") && count == 3;
    if at == 0 && !built && !configured && !name.contains("_path_") {
        let prefixes = [("jsonb_", "jsonb"), ("json_", "json")];
        if let Some((_, ty)) = prefixes.iter().find(|(prefix, _)| name.starts_with(prefix)) {
            return Some(ty);
        }
    }
    // jsonb_path_exists(document, path, variables, silent) and its kin (manual, 9.16.2).
    if name.starts_with("jsonb_path_") {
        return ["jsonb", "jsonpath", "jsonb", "boolean"].get(at).copied();
    }
    ARGUMENTS.iter().find(|(known, arity, place, _)| *known == name && *arity == count && *place == at).map(|(.., ty)| *ty)
}

/// What a function that makes a range takes for each argument: two bounds, and how they are meant.
pub fn bound(name: &str, at: usize) -> Option<&'static str> {
    let subtype = row(RANGES, name)?;
    Some(if at < 2 { subtype } else { "text" })
}

/// Whether the server itself brings an argument of this function to this type.
pub fn widens(name: &str, ty: &str) -> bool {
    WIDENED.contains(&(name, ty))
}

/// The columns that a function in FROM has; the alias stands for the one of a scalar function.
pub fn table_columns(name: &str, alias: &str) -> Option<Vec<String>> {
    let columns = row(TABLES, name).map(|columns| columns.iter().map(|column| (*column).to_owned()).collect());
    columns.or_else(|| SCALAR_TABLES.contains(&name).then(|| vec![alias.to_owned()]))
}

/// Types that take each other's values, from narrow to wide.
pub const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];
const MOMENTS: &[&str] = &["date", "timestamp without time zone", "timestamp with time zone"];

/// The wider of two numeric types or of two kinds of moments; nothing where they are not of one ladder.
pub fn wider(one: &str, two: &str) -> Option<&'static str> {
    upper(NUMBERS, one, two).or_else(|| upper(MOMENTS, one, two))
}

fn upper(ladder: &[&'static str], one: &str, two: &str) -> Option<&'static str> {
    let place = |ty: &str| ladder.iter().position(|known| *known == super::types_base(ty));
    ladder.get(place(one)?.max(place(two)?)).copied()
}

/// What an operator returns.
pub fn operator_result(operator: &str, left: Option<&str>, right: Option<&str>) -> Option<String> {
    match operator {
        "=" | "<>" | "<" | ">" | "<=" | ">=" | "~~" | "!~~" | "~~*" | "!~~*" | "~" | "!~" | "~*" | "!~*" | "@>" | "<@" | "&&" | "?"
        | "?|" | "?&" | "@@" => Some("boolean".to_owned()),
        "->>" | "#>>" => Some("text".to_owned()),
        "->" | "#>" | "#-" => left.map(str::to_owned),
        "||" => concatenated(left, right),
        "+" | "-" | "*" | "/" | "%" | "^" => arithmetic(operator, left?, right?),
        _ => None,
    }
}

/// Types that `||` joins as what they are, and not as text.
pub fn joins_itself(ty: &str) -> bool {
    matches!(ty, "jsonb" | "bytea" | "tsvector" | "tsquery" | "\"bit\"" | "bit varying" | "public.hstore")
}

fn concatenated(left: Option<&str>, right: Option<&str>) -> Option<String> {
    let kept = |ty: &str| ty.ends_with("[]") || joins_itself(ty);
    match (left, right) {
        (Some(ty), _) | (_, Some(ty)) if kept(ty) => Some(ty.to_owned()),
        (_, Some(ty)) if kept(ty) => Some(ty.to_owned()),
        _ => Some("text".to_owned()),
    }
}

fn arithmetic(operator: &str, left: &str, right: &str) -> Option<String> {
    if let Some(wider) = upper(NUMBERS, left, right) {
        return Some(if wider == "real" && left != right { "double precision" } else { wider }.to_owned());
    }
    let (left, right) = (super::types_base(left), super::types_base(right));
    let result = match (left.as_str(), operator, right.as_str()) {
        ("date", "-", "date") => "integer",
        ("date", _, "integer") => "date",
        ("date", _, "interval") => "timestamp without time zone",
        (one, "-", two) if one.starts_with("timestamp") && two.starts_with("timestamp") => "interval",
        (one, _, "interval") if one.starts_with("timestamp") || one == "interval" || one.starts_with("time ") => one,
        ("interval", "+", two) if two.starts_with("timestamp") => two,
        ("interval", _, _) | (_, _, "interval") => "interval",
        _ => return None,
    };
    Some(result.to_owned())
}
