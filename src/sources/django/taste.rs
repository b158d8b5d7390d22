//! What the live database chose where more than one answer is right: names that Django computed from history, a
//! sequence behind a key, an integer's width in a many-to-many table.

use std::collections::BTreeMap;

use crate::base::Name;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Key, Kind, Object, Schema};

use super::flavor::Engine;

/// The live side, asked for its choices; nothing where there is none.
#[derive(Clone, Copy)]
pub struct Taste<'a> {
    pub live: Option<&'a Schema>,
    pub namespace: Name,
    pub engine: Engine,
    /// The last names of tables that later migrations rename.
    pub later: Option<&'a BTreeMap<Name, Name>>,
}

impl Taste<'_> {
    /// A name as keys hold it.
    pub fn name(&self, text: &str) -> Name {
        if self.engine == Engine::Sqlite { Name::new(&text.to_ascii_lowercase()) } else { Name::new(text) }
    }

    pub fn table(&self, table: &str) -> Key {
        Key::new(Kind::Table, self.namespace, self.name(table))
    }

    pub fn column(&self, table: &str, column: &str) -> Key {
        self.table(table).child(Kind::Column, self.name(column))
    }

    /// The live table: what a server called the parts of a table stays when the table gets another name.
    fn seen(&self, table: &str) -> Key {
        let key = self.table(table);
        let gone = self.live.is_some_and(|live| !live.contains(key));
        let later = self.later.filter(|_| gone).and_then(|later| later.get(&key.name));
        later.map_or(key, |name| Key { name: *name, ..key })
    }

    fn live_column(&self, table: &str, column: &str) -> Option<&Object> {
        self.live?.get(self.seen(table).child(Kind::Column, self.name(column)))
    }

    /// The live column's default.
    pub fn default_text(&self, table: &str, column: &str) -> Option<&str> {
        self.live_column(table, column)?.text(Attr::Default)
    }

    /// The condition of a live check or index of this name.
    pub fn condition(&self, table: &str, name: &str) -> Option<&str> {
        let found = |object: &&Object| spelled(object).eq_ignore_ascii_case(name);
        let object = self.live?.all_parts(self.seen(table)).find(found)?;
        object.text(Attr::Expression).or(object.text(Attr::Where))
    }

    /// Whether the live side has the column.
    pub fn has_column(&self, table: &str, column: &str) -> bool {
        self.live_column(table, column).is_some()
    }

    /// Whether the live side has the table.
    pub fn has_table(&self, table: &str) -> bool {
        self.live.is_some_and(|live| live.contains(self.table(table)))
    }

    /// Whether the live column counts up by a sequence, in whichever way.
    pub fn counts(&self, table: &str, column: &str) -> bool {
        self.live_column(table, column).is_some_and(|column| {
            column.has(Attr::Identity) || column.text(Attr::Default).is_some_and(|text| text.to_ascii_lowercase().starts_with("nextval("))
        })
    }

    /// The live column's type, where it is one of these.
    pub fn type_among(&self, table: &str, column: &str, choices: &[&str]) -> Option<String> {
        let text = self.live_column(table, column)?.text(Attr::Type)?.to_ascii_lowercase();
        let bare = text.split_whitespace().next().unwrap_or("");
        let found =
            choices.iter().find(|choice| text == **choice || choice.split('(').next() == Some(bare.split('(').next().unwrap_or("")));
        found.map(|_| text.clone())
    }

    /// The live name of a key or unique constraint on exactly these columns.
    pub fn constraint(&self, table: &str, kind: Kind, columns: &[String]) -> Option<String> {
        let wanted: Vec<Name> = columns.iter().map(|column| self.name(column)).collect();
        let found = self.live?.parts(self.seen(table), kind).find(|object| covered(object) == wanted && !object.has(Attr::Where));
        found.map(spelled)
    }

    /// The live name of a plain index on exactly these columns; `taken` are names that other elements bear by right.
    pub fn index(&self, table: &str, columns: &[String], shape: Shape, taken: &[String]) -> Option<String> {
        let wanted: Vec<Name> = columns.iter().map(|column| self.name(column)).collect();
        let found = self.live?.parts(self.seen(table), Kind::Index).find(|object| {
            let opclass =
                object.parts(Attr::Parts).iter().any(|part| part.opclass.as_ref().is_some_and(|name| name.contains("pattern_ops")));
            covered(object) == wanted
                && object.has(Attr::Unique) == (shape == Shape::Unique)
                && opclass == (shape == Shape::Pattern)
                && !object.has(Attr::Where)
                && !taken.contains(&spelled(object))
        });
        found.map(spelled)
    }

    /// Whether a live index or key starts with this column, so that a foreign key needs none of its own (MySQL).
    pub fn starts_index(&self, table: &str, column: &str) -> bool {
        let Some(live) = self.live else { return false };
        let wanted = self.name(column);
        [Kind::Index, Kind::Unique, Kind::PrimaryKey]
            .iter()
            .any(|kind| live.parts(self.seen(table), *kind).any(|object| covered(object).first() == Some(&wanted)))
    }

    /// Whether the live column is unsigned and has no check of its own.
    pub fn is_unchecked(&self, table: &str, column: &str) -> bool {
        let unsigned = |object: &Object| object.text(Attr::Type).is_some_and(|text| text.to_ascii_lowercase().contains("unsigned"));
        self.live_column(table, column).is_some_and(|object| unsigned(object) && !object.has(Attr::Expression))
    }

    /// Whether the live table is of an engine that has no foreign keys.
    pub fn ignores_keys(&self, table: &str) -> bool {
        let engine = self.live.and_then(|live| live.get(self.seen(table))?.text(Attr::Engine));
        engine.is_some_and(|engine| ["myisam", "aria", "memory"].contains(&engine.to_ascii_lowercase().as_str()))
    }

    /// The live name of the check that says the same as `text`.
    pub fn check(&self, table: &str, text: &str) -> Option<String> {
        let wanted = bare(text);
        let same = |object: &&Object| object.text(Attr::Expression).is_some_and(|text| bare(text) == wanted);
        self.live?.parts(self.seen(table), Kind::Check).find(same).map(spelled)
    }

    /// The live parts of a table that were given this name, whatever they are called by.
    pub fn spelled(&self, table: &str, name: &str) -> Vec<Key> {
        let Some(live) = self.live else { return Vec::new() };
        let named = |object: &&Object| object.text(Attr::Spelling).is_some_and(|text| text.eq_ignore_ascii_case(name));
        live.all_parts(self.table(table)).filter(named).map(|object| object.key).collect()
    }

    /// All live indexes and constraints that stand on a column.
    pub fn on_column(&self, table: &str, column: &str) -> Vec<Key> {
        let Some(live) = self.live else { return Vec::new() };
        let wanted = self.name(column);
        live.all_parts(self.table(table))
            .filter(|object| object.key.kind != Kind::Column && covered(object).contains(&wanted))
            .map(|object| object.key)
            .collect()
    }
}

/// How an index serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Plain,
    Unique,
    /// PostgreSQL's `_like` indexes.
    Pattern,
}

fn spelled(object: &Object) -> String {
    object.text(Attr::Spelling).unwrap_or(object.key.name.as_str()).to_string()
}

/// The columns of a key, foreign key or index; an expression stands as no name.
pub fn covered(object: &Object) -> Vec<Name> {
    let parts = object.parts(Attr::Parts).iter().map(|part| match &part.target {
        PartTarget::Column(name) => *name,
        PartTarget::Expression(_) => Name::NONE,
    });
    object.names(Attr::Columns).iter().copied().chain(parts).collect()
}

/// A condition without spaces, quotes and brackets.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '"' | '`')).collect::<String>().to_lowercase()
}
