//! What a quoted constant may say to be a value of a type (manual, Data Types: Numeric Types, Boolean Type).

/// Words that stand for a value, though columns may bear their names.
pub const VALUES: &[&str] = &[
    "true",
    "false",
    "null",
    "user",
    "current_user",
    "session_user",
    "system_user",
    "current_role",
    "current_catalog",
    "current_schema",
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
];

/// Each word of a boolean may be cut short, as long as one is meant.
const TRUTHS: &[(&str, usize)] = &[("true", 1), ("false", 1), ("yes", 1), ("no", 1), ("on", 2), ("off", 2), ("1", 1), ("0", 1)];

/// Words that are numbers of these types.
const NUMBERS: &[&str] = &["nan", "infinity", "inf"];

/// Whether a constant is a value of the type; of types that are not looked into, each is.
pub fn fits(value: &str, kind: &str) -> bool {
    let value = value.trim().to_ascii_lowercase();
    let digits = || value.bytes().any(|byte| byte.is_ascii_digit());
    match kind.split('(').next().unwrap_or(kind).trim() {
        "boolean" => TRUTHS.iter().any(|(word, least)| value.len() >= *least && word.starts_with(&value)),
        "smallint" | "integer" | "bigint" => digits(),
        "numeric" | "real" | "double precision" => digits() || NUMBERS.contains(&value.trim_start_matches(['+', '-'])),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn constants_are_values_of_types() {
        for (value, kind, right) in [
            (" T ", "boolean", true),
            ("of", "boolean", true),
            ("o", "boolean", false),
            ("maybe", "boolean", false),
            ("0x1F", "integer", true),
            ("abc", "integer", false),
            ("-Infinity", "numeric(5,2)", true),
            ("much", "numeric(5,2)", false),
            ("abc", "text", true),
        ] {
            assert_eq!(fits(value, kind), right, "{value} as {kind}");
        }
    }
}
