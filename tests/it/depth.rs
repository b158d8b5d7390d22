//! Trees that no person writes: brackets within brackets, chains of operators, readings that could be tried twice at every
//! level. Each ends with an answer or a refusal, in bounded time, and never by exhausting the stack.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// More of one thing than any reader follows.
const MANY: usize = 30_000;
/// A chain that is still read whole.
const LONG: usize = 600;
/// Levels at which a reading that is tried twice would take for ever.
const DOUBLED: usize = 60;

/// A statement around the repeated piece: what comes before, what opens, the heart, what closes, what comes after.
type Shape<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

const SHAPES: &[Shape<'static>] = &[
    ("CREATE TABLE t (a integer CHECK (", "(", "a > 0", ")", "));"),
    ("CREATE TABLE t (a integer CHECK (", "NOT ", "a > 0", "", "));"),
    ("CREATE TABLE t (a integer CHECK (", "- ", "a > 0", "", "));"),
    ("CREATE TABLE t (a integer CHECK (", "", "a > 0", " AND a > 1", "));"),
    ("CREATE TABLE t (a integer DEFAULT ", "", "1", " + 1", ");"),
    ("CREATE TABLE t (a integer DEFAULT ", "", "1", "::integer", ");"),
    ("CREATE TABLE t (a integer", "", "", "[]", ");"),
    ("CREATE VIEW v AS SELECT ", "", "a", ".b", " FROM t;"),
    ("CREATE VIEW v AS SELECT ", "abs(", "1", ")", " AS a;"),
    ("CREATE VIEW v AS SELECT ", "CASE WHEN true THEN ", "1", " END", " AS a;"),
    ("CREATE VIEW v AS SELECT ", "ARRAY[", "1", "]", " AS a;"),
    ("CREATE VIEW v AS ", "", "SELECT 1 AS a", " UNION ALL SELECT 1", ";"),
    ("CREATE VIEW v AS SELECT x.a FROM t x", "", "", " JOIN t y ON true", ";"),
    ("CREATE VIEW v AS ", "SELECT * FROM (", "SELECT 1 AS a", ") x", ";"),
    ("CREATE VIEW v AS SELECT 1 AS a WHERE ", "EXISTS (SELECT 1 WHERE ", "true", ")", ";"),
    ("CREATE VIEW v AS SELECT * FROM ", "(", "t", " JOIN t y ON true)", ";"),
    ("CREATE VIEW v AS SELECT * FROM ", "((", "SELECT 1 AS a", ") x JOIN t y ON true)", ";"),
    ("CREATE VIEW v AS SELECT ", "INTERVAL(", "1", ", 1)", " AS a;"),
    ("", "/*", "", "*/", " CREATE TABLE t (a integer);"),
];

#[test]
fn endless_nesting_ends_with_an_answer() {
    for shape in SHAPES {
        for times in [DOUBLED, LONG, MANY] {
            for dialect in ["postgres", "mariadb", "sqlite"] {
                ends(shape, times, dialect);
            }
        }
    }
}

fn ends((before, open, heart, close, after): &Shape, times: usize, dialect: &str) {
    let text = format!("{before}{}{heart}{}{after}\n", open.repeat(times), close.repeat(times));
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    fs::write(folder.path().join("deep.sql"), text).unwrap_or_else(|error| panic!("{error}"));
    let begin = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
    let output = command.current_dir(folder.path()).args(["check", "--dialect", dialect, "deep.sql", "deep.sql"]).output();
    let output = output.unwrap_or_else(|error| panic!("{error}"));
    let what = format!("{dialect}: {before}{open}… {times} times");
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| matches!(code, 0 | 2)), "{what}: {:?} {messages}", output.status);
    assert!(!messages.contains("panicked"), "{what}: {messages}");
    assert!(begin.elapsed() < Duration::from_secs(60), "{what}: {:?}", begin.elapsed());
}

#[test]
fn a_chain_of_views_is_read_in_bounded_time() {
    let links = (1..3_000).map(|n| format!("CREATE VIEW v{n} AS SELECT * FROM v{};\n", n - 1)).collect::<String>();
    for dialect in ["postgres", "mariadb", "sqlite"] {
        ends(&("CREATE TABLE v0 (a integer);\n", "", &links, "", ""), 1, dialect);
    }
}
