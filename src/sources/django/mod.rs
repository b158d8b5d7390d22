//! Django projects, read as text: settings, models and migrations, without importing or running anything.
//!
//! Data flows down this list: `tree` (files) · `syntax`, `python` with `changes` and `targets` (the parser, known here alone) · `bindings`, `modules` with `lookup` and `stars`, `importable`,
//! `evaluate`, `calls`, `functions`, `loops`, `objects`, `lineage`, `compare`, `text`, `paths`, `entry_points`, `value` (what names and expressions are worth) · `project` with `installed`, `configured`, `included`, `defaults`, `app_conf` (settings and apps) · `kinds`, `field` with `wrapped`, `state`
//! (what models are) · `models` with `ancestry`, `registered`, `meta`, `made`, `contribute`, `table_name` and `extended`, `migration`, `operation` with `own_operation`, `contrib` (where they come from) · `apply`, `graph` (how they
//! change, in which order) · `names`, `literal`, `expression` with `search`, `columns`, `elements`, `table` with `many` and `indexes`, `taste` (what Django would
//! create) · `press` (as objects, by the dialect's own reader) · `desired` with `settled`, `beside`, `unsound`, `history` with `run_sql`, `run_python`, `executed`,
//! `renamed`, `along`, `fill` (the two readings).

mod along;
mod ancestry;
mod app_conf;
mod apply;
mod beside;
mod bindings;
mod calls;
mod changes;
mod columns;
mod compare;
mod configured;
mod contrib;
mod contribute;
mod defaults;
mod desired;
mod doubled;
mod elements;
mod entry_points;
mod evaluate;
mod executed;
mod expression;
mod extended;
mod field;
mod fill;
mod flavor;
mod functions;
mod graph;
mod history;
mod importable;
mod included;
mod indexes;
mod installed;
mod kinds;
mod lineage;
mod literal;
mod lookup;
mod loops;
mod made;
mod many;
mod meta;
mod migration;
mod models;
mod modules;
mod names;
mod objects;
mod operation;
mod own_operation;
mod paths;
mod patterns;
mod press;
mod project;
mod python;
mod recorded;
mod registered;
mod renamed;
mod run_python;
mod run_sql;
mod search;
mod settled;
mod stars;
mod state;
mod syntax;
mod table;
mod table_name;
mod targets;
mod taste;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod unsound;
mod value;
mod wrapped;

pub use desired::{Request, dialect_of, dialects_of, is_divided, read, settings_modules};
pub use graph::{Plan, Recorded};
pub use history::{Carried, Change, Effect, Fill, FillValue, History, Nature};
pub use migration::Id;
pub use project::Wanted;
pub use recorded::{BySchema, Listing, in_dump, rows};
pub use tree::{Memory, Tree};

use std::rc::Rc;
use std::sync::Arc;

use crate::base::{Diagnostic, Files};
use flavor::Flavor;
use history::Ground;
use migration::Migrations;
use modules::Modules;
use press::Press;
use project::Project;
use state::State;

/// A project's migrations, carried out on paper.
pub struct Migrated {
    pub plan: Plan,
    pub history: History,
    pub diagnostics: Vec<Diagnostic>,
    /// Labels of the apps of public and of the tenants, where the project is multi-tenant.
    pub shared: Vec<Arc<str>>,
    pub tenant: Vec<Arc<str>>,
    /// Whether it is known which apps are installed.
    pub whole: bool,
    /// Labels of all apps.
    pub apps: Vec<Arc<str>>,
    /// Migrations of each app that are in the files, squashed ones too.
    pub known: Vec<Id>,
}

/// Reads the migrations of a project and carries them out on paper.
pub fn migrations(request: &Request, files: &mut Files, recorded: &Recorded) -> Migrated {
    let modules = request.modules(files);
    let project = project::read(&modules, request.wanted);
    let OnPaper { mut plan, history, known } = carried_out((request, &modules, &project), recorded);
    let doubled = doubled::of(&modules, &project.apps);
    plan.refusals.extend(doubled.iter().map(|fault| fault.message.clone()));
    let mut diagnostics = modules.diagnostics.take();
    diagnostics.extend(doubled);
    diagnostics.append(&mut plan.diagnostics);
    diagnostics.extend(history.diagnostics.iter().cloned());
    plan.refusals.extend(project.refusals);
    let apps = project.apps.iter().map(|app| app.label.clone()).collect();
    let whole = project.whole;
    Migrated { apps, whole, plan, history, diagnostics, shared: project.shared, tenant: project.tenant, known }
}

/// Migrations in order, and what they lead to.
struct OnPaper {
    plan: Plan,
    history: History,
    known: Vec<Id>,
}

/// The migrations of all apps as the files have them.
fn in_files(modules: &Modules, project: &Project) -> Migrations {
    let user = desired::user_model(project);
    let mut found = migration::read(modules, &project.apps, &project.remapped);
    found.all = found.all.into_iter().map(|one| contrib::with_user(one, &user)).collect();
    found
}

fn carried_out((request, modules, project): (&Request, &Modules, &Project), recorded: &Recorded) -> OnPaper {
    let found = in_files(modules, project);
    let known = found.all.iter().map(|one| one.id.clone()).collect();
    let plan = graph::plan(found, recorded);
    let taste = request.taste();
    let press = Press::new(request.dialect);
    let flavor = Flavor { engine: request.engine(), version: modules.version.get() };
    let ground = Ground { flavor, taste, press: &press, utc: project.settings.utc };
    let state = State { settings: Rc::new(project.settings.clone()), ..State::default() };
    let history = history::carry_out(&plan, state, &ground, &|app| desired::lies_in(project, taste.namespace.as_str(), app));
    OnPaper { plan, history, known }
}
