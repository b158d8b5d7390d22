//! Types that take every value of another as it is (MySQL, Integer Types; Fixed-Point Types; Data Type Storage Requirements). Points in
//! time are not among them: a zero date stops a copy where the mode forbids it.

use super::family::Family;
use super::types::{Class, Parts, class, listed_values, parts};

/// Integer types: bits, and the digits of the largest value.
const INTEGERS: &[(&str, u32, u32)] = &[("tinyint", 8, 3), ("smallint", 16, 5), ("mediumint", 24, 8), ("int", 32, 10), ("bigint", 64, 20)];

/// What the long texts hold, in bytes.
const LONG: &[(&str, u64)] = &[("tiny", 255), ("", 65_535), ("medium", 16_777_215), ("long", 4_294_967_295)];

/// Whether each value of a type is one of the other, and values that differ there differ here. Both are as the server prints them;
/// a character takes `width` bytes at most.
pub fn keeps(from: &str, to: &str, width: u64) -> bool {
    let (old, new) = (parts(from), parts(to));
    let signs = !new.unsigned || old.unsigned;
    match (class(from), class(to)) {
        (Class::Integer, Class::Integer) => {
            let [was, will] = [&old, &new].map(|parts| integer(parts).0);
            if old.unsigned == new.unsigned { was <= will } else { old.unsigned && was < will }
        }
        (Class::Integer, Class::Decimal) => signs && integer(&old).1 <= whole(&new),
        (Class::Decimal, Class::Decimal) => signs && whole(&old) <= whole(&new) && numbers(&old).1 <= numbers(&new).1,
        (Class::Float, Class::Float) => {
            signs && old.arguments.is_none() && new.arguments.is_none() && (old.base == "float" || new.base == "double")
        }
        (Class::Character, Class::Character) => (old.base == "char" || new.base == "varchar") && numbers(&old).0 <= numbers(&new).0,
        (Class::Binary, Class::Binary) => new.base == "varbinary" && numbers(&old).0 <= numbers(&new).0,
        (Class::Character, Class::Text) => u64::from(numbers(&old).0).saturating_mul(width) <= long(&new),
        (Class::Binary, Class::Blob) => u64::from(numbers(&old).0) <= long(&new),
        (Class::Text, Class::Text) | (Class::Blob, Class::Blob) => long(&old) <= long(&new),
        _ => false,
    }
}

/// Whether the labels of an ENUM or SET get more behind them, and take no more bytes: then no row is looked at.
pub fn appends(from: &str, to: &str, family: &Family) -> bool {
    let (old, new) = (parts(from), parts(to));
    let bytes = label_bytes(from, family) == label_bytes(to, family);
    let (labels, more) = (old.arguments.unwrap_or_default(), new.arguments.unwrap_or_default());
    let appended = more.strip_prefix(labels.as_str()).is_some_and(|rest| rest.starts_with(','));
    class(from) == Class::Listed && old.base == new.base && bytes && appended
}

/// How many bytes a label takes: those of an enum are counted, those of a set are bits (MySQL, Data Type Storage Requirements).
fn label_bytes(kind: &str, family: &Family) -> usize {
    let labels = listed_values(kind, family).len();
    match (parts(kind).base.as_str(), labels) {
        ("set", 33..) => 8,
        ("set", _) => labels.div_ceil(8),
        (_, 256..) => 2,
        _ => 1,
    }
}

fn integer(parts: &Parts) -> (u32, u32) {
    INTEGERS.iter().find(|row| row.0 == parts.base).map_or((0, 0), |row| (row.1, row.2))
}

/// The numbers in brackets: digits or length, and digits behind the point.
fn numbers(parts: &Parts) -> (u32, u32) {
    let mut numbers = parts.arguments.as_deref().unwrap_or("").split(',').map(|number| number.trim().parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// Digits in front of the point.
fn whole(parts: &Parts) -> u32 {
    let (all, behind) = numbers(parts);
    all.saturating_sub(behind)
}

fn long(parts: &Parts) -> u64 {
    let size = parts.base.trim_end_matches("text").trim_end_matches("blob");
    LONG.iter().find(|row| row.0 == size).map_or(0, |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::keeps;

    #[test]
    fn types_that_take_every_value() {
        let wider = [
            ("int(11)", "bigint(20)"),
            ("int(10) unsigned", "bigint(20)"),
            ("int(11)", "int(11)"),
            ("mediumint(8) unsigned", "decimal(8,0)"),
            ("decimal(8,2)", "decimal(10,3)"),
            ("float", "double"),
            ("char(5)", "varchar(5)"),
            ("varchar(60)", "tinytext"),
            ("tinytext", "text"),
            ("binary(4)", "varbinary(4)"),
            ("varbinary(300)", "blob"),
        ];
        let not = [
            ("bigint(20)", "int(11)"),
            ("int(11)", "int(10) unsigned"),
            ("int(11)", "bigint(20) unsigned"),
            ("bigint(20) unsigned", "bigint(20)"),
            ("int(11)", "decimal(9,0)"),
            ("decimal(8,2)", "decimal(9,4)"),
            ("double", "float"),
            ("float", "double(8,2)"),
            ("varchar(5)", "char(5)"),
            ("varchar(64)", "tinytext"),
            ("text", "tinytext"),
            ("varbinary(4)", "binary(4)"),
            ("date", "datetime"),
            ("int(11)", "varchar(20)"),
        ];
        wider.iter().for_each(|(from, to)| assert!(keeps(from, to, 4), "{from} to {to}"));
        not.iter().for_each(|(from, to)| assert!(!keeps(from, to, 4), "{from} to {to}"));
    }
}
