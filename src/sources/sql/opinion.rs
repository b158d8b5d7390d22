//! A second opinion on a statement that its reader does not understand: an independent parser says whether the text is at
//! fault, and where, so that the user knows whether to mend the input or to report the reader.

use sqlparser::dialect::dialect_from_str;
use sqlparser::parser::Parser;

/// Longer statements are not asked about: the answer would cost more than it tells.
const LONGEST_BYTES: usize = 100_000;

/// What to do next about a statement that was not understood; `dialect` is a name on the command line.
pub fn on(statement: &str, dialect: &str) -> String {
    let general = "its effect is not compared";
    let name = if dialect == "mariadb" { "mysql" } else { dialect };
    let Some(known) = dialect_from_str(name).filter(|_| statement.len() <= LONGEST_BYTES) else { return general.to_string() };
    match Parser::parse_sql(&*known, statement) {
        Ok(_) => format!("{general}; an independent SQL parser reads it, so the text is sound and this reader falls short"),
        Err(error) => format!("{general}; an independent SQL parser stops as well: {error} (counted from the start of the statement)"),
    }
}
