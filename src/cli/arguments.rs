//! The definitions of commands and options, from which parsing and help are made.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::dialects;

/// Declarative schema-diff compiler: live dump and desired schema in, one proven patch script out.
#[derive(Parser)]
#[command(name = "amend", version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Print the patch script that leads from LIVE to DESIRED
    Diff(Diff),
    /// Say whether LIVE and DESIRED are the same: status 0 same, 1 different
    Check(Check),
    /// Print the plan from LIVE to DESIRED for people or programs
    Plan(Plan),
    /// Write the whole runbook into a folder: backup, precheck, patch, verification, the way back
    Playbook(Playbook),
    /// Say for each migration of a Django project: fake, apply, patch …, and which commands to run
    Advise(Advise),
    /// Say what hand-written SQL leads to, and what would still be missing
    Replay(Replay),
    /// Print the canonical DDL of a source, or its representation
    Show(Show),
    /// Say what a hazard is, where it shows, and the safe form; without a name, list all
    Explain(Explain),
    /// Write an amend.toml for this repository, with every setting and its reason
    Init(Init),
    /// Print the completions for a shell
    Completions(Completions),
    /// Print the manual pages
    Man,
}

/// Options of all commands.
#[derive(Args)]
pub struct Common {
    /// The SQL dialect; detected from the input's own marks where it is not given
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(dialects::names()))]
    pub dialect: Option<String>,
    /// Hazards that may run (drop …), or `unmodelled` to go on although a statement is not understood
    #[arg(long, value_name = "HAZARD", value_delimiter = ',')]
    pub allow: Vec<String>,
    /// Hazards that must not run: status 1 where a statement of the script has one
    #[arg(long, value_name = "HAZARD", value_delimiter = ',')]
    pub deny: Vec<String>,
    /// The version of the server that the script will run on; else the one that the dump names
    #[arg(long, value_name = "X.Y")]
    pub server_version: Option<String>,
    /// Statements in the form that keeps others from waiting: small transactions, limits of time, CONCURRENTLY, NOT VALID, ALGORITHM=
    #[arg(long)]
    pub online: bool,
    /// Compare owners and privileges although the desired side does not speak of them: all, owners, privileges
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = ["all", "owners", "privileges"])]
    pub manage: Vec<String>,
    /// An object that was renamed: table, table.column, schema.table …
    #[arg(long, value_name = "OLD=NEW")]
    pub rename: Vec<String>,
    /// Compare only these schemas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub schema: Vec<String>,
    /// Leave objects with these names alone (`*` stands for any characters)
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Write to this file, whole or not at all, instead of standard output; for `playbook`, the folder
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Colours; `auto`: on a terminal
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// A settings file instead of the amend.toml of this folder or one above it
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub django: Django,
}

/// How a Django project (`django:FOLDER`) is read.
#[derive(Args)]
#[command(next_help_heading = "Django projects")]
pub struct Django {
    /// The project's settings: a file, or a module by its dotted path
    #[arg(long, value_name = "FILE")]
    pub settings: Option<String>,
    /// Folders in which the project's packages lie (site-packages)
    #[arg(long, value_name = "DIR", value_delimiter = ',')]
    pub packages: Vec<String>,
    /// The version of Django, where the project's requirements do not say it
    #[arg(long, value_name = "X.Y")]
    pub django_version: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

/// What the database is and what it should be: a file, a folder, several files joined by commas, or `-`.
#[derive(Args)]
pub struct Sides {
    /// What the database is: a dump
    pub live: String,
    /// What it should be
    pub desired: String,
}

#[derive(Args)]
pub struct Diff {
    #[command(flatten)]
    pub sides: Sides,
    #[command(flatten)]
    pub common: Common,
    /// Status 1 where there is a difference
    #[arg(long)]
    pub exit_code: bool,
    /// Print the script that leads back, with a ledger of what it cannot bring back
    #[arg(long, conflicts_with_all = ["idempotent", "only", "dry_run"])]
    pub down: bool,
    /// Print no script but what it would create, and what already exists
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub promises: Promises,
}

/// What a script must keep.
#[derive(Args)]
pub struct Promises {
    /// Guard every statement, so that a second run does nothing; refused where that cannot be written
    #[arg(long)]
    pub idempotent: bool,
    /// Refuse a script that does more than this: additive (nothing that exists is changed)
    #[arg(long, value_name = "WHAT")]
    pub only: Option<Only>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Only {
    Additive,
}

#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    pub sides: Sides,
    #[command(flatten)]
    pub common: Common,
    /// Say why texts that differ were held equal
    #[arg(long)]
    pub explain: bool,
}

/// What the database says that it has been through.
#[derive(Args)]
pub struct Record {
    /// The rows of django_migrations, where the dump does not have them: a listing, JSON, or what showmigrations prints. They
    /// say what to fake and what to apply where DESIRED is a Django project
    #[arg(long, value_name = "FILE")]
    pub recorded: Option<PathBuf>,
}

#[derive(Args)]
pub struct Plan {
    #[command(flatten)]
    pub sides: Sides,
    #[command(flatten)]
    pub record: Record,
    #[command(flatten)]
    pub common: Common,
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub format: PlanFormat,
    #[command(flatten)]
    pub promises: Promises,
}

#[derive(Args)]
pub struct Playbook {
    #[command(flatten)]
    pub sides: Sides,
    #[command(flatten)]
    pub record: Record,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For a terminal
    Text,
    /// For a comment in a pull request, at most 60,000 characters
    Markdown,
    /// Everything, as docs/plan.schema.json says
    Json,
    /// One page that needs no network
    Html,
    /// The graph of the changed objects
    Mermaid,
    /// For code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
}

#[derive(Args)]
pub struct Advise {
    /// What the database is: a dump
    pub live: String,
    /// The folder of the Django project
    pub project: String,
    #[command(flatten)]
    pub record: Record,
    /// Only the migrations of these apps
    #[arg(long, value_name = "LABEL", value_delimiter = ',')]
    pub app: Vec<String>,
    #[command(flatten)]
    pub common: Common,
    #[arg(long, value_enum, default_value_t = AdviseFormat::Text)]
    pub format: AdviseFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AdviseFormat {
    Text,
    Json,
    Markdown,
}

#[derive(Args)]
pub struct Replay {
    /// What the database is: a dump
    pub live: String,
    /// The SQL files to carry out, in order
    #[arg(required = true)]
    pub patch: Vec<String>,
    /// What the database should be after them
    #[arg(long, value_name = "DESIRED")]
    pub against: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Args)]
pub struct Explain {
    /// The hazard's name, as reports and --allow use it
    pub hazard: Option<String>,
}

#[derive(Args)]
pub struct Init {
    /// Write to this file instead of amend.toml
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Args)]
pub struct Completions {
    pub shell: clap_complete::Shell,
}

#[derive(Args)]
pub struct Show {
    /// The source to show
    pub source: String,
    #[command(flatten)]
    pub common: Common,
    #[arg(long, value_enum, default_value_t = ShowFormat::Sql)]
    pub format: ShowFormat,
    /// Print what became of every statement instead
    #[arg(long)]
    pub ledger: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    Sql,
    Json,
}
