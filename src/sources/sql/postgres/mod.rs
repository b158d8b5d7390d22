//! PostgreSQL's statements.

use super::Reader;
use super::cursor::Read;
use super::lexis;
use super::statement::Statement;
use crate::sources::Outcome;

/// PostgreSQL's row of the readers.
pub static READER: Reader = Reader { dialects: &["postgres"], lexis: &lexis::POSTGRES, ignored: IGNORED, read };

/// Statements without an effect on a schema.
const IGNORED: &[(&str, &str)] = &[("BEGIN", "transaction")];

fn read(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    Err(statement.fault("not understood"))
}
