//! Calls: what Python's and Django's own functions give, and whom of the project's a call reaches.

use std::sync::Arc;

use super::bindings::{Binding, Bound};
use super::compare;
use super::entry_points;
use super::evaluate::{Scope, truth};
use super::functions::{self, Arguments, Callable, Done};
use super::modules::Modules;
use super::objects;
use super::paths;
use super::syntax::{CallExpr, Expr, Node};
use super::text;
use super::value::{Call, Value, last};
use crate::base::{Code, Diagnostic, Span};

/// Python's own names that are followed.
pub const BUILT_IN: &[&str] = &[
    "list",
    "tuple",
    "dict",
    "set",
    "str",
    "int",
    "float",
    "bool",
    "getattr",
    "hasattr",
    "isinstance",
    "len",
    "range",
    "sorted",
    "super",
    "frozenset",
    "callable",
    "type",
    "max",
    "min",
    "open",
];

/// The attributes of a dictionary (Python's library reference, Mapping Types).
const DICTIONARY: &[&str] = &["clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"];

impl Modules<'_> {
    /// The arguments of a call, `*` and `**` opened; a part that cannot be told is unknown.
    pub fn arguments(&self, call: &CallExpr, scope: &Scope) -> (Vec<Value>, Vec<(Arc<str>, Value)>) {
        let placed = self.items(&call.arguments, scope).to_vec();
        let mut named: Vec<(Arc<str>, Value)> = Vec::with_capacity(call.keywords.len());
        for (name, value) in &call.keywords {
            match (name, self.evaluate(value, scope)) {
                (Some(name), value) => named.push((name.clone(), value)),
                (None, Value::Dict(entries)) => {
                    named.extend(entries.iter().map(|(key, value)| (key.str().unwrap_or("**").into(), value.clone())));
                }
                (None, _) => named.push(("**".into(), Value::Unknown(value.span))),
            }
        }
        (placed, named)
    }

    pub(super) fn call(&self, call: &CallExpr, scope: &Scope, span: Span) -> Value {
        let (placed, named) = self.arguments(call, scope);
        if let Node::Attribute(base, method) = &call.function.node {
            if objects::is_super(base) && scope.local(objects::CLASS).is_some() {
                let done = self.super_call(method, Arguments { placed, named }, scope, span);
                let asked = format!("super.{method}").into();
                let kept = || functions::made(&asked, Arguments::default(), span);
                return done.map_or_else(|| if self.has_super(method, scope) { Value::Unknown(span) } else { kept() }, |done| done.value);
            }
            return self.method_of(base, method, Arguments { placed, named }, (scope, span));
        }
        match self.evaluate(&call.function, scope) {
            Value::Ref(path) => self.called(&path, Arguments { placed, named }, span),
            Value::Call(partial) if &*partial.callee == "functools.partial" => self.completed(&partial, Arguments { placed, named }, span),
            _ => Value::Unknown(span),
        }
    }

    /// A call of what `functools.partial` keeps: its arguments stand before those of the call, which win by name.
    fn completed(&self, partial: &Call, Arguments { placed, named }: Arguments, span: Span) -> Value {
        let Some((Value::Ref(path), first)) = partial.arguments.split_first() else { return Value::Unknown(span) };
        let placed = first.iter().cloned().chain(placed).collect();
        let kept = partial.keywords.iter().filter(|(name, _)| !named.iter().any(|(given, _)| given == name));
        let named = kept.cloned().chain(named.iter().cloned()).collect();
        self.called(path, Arguments { placed, named }, span)
    }

    fn method_of(&self, base: &Expr, method: &str, arguments: Arguments, (scope, span): (&Scope, Span)) -> Value {
        let base = self.evaluate(base, scope);
        match &base {
            Value::Str(text) => text::method(text, method, &arguments, span),
            Value::Dict(_) => text::of_dict(&base, method, &arguments.placed, span),
            Value::List(items) | Value::Tuple(items) => compare::of_list(items, method, &arguments.placed, span),
            Value::Call(object) if paths::is_file(object) => {
                self.path_method(object, method, &arguments.placed, span).unwrap_or(Value::Unknown(span))
            }
            Value::Call(object) if entry_points::is_one(object) => {
                self.entry_point_method(object, method, &arguments, span).unwrap_or(Value::Unknown(span))
            }
            Value::Call(object) => match self.method_call(object, method, arguments.clone(), span) {
                Some(Done { value, .. }) if !value.is_unknown() => value,
                // An attribute of the object may itself be a function.
                _ => match self.member_of(object, method, span) {
                    Some(Value::Ref(path)) => self.called(&path, arguments, span),
                    _ => {
                        let placed = [base.clone()].into_iter().chain(arguments.placed).collect();
                        functions::made(&format!(".{method}").into(), Arguments { placed, ..arguments }, span)
                    }
                },
            },
            _ => match self.attribute(base, method, span) {
                Value::Ref(path) => self.called(&path, arguments, span),
                _ => Value::Unknown(span),
            },
        }
    }

    /// A call of a known path: some have a value, the rest is kept.
    fn called(&self, path: &Arc<str>, arguments: Arguments, span: Span) -> Value {
        let known = self.built_in(path, &arguments, span).or_else(|| self.path_call(path, &arguments.placed, span));
        if let Some(value) = known.or_else(|| self.entry_points(path, &arguments, span)) {
            return value;
        }
        if let Some(callable) = self.function(path) {
            let done = self.reached(&callable, arguments.clone(), span);
            if let Some(Done { value, .. }) = done.filter(|done| !done.value.is_unknown()) {
                return value;
            }
        }
        functions::made(path, arguments, span)
    }

    fn reached(&self, callable: &Callable, arguments: Arguments, span: Span) -> Option<Done> {
        match &callable.class {
            Some(class) => self.class_call(callable, class, arguments, span),
            None => self.invoke(callable, arguments, span),
        }
    }

    fn built_in(&self, path: &str, Arguments { placed, named }: &Arguments, span: Span) -> Option<Value> {
        let first = placed.first();
        let items = || first.and_then(Value::items).map(<[Value]>::to_vec);
        let unknown = Value::Unknown(span);
        let value = match (path, placed.len()) {
            ("list" | "sorted", 1) => items().map_or(unknown, |items| Value::List(items.into())),
            ("tuple" | "set" | "frozenset", 1) => items().map_or(unknown, |items| Value::Tuple(items.into())),
            ("list", 0) => Value::List([].into()),
            ("tuple" | "set" | "frozenset", 0) => Value::Tuple([].into()),
            ("dict", 0 | 1) => {
                let named = named.iter().map(|(key, value)| (Value::Str(key.clone()), value.clone()));
                match first {
                    None => objects::merged(&[], named),
                    Some(Value::Dict(entries)) => objects::merged(entries, named),
                    Some(Value::List(pairs) | Value::Tuple(pairs)) => match pairs.iter().map(pair).collect::<Option<Vec<_>>>() {
                        Some(pairs) => objects::merged(&[], pairs.into_iter().chain(named)),
                        None => unknown,
                    },
                    Some(_) => unknown,
                }
            }
            ("types.MappingProxyType" | "collections.OrderedDict", 1) => {
                first.filter(|value| matches!(value, Value::Dict(_))).cloned().unwrap_or(unknown)
            }
            ("str" | "int" | "copy.copy" | "copy.deepcopy", 1) => first.cloned().unwrap_or(unknown),
            ("bool", 1) => first.and_then(truth).map_or(unknown, Value::Bool),
            ("len", 1) => match first {
                Some(Value::Str(text)) => Value::Int(text.chars().count() as i64),
                _ => items().map_or(unknown, |items| Value::Int(items.len() as i64)),
            },
            ("max" | "min", _) => extreme(path, &items().unwrap_or_else(|| placed.clone())).map_or(unknown, Value::Int),
            ("type", 3) => self.made_class(placed).unwrap_or(unknown),
            ("getattr", 2 | 3) => self.attribute_or(placed, span),
            ("hasattr", 2) => self.has_attribute(placed).map_or(unknown, Value::Bool),
            ("isinstance", 2) => instance(&placed[0], &placed[1]).map_or(unknown, Value::Bool),
            ("callable", 1) => match first {
                Some(Value::Str(_) | Value::Int(_) | Value::None | Value::Bool(_) | Value::Dict(_)) => Value::Bool(false),
                Some(Value::Ref(path)) if self.function(path).is_some() => Value::Bool(true),
                _ => unknown,
            },
            ("django.contrib.auth.get_user_model", 0) => self.setting("AUTH_USER_MODEL").unwrap_or(unknown),
            ("django.apps.apps.is_installed", 1) => first.and_then(|app| self.is_installed(app)).map_or(unknown, Value::Bool),
            ("django.utils.module_loading.import_string", 1) => first.and_then(Value::str).map_or(unknown, |path| self.follow(path)),
            ("django.apps.apps.get_model" | "django.apps.apps.get_registered_model", 1 | 2) => {
                let named: Option<Vec<&str>> = placed.iter().map(Value::str).collect();
                named.map_or(unknown, |named| Value::Str(named.join(".").into()))
            }
            ("os.environ.get" | "os.getenv", 2) if self.is_packaged(span) => self.unset(&placed[0], &placed[1], span),
            ("importlib.import_module", 1) => first.and_then(Value::str).map_or(unknown, |path| Value::Ref(path.into())),
            _ if path.starts_with("django.utils.translation.") || path.ends_with("gettext_lazy") => first.cloned().unwrap_or(unknown),
            ("django.utils.safestring.mark_safe", _) => first.cloned().unwrap_or(unknown),
            _ => return None,
        };
        Some(value)
    }

    /// The value where a variable of the environment is not set, which is said.
    fn unset(&self, name: &Value, default: &Value, span: Span) -> Value {
        let message = format!("the environment variable {} is taken as not set", name.str().unwrap_or("here"));
        let known = self.diagnostics.borrow().iter().any(|known| known.message == message);
        if !known && name.str().is_some() {
            self.report(Diagnostic::new(Code::Inferred, Some(span), message));
        }
        default.clone()
    }

    /// Whether a place is in a package and not in the project's own code.
    fn is_packaged(&self, span: Span) -> bool {
        let place = self.place(span);
        self.packages.borrow().iter().any(|folder| place.starts_with(folder.as_str()))
    }

    /// Whether a package stands in INSTALLED_APPS, by itself or by its configuration.
    fn is_installed(&self, app: &Value) -> Option<bool> {
        let (installed, app) = (self.setting("INSTALLED_APPS")?, app.str()?);
        let installed = installed.items()?;
        let configured = format!("{app}.apps.");
        let found = installed.iter().filter_map(Value::str).any(|entry| entry == app || entry.starts_with(&configured));
        (found || !installed.iter().any(Value::is_unknown)).then_some(found)
    }

    /// `getattr(object, NAME, default)`.
    fn attribute_or(&self, arguments: &[Value], span: Span) -> Value {
        let [object, Value::Str(name), rest @ ..] = arguments else { return Value::Unknown(span) };
        match object {
            Value::Ref(path) if &**path == "django.conf.settings" => match (self.setting(name), rest.first()) {
                (Some(value), _) => value,
                (None, Some(default)) => default.clone(),
                (None, None) => self.attribute(object.clone(), name, span),
            },
            Value::Call(held) if !rest.is_empty() && self.has_member(held, name) == Some(false) => rest[0].clone(),
            // What is written in no class is not there; what cannot be told may be.
            Value::Call(_) | Value::Ref(_) => match self.attribute(object.clone(), name, span) {
                Value::Call(call) if call.callee.starts_with('.') => Value::Unknown(span),
                value => value,
            },
            // A dictionary's keys are no attributes of it.
            Value::Dict(_) if !rest.is_empty() && !DICTIONARY.contains(&&**name) => rest[0].clone(),
            _ => Value::Unknown(span),
        }
    }

    /// `base.name`; of the settings also what the module itself has set there.
    pub(super) fn held(&self, base: &Expr, name: &str, scope: &Scope, span: Span) -> Value {
        if objects::is_super(base) {
            return self.super_member(base, name, scope, span).unwrap_or(Value::Unknown(span));
        }
        let object = self.evaluate(base, scope);
        if let (Value::Ref(path), Node::Name(local)) = (&object, &base.node)
            && &**path == "django.conf.settings"
            && self.setting(name).is_none()
        {
            let module = Scope::of(&scope.module);
            let mut set =
                scope.module.bindings.members.iter().rev().filter(|(bound, attribute)| bound.name == *local && &**attribute == name);
            if let Some((Bound { what: Binding::Value(value), .. }, _)) = set.find(|(bound, _)| self.holds(&module, bound) != Some(false)) {
                return self.evaluate(value, &module);
            }
        }
        self.attribute(object, name, span)
    }

    fn has_attribute(&self, arguments: &[Value]) -> Option<bool> {
        match arguments {
            [Value::Ref(path), Value::Str(name)] if &**path == "django.conf.settings" => Some(self.setting(name).is_some()),
            [Value::Call(object), Value::Str(name)] => self.has_member(object, name),
            _ => None,
        }
    }
}

fn pair(value: &Value) -> Option<(Value, Value)> {
    match value.items()? {
        [key, value] if !key.has_unknown() => Some((key.clone(), value.clone())),
        _ => None,
    }
}

fn extreme(path: &str, items: &[Value]) -> Option<i64> {
    let numbers: Option<Vec<i64>> = items.iter().map(Value::int).collect();
    if path == "max" { numbers?.into_iter().max() } else { numbers?.into_iter().min() }
}

/// `isinstance(value, class)` over Python's own classes.
fn instance(value: &Value, class: &Value) -> Option<bool> {
    if let Value::Tuple(classes) = class {
        let each: Option<Vec<bool>> = classes.iter().map(|class| instance(value, class)).collect();
        return each.map(|each| each.contains(&true));
    }
    let Value::Ref(class) = class else { return None };
    let own = match value {
        Value::Str(_) => "str",
        Value::Int(_) => "int",
        Value::Bool(_) => "bool",
        Value::List(_) => "list",
        Value::Tuple(_) => "tuple",
        Value::Dict(_) => "dict",
        Value::None => "NoneType",
        _ => return None,
    };
    let plain = matches!(last(class), "str" | "int" | "bool" | "list" | "tuple" | "dict");
    (plain && &**class == last(class)).then(|| own == &**class || own == "bool" && &**class == "int")
}
