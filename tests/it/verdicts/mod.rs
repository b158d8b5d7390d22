//! The verdicts on statements, held against real servers: each paragraph of a listing is a statement, run over the same tables
//! with rows in them. Runs only where AMEND_SERVERS is set.

mod kept;
mod mariadb;
mod postgres;
mod sqlite;
mod values;

use amend::base::{Files, Version};
use amend::compile::Source;
use amend::dialects::{self, hazards};
use amend::ir::{Hazard, Statement};
use amend::sources;
use amend::weigh::{self, Scale};

use super::servers::Server;

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
    /// Statements of others that must wait for it.
    pub keeps_waiting: Vec<String>,
    /// Statements of open transactions that it must wait for.
    pub waits_behind: Vec<String>,
    /// What is there for it alone, and how that goes again.
    pub prepared: Vec<String>,
    pub undone: Vec<String>,
    /// The server's words for it are cheaper than what it does: it counts the rows that it copies.
    pub copies: bool,
    /// It ends the transaction that it stands in.
    pub commits: bool,
    /// The forms of the guide that it is an example of: hazard and words.
    pub shows: Vec<(String, String)>,
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
            keeps_waiting: said("-- keeps waiting: "),
            waits_behind: said("-- waits behind: "),
            copies: paragraph.lines().any(|line| line == "-- copies"),
            prepared: said("-- prepared: "),
            undone: said("-- undone: "),
            commits: paragraph.lines().any(|line| line == "-- commits"),
            shows: said("-- shows ")
                .iter()
                .filter_map(|text| text.split_once(": "))
                .map(|(id, form)| (id.to_string(), form.to_string()))
                .collect(),
        }
    }
}

impl Case {
    /// Whether the server is asked for more than the locks and the work, where these do not tell the hazard.
    fn proves(&self, id: &str) -> bool {
        match id {
            "may-fail" => self.fails || !self.fails_after.is_empty(),
            "drop" | "rename" | "irreversible" | "enum-value" | "overflow" => !self.then_fails.is_empty(),
            "backfill" => !self.keeps_waiting.is_empty(),
            _ => true,
        }
    }
}

/// Whether one session makes the other wait: it ends with an error of its time limit. `holder` sleeps before it ends.
pub fn waits(server: &(dyn Server + Sync), holder: &str, waiter: &str) -> bool {
    std::thread::scope(|scope| {
        let holder = scope.spawn(|| server.run("verdicts", holder));
        std::thread::sleep(std::time::Duration::from_millis(500));
        let fault = server.run("verdicts", waiter).err().unwrap_or_default().to_lowercase();
        matches!(holder.join(), Ok(Ok(()))) && (fault.contains("timeout") || fault.contains("locked"))
    })
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

/// Forms of the guide that no server of the tests can show, with the reason. The row names the section of the manual.
const UNPROVOKED: &[(&str, Hazard, &str, &str)] = &[
    ("postgres", Hazard::NotTransactional, "ALTER TYPE … ADD VALUE before version 12", "the oldest server of the tests is 15"),
    ("mysql", Hazard::Rewrite, "DROP COLUMN before 8.0.29", "the server of the tests is newer"),
    ("postgres", Hazard::NotKnown, "a statement of a patch that is not understood (--allow unmodelled)", PATCHES),
    ("mariadb", Hazard::NotKnown, "a statement of a patch that is not understood (--allow unmodelled)", PATCHES),
    ("mysql", Hazard::NotKnown, "a statement of a patch that is not understood (--allow unmodelled)", PATCHES),
    ("sqlite", Hazard::NotKnown, "a statement of a patch that is not understood (--allow unmodelled)", PATCHES),
    ("mariadb", Hazard::NotKnown, "an ALTER TABLE whose form no table here names: IMPORT TABLESPACE", PATCHES),
    ("mysql", Hazard::NotKnown, "an ALTER TABLE whose form no table here names: IMPORT TABLESPACE", PATCHES),
];

/// No server can be asked about what nobody knows.
const PATCHES: &str = "the tests of patches show it";

/// Hazards that plans show and no single statement does: tests of their own provoke these.
const OF_PLANS: &[(&str, Hazard, &str)] = &[
    (
        "postgres",
        Hazard::KeptLock,
        "a strong lock, and then in the same transaction a scan, an index, a rewrite or a backfill that does not need it",
    ),
    ("sqlite", Hazard::Rebuild, "another constraint"),
    ("sqlite", Hazard::Rebuild, "another type"),
    ("sqlite", Hazard::Rebuild, "NOT NULL"),
    ("sqlite", Hazard::Rebuild, "another default"),
    ("sqlite", Hazard::Rewrite, "a table made anew"),
    ("sqlite", Hazard::Scan, "a table made anew: its rows go over"),
];

const LISTINGS: &[(&str, Version, &str)] = &[
    ("postgres", Version::new(15, 0, 0), include_str!("postgres.sql")),
    ("mariadb", Version::new(10, 11, 0), include_str!("mariadb.sql")),
    ("mysql", Version::new(9, 7, 0), include_str!("mysql.sql")),
    ("sqlite", Version::new(3, 40, 0), include_str!("sqlite.sql")),
];

/// Every form of every row of the guide stands in the listing of its engine, which the server carries out; what is said of any
/// statement stands in the guide.
#[test]
fn every_hazard_is_provoked() {
    let mut faults = Vec::new();
    for (dialect, version, text) in LISTINGS {
        let listing = Listing::read(text);
        let rows: Vec<&hazards::Case> = hazards::cases().filter(|row| row.engines.contains(dialect)).collect();
        let mut shown: Vec<(String, String)> = Vec::new();
        for case in &listing.cases {
            let version = Version::new(version.major.max(case.since), version.minor, 0);
            let said = weighed(listing.setup, &case.sql, dialect, version).hazards;
            let unknown = said.iter().filter(|hazard| !rows.iter().any(|row| row.hazard == **hazard));
            faults.extend(unknown.map(|hazard| format!("{dialect}: the guide does not say {} of {}", hazard.id(), case.sql)));
            let vain = case.shows.iter().filter(|(id, _)| !said.iter().any(|hazard| hazard.id() == id) || !case.proves(id));
            faults.extend(vain.map(|(id, form)| format!("{dialect}: {} does not show {id}: {form}", case.sql)));
            shown.extend(case.shows.iter().cloned());
        }
        let forms: Vec<(String, String)> =
            rows.iter().flat_map(|row| row.when.iter().map(|form| (row.hazard.id().to_string(), form.to_string()))).collect();
        let elsewhere = UNPROVOKED.iter().map(|row| (row.0, row.1, row.2)).chain(OF_PLANS.iter().copied());
        let elsewhere: Vec<_> = elsewhere.filter(|row| row.0 == *dialect).map(|row| (row.1.id().to_string(), row.2.to_string())).collect();
        let excused = |form: &(String, String)| elsewhere.contains(form);
        let missing = forms.iter().filter(|form| shown.contains(form) == excused(form));
        faults.extend(missing.map(|(id, form)| format!("{dialect}: no statement, or one too many, shows {id}: {form}")));
        let strange = shown.iter().filter(|form| !forms.contains(form));
        faults.extend(strange.map(|(id, form)| format!("{dialect}: the guide has no {id}: {form}")));
    }
    let own = hazards::cases().filter(|row| !row.engines.iter().any(|engine| LISTINGS.iter().any(|listing| listing.0 == *engine)));
    for (row, form) in own.flat_map(|row| row.when.iter().map(move |form| (row, form))) {
        match UNPROVOKED.iter().find(|known| row.engines == [known.0] && known.1 == row.hazard && known.2 == *form) {
            Some(known) => println!("not provoked: {} {}: {form}: {} ({})", known.0, row.hazard.id(), known.3, row.manual),
            None => faults.push(format!("{:?}: nobody shows {}: {form}", row.engines, row.hazard.id())),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
