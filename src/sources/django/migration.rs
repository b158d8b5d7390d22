//! Migration files: the Migration class of each module in an app's migrations package.

use std::sync::Arc;

use super::contrib;
use super::evaluate::Scope;
use super::models::{self, App};
use super::modules::Modules;
use super::operation::Step;
use super::tree::join;
use super::value::{Value, last};
use crate::base::{Code, Diagnostic, Severity, Span};

/// An app and a migration's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    pub app: Arc<str>,
    pub name: Arc<str>,
}

impl Id {
    pub fn new(app: &str, name: &str) -> Id {
        Id { app: app.into(), name: name.into() }
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.app, self.name)
    }
}

/// One migration.
#[derive(Clone, Debug)]
pub struct Migration {
    pub id: Id,
    pub dependencies: Vec<Id>,
    pub run_before: Vec<Id>,
    pub replaces: Vec<Id>,
    pub steps: Vec<Step>,
    /// Its file is no Python that can be read whole.
    pub broken: bool,
    pub span: Option<Span>,
}

/// The migrations of all apps, and the apps that have some.
#[derive(Debug, Default)]
pub struct Migrations {
    pub all: Vec<Migration>,
    pub apps: Vec<Arc<str>>,
}

/// Reads the migrations of all apps. `remapped` are the packages of MIGRATION_MODULES; `None` there means none.
pub fn read(modules: &Modules, apps: &[App], remapped: &[(Arc<str>, Option<Arc<str>>)]) -> Migrations {
    let mut out = Migrations::default();
    for app in apps {
        let package = match remapped.iter().find(|(label, _)| *label == app.label) {
            Some((_, None)) => continue,
            Some((_, Some(package))) => package.to_string(),
            None => format!("{}.migrations", app.package),
        };
        let built_in = contrib::migrations(&app.package, modules.version.get());
        if !built_in.is_empty() {
            out.apps.push(app.label.clone());
            out.all.extend(built_in);
            continue;
        }
        let found = modules.folder(&package).map(|folder| of_folder(modules, app, &package, &folder)).unwrap_or_default();
        if !found.is_empty() {
            out.apps.push(app.label.clone());
            out.all.extend(found);
        } else if let Some(span) = models::first_of(modules, app) {
            let message = format!("{} has models and no migrations, so no migration makes their tables", app.label);
            let help = format!("`python manage.py makemigrations {}` writes them; `migrate --run-syncdb` makes tables without", app.label);
            modules.report(Diagnostic::new(Code::Missing, Some(span), message).severity(Severity::Note).help(help));
        }
    }
    out
}

fn of_folder(modules: &Modules, app: &App, package: &str, folder: &str) -> Vec<Migration> {
    let mut found = Vec::new();
    for file in modules.tree.list(folder) {
        let Some(name) = file.strip_suffix(".py") else { continue };
        if name.starts_with(['_', '~']) || !modules.tree.is_file(&join(folder, &file)) {
            continue;
        }
        let path = format!("{package}.{name}");
        let Some(module) = modules.parse(&path, &join(folder, &file), false) else { continue };
        let class = module.bindings.classes().find(|class| &*class.name == "Migration").cloned();
        let Some(class) = class else {
            let span = Span::new(module.file, 0, 0);
            let message = format!("{path}: no class Migration in this file, so Django refuses the app's migrations");
            modules.report(Diagnostic::new(Code::Malformed, Some(span), message).severity(Severity::Warning));
            continue;
        };
        let broken = module.broken;
        let located = modules.located(module, class);
        let scope = Scope::inside(&located);
        let get = |name: &str| modules.bound(&scope, &located.body, name, usize::MAX);
        let ids = |name: &str| get(name).map(|value| self::ids(&app.label, &value)).unwrap_or_default();
        let mut operations = get("operations").unwrap_or(Value::List(Arc::from([])));
        if operations.items().is_none() {
            let message = format!("{path}: its operations would have to be run");
            modules.report(Diagnostic::new(Code::Unseen, Some(located.class.span), message).severity(Severity::Warning));
            operations = Value::List([Value::Unknown(located.class.span)].into());
        }
        found.push(Migration {
            id: Id::new(&app.label, name),
            dependencies: ids("dependencies"),
            run_before: ids("run_before"),
            replaces: ids("replaces"),
            steps: modules.steps(&app.label, &operations),
            broken,
            span: Some(located.class.span),
        });
    }
    found
}

/// Pairs of app and name; a swappable dependency stands for the first migration of its app.
fn ids(app: &str, value: &Value) -> Vec<Id> {
    let one = |value: &Value| match value {
        Value::Tuple(pair) | Value::List(pair) => match &**pair {
            [Value::Str(app), Value::Str(name)] => Some(Id::new(app, name)),
            _ => None,
        },
        Value::Call(call) if last(&call.callee) == "swappable_dependency" => {
            let setting = call.arguments.first()?.str()?;
            Some(Id::new(setting.split('.').next().unwrap_or(app), "__first__"))
        }
        _ => None,
    };
    value.items().unwrap_or(&[]).iter().filter_map(one).collect()
}
