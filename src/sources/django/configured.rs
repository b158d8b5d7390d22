//! Settings that are the attributes of a class, as with django-configurations: the class that the project runs with, and what it
//! and its bases say.

use std::rc::Rc;
use std::sync::Arc;

use super::bindings::Binding;
use super::evaluate::Scope;
use super::functions::Arguments;
use super::modules::{Located, Module, Modules};
use super::objects;
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
    let mut found: Vec<Class> = Vec::new();
    for class in module.bindings.classes() {
        let mut line = Vec::new();
        if bases(modules, &modules.located(module.clone(), class.clone()), &mut line) {
            found.push(Class { path: format!("{}.{}", module.path, class.name).into(), line });
        }
    }
    if let Some(at) = named.and_then(|named| found.iter().position(|class| last(&class.path) == named)) {
        return Some(found.swap_remove(at));
    }
    if found.len() > 1 {
        let names: Vec<&str> = found.iter().map(|class| last(&class.path)).collect();
        let message = format!("which of the classes {} holds the settings is told by {VARIABLE} when the project runs", names.join(", "));
        let span = found[0].line.first().map(|located| located.class.span);
        let help = format!("name it with --settings {}:{}", module.path, names[names.len() - 1]);
        modules.report(Diagnostic::new(Code::Unseen, span, message).severity(Severity::Warning).help(help));
        return None;
    }
    found.pop()
}

/// Puts a class and its bases into a line; whether it is one of settings. A base of several stands behind all of them (Python's
/// tutorial, Multiple Inheritance).
fn bases(modules: &Modules, located: &Located, line: &mut Vec<Located>) -> bool {
    if line.len() > 50 {
        return false;
    }
    line.retain(|known| !Arc::ptr_eq(&known.class, &located.class));
    line.push(located.clone());
    let scope = Scope::of(&located.module);
    let mut is_settings = false;
    for base in &located.class.bases {
        let Value::Ref(path) = modules.evaluate(base, &scope) else { continue };
        is_settings |= match modules.class(&path) {
            _ if path.starts_with("configurations.") => true,
            Some(base) => bases(modules, &base, line),
            None => false,
        };
    }
    is_settings
}

/// Reads the settings of a class; whether all of them are told.
pub(super) fn read(modules: &Modules, class: &Class) -> bool {
    let mut told = true;
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
