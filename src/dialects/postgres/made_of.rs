//! CREATE TABLE … AS: the columns that a query gives a new table, where the model can tell them for certain. Whatever else a query
//! says, the answer is that they are not known.

use std::collections::BTreeSet;

use super::analyse::{Analyser, Catalog, Scope};
use super::tree::{Body, Call, Node, Select, Source};
use super::{names, parse, types};
use crate::base::Name;
use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

/// The columns of a table that holds the query from which it is made; `None` where one of them cannot be told.
pub fn columns(schema: &Schema<Written>, table: &Object) -> Option<Vec<Object>> {
    let query = parse::query(table.text(Attr::Query)?).filter(|query| query.with.is_empty())?;
    let Body::Select(select) = query.body else { return None };
    let catalog = Catalog::of(schema);
    let mut reader = Reader { schema, catalog: &catalog, path: table.text(Attr::SearchPath), relations: Vec::new() };
    select.from.iter().try_for_each(|source| reader.source(source))?;
    let given = reader.given(&select)?;
    let renamed = table.names(Attr::ColumnNames);
    let name = |(at, given): (usize, &Given)| renamed.get(at).copied().unwrap_or(given.name);
    let named: Vec<Name> = given.iter().enumerate().map(name).collect();
    let distinct: BTreeSet<Name> = named.iter().copied().collect();
    if distinct.len() != named.len() || renamed.len() > named.len() {
        return None;
    }
    let column = |(name, given): (&Name, Given)| {
        let column = Object::new(table.key.child(Kind::Column, *name)).with(Attr::Type, Value::sql(given.ty));
        column.with_some(Attr::Collation, given.collation).with_some(Attr::SearchPath, table.get(Attr::SearchPath).cloned())
    };
    Some(named.iter().zip(given).map(column).collect())
}

/// One column of the query.
struct Given {
    name: Name,
    ty: String,
    collation: Option<Value>,
}

struct Reader<'a> {
    schema: &'a Schema<Written>,
    catalog: &'a Catalog,
    path: Option<&'a str>,
    /// The tables of FROM, by the names under which their columns are spoken of.
    relations: Vec<(String, Key)>,
}

/// Functions whose result no argument changes.
const FIXED: &[(&str, &str)] = &[
    ("count", "bigint"),
    ("row_number", "bigint"),
    ("rank", "bigint"),
    ("dense_rank", "bigint"),
    ("now", "timestamp with time zone"),
    ("gen_random_uuid", "uuid"),
];

/// Aggregates of a column of one of these types (manual, table 9.59): the type of the result.
const OF_NUMBERS: &[(&str, &str, &str)] = &[
    ("sum", "smallint", "bigint"),
    ("sum", "integer", "bigint"),
    ("sum", "bigint", "numeric"),
    ("sum", "numeric", "numeric"),
    ("sum", "double precision", "double precision"),
    ("avg", "smallint", "numeric"),
    ("avg", "integer", "numeric"),
    ("avg", "bigint", "numeric"),
    ("avg", "numeric", "numeric"),
    ("avg", "double precision", "double precision"),
];

/// Types of which `min` and `max` give the same type.
const ORDERED: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "real",
    "double precision",
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
    "text",
];

impl<'a> Reader<'a> {
    /// Tables alone: what a view or a query inside gives is not asked for.
    fn source(&mut self, source: &Source) -> Option<()> {
        match source {
            Source::Relation { name, sample: None, alias, .. } if alias.columns.is_empty() => {
                let relation = Name::new(name.last()?);
                let namespace = match name.as_slice() {
                    [_] => self.catalog.relation_namespace(relation, self.path)?,
                    [namespace, _] => Name::new(namespace),
                    _ => return None,
                };
                let key = Key::new(Kind::Table, namespace, relation);
                self.schema.get(key)?;
                self.relations.push((alias.name.clone().unwrap_or_else(|| relation.to_string()), key));
                Some(())
            }
            Source::Join(join) if !join.natural && join.using.is_empty() && join.alias.name.is_none() => {
                self.source(&join.left)?;
                self.source(&join.right)
            }
            Source::Relation { .. } | Source::Query { .. } | Source::Functions { .. } | Source::Join(_) => None,
        }
    }

    fn given(&self, select: &Select) -> Option<Vec<Given>> {
        let mut given = Vec::new();
        for target in &select.targets {
            match &target.expr {
                Node::Star(path) => given.extend(self.all(path)?),
                expr => {
                    let mut one = self.one(expr)?;
                    one.name = target.name.as_ref().map_or(one.name, |name| Name::new(name));
                    given.push(one);
                }
            }
        }
        Some(given)
    }

    /// `*`, `t.*`.
    fn all(&self, path: &[String]) -> Option<Vec<Given>> {
        let relations: Vec<Key> = match path {
            [] => self.relations.iter().map(|row| row.1).collect(),
            [name] => vec![self.relations.iter().find(|row| row.0 == *name)?.1],
            _ => return None,
        };
        let columns = relations.into_iter().flat_map(|relation| self.schema.columns(relation));
        columns.map(|column| self.copied(column)).collect()
    }

    fn copied(&self, column: &Object) -> Option<Given> {
        let path = column.text(Attr::SearchPath).or(self.path);
        let ty = self.catalog.type_text(column.text(Attr::Type)?, path);
        Some(Given { name: column.key.name, ty, collation: column.get(Attr::Collation).cloned() })
    }

    fn one(&self, expr: &Node) -> Option<Given> {
        let name = Name::new(&names::figured(expr).unwrap_or_else(|| "?column?".to_owned()));
        let plain = |ty: String| Some(Given { name, ty, collation: None });
        match expr {
            Node::Column(path) => self.copied(self.column(path)?),
            Node::Literal { .. } => plain(self.literal(expr)?),
            Node::Cast(inner, ty) if matches!(**inner, Node::Literal { .. } | Node::Null) || self.is_plain(inner) => {
                plain(self.catalog.type_text(ty, self.path)).filter(|given| self.catalog.underlying(&given.ty) == given.ty)
            }
            Node::Call(call) => plain(self.called(call)?),
            _ => None,
        }
    }

    /// The column of exactly one table.
    fn column(&self, path: &[String]) -> Option<&Object> {
        let (relation, name) = match path {
            [name] => (None, name),
            [relation, name] => (Some(relation), name),
            _ => return None,
        };
        let relations = self.relations.iter().filter(|row| relation.is_none_or(|relation| row.0 == *relation));
        let found: Vec<&Object> = relations.filter_map(|row| self.schema.get(row.1.child(Kind::Column, Name::new(name)))).collect();
        if let [column] = found[..] { Some(column) } else { None }
    }

    /// A column whose values are sorted as its type says.
    fn is_plain(&self, node: &Node) -> bool {
        let Node::Column(path) = node else { return false };
        self.column(path).is_some_and(|column| !column.has(Attr::Collation) && self.is_no_domain(column))
    }

    fn is_no_domain(&self, column: &Object) -> bool {
        self.copied(column).is_some_and(|given| self.catalog.underlying(&given.ty) == given.ty)
    }

    fn literal(&self, literal: &Node) -> Option<String> {
        let mut node = literal.clone();
        let ty = Analyser::new(self.catalog, self.path).expression(&mut node, &Scope::default(), None);
        Some(ty.unwrap_or_else(|| "text".to_owned()))
    }

    fn called(&self, call: &Call) -> Option<String> {
        let name = call.plain().filter(|name| self.catalog.routines(&[(*name).to_owned()]).is_empty())?;
        if let Some((_, ty)) = FIXED.iter().find(|row| row.0 == name) {
            return Some((*ty).to_owned());
        }
        let [argument @ Node::Column(path)] = call.args.as_slice() else { return None };
        let ty = types::base(&self.copied(self.column(path).filter(|_| self.is_plain(argument))?)?.ty);
        if matches!(name, "min" | "max") {
            return ORDERED.contains(&ty.as_str()).then_some(ty);
        }
        OF_NUMBERS.iter().find(|row| row.0 == name && row.1 == ty).map(|row| row.2.to_owned())
    }
}
