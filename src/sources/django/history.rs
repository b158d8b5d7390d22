//! Migrations carried out on paper: what each operation would change in a database, step by step.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::apply;
use super::columns::Context;
use super::flavor::Flavor;
use super::graph::Plan;
use super::migration::{Id, Migration};
use super::operation::{Operation, Step};
use super::press::{self, Press};
use super::state::{Model, ModelKey, State};
use super::table::{self, Table};
use super::taste::Taste;
use crate::base::{Code, Diagnostic, Files, Span};
use crate::ir::{Attr, Coverage, Key, Kind, Object, Schema};
use crate::replay;
use crate::sources::{Outcome, sql};

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
    /// What can be said of the tables that occur.
    pub coverage: Coverage,
    pub diagnostics: Vec<Diagnostic>,
}

/// What the carrying out rests on.
pub struct Ground<'a> {
    pub flavor: Flavor,
    pub taste: Taste<'a>,
    pub press: &'a Press,
}

/// Carries out all migrations of a plan. `wanted` says which apps have tables here.
pub fn carry_out(plan: &Plan, state: State, ground: &Ground, wanted: &dyn Fn(&str) -> bool) -> History {
    let mut runner = Runner { ground, state, database: Schema::default(), coverage: press::coverage(), diagnostics: Vec::new() };
    let mut migrations = Vec::with_capacity(plan.order.len());
    for migration in &plan.order {
        let effects = runner.migration(migration, wanted(&migration.id.app));
        migrations.push(Carried { id: migration.id.clone(), span: migration.span, effects });
    }
    History { migrations, state: runner.state, coverage: runner.coverage, diagnostics: runner.diagnostics }
}

struct Runner<'a> {
    ground: &'a Ground<'a>,
    state: State,
    /// The database as it would stand.
    database: Schema,
    coverage: Coverage,
    diagnostics: Vec<Diagnostic>,
}

type Tables = Vec<Table>;

impl Runner<'_> {
    fn migration(&mut self, migration: &Migration, wanted: bool) -> Vec<Effect> {
        let app = migration.id.app.clone();
        let mut effects = Vec::new();
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

    fn effect(&self, step: &Step, nature: Nature, changes: Vec<Change>) -> Effect {
        let span = step.built_in.is_none().then_some(step.span);
        let title = step.operation.title();
        Effect { title, span, built_in: step.built_in.clone(), nature, changes, renames: Vec::new(), fills: Vec::new() }
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
            Operation::Opaque { why, .. } => vec![self.effect(step, Nature::Opaque(why.clone()), Vec::new())],
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
        let changes = self.changes(&old, &new, managed_toggle(&step.operation));
        let renames = self.renames(&step.operation, &old, &new, &before);
        self.follow(&changes);
        let nature = if changes.is_empty() { self.silent(step) } else { Nature::Schema };
        let mut effect = self.effect(step, nature, changes);
        effect.renames = renames;
        effect.fills = self.fills(app, &step.operation, &effect.changes);
        effect
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

    /// The tables, columns and indexes that go on under another name.
    fn renames(&self, operation: &Operation, old: &[(ModelKey, Tables)], new: &[(ModelKey, Tables)], before: &State) -> Vec<(Key, Key)> {
        let taste = self.ground.taste;
        let mut pairs = Vec::new();
        match operation {
            Operation::RenameModel { .. } | Operation::AlterModelTable { .. } => {
                let names = |side: &[(ModelKey, Tables)]| -> Vec<String> {
                    side.iter().flat_map(|(_, tables)| tables.iter().map(|table| table.name.clone())).collect()
                };
                let (from, to) = (names(old), names(new));
                let gone: Vec<&String> = from.iter().filter(|name| !to.contains(name)).collect();
                let come: Vec<&String> = to.iter().filter(|name| !from.contains(name)).collect();
                if gone.len() == come.len() {
                    pairs.extend(gone.into_iter().zip(come).map(|(one, two)| (taste.table(one), taste.table(two))));
                }
            }
            Operation::RenameField { old: from, new: to, .. } => {
                for ((key, _), (_, tables)) in old.iter().zip(new) {
                    let (Some(was), Some(is)) = (before.get(key), self.state.get(key)) else { continue };
                    let (one, two) = (was.column_of(from), is.column_of(to));
                    let renamed = was.field(from).is_some_and(|field| field.has_column()) && one != two;
                    if let Some(table) = tables.first().filter(|_| renamed) {
                        pairs.push((taste.column(&table.name, &one), taste.column(&table.name, &two)));
                    }
                }
            }
            Operation::RenameIndex { model: _, new: to, old: Some(from), .. } => {
                if let Some((_, tables)) = new.first()
                    && let Some(table) = tables.first()
                {
                    let key = taste.table(&table.name);
                    pairs.push((key.child(Kind::Index, taste.name(from)), key.child(Kind::Index, taste.name(to))));
                }
            }
            _ => {}
        }
        pairs
    }

    /// What existing rows get where a column becomes NOT NULL.
    fn fills(&self, app: &str, operation: &Operation, changes: &[Change]) -> Vec<Fill> {
        let (Operation::AddField { model, field } | Operation::AlterField { model, field }) = operation else { return Vec::new() };
        let Some(model) = self.state.get(&ModelKey::new(app, model)) else { return Vec::new() };
        let column = self.ground.taste.column(&model.table(self.ground.flavor.engine), &field.column());
        let becomes = changes.iter().any(|change| {
            change.key == column
                && change.after.as_ref().is_some_and(|after| after.has(Attr::NotNull) && !after.has(Attr::Default))
                && !change.before.as_ref().is_some_and(|before| before.has(Attr::NotNull))
        });
        if !becomes || field.primary_key() {
            return Vec::new();
        }
        vec![Fill { column, value: super::fill::value(field, self.ground.flavor.engine) }]
    }

    fn extension(&mut self, step: &Step, name: &str) -> Effect {
        if self.ground.flavor.engine != super::flavor::Engine::Postgres {
            return self.effect(step, Nature::State, Vec::new());
        }
        let key = Key::new(Kind::Extension, crate::base::Name::NONE, crate::base::Name::new(name));
        let _ = key;
        self.effect(step, Nature::State, Vec::new())
    }

    /// SQL of a migration, read as any other: what it changes is what differs after it.
    fn run_sql(&mut self, step: &Step, statements: &[Arc<str>]) -> Effect {
        let text: String = statements.iter().map(|sql| format!("{};\n", sql.trim().trim_end_matches(';'))).collect();
        let mut files = Files::default();
        let id = files.add("RunSQL", text);
        let reading = sql::read(&files, &[id], self.ground.press.dialect);
        if reading.ledger.iter().any(|entry| entry.outcome == Outcome::Unmodelled) {
            return self.effect(step, Nature::Opaque("its SQL is not understood".to_string()), Vec::new());
        }
        if reading.ops.is_empty() {
            let nature = if statements.is_empty() { Nature::State } else { Nature::Data };
            return self.effect(step, nature, Vec::new());
        }
        let before = self.database.clone();
        let faults = replay::replay(&mut self.database, reading.ops, self.ground.press.dialect);
        let changes = self.differences(&before);
        let spoken = self.coverage.only_relations.get_or_insert_default();
        for change in &changes {
            self.coverage.unseen_kinds.remove(&change.key.kind);
            let relation = if change.key.kind.spec().owned { change.key.owner } else { change.key.name };
            spoken.insert((change.key.namespace, relation));
        }
        if !faults.is_empty() {
            // It speaks of what no migration made: nothing certain can be said of its effect.
            self.database = before;
            return self.effect(step, Nature::Opaque(faults[0].message.clone()), Vec::new());
        }
        let span = Some(step.span);
        let mut changes = changes;
        for object in changes.iter_mut().filter_map(|change| change.after.as_mut()) {
            object.span = span;
        }
        let nature = if changes.is_empty() { Nature::Data } else { Nature::Schema };
        self.effect(step, nature, changes)
    }

    fn differences(&self, before: &Schema) -> Vec<Change> {
        let mut changes: Vec<Change> = before
            .iter()
            .filter(|object| !self.database.contains(object.key))
            .map(|object| Change { key: object.key, before: Some(object.clone()), after: None })
            .collect();
        for object in self.database.iter() {
            let there = before.get(object.key);
            if there.is_none_or(|there| !there.differing(object).is_empty()) {
                changes.push(Change { key: object.key, before: there.cloned(), after: Some(object.clone()) });
            }
        }
        changes
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
            let refers = model
                .fields
                .iter()
                .filter(|field| field.is_relation())
                .any(|field| field.text("to").and_then(|to| after.target(key, to)).is_some_and(|target| spread.contains(&target)));
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
    let keys = |model: &Model| -> Vec<(Arc<str>, Option<String>)> {
        model
            .fields
            .iter()
            .filter(|field| field.unique())
            .map(|field| (field.name.clone(), Some(format!("{:?}", field.arguments))))
            .collect()
    };
    one.options.db_table != two.options.db_table || one.options.unmanaged != two.options.unmanaged || keys(one) != keys(two)
}
