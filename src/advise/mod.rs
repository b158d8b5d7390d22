//! Advice on migrations: for each one what of its effect the live database shows, and what to run.
//!
//! `timeline` gathers what every object was through all migrations; `sight` compares each of those states with the live
//! side; `chains` says which of them fit; `judge` turns that into facts and verdicts; `untold` and `doubt` take back what the whole refutes; `patch` writes the SQL that completes
//! what is there in part, of what `lacking` finds and with `backfill` for existing rows; `warning` says what must be known before Django runs one; `commands` puts the safe order together, with `rows` where Django writes none.

mod again;
mod ahead;
mod backfill;
mod chains;
mod commands;
mod doubt;
mod judge;
mod lacking;
mod patch;
mod reached;
mod rows;
mod sight;
mod timeline;
mod untold;
mod warning;

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::{Options, Source};
use crate::dialects::Dialect;
use crate::ir::Kind;
use crate::sources::django::{Id, Migrated, Recorded};

pub use judge::{Evidence, Status};
pub use rows::Rows;

/// What to do with one migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Recorded, and its effects are there.
    Done,
    /// Its effects are there, but it is not recorded.
    Fake,
    /// None of its effects is there: Django runs it.
    Apply,
    /// Some of its effects are there: SQL completes it, then it is faked.
    Patch,
    /// Recorded, but its effects are not there: SQL repairs it.
    Missing,
    /// No effect that a schema shows.
    Manual,
    /// A live object contradicts it.
    Blocked,
}

/// Every verdict with its word and what it means.
pub const VERDICTS: &[(Verdict, &str, &str)] = &[
    (Verdict::Done, "done", "recorded, and its effects are there"),
    (Verdict::Fake, "fake", "its effects are there, but it is not recorded"),
    (Verdict::Apply, "apply", "its effects are not there: let Django run it"),
    (Verdict::Patch, "patch", "some of its effects are there: run the SQL, then fake it"),
    (Verdict::Missing, "missing", "recorded, but its effects are not there: run the SQL"),
    (Verdict::Manual, "manual", "no effect that a schema shows"),
    (Verdict::Blocked, "blocked", "a live object contradicts it"),
];

impl Verdict {
    pub fn word(self) -> &'static str {
        VERDICTS[self as usize].1
    }

    pub fn meaning(self) -> &'static str {
        VERDICTS[self as usize].2
    }
}

/// One migration judged.
#[derive(Clone, Debug)]
pub struct Judged {
    pub id: Id,
    pub verdict: Verdict,
    /// `None` where nothing is known of the rows.
    pub recorded: Option<bool>,
    pub evidence: Vec<Evidence>,
    /// The SQL that completes or repairs it; empty where there is none.
    pub sql: String,
    /// The SQL that takes it back.
    pub back: String,
    /// A part of the SQL is held, since it loses data: the migration is not complete after it.
    pub held: bool,
    /// What a person must know beside the evidence.
    pub notes: Vec<String>,
}

impl Judged {
    /// What the verdict means here.
    pub fn meaning(&self) -> &'static str {
        match self.verdict {
            Verdict::Apply if self.notes.iter().any(|note| note == again::NOTE) => again::MEANING,
            Verdict::Apply if !self.sql.is_empty() => {
                "its effects are not there, and Django cannot run it as the database stands: run the SQL"
            }
            Verdict::Apply if self.held => "its effects are not there, and Django must not run it as the database stands",
            Verdict::Apply if self.evidence.is_empty() => "it changes nothing in a database: let Django record it",
            verdict => verdict.meaning(),
        }
    }
}

/// The whole advice for one database, or one schema of it.
#[derive(Clone, Debug)]
pub struct Advice {
    /// The schema, where the advice is about one of several.
    pub schema: Option<String>,
    pub migrations: Vec<Judged>,
    pub commands: Vec<String>,
    /// All SQL to run before the commands.
    pub sql: String,
    /// The SQL that takes that back, the last first.
    pub back: String,
    pub notes: Vec<String>,
}

impl Advice {
    /// How many migrations have each verdict.
    pub fn summary(&self) -> BTreeMap<&'static str, usize> {
        let mut counts: BTreeMap<&'static str, usize> = VERDICTS.iter().map(|row| (row.1, 0)).collect();
        for judged in &self.migrations {
            *counts.entry(judged.verdict.word()).or_default() += 1;
        }
        counts
    }
}

/// What advice rests on.
#[derive(Clone)]
pub struct Question<'a> {
    pub live: &'a Source,
    pub migrated: &'a Migrated,
    pub recorded: &'a Recorded,
    pub options: &'a Options,
    pub dialect: &'static dyn Dialect,
    /// The words that run a command: `migrate`, or `migrate_schemas --schema=x`.
    pub migrate: String,
    /// Only these apps; all where empty.
    pub apps: Vec<String>,
    /// The schema of the rows of django_migrations, for SQL.
    pub schema: Option<String>,
    /// Kinds that the program which made the dump leaves out unless it is asked for them.
    pub left_out: &'static [Kind],
}

impl Question<'_> {
    fn rows(&self) -> Rows<'_> {
        Rows { dialect: self.dialect, schema: self.schema.as_deref() }
    }
}

/// Judges every migration of a project against a database.
pub fn advise(question: &Question) -> Advice {
    let timeline = timeline::of(&question.migrated.history);
    let sight = sight::look(&timeline, question);
    let mut migrations = judge::judge(&timeline, &sight, question);
    untold::write(&mut migrations, question);
    doubt::write(&mut migrations, question);
    patch::write(&mut migrations, question);
    warning::write(&mut migrations, question);
    let wanted = |judged: &Judged| question.apps.is_empty() || question.apps.iter().any(|app| *app == *judged.id.app);
    let kept: Vec<Judged> = migrations.into_iter().filter(wanted).collect();
    let mut advice = Advice {
        schema: question.schema.clone(),
        migrations: kept,
        commands: Vec::new(),
        sql: String::new(),
        back: String::new(),
        notes: Vec::new(),
    };
    commands::write(&mut advice, question);
    unknown_rows(&mut advice, question);
    silent_routines(&mut advice, question);
    doubt::stranger(&mut advice, question);
    advice
}

/// Says where migrations make routines of which the dump says nothing.
fn silent_routines(advice: &mut Advice, question: &Question) {
    let mut facts = advice.migrations.iter().flat_map(|one| &one.evidence);
    if facts.any(|fact| fact.about.is_some_and(|(key, _)| question.left_out.contains(&key.kind))) {
        advice
            .notes
            .push("the dump leaves out functions and procedures: dump with --routines to have what migrations do to them judged".into());
    }
}

/// Rows that speak of migrations which the files do not have.
fn unknown_rows(advice: &mut Advice, question: &Question) {
    let Some(rows) = question.recorded else { return };
    let migrated = question.migrated;
    let apps: BTreeSet<&str> = migrated.known.iter().map(|id| &*id.app).collect();
    let replaced: BTreeSet<&Id> = migrated.plan.replaced.values().flatten().collect();
    let unread: BTreeSet<&str> =
        rows.iter().map(|row| &*row.app).filter(|app| migrated.apps.iter().all(|known| **known != **app)).collect();
    if !unread.is_empty() && !migrated.whole {
        let names = unread.into_iter().collect::<Vec<_>>().join(", ");
        advice.notes.push(format!("django_migrations speaks of apps that were not read: {names}"));
    }
    for row in rows.iter().filter(|row| apps.contains(&*row.app) && !migrated.known.contains(row) && !replaced.contains(row)) {
        advice.notes.push(format!("{row} is recorded, but the files do not have it: another branch, or a deleted file"));
    }
}
