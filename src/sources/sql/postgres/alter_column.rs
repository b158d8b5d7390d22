//! ALTER TABLE … ALTER COLUMN.

use super::alter_table::Site;
use super::column::{collation, default, identity, storage, typed};
use super::{options, sequence};
use crate::ir::{Attr, Guard, Key, Kind, Op, Value};
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// What is done to the column, by its first words.
#[derive(Clone, Copy)]
enum Change {
    Type,
    SetDefault,
    DropDefault,
    SetNotNull,
    DropNotNull,
    SetExpression,
    DropExpression,
    AddIdentity,
    SetGenerated,
    DropIdentity,
    Statistics,
    Storage,
    Compression,
    Options,
    Restart,
}

const CHANGES: &[(&str, Change)] = &[
    ("TYPE", Change::Type),
    ("SET DATA TYPE", Change::Type),
    ("SET DEFAULT", Change::SetDefault),
    ("DROP DEFAULT", Change::DropDefault),
    ("SET NOT NULL", Change::SetNotNull),
    ("DROP NOT NULL", Change::DropNotNull),
    ("SET EXPRESSION AS", Change::SetExpression),
    ("DROP EXPRESSION", Change::DropExpression),
    ("ADD GENERATED", Change::AddIdentity),
    ("SET GENERATED", Change::SetGenerated),
    ("DROP IDENTITY", Change::DropIdentity),
    ("SET STATISTICS", Change::Statistics),
    ("SET STORAGE", Change::Storage),
    ("SET COMPRESSION", Change::Compression),
    ("OPTIONS", Change::Options),
    ("RESTART", Change::Restart),
];

/// Reads what follows ALTER [COLUMN].
pub fn alter(statement: &mut Statement<'_, '_>, site: Site) -> Read<()> {
    let key = site.table.child(Kind::Column, statement.ident()?);
    if options::change(statement, key)? {
        return Ok(());
    }
    let Some(change) = statement.accept_row(CHANGES) else {
        return sequence_options(statement, key);
    };
    apply(statement, change, key, site.only)
}

fn apply(statement: &mut Statement<'_, '_>, change: Change, key: Key, only: bool) -> Read<()> {
    let set = |statement: &mut Statement<'_, '_>, attr, value| {
        statement.push(if only { Op::SetOnly { key, attr, value } } else { Op::set(key, attr, value) });
    };
    match change {
        Change::Type => retype(statement, key)?,
        Change::SetDefault => {
            let text = statement.slice_until(&[])?;
            set(statement, Attr::Default, default(text));
        }
        Change::DropDefault => set(statement, Attr::Default, None),
        Change::SetNotNull => set(statement, Attr::NotNull, Some(Value::Flag)),
        Change::DropNotNull => set(statement, Attr::NotNull, None),
        Change::SetExpression => {
            let expression = statement.parenthesised()?;
            statement.push(Op::set(key, Attr::Generated, Some(Value::sql(expression))));
        }
        Change::DropExpression => {
            statement.accept(&["IF", "EXISTS"]);
            statement.push(Op::set(key, Attr::Generated, None));
            statement.push(Op::set(key, Attr::GeneratedAs, None));
        }
        Change::AddIdentity => add_identity(statement, key)?,
        Change::SetGenerated => {
            let back = statement.mark().saturating_sub(2);
            statement.rewind(back);
            sequence_options(statement, key)?;
        }
        Change::DropIdentity => {
            statement.accept(&["IF", "EXISTS"]);
            statement.push(Op::set(key, Attr::Identity, None));
        }
        Change::Statistics => {
            let target = statistics_target(statement)?;
            set(statement, Attr::StatisticsTarget, target);
        }
        Change::Storage => {
            let value = storage(statement)?;
            set(statement, Attr::Storage, value);
        }
        Change::Compression => {
            let value = storage(statement)?;
            statement.push(Op::SetOnly { key, attr: Attr::Compression, value });
        }
        Change::Options => options::change_foreign(statement, key)?,
        Change::Restart => {
            let back = statement.mark().saturating_sub(1);
            statement.rewind(back);
            sequence_options(statement, key)?;
        }
    }
    Ok(())
}

/// `TYPE t [COLLATE c] [USING e]`.
fn retype(statement: &mut Statement<'_, '_>, key: Key) -> Read<()> {
    let start = statement.mark();
    let text = statement.slice_until(&["COLLATE", "USING"])?;
    let text = typed(statement, text, start)?;
    let collation = if statement.accept(&["COLLATE"]) { Some(collation(statement)?) } else { None };
    if statement.accept(&["USING"]) {
        statement.slice_until(&[])?;
    }
    statement.push(Op::set(key, Attr::Type, Some(Value::sql(text))));
    statement.push(Op::set(key, Attr::Collation, collation));
    Ok(())
}

/// A target, or the default one (`-1`, and in PostgreSQL 17 `DEFAULT`) as none.
pub fn statistics_target(statement: &mut Statement<'_, '_>) -> Read<Option<Value>> {
    let target = statement.literal()?;
    let unset = target == "-1" || target.eq_ignore_ascii_case("default");
    Ok((!unset).then(|| Value::text(target)))
}

fn add_identity(statement: &mut Statement<'_, '_>, key: Key) -> Read<()> {
    let Some(how) = identity(statement) else { return Err(statement.fault("expected AS IDENTITY")) };
    let object = sequence::of_identity(statement, key, None)?;
    statement.push(Op::Create { object, guard: Guard::Strict });
    statement.push(Op::set(key, Attr::Identity, Some(Value::text(how))));
    Ok(())
}

/// `SET GENERATED …`, `SET INCREMENT 2`, `RESTART`: what is said of an identity column's sequence.
fn sequence_options(statement: &mut Statement<'_, '_>, key: Key) -> Read<()> {
    loop {
        if statement.accept(&["SET", "GENERATED"]) {
            let Some(how) = statement.accept_row(&[("ALWAYS", "always"), ("BY DEFAULT", "by default")]) else {
                return Err(statement.fault("expected ALWAYS or BY DEFAULT"));
            };
            statement.push(Op::set(key, Attr::Identity, Some(Value::text(how))));
        } else if statement.is(0, "RESTART") || statement.accept(&["SET"]) {
            let before = statement.mark();
            sequence::options(statement, sequence::implied(key))?;
            if statement.mark() == before {
                return Err(statement.fault("this change of a column is not known"));
            }
        } else if statement.at_end() || statement.is(0, ",") {
            return Ok(());
        } else {
            return Err(statement.fault("this change of a column is not known"));
        }
    }
}
