//! Migrations carried out on paper: what each operation would change in a database, step by step.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::apply;
use super::columns::Context;
use super::flavor::{Engine, Flavor};
use super::graph::Plan;
use super::migration::{Id, Migration};
use super::operation::{Operation, Step};
use super::press::{self, Press};
use super::renamed;
use super::state::{Model, ModelKey, State};
use super::table::{self, Table};
use super::taste::Taste;
use crate::base::{Code, Diagnostic, Name, Span};
use crate::ir::{Coverage, Key, Kind, Object, Pair, Schema};

/// One object before and after a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub key: Key,
    pub before: Option<Object>,
    pub after: Option<Object>,
}

/// What can be said of a step's effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Its changes are all of its effect.
    Schema,
    /// It changes rows, not the schema.
    Data,
    /// It changes the state of the models alone.
    State,
    /// What it does cannot be told.
    Opaque(String),
}

/// One operation carried out.
#[derive(Clone, Debug)]
pub struct Effect {
    pub title: String,
    pub span: Option<Span>,
    pub built_in: Option<Arc<str>>,
    pub nature: Nature,
    pub changes: Vec<Change>,
    /// Objects that keep their rows under another name.
    pub renames: Vec<(Key, Key)>,
    /// Columns that are filled per row where they are new: the value that Django would give.
    pub fills: Vec<Fill>,
    /// Columns that it makes and that could not be told, and why.
    pub untold: Vec<(Key, String)>,
}

/// How existing rows get the value of a new column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fill {
    pub column: Key,
    pub value: FillValue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FillValue {
    /// One literal for all.
    Literal(String),
    /// An expression that the server evaluates for each row.
    PerRow(String),
    /// A person must say it.
    Asked,
}

/// A migration carried out.
#[derive(Clone, Debug)]
pub struct Carried {
    pub id: Id,
    pub span: Option<Span>,
    pub effects: Vec<Effect>,
}

/// All migrations carried out, in plan order.
pub struct History {
    pub migrations: Vec<Carried>,
    /// The models after the last one.
    pub state: State,
    /// The database after the last one.
    pub database: Schema,
    /// Columns that are there after the last one and could not be told.
    pub untold: BTreeSet<Key>,
    /// What can be said of the tables that occur.
    pub coverage: Coverage,
    /// Django makes a table anew to change it.
    pub remakes: bool,
    pub diagnostics: Vec<Diagnostic>,
}

/// What the carrying out rests on.
pub struct Ground<'a> {
    pub flavor: Flavor,
    pub taste: Taste<'a>,
    pub press: &'a Press,
    /// Moments are kept in UTC.
    pub utc: bool,
}

/// Carries out all migrations of a plan. `wanted` says which apps have tables here. Where tables are renamed on the way, what the
/// live side has under their last names is known only after the first time.
pub fn carry_out(plan: &Plan, state: State, ground: &Ground, wanted: &dyn Fn(&str) -> bool) -> History {
    let history = carry_once(plan, state.clone(), ground, wanted);
    let later = last_names(&history);
    let moved = ground.taste.live.is_some_and(|live| {
        later.iter().any(|(from, to)| {
            let table = |name: Name| Key::new(Kind::Table, ground.taste.namespace, name);
            !live.contains(table(*from)) && live.contains(table(*to))
        })
    });
    if !moved {
        return history;
    }
    let taste = Taste { later: Some(&later), ..ground.taste };
    carry_once(plan, state, &Ground { taste, flavor: ground.flavor, press: ground.press, utc: ground.utc }, wanted)
}

/// The last name of every table that is renamed.
fn last_names(history: &History) -> BTreeMap<Name, Name> {
    let effects = history.migrations.iter().flat_map(|carried| &carried.effects);
    let renames: Vec<&(Key, Key)> = effects.flat_map(|effect| &effect.renames).filter(|(from, _)| from.kind == Kind::Table).collect();
    let mut last: BTreeMap<Name, Name> = BTreeMap::new();
    for (from, to) in renames.into_iter().rev() {
        let end = last.get(&to.name).copied().unwrap_or(to.name);
        last.insert(from.name, end);
    }
    last
}

fn carry_once(plan: &Plan, state: State, ground: &Ground, wanted: &dyn Fn(&str) -> bool) -> History {
    let (database, untold) = (Schema::default(), BTreeSet::new());
    let mut runner = Runner { ground, state, database, untold, coverage: press::coverage(), diagnostics: Vec::new() };
    let mut migrations = Vec::with_capacity(plan.order.len());
    for migration in &plan.order {
        let effects = runner.migration(migration, wanted(&migration.id.app));
        migrations.push(Carried { id: migration.id.clone(), span: migration.span, effects });
    }
    History {
        migrations,
        state: runner.state,
        database: runner.database,
        untold: runner.untold,
        coverage: runner.coverage,
        remakes: ground.flavor.engine == Engine::Sqlite,
        diagnostics: runner.diagnostics,
    }
}

/// The migrations as they are carried out one after the other.
pub(super) struct Runner<'a> {
    pub(super) ground: &'a Ground<'a>,
    state: State,
    /// The database as it would stand.
    pub(super) database: Schema,
    untold: BTreeSet<Key>,
    pub(super) coverage: Coverage,
    diagnostics: Vec<Diagnostic>,
}

type Tables = Vec<Table>;

impl Runner<'_> {
    fn migration(&mut self, migration: &Migration, wanted: bool) -> Vec<Effect> {
        let app = migration.id.app.clone();
        let mut effects = Vec::new();
        if migration.broken {
            self.state.blind.insert(app.clone());
        }
        for step in &migration.steps {
            if wanted {
                effects.extend(self.step(&app, step));
            } else {
                self.state_only(&app, step);
            }
        }
        effects
    }

    fn state_only(&mut self, app: &str, step: &Step) {
        if let Err(why) = apply::apply(&mut self.state, app, &step.operation) {
            self.report(step, why);
        }
    }

    fn report(&mut self, step: &Step, why: String) {
        let span = step.built_in.is_none().then_some(step.span);
        self.diagnostics.push(Diagnostic::new(Code::Contradiction, span, format!("{}: {why}", step.operation.title())));
    }

    pub(super) fn effect(&self, step: &Step, nature: Nature, changes: Vec<Change>) -> Effect {
        let span = step.built_in.is_none().then_some(step.span);
        let title = step.operation.title();
        Effect { title, span, built_in: step.built_in.clone(), nature, changes, renames: Vec::new(), fills: Vec::new(), untold: Vec::new() }
    }

    fn step(&mut self, app: &str, step: &Step) -> Vec<Effect> {
        match &step.operation {
            Operation::RunSql { statements, .. } => {
                let effect = self.run_sql(step, statements);
                self.state_only(app, step);
                vec![effect]
            }
            Operation::Extension { name } => vec![self.extension(step, name)],
            Operation::Separate { database, .. } => {
                let before = self.state.clone();
                let mut effects: Vec<Effect> = database.iter().flat_map(|step| self.step(app, step)).collect();
                self.state = before;
                self.state_only(app, step);
                if effects.is_empty() {
                    effects.push(self.effect(step, Nature::State, Vec::new()));
                }
                effects
            }
            Operation::RunPython => vec![self.effect(step, Nature::Data, Vec::new())],
            Operation::Opaque { why, .. } => {
                self.state_only(app, step);
                vec![self.effect(step, Nature::Opaque(why.clone()), Vec::new())]
            }
            Operation::Unseen { .. } => vec![self.effect(step, Nature::State, Vec::new())],
            _ => vec![self.on_models(app, step)],
        }
    }

    /// An operation on models: the tables of what it touches, before and after.
    fn on_models(&mut self, app: &str, step: &Step) -> Effect {
        let before = self.state.clone();
        if let Err(why) = apply::apply(&mut self.state, app, &step.operation) {
            let effect = self.effect(step, Nature::Opaque(why.clone()), Vec::new());
            self.report(step, why);
            return effect;
        }
        let touched = touched(&before, &self.state);
        let old: Vec<(ModelKey, Tables)> = self.tables(&before, &touched);
        let new: Vec<(ModelKey, Tables)> = self.tables(&self.state, &touched);
        let mut changes = self.changes(&old, &new, managed_toggle(&step.operation));
        let states = Pair::new(&before, &self.state);
        let mut renames = renamed::keys(&step.operation, Pair::new(&old, &new), states, self.ground.taste);
        renames.extend(renamed::links(&step.operation, &changes, &renames));
        self.kept(&mut changes, &renames);
        changes.extend(self.along(&changes, &renames, &new));
        self.follow(&changes);
        let nature = if changes.is_empty() { self.silent(step) } else { Nature::Schema };
        let mut effect = self.effect(step, nature, changes);
        effect.renames = renames;
        effect.untold = self.untold(&old, &new);
        effect.fills = super::fill::of((app, &step.operation), &self.state, self.ground, &effect.changes);
        effect
    }

    /// The columns that come with the new tables and could not be told.
    fn untold(&mut self, old: &[(ModelKey, Tables)], new: &[(ModelKey, Tables)]) -> Vec<(Key, String)> {
        let taste = self.ground.taste;
        let hidden = |side: &[(ModelKey, Tables)]| -> BTreeMap<Key, String> {
            let tables = side.iter().flat_map(|(_, tables)| tables);
            let columns = tables.flat_map(|table| table.hidden.iter().map(|(column, why, _)| (table.name.clone(), column, why)));
            let named = columns.filter(|(_, column, _)| !column.is_empty());
            named.map(|(table, column, why)| (taste.column(&table, column), why.clone())).collect()
        };
        let (before, after) = (hidden(old), hidden(new));
        self.untold.retain(|key| !before.contains_key(key) || after.contains_key(key));
        self.untold.extend(after.keys());
        after.into_iter().filter(|(key, _)| !before.contains_key(key)).collect()
    }

    /// An operation without a visible change: of the state alone, unless its column could not be told.
    fn silent(&self, step: &Step) -> Nature {
        match &step.operation {
            Operation::AddField { field, .. } | Operation::AlterField { field, .. } if field.nature == super::field::Nature::Unknown => {
                Nature::Opaque(format!("the class {} is not known", field.class))
            }
            _ => Nature::State,
        }
    }

    fn context<'s>(&'s self, state: &'s State) -> Context<'s> {
        Context { state, flavor: self.ground.flavor, taste: self.ground.taste }
    }

    fn tables(&self, state: &State, keys: &BTreeSet<ModelKey>) -> Vec<(ModelKey, Tables)> {
        let context = self.context(state);
        let of = |key: &ModelKey| state.get(key).map(|model| (key.clone(), table::tables(context, model)));
        keys.iter().filter_map(of).collect()
    }

    fn objects(&mut self, tables: &[(ModelKey, Tables)]) -> BTreeMap<Key, Object> {
        let mut all = BTreeMap::new();
        for table in tables.iter().flat_map(|(_, tables)| tables) {
            let objects = self.ground.press.objects(table, self.ground.taste);
            press::cover(&mut self.coverage, table, self.ground.taste, &objects);
            for (_, why, span) in table.hidden.iter().chain(&table.unknown) {
                let message = format!("{}: {why}", table.name);
                if !self.diagnostics.iter().any(|known| known.message == message) {
                    self.diagnostics.push(Diagnostic::new(Code::Unseen, Some(*span), message));
                }
            }
            all.extend(objects.into_iter().map(|object| (object.key, object)));
        }
        all
    }

    fn changes(&mut self, old: &[(ModelKey, Tables)], new: &[(ModelKey, Tables)], state_only: bool) -> Vec<Change> {
        let (mut before, after) = (self.objects(old), self.objects(new));
        if state_only {
            return Vec::new();
        }
        let mut changes = Vec::new();
        for (key, object) in after {
            match before.remove(&key) {
                Some(there) if there.differing(&object).is_empty() => {}
                there => changes.push(Change { key, before: there, after: Some(object) }),
            }
        }
        changes.extend(before.into_iter().map(|(key, object)| Change { key, before: Some(object), after: None }));
        changes.sort_by_key(|change| change.key);
        changes
    }

    /// Brings the database on paper up to date.
    fn follow(&mut self, changes: &[Change]) {
        for change in changes {
            match &change.after {
                Some(object) => self.database.insert(object.clone()),
                None => drop(self.database.remove(change.key)),
            }
        }
    }
}

/// Switching `managed` changes the state alone.
fn managed_toggle(operation: &Operation) -> bool {
    matches!(operation, Operation::AlterModelOptions { .. })
}

/// The models that differ between two states, and those whose keys refer to what changed in them.
fn touched(before: &State, after: &State) -> BTreeSet<ModelKey> {
    let mut touched: BTreeSet<ModelKey> = BTreeSet::new();
    let mut spread: BTreeSet<ModelKey> = BTreeSet::new();
    let mut note = |key: &ModelKey, one: Option<&Rc<Model>>, two: Option<&Rc<Model>>| {
        if let (Some(one), Some(two)) = (one, two)
            && Rc::ptr_eq(one, two)
        {
            return;
        }
        touched.insert(key.clone());
        if let (Some(one), Some(two)) = (one, two)
            && spreads(one, two)
        {
            spread.insert(key.clone());
        }
    };
    for (key, model) in &before.models {
        note(key, Some(model), after.models.get(key));
    }
    for (key, model) in after.models.iter().filter(|(key, _)| !before.models.contains_key(*key)) {
        note(key, None, Some(model));
    }
    while !spread.is_empty() {
        let mut further = BTreeSet::new();
        for (key, model) in &after.models {
            let refers = model.fields.iter().filter(|field| field.is_relation()).any(|field| {
                field.text("to").and_then(|to| after.target(key, to)).is_some_and(|target| spread.contains(&after.concrete(target)))
            });
            // A key that refers to a key hands the change on.
            if refers && touched.insert(key.clone()) && model.key_field().is_some_and(|field| field.is_key()) {
                further.insert(key.clone());
            }
        }
        spread = further;
    }
    touched
}

/// Whether what refers to a model must be looked at again.
fn spreads(one: &Model, two: &Model) -> bool {
    let keys = |model: &Model| -> Vec<(Arc<str>, String)> {
        let unique = model.fields.iter().filter(|field| field.unique());
        unique.map(|field| (field.name.clone(), format!("{} {:?}", field.class, field.arguments))).collect()
    };
    one.options.db_table != two.options.db_table || one.options.unmanaged != two.options.unmanaged || keys(one) != keys(two)
}
