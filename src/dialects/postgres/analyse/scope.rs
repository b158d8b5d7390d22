//! The names that an expression may use: relations in FROM, columns that USING merged, common table expressions.

use std::sync::LazyLock;

use super::catalog::{Columns, Typed};
use crate::dialects::postgres::tree::Node;

/// A relation in scope, by the name under which its columns are spoken of.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    /// The name under which it is printed, which no relation of the queries around it bears.
    pub shown: String,
    /// `None` where the columns are not known.
    pub columns: Option<Columns>,
    /// Its columns are printed without its name.
    bare: bool,
}

/// A relation whose columns are printed with its name.
pub fn named(name: &str, columns: Option<Columns>) -> Named {
    Named { name: name.to_owned(), shown: name.to_owned(), columns, bare: false }
}

/// The relation that an expression belongs to: its columns are printed bare.
pub fn own(name: &str, columns: Option<Columns>) -> Named {
    Named { name: name.to_owned(), shown: name.to_owned(), columns, bare: true }
}

/// One level of names; queries inside see those of the queries around them.
#[derive(Clone, Default)]
pub struct Scope<'a> {
    pub relations: Vec<Named>,
    /// Columns of JOIN … USING: what the bare name stands for.
    pub merged: Vec<(String, Node, Option<String>)>,
    pub ctes: Vec<(String, Option<Columns>)>,
    /// The names under which the relations of this query are printed, in the order of FROM; taken from the front.
    pub labels: Vec<String>,
    /// All those names, for the queries inside.
    pub taken: Vec<String>,
    pub parent: Option<&'a Scope<'a>>,
}

/// A column that was found.
pub struct Found {
    pub node: Node,
    pub ty: Option<String>,
}

impl<'a> Scope<'a> {
    /// A scope inside this one.
    pub fn inner<'b>(&'b self) -> Scope<'b>
    where
        'a: 'b,
    {
        Scope { parent: Some(self), ..Scope::default() }
    }

    /// Settles the names under which the relations of a query are printed: the server adds a number to one that a relation
    /// beside it or around it bears (`set_rtable_names` in its source).
    pub fn label(&mut self, names: &[String]) {
        for name in names {
            // A server before version 16 holds `new` and `old` in every view, and prints a relation of that name as `new_1`.
            let name = name.strip_suffix("_1").filter(|bare| matches!(*bare, "new" | "old")).unwrap_or(name);
            let mut label = name.to_owned();
            let mut number = 0;
            while !label.is_empty() && self.is_taken(&label) {
                number += 1;
                label = format!("{name}_{number}");
            }
            self.taken.push(label.clone());
            self.labels.push(label);
        }
        self.labels.reverse();
    }

    fn is_taken(&self, label: &str) -> bool {
        self.taken.iter().any(|taken| taken == label) || self.parent.is_some_and(|parent| parent.is_taken(label))
    }

    /// The columns of a common table expression of this name; `None` where there is no such expression.
    pub fn cte(&self, name: &str) -> Option<Option<Columns>> {
        let own = self.ctes.iter().rev().find(|(known, _)| known == name).map(|(_, columns)| columns.clone());
        own.or_else(|| self.parent.and_then(|parent| parent.cte(name)))
    }

    /// What a column's path stands for.
    pub fn find(&self, path: &[String]) -> Option<Found> {
        let here = match path {
            [name] => self.bare(name),
            [.., relation, name] => self.qualified(relation, name),
            [] => None,
        };
        here.or_else(|| self.parent.and_then(|parent| parent.find(path)))
    }

    fn bare(&self, name: &str) -> Option<Found> {
        if let Some((_, node, ty)) = self.merged.iter().find(|(known, ..)| known == name) {
            return Some(Found { node: node.clone(), ty: ty.clone() });
        }
        let mut holders = self.relations.iter().filter_map(|relation| Some((relation, typed(relation, name)?)));
        if let Some((relation, column)) = holders.next() {
            return Some(found(relation, name, column.1.clone()));
        }
        if self.relations.iter().any(|relation| relation.name == name && !name.is_empty()) {
            return Some(Found { node: Node::Star(vec![self.shown(name)]), ty: None });
        }
        let mut unknown = self.relations.iter().filter(|relation| relation.columns.is_none());
        match (unknown.next(), unknown.next()) {
            (Some(only), None) => Some(found(only, name, None)),
            _ => None,
        }
    }

    /// Whether the path is known to stand for no column: all relations in sight show what they have.
    pub fn lacks(&self, path: &[String]) -> bool {
        match path {
            [name] => self.is_known() && self.find(path).is_none() && !self.names(name),
            [relation, name] => match self.relations.iter().find(|known| known.name == *relation) {
                Some(named) => named.columns.is_some() && typed(named, name).is_none(),
                None => self.parent.is_some_and(|parent| parent.lacks(path)),
            },
            _ => false,
        }
    }

    /// Whether there are relations, and the columns of all of them are known.
    fn is_known(&self) -> bool {
        let above = self.parent.is_none_or(|parent| parent.relations.is_empty() || parent.is_known());
        !self.relations.is_empty() && self.relations.iter().all(|relation| relation.columns.is_some()) && above
    }

    fn names(&self, name: &str) -> bool {
        self.relations.iter().any(|relation| relation.name == name) || self.parent.is_some_and(|parent| parent.names(name))
    }

    /// The relation of `t.f`, as it is printed, where it is known to have no column `f`: the server calls `f` with its row then.
    pub fn called_with(&self, path: &[String]) -> Option<String> {
        let [relation, name] = path else { return None };
        match self.relations.iter().find(|known| known.name == *relation) {
            Some(named) => (named.columns.is_some() && typed(named, name).is_none()).then(|| named.shown.clone()),
            None => self.parent.and_then(|parent| parent.called_with(path)),
        }
    }

    /// The name under which a relation is printed.
    pub fn shown(&self, name: &str) -> String {
        let own = self.relations.iter().find(|relation| relation.name == name).map(|relation| relation.shown.clone());
        own.or_else(|| self.parent.map(|parent| parent.shown(name))).unwrap_or_else(|| name.to_owned())
    }

    fn qualified(&self, relation: &str, name: &str) -> Option<Found> {
        let named = self.relations.iter().find(|known| known.name == relation)?;
        let ty = typed(named, name).and_then(|column| column.1.clone());
        Some(found(named, name, ty))
    }
}

fn typed<'r>(relation: &'r Named, name: &str) -> Option<&'r Typed> {
    relation.columns.as_ref()?.iter().chain(SYSTEM.iter()).find(|(known, _)| known == name)
}

/// The columns that every table has and `*` does not name (manual, 5.6 System Columns).
static SYSTEM: LazyLock<Vec<Typed>> = LazyLock::new(|| {
    let rows = [("tableoid", "oid"), ("xmin", "xid"), ("cmin", "cid"), ("xmax", "xid"), ("cmax", "cid"), ("ctid", "tid")];
    rows.map(|(name, ty)| (name.to_owned(), Some(ty.to_owned()))).to_vec()
});

fn found(relation: &Named, name: &str, ty: Option<String>) -> Found {
    let shown = if relation.bare { "" } else { relation.shown.as_str() };
    let path = [shown, name].iter().filter(|part| !part.is_empty()).map(|part| (*part).to_owned()).collect();
    Found { node: Node::Column(path), ty }
}
