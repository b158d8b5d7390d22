//! Names in a query, resolved as the server does when it stores a view: every column gets its table, `*` is spelled
//! out, USING and NATURAL become ON, a RIGHT JOIN becomes a LEFT JOIN.

use std::collections::BTreeMap;

use super::expression::Expr;
use super::query::{Body, Item, Query, Select, Table};
use super::sources;
use crate::dialects::mysql::home;

/// The columns of the relations that a query may name.
#[derive(Default)]
pub struct Catalog {
    pub columns: BTreeMap<String, Vec<String>>,
    /// Columns of tables that `*` leaves out.
    pub hidden: BTreeMap<String, Vec<String>>,
    /// Whether the server turns a RIGHT JOIN round before it looks for the columns of USING and NATURAL.
    pub turns_first: bool,
}

/// What the tables of one FROM show.
#[derive(Clone, Default)]
struct Shape {
    /// Alias and column, in the order of `*`.
    columns: Vec<(String, String)>,
    aliases: Vec<String>,
    /// Tables whose columns are not known.
    unknown: Vec<String>,
    /// Alias and column of what `*` leaves out.
    hidden: Vec<(String, String)>,
}

/// Where names are looked up: inner shapes first.
struct Scope<'s> {
    shape: Shape,
    outer: Option<&'s Scope<'s>>,
}

/// Resolves a whole query; returns the names of its columns, where they can be told.
pub fn resolve(query: &mut Query, catalog: &Catalog) -> Vec<String> {
    Resolver { catalog, common: Vec::new() }.query(query, None)
}

/// The tables that a query reads from, at any depth.
pub fn sources(query: &Query) -> Vec<String> {
    let mut found = Vec::new();
    sources::of_query(query, &mut found);
    found
}

struct Resolver<'c> {
    catalog: &'c Catalog,
    /// Common table expressions in sight.
    common: Vec<(String, Vec<String>)>,
}

impl Resolver<'_> {
    fn query(&mut self, query: &mut Query, outer: Option<&Scope>) -> Vec<String> {
        let seen = self.common.len();
        for (name, columns, inner) in &mut query.with {
            if query.recursive {
                self.common.push((name.clone(), columns.clone()));
            }
            let found = self.query(inner, None);
            rename(inner, columns);
            self.common.push((name.clone(), if columns.is_empty() { found } else { columns.clone() }));
        }
        let names = match &mut query.body {
            Body::Select(select) => self.select(select, &mut query.order, outer),
            Body::Set(_, left, right) => {
                let names = self.query(left, outer);
                self.query(right, outer);
                let named = |place: usize| Some(Expr::Name(vec![names.get(place)?.clone()]));
                query.order.iter_mut().for_each(|value| by_place(value, &named));
                names
            }
            Body::Values(rows) => {
                rows.iter_mut().for_each(|row| self.expression(row, &Scope { shape: Shape::default(), outer }));
                Vec::new()
            }
        };
        self.common.truncate(seen);
        names
    }

    fn select(&mut self, select: &mut Select, order: &mut [Expr], outer: Option<&Scope>) -> Vec<String> {
        for (name, window) in std::mem::take(&mut select.windows) {
            select.items.iter_mut().for_each(|item| inline_window(&mut item.value, &name, &window));
            order.iter_mut().for_each(|value| inline_window(value, &name, &window));
        }
        let shape = match &mut select.from {
            Some(table) => self.table(table, outer),
            None => Shape::default(),
        };
        let scope = Scope { shape, outer };
        select.items = spelled_out(std::mem::take(&mut select.items), &scope.shape);
        for item in &mut select.items {
            self.expression(&mut item.value, &scope);
        }
        if let Some(filter) = &mut select.filter {
            self.expression(filter, &scope);
        }
        for group in &mut select.group {
            by_place(group, &|place| Some(select.items.get(place)?.value.clone()));
            let column = matches!(&*group, Expr::Name(parts) if parts.len() == 1 && find(&parts[0], &scope).is_some());
            if !column {
                by_alias(group, &select.items);
            }
            self.expression(group, &scope);
        }
        for value in order {
            by_place(value, &|place| Some(select.items.get(place)?.value.clone()));
            by_alias(value, &select.items);
            self.expression(value, &scope);
        }
        if let Some(having) = &mut select.having {
            let aliases: Vec<&str> = select.items.iter().map(|item| item.alias.as_str()).collect();
            self.having(having, &scope, &aliases);
        }
        select.items.iter().map(|item| item.alias.clone()).collect()
    }

    /// HAVING speaks of the select list first.
    fn having(&mut self, value: &mut Expr, scope: &Scope, aliases: &[&str]) {
        match value {
            Expr::Name(parts) if parts.len() == 1 && aliases.iter().any(|alias| alias.eq_ignore_ascii_case(&parts[0])) => {}
            Expr::Node(_, kids) => kids.iter_mut().for_each(|kid| self.having(kid, scope, aliases)),
            _ => self.expression(value, scope),
        }
    }

    fn expression(&mut self, value: &mut Expr, scope: &Scope) {
        match value {
            Expr::Name(parts) => *parts = qualified(parts, scope),
            Expr::Node(_, kids) => kids.iter_mut().for_each(|kid| self.expression(kid, scope)),
            Expr::Query(query) => drop(self.query(query, Some(scope))),
            Expr::Text(_) | Expr::Atom(_) => {}
        }
    }

    fn table(&mut self, table: &mut Table, outer: Option<&Scope>) -> Shape {
        match table {
            Table::Named { name, alias, .. } => self.named(name, alias),
            Table::Derived { query, alias, columns } => {
                let found = self.query(query, outer);
                shape_of(alias, if columns.is_empty() { found } else { columns.clone() })
            }
            // Its document comes from the tables before it.
            Table::Function { arguments, alias, columns, .. } => {
                let scope = Scope { shape: Shape::default(), outer };
                arguments.iter_mut().for_each(|argument| self.expression(argument, &scope));
                shape_of(alias, columns.clone())
            }
            Table::Join { .. } => self.join(table, outer),
        }
    }

    fn named(&self, name: &str, alias: &str) -> Shape {
        let common = self.common.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, columns)| columns);
        match common.or_else(|| self.catalog.columns.get(name)) {
            Some(columns) if !columns.is_empty() => {
                let hidden = self.catalog.hidden.get(name).filter(|_| common.is_none()).cloned().unwrap_or_default();
                let hidden = hidden.into_iter().map(|column| (alias.to_string(), column)).collect();
                Shape { hidden, ..shape_of(alias, columns.clone()) }
            }
            _ => unknown_shape(alias),
        }
    }

    fn join(&mut self, table: &mut Table, outer: Option<&Scope>) -> Shape {
        let Table::Join { left, right, kind, on, using } = table else { return Shape::default() };
        let one = self.table(left, outer);
        // JSON_TABLE and LATERAL speak of the tables before them.
        let two = self.table(right, Some(&Scope { shape: one.clone(), outer }));
        let natural = kind.starts_with("natural ");
        let named = std::mem::take(using);
        *kind = kind.strip_prefix("natural ").unwrap_or(kind);
        let from_right = *kind == "right join";
        // The server takes them in the order of the first table, which MySQL turns round before and MariaDB after.
        let [first, second] = if from_right && self.catalog.turns_first { [&two, &one] } else { [&one, &two] };
        let shared = |name: &String| second.columns.iter().any(|(_, other)| other.eq_ignore_ascii_case(name));
        let meant = |name: &String| if natural { shared(name) } else { named.iter().any(|one| one.eq_ignore_ascii_case(name)) };
        let known: Vec<String> = first.columns.iter().map(|(_, name)| name.clone()).filter(meant).collect();
        let commons = if known.len() < named.len() { named } else { known };
        let equal: Vec<Expr> = commons.iter().filter_map(|name| Some(equality(common(first, name)?, common(second, name)?))).collect();
        if !equal.is_empty() {
            *on = Some(Expr::node("and", equal));
        }
        let shape = merged(one, two, &commons, from_right);
        if from_right {
            std::mem::swap(left, right);
            *kind = "left join";
        }
        let scope = Scope { shape, outer };
        if let Some(on) = on {
            self.expression(on, &scope);
        }
        scope.shape
    }
}

/// A window that has a name is written where it is used.
fn inline_window(value: &mut Expr, name: &str, window: &Expr) {
    let Expr::Node(tag, kids) = value else { return };
    if let ("over", [_, used @ Expr::Atom(_)]) = (tag.as_str(), kids.as_mut_slice())
        && matches!(used, Expr::Atom(word) if word.eq_ignore_ascii_case(name))
    {
        *used = window.clone();
    }
    kids.iter_mut().for_each(|kid| inline_window(kid, name, window));
}

fn shape_of(alias: &str, columns: Vec<String>) -> Shape {
    let columns = columns.into_iter().map(|column| (alias.to_string(), column)).collect();
    Shape { columns, aliases: vec![alias.to_string()], ..Shape::default() }
}

fn unknown_shape(alias: &str) -> Shape {
    Shape { aliases: vec![alias.to_string()], unknown: vec![alias.to_string()], ..Shape::default() }
}

fn pick(shape: &Shape, name: &str) -> Option<(String, String)> {
    shape.columns.iter().find(|(_, column)| column.eq_ignore_ascii_case(name)).cloned()
}

/// The same for a column that USING names: where nobody knows the columns of the one table, it is one of those.
fn common(shape: &Shape, name: &str) -> Option<(String, String)> {
    let unknown = || match shape.unknown.as_slice() {
        [only] => Some((only.clone(), name.to_ascii_lowercase())),
        _ => None,
    };
    pick(shape, name).or_else(unknown)
}

fn equality(one: (String, String), two: (String, String)) -> Expr {
    Expr::node("=", vec![Expr::Name(vec![one.0, one.1]), Expr::Name(vec![two.0, two.1])])
}

/// The columns of a join: common ones once and first.
fn merged(one: Shape, two: Shape, commons: &[String], from_right: bool) -> Shape {
    let is_common = |column: &String| commons.iter().any(|name| name.eq_ignore_ascii_case(column));
    let source = if from_right { &two } else { &one };
    let mut columns: Vec<(String, String)> = source.columns.iter().filter(|(_, column)| is_common(column)).cloned().collect();
    columns.extend(one.columns.iter().chain(&two.columns).filter(|(_, column)| !is_common(column)).cloned());
    let aliases = one.aliases.into_iter().chain(two.aliases).collect();
    let unknown = one.unknown.into_iter().chain(two.unknown).collect();
    let hidden = one.hidden.into_iter().chain(two.hidden).collect();
    Shape { columns, aliases, unknown, hidden }
}

/// The select list with every `*` spelled out, where the columns are known.
fn spelled_out(items: Vec<Item>, shape: &Shape) -> Vec<Item> {
    let mut out = Vec::new();
    for item in items {
        let only = match &item.value {
            Expr::Atom(star) if star == "*" => None,
            Expr::Name(parts) if parts.last().is_some_and(|last| last == "*") => parts.iter().rev().nth(1).cloned(),
            _ => {
                out.push(item);
                continue;
            }
        };
        if !shape.unknown.is_empty() && only.as_ref().is_none_or(|only| shape.unknown.iter().any(|alias| home::means(alias, only))) {
            out.push(item);
            continue;
        }
        let shown = shape
            .columns
            .iter()
            .filter(|(alias, _)| only.as_ref().is_none_or(|only| only.eq_ignore_ascii_case(alias) || home::means(alias, only)));
        out.extend(
            shown
                .filter(|column| !shape.hidden.contains(column))
                .map(|(alias, column)| Item { value: Expr::Name(vec![alias.clone(), column.clone()]), alias: column.clone() }),
        );
    }
    out
}

/// `ORDER BY 2`, `GROUP BY 2`: the second column of the select list, which MySQL writes out.
fn by_place(value: &mut Expr, column: &dyn Fn(usize) -> Option<Expr>) {
    match value {
        Expr::Atom(number) => {
            let place = number.parse::<usize>().ok().and_then(|place| place.checked_sub(1));
            *value = place.and_then(column).unwrap_or_else(|| value.clone());
        }
        Expr::Node(tag, kids) if tag == "desc" => kids.iter_mut().for_each(|kid| by_place(kid, column)),
        _ => {}
    }
}

/// A name of the select list stands for what it names.
fn by_alias(value: &mut Expr, items: &[Item]) {
    match value {
        Expr::Name(parts) if parts.len() == 1 => {
            if let Some(item) = items.iter().find(|item| item.alias.eq_ignore_ascii_case(&parts[0])) {
                *value = item.value.clone();
            }
        }
        Expr::Node(tag, kids) if tag == "desc" => kids.iter_mut().for_each(|kid| by_alias(kid, items)),
        _ => {}
    }
}

/// The table of a column without one.
fn find(column: &str, scope: &Scope) -> Option<(String, String)> {
    if let Some(found) = pick(&scope.shape, column) {
        return Some(found);
    }
    if let [only] = scope.shape.unknown.as_slice() {
        return Some((only.clone(), column.to_ascii_lowercase()));
    }
    scope.outer.and_then(|outer| find(column, outer))
}

/// A column that nobody knows: where the table is not known either, nothing tells how its name is spelled, and no two differ in case.
fn column_of(shape: &Shape, alias: &String, column: &str) -> String {
    if shape.unknown.contains(alias) { column.to_ascii_lowercase() } else { column.to_string() }
}

fn qualified(parts: &[String], scope: &Scope) -> Vec<String> {
    match parts {
        [column] => find(column, scope).map_or_else(|| parts.to_vec(), |(alias, column)| vec![alias, column]),
        [before @ .., table, column] => {
            let full = before.last().map(|database| home::joined(database, table));
            let mut looked = Some(scope);
            while let Some(here) = looked {
                let exact = here.shape.aliases.iter().find(|alias| full.as_ref().unwrap_or(table) == *alias);
                if let Some(alias) = exact.or_else(|| here.shape.aliases.iter().find(|alias| home::means(alias, table))) {
                    let known = here.shape.columns.iter().find(|(owner, name)| owner == alias && name.eq_ignore_ascii_case(column));
                    let column = known.map_or_else(|| column_of(&here.shape, alias, column), |(_, name)| name.clone());
                    return vec![alias.clone(), column];
                }
                looked = here.outer;
            }
            vec![table.clone(), column.clone()]
        }
        [] => Vec::new(),
    }
}

/// Gives the columns of a query other names.
pub fn rename(query: &mut Query, names: &[String]) {
    match &mut query.body {
        Body::Select(select) => {
            for (item, name) in select.items.iter_mut().zip(names) {
                item.alias = name.clone();
            }
        }
        Body::Set(_, left, _) => rename(left, names),
        Body::Values(_) => {}
    }
}
