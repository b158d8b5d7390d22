//! `amend replay`: what hand-written SQL leads to, and what would still be missing.

use super::Status;
use super::arguments::Replay;
use super::input::{self, Session};
use super::output::{self, Trouble};
use crate::base::{Diagnostic, Span};
use crate::compile::{self, Source};
use crate::ir::Pair;
use crate::sources::Reading;
use crate::weigh::{self, CONTRARY, Scale, Weighed};

pub fn run(command: &Replay) -> Result<Status, Trouble> {
    let mut words = vec![command.live.as_str()];
    words.extend(command.patch.iter().map(String::as_str));
    words.extend(command.against.as_deref());
    let (session, mut sources, patches) = input::open_replay(&words, command.patch.len(), &command.common)?;
    let desired = command.against.as_ref().and_then(|_| sources.pop());
    let risks = weighed(&session, &sources[0], &patches);
    if let Some(patched) = sources.get_mut(1) {
        patched.diagnostics.retain(|fault| !risks.tell(fault));
    }
    session.complain(&sources)?;
    let mut live = sources.remove(0);
    let patched = sources.remove(0);
    // What the patch takes for there is no change of its own.
    compile::take_for_there(&mut live.schema, &patched.schema, session.dialect);
    let target: Pair<&Source> = match &desired {
        Some(desired) => Pair::new(&patched, desired),
        None => Pair::new(&live, &patched),
    };
    let compared = compile::compare(target, &session.asked.options, session.dialect);
    let lines = compile::told(&compared, if desired.is_some() { &compile::OF_PATCHED } else { &compile::OF_PATCH });
    let count = |one: &str| if lines.len() == 1 { format!("one {one}") } else { format!("{} {one}s", lines.len()) };
    let heading = match (&desired, lines.is_empty()) {
        (Some(_), true) => "after the patch: the same as desired".to_string(),
        (Some(_), false) => format!("after the patch: {} from desired", count("difference")),
        (None, true) => "the patch changes nothing".to_string(),
        (None, false) => format!("the patch makes {}", count("change")),
    };
    let text: String = std::iter::once(&heading).chain(&lines).chain(&risks.lines).map(|line| format!("{line}\n")).collect();
    output::result(&text, &command.common)?;
    session.require_whole(target)?;
    Ok(if risks.denied || risks.refused || desired.is_some() && !lines.is_empty() { Status::Different } else { Status::Done })
}

/// What the patch's own statements do to a database in use.
struct Risks {
    lines: Vec<String>,
    /// A statement has a hazard that must not run.
    denied: bool,
    /// The server refuses a statement.
    refused: bool,
    /// The statements that it refuses for what they name.
    contrary: Vec<Span>,
}

/// The first words of statements about rows.
const DATA: &[&str] = &["insert ", "update ", "delete ", "merge ", "replace ", "copy "];

fn weighed(session: &Session, live: &Source, patches: &[Reading]) -> Risks {
    let said = session.asked.options.wishes.server;
    let server = said.unwrap_or(session.dialect.rules().oldest);
    let mut state = live.schema.clone();
    state.server = said.or(state.server);
    let mut scale = Scale::new(state, server, session.dialect);
    let mut risks = Risks { lines: Vec::new(), denied: false, refused: false, contrary: Vec::new() };
    scale.ask_engine(|| compile::build_script(live, session.dialect).script);
    for patch in patches {
        let weighed = weigh::patch(patch, &session.files, &mut scale);
        for one in &weighed {
            risks.take(one, &weighed, session);
        }
    }
    risks
}

impl Risks {
    /// Whether a fault is told as the refusal of its statement.
    fn tell(&self, fault: &Diagnostic) -> bool {
        CONTRARY.contains(&fault.code) && fault.span.is_some_and(|span| self.contrary.iter().any(|refused| refused.covers(span)))
    }

    /// Says what is to be said of a statement among those of its patch.
    fn take(&mut self, one: &Weighed, patch: &[Weighed], session: &Session) {
        let Weighed { span, weight, refusals, left_open, left_out, untold, came_with, .. } = one;
        let said = session.asked.options.wishes.server;
        let text = session.files.slice(*span);
        let of_rows = DATA.iter().any(|word| text.get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word)));
        let is_silent = weight.hazards.is_empty() && refusals.is_empty() && untold.is_empty() && came_with.is_none();
        if is_silent && !of_rows && !left_open && !left_out {
            return;
        }
        let first: Vec<&str> = text.lines().map(str::trim).take(2).collect();
        self.lines.push(format!("{}: {}", session.files.place(*span), first.join(" ")));
        self.refused |= !refusals.is_empty() || *left_open || came_with.is_some() && said.is_some();
        if *left_open {
            self.lines.push("    no COMMIT ends it: the server undoes all that comes after it".to_string());
        }
        if *left_out {
            self.lines
                .push("    it is not tried: what is refused from here on is told from the texts, and no more by the engine".to_string());
        }
        self.contrary.extend((!refusals.is_empty()).then_some(*span));
        self.lines.extend(refusals.iter().map(|refusal| format!("    the server refuses it: {refusal}")));
        self.lines.extend(came_with.map(|first| match said {
            Some(server) => format!("    the server refuses it: it came with version {first}, and the server is {server}"),
            None => format!("    it came with version {first}: an older server refuses it"),
        }));
        self.lines.extend(untold.iter().map(|name| format!("    no text shows schema {name}: the server refuses it where there is none")));
        if of_rows {
            self.lines.push("    it changes rows and no schema: what they hold is not compared".to_string());
        }
        for lock in &weight.impact.locks {
            let until = lock.kept_until.and_then(|number| patch.get(number));
            let kept = until.map(|last| format!(", kept until {} is done", session.files.place(last.span))).unwrap_or_default();
            self.lines.push(format!("    {} on {} stops {}{kept}", lock.level.name, lock.relation, lock.level.stops.word()));
        }
        for hazard in &weight.hazards {
            let denied = session.asked.denied.contains(hazard);
            self.denied |= denied;
            self.lines.push(format!("    {}{}: {}", if denied { "denied: " } else { "" }, hazard.id(), hazard.title()));
        }
    }
}
