//! The sql_mode under which a text is read (MySQL Reference Manual, Server SQL Modes; MariaDB, SQL_MODE).

use super::family::Family;

/// Modes that stand for several, in the order in which the server prints those.
const COMBINED: &[(&str, &[&str])] = &[
    ("ANSI", &["REAL_AS_FLOAT", "PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE", "ANSI"]),
    ("ORACLE", &["PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE", "ORACLE", "NO_AUTO_CREATE_USER", "SIMULTANEOUS_ASSIGNMENT"]),
    ("MSSQL", &["PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE", "MSSQL"]),
    ("DB2", &["PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE", "DB2"]),
    ("POSTGRESQL", &["PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE", "POSTGRESQL"]),
    ("MAXDB", &["PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE", "MAXDB", "NO_AUTO_CREATE_USER"]),
    ("MYSQL323", &["MYSQL323", "HIGH_NOT_PRECEDENCE"]),
    ("MYSQL40", &["MYSQL40", "HIGH_NOT_PRECEDENCE"]),
    (
        "TRADITIONAL",
        &[
            "STRICT_TRANS_TABLES",
            "STRICT_ALL_TABLES",
            "NO_ZERO_IN_DATE",
            "NO_ZERO_DATE",
            "ERROR_FOR_DIVISION_BY_ZERO",
            "TRADITIONAL",
            "NO_AUTO_CREATE_USER",
            "NO_ENGINE_SUBSTITUTION",
        ],
    ),
];

/// Modes without a meaning for the text of a routine, which only some servers know.
const IDLE: &[&str] = &["NO_KEY_OPTIONS", "NO_TABLE_OPTIONS", "NO_FIELD_OPTIONS"];

/// Modes that MySQL 8.0 has no more.
const REMOVED: &[&str] = &["ORACLE", "MSSQL", "DB2", "POSTGRESQL", "MAXDB", "MYSQL323", "MYSQL40", "NO_AUTO_CREATE_USER"];

/// The single modes that a setting comes to, each once.
pub fn single(text: &str, family: &Family) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split(',').map(|word| word.trim().to_ascii_uppercase()) {
        let combined =
            COMBINED.iter().find(|(name, _)| *name == word).map(|(_, modes)| modes.iter().map(|mode| (*mode).to_string()).collect());
        let grouping = (word == "ANSI" && !family.old_modes).then(|| "ONLY_FULL_GROUP_BY".to_string());
        for mode in combined.unwrap_or_else(|| vec![word]).into_iter().chain(grouping) {
            let known = !family.old_modes && REMOVED.contains(&mode.as_str());
            if !mode.is_empty() && !known && !IDLE.contains(&mode.as_str()) && !out.contains(&mode) {
                out.push(mode);
            }
        }
    }
    out
}

/// A setting in the form in which two can be compared.
pub fn canonical(text: &str, family: &Family) -> String {
    let mut modes = single(text, family);
    modes.sort_unstable();
    modes.join(",")
}

/// Whether a setting holds a mode, alone or in a combination.
pub fn holds(text: &str, mode: &str, family: &Family) -> bool {
    single(text, family).iter().any(|known| known == mode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialects::mysql::family::{MARIADB, MYSQL};

    #[test]
    fn a_combination_is_what_the_server_prints_of_it() {
        let printed = "REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,ANSI";
        assert_eq!(canonical("ansi", &MARIADB), canonical(printed, &MARIADB));
        assert_eq!(
            canonical("ansi", &MYSQL),
            canonical("ONLY_FULL_GROUP_BY,REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,ANSI", &MYSQL)
        );
        assert_eq!(canonical("NO_AUTO_CREATE_USER,STRICT_ALL_TABLES", &MYSQL), "STRICT_ALL_TABLES");
        assert_ne!(canonical("ANSI_QUOTES", &MARIADB), canonical("", &MARIADB));
    }
}
