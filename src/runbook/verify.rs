//! 30-verify.sql: each changed fact, asked back from the catalog.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::dialects::Dialect;
use crate::ir::{Attr, Canonical, Key, Kind, Op, Schema};

use super::Subject;
use super::catalog;
use super::precheck::{row_counts, touched};
use crate::count::Names;

/// What the catalog must show after the patch, what it must show no more, and what it is not asked.
#[derive(Default)]
struct Changes {
    there: BTreeSet<String>,
    gone: BTreeSet<String>,
    open: BTreeSet<String>,
    /// Texts, and the conditions under which the catalog has them.
    asked: BTreeMap<String, String>,
    /// Columns that may not have NULLs any more.
    filled: BTreeSet<Key>,
}

/// The script.
pub fn script(subject: Subject) -> String {
    let Subject { forward, dialect, document, .. } = subject;
    let names = Names { renames: &forward.compared.renames, dialect };
    let changes = changes(subject);
    let mut out = format!("{}-- amend: verification of the patch to {}\n", dialect.runbook().preamble, document.desired.name);
    let _ = writeln!(
        out,
        "-- Each changed fact is asked back from the catalog. It changes nothing, and ends with an error where one is not there.\n"
    );
    out += &catalog::opening(dialect);
    out += &catalog::list("amend_there", &changes.there, dialect);
    out += &catalog::list("amend_gone", &changes.gone, dialect);
    out += &catalog::must_be_there("amend_there", "not there after the patch");
    out += &catalog::must_be_gone("amend_gone", "still there after the patch");
    for (text, condition) in &changes.asked {
        let about = catalog::literal(text, dialect);
        let _ = writeln!(
            out,
            "INSERT INTO amend_problem (problem, about, found)\nSELECT 'another text than that of the patch', {about}, CASE WHEN {condition} THEN 0 ELSE 1 END;"
        );
    }
    for line in &changes.open {
        let _ = writeln!(out, "-- not asked, as the catalog has it in other words than the scripts: {line}");
    }
    out += &catalog::gate("amend_gate_catalog", "the patch is not complete", dialect);
    if changes.filled.is_empty() {
        return out + &row_counts(&names, &touched(subject), |key| names.quoted(key));
    }
    out += "\n-- Every row has a value where one is asked for.\n";
    for key in &changes.filled {
        let (table, column) = (names.quoted(Key::new(Kind::Table, key.namespace, key.owner)), dialect.quote(key.name));
        let about = catalog::literal(&key.to_string(), dialect);
        // MariaDB takes a zero date for NULL where it is asked with IS NULL (Comparison Operators).
        let _ = writeln!(
            out,
            "INSERT INTO amend_problem (problem, about, found)\nSELECT 'rows that were not filled', {about}, (SELECT count(*) - count({column}) FROM {table});"
        );
    }
    out += &catalog::gate("amend_gate_rows", "the patch is not complete in its rows", dialect);
    out + &row_counts(&names, &touched(subject), |key| names.quoted(key))
}

fn changes(subject: Subject) -> Changes {
    let Subject { forward, dialect, back, .. } = subject;
    let schema = forward.compared.schema.as_ref();
    let mut changes = Changes::default();
    // Facts that stay true of something else are not asked to be gone: a routine's name with other arguments.
    let kept = catalog::facts(&back.compared.schema.live, dialect);
    let renamed = forward.compared.renames.iter().filter_map(|op| match op {
        Op::Rename { key, to } => Some((*key, Key { name: *to, ..*key })),
        _ => None,
    });
    for (old, new) in renamed {
        changes.gone.extend(facts_of(old, &back.compared.schema.desired, dialect).into_iter().filter(|fact| !kept.contains(fact)));
        changes.there.extend(facts_of(new, schema.desired, dialect));
    }
    for op in forward.compared.ops.iter().filter(|op| !forward.plan.holds(op.key())) {
        let key = op.key();
        let side = schema.map(|side| facts_of(key, side, dialect));
        let text = changed_text(op, subject);
        let asks = asks(op, subject);
        let asked = !asks.is_empty();
        changes.asked.extend(asks);
        if asked && side.live == side.desired && text.is_none() {
            continue;
        }
        if (side.live == side.desired && text.is_none()) || is_doubtful(key, schema.desired) {
            changes.open.insert(told(op));
        } else {
            changes.gone.extend(text);
            changes.gone.extend(side.live.into_iter().filter(|fact| !kept.contains(fact)));
            changes.there.extend(side.desired);
        }
        if schema
            .desired
            .get(key)
            .is_some_and(|object| key.kind == Kind::Column && object.has(Attr::NotNull) && is_table_column(key, subject))
        {
            changes.filled.insert(key);
        }
    }
    changes
}

/// Whether a check has its validity from its parent: the catalog says of a child whether its own rows were looked at, which
/// hangs on what came first.
fn is_doubtful(key: Key, desired: &Schema<Canonical>) -> bool {
    desired.get(key).is_some_and(|object| key.kind == Kind::Check && object.has(Attr::Inherited) && object.has(Attr::NotValid))
}

/// The old text of a fact that changes, which must not be there any more: the new one is printed by the server in its own words.
fn changed_text(op: &Op, subject: Subject) -> Option<String> {
    let Op::Set { key, attr, .. } = op else { return None };
    let object = subject.forward.compared.schema.live.get(*key)?;
    subject.dialect.catalog_text(object, *attr)
}

/// The facts whose texts the catalog may be asked for.
pub const TEXTS: &[Attr] = &[Attr::Query, Attr::Definition, Attr::Body, Attr::Default, Attr::Expression, Attr::Where];

/// What an operation changes in texts, and how the catalog is asked for each.
fn asks(op: &Op, subject: Subject) -> Vec<(String, String)> {
    let (key, schema) = (op.key(), subject.forward.compared.schema.as_ref());
    let object = schema.map(|side| side.get(key));
    let concerned = |attr: &Attr| match op {
        Op::Set { attr: set, .. } => set == attr,
        Op::Create { .. } => true,
        _ => false,
    };
    let ask = |attr: &Attr| Some((format!("{} of {key}", attr.spec().label), subject.dialect.catalog_ask(object, *attr, schema)?));
    TEXTS.iter().filter(|attr| concerned(attr)).filter_map(ask).collect()
}

fn facts_of(key: Key, schema: &Schema<Canonical>, dialect: &dyn Dialect) -> Vec<String> {
    schema.get(key).map(|object| dialect.catalog_facts(object, schema)).unwrap_or_default()
}

fn is_table_column(key: Key, subject: Subject) -> bool {
    subject.forward.compared.schema.desired.contains(Key::new(Kind::Table, key.namespace, key.owner))
}

fn told(op: &Op) -> String {
    match op {
        Op::Set { key, attr, .. } => format!("{} of {key}", attr.spec().label),
        _ => op.key().to_string(),
    }
}
