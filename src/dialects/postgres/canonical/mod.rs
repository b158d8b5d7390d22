//! From a schema as written to the form in which the server would print it, so that two can be compared.

use crate::base::Diagnostic;
use crate::ir::{Canonical, Pair, Schema, Written};

pub fn initial() -> Schema<Written> {
    Schema::default()
}

pub fn canonicalise(_schema: &mut Schema<Written>) -> Vec<Diagnostic> {
    Vec::new()
}

pub fn align(_pair: Pair<&mut Schema<Canonical>>) {}
