//! What the server's parse analysis does to an expression or a query before it stores it: names are resolved, constants
//! get types, and casts that it would put in itself say nothing. Both sides of a comparison go through it, so a rule
//! that errs on both alike only keeps texts apart that are equal.

mod calls;
pub mod catalog;
mod change;
mod coerce;
mod functions;
mod intervals;
pub mod json;
mod jsonpath;
pub mod literals;
mod numbers;
mod operators;
mod remembered;
mod results;
mod rewrite;
mod scope;
mod select;
mod sources;
mod words;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::tree::{Node, Query};
pub use catalog::{Catalog, Columns, Typed, namespaces, qualified};
use scope::Found;
use scope::Named;
pub use scope::{Scope, named, own};

/// Analyses expressions and queries of one object: under a search path, against a catalog.
pub struct Analyser<'a> {
    pub catalog: &'a Catalog,
    /// The search path under which the text was written; the default one where there is none.
    pub path: Option<&'a str>,
    /// The types of the columns met so far, by the path under which they are printed.
    columns: RefCell<HashMap<Vec<String>, Option<String>>>,
    /// Columns and relations that are not there, though all that could have them is known.
    missing: RefCell<(BTreeSet<String>, BTreeSet<String>)>,
}

impl<'a> Analyser<'a> {
    pub fn new(catalog: &'a Catalog, path: Option<&'a str>) -> Analyser<'a> {
        Analyser { catalog, path, columns: RefCell::default(), missing: RefCell::default() }
    }

    /// Brings an expression to its canonical tree. `expected` is the type that its place asks for.
    pub fn expression(&self, node: &mut Node, scope: &Scope<'_>, expected: Option<&str>) -> Option<String> {
        let ty = self.node(node, scope);
        match expected {
            Some(expected) => {
                self.expect(node, expected);
                Some(expected.to_owned())
            }
            None => ty,
        }
    }

    /// Analyses expressions over one relation.
    pub fn alone(&self, texts: &[&str], relation: Named) {
        let scope = Scope { relations: vec![relation], ..Scope::default() };
        for mut node in texts.iter().filter_map(|text| super::parse::expression(text)) {
            self.node(&mut node, &scope);
        }
    }

    /// The columns and the relations that were met and are not there.
    pub fn missing(&self) -> (Vec<String>, Vec<String>) {
        let (columns, relations) = self.missing.take();
        (columns.into_iter().collect(), relations.into_iter().collect())
    }

    fn note(&self, found: &Found) {
        if let Node::Column(path) = &found.node {
            self.columns.borrow_mut().insert(path.clone(), found.ty.clone());
        }
    }

    fn noted(&self, path: &[String]) -> Option<String> {
        self.columns.borrow().get(path).cloned().flatten()
    }

    /// Brings a query inside other names to its canonical tree.
    pub fn inner(&self, query: &mut Query, scope: &Scope<'_>) {
        self.query(query, scope, &[]);
    }

    /// Brings a query to its canonical tree, and tells its columns where all are known.
    pub fn view(&self, query: &mut Query, names: &[String]) -> Option<Columns> {
        let columns = self.query(query, &Scope::default(), names)?;
        Some(Rc::new(columns))
    }
}

/// The items of a list, parted at the commas that stand in no parentheses and no quotes.
pub fn split_types(text: &str) -> Vec<String> {
    super::levels::parted(text, ',').into_iter().map(str::to_owned).collect()
}

fn types_base(ty: &str) -> String {
    super::types::base(ty)
}
