//! Settings that are the attributes of a class, as with django-configurations: the class that the project runs with, and what it
//! and its bases say.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::bindings::Binding;
use super::evaluate::Scope;
use super::functions::Arguments;
use super::modules::{Located, Module, Modules};
use super::objects;
use super::syntax::{Expr, Node};
use super::value::{Value, last};
use crate::base::{Code, Diagnostic, Severity, Span};

/// The variable of the environment that names the class (django-configurations, Quickstart).
pub const VARIABLE: &str = "DJANGO_CONFIGURATION";

/// Methods that run when the project starts and may set anything.
const HOOKS: &[&str] = &["pre_setup", "setup", "post_setup", "__init__"];

/// A class of settings with its bases, in the order in which attributes are looked up.
pub(super) struct Class {
    path: Arc<str>,
    line: Vec<Located>,
}

/// `module:Class` and `module.Class` as a module and the class in it.
pub(super) fn taken_apart<'a>(modules: &Modules, path: &'a str) -> (&'a str, Option<String>) {
    let inner = || path.rsplit_once('.').filter(|_| modules.find(path).is_none() && modules.class(path).is_some());
    match path.split_once(':').or_else(inner) {
        Some((module, class)) => (module, Some(class.to_string())),
        None => (path, None),
    }
}

/// The class of settings that a module is run with, where its settings stand in one; one that is not named is asked for.
pub(super) fn class(modules: &Modules, module: &Rc<Module>, named: Option<&str>) -> Option<Class> {
    let settings = |located: Located| {
        let line = modules.line(&located)?;
        let is_settings = line.unread.iter().any(|base| base.starts_with("configurations."));
        is_settings.then(|| Class { path: located.path().into(), line: line.classes })
    };
    let own = module.bindings.classes().map(|class| modules.located(module.clone(), class.clone()));
    let mut found: Vec<Class> = own.filter_map(settings).collect();
    // It may also come from another module.
    let asked = named.and_then(|named| match modules.name(module, named)? {
        Value::Ref(path) => settings(modules.class(&path)?),
        _ => None,
    });
    if asked.is_some() || found.is_empty() {
        return asked;
    }
    let names: Vec<&str> = found.iter().map(|class| last(&class.path)).collect();
    let message = match named {
        Some(named) => format!("no class {named} of settings can be told here, which the project runs with"),
        None if found.len() == 1 => return found.pop(),
        None => format!("which of the classes {} holds the settings is told by {VARIABLE} when the project runs", names.join(", ")),
    };
    let span = found[0].line.first().map(|located| located.class.span);
    let help = format!("name it with --settings {}:{}", module.path, names[names.len() - 1]);
    modules.report(Diagnostic::new(Code::Unseen, span, message).severity(Severity::Warning).help(help));
    None
}

/// Reads the settings of a class; whether all of them are told.
pub(super) fn read(modules: &Modules, class: &Class) -> bool {
    let mut told = from_outside(modules, class);
    for located in class.line.iter().rev() {
        for bound in &located.body.all {
            if HOOKS.contains(&&*bound.name) {
                told = false;
                let message = format!("any setting may be changed in {} when the project starts; it is taken as if none were", bound.name);
                modules.report(Diagnostic::new(Code::Unseen, Some(place(located, &bound.what)), message).severity(Severity::Warning));
            } else if !bound.name.chars().any(char::is_lowercase) {
                let value = setting(modules, class, located, &bound.name);
                modules.settings.borrow_mut().insert(bound.name.clone(), value);
            }
        }
    }
    told
}

/// Whether no statement beside the classes changes what they say; one that does is said: `Base.INSTALLED_APPS.append("x")`.
fn from_outside(modules: &Modules, class: &Class) -> bool {
    let mut places: BTreeSet<Span> = BTreeSet::new();
    for located in &class.line {
        let (scope, bindings) = (Scope::of(&located.module), &located.module.bindings);
        let set = bindings.members.iter().filter(|(bound, name)| bound.name == located.class.name && !name.chars().any(char::is_lowercase));
        let changed = bindings.all.iter().filter(|bound| bound.name.ends_with("APPS"));
        for bound in changed.chain(set.map(|(bound, _)| bound)).filter(|bound| modules.holds(&scope, bound) != Some(false)) {
            match &bound.what {
                Binding::Extend(Expr { node: Node::Other, span }) => drop(places.insert(*span)),
                Binding::Value(value) if bound.name == located.class.name => drop(places.insert(value.span)),
                _ => {}
            }
        }
    }
    for span in &places {
        let message = "a setting of a class is changed here; it is taken as if it were not";
        modules.report(Diagnostic::new(Code::Unseen, Some(*span), message).severity(Severity::Warning));
    }
    places.is_empty()
}

fn place(located: &Located, what: &Binding) -> Span {
    match what {
        Binding::Function(function) => function.span,
        _ => located.class.span,
    }
}

/// What a class of the line says of a setting. A value that the environment gives is told only when the project runs.
fn setting(modules: &Modules, class: &Class, located: &Located, name: &str) -> Value {
    let unknown = Value::Unknown(located.class.span);
    if let Some(property) = modules.method(located, name) {
        let object = objects::open(&class.path, Vec::new(), located.class.span);
        let arguments = Arguments { placed: vec![object], named: Vec::new() };
        let done = modules.invoke(&property, arguments, property.function.span).map(|done| done.value);
        return done.filter(|value| !matches!(value, Value::Call(_))).unwrap_or(Value::Unknown(property.function.span));
    }
    match modules.bound(&Scope::inside(located), &located.body, name, usize::MAX) {
        Some(Value::Call(call)) if call.callee.starts_with("configurations.") => Value::Unknown(call.span),
        Some(value) => value,
        None => unknown,
    }
}
