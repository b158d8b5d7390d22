//! Indexes: CREATE INDEX, ALTER INDEX, CLUSTER.

use std::sync::Arc;

use super::{if_exists, keys, options, unless_exists};
use crate::base::Name;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Fragment, Guard, Key, Kind, Object, Op, Part, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::statement::Statement;

pub fn create_unique(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    read(statement, guard, Some(Value::Flag))
}

pub fn create(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    read(statement, guard, None)
}

fn read(statement: &mut Statement<'_, '_>, guard: Guard, unique: Option<Value>) -> Read<Outcome> {
    statement.accept(&["CONCURRENTLY"]);
    let guard = unless_exists(statement, guard);
    let name = if statement.at_words(&["ON"]) && !statement.is(1, "ON") { Name::NONE } else { statement.name()?.1 };
    statement.expect(&["ON"])?;
    let only = statement.accept(&["ONLY"]);
    let (namespace, table) = keys::name(statement)?;
    statement.accept(&["*"]);
    let key = Key::part(Kind::Index, namespace, table, name);
    let mut object = Object::new(key).with_some(Attr::Unique, unique).with_flag(Attr::Only, only);
    object.set(Attr::Method, method(statement)?);
    object.set(Attr::Parts, Some(Value::Parts(statement.list(element)?)));
    parameters(statement, &mut object)?;
    if statement.accept(&["WHERE"]) {
        let predicate = statement.slice_until(&[])?;
        object.set(Attr::Where, Some(Value::sql(unwrapped(predicate))));
    }
    let object = keys::with_path(statement, object);
    statement.note_rename(key, 0);
    statement.push(Op::Create { object, guard });
    Ok(Outcome::Modelled)
}

/// `USING method`; btree is the default.
pub fn method(cursor: &mut Cursor<'_>) -> Read<Option<Value>> {
    if !cursor.accept(&["USING"]) {
        return Ok(None);
    }
    let method = cursor.ident()?;
    Ok((method.as_str() != "btree").then(|| Value::text(method.as_str())))
}

/// INCLUDE, NULLS NOT DISTINCT, WITH and TABLESPACE, of indexes and of constraints with one.
pub fn parameters(cursor: &mut Statement<'_, '_>, object: &mut Object) -> Read<()> {
    loop {
        if cursor.accept(&["INCLUDE"]) {
            object.set(Attr::Include, Some(Value::Names(cursor.names()?)));
        } else if cursor.accept(&["NULLS", "NOT", "DISTINCT"]) {
            object.set(Attr::NullsNotDistinct, Some(Value::Flag));
        } else if cursor.accept(&["NULLS", "DISTINCT"]) {
            object.set(Attr::NullsNotDistinct, None);
        } else if cursor.at_words(&["WITH", "("]) {
            options::set(object, options::with(cursor)?);
        } else if cursor.accept(&["USING", "INDEX", "TABLESPACE"]) || cursor.accept(&["TABLESPACE"]) {
            object.set(Attr::Tablespace, Some(Value::text(cursor.ident()?.as_str())));
        } else {
            break;
        }
    }
    if !object.has(Attr::Tablespace) {
        let tablespace = cursor.session.get("default_tablespace").map(Value::text);
        object.set(Attr::Tablespace, tablespace);
    }
    Ok(())
}

/// `column | f(x) | (expression) [COLLATE c] [opclass [(…)]] [ASC | DESC] [NULLS FIRST | LAST]`.
pub fn element(cursor: &mut Cursor<'_>) -> Read<Part> {
    let mut part = target(cursor)?;
    if cursor.accept(&["COLLATE"]) {
        let mark = cursor.mark();
        cursor.qualified()?;
        part.collation = Some(Arc::from(cursor.text_from(mark)));
    }
    let follows = ["ASC", "DESC", "NULLS", "WITH"].iter().any(|word| cursor.is(0, word));
    if cursor.is_identifier(0) && !follows {
        let mark = cursor.mark();
        cursor.qualified()?;
        if cursor.is(0, "(") {
            cursor.skip_group();
        }
        part.opclass = Some(Arc::from(cursor.text_from(mark)));
    }
    part.descending = cursor.accept(&["DESC"]);
    cursor.accept(&["ASC"]);
    let first = cursor.accept_row(&[("NULLS FIRST", true), ("NULLS LAST", false)]);
    // The server's default: nulls are greater than all else (manual, section 11.4).
    part.nulls_first = first.filter(|first| *first != part.descending);
    Ok(part)
}

fn target(cursor: &mut Cursor<'_>) -> Read<Part> {
    if cursor.is(0, "(") {
        return Ok(Part::expression(Fragment::new(unwrapped(cursor.parenthesised()?))));
    }
    let mark = cursor.mark();
    let names = cursor.qualified()?;
    if let [name] = names[..]
        && !cursor.is(0, "(")
        && !is_value(cursor, mark)
    {
        return Ok(Part { target: PartTarget::Column(name), ..Part::column(name) });
    }
    if cursor.is(0, "(") {
        cursor.skip_group();
    }
    Ok(Part::expression(Fragment::new(cursor.text_from(mark))))
}

/// Whether the word before the place is a value and no column: CURRENT_USER and its like.
fn is_value(cursor: &Cursor<'_>, mark: usize) -> bool {
    let word = cursor.text_from(mark);
    ["CURRENT_DATE", "CURRENT_USER", "SESSION_USER", "CURRENT_ROLE"].iter().any(|value| word.eq_ignore_ascii_case(value))
}

/// An expression without parentheses around the whole of it.
pub fn unwrapped(text: &str) -> &str {
    let mut text = text.trim();
    while let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
        && is_balanced(inner)
    {
        text = inner.trim();
    }
    text
}

/// Whether every parenthesis outside of quotes closes one that is open.
fn is_balanced(text: &str) -> bool {
    let mut cursor = Cursor::new(text, text.len(), &crate::sources::sql::lexis::POSTGRES);
    let mut depth = 0i32;
    while !cursor.at_end() {
        depth += i32::from(cursor.is(0, "(")) - i32::from(cursor.is(0, ")"));
        if depth < 0 {
            return false;
        }
        cursor.skip();
    }
    depth == 0
}

/// `ALTER INDEX name …`.
pub fn alter(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    if statement.accept(&["ALL", "IN", "TABLESPACE"]) {
        return Err(statement.fault("which indexes a tablespace holds is not known"));
    }
    if_exists(statement);
    let key = keys::key(statement, Kind::Index)?;
    loop {
        change(statement, key)?;
        if !statement.accept(&[","]) {
            return Ok(Outcome::Modelled);
        }
    }
}

fn change(statement: &mut Statement<'_, '_>, key: Key) -> Read<()> {
    if options::change(statement, key)? || super::alter::common(statement, key)? {
        return Ok(());
    }
    if statement.accept(&["ATTACH", "PARTITION"]) {
        let child = keys::key(statement, Kind::Index)?;
        statement.push(Op::set(child, Attr::PartitionOf, Some(Value::Key(key))));
        return Ok(());
    }
    if statement.accept(&["ALTER"]) {
        statement.accept(&["COLUMN"]);
        let column = statement.literal()?;
        statement.expect(&["SET", "STATISTICS"])?;
        let target = statement.literal()?;
        let held = (target != "-1").then(|| Value::text(format!("{column} {target}")));
        statement.push(Op::set(key, Attr::StatisticsTarget, held));
        return Ok(());
    }
    Err(statement.fault("this change of an index is not known"))
}

/// `CLUSTER table USING index` marks the index; without one it only orders rows.
pub fn cluster(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    statement.accept(&["VERBOSE"]);
    if statement.at_end() || statement.is(0, "(") {
        return Ok(Outcome::Ignored("maintenance"));
    }
    let first = keys::key(statement, Kind::Table)?;
    if statement.accept(&["USING"]) {
        let index = statement.ident()?;
        statement.push(Op::set(first, Attr::ClusterOn, Some(Value::text(index.as_str()))));
        return Ok(Outcome::Modelled);
    }
    if statement.accept(&["ON"]) {
        let table = keys::key(statement, Kind::Table)?;
        statement.push(Op::set(table, Attr::ClusterOn, Some(Value::text(first.name.as_str()))));
        return Ok(Outcome::Modelled);
    }
    Ok(Outcome::Ignored("maintenance"))
}
