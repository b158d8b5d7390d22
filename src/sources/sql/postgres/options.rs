//! Lists of options: `WITH (a = 1, b)`, `SET (…)`, `RESET (…)`, `OPTIONS (ADD a 'x')`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Attr, Edit, Key, Op, Value};
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::statement::Statement;

/// Names to values.
pub type Options = BTreeMap<Name, Arc<str>>;

/// `(a = 1, toast.b = off, c)`: an option without a value is on.
pub fn list(cursor: &mut Cursor<'_>) -> Read<Options> {
    let pairs = cursor.list(|cursor| {
        let name = dotted(cursor)?;
        let value = if cursor.accept(&["="]) { value(cursor)? } else { "true".to_owned() };
        Ok((name, Arc::from(value)))
    })?;
    Ok(pairs.into_iter().collect())
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
pub fn with(cursor: &mut Cursor<'_>) -> Read<Options> {
    if cursor.accept(&["WITHOUT", "OIDS"]) || !cursor.at_words(&["WITH", "("]) {
        return Ok(Options::new());
    }
    cursor.expect(&["WITH"])?;
    let mut options = list(cursor)?;
    options.remove(&Name::new("oids"));
    Ok(options)
}

/// `SET (…)` or `RESET (…)` of an object's options; false where neither follows.
pub fn change(statement: &mut Statement<'_, '_>, key: Key) -> Read<bool> {
    let edit = if statement.at_words(&["SET", "("]) {
        statement.skip();
        Edit::SetOptions(list(statement)?)
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
pub fn foreign(cursor: &mut Cursor<'_>) -> Read<Options> {
    let pairs = cursor.list(|cursor| Ok((cursor.ident()?, Arc::from(cursor.string()?))))?;
    Ok(pairs.into_iter().collect())
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
