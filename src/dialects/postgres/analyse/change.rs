//! The analysis of INSERT, UPDATE, DELETE and MERGE: which rows an expression in each place may speak of.

use super::catalog::{Columns, Typed};
use super::rewrite::unname;
use super::select::Item;
use super::{Analyser, Scope, named, own};
use crate::dialects::postgres::tree::{Action, Body, Change, Node, Query, Subscript};

/// The relation that is changed.
struct Goal {
    columns: Option<Columns>,
    /// The name under which it is spoken of.
    name: String,
}

impl Goal {
    fn ty(&self, target: &Node) -> Option<String> {
        if let Node::Subscript(array, place) = target {
            let ty = self.ty(array)?;
            return if matches!(**place, Subscript::At(_)) { ty.strip_suffix("[]").map(str::to_owned) } else { Some(ty) };
        }
        let Node::Column(path) = target else { return None };
        let column = self.columns.iter().flat_map(|columns| columns.iter()).find(|(name, _)| Some(name) == path.last())?;
        column.1.clone()
    }
}

impl Analyser<'_> {
    /// Rewrites a change in place; the columns that it returns, where all are known.
    pub fn change(&self, change: &mut Change, scope: &Scope<'_>) -> Option<Vec<Typed>> {
        let mut inner = scope.inner();
        inner.labels = scope.labels.clone();
        let mut items = self.from(std::slice::from_mut(&mut change.target), &mut inner);
        let goal = Goal {
            columns: inner.relations.first().and_then(|relation| relation.columns.clone()),
            name: inner.relations.first().map(|relation| relation.name.clone()).unwrap_or_default(),
        };
        let sources = self.from(&mut change.using, &mut inner);
        if change.verb == "merge" {
            items.splice(0..0, sources);
        } else {
            items.extend(sources);
        }
        // What an INSERT puts in does not see the rows of its relation.
        self.action(&mut change.action, &goal, if change.verb == "insert" { scope } else { &inner });
        change.filter.iter_mut().for_each(|filter| self.condition(filter, &inner));
        self.inference(&mut change.inference, &goal);
        self.arms(change, &goal, &inner);
        self.returned(change, &items, &goal, inner)
    }

    /// Columns are printed without the relation's name where an index is looked for by them.
    fn inference(&self, nodes: &mut [Node], goal: &Goal) {
        let mut scope = Scope::default();
        scope.relations.push(own(&goal.name, goal.columns.clone()));
        nodes.iter_mut().for_each(|node| {
            self.node(node, &scope);
        });
    }

    fn arms(&self, change: &mut Change, goal: &Goal, scope: &Scope<'_>) {
        for arm in &mut change.arms {
            let mut inner = scope.inner();
            if change.verb == "insert" {
                inner.relations.push(named("excluded", goal.columns.clone()));
            }
            // A row that is not matched has no counterpart, so the names are those of one side alone (manual, MERGE).
            if arm.when == "when not matched" {
                inner.relations = scope.relations.iter().filter(|relation| relation.name != goal.name).cloned().collect();
            }
            arm.condition.iter_mut().for_each(|condition| self.condition(condition, &inner));
            self.action(&mut arm.action, goal, &inner);
        }
    }

    fn action(&self, action: &mut Action, goal: &Goal, scope: &Scope<'_>) {
        if let Some(query) = &mut action.values {
            let width = self.put(query, &action.columns, goal, scope);
            if action.columns.is_empty() {
                let names = goal.columns.iter().flat_map(|columns| columns.iter().map(|(name, _)| name.clone()));
                action.columns = names.take(width.unwrap_or(usize::MAX)).collect();
            }
        }
        for (targets, value) in &mut action.set {
            self.node(value, scope);
            if let [target] = targets.as_slice()
                && let Some(ty) = goal.ty(target)
            {
                self.expect(value, &ty);
            }
        }
    }

    /// The rows that an INSERT puts in; how many columns they have.
    fn put(&self, query: &mut Query, columns: &[String], goal: &Goal, scope: &Scope<'_>) -> Option<usize> {
        let Body::Values(rows) = &mut query.body else {
            let columns = self.query(query, scope, &[]);
            unname(query);
            return columns.map(|columns| columns.len());
        };
        let all: Vec<String> = goal.columns.iter().flat_map(|columns| columns.iter().map(|(name, _)| name.clone())).collect();
        let names = if columns.is_empty() { &all } else { columns };
        for (at, cell) in rows.iter_mut().flat_map(|row| row.iter_mut().enumerate()) {
            self.node(cell, scope);
            let ty = names.get(at).and_then(|name| goal.ty(&Node::column(name)));
            ty.iter().for_each(|ty| self.expect(cell, ty));
        }
        rows.first().map(Vec::len)
    }

    /// RETURNING, which may speak of the row as it was and as it is (manual, 6.4).
    fn returned(&self, change: &mut Change, items: &[Option<Vec<Item>>], goal: &Goal, mut scope: Scope<'_>) -> Option<Vec<Typed>> {
        let rows = change.rows.clone().unwrap_or_else(|| ("old".to_owned(), "new".to_owned()));
        for row in [rows.0, rows.1] {
            // In a rule these are the rows that the rule is about.
            if scope.find(std::slice::from_ref(&row)).is_none() {
                scope.relations.push(named(&row, goal.columns.clone()));
            }
        }
        self.outputs(&mut change.returning, items, &scope)
    }
}

/// The names of the relations that a change speaks of, in the order in which the server names them.
pub fn names(change: &Change) -> Vec<String> {
    let mut names = super::sources::names(std::slice::from_ref(&change.target));
    names.extend(super::sources::names(&change.using));
    names
}
