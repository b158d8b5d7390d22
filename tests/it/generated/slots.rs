//! Objects in several states: each state can become each other one.

use amend::ir::Pair;

use super::vocabulary::Vocabulary;
use super::{Case, Stop, holds_on, script};
use crate::servers::Server;

/// An object, or a few that belong together, in the states that it may have; an empty text is absence.
pub struct Slot {
    pub of: &'static str,
    pub states: &'static [&'static str],
}

/// What became of the changes that were tried.
#[derive(Default)]
pub struct Outcome {
    pub tried: usize,
    pub refused: Vec<String>,
    pub faults: Vec<String>,
}

/// Tries every `stride`th change on a server, or all of the object that AMEND_SLOT names.
pub fn changes(server: &dyn Server, words: &Vocabulary, slots: &[Slot], stride: usize) -> Outcome {
    let only = std::env::var("AMEND_SLOT").ok();
    let stride = if only.is_some() { 1 } else { stride };
    let mut outcome = Outcome::default();
    let slots = slots.iter().filter(|slot| only.as_deref().is_none_or(|only| slot.of == only));
    let pairs = slots.flat_map(|slot| {
        let count = slot.states.len();
        (0..count * count).filter(move |at| at / count != at % count).map(move |at| (slot, at / count, at % count))
    });
    for (slot, from, to) in pairs.step_by(stride) {
        outcome.tried += 1;
        let case = Case { words, side: Pair::new(from, to).map(|state| statements(slot.states[state])) };
        let title = format!("{} {from} -> {to}", slot.of);
        match holds_on(server, &case) {
            Ok(()) => {}
            Err(Stop::Refused(why)) => outcome.refused.push(format!("{title}: {why}")),
            Err(Stop::Invalid(fault)) => outcome.faults.push(format!("{title} is no case: {fault}")),
            Err(Stop::ByRows(fault) | Stop::Fault(fault)) => {
                let shown = format!("live:\n{}desired:\n{}", script(&case.side.live), script(&case.side.desired));
                outcome.faults.push(format!("{title}: {fault}\n{shown}"));
            }
        }
    }
    outcome
}

/// A state as one text: bodies of routines have semicolons of their own.
fn statements(state: &str) -> Vec<String> {
    if state.is_empty() { Vec::new() } else { vec![state.to_owned()] }
}
