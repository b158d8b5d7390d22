//! A canonical form that is known is the one that would be made.

use super::Memo;
use crate::compile::Source;
use crate::dialects;
use crate::ir::{Schema, Written};
use crate::normalise::normalise;
use crate::sources;

fn written(text: &str) -> Schema<Written> {
    let dialect = dialects::by_name("postgres").unwrap_or_else(|| panic!("the dialect is there"));
    let mut files = crate::base::Files::default();
    let id = files.add("a.sql", text);
    Source::of("a.sql", sources::read(&files, &[id], dialect), dialect).schema
}

/// The canonical form of `after` is the same whether or not that of `before` is known.
fn agrees(before: &str, after: &str) {
    let dialect = dialects::by_name("postgres").unwrap_or_else(|| panic!("the dialect is there"));
    let mut memo = Memo::default();
    normalise(written(before), dialect, &mut memo);
    let (with, _) = normalise(written(after), dialect, &mut memo);
    let (without, _) = normalise(written(after), dialect, &mut Memo::default());
    assert!(with.iter().eq(without.iter()), "{before}\n→ {after}");
}

const BASE: &str = "CREATE DOMAIN code AS text;
    CREATE TABLE t (a integer, b code DEFAULT 'x', CHECK (b <> 'y'));
    CREATE VIEW v AS SELECT * FROM t;
    CREATE VIEW w AS SELECT v.* FROM v;
    CREATE FUNCTION f(x integer) RETURNS text LANGUAGE sql AS 'SELECT 1';
    CREATE TABLE u (c text DEFAULT f(1), d integer CHECK (d > 0 AND d = 1.5));
    CREATE INDEX i ON u ((c || 'z'));";

#[test]
fn a_change_reaches_what_asked_after_it() {
    let changes = [
        ("code AS text", "code AS varchar(10)"),
        ("a integer", "a bigint"),
        ("a integer, b code DEFAULT 'x'", "b code DEFAULT 'x', a integer"),
        ("a integer", "a integer, z integer"),
        ("RETURNS text", "RETURNS varchar"),
        ("c text", "c varchar(5)"),
        ("d integer", "d numeric"),
        ("FROM t;", "FROM t WHERE a = 1;"),
        ("CREATE VIEW v AS", "CREATE SCHEMA s; CREATE TABLE s.t (b text); SET search_path = s, public; CREATE VIEW public.v AS"),
    ];
    for (from, to) in changes {
        let after = BASE.replace(from, to);
        assert_ne!(after, BASE);
        agrees(BASE, &after);
        agrees(&after, BASE);
    }
}
