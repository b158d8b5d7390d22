//! One table as it is put together from what was printed of it: columns, and indexes where they were shown.

use super::default::{Meaning, literal};
use super::grammar::Extra;
use crate::base::{Name, Span};
use crate::ir::{Attr, Key, Kind};

/// One column, from SHOW COLUMNS or information_schema.
#[derive(Clone, Debug)]
pub struct Column<'t> {
    pub name: &'t str,
    pub data_type: &'t str,
    pub nullable: bool,
    pub default: Meaning,
    pub extras: Vec<Extra<'t>>,
    /// The expression of a generated column, where it is shown.
    pub generation: Option<&'t str>,
    pub collation: Option<&'t str>,
    pub comment: Option<&'t str>,
    pub is_primary: bool,
}

/// One element of an index.
#[derive(Clone, Debug)]
pub struct Element<'t> {
    pub target: &'t str,
    pub is_expression: bool,
    pub prefix: Option<&'t str>,
    pub descending: bool,
}

/// One index, from the rows of SHOW INDEX.
#[derive(Clone, Debug)]
pub struct Index<'t> {
    pub name: &'t str,
    pub unique: bool,
    pub method: &'t str,
    pub comment: &'t str,
    /// `INVISIBLE` or `IGNORED`, as the dialect says it; empty for an index in use.
    pub hidden: &'static str,
    pub elements: Vec<Element<'t>>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table<'t> {
    pub name: String,
    pub span: Span,
    pub columns: Vec<Column<'t>>,
    /// Set where SHOW INDEX was printed too.
    pub indexes: Option<Vec<Index<'t>>>,
}

/// A name between backticks.
pub fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

impl Table<'_> {
    /// The statement that makes the table.
    pub fn create(&self) -> String {
        let mut elements: Vec<String> = self.columns.iter().map(Column::definition).collect();
        match &self.indexes {
            Some(indexes) => elements.extend(indexes.iter().map(Index::definition)),
            None => elements.extend(self.primary_key()),
        }
        format!("CREATE TABLE {} (\n  {}\n)", quote(&self.name), elements.join(",\n  "))
    }

    /// The primary key of SHOW COLUMNS, which names its columns and not their order.
    fn primary_key(&self) -> Option<String> {
        let columns: Vec<String> = self.primary().map(|column| quote(column.name)).collect();
        (!columns.is_empty()).then(|| format!("PRIMARY KEY ({})", columns.join(",")))
    }

    fn primary(&self) -> impl Iterator<Item = &Column<'_>> {
        self.columns.iter().filter(|column| column.is_primary)
    }

    pub fn key(&self) -> Key {
        Key::new(Kind::Table, Name::NONE, Name::new(&self.name))
    }

    /// The facts of this table that were printed in no certain way.
    pub fn unseen(&self) -> Vec<(Key, Attr)> {
        let mut unseen = Vec::new();
        if self.indexes.is_none() && self.primary().count() > 1 {
            let key = self.key().child(Kind::PrimaryKey, Name::new("PRIMARY"));
            unseen.extend([(key, Attr::Columns), (key, Attr::Parts)]);
        }
        for column in &self.columns {
            let key = self.key().child(Kind::Column, Name::new(column.name));
            if column.default == Meaning::Unclear {
                unseen.push((key, Attr::Default));
            }
            if column.is_generated() && column.generation.is_none() {
                unseen.extend([Attr::Generated, Attr::GeneratedAs, Attr::Default].map(|attr| (key, attr)));
            }
        }
        unseen
    }
}

impl Column<'_> {
    fn is_generated(&self) -> bool {
        self.extras.contains(&Extra::Virtual) || self.extras.contains(&Extra::Stored)
    }

    fn definition(&self) -> String {
        let mut sql = format!("{} {}", quote(self.name), self.data_type);
        if let Some(collation) = self.collation {
            sql += &format!(" COLLATE {collation}");
        }
        if let Some(expression) = self.generation.filter(|_| self.is_generated()) {
            let kept = if self.extras.contains(&Extra::Stored) { "STORED" } else { "VIRTUAL" };
            sql += &format!(" GENERATED ALWAYS AS ({expression}) {kept}");
        }
        let is_timestamp = self.data_type.to_ascii_lowercase().starts_with("timestamp");
        sql += match (self.nullable, is_timestamp) {
            (false, _) => " NOT NULL",
            (true, true) => " NULL",
            (true, false) => "",
        };
        match &self.default {
            Meaning::Sql(default) if !self.is_generated() => sql += &format!(" DEFAULT {default}"),
            Meaning::None if self.nullable && is_timestamp => sql += " DEFAULT NULL",
            Meaning::Sql(_) | Meaning::None | Meaning::Unclear => {}
        }
        for extra in &self.extras {
            sql += &match extra {
                Extra::AutoIncrement => " AUTO_INCREMENT".to_owned(),
                Extra::OnUpdate(moment) => format!(" ON UPDATE {moment}"),
                Extra::Invisible => " INVISIBLE".to_owned(),
                Extra::WithoutSystemVersioning => " WITHOUT SYSTEM VERSIONING".to_owned(),
                Extra::Virtual | Extra::Stored | Extra::DefaultGenerated => String::new(),
            };
        }
        let comment = self.comment.filter(|comment| !comment.is_empty());
        sql + &comment.map(|comment| format!(" COMMENT {}", literal(comment))).unwrap_or_default()
    }
}

impl Index<'_> {
    fn definition(&self) -> String {
        let elements: Vec<String> = self.elements.iter().map(Element::definition).collect();
        let list = elements.join(",");
        let name = quote(self.name);
        let method = self.method.to_ascii_uppercase();
        let mut sql = match (self.name, method.as_str()) {
            ("PRIMARY", _) => format!("PRIMARY KEY ({list})"),
            (_, "FULLTEXT" | "SPATIAL") => format!("{method} KEY {name} ({list})"),
            (_, _) if self.unique => format!("UNIQUE KEY {name} ({list})"),
            _ => format!("KEY {name} ({list})"),
        };
        if method == "HASH" {
            sql += " USING HASH";
        }
        if !self.comment.is_empty() {
            sql += &format!(" COMMENT {}", literal(self.comment));
        }
        sql + self.hidden
    }
}

impl Element<'_> {
    fn definition(&self) -> String {
        let target = if self.is_expression { format!("({})", self.target) } else { quote(self.target) };
        let prefix = self.prefix.map(|prefix| format!("({prefix})")).unwrap_or_default();
        format!("{target}{prefix}{}", if self.descending { " DESC" } else { "" })
    }
}
