//! From the rows of SHOW COLUMNS and SHOW INDEX to the parts of a table.

use super::super::grid::{Grid, Row};
use super::default::{Context, Origin, meaning};
use super::grammar::{self, Extra};
use super::table::{Column, Element, Index};

/// One column; `None` where a cell holds what no server prints there.
pub fn column<'g>(grid: &'g Grid, row: &'g Row, marks_expressions: bool) -> Option<Column<'g>> {
    let cell = |header: &str| grid.cell(row, header);
    let (left, extras) = grammar::extra_cell(cell("Extra")).ok()?;
    let nullable = match cell("Null") {
        "YES" => true,
        "NO" | "" => false,
        _ => return None,
    };
    let data_type = cell("Type");
    if !left.is_empty() || data_type.is_empty() || cell("Field").is_empty() {
        return None;
    }
    let context = Context { data_type, generated: extras.contains(&Extra::DefaultGenerated), origin: Origin::Bare, marks_expressions };
    let shown = |header: &str| grid.column(header).map(|_| cell(header)).filter(|text| *text != "NULL");
    Some(Column {
        name: cell("Field"),
        data_type,
        nullable,
        default: meaning(cell("Default"), context),
        extras,
        generation: None,
        collation: shown("Collation"),
        comment: shown("Comment"),
        is_primary: cell("Key") == "PRI",
    })
}

/// The indexes of one table, in the order of their first rows.
pub fn indexes<'g>(grid: &'g Grid, rows: &[&'g Row]) -> Vec<Index<'g>> {
    let mut indexes: Vec<Index<'_>> = Vec::new();
    for row in rows {
        let cell = |header: &str| grid.cell(row, header).trim();
        let known = |header: &str| Some(cell(header)).filter(|text| !text.is_empty() && *text != "NULL");
        let method = cell("Index_type");
        let expression = known("Expression");
        let element = Element {
            target: expression.unwrap_or(cell("Column_name")),
            is_expression: expression.is_some(),
            prefix: known("Sub_part").filter(|_| method != "SPATIAL"),
            descending: cell("Collation") == "D",
        };
        match indexes.iter_mut().find(|index| index.name == cell("Key_name")) {
            Some(index) => index.elements.push(element),
            None => indexes.push(Index {
                name: cell("Key_name"),
                unique: cell("Non_unique") == "0",
                method,
                comment: known("Index_comment").unwrap_or(""),
                hidden: hidden(cell("Visible"), cell("Ignored")),
                elements: vec![element],
            }),
        }
    }
    indexes
}

fn hidden(visible: &str, ignored: &str) -> &'static str {
    match (visible, ignored) {
        ("NO", _) => " INVISIBLE",
        (_, "YES") => " IGNORED",
        _ => "",
    }
}
