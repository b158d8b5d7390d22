//! From a schema as written to a schema in which two can be compared.

use crate::base::Diagnostic;
use crate::dialects::{Dialect, Memo};
use crate::ir::{Canonical, Schema, Written};

/// The canonical form of a schema, and what could not be brought to one. What `memo` knows of a like schema is not made again.
pub fn normalise(mut schema: Schema<Written>, dialect: &dyn Dialect, memo: &mut Memo) -> (Schema<Canonical>, Vec<Diagnostic>) {
    let diagnostics = dialect.canonicalise(&mut schema, memo);
    (schema.into_state(), diagnostics)
}
