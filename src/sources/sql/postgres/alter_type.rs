//! ALTER TYPE and ALTER DOMAIN.

use std::sync::Arc;

use super::{alter, column, constraint, if_exists, keys, types};
use crate::ir::{Attr, Edit, Key, Kind, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// `ALTER TYPE name …`.
pub fn alter(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let key = keys::key(statement, Kind::Enum)?;
    if alter::common(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    if statement.accept(&["ADD", "VALUE"]) {
        let edit = add_value(statement)?;
        statement.push(Op::Edit { key, attr: Attr::Labels, edit });
        return Ok(Outcome::Modelled);
    }
    if statement.accept(&["RENAME", "VALUE"]) {
        let from = Arc::from(statement.string()?);
        statement.expect(&["TO"])?;
        let to = Arc::from(statement.string()?);
        statement.push(Op::Edit { key, attr: Attr::Labels, edit: Edit::RenameLabel { from, to } });
        return Ok(Outcome::Modelled);
    }
    loop {
        attribute(statement, key.of(Kind::Composite))?;
        statement.accept(&["CASCADE"]);
        statement.accept(&["RESTRICT"]);
        if !statement.accept(&[","]) {
            return Ok(Outcome::Modelled);
        }
    }
}

/// `[IF NOT EXISTS] 'label' [BEFORE 'x' | AFTER 'x']`; a label that is there already is not added again.
fn add_value(statement: &mut Statement<'_, '_>) -> Read<Edit> {
    statement.accept(&["IF", "NOT", "EXISTS"]);
    let label = Arc::from(statement.string()?);
    let before = if statement.accept(&["BEFORE"]) { Some(Arc::from(statement.string()?)) } else { None };
    let after = if statement.accept(&["AFTER"]) { Some(Arc::from(statement.string()?)) } else { None };
    Ok(Edit::AddLabel { label, before, after })
}

/// One change of a composite type's fields.
fn attribute(statement: &mut Statement<'_, '_>, key: Key) -> Read<()> {
    if statement.accept(&["ADD", "ATTRIBUTE"]) {
        return types::field(statement, key);
    }
    if statement.accept(&["DROP", "ATTRIBUTE"]) {
        let guard = if_exists(statement);
        let field = key.child(Kind::Column, statement.ident()?);
        statement.push(Op::Drop { key: field, guard, cascade: false });
        return Ok(());
    }
    if statement.accept(&["RENAME", "ATTRIBUTE"]) {
        let field = key.child(Kind::Column, statement.ident()?);
        statement.expect(&["TO"])?;
        let to = statement.ident()?;
        statement.push(Op::Rename { key: field, to });
        return Ok(());
    }
    if !statement.accept(&["ALTER", "ATTRIBUTE"]) {
        return Err(statement.fault("this change of a type is not known"));
    }
    let field = key.child(Kind::Column, statement.ident()?);
    statement.accept(&["SET", "DATA"]);
    statement.expect(&["TYPE"])?;
    let text = statement.slice_until(&["COLLATE", "CASCADE", "RESTRICT"])?;
    let collation = if statement.accept(&["COLLATE"]) { Some(column::collation(statement)?) } else { None };
    statement.push(Op::set(field, Attr::Type, Some(Value::sql(text))));
    statement.push(Op::set(field, Attr::Collation, collation));
    Ok(())
}

/// `ALTER DOMAIN name …`.
pub fn alter_domain(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let key = keys::key(statement, Kind::Domain)?;
    if alter::common(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    if statement.accept(&["SET", "DEFAULT"]) {
        let text = statement.slice_until(&[])?;
        statement.push(Op::set(key, Attr::Default, column::default(text)));
    } else if statement.accept(&["DROP", "DEFAULT"]) {
        statement.push(Op::set(key, Attr::Default, None));
    } else if statement.accept(&["SET", "NOT", "NULL"]) {
        statement.push(Op::set(key, Attr::NotNull, Some(Value::Flag)));
    } else if statement.accept(&["DROP", "NOT", "NULL"]) {
        statement.push(Op::set(key, Attr::NotNull, None));
    } else if statement.accept(&["ADD"]) {
        constraint::add(statement, key)?;
    } else if statement.accept(&["DROP", "CONSTRAINT"]) {
        let guard = if_exists(statement);
        let check = key.child(Kind::Check, statement.ident()?);
        let cascade = statement.accept(&["CASCADE"]);
        statement.accept(&["RESTRICT"]);
        statement.push(Op::Drop { key: check, guard, cascade });
    } else if statement.accept(&["RENAME", "CONSTRAINT"]) {
        let check = key.child(Kind::Check, statement.ident()?);
        statement.expect(&["TO"])?;
        let to = statement.ident()?;
        statement.push(Op::Rename { key: check, to });
    } else if statement.accept(&["VALIDATE", "CONSTRAINT"]) {
        let check = key.child(Kind::Check, statement.ident()?);
        statement.push(Op::set(check, Attr::NotValid, None));
    } else {
        return Err(statement.fault("this change of a domain is not known"));
    }
    Ok(Outcome::Modelled)
}
