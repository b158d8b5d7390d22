//! The marks that tell one dialect from another, as tables.

use memchr::memmem;

use super::Found;

/// What a mark is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// No other dialect takes it.
    Proof,
    /// Others may take it, but people of this dialect write it.
    Hint,
}

/// Words that stand in the code of one dialect's texts.
pub struct Mark {
    pub weight: Weight,
    /// In lower case; a space stands for any blank space.
    pub needle: &'static str,
    pub label: &'static str,
    pub dialects: &'static [&'static str],
}

/// A line that a dump program writes, by its beginning.
pub struct HeadMark {
    pub prefix: &'static str,
    /// A word that the same line must hold; empty where there is none.
    pub word: &'static str,
    pub dialects: &'static [&'static str],
}

const POSTGRES: &[&str] = &["postgres"];
const MYSQL: &[&str] = &["mysql"];
const MARIADB: &[&str] = &["mariadb"];
const FAMILY: &[&str] = &["mysql", "mariadb"];
const SQLITE: &[&str] = &["sqlite"];
const BACKTICK: &[&str] = &["mysql", "mariadb", "sqlite"];

/// Lines of dump programs. Rows with a word come before those without.
pub const HEAD_MARKS: &[HeadMark] = &[
    head("-- PostgreSQL database dump", "", POSTGRES),
    head("-- PostgreSQL database cluster dump", "", POSTGRES),
    head("-- Dumped from database version", "", POSTGRES),
    head("-- Dumped by pg_dump", "", POSTGRES),
    head("\\restrict ", "", POSTGRES),
    head("SET statement_timeout = ", "", POSTGRES),
    head("SELECT pg_catalog.set_config(", "", POSTGRES),
    head("-- MySQL dump", "MariaDB", MARIADB),
    head("-- MariaDB dump", "", MARIADB),
    head("-- Server version", "MariaDB", MARIADB),
    head("/*M!", "", MARIADB),
    head("-- MySQL dump", "", FAMILY),
    head("-- Server version", "", MYSQL),
    head("-- phpMyAdmin SQL Dump", "", FAMILY),
    head("/*!40", "", FAMILY),
    head("PRAGMA ", "", SQLITE),
    head(crate::sources::DATABASE_HEAD, "", SQLITE),
];

/// Container images of servers, by the last part of their name.
pub const IMAGES: &[(&str, &[&str])] = &[
    ("postgres", POSTGRES),
    ("postgresql", POSTGRES),
    ("postgis", POSTGRES),
    ("timescaledb", POSTGRES),
    ("pgvector", POSTGRES),
    ("mysql", MYSQL),
    ("mysql-server", MYSQL),
    ("percona", MYSQL),
    ("percona-server", MYSQL),
    ("mariadb", MARIADB),
];

/// Words of code, in lower case.
pub const CODE_MARKS: &[Mark] = &[
    proof("::", "`::`", POSTGRES),
    proof("create extension", "CREATE EXTENSION", POSTGRES),
    proof("create domain", "CREATE DOMAIN", POSTGRES),
    proof("create materialized view", "CREATE MATERIALIZED VIEW", POSTGRES),
    proof("create policy", "CREATE POLICY", POSTGRES),
    proof("create type", "CREATE TYPE", POSTGRES),
    proof("create unlogged table", "CREATE UNLOGGED TABLE", POSTGRES),
    proof("alter table only", "ALTER TABLE ONLY", POSTGRES),
    proof("language plpgsql", "LANGUAGE plpgsql", POSTGRES),
    proof("using gin", "USING gin", POSTGRES),
    proof("using gist", "USING gist", POSTGRES),
    proof("using brin", "USING brin", POSTGRES),
    proof("partition of", "PARTITION OF", POSTGRES),
    proof("owner to", "OWNER TO", POSTGRES),
    proof("comment on table", "COMMENT ON", POSTGRES),
    proof("comment on column", "COMMENT ON", POSTGRES),
    proof("by default as identity", "BY DEFAULT AS IDENTITY", POSTGRES),
    proof("always as identity", "ALWAYS AS IDENTITY", POSTGRES),
    hint("$$", "`$$`", POSTGRES),
    proof("`", "a backtick", BACKTICK),
    proof("engine=", "ENGINE=", FAMILY),
    proof("engine =", "ENGINE=", FAMILY),
    proof("auto_increment", "AUTO_INCREMENT", FAMILY),
    proof("on update current_timestamp", "ON UPDATE CURRENT_TIMESTAMP", FAMILY),
    proof("on update now", "ON UPDATE NOW", FAMILY),
    proof("default charset", "DEFAULT CHARSET", FAMILY),
    proof("modify column", "MODIFY COLUMN", FAMILY),
    proof("fulltext key", "FULLTEXT KEY", FAMILY),
    proof("fulltext index", "FULLTEXT INDEX", FAMILY),
    proof("utf8mb4", "utf8mb4", FAMILY),
    proof("utf8mb4_0900", "utf8mb4_0900", MYSQL),
    proof("uca1400", "uca1400", MARIADB),
    proof("with system versioning", "WITH SYSTEM VERSIONING", MARIADB),
    proof("page_compressed", "PAGE_COMPRESSED", MARIADB),
    proof("page_checksum", "PAGE_CHECKSUM", MARIADB),
    proof("period for system_time", "PERIOD FOR SYSTEM_TIME", MARIADB),
    proof("generated always as row", "GENERATED ALWAYS AS ROW", MARIADB),
    proof("without system versioning", "WITHOUT SYSTEM VERSIONING", MARIADB),
    proof("create or replace table", "CREATE OR REPLACE TABLE", MARIADB),
    proof("create sequence `", "CREATE SEQUENCE `", MARIADB),
    proof("nextval(`", "nextval(`", MARIADB),
    proof("key `", "KEY `", FAMILY),
    proof("unique key", "UNIQUE KEY", FAMILY),
    proof("spatial key", "SPATIAL KEY", FAMILY),
    proof("spatial index", "SPATIAL INDEX", FAMILY),
    proof("zerofill", "ZEROFILL", FAMILY),
    proof("row_format", "ROW_FORMAT", FAMILY),
    proof("straight_join", "STRAIGHT_JOIN", FAMILY),
    proof("sql security", "SQL SECURITY", FAMILY),
    proof("on schedule", "ON SCHEDULE", FAMILY),
    proof("autoincrement", "AUTOINCREMENT", SQLITE),
    proof("without rowid", "WITHOUT ROWID", SQLITE),
    proof("create virtual table", "CREATE VIRTUAL TABLE", SQLITE),
    proof("sqlite_sequence", "sqlite_sequence", SQLITE),
    proof("pragma", "PRAGMA", SQLITE),
    hint("bigserial", "bigserial", POSTGRES),
    hint("serial", "serial", POSTGRES),
    hint("jsonb", "jsonb", POSTGRES),
    hint("bytea", "bytea", POSTGRES),
    hint("timestamptz", "timestamptz", POSTGRES),
    hint("with time zone", "WITH TIME ZONE", POSTGRES),
    hint("without time zone", "WITHOUT TIME ZONE", POSTGRES),
    hint("character varying", "character varying", POSTGRES),
    hint("text[]", "`[]`", POSTGRES),
    hint("integer[]", "`[]`", POSTGRES),
    hint("nextval", "nextval", POSTGRES),
    hint("create sequence", "CREATE SEQUENCE", POSTGRES),
    hint("comment on", "COMMENT ON", POSTGRES),
    hint("generated by default", "GENERATED BY DEFAULT", POSTGRES),
    hint("unsigned", "UNSIGNED", FAMILY),
    hint("mediumtext", "MEDIUMTEXT", FAMILY),
    hint("longtext", "LONGTEXT", FAMILY),
    hint("mediumint", "MEDIUMINT", FAMILY),
    hint("tinyint", "TINYINT", FAMILY),
    hint("character set", "CHARACTER SET", FAMILY),
    hint("delimiter", "DELIMITER", FAMILY),
    hint("enum(", "ENUM", FAMILY),
    hint("datetime(", "DATETIME(n)", FAMILY),
    hint("varbinary(", "VARBINARY", FAMILY),
    hint("smallint(", "SMALLINT(n)", FAMILY),
    hint("bigint(", "BIGINT(n)", FAMILY),
    hint("int(", "INT(n)", FAMILY),
    hint("not enforced", "NOT ENFORCED", MYSQL),
    hint("secondary_engine", "SECONDARY_ENGINE", MYSQL),
    hint("key_block_size", "KEY_BLOCK_SIZE", FAMILY),
    hint("json_valid(", "json_valid", MARIADB),
    hint("persistent", "PERSISTENT", MARIADB),
    hint("ignored", "IGNORED", MARIADB),
    hint("current_timestamp()", "current_timestamp()", MARIADB),
    hint("strict;", "STRICT", SQLITE),
    hint("strftime", "strftime", SQLITE),
];

/// Headers of `information_schema.columns` that one dialect's view alone has.
pub const LISTING_MARKS: &[Mark] = &[
    proof("udt_name", "udt_name", POSTGRES),
    proof("is_identity", "is_identity", POSTGRES),
    proof("user-defined", "USER-DEFINED", POSTGRES),
    proof("character varying", "character varying", POSTGRES),
    proof("::", "`::`", POSTGRES),
    proof("column_type", "COLUMN_TYPE", FAMILY),
    proof("column_key", "COLUMN_KEY", FAMILY),
    proof("auto_increment", "auto_increment", FAMILY),
    proof("srs_id", "SRS_ID", MYSQL),
    proof("default_generated", "DEFAULT_GENERATED", MYSQL),
    hint("bigint", "bigint", &["postgres", "mysql", "mariadb"]),
    hint("integer", "integer", POSTGRES),
    hint("timestamp without time zone", "timestamp without time zone", POSTGRES),
    hint("timestamp with time zone", "timestamp with time zone", POSTGRES),
    hint("varchar", "varchar", FAMILY),
    hint("datetime", "datetime", FAMILY),
    hint("tinyint", "tinyint", FAMILY),
    hint("current_timestamp()", "current_timestamp()", MARIADB),
    hint("utf8mb4_0900_ai_ci", "utf8mb4_0900_ai_ci", MYSQL),
];

/// Marks that mean nothing behind a word: `LANGUAGE sql SECURITY DEFINER` is PostgreSQL's.
const NOT_BEHIND: &[(&str, &str)] = &[("sql security", "language")];

/// Marks that stand inside longer words: families of collations.
const WORD_PARTS: &[&str] = &["utf8mb4", "utf8mb4_0900", "uca1400"];

const fn head(prefix: &'static str, word: &'static str, dialects: &'static [&'static str]) -> HeadMark {
    HeadMark { prefix, word, dialects }
}

const fn proof(needle: &'static str, label: &'static str, dialects: &'static [&'static str]) -> Mark {
    Mark { weight: Weight::Proof, needle, label, dialects }
}

const fn hint(needle: &'static str, label: &'static str, dialects: &'static [&'static str]) -> Mark {
    Mark { weight: Weight::Hint, needle, label, dialects }
}

/// Header lines after which the server's version stands.
pub const VERSION_LINES: &[&str] = &["-- Dumped from database version", "-- Server version"];

/// How many lines at the beginning of a file a header may take.
pub const HEAD_LINES: usize = 60;

/// The header marks among the first lines, one for each kind of line.
pub fn heads(text: &str, table: &'static [HeadMark]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (number, line) in text.lines().take(HEAD_LINES).enumerate() {
        let row = table.iter().find(|row| line.starts_with(row.prefix) && line.contains(row.word));
        let Some(row) = row else { continue };
        if found.iter().all(|mark| mark.label != row.prefix.trim_end()) {
            found.push(Found { label: row.prefix.trim_end(), line: number + 1, dialects: row.dialects });
        }
    }
    found
}

impl Mark {
    /// The first place of the mark in masked text.
    pub fn find(&self, masked: &str) -> Option<Found> {
        let mut from = 0;
        let finder = memmem::Finder::new(self.first_word());
        while let Some(at) = masked.get(from..).and_then(|rest| finder.find(rest.as_bytes())) {
            let start = from + at;
            if let Some(line) = self.stands_at(masked, start) {
                return Some(Found { label: self.label, line, dialects: self.dialects });
            }
            from = start + self.first_word().len();
        }
        None
    }

    fn first_word(&self) -> &'static str {
        self.needle.split(' ').next().unwrap_or(self.needle)
    }

    /// The line number, where the whole mark stands at `start` as words of their own.
    fn stands_at(&self, masked: &str, start: usize) -> Option<usize> {
        let before = masked.get(..start)?;
        let mut rest = masked.get(start..)?;
        for (number, word) in self.needle.split(' ').enumerate() {
            rest = if number == 0 { rest } else { rest.trim_start() };
            rest = rest.strip_prefix(word)?;
        }
        let wordy = |c: char| c.is_alphanumeric() || c == '_';
        let runs_on_left = self.needle.starts_with(wordy) && before.ends_with(|c: char| wordy(c) || c == '"' || c == '.');
        let runs_on_right = self.needle.ends_with(wordy) && rest.starts_with(|c: char| wordy(c) || c == '"');
        let whole = WORD_PARTS.contains(&self.needle) || (!runs_on_left && !runs_on_right);
        let other = NOT_BEHIND.iter().any(|(needle, word)| self.needle == *needle && before.trim_end().ends_with(word));
        (whole && !other).then(|| before.matches('\n').count() + 1)
    }
}
