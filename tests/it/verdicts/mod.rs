//! The verdicts on statements, held against real servers: each paragraph of a listing is a statement, run over the same tables
//! with rows in them. Runs only where AMEND_SERVERS is set.

mod mariadb;
mod postgres;
mod values;

use amend::base::{Files, Version};
use amend::compile::Source;
use amend::dialects::{self, hazards};
use amend::ir::{Hazard, Statement};
use amend::sources;
use amend::weigh::{self, Scale};

/// A listing: what is built first, and the statements to be judged.
pub struct Listing {
    pub setup: &'static str,
    pub cases: Vec<Case>,
}

/// One statement, with what is said of it in comments.
pub struct Case {
    pub sql: String,
    /// The oldest server that knows it.
    pub since: u32,
    /// It cannot run in a transaction.
    pub apart: bool,
    /// It stops over the rows that are there.
    pub fails: bool,
    /// Statements before it, after which it must stop.
    pub fails_after: Vec<String>,
    /// Statements that must stop after it.
    pub then_fails: Vec<String>,
}

impl Listing {
    pub fn read(text: &'static str) -> Listing {
        let (setup, rest) = text.split_once("-- statements\n").unwrap_or((text, ""));
        let paragraphs = rest.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
        Listing { setup, cases: paragraphs.map(Case::read).collect() }
    }
}

impl Case {
    fn read(paragraph: &str) -> Case {
        let said = |mark: &str| paragraph.lines().filter_map(|line| line.strip_prefix(mark)).map(str::to_string).collect::<Vec<_>>();
        let sql: Vec<&str> = paragraph.lines().filter(|line| !line.starts_with("-- ")).collect();
        Case {
            sql: sql.join("\n"),
            since: said("-- since ").first().and_then(|text| text.parse().ok()).unwrap_or(0),
            apart: !said("-- apart").is_empty(),
            fails: paragraph.lines().any(|line| line == "-- fails"),
            fails_after: said("-- fails after: "),
            then_fails: said("-- then fails: "),
        }
    }
}

/// The statement as the program weighs it after the listing's setup.
pub fn weighed(setup: &str, sql: &str, dialect: &str, version: Version) -> Statement {
    let dialect = dialects::by_name(dialect).unwrap_or_else(|| panic!("{dialect}: no such dialect"));
    let mut files = Files::default();
    let id = files.add("setup", setup);
    let source = Source::of("setup", sources::read(&files, &[id], dialect), dialect);
    assert!(source.diagnostics.is_empty(), "{:?}", source.diagnostics);
    let mut statement = Statement::new(sql, "");
    weigh::statements(&mut [&mut statement], &mut Scale::new(source.schema, version, dialect));
    statement
}

/// Every case of the guide for this engine must be provoked by some statement of the listing.
#[test]
fn every_hazard_is_provoked() {
    let listings = [
        ("postgres", Version::new(15, 0, 0), include_str!("postgres.sql")),
        ("mariadb", Version::new(10, 11, 0), include_str!("mariadb.sql")),
    ];
    let mut faults = Vec::new();
    for (dialect, version, text) in listings {
        let listing = Listing::read(text);
        let provoked: Vec<Hazard> =
            listing.cases.iter().flat_map(|case| weighed(listing.setup, &case.sql, dialect, version).hazards).collect();
        let cases = hazards::CASES.iter().filter(|case| case.engines.contains(&dialect));
        let missing = cases.filter(|case| !provoked.contains(&case.hazard));
        faults.extend(missing.map(|case| format!("{dialect}: no statement shows {}", case.hazard.id())));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
