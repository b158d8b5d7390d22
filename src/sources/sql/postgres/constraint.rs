//! Constraints of tables, columns and domains (manual, CREATE TABLE and CREATE DOMAIN).

use std::sync::Arc;

use super::{index, keys};
use crate::base::Name;
use crate::dialects::postgres::{quote, twins};
use crate::ir::{Attr, Edit, Guard, Key, Kind, Object, Op, Value};
use crate::sources::sql::cursor::{Cursor, Read};
use crate::sources::sql::statement::Statement;

/// A constraint as read.
pub struct Constraint {
    pub object: Object,
    pub mark: usize,
    /// The index that it takes over: `USING INDEX`.
    pub adopts: Option<Name>,
}

impl Constraint {
    fn new(object: Object, mark: usize) -> Constraint {
        Constraint { object, mark, adopts: None }
    }

    /// Adds its operations. A primary key makes its columns NOT NULL, for good (manual, CREATE TABLE).
    pub fn push(self, statement: &mut Statement<'_, '_>) {
        self.push_guarded(statement, Guard::Strict);
    }

    /// As [`Constraint::push`]; lenient where the table's CREATE is.
    pub fn push_guarded(self, statement: &mut Statement<'_, '_>, guard: Guard) {
        let Constraint { object, mark, adopts } = self;
        let key = object.key;
        if key.kind == Kind::Column {
            // Whether children get it must be known before they do.
            for attr in [Attr::NoInherit, Attr::NotNull, Attr::NotNullName, Attr::NotValid] {
                let value = object.get(attr).cloned();
                value.into_iter().for_each(|value| statement.push_from(mark, Op::set(key, attr, Some(value))));
            }
            return;
        }
        if key.kind == Kind::PrimaryKey {
            for name in object.names(Attr::Columns).to_vec() {
                let column = Key { kind: Kind::Column, name, ..key };
                let (attr, value) = (Attr::NotNull, Some(Value::Flag));
                let alone = object.has(Attr::Only);
                statement.push_from(mark, if alone { Op::SetOnly { key: column, attr, value } } else { Op::set(column, attr, value) });
            }
        }
        let object = keys::with_path(statement, object);
        let op = match adopts {
            Some(index) => Op::Adopt { constraint: object, index },
            None => Op::Create { object, guard },
        };
        statement.push_from(mark, op);
    }
}

/// The constraints of one CREATE TABLE or ADD COLUMN without the keys that repeat another: of equal ones the server makes one index, the primary
/// key's where it is among them, under the first name that any of them has (transformIndexConstraints in parse_utilcmd.c).
pub fn distinct(constraints: Vec<Constraint>) -> Vec<Constraint> {
    let mut kept: Vec<(usize, Constraint)> = Vec::with_capacity(constraints.len());
    let mut waiting: Vec<(usize, Constraint)> = constraints.into_iter().enumerate().collect();
    waiting.sort_by_key(|(_, made)| made.object.key.kind != Kind::PrimaryKey);
    for (place, made) in waiting {
        let key = made.object.key;
        let is_same = |prior: &Constraint| twins::are(&prior.object, &made.object);
        let mut keys = kept.iter_mut().filter(|(_, prior)| matches!(prior.object.key.kind, Kind::PrimaryKey | Kind::Unique));
        match keys.find(|(_, prior)| key.kind == Kind::Unique && is_same(prior)) {
            Some((_, prior)) if prior.object.key.name.is_none() => prior.object.key.name = key.name,
            Some(_) => {}
            None => kept.push((place, made)),
        }
    }
    kept.sort_by_key(|(place, _)| *place);
    kept.into_iter().map(|(_, made)| made).collect()
}

/// Words that start a table's constraint.
const STARTS: &[&str] = &["CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY KEY", "EXCLUDE", "FOREIGN KEY", "NOT NULL"];

/// Whether a table's constraint follows, and not a column that bears such a name: `exclude integer` (manual, SQL Key Words).
pub fn follows(cursor: &Cursor<'_>) -> bool {
    let is_column = cursor.is(0, "EXCLUDE") && !cursor.is(1, "USING") && !cursor.is(1, "(");
    !is_column && cursor.at_phrase(STARTS.iter().copied()).is_some()
}

/// What a table's constraint is told to be by its first words.
#[derive(Clone, Copy)]
enum Start {
    Check,
    Unique,
    PrimaryKey,
    Exclusion,
    ForeignKey,
    NotNull,
}

const KINDS: &[(&str, Start)] = &[
    ("CHECK", Start::Check),
    ("UNIQUE", Start::Unique),
    ("PRIMARY KEY", Start::PrimaryKey),
    ("EXCLUDE", Start::Exclusion),
    ("FOREIGN KEY", Start::ForeignKey),
    ("NOT NULL", Start::NotNull),
];

/// Reads a constraint of a table.
pub fn of_table(statement: &mut Statement<'_, '_>, table: Key) -> Read<Constraint> {
    let mark = statement.mark();
    let name = if statement.accept(&["CONSTRAINT"]) { statement.ident()? } else { Name::NONE };
    let Some(start) = statement.accept_row(KINDS) else { return Err(statement.fault("expected a constraint")) };
    let mut made = match start {
        Start::NotNull => return not_null(statement, table, name, mark),
        Start::Check => Constraint::new(check(statement, table.child(Kind::Check, name))?, mark),
        Start::Unique => keyed(statement, table.child(Kind::Unique, name), mark)?,
        Start::PrimaryKey => keyed(statement, table.child(Kind::PrimaryKey, name), mark)?,
        Start::Exclusion => Constraint::new(exclusion(statement, table.child(Kind::Exclusion, name))?, mark),
        Start::ForeignKey => {
            let mut object = Object::new(table.child(Kind::ForeignKey, name));
            let columns = period_names(statement, &mut object)?;
            object.set(Attr::Columns, Some(Value::Names(columns)));
            statement.expect(&["REFERENCES"])?;
            references(statement, &mut object)?;
            Constraint::new(object, mark)
        }
    };
    while attribute(statement, &mut made.object) {}
    if !name.is_none() {
        statement.note_rename(made.object.key, mark);
    }
    Ok(made)
}

/// `CONSTRAINT n NOT NULL column`, which PostgreSQL 18 prints: facts of the column.
fn not_null(statement: &mut Statement<'_, '_>, table: Key, name: Name, mark: usize) -> Read<Constraint> {
    let column = table.child(Kind::Column, statement.ident()?);
    let mut said = Object::new(column);
    while attribute(statement, &mut said) {}
    let mut object = Object::new(column).with(Attr::NotNull, Value::Flag).with_some(Attr::NotNullName, not_null_name(column, name));
    for attr in [Attr::NoInherit, Attr::NotValid] {
        object.set(attr, said.get(attr).cloned());
    }
    Ok(Constraint::new(object, mark))
}

/// The name of a NOT NULL constraint where it is not the one that the server would give.
pub fn not_null_name(column: Key, name: Name) -> Option<Value> {
    (!name.is_none() && name.as_str() != crate::dialects::postgres::names::not_null(column)).then(|| Value::text(name.as_str()))
}

/// Reads a column's constraint that is an object of its own; `None` where none follows.
pub fn of_column(statement: &mut Statement<'_, '_>, column: Key, name: Name) -> Read<Option<Constraint>> {
    let mark = statement.mark();
    let part = |kind| Object::new(Key { kind, name, ..column });
    let own = || Some(Value::Names(vec![column.name]));
    let mut object = if statement.accept(&["CHECK"]) {
        check(statement, part(Kind::Check).key)?
    } else if statement.accept(&["UNIQUE"]) {
        part(Kind::Unique).with_some(Attr::Columns, own())
    } else if statement.accept(&["PRIMARY", "KEY"]) {
        part(Kind::PrimaryKey).with_some(Attr::Columns, own())
    } else if statement.accept(&["REFERENCES"]) {
        let mut object = part(Kind::ForeignKey).with_some(Attr::Columns, own());
        references(statement, &mut object)?;
        object
    } else {
        return Ok(None);
    };
    if matches!(object.key.kind, Kind::Unique | Kind::PrimaryKey) {
        index::parameters(statement, &mut object)?;
    }
    Ok(Some(Constraint::new(object, mark)))
}

/// `(expression)` of a check.
pub fn check(statement: &mut Statement<'_, '_>, key: Key) -> Read<Object> {
    let expression = statement.parenthesised()?;
    let mut object = Object::new(key).with(Attr::Expression, Value::sql(expression));
    while attribute(statement, &mut object) {}
    Ok(object)
}

/// `UNIQUE (…)`, `PRIMARY KEY (…)`, or either `USING INDEX name`.
fn keyed(statement: &mut Statement<'_, '_>, key: Key, mark: usize) -> Read<Constraint> {
    let mut made = Constraint::new(Object::new(key), mark);
    if statement.is(0, "USING") && statement.is(1, "INDEX") && !statement.is(2, "TABLESPACE") {
        statement.accept(&["USING", "INDEX"]);
        made.adopts = Some(statement.name()?.1);
        return Ok(made);
    }
    index_nulls(statement, &mut made.object);
    let columns = period_names(statement, &mut made.object)?;
    made.object.set(Attr::Columns, Some(Value::Names(columns)));
    index::parameters(statement, &mut made.object)?;
    Ok(made)
}

fn index_nulls(statement: &mut Statement<'_, '_>, object: &mut Object) {
    if statement.accept(&["NULLS", "NOT", "DISTINCT"]) {
        object.set(Attr::NullsNotDistinct, Some(Value::Flag));
    }
    statement.accept(&["NULLS", "DISTINCT"]);
}

/// `(a, b WITHOUT OVERLAPS)` or `(a, PERIOD b)`.
fn period_names(statement: &mut Statement<'_, '_>, object: &mut Object) -> Read<Vec<Name>> {
    let mut period = false;
    let names = statement.list(|cursor| {
        period |= cursor.is(0, "PERIOD") && cursor.is_identifier(1);
        if period && cursor.is_identifier(1) {
            cursor.skip();
        }
        let name = cursor.ident()?;
        period |= cursor.accept(&["WITHOUT", "OVERLAPS"]);
        Ok(name)
    })?;
    if period {
        object.set(Attr::Period, Some(Value::Flag));
    }
    Ok(names)
}

/// `[USING method] (element WITH operator, …) parameters [WHERE (predicate)]`.
fn exclusion(statement: &mut Statement<'_, '_>, key: Key) -> Read<Object> {
    // GiST is what the server takes for exclusion constraints only when told; its default is btree here too.
    let mut object = Object::new(key).with_some(Attr::Method, index::method(statement)?);
    let parts = statement.list(|cursor| {
        let mut part = index::element(cursor)?;
        cursor.expect(&["WITH"])?;
        part.operator = Some(Arc::from(operator(cursor)?));
        Ok(part)
    })?;
    object.set(Attr::Parts, Some(Value::Parts(parts)));
    index::parameters(statement, &mut object)?;
    if statement.accept(&["WHERE"]) {
        let predicate = statement.parenthesised()?;
        object.set(Attr::Where, Some(Value::sql(predicate)));
    }
    Ok(object)
}

/// `=` or `OPERATOR(pg_catalog.=)`, as written.
pub fn operator<'t>(cursor: &mut Cursor<'t>) -> Read<&'t str> {
    if cursor.accept(&["OPERATOR"]) {
        return cursor.parenthesised();
    }
    let mark = cursor.mark();
    while cursor.is_identifier(0) && cursor.is(1, ".") {
        cursor.skip();
        cursor.skip();
    }
    cursor.skip();
    Ok(cursor.text_from(mark))
}

/// `table [(columns)] [MATCH …] [ON DELETE …] [ON UPDATE …]`.
fn references(statement: &mut Statement<'_, '_>, object: &mut Object) -> Read<()> {
    let table = keys::key(statement, Kind::Table)?;
    object.set(Attr::References, Some(Value::Key(table)));
    if statement.is(0, "(") {
        let columns = period_names(statement, object)?;
        object.set(Attr::ReferencedColumns, Some(Value::Names(columns)));
    }
    loop {
        if statement.accept(&["MATCH"]) {
            let word = statement.ident()?.as_str().to_ascii_lowercase();
            object.set(Attr::Match, (word != "simple").then(|| Value::text(word)));
        } else if statement.accept(&["ON", "DELETE"]) {
            let action = action(statement)?;
            object.set(Attr::OnDelete, action);
        } else if statement.accept(&["ON", "UPDATE"]) {
            let action = action(statement)?;
            object.set(Attr::OnUpdate, action);
        } else {
            return Ok(());
        }
    }
}

const ACTIONS: &[(&str, &str)] =
    &[("NO ACTION", ""), ("RESTRICT", "restrict"), ("CASCADE", "cascade"), ("SET NULL", "set null"), ("SET DEFAULT", "set default")];

/// A referential action; NO ACTION is the default.
fn action(statement: &mut Statement<'_, '_>) -> Read<Option<Value>> {
    let Some(words) = statement.accept_row(ACTIONS) else { return Err(statement.fault("expected a referential action")) };
    if !statement.is(0, "(") {
        return Ok((!words.is_empty()).then(|| Value::text(words)));
    }
    let columns: Vec<String> = statement.names()?.into_iter().map(quote).collect();
    Ok(Some(Value::text(format!("{words} ({})", columns.join(", ")))))
}

/// What stands behind a constraint: the fact, and its value where it holds.
const ATTRIBUTES: &[(&str, (Attr, &str))] = &[
    ("NOT DEFERRABLE", (Attr::Deferrable, "")),
    ("DEFERRABLE INITIALLY IMMEDIATE", (Attr::Deferrable, "deferrable")),
    ("DEFERRABLE INITIALLY DEFERRED", (Attr::Deferrable, "initially deferred")),
    ("DEFERRABLE", (Attr::Deferrable, "deferrable")),
    ("INITIALLY DEFERRED", (Attr::Deferrable, "initially deferred")),
    ("INITIALLY IMMEDIATE", (Attr::Deferrable, "-")),
    ("NOT VALID", (Attr::NotValid, "flag")),
    ("NO INHERIT", (Attr::NoInherit, "flag")),
    ("NOT ENFORCED", (Attr::NotEnforced, "flag")),
    ("ENFORCED", (Attr::NotEnforced, "")),
];

/// Reads one attribute of a constraint (or trigger) into its object; false where none follows.
pub fn attribute(cursor: &mut Cursor<'_>, object: &mut Object) -> bool {
    let Some((attr, value)) = cursor.accept_row(ATTRIBUTES) else { return false };
    match value {
        "-" => {}
        "" => object.set(attr, None),
        "flag" => object.set(attr, Some(Value::Flag)),
        word => object.set(attr, Some(Value::text(word))),
    }
    true
}

/// `ALTER CONSTRAINT name …`: deferrability, enforcement and inheritance.
pub fn alter(statement: &mut Statement<'_, '_>, table: Key) -> Read<()> {
    let key = table.child(Kind::ForeignKey, statement.ident()?);
    if statement.accept(&["INHERIT"]) {
        statement.push(Op::set(key, Attr::NoInherit, None));
        return Ok(());
    }
    let mut said = Object::new(key);
    loop {
        let here = statement.mark();
        if !attribute(statement, &mut said) {
            return Ok(());
        }
        for attr in [Attr::Deferrable, Attr::NotEnforced, Attr::NoInherit] {
            let names_it = matches!((attr, statement.text_from(here).to_ascii_uppercase()), (Attr::Deferrable, words) if words.contains("DEFER") || words.contains("INITIALLY"));
            if names_it || said.has(attr) {
                statement.push(Op::set(key, attr, said.get(attr).cloned()));
            }
        }
    }
}

/// A constraint that is added to something that is there.
pub fn add(statement: &mut Statement<'_, '_>, table: Key) -> Read<()> {
    of_table(statement, table)?.push(statement);
    Ok(())
}

/// A parent's name among those of INHERITS.
pub fn parent_edit(statement: &mut Statement<'_, '_>, table: Key, adds: bool) -> Read<Key> {
    let parent = keys::key(statement, Kind::Table)?;
    let label: Arc<str> = Arc::from(format!("{}.{}", parent.namespace, parent.name));
    let edit = if adds { Edit::AddLabel { label, before: None, after: None } } else { Edit::DropLabel(label) };
    statement.push(Op::Edit { key: table, attr: Attr::Inherits, edit });
    Ok(parent)
}
