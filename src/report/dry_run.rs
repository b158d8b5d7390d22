//! What a script would create and what already exists, without the script.

use crate::compile::Compiled;
use crate::ir::{Action, Kind, released};
use crate::plan::touched;

/// One line for each object that is made, changed or dropped, and for each relation that is there already.
pub fn lines(compiled: &Compiled) -> String {
    let schema = &compiled.compared.schema;
    let mut out = String::new();
    for object in schema.desired.iter().filter(|object| object.key.kind.is_relation() && object.key.kind != Kind::Sequence) {
        if schema.live.contains(object.key) {
            out += &format!("already exists  {}\n", object.key);
        }
    }
    for planned in &compiled.plan.steps {
        let key = planned.step.key;
        let held = if planned.held { " (held)" } else { "" };
        let line = match &planned.step.action {
            Action::Create { .. } if planned.statements.is_empty() => continue,
            Action::Create { .. } => format!("would create    {key}{held}{}\n", columns(touched(&planned.step).len() - 1)),
            Action::Drop { .. } => format!("would drop      {key}{held}\n"),
            Action::Alter { attrs } => {
                let facts: Vec<&str> = attrs.iter().map(|attr| attr.spec().label).collect();
                format!("would change    {key}{held}: {}\n", facts.join(", "))
            }
            Action::Release => format!("would change    {key}{held}: {}\n", released(key).spec().label),
            Action::Rename { to } | Action::Move { to } => format!("would rename    {key}{held} to {to}\n"),
            Action::Rebuild => format!("would make anew {key}{held}\n"),
        };
        out += &line;
    }
    if compiled.plan.is_empty() {
        out.push_str("nothing to do\n");
    }
    out
}

fn columns(parts: usize) -> String {
    if parts == 0 { String::new() } else { format!(" with {parts} part(s)") }
}
