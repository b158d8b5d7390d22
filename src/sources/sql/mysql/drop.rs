//! DROP and RENAME.

use crate::base::Name;
use crate::ir::{Guard, Kind, Op};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

use super::{database, object_key, table_key};

/// Reads what follows DROP.
pub fn drop(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    const KINDS: &[(&str, Kind)] = &[
        ("TABLE", Kind::Table),
        ("TABLES", Kind::Table),
        ("VIEW", Kind::View),
        ("PROCEDURE", Kind::Procedure),
        ("FUNCTION", Kind::Function),
        ("TRIGGER", Kind::Trigger),
        ("EVENT", Kind::Event),
        ("SEQUENCE", Kind::Sequence),
    ];
    if statement.accept(&["INDEX"]) {
        return index(statement);
    }
    let Some(kind) = statement.accept_row(KINDS) else {
        let server = ["TABLESPACE", "SERVER", "LOGFILE", "UNDO"].iter().any(|word| statement.is(0, word));
        return if server { Ok(Outcome::Ignored("server")) } else { Err(statement.fault("not understood")) };
    };
    let guard = if statement.accept(&["IF", "EXISTS"]) { Guard::Lenient } else { Guard::Strict };
    loop {
        let mark = statement.mark();
        let key = object_key(statement, kind)?;
        statement.push_from(mark, Op::Drop { key, guard, cascade: false });
        if !statement.accept(&[","]) {
            break;
        }
    }
    statement.accept_row(&[("RESTRICT", ()), ("CASCADE", ())]);
    statement.expect_end()?;
    Ok(Outcome::Modelled)
}

/// `DROP INDEX name ON table`.
fn index(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let guard = if statement.accept(&["IF", "EXISTS"]) { Guard::Lenient } else { Guard::Strict };
    let name = statement.ident()?;
    statement.expect(&["ON"])?;
    let table = table_key(statement)?;
    let primary = name.as_str().eq_ignore_ascii_case("primary");
    let key = if primary { table.child(Kind::PrimaryKey, Name::new("PRIMARY")) } else { table.child(Kind::Index, name) };
    statement.push(Op::Drop { key, guard, cascade: false });
    while statement.accept_any(&["ALGORITHM", "LOCK"]).is_some() {
        statement.accept(&["="]);
        statement.literal()?;
    }
    statement.expect_end()?;
    Ok(Outcome::Modelled)
}

/// `RENAME TABLE a TO b, c TO d`.
pub fn rename_tables(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    if !statement.accept(&["TABLE"]) && !statement.accept(&["TABLES"]) {
        return Err(statement.fault("not understood"));
    }
    statement.accept(&["IF", "EXISTS"]);
    loop {
        let from = table_key(statement)?;
        statement.expect(&["TO"])?;
        let to = table_key(statement)?;
        statement.push(database::rename(statement, from, to)?);
        if !statement.accept(&[","]) {
            break;
        }
    }
    statement.expect_end()?;
    Ok(Outcome::Modelled)
}
