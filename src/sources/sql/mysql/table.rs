//! CREATE TABLE.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::dialects::mysql::family::Family;
use crate::ir::op::Copy;
use crate::ir::{Attr, Guard, Key, Object, Op};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

use super::options::{self, TableOption};
use super::{Head, column, index, partition, setting, table_key};

/// `CREATE [OR REPLACE] TABLE [IF NOT EXISTS] name (…) options partitions`.
pub fn create(statement: &mut Statement<'_, '_>, head: &Head, family: &Family) -> Read<Outcome> {
    let lenient = statement.accept(&["IF", "NOT", "EXISTS"]);
    let mark = statement.mark();
    let table = table_key(statement)?;
    statement.note_rename(table, 0);
    let guard = if lenient { Guard::Lenient } else { Guard::Strict };
    if head.replace {
        statement.push(Op::Drop { key: table, guard: Guard::Lenient, cascade: false });
    }
    if like(statement, Object::new(table), guard, family)? {
        return Ok(Outcome::Modelled);
    }
    let first = statement.effects.ops.len();
    statement.push_from(mark, Op::Create { object: Object::new(table), guard });
    let engine = setting::engine(statement);
    let mut facts = Facts { object: Object::new(table).with_some(Attr::Engine, engine), options: BTreeMap::new() };
    elements(statement, table, &mut facts, family)?;
    table_options(statement, &mut facts)?;
    let partitions = partition::clause(statement, &mut facts.object)?;
    if let Some(Op::Create { object, .. }) = statement.effects.ops.get_mut(first).map(|located| &mut located.op) {
        *object = facts.settled();
    }
    for part in partitions {
        statement.push(Op::Create { object: part, guard });
    }
    if guard == Guard::Lenient {
        // Where the table is there, nothing of the statement has an effect.
        let whole = statement.span_from(mark);
        statement.effects.ops.get_mut(first).into_iter().for_each(|located| located.span = Some(whole));
        for located in statement.effects.ops.iter_mut().skip(first + 1) {
            if let Op::Create { guard, .. } = &mut located.op {
                *guard = Guard::Lenient;
            }
        }
    }
    // `CREATE TABLE … SELECT` makes columns that only the server can tell.
    if statement.is(0, "AS") || statement.is(0, "SELECT") || statement.is(0, "IGNORE") || statement.is(0, "REPLACE") {
        return Err(statement.fault("a table made from a query"));
    }
    statement.expect_end()?;
    Ok(Outcome::Modelled)
}

/// The table's own facts while they are read.
struct Facts {
    object: Object,
    options: BTreeMap<Name, Arc<str>>,
}

impl Facts {
    fn take(&mut self, option: TableOption) {
        match option {
            TableOption::Fact(attr, value) => self.object.set(attr, value),
            TableOption::Named(name, value) => drop(self.options.insert(name, value)),
            TableOption::Default(name) => drop(self.options.remove(&name)),
            TableOption::Nothing => {}
        }
    }

    fn settled(mut self) -> Object {
        self.object.set(Attr::Options, options::settled(self.options));
        self.object
    }
}

/// `CREATE TABLE a LIKE b`, with or without parentheses.
fn like(statement: &mut Statement<'_, '_>, object: Object, guard: Guard, family: &Family) -> Read<bool> {
    let parenthesised = statement.is(0, "(") && statement.is(1, "LIKE");
    if !parenthesised && !statement.is(0, "LIKE") {
        return Ok(false);
    }
    if parenthesised {
        statement.skip();
    }
    statement.skip();
    let source = table_key(statement)?;
    if parenthesised {
        statement.expect(&[")"])?;
    }
    let table = object.key;
    statement.push(Op::Create { object, guard });
    statement.push(Op::Copy { table, source, how: Copy::Twin { renames_checks: !family.column_checks } });
    statement.expect_end()?;
    Ok(true)
}

fn elements(statement: &mut Statement<'_, '_>, table: Key, facts: &mut Facts, family: &Family) -> Read<()> {
    if !statement.is(0, "(") {
        return Ok(());
    }
    statement.expect(&["("])?;
    let mut parts = Vec::new();
    loop {
        let mark = statement.mark();
        if statement.accept(&["PERIOD", "FOR"]) {
            period(statement, facts)?;
        } else if index::starts_element(statement) {
            let (part, _) = index::element(statement, table)?;
            statement.note_rename(part.key, mark);
            let span = statement.span_from(mark);
            parts.push(part.at(span));
        } else {
            let name = statement.ident()?;
            let column = column::column(statement, table, name, family)?;
            statement.note_rename(column.object.key, mark);
            let span = statement.span_from(mark);
            statement.push_from(mark, Op::create(column.object));
            parts.extend(column.beside.into_iter().map(|part| part.at(span)));
        }
        if statement.accept(&[")"]) {
            break;
        }
        statement.expect(&[","])?;
    }
    for part in keys_first(parts) {
        statement.push(Op::create(part));
    }
    Ok(())
}

/// The server names what has no name after everything that has one.
fn keys_first(parts: Vec<Object>) -> Vec<Object> {
    let (named, unnamed): (Vec<Object>, Vec<Object>) = parts.into_iter().partition(|part| !part.key.name.is_none());
    named.into_iter().chain(unnamed).collect()
}

/// The option that a period is: its name stays as it is written, but for the one that is a keyword.
pub fn period_option(name: Name) -> Name {
    let system = name.as_str().eq_ignore_ascii_case("system_time");
    Name::new(&format!("period for {}", if system { "system_time" } else { name.as_str() }))
}

/// `PERIOD FOR SYSTEM_TIME (a, b)`: an option of the table by name.
pub fn period_text(statement: &mut Statement<'_, '_>) -> Read<(Name, Arc<str>)> {
    let name = period_option(statement.ident()?);
    let columns = statement.names()?;
    let columns: Vec<String> = columns.iter().map(|column| format!("`{}`", column.as_str().replace('`', "``"))).collect();
    Ok((name, Arc::from(format!("({})", columns.join(", ")))))
}

fn period(statement: &mut Statement<'_, '_>, facts: &mut Facts) -> Read<()> {
    let (name, columns) = period_text(statement)?;
    facts.options.insert(name, columns);
    Ok(())
}

fn table_options(statement: &mut Statement<'_, '_>, facts: &mut Facts) -> Read<()> {
    while let Some(option) = options::table_option(statement)? {
        facts.take(option);
        statement.accept(&[","]);
    }
    Ok(())
}

/// The operations that set one option of a table that is there.
pub fn option_ops(table: Key, option: TableOption) -> Vec<Op> {
    match option {
        TableOption::Fact(attr, value) => vec![Op::set(table, attr, value)],
        TableOption::Named(name, value) => {
            let edit = crate::ir::Edit::SetOptions(BTreeMap::from([(name, value)]));
            vec![Op::Edit { key: table, attr: Attr::Options, edit }]
        }
        TableOption::Default(name) => {
            let edit = crate::ir::Edit::ResetOptions(vec![name]);
            vec![Op::Edit { key: table, attr: Attr::Options, edit }]
        }
        TableOption::Nothing => Vec::new(),
    }
}
