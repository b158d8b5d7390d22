//! What a change of type takes from values: every type into every other, with the statements as they are printed, on real
//! servers. A value that does not come back as it was must have been called a loss.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value as Json;

use super::super::servers::{call, mariadb::MariaDb, postgres::Postgres};

/// A type, and a value of it in the words of the type that shows most.
type Sample = (&'static str, &'static str);

const POSTGRES: &[Sample] = &[
    ("smallint", "12345"),
    ("integer", "123456789"),
    ("integer", "5"),
    ("bigint", "123456789012345678"),
    ("bigint", "1234567"),
    ("real", "1.5"),
    ("double precision", "1.23456789012"),
    ("numeric", "12.3456789"),
    ("numeric", "123456789012345678901"),
    ("numeric(8,4)", "12.3456"),
    ("numeric(20,0)", "12345678901234567890"),
    ("numeric(6,2)", "12.34"),
    ("text", "abcdef"),
    ("text", "1.23456789012345678"),
    ("text", "123"),
    ("text", "2020-01-01 10:11:12.123456"),
    ("text", "2020-01-01 10:11:12.123456+00"),
    ("text", "10:11:12.123456"),
    ("text", "10101"),
    ("text", "3 days 01:02:03.5"),
    ("text", "a text that has more than the sixty-three characters that a name is cut off at"),
    ("character varying(40)", "2020-01-01 10:11:12.123456"),
    ("character varying(40)", "12.345"),
    ("character(6)", "abcdef"),
    ("date", "2020-05-06"),
    ("timestamp without time zone", "2020-05-06 10:11:12.123456"),
    ("timestamp(0) without time zone", "2020-05-06 10:11:12"),
    ("timestamp with time zone", "2020-05-06 10:11:12.123456+00"),
    ("time without time zone", "10:11:12.123456"),
    ("time with time zone", "10:11:12.123456+03"),
    ("interval", "3 days 01:02:03.5"),
    ("boolean", "true"),
    ("bit(5)", "10101"),
    ("bit varying", "10101"),
    ("bytea", "\\x6162636465"),
    ("inet", "10.1.2.3/8"),
    ("cidr", "10.0.0.0/8"),
    ("macaddr", "08:00:2b:01:02:03"),
    ("money", "12.34"),
    ("jsonb", "{\"a\": 1}"),
    ("jsonb", "12.345"),
    ("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    ("integer[]", "{1,2,3}"),
    ("text[]", "{abc,def}"),
];

/// Types whose values print no point.
const WHOLE: &[&str] = &["smallint", "integer", "bigint"];

/// Types that no sample has.
const POSTGRES_ALSO: &[&str] = &[
    "numeric(30,0)",
    "character varying(3)",
    "character(3)",
    "character(40)",
    "name",
    "time(0) without time zone",
    "bit(3)",
    "bit varying(3)",
    "character varying(2)[]",
    "json",
    "interval(0)",
    "bigint[]",
];

const MARIADB: &[Sample] = &[
    ("tinyint(4)", "5"),
    ("mediumint(9)", "8388607"),
    ("int(11)", "123456789"),
    ("int(11)", "20200506"),
    ("bigint(20)", "9007199254740993"),
    ("bigint(20)", "20200506101112"),
    ("decimal(8,4)", "12.3456"),
    ("decimal(20,0)", "12345678901234567890"),
    ("decimal(6,2)", "12.34"),
    ("float", "1.2345678"),
    ("double", "1.23456789012345"),
    ("double", "20200506101112.7"),
    ("double(10,4)", "12.3456"),
    ("bit(9)", "300"),
    ("char(10)", "abc"),
    ("varchar(40)", "1.23456789012345678"),
    ("varchar(40)", "2020-05-06 10:11:12.123456"),
    ("varchar(40)", "10:11:12.123456"),
    ("text", "abcdef"),
    ("text", "12"),
    ("date", "2020-05-06"),
    ("time(3)", "10:11:12.123"),
    ("datetime", "2020-05-06 10:11:12"),
    ("datetime(6)", "2020-05-06 10:11:12.123456"),
    ("timestamp(3) NULL", "2020-05-06 10:11:12.123"),
    ("year(4)", "2020"),
    ("enum('a','b')", "b"),
    ("set('a','b')", "a,b"),
    ("varbinary(10)", "abc"),
    ("blob", "abcdef"),
];

const MARIADB_ALSO: &[&str] = &[
    "bigint(20) unsigned",
    "decimal(30,10)",
    "float(7,2)",
    "double(30,2)",
    "varchar(3)",
    "tinytext",
    "time",
    "timestamp NULL",
    "enum('a','b','c')",
];

/// Types that both sides of a pair write alike.
fn types(samples: &[Sample], also: &[&'static str]) -> BTreeSet<&'static str> {
    samples.iter().map(|sample| sample.0).chain(also.iter().copied()).collect()
}

/// The statement for each column from its type to another, and whether it says that something is lost.
fn statements(dialect: &str, samples: &[Sample], target: &str) -> BTreeMap<usize, (String, bool)> {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let table = |kind: &dyn Fn(&Sample) -> String| {
        let columns: Vec<String> = samples.iter().enumerate().map(|(at, sample)| format!("c{at} {}", kind(sample))).collect();
        format!("CREATE TABLE v (id int PRIMARY KEY, {});\n", columns.join(", "))
    };
    let sides = [("live.sql", table(&|sample| sample.0.to_string())), ("desired.sql", table(&|_| target.to_string()))];
    for (name, text) in sides {
        std::fs::write(folder.path().join(name), text).unwrap_or_else(|error| panic!("{error}"));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
    command.current_dir(folder.path()).args([
        "plan",
        "--format",
        "json",
        "--allow",
        "drop",
        "--dialect",
        dialect,
        "live.sql",
        "desired.sql",
    ]);
    let printed = call(&mut command, "").unwrap_or_else(|fault| panic!("{fault}"));
    let plan: Json = serde_json::from_str(&printed).unwrap_or_else(|fault| panic!("{fault}"));
    let steps = plan["steps"].as_array().cloned().unwrap_or_default();
    let all = steps.iter().flat_map(|step| step["statements"].as_array().cloned().unwrap_or_default());
    let column = |sql: &str| (0..samples.len()).find(|at| sql.replace('`', "").contains(&format!(" COLUMN c{at} ")));
    let read = |statement: Json| {
        let sql = statement["sql"].as_str().unwrap_or_default().to_string();
        let lost = statement["hazards"].as_array().is_some_and(|hazards| hazards.contains(&Json::from("drop")));
        let each = clauses(&sql).into_iter().filter_map(|sql| Some((column(&sql)?, (sql, lost))));
        each.collect::<Vec<_>>()
    };
    all.flat_map(read).collect()
}

/// A statement for each column, where one changes several.
fn clauses(sql: &str) -> Vec<String> {
    let (head, lines) = sql.split_once('\n').unwrap_or((sql, ""));
    let each: Vec<&str> = lines.lines().filter(|line| line.starts_with("    MODIFY COLUMN ")).collect();
    if each.len() < 2 {
        return vec![sql.to_string()];
    }
    each.iter().map(|line| format!("{head}\n{}", line.trim_end_matches([',', ';']))).collect()
}

/// Holds what is said against what the server does, pair by pair; `survives` tells whether the value came back, none where the
/// server refused the statement.
fn judge(
    dialect: &str,
    samples: &[Sample],
    also: &[&'static str],
    survives: impl Fn(&str, &BTreeMap<usize, (String, bool)>) -> Vec<(usize, bool)>,
) {
    let mut lost: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    let mut said: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for target in types(samples, also) {
        let all = statements(dialect, samples, target);
        for (at, survived) in survives(target, &all) {
            *lost.entry((samples[at].0, target)).or_default() |= !survived;
            said.insert((samples[at].0, target), all[&at].1);
        }
    }
    assert!(lost.len() > 200, "{dialect}: {} pairs", lost.len());
    let silent: Vec<String> =
        lost.iter().filter(|(pair, lost)| **lost && !said[*pair]).map(|(pair, _)| format!("{} to {}", pair.0, pair.1)).collect();
    let vain: Vec<String> =
        lost.iter().filter(|(pair, lost)| !**lost && said[*pair]).map(|(pair, _)| format!("{} to {}", pair.0, pair.1)).collect();
    println!("{dialect}: {} pairs, {} lose, said in vain: {}", lost.len(), lost.values().filter(|lost| **lost).count(), vain.join("; "));
    assert!(silent.is_empty(), "{dialect}: values are lost and nobody says so:\n{}", silent.join("\n"));
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn postgres(server: Result<Postgres, String>) {
    let server = server.unwrap_or_else(|fault| panic!("{fault}"));
    let columns: Vec<String> = POSTGRES.iter().enumerate().map(|(at, sample)| format!("c{at} {}", sample.0)).collect();
    let values: Vec<String> = POSTGRES.iter().map(|sample| quoted(sample.1)).collect();
    let build = format!("CREATE TABLE v (id int PRIMARY KEY, {});\nINSERT INTO v VALUES (1, {});\n", columns.join(", "), values.join(", "));
    server.psql("postgres", &build).unwrap_or_else(|fault| panic!("{fault}"));
    judge("postgres", POSTGRES, POSTGRES_ALSO, |target, statements| {
        // What a bytea prints is another spelling of its bytes.
        let printed = |at: &usize| match (target, POSTGRES[*at].0) {
            ("bytea", _) => format!("encode(c{at}, 'escape')"),
            (target, kind) if target.starts_with("numeric") && WHOLE.contains(&kind) => format!("trim_scale(c{at}::numeric)::text"),
            ("money", kind) if WHOLE.contains(&kind) || kind.starts_with("numeric") => format!("trim_scale(c{at}::numeric)::text"),
            (target, "boolean") if target.starts_with("numeric") => format!("c{at}::integer::text"),
            (target, kind) if target == format!("{kind}[]") => format!("c{at}[1]::text"),
            _ => format!("c{at}::text"),
        };
        let mut text = "\\set ON_ERROR_STOP off\nSET client_min_messages = fatal;\n".to_string();
        for (at, (sql, _)) in statements {
            let (kind, value) = (POSTGRES[*at].0, quoted(POSTGRES[*at].1));
            text += &format!(
                "BEGIN;\n{sql};\nSELECT 'done {at}';\nSELECT 'same {at}' FROM v WHERE replace({}::{kind}::text, '+00', '') = replace({value}::{kind}::text, '+00', '');\nROLLBACK;\n",
                printed(at)
            );
        }
        outcome(&server.psql("postgres", &text).unwrap_or_else(|fault| panic!("{fault}")))
    });
}

/// The columns whose statement ran, and whether the value was the same.
fn outcome(printed: &str) -> Vec<(usize, bool)> {
    let numbers = |word: &str| printed.lines().filter_map(|line| line.strip_prefix(word)?.trim().parse().ok()).collect::<BTreeSet<usize>>();
    let same = numbers("same ");
    numbers("done ").into_iter().map(|at| (at, same.contains(&at))).collect()
}

#[test]
fn values_on_postgres_of_the_system() {
    if std::env::var_os("AMEND_SERVERS").is_some() {
        postgres(Postgres::of_the_system().ok_or("no PostgreSQL".to_string()).and_then(|programs| Postgres::start(&programs)));
    }
}

#[test]
fn values_on_newer_postgres() {
    if let Some(programs) = Postgres::newer().filter(|_| std::env::var_os("AMEND_SERVERS").is_some()) {
        postgres(Postgres::start(&programs));
    }
}

#[test]
fn values_on_mariadb() {
    if std::env::var_os("AMEND_SERVERS").is_none() {
        println!("skipped: AMEND_SERVERS is not set");
        return;
    }
    let server = MariaDb::start().unwrap_or_else(|fault| panic!("{fault}"));
    let query = |sql: &str| server.query("", sql);
    query("CREATE DATABASE vals").unwrap_or_else(|fault| panic!("{fault}"));
    judge("mariadb", MARIADB, MARIADB_ALSO, |_, statements| {
        let mut seen = Vec::new();
        for (at, (sql, _)) in statements {
            let (kind, value) = (MARIADB[*at].0, MARIADB[*at].1);
            let value = if kind.starts_with("bit") { value.to_string() } else { quoted(value) };
            let build = format!(
                "USE vals; CREATE OR REPLACE TABLE v (c{at} {kind}, was {kind}) ENGINE=MyISAM; INSERT INTO v VALUES ({value}, {value});"
            );
            if server.query("vals", &format!("{build}{sql};")).is_err() {
                continue;
            }
            let back = format!(
                "ALTER TABLE v MODIFY COLUMN c{at} {kind}; SELECT 'same' FROM v WHERE c{at} = was AND CONCAT(c{at}) = CONCAT(was);"
            );
            seen.push((*at, server.query("vals", &back).is_ok_and(|printed| printed.contains("same"))));
        }
        seen
    });
}
