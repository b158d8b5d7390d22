//! MySQL's and MariaDB's `information_schema.columns` (MySQL manual, 28.3.8).

use super::super::mysql::default::{Context, Meaning, Origin, meaning};
use super::super::mysql::table::{Column, Table};
use super::super::mysql::{self, grammar::Extra};
use super::super::script::{Phase, Script};
use super::{Record, Relation, Said, grammar};
use crate::ir::{Attr, Kind};

/// Facts of a column and the headers without which they are unseen.
const HEADERS: &[(&[&str], &[Attr])] = &[
    (&["column_type"], &[Attr::Type]),
    (&["column_default"], &[Attr::Default]),
    (&["is_nullable"], &[Attr::NotNull]),
    (&["extra"], &[Attr::AutoIncrement, Attr::OnUpdateValue, Attr::Invisible, Attr::Generated, Attr::GeneratedAs]),
    (&["extra", "generation_expression"], &[Attr::Generated, Attr::GeneratedAs]),
    (&["collation_name"], &[Attr::Collation]),
    (&["column_comment"], &[Attr::Comment]),
];

/// Writes every table and says what the listing does not show.
pub fn write(relations: &[Relation<'_>], script: &mut Script, said: &mut Said, marks_expressions: bool) {
    let origin = if marks_expressions { Origin::Bare } else { Origin::Quoted };
    let mut tables = Vec::new();
    for relation in relations {
        let columns = relation.rows.iter().filter_map(|row| column(row, origin, said)).collect();
        tables.push(Table { name: relation.name.to_owned(), span: relation.span, columns, indexes: None });
    }
    said.coverage = mysql::coverage::of(&tables, &[], None, true);
    said.unseen_without(relations, HEADERS);
    let keys_shown = relations.iter().all(|relation| relation.rows.iter().all(|row| row.raw("column_key").is_some()));
    if !keys_shown {
        said.coverage.unseen_kinds.insert(Kind::PrimaryKey);
    }
    for table in &tables {
        script.sql(Phase::Table, table.create(), table.span);
    }
}

fn column<'g>(row: &Record<'g>, origin: Origin, said: &mut Said) -> Option<Column<'g>> {
    let extras: Vec<Extra<'g>> = match mysql::grammar::extra_cell(row.raw("extra").unwrap_or("").trim()) {
        Ok(("", extras)) => extras,
        _ => {
            said.unknown(row.row.span, "a column's EXTRA");
            return None;
        }
    };
    let data_type = row.get("column_type").or(row.get("data_type"))?;
    let context =
        Context { data_type, generated: extras.contains(&Extra::DefaultGenerated), origin, marks_expressions: origin == Origin::Bare };
    Some(Column {
        name: row.get("column_name")?,
        data_type,
        nullable: row.get("is_nullable").and_then(|cell| grammar::yes_or_no(cell).ok()).is_none_or(|(_, yes)| yes),
        default: row.raw("column_default").map_or(Meaning::None, |cell| meaning(cell, context)),
        extras,
        generation: row.get("generation_expression"),
        collation: row.get("collation_name"),
        comment: row.get("column_comment"),
        is_primary: row.get("column_key") == Some("PRI"),
    })
}
