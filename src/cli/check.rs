//! `amend check`: the same or not, with one line per difference.

use super::Status;
use super::arguments::Check;
use super::input;
use super::output::{self, Trouble};
use super::progress;
use crate::compile;
use crate::ir::Pair;

pub fn run(command: &Check) -> Result<Status, Trouble> {
    let (session, sources) = input::open(&[&command.sides.live, &command.sides.desired], &command.common)?;
    let side = Pair::new(&sources[0], &sources[1]);
    let compared = progress::during("comparing", || compile::compare(side, &session.asked.options, session.dialect));
    // Not given back, as the process ends with it.
    let compared = &*Box::leak(Box::new(compared));
    output::messages(&compared.diagnostics, &session.files, session.common);
    let mut lines = compile::differences(compared);
    let same = lines.is_empty();
    if command.explain {
        lines.extend(compile::held_equal(compared));
    }
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    output::result(&text, &command.common)?;
    if !same && !session.asked.denied.is_empty() {
        let compiled = compile::compile(side, &session.asked.options, session.dialect);
        super::plan::denied(&session, &compiled.plan);
    }
    if !same {
        return Ok(Status::Different);
    }
    session.require_whole(side)?;
    Ok(Status::Done)
}
