//! The catalog, asked: facts that must be there and facts that must not, as statements that fill a table of problems.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::dialects::Dialect;
use crate::ir::{Canonical, Object, Schema};

/// How many rows one INSERT carries.
const BATCH: usize = 200;

/// The facts of a schema, as far as the catalog query asks for them; sorted.
pub fn facts(schema: &Schema<Canonical>, dialect: &dyn Dialect) -> BTreeSet<String> {
    schema.iter().flat_map(|object| dialect.catalog_facts(object, schema)).collect()
}

/// The texts of a schema that the catalog has in the words in which the server prints them; sorted.
pub fn texts(schema: &Schema<Canonical>, dialect: &dyn Dialect) -> BTreeSet<String> {
    let of = |object: &Object| object.facts().iter().filter_map(|(attr, _)| dialect.catalog_text(object, *attr)).collect::<Vec<_>>();
    schema.iter().flat_map(of).collect()
}

/// The tables that the other statements fill, and what the catalog shows.
pub fn opening(dialect: &dyn Dialect) -> String {
    let words = dialect.runbook();
    let mut out = String::new();
    let _ = writeln!(out, "-- What the catalog shows. All tables here are temporary: they go with the session.");
    let _ = writeln!(out, "CREATE TEMPORARY TABLE amend_found (fact {}, own integer);", words.text);
    out += words.around.0;
    // One statement for each part: the servers hold up better under several small queries of their catalog than one large.
    for part in words.catalog.trim_end().split("\nUNION ALL\n") {
        let _ = writeln!(out, "INSERT INTO amend_found (fact, own)\n{part};");
    }
    let _ = writeln!(out, "{}", words.around.1);
    let _ = writeln!(out, "CREATE TEMPORARY TABLE amend_problem (problem {0}, about {0}, found bigint);\n", words.text);
    out
}

/// A table with these facts.
pub fn list(table: &str, facts: &BTreeSet<String>, dialect: &dyn Dialect) -> String {
    let mut out = format!("CREATE TEMPORARY TABLE {table} (fact {});\n", dialect.runbook().text);
    let facts: Vec<String> = facts.iter().map(|fact| format!("    ({})", literal(fact, dialect))).collect();
    for batch in facts.chunks(BATCH) {
        let _ = writeln!(out, "INSERT INTO {table} (fact) VALUES\n{};", batch.join(",\n"));
    }
    out
}

/// Counts each fact of `list` that the catalog does not show.
pub fn must_be_there(list: &str, problem: &str) -> String {
    format!(
        "INSERT INTO amend_problem (problem, about, found)\nSELECT '{problem}', e.fact, 1 FROM {list} e\n\
         WHERE NOT EXISTS (SELECT 1 FROM amend_found f WHERE f.fact = e.fact);\n"
    )
}

/// Counts each text of `list` that the catalog does not show, where the condition holds.
pub fn must_be_there_where(list: &str, problem: &str, condition: &str) -> String {
    let counted = must_be_there(list, problem);
    format!("{} AND {condition};\n", counted.trim_end().trim_end_matches(';'))
}

/// Counts each fact of `list` that the catalog shows.
pub fn must_be_gone(list: &str, problem: &str) -> String {
    format!(
        "INSERT INTO amend_problem (problem, about, found)\nSELECT '{problem}', e.fact, 1 FROM {list} e\n\
         WHERE EXISTS (SELECT 1 FROM amend_found f WHERE f.fact = e.fact);\n"
    )
}

/// Counts each declared fact of the catalog that is not in `list`.
pub fn nothing_else(list: &str, problem: &str) -> String {
    format!(
        "INSERT INTO amend_problem (problem, about, found)\nSELECT '{problem}', f.fact, 1 FROM amend_found f\n\
         WHERE f.own = 1 AND NOT EXISTS (SELECT 1 FROM {list} e WHERE e.fact = f.fact);\n"
    )
}

/// Shows the problems, and fails where there is one. `gate` is the name of a table and of the rule that is broken.
pub fn gate(gate: &str, said: &str, dialect: &dyn Dialect) -> String {
    let rule = dialect.quote(said.into());
    format!(
        "SELECT problem, about, found FROM amend_problem WHERE found > 0 ORDER BY problem, about;\n\n\
         -- Each row above is a problem: this statement fails where there is one.\n\
         CREATE TEMPORARY TABLE {gate} (problems bigint, CONSTRAINT {rule} CHECK (problems = 0));\n\
         INSERT INTO {gate} (problems) SELECT count(*) FROM amend_problem WHERE found > 0;\n"
    )
}

/// A text as a literal of SQL; a backslash is a sign of its own in no engine's default but MySQL's, where it is doubled.
pub fn literal(text: &str, dialect: &dyn Dialect) -> String {
    let text = text.replace('\'', "''");
    let text = if dialect.escapes_by_backslash() { text.replace('\\', "\\\\") } else { text };
    format!("'{text}'")
}
