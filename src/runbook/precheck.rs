//! 10-precheck.sql: the database is still what was dumped, and no row stands in the way of a statement.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::dialects::Dialect;
use crate::ir::{Attr, Canonical, Key, Object, Pair, Schema};

use super::catalog;
use super::verify::TEXTS;
use super::{Extent, Subject};
use crate::count::{Counts, Names, counts};

/// The script.
pub fn script(subject: Subject) -> String {
    let Subject { forward, dialect, document, .. } = subject;
    let names = Names { renames: &forward.compared.renames, dialect };
    let mut out = format!("{}-- amend: precheck for {}\n", dialect.runbook().preamble, document.live.name);
    let _ = writeln!(
        out,
        "-- Compared: the catalog with the dump (fingerprint {}), and the rows with what the patch asks of them.",
        document.live.fingerprint
    );
    let _ = writeln!(out, "-- It changes nothing. It ends with an error where something stands in the way.\n");
    out += &catalog::opening(dialect);
    let _ = writeln!(out, "-- The database is still what was dumped.");
    out += &catalog::list("amend_expected", &as_dumped(subject), dialect);
    out += &catalog::must_be_there("amend_expected", "in the dump, not in the database");
    out += &printed(subject);
    out += &kept(subject);
    if subject.extent == Extent::Whole {
        out += &catalog::nothing_else("amend_expected", "in the database, not in the dump");
    }
    out += &catalog::gate("amend_gate_catalog", "the database is not what was dumped", dialect);
    let Counts { counts, open } = counts(forward, dialect);
    let _ = writeln!(out, "\n-- No row stands in the way.");
    for count in &counts {
        out += &count.before;
        let _ = writeln!(
            out,
            "INSERT INTO amend_problem (problem, about, found)\nSELECT '{}', {}, ({});",
            count.problem,
            catalog::literal(&count.about.to_string(), dialect),
            count.sql
        );
    }
    out += &not_counted(&open, dialect);
    out += &catalog::gate("amend_gate_rows", "rows stand in the way of the patch", dialect);
    out + &row_counts(&names, &touched(subject), |key| names.relation(key))
}

/// The texts that the engine keeps to the letter.
fn kept(subject: Subject) -> String {
    let (dialect, live) = (subject.dialect, &subject.back.compared.schema.desired);
    let both = Pair::new(live, live);
    let ask = |object: &Object, attr: &Attr| {
        let condition = dialect.catalog_ask(Pair::new(None, Some(object)), *attr, both)?;
        let about = catalog::literal(&format!("{} of {}", attr.spec().label, object.key), dialect);
        Some(format!(
            "INSERT INTO amend_problem (problem, about, found)\nSELECT 'another text than in the dump', {about}, CASE WHEN {condition} THEN 0 ELSE 1 END;\n"
        ))
    };
    live.iter().flat_map(|object| TEXTS.iter().filter_map(|attr| ask(object, attr)).collect::<Vec<_>>()).collect()
}

/// The texts of a server's own dump, asked of a server that prints them in the same words.
fn printed(subject: Subject) -> String {
    let dialect = subject.dialect;
    let texts = catalog::texts(&subject.back.compared.schema.desired, dialect);
    let condition = dialect.runbook().same_version;
    let Some(server) = subject.source.live.reading.server.filter(|_| !condition.is_empty() && !texts.is_empty()) else {
        return String::new();
    };
    let condition = condition.replace("{}", &server.major.to_string());
    catalog::list("amend_texts", &texts, dialect)
        + &catalog::must_be_there_where("amend_texts", "in the dump, not in the database", &condition)
}

/// Shows what nobody knows before the patch is run.
fn not_counted(open: &[(Key, String)], dialect: &dyn Dialect) -> String {
    let lines: Vec<String> = open
        .iter()
        .map(|(about, why)| format!("SELECT {} AS not_counted", catalog::literal(&format!("{about}: {why}"), dialect)))
        .collect();
    if lines.is_empty() { String::new() } else { format!("\n-- What is not counted.\n{};\n\n", lines.join("\nUNION ALL ")) }
}

/// What the live side's catalog must show, under the names before the renames.
fn as_dumped(subject: Subject) -> BTreeSet<String> {
    let live: &Schema<Canonical> = &subject.back.compared.schema.desired;
    catalog::facts(live, subject.dialect)
}

/// The tables of both sides that the plan touches.
pub fn touched(subject: Subject) -> Vec<Key> {
    let schema = subject.forward.compared.schema.as_ref();
    let keys = subject
        .forward
        .plan
        .steps
        .iter()
        .filter(|planned| !planned.held)
        .map(|planned| crate::report::objects::whole(planned.step.key, schema));
    let both = keys.filter(|key| key.kind == crate::ir::Kind::Table && schema.live.contains(*key) && schema.desired.contains(*key));
    both.collect::<BTreeSet<Key>>().into_iter().collect()
}

/// Shows how many rows the touched tables have, to be compared before and after.
pub fn row_counts(names: &Names, tables: &[Key], named: impl Fn(Key) -> String) -> String {
    let one = |key: &Key| {
        let label = catalog::literal(&names.quoted(*key), names.dialect);
        format!("SELECT {label} AS rows_of, count(*) AS number FROM {}", named(*key))
    };
    let counted: Vec<String> = tables.iter().map(one).collect();
    if counted.is_empty() {
        return String::new();
    }
    format!(
        "\n-- How many rows there are: the same before and after, but for what the application writes.\n{};\n",
        counted.join("\nUNION ALL\n")
    )
}
