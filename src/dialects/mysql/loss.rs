//! What a change of type takes from the values without an error. In strict mode a value that is too large or too long stops the
//! statement; digits, fractions of a second and parts of a point in time that the new type does not have are cut off with a note
//! at most (MySQL, Server SQL Modes; Precision Math; Conversion Between Date and Time Types).

use super::family::Family;
use super::types::{Class, Parts, canonical, class, parts};
use crate::ir::{Attr, Object};

/// Whether values of a live column lose something in the desired one.
pub fn loses(live: &Object, desired: &Object, family: &Family) -> bool {
    let computed = |column: &Object| column.has(Attr::Generated);
    match (computed(live), computed(desired), live.text(Attr::Type), desired.text(Attr::Type)) {
        // Computed again.
        (true, true, ..) => false,
        (false, true, ..) => true,
        (_, false, Some(from), Some(to)) => narrows(&canonical(from, family), &canonical(to, family)),
        _ => false,
    }
}

/// The digits of a type's values: all of them, and those behind the point. A type without a point of its own has none.
struct Digits {
    all: u32,
    behind: u32,
}

/// Digits that a value of a type can have in front of the point.
const DIGITS: &[(&str, u32)] = &[
    ("tinyint", 3),
    ("smallint", 5),
    ("mediumint", 7),
    ("int", 10),
    ("bigint", 20),
    ("bit", 20),
    ("year", 4),
    ("date", 8),
    ("time", 7),
    ("datetime", 14),
    ("timestamp", 14),
];

/// Digits that a floating-point type keeps for certain, whatever the number (Problems with Floating-Point Values).
fn kept(parts: &Parts) -> u32 {
    match parts.base.as_str() {
        "float" => 7,
        _ => 15,
    }
}

fn digits(parts: &Parts) -> Digits {
    let mut numbers = parts.arguments.as_deref().unwrap_or("").split(',').map(|number| number.trim().parse().unwrap_or(0));
    let (first, second) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    match DIGITS.iter().find(|row| row.0 == parts.base) {
        // What stands in brackets is the width of an integer on the screen, and the fraction of a second.
        Some((name, all)) if ["time", "datetime", "timestamp"].contains(name) => Digits { all: all + first, behind: first },
        Some((_, all)) => Digits { all: *all, behind: 0 },
        None => Digits { all: first, behind: second },
    }
}

fn narrows(from: &str, to: &str) -> bool {
    let (old, new) = (parts(from), parts(to));
    let free = |parts: &Parts| parts.arguments.is_none();
    let (was, will) = (digits(&old), digits(&new));
    match (class(from), class(to)) {
        (Class::Float, Class::Float) if free(&new) => kept(&old) > kept(&new),
        (Class::Float, Class::Float) => free(&old) || kept(&old) > kept(&new) || was.behind > will.behind,
        (Class::Float, to) if is_number(to) => free(&old) || was.behind > will.behind,
        // The server prints fewer digits of a single-precision number than it has; as the number of a label it is rounded.
        (Class::Float, Class::Listed) => true,
        (Class::Float, to) if !is_temporal(to) && to != Class::Year => old.base == "float",
        // Its bytes are taken for characters, and the other way round.
        (Class::Bit, to) => !is_number(to) || was.all > kept(&new) && to == Class::Float,
        (Class::Character | Class::Text, Class::Bit) => true,
        (from, Class::Year) => from != Class::Year,
        (Class::DateTime, Class::Date | Class::Time) | (Class::Date, Class::Time) | (Class::Time, Class::Date) => true,
        (from, to) if is_temporal(from) && is_temporal(to) => was.behind > will.behind,
        // A text may hold what a value of its own type would not.
        (Class::Character | Class::Text, Class::Decimal | Class::Float | Class::Date | Class::Time) => true,
        (Class::Character | Class::Text, Class::DateTime) => will.behind < 6,
        // The labels become their numbers.
        (Class::Listed, to) => is_number(to),
        (from, Class::Float) if is_number(from) => was.all > kept(&new) || !free(&new) && was.behind > will.behind,
        (from, to) if is_number(from) || from == Class::Year => is_temporal(to) || is_number(to) && was.behind > will.behind,
        (from, to) => is_temporal(from) && (to == Class::Float || is_number(to) && was.behind > will.behind),
    }
}

fn is_number(class: Class) -> bool {
    matches!(class, Class::Integer | Class::Decimal | Class::Float | Class::Bit)
}

fn is_temporal(class: Class) -> bool {
    matches!(class, Class::Date | Class::Time | Class::DateTime)
}

#[cfg(test)]
mod tests {
    use super::narrows;

    #[test]
    fn what_is_cut_off_without_an_error_is_a_loss() {
        // Measured on MariaDB 10.11 in strict mode: none of these is refused, and each value comes back smaller.
        let losses = [
            ("decimal(8,4)", "decimal(8,2)"),
            ("decimal(10,2)", "int(11)"),
            ("double", "float"),
            ("double", "int(11)"),
            ("double", "decimal(10,2)"),
            ("double(10,4)", "double(10,2)"),
            ("float", "varchar(30)"),
            ("bigint(20)", "float"),
            ("bigint(20)", "double"),
            ("datetime(6)", "datetime"),
            ("datetime(3)", "bigint(20)"),
            ("timestamp(6)", "datetime(3)"),
            ("datetime", "date"),
            ("datetime", "time"),
            ("date", "time"),
            ("time(3)", "time"),
            ("varchar(20)", "date"),
            ("varchar(20)", "decimal(5,1)"),
            ("varchar(30)", "datetime"),
            ("enum('a','b')", "int(11)"),
            ("double", "timestamp"),
        ];
        // These are refused where a value does not fit, or keep all of it.
        let kept = [
            ("decimal(8,2)", "decimal(6,2)"),
            ("decimal(8,2)", "decimal(10,4)"),
            ("bigint(20)", "int(11)"),
            ("int(11)", "bigint(20) unsigned"),
            ("int(11)", "double"),
            ("mediumint(9)", "float"),
            ("decimal(10,2)", "double"),
            ("float", "double"),
            ("double", "varchar(30)"),
            ("varchar(20)", "varchar(5)"),
            ("varchar(20)", "int(11)"),
            ("text", "tinytext"),
            ("date", "datetime"),
            ("datetime", "datetime(3)"),
            ("datetime(3)", "varchar(30)"),
            ("date", "bigint(20)"),
            ("enum('a','b')", "varchar(10)"),
            ("int(11)", "varchar(20)"),
        ];
        let faults: Vec<_> =
            losses.iter().filter(|pair| !narrows(pair.0, pair.1)).chain(kept.iter().filter(|pair| narrows(pair.0, pair.1))).collect();
        assert!(faults.is_empty(), "{faults:?}");
    }
}
