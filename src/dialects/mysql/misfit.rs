//! Names, values and keys of a statement that do not fit what is there: the server tells them before it looks at a row (MySQL Reference
//! Manual, CREATE TABLE; FOREIGN KEY Constraints; Trigger Syntax).

use super::canonical::named;
use super::family::Family;
use super::lex;
use super::pieces;
use super::types::{self, Class};
use crate::base::Name;
use crate::ir::{Attr, Guard, Key, Kind, Object, Op, Schema, Value, Written};

/// Why the server refuses the effects of one statement, one line each. What is made only where it is not there yet has none.
pub fn misfits(sql: &str, ops: &[Op], state: &Schema<Written>, family: &Family) -> Vec<String> {
    let lower = sql.to_lowercase();
    if lower.contains("if exists") || lower.contains("if not exists") {
        return Vec::new();
    }
    let site = Site { ops, state, family };
    let words = lex::tokens(sql, family);
    // MariaDB drops a check as it does every constraint (MariaDB, ALTER TABLE, DROP CONSTRAINT).
    let other = family.sequences && words.windows(2).any(|pair| pair[0].is("drop") && pair[1].is("check"));
    let told = other.then(|| "MariaDB knows no DROP CHECK: say DROP CONSTRAINT".to_string());
    told.into_iter().chain(ops.iter().filter_map(|op| site.op(op))).collect()
}

/// The effects of a statement, and the schema before it.
struct Site<'a> {
    ops: &'a [Op],
    state: &'a Schema<Written>,
    family: &'a Family,
}

impl Site<'_> {
    fn op(&self, op: &Op) -> Option<String> {
        pieces::misfit(op, self.ops, self.state, self.family).or_else(|| self.one(op))
    }

    fn one(&self, op: &Op) -> Option<String> {
        match op {
            Op::Create { object, guard: Guard::Strict } => match object.key.kind {
                Kind::Column => self.column(object.key).or_else(|| self.beside(object.key, object.text(Attr::Position)?)),
                Kind::Check => self.reads(object.key, object.text(Attr::Expression)?),
                Kind::ForeignKey => self.foreign_key(object),
                Kind::Index => twice(object).or_else(|| {
                    pieces::wordless(object, |column| self.said(column, Attr::Type).map(|text| types::canonical(text, self.family)))
                }),
                Kind::Trigger => self.rows(object),
                _ => None,
            },
            Op::Set { key, attr: Attr::Position, value: Some(Value::Text(place)) } if key.kind == Kind::Column => self.beside(*key, place),
            Op::Set { key, attr: Attr::Type, value: Some(_) } if key.kind == Kind::Column => self.column(*key),
            _ => None,
        }
    }

    /// What a column's definition says of a fact after the statement.
    fn said(&self, column: Key, attr: Attr) -> Option<&str> {
        let found = self.ops.iter().rev().find_map(|op| match op {
            Op::Create { object, .. } if object.key == column => Some(object.text(attr)),
            Op::Set { key, attr: set, value } if *key == column && *set == attr => Some(match value {
                Some(Value::Sql(fragment)) => Some(&*fragment.text),
                Some(Value::Text(text)) => Some(text),
                _ => None,
            }),
            _ => None,
        });
        found.unwrap_or_else(|| self.state.get(self.state.resolve(column)?)?.text(attr))
    }

    /// Whether a flag of a column is set by the statement.
    fn flags(&self, column: Key, wanted: Attr) -> bool {
        self.ops.iter().any(|op| match op {
            Op::Create { object, .. } => object.key == column && object.has(wanted),
            Op::Set { key, attr, value } => *key == column && *attr == wanted && value.is_some(),
            _ => false,
        })
    }

    /// Whether a table has the column before or after the statement; a table whose columns are not known has each.
    fn has(&self, table: Key, name: &str) -> bool {
        let there = self.state.columns(table);
        let made = self.ops.iter().any(|op| match op {
            Op::Create { object, .. } => object.key.kind == Kind::Column && object.key.name.as_str().eq_ignore_ascii_case(name),
            Op::Rename { to, .. } => to.as_str().eq_ignore_ascii_case(name),
            Op::Copy { .. } => true,
            _ => false,
        });
        let fresh = self.ops.iter().any(|op| matches!(op, Op::Create { object, .. } if object.key == table));
        made || (there.is_empty() && !fresh) || there.iter().any(|column| column.key.name.as_str().eq_ignore_ascii_case(name))
    }

    fn beside(&self, column: Key, place: &str) -> Option<String> {
        let name = place.strip_prefix("after ")?;
        let table = column.relation()?;
        (!self.has(table, name)).then(|| format!("{table} has no column {name}"))
    }

    /// The columns that an expression of a table reads.
    fn reads(&self, part: Key, text: &str) -> Option<String> {
        let table = part.relation()?;
        let missing = named(text, self.family).into_iter().find(|name| !self.has(table, name))?;
        Some(format!("{table} has no column {missing}"))
    }

    fn column(&self, column: Key) -> Option<String> {
        let texts = [Attr::Generated, Attr::Expression].into_iter().filter_map(|attr| self.said(column, attr));
        if let Some(fault) = texts.into_iter().find_map(|text| self.reads(column, text)) {
            return Some(fault);
        }
        let default = self.said(column, Attr::Default);
        if self.flags(column, Attr::NotNull) && default.is_some_and(|text| text.eq_ignore_ascii_case("null")) {
            return Some(format!("{column} takes no NULL, and NULL is its default"));
        }
        let class = types::class(&types::canonical(self.said(column, Attr::Type)?, self.family));
        let quoted = default.filter(|text| text.starts_with('\'') && !text.bytes().any(|byte| byte.is_ascii_digit()));
        if let Some(text) = quoted.filter(|_| matches!(class, Class::Integer | Class::Decimal | Class::Float)) {
            return Some(format!("{text} is no value of {column}"));
        }
        self.flags(column, Attr::AutoIncrement).then(|| self.counted(column))?
    }

    /// A column that counts is in a key, and the only one of its table that does.
    fn counted(&self, column: Key) -> Option<String> {
        let table = column.relation()?;
        let counts = |one: &&Object| one.has(Attr::AutoIncrement) && !one.key.name.as_str().eq_ignore_ascii_case(column.name.as_str());
        if let Some(other) = self.state.columns(table).into_iter().find(counts) {
            return Some(format!("{} counts already: a table has one such column", other.key));
        }
        let made = self.ops.iter().filter_map(|op| match op {
            Op::Create { object, .. } => Some(object),
            _ => None,
        });
        let kinds = [Kind::PrimaryKey, Kind::Index, Kind::Unique];
        let there = kinds.iter().flat_map(|kind| self.state.parts(table, *kind));
        let keyed = made.filter(|object| kinds.contains(&object.key.kind)).chain(there).any(|key| columns_of(key).contains(&column.name));
        (!keyed).then(|| format!("{column} counts, and no key has it"))
    }

    fn foreign_key(&self, object: &Object) -> Option<String> {
        let asked = object.key_of(Attr::References)?;
        let own = object.key.relation()?;
        let made = |op: &Op| matches!(op, Op::Create { object, .. } if object.key.kind == Kind::Table && object.key.name == asked.name);
        if !asked.namespace.is_none() || asked == own || self.ops.iter().any(made) {
            return None;
        }
        let Some(target) = self.state.resolve(asked) else { return Some(format!("{asked}, which it refers to, is not there")) };
        let wanted = object.names(Attr::ReferencedColumns);
        let keys =
            [Kind::PrimaryKey, Kind::Index, Kind::Unique, Kind::ForeignKey].into_iter().flat_map(|kind| self.state.parts(target, kind));
        if !wanted.is_empty() && !keys.into_iter().any(|key| columns_of(key).starts_with(wanted)) {
            return Some(format!("no key of {target} starts with the columns that {} refers to", object.key));
        }
        object.names(Attr::Columns).iter().zip(wanted).find_map(|(one, two)| {
            let (one, two) = (own.child(Kind::Column, *one), target.child(Kind::Column, *two));
            let kind = |column: Key| self.said(column, Attr::Type).map(|text| types::canonical(text, self.family));
            let (left, right) = (kind(one)?, kind(two)?);
            (!alike(&left, &right)).then(|| format!("{one} is {left} and {two} is {right}: a foreign key is over the same types"))
        })
    }

    /// NEW and OLD stand for a row of the trigger's table.
    fn rows(&self, trigger: &Object) -> Option<String> {
        let table = self.state.resolve(trigger.key.relation()?).filter(|key| key.kind == Kind::Table)?;
        let words = lex::tokens(trigger.text(Attr::Body)?, self.family);
        let read = words.windows(3).filter(|words| (words[0].is("new") || words[0].is("old")) && words[1].is("."));
        let missing = read.map(|words| words[2].content()).find(|name| !self.has(table, name))?;
        Some(format!("{table} has no column {missing}"))
    }
}

/// The columns of a key, in their order.
fn columns_of(key: &Object) -> Vec<Name> {
    let parts = key.parts(Attr::Parts).iter().filter_map(|part| part.name());
    key.names(Attr::Columns).iter().copied().chain(parts).collect()
}

fn twice(index: &Object) -> Option<String> {
    let columns = columns_of(index);
    let again = columns.iter().enumerate().find(|(at, name)| columns[..*at].contains(name)).map(|(_, name)| name)?;
    Some(format!("{} names {again} twice", index.key))
}

/// Whether a foreign key may be over columns of these types: numbers of one size and sign, texts of any length.
fn alike(one: &str, two: &str) -> bool {
    let (left, right) = (types::class(one), types::class(two));
    if left == Class::Integer && right == Class::Integer {
        let [one, two] = [one, two].map(types::parts);
        return (one.base, one.unsigned) == (two.base, two.unsigned);
    }
    left == right || left == Class::Other || right == Class::Other || !(left == Class::Integer || right == Class::Integer)
}
