//! Tables: what the schema editor would have made of a model, as the statements of its dialect.

use std::collections::BTreeMap;

use super::columns::{Column, Context};
use super::elements::{Elements, Made};
use super::expression::Writer;
use super::field::Field;
use super::flavor::Engine;
use super::kinds::{self, Shape as Form};
use super::names;
use super::state::Model;
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
    /// Facts of the table itself of which the model says nothing.
    pub has_comment: bool,
    pub commented: Vec<String>,
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
    /// Names that are given by the model's author.
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
        if let Some(table) = many_table(context, model, field) {
            out.push(table);
        }
    }
    out
}

fn is_automatic(field: &Field) -> bool {
    !field.argument("through").is_some_and(|through| !matches!(through, Value::None))
}

/// The name of a many-to-many table.
pub fn many_name(context: Context<'_>, model: &Model, field: &Field) -> String {
    match field.text("db_table") {
        Some(table) => table.trim_matches('"').to_string(),
        None => names::truncated(&format!("{}_{}", model.table(context.engine()), field.name), context.engine().table_length()),
    }
}

fn own_table(context: Context<'_>, model: &Model) -> Table {
    let mut builder = Builder::of(context, model, model.table(context.engine()), model.span);
    for element in model.options.indexes.iter().chain(&model.options.constraints) {
        builder.given.extend(element.name.as_deref().map(str::to_string));
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

/// The table behind a ManyToManyField without a model of its own.
fn many_table(context: Context<'_>, model: &Model, field: &Field) -> Option<Table> {
    if !is_automatic(field) {
        return None;
    }
    let target_key = field.text("to").and_then(|to| context.state.target(&model.key(), to));
    let target = target_key.as_ref().and_then(|key| context.state.get(key));
    if !model.has_table() && !target.is_some_and(|target| target.has_table()) {
        return None;
    }
    let name = many_name(context, model, field);
    let Some(target) = target else {
        let reason = format!("the model {} is not in the project or its packages", field.text("to").unwrap_or("of its target"));
        return Some(Table {
            name: name.clone(),
            hidden: vec![(String::new(), reason, field.span)],
            span: Some(field.span),
            ..Table::default()
        });
    };
    let own = model.name.to_lowercase();
    let other = target.name.to_lowercase();
    let same = model.key() == target.key();
    let (from, to) = if same { (format!("from_{own}"), format!("to_{other}")) } else { (own, other) };
    let mut through = Model { options: Default::default(), fields: Vec::new(), ..model.clone() };
    let db_constraint = field.argument("db_constraint").cloned().unwrap_or(Value::Bool(true));
    let link = |name: &str, target: &Model| {
        let to = Value::Str(target.key().to_string().into());
        Field::made(name, "ForeignKey", &[("to", to), ("db_constraint", db_constraint.clone())], field.span)
    };
    let auto = implied_auto(context, model);
    through.name = format!("{}_{}", model.name, field.name).into();
    through.options.db_table = Some(name.as_str().into());
    through.fields = vec![
        Field::made("id", auto, &[("primary_key", Value::Bool(true))], field.span).into(),
        link(&from, model).into(),
        link(&to, target).into(),
    ];
    through.options.unique_together = vec![vec![from.as_str().into(), to.as_str().into()]];
    through.span = field.span;
    let mut table = own_table(context, &through);
    adopt_width(context, &mut table);
    Some(table)
}

/// The key of a many-to-many table follows the setting of the day on which it was made: an integer of either width is right.
fn adopt_width(context: Context<'_>, table: &mut Table) {
    if context.taste.type_among(&table.name, "id", &["integer", "bigint", "int", "int(11)", "bigint(20)"]).is_some() {
        table.unseen.push(("id".to_string(), Attr::Type));
    }
}

/// The class of keys in many-to-many tables: the project's setting, else the version's own.
fn implied_auto(context: Context<'_>, _model: &Model) -> &'static str {
    let fallback = if context.flavor.at_least(6, 0) { "BigAutoField" } else { "AutoField" };
    let named = context.state.settings.auto_field.as_deref().map(super::value::last);
    named.and_then(kinds::by_name).map_or(fallback, |kind| kind.name)
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
            Some(name) if self.engine() == Engine::Postgres || self.engine() == Engine::Mysql => {
                let name = self.quote(&name);
                self.constraints.push(format!("CONSTRAINT {name} CHECK ({check})"));
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
        if columns.is_empty() || inline {
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

    fn foreign_key(&mut self, field: &Field, column: &Column) {
        let wanted = field.argument("db_constraint").and_then(Value::bool).unwrap_or(true);
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

    fn elements(&mut self) {
        let elements = Elements { writer: Writer { model: self.model, engine: self.engine() }, table: &self.quoted };
        let options = &self.model.options;
        let indexes = options.indexes.iter().map(|element| (elements.index(element), element));
        let constraints = options.constraints.iter().map(|element| (elements.constraint(element), element));
        let made: Vec<(Made, _)> = indexes.chain(constraints).collect();
        for (made, element) in made {
            match made {
                Made::Constraint(name, text) if self.engine() == Engine::Sqlite || !text.starts_with("UNIQUE (") => {
                    self.constraints.push(format!("CONSTRAINT {} {text}", self.quote(&name)));
                }
                Made::Constraint(name, text) => {
                    let text = if self.engine().is_mysql() { text.replacen("UNIQUE ", "UNIQUE KEY ", 1) } else { text };
                    match text.strip_prefix("UNIQUE KEY ") {
                        Some(rest) => self.constraints.push(format!("UNIQUE KEY {} {rest}", self.quote(&name))),
                        None => self.constraints.push(format!("CONSTRAINT {} {text}", self.quote(&name))),
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
