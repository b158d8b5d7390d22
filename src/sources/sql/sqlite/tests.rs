use super::{listing, read};
use crate::base::Files;
use crate::ir::Op;
use crate::sources::{Outcome, Reading};

fn reading(text: &str) -> Reading {
    let mut files = Files::default();
    let id = files.add("x.sql", text);
    read(&files, &[id])
}

fn made(text: &str) -> Vec<String> {
    let ops = reading(text).ops.into_iter();
    ops.filter_map(|located| matches!(located.op, Op::Create { .. }).then(|| located.op.key().to_string())).collect()
}

#[test]
fn lines_that_the_shell_passes_are_no_statements() {
    let text = "# $Id$ with an apostrophe: isn't read\nCREATE TABLE t (a);\n# the next one's too\nCREATE INDEX i ON t (a);\n";
    assert_eq!(made(text), ["table t", "column t.a", "index t.i"]);
}

#[test]
fn every_statement_is_accounted_for() {
    let text = "PRAGMA foreign_keys=OFF;\nBEGIN;\nCREATE TABLE t(a);\nINSERT INTO t VALUES('x;y');\nCREATE TEMP TABLE u(a);\nDROP TABLE u;\nDROP TABLE IF EXISTS old.t;\n.mode list\nCOMMIT;\nNONSENSE;";
    let ledger = reading(text).ledger;
    let rules: Vec<&str> = ledger
        .iter()
        .map(|entry| match entry.outcome {
            Outcome::Modelled => "modelled",
            Outcome::Ignored(rule) => rule,
            Outcome::Unmodelled => "unmodelled",
        })
        .collect();
    let expected = [
        "settings",
        "transactions",
        "modelled",
        "rows",
        "temporary objects",
        "temporary objects",
        "attached databases",
        "shell commands",
        "transactions",
        "unmodelled",
    ];
    assert_eq!(rules, expected);
}

#[test]
fn a_trigger_ends_at_its_own_end() {
    let text = "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 'END;'; END; CREATE TABLE t(a);";
    assert_eq!(made(text), ["trigger t.x", "table t", "column t.a"]);
}

#[test]
fn tables_behind_a_virtual_table_are_its_own() {
    let text = "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','n','n',0,'CREATE VIRTUAL TABLE n USING fts5(a)');\nCREATE TABLE IF NOT EXISTS 'n_data'(id INTEGER PRIMARY KEY, block BLOB);\nCREATE TABLE n_other(a);";
    assert_eq!(made(text), ["virtual table n", "table n_other", "column n_other.a"]);
}

#[test]
fn a_query_is_no_definition() {
    let faults = reading("CREATE TABLE t AS SELECT 1;").diagnostics;
    assert!(faults.iter().any(|fault| fault.message.contains("write the columns out")));
}

#[test]
fn hints_belong_to_the_next_name() {
    let renames = reading("-- amend: renamed from old\nCREATE TABLE new(a,\n-- amend: renamed from [B b]\nc, d);").renames;
    let told: Vec<String> = renames.iter().map(|hint| format!("{} from {}", hint.key, hint.from)).collect();
    assert_eq!(told, ["table new from old", "column new.c from b b"]);
}

#[test]
fn listings_of_every_mode_hold_the_same_statements() {
    let modes = [
        "table|t|t|2|CREATE TABLE t(a,\n b)\nindex|sqlite_autoindex_t_1|t|3|\nview|v|v|0|CREATE VIEW v AS SELECT 1",
        "table,t,t,2,\"CREATE TABLE t(a,\n b)\"\nview,v,v,0,\"CREATE VIEW v AS SELECT 1\"\n",
        "[{\"type\":\"table\",\"sql\":\"CREATE TABLE t(a,\\n b)\"},\n{\"type\":\"index\",\"sql\":null},\n{\"type\":\"view\",\"sql\":\"CREATE VIEW v AS SELECT 1\"}]\n",
        "type   name  sql                      \n-----  ----  -------------------------\ntable  t     CREATE TABLE t(a,       \n              b)                     \n\nview   v     CREATE VIEW v AS SELECT 1\n",
        "+-------+---------------------------+\n| type  |            sql            |\n+-------+---------------------------+\n| table | CREATE TABLE t(a,         |\n|       |  b)                       |\n+-------+---------------------------+\n| view  | CREATE VIEW v AS SELECT 1 |\n+-------+---------------------------+\n",
        " type = table\n  sql = CREATE TABLE t(a,\n b)\n\n type = view\n  sql = CREATE VIEW v AS SELECT 1\n",
    ];
    for mode in modes {
        let cells = listing::cells(mode).unwrap_or_default();
        let texts: Vec<String> = cells.iter().map(|cell| cell.sql.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(texts, ["CREATE TABLE t(a, b)", "CREATE VIEW v AS SELECT 1"], "{mode}");
    }
}
