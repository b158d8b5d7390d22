//! Tables and foreign tables: from a block to the statements that would make it.

use super::super::script::{Phase, Script};
use super::blocks::Block;
use super::column::{self, Column};
use super::grammar::{self, DefaultCell, NotNullLine};
use super::names::{self, quote, relation};
use super::{Text, keys};
use crate::dialects::postgres::storage;
use crate::ir::{Attr, Key, Kind};

/// Writes everything that the block of a table says.
pub fn write(block: &Block<'_>, text: &mut Text<'_, '_>) {
    create(block, text);
    columns(block, text);
    keys::write(block, text);
    settings(block, text);
}

/// What stands in front of the name.
fn opening(block: &Block<'_>) -> &'static str {
    match block.title.what {
        "Foreign table" => "CREATE FOREIGN TABLE",
        "Unlogged table" | "Unlogged partitioned table" => "CREATE UNLOGGED TABLE",
        "Temporary table" => "CREATE TEMPORARY TABLE",
        _ => "CREATE TABLE",
    }
}

fn create(block: &Block<'_>, text: &mut Text<'_, '_>) {
    let (columns, strange) = column::columns(&block.grid);
    for row in strange {
        text.unknown(row.span, "a column");
    }
    for line in block.lines("Not-null constraints").filter(|line| grammar::not_null_line(line.text.trim()).is_err()) {
        text.unknown(line.span, "a not-null constraint");
    }
    let parents = parents(block, text.blocks);
    let mut elements: Vec<String> = Vec::new();
    for column in &columns {
        let inherited = parents.iter().find_map(|parent| same_column(parent, column));
        match inherited {
            Some(above) => own_default(block, column, &above, text.script),
            None => elements.push(element(block, column)),
        }
    }
    elements.extend(keys::inline_checks(block, &parents, text));
    let mut sql = format!("{} {}", opening(block), relation(&block.title));
    match block.text("Typed table of type") {
        Some(of_type) => sql += &typed(&of_type, &columns, block),
        None => sql += &format!(" (\n    {}\n)", elements.join(",\n    ")),
    }
    sql += &clauses(block, !parents.is_empty());
    text.script.sql(Phase::Table, sql, block.line.span);
    attach(block, text);
}

/// The blocks of the tables that this one inherits from; those that are not shown cannot be told apart from its own part.
pub fn parents<'b, 't>(block: &Block<'_>, blocks: &'b [Block<'t>]) -> Vec<&'b Block<'t>> {
    let Some(list) = block.text("Inherits") else { return Vec::new() };
    let names = grammar::name_list(&list).map(|(_, names)| names).unwrap_or_default();
    names.iter().filter_map(|name| names::find(blocks, name)).collect()
}

fn same_column<'b>(parent: &'b Block<'_>, column: &Column<'_>) -> Option<Column<'b>> {
    column::columns(&parent.grid).0.into_iter().find(|above| above.name == column.name)
}

/// An inherited column's default may be its own.
fn own_default(block: &Block<'_>, column: &Column<'_>, above: &Column<'_>, script: &mut Script) {
    let table = relation(&block.title);
    let span = column.row.span;
    if column.default != above.default {
        let action = match column.default {
            DefaultCell::Expression(default) => format!("SET DEFAULT {default}"),
            _ => "DROP DEFAULT".to_owned(),
        };
        script.sql(Phase::Column, format!("ALTER TABLE ONLY {table} ALTER COLUMN {} {action}", quote(column.name)), span);
    }
    if column.not_null && !above.not_null {
        script.sql(Phase::Column, format!("ALTER TABLE ONLY {table} ALTER COLUMN {} SET NOT NULL", quote(column.name)), span);
    }
}

/// One column in the list of a CREATE TABLE.
fn element(block: &Block<'_>, column: &Column<'_>) -> String {
    let options = FDW_OPTIONS.iter().map(|header| block.grid.cell(column.row, header)).find(|cell| !cell.is_empty()).unwrap_or("");
    let mut sql = match column.default {
        DefaultCell::Identity(_) => Column { default: DefaultCell::None, ..column.clone() }.definition(options),
        _ => column.definition(options),
    };
    match not_null(block, column.name) {
        Some(line) if line.suffix.contains("NOT VALID") => {}
        Some(line) => sql += &format!(" CONSTRAINT {} NOT NULL{}", quote(line.name), no_inherit(&line)),
        None if column.not_null => sql += " NOT NULL",
        None => {}
    }
    sql
}

const FDW_OPTIONS: &[&str] = &["FDW options", "FDW Options"];

/// The named NOT NULL of a column (PostgreSQL 18 and later show it).
fn not_null<'t>(block: &Block<'t>, column: &str) -> Option<NotNullLine<'t>> {
    let lines = block.lines("Not-null constraints").filter_map(|line| grammar::not_null_line(line.text.trim()).ok());
    lines.map(|(_, line)| line).find(|line| line.column == column)
}

fn no_inherit(line: &NotNullLine<'_>) -> &'static str {
    if line.suffix.contains("NO INHERIT") { " NO INHERIT" } else { "" }
}

/// `OF type (column WITH OPTIONS …)`: only what the type does not say.
fn typed(of_type: &str, columns: &[Column<'_>], block: &Block<'_>) -> String {
    let own: Vec<String> = columns
        .iter()
        .filter(|column| column.not_null || column.default != DefaultCell::None)
        .map(|column| element(block, &Column { data_type: "WITH OPTIONS", collation: "", ..column.clone() }))
        .collect();
    let list = if own.is_empty() { String::new() } else { format!(" ({})", own.join(", ")) };
    format!(" OF {of_type}{list}")
}

/// What stands after the list of columns.
fn clauses(block: &Block<'_>, inherits: bool) -> String {
    let mut sql = String::new();
    if let Some(parents) = block.text("Inherits").filter(|_| inherits) {
        sql += &format!(" INHERITS ({parents})");
    }
    if let Some(key) = block.text("Partition key") {
        sql += &format!(" PARTITION BY {key}");
    }
    if let Some(server) = block.text("Server") {
        sql += &format!(" SERVER {server}");
    }
    if let Some(options) = FDW_OPTIONS.iter().find_map(|heading| block.text(heading)) {
        sql += &format!(" OPTIONS {options}");
    }
    if let Some(method) = block.text("Access method").filter(|method| method != "heap") {
        sql += &format!(" USING {method}");
    }
    if let Some(options) = block.text("Options") {
        sql += &format!(" WITH ({})", options_of(&options));
    }
    if let Some(tablespace) = block.text("Tablespace") {
        sql += &format!(" TABLESPACE {tablespace}");
    }
    sql
}

/// `fillfactor=70` as a statement takes it: every value quoted.
pub fn options_of(printed: &str) -> String {
    let options = grammar::option_list(printed).map(|(_, options)| options).unwrap_or_default();
    let written: Vec<String> = options.iter().map(|(name, value)| format!("{name}={}", names::literal(value))).collect();
    written.join(", ")
}

fn attach(block: &Block<'_>, text: &mut Text<'_, '_>) {
    let Some(section) = block.section("Partition of") else { return };
    match grammar::partition_of(section.inline) {
        Ok((_, (parent, bound))) => {
            let sql = format!("ALTER TABLE ONLY {} ATTACH PARTITION {} {bound}", text.qualified(parent), relation(&block.title));
            text.script.sql(Phase::Attach, sql, section.line.span);
        }
        Err(_) => text.unknown(section.line.span, "a partition's bound"),
    }
}

/// Statements for single columns: identity, storage, compression, statistics, comments.
fn columns(block: &Block<'_>, text: &mut Text<'_, '_>) {
    for column in column::columns(&block.grid).0 {
        if let DefaultCell::Identity(when) = column.default {
            identity(block, &column, when, text);
        }
        if let Some(line) = not_null(block, column.name).filter(|line| line.suffix.contains("NOT VALID")) {
            let action = format!("ADD CONSTRAINT {} NOT NULL {} NOT VALID", quote(line.name), quote(column.name));
            text.script.sql(Phase::Key, format!("ALTER TABLE {} {action}", relation(&block.title)), column.row.span);
        }
        storage(block, &column, text);
        let cell = |header: &str| block.grid.cell(column.row, header);
        for (value, words) in [(cell("Compression"), "SET COMPRESSION"), (cell("Stats target"), "SET STATISTICS")] {
            if !value.is_empty() {
                alter(block, &column, &format!("{words} {value}"), text.script);
            }
        }
        comment(block, &column, text.script);
    }
}

fn alter(block: &Block<'_>, column: &Column<'_>, action: &str, script: &mut Script) {
    let kind = if block.title.what == "Foreign table" { "FOREIGN TABLE" } else { "TABLE" };
    let sql = format!("ALTER {kind} ONLY {} ALTER COLUMN {} {action}", relation(&block.title), quote(column.name));
    script.sql(Phase::Column, sql, column.row.span);
}

/// The sequence of an identity column is shown by its own block, or not at all.
fn identity(block: &Block<'_>, column: &Column<'_>, when: &str, text: &mut Text<'_, '_>) {
    let owner = [block.title.namespace, block.title.name, column.name];
    let sequence = text.identities.iter().find(|sequence| sequence.column == owner).map(|sequence| sequence.options.clone());
    let options = sequence.map_or(String::new(), |options| format!(" ({options})"));
    let action = format!("ADD GENERATED {} AS IDENTITY{options}", when.to_uppercase());
    alter(block, column, &action, text.script);
}

fn storage(block: &Block<'_>, column: &Column<'_>, text: &mut Text<'_, '_>) {
    let shown = block.grid.cell(column.row, "Storage");
    if shown.is_empty() {
        return;
    }
    match storage::of_type(column.data_type) {
        Some(usual) if usual == shown => {}
        None if shown != "external" => text.unseen_fact(column_key(block, column), Attr::Storage),
        _ => alter(block, column, &format!("SET STORAGE {}", shown.to_uppercase()), text.script),
    }
}

pub fn column_key(block: &Block<'_>, column: &Column<'_>) -> Key {
    names::key(Kind::Table, &block.title).child(Kind::Column, column.name.into())
}

/// A comment on a column of any relation.
pub fn comment(block: &Block<'_>, column: &Column<'_>, script: &mut Script) {
    let said = block.grid.cell(column.row, "Description");
    if !said.is_empty() {
        let sql = format!("COMMENT ON COLUMN {}.{} IS {}", relation(&block.title), quote(column.name), names::literal(said));
        script.sql(Phase::Comment, sql, column.row.span);
    }
}

fn settings(block: &Block<'_>, text: &mut Text<'_, '_>) {
    let Some(section) = block.section("Replica Identity") else { return };
    let sql = format!("ALTER TABLE ONLY {} REPLICA IDENTITY {}", relation(&block.title), section.inline);
    text.script.sql(Phase::Setting, sql, section.line.span);
}
