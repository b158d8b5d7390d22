//! Objects of which desired does not say who makes them, behind default privileges of one role: whether they get those depends on
//! who runs the text.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{Code, Diagnostic, Severity};
use crate::ir::{Attr, Object, Pair, Schema, Value, Written};

/// The faults of desired, one for each role that owns something in live: it may well be the one who runs the text.
pub fn unsettled(side: Pair<&Schema<Written>>) -> Vec<Diagnostic> {
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let doubts: Vec<(&Object, &str)> = makers(side.desired).filter(|(_, role)| told.insert(role)).collect();
    let owns = |role: &str| side.live.standing().any(|object| object.text(Attr::Owner) == Some(role));
    doubts.into_iter().filter(|(_, role)| owns(role)).map(|(made, role)| fault(made, role)).collect()
}

fn fault(made: &Object, role: &str) -> Diagnostic {
    let message =
        format!("whether {} gets the default privileges of {role} depends on who makes it, which the text does not say", made.key);
    let help = "write SET ROLE before it; or move ALTER DEFAULT PRIVILEGES behind the objects that it is not for";
    Diagnostic::new(Code::Contradiction, made.span, message).severity(Severity::Error).help(help)
}

/// One line for the head of a script: by whom new objects are taken not to be made.
pub fn taken(side: Pair<&Schema<Written>>) -> Option<String> {
    let roles: BTreeSet<&str> = makers(side.desired).map(|(_, role)| role).collect();
    let names: Vec<&str> = roles.into_iter().collect();
    let said = "privileges of objects that desired would give if these roles made them, which it does not say";
    (!names.is_empty()).then(|| format!("{said}: {}", names.join(", ")))
}

/// The objects with the roles that may have made them.
fn makers(desired: &Schema<Written>) -> impl Iterator<Item = (&Object, &str)> {
    desired.standing().flat_map(|object| {
        let roles: &[Arc<str>] = match object.get(Attr::Makers) {
            Some(Value::Labels(roles)) => roles,
            _ => &[],
        };
        roles.iter().map(move |role| (object, &**role))
    })
}
