//! The plan for a terminal: a summary, then each step with its reason and hazards.

use std::fmt::Write;

use crate::compile::Compiled;
use crate::ir::Action;
use crate::plan::Planned;

/// Renders the plan as plain text.
pub fn plan(compiled: &Compiled) -> String {
    let steps = &compiled.plan.steps;
    let mut out = String::new();
    if steps.is_empty() {
        return "No difference.\n".to_string();
    }
    let count = |wanted: fn(&Action) -> bool| steps.iter().filter(|planned| wanted(&planned.step.action)).count();
    let _ = writeln!(
        out,
        "{} to make, {} to change, {} to rename, {} to drop, {} held",
        count(|action| matches!(action, Action::Create { .. })),
        count(|action| matches!(action, Action::Alter { .. } | Action::Rebuild)),
        count(|action| matches!(action, Action::Rename { .. } | Action::Move { .. })),
        count(|action| matches!(action, Action::Drop { .. })),
        steps.iter().filter(|planned| planned.held).count()
    );
    for planned in steps {
        step(&mut out, planned);
    }
    out
}

fn step(out: &mut String, planned: &Planned) {
    let held = if planned.held { " (held)" } else { "" };
    let _ = writeln!(out, "\n{} {}{held}", verb(&planned.step.action), planned.step.key);
    for statement in &planned.statements {
        let hazards: Vec<&str> = statement.hazards.iter().map(|hazard| hazard.title()).collect();
        if !hazards.is_empty() {
            let _ = writeln!(out, "    ! {}", hazards.join("; "));
        }
        for line in statement.sql.lines() {
            let _ = writeln!(out, "    {line}");
        }
    }
}

/// The word for what a step does.
pub fn verb(action: &Action) -> &'static str {
    match action {
        Action::Create { .. } => "make",
        Action::Drop { .. } => "drop",
        Action::Alter { .. } => "change",
        Action::Rename { .. } => "rename",
        Action::Move { .. } => "move",
        Action::Rebuild => "rebuild",
    }
}
