//! A column: its type, and everything that may stand behind it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::dialects::mysql::family::Family;
use crate::ir::{Attr, Key, Kind, Object, Part, Value};
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::lexer::TokenKind;

use super::index;
use super::options;

/// A column with what its definition makes beside it: keys, checks, foreign keys.
pub struct Column {
    pub object: Object,
    pub beside: Vec<Object>,
}

/// Types of more than one word; their first words are no types of their own with that word behind.
const LONG_TYPES: &[&[&str]] = &[
    &["DOUBLE", "PRECISION"],
    &["NATIONAL", "CHARACTER", "VARYING"],
    &["NATIONAL", "CHAR", "VARYING"],
    &["NATIONAL", "CHARACTER"],
    &["NATIONAL", "VARCHARACTER"],
    &["NATIONAL", "VARCHAR"],
    &["NATIONAL", "CHAR"],
    &["NCHAR", "VARCHARACTER"],
    &["NCHAR", "VARCHAR"],
    &["NCHAR", "VARYING"],
    &["CHARACTER", "VARYING"],
    &["CHAR", "VARYING"],
    &["LONG", "VARCHAR"],
    &["LONG", "VARBINARY"],
    &["LONG", "CHAR", "VARYING"],
    &["CHAR", "BYTE"],
];

/// Words at which the expression of a DEFAULT ends.
const AFTER_DEFAULT: &[&str] = &[
    "NOT NULL",
    "NULL",
    "ON UPDATE",
    "COMMENT",
    "AUTO_INCREMENT",
    "UNIQUE",
    "PRIMARY",
    "KEY",
    "CHECK",
    "CONSTRAINT",
    "REFERENCES",
    "INVISIBLE",
    "VISIBLE",
    "COLLATE",
    "AFTER",
    "FIRST",
    "GENERATED",
    "COLUMN_FORMAT",
    "STORAGE",
    "WITHOUT SYSTEM",
    "WITH SYSTEM",
    "CHARACTER SET",
    "CHARSET",
    "AS",
];

/// Reads a column's definition after its name; `relation` is its table.
pub fn column(cursor: &mut Cursor<'_>, relation: Key, name: Name, family: &Family) -> Read<Column> {
    let mut column = Column { object: Object::new(relation.child(Kind::Column, name)), beside: Vec::new() };
    data_type(cursor, &mut column, family)?;
    while attribute(cursor, &mut column, family)? {}
    if column.object.text(Attr::Comment).is_some_and(str::is_empty) {
        column.object.set(Attr::Comment, None);
    }
    Ok(column)
}

fn data_type(cursor: &mut Cursor<'_>, column: &mut Column, family: &Family) -> Read<()> {
    let long = LONG_TYPES.iter().find(|words| cursor.accept(words));
    let mut text = match long {
        Some(words) => words.join(" ").to_ascii_lowercase(),
        None if cursor.kind(0) == Some(TokenKind::Word) => cursor.ident()?.as_str().to_ascii_lowercase(),
        None => return Err(cursor.fault("expected a data type")),
    };
    if cursor.is(0, "(") {
        text = format!("{text}({})", cursor.parenthesised()?);
    }
    if text == "serial" {
        serial(column);
        text = "bigint unsigned".to_string();
    }
    loop {
        if let Some(word) = cursor.accept_any(&["UNSIGNED", "ZEROFILL"]) {
            text = format!("{text} {}", word.to_ascii_lowercase());
        } else if !cursor.accept(&["SIGNED"]) && !charset_word(cursor, column)? {
            break;
        }
    }
    if family.json_is_text && text == "json" {
        text = "longtext".to_string();
        column.object.set(Attr::Charset, Some(Value::text("utf8mb4")));
        column.object.set(Attr::Collation, Some(Value::text("utf8mb4_bin")));
        let quoted = column.object.key.name.as_str().replace('`', "``");
        column.object.set(Attr::Expression, Some(Value::sql(format!("json_valid(`{quoted}`)"))));
    }
    column.object.set(Attr::Type, Some(Value::sql(text)));
    Ok(())
}

/// `SERIAL` is `BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE`.
fn serial(column: &mut Column) {
    column.object.set(Attr::NotNull, Some(Value::Flag));
    column.object.set(Attr::AutoIncrement, Some(Value::Flag));
    unique(column);
}

/// However often a column's definition says UNIQUE, it makes one key.
fn unique(column: &mut Column) {
    let key = unique_key(column.object.key);
    if !column.beside.contains(&key) {
        column.beside.push(key);
    }
}

fn unique_key(column: Key) -> Object {
    let key = Key::part(Kind::Index, column.namespace, column.owner, Name::NONE);
    Object::new(key).with(Attr::Unique, Value::Flag).with(Attr::Parts, Value::Parts(vec![Part::column(column.name)]))
}

/// The words of a string type that choose its character set and collation.
fn charset_word(cursor: &mut Cursor<'_>, column: &mut Column) -> Read<bool> {
    if let Some(name) = options::charset(cursor)? {
        column.object.set(Attr::Charset, (!name.is_empty()).then(|| Value::text(name)));
    } else if let Some(name) = options::collation(cursor)? {
        column.object.set(Attr::Collation, (!name.is_empty()).then(|| Value::text(name)));
    } else if let Some(word) = cursor.accept_row(&[("ASCII", "latin1"), ("UNICODE", "ucs2")]) {
        column.object.set(Attr::Charset, Some(Value::text(word)));
    } else if cursor.accept(&["BYTE"]) {
        column.object.set(Attr::Charset, Some(Value::text("binary")));
    } else if cursor.accept(&["BINARY"]) {
        // The binary collation of the character set, whichever that will be.
        column.object.set(Attr::Collation, Some(Value::text("_bin")));
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// Reads one attribute; false where none comes next.
fn attribute(cursor: &mut Cursor<'_>, column: &mut Column, family: &Family) -> Read<bool> {
    let object = &mut column.object;
    if cursor.accept(&["NOT", "NULL"]) {
        object.set(Attr::NotNull, Some(Value::Flag));
    } else if cursor.accept(&["NULL"]) {
        object.set(Attr::NotNull, None);
        // Where timestamps are not null by themselves, this says otherwise.
    } else if cursor.accept(&["DEFAULT"]) {
        let text = cursor.slice_until(AFTER_DEFAULT)?;
        object.set(Attr::Default, Some(Value::sql(text)));
    } else if cursor.accept(&["ON", "UPDATE"]) {
        let text = cursor.slice_until(AFTER_DEFAULT)?;
        object.set(Attr::OnUpdateValue, Some(Value::sql(text)));
    } else if cursor.accept(&["SERIAL", "DEFAULT", "VALUE"]) {
        serial(column);
    } else if cursor.accept(&["AUTO_INCREMENT"]) {
        object.set(Attr::AutoIncrement, Some(Value::Flag));
    } else if cursor.accept(&["COMMENT"]) {
        let text = cursor.string()?;
        object.set(Attr::Comment, Some(Value::text(text)));
    } else if cursor.accept(&["INVISIBLE"]) {
        object.set(Attr::Invisible, Some(Value::Flag));
    } else if cursor.accept(&["VISIBLE"]) {
        object.set(Attr::Invisible, None);
    } else {
        return constraint(cursor, column, family);
    }
    Ok(true)
}

fn constraint(cursor: &mut Cursor<'_>, column: &mut Column, family: &Family) -> Read<bool> {
    let mark = cursor.mark();
    let name = if cursor.accept(&["CONSTRAINT"]) && !cursor.is(0, "CHECK") { cursor.ident()? } else { Name::NONE };
    let key = column.object.key;
    if cursor.accept(&["PRIMARY", "KEY"]) || cursor.accept(&["PRIMARY"]) {
        let primary = Key::part(Kind::PrimaryKey, key.namespace, key.owner, Name::new("PRIMARY"));
        column.beside.push(Object::new(primary).with(Attr::Parts, Value::Parts(vec![Part::column(key.name)])));
    } else if cursor.accept(&["UNIQUE", "KEY"]) || cursor.accept(&["UNIQUE", "INDEX"]) || cursor.accept(&["UNIQUE"]) {
        unique(column);
    } else if cursor.accept(&["KEY"]) {
        let primary = Key::part(Kind::PrimaryKey, key.namespace, key.owner, Name::new("PRIMARY"));
        column.beside.push(Object::new(primary).with(Attr::Parts, Value::Parts(vec![Part::column(key.name)])));
    } else if cursor.accept(&["CHECK"]) {
        let text = cursor.parenthesised()?;
        let enforced = index::enforced(cursor);
        if family.column_checks {
            column.object.set(Attr::Expression, Some(Value::sql(text)));
        } else {
            let check = Object::new(Key::part(Kind::Check, key.namespace, key.owner, name));
            column.beside.push(check.with(Attr::Expression, Value::sql(text)).with_flag(Attr::NotEnforced, !enforced));
        }
    } else if cursor.is(0, "REFERENCES") {
        let reference = Object::new(Key::part(Kind::ForeignKey, key.namespace, key.owner, name));
        let reference = index::references(cursor, reference.with(Attr::Columns, Value::Names(vec![key.name])))?;
        if family.inline_references {
            column.beside.push(reference);
        }
    } else {
        cursor.rewind(mark);
        return Ok(generated(cursor, column)? || rare(cursor, column)? || charset_word(cursor, column)?);
    }
    Ok(true)
}

/// `[GENERATED ALWAYS] AS (…) [VIRTUAL | STORED | PERSISTENT]`, `GENERATED ALWAYS AS ROW START`.
fn generated(cursor: &mut Cursor<'_>, column: &mut Column) -> Read<bool> {
    if !cursor.accept(&["GENERATED", "ALWAYS", "AS"]) && !cursor.accept(&["AS"]) {
        return Ok(false);
    }
    if cursor.accept(&["ROW"]) {
        let edge = cursor.accept_any(&["START", "END"]).ok_or_else(|| cursor.fault("expected START or END"))?;
        column.object.set(Attr::Generated, Some(Value::sql(format!("ROW {edge}"))));
        column.object.set(Attr::GeneratedAs, Some(Value::text("row")));
        return Ok(true);
    }
    let text = cursor.parenthesised()?;
    let kind = cursor.accept_row(&[("VIRTUAL", "virtual"), ("STORED", "stored"), ("PERSISTENT", "stored")]).unwrap_or("virtual");
    column.object.set(Attr::Generated, Some(Value::sql(text)));
    column.object.set(Attr::GeneratedAs, Some(Value::text(kind)));
    Ok(true)
}

/// Attributes of single engines and types: they are kept by name.
fn rare(cursor: &mut Cursor<'_>, column: &mut Column) -> Read<bool> {
    let (name, value) = if cursor.accept(&["WITHOUT", "SYSTEM", "VERSIONING"]) {
        ("without system versioning", String::new())
    } else if cursor.accept(&["WITH", "SYSTEM", "VERSIONING"]) {
        ("with system versioning", String::new())
    } else if cursor.accept(&["SRID"]) {
        ("srid", cursor.literal()?)
    } else if cursor.accept(&["REF_SYSTEM_ID"]) {
        cursor.accept(&["="]);
        ("ref_system_id", cursor.literal()?)
    } else if cursor.accept(&["COLUMN_FORMAT"]) {
        ("column_format", cursor.literal()?.to_ascii_uppercase())
    } else if cursor.accept(&["STORAGE"]) {
        ("storage", cursor.literal()?.to_ascii_uppercase())
    } else if cursor.accept(&["COMPRESSED"]) {
        // There is one method, zlib, and the server does not print it (MariaDB, Storage-Engine Independent Column Compression).
        if cursor.accept(&["="]) {
            cursor.literal()?;
        }
        ("compressed", String::new())
    } else {
        return Ok(false);
    };
    if value == "DEFAULT" {
        return Ok(true);
    }
    let mut options: BTreeMap<Name, Arc<str>> = match column.object.get(Attr::Options) {
        Some(Value::Options(options)) => options.clone(),
        _ => BTreeMap::new(),
    };
    options.insert(Name::new(name), Arc::from(value));
    column.object.set(Attr::Options, Some(Value::Options(options)));
    Ok(true)
}
