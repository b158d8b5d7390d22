//! Which kinds have a fixture that adds, alters, drops and renames them, per dialect. The table is printed (see it with
//! `--nocapture`); a gap that is not named here fails, and so does a named gap that has a fixture.

use std::collections::{BTreeMap, BTreeSet};

use amend::ir::kinds::KINDS;

use super::corpus;

const CHANGES: &[&str] = &["add", "alter", "drop", "rename"];

/// What fixtures of one dialect need not show.
struct Dialect {
    name: &'static str,
    /// The kinds that it has.
    has: fn(&str) -> bool,
    /// Kinds without a name of their own, or whose rename is a drop and a create of a definition.
    not_renamed: &'static [&'static str],
    /// Changes that the engine does not have for a kind, or that no fixture shows, with the reason.
    gaps: &'static [(&'static str, &'static str)],
}

const DIALECTS: &[Dialect] = &[
    Dialect { name: "postgres", has: |kind| !NOT_POSTGRES.contains(&kind), not_renamed: NOT_RENAMED, gaps: GAPS },
    Dialect { name: "mysql", has: |kind| IN_MYSQL.contains(&kind), not_renamed: NOT_RENAMED_IN_MYSQL, gaps: DATABASE_GAPS },
    Dialect {
        name: "mariadb",
        has: |kind| IN_MYSQL.contains(&kind) || kind == "sequence",
        not_renamed: NOT_RENAMED_IN_MYSQL,
        gaps: DATABASE_GAPS,
    },
    Dialect { name: "sqlite", has: |kind| IN_SQLITE.contains(&kind), not_renamed: NOT_RENAMED_IN_SQLITE, gaps: &[] },
];

const IN_MYSQL: &[&str] = &[
    "table",
    "column",
    "partition",
    "primary_key",
    "check",
    "index",
    "foreign_key",
    "view",
    "function",
    "procedure",
    "trigger",
    "event",
    "database",
];

/// A primary key is always `PRIMARY`; a piece of a table has no identity but its bounds.
const NOT_RENAMED_IN_MYSQL: &[&str] = &["primary_key", "partition", "database"];

const DATABASE_GAPS: &[(&str, &str)] =
    &[("database/add", "it is there before every script"), ("database/drop", "a script does not drop the database that it patches")];

const IN_SQLITE: &[&str] =
    &["table", "virtual_table", "column", "primary_key", "unique_constraint", "check", "index", "foreign_key", "view", "trigger"];

/// The names of constraints are text in their table's CREATE statement: nothing refers to them.
const NOT_RENAMED_IN_SQLITE: &[&str] = &["primary_key", "unique_constraint", "check", "foreign_key"];

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

/// The changes that fixtures show, by kind and dialect.
type Shown = BTreeMap<(String, String), BTreeSet<String>>;

#[test]
fn every_kind_is_changed_in_every_way() {
    let mut shown: Shown = BTreeMap::new();
    for fixture in corpus::all() {
        let change = fixture.name.split('_').next().unwrap_or("").to_string();
        shown.entry((fixture.kind.clone(), fixture.dialect.clone())).or_default().insert(change);
    }
    for ((kind, dialect), changes) in &shown {
        println!("{dialect:<10} {kind:<28} {}", changes.iter().cloned().collect::<Vec<_>>().join(" "));
    }
    let faults: Vec<String> = DIALECTS.iter().flat_map(|dialect| faults(dialect, &shown)).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn faults(dialect: &Dialect, shown: &Shown) -> Vec<String> {
    let mut faults = Vec::new();
    for kind in KINDS.iter().map(|spec| spec.noun.replace([' ', '-'], "_")).filter(|kind| (dialect.has)(kind)) {
        let changes = shown.get(&(kind.clone(), dialect.name.to_string())).cloned().unwrap_or_default();
        for change in CHANGES.iter().filter(|change| **change != "rename" || !dialect.not_renamed.contains(&kind.as_str())) {
            let name = format!("{kind}/{change}");
            let named = dialect.gaps.iter().any(|(gap, _)| *gap == name);
            match (changes.contains(*change), named) {
                (true, true) => faults.push(format!("{}: {name} has a fixture: take it out of the gaps", dialect.name)),
                (false, false) => faults.push(format!("{}: {name} has no fixture", dialect.name)),
                _ => {}
            }
        }
    }
    faults
}
