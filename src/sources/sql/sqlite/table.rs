//! The parts of a table: columns with what stands on them, and table constraints
//! (sqlite.org/lang_createtable.html, sections 3 and 4).

use crate::base::Name;
use crate::dialects::sqlite::names::{folded, spelled};
use crate::ir::value::Part;
use crate::ir::{Attr, Key, Kind, Object, Value};

use super::clauses::{self, Given};
use super::cursor::{Cursor, Fault};

/// The parts of one table in the order in which they are said, with the byte at which each starts.
pub struct Parts {
    pub table: Key,
    pub objects: Vec<(Object, usize)>,
    /// The primary key stands on its column.
    key_on_column: bool,
}

impl Parts {
    pub fn new(table: Key) -> Parts {
        Parts { table, objects: Vec::new(), key_on_column: false }
    }

    /// Everything between the parentheses of CREATE TABLE. Commas between table constraints may be left out.
    pub fn body(&mut self, body: &mut Cursor) -> Result<(), Fault> {
        while !body.is_done() {
            if starts_constraint(body) {
                self.table_constraint(body)?;
                body.eat(&[","]);
                continue;
            }
            self.column(body)?;
            if !body.is_done() {
                body.expect(",")?;
            }
        }
        Ok(())
    }

    /// One column definition, up to a comma or the end.
    pub fn column(&mut self, cursor: &mut Cursor) -> Result<(), Fault> {
        let start = cursor.peek().map_or(0, |token| token.start);
        let written = cursor.name()?;
        let name = folded(&written);
        let mut column = spelled(self.table.child(Kind::Column, name), &written);
        let r#type = clauses::type_text(cursor)?;
        if !r#type.is_empty() {
            column.set(Attr::Type, Some(Value::sql(r#type)));
        }
        let at = self.objects.len();
        self.objects.push((column.clone(), start));
        while !cursor.is_done() && !cursor.sees(",") {
            self.column_constraint(cursor, &mut column, name)?;
        }
        if let Some(place) = self.objects.get_mut(at) {
            place.0 = column;
        }
        Ok(())
    }

    fn column_constraint(&mut self, cursor: &mut Cursor, column: &mut Object, name: Name) -> Result<(), Fault> {
        let start = cursor.peek().map_or(0, |token| token.start);
        let given = clauses::given_name(cursor)?;
        let empty = given.is_some() && (cursor.is_done() || cursor.sees(","));
        if empty || clauses::column_fact(cursor, column)? {
            return Ok(());
        }
        let part = self.key_of_column(cursor, given, name)?;
        self.key_on_column |= part.key.kind == Kind::PrimaryKey;
        self.objects.push((part, start));
        Ok(())
    }

    /// The constraints on a column that are parts of their own.
    fn key_of_column(&self, cursor: &mut Cursor, given: Given, name: Name) -> Result<Object, Fault> {
        let alone = Value::Names(vec![name]);
        if cursor.eat(&["primary", "key"]) {
            let descending = cursor.eat(&["desc"]);
            cursor.eat(&["asc"]);
            let elements = Value::Parts(vec![Part { descending, ..Part::column(name) }]);
            let key = self.constraint(Kind::PrimaryKey, given);
            let key = if descending { key.with(Attr::Parts, elements) } else { key.with(Attr::Columns, alone) };
            let key = key.with_some(Attr::OnConflict, clauses::on_conflict(cursor)?);
            return Ok(key.with_flag(Attr::AutoIncrement, cursor.eat(&["autoincrement"])));
        }
        if cursor.eat(&["unique"]) {
            let key = self.constraint(Kind::Unique, given).with(Attr::Columns, alone);
            return Ok(key.with_some(Attr::OnConflict, clauses::on_conflict(cursor)?));
        }
        if cursor.sees("references") {
            let key = self.constraint(Kind::ForeignKey, given).with(Attr::Columns, alone);
            return clauses::references(cursor, key);
        }
        self.check(cursor, given)?.ok_or_else(|| cursor.fault("this is no column constraint that is known"))
    }

    pub fn table_constraint(&mut self, cursor: &mut Cursor) -> Result<(), Fault> {
        let start = cursor.peek().map_or(0, |token| token.start);
        let given = clauses::given_name(cursor)?;
        let named = given.is_some();
        let part = if cursor.eat(&["primary", "key"]) {
            Some(self.keyed(Kind::PrimaryKey, given, cursor)?)
        } else if cursor.eat(&["unique"]) {
            Some(self.keyed(Kind::Unique, given, cursor)?)
        } else if cursor.eat(&["foreign", "key"]) {
            let columns = clauses::name_list(&cursor.parenthesised()?)?;
            let key = self.constraint(Kind::ForeignKey, given).with(Attr::Columns, Value::Names(columns));
            Some(clauses::references(cursor, key)?)
        } else {
            self.check(cursor, given)?
        };
        match part {
            Some(part) => self.objects.push((part, start)),
            // The engine reads a name with nothing after it and forgets it.
            None if named => {}
            None => return Err(cursor.fault("this is no table constraint that is known")),
        }
        Ok(())
    }

    fn check(&self, cursor: &mut Cursor, given: Given) -> Result<Option<Object>, Fault> {
        if !cursor.eat(&["check"]) {
            return Ok(None);
        }
        let expression = cursor.parenthesised()?.rest_text();
        // The conflict clause of a CHECK is read and has no effect (sqlite.org/lang_conflict.html).
        clauses::on_conflict(cursor)?;
        Ok(Some(self.constraint(Kind::Check, given).with(Attr::Expression, Value::sql(expression))))
    }

    /// A primary key or unique constraint over a list.
    fn keyed(&self, kind: Kind, given: Given, cursor: &mut Cursor) -> Result<Object, Fault> {
        let list = cursor.parenthesised()?;
        let counts = list.rest().last().is_some_and(|token| token.is("autoincrement"));
        let mut parts = Vec::new();
        for item in list.items() {
            parts.push(clauses::element(item)?);
        }
        let plain = parts.iter().all(|part| part.collation.is_none() && !part.descending && part.name().is_some());
        let columns: Vec<Name> = parts.iter().filter_map(Part::name).collect();
        let object = self.constraint(kind, given).with_flag(Attr::AutoIncrement, counts);
        let object = if plain { object.with(Attr::Columns, Value::Names(columns)) } else { object.with(Attr::Parts, Value::Parts(parts)) };
        Ok(object.with_some(Attr::OnConflict, clauses::on_conflict(cursor)?))
    }

    fn constraint(&self, kind: Kind, given: Given) -> Object {
        Object::new(self.table.child(kind, Name::NONE)).with_some(Attr::Spelling, given.map(Value::text))
    }

    /// `PRIMARY KEY (x DESC)` after the columns makes an INTEGER column another name of the rowid, whatever it says of
    /// order; on the column it does not (sqlite.org/lang_createtable.html, section 5).
    pub fn settle_key(&mut self, table: &Object) {
        if table.has(Attr::WithoutRowid) || self.key_on_column {
            return;
        }
        let integers: Vec<Name> = self
            .objects
            .iter()
            .filter(|(object, _)| object.text(Attr::Type).is_some_and(|r#type| r#type.eq_ignore_ascii_case("integer")))
            .map(|(object, _)| object.key.name)
            .collect();
        for (key, _) in self.objects.iter_mut().filter(|(object, _)| object.key.kind == Kind::PrimaryKey) {
            let alias = match key.parts(Attr::Parts) {
                [part] if part.collation.is_none() => part.name().filter(|name| integers.contains(name)),
                _ => None,
            };
            if let Some(name) = alias {
                key.set(Attr::Parts, None);
                key.set(Attr::Columns, Some(Value::Names(vec![name])));
            }
        }
    }
}

/// Whether a table constraint comes next: these words cannot name a column without quotes.
pub fn starts_constraint(cursor: &Cursor) -> bool {
    ["constraint", "unique", "check"].iter().any(|word| cursor.sees(word))
        || cursor.sees_all(&["primary", "key"])
        || cursor.sees_all(&["foreign", "key"])
}
