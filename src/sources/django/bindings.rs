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
    /// Another name changed the list or dictionary that both hold.
    Shared(Arc<str>),
    Opaque(Span),
}

/// A condition around a statement.
#[derive(Clone, Debug)]
pub enum Guard {
    /// A test, and which outcome lets the statement run.
    Test { test: Rc<Expr>, outcome: bool },
    /// It stands in a `try` behind the import of a module, or in its handler.
    Import { module: Arc<str>, level: u32, there: bool },
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

/// Another name of a list or dictionary, and under which conditions it is one.
type Other = (Arc<str>, Rc<[Guard]>);

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
    /// The other names of what a name holds, and when they have it: `APPS = INSTALLED_APPS`.
    shared: HashMap<Arc<str>, Vec<Other>>,
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

    /// Where a class of this body is bound.
    pub(super) fn place_of(&self, class: &Arc<Class>) -> Option<usize> {
        self.all.iter().position(|bound| matches!(&bound.what, Binding::Class(known) if Arc::ptr_eq(known, class)))
    }

    /// Binds a name to something else than it held.
    fn bind(&mut self, name: &Arc<str>, what: Binding, guards: &Rc<[Guard]>) {
        if !self.shared.is_empty() {
            self.shared.remove(name);
            self.shared.values_mut().for_each(|others| others.retain(|(other, _)| other != name));
        }
        self.push(name, what, guards);
    }

    /// `name = other`: what is done to the list of one is done to that of both.
    fn share(&mut self, name: &Arc<str>, other: &Arc<str>, guards: &Rc<[Guard]>) {
        let mut others = self.shared.get(other).cloned().unwrap_or_default();
        others.push((other.clone(), guards.clone()));
        for (known, _) in &others {
            self.shared.entry(known.clone()).or_default().push((name.clone(), guards.clone()));
        }
        self.shared.insert(name.clone(), others);
    }

    /// Changes what a name holds in its place.
    fn change(&mut self, name: &Arc<str>, what: Binding, guards: &Rc<[Guard]>) {
        self.push(name, what, guards);
        for (other, when) in self.shared.get(name).cloned().unwrap_or_default() {
            self.push(&other, Binding::Shared(name.clone()), &when);
        }
    }

    fn push(&mut self, name: &Arc<str>, what: Binding, guards: &Rc<[Guard]>) {
        self.by_name.entry(name.clone()).or_default().push(self.all.len());
        self.all.push(Bound { name: name.clone(), what, guards: guards.clone() });
    }

    fn collect(&mut self, body: &[Stmt], guards: &Rc<[Guard]>) {
        for statement in body {
            match statement {
                Stmt::Assign { name, value } => self.assign(name, value, guards),
                Stmt::Extend { name, value } => self.change(name, Binding::Extend(value.clone()), guards),
                Stmt::Entry { name, key, value, only_if_missing } => {
                    let (key, value, only_if_missing) = (key.clone(), value.clone(), *only_if_missing);
                    self.change(name, Binding::Entry { key, value, only_if_missing }, guards);
                }
                Stmt::Class(class) => self.bind(&class.name, Binding::Class(class.clone()), guards),
                Stmt::Function(function) => self.bind(&function.name, Binding::Function(function.clone()), guards),
                Stmt::Import { name, module } => self.bind(name, Binding::Module(module.clone()), guards),
                Stmt::From { module, level, item, span, .. } if &**item == "*" => {
                    let (module, at, guards) = (module.clone(), self.all.len(), guards.clone());
                    self.stars.push(Star { module, level: *level, at, guards, span: *span });
                }
                Stmt::From { module, level, item, name, .. } => {
                    self.bind(name, Binding::Item { module: module.clone(), level: *level, item: item.clone() }, guards);
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
                        self.bind(name, Binding::Opaque(*span), guards);
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
                Stmt::Call(expr) => {
                    self.reached(expr, guards);
                    self.additions.extend(addition(expr, guards));
                }
                Stmt::Return(_) | Stmt::Raise(_) => {}
            }
        }
    }

    fn assign(&mut self, name: &Arc<str>, value: &Expr, guards: &Rc<[Guard]>) {
        self.reached(value, guards);
        self.bind(name, Binding::Value(value.clone()), guards);
        if is_change(value) {
            self.follow(&Stmt::Call(value.clone()), value.span, guards);
        }
        if let Node::Name(other) = &value.node
            && other != name
        {
            self.share(name, other, guards);
        }
    }

    /// What a function of this very body does to settings is not told.
    fn reached(&mut self, expr: &Expr, guards: &Rc<[Guard]>) {
        let Node::Call(call) = &expr.node else { return };
        call.arguments.iter().for_each(|argument| self.reached(argument, guards));
        let Node::Name(name) = &call.function.node else { return };
        let function = self.places(name).last().and_then(|place| match &self.all[*place].what {
            Binding::Function(function) => Some(function.clone()),
            _ => None,
        });
        for name in function.iter().flat_map(|function| loops::changed_in(function)) {
            self.change(&name, Binding::Extend(Expr { node: Node::Other, span: expr.span }), guards);
        }
    }

    fn follow(&mut self, statement: &Stmt, span: Span, guards: &Rc<[Guard]>) {
        for function in loops::followed(statement, span) {
            let name = function.name.clone();
            match loops::rebinds(statement, &name) {
                true => self.bind(&name, Binding::Followed(function), guards),
                false => self.change(&name, Binding::Followed(function), guards),
            }
        }
    }

    /// The body of a `try` is taken to succeed, unless it imports what is not there; its handlers bind only what the body does not.
    fn attempt(&mut self, body: &[Stmt], otherwise: &[Stmt], guards: &Rc<[Guard]>) {
        let handlers = Bindings::of(otherwise);
        // What a module that is not there leaves to another one; where both are there, the later one stands.
        let at = self.all.len();
        self.stars.extend(handlers.stars.into_iter().map(|star| Star { at, guards: guards.clone(), ..star }));
        let mut inner = guards.clone();
        let mut imports = Vec::new();
        for statement in body {
            self.collect(std::slice::from_ref(statement), &inner);
            if let Some((module, level)) = import(statement) {
                inner = inner.iter().cloned().chain([Guard::Import { module: module.clone(), level, there: true }]).collect();
                imports.push(Guard::Import { module, level, there: false });
            }
        }
        for bound in handlers.all {
            let known = self.places(&bound.name).last().map(|place| &self.all[*place]);
            let own = known.and_then(|known| match &known.what {
                Binding::Item { module, level, .. } => Some((module.clone(), *level)),
                Binding::Module(module) => Some((module.clone(), 0)),
                _ => None,
            });
            let absent = match (known, own) {
                (None, _) => {
                    self.push(&bound.name, bound.what, guards);
                    continue;
                }
                (_, Some((module, level))) => vec![Guard::Import { module, level, there: false }],
                (Some(_), None) => imports.clone(),
            };
            for guard in absent {
                self.push(&bound.name, bound.what.clone(), &guards.iter().chain(&*bound.guards).cloned().chain([guard]).collect());
            }
        }
    }
}

/// `last = names.pop()` changes what it takes from; what other methods give is None, and they change it as well.
fn is_change(value: &Expr) -> bool {
    let Node::Call(call) = &value.node else { return false };
    let Node::Attribute(base, method) = &call.function.node else { return false };
    matches!(&base.node, Node::Name(_)) && loops::CHANGES.contains(&&**method)
}

/// The module that a statement imports.
fn import(statement: &Stmt) -> Option<(Arc<str>, u32)> {
    match statement {
        Stmt::Import { module, .. } => Some((module.clone(), 0)),
        Stmt::From { module, level, .. } => Some((module.clone(), *level)),
        _ => None,
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
