//! `amend advise`: for each migration of a Django project what the database shows of it, and the commands to run.

use std::path::Path;

use super::Status;
use super::arguments::{Advise, AdviseFormat};
use super::django::{self, Project};
use super::input::{self, Session};
use super::output::{self, Trouble};
use crate::advise::{self, Advice, Question};
use crate::base::{Diagnostic, Name};
use crate::compile::{Options, Scope, Source};
use crate::ir::{Key, Kind};
use crate::report;
use crate::sources::django::{BySchema, Listing, Recorded, in_dump, migrations, rows};
use crate::sources::{database_schema, is_database};

pub fn run(command: &Advise) -> Result<Status, Trouble> {
    let (mut session, sources) = input::open(&[&command.live], &command.common)?;
    let live = &sources[0];
    let folder = command.project.strip_prefix("django:").unwrap_or(&command.project);
    let migrations = Migrations { folder, recorded: command.record.recorded.as_deref(), apps: &command.app };
    let (advices, diagnostics) = migrations.judge(&mut session, live)?;
    output::messages(&diagnostics, &session.files, &command.common);
    let id = session.dialect.rules().id;
    let text = match command.format {
        AdviseFormat::Text => report::advice::text(&advices, &session.files),
        AdviseFormat::Markdown => report::advice::markdown(&advices, &session.files),
        AdviseFormat::Json => report::advice::json(&advices, &diagnostics, &session.files, id),
    };
    output::result(&text, &command.common)?;
    Ok(Status::Done)
}

/// The migrations of a project that are to be judged.
pub struct Migrations<'a> {
    pub folder: &'a str,
    /// A listing of the rows of django_migrations; else those of the dump.
    pub recorded: Option<&'a Path>,
    /// Only these apps; all where empty.
    pub apps: &'a [String],
}

impl Migrations<'_> {
    /// The advice for each schema of a database that is divided, else for the database.
    pub fn judge(&self, session: &mut Session, live: &Source) -> Result<(Vec<Advice>, Vec<Diagnostic>), Trouble> {
        let known = match self.recorded {
            Some(path) => Some(listing(path)?),
            None => dumped(session),
        };
        let mut advices: Vec<Advice> = Vec::new();
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        for schema in django::schemas(self.folder, &session.asked, &live.schema)? {
            let (advice, faults) = self.one(session, (live, &known), schema.as_deref())?;
            diagnostics.extend(faults.into_iter().filter(|fault| !diagnostics.contains(fault)).collect::<Vec<_>>());
            advices.push(advice);
        }
        Ok((advices, diagnostics))
    }

    /// The advice for one schema, or for a database that is not divided.
    fn one(
        &self,
        session: &mut Session,
        (live, known): (&Source, &Option<BySchema>),
        schema: Option<&str>,
    ) -> Result<(Advice, Vec<Diagnostic>), Trouble> {
        let recorded = rows_of(known, schema, live, session.dialect.rules().default_namespace);
        let project = Project { folder: self.folder, asked: &session.asked, dialect: session.dialect, live: Some(&live.schema) };
        let wanted = project.wanted()?;
        let migrated = migrations(&project.request(&wanted, schema), &mut session.files, &recorded);
        let options = Options { scope: Scope::default(), ..session.asked.options.clone() };
        let tenants = !migrated.tenant.is_empty();
        let migrate = match schema.filter(|_| tenants) {
            None => "migrate".to_string(),
            Some("public") => "migrate_schemas --shared".to_string(),
            Some(schema) => format!("migrate_schemas --schema={schema}"),
        };
        let question = Question {
            live,
            migrated: &migrated,
            recorded: &recorded,
            options: &options,
            dialect: session.dialect,
            migrate,
            apps: self.apps.to_vec(),
            schema: schema.map(str::to_string),
            left_out: left_out(live),
        };
        Ok((advise::advise(&question), migrated.diagnostics.clone()))
    }
}

/// What a dump that was made without functions and procedures says nothing of.
fn left_out(live: &Source) -> &'static [Kind] {
    let routines: &[Kind] = &[Kind::Function, Kind::Procedure];
    let silent = routines.iter().all(|kind| live.schema.coverage.unseen_kinds.contains(kind));
    let shown = routines.iter().any(|kind| live.schema.of_kind(*kind).next().is_some());
    if silent && !shown { routines } else { &[] }
}

/// The rows of a schema. Where the database has no table for them, nothing is recorded.
fn rows_of(known: &Option<BySchema>, schema: Option<&str>, live: &Source, default: &str) -> Recorded {
    let wanted = schema.unwrap_or(default);
    if let Some(known) = known {
        // Where there are no schemas, a name before the table's is that of the database.
        let only = || known.values().next().filter(|_| wanted.is_empty() && known.len() == 1);
        let found = known.get(wanted).or_else(|| known.get("")).or_else(only);
        return Some(found.cloned().unwrap_or_default());
    }
    let table = Key::new(Kind::Table, Name::new(wanted), Name::new("django_migrations"));
    let without = !live.schema.contains(table) && live.schema.coverage.sees(table);
    without.then(Listing::default)
}

fn listing(path: &Path) -> Result<BySchema, Trouble> {
    let text = match is_database(path) {
        true => database_schema(path).map_err(|fault| Trouble::new(fault.message, fault.help))?,
        false => std::fs::read_to_string(path).map_err(|error| Trouble::new(format!("{}: {error}", path.display()), "give a text file"))?,
    };
    rows(&text).ok_or_else(|| {
        Trouble::new(
            format!("{}: no rows of django_migrations in this file", path.display()),
            "give COPY or INSERT statements, a table with app and name, JSON, or what `showmigrations` prints",
        )
    })
}

/// The rows that the dump itself has.
fn dumped(session: &Session) -> Option<BySchema> {
    let mut all = BySchema::new();
    let mut spoken = false;
    for file in session.files.iter() {
        if let Some(rows) = in_dump(&file.text) {
            spoken = true;
            for (schema, ids) in rows {
                all.entry(schema).or_default().add(ids);
            }
        }
    }
    spoken.then_some(all)
}
