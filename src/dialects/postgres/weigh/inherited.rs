//! What the server refuses where relations take columns and constraints from others (manual, Inheritance; Table Partitioning,
//! Limitations; ALTER TABLE, ONLY).

use super::{handed_down, words};
use crate::base::Name;
use crate::dialects::postgres::canonical::partition_key;
use crate::dialects::postgres::types;
use crate::ir::inheritance::{descends, parents_of};
use crate::ir::op::Copy;
use crate::ir::{Attr, Key, Kind, Object, Op, Schema, Written};

/// A statement, and the schema before it.
pub struct Site<'a> {
    state: &'a Schema<Written>,
    /// It says ONLY: it changes a relation without those below.
    only: bool,
    /// It makes a primary key, whose columns it makes NOT NULL.
    keyed: bool,
}

impl<'a> Site<'a> {
    pub fn new(sql: &str, ops: &[Op], state: &'a Schema<Written>) -> Site<'a> {
        let head = sql.char_indices().nth(200).map_or(sql, |(end, _)| &sql[..end]);
        let keyed = ops.iter().any(|op| matches!(op, Op::Create { object, .. } if object.key.kind == Kind::PrimaryKey));
        Site { state, only: handed_down::says_only(&words(head)), keyed }
    }

    /// Why the server refuses an effect of the statement.
    pub fn refusal(&self, op: &Op) -> Option<String> {
        match op {
            Op::Create { object, .. } => self.made(object),
            Op::Adopt { constraint, index } => {
                let table = self.table(constraint.key)?;
                if is_partitioned(table) {
                    return Some(format!("{} is partitioned: a key of it takes over no index", table.key));
                }
                let index = self.state.get(table.key.child(Kind::Index, *index))?;
                self.keyless_child(constraint, table, &columns(index))
            }
            Op::Set { key, attr: Attr::Type, .. } | Op::SetOnly { key, attr: Attr::Type, .. } => self.on_all_levels(*key),
            Op::SetOnly { key, attr: Attr::NotNull, value: Some(_) } => self.required_alone(*key),
            Op::Set { key, attr: Attr::NotNull, value: None } | Op::SetOnly { key, attr: Attr::NotNull, value: None } => {
                self.still_required(*key)
            }
            Op::Drop { key, .. } => self.gone(*key),
            Op::Rename { key, .. } => self.on_all_levels(*key),
            Op::Copy { table, source, how: how @ (Copy::Inherit | Copy::Partition) } => self.child(*table, *source, *how),
            _ => None,
        }
    }

    /// The table of a part, where it was there before.
    fn table(&self, part: Key) -> Option<&'a Object> {
        self.state.get(self.state.resolve(part.relation()?)?)
    }

    fn heirs(&self, table: &Object) -> impl Iterator<Item = &'a Object> {
        self.state.heirs(table.key).map(|(heir, _)| heir)
    }

    /// The same part of another relation.
    fn beside(&self, part: Key, table: &Object) -> Option<&'a Object> {
        self.state.get(Key { namespace: table.key.namespace, owner: table.key.name, ..part })
    }

    /// The same part of a relation above, which hands it down.
    fn above(&self, part: Key) -> Option<&'a Object> {
        let parents = parents_of(self.table(part)?).into_iter().filter_map(|parent| self.state.get(self.state.resolve(parent)?));
        parents.filter_map(|parent| self.beside(part, parent)).find(|found| part.kind == Kind::Column || !found.has(Attr::NoInherit))
    }

    fn made(&self, object: &Object) -> Option<String> {
        if let Some(parent) = object.key_of(Attr::PartitionOf).filter(|_| object.key.kind == Kind::Table) {
            let parent = self.state.get(self.state.resolve(parent)?)?;
            return (!is_partitioned(parent)).then(|| format!("{} is not partitioned", parent.key));
        }
        let table = self.table(object.key)?;
        let alone = self.only && self.heirs(table).next().is_some();
        match object.key.kind {
            Kind::Column if table.has(Attr::PartitionOf) && object.has(Attr::Type) => {
                Some(format!("{} is a partition, and its columns are those of the whole", table.key))
            }
            Kind::Column if alone => Some(on_children(table.key)),
            Kind::Column => self.other_type_below(object, table),
            Kind::Check if alone && !object.has(Attr::NoInherit) => Some(on_children(table.key)),
            Kind::ForeignKey if self.only && is_partitioned(table) => Some(on_children(table.key)),
            Kind::PrimaryKey | Kind::Unique => {
                let names = object.names(Attr::Columns);
                without_partition_key(object, table, names).or_else(|| self.keyless_child(object, table, names))
            }
            Kind::Index if object.has(Attr::Unique) => without_partition_key(object, table, &columns(object)),
            _ => None,
        }
    }

    fn other_type_below(&self, column: &Object, table: &Object) -> Option<String> {
        let kind = types::canonical(column.text(Attr::Type)?);
        let mut same = self.heirs(table).filter_map(|heir| self.beside(column.key, heir));
        let other = same.find(|there| there.text(Attr::Type).is_some_and(|text| types::canonical(text) != kind))?;
        Some(format!("{} is there already, of another type than {kind}", other.key))
    }

    /// A primary key that is made on the parent alone, over columns that a child may have NULLs in.
    fn keyless_child(&self, key: &Object, table: &Object, names: &[Name]) -> Option<String> {
        if key.key.kind != Kind::PrimaryKey || !self.only || !(is_partitioned(table) || self.is_newer()) {
            return None;
        }
        let lacks = |name: &Name| self.lacks_below(table.key.child(Kind::Column, *name), table);
        names.iter().any(lacks).then(|| on_children(table.key))
    }

    /// Whether a child may have NULLs in the column.
    fn lacks_below(&self, column: Key, table: &Object) -> bool {
        self.heirs(table).any(|heir| self.beside(column, heir).is_some_and(|own| !own.has(Attr::NotNull)))
    }

    /// NOT NULL on the parent alone. Before version 18, and for a primary key, what the children have already is enough.
    fn required_alone(&self, column: Key) -> Option<String> {
        let table = self.table(column).filter(|table| is_partitioned(table))?;
        if self.beside(column, table).is_none_or(|own| own.has(Attr::NotNull)) {
            return None;
        }
        let always = self.is_newer() && !self.keyed && self.heirs(table).next().is_some();
        (always || self.lacks_below(column, table)).then(|| on_children(table.key))
    }

    /// NOT NULL goes from a column that has it from above; a child of INHERITS is free to do so before version 18.
    fn still_required(&self, column: Key) -> Option<String> {
        let table = self.table(column)?;
        let above = self.above(column).filter(|above| above.has(Attr::NotNull) && !above.has(Attr::NoInherit));
        if let Some(above) = above.filter(|_| table.has(Attr::PartitionOf) || self.is_newer()) {
            return Some(format!("{column} has NOT NULL from {}", above.key));
        }
        let alone = self.only && is_partitioned(table) && !self.is_newer() && self.heirs(table).next().is_some();
        alone.then(|| on_children(table.key))
    }

    fn gone(&self, named: Key) -> Option<String> {
        let part = self.state.get(self.state.resolve(named)?)?;
        let key = part.key;
        if let Some(whole) = part.key_of(Attr::PartitionOf).filter(|_| key.kind != Kind::Table && key.kind != Kind::ForeignTable) {
            return Some(format!("{key} is a part of {whole}, and goes with that alone"));
        }
        if !descends(key.kind) {
            return None;
        }
        if let Some(above) = self.above(key) {
            return Some(format!("{key} comes from {}", above.key));
        }
        let table = self.table(key)?;
        if key.kind == Kind::Column && partition_columns(table).is_some_and(|names| names.contains(&key.name)) {
            return Some(format!("{key} is what {} is partitioned by", table.key));
        }
        let alone = self.only && is_partitioned(table) && !part.has(Attr::NoInherit) && self.heirs(table).next().is_some();
        alone.then(|| on_children(table.key))
    }

    /// A change that is the same on each level, told from the top.
    fn on_all_levels(&self, named: Key) -> Option<String> {
        let part = self.state.get(self.state.resolve(named)?).filter(|part| descends(part.key.kind))?;
        if let Some(above) = self.above(part.key) {
            return Some(format!("{} comes from {}: change that", part.key, above.key));
        }
        let table = self.table(part.key)?;
        let alone = self.only && !part.has(Attr::NoInherit) && self.heirs(table).any(|heir| self.beside(part.key, heir).is_some());
        alone.then(|| on_children(table.key))
    }

    /// A table that is there becomes a child: it must have what it is to take.
    fn child(&self, table: Key, parent: Key, how: Copy) -> Option<String> {
        let [table, parent] = [table, parent].map(|key| self.state.resolve(key).and_then(|key| self.state.get(key)));
        let (table, parent) = (table?, parent?);
        if how == Copy::Partition && !is_partitioned(parent) {
            return Some(format!("{} is not partitioned", parent.key));
        }
        if parents_of(table).contains(&parent.key) {
            return Some(format!("{} has columns from {} already", table.key, parent.key));
        }
        let kind = |column: &Object| column.text(Attr::Type).map(types::canonical);
        for column in self.state.columns(parent.key) {
            let fault = match self.beside(column.key, table) {
                None => "is not there".to_string(),
                Some(own) if kind(own) != kind(column) => format!("is not {}", kind(column)?),
                Some(own) if column.has(Attr::NotNull) && !column.has(Attr::NoInherit) && !own.has(Attr::NotNull) => {
                    "must be NOT NULL".to_string()
                }
                Some(_) => continue,
            };
            let own = table.key.child(Kind::Column, column.key.name);
            return Some(format!("{own} {fault}, as {} has it", column.key));
        }
        let lacks = |check: &&Object| !check.has(Attr::NoInherit) && self.beside(check.key, table).is_none();
        if let Some(check) = self.state.parts(parent.key, Kind::Check).find(lacks) {
            return Some(format!("{} has no check {}, as {} has it", table.key, check.key.name, parent.key));
        }
        let own = self.state.columns(table.key);
        let more = own.iter().find(|own| how == Copy::Partition && self.beside(own.key, parent).is_none())?;
        Some(format!("{} is not in {}", more.key, parent.key))
    }

    /// NOT NULL is a constraint that is handed down from version 18 on.
    fn is_newer(&self) -> bool {
        self.state.server.is_some_and(|server| server.since(18, 0, 0))
    }
}

fn columns(index: &Object) -> Vec<Name> {
    index.parts(Attr::Parts).iter().filter_map(|part| part.name()).collect()
}

fn is_partitioned(table: &Object) -> bool {
    table.has(Attr::PartitionBy)
}

fn on_children(table: Key) -> String {
    format!("the children of {table} need it too: leave ONLY away")
}

/// The columns by which a table is cut; none where it is not, or by an expression.
fn partition_columns(table: &Object) -> Option<Vec<Name>> {
    let (_, elements) = table.text(Attr::PartitionBy).and_then(partition_key)?;
    let name = |element: &String| match element.split([' ', '(']).next() {
        Some(quoted) if quoted.starts_with('"') => Some(Name::new(element.split('"').nth(1)?)),
        Some(word) if word.len() == element.len() || element[word.len()..].starts_with(' ') => Some(Name::new(word)),
        _ => None,
    };
    elements.iter().map(name).collect()
}

/// Each piece has an index of its own, so that a key holds for the whole only with the columns by which it is cut.
fn without_partition_key(key: &Object, table: &Object, columns: &[Name]) -> Option<String> {
    let lacks = partition_columns(table)?.into_iter().find(|name| !columns.contains(name) && !columns.is_empty())?;
    Some(format!("{} must have column {lacks}, by which {} is partitioned", described(key), table.key))
}

fn described(key: &Object) -> String {
    if key.key.name.is_none() { format!("a {}", key.key.kind.spec().noun) } else { key.key.to_string() }
}
