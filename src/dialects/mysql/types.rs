//! Data types: every spelling in the one that the server prints (MySQL Reference Manual, Data Types).

use super::family::Family;
use super::lex::{TokenKind, literal, tokens};

/// What a type's values are, as far as defaults, character sets and indexes ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Integer,
    Decimal,
    Float,
    Bit,
    /// CHAR and VARCHAR: with a length.
    Character,
    /// TEXT and its sizes.
    Text,
    /// ENUM and SET.
    Listed,
    Binary,
    Blob,
    Date,
    Time,
    DateTime,
    Year,
    Other,
}

impl Class {
    /// Whether values have a character set.
    pub fn has_charset(self) -> bool {
        matches!(self, Class::Character | Class::Text | Class::Listed)
    }
}

/// Other spellings, and the type that is meant.
const ALIASES: &[(&str, &str)] = &[
    ("integer", "int"),
    ("int4", "int"),
    ("int1", "tinyint"),
    ("int2", "smallint"),
    ("int3", "mediumint"),
    ("middleint", "mediumint"),
    ("int8", "bigint"),
    ("bool", "tinyint(1)"),
    ("boolean", "tinyint(1)"),
    ("numeric", "decimal"),
    ("dec", "decimal"),
    ("fixed", "decimal"),
    ("number", "decimal"),
    ("real", "double"),
    ("double precision", "double"),
    ("float4", "float"),
    ("float8", "double"),
    ("character", "char"),
    ("nchar", "char"),
    ("national char", "char"),
    ("national character", "char"),
    ("character varying", "varchar"),
    ("char varying", "varchar"),
    ("varcharacter", "varchar"),
    ("varchar2", "varchar"),
    ("nvarchar", "varchar"),
    ("national varchar", "varchar"),
    ("national varcharacter", "varchar"),
    ("national char varying", "varchar"),
    ("national character varying", "varchar"),
    ("nchar varchar", "varchar"),
    ("nchar varcharacter", "varchar"),
    ("nchar varying", "varchar"),
    ("char byte", "binary"),
    ("raw", "varbinary"),
    ("clob", "longtext"),
    ("long", "mediumtext"),
    ("long varchar", "mediumtext"),
    ("long char varying", "mediumtext"),
    ("long varbinary", "mediumblob"),
    ("geomcollection", "geometrycollection"),
    ("serial", "bigint unsigned"),
];

/// Types whose values are in the national character set.
pub fn is_national(text: &str) -> bool {
    text.starts_with("national ") || text.starts_with("nchar") || text.starts_with("nvarchar")
}

/// Integer types with the widths that a server prints: signed, unsigned.
const WIDTHS: &[(&str, u32, u32)] = &[("tinyint", 4, 3), ("smallint", 6, 5), ("mediumint", 9, 8), ("int", 11, 10), ("bigint", 20, 20)];

const CLASSES: &[(&str, Class)] = &[
    ("tinyint", Class::Integer),
    ("smallint", Class::Integer),
    ("mediumint", Class::Integer),
    ("int", Class::Integer),
    ("bigint", Class::Integer),
    ("decimal", Class::Decimal),
    ("float", Class::Float),
    ("double", Class::Float),
    ("bit", Class::Bit),
    ("char", Class::Character),
    ("varchar", Class::Character),
    ("tinytext", Class::Text),
    ("text", Class::Text),
    ("mediumtext", Class::Text),
    ("longtext", Class::Text),
    ("enum", Class::Listed),
    ("set", Class::Listed),
    ("binary", Class::Binary),
    ("varbinary", Class::Binary),
    ("tinyblob", Class::Blob),
    ("blob", Class::Blob),
    ("mediumblob", Class::Blob),
    ("longblob", Class::Blob),
    ("date", Class::Date),
    ("time", Class::Time),
    ("datetime", Class::DateTime),
    ("timestamp", Class::DateTime),
    ("year", Class::Year),
];

/// A type taken apart: `decimal`, `10,2`, unsigned, zerofill.
pub struct Parts {
    pub base: String,
    pub arguments: Option<String>,
    pub unsigned: bool,
    pub zerofill: bool,
}

/// Takes a type's text apart.
pub fn parts(text: &str) -> Parts {
    let (head, tail) = match text.find('(') {
        Some(open) => (text[..open].trim(), &text[open..]),
        None => (text.trim(), ""),
    };
    let close = tail.rfind(')').unwrap_or(tail.len());
    let arguments = tail.get(1..close).map(|inner| inner.trim().to_string()).filter(|inner| !inner.is_empty());
    let words = format!("{head} {}", tail.get(close + 1..).unwrap_or("")).to_ascii_lowercase();
    let has = |word: &str| words.split_whitespace().any(|known| known == word);
    let base: Vec<&str> = words.split_whitespace().filter(|word| !matches!(*word, "unsigned" | "zerofill" | "signed")).collect();
    Parts { base: base.join(" "), arguments, unsigned: has("unsigned") || has("zerofill"), zerofill: has("zerofill") }
}

/// The values of an ENUM or a SET.
pub fn listed_values(text: &str, family: &Family) -> Vec<String> {
    let arguments = parts(text).arguments.unwrap_or_default();
    tokens(&arguments, family).iter().filter(|token| token.kind == TokenKind::Text).map(|token| token.content()).collect()
}

/// What a type's values are.
pub fn class(text: &str) -> Class {
    let base = parts(text).base;
    CLASSES.iter().find(|(name, _)| *name == base).map_or(Class::Other, |(_, class)| *class)
}

/// A type in the spelling that the server prints.
pub fn canonical(text: &str, family: &Family) -> String {
    let mut parts = parts(text);
    if let Some((_, meant)) = ALIASES.iter().find(|(alias, _)| *alias == parts.base) {
        let meant = self::parts(meant);
        parts.unsigned |= meant.unsigned;
        parts.base = meant.base;
        parts.arguments = parts.arguments.or(meant.arguments);
    }
    settle_arguments(&mut parts, family);
    let mut out = parts.base;
    if let Some(arguments) = parts.arguments {
        out = format!("{out}({arguments})");
    }
    if parts.unsigned {
        out.push_str(" unsigned");
    }
    if parts.zerofill {
        out.push_str(" zerofill");
    }
    out
}

/// Gives the arguments that a type has where none are written, in one spelling.
fn settle_arguments(parts: &mut Parts, family: &Family) {
    let given = parts.arguments.take().map(|text| spaced(&text, &parts.base, family));
    let number = given.as_deref().and_then(|text| text.parse::<u64>().ok());
    parts.arguments = match parts.base.as_str() {
        "decimal" => Some(match given {
            None => "10,0".to_string(),
            Some(text) if text.contains(',') => text,
            Some(text) => format!("{},0", if text == "0" { "10" } else { &text }),
        }),
        "bit" | "char" | "binary" => Some(given.unwrap_or_else(|| "1".to_string())),
        "float" => {
            // FLOAT(p): p says single or double precision (Floating-Point Types).
            match number {
                Some(precision) if precision > 24 => parts.base = "double".to_string(),
                _ => {}
            }
            if number.is_some() { None } else { given }
        }
        "text" | "blob" => {
            if let Some(length) = number {
                // Where no character set is known: the widest.
                parts.base = sized(&parts.base, if parts.base == "text" { length.saturating_mul(4) } else { length });
            }
            None
        }
        "year" if family.prints_widths => Some(given.unwrap_or_else(|| "4".to_string())),
        "year" => None,
        "time" | "datetime" | "timestamp" => given.filter(|text| text != "0"),
        base => match WIDTHS.iter().find(|(name, _, _)| *name == base) {
            Some((_, signed, unsigned)) => width(parts, given, (*signed, *unsigned), family),
            None => given,
        },
    };
}

fn width(parts: &Parts, given: Option<String>, default: (u32, u32), family: &Family) -> Option<String> {
    // A number that is filled up with zeros is filled up to its width, which MySQL prints for it alone.
    if family.prints_widths || parts.zerofill {
        return Some(given.unwrap_or_else(|| if parts.unsigned { default.1 } else { default.0 }.to_string()));
    }
    given.filter(|text| parts.base == "tinyint" && text == "1" && !parts.unsigned)
}

/// Character sets whose characters take more than a byte, and how many at most (SHOW CHARACTER SET, Maxlen).
const WIDTHS_OF_CHARACTERS: &[(&str, u64)] = &[
    ("utf8mb4", 4),
    ("utf16", 4),
    ("utf16le", 4),
    ("utf32", 4),
    ("gb18030", 4),
    ("utf8mb3", 3),
    ("ujis", 3),
    ("eucjpms", 3),
    ("ucs2", 2),
    ("big5", 2),
    ("gbk", 2),
    ("gb2312", 2),
    ("sjis", 2),
    ("cp932", 2),
    ("euckr", 2),
];

/// How many bytes a character of this set takes at most.
pub fn character_bytes(charset: &str) -> u64 {
    WIDTHS_OF_CHARACTERS.iter().find(|(name, _)| *name == charset).map_or(1, |(_, width)| *width)
}

/// `TEXT(n)` is the smallest type that holds n characters of its character set; any other type is what it says.
pub fn in_charset(text: &str, charset: &str) -> String {
    let parts = parts(text);
    let characters = parts.arguments.as_deref().and_then(|length| length.parse::<u64>().ok()).filter(|length| *length > 0);
    match characters {
        Some(characters) if parts.base == "text" => sized("text", characters.saturating_mul(character_bytes(charset))),
        _ => text.to_string(),
    }
}

/// The smallest type that holds so many bytes.
fn sized(base: &str, bytes: u64) -> String {
    let size = match bytes {
        0..=255 => "tiny",
        256..=65_535 => "",
        65_536..=16_777_215 => "medium",
        _ => "long",
    };
    format!("{size}{base}")
}

/// Arguments without white space; labels of ENUM and SET without trailing spaces and in one quoting.
fn spaced(text: &str, base: &str, family: &Family) -> String {
    let listed = matches!(base, "enum" | "set");
    let words: Vec<String> = tokens(text, family)
        .iter()
        .map(|token| match token.kind {
            TokenKind::Text if listed => literal(token.content().trim_end_matches(' ')),
            TokenKind::Text => literal(&token.content()),
            _ => token.raw.to_ascii_lowercase(),
        })
        .collect();
    words.concat()
}
