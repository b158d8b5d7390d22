//! Which kinds have a fixture that adds, alters, drops and renames them, per dialect. The table is printed (see it with
//! `--nocapture`); a gap in PostgreSQL's fixtures that is not named here fails.

use std::collections::{BTreeMap, BTreeSet};

use amend::ir::kinds::KINDS;

use super::corpus;

const CHANGES: &[&str] = &["add", "alter", "drop", "rename"];

/// Kinds that PostgreSQL does not have, or that a dump does not show.
const NOT_POSTGRES: &[&str] = &["virtual_table", "base_type", "subscription", "event", "database", "partition"];

/// Changes that the engine does not have for a kind, or that no fixture shows, with the reason.
const GAPS: &[(&str, &str)] = &[
    ("access_method/alter", "no ALTER; it is dropped and made"),
    ("conversion/alter", "nothing of it can change but its name and owner"),
    ("language/alter", "nothing of it can change but its name and owner"),
    ("operator_family/alter", "its members come and go with operator classes"),
    ("text_search_parser/alter", "nothing of it can change but its name"),
    ("text_search_template/alter", "nothing of it can change but its name"),
    ("transform/alter", "no ALTER; it is dropped and made"),
    ("default_privileges/drop", "the way back to no entry is not shown by a dump"),
];

/// Kinds without a name of their own, or whose rename is a drop and a create of a definition.
const NOT_RENAMED: &[&str] = &[
    "extension",
    "language",
    "aggregate",
    "cast",
    "operator",
    "operator_class",
    "operator_family",
    "conversion",
    "transform",
    "access_method",
    "text_search_parser",
    "text_search_template",
    "text_search_dictionary",
    "text_search_configuration",
    "foreign_data_wrapper",
    "foreign_server",
    "user_mapping",
    "event_trigger",
    "publication",
    "privileges",
    "default_privileges",
];

#[test]
fn every_kind_of_postgres_is_changed_in_every_way() {
    let mut shown: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for fixture in corpus::all() {
        let change = fixture.name.split('_').next().unwrap_or("").to_string();
        shown.entry((fixture.kind.clone(), fixture.dialect.clone())).or_default().insert(change);
    }
    for ((kind, dialect), changes) in &shown {
        println!("{dialect:<10} {kind:<28} {}", changes.iter().cloned().collect::<Vec<_>>().join(" "));
    }
    let kinds = KINDS.iter().map(|spec| spec.noun.replace([' ', '-'], "_"));
    let mut faults = Vec::new();
    for kind in kinds.filter(|kind| !NOT_POSTGRES.contains(&kind.as_str())) {
        let changes = shown.get(&(kind.clone(), "postgres".to_string())).cloned().unwrap_or_default();
        for change in CHANGES.iter().filter(|change| **change != "rename" || !NOT_RENAMED.contains(&kind.as_str())) {
            let name = format!("{kind}/{change}");
            let named = GAPS.iter().any(|(gap, _)| *gap == name);
            match (changes.contains(*change), named) {
                (true, true) => faults.push(format!("{name} has a fixture: take it out of the gaps")),
                (false, false) => faults.push(format!("{name} has no fixture")),
                _ => {}
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
