//! Indexes that fields and sets of fields bring along, by Django's own hand or the server's.

use std::sync::Arc;

use super::columns::Column;
use super::elements::Made;
use super::field::Field;
use super::flavor::Engine;
use super::names;
use super::table::Builder;
use super::taste::Shape;

impl Builder<'_> {
    /// InnoDB makes an index for a foreign key where none starts with its column, named like the constraint
    /// (MySQL manual, FOREIGN KEY Constraints).
    pub(super) fn implied_index(&mut self, field: &Field, column: &Column, name: &str) {
        if field.unique() || self.is_key_column(&column.name) {
            return;
        }
        let columns = vec![column.name.clone()];
        let mut live = self.context.taste.index(&self.table.name, &columns, Shape::Plain, &self.given);
        if self.starts_another(&column.name) {
            // Django makes the key an index before it removes one that starts with it, and leaves it there when the next
            // one comes (django/db/backends/mysql/schema.py, `_create_missing_fk_index`).
            let kept = names::index_name(&self.table.name, &[&column.name], "", self.engine().name_length());
            live = live.filter(|live| *live == kept || live == name);
            if live.is_none() {
                return;
            }
        }
        if live.is_none() && self.context.taste.starts_index(&self.table.name, &column.name) {
            return;
        }
        let name = live.unwrap_or_else(|| name.to_string());
        self.constraints.push(format!("KEY {} ({})", self.quote(&name), self.quote(&column.name)));
    }

    /// Whether another index of the model starts with the column; the server then drops its own again.
    fn starts_another(&self, column: &str) -> bool {
        let options = &self.model.options;
        let together = options.unique_together.iter().chain(&options.index_together).filter_map(|fields| fields.first().cloned());
        let elements = self.elements_of(None);
        let indexes = options.indexes.iter().filter(|element| elements.index(element) != Made::Nothing);
        let constraints = options.constraints.iter().filter(|element| elements.constraint(element) != Made::Nothing);
        let listed = indexes.chain(constraints).filter_map(|element| element.call()?.keyword("fields")?.strings()?.first().cloned());
        together.chain(listed).any(|first| self.model.column_of(first.trim_start_matches('-')) == column)
    }

    pub(super) fn is_key_column(&self, column: &str) -> bool {
        self.model.key_columns().first().is_some_and(|first| first == column)
    }

    /// The index of `db_index`, and PostgreSQL's second one for patterns.
    pub(super) fn field_indexes(&mut self, field: &Field, column: &Column) {
        let engine = self.engine();
        let constrained = field.is_key() && self.constrains(field);
        let text = engine.is_mysql() && ["longtext", "longblob", "json"].contains(&column.data_type.as_str());
        let carried = engine.is_mysql() && constrained;
        let indexed = field.indexed() && !field.unique() && !text && !carried;
        let name = names::index_name(&self.table.name, &[&column.name], "", engine.name_length());
        if indexed {
            self.plain_index(&column.name, &name, Shape::Plain, "");
        }
        if engine == Engine::Postgres && (field.indexed() || field.unique()) {
            let class = match column.data_type.as_str() {
                kind if kind.contains('[') => return,
                kind if kind.starts_with("varchar") => " varchar_pattern_ops",
                kind if kind.starts_with("text") => " text_pattern_ops",
                _ => return,
            };
            let like = names::index_name(&self.table.name, &[&column.name], "_like", engine.name_length());
            // What becomes a text by AlterField and has an index already gets none, as a key, nor does what refers to it
            // (django/db/backends/postgresql/schema.py, `_alter_field`).
            let live = self.context.taste.index(&self.table.name, std::slice::from_ref(&column.name), Shape::Pattern, &self.given);
            let taken_over = field.is_key() || self.is_key_column(&column.name);
            let stands = self.context.taste.has_column(&self.table.name, &column.name);
            if live.is_none() && (taken_over && stands || field.patternless) {
                let why = "Django makes none where AlterField makes a key or an indexed column a text, nor for what refers to it";
                self.table.tolerated.push(format!("the index {like} for patterns of {} is not there: {why}", column.name));
                return;
            }
            self.plain_index(&column.name, &like, Shape::Pattern, class);
        }
    }

    pub(super) fn plain_index(&mut self, column: &str, name: &str, shape: Shape, class: &str) {
        let live = self.context.taste.index(&self.table.name, &[column.to_string()], shape, &self.given);
        let name = live.unwrap_or_else(|| name.to_string());
        self.after.push(format!("CREATE INDEX {} ON {} ({}{class})", self.quote(&name), self.quoted, self.quote(column)));
    }

    pub(super) fn together(&mut self) {
        for fields in &self.model.options.unique_together {
            if !self.knows(fields) {
                continue;
            }
            let columns: Vec<String> = fields.iter().map(|field| self.model.column_of(field)).collect();
            if !self.tells(&columns) {
                continue;
            }
            let name = self.together_name(&columns, "_uniq");
            self.unique(columns, Some(name));
        }
        for fields in &self.model.options.index_together {
            if !self.knows(fields) {
                continue;
            }
            let columns: Vec<String> = fields.iter().map(|field| self.model.column_of(field)).collect();
            if !self.tells(&columns) {
                continue;
            }
            let own = self.together_name(&columns, "_idx");
            let live = self.context.taste.index(&self.table.name, &columns, Shape::Plain, &self.given);
            // Since Django 5.1 AlterIndexTogether makes nothing, and SQLite loses the index with the next remaking of the table.
            if live.is_none() && self.context.flavor.at_least(5, 1) && self.context.taste.has_table(&self.table.name) {
                let why = "since Django 5.1 AlterIndexTogether makes nothing";
                self.table.tolerated.push(format!("the index {own} of index_together is not there: {why}"));
                continue;
            }
            let name = live.unwrap_or(own);
            self.after.push(format!("CREATE INDEX {} ON {} ({})", self.quote(&name), self.quoted, self.listed(&columns)));
        }
    }

    /// Whether a model that is not known whole has all of these fields; where it lacks one, that is said.
    fn knows(&mut self, fields: &[Arc<str>]) -> bool {
        let lacking = fields.iter().find(|field| self.model.gaps.partial && self.model.field(field).is_none() && &***field != "_order");
        if let Some(field) = lacking {
            let why = format!("its constraint on {} cannot be told: the field {field} is not known", fields.join(", "));
            self.table.unknown.push((String::new(), why, self.model.span));
        }
        lacking.is_none()
    }

    fn together_name(&self, columns: &[String], suffix: &str) -> String {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        names::index_name(&self.table.name, &columns, suffix, self.engine().name_length())
    }
}
