//! Django's own apps, built in: their migrations and abstract models from the table in contrib.txt.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::field::Field;
use super::migration::{Id, Migration};
use super::operation::{Operation, Step};
use super::state::{Gaps, Model, ModelKey, Options};
use super::value::Value;
use crate::base::{FileId, Span};

const TABLE: &str = include_str!("contrib.txt");

/// The table, read.
#[derive(Default)]
struct Contrib {
    /// Label by package.
    apps: BTreeMap<&'static str, &'static str>,
    migrations: Vec<(Migration, (u32, u32))>,
    abstracts: BTreeMap<&'static str, Vec<Rc<Field>>>,
}

thread_local! {
    static READ: OnceCell<&'static Contrib> = const { OnceCell::new() };
}

/// The user model stands in the table by this word; the settings say which one it is.
const USER: &str = "user";

fn contrib() -> &'static Contrib {
    READ.with(|cell| *cell.get_or_init(|| Box::leak(Box::new(parse()))))
}

/// The label of a built-in app by its package.
pub fn label(package: &str) -> Option<&'static str> {
    contrib().apps.get(package).copied()
}

/// Whether a table or migration of this app is built in.
pub fn is_built_in(label: &str) -> bool {
    contrib().apps.values().any(|known| *known == label)
}

/// The migrations of a built-in app in this version of Django.
pub fn migrations(package: &str, version: (u32, u32)) -> Vec<Migration> {
    let Some(label) = label(package) else { return Vec::new() };
    let of_app = contrib().migrations.iter().filter(|(migration, since)| &*migration.id.app == label && *since <= version);
    of_app.map(|(migration, _)| migration.clone()).collect()
}

/// The fields of an abstract model by its path.
pub fn abstract_model(path: &str) -> Option<&'static [Rc<Field>]> {
    contrib().abstracts.get(path).map(Vec::as_slice)
}

/// The built-in model of this class path.
pub fn model_at(path: &str) -> Option<ModelKey> {
    let (package, name) = path.split_once(".models.")?;
    let label = label(package)?;
    let made = contrib().migrations.iter().filter(|(migration, _)| &*migration.id.app == label).flat_map(|(migration, _)| &migration.steps);
    let mut names = made.filter_map(|step| match &step.operation {
        Operation::CreateModel(model) => Some(&model.name),
        _ => None,
    });
    names.any(|known| &**known == name).then(|| ModelKey::new(label, name))
}

/// A migration with the user model of the settings in place of the word.
pub fn with_user(mut migration: Migration, user: &str) -> Migration {
    for dependency in migration.dependencies.iter_mut().filter(|id| &*id.app == USER) {
        *dependency = Id::new(user.split('.').next().unwrap_or("auth"), "__first__");
    }
    for step in &mut migration.steps {
        if let Operation::CreateModel(model) = &mut step.operation {
            for field in model.fields.iter_mut().filter(|field| field.text("to") == Some(USER)) {
                *field = Rc::new(field.with("to", Value::Str(user.into())));
            }
        }
    }
    migration
}

/// The place of what no file shows.
fn nowhere() -> Span {
    Span { file: FileId(0), start: 0, end: 0 }
}

fn parse() -> Contrib {
    let mut out = Contrib::default();
    let mut app = "";
    let mut target: Option<&'static str> = None;
    for line in TABLE.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let words: Vec<&'static str> = line.split_whitespace().collect();
        if line.starts_with("  ") {
            let Some(field) = field(&words) else { continue };
            match target.and_then(|path| out.abstracts.get_mut(path)) {
                Some(fields) => fields.push(field),
                None => push_field(&mut out, field),
            }
            continue;
        }
        match words.as_slice() {
            ["app", label, package] => {
                app = label;
                out.apps.insert(package, label);
            }
            ["abstract", path] => {
                target = Some(path);
                out.abstracts.insert(path, Vec::new());
            }
            ["migration", name, rest @ ..] => {
                target = None;
                out.migrations.push(migration(app, name, rest));
            }
            words => {
                if let (Some(operation), Some((migration, _))) = (operation(app, words), out.migrations.last_mut()) {
                    let built_in = Some(Arc::from(format!("django.contrib.{app}")));
                    migration.steps.push(Step { operation, span: nowhere(), built_in });
                }
            }
        }
    }
    out
}

fn push_field(out: &mut Contrib, field: Rc<Field>) {
    let step = out.migrations.last_mut().and_then(|(migration, _)| migration.steps.last_mut());
    if let Some(Step { operation: Operation::CreateModel(model), .. }) = step {
        model.fields.push(field);
    }
}

fn migration(app: &str, name: &str, rest: &[&'static str]) -> (Migration, (u32, u32)) {
    let mut since = (0, 0);
    let mut dependencies = Vec::new();
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match *word {
            "needs" => {}
            "since" => {
                let numbers: Vec<u32> = words.next().map_or("", |word| word).split('.').filter_map(|one| one.parse().ok()).collect();
                since = (numbers.first().copied().unwrap_or(0), numbers.get(1).copied().unwrap_or(0));
            }
            id => dependencies.extend(id.split_once('.').map(|(app, name)| Id::new(app, name))),
        }
    }
    let id = Id::new(app, name);
    (Migration { id, dependencies, ..Migration::default() }, since)
}

fn operation(app: &str, words: &[&'static str]) -> Option<Operation> {
    Some(match words {
        ["create", name, rest @ ..] => {
            let options = Options {
                db_table: option(rest, "table"),
                swappable: option(rest, "swappable"),
                unique_together: option(rest, "unique").map(|set| vec![set.split(',').map(Arc::from).collect()]).unwrap_or_default(),
                ..Options::default()
            };
            let (app, name) = (Arc::from(app), Arc::from(*name));
            Operation::CreateModel(Box::new(Model { app, name, fields: Vec::new(), options, span: nowhere(), gaps: Gaps::default() }))
        }
        ["alter", model, field @ ..] => Operation::AlterField { model: (*model).into(), field: self::field(field)? },
        ["remove", model, name] => Operation::RemoveField { model: (*model).into(), name: (*name).into() },
        ["unique", name, set @ ..] => {
            Operation::AlterUniqueTogether { name: (*name).into(), sets: vec![set.iter().map(|word| Arc::from(*word)).collect()] }
        }
        ["python"] => Operation::RunPython,
        _ => return None,
    })
}

fn option(words: &[&str], name: &str) -> Option<Arc<str>> {
    words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('=').map(Arc::from))
}

fn field(words: &[&'static str]) -> Option<Rc<Field>> {
    let [name, kind, rest @ ..] = words else { return None };
    let arguments: Vec<(&str, Value)> =
        rest.iter().filter_map(|word| word.split_once('=')).map(|(name, text)| (name, value(text))).collect();
    Some(Rc::new(Field::made(name, kind, &arguments, nowhere())))
}

fn value(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => text.parse().map_or_else(|_| Value::Str(text.into()), Value::Int),
    }
}
