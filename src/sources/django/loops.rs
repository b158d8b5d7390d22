//! Statements that change what names hold: loops and calls at a module's or class's own level, followed as in a function, and
//! what functions do to the lists and dictionaries that they have.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::compare::{subscript, with_entry, without_entry};
use super::evaluate::{self, Scope};
use super::functions::{Arguments, Callable};
use super::modules::Modules;
use super::syntax::{CallExpr, Expr, Function, Node, Parameter, Stmt};
use super::value::Value;
use crate::base::Span;

/// Methods that change a list or a dictionary and are no binding of their own.
pub(super) const CHANGES: &[&str] = &["remove", "pop", "clear", "update", "sort", "reverse", "discard", "add"];

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
            globals: Vec::new(),
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

/// The names whose lists or dictionaries a call may change: by a method, or in a function that is handed a setting. Settings are
/// told by their capitals (Django settings, Creating your own settings).
pub(super) fn changed_by(expr: &Expr) -> Vec<Arc<str>> {
    let Node::Call(call) = &expr.node else { return Vec::new() };
    let name_of = |expr: &Expr| match &expr.node {
        Node::Name(name) => Some(name.clone()),
        _ => None,
    };
    match &call.function.node {
        Node::Attribute(base, method) if CHANGES.contains(&&**method) => match &base.node {
            Node::Subscript(outer, _) => name_of(outer).into_iter().collect(),
            _ => name_of(base).into_iter().collect(),
        },
        Node::Name(_) => call.arguments.iter().filter_map(name_of).filter(|name| is_setting(name)).collect(),
        _ => Vec::new(),
    }
}

/// The settings whose lists or dictionaries a function of the same module changes.
pub(super) fn changed_in(function: &Function) -> Vec<Arc<str>> {
    let mut names = BTreeSet::new();
    changed(&function.body, &mut names);
    let own = |name: &Arc<str>| {
        function.parameters.iter().any(|parameter| parameter.name == *name)
            || !function.globals.contains(name) && function.body.iter().any(|inner| rebinds(inner, name))
    };
    names.into_iter().filter(|name| is_setting(name) && !own(name)).collect()
}

fn is_setting(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// Whether a statement may give a name another value than it held, and not only change that.
pub(super) fn rebinds(statement: &Stmt, name: &str) -> bool {
    match statement {
        Stmt::Assign { name: other, .. } => **other == *name,
        Stmt::If { then: one, otherwise: two, .. } | Stmt::Try { body: one, otherwise: two, .. } => {
            one.iter().chain(two).any(|inner| rebinds(inner, name))
        }
        Stmt::For { targets, body, .. } => targets.iter().any(|target| **target == *name) || body.iter().any(|inner| rebinds(inner, name)),
        Stmt::Opaque { names, .. } => names.iter().any(|other| **other == *name),
        _ => false,
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
        Stmt::Call(expr) => changed_by(expr).iter().all(|other| **other != *name),
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

    /// `name[key] = value` in a function.
    pub(super) fn entry(&self, name: &Arc<str>, (key, value): (&Expr, &Expr), only_if_missing: bool, scope: &mut Scope) {
        let (key, value) = (self.evaluate(key, scope), self.evaluate(value, scope));
        let changed = match scope.local(name) {
            Some(Value::Dict(entries)) if only_if_missing && entries.iter().any(|(known, _)| *known == key) => return,
            Some(before) => with_entry(&before, key, value, Span::new(scope.module.file, 0, 0)),
            None => return,
        };
        scope.bind(name, changed);
    }

    /// `name.pop(key)` takes the entry out of the dictionary or list.
    pub(super) fn taken_out(&self, expr: &Expr, scope: &mut Scope) {
        let Node::Call(call) = &expr.node else { return };
        let Node::Attribute(base, method) = &call.function.node else { return };
        let (Node::Name(name), "pop") = (&base.node, &**method) else { return };
        if let Some(before @ (Value::Dict(_) | Value::List(_))) = scope.local(name) {
            // The last element, where none is named.
            let key = call.arguments.first().map_or(Value::Int(-1), |key| self.evaluate(key, scope));
            scope.bind(name, without_entry(&before, &key, expr.span));
        }
    }

    /// A function of the project that changes what it is handed: what its parameter holds in the end, where its body is followed.
    pub(super) fn handed_over(&self, call: &CallExpr, scope: &mut Scope, span: Span) {
        let Value::Ref(path) = self.evaluate(&call.function, scope) else { return };
        let Some(callable) = self.function(&path) else { return };
        let mut names = BTreeSet::new();
        changed(&callable.function.body, &mut names);
        for (at, (argument, parameter)) in call.arguments.iter().zip(&callable.function.parameters).enumerate() {
            let Node::Name(name) = &argument.node else { continue };
            if !names.contains(&parameter.name) || !matches!(scope.local(name), Some(Value::List(_) | Value::Dict(_))) {
                continue;
            }
            let in_place = at == 0 && !callable.function.body.iter().any(|inner| rebinds(inner, &parameter.name));
            let (placed, named) = self.arguments(call, scope);
            let done = if in_place { self.invoke(&callable, Arguments { placed, named }, span) } else { None };
            scope.bind(name, done.and_then(|done| done.object).unwrap_or(Value::Unknown(span)));
        }
    }

    /// `name[key].method(…)`: what the method does to the element is done to what holds it.
    pub(super) fn inside(&self, expr: &Expr, scope: &mut Scope) -> Option<()> {
        let Node::Call(call) = &expr.node else { return None };
        let Node::Attribute(base, method) = &call.function.node else { return None };
        let (Node::Subscript(outer, key), true) = (&base.node, CHANGES.contains(&&**method) || **method == *"setdefault") else {
            return None;
        };
        let Node::Name(name) = &outer.node else { return None };
        let before = scope.local(name).filter(|before| matches!(before, Value::Dict(_) | Value::List(_)))?;
        let key = self.evaluate(key, scope);
        let held: Arc<str> = "[]".into();
        scope.bind(&held, subscript(&before, &key, expr.span));
        let element = Expr { node: Node::Name(held.clone()), span: base.span };
        let function = Expr { node: Node::Attribute(Box::new(element), method.clone()), span: call.function.span };
        let inner = CallExpr { function, arguments: call.arguments.clone(), keywords: call.keywords.clone() };
        self.effect(&Expr { node: Node::Call(Box::new(inner)), span: expr.span }, scope);
        let after = scope.local(&held).unwrap_or(Value::Unknown(expr.span));
        scope.bind(name, with_entry(&before, key, after, expr.span));
        Some(())
    }
}
