//! Lists of options: `WITH (a = 1, b)`, `SET (…)`, `RESET (…)`, `OPTIONS (ADD a 'x')`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Attr, Edit, Key, Object, Op, Value};
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::statement::Statement;

/// Names to values.
pub type Options = BTreeMap<Name, Arc<str>>;

/// Names and values as they are listed.
pub type Listed = Vec<(Name, Arc<str>)>;

/// `(a = 1, toast.b = off, c)`: an option without a value is on.
fn list(cursor: &mut Cursor<'_>) -> Read<Listed> {
    cursor.list(|cursor| {
        let name = dotted(cursor)?;
        let value = if cursor.accept(&["="]) { value(cursor)? } else { "true".to_owned() };
        Ok((name, Arc::from(value)))
    })
}

/// Sets the fact of a list, and the order in which it was said: the server keeps that, though it means nothing.
pub fn set(object: &mut Object, listed: Listed) {
    let order: Vec<&str> = listed.iter().map(|(name, _)| name.as_str()).collect();
    object.set(Attr::Layout, (order.len() > 1).then(|| Value::text(order.join(" "))));
    object.set(Attr::Options, fact(listed.into_iter().collect()));
}

/// A value: a literal, or as much as stands there.
fn value(cursor: &mut Cursor<'_>) -> Read<String> {
    let mark = cursor.mark();
    match cursor.literal() {
        Ok(value) if cursor.is(0, ",") || cursor.is(0, ")") => Ok(value),
        _ => {
            cursor.rewind(mark);
            Ok(cursor.slice_until(&[])?.to_owned())
        }
    }
}

fn dotted(cursor: &mut Cursor<'_>) -> Read<Name> {
    let parts: Vec<&str> = cursor.qualified()?.iter().map(|part| part.as_str()).collect();
    Ok(Name::new(&parts.join(".")))
}

/// The fact of a list, absent where it is empty.
pub fn fact(options: Options) -> Option<Value> {
    (!options.is_empty()).then_some(Value::Options(options))
}

/// `WITH (…)`, where it follows; `WITHOUT OIDS` and the old `oids` option say nothing.
pub fn with(cursor: &mut Cursor<'_>) -> Read<Listed> {
    if cursor.accept(&["WITHOUT", "OIDS"]) || !cursor.at_words(&["WITH", "("]) {
        return Ok(Listed::new());
    }
    cursor.expect(&["WITH"])?;
    let mut listed = list(cursor)?;
    listed.retain(|(name, _)| !name.as_str().eq_ignore_ascii_case("oids"));
    Ok(listed)
}

/// `SET (…)` or `RESET (…)` of an object's options; false where neither follows.
pub fn change(statement: &mut Statement<'_, '_>, key: Key) -> Read<bool> {
    let edit = if statement.at_words(&["SET", "("]) {
        statement.skip();
        Edit::SetOptions(list(statement)?.into_iter().collect())
    } else if statement.at_words(&["RESET", "("]) {
        statement.skip();
        Edit::ResetOptions(statement.list(dotted)?)
    } else {
        return Ok(false);
    };
    statement.push(Op::Edit { key, attr: Attr::Options, edit });
    Ok(true)
}

/// `(a 'x', b 'y')` behind OPTIONS of a CREATE.
pub fn foreign(cursor: &mut Cursor<'_>) -> Read<Listed> {
    cursor.list(|cursor| Ok((cursor.ident()?, Arc::from(cursor.string()?))))
}

/// `([ADD | SET] a 'x', DROP b)` behind OPTIONS of an ALTER.
pub fn change_foreign(statement: &mut Statement<'_, '_>, key: Key) -> Read<()> {
    let mut set = Options::new();
    let mut reset = Vec::new();
    statement.list(|cursor| {
        if cursor.is(0, "DROP") && cursor.is_identifier(1) {
            cursor.skip();
            reset.push(cursor.ident()?);
            return Ok(());
        }
        if (cursor.is(0, "ADD") || cursor.is(0, "SET")) && cursor.is_identifier(1) {
            cursor.skip();
        }
        set.insert(cursor.ident()?, Arc::from(cursor.string()?));
        Ok(())
    })?;
    if !set.is_empty() {
        statement.push(Op::Edit { key, attr: Attr::Options, edit: Edit::SetOptions(set) });
    }
    if !reset.is_empty() {
        statement.push(Op::Edit { key, attr: Attr::Options, edit: Edit::ResetOptions(reset) });
    }
    Ok(())
}
