//! Calls in SQL's own words, as the grammar writes them (manual, 9.4, 9.9 and 9.15).

use super::node;
use crate::dialects::postgres::tree::{Call, Node};

/// What stands before each argument, in the order in which they are written, and what closes the last.
type Form = (&'static str, &'static [&'static str], &'static [usize], &'static str);

/// By name and number of arguments: the words before the arguments, and the order in which these are written.
const FORMS: &[Form] = &[
    ("extract", &["EXTRACT(", " FROM "], &[0, 1], ")"),
    ("substring", &["SUBSTRING(", " FROM "], &[0, 1], ")"),
    ("substring", &["SUBSTRING(", " FROM ", " FOR "], &[0, 1, 2], ")"),
    ("position", &["POSITION(", " IN "], &[1, 0], ")"),
    ("overlay", &["OVERLAY(", " PLACING ", " FROM "], &[0, 1, 2], ")"),
    ("overlay", &["OVERLAY(", " PLACING ", " FROM ", " FOR "], &[0, 1, 2, 3], ")"),
    ("btrim", &["TRIM(BOTH FROM "], &[0], ")"),
    ("btrim", &["TRIM(BOTH ", " FROM "], &[1, 0], ")"),
    ("ltrim", &["TRIM(LEADING FROM "], &[0], ")"),
    ("ltrim", &["TRIM(LEADING ", " FROM "], &[1, 0], ")"),
    ("rtrim", &["TRIM(TRAILING FROM "], &[0], ")"),
    ("rtrim", &["TRIM(TRAILING ", " FROM "], &[1, 0], ")"),
    ("timezone", &["("], &[0], " AT LOCAL)"),
    ("timezone", &["(", " AT TIME ZONE "], &[1, 0], ")"),
    ("overlaps", &["((", ", ", ") OVERLAPS (", ", "], &[0, 1, 2, 3], "))"),
    ("is_normalized", &["("], &[0], " IS NORMALIZED)"),
];

/// Writes a call in SQL's words; `false` where it has none.
pub fn write(call: &Call, out: &mut String) -> bool {
    let Some(name) = call.plain().filter(|_| call.worded) else { return false };
    let fits = |form: &&Form| form.0 == name && form.2.len() == call.args.len();
    if let Some((_, words, order, close)) = FORMS.iter().find(fits) {
        for (word, at) in words.iter().zip(*order) {
            out.push_str(word);
            match call.args.get(*at) {
                Some(Node::Literal { value, .. }) if name == "extract" && *at == 0 => out.push_str(value),
                Some(argument) => node(argument, out),
                None => {}
            }
        }
        out.push_str(close);
        return true;
    }
    match (name, call.args.as_slice()) {
        ("is_normalized", [text, Node::Literal { value, .. }]) => {
            out.push('(');
            node(text, out);
            out.push_str(&format!(" IS {} NORMALIZED)", value.to_ascii_uppercase()));
            true
        }
        _ => false,
    }
}
