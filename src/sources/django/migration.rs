//! Migration files: the Migration class of each module in an app's migrations package.

use std::sync::Arc;

use super::bindings::Bound;
use super::contrib;
use super::evaluate::{self, Scope};
use super::models::{self, App};
use super::modules::{Located, Modules};
use super::operation::Step;
use super::tree::join;
use super::value::{Value, last};
use crate::base::{Code, Diagnostic, Severity, Span};

/// An app and a migration's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Clone, Debug, Default)]
pub struct Migration {
    pub id: Id,
    pub dependencies: Vec<Id>,
    pub run_before: Vec<Id>,
    pub replaces: Vec<Id>,
    pub steps: Vec<Step>,
    /// Its file is no Python that can be read whole.
    pub broken: bool,
    /// What it rests on would have to be run.
    pub open: bool,
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
        let class = modules.standing(&module.bindings, "Migration", || Scope::of(&module));
        let Some(class) = class else {
            let span = Span::new(module.file, 0, 0);
            let message = format!("{path}: no class Migration in this file, so Django refuses the app's migrations");
            modules.report(Diagnostic::new(Code::Malformed, Some(span), message).severity(Severity::Warning));
            continue;
        };
        let broken = module.broken;
        let said = Said::of(modules, modules.located(module, class));
        let ids = |name: &str| said.get(modules, name).map(|value| self::ids(&app.label, &value)).unwrap_or_default();
        let mut operations = said.get(modules, "operations").unwrap_or(Value::List(Arc::from([])));
        if operations.items().is_none() {
            said.untold(modules, format!("{path}: its operations would have to be run"));
            operations = Value::List([Value::Unknown(said.span())].into());
        }
        let open = ["dependencies", "run_before", "replaces"].into_iter().filter(|name| said.is_open(modules, name));
        let open: Vec<&str> = open.collect();
        for name in &open {
            said.untold(modules, format!("{path}: its {name} would have to be run, so the order of the migrations is not known whole"));
        }
        found.push(Migration {
            id: Id::new(&app.label, name),
            dependencies: ids("dependencies"),
            run_before: ids("run_before"),
            replaces: ids("replaces"),
            steps: modules.steps(&app.label, &operations),
            broken,
            open: !open.is_empty(),
            span: Some(said.span()),
        });
    }
    found
}

/// What the class of a migration says, by itself, by its bases, and by what stands beside it in its file.
struct Said {
    line: Vec<Located>,
    /// A base that no text shows, beside Django's own.
    unread: bool,
}

impl Said {
    fn of(modules: &Modules, located: Located) -> Said {
        match modules.line(&located) {
            Some(line) => {
                let unread = line.unread.iter().any(|base| last(base) != "Migration");
                Said { line: line.classes, unread }
            }
            None => Said { line: vec![located], unread: true },
        }
    }

    fn span(&self) -> Span {
        self.line[0].class.span
    }

    /// An attribute; what is added to it beside the class, or stands in a class that is not read, is unknown.
    fn get(&self, modules: &Modules, name: &str) -> Option<Value> {
        let mut line = self.line.iter();
        let found = line.find_map(|located| modules.bound(&Scope::inside(located), &located.body, name, usize::MAX));
        let value = if found.is_none() && self.unread { Some(Value::Unknown(self.span())) } else { found };
        let module = &self.line[0].module;
        let is_sure = |bound: &&Bound| modules.holds(&Scope::of(module), bound) != Some(false);
        let set = module.bindings.members.iter().filter(|(bound, attribute)| &*bound.name == "Migration" && &**attribute == name);
        let mut changes =
            module.bindings.all.iter().filter(|bound| *bound.name == *name).chain(set.map(|(bound, _)| bound)).filter(is_sure);
        match changes.next() {
            Some(_) => Some(evaluate::add(value.unwrap_or(Value::List([].into())), Value::Unknown(self.span()), self.span())),
            None => value,
        }
    }

    fn is_open(&self, modules: &Modules, name: &str) -> bool {
        self.get(modules, name).is_some_and(|value| match value.items() {
            Some(items) => ids("", &value).len() < items.len(),
            None => true,
        })
    }

    fn untold(&self, modules: &Modules, message: String) {
        modules.report(Diagnostic::new(Code::Unseen, Some(self.span()), message).severity(Severity::Warning));
    }
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
