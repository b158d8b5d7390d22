//! What tells MySQL from MariaDB: one table of differences for each, so that no code asks for a name.

/// What differs between the two engines.
pub struct Family {
    /// `/*M! … */` is code; MySQL reads it as a comment (MariaDB: Comment Syntax).
    pub own_comments: bool,
    /// Versions of `/*!NNNNN … */` that are comments here: MariaDB skips what MySQL 5.7 and later added for itself.
    pub foreign_versions: std::ops::RangeInclusive<u32>,
    /// `int(11)` is part of the type as the server prints it (MySQL 8.0.19 stopped printing widths).
    pub prints_widths: bool,
    /// A check written at a column stays with the column; else it becomes a check of the table.
    pub column_checks: bool,
    /// `JSON` is `LONGTEXT` with a check.
    pub json_is_text: bool,
    /// `REFERENCES` written at a column makes a foreign key; else it is read and forgotten.
    pub inline_references: bool,
    /// Names of checks without a name: before the number, where `%` is the table.
    pub check_names: &'static str,
    /// `DROP INDEX IF EXISTS` and the like are understood.
    pub guards: bool,
    /// Sequences, system versioning, `CREATE OR REPLACE` of everything.
    pub sequences: bool,
    /// The name of the index in `FOREIGN KEY name (…)` names the foreign key where nothing else does.
    pub index_names_key: bool,
    /// The action of a foreign key that is not printed.
    pub silent_action: &'static str,
    /// The keyword for an index that the optimiser does not use, and its opposite.
    pub ignored_index: (&'static str, &'static str),
    /// The default collation of `utf8mb4`; those of the other character sets are the same in both.
    pub utf8mb4_collation: &'static str,
    /// The character set and collation that a server has when nobody set one.
    pub default_charset: &'static str,
    /// The modes of old servers and of other products are known.
    pub old_modes: bool,
    /// A default may be any expression without parentheses around it.
    pub bare_default_calls: bool,
}

/// MySQL 8: <https://dev.mysql.com/doc/refman/8.4/en/>.
pub const MYSQL: Family = Family {
    own_comments: false,
    foreign_versions: 100_000..=999_999,
    prints_widths: false,
    column_checks: false,
    json_is_text: false,
    inline_references: false,
    check_names: "%_chk_",
    guards: false,
    sequences: false,
    index_names_key: false,
    silent_action: "no action",
    ignored_index: ("INVISIBLE", "VISIBLE"),
    utf8mb4_collation: "utf8mb4_0900_ai_ci",
    default_charset: "utf8mb4",
    old_modes: false,
    bare_default_calls: false,
};

/// MariaDB 10.11: <https://mariadb.com/kb/en/sql-statements/>.
pub const MARIADB: Family = Family {
    own_comments: true,
    foreign_versions: 50_700..=99_999,
    prints_widths: true,
    column_checks: true,
    json_is_text: true,
    inline_references: true,
    check_names: "CONSTRAINT_",
    guards: true,
    sequences: true,
    index_names_key: true,
    silent_action: "restrict",
    ignored_index: ("IGNORED", "NOT IGNORED"),
    utf8mb4_collation: "utf8mb4_general_ci",
    default_charset: "utf8mb4",
    old_modes: true,
    bare_default_calls: true,
};

/// Character sets whose default collation is not `NAME_general_ci` (SHOW CHARACTER SET).
const COLLATIONS: &[(&str, &str)] = &[
    ("latin1", "latin1_swedish_ci"),
    ("big5", "big5_chinese_ci"),
    ("dec8", "dec8_swedish_ci"),
    ("hp8", "hp8_english_ci"),
    ("swe7", "swe7_swedish_ci"),
    ("ujis", "ujis_japanese_ci"),
    ("sjis", "sjis_japanese_ci"),
    ("tis620", "tis620_thai_ci"),
    ("euckr", "euckr_korean_ci"),
    ("gb2312", "gb2312_chinese_ci"),
    ("gbk", "gbk_chinese_ci"),
    ("latin5", "latin5_turkish_ci"),
    ("cp932", "cp932_japanese_ci"),
    ("eucjpms", "eucjpms_japanese_ci"),
    ("gb18030", "gb18030_chinese_ci"),
    ("binary", "binary"),
];

impl Family {
    /// The collation that a character set has when none is named.
    pub fn default_collation(&self, charset: &str) -> String {
        if charset == "utf8mb4" {
            return self.utf8mb4_collation.to_string();
        }
        let named = COLLATIONS.iter().find(|(name, _)| *name == charset);
        named.map_or_else(|| format!("{charset}_general_ci"), |(_, collation)| (*collation).to_string())
    }

    /// Whether the content of `/*!VERSION … */` is code.
    pub fn runs(&self, version: u32) -> bool {
        !self.foreign_versions.contains(&version)
    }
}

/// A character set as servers print it: `utf8` is `utf8mb3`.
pub fn charset(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if lower == "utf8" { "utf8mb3".to_string() } else { lower }
}

/// A collation as servers print it. One that fits several character sets starts with the underscore behind theirs
/// (MariaDB, Supported Character Sets and Collations, uca1400).
pub fn collation(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("uca1400_") {
        return format!("_{lower}");
    }
    lower.strip_prefix("utf8_").map_or_else(|| lower.clone(), |rest| format!("utf8mb3_{rest}"))
}

/// The character set to which a collation belongs.
pub fn charset_of(collation: &str) -> String {
    charset(collation.split('_').next().unwrap_or(collation))
}
