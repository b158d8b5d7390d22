//! CREATE TABLE and CREATE FOREIGN TABLE.

use std::sync::Arc;

use super::column::Column;
use super::constraint::{self, Constraint};
use super::{attach, column, index, keys, options, unless_exists};
use crate::ir::op::Copy;
use crate::ir::{Attr, Guard, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

pub fn create(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    Table::read(statement, guard, None)
}

pub fn create_unlogged(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    Table::read(statement, guard, Some(Value::text("unlogged")))
}

/// Temporary tables, views and sequences live as long as the session that reads the script.
pub fn temporary(statement: &mut Statement<'_, '_>, _guard: Guard) -> Read<Outcome> {
    statement.rest();
    Ok(Outcome::Ignored("temporary object"))
}

pub fn create_foreign(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let guard = unless_exists(statement, guard);
    let key = keys::key(statement, Kind::ForeignTable)?;
    let mut table = Table::new(key, guard);
    table.body(statement)?;
    if statement.accept(&["INHERITS"]) {
        table.inherits(statement)?;
    }
    statement.expect(&["SERVER"])?;
    let server = statement.ident()?;
    table.object.set(Attr::Engine, Some(Value::text(server.as_str())));
    if statement.accept(&["OPTIONS"]) {
        options::set(&mut table.object, options::foreign(statement)?);
    }
    table.push(statement);
    Ok(Outcome::Modelled)
}

/// A table as read.
struct Table {
    object: Object,
    guard: Guard,
    /// What columns and checks come from, in order: LIKE, INHERITS, PARTITION OF.
    elements: Vec<Element>,
    parents: Vec<Key>,
    partition: Option<Key>,
}

enum Element {
    Column(Column),
    Constraint(Constraint),
    Like(Key, Copy),
}

impl Table {
    fn new(key: Key, guard: Guard) -> Table {
        Table { object: Object::new(key), guard, elements: Vec::new(), parents: Vec::new(), partition: None }
    }

    fn read(statement: &mut Statement<'_, '_>, guard: Guard, persistence: Option<Value>) -> Read<Outcome> {
        let guard = unless_exists(statement, guard);
        let key = keys::key(statement, Kind::Table)?;
        if key.namespace.as_str() == "pg_temp" {
            return temporary(statement, guard);
        }
        let mut table = Table::new(key, guard);
        table.object.set(Attr::Persistence, persistence);
        if table.named_columns(statement) {
            table.tail(statement)?;
            statement.expect(&["AS"])?;
            table.query(statement)?;
        } else {
            table.body(statement)?;
            table.tail(statement)?;
        }
        table.push(statement);
        Ok(Outcome::Modelled)
    }

    /// The names of the columns before AS, where there are any; false where this is no CREATE TABLE … AS.
    fn named_columns(&mut self, statement: &mut Statement<'_, '_>) -> bool {
        let mark = statement.mark();
        let names = if statement.is(0, "(") { statement.names().ok() } else { Some(Vec::new()) };
        if names.is_none() || !statement.ahead_has("AS") || statement.is(0, "OF") || statement.at_words(&["PARTITION", "OF"]) {
            statement.rewind(mark);
            return false;
        }
        let names = names.filter(|names| !names.is_empty()).map(Value::Names);
        self.object.set(Attr::ColumnNames, names);
        true
    }

    /// The query of which the table is made: replay asks the dialect what columns that gives.
    fn query(&mut self, statement: &mut Statement<'_, '_>) -> Read<()> {
        if statement.is(0, "EXECUTE") {
            return Err(statement.fault("what a prepared statement gives is not known"));
        }
        let query = statement.slice_through_commas(&["WITH DATA", "WITH NO DATA"])?;
        self.object.set(Attr::Query, Some(Value::sql(index::unwrapped(query))));
        let _ = statement.accept(&["WITH", "DATA"]) || statement.accept(&["WITH", "NO", "DATA"]);
        Ok(())
    }

    /// `(elements)`, `OF type (…)`, `PARTITION OF parent (…) bound`.
    fn body(&mut self, statement: &mut Statement<'_, '_>) -> Read<()> {
        if statement.accept(&["PARTITION", "OF"]) {
            let parent = keys::key(statement, Kind::Table)?;
            self.partition = Some(parent);
            if statement.is(0, "(") {
                self.list(statement)?;
            }
            let bound = attach::bound(statement)?;
            self.object.set(Attr::PartitionOf, Some(Value::Key(parent)));
            self.object.set(Attr::PartitionBound, Some(bound));
            return Ok(());
        }
        if statement.accept(&["OF"]) {
            let data_type = keys::key(statement, Kind::Composite)?;
            self.object.set(Attr::OfType, Some(Value::text(keys::qualified(data_type))));
            self.elements.push(Element::Like(data_type, Copy::OfType));
            return if statement.is(0, "(") { self.list(statement) } else { Ok(()) };
        }
        self.list(statement)
    }

    fn list(&mut self, statement: &mut Statement<'_, '_>) -> Read<()> {
        statement.expect(&["("])?;
        if statement.accept(&[")"]) {
            return Ok(());
        }
        loop {
            self.element(statement)?;
            if statement.accept(&[")"]) {
                return Ok(());
            }
            statement.expect(&[","])?;
        }
    }

    fn element(&mut self, statement: &mut Statement<'_, '_>) -> Read<()> {
        let key = self.object.key;
        if statement.accept(&["LIKE"]) {
            let source = keys::key(statement, Kind::Table)?;
            self.elements.push(Element::Like(source, like(statement)?));
        } else if constraint::follows(statement) {
            self.elements.push(Element::Constraint(constraint::of_table(statement, key)?));
        } else {
            self.elements.push(Element::Column(column::read(statement, key)?));
        }
        Ok(())
    }

    /// What follows the list, in any order.
    fn tail(&mut self, statement: &mut Statement<'_, '_>) -> Read<()> {
        loop {
            if statement.accept(&["INHERITS"]) {
                self.inherits(statement)?;
            } else if statement.accept(&["PARTITION", "BY"]) {
                let mark = statement.mark();
                statement.ident()?;
                statement.parenthesised()?;
                self.object.set(Attr::PartitionBy, Some(Value::sql(statement.text_from(mark))));
            } else if statement.accept(&["USING"]) {
                self.object.set(Attr::AccessMethod, Some(Value::text(statement.ident()?.as_str())));
            } else if statement.at_words(&["WITH", "("]) || statement.at_words(&["WITHOUT", "OIDS"]) {
                options::set(&mut self.object, options::with(statement)?);
            } else if statement.accept(&["WITH", "OIDS"]) {
                return Err(statement.fault("tables with OIDs exist in PostgreSQL 11 and before only"));
            } else if statement.accept(&["TABLESPACE"]) {
                self.object.set(Attr::Tablespace, Some(Value::text(statement.ident()?.as_str())));
            } else if statement.accept(&["ON", "COMMIT"]) {
                statement.slice_until(&["TABLESPACE", "AS"])?;
            } else {
                break;
            }
        }
        for (setting, attr) in [("default_tablespace", Attr::Tablespace), ("default_table_access_method", Attr::AccessMethod)] {
            // A partitioned table takes no method from the session (config: default_table_access_method).
            let takes = attr != Attr::AccessMethod || !self.object.has(Attr::PartitionBy);
            if takes && !self.object.has(attr) {
                self.object.set(attr, statement.session.get(setting).map(Value::text));
            }
        }
        Ok(())
    }

    fn inherits(&mut self, statement: &mut Statement<'_, '_>) -> Read<()> {
        statement.expect(&["("])?;
        loop {
            self.parents.push(keys::key(statement, Kind::Table)?);
            if statement.accept(&[")"]) {
                break;
            }
            statement.expect(&[","])?;
        }
        let labels = self.parents.iter().map(|parent| Arc::from(format!("{}.{}", parent.namespace, parent.name))).collect();
        self.object.set(Attr::Inherits, Some(Value::Labels(labels)));
        Ok(())
    }

    /// Adds the operations: the table, what it takes from parents, its columns, then its constraints, whose names may rest on
    /// all columns.
    fn push(self, statement: &mut Statement<'_, '_>) {
        let Table { object, guard, elements, parents, partition } = self;
        let table = object.key;
        let object = keys::with_path(statement, object);
        // The parts of a table that is there already are not made again.
        let parts = if guard == Guard::Lenient { Guard::Lenient } else { Guard::Strict };
        statement.note_rename(table, 0);
        statement.effects.renames.sort_by_key(|hint| hint.key.kind);
        statement.push(Op::Create { object, guard });
        for source in parents {
            statement.push(Op::Copy { table, source, how: Copy::Inherit });
        }
        if let Some(source) = partition {
            statement.push(Op::Copy { table, source, how: Copy::Partition });
        }
        let mut constraints = Vec::new();
        for element in elements {
            match element {
                Element::Column(column) => constraints.extend(column.push(statement, parts)),
                Element::Constraint(made) => constraints.push(made),
                Element::Like(source, how) => statement.push(Op::Copy { table, source, how }),
            }
        }
        for mut made in constraint::distinct(constraints) {
            // A new table has no rows, so the server takes the constraint for validated.
            made.object.set(Attr::NotValid, None);
            made.push_guarded(statement, parts);
        }
    }
}

/// `SELECT … INTO [UNLOGGED] [TABLE] name …`, behind SELECT.
pub fn select_into(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let before = statement.slice_through_commas(&["INTO"])?;
    statement.expect(&["INTO"])?;
    if ["TEMPORARY", "TEMP", "LOCAL", "GLOBAL"].iter().any(|word| statement.is(0, word)) {
        return temporary(statement, Guard::Strict);
    }
    let persistence = statement.accept(&["UNLOGGED"]).then(|| Value::text("unlogged"));
    statement.accept(&["TABLE"]);
    let mut table = Table::new(keys::key(statement, Kind::Table)?, Guard::Strict);
    table.object.set(Attr::Persistence, persistence);
    table.object.set(Attr::Query, Some(Value::sql(format!("SELECT {before} {}", statement.rest()))));
    table.push(statement);
    Ok(Outcome::Modelled)
}

/// What INCLUDING and EXCLUDING name.
const LIKE_OPTIONS: &[&str] =
    &["ALL", "DEFAULTS", "CONSTRAINTS", "INDEXES", "COMMENTS", "IDENTITY", "GENERATED", "STORAGE", "COMPRESSION", "STATISTICS"];

/// `{INCLUDING | EXCLUDING} option …`.
fn like(statement: &mut Statement<'_, '_>) -> Read<Copy> {
    let mut taken = [false; LIKE_OPTIONS.len()];
    loop {
        let including = statement.accept(&["INCLUDING"]);
        if !including && !statement.accept(&["EXCLUDING"]) {
            break;
        }
        let word = statement.accept_any(LIKE_OPTIONS);
        match word.and_then(|word| LIKE_OPTIONS.iter().position(|known| *known == word)) {
            Some(0) => taken = [including; LIKE_OPTIONS.len()],
            Some(at) => taken.iter_mut().skip(at).take(1).for_each(|slot| *slot = including),
            None => return Err(statement.fault("this option of LIKE is not known")),
        }
    }
    let [_, defaults, constraints, indexes, comments, identity, generated, storage, compression, statistics] = taken;
    Ok(Copy::Like { defaults, constraints, indexes, comments, identity, generated, storage, compression, statistics })
}
