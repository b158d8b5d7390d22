//! Queries that follow a column's new name: the server keeps them as trees that speak of columns by number, so their next text
//! says the new name, and the results keep the names that they had.

use std::cell::{Cell, RefCell};

use super::analyse::{Analyser, Catalog, named};
use super::canonical::{Place, analysed, unlabel};
use super::tree::{Alias, Body, Node, Query, Select, SortKey, Source, Target, Window};
use super::{parse, print};
use crate::base::Name;
use crate::dialects::shows_all;
use crate::ir::{Attr, Fragment, Key, Kind, Object, Pair, Schema, Value, Written};

/// What these objects say after a column of a relation got another name. A text that cannot be read stays.
pub fn column(schema: &Schema<Written>, speaking: &[Key], column: Pair<Key>) -> Vec<(Key, Attr, Value)> {
    let Pair { live: column, desired: Key { name: to, .. } } = column;
    let held = |key: &Key| schema.get(*key).filter(|object| speaks(object, column));
    let held: Vec<&Object> = speaking.iter().filter_map(held).collect();
    if held.is_empty() {
        return Vec::new();
    }
    let catalog = Catalog::of(schema);
    let columns = Analyser::new(&catalog, None).columns_of(column.namespace, column.owner);
    let columns = columns.map(|columns| columns.iter().map(|(name, _)| name.clone()).collect());
    let follow = Follow { column, to: to.to_string(), columns, seen: Seen::default() };
    held.into_iter().flat_map(|object| follow.facts(object, &catalog)).collect()
}

/// Whether an object's query, or a policy's condition, has the column's name in it, or `*`, whose results keep their names.
fn speaks(object: &Object, column: Key) -> bool {
    let own = is_its_view(object, column);
    READ.iter().any(|(kind, attr)| {
        let says = |text: &str| own || text.contains(column.name.as_str()) || shows_all(text);
        object.key.kind == *kind && object.text(*attr).is_some_and(says)
    })
}

/// Whether the column is one of this view's own.
fn is_its_view(object: &Object, column: Key) -> bool {
    object.key.kind.is_relation() && (object.key.namespace, object.key.name) == (column.namespace, column.owner)
}

/// The facts that hold queries.
const READ: &[(Kind, Attr)] =
    &[(Kind::View, Attr::Query), (Kind::MaterializedView, Attr::Query), (Kind::Policy, Attr::Using), (Kind::Policy, Attr::WithCheck)];

/// A column and its new name.
struct Follow {
    column: Key,
    to: String,
    /// The columns of its relation as they were called, where they are known.
    columns: Option<Vec<String>>,
    seen: Seen,
}

/// What queries read.
#[derive(Default)]
struct Seen {
    /// The relation.
    it: Cell<bool>,
    /// A relation of its name, and nobody knows whether it is this one.
    like_it: Cell<bool>,
    /// The names of WITH queries.
    with: RefCell<Vec<String>>,
}

/// Whether a view or a policy speaks of a column, or of its relation where the column has no name; `None` where that is not known.
pub fn speaks_of(object: &Object, column: Key, catalog: &Catalog) -> Option<bool> {
    let to = "amend follows it".to_string();
    let follow = Follow { column, to, columns: Some(vec![column.name.to_string()]), seen: Seen::default() };
    let changed = match object.key.kind {
        Kind::Policy => {
            let texts = [Attr::Using, Attr::WithCheck].into_iter().filter(|attr| object.has(*attr));
            let trees: Option<Vec<Pair<Node>>> = texts.map(|attr| follow.tree(object, attr, catalog)).collect();
            trees?.iter().any(|tree| tree.live != tree.desired)
        }
        _ => {
            let mut query = analysed(object, catalog)?;
            let before = query.clone();
            follow.query(&mut query, &Labels::new())?;
            query != before
        }
    };
    let known = !follow.seen.like_it.get();
    known.then(|| if column.name.is_none() { follow.seen.it.get() } else { changed })
}

/// The labels of the relations in scope, innermost last, and whether each is the column's relation.
type Labels = Vec<(String, bool)>;

impl Follow {
    fn facts(&self, object: &Object, catalog: &Catalog) -> Vec<(Key, Attr, Value)> {
        match object.key.kind {
            Kind::Policy => [Attr::Using, Attr::WithCheck].into_iter().filter_map(|attr| self.condition(object, attr, catalog)).collect(),
            _ if is_its_view(object, self.column) => self.result(object, catalog).into_iter().collect(),
            _ => self.view(object, catalog).into_iter().collect(),
        }
    }

    /// A view that reads the relation.
    fn view(&self, object: &Object, catalog: &Catalog) -> Option<(Key, Attr, Value)> {
        let mut query = analysed(object, catalog).filter(|_| !object.has(Attr::Recursive))?;
        let before = query.clone();
        self.query(&mut query, &Labels::new()).filter(|()| query != before)?;
        unlabel(&mut query);
        Some((object.key, Attr::Query, Value::Sql(Fragment::new(print::spoken(&query)?))))
    }

    /// The view whose own column it is: the result has another name.
    fn result(&self, object: &Object, catalog: &Catalog) -> Option<(Key, Attr, Value)> {
        let names = object.names(Attr::ColumnNames);
        if let Some(at) = names.iter().position(|name| *name == self.column.name) {
            let mut names = names.to_vec();
            names[at] = Name::new(&self.to);
            return Some((object.key, Attr::ColumnNames, Value::Names(names)));
        }
        let mut query = analysed(object, catalog).filter(|_| !object.has(Attr::Recursive))?;
        let is_it = |target: &&mut Target| target.name.as_deref() == Some(self.column.name.as_str());
        first_select(&mut query)?.targets.iter_mut().find(is_it)?.name = Some(self.to.clone());
        unlabel(&mut query);
        Some((object.key, Attr::Query, Value::Sql(Fragment::new(print::spoken(&query)?))))
    }

    /// A policy's condition.
    fn condition(&self, object: &Object, attr: Attr, catalog: &Catalog) -> Option<(Key, Attr, Value)> {
        let tree = self.tree(object, attr, catalog)?;
        let text = print::text(&tree.desired);
        (tree.desired != tree.live && parse::expression(&text).is_some()).then(|| (object.key, attr, Value::Sql(Fragment::new(text))))
    }

    /// A policy's condition before and after. Its own relation's columns get the relation's name, for a query inside may have columns of
    /// these names.
    fn tree(&self, object: &Object, attr: Attr, catalog: &Catalog) -> Option<Pair<Node>> {
        let relation = object.key.owner.to_string();
        let mut place = Place::bare(object, catalog);
        place.scope.taken.push(relation.clone());
        place.scope.relations.push(named(&relation, catalog.columns(object.key.namespace, object.key.owner)));
        let mut node = place.tree(object.text(attr)?)?;
        let before = node.clone();
        let own = object.key.owner == self.column.owner && object.key.namespace == self.column.namespace;
        self.node(&mut node, &vec![(relation, own)])?;
        Some(Pair::new(before, node))
    }

    /// Rewrites an analysed query; `None` where the column is spoken of in a way that cannot be followed.
    fn query(&self, query: &mut Query, outer: &Labels) -> Option<()> {
        self.seen.with.borrow_mut().extend(query.with.iter().map(|cte| cte.name.clone()));
        query.with.iter_mut().try_for_each(|cte| self.query(&mut cte.query, outer))?;
        let mut labels = outer.clone();
        match &mut query.body {
            Body::Select(select) => self.select(select, &mut labels)?,
            Body::Values(rows) => rows.iter_mut().flatten().try_for_each(|node| self.node(node, outer))?,
            Body::Combine { left, right, .. } => [left, right].into_iter().try_for_each(|side| self.query(side, outer))?,
            Body::Change(_) => return None,
        }
        self.keys(&mut query.order, &labels)?;
        query.limit.iter_mut().chain(&mut query.offset).try_for_each(|node| self.node(node, outer))
    }

    fn select(&self, select: &mut Select, labels: &mut Labels) -> Option<()> {
        select.from.iter_mut().try_for_each(|source| self.keep_in_using(source))?;
        // A function in FROM may speak of what stands before it, and a condition of a join of all that it joins.
        select.from.iter().for_each(|source| self.label(source, labels));
        select.from.iter_mut().try_for_each(|source| self.source(source, labels))?;
        let targets = select.targets.iter_mut().map(|target| &mut target.expr);
        let conditions = select.filter.iter_mut().chain(&mut select.having).chain(&mut select.group);
        targets.chain(conditions).chain(select.distinct.iter_mut().flatten()).try_for_each(|node| self.node(node, labels))?;
        select.windows.iter_mut().try_for_each(|(_, window)| self.window(window, labels))
    }

    /// The columns that USING names are called the same on both sides: the server lets the query keep the relation's old names, as
    /// aliases of its columns (`set_using_names` in its source).
    fn keep_in_using(&self, source: &mut Source) -> Option<()> {
        let Source::Join(join) = source else { return Some(()) };
        let merged = join.using.iter().any(|name| name == self.column.name.as_str());
        for side in [&mut join.left, &mut join.right] {
            self.keep_in_using(side)?;
            if merged {
                self.keep(side)?;
            }
        }
        Some(())
    }

    /// Keeps the old names of the relation's columns in one side of such a join.
    fn keep(&self, source: &mut Source) -> Option<()> {
        match source {
            Source::Relation { name, alias, .. } if alias.columns.is_empty() && self.is_its(name) => {
                alias.columns = self.columns.clone()?
            }
            Source::Join(join) => {
                self.keep(&mut join.left)?;
                self.keep(&mut join.right)?;
            }
            Source::Relation { .. } | Source::Query { .. } | Source::Functions { .. } => {}
        }
        Some(())
    }

    /// Whether this is the whole name of the column's relation.
    fn is_its(&self, name: &[String]) -> bool {
        matches!(name, [namespace, name] if self.column.namespace.as_str() == namespace && self.column.owner.as_str() == name)
    }

    fn see(&self, relation: &[String]) {
        let bare = |name: &String| self.column.owner.as_str() == name && !self.seen.with.borrow().contains(name);
        self.seen.it.set(self.seen.it.get() || self.is_its(relation));
        self.seen.like_it.set(self.seen.like_it.get() || matches!(relation, [name] if bare(name)));
    }

    /// Takes down under which names the relations of FROM are spoken of. Columns that the query gives names of its own keep them.
    fn label(&self, source: &Source, labels: &mut Labels) {
        let mut note = |alias: &Alias, is_it: bool| labels.extend(alias.name.clone().map(|name| (name, is_it)));
        match source {
            Source::Relation { name, alias, .. } => {
                self.see(name);
                note(alias, self.is_its(name) && alias.columns.is_empty());
            }
            Source::Query { alias, .. } | Source::Functions { alias, .. } => note(alias, false),
            Source::Join(join) => {
                note(&join.alias, false);
                self.label(&join.left, labels);
                self.label(&join.right, labels);
            }
        }
    }

    fn source(&self, source: &mut Source, labels: &Labels) -> Option<()> {
        match source {
            Source::Relation { .. } => Some(()),
            Source::Query { query, .. } => self.query(query, labels),
            Source::Functions { calls, .. } => calls.iter_mut().try_for_each(|call| self.node(call, labels)),
            Source::Join(join) => {
                self.source(&mut join.left, labels)?;
                self.source(&mut join.right, labels)?;
                join.on.iter_mut().try_for_each(|node| self.node(node, labels))
            }
        }
    }

    fn keys(&self, keys: &mut [SortKey], labels: &Labels) -> Option<()> {
        keys.iter_mut().try_for_each(|key| self.node(&mut key.expr, labels))
    }

    fn window(&self, window: &mut Window, labels: &Labels) -> Option<()> {
        let mut done = Some(());
        window.each_child(&mut |node| done = done.and_then(|()| self.node(node, labels)));
        done
    }

    fn node(&self, node: &mut Node, labels: &Labels) -> Option<()> {
        if let Node::Column(path) = node
            && let Some((name, before)) = path.split_last_mut()
            && *name == self.column.name.as_str()
        {
            let label = before.last().map_or("", String::as_str);
            if labels.iter().rev().find(|(known, _)| known == label).is_some_and(|(_, is_it)| *is_it) {
                name.clone_from(&self.to);
            }
        }
        let mut done = Some(());
        node.each_child(&mut |child| done = done.and_then(|()| self.node(child, labels)));
        node.each_query(&mut |query| done = done.and_then(|()| self.query(query, labels)));
        done
    }
}

/// The SELECT that names the results.
fn first_select(query: &mut Query) -> Option<&mut Select> {
    match &mut query.body {
        Body::Select(select) => Some(select),
        Body::Combine { left, .. } => first_select(left),
        Body::Values(_) | Body::Change(_) => None,
    }
}
