//! Expressions and types of objects: set `canon` from the text. Plain constants take a short way, for a dump is full of them.

use crate::dialects::postgres::analyse::{Analyser, Catalog, Columns, Scope};
use crate::dialects::postgres::tree::Node;
use crate::dialects::postgres::{lexer, parse, print};
use crate::ir::{Attr, Object};

/// Where an expression stands.
pub struct Place<'a> {
    pub catalog: &'a Catalog,
    /// The search path under which it was written.
    pub path: Option<String>,
    pub scope: Scope<'a>,
    /// The type that its place asks for.
    pub expected: Option<String>,
}

impl<'a> Place<'a> {
    /// An expression that speaks of no columns.
    pub fn bare(object: &Object, catalog: &'a Catalog) -> Place<'a> {
        Place { catalog, path: object.text(Attr::SearchPath).map(str::to_owned), scope: Scope::default(), expected: None }
    }

    /// An expression over the columns of the object's relation.
    pub fn of_relation(object: &Object, catalog: &'a Catalog) -> Place<'a> {
        let columns = catalog.columns(object.key.namespace, object.key.owner);
        Place::bare(object, catalog).with(&object.key.owner.to_string(), columns)
    }

    /// With a relation whose columns may be named with or without it, and are printed without.
    pub fn with(mut self, name: &str, columns: Option<Columns>) -> Place<'a> {
        self.scope.relations.push(crate::dialects::postgres::analyse::own(name, columns));
        self
    }

    pub fn expecting(mut self, ty: Option<String>) -> Place<'a> {
        self.expected = ty;
        self
    }

    /// The canonical tree of a text; `None` where it cannot be read.
    pub fn tree(&self, text: &str) -> Option<Node> {
        let mut node = parse::expression(text)?;
        Analyser::new(self.catalog, self.path.as_deref()).expression(&mut node, &self.scope, self.expected.as_deref());
        Some(node)
    }

    /// The canonical text of an expression.
    pub fn text(&self, text: &str) -> String {
        self.tree(text).map_or_else(|| lexer::normal(text), |node| print::text(&node))
    }

    /// Sets the canonical form of a fact.
    pub fn settle_fact(&self, object: &mut Object, attr: Attr) {
        object.settle(attr, |text| self.text(text));
    }
}

/// The canonical form of the object's data type.
pub fn types(object: &mut Object, catalog: &Catalog) {
    if !object.has(Attr::Type) {
        return;
    }
    let path = object.text(Attr::SearchPath).map(str::to_owned);
    object.settle(Attr::Type, |text| catalog.type_text(text, path.as_deref()));
}
