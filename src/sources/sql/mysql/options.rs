//! Options of tables, and the small clauses that several statements share.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::dialects::mysql::family;
use crate::ir::{Attr, Value};
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::lexer::TokenKind;

/// `[DEFAULT] CHARSET x`, `CHARACTER SET x`.
pub fn charset(cursor: &mut Cursor<'_>) -> Read<Option<String>> {
    let mark = cursor.mark();
    cursor.accept(&["DEFAULT"]);
    if cursor.accept(&["CHARSET"]) || cursor.accept(&["CHARACTER", "SET"]) || cursor.accept(&["CHAR", "SET"]) {
        cursor.accept(&["="]);
        let name = cursor.literal()?;
        return Ok(Some(if name.eq_ignore_ascii_case("default") { String::new() } else { family::charset(&name) }));
    }
    cursor.rewind(mark);
    Ok(None)
}

/// `[DEFAULT] COLLATE x`.
pub fn collation(cursor: &mut Cursor<'_>) -> Read<Option<String>> {
    let mark = cursor.mark();
    cursor.accept(&["DEFAULT"]);
    if cursor.accept(&["COLLATE"]) {
        cursor.accept(&["="]);
        let name = cursor.literal()?;
        return Ok(Some(if name.eq_ignore_ascii_case("default") { String::new() } else { family::collation(&name) }));
    }
    cursor.rewind(mark);
    Ok(None)
}

/// What one table option says.
pub enum TableOption {
    Fact(Attr, Option<Value>),
    /// One of the `Options`: name and value.
    Named(Name, Arc<str>),
    /// The value that it has anyway.
    Default(Name),
    /// Nothing that belongs to a schema: the next AUTO_INCREMENT value.
    Nothing,
}

/// Options whose value is an identifier or keyword: compared in upper case.
const WORDS: &[&str] = &["ROW_FORMAT", "INSERT_METHOD", "TRANSACTIONAL", "PAGE_CHECKSUM", "IETF_QUOTES"];

/// Attributes of MariaDB's engines: the server keeps their names as they were written.
const ATTRIBUTES: &[&str] = &["PAGE_COMPRESSED", "PAGE_COMPRESSION_LEVEL", "ENCRYPTED", "ENCRYPTION_KEY_ID"];

/// Options that are compared as they are.
const VALUES: &[&str] = &[
    "AVG_ROW_LENGTH",
    "CHECKSUM",
    "TABLE_CHECKSUM",
    "DELAY_KEY_WRITE",
    "KEY_BLOCK_SIZE",
    "MAX_ROWS",
    "MIN_ROWS",
    "PACK_KEYS",
    "STATS_AUTO_RECALC",
    "STATS_PERSISTENT",
    "STATS_SAMPLE_PAGES",
    "COMPRESSION",
    "ENCRYPTION",
    "CONNECTION",
    "PASSWORD",
    "AUTOEXTEND_SIZE",
    "ENGINE_ATTRIBUTE",
    "SECONDARY_ENGINE",
    "SECONDARY_ENGINE_ATTRIBUTE",
    "SEQUENCE",
];

/// Reads one table option; `None` where no option comes next.
pub fn table_option(cursor: &mut Cursor<'_>) -> Read<Option<TableOption>> {
    if let Some(name) = charset(cursor)? {
        return Ok(Some(TableOption::Fact(Attr::Charset, (!name.is_empty()).then(|| Value::text(name)))));
    }
    if let Some(name) = collation(cursor)? {
        return Ok(Some(TableOption::Fact(Attr::Collation, (!name.is_empty()).then(|| Value::text(name)))));
    }
    if cursor.accept(&["ENGINE"]) || cursor.accept(&["TYPE", "="]) {
        cursor.accept(&["="]);
        return Ok(Some(TableOption::Fact(Attr::Engine, Some(Value::text(cursor.literal()?)))));
    }
    if cursor.accept(&["COMMENT"]) {
        cursor.accept(&["="]);
        let comment = cursor.string()?;
        return Ok(Some(TableOption::Fact(Attr::Comment, (!comment.is_empty()).then(|| Value::text(comment)))));
    }
    if cursor.accept(&["AUTO_INCREMENT"]) {
        cursor.accept(&["="]);
        cursor.literal()?;
        return Ok(Some(TableOption::Nothing));
    }
    if cursor.accept(&["WITH", "SYSTEM", "VERSIONING"]) {
        return Ok(Some(TableOption::Fact(Attr::SystemVersioned, Some(Value::Flag))));
    }
    named(cursor)
}

fn named(cursor: &mut Cursor<'_>) -> Read<Option<TableOption>> {
    if cursor.accept(&["TABLESPACE"]) {
        cursor.accept(&["="]);
        let name = cursor.literal()?;
        return Ok(Some(TableOption::Fact(Attr::Tablespace, Some(Value::text(name)))));
    }
    if cursor.accept(&["STORAGE"]) {
        return Ok(Some(TableOption::Named(Name::new("storage"), Arc::from(cursor.literal()?.to_ascii_uppercase()))));
    }
    for place in ["DATA", "INDEX"] {
        if cursor.accept(&[place, "DIRECTORY"]) {
            cursor.accept(&["="]);
            let name = Name::new(&format!("{} directory", place.to_ascii_lowercase()));
            return Ok(Some(TableOption::Named(name, Arc::from(cursor.string()?))));
        }
    }
    if cursor.accept(&["UNION"]) {
        cursor.accept(&["="]);
        let list = cursor.parenthesised()?;
        return Ok(Some(TableOption::Named(Name::new("union"), Arc::from(format!("({list})")))));
    }
    if let Some(word) = cursor.accept_any(WORDS) {
        cursor.accept(&["="]);
        let value = cursor.literal()?.to_ascii_uppercase();
        return Ok(Some(option(word, value)));
    }
    if cursor.kind(0) == Some(TokenKind::Quoted) && cursor.is(1, "=") {
        // MariaDB prints the attributes of an engine in quotes, in the case in which they were made.
        let name = cursor.ident()?;
        cursor.accept(&["="]);
        return Ok(Some(attribute(name.as_str(), cursor.literal()?)));
    }
    if let Some(word) = ATTRIBUTES.iter().find(|word| cursor.is(0, word)) {
        let written = cursor.peek(0);
        cursor.accept(&[word]);
        cursor.accept(&["="]);
        return Ok(Some(attribute(written, cursor.literal()?)));
    }
    if let Some(word) = cursor.accept_any(VALUES) {
        cursor.accept(&["="]);
        let value = cursor.literal()?;
        return Ok(Some(option(word, value)));
    }
    Ok(None)
}

/// The name of an engine's attribute carries a mark by which it is told from the server's own options.
fn attribute(written: &str, value: String) -> TableOption {
    let name = Name::new(&format!("`{written}`"));
    if value.eq_ignore_ascii_case("default") { TableOption::Default(name) } else { TableOption::Named(name, Arc::from(value)) }
}

fn option(word: &str, value: String) -> TableOption {
    let name = if word == "TABLE_CHECKSUM" { "checksum".to_string() } else { word.to_ascii_lowercase() };
    if value.eq_ignore_ascii_case("default") {
        return TableOption::Default(Name::new(&name));
    }
    TableOption::Named(Name::new(&name), Arc::from(value))
}

/// Options that have the value which they have anyway are not said.
pub fn settled(mut options: BTreeMap<Name, Arc<str>>) -> Option<Value> {
    let idle = |name: &Name, value: &Arc<str>| {
        matches!(
            (name.as_str(), &**value),
            ("checksum" | "delay_key_write" | "key_block_size" | "max_rows" | "min_rows" | "avg_row_length", "0")
        )
    };
    options.retain(|name, value| !idle(name, value));
    (!options.is_empty()).then_some(Value::Options(options))
}
