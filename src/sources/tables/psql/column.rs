//! The columns of a relation: one row of the grid each.

use super::super::grid::{Grid, Row};
use super::grammar::{self, DefaultCell};
use super::names::quote;

/// What a row says, from the layout of psql 10 and later or of earlier versions.
#[derive(Clone, Debug)]
pub struct Column<'g> {
    pub name: &'g str,
    pub data_type: &'g str,
    pub collation: &'g str,
    pub not_null: bool,
    pub default: DefaultCell<'g>,
    pub row: &'g Row,
}

/// Reads every row; the second list holds the rows that are not understood.
pub fn columns(grid: &Grid) -> (Vec<Column<'_>>, Vec<&Row>) {
    let mut columns = Vec::new();
    let mut strange = Vec::new();
    for row in &grid.rows {
        match column(grid, row) {
            Some(column) => columns.push(column),
            None => strange.push(row),
        }
    }
    (columns, strange)
}

fn column<'g>(grid: &'g Grid, row: &'g Row) -> Option<Column<'g>> {
    let (name, data_type) = (grid.cell(row, "Column"), grid.cell(row, "Type"));
    if name.is_empty() || data_type.is_empty() {
        return None;
    }
    if grid.column("Modifiers").is_some() {
        let (rest, said) = grammar::modifiers_cell(grid.cell(row, "Modifiers")).ok()?;
        let default = said.default.map_or(DefaultCell::None, DefaultCell::Expression);
        let column = Column { name, data_type, collation: said.collation.unwrap_or(""), not_null: said.not_null, default, row };
        return rest.is_empty().then_some(column);
    }
    let not_null = match grid.cell(row, "Nullable") {
        "" => false,
        "not null" => true,
        _ => return None,
    };
    let (_, default) = grammar::default_cell(grid.cell(row, "Default")).ok()?;
    Some(Column { name, data_type, collation: grid.cell(row, "Collation"), not_null, default, row })
}

impl Column<'_> {
    /// The column's definition without its NOT NULL constraint's name.
    pub fn definition(&self, options: &str) -> String {
        let mut sql = format!("{} {}", quote(self.name), self.data_type);
        if !self.collation.is_empty() {
            sql += &format!(" COLLATE {}", collation(self.collation));
        }
        if !options.is_empty() {
            sql += &format!(" OPTIONS {options}");
        }
        sql += &match self.default {
            DefaultCell::None => String::new(),
            DefaultCell::Identity(when) => format!(" GENERATED {} AS IDENTITY", when.to_uppercase()),
            DefaultCell::Generated { expression, stored } => {
                format!(" GENERATED ALWAYS AS ({expression}) {}", if stored { "STORED" } else { "VIRTUAL" })
            }
            DefaultCell::Expression(text) => format!(" DEFAULT {text}"),
        };
        sql
    }
}

/// A collation as it must be written: psql prints the name alone, and the server's own stand in pg_catalog.
fn collation(name: &str) -> String {
    let own = ["C", "POSIX", "default", "ucs_basic", "unicode", "pg_c_utf8", "pg_unicode_fast"].contains(&name)
        || name.contains("-x-icu")
        || name.contains(".utf8")
        || is_locale(name);
    if own { format!("pg_catalog.{}", quote(name)) } else { quote(name) }
}

/// `de_DE`: a locale of the operating system.
fn is_locale(name: &str) -> bool {
    let letters: Vec<char> = name.chars().collect();
    matches!(letters.as_slice(), [a, b, '_', c, d] if a.is_lowercase() && b.is_lowercase() && c.is_uppercase() && d.is_uppercase())
}
