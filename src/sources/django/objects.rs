//! Objects of the project's and its packages' own classes: their attributes, properties and methods.

use std::rc::Rc;
use std::sync::Arc;

use super::evaluate::Scope;
use super::functions::{self, Arguments, Callable, Done};
use super::modules::{Located, Module, Modules};
use super::python;
use super::syntax::{Expr, Node};
use super::value::{Call, Value};
use crate::base::Span;

/// The local name under which a method knows the class in which it stands.
pub const CLASS: &str = "__class__";
/// The mark of an object that is being made, or was changed: its attributes are its keywords that start with a dot.
const OPEN: &str = ".";

/// What Django's own `db_type` would give, where a class hands the question on to it.
pub const SUPER_TYPE: &str = "super.db_type";
/// The attribute that keeps what was handed to Django's own `__init__`.
const HANDED: &str = "()";

/// An object of a class of whose making nothing more is asked, with these attributes.
pub fn open(class: &Arc<str>, attributes: Vec<(Arc<str>, Value)>, span: Span) -> Value {
    let attributes = attributes.into_iter().map(|(name, value)| (format!(".{name}").into(), value));
    let keywords = [(OPEN.into(), Value::None)].into_iter().chain(attributes).collect();
    Value::Call(Arc::new(Call { callee: class.clone(), arguments: Vec::new(), keywords, span }))
}

/// The object after `super().__init__(…)` of a class that is not read.
pub fn with_handed(object: &Arc<Call>, arguments: Arguments, span: Span) -> Value {
    with_member(object, HANDED, functions::made(&HANDED.into(), arguments, span))
}

/// What was handed to Django's own `__init__`.
pub fn handed_to_super(object: &Call) -> Option<Arguments> {
    let handed = object.keyword(&format!(".{HANDED}"))?.call()?;
    Some(Arguments { placed: handed.arguments.clone(), named: handed.keywords.clone() })
}

/// The object with an attribute set.
pub fn with_member(object: &Arc<Call>, name: &str, value: Value) -> Value {
    let name: Arc<str> = format!(".{name}").into();
    let kept = object.keywords.iter().filter(|(known, _)| *known != name).cloned();
    let keywords = kept.chain([(name.clone(), value)]).collect();
    Value::Call(Arc::new(Call { callee: object.callee.clone(), arguments: object.arguments.clone(), keywords, span: object.span }))
}

/// The object with an attribute set, also one of what an attribute holds.
pub fn with_members(object: &Arc<Call>, path: &[Arc<str>], value: Value) -> Value {
    match path {
        [] => Value::Call(object.clone()),
        [name] => with_member(object, name, value),
        [name, rest @ ..] => {
            let changed = match object.keyword(&format!(".{name}")) {
                Some(Value::Call(held)) => with_members(held, rest, value),
                // What is held by an object that is not known is not known either.
                _ => return Value::Call(object.clone()),
            };
            with_member(object, name, changed)
        }
    }
}

/// A dictionary with more entries, later ones in the place of earlier ones.
pub fn merged(entries: &[(Value, Value)], more: impl Iterator<Item = (Value, Value)>) -> Value {
    let mut out = entries.to_vec();
    for (key, value) in more {
        out.retain(|(known, _)| *known != key);
        out.push((key, value));
    }
    Value::Dict(out.into())
}

/// `super()`.
pub fn is_super(expr: &Expr) -> bool {
    matches!(&expr.node, Node::Call(call) if matches!(&call.function.node, Node::Name(name) if &**name == "super"))
}

impl Modules<'_> {
    /// The method that a class has by itself or by its bases.
    pub fn inherited(&self, path: &str, name: &str, depth: u32) -> Option<Callable> {
        let located = self.class(path)?;
        if let Some(method) = self.method(&located, name) {
            return Some(method);
        }
        self.of_bases(&located, name, depth)
    }

    fn of_bases(&self, located: &Located, name: &str, depth: u32) -> Option<Callable> {
        let scope = located.outside();
        located.class.bases.iter().find_map(|base| match self.evaluate(base, &scope) {
            Value::Ref(base) if depth < 20 => self.inherited(&base, name, depth + 1),
            _ => None,
        })
    }

    /// An attribute of an object of a class that is known; `None` where it cannot be told.
    pub fn member_of(&self, object: &Arc<Call>, name: &str, span: Span) -> Option<Value> {
        let dotted = format!(".{name}");
        if let Some(value) = object.keyword(&dotted) {
            return Some(value.clone());
        }
        self.class(&object.callee)?;
        let method = self.inherited(&object.callee, name, 0);
        if let Some(property) = method.as_ref().filter(|method| method.is_property()) {
            return self.on(object, property, Vec::new(), span);
        }
        let held = self.initialised(object).and_then(|object| object.keyword(&dotted).cloned());
        if held.is_some() {
            return held;
        }
        if method.is_none()
            && let Some(value) = self.class_member(&object.callee, name, 0)
        {
            return Some(value);
        }
        let asked = self.inherited(&object.callee, "__getattr__", 0).filter(|_| method.is_none())?;
        self.on(object, &asked, vec![Value::Str(name.into())], span)
    }

    /// Whether an object has an attribute; `None` where that cannot be told.
    pub fn has_member(&self, object: &Arc<Call>, name: &str) -> Option<bool> {
        let held = object.keyword(&format!(".{name}")).is_some();
        if held || self.inherited(&object.callee, name, 0).is_some() || self.class_member(&object.callee, name, 0).is_some() {
            return Some(true);
        }
        let initialised = self.initialised(object)?;
        let held = initialised.keyword(&format!(".{name}")).is_some();
        (held || self.inherited(&object.callee, "__getattr__", 0).is_none()).then_some(held)
    }

    fn on(&self, object: &Arc<Call>, method: &Callable, arguments: Vec<Value>, span: Span) -> Option<Value> {
        let arguments = Arguments { placed: [Value::Call(object.clone())].into_iter().chain(arguments).collect(), named: Vec::new() };
        Some(self.invoke(method, arguments, span)?.value)
    }

    /// The object as `__init__` leaves it; `None` where that is not followed.
    fn initialised(&self, object: &Arc<Call>) -> Option<Arc<Call>> {
        if object.keyword(OPEN).is_some() {
            return Some(object.clone());
        }
        let Some(init) = self.inherited(&object.callee, "__init__", 0) else { return Some(object.clone()) };
        let bare =
            Call { callee: object.callee.clone(), arguments: Vec::new(), keywords: vec![(OPEN.into(), Value::None)], span: object.span };
        let placed = [Value::Call(Arc::new(bare))].into_iter().chain(object.arguments.iter().cloned()).collect();
        let named = object.keywords.iter().filter(|(name, _)| !name.starts_with('.')).cloned().collect();
        match self.invoke(&init, Arguments { placed, named }, object.span)?.object? {
            Value::Call(made) => Some(made),
            _ => None,
        }
    }

    /// The object as the `__init__` of its classes leaves it; `None` where there is none of them, or it is not followed.
    pub(super) fn made_by_init(&self, call: &Call) -> Option<Arc<Call>> {
        let init = self.inherited(&call.callee, "__init__", 0)?;
        let placed = [open(&call.callee, Vec::new(), call.span)].into_iter().chain(call.arguments.iter().cloned()).collect();
        match self.invoke(&init, Arguments { placed, named: call.keywords.clone() }, call.span)?.object? {
            Value::Call(made) => Some(made),
            _ => None,
        }
    }

    /// `object.method(…)`.
    pub fn method_call(&self, object: &Arc<Call>, method: &str, arguments: Arguments, span: Span) -> Option<Done> {
        let callable = self.inherited(&object.callee, method, 0).filter(|callable| !callable.is_property())?;
        let own = (!callable.is_static()).then(|| Value::Call(object.clone()));
        let placed = own.into_iter().chain(arguments.placed).collect();
        self.invoke(&callable, Arguments { placed, ..arguments }, span)
    }

    /// `Class.method(…)`: a class method gets the class, a static one nothing before its arguments.
    pub fn class_call(&self, callable: &Callable, class: &Arc<str>, arguments: Arguments, span: Span) -> Option<Done> {
        let is_class_method =
            callable.function.decorators.iter().any(|one| matches!(&one.node, Node::Name(name) if &**name == "classmethod"));
        let own = is_class_method.then(|| Value::Ref(class.clone()));
        let placed = own.into_iter().chain(arguments.placed).collect();
        self.invoke(callable, Arguments { placed, ..arguments }, span)
    }

    /// The object after `Class.__init__(self, …)`, which names the base that `super()` would find.
    pub fn initialised_by(&self, class: &str, object: &Arc<Call>, arguments: Arguments, span: Span) -> Value {
        let done = match self.inherited(class, "__init__", 0) {
            Some(init) => {
                let placed = [Value::Call(object.clone())].into_iter().chain(arguments.placed).collect();
                self.invoke(&init, Arguments { placed, ..arguments }, span).and_then(|done| done.object)
            }
            None => Some(with_handed(object, arguments, span)),
        };
        done.unwrap_or(Value::Unknown(span))
    }

    /// Whether a base that is read has the method that `super()` asks for.
    pub fn has_super(&self, method: &str, scope: &Scope) -> bool {
        let Some(Value::Ref(class)) = scope.local(CLASS) else { return false };
        self.class(&class).is_some_and(|located| self.of_bases(&located, method, 0).is_some())
    }

    /// `super().method(…)`.
    pub fn super_call(&self, method: &str, arguments: Arguments, scope: &Scope, span: Span) -> Option<Done> {
        let Some(Value::Ref(class)) = scope.local(CLASS) else { return None };
        let callable = self.of_bases(&self.class(&class)?, method, 0)?;
        let own = scope.local("self").or_else(|| scope.local("cls"))?;
        let placed = [own].into_iter().chain(arguments.placed).collect();
        self.invoke(&callable, Arguments { placed, ..arguments }, span)
    }

    /// What a module gives beside its own names: by its `__getattr__` (PEP 562), or by what stands in its place. A module
    /// below the package is found first.
    pub fn module_attribute(&self, module: &Rc<Module>, name: &str) -> Option<Value> {
        let (scope, span) = (Scope::of(module), Span::new(module.file, 0, 0));
        if name.starts_with("__") || self.load(&format!("{}.{name}", module.path)).is_some() {
            return None;
        }
        let found = match self.bound(&scope, &module.bindings, python::STAND_IN, usize::MAX) {
            Some(stand_in) => self.attribute(stand_in, name, span),
            None => {
                let function = self.defined(&scope, &module.bindings, "__getattr__")?;
                let arguments = Arguments { placed: vec![Value::Str(name.into())], named: Vec::new() };
                self.invoke(&Callable { function, scope, class: None }, arguments, span)?.value
            }
        };
        Some(found).filter(|value| !value.is_unknown())
    }
}
