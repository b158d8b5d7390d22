//! Keys, indexes, foreign keys and checks, in tables and as statements of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Attr, Fragment, Guard, Key, Kind, Object, Op, Part, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::statement::Statement;

use super::{Head, table_key};

/// `CREATE [UNIQUE | FULLTEXT | SPATIAL | VECTOR] INDEX name ON table (…)`.
pub fn create(statement: &mut Statement<'_, '_>, head: &Head) -> Read<Outcome> {
    statement.accept(&["ONLINE"]);
    statement.accept(&["OFFLINE"]);
    let kind = kind_word(statement);
    statement.expect(&["INDEX"])?;
    let lenient = statement.accept(&["IF", "NOT", "EXISTS"]);
    let name = statement.ident()?;
    let mut object = Object::new(Key::part(Kind::Index, Name::NONE, Name::NONE, name));
    set_kind(&mut object, kind);
    index_type(statement, &mut object)?;
    statement.expect(&["ON"])?;
    object.key = table_key(statement)?.child(Kind::Index, name);
    let parts = parts(statement)?;
    object.set(Attr::Parts, Some(Value::Parts(parts)));
    index_options(statement, &mut object)?;
    while statement.accept_any(&["ALGORITHM", "LOCK"]).is_some() {
        statement.accept(&["="]);
        statement.literal()?;
    }
    statement.expect_end()?;
    let key = object.key;
    statement.push(Op::Create { object, guard: head.guard(lenient) });
    statement.note_rename(key, 0);
    Ok(Outcome::Modelled)
}

/// `UNIQUE`, `FULLTEXT`, `SPATIAL`, `VECTOR` before INDEX or KEY.
fn kind_word(cursor: &mut Cursor<'_>) -> Option<&'static str> {
    cursor.accept_any(&["UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR"])
}

fn set_kind(object: &mut Object, kind: Option<&str>) {
    match kind {
        Some("UNIQUE") => object.set(Attr::Unique, Some(Value::Flag)),
        Some(method) => object.set(Attr::Method, Some(Value::text(method.to_ascii_lowercase()))),
        None => {}
    }
}

/// Whether a key, constraint or period comes next in a table, and not a column.
pub fn starts_element(cursor: &Cursor<'_>) -> bool {
    let second_open = cursor.is(1, "(");
    let word = |words: &[&str]| words.iter().any(|word| cursor.is(0, word));
    let keyed = cursor.is(1, "KEY") || cursor.is(1, "INDEX");
    word(&["CONSTRAINT", "PRIMARY", "FOREIGN"])
        || (word(&["KEY", "INDEX", "UNIQUE"]) && (second_open || cursor.is_identifier(1)))
        || (word(&["CHECK"]) && second_open)
        || (word(&["FULLTEXT", "SPATIAL", "VECTOR"]) && (keyed || second_open || cursor.is(2, "(")))
        || (word(&["PERIOD"]) && cursor.is(1, "FOR"))
}

/// Reads a key, a constraint or a foreign key of the table `relation`, and whether it may be there already.
pub fn element(cursor: &mut Cursor<'_>, relation: Key) -> Read<(Object, Guard)> {
    let named = cursor.accept(&["CONSTRAINT"]);
    let mut lenient = cursor.accept(&["IF", "NOT", "EXISTS"]);
    let is_kind = ["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"].iter().any(|word| cursor.is(0, word));
    let symbol = if named && !is_kind { cursor.ident()? } else { Name::NONE };
    let mut object = if cursor.accept(&["PRIMARY", "KEY"]) {
        Object::new(relation.child(Kind::PrimaryKey, Name::new("PRIMARY")))
    } else if cursor.accept(&["FOREIGN", "KEY"]) {
        Object::new(relation.child(Kind::ForeignKey, symbol))
    } else if cursor.accept(&["CHECK"]) {
        Object::new(relation.child(Kind::Check, symbol))
    } else {
        let kind = kind_word(cursor);
        if !cursor.accept(&["KEY"]) && !cursor.accept(&["INDEX"]) && kind.is_none() {
            return Err(cursor.fault("expected a column, a key or a constraint"));
        }
        let mut object = Object::new(relation.child(Kind::Index, symbol));
        set_kind(&mut object, kind);
        object
    };
    lenient |= cursor.accept(&["IF", "NOT", "EXISTS"]);
    match object.key.kind {
        Kind::ForeignKey => object = foreign_key(cursor, object)?,
        Kind::Check => {
            object.set(Attr::Expression, Some(Value::sql(cursor.parenthesised()?)));
            let enforced = enforced(cursor);
            object = object.with_flag(Attr::NotEnforced, !enforced);
        }
        _ => keyed(cursor, &mut object)?,
    }
    Ok((object, if lenient { Guard::Lenient } else { Guard::Strict }))
}

/// `[name] [USING type] (parts) options`.
fn keyed(cursor: &mut Cursor<'_>, object: &mut Object) -> Read<()> {
    if !cursor.is(0, "(") && !cursor.is(0, "USING") && (!cursor.is(0, "TYPE") || cursor.is(1, "(")) {
        let name = cursor.ident()?;
        if object.key.kind == Kind::Index {
            object.key.name = name;
        }
    }
    index_type(cursor, object)?;
    let parts = parts(cursor)?;
    object.set(Attr::Parts, Some(Value::Parts(parts)));
    index_options(cursor, object)
}

/// `USING BTREE`.
fn index_type(cursor: &mut Cursor<'_>, object: &mut Object) -> Read<()> {
    if cursor.accept(&["USING"]) || cursor.accept(&["TYPE"]) {
        let method = cursor.ident()?.as_str().to_ascii_lowercase();
        object.set(Attr::Method, Some(Value::text(method)));
    }
    Ok(())
}

/// `(a, b(10) DESC, (lower(c)))`.
fn parts(cursor: &mut Cursor<'_>) -> Read<Vec<Part>> {
    cursor.list(|cursor| {
        let mut part =
            if cursor.is(0, "(") { Part::expression(Fragment::new(cursor.parenthesised()?)) } else { Part::column(cursor.ident()?) };
        if cursor.is(0, "(") {
            part.prefix = cursor.parenthesised()?.parse().ok();
        }
        if cursor.accept(&["WITHOUT", "OVERLAPS"]) {
            part.operator = Some(Arc::from("WITHOUT OVERLAPS"));
        }
        part.descending = cursor.accept(&["DESC"]);
        cursor.accept(&["ASC"]);
        Ok(part)
    })
}

/// Options that an index keeps by name.
const NAMED: &[&str] = &["KEY_BLOCK_SIZE", "CLUSTERING", "DISTANCE", "M", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"];

fn index_options(cursor: &mut Cursor<'_>, object: &mut Object) -> Read<()> {
    let mut options: BTreeMap<Name, Arc<str>> = BTreeMap::new();
    loop {
        if cursor.is(0, "USING") || cursor.is(0, "TYPE") {
            index_type(cursor, object)?;
        } else if cursor.accept(&["COMMENT"]) {
            cursor.accept(&["="]);
            let text = cursor.string()?;
            object.set(Attr::Comment, (!text.is_empty()).then(|| Value::text(text)));
        } else if cursor.accept(&["WITH", "PARSER"]) {
            let parser = cursor.ident()?.to_string();
            object.set(Attr::Parser, Some(Value::text(parser)));
        } else if cursor.accept(&["INVISIBLE"]) || cursor.accept(&["IGNORED"]) {
            object.set(Attr::Invisible, Some(Value::Flag));
        } else if cursor.accept(&["VISIBLE"]) || cursor.accept(&["NOT", "IGNORED"]) {
            object.set(Attr::Invisible, None);
        } else if let Some(word) = cursor.accept_any(NAMED) {
            cursor.accept(&["="]);
            let value = cursor.literal()?;
            if value != "0" {
                options.insert(Name::new(&word.to_ascii_lowercase()), Arc::from(value));
            }
        } else {
            break;
        }
    }
    if !options.is_empty() {
        object.set(Attr::Options, Some(Value::Options(options)));
    }
    Ok(())
}

/// `[index] (columns) REFERENCES …`; the symbol comes before, an index name may stand for it.
fn foreign_key(cursor: &mut Cursor<'_>, mut object: Object) -> Read<Object> {
    let index = if cursor.is(0, "(") { Name::NONE } else { cursor.ident()? };
    if !index.is_none() {
        // The index that the server makes for the key bears this name.
        object.set(Attr::Spelling, Some(Value::text(index.as_str())));
    }
    let columns = cursor.names()?;
    references(cursor, object.with(Attr::Columns, Value::Names(columns)))
}

/// `REFERENCES table (columns) [MATCH …] [ON DELETE …] [ON UPDATE …]`.
pub fn references(cursor: &mut Cursor<'_>, mut object: Object) -> Read<Object> {
    cursor.expect(&["REFERENCES"])?;
    let target = table_key(cursor)?;
    object.set(Attr::References, Some(Value::Key(target)));
    if cursor.is(0, "(") {
        let columns = cursor.names()?;
        object.set(Attr::ReferencedColumns, Some(Value::Names(columns)));
    }
    loop {
        if cursor.accept(&["MATCH"]) {
            cursor.ident()?;
        } else if cursor.accept(&["ON", "DELETE"]) {
            let action = action(cursor)?;
            object.set(Attr::OnDelete, Some(Value::text(action)));
        } else if cursor.accept(&["ON", "UPDATE"]) {
            let action = action(cursor)?;
            object.set(Attr::OnUpdate, Some(Value::text(action)));
        } else {
            return Ok(object);
        }
    }
}

fn action(cursor: &mut Cursor<'_>) -> Read<&'static str> {
    const ACTIONS: &[(&str, &str)] = &[
        ("CASCADE", "cascade"),
        ("RESTRICT", "restrict"),
        ("SET NULL", "set null"),
        ("SET DEFAULT", "set default"),
        ("NO ACTION", "no action"),
    ];
    cursor.accept_row(ACTIONS).ok_or_else(|| cursor.fault("expected an action of a foreign key"))
}

/// `[NOT] ENFORCED`.
pub fn enforced(cursor: &mut Cursor<'_>) -> bool {
    if cursor.accept(&["NOT", "ENFORCED"]) {
        return false;
    }
    cursor.accept(&["ENFORCED"]);
    true
}
