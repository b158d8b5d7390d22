//! The models of a project as the desired side of a comparison.

use std::rc::Rc;
use std::sync::Arc;

use super::apply;
use super::beside;
use super::columns::Context;
use super::contrib;
use super::fill;
use super::flavor::{Engine, Flavor};
use super::history::Ground;
use super::models;
use super::modules::Modules;
use super::patterns;
use super::press::{self, Press};
use super::project::{self, Project, Wanted};
use super::settled;
use super::state::State;
use super::table;
use super::table_name;
use super::taste::Taste;
use super::tree::Tree;
use super::unsound;
use crate::base::{Code, Diagnostic, Files};
use crate::dialects::Dialect;
use crate::ir::{Key, Op, Schema};
use crate::replay::Located;
use crate::sources::{Entry, Outcome, Reading};

/// What is read, and against what.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub tree: &'a dyn Tree,
    pub wanted: &'a Wanted,
    pub dialect: &'static dyn Dialect,
    /// The live side, for choices that history made.
    pub live: Option<&'a Schema>,
    /// The schema in which the tables lie, where it is not the default one.
    pub namespace: Option<&'a str>,
}

impl<'a> Request<'a> {
    pub fn engine(&self) -> Engine {
        Engine::of(self.dialect.rules().id)
    }

    pub fn taste(&self) -> Taste<'a> {
        Taste { live: self.live, namespace: press::namespace(self.dialect, self.namespace), engine: self.engine(), later: None }
    }

    pub fn modules(&self, files: &'a mut Files) -> Modules<'a> {
        let modules = Modules::new(self.tree, project::roots(self.tree, self.wanted), files);
        modules.vendor.set(self.engine().vendor());
        *modules.packages.borrow_mut() = self.wanted.packages.clone();
        modules
    }
}

/// The dialect that a project's settings name.
pub fn dialect_of(tree: &dyn Tree, wanted: &Wanted) -> Option<&'static str> {
    let mut files = Files::default();
    let modules = Modules::new(tree, project::roots(tree, wanted), &mut files);
    project::read(&modules, wanted).dialect
}

/// The dialects that a project's settings leave possible: Django has one engine for MySQL and MariaDB (Databases, MySQL notes).
pub fn dialects_of(tree: &dyn Tree, wanted: &Wanted) -> Vec<&'static str> {
    match dialect_of(tree, wanted) {
        Some("mysql") => vec!["mysql", "mariadb"],
        told => told.into_iter().collect(),
    }
}

/// The settings module of a project, and then the others of its package, by their dotted paths.
pub fn settings_modules(tree: &dyn Tree, wanted: &Wanted) -> Vec<String> {
    let mut files = Files::default();
    project::settings_modules(&Modules::new(tree, project::roots(tree, wanted), &mut files), wanted)
}

/// Whether a project divides its apps among schemas (SHARED_APPS and TENANT_APPS).
pub fn is_divided(tree: &dyn Tree, wanted: &Wanted) -> bool {
    let mut files = Files::default();
    let modules = Modules::new(tree, project::roots(tree, wanted), &mut files);
    !project::read(&modules, wanted).tenant.is_empty()
}

/// Whether an app's tables lie in a schema: shared apps in the public one, tenant apps in the others.
pub fn lies_in(project: &Project, namespace: &str, app: &str) -> bool {
    if project.tenant.is_empty() {
        return true;
    }
    let list = if namespace == "public" { &project.shared } else { &project.tenant };
    list.iter().any(|label| &**label == app)
}

/// The state with the settings and the models of the built-in apps.
pub fn ground_state(modules: &Modules, project: &Project) -> State {
    let mut state = State { settings: Rc::new(project.settings.clone()), ..State::default() };
    let user = user_model(project);
    for app in &project.apps {
        for migration in contrib::migrations(&app.package, modules.version.get()) {
            let migration = contrib::with_user(migration, &user);
            // The table is ours and consistent; what it says is tested.
            let _ = apply::all(&mut state, &app.label, &migration.steps);
        }
        let built_in = contrib::label(&app.package).is_some();
        let own = state.models.values().filter(|model| built_in && model.app == app.label);
        let classes: Vec<_> = own.map(|model| (format!("{}.models.{}", app.package, model.name).into(), model.key())).collect();
        state.classes.extend(classes);
    }
    state
}

pub fn user_model(project: &Project) -> Arc<str> {
    project.settings.user_model.clone().unwrap_or_else(|| "auth.User".into())
}

/// Reads the models of a project.
pub fn read(request: &Request, files: &mut Files) -> Reading {
    let modules = request.modules(files);
    let project = project::read(&modules, request.wanted);
    let mut state = ground_state(&modules, &project);
    let unsound = unsound::of(&modules, &project);
    models::read(&modules, &project.apps, &mut state);
    if table_name::is_open(&state) || settled::is_open(&state) || patterns::is_open(&state, request.taste()) {
        // What is wrong with the migrations was told above.
        let kept = modules.diagnostics.take();
        let migrated = super::carried_out((request, &modules, &project), &None).history.state;
        *modules.diagnostics.borrow_mut() = kept;
        table_name::settle(&mut state, &migrated.models);
        settled::settle(&modules, &mut state, &migrated);
        patterns::settle(&mut state, &migrated);
    }
    settled::leave_open(&modules, &state);
    let mut reading = tables(request, &modules, &project, &state);
    beside::leave(request, &modules, &project, &mut reading);
    let mut diagnostics = modules.diagnostics.take();
    diagnostics.append(&mut reading.diagnostics);
    diagnostics.extend(unsound);
    reading.diagnostics = diagnostics;
    reading
}

fn tables(request: &Request, modules: &Modules, project: &Project, state: &State) -> Reading {
    let taste = request.taste();
    let press = Press::new(request.dialect);
    let flavor = Flavor { engine: request.engine(), version: modules.version.get() };
    let context = Context { state, flavor, taste };
    let ground = Ground { flavor, taste, press: &press, utc: state.settings.utc };
    let mut reading = Reading { coverage: press::coverage(), ..Reading::default() };
    for model in state.models.values().filter(|model| lies_in(project, taste.namespace.as_str(), &model.app)) {
        for table in table::tables(context, model) {
            let absent = taste.live.is_some_and(|live| live.get(taste.table(&table.name)).is_none());
            let open = match &model.options.named_by {
                Some(metaclass) => Some(format!("its name is given by {metaclass}, which would have to be run, and no migration says it")),
                None => {
                    model.options.conditional.then(|| "whether it is made stands under a condition that would have to be run".to_string())
                }
            };
            if let Some(why) = open.filter(|_| absent) {
                let message = format!("{}: {why}", table.name);
                reading
                    .diagnostics
                    .push(Diagnostic::new(Code::Unseen, table.span, message).help("it is not in the live schema and not compared"));
                continue;
            }
            for (_, why, span) in table.hidden.iter().chain(&table.unknown) {
                let message = format!("{}: {why}", table.name);
                reading.diagnostics.push(Diagnostic::new(Code::Unseen, Some(*span), message).help("it is not compared"));
            }
            let tolerated = table.tolerated.iter().map(|what| format!("{}: {what}", table.name));
            reading.diagnostics.extend(tolerated.map(|message| Diagnostic::new(Code::Tolerated, table.span, message)));
            let mut objects = press.objects(&table, taste);
            reading.diagnostics.extend(fill::note(model, &table, &mut objects, &ground));
            for fault in &press.snapshot(&table).faults {
                let message = format!("{}: what Django would create is not understood: {fault}", table.name);
                reading.diagnostics.push(Diagnostic::new(Code::Unmodelled, table.span, message));
            }
            press::cover(&mut reading.coverage, &table, taste, &objects);
            if model.gaps.partial || table.open {
                let extra = press::cover_partial(&mut reading.coverage, &table, taste, &objects);
                let told = |key: Key| format!("{}: whether {} belongs to it cannot be told", table.name, key.name);
                let notes = extra.into_iter().map(|key| Diagnostic::new(Code::Unseen, table.span, told(key)).help("it is not compared"));
                reading.diagnostics.extend(notes);
            }
            if let Some(span) = table.span {
                reading.ledger.push(Entry { span, outcome: Outcome::Modelled });
            }
            let built_in = contrib::is_built_in(&model.app);
            reading.ops.extend(objects.into_iter().map(|mut object| {
                if built_in {
                    object.span = None;
                }
                let span = object.span;
                Located::new(Op::create(object), span)
            }));
        }
    }
    reading
}
