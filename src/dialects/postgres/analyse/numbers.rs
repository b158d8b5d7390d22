//! Functions of numbers that have a variant for each of several types: which one the server takes (manual, 10.3).

use super::functions::NUMBERS;
use super::types_base;

/// A function with this many arguments, of which the first few are of one type: its variants, the preferred one first.
struct Overloaded {
    name: &'static str,
    arguments: usize,
    numbers: usize,
    variants: &'static [&'static str],
}

const REAL: &[&str] = &["double precision", "numeric"];
const DOUBLE: &[&str] = &["double precision"];
const NUMERIC: &[&str] = &["numeric"];
const SERIES: &[&str] = &["integer", "bigint", "numeric"];
const EXACT: &[&str] = &["smallint", "integer", "bigint", "numeric"];

const fn row(name: &'static str, arguments: usize, numbers: usize, variants: &'static [&'static str]) -> Overloaded {
    Overloaded { name, arguments, numbers, variants }
}

/// The manual's tables 9.5 and 9.7 say which types each function takes.
const OVERLOADED: &[Overloaded] = &[
    row("acos", 1, 1, DOUBLE),
    row("asin", 1, 1, DOUBLE),
    row("atan", 1, 1, DOUBLE),
    row("atan2", 2, 2, DOUBLE),
    row("cbrt", 1, 1, DOUBLE),
    row("ceil", 1, 1, REAL),
    row("ceiling", 1, 1, REAL),
    row("cos", 1, 1, DOUBLE),
    row("degrees", 1, 1, DOUBLE),
    row("div", 2, 2, NUMERIC),
    row("exp", 1, 1, REAL),
    row("floor", 1, 1, REAL),
    row("generate_series", 2, 2, SERIES),
    row("generate_series", 3, 3, SERIES),
    row("ln", 1, 1, REAL),
    row("log", 1, 1, REAL),
    row("log", 2, 2, NUMERIC),
    row("log10", 1, 1, REAL),
    row("mod", 2, 2, EXACT),
    row("point", 2, 2, DOUBLE),
    row("pow", 2, 2, REAL),
    row("power", 2, 2, REAL),
    row("radians", 1, 1, DOUBLE),
    row("round", 1, 1, REAL),
    row("round", 2, 1, NUMERIC),
    row("sign", 1, 1, REAL),
    row("sin", 1, 1, DOUBLE),
    row("sqrt", 1, 1, REAL),
    row("tan", 1, 1, DOUBLE),
    row("to_timestamp", 1, 1, DOUBLE),
    row("trunc", 1, 1, REAL),
    row("trunc", 2, 1, NUMERIC),
    row("width_bucket", 4, 3, REAL),
];

/// Operators that have no variant for two different types: the types there are.
pub fn of_one_type(operator: &str) -> Option<&'static [&'static str]> {
    match operator {
        "^" => Some(REAL),
        "%" => Some(EXACT),
        _ => None,
    }
}

/// How many of its first arguments are brought to one type, and the types there are.
pub fn overloaded(name: &str, arguments: usize) -> Option<(usize, &'static [&'static str])> {
    let row = OVERLOADED.iter().find(|row| row.name == name && row.arguments == arguments)?;
    Some((row.numbers, row.variants))
}

/// The variant that takes arguments of these types: one that all can be brought to, with the most exact matches among
/// them, and the preferred one where these are equal.
pub fn variant(variants: &[&'static str], types: &[String]) -> Option<&'static str> {
    let rank = |ty: &str| NUMBERS.iter().position(|known| *known == ty);
    let types: Vec<String> = types.iter().map(|ty| types_base(ty)).collect();
    let ranks = types.iter().map(|ty| rank(ty)).collect::<Option<Vec<usize>>>()?;
    let exact = |variant: &str| types.iter().filter(|ty| *ty == variant).count();
    let takes = |variant: &&&'static str| rank(variant).is_some_and(|rank| ranks.iter().all(|of| *of <= rank));
    variants.iter().filter(takes).rev().max_by_key(|variant| exact(variant)).copied()
}
