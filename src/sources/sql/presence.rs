//! Queries that ask the catalog whether one object is there: `SELECT 1 FROM pg_constraint WHERE conname = 'c'`.

use super::Lexis;
use super::cursor::Cursor;
use crate::base::Name;
use crate::ir::{Key, Kind};

/// A catalog, what its rows are, and its columns for their name, their relation and their namespace.
pub struct Catalog {
    pub name: &'static str,
    pub kind: Kind,
    pub named: &'static str,
    pub relation: Relation,
    pub namespace: &'static str,
}

/// How a catalog tells the relation of a part.
pub enum Relation {
    None,
    /// By a column that the query may leave out.
    May(&'static str),
    Must(&'static str),
}

impl Relation {
    fn column(&self) -> &'static str {
        match self {
            Relation::None => "",
            Relation::May(column) | Relation::Must(column) => column,
        }
    }
}

/// The catalogs of a dialect, and the namespace of what is asked for without one.
pub struct Catalogs {
    pub rows: &'static [Catalog],
    pub home: Name,
    pub lexis: &'static Lexis,
}

impl Catalogs {
    /// The object that a query asks for by name and nothing else.
    pub fn asked(&self, query: &str) -> Option<Key> {
        let mut query = Cursor::new(query, query.len(), self.lexis);
        query.expect(&["SELECT"]).ok()?;
        while !query.at_end() && !query.is(0, "FROM") {
            query.skip();
        }
        query.expect(&["FROM"]).ok()?;
        let from: Vec<&str> = query.qualified().ok()?.iter().map(|name| name.as_str()).filter(|name| *name != "pg_catalog").collect();
        let from = from.join(".");
        let catalog = self.rows.iter().find(|catalog| catalog.name.eq_ignore_ascii_case(&from))?;
        if !query.is(0, "WHERE") {
            query.accept(&["AS"]);
            query.ident().ok()?;
        }
        query.expect(&["WHERE"]).ok()?;
        let mut found = Found { name: None, relation: None, namespace: None };
        loop {
            let wrapped = query.accept(&["("]);
            found.read(&mut query, catalog)?;
            if wrapped {
                query.expect(&[")"]).ok()?;
            }
            if !query.accept(&["AND"]) {
                break;
            }
        }
        query.expect_end().ok()?;
        found.key(catalog, self)
    }
}

/// The values that the conditions compare with.
struct Found {
    name: Option<String>,
    relation: Option<String>,
    namespace: Option<String>,
}

impl Found {
    /// `[alias.]column = 'value'[::type]`.
    fn read(&mut self, query: &mut Cursor<'_>, catalog: &Catalog) -> Option<()> {
        // What a dropped column leaves is no column.
        if query.accept(&["NOT", "attisdropped"]) || query.accept(&["attnum", ">", "0"]) {
            return Some(());
        }
        let column = query.qualified().ok()?.last()?.as_str().to_ascii_lowercase();
        query.expect(&["="]).ok()?;
        let of_namespace = column == catalog.namespace || column.ends_with("_schema");
        if of_namespace && accept_current(query) {
            return Some(());
        }
        let wrapped = query.accept(&["to_regclass", "("]);
        let value = query.string().ok()?;
        if wrapped {
            query.expect(&[")"]).ok()?;
        }
        if query.accept(&["::"]) {
            query.ident().ok()?;
        }
        let slot = match column.as_str() {
            // A name is asked for, and of its kind there is one.
            "constraint_type" => return Some(()),
            _ if of_namespace => &mut self.namespace,
            column if column == catalog.named => &mut self.name,
            column if column == catalog.relation.column() => &mut self.relation,
            _ => return None,
        };
        slot.replace(value).is_none().then_some(())
    }

    fn key(self, catalog: &Catalog, catalogs: &Catalogs) -> Option<Key> {
        if matches!(catalog.relation, Relation::Must(_)) && self.relation.is_none() {
            return None;
        }
        let name = Name::new(&self.name?);
        let mut namespace = match self.namespace {
            Some(namespace) if !catalogs.home.is_none() => Name::new(&namespace),
            _ => catalogs.home,
        };
        if matches!(catalog.kind, Kind::Namespace | Kind::Extension | Kind::Publication) {
            return Some(Key::new(catalog.kind, Name::NONE, name));
        }
        let Some(relation) = self.relation else { return Some(Key::new(catalog.kind, namespace, name)) };
        // A `regclass` is written as an identifier, the other names as they are.
        let written = catalog.relation.column().ends_with("relid");
        let parts =
            if written { Cursor::new(&relation, relation.len(), catalogs.lexis).qualified().ok()? } else { vec![Name::new(&relation)] };
        if let [schema, _] = parts[..] {
            namespace = schema;
        }
        Some(Key::part(catalog.kind, namespace, *parts.last()?, name))
    }
}

/// The session's own namespace or database.
fn accept_current(query: &mut Cursor<'_>) -> bool {
    let own = ["current_schema", "database", "schema"].iter().any(|word| query.accept(&[word]));
    own && (query.accept(&["(", ")"]) || query.at_end() || query.is(0, "AND"))
}
