//! Constraints: their clause in CREATE TABLE, and the statements that add, change and drop them.

use crate::ir::{Attr, Hazard, Key, Kind, Object, Statement};

use super::column::bare;
use super::ident::{list, qualified, quote, relation};
use super::index;
use super::{Desired, Sides, alter_relation, options};

/// `CONSTRAINT name CHECK (…)` and its kin.
pub fn clause(constraint: &Object) -> String {
    let mut out = format!("CONSTRAINT {} ", quote(constraint.key.name));
    match constraint.key.kind {
        Kind::PrimaryKey => out.push_str(&format!("PRIMARY KEY ({})", key_columns(constraint))),
        Kind::Unique if constraint.has(Attr::NullsNotDistinct) => {
            out.push_str(&format!("UNIQUE NULLS NOT DISTINCT ({})", key_columns(constraint)));
        }
        Kind::Unique => out.push_str(&format!("UNIQUE ({})", key_columns(constraint))),
        Kind::Check => out.push_str(&format!("CHECK ({})", bare(constraint.text(Attr::Expression).unwrap_or("true")))),
        Kind::Exclusion => push_exclusion(&mut out, constraint),
        Kind::ForeignKey => push_reference(&mut out, constraint),
        _ => {}
    }
    push_index_options(&mut out, constraint);
    push_state(&mut out, constraint);
    out
}

/// `a, b WITHOUT OVERLAPS`.
fn key_columns(constraint: &Object) -> String {
    let overlaps = if constraint.has(Attr::Period) { " WITHOUT OVERLAPS" } else { "" };
    format!("{}{overlaps}", list(constraint.names(Attr::Columns)))
}

fn push_exclusion(out: &mut String, constraint: &Object) {
    let method = constraint.text(Attr::Method).map_or(String::new(), |method| format!("USING {method} "));
    let parts: Vec<String> = constraint.parts(Attr::Parts).iter().map(index::element).collect();
    out.push_str(&format!("EXCLUDE {method}({})", parts.join(", ")));
}

fn push_reference(out: &mut String, constraint: &Object) {
    let columns = period_columns(constraint, constraint.names(Attr::Columns));
    let referenced = constraint.key_of(Attr::References).map_or(String::new(), |key| qualified(key.namespace, key.name));
    out.push_str(&format!("FOREIGN KEY ({columns}) REFERENCES {referenced}"));
    let names = constraint.names(Attr::ReferencedColumns);
    if !names.is_empty() {
        out.push_str(&format!(" ({})", period_columns(constraint, names)));
    }
    for (attr, words) in [(Attr::Match, "MATCH"), (Attr::OnDelete, "ON DELETE"), (Attr::OnUpdate, "ON UPDATE")] {
        if let Some(action) = constraint.text(attr) {
            out.push_str(&format!(" {words} {}", action_words(action)));
        }
    }
}

/// The action's words in capitals; the column list of SET NULL as it is.
fn action_words(action: &str) -> String {
    match action.split_once('(') {
        Some((words, columns)) => format!("{} ({columns}", words.trim().to_uppercase()),
        None => action.to_uppercase(),
    }
}

/// The columns of a foreign key, the last one after PERIOD where it is temporal.
fn period_columns(constraint: &Object, names: &[crate::base::Name]) -> String {
    match names.split_last() {
        Some((last, rest)) if constraint.has(Attr::Period) => {
            let mut parts: Vec<String> = rest.iter().map(|name| quote(*name)).collect();
            parts.push(format!("PERIOD {}", quote(*last)));
            parts.join(", ")
        }
        _ => list(names),
    }
}

/// What belongs to the index under a constraint.
fn push_index_options(out: &mut String, constraint: &Object) {
    if matches!(constraint.key.kind, Kind::Check | Kind::ForeignKey) {
        return;
    }
    if !constraint.names(Attr::Include).is_empty() {
        out.push_str(&format!(" INCLUDE ({})", list(constraint.names(Attr::Include))));
    }
    out.push_str(&options::with(constraint));
    if let Some(tablespace) = constraint.text(Attr::Tablespace) {
        out.push_str(&format!(" USING INDEX TABLESPACE {}", quote(tablespace.into())));
    }
    if let Some(predicate) = constraint.text(Attr::Where) {
        out.push_str(&format!(" WHERE ({})", bare(predicate)));
    }
}

fn push_state(out: &mut String, constraint: &Object) {
    if constraint.has(Attr::NoInherit) {
        out.push_str(" NO INHERIT");
    }
    if let Some(deferrable) = constraint.text(Attr::Deferrable) {
        out.push_str(&format!(" {}", deferral(deferrable)));
    }
    if constraint.has(Attr::NotEnforced) {
        out.push_str(" NOT ENFORCED");
    }
    if constraint.has(Attr::NotValid) {
        out.push_str(" NOT VALID");
    }
}

/// The words of a deferrable constraint.
pub fn deferral(text: &str) -> &'static str {
    if text.to_ascii_lowercase().contains("deferred") { "DEFERRABLE INITIALLY DEFERRED" } else { "DEFERRABLE" }
}

/// `ALTER TABLE … ADD CONSTRAINT`, or ALTER DOMAIN.
pub fn create(constraint: &Object, desired: Desired) -> Vec<Statement> {
    let table = alter_relation(constraint.key, desired);
    let sql = format!("{table}\n    ADD {}", clause(constraint));
    let mut statement = Statement::new(sql, format!("New {} {}.", constraint.key.kind.spec().noun, constraint.key.name));
    if !constraint.has(Attr::NotValid) {
        statement = statement.hazard(Hazard::MayFail);
    }
    let mut statements = vec![statement];
    statements.extend(index::roles(constraint.key, desired));
    statements
}

/// `DROP CONSTRAINT`.
pub fn drop(constraint: &Object, sides: Sides) -> Statement {
    let table = super::drop_from(constraint.key, sides);
    let sql = format!("{table}\n    DROP CONSTRAINT {}", quote(constraint.key.name));
    Statement::new(sql, format!("The {} {} goes.", constraint.key.kind.spec().noun, constraint.key.name))
}

/// Facts that change in place: validity, and when a foreign key is looked at.
pub fn alter(attrs: &[Attr], desired: &Object, side: Desired) -> Vec<Statement> {
    let table = alter_relation(desired.key, side);
    let name = quote(desired.key.name);
    let mut statements = Vec::new();
    if attrs.contains(&Attr::Deferrable) {
        let words = desired.text(Attr::Deferrable).map_or("NOT DEFERRABLE", deferral);
        let words = if words == "DEFERRABLE" { "DEFERRABLE INITIALLY IMMEDIATE" } else { words };
        let sql = format!("{table}\n    ALTER CONSTRAINT {name} {words}");
        statements.push(Statement::new(sql, format!("When {} is looked at.", desired.key.name)));
    }
    if attrs.contains(&Attr::NotValid) {
        let sql = format!("{table}\n    VALIDATE CONSTRAINT {name}");
        let why = format!("All rows of {} are looked at.", relation(desired.key));
        statements.push(Statement::new(sql, why).hazard(Hazard::MayFail));
    }
    statements
}

/// Whether the same constraint stands on a parent of a partition, which brings it along.
pub fn comes_from_parent(part: &Object, parent: Key, desired: Desired) -> bool {
    let above = Key { namespace: parent.namespace, owner: parent.name, ..part.key };
    part.has(Attr::PartitionOf) || part.has(Attr::Inherited) || (part.key.kind == Kind::Check && desired.contains(above))
}
