//! Plain functions and methods, followed statement by statement: what a call gives where nothing of it must be run.
//!
//! A statement that is not followed (a loop over what is not known, a generator, an unknown condition with two outcomes) ends the attempt, so a
//! value is either the one that Python would give or none.

use std::sync::Arc;

use super::evaluate::{self, Scope};
use super::modules::{Located, Modules};
use super::objects;
use super::syntax::{Expr, Function, Node, Stmt};
use super::value::{Call, Value};
use crate::base::Span;

/// How deep calls go into each other.
const CALLS: u32 = 24;

/// A function with where its free names are looked up, and the class in which it stands.
#[derive(Clone)]
pub struct Callable {
    pub function: Arc<Function>,
    pub scope: Scope,
    pub class: Option<Arc<str>>,
}

/// The arguments of one call.
#[derive(Clone, Default)]
pub struct Arguments {
    pub placed: Vec<Value>,
    pub named: Vec<(Arc<str>, Value)>,
}

/// How a body ends.
pub(super) enum End {
    Returned(Value),
    /// It ran to its end.
    Fell,
    Raised,
    /// It holds something that is not followed.
    Lost,
}

/// What a call leaves: its value, and the object as its method left it.
pub struct Done {
    pub value: Value,
    pub object: Option<Value>,
}

impl Callable {
    /// Whether the function is an attribute by its decorator.
    pub fn is_property(&self) -> bool {
        self.function.decorators.iter().any(|one| matches!(decorator(one), Some("property" | "cached_property" | "classproperty")))
    }

    pub fn is_static(&self) -> bool {
        self.function.decorators.iter().any(|one| decorator(one) == Some("staticmethod"))
    }

    /// A decorator that is not known may do anything.
    fn is_plain(&self) -> bool {
        let known = |one: &Expr| {
            matches!(
                decorator(one),
                Some("property" | "cached_property" | "classproperty" | "staticmethod" | "classmethod" | "cache" | "lru_cache")
            )
        };
        self.function.decorators.iter().all(known)
    }
}

/// The last word of a decorator's name.
fn decorator(expr: &Expr) -> Option<&str> {
    match &expr.node {
        Node::Name(name) | Node::Attribute(_, name) => Some(name),
        Node::Call(call) => decorator(&call.function),
        _ => None,
    }
}

impl Modules<'_> {
    /// The function of this dotted path, in a module or a class.
    pub fn function(&self, path: &str) -> Option<Callable> {
        if let Some(lambda) = self.lambda(path) {
            return Some(lambda);
        }
        let (owner, name) = path.rsplit_once('.')?;
        if let Some(module) = self.load(owner) {
            let scope = Scope::of(&module);
            let function = self.defined(&scope, &module.bindings, name)?;
            return Some(Callable { function, scope, class: None });
        }
        self.method(&self.class(owner)?, name)
    }

    /// A method that stands in this very class.
    pub fn method(&self, located: &Located, name: &str) -> Option<Callable> {
        let function = self.defined(&Scope::inside(located), &located.body, name)?;
        let class = format!("{}.{}", located.module.path, located.class.name).into();
        Some(Callable { function, scope: Scope::of(&located.module), class: Some(class) })
    }

    /// What a call gives; `None` where it cannot be told.
    pub fn invoke(&self, callable: &Callable, arguments: Arguments, span: Span) -> Option<Done> {
        if self.calls.get() >= CALLS || !callable.is_plain() || !self.spend(span) {
            return None;
        }
        self.calls.set(self.calls.get() + 1);
        let raised = self.raised.replace(false);
        let done = self.entered(callable, arguments).and_then(|mut scope| {
            let end = self.body(&callable.function.body, &mut scope);
            let value = match end {
                End::Returned(value) => value,
                End::Fell => Value::None,
                End::Raised => {
                    self.raised.set(true);
                    return None;
                }
                End::Lost => return None,
            };
            let object = callable.function.parameters.first().and_then(|first| scope.local(&first.name));
            Some(Done { value, object })
        });
        self.raised.set(self.raised.get() || raised);
        self.calls.set(self.calls.get() - 1);
        done
    }

    /// The scope of a body with its parameters bound; `None` where the arguments do not fit.
    fn entered(&self, callable: &Callable, arguments: Arguments) -> Option<Scope> {
        let function = &callable.function;
        let mut scope = callable.scope.clone();
        let mut placed = arguments.placed.into_iter();
        let mut named = arguments.named;
        for parameter in &function.parameters {
            let given = if parameter.by_name { None } else { placed.next() };
            let at = named.iter().position(|(name, _)| *name == parameter.name);
            let value = match (given, at, &parameter.default) {
                (Some(value), ..) => value,
                (None, Some(at), _) => named.remove(at).1,
                (None, None, Some(default)) => self.evaluate(default, &callable.scope),
                (None, None, None) => return None,
            };
            scope.bind(&parameter.name, value);
        }
        let left: Vec<Value> = placed.collect();
        match &function.rest {
            Some(rest) => scope.bind(rest, Value::Tuple(left.into())),
            None if !left.is_empty() => return None,
            None => {}
        }
        match &function.named_rest {
            Some(rest) => scope.bind(rest, Value::Dict(named.into_iter().map(|(name, value)| (Value::Str(name), value)).collect())),
            None if !named.is_empty() => return None,
            None => {}
        }
        if let Some(class) = &callable.class {
            scope.bind(&objects::CLASS.into(), Value::Ref(class.clone()));
        }
        Some(scope)
    }

    /// A project runs, so what would raise outside of a `try` is only unknown.
    fn body(&self, body: &[Stmt], scope: &mut Scope) -> End {
        for statement in body {
            self.raised.set(false);
            let end = self.statement(statement, scope);
            if self.tries.get() > 0 && self.raised.get() && matches!(end, End::Fell | End::Returned(_)) {
                return End::Raised;
            }
            // What follows the call of Django's own `__init__` no longer changes what was handed to it.
            let handed = matches!(scope.local("self"), Some(Value::Call(object)) if objects::handed_to_super(&object).is_some());
            if !(matches!(end, End::Fell) || handed && matches!(end, End::Lost)) {
                return end;
            }
        }
        End::Fell
    }

    fn statement(&self, statement: &Stmt, scope: &mut Scope) -> End {
        match statement {
            Stmt::Assign { name, value } => {
                let found = self.evaluate(value, scope);
                self.taken_out(value, scope);
                scope.bind(name, found);
            }
            Stmt::Extend { name, value } => {
                let sum = evaluate::add(scope.local(name).unwrap_or(Value::Unknown(value.span)), self.evaluate(value, scope), value.span);
                scope.bind(name, sum);
            }
            Stmt::Entry { name, key, value, only_if_missing } => self.entry(name, (key, value), *only_if_missing, scope),
            Stmt::Member { base, attributes, value } => {
                let value = self.evaluate(value, scope);
                // What an unknown object holds is unknown anyway.
                if let Some(Value::Call(object)) = scope.local(base) {
                    scope.bind(base, objects::with_members(&object, attributes, value));
                }
            }
            Stmt::Import { module, .. } | Stmt::From { module, level: 0, .. } if self.tries.get() > 0 && self.is_absent(module) => {
                return End::Raised;
            }
            Stmt::Import { name, module } => scope.bind(name, Value::Ref(module.clone())),
            Stmt::From { module, level, item, name, .. } => {
                let module = Modules::absolute(&scope.module, module, *level);
                scope.bind(name, self.follow(&format!("{module}.{item}")));
            }
            Stmt::If { test, then, otherwise } => return self.branch(test, then, otherwise, scope),
            Stmt::Try { body, otherwise, handlers } => return self.attempt(body, otherwise, *handlers, scope),
            Stmt::Call(expr) if self.inside(expr, scope).is_some() => {}
            Stmt::Call(expr) => {
                let end = self.effect(expr, scope);
                // What a function that is not followed does in a `try` may be to raise.
                return if self.tries.get() > 0 && self.is_foreign(expr, scope) { End::Lost } else { end };
            }
            Stmt::Return(expr) => return End::Returned(self.evaluate(expr, scope)),
            Stmt::Raise(_) => return End::Raised,
            Stmt::For { targets, source, body, .. } => return self.looped((targets, source), body, scope),
            Stmt::Class(_) | Stmt::Function(_) | Stmt::Opaque { .. } => return End::Lost,
        }
        End::Fell
    }

    fn branch(&self, test: &Expr, then: &[Stmt], otherwise: &[Stmt], scope: &mut Scope) -> End {
        let found = self.counts_as(&self.evaluate(test, scope));
        if self.tries.get() > 0 && self.raised.get() {
            return End::Raised;
        }
        match found {
            Some(true) => self.body(then, scope),
            Some(false) => self.body(otherwise, scope),
            None => {
                let mut second = scope.clone();
                let known = self.added.borrow().fields.len();
                let ends = (self.body(then, scope), self.body(otherwise, &mut second));
                if self.added.borrow().fields.len() > known {
                    self.added.borrow_mut().unsure = true;
                }
                match ends {
                    (End::Returned(one), End::Returned(two)) if one == two => End::Returned(one),
                    // What runs at all does not raise.
                    (End::Raised, end) => {
                        *scope = second;
                        end
                    }
                    (end, End::Raised) => end,
                    // A class that is made under a condition of the environment is there in the common case.
                    (End::Returned(Value::Ref(class)), End::Fell) if self.is_made(&class) => End::Returned(Value::Ref(class)),
                    (End::Fell, End::Fell) => {
                        scope.blur(&second, test.span);
                        End::Fell
                    }
                    _ => End::Lost,
                }
            }
        }
    }

    /// `for` over what is known, one pass for each element.
    fn looped(&self, (targets, source): (&[Arc<str>], &Expr), body: &[Stmt], scope: &mut Scope) -> End {
        let items = match self.evaluate(source, scope) {
            Value::Dict(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
            Value::List(items) | Value::Tuple(items) => items.to_vec(),
            _ => return End::Lost,
        };
        for item in items {
            match (targets, item.items()) {
                _ if item.is_unknown() => return End::Lost,
                ([target], _) => scope.bind(target, item),
                ([], _) => return End::Lost,
                (targets, Some(parts)) if targets.len() == parts.len() => {
                    targets.iter().zip(parts).for_each(|(target, part)| scope.bind(target, part.clone()));
                }
                _ => return End::Lost,
            }
            let end = self.body(body, scope);
            if !matches!(end, End::Fell) {
                return end;
            }
        }
        End::Fell
    }

    /// `try`: its handler runs where the body surely raises.
    fn attempt(&self, body: &[Stmt], otherwise: &[Stmt], handlers: usize, scope: &mut Scope) -> End {
        self.tries.set(self.tries.get() + 1);
        let end = self.body(body, scope);
        self.tries.set(self.tries.get() - 1);
        match end {
            End::Raised if handlers == 1 => {
                self.raised.set(false);
                self.body(otherwise, scope)
            }
            End::Raised => End::Lost,
            end => end,
        }
    }

    /// A call for its effect. A method of the object at hand may change it; what changes a value otherwise makes it unknown.
    pub(super) fn effect(&self, expr: &Expr, scope: &mut Scope) -> End {
        let Node::Call(call) = &expr.node else { return End::Fell };
        let Node::Attribute(base, method) = &call.function.node else {
            self.handed_over(call, scope, expr.span);
            return End::Fell;
        };
        let (placed, named) = self.arguments(call, scope);
        if objects::is_super(base) {
            let arguments = Arguments { placed, named };
            let object = match (self.super_call(method, arguments.clone(), scope, expr.span), scope.local("self")) {
                (Some(done), _) => done.object,
                (None, Some(Value::Call(object))) if &**method == "__init__" => {
                    Some(objects::with_handed(&object, arguments, expr.span)).filter(|_| !self.has_super(method, scope))
                }
                _ => return End::Fell,
            };
            scope.bind(&"self".into(), object.unwrap_or(Value::Unknown(expr.span)));
            return End::Fell;
        }
        if let (Some(Value::Call(object)), [Value::Call(first), rest @ ..]) = (scope.local("self"), &*placed)
            && &**method == "__init__"
            && Arc::ptr_eq(&object, first)
            && let Value::Ref(class) = self.evaluate(base, scope)
        {
            let arguments = Arguments { placed: rest.to_vec(), named };
            scope.bind(&"self".into(), self.initialised_by(&class, &object, arguments, expr.span));
            return End::Fell;
        }
        if self.adds((&self.evaluate(base, scope), method), &placed) {
            return End::Fell;
        }
        let Node::Name(name) = &base.node else { return End::Fell };
        match (scope.local(name), &**method, placed.first()) {
            (Some(Value::Dict(entries)), "update", more) => {
                let named: Vec<(Value, Value)> = named.into_iter().map(|(name, value)| (Value::Str(name), value)).collect();
                let more = match more {
                    Some(Value::Dict(more)) => more.to_vec(),
                    None => Vec::new(),
                    Some(_) => vec![(Value::Unknown(expr.span), Value::Unknown(expr.span))],
                };
                scope.bind(name, objects::merged(&entries, more.into_iter().chain(named)));
            }
            (Some(Value::Dict(_) | Value::List(_)), "pop", _) => self.taken_out(expr, scope),
            (Some(Value::List(items)), "remove", Some(gone)) if items.contains(gone) => {
                let first = items.iter().position(|item| item == gone);
                let kept = items.iter().enumerate().filter(|(place, _)| Some(*place) != first);
                scope.bind(name, Value::List(kept.map(|(_, item)| item.clone()).collect()));
            }
            (Some(Value::Dict(_) | Value::List(_) | Value::Tuple(_)), ..) => scope.bind(name, Value::Unknown(expr.span)),
            (Some(Value::Call(object)), ..) => {
                let done = self.method_call(&object, method, Arguments { placed, named }, expr.span);
                if let Some(changed @ Value::Call(_)) = done.and_then(|done| done.object) {
                    scope.bind(name, changed);
                }
            }
            _ => {}
        }
        End::Fell
    }

    /// Whether a call is of a function of a package that is not read, such as Django itself.
    fn is_foreign(&self, expr: &Expr, scope: &Scope) -> bool {
        let Node::Call(call) = &expr.node else { return false };
        matches!(self.evaluate(&call.function, scope), Value::Ref(path) if self.function(&path).is_none() && self.class(&path).is_none())
    }

    /// Keeps a lambda for when it is called, and gives the name under which it is.
    pub fn keep_lambda(&self, function: &Arc<Function>, scope: &Scope) -> Value {
        let mut kept = self.lambdas.borrow_mut();
        kept.push(Callable { function: function.clone(), scope: scope.clone(), class: None });
        Value::Ref(format!("<lambda>{}", kept.len() - 1).into())
    }

    fn lambda(&self, path: &str) -> Option<Callable> {
        let at: usize = path.strip_prefix("<lambda>")?.parse().ok()?;
        self.lambdas.borrow().get(at).cloned()
    }
}

/// An object of a class that is called with these arguments.
pub fn made(callee: &Arc<str>, arguments: Arguments, span: Span) -> Value {
    Value::Call(Arc::new(Call { callee: callee.clone(), arguments: arguments.placed, keywords: arguments.named, span }))
}
