//! What the names of a module or class body are bound to, in order, and under which conditions.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::loops;
use super::syntax::{Class, Expr, Function, Node, Stmt};
use crate::base::Span;

/// What one statement binds a name to.
#[derive(Clone, Debug)]
pub enum Binding {
    Value(Expr),
    /// Added to what the name held before.
    Extend(Expr),
    Entry {
        key: Expr,
        value: Expr,
        /// `setdefault`: what is there already stays.
        only_if_missing: bool,
    },
    Class(Arc<Class>),
    Function(Arc<Function>),
    Module(Arc<str>),
    Item {
        module: Arc<str>,
        level: u32,
        item: Arc<str>,
    },
    /// What a loop or a call leaves in the name.
    Followed(Arc<Function>),
    Opaque(Span),
}

/// A condition around a statement.
#[derive(Clone, Debug)]
pub enum Guard {
    /// A test, and which outcome lets the statement run.
    Test { test: Rc<Expr>, outcome: bool },
    /// It stands in the handler of a `try` that imports this module.
    Absent(Arc<str>),
}

/// A binding with its name and conditions.
#[derive(Clone, Debug)]
pub struct Bound {
    pub name: Arc<str>,
    pub what: Binding,
    pub guards: Rc<[Guard]>,
}

/// `from module import *`.
#[derive(Clone, Debug)]
pub struct Star {
    pub module: Arc<str>,
    pub level: u32,
    /// How many bindings stand before it.
    pub at: usize,
    pub guards: Rc<[Guard]>,
    pub span: Span,
}

/// All bindings of one body.
#[derive(Debug, Default)]
pub struct Bindings {
    pub all: Vec<Bound>,
    /// `from module import *`, in order.
    pub stars: Vec<Star>,
    /// What is set on an object: `base.attribute = value`, `setattr(base, "attribute", value)`.
    pub members: Vec<(Bound, Arc<str>)>,
    /// Calls that give a class a field from outside: `Class.add_to_class("name", field)`.
    pub additions: Vec<Bound>,
    by_name: HashMap<Arc<str>, Vec<usize>>,
}

impl Bindings {
    pub fn of(body: &[Stmt]) -> Bindings {
        let mut bindings = Bindings::default();
        bindings.collect(body, &Rc::from([]));
        bindings
    }

    /// The places of a name's bindings, first to last.
    pub fn places(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map_or(&[], |places| places)
    }

    pub fn classes(&self) -> impl Iterator<Item = &Arc<Class>> {
        self.all.iter().filter_map(|bound| match &bound.what {
            Binding::Class(class) => Some(class),
            _ => None,
        })
    }

    fn push(&mut self, name: &Arc<str>, what: Binding, guards: &Rc<[Guard]>) {
        self.by_name.entry(name.clone()).or_default().push(self.all.len());
        self.all.push(Bound { name: name.clone(), what, guards: guards.clone() });
    }

    fn collect(&mut self, body: &[Stmt], guards: &Rc<[Guard]>) {
        for statement in body {
            match statement {
                Stmt::Assign { name, value } => self.push(name, Binding::Value(value.clone()), guards),
                Stmt::Extend { name, value } => self.push(name, Binding::Extend(value.clone()), guards),
                Stmt::Entry { name, key, value, only_if_missing } => {
                    let (key, value, only_if_missing) = (key.clone(), value.clone(), *only_if_missing);
                    self.push(name, Binding::Entry { key, value, only_if_missing }, guards);
                }
                Stmt::Class(class) => self.push(&class.name, Binding::Class(class.clone()), guards),
                Stmt::Function(function) => self.push(&function.name, Binding::Function(function.clone()), guards),
                Stmt::Import { name, module } => self.push(name, Binding::Module(module.clone()), guards),
                Stmt::From { module, level, item, span, .. } if &**item == "*" => {
                    let (module, at, guards) = (module.clone(), self.all.len(), guards.clone());
                    self.stars.push(Star { module, level: *level, at, guards, span: *span });
                }
                Stmt::From { module, level, item, name, .. } => {
                    self.push(name, Binding::Item { module: module.clone(), level: *level, item: item.clone() }, guards);
                }
                // What only type checkers see is not there when the project runs.
                Stmt::If { test, then: _, otherwise } if is_type_checking(test) => self.collect(otherwise, guards),
                Stmt::If { test, then, otherwise } => {
                    let test = Rc::new(test.clone());
                    for (branch, outcome) in [(then, true), (otherwise, false)] {
                        let guard = Guard::Test { test: test.clone(), outcome };
                        self.collect(branch, &guards.iter().cloned().chain([guard]).collect());
                    }
                }
                Stmt::Try { body, otherwise, .. } => self.attempt(body, otherwise, guards),
                Stmt::Opaque { names, span } => {
                    for name in names {
                        self.push(name, Binding::Opaque(*span), guards);
                    }
                }
                Stmt::For { source: Expr { span, .. }, .. } => self.follow(statement, *span, guards),
                Stmt::Member { base, attributes, value } => {
                    if let [attribute] = &attributes[..] {
                        let bound = Bound { name: base.clone(), what: Binding::Value(value.clone()), guards: guards.clone() };
                        self.members.push((bound, attribute.clone()));
                    }
                }
                Stmt::Call(expr) if !loops::changed_by(expr).is_empty() => self.follow(statement, expr.span, guards),
                Stmt::Call(expr) => self.additions.extend(addition(expr, guards)),
                Stmt::Return(_) | Stmt::Raise(_) => {}
            }
        }
    }

    fn follow(&mut self, statement: &Stmt, span: Span, guards: &Rc<[Guard]>) {
        for function in loops::followed(statement, span) {
            let name = function.name.clone();
            self.push(&name, Binding::Followed(function), guards);
        }
    }

    /// The body of a `try` is taken to succeed, unless it imports what is not there; its handlers bind only what the body does not.
    fn attempt(&mut self, body: &[Stmt], otherwise: &[Stmt], guards: &Rc<[Guard]>) {
        let handlers = Bindings::of(otherwise);
        // What a module that is not there leaves to another one; where both are there, the later one stands.
        let at = self.all.len();
        self.stars.extend(handlers.stars.into_iter().map(|star| Star { at, guards: guards.clone(), ..star }));
        self.collect(body, guards);
        for bound in handlers.all {
            let known = self.places(&bound.name).last().map(|place| &self.all[*place].what);
            match known {
                None => self.push(&bound.name, bound.what, guards),
                Some(Binding::Item { module, level: 0, .. } | Binding::Module(module)) => {
                    let guard = Guard::Absent(module.clone());
                    self.push(&bound.name, bound.what, &guards.iter().chain(&*bound.guards).cloned().chain([guard]).collect());
                }
                Some(_) => {}
            }
        }
    }
}

/// A call that may give a class a field.
fn addition(expr: &Expr, guards: &Rc<[Guard]>) -> Option<Bound> {
    let Node::Call(call) = &expr.node else { return None };
    let Node::Attribute(_, method) = &call.function.node else { return None };
    let adds = matches!(&**method, "add_to_class" | "contribute_to_class");
    adds.then(|| Bound { name: method.clone(), what: Binding::Value(expr.clone()), guards: guards.clone() })
}

/// `if TYPE_CHECKING:`, also by its module (PEP 484).
fn is_type_checking(test: &Expr) -> bool {
    match &test.node {
        Node::Name(name) | Node::Attribute(_, name) => &**name == "TYPE_CHECKING",
        _ => false,
    }
}
