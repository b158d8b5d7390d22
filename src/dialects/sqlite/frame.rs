//! What stands around a script: references off where a table goes, and a guard that undoes everything where a rebuild lost
//! rows or broke a reference.
//!
//! The guard does not trust the shell to stop at the first error: it counts before and after, and where the counts do not
//! fit, OR ROLLBACK ends the transaction, so that the COMMIT after it finds nothing to commit.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Name;
use crate::dialects::Frame;
use crate::ir::{Action, Attr, Canonical, Key, Kind, Object, Pair, Schema, Step};

use super::names;
use super::write::virtual_table;

/// The lines around a script with these steps.
pub fn around(steps: &[&Step], schema: Pair<&Schema<Canonical>>) -> Frame {
    let keeps = |key: &Key| schema.live.get(*key).is_none_or(|table| virtual_table::content(table).is_none());
    let rebuilt: BTreeSet<Key> = steps.iter().filter(|step| step.action == Action::Rebuild).map(|step| step.key).filter(keeps).collect();
    let drops = steps.iter().any(|step| step.key.kind == Kind::Table && matches!(step.action, Action::Drop { .. }));
    let mut frame = Frame { begin: Some("BEGIN IMMEDIATE;".to_owned()), commit: Some("COMMIT;".to_owned()), ..Frame::default() };
    if drops || !rebuilt.is_empty() {
        frame.before.push("-- With references enforced, DROP TABLE would delete the rows that refer to the table's own.".to_owned());
        frame.before.push("PRAGMA foreign_keys = OFF;".to_owned());
        frame.after.push("-- Set it as the connection had it before: SQLite's own default is OFF.".to_owned());
        frame.after.push("PRAGMA foreign_keys = ON;".to_owned());
    }
    if !rebuilt.is_empty() {
        frame.begin = Some(opening(&rebuilt, schema, steps));
        frame.commit = Some(closing(&rebuilt, schema));
    }
    frame
}

/// BEGIN and the counts before.
fn opening(rebuilt: &BTreeSet<Key>, schema: Pair<&Schema<Canonical>>, steps: &[&Step]) -> String {
    let mut lines = vec![
        "BEGIN IMMEDIATE;".to_owned(),
        String::new(),
        "-- The guard: what each rebuilt table holds, and how many references are broken, before and after.".to_owned(),
        "CREATE TEMP TABLE amend_guard (".to_owned(),
        "    what TEXT NOT NULL,".to_owned(),
        "    had INTEGER NOT NULL,".to_owned(),
        "    kept INTEGER,".to_owned(),
    ];
    let (earlier, filled) = (earlier(steps), filled(rebuilt, schema));
    if !filled.is_empty() {
        lines.push("    CONSTRAINT \"the script has run before\" CHECK (what NOT LIKE 'columns of %' OR kept = had),".to_owned());
    }
    lines.push("    CONSTRAINT \"a rebuild lost rows\" CHECK (what NOT LIKE 'rows of %' OR kept = had),".to_owned());
    lines.push("    CONSTRAINT \"a reference is broken\" CHECK (what NOT LIKE 'references of %' OR kept BETWEEN 0 AND had)".to_owned());
    lines.push(");".to_owned());
    for (key, new) in filled {
        lines.push(format!(
            "INSERT INTO amend_guard (what, had) SELECT {}, count(*) FROM pragma_table_xinfo({}) WHERE lower(name) IN ({});",
            names::literal(&format!("columns of {}", key.name)),
            names::literal(earlier.get(&key.name).unwrap_or(&key.name).as_str()),
            new.iter().map(|name| names::literal(name)).collect::<Vec<_>>().join(", ")
        ));
    }
    for key in rebuilt {
        lines.push(format!(
            "INSERT INTO amend_guard (what, had) SELECT {}, count(*) FROM {};",
            names::literal(&format!("rows of {}", key.name)),
            earlier.get(&key.name).map_or_else(|| names::relation(schema.live, key.name), |name| names::quoted(name.as_str()))
        ));
    }
    for key in watched(rebuilt, schema) {
        lines.push(format!(
            "INSERT INTO amend_guard (what, had) SELECT {}, count(*) FROM pragma_foreign_key_check({});",
            names::literal(&format!("references of {}", key.name)),
            names::literal(earlier.get(&key.name).unwrap_or(&key.name).as_str())
        ));
    }
    lines.join("\n")
}

/// The rebuilt tables that get new columns, and these: a second run would fill them anew, and what they hold by then would be lost.
fn filled(rebuilt: &BTreeSet<Key>, schema: Pair<&Schema<Canonical>>) -> Vec<(Key, Vec<String>)> {
    let columns = |side: &Schema<Canonical>, table: Key| -> BTreeSet<String> {
        side.parts(table, Kind::Column).map(|column| column.key.name.as_str().to_ascii_lowercase()).collect()
    };
    let new = |table: Key| columns(schema.desired, table).difference(&columns(schema.live, table)).cloned().collect::<Vec<_>>();
    rebuilt.iter().map(|key| (*key, new(*key))).filter(|(_, new)| !new.is_empty()).collect()
}

/// The names that tables have before the script renames them, by their new ones.
fn earlier(steps: &[&Step]) -> BTreeMap<Name, Name> {
    let renamed = steps.iter().filter_map(|step| match step.action {
        Action::Rename { to } if step.key.kind.is_relation() => Some((to, step.key.name)),
        _ => None,
    });
    renamed.collect()
}

/// The counts after, and COMMIT.
fn closing(rebuilt: &BTreeSet<Key>, schema: Pair<&Schema<Canonical>>) -> String {
    let mut lines = vec!["-- Counts that do not fit undo everything.".to_owned()];
    for key in rebuilt {
        lines.push(format!(
            "UPDATE OR ROLLBACK amend_guard SET kept = (SELECT count(*) FROM {}) WHERE what = {};",
            names::relation(schema.desired, key.name),
            names::literal(&format!("rows of {}", key.name))
        ));
    }
    for key in watched(rebuilt, schema) {
        lines.push(format!(
            "UPDATE OR ROLLBACK amend_guard SET kept = (SELECT count(*) FROM pragma_foreign_key_check({})) WHERE what = {};",
            names::literal(key.name.as_str()),
            names::literal(&format!("references of {}", key.name))
        ));
    }
    if !filled(rebuilt, schema).is_empty() {
        lines.push("UPDATE OR ROLLBACK amend_guard SET kept = 0 WHERE what LIKE 'columns of %';".to_owned());
    }
    lines.push("UPDATE OR ROLLBACK amend_guard SET kept = -1 WHERE kept IS NULL;".to_owned());
    lines.push("DROP TABLE temp.amend_guard;".to_owned());
    lines.push("COMMIT;".to_owned());
    lines.join("\n")
}

/// The tables whose references a rebuild may break: the rebuilt ones and those that refer to them. Where a reference
/// cannot be checked on either side, because its target is no key, `foreign_key_check` itself would fail
/// (sqlite.org/foreignkeys.html, section 3).
fn watched(rebuilt: &BTreeSet<Key>, schema: Pair<&Schema<Canonical>>) -> Vec<Key> {
    let concerned = |table: &Key| {
        let near = |schema: &Schema<Canonical>| {
            schema
                .parts(*table, Kind::ForeignKey)
                .any(|key| rebuilt.contains(table) || target(key).is_some_and(|target| rebuilt.contains(&target)))
        };
        near(schema.live) || near(schema.desired)
    };
    let tables = schema.live.of_kind(Kind::Table).map(|table| table.key).filter(|key| schema.desired.contains(*key));
    tables.filter(|key| concerned(key) && is_checkable(schema.live, *key) && is_checkable(schema.desired, *key)).collect()
}

fn target(key: &Object) -> Option<Key> {
    key.key_of(Attr::References)
}

/// Whether every reference of the table leads to a primary key or to columns that are unique.
fn is_checkable(schema: &Schema<Canonical>, table: Key) -> bool {
    schema.parts(table, Kind::ForeignKey).all(|key| target(key).is_some_and(|target| leads_to_key(schema, key, target)))
}

fn leads_to_key(schema: &Schema<Canonical>, key: &Object, target: Key) -> bool {
    if !schema.contains(target) {
        return true;
    }
    let referenced = key.names(Attr::ReferencedColumns);
    let constraints = schema.parts(target, Kind::PrimaryKey).chain(schema.parts(target, Kind::Unique));
    if referenced.is_empty() {
        let count = key.names(Attr::Columns).len();
        return schema.parts(target, Kind::PrimaryKey).any(|primary| listed(primary).len() == count);
    }
    let indexes = schema.parts(target, Kind::Index).filter(|index| index.has(Attr::Unique) && !index.has(Attr::Where));
    constraints.chain(indexes).any(|unique| {
        let columns = listed(unique);
        columns.len() == referenced.len() && referenced.iter().all(|name| columns.contains(name))
    })
}

/// The columns of a key; elements that have a collation of their own do not count.
fn listed(part: &Object) -> Vec<Name> {
    let elements = part.parts(Attr::Parts).iter().filter(|part| part.collation.is_none()).filter_map(|part| part.name());
    part.names(Attr::Columns).iter().copied().chain(elements).collect()
}
