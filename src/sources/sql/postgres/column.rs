//! Columns: their types and the constraints behind them (manual, CREATE TABLE).

use super::constraint::{self, Constraint};
use super::{keys, options, sequence};
use crate::base::Name;
use crate::dialects::postgres::types;
use crate::ir::{Attr, Guard, Key, Kind, Object, Op, Value};
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// Words that end a type or a default of a column.
pub const CONSTRAINT_WORDS: &[&str] = &[
    "CONSTRAINT",
    "NOT NULL",
    "NULL",
    "CHECK",
    "DEFAULT",
    "GENERATED",
    "UNIQUE",
    "PRIMARY KEY",
    "REFERENCES",
    "COLLATE",
    "STORAGE",
    "COMPRESSION",
    "OPTIONS",
    "NOT DEFERRABLE",
    "DEFERRABLE",
    "INITIALLY",
    "NOT ENFORCED",
    "ENFORCED",
    "NO INHERIT",
    "NOT VALID",
    "WITH OPTIONS",
    "USING",
];

/// A column as read, with the objects that it brings.
pub struct Column {
    pub object: Object,
    pub mark: usize,
    /// The sequence of a serial or identity column.
    sequence: Option<Object>,
    pub constraints: Vec<Constraint>,
}

/// Reads `name type constraint …`.
pub fn read(statement: &mut Statement<'_, '_>, table: Key) -> Read<Column> {
    let mark = statement.mark();
    let key = table.child(Kind::Column, statement.ident()?);
    let mut column = Column { object: Object::new(key), mark, sequence: None, constraints: Vec::new() };
    if statement.is(1, ".") || !statement.accept(&["WITH", "OPTIONS"]) && !at_constraint(statement) {
        let start = statement.mark();
        let text = until_constraint(statement)?;
        column.set_type(typed(statement, text, start)?);
    }
    while column.constraint(statement)? {}
    statement.note_rename(key, mark);
    column.object = keys::with_path(statement, column.object);
    Ok(column)
}

/// A type that was read from `start` on, unless more than a type stands there: a forgotten semicolon lets the next statement follow.
pub fn typed<'t>(statement: &mut Statement<'_, '_>, text: &'t str, start: usize) -> Read<&'t str> {
    if !types::is_type(text) {
        statement.rewind(start);
        return Err(statement.fault(format!("expected a type, found {}", text.split_whitespace().collect::<Vec<_>>().join(" "))));
    }
    Ok(text)
}

/// A type or a default. A namespace in it may bear a word that starts a constraint: `storage.kind`.
pub fn until_constraint<'t>(statement: &mut Statement<'t, '_>) -> Read<&'t str> {
    let start = statement.mark();
    loop {
        while statement.is(1, ".") {
            statement.skip();
            statement.skip();
        }
        statement.slice_until(CONSTRAINT_WORDS)?;
        if !statement.is(1, ".") {
            return Ok(statement.text_from(start));
        }
    }
}

fn at_constraint(statement: &Statement<'_, '_>) -> bool {
    statement.at_end() || statement.is(0, ",") || statement.is(0, ")") || statement.at_phrase(CONSTRAINT_WORDS.iter().copied()).is_some()
}

/// Words for how a value is stored, whose argument is one word.
const STORAGE: &[(&str, Attr)] = &[("STORAGE", Attr::Storage), ("COMPRESSION", Attr::Compression)];

impl Column {
    fn key(&self) -> Key {
        self.object.key
    }

    fn set_type(&mut self, text: &str) {
        let Some(integer) = sequence::serial_type(text) else {
            return self.object.set(Attr::Type, Some(Value::sql(text)));
        };
        let (made, default) = sequence::of_serial(self.key(), integer);
        self.sequence = Some(made);
        self.object.set(Attr::Type, Some(Value::sql(integer)));
        self.object.set(Attr::Default, Some(default));
        self.object.set(Attr::NotNull, Some(Value::Flag));
    }

    /// Reads one constraint; false where none follows.
    fn constraint(&mut self, statement: &mut Statement<'_, '_>) -> Read<bool> {
        let name = if statement.accept(&["CONSTRAINT"]) { statement.ident()? } else { Name::NONE };
        if statement.accept(&["NOT", "NULL"]) {
            self.object.set(Attr::NotNull, Some(Value::Flag));
            self.object.set(Attr::NotNullName, constraint::not_null_name(self.key(), name));
            let alone = statement.accept(&["NO", "INHERIT"]);
            self.object.set(Attr::NoInherit, alone.then_some(Value::Flag));
        } else if statement.accept(&["NULL"]) {
            self.object.set(Attr::NotNull, None);
        } else if statement.accept(&["DEFAULT"]) {
            self.object.set(Attr::Default, default(until_constraint(statement)?));
        } else if statement.accept(&["COLLATE"]) {
            self.object.set(Attr::Collation, Some(collation(statement)?));
        } else if let Some(attr) = statement.accept_row(STORAGE) {
            self.object.set(attr, storage(statement)?);
        } else if statement.accept(&["OPTIONS"]) {
            options::set(&mut self.object, options::foreign(statement)?);
        } else if statement.accept(&["GENERATED"]) {
            self.generated(statement)?;
        } else {
            return self.other_constraint(statement, name);
        }
        Ok(true)
    }

    /// A constraint that is an object of its own, or what is said of the one before.
    fn other_constraint(&mut self, statement: &mut Statement<'_, '_>, name: Name) -> Read<bool> {
        if let Some(made) = constraint::of_column(statement, self.key(), name)? {
            self.constraints.push(made);
            return Ok(true);
        }
        let mut ignored = Object::new(self.key());
        let last = self.constraints.last_mut().map_or(&mut ignored, |constraint| &mut constraint.object);
        if constraint::attribute(statement, last) {
            return Ok(true);
        }
        if name.is_none() { Ok(false) } else { Err(statement.fault("a constraint's name without a constraint")) }
    }

    /// `ALWAYS AS IDENTITY (…)`, `BY DEFAULT AS IDENTITY`, `ALWAYS AS (expression) STORED`.
    fn generated(&mut self, statement: &mut Statement<'_, '_>) -> Read<()> {
        if let Some(identity) = identity(statement) {
            self.object.set(Attr::Identity, Some(Value::text(identity)));
            self.object.set(Attr::NotNull, Some(Value::Flag));
            let data_type = self.object.fragment(Attr::Type).map(|fragment| fragment.text.clone());
            self.sequence = Some(sequence::of_identity(statement, self.key(), data_type)?);
            return Ok(());
        }
        statement.expect(&["ALWAYS", "AS"])?;
        let expression = statement.parenthesised()?;
        let how = statement.accept_any(&["stored", "virtual"]).unwrap_or("virtual");
        self.object.set(Attr::Generated, Some(Value::sql(expression)));
        self.object.set(Attr::GeneratedAs, Some(Value::text(how)));
        Ok(())
    }

    /// Adds the operations: the sequence, the column, and what a primary key says of it. The constraints are the caller's,
    /// for their names may rest on columns that come later.
    pub fn push(self, statement: &mut Statement<'_, '_>, guard: Guard) -> Vec<Constraint> {
        let Column { object, mark, sequence, constraints } = self;
        if let Some(object) = sequence {
            statement.push_from(mark, Op::Create { object, guard });
        }
        statement.push_from(mark, Op::Create { object, guard });
        constraints
    }
}

/// `ALWAYS AS IDENTITY` or `BY DEFAULT AS IDENTITY`, where it follows.
pub fn identity(statement: &mut Statement<'_, '_>) -> Option<&'static str> {
    statement.accept_row(&[("ALWAYS AS IDENTITY", "always"), ("BY DEFAULT AS IDENTITY", "by default")])
}

/// A collation's name as written; `default` is none.
pub fn collation(statement: &mut Statement<'_, '_>) -> Read<Value> {
    let mark = statement.mark();
    statement.qualified()?;
    Ok(Value::text(statement.text_from(mark)))
}

/// A default. The server keeps `NULL` where the type has a length, so it is no matter of the text whether it is one.
pub fn default(text: &str) -> Option<Value> {
    Some(Value::sql(text))
}

/// A word of STORAGE or COMPRESSION in lower case; `default` is none.
pub fn storage(statement: &mut Statement<'_, '_>) -> Read<Option<Value>> {
    let word = statement.ident()?.as_str().to_ascii_lowercase();
    Ok((word != "default").then(|| Value::text(word)))
}
