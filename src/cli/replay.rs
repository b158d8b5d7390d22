//! `amend replay`: what hand-written SQL leads to, and what would still be missing.

use super::Status;
use super::arguments::Replay;
use super::input;
use super::output::{self, Trouble};
use crate::compile::{self, Source};
use crate::ir::Pair;

pub fn run(command: &Replay) -> Result<Status, Trouble> {
    let mut words = vec![command.live.as_str()];
    words.extend(command.patch.iter().map(String::as_str));
    words.extend(command.against.as_deref());
    let (session, mut sources) = input::open_replay(&words, command.patch.len(), &command.common)?;
    let desired = command.against.as_ref().and_then(|_| sources.pop());
    let live = sources.remove(0);
    let patched = sources.remove(0);
    let target: Pair<&Source> = match &desired {
        Some(desired) => Pair::new(&patched, desired),
        None => Pair::new(&live, &patched),
    };
    let compared = compile::compare(target, &session.asked.options, session.dialect);
    let lines = compile::differences(&compared);
    let heading = match (&desired, lines.is_empty()) {
        (Some(_), true) => "after the patch: the same as desired".to_string(),
        (Some(_), false) => format!("after the patch: {} difference(s) from desired", lines.len()),
        (None, true) => "the patch changes nothing".to_string(),
        (None, false) => format!("the patch makes {} change(s)", lines.len()),
    };
    let text: String = std::iter::once(heading).chain(lines.iter().cloned()).map(|line| format!("{line}\n")).collect();
    output::result(&text, &command.common)?;
    session.require_whole(target)?;
    Ok(if desired.is_some() && !lines.is_empty() { Status::Different } else { Status::Done })
}
