//! `amend plan`: the plan for people and programs.

use super::Status;
use super::arguments::{Plan, PlanFormat};
use super::input::{self, Session};
use super::output::{self, Trouble};
use crate::compile::{self, Compiled};
use crate::ir::Pair;
use crate::report;

pub fn run(command: &Plan) -> Result<Status, Trouble> {
    let (session, sources) = input::open(&[&command.sides.live, &command.sides.desired], &command.common)?;
    let side = Pair::new(&sources[0], &sources[1]);
    session.require_whole(side)?;
    let compiled = compiled(&session, compile::compile(side, &session.asked.options, session.dialect))?;
    let text = match command.format {
        PlanFormat::Text => report::text::plan(&compiled),
        PlanFormat::Markdown => report::markdown::plan(&compiled, session.dialect),
        PlanFormat::Mermaid => report::mermaid::graph(&compiled, session.dialect),
        PlanFormat::Json => report::json::plan(&compiled, &session.files, session.dialect.rules().id),
    };
    output::result(&text, &command.common)?;
    Ok(Status::Done)
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

/// Prints what was found on the way; a step that cannot be written, or a script that does not prove, ends the command.
pub fn compiled(session: &Session, compiled: Compiled) -> Result<Compiled, Trouble> {
    output::messages(&compiled.diagnostics, &session.files, session.common);
    if compile::fatal(&compiled.diagnostics) {
        return Err(Trouble::new("no script is printed", "see the messages above"));
    }
    Ok(compiled)
}
