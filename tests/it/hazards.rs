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
    for case in hazards::CASES {
        assert!(case.engines.iter().all(|engine| dialects::by_name(engine).is_some()), "{:?}", case.engines);
        assert!(case.manual.starts_with("https://") && !case.safe.is_empty() && !case.when.is_empty());
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
