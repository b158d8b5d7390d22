//! Page ranges that a BRIN index cannot take, counted before it is built. An entry sums up the rows of many pages (manual, BRIN Indexes),
//! their least and their greatest values for instance, so that a row alone says nothing of it: the index is built of the rows of each
//! range by themselves, in a table of the session.

use super::entries::value;
use super::write::index::element;
use crate::dialects::Trial;
use crate::ir::{Attr, Object, Value};

pub const PROBLEM: &str = "page ranges that the index cannot take";

/// Bytes that the longest values of a range may have together: the entry holds two of each, and takes 8152 bytes.
const SURE: usize = 4000;

/// The pages that an entry sums up where the index says nothing of them (manual, CREATE INDEX, `pages_per_range`).
const PAGES: &str = "128";

/// The most that `pages_per_range` takes: the rows of one range stay in one.
const MOST_PAGES: &str = "131072";

/// Whether an entry of the index is about the rows of many pages.
pub fn are_summed_up(index: &Object) -> bool {
    index.text(Attr::Method) == Some("brin")
}

/// Each range with a row that may be too long, or each of them where an expression may fail, is built by a function that catches the fault.
pub fn trial(index: &Object, [table, rows]: [&str; 2], fails: bool) -> Trial {
    let parts = index.parts(Attr::Parts);
    let elements: Vec<String> = parts.iter().map(element).collect();
    let filter = index.text(Attr::Where).map(|text| format!(" WHERE {text}")).unwrap_or_default();
    let before = format!(
        "DROP TABLE IF EXISTS pg_temp.amend_entries;\nCREATE TEMPORARY TABLE amend_entries (LIKE {table} INCLUDING STORAGE);\n\
         CREATE OR REPLACE FUNCTION pg_temp.amend_stops(amend_table oid, amend_first bigint, amend_end bigint)\n\
         RETURNS boolean LANGUAGE plpgsql AS $amend$\nBEGIN\n    TRUNCATE pg_temp.amend_entries;\n\
         \x20   INSERT INTO pg_temp.amend_entries\n        SELECT * FROM {rows}\n        WHERE tableoid = amend_table\n\
         \x20           AND ctid >= format('(%s,0)', amend_first)::tid AND ctid < format('(%s,0)', amend_end)::tid;\n\
         \x20   CREATE INDEX amend_built ON pg_temp.amend_entries USING brin ({}) WITH (pages_per_range = {MOST_PAGES}){filter};\n\
         \x20   DROP INDEX pg_temp.amend_built;\n    RETURN false;\nEXCEPTION WHEN OTHERS THEN\n    RETURN true;\nEND\n$amend$;\n",
        elements.join(", ")
    );
    let sizes = parts.iter().map(|part| format!("coalesce(pg_column_size({}), 0)", value(part))).collect::<Vec<_>>().join(" + ");
    // The longest value of each column may be in another row.
    let sieve = if fails { String::new() } else { format!(" WHERE {sizes} > {}", SURE / parts.len().max(1)) };
    let pages = pages(index);
    let range = format!("(ctid::text::point)[0]::bigint / {pages}");
    let ranges = format!("SELECT DISTINCT tableoid AS amend_table, {range} AS amend_range FROM {rows}{sieve}");
    let stops = format!("pg_temp.amend_stops(amend_table, amend_range * {pages}, (amend_range + 1) * {pages})");
    Trial { before, count: format!("SELECT count(*) FROM ({ranges}) AS amend_ranges WHERE {stops}") }
}

fn pages(index: &Object) -> &str {
    let Some(Value::Options(options)) = index.get(Attr::Options) else { return PAGES };
    options.iter().find(|(name, _)| name.as_str() == "pages_per_range").map_or(PAGES, |(_, pages)| pages)
}
