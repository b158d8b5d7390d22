//! Models that no `models` module imports: Django knows them too where an app's `ready` or its `admin` module imports them.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::ancestry::Ancestry;
use super::bindings::{Binding, Bindings};
use super::models::{App, Calls, Reader};
use super::modules::{Located, Module, Modules};
use super::syntax::{Function, Stmt};

/// The app whose `ready` imports the `admin` module of every app (django/contrib/admin/apps.py, AdminConfig).
const ADMIN: &str = "django.contrib.admin";

impl Reader<'_, '_> {
    /// Adds what is registered after all `models` modules are read, in Django's order; only what surely is a model counts there.
    pub(super) fn collect_registered(&self, installed: &[App], seen: &mut BTreeSet<String>, found: &mut Vec<(Located, bool)>) {
        let before = found.len();
        for app in self.apps {
            for path in self.made_ready(app) {
                self.collect(&path, (app, Calls::MakeOthers), seen, found);
            }
        }
        if installed.iter().any(|app| &*app.package == ADMIN) {
            for app in self.apps {
                self.collect(&format!("{}.admin", app.package), (app, Calls::MakeOthers), seen, found);
            }
        }
        let later = found.split_off(before);
        found.extend(later.into_iter().filter(|(located, _)| self.ancestry(located, 0) == Ancestry::Model));
    }

    /// The modules of an app that its AppConfig imports in `ready`.
    fn made_ready(&self, app: &App) -> Vec<String> {
        let mut paths = Vec::new();
        self.each_ready(app, |module, function| imported(module, &function.body, &mut paths));
        let inside = format!("{}.", app.package);
        paths.retain(|path| path.starts_with(&inside) && !path.contains(".migrations."));
        paths
    }

    /// What an app's AppConfig binds and calls in `ready`, with the module in which it stands.
    pub(super) fn readied(&self, app: &App) -> Vec<(Rc<Module>, Bindings)> {
        let mut bodies = Vec::new();
        self.each_ready(app, |module, function| bodies.push((module.clone(), Bindings::of(&function.body))));
        bodies
    }

    fn each_ready(&self, app: &App, mut each: impl FnMut(&Rc<Module>, &Function)) {
        let Some(module) = self.modules.load(&format!("{}.apps", app.package)) else { return };
        for class in module.bindings.classes() {
            let located = self.modules.located(module.clone(), class.clone());
            for bound in located.body.all.iter().filter(|bound| &*bound.name == "ready") {
                if let Binding::Function(function) = &bound.what {
                    each(&module, function);
                }
            }
        }
    }
}

/// The modules that the statements of a function import.
fn imported(module: &Rc<Module>, body: &[Stmt], paths: &mut Vec<String>) {
    for statement in body {
        match statement {
            Stmt::Import { module, .. } => paths.push(module.to_string()),
            Stmt::From { module: from, level, item, .. } => {
                let from = Modules::absolute(module, from, *level);
                paths.push(format!("{from}.{item}"));
                paths.push(from);
            }
            Stmt::If { then, otherwise, .. } => [then, otherwise].into_iter().for_each(|body| imported(module, body, paths)),
            Stmt::Try { body, .. } => imported(module, body, paths),
            _ => {}
        }
    }
}
