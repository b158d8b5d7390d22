//! Views, materialized views and composite types. `\d` shows a view's columns but not its query; `\d+` shows both.

use super::super::script::Phase;
use super::blocks::Block;
use super::column::{self, Column};
use super::grammar::{self, DefaultCell};
use super::names::{self, quote, relation};
use super::{Text, keys, table};
use crate::ir::{Attr, Kind, Object, Op};
use crate::sources::{Entry, Outcome};

/// Facts of a view that `\d` does not show.
const QUERY_FACTS: &[Attr] = &[Attr::Query, Attr::ColumnNames, Attr::Options, Attr::CheckOption, Attr::Tablespace, Attr::AccessMethod];

/// Writes a view or materialized view.
pub fn write(block: &Block<'_>, text: &mut Text<'_, '_>) {
    let kind = kind(block);
    let query: Vec<&str> = block.lines("View definition").map(|line| line.text).collect();
    let span = block.line.span;
    if query.is_empty() {
        let key = names::key(kind, &block.title);
        text.script.op(Phase::View, Op::create(Object::new(key).at(span)), span);
        text.ledger.push(Entry { span, outcome: Outcome::Modelled });
        QUERY_FACTS.iter().for_each(|attr| text.unseen_fact(key, *attr));
    } else {
        text.script.sql(Phase::View, create(block, kind, query.join("\n").trim_end().trim_end_matches(';')), span);
    }
    for column in column::columns(&block.grid).0 {
        if let DefaultCell::Expression(default) = column.default {
            let sql = format!("ALTER TABLE ONLY {} ALTER COLUMN {} SET DEFAULT {default}", relation(&block.title), quote(column.name));
            text.script.sql(Phase::Setting, sql, column.row.span);
        }
        table::comment(block, &column, text.script);
    }
    keys::write(block, text);
}

pub fn kind(block: &Block<'_>) -> Kind {
    match block.title.what {
        "View" => Kind::View,
        _ => Kind::MaterializedView,
    }
}

fn create(block: &Block<'_>, kind: Kind, query: &str) -> String {
    let printed = block.text("Options").unwrap_or_default();
    let options = grammar::option_list(&printed).map(|(_, options)| options).unwrap_or_default();
    let check = options.iter().find(|(name, _)| *name == "check_option").map(|(_, how)| how.to_uppercase());
    let with: Vec<String> = options
        .iter()
        .filter(|(name, _)| *name != "check_option")
        .map(|(name, value)| format!("{name}={}", names::literal(value)))
        .collect();
    let what = if kind == Kind::View { "VIEW" } else { "MATERIALIZED VIEW" };
    let mut sql = format!("CREATE {what} {}", relation(&block.title));
    if let Some(method) = block.text("Access method").filter(|method| method != "heap") {
        sql += &format!(" USING {method}");
    }
    if !with.is_empty() {
        sql += &format!(" WITH ({})", with.join(", "));
    }
    if let Some(tablespace) = block.text("Tablespace") {
        sql += &format!(" TABLESPACE {tablespace}");
    }
    sql += &format!(" AS\n{query}");
    sql + &check.map(|how| format!("\nWITH {how} CHECK OPTION")).unwrap_or_default()
}

/// Writes a composite type.
pub fn composite(block: &Block<'_>, text: &mut Text<'_, '_>) {
    let (columns, strange) = column::columns(&block.grid);
    for row in strange {
        text.unknown(row.span, "a field");
    }
    let fields: Vec<String> = columns.iter().map(|field| Column { default: DefaultCell::None, ..field.clone() }.definition("")).collect();
    let sql = format!("CREATE TYPE {} AS (\n    {}\n)", relation(&block.title), fields.join(",\n    "));
    text.script.sql(Phase::Type, sql, block.line.span);
    for field in &columns {
        table::comment(block, field, text.script);
    }
}
