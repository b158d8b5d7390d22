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

/// The catalogs of a dialect, and the namespace that is the session's own.
pub struct Catalogs {
    pub rows: &'static [Catalog],
    pub home: Name,
    pub lexis: &'static Lexis,
}

impl Catalogs {
    /// The object that a query asks for by name and nothing else.
    ///
    /// A count tells whether it is there by its number, any other query by its rows: `counts` says which is wanted. Without a condition
    /// on the namespace the key has none, and stands for an object of any.
    pub fn asked(&self, query: &str, counts: bool) -> Option<Key> {
        let mut query = Cursor::new(query, query.len(), self.lexis);
        query.expect(&["SELECT"]).ok()?;
        if counts && !query.at_words(&["COUNT", "("]) {
            return None;
        }
        while !query.at_end() && !query.is(0, "FROM") {
            // Any other function of all rows has a row to show where there are none.
            if !counts && query.is(0, "(") {
                return None;
            }
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
            found.read(&mut query, catalog, self.home)?;
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

/// Columns of the standard's catalogs for the namespace.
const NAMESPACES: &[&str] = &["table_schema", "constraint_schema", "index_schema"];

/// The values that the conditions compare with.
struct Found {
    name: Option<String>,
    relation: Option<String>,
    namespace: Option<String>,
}

impl Found {
    /// `[alias.]column = 'value'[::type]`.
    fn read(&mut self, query: &mut Cursor<'_>, catalog: &Catalog, home: Name) -> Option<()> {
        // What a dropped column leaves is no column.
        if query.accept(&["NOT", "attisdropped"]) || query.accept(&["attnum", ">", "0"]) {
            return Some(());
        }
        let column = query.qualified().ok()?.last()?.as_str().to_ascii_lowercase();
        query.expect(&["="]).ok()?;
        let of_namespace = column == catalog.namespace || NAMESPACES.contains(&column.as_str());
        if of_namespace && accept_current(query) {
            return self.namespace.replace(home.to_string()).is_none().then_some(());
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
        // Where there are no namespaces, a database is named.
        let said = self.namespace.filter(|_| !catalogs.home.is_none());
        let mut namespace = said.map_or(Name::NONE, |namespace| Name::new(&namespace));
        if matches!(catalog.kind, Kind::Namespace | Kind::Extension | Kind::Publication) {
            return Some(Key::new(catalog.kind, Name::NONE, name));
        }
        let Some(relation) = self.relation else { return Some(Key::new(catalog.kind, namespace, name)) };
        // A `regclass` is written as an identifier, the other names as they are.
        let written = catalog.relation.column().ends_with("relid");
        let parts =
            if written { Cursor::new(&relation, relation.len(), catalogs.lexis).qualified().ok()? } else { vec![Name::new(&relation)] };
        namespace = match parts[..] {
            [schema, _] => schema,
            _ if written => catalogs.home,
            _ => namespace,
        };
        Some(Key::part(catalog.kind, namespace, *parts.last()?, name))
    }
}

/// The session's own namespace or database.
fn accept_current(query: &mut Cursor<'_>) -> bool {
    let own = ["current_schema", "database", "schema"].iter().any(|word| query.accept(&[word]));
    own && (query.accept(&["(", ")"]) || query.at_end() || query.is(0, "AND"))
}
