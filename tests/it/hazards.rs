//! The hazards: the table is whole, and the page is made from it.

use std::path::Path;

use amend::dialects::{self, hazards};
use amend::ir::{HAZARDS, Hazard};

use super::project;

#[test]
fn every_hazard_has_a_case_and_every_case_an_engine() {
    for (at, spec) in HAZARDS.iter().enumerate() {
        assert_eq!(spec.hazard as usize, at);
        assert_eq!(Hazard::by_id(spec.id), Some(spec.hazard));
        assert!(hazards::of(spec.hazard).next().is_some(), "{} shows on no engine", spec.id);
    }
    for case in hazards::cases() {
        assert!(case.engines.iter().all(|engine| dialects::by_name(engine).is_some()), "{:?}", case.engines);
        assert!(case.manual.starts_with("https://") && !case.safe.is_empty() && !case.statements().is_empty());
    }
}

/// UPDATE_EXPECT=1 writes the page.
#[test]
fn the_page_says_what_the_table_says() {
    let path = project::root().join("docs/hazards.md");
    let page = amend::report::hazards::page();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &page).unwrap_or_else(|error| panic!("{error}"));
    }
    assert_eq!(project::read(Path::new("docs/hazards.md")), page, "UPDATE_EXPECT=1 rewrites docs/hazards.md");
}

/// Tables that refer to each other, so that a key comes after both; the live side of the second pair has them already.
const NEW: &str = "CREATE TABLE a (id integer NOT NULL PRIMARY KEY, b_id integer, code integer);\n\
    CREATE TABLE b (id integer NOT NULL PRIMARY KEY, a_id integer);\n\
    CREATE TABLE c (id integer NOT NULL PRIMARY KEY);\n";
const RULES: &str = "CREATE UNIQUE INDEX a_code ON a (code);\n\
    ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b_id) REFERENCES b (id);\n\
    ALTER TABLE b ADD CONSTRAINT b_a FOREIGN KEY (a_id) REFERENCES a (id);\n";

#[test]
fn a_rule_over_a_table_that_the_script_makes_cannot_fail() {
    for (dialect, rules) in
        [("postgres", RULES), ("mariadb", RULES), ("mysql", RULES), ("sqlite", RULES.split_inclusive('\n').next().unwrap_or(""))]
    {
        let with = format!("{NEW}{rules}");
        let one = "CREATE TABLE c (id integer NOT NULL PRIMARY KEY);\n";
        assert!(!hazards_of(dialect, one, &with).contains("\"may-fail\""), "{dialect}: may-fail over tables without rows");
        assert!(hazards_of(dialect, NEW, &with).contains("\"may-fail\""), "{dialect}: no may-fail over tables with rows");
    }
}

/// The plan as JSON.
fn hazards_of(dialect: &str, live: &str, desired: &str) -> String {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    for (name, text) in [("live.sql", live), ("desired.sql", desired)] {
        std::fs::write(folder.path().join(name), text).unwrap_or_else(|error| panic!("{error}"));
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_amend"));
    command.current_dir(folder.path()).args(["plan", "--format", "json", "--dialect", dialect, "live.sql", "desired.sql"]);
    let output = command.output().unwrap_or_else(|error| panic!("{error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
