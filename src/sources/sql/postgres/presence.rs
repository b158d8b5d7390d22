//! Queries that ask the catalog whether one object is there: `SELECT 1 FROM pg_constraint WHERE conname = 'c'`.

use super::keys;
use crate::base::Name;
use crate::ir::{Key, Kind};
use crate::sources::sql::Lexis;
use crate::sources::sql::cursor::Cursor;
use crate::sources::sql::statement::Statement;

/// A catalog, what its rows are, and its columns for their name, their relation and their namespace (manual, chapters 37 and 53).
struct Catalog {
    name: &'static str,
    kind: Kind,
    named: &'static str,
    relation: Relation,
    namespace: &'static str,
}

/// How a catalog tells the relation of a part.
enum Relation {
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

#[rustfmt::skip]
const CATALOGS: &[Catalog] = &[
    Catalog { name: "pg_constraint", kind: Kind::Check, named: "conname", relation: Relation::May("conrelid"), namespace: "" },
    Catalog { name: "information_schema.table_constraints", kind: Kind::Check, named: "constraint_name", relation: Relation::May("table_name"), namespace: "table_schema" },
    Catalog { name: "information_schema.columns", kind: Kind::Column, named: "column_name", relation: Relation::Must("table_name"), namespace: "table_schema" },
    Catalog { name: "pg_attribute", kind: Kind::Column, named: "attname", relation: Relation::Must("attrelid"), namespace: "" },
    Catalog { name: "information_schema.tables", kind: Kind::Table, named: "table_name", relation: Relation::None, namespace: "table_schema" },
    Catalog { name: "information_schema.schemata", kind: Kind::Namespace, named: "schema_name", relation: Relation::None, namespace: "" },
    Catalog { name: "pg_tables", kind: Kind::Table, named: "tablename", relation: Relation::None, namespace: "schemaname" },
    Catalog { name: "pg_views", kind: Kind::View, named: "viewname", relation: Relation::None, namespace: "schemaname" },
    Catalog { name: "pg_matviews", kind: Kind::MaterializedView, named: "matviewname", relation: Relation::None, namespace: "schemaname" },
    Catalog { name: "pg_indexes", kind: Kind::Index, named: "indexname", relation: Relation::May("tablename"), namespace: "schemaname" },
    Catalog { name: "pg_trigger", kind: Kind::Trigger, named: "tgname", relation: Relation::Must("tgrelid"), namespace: "" },
    Catalog { name: "pg_policies", kind: Kind::Policy, named: "policyname", relation: Relation::Must("tablename"), namespace: "schemaname" },
    Catalog { name: "pg_type", kind: Kind::Enum, named: "typname", relation: Relation::None, namespace: "" },
    Catalog { name: "pg_extension", kind: Kind::Extension, named: "extname", relation: Relation::None, namespace: "" },
    Catalog { name: "pg_namespace", kind: Kind::Namespace, named: "nspname", relation: Relation::None, namespace: "" },
    Catalog { name: "pg_publication", kind: Kind::Publication, named: "pubname", relation: Relation::None, namespace: "" },
];

/// The object that a query asks for by name and nothing else.
pub fn asked(query: &mut Cursor<'_>, outer: &Statement<'_, '_>) -> Option<Key> {
    query.expect(&["SELECT"]).ok()?;
    while !query.at_end() && !query.is(0, "FROM") {
        query.skip();
    }
    query.expect(&["FROM"]).ok()?;
    let from: Vec<&str> = query.qualified().ok()?.iter().map(|name| name.as_str()).filter(|name| *name != "pg_catalog").collect();
    let from = from.join(".");
    let catalog = CATALOGS.iter().find(|catalog| catalog.name == from)?;
    if !query.is(0, "WHERE") {
        query.accept(&["AS"]);
        query.ident().ok()?;
    }
    query.expect(&["WHERE"]).ok()?;
    let mut found = Found { name: None, relation: None, namespace: None };
    loop {
        found.read(query, catalog)?;
        if !query.accept(&["AND"]) {
            break;
        }
    }
    query.expect_end().ok()?;
    found.key(catalog, keys::home(outer), outer.lexis())
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
        let column = *query.qualified().ok()?.last()?;
        query.expect(&["="]).ok()?;
        if column.as_str() == catalog.namespace && accept_current(query) {
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
            column if column == catalog.named => &mut self.name,
            column if column == catalog.relation.column() => &mut self.relation,
            column if column == catalog.namespace => &mut self.namespace,
            _ => return None,
        };
        slot.replace(value).is_none().then_some(())
    }

    fn key(self, catalog: &Catalog, home: Name, lexis: &'static Lexis) -> Option<Key> {
        if matches!(catalog.relation, Relation::Must(_)) && self.relation.is_none() {
            return None;
        }
        let name = Name::new(&self.name?);
        let mut namespace = self.namespace.map_or(home, |namespace| Name::new(&namespace));
        if matches!(catalog.kind, Kind::Namespace | Kind::Extension | Kind::Publication) {
            return Some(Key::new(catalog.kind, Name::NONE, name));
        }
        let Some(relation) = self.relation else { return Some(Key::new(catalog.kind, namespace, name)) };
        // A `regclass` is written as an identifier, the other names as they are.
        let written = catalog.relation.column().ends_with("relid");
        let parts = if written { Cursor::new(&relation, relation.len(), lexis).qualified().ok()? } else { vec![Name::new(&relation)] };
        if let [schema, _] = parts[..] {
            namespace = schema;
        }
        Some(Key::part(catalog.kind, namespace, *parts.last()?, name))
    }
}

/// `current_schema()`: the session's own.
fn accept_current(query: &mut Cursor<'_>) -> bool {
    query.accept(&["current_schema"]) && (query.accept(&["(", ")"]) || query.at_end() || query.is(0, "AND"))
}
