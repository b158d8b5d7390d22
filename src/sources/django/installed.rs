//! INSTALLED_APPS: the apps that it names, and whether all of them are told.

use std::rc::Rc;
use std::sync::Arc;

use super::bindings::{Binding, Guard};
use super::contrib;
use super::evaluate::Scope;
use super::models::App;
use super::modules::{Module, Modules};
use super::project::Project;
use super::python::ANY_NAME;
use super::value::Value;
use crate::base::{Code, Diagnostic, FileId, Severity, Span};

/// Reads the apps of a project, in `file` or in what it imports.
pub(super) fn read(modules: &Modules, project: &mut Project, file: FileId) {
    let listed = |name: &str| modules.setting(name).and_then(|value| value.items().map(<[Value]>::to_vec));
    let (shared, tenant) = (listed("SHARED_APPS"), listed("TENANT_APPS"));
    let mut installed = listed("INSTALLED_APPS").unwrap_or_default();
    let untold = installed.iter().chain(&modules.setting("INSTALLED_APPS")).find_map(|entry| match entry {
        Value::Unknown(span) => Some(*span),
        _ => None,
    });
    project.whole = untold.is_none() && !installed.is_empty();
    if !project.whole {
        let message = "INSTALLED_APPS cannot be told whole; an app that it does not show is not compared";
        let span = untold.filter(|span| span.end > 0).unwrap_or(Span::new(file, 0, 0));
        modules.report(Diagnostic::new(Code::Unseen, Some(span), message).severity(Severity::Warning));
    }
    if installed.is_empty() {
        installed = shared.iter().flatten().chain(tenant.iter().flatten()).cloned().collect();
    }
    for entry in installed.iter().filter_map(Value::str) {
        let (app, auto) = installed_app(modules, entry);
        if let Some(auto) = auto {
            project.settings.app_auto_fields.insert(app.label.clone(), auto);
        }
        match project.apps.iter().find(|known| known.label == app.label) {
            None => project.apps.push(app),
            Some(known) => {
                let fault = duplicate(known, &app);
                project.refusals.push(fault.message.clone());
                modules.report(fault);
            }
        }
    }
    let labels = |list: Option<Vec<Value>>| -> Vec<Arc<str>> {
        list.iter().flatten().filter_map(Value::str).map(|entry| installed_app(modules, entry).0.label).collect()
    };
    project.shared = labels(shared);
    project.tenant = labels(tenant);
}

/// Whether a module of settings binds only names that are written in it. What does not is said.
pub(super) fn tells_all(modules: &Modules, module: &Rc<Module>) -> bool {
    let scope = Scope::of(module);
    let made_up = module.bindings.all.iter().filter(|bound| &*bound.name == ANY_NAME && modules.holds(&scope, bound) != Some(false));
    let places: Vec<Span> = made_up
        .filter_map(|bound| match &bound.what {
            Binding::Opaque(span) => Some(*span),
            Binding::Followed(function) => Some(function.span),
            _ => None,
        })
        .collect();
    for span in &places {
        let message = "any setting may be changed here, by a name that is made up when the project runs; it is taken as if none were";
        modules.report(Diagnostic::new(Code::Unseen, Some(*span), message).severity(Severity::Warning));
    }
    conditional(modules, module);
    places.is_empty()
}

/// Says which apps are taken as installed although the condition of it cannot be told.
fn conditional(modules: &Modules, module: &Rc<Module>) {
    let scope = Scope::of(module);
    for bound in module.bindings.all.iter().filter(|bound| bound.name.ends_with("APPS")) {
        let Binding::Extend(added) = &bound.what else { continue };
        let imports = bound.guards.iter().filter_map(|guard| match guard {
            Guard::Import { module, level: 0, there: true } => Some(module),
            _ => None,
        });
        let unsure = match modules.holds(&scope, bound) {
            Some(holds) => holds && imports.into_iter().any(|import| modules.is_elsewhere(import)),
            None => true,
        };
        if unsure {
            let message =
                format!("what this adds to {} is taken as installed: its condition is told only when the project runs", bound.name);
            modules.report(Diagnostic::new(Code::Inferred, Some(added.span), message));
        }
    }
}

/// Two packages, or one twice, under one label: Django refuses to start.
fn duplicate(known: &App, other: &App) -> Diagnostic {
    let message = format!("two apps have the label {}: {} and {}; only the first is read", known.label, known.package, other.package);
    let help = "Django refuses to start (ImproperlyConfigured): give one of them a label of its own in its AppConfig";
    Diagnostic::new(Code::Contradiction, None, message).help(help)
}

/// An entry of INSTALLED_APPS: a package, or an AppConfig class in its `apps` module.
fn installed_app(modules: &Modules, entry: &str) -> (App, Option<Arc<str>>) {
    let (package, config) = match modules.class(entry) {
        Some(_) => (entry.rsplit_once(".apps.").map_or(entry, |(package, _)| package).to_string(), Some(entry.to_string())),
        // A class of a package that is not there: `django.contrib.admin.apps.AdminConfig`.
        None => match entry.rsplit_once(".apps.") {
            Some((package, class)) if modules.folder(entry).is_none() && class.starts_with(char::is_uppercase) => {
                (package.to_string(), None)
            }
            _ => (entry.to_string(), only_config(modules, entry)),
        },
    };
    let member = |name: &str| {
        config.as_ref().and_then(|path| modules.class_member(path, name, 0)).and_then(|value| value.str().map(Arc::<str>::from))
    };
    let package = member("name").unwrap_or_else(|| package.as_str().into());
    let built_in = contrib::label(&package).map(Arc::from);
    let label = member("label").or(built_in).unwrap_or_else(|| package.rsplit('.').next().unwrap_or(&package).into());
    // A class that would have to be run leaves the implied keys of the app unseen.
    let set = config.as_ref().and_then(|path| modules.class_member(path, "default_auto_field", 0));
    let auto = set.map(|value| value.str().map_or_else(|| Arc::from(""), Arc::from));
    (App { label, package }, auto)
}

/// The one AppConfig in an app's `apps` module, or the one that says `default = True` (Django 3.2).
fn only_config(modules: &Modules, package: &str) -> Option<String> {
    let module = modules.load(&format!("{package}.apps"))?;
    let configs: Vec<_> = module
        .bindings
        .classes()
        .filter(|class| {
            class.bases.iter().any(|base| match modules.evaluate(base, &Scope::of(&module)) {
                Value::Ref(path) => path.ends_with("AppConfig") || path.ends_with("Config"),
                _ => false,
            })
        })
        .map(|class| format!("{package}.apps.{}", class.name))
        .collect();
    let chosen = configs.iter().find(|path| modules.class_member(path, "default", 0).and_then(|value| value.bool()) == Some(true));
    let single = if configs.len() == 1 { configs.first() } else { None };
    chosen.or(single).cloned()
}
