//! The analysis of FROM: which relations there are, under which names, with which columns.

use std::rc::Rc;

use super::catalog::{Columns, Typed, ViewText};
use super::select::{Item, renamed};
use super::{Analyser, Scope, functions};
use crate::base::Name;
use crate::dialects::postgres::names::figured;
use crate::dialects::postgres::parse;
use crate::dialects::postgres::tree::{Alias, Join, Node, Source};

impl Analyser<'_> {
    /// Brings the elements of FROM into scope, and tells what `*` stands for in each; `None` where that is not known.
    pub fn from(&self, sources: &mut [Source], scope: &mut Scope<'_>) -> Vec<Option<Vec<Item>>> {
        sources.iter_mut().map(|source| self.source(source, scope)).collect()
    }

    fn source(&self, source: &mut Source, scope: &mut Scope<'_>) -> Option<Vec<Item>> {
        match source {
            Source::Relation { name, alias, .. } => {
                let columns = self.relation(name, scope);
                named(scope, alias, name.last().cloned().unwrap_or_default(), columns)
            }
            Source::Query { query, alias, .. } => {
                let columns = self.query(query, scope, &[]).map(Rc::new);
                named(scope, alias, String::new(), columns)
            }
            Source::Functions { calls, ordinality, lateral, alias } => {
                *lateral = false;
                let columns = self.functions(calls, *ordinality, alias, scope);
                named(scope, alias, String::new(), columns)
            }
            Source::Join(join) => self.join(join, scope),
        }
    }

    /// The columns of a relation, whose name is made whole.
    fn relation(&self, path: &mut Vec<String>, scope: &Scope<'_>) -> Option<Columns> {
        let (namespace, name) = match path.as_slice() {
            [name] => {
                if let Some(columns) = scope.cte(name) {
                    return columns;
                }
                let name = Name::new(name);
                let found = self.catalog.relation_namespace(name, self.path);
                let system = found.is_none() && name.as_str().starts_with("pg_");
                if found.is_none() && !system {
                    self.missing.borrow_mut().1.insert(name.to_string());
                }
                (found.or(system.then(|| Name::new("pg_catalog"))), name)
            }
            [.., namespace, name] => (Some(Name::new(namespace)), Name::new(name)),
            [] => return None,
        };
        let namespace = namespace.unwrap_or_else(|| Name::new("public"));
        *path = vec![namespace.to_string(), name.to_string()];
        self.columns_of(namespace, name)
    }

    /// The columns of a table, or of a view whose query is analysed for them.
    pub fn columns_of(&self, namespace: Name, name: Name) -> Option<Columns> {
        let key = (namespace, name);
        if let Some(columns) = self.catalog.columns(namespace, name) {
            return Some(columns);
        }
        if self.catalog.known_views.borrow().contains_key(&key) {
            return None;
        }
        let view: &ViewText = self.catalog.views.get(&key)?;
        self.catalog.known_views.borrow_mut().insert(key, None);
        let columns = parse::query(&view.query).and_then(|mut query| {
            let analyser = Analyser::new(self.catalog, view.path.as_deref());
            analyser.view(&mut query, &view.names)
        });
        self.catalog.known_views.borrow_mut().insert(key, columns.clone());
        columns
    }

    fn functions(&self, calls: &mut [Node], ordinality: bool, alias: &mut Alias, scope: &Scope<'_>) -> Option<Columns> {
        let plain = calls.first().and_then(figured);
        let label = alias.name.clone().or(plain)?;
        alias.name = Some(label.clone());
        let types: Vec<Option<String>> = calls.iter_mut().map(|call| self.node(call, scope)).collect();
        alias.types.iter_mut().for_each(|ty| *ty = self.catalog.type_text(ty, self.path));
        if !alias.types.is_empty() {
            return Some(Rc::new(alias.columns.iter().cloned().zip(alias.types.iter().cloned().map(Some)).collect()));
        }
        let mut columns: Vec<Typed> = Vec::new();
        for (call, ty) in calls.iter().zip(types) {
            columns.extend(self.function_columns(call, ty, &label)?);
        }
        if ordinality {
            columns.push(("ordinality".to_owned(), Some("bigint".to_owned())));
        }
        let columns = renamed(columns, &alias.columns);
        alias.columns = columns.iter().map(|(name, _)| name.clone()).collect();
        Some(Rc::new(columns))
    }

    fn function_columns(&self, call: &Node, ty: Option<String>, label: &str) -> Option<Vec<Typed>> {
        let Node::Call(call) = call else { return None };
        if call.worded && call.plain() == Some("json_table") {
            return Some(super::json::columns(call));
        }
        if call.plain() == Some("unnest") && call.args.len() > 1 {
            return Some(call.args.iter().map(|_| ("unnest".to_owned(), None)).collect());
        }
        if let [name] = call.name.as_slice()
            && let Some(columns) = functions::table_columns(name, label)
        {
            let single = columns.len() == 1;
            return Some(columns.into_iter().map(|name| (name, if single { ty.clone() } else { None })).collect());
        }
        let routines = self.catalog.routines(&call.name);
        let [routine] = routines.as_slice() else { return None };
        let output = |(name, ty): &(Option<String>, String)| Some((name.clone()?, Some(self.catalog.type_text(ty, self.path))));
        if !routine.outputs.is_empty() {
            return routine.outputs.iter().map(output).collect();
        }
        let result = routine.result.as_deref()?.trim();
        let lower = result.to_ascii_lowercase();
        if lower.starts_with("table") {
            let inner = result.get(5..)?.trim().strip_prefix('(')?.strip_suffix(')')?;
            return super::split_types(inner).iter().map(|column| self.table_column(column)).collect();
        }
        let bare = if lower.starts_with("setof ") { result.get(6..)? } else { result };
        let ty = self.catalog.type_text(bare, self.path);
        if let Some((namespace, name)) = ty.split_once('.') {
            let (namespace, name) = (Name::new(namespace.trim_matches('"')), Name::new(name.trim_matches('"')));
            if let Some(columns) = self.columns_of(namespace, name) {
                return Some(columns.to_vec());
            }
        }
        (ty != "record").then(|| vec![(label.to_owned(), Some(ty))])
    }

    /// A column of RETURNS TABLE.
    fn table_column(&self, text: &str) -> Option<Typed> {
        let text = text.trim();
        let (name, ty) = match text.strip_prefix('"') {
            Some(rest) => rest.split_once('"')?,
            None => text.split_once(char::is_whitespace)?,
        };
        let name = if text.starts_with('"') { name.to_owned() } else { name.to_ascii_lowercase() };
        Some((name, Some(self.catalog.type_text(ty, self.path))))
    }

    fn join(&self, join: &mut Join, scope: &mut Scope<'_>) -> Option<Vec<Item>> {
        let left = self.source(&mut join.left, scope);
        let right = self.source(&mut join.right, scope);
        if join.natural {
            let (left, right) = (left.as_ref()?, right.as_ref()?);
            join.using =
                left.iter().filter(|item| right.iter().any(|other| other.name == item.name)).map(|item| item.name.clone()).collect();
            join.natural = false;
        }
        if let Some(on) = &mut join.on {
            self.expression(on, scope, Some("boolean"));
        }
        let merged: Vec<Item> = join.using.iter().filter_map(|name| merged(join.kind, name, left.as_deref()?, right.as_deref()?)).collect();
        for item in &merged {
            let found = match &item.node {
                Node::Column(path) => scope.find(path),
                _ => None,
            };
            let Some(found) = found else { continue };
            scope.merged.retain(|(known, ..)| *known != item.name);
            scope.merged.push((item.name.clone(), found.node, found.ty));
        }
        let is_merged = |item: &Item| join.using.contains(&item.name);
        let rest = left?.into_iter().chain(right?).filter(|item| !is_merged(item));
        let mut items: Vec<Item> = Vec::new();
        items.extend(rest);
        let mut all = merged;
        all.extend(items);
        if let Some(alias) = &join.alias.name {
            let columns = all.iter().map(|item| (item.name.clone(), None)).collect();
            scope.relations.push(super::named(alias, Some(Rc::new(columns))));
        }
        Some(all)
    }
}

/// What a column of USING stands for: that of the side whose rows are always there.
fn merged(kind: &str, name: &str, left: &[Item], right: &[Item]) -> Option<Item> {
    let find = |items: &[Item]| items.iter().find(|item| item.name == name).map(|item| item.node.clone());
    let (one, two) = (find(left)?, find(right)?);
    let node = match kind {
        "right" => two,
        "full" => Node::Column(vec![name.to_owned()]),
        _ => one,
    };
    Some(Item { name: name.to_owned(), node })
}

/// The names of the relations in FROM.
pub fn names(sources: &[Source]) -> Vec<String> {
    let mut names = Vec::new();
    sources.iter().for_each(|source| written_names(source, &mut names));
    names
}

/// The names of the relations in an element of FROM, in the order in which they come into scope.
fn written_names(source: &Source, names: &mut Vec<String>) {
    let own = |alias: &Alias, other: Option<String>| alias.name.clone().or(other).unwrap_or_default();
    match source {
        Source::Relation { name, alias, .. } => names.push(own(alias, name.last().cloned())),
        Source::Query { alias, .. } => names.push(own(alias, None)),
        Source::Functions { calls, alias, .. } => names.push(own(alias, calls.first().and_then(figured))),
        Source::Join(join) => {
            written_names(&join.left, names);
            written_names(&join.right, names);
        }
    }
}

/// Puts a relation into scope under its alias.
fn named(scope: &mut Scope<'_>, alias: &mut Alias, own: String, columns: Option<Columns>) -> Option<Vec<Item>> {
    let name = alias.name.clone().unwrap_or(own);
    let shown = scope.labels.pop().unwrap_or_else(|| name.clone());
    if !name.is_empty() {
        alias.name = Some(shown.clone());
    }
    let columns =
        columns.map(|columns| if alias.columns.is_empty() { columns } else { Rc::new(renamed(columns.to_vec(), &alias.columns)) });
    if columns.as_deref().is_some_and(|columns| alias.types.is_empty() && alias.columns.len() < columns.len() && !alias.columns.is_empty())
    {
        alias.columns = columns.iter().flat_map(|columns| columns.iter().map(|(name, _)| name.clone())).collect();
    }
    let mut relation = super::named(&name, columns.clone());
    relation.shown = shown;
    scope.relations.push(relation);
    let item = |(column, _): &Typed| Item { name: column.clone(), node: Node::Column(vec![name.clone(), column.clone()]) };
    columns.map(|columns| columns.iter().map(item).collect())
}
