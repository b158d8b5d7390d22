//! `amend diff`: the patch script.

use super::Status;
use super::arguments::Diff;
use super::input;
use super::output::{self, Trouble};
use super::plan::{compiled, denied, kept};
use super::progress;
use crate::compile;
use crate::ir::Pair;
use crate::report;

pub fn run(command: &Diff) -> Result<Status, Trouble> {
    let (session, sources) = input::open(&[&command.sides.live, &command.sides.desired], &command.common)?;
    let side = Pair::new(&sources[0], &sources[1]);
    session.require_whole(side)?;
    let compile = if command.down { compile::compile_down } else { compile::compile };
    let made = progress::during("comparing", || compile(side, &session.asked.options, session.dialect));
    let compiled = compiled(&session, kept(made, side, &command.promises, &session))?;
    let text = if command.dry_run { report::dry_run::lines(compiled) } else { compiled.script.clone() };
    output::result(&text, &command.common)?;
    let denied = denied(&session, &compiled.plan);
    Ok(if denied || command.exit_code && !compiled.plan.is_empty() { Status::Different } else { Status::Done })
}
