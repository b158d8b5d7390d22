//! The plan as one document, from which every format is made: what JSON prints is what the other formats show.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::advise::{Advice, Judged, Verdict};
use crate::base::{Diagnostic, Files, Span};
use crate::compile::Compiled;
use crate::dialects::Dialect;
use crate::ir::{Action, Canonical, Hazard, Key, Pair, Schema, Transaction};
use crate::plan::Planned;

use super::beforehand::{self, Questions};
use super::objects::{self, Graph};

/// The version of the document's shape; it grows with any change that a reader could notice.
const VERSION: u32 = 4;

/// What a document is made from.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    pub compiled: &'a Compiled,
    pub files: &'a Files,
    pub dialect: &'a dyn Dialect,
    /// One for each schema where the desired side is a project of migrations.
    pub advice: &'a [Advice],
}

/// Everything that is known of a plan. docs/plan.schema.json says what each field means.
#[derive(Serialize)]
pub struct Document {
    pub version: u32,
    pub dialect: &'static str,
    pub server: String,
    pub live: Side,
    pub desired: Side,
    pub not_compared: Vec<String>,
    pub summary: Summary,
    pub steps: Vec<Step>,
    pub objects: Vec<Changed>,
    pub needs: Vec<Need>,
    pub migrations: Vec<Migrations>,
    pub diagnostics: Vec<Message>,
    pub script: String,
}

#[derive(Serialize)]
pub struct Side {
    pub name: String,
    pub fingerprint: String,
}

/// How much there is of each, held steps counted with the others.
#[derive(Serialize)]
pub struct Summary {
    pub steps: usize,
    pub statements: usize,
    pub add: usize,
    pub alter: usize,
    pub rename: usize,
    pub drop: usize,
    pub held: usize,
    /// The worst hazard of the statements that are not held.
    pub worst: Option<&'static str>,
    /// The hazards of all statements, the worst first.
    pub hazards: Vec<Count>,
}

#[derive(Serialize)]
pub struct Count {
    pub id: &'static str,
    pub title: &'static str,
    pub statements: usize,
}

#[derive(Serialize)]
pub struct Step {
    pub action: &'static str,
    pub object: Object,
    /// The label of the table, or object of its own, that the step changes.
    pub group: String,
    /// Where the desired side, or for what goes the live side, speaks of the object.
    pub place: Option<Place>,
    pub held: bool,
    pub statements: Vec<Statement>,
    /// The statement of a step before it that carries it out too.
    pub merged_into: Option<usize>,
    /// What tells whether rows will stop it.
    pub beforehand: Questions,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Object {
    pub kind: &'static str,
    pub namespace: String,
    pub owner: String,
    pub name: String,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

#[derive(Serialize)]
pub struct Statement {
    /// From 1, in the order of the script.
    pub number: usize,
    /// With what closes it.
    pub sql: String,
    pub why: String,
    pub search_path: Option<String>,
    pub hazards: Vec<&'static str>,
    pub locks: Vec<Lock>,
    pub work: &'static str,
    pub algorithm: Option<&'static str>,
    pub transaction: &'static str,
}

#[derive(Serialize)]
pub struct Lock {
    pub namespace: String,
    pub table: String,
    pub level: &'static str,
    pub stops: &'static str,
    /// The statement whose work the transaction keeps the lock through, where it needs none as strong.
    pub kept_until: Option<usize>,
}

/// An object that differs, with the statements that make it on either side; empty where it is not there.
#[derive(Serialize)]
pub struct Changed {
    pub label: String,
    pub change: &'static str,
    pub live: String,
    pub desired: String,
    /// The unified diff of both.
    pub diff: String,
}

/// One object needs another: their places in the list of objects, from 0.
#[derive(Serialize)]
pub struct Need {
    pub from: usize,
    pub to: usize,
}

/// The migrations of a project against one schema.
#[derive(Serialize)]
pub struct Migrations {
    pub schema: Option<String>,
    pub summary: BTreeMap<&'static str, usize>,
    pub migrations: Vec<Migration>,
    pub commands: Vec<String>,
    pub sql: String,
    pub notes: Vec<String>,
}

#[derive(Serialize)]
pub struct Migration {
    pub name: String,
    pub verdict: &'static str,
    pub meaning: &'static str,
    pub recorded: Option<bool>,
    pub why: Vec<String>,
}

#[derive(Serialize)]
pub struct Message {
    pub code: &'static str,
    pub severity: &'static str,
    pub place: Option<Place>,
    pub message: String,
    pub help: String,
}

impl Document {
    pub fn of(subject: Subject) -> Document {
        let Subject { compiled, files, dialect, advice } = subject;
        let schema = compiled.compared.schema.as_ref();
        let Graph { objects, needs } = objects::graph(&compiled.plan, schema, dialect);
        let live = objects::worded_alike(schema, &objects);
        let worded = Pair::new(&live, schema.desired);
        let side = |side: &crate::emit::Side| Side { name: side.name.clone(), fingerprint: side.fingerprint.clone() };
        let header = Pair::new(side(&compiled.header.live), side(&compiled.header.desired));
        Document {
            version: VERSION,
            dialect: dialect.rules().id,
            server: compiled.server.to_string(),
            live: header.live,
            desired: header.desired,
            not_compared: compiled.header.unseen.clone(),
            summary: Summary::of(&compiled.plan.steps),
            steps: steps(subject),
            objects: objects.into_iter().map(|key| changed(key, worded, dialect)).collect(),
            needs: needs.into_iter().map(|(from, to)| Need { from, to }).collect(),
            migrations: advice.iter().map(|advice| migrations(advice, files)).collect(),
            diagnostics: compiled.diagnostics.iter().map(|fault| message(fault, files)).collect(),
            script: compiled.script.clone(),
        }
    }

    /// Whether both sides are the same on what was compared.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// All statements with their steps, in the order of the script.
    pub fn statements(&self) -> impl Iterator<Item = (&Step, &Statement)> {
        self.steps.iter().flat_map(|step| step.statements.iter().map(move |statement| (step, statement)))
    }

    /// The steps of each table or object of its own, in the order in which the script first comes to it.
    pub fn groups(&self) -> Vec<(&str, Vec<&Step>)> {
        let mut groups: Vec<(&str, Vec<&Step>)> = Vec::new();
        for step in &self.steps {
            match groups.iter_mut().find(|(label, _)| *label == step.group) {
                Some((_, steps)) => steps.push(step),
                None => groups.push((&step.group, vec![step])),
            }
        }
        groups
    }
}

impl Summary {
    fn of(steps: &[Planned]) -> Summary {
        let count = |wanted: fn(&Action) -> bool| steps.iter().filter(|planned| wanted(&planned.step.action)).count();
        let hazards =
            |planned: &Planned| planned.statements.iter().flat_map(|statement| statement.hazards.clone()).collect::<Vec<Hazard>>();
        let mut counts: BTreeMap<Hazard, usize> = BTreeMap::new();
        for hazard in steps.iter().flat_map(hazards) {
            *counts.entry(hazard).or_default() += 1;
        }
        Summary {
            steps: steps.len(),
            statements: steps.iter().map(|planned| planned.statements.len()).sum(),
            add: count(|action| matches!(action, Action::Create { .. })),
            alter: count(|action| matches!(action, Action::Alter { .. } | Action::Release | Action::Rebuild)),
            rename: count(|action| matches!(action, Action::Rename { .. } | Action::Move { .. })),
            drop: count(|action| matches!(action, Action::Drop { .. })),
            held: steps.iter().filter(|planned| planned.held).count(),
            worst: steps.iter().filter(|planned| !planned.held).flat_map(hazards).min().map(Hazard::id),
            hazards: counts.into_iter().map(|(hazard, statements)| Count { id: hazard.id(), title: hazard.title(), statements }).collect(),
        }
    }

    /// `4 to add, 1 to alter, 2 to drop, 1 held`.
    pub fn line(&self) -> String {
        let counts = [(self.add, "to add"), (self.alter, "to alter"), (self.rename, "to rename"), (self.drop, "to drop")];
        let mut parts: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        parts.push(format!("{} held", self.held));
        parts.join(", ")
    }
}

fn steps(subject: Subject) -> Vec<Step> {
    let mut number = 0;
    let questions = beforehand::of(subject.compiled, subject.dialect);
    subject.compiled.plan.steps.iter().zip(questions).map(|(planned, asked)| step((planned, asked), &mut number, subject)).collect()
}

fn step((planned, beforehand): (&Planned, Questions), number: &mut usize, subject: Subject) -> Step {
    let schema = subject.compiled.compared.schema.as_ref();
    let key = planned.step.key;
    let span = schema.desired.get(key).or(schema.live.get(key)).and_then(|object| object.span);
    let statements = planned.statements.iter().map(|statement| {
        *number += 1;
        self::statement(statement, *number, subject.dialect)
    });
    Step {
        action: verb(&planned.step.action),
        object: object(key),
        group: objects::whole(key, schema).to_string(),
        place: span.map(|span| place(span, subject.files)),
        held: planned.held,
        statements: statements.collect(),
        merged_into: Some(*number).filter(|_| planned.merged),
        beforehand,
    }
}

fn statement(statement: &crate::ir::Statement, number: usize, dialect: &dyn Dialect) -> Statement {
    Statement {
        number,
        sql: dialect.terminated(&statement.sql),
        why: statement.why.clone(),
        search_path: statement.path.as_deref().map(str::to_owned),
        hazards: statement.hazards.iter().map(|hazard| hazard.id()).collect(),
        locks: statement.impact.locks.iter().map(lock).collect(),
        work: statement.impact.work.word(),
        algorithm: statement.impact.algorithm,
        transaction: match statement.transaction {
            Transaction::Inside => "inside",
            Transaction::First => "first",
            Transaction::Outside => "outside",
            Transaction::Alone => "alone",
        },
    }
}

fn lock(lock: &crate::ir::Lock) -> Lock {
    let relation = lock.relation;
    Lock {
        namespace: relation.namespace.to_string(),
        table: relation.name.to_string(),
        level: lock.level.name,
        stops: lock.level.stops.word(),
        kept_until: lock.kept_until.map(|number| number + 1),
    }
}

fn object(key: Key) -> Object {
    Object { kind: key.kind.spec().noun, namespace: key.namespace.to_string(), owner: key.owner.to_string(), name: key.name.to_string() }
}

fn changed(key: Key, schema: Pair<&Schema<Canonical>>, dialect: &dyn Dialect) -> Changed {
    let text = schema.map(|side| objects::ddl(key, side, dialect));
    let diff = objects::unified(text.as_ref());
    Changed { label: key.to_string(), change: objects::change(key, schema), live: text.live, desired: text.desired, diff }
}

fn migrations(advice: &Advice, files: &Files) -> Migrations {
    Migrations {
        schema: advice.schema.clone(),
        summary: advice.summary(),
        migrations: advice.migrations.iter().map(|judged| migration(judged, files)).collect(),
        commands: advice.commands.clone(),
        sql: advice.sql.clone(),
        notes: advice.notes.clone(),
    }
}

fn migration(judged: &Judged, files: &Files) -> Migration {
    let why = if judged.verdict == Verdict::Done { Vec::new() } else { super::advice::reasons(judged, files) };
    Migration { name: judged.id.to_string(), verdict: judged.verdict.word(), meaning: judged.meaning(), recorded: judged.recorded, why }
}

fn message(fault: &Diagnostic, files: &Files) -> Message {
    Message {
        code: fault.code.info().id,
        severity: fault.severity.word(),
        place: fault.span.map(|span| place(span, files)),
        message: fault.message.clone(),
        help: fault.help.clone(),
    }
}

fn place(span: Span, files: &Files) -> Place {
    let (line, column) = files.position(span);
    // Reviewers' tools find a file by its path from the root, which does not begin with the folder itself.
    let name = &files.get(span.file).name;
    Place { file: name.strip_prefix("./").unwrap_or(name).to_string(), line, column }
}

/// The word for what a step does.
fn verb(action: &Action) -> &'static str {
    match action {
        Action::Create { .. } => "add",
        Action::Drop { .. } => "drop",
        Action::Alter { .. } | Action::Release => "alter",
        Action::Rename { .. } => "rename",
        Action::Move { .. } => "move",
        Action::Rebuild => "rebuild",
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.path())
    }
}

impl Object {
    /// `public.booking.code`.
    pub fn path(&self) -> String {
        let parts = [&self.namespace, &self.owner, &self.name];
        parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<String>>().join(".")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
