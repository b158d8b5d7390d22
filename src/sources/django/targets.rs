//! What a statement binds: names, paths and imports, in the parser's own tree.

use std::sync::Arc;

use ruff_python_ast as ast;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr as RExpr, Stmt as RStmt};

use super::syntax::Stmt;
use crate::base::Span;

/// `sys.modules[__name__]`: the module at hand.
pub(super) fn is_own_module(subscript: &ast::ExprSubscript) -> bool {
    let modules = matches!(&*subscript.value, RExpr::Attribute(attribute) if attribute.attr.as_str() == "modules");
    modules && matches!(&*subscript.slice, RExpr::Name(name) if name.id.as_str() == "__name__")
}

/// `locals()`, `vars()`, `globals()`: the names of the body at hand, or of its module.
pub(super) fn is_own_names(expr: &RExpr) -> bool {
    let RExpr::Call(call) = expr else { return false };
    call.arguments.args.is_empty() && matches!(&*call.func, RExpr::Name(name) if matches!(name.id.as_str(), "locals" | "vars" | "globals"))
}

pub(super) fn imported(alias: &ast::Alias) -> Stmt {
    let module = alias.name.as_str();
    match &alias.asname {
        Some(name) => Stmt::Import { name: name.as_str().into(), module: module.into() },
        None => {
            let first = module.split('.').next().unwrap_or(module);
            Stmt::Import { name: first.into(), module: first.into() }
        }
    }
}

pub(super) fn from(import: &ast::StmtImportFrom, alias: &ast::Alias, span: Span) -> Stmt {
    let item: Arc<str> = alias.name.as_str().into();
    let name = alias.asname.as_ref().map_or(item.clone(), |name| name.as_str().into());
    Stmt::From { module: import.module.as_ref().map_or("", |module| module.as_str()).into(), level: import.level, item, name, span }
}

/// `base.outer.inner`, as its base and the attributes.
pub(super) fn member(target: &RExpr) -> Option<(Arc<str>, Vec<Arc<str>>)> {
    match target {
        RExpr::Name(base) => Some((base.id.as_str().into(), Vec::new())),
        RExpr::Attribute(attribute) => {
            let (base, mut attributes) = member(&attribute.value)?;
            attributes.push(attribute.attr.as_str().into());
            Some((base, attributes))
        }
        _ => None,
    }
}

pub(super) fn names_of(target: &RExpr) -> Vec<Arc<str>> {
    match target {
        RExpr::Name(name) => vec![name.id.as_str().into()],
        _ => Vec::new(),
    }
}

/// The names that a statement of a loop binds at its first level.
pub(super) fn bound(statement: &RStmt) -> Vec<Arc<str>> {
    match statement {
        RStmt::Assign(assign) => assign.targets.iter().flat_map(names_of).collect(),
        RStmt::AugAssign(augmented) => names_of(&augmented.target),
        _ => Vec::new(),
    }
}

/// The names that the statements of a function bind in its module: `global NAME`.
pub(super) fn globals(body: &[RStmt]) -> Vec<Arc<str>> {
    let mut found = Globals(Vec::new());
    found.visit_body(body);
    found.0
}

struct Globals(Vec<Arc<str>>);

impl<'a> Visitor<'a> for Globals {
    fn visit_stmt(&mut self, statement: &'a RStmt) {
        match statement {
            RStmt::Global(global) => self.0.extend(global.names.iter().map(|name| Arc::from(name.as_str()))),
            other => walk_stmt(self, other),
        }
    }
}

/// Methods that change a list.
const CHANGES: &[&str] = &["append", "extend", "insert", "remove", "pop", "clear", "__iadd__", "__setitem__", "__delitem__"];

/// Whether what is done to an attribute is told: to a list of apps, or to what a file's migration says.
pub(super) fn is_followed(member: &ast::ExprAttribute) -> bool {
    is_list_of_apps(member.attr.as_str()) || member.value.as_name_expr().is_some_and(|name| name.id.as_str() == "Migration")
}

fn is_list_of_apps(name: &str) -> bool {
    name.ends_with("APPS")
}

/// The lists of apps that are changed inside of an expression, by a method that is no statement of its own:
/// `DEBUG and INSTALLED_APPS.append("x")`, `base.INSTALLED_APPS.append("x")`, `(INSTALLED_APPS := […])`.
pub(super) fn changed_inside(expr: &RExpr) -> Vec<Arc<str>> {
    let mut found = Inside { own: own_change(expr), names: Vec::new() };
    found.visit_expr(expr);
    found.names
}

/// The method of a call that is a statement of its own, or a value by itself (`last = APPS.pop()`).
fn own_change(expr: &RExpr) -> Option<&RExpr> {
    let RExpr::Call(call) = expr else { return None };
    let RExpr::Attribute(method) = &*call.func else { return None };
    (method.value.is_name_expr() && !method.attr.starts_with('_')).then_some(&*call.func)
}

struct Inside<'a> {
    own: Option<&'a RExpr>,
    names: Vec<Arc<str>>,
}

impl<'a> Visitor<'a> for Inside<'a> {
    fn visit_expr(&mut self, expr: &'a RExpr) {
        let changed = match expr {
            RExpr::Attribute(_) if self.own.is_some_and(|own| std::ptr::eq(own, expr)) => None,
            RExpr::Attribute(method) if CHANGES.contains(&method.attr.as_str()) => match &*method.value {
                RExpr::Name(name) => Some(name.id.as_str()).filter(|name| is_list_of_apps(name)),
                RExpr::Attribute(inner) => is_followed(inner).then_some(inner.attr.as_str()),
                RExpr::Subscript(entry) if is_own_names(&entry.value) => {
                    entry.slice.as_string_literal_expr().map(|name| name.value.to_str()).filter(|name| is_list_of_apps(name))
                }
                _ => None,
            },
            RExpr::Named(named) => named.target.as_name_expr().map(|name| name.id.as_str()).filter(|name| is_list_of_apps(name)),
            _ => None,
        };
        self.names.extend(changed.map(Arc::from));
        walk_expr(self, expr);
    }
}
