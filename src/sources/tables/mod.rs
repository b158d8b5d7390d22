//! Tabular dumps: what client programs print of a schema, read into the operations that the equivalent SQL has.

mod grid;
mod information_schema;
mod lines;
mod mysql;
mod psql;
mod script;
mod words;

use super::Reading;
use super::detect::Format;
use crate::base::{FileId, Files};
use crate::dialects::Dialect;

/// Reads files of one tabular format as one text; `None` for formats of other readers.
pub fn read(files: &Files, ids: &[FileId], format: Format, dialect: &'static dyn Dialect) -> Option<Reading> {
    match format {
        Format::SqliteMaster => Some(super::sql::sqlite::read_listings(files, ids)),
        Format::PsqlDescribe => Some(psql::read(files, ids, dialect)),
        Format::ShowColumns | Format::ShowCreate => Some(mysql::read(files, ids, dialect)),
        Format::InformationSchema => Some(information_schema::read(files, ids, dialect)),
        Format::Sql => None,
    }
}

#[cfg(test)]
mod tests;
