//! From a schema as written to a schema in which two can be compared.

use crate::base::Diagnostic;
use crate::dialects::Dialect;
use crate::ir::{Canonical, Schema, Written};

/// The canonical form of a schema, and what could not be brought to one.
pub fn normalise(mut schema: Schema<Written>, dialect: &dyn Dialect) -> (Schema<Canonical>, Vec<Diagnostic>) {
    let diagnostics = dialect.canonicalise(&mut schema);
    (schema.into_state(), diagnostics)
}
