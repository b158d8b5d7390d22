//! Tables: what the schema editor would have made of a model, as the statements of its dialect.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::columns::{Column, Context};
use super::elements::{Elements, Made, implied_index_name};
use super::expression::{Truth, Writer};
use super::field::Field;
use super::flavor::Engine;
use super::kinds::Shape as Form;
use super::many;
use super::names;
use super::state::{Element, Model};
use super::taste::Shape;
use super::value::Value;
use crate::base::Span;
use crate::ir::{Attr, Kind};

/// A table as SQL, with what could not be told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub name: String,
    pub sql: Vec<String>,
    /// Where each column was declared.
    pub spans: BTreeMap<String, Span>,
    pub span: Option<Span>,
    /// Facts of columns that could not be told.
    pub unseen: Vec<(String, Attr)>,
    /// Columns that could not be told at all, and why.
    pub hidden: Vec<(String, String, Span)>,
    /// Indexes and constraints that could not be told, by name, and why.
    pub unknown: Vec<(String, String, Span)>,
    /// What the model has and the live table rightly lacks.
    pub tolerated: Vec<String>,
    /// Facts of the table itself of which the model says nothing.
    pub has_comment: bool,
    pub commented: Vec<String>,
    /// Its class is not Django's own and may add columns that are not told.
    pub open: bool,
}

/// Puts the statements of one table together.
pub(super) struct Builder<'a> {
    pub(super) context: Context<'a>,
    pub(super) model: &'a Model,
    pub(super) table: Table,
    /// The table's name, quoted and qualified.
    pub(super) quoted: String,
    columns: Vec<String>,
    pub(super) constraints: Vec<String>,
    pub(super) after: Vec<String>,
    /// Names that are given by the model's author, or by Django to what the author lists.
    pub(super) given: Vec<String>,
}

/// The model's own table and the tables of its many-to-many fields.
pub fn tables(context: Context<'_>, model: &Model) -> Vec<Table> {
    if context.state.is_swapped(model) {
        return Vec::new();
    }
    let mut out = Vec::new();
    if model.has_table() {
        out.push(own_table(context, model));
    }
    for field in model.fields.iter().filter(|field| field.is_many()) {
        if let Some(table) = many::many_table(context, model, field) {
            out.push(table);
        }
    }
    out
}

pub(super) fn own_table(context: Context<'_>, model: &Model) -> Table {
    let mut builder = Builder::of(context, model, model.table(context.engine()), model.span);
    for element in model.options.indexes.iter().chain(&model.options.constraints) {
        let implied = || implied_index_name(model, element, context.engine());
        builder.given.extend(element.name.as_deref().map(str::to_string).or_else(implied));
    }
    for field in model.fields.iter().filter(|field| field.has_column()) {
        builder.field(field);
    }
    builder.order_column();
    builder.key();
    builder.together();
    builder.elements();
    builder.comment();
    builder.finish()
}

impl<'a> Builder<'a> {
    fn of(context: Context<'a>, model: &'a Model, name: String, span: Span) -> Builder<'a> {
        let engine = context.engine();
        let namespace = context.taste.namespace;
        let qualified = engine == Engine::Postgres && !namespace.is_none();
        let quoted = if qualified { format!("{}.{}", engine.quote(namespace.as_str()), engine.quote(&name)) } else { engine.quote(&name) };
        let table = Table { name, span: Some(span), ..Table::default() };
        Builder { context, model, table, quoted, columns: Vec::new(), constraints: Vec::new(), after: Vec::new(), given: Vec::new() }
    }

    pub(super) fn engine(&self) -> Engine {
        self.context.engine()
    }

    pub(super) fn quote(&self, name: &str) -> String {
        self.engine().quote(name)
    }

    /// A qualified name of another table.
    fn other(&self, table: &str) -> String {
        let namespace = self.context.taste.namespace;
        match self.engine() {
            Engine::Postgres if !namespace.is_none() => format!("{}.{}", self.quote(namespace.as_str()), self.quote(table)),
            _ => self.quote(table),
        }
    }

    fn field(&mut self, field: &Field) {
        // What is not known whole may have its key from what is not known.
        let implied = self.model.gaps.partial && field.shape() == Some(Form::Auto) && field.span == self.model.span;
        let taste = self.context.taste;
        if implied && taste.has_table(&self.table.name) && !taste.has_column(&self.table.name, &field.column()) {
            self.table.hidden.push((field.column(), format!("{}: its key may come from what is not known", field.name), field.span));
            return;
        }
        let column = match self.context.column(self.model, field, &self.table.name) {
            Ok(column) => column,
            Err(why) => {
                self.table.hidden.push((field.column(), format!("{}: {why}", field.name), field.span));
                return;
            }
        };
        self.table.spans.insert(column.name.clone(), field.span);
        self.table.unseen.extend(column.unseen.iter().map(|attr| (column.name.clone(), *attr)));
        let mut text = format!("{} {}", self.quote(&column.name), self.serial(field, &column));
        if self.engine() == Engine::Sqlite && field.shape() == Some(Form::Auto) {
            text += " PRIMARY KEY AUTOINCREMENT";
        }
        if self.engine().is_mysql()
            && let Some(comment) = &column.comment
        {
            text += &format!(" COMMENT {}", self.engine().literal(comment));
        }
        if let Some(check) = &column.check {
            self.column_check(&column, check, &mut text);
        }
        self.columns.push(text);
        self.comment_on_column(&column);
        if field.unique() && !field.primary_key() {
            self.unique(vec![column.name.clone()], None);
        }
        if field.is_key() {
            self.foreign_key(field, &column);
        }
        self.field_indexes(field, &column);
    }

    /// Before Django 4.1 a key is `serial`.
    fn serial(&self, field: &Field, column: &Column) -> String {
        let serial = self.engine() == Engine::Postgres
            && field.shape() == Some(Form::Auto)
            && !self.context.flavor.at_least(4, 1)
            && !self.context.taste.counts(&self.table.name, &column.name);
        let name = match column.data_type.as_str() {
            "bigint" => "bigserial",
            "smallint" => "smallserial",
            _ => "serial",
        };
        if serial { column.definition.replacen(&column.data_type, name, 1) } else { column.definition.clone() }
    }

    fn column_check(&mut self, column: &Column, check: &str, text: &mut String) {
        match self.context.taste.check(&self.table.name, check) {
            // MariaDB keeps the check of a column's definition with the column, and the one of an AlterField with the table.
            Some(name) if self.engine() != Engine::Sqlite => {
                let name = self.quote(&name);
                self.constraints.push(format!("CONSTRAINT {name} CHECK ({check})"));
            }
            // MariaDB forgets it when the column is modified; an unsigned type says the same.
            None if self.engine() == Engine::Mariadb && self.context.taste.is_unchecked(&self.table.name, &column.name) => {
                let why = "MariaDB forgets it when the column is modified, and the unsigned type says the same";
                self.table.tolerated.push(format!("the check {check} of {} is not there: {why}", column.name));
            }
            _ if self.engine() == Engine::Postgres => {
                let name = self.quote(&names::server_name(&self.table.name, &column.name, "check"));
                self.constraints.push(format!("CONSTRAINT {name} CHECK ({check})"));
            }
            _ => *text += &format!(" CHECK ({check})"),
        }
    }

    fn comment_on_column(&mut self, column: &Column) {
        let Some(comment) = &column.comment else { return };
        self.table.commented.push(column.name.clone());
        if self.engine() == Engine::Postgres {
            let literal = self.engine().literal(comment);
            self.after.push(format!("COMMENT ON COLUMN {}.{} IS {literal}", self.quoted, self.quote(&column.name)));
        }
    }

    fn order_column(&mut self) {
        if self.model.options.order_with_respect_to.is_some() && self.model.field("_order").is_none() {
            self.columns.push(format!("{} integer NOT NULL", self.quote("_order")));
        }
    }

    fn key(&mut self) {
        let columns = self.model.key_columns();
        let inline = self.engine() == Engine::Sqlite && self.model.key_field().is_some_and(|field| field.shape() == Some(Form::Auto));
        if columns.is_empty() || inline || !self.tells(&columns) {
            return;
        }
        let listed = self.listed(&columns);
        let name = match self.engine() {
            Engine::Postgres => {
                let live = self.context.taste.constraint(&self.table.name, Kind::PrimaryKey, &columns);
                let name = live.unwrap_or_else(|| names::server_name(&self.table.name, "", "pkey"));
                format!("CONSTRAINT {} ", self.quote(&name))
            }
            _ => String::new(),
        };
        self.constraints.push(format!("{name}PRIMARY KEY ({listed})"));
    }

    /// Whether all of these columns could be told; what stands on one that could not is not written either.
    pub(super) fn tells(&self, columns: &[String]) -> bool {
        !self.table.hidden.iter().any(|(hidden, _, _)| columns.contains(hidden))
    }

    /// A column that could not be told and that a text speaks of.
    fn hidden_in(&self, text: &str) -> Option<String> {
        let mut hidden = self.table.hidden.iter().map(|(column, _, _)| column);
        hidden.find(|column| text.contains(&self.quote(column))).cloned()
    }

    pub(super) fn listed(&self, columns: &[String]) -> String {
        columns.iter().map(|column| self.quote(column)).collect::<Vec<_>>().join(", ")
    }

    /// A unique constraint of columns; `name` where Django names it, else the server does.
    pub(super) fn unique(&mut self, columns: Vec<String>, name: Option<String>) {
        let listed = self.listed(&columns);
        let taste = self.context.taste;
        match self.engine() {
            Engine::Sqlite if name.is_some() => {
                let name = name.unwrap_or_default();
                let name = taste.index(&self.table.name, &columns, Shape::Unique, &self.given).unwrap_or(name);
                self.after.push(format!("CREATE UNIQUE INDEX {} ON {} ({listed})", self.quote(&name), self.quoted));
            }
            Engine::Sqlite => self.constraints.push(format!("UNIQUE ({listed})")),
            Engine::Postgres => {
                let live = taste.constraint(&self.table.name, Kind::Unique, &columns).filter(|name| !self.given.contains(name));
                let own = name.unwrap_or_else(|| names::server_name(&self.table.name, &columns.join("_"), "key"));
                self.constraints.push(format!("CONSTRAINT {} UNIQUE ({listed})", self.quote(&live.unwrap_or(own))));
            }
            Engine::Mysql | Engine::Mariadb => {
                let live = taste.index(&self.table.name, &columns, Shape::Unique, &self.given);
                let own = name.or_else(|| columns.first().cloned()).unwrap_or_default();
                self.constraints.push(format!("UNIQUE KEY {} ({listed})", self.quote(&live.unwrap_or(own))));
            }
        }
    }

    /// Whether a key is constrained: where a table is not InnoDB's, the server makes nothing of a foreign key (MySQL manual,
    /// FOREIGN KEY Constraints).
    pub(super) fn constrains(&self, field: &Field) -> bool {
        let wanted = field.argument("db_constraint").and_then(Value::bool).unwrap_or(true);
        wanted && !(self.engine().is_mysql() && self.context.taste.ignores_keys(&self.table.name))
    }

    fn foreign_key(&mut self, field: &Field, column: &Column) {
        let wanted = self.constrains(field);
        let Ok((target, referred)) = self.context.referred(&self.model.key(), field) else { return };
        if !wanted || !field.is_key() {
            return;
        }
        let (table, to) = (target.table(self.engine()), referred.column());
        let columns = vec![column.name.clone()];
        let live = self.context.taste.constraint(&self.table.name, Kind::ForeignKey, &columns);
        let suffix = format!("_fk_{table}_{to}");
        let own = || names::index_name(&self.table.name, &[&column.name], &suffix, self.engine().name_length());
        let name = live.unwrap_or_else(own);
        let action = database_action(field);
        let (own, to) = (self.quote(&column.name), self.quote(&to));
        let clause = format!("FOREIGN KEY ({own}) REFERENCES {} ({to}){action}", self.other(&table));
        match self.engine() {
            Engine::Sqlite => self.constraints.push(format!("{clause} DEFERRABLE INITIALLY DEFERRED")),
            Engine::Postgres => {
                let name = self.quote(&name);
                self.after.push(format!("ALTER TABLE {} ADD CONSTRAINT {name} {clause} DEFERRABLE INITIALLY DEFERRED", self.quoted));
            }
            Engine::Mysql | Engine::Mariadb => {
                self.implied_index(field, column, &name);
                let name = self.quote(&name);
                self.after.push(format!("ALTER TABLE {} ADD CONSTRAINT {name} {clause}", self.quoted));
            }
        }
    }

    /// The writer of an element: conditions as the live element of that name has them.
    pub(super) fn elements_of(&self, name: Option<&str>) -> Elements<'a> {
        let live = name.and_then(|name| self.context.taste.condition(&self.table.name, name));
        let truth = Truth::of(self.context.flavor);
        // What an older Django made stays as it is.
        let truth = live.map_or(truth, |condition| Truth::found(condition, self.model));
        Elements { writer: Writer { model: self.model, engine: self.engine(), truth }, table: self.quoted.clone() }
    }

    fn elements(&mut self) {
        let options = &self.model.options;
        // An element of a field that the state alone has lost stays on the table as it is; Django would make none.
        let stands = |element: &&Rc<Element>| self.model.gaps.partial || !self.model.lacks_fields_of(element);
        let indexes =
            options.indexes.iter().filter(stands).map(|element| (self.elements_of(element.name.as_deref()).index(element), element));
        let constraints = options
            .constraints
            .iter()
            .filter(stands)
            .map(|element| (self.elements_of(element.name.as_deref()).constraint(element), element));
        let made: Vec<(Made, _)> = indexes.chain(constraints).collect();
        for (made, element) in made {
            let hidden = match &made {
                Made::Constraint(_, text) | Made::Index(_, text) => self.hidden_in(text),
                Made::Nothing | Made::Unknown(_) => None,
            };
            match hidden.map_or(made, |column| Made::Unknown(format!("it stands on {column}, which cannot be told"))) {
                Made::Constraint(name, text) if self.engine() == Engine::Sqlite || !text.starts_with("UNIQUE (") => {
                    self.constraints.push(format!("CONSTRAINT {} {text}", self.quote(&name)));
                }
                Made::Constraint(name, text) => {
                    let text = if self.engine().is_mysql() { text.replacen("UNIQUE ", "UNIQUE KEY ", 1) } else { text };
                    match text.strip_prefix("UNIQUE KEY ") {
                        Some(rest) => self.constraints.push(format!("UNIQUE KEY {} {rest}", self.quote(&name))),
                        None => self.own_unique(&name, &text),
                    }
                }
                Made::Index(_, sql) => self.after.push(sql),
                Made::Nothing => {}
                Made::Unknown(why) => {
                    self.table.unknown.push((element.name.as_deref().unwrap_or("").to_string(), why, element.span));
                }
            }
        }
    }

    /// A unique constraint of its own. Of two over the same columns in one CREATE TABLE PostgreSQL makes the first, and a migration
    /// that removes the other one then fails: each is there where its own statement makes it.
    fn own_unique(&mut self, name: &str, text: &str) {
        let repeats = self.engine() == Engine::Postgres && self.constraints.iter().any(|known| known.ends_with(text));
        let clause = format!("CONSTRAINT {} {text}", self.quote(name));
        match repeats {
            true => self.after.push(format!("ALTER TABLE {} ADD {clause}", self.quoted)),
            false => self.constraints.push(clause),
        }
    }

    fn comment(&mut self) {
        let Some(comment) = &self.model.options.comment else { return };
        let literal = self.engine().literal(comment);
        match self.engine() {
            Engine::Postgres => self.after.push(format!("COMMENT ON TABLE {} IS {literal}", self.quoted)),
            Engine::Mysql | Engine::Mariadb => self.after.push(format!("ALTER TABLE {} COMMENT = {literal}", self.quoted)),
            Engine::Sqlite => return,
        }
        self.table.has_comment = true;
    }

    fn finish(mut self) -> Table {
        let parts: Vec<String> = self.columns.into_iter().chain(self.constraints).collect();
        self.table.sql.push(format!("CREATE TABLE {} ({})", self.quoted, parts.join(", ")));
        self.table.sql.extend(self.after);
        self.table
    }
}

/// Django 6.1's actions that the database carries out (`DB_CASCADE` and its like).
fn database_action(field: &Field) -> &'static str {
    match field.argument("on_delete") {
        Some(Value::Ref(path)) if path.ends_with(".DB_CASCADE") => " ON DELETE CASCADE",
        Some(Value::Ref(path)) if path.ends_with(".DB_SET_NULL") => " ON DELETE SET NULL",
        Some(Value::Ref(path)) if path.ends_with(".DB_SET_DEFAULT") => " ON DELETE SET DEFAULT",
        _ => "",
    }
}
