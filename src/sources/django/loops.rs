//! Statements at a module's or class's own level that change what names hold: loops and calls, followed as in a function.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::evaluate::{self, Scope};
use super::functions::{Arguments, Callable};
use super::modules::Modules;
use super::syntax::{Expr, Function, Node, Parameter, Stmt};
use super::value::Value;
use crate::base::Span;

/// Methods that change a list or a dictionary and are no binding of their own.
const CHANGES: &[&str] = &["remove", "pop", "clear", "update", "sort", "reverse", "discard", "add"];

/// For each name that a statement may change: the function of what the names hold before it that gives what this one holds after it.
pub(super) fn followed(statement: &Stmt, span: Span) -> Vec<Arc<Function>> {
    let mut names = BTreeSet::new();
    changed(std::slice::from_ref(statement), &mut names);
    let parameters = || names.iter().map(|name| Parameter { name: name.clone(), default: None, by_name: false }).collect();
    let one = |name: &Arc<str>| {
        let told = Stmt::Return(Expr { node: Node::Name(name.clone()), span });
        Arc::new(Function {
            name: name.clone(),
            decorators: Vec::new(),
            parameters: parameters(),
            rest: None,
            named_rest: None,
            body: vec![statement.clone(), told],
            span,
        })
    };
    names.iter().map(one).collect()
}

/// The names that statements bind or change.
fn changed(body: &[Stmt], names: &mut BTreeSet<Arc<str>>) {
    for statement in body {
        match statement {
            Stmt::Assign { name, .. } | Stmt::Extend { name, .. } | Stmt::Entry { name, .. } => names.extend([name.clone()]),
            Stmt::If { then: one, otherwise: two, .. } | Stmt::Try { body: one, otherwise: two, .. } => {
                changed(one, names);
                changed(two, names);
            }
            Stmt::For { targets, body, .. } => {
                names.extend(targets.iter().cloned());
                changed(body, names);
            }
            Stmt::Opaque { names: bound, .. } => names.extend(bound.iter().cloned()),
            Stmt::Call(expr) => names.extend(changed_by(expr)),
            _ => {}
        }
    }
}

/// The name whose list or dictionary a call changes.
pub(super) fn changed_by(expr: &Expr) -> Option<Arc<str>> {
    let Node::Call(call) = &expr.node else { return None };
    let Node::Attribute(base, method) = &call.function.node else { return None };
    match &base.node {
        Node::Name(name) if CHANGES.contains(&&**method) => Some(name.clone()),
        _ => None,
    }
}

/// Whether statements do nothing to a name but add elements to its list.
fn only_extends(body: &[Stmt], name: &str) -> bool {
    body.iter().all(|statement| match statement {
        Stmt::Assign { name: other, .. } | Stmt::Entry { name: other, .. } => **other != *name,
        Stmt::If { then: one, otherwise: two, .. } | Stmt::Try { body: one, otherwise: two, .. } => {
            only_extends(one, name) && only_extends(two, name)
        }
        Stmt::For { targets, body, .. } => targets.iter().all(|target| **target != *name) && only_extends(body, name),
        Stmt::Opaque { names, .. } => names.iter().all(|other| **other != *name),
        Stmt::Call(expr) => changed_by(expr).is_none_or(|other| *other != *name),
        _ => true,
    })
}

impl Modules<'_> {
    /// What the name of such a function holds after its statement.
    pub(super) fn after(&self, function: &Arc<Function>, scope: &Scope, place: usize) -> Value {
        let before = |name: &Arc<str>| {
            let name_of = Expr { node: Node::Name(name.clone()), span: function.span };
            self.evaluate(&name_of, &scope.before(name, place))
        };
        let placed = function.parameters.iter().map(|parameter| before(&parameter.name)).collect();
        let callable = Callable { function: function.clone(), scope: scope.before(&function.name, place), class: None };
        let done = self.invoke(&callable, Arguments { placed, named: Vec::new() }, function.span);
        if let Some(done) = done.filter(|done| !done.value.is_unknown()) {
            return done.value;
        }
        let (Some(statement), true) = (function.body.first(), matches!(before(&function.name), Value::List(_))) else {
            return Value::Unknown(function.span);
        };
        // What is not told comes after what is.
        match only_extends(std::slice::from_ref(statement), &function.name) {
            true => evaluate::add(before(&function.name), Value::Unknown(function.span), function.span),
            false => Value::Unknown(function.span),
        }
    }
}
