//! `amend plan`: the plan for people and programs.

use std::path::Path;

use super::Status;
use super::advise::Migrations;
use super::arguments::{Only, Plan, PlanFormat, Promises};
use super::django;
use super::input::{self, Session};
use super::output::{self, Trouble};
use super::progress;
use crate::advise::Advice;
use crate::compile::{self, Compiled, Source};
use crate::ir::Pair;
use crate::report;
use crate::report::document::{Document, Subject};

pub fn run(command: &Plan) -> Result<Status, Trouble> {
    let (mut session, sources) = input::open(&[&command.sides.live, &command.sides.desired], &command.common)?;
    let side = Pair::new(&sources[0], &sources[1]);
    session.require_whole(side)?;
    let made = progress::during("comparing", || compile::compile(side, &session.asked.options, session.dialect));
    let compiled = compiled(&session, kept(made, side, &command.promises, &session))?;
    let advice = advice(command.sides.desired.as_str(), command.record.recorded.as_deref(), &mut session, side.live)?;
    let document = Document::of(Subject { compiled, files: &session.files, dialect: session.dialect, advice: &advice });
    let text = match command.format {
        PlanFormat::Text => report::text::plan(&document, output::look(&command.common)),
        PlanFormat::Markdown => report::markdown::plan(&document),
        PlanFormat::Json => report::json::plan(&document),
        PlanFormat::Html => report::html::page(&document),
        PlanFormat::Mermaid => report::mermaid::graph(&document),
        PlanFormat::Sarif => report::sarif::log(&document),
        PlanFormat::Github => report::github::annotations(&document),
        PlanFormat::Gitlab => report::gitlab::code_quality(&document),
    };
    output::result(&text, &command.common)?;
    Ok(Status::Done)
}

/// What to do with the migrations of a database in this state, where the desired side is a project.
pub fn advice(desired: &str, recorded: Option<&Path>, session: &mut Session, live: &Source) -> Result<Vec<Advice>, Trouble> {
    let Some(folder) = django::project(&desired) else { return Ok(Vec::new()) };
    let migrations = Migrations { folder, recorded, apps: &[] };
    let (advices, diagnostics) = migrations.judge(session, live)?;
    output::messages(&diagnostics, &session.files, session.common);
    Ok(advices)
}

/// Holds a script to what it must keep: what cannot be kept is an error among its diagnostics.
pub fn kept(mut compiled: Compiled, side: Pair<&Source>, promises: &Promises, session: &Session) -> Compiled {
    if promises.only == Some(Only::Additive) {
        let faults = compile::not_additive(&compiled);
        compiled.diagnostics.extend(faults);
    }
    if promises.idempotent {
        compile::guard(&mut compiled, side, &session.asked.options, session.dialect);
    }
    compiled
}

/// Says which statements have hazards that must not run; whether there is one.
pub fn denied(session: &Session, plan: &crate::plan::Plan) -> bool {
    let mut found = false;
    for statement in plan.steps.iter().filter(|planned| !planned.held).flat_map(|planned| &planned.statements) {
        for hazard in statement.hazards.iter().filter(|hazard| session.asked.denied.contains(hazard)) {
            found = true;
            let first = statement.sql.lines().map(str::trim).take(2).collect::<Vec<_>>().join(" ");
            eprintln!("denied: {} ({}): {first}", hazard.id(), hazard.title());
        }
    }
    found
}

/// Prints what was found on the way; a step that cannot be written, or a script that does not prove, ends the command. What was
/// compiled is not given back, as the process ends with it.
pub fn compiled(session: &Session, compiled: Compiled) -> Result<&'static Compiled, Trouble> {
    output::messages(&compiled.diagnostics, &session.files, session.common);
    if compile::fatal(&compiled.diagnostics) {
        return Err(Trouble::new("no script is printed", "see the messages above"));
    }
    Ok(Box::leak(Box::new(compiled)))
}
