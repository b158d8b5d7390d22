//! Columns: their definition in CREATE TABLE and ADD COLUMN, and the facts that no definition carries.

use crate::dialects::postgres::{names, storage, types};
use crate::ir::{Attr, Hazard, Key, Kind, Object, Statement, Value};

use super::ident::{quote, relation};
use super::sequence;
use super::{Desired, Sides, options};

/// `name type COLLATE … DEFAULT … NOT NULL`.
pub fn definition(column: &Object, desired: Desired) -> String {
    let mut out = format!("{} {}", quote(column.key.name), column.text(Attr::Type).unwrap_or("text"));
    push_foreign_options(&mut out, column, desired);
    push_collation(&mut out, column);
    push_value(&mut out, column, desired);
    push_not_null(&mut out, column);
    out
}

/// `COLLATE name` where the column has one of its own.
pub fn push_collation(out: &mut String, column: &Object) {
    if let Some(collation) = column.text(Attr::Collation) {
        out.push_str(&format!(" COLLATE {}", super::ident::collation(collation)));
    }
}

fn push_foreign_options(out: &mut String, column: &Object, desired: Desired) {
    let foreign = desired.contains(Key::new(Kind::ForeignTable, column.key.namespace, column.key.owner));
    if foreign {
        out.push_str(&options::foreign_list(column));
    }
}

/// The column's default, generation expression or identity.
fn push_value(out: &mut String, column: &Object, desired: Desired) {
    if let Some(default) = column.text(Attr::Default) {
        out.push_str(&format!(" DEFAULT {default}"));
    }
    if let Some(expression) = column.text(Attr::Generated) {
        out.push_str(&format!(" GENERATED ALWAYS AS ({}) {}", bare(expression), generated_as(column)));
    }
    if let Some(identity) = column.text(Attr::Identity) {
        out.push_str(&format!(" GENERATED {} AS IDENTITY{}", identity.to_uppercase(), sequence::identity_options(column.key, desired)));
    }
}

fn generated_as(column: &Object) -> &'static str {
    if column.text(Attr::GeneratedAs) == Some("virtual") { "VIRTUAL" } else { "STORED" }
}

/// The clause that takes the NULLs from a column that is there. One with a name is kept under it (ALTER TABLE, ADD CONSTRAINT;
/// version 18).
pub fn set_not_null(column: &Object) -> String {
    let name = quote(column.key.name);
    let state = [(Attr::NoInherit, " NO INHERIT"), (Attr::NotValid, " NOT VALID")];
    let state: String = state.into_iter().filter(|(attr, _)| column.has(*attr)).map(|(_, words)| words).collect();
    if column.has(Attr::NotNullName) || !state.is_empty() {
        return format!("ADD CONSTRAINT {} NOT NULL {name}{state}", quote(not_null_name(column).as_str().into()));
    }
    format!("ALTER COLUMN {name} SET NOT NULL")
}

/// The name that a column's NOT NULL constraint has or gets.
pub fn not_null_name(column: &Object) -> String {
    column.text(Attr::NotNullName).map_or_else(|| names::not_null(column.key), str::to_owned)
}

pub fn push_not_null(out: &mut String, column: &Object) {
    // One that is not valid is added to the table that is there.
    if !column.has(Attr::NotNull) || column.has(Attr::NotValid) {
        return;
    }
    if let Some(name) = column.text(Attr::NotNullName) {
        out.push_str(&format!(" CONSTRAINT {}", quote(name.into())));
    }
    out.push_str(if column.has(Attr::NoInherit) { " NOT NULL NO INHERIT" } else { " NOT NULL" });
}

/// An expression without the parentheses that enclose all of it; those of a query belong to it.
pub fn bare(expression: &str) -> &str {
    let trimmed = expression.trim();
    let inner = trimmed.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    match inner {
        Some(inner) if encloses(trimmed) && !is_query(inner) => inner.trim(),
        _ => trimmed,
    }
}

fn is_query(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or("");
    ["select", "values", "with", "table"].iter().any(|query| word.eq_ignore_ascii_case(query))
}

/// Whether the first parenthesis of `text` closes at its very end.
fn encloses(text: &str) -> bool {
    let (mut depth, mut quote) = (0usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
        if depth == 0 && quote.is_none() {
            return at + c.len_utf8() == text.len();
        }
    }
    false
}

/// `ALTER TABLE … ADD COLUMN`, and what the definition cannot carry.
pub fn create(column: &Object, desired: Desired) -> Vec<Statement> {
    let table = super::alter_relation(column.key, desired);
    if let Some(statements) = filled(column, &table, desired) {
        return statements;
    }
    let sql = format!("{table}\n    ADD COLUMN {}", definition(column, desired));
    let mut statement = Statement::new(sql, format!("New column {}.", column.key.name));
    let filled = [Attr::Default, Attr::Generated, Attr::Identity].iter().any(|attr| column.has(*attr)) || is_serial(column);
    if column.has(Attr::NotNull) && !filled {
        statement = statement.hazard(Hazard::MayFail);
    }
    let mut statements = vec![statement];
    statements.extend(extras(column, desired));
    statements
}

/// A required column whose value for the rows that are there is known: they get it as a default, which goes at once.
fn filled(column: &Object, table: &str, desired: Desired) -> Option<Vec<Statement>> {
    let fill = column.text(Attr::Fill).filter(|_| column.has(Attr::NotNull) && !column.has(Attr::Default))?;
    let mut lent = column.clone();
    lent.set(Attr::Fill, None);
    lent.set(Attr::Default, Some(Value::sql(fill)));
    let name = quote(column.key.name);
    let mut statements = vec![Statement::new(
        format!("{table}\n    ADD COLUMN {}", definition(&lent, desired)),
        format!("New column {}; the rows that are there get the model's default.", column.key.name),
    )];
    statements
        .push(Statement::new(format!("{table}\n    ALTER COLUMN {name} DROP DEFAULT"), "New rows are given a value by the application."));
    statements.extend(extras(column, desired));
    Some(statements)
}

pub fn is_serial(column: &Object) -> bool {
    column.text(Attr::Type).is_some_and(|name| name.to_ascii_lowercase().contains("serial"))
}

/// How values are stored and how many of them are looked at for statistics.
pub const SETTINGS: &[Attr] = &[Attr::Storage, Attr::Compression, Attr::StatisticsTarget];

/// Facts that are set by statements of their own.
pub fn extras(column: &Object, desired: Desired) -> Vec<Statement> {
    let mut statements: Vec<Statement> =
        SETTINGS.iter().filter(|attr| column.has(**attr)).filter_map(|attr| setting(column, *attr, desired)).collect();
    let foreign = desired.contains(Key::new(Kind::ForeignTable, column.key.namespace, column.key.owner));
    if column.has(Attr::Options) && !foreign {
        statements.extend(options::column(None, column, desired));
    }
    if column.has(Attr::NotNull) && column.has(Attr::NotValid) && !column.has(Attr::Inherited) {
        let sql = format!("{}\n    {}", super::alter_relation(column.key, desired), set_not_null(column));
        statements.push(Statement::new(sql, format!("{} must not be null in new rows.", column.key.name)));
    }
    statements
}

/// `ALTER COLUMN c SET STORAGE …` and its kin, back to the default where the fact is gone.
pub fn setting(column: &Object, attr: Attr, desired: Desired) -> Option<Statement> {
    let clause = match (attr, column.text(attr)) {
        (Attr::Storage, Some(storage)) => format!("STORAGE {}", storage.to_uppercase()),
        (Attr::Storage, None) => format!("STORAGE {}", default_storage(column)),
        (Attr::Compression, Some(method)) => format!("COMPRESSION {method}"),
        (Attr::Compression, None) => "COMPRESSION default".to_owned(),
        (Attr::StatisticsTarget, Some(target)) => format!("STATISTICS {target}"),
        (Attr::StatisticsTarget, None) => "STATISTICS -1".to_owned(),
        _ => return None,
    };
    let table = super::alter_only(column.key, desired);
    let sql = format!("{table}\n    ALTER COLUMN {} SET {clause}", quote(column.key.name));
    Some(Statement::new(sql, format!("The {} of {} in {}.", attr.spec().label, column.key.name, relation(column.key))))
}

/// The storage that the column's type has by itself; PostgreSQL 16 and later know the word DEFAULT, earlier do not.
fn default_storage(column: &Object) -> String {
    let ty = types::canonical(column.text(Attr::Type).unwrap_or(""));
    storage::of_type(&ty).unwrap_or("extended").to_uppercase()
}

/// `ALTER TABLE … DROP COLUMN`.
pub fn drop(column: &Object, sides: Sides) -> Statement {
    let table = super::drop_from(column.key, sides);
    let sql = format!("{table}\n    DROP COLUMN {}", quote(column.key.name));
    // DROP EXPRESSION does not take a virtual column (manual, ALTER TABLE): made anew as an ordinary one it is empty.
    let settles = sides.desired.get(column.key).is_some_and(|desired| !desired.has(Attr::Generated));
    if column.has(Attr::Generated) && !settles {
        return Statement::new(sql, format!("Column {} is no longer wanted; its values are computed from others.", column.key.name));
    }
    Statement::new(sql, format!("Column {} is no longer wanted; its values go with it.", column.key.name)).hazard(Hazard::Drop)
}
