//! The analysis of a query: stars are written out, columns qualified, results named, ordinals resolved.

use std::rc::Rc;

use super::catalog::Typed;
use super::{Analyser, Scope, types_base};
use crate::base::Name;
use crate::dialects::postgres::names::figured;
use crate::dialects::postgres::tree::{Body, Node, Query, Select, SortKey, Target};

impl Analyser<'_> {
    /// Rewrites a query in place; its columns, where all are known. `names` are those that a view gives to them.
    pub fn query(&self, query: &mut Query, parent: &Scope<'_>, names: &[String]) -> Option<Vec<Typed>> {
        let mut scope = parent.inner();
        // The server names the relations of a query before those of the queries inside.
        match &query.body {
            Body::Select(select) => scope.label(&super::sources::names(&select.from)),
            Body::Change(change) => scope.label(&super::change::names(change)),
            Body::Values(_) | Body::Combine { .. } => {}
        }
        for cte in &mut query.with {
            if query.recursive {
                let guess = self.first_columns(&cte.query, &cte.columns);
                scope.ctes.push((cte.name.clone(), guess));
            }
            let columns = self.query(&mut cte.query, &scope, &[]);
            let columns = columns.map(|columns| Rc::new(renamed(columns, &cte.columns)));
            if query.recursive {
                scope.ctes.pop();
            }
            scope.ctes.push((cte.name.clone(), columns));
        }
        let order = std::mem::take(&mut query.order);
        let (columns, order) = match &mut query.body {
            Body::Select(select) => self.select(select, &scope, names, order),
            Body::Values(rows) => (Some(self.values(rows, &scope)), order),
            Body::Combine { left, right, .. } => self.combine(left, right, &scope, names, order),
            Body::Change(change) => (self.change(change, &scope), order),
        };
        query.order = order;
        query.limit.iter_mut().chain(&mut query.offset).for_each(|node| {
            self.node(node, parent);
            self.unwiden(node, Some("bigint"));
            self.expect(node, "bigint");
        });
        query.locks = query.locks.iter().flat_map(|lock| whole_lock(lock, &scope.taken)).collect();
        query.locks.sort();
        columns.map(|columns| renamed(columns, names))
    }

    /// What a recursive term sees of itself: the names of the first arm.
    fn first_columns(&self, query: &Query, names: &[String]) -> Option<super::Columns> {
        if !names.is_empty() {
            return Some(Rc::new(names.iter().map(|name| (name.clone(), None)).collect()));
        }
        match &query.body {
            Body::Select(select) => {
                let stars = select.targets.iter().any(|target| matches!(target.expr, Node::Star(_)));
                let columns = select.targets.iter().map(|target| (label(target), None)).collect();
                (!stars).then(|| Rc::new(columns))
            }
            Body::Combine { left, .. } => self.first_columns(left, names),
            Body::Values(_) | Body::Change(_) => None,
        }
    }

    fn select(
        &self,
        select: &mut Select,
        scope: &Scope<'_>,
        names: &[String],
        mut order: Vec<SortKey>,
    ) -> (Option<Vec<Typed>>, Vec<SortKey>) {
        let mut inner = scope.inner();
        inner.labels = scope.labels.clone();
        let expanded = self.from(&mut select.from, &mut inner);
        let known = self.expand(&mut select.targets, &expanded, &inner);
        for (at, target) in select.targets.iter_mut().enumerate() {
            target.name = Some(names.get(at).cloned().unwrap_or_else(|| label(target)));
        }
        let written = select.targets.clone();
        order.iter_mut().for_each(|key| self.sort_expr(&mut key.expr, &written, &inner));
        select.distinct.iter_mut().flatten().for_each(|node| self.sort_expr(node, &written, &inner));
        let groups = std::mem::take(&mut select.group);
        select.group = groups.into_iter().map(|node| self.group(node, &written, &inner)).collect();
        let types: Vec<Option<String>> = select.targets.iter_mut().map(|target| self.target(target, &inner)).collect();
        for condition in select.filter.iter_mut().chain(&mut select.having) {
            self.expression(condition, &inner, Some("boolean"));
        }
        select.windows.iter_mut().for_each(|(_, window)| self.window(window, &inner));
        let columns = select.targets.iter().map(|target| target.name.clone().unwrap_or_default()).zip(types).collect();
        (known.then_some(columns), order)
    }

    /// What a change returns.
    pub fn outputs(&self, targets: &mut Vec<Target>, items: &[Option<Vec<Item>>], scope: &Scope<'_>) -> Option<Vec<Typed>> {
        let known = self.expand(targets, items, scope);
        let mut columns = Vec::new();
        for target in targets {
            let name = label(target);
            target.name = Some(name.clone());
            columns.push((name, self.target(target, scope)));
        }
        known.then_some(columns)
    }

    /// Writes out the stars; whether all of them could be.
    fn expand(&self, targets: &mut Vec<Target>, items: &[Option<Vec<Item>>], scope: &Scope<'_>) -> bool {
        let mut complete = true;
        for target in std::mem::take(targets) {
            let list = match &target.expr {
                Node::Star(path) => match path.last() {
                    None => of_items(items),
                    Some(relation) => of_relation(scope, relation),
                },
                Node::Field(inner, field) if field == "*" => self.of_value(inner, scope),
                _ => Some(vec![target.clone()]),
            };
            complete &= list.is_some();
            targets.extend(list.unwrap_or_else(|| vec![target]));
        }
        complete
    }

    /// The columns that `(value).*` stands for: those of the relation of that name, or the fields of the value's type.
    fn of_value(&self, inner: &Node, scope: &Scope<'_>) -> Option<Vec<Target>> {
        if let Node::Column(path) = inner
            && let [relation] = path.as_slice()
            && scope.relations.iter().any(|known| known.name == *relation)
        {
            return of_relation(scope, relation);
        }
        let ty = self.node(&mut inner.clone(), scope)?;
        let (namespace, name) = ty.split_once('.')?;
        let bare = |part: &str| Name::new(part.trim_matches('"'));
        let fields = self.columns_of(bare(namespace), bare(name))?;
        let field = |name: &String| Target { expr: Node::Field(Box::new(inner.clone()), name.clone()), name: Some(name.clone()) };
        Some(fields.iter().map(|(name, _)| field(name)).collect())
    }

    fn target(&self, target: &mut Target, scope: &Scope<'_>) -> Option<String> {
        let ty = self.node(&mut target.expr, scope);
        match &mut target.expr {
            Node::Cast(inner, to) if matches!(**inner, Node::Null) && to == "text" => {
                target.expr = Node::Null;
                Some("text".to_owned())
            }
            Node::Null => None,
            literal @ Node::Literal { .. } => {
                self.textual(literal);
                self.type_of(literal)
            }
            _ => ty,
        }
    }

    /// ORDER BY and DISTINCT ON: a number or a result's name stands for that result (manual, SELECT).
    fn sort_expr(&self, node: &mut Node, targets: &[Target], scope: &Scope<'_>) {
        if let Some(target) = ordinal(node, targets).or_else(|| named(node, targets)) {
            *node = target.expr.clone();
        }
        self.node(node, scope);
        self.textual(node);
    }

    /// GROUP BY: an input column goes before a result's name.
    fn group(&self, mut node: Node, targets: &[Target], scope: &Scope<'_>) -> Node {
        if let Node::Call(call) = &mut node
            && matches!(call.plain(), Some("rollup" | "cube" | "grouping sets"))
        {
            let args = std::mem::take(&mut call.args);
            call.args = args.into_iter().map(|arg| self.group(arg, targets, scope)).collect();
            return node;
        }
        if let Some(target) = ordinal(&node, targets) {
            node = target.expr.clone();
        } else if let Node::Column(path) = &node
            && scope.find(path).is_none()
            && let Some(target) = named(&node, targets)
        {
            node = target.expr.clone();
        }
        self.node(&mut node, scope);
        node
    }

    fn values(&self, rows: &mut [Vec<Node>], scope: &Scope<'_>) -> Vec<Typed> {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut columns = Vec::new();
        for at in 0..width {
            let mut types: Vec<Option<String>> =
                rows.iter_mut().map(|row| row.get_mut(at).and_then(|node| self.node(node, scope))).collect();
            let mut cells: Vec<&mut Node> = rows.iter_mut().filter_map(|row| row.get_mut(at)).collect();
            if types.iter().all(Option::is_none) {
                cells.iter_mut().for_each(|node| self.textual(node));
                types = cells.iter().map(|node| self.type_of(node)).collect();
            }
            let ty = self.unify(&mut cells, &mut types);
            columns.push((format!("column{}", at + 1), ty));
        }
        columns
    }

    fn combine(
        &self,
        left: &mut Query,
        right: &mut Query,
        scope: &Scope<'_>,
        names: &[String],
        mut order: Vec<SortKey>,
    ) -> (Option<Vec<Typed>>, Vec<SortKey>) {
        let columns = self.query(left, scope, names);
        let outputs: Vec<String> = columns.iter().flatten().map(|(name, _)| name.clone()).collect();
        let others = self.query(right, scope, &outputs);
        for key in &mut order {
            if let Node::Column(path) = &key.expr
                && let [name] = path.as_slice()
                && let Some(at) = outputs.iter().position(|known| known == name)
            {
                key.expr = Node::typed((at + 1).to_string(), "integer");
            }
        }
        let columns = match (columns, others) {
            (Some(columns), Some(others)) => {
                let types: Vec<Option<String>> = columns.iter().zip(others).map(|((_, one), (_, two))| one.clone().or(two)).collect();
                self.settle(left, &types);
                self.settle(right, &types);
                Some(columns.into_iter().zip(types).map(|((name, _), ty)| (name, ty)).collect())
            }
            (columns, _) => columns,
        };
        (columns, order)
    }

    /// A NULL in one arm has the type of the other arm's column.
    fn settle(&self, query: &mut Query, types: &[Option<String>]) {
        match &mut query.body {
            Body::Select(select) => {
                for (target, ty) in select.targets.iter_mut().zip(types) {
                    let Some(ty) = ty else { continue };
                    if let Node::Cast(inner, to) = &target.expr
                        && matches!(**inner, Node::Null)
                        && types_base(to) == types_base(ty)
                    {
                        target.expr = Node::Null;
                    }
                }
            }
            Body::Combine { left, right, .. } => {
                self.settle(left, types);
                self.settle(right, types);
            }
            Body::Values(_) | Body::Change(_) => {}
        }
    }
}

/// A lock without OF is one of each relation.
fn whole_lock(lock: &str, relations: &[String]) -> Vec<String> {
    if lock.split(' ').any(|word| word == "of") {
        return vec![lock.to_owned()];
    }
    let (strength, rest) = match lock.split_once(" nowait").or_else(|| lock.split_once(" skip")) {
        Some((strength, _)) => (strength, lock.get(strength.len()..).unwrap_or("")),
        None => (lock, ""),
    };
    relations.iter().map(|relation| format!("{strength} of {relation}{rest}")).collect()
}

/// Columns under the names that are given to them.
pub fn renamed(columns: Vec<Typed>, names: &[String]) -> Vec<Typed> {
    let given = columns.into_iter().enumerate();
    given.map(|(at, (name, ty))| (names.get(at).cloned().unwrap_or(name), ty)).collect()
}

/// The name of a result column.
fn label(target: &Target) -> String {
    target.name.clone().or_else(|| figured(&target.expr)).unwrap_or_else(|| "?column?".to_owned())
}

fn ordinal<'t>(node: &Node, targets: &'t [Target]) -> Option<&'t Target> {
    match node {
        Node::Literal { value, ty: Some(ty) } if ty == "integer" => targets.get(value.parse::<usize>().ok()?.checked_sub(1)?),
        _ => None,
    }
}

fn named<'t>(node: &Node, targets: &'t [Target]) -> Option<&'t Target> {
    match node {
        Node::Column(path) => match path.as_slice() {
            [name] => targets.iter().find(|target| target.name.as_ref() == Some(name)),
            _ => None,
        },
        _ => None,
    }
}

/// A column that a star stands for.
pub struct Item {
    pub name: String,
    pub node: Node,
}

fn of_items(items: &[Option<Vec<Item>>]) -> Option<Vec<Target>> {
    let all = items.iter().map(|items| items.as_ref()).collect::<Option<Vec<_>>>()?;
    Some(all.into_iter().flatten().map(of_item).collect())
}

fn of_item(item: &Item) -> Target {
    Target { expr: item.node.clone(), name: Some(item.name.clone()) }
}

fn of_relation(scope: &Scope<'_>, relation: &str) -> Option<Vec<Target>> {
    let named = scope.relations.iter().find(|known| known.name == relation)?;
    let columns = named.columns.as_ref()?;
    let target = |name: &String| Target { expr: Node::Column(vec![relation.to_owned(), name.clone()]), name: Some(name.clone()) };
    Some(columns.iter().map(|(name, _)| target(name)).collect())
}
