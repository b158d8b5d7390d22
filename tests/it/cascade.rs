//! What CASCADE takes along, as `amend replay` follows it; a server is asked too where AMEND_SERVERS is set.

use std::path::Path;
use std::process::Command;

use super::servers::{Server, postgres::Postgres};

const LIVE: &str = "CREATE SCHEMA dock;
CREATE TYPE mood AS ENUM ('calm', 'cross');
CREATE DOMAIN plate AS text CHECK (VALUE <> '');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION twice(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT i * 2';
CREATE SEQUENCE ticket;
CREATE TABLE guest (id bigint PRIMARY KEY, email text NOT NULL, fax text, age integer, mood mood, moods mood[], code text UNIQUE, older integer GENERATED ALWAYS AS (age + 1) STORED);
CREATE TABLE stay (id integer PRIMARY KEY DEFAULT nextval('ticket'), guest_id bigint REFERENCES guest, guest_code text REFERENCES guest (code), email text, plate plate, n integer CHECK (twice(n) > 0));
CREATE TABLE dock.guest (email text);
CREATE VIEW dock.mails AS SELECT email FROM dock.guest;
CREATE VIEW paid AS SELECT s.id, g.email FROM stay s JOIN guest g ON g.id = s.guest_id;
CREATE VIEW every AS SELECT * FROM guest;
CREATE VIEW mails AS SELECT email AS address FROM guest WHERE fax IS NULL;
CREATE VIEW over_mails AS SELECT address FROM mails;
CREATE VIEW others AS SELECT email FROM stay;
CREATE VIEW whole AS SELECT g AS one FROM guest g;
CREATE VIEW of_its_own AS WITH guest AS (SELECT 1 AS email) SELECT email FROM guest;
CREATE VIEW merged AS SELECT id FROM stay JOIN (SELECT id AS other, email FROM guest) q USING (email);
CREATE MATERIALIZED VIEW oldest AS SELECT max(age) AS age FROM guest;
CREATE UNIQUE INDEX oldest_age ON oldest (age);
CREATE TRIGGER of_fax BEFORE UPDATE OF fax ON guest FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER when_old BEFORE UPDATE ON guest FOR EACH ROW WHEN (new.age > 90) EXECUTE FUNCTION touch();
CREATE POLICY adults ON guest USING (age > 18);
CREATE POLICY theirs ON stay USING (guest_id IN (SELECT id FROM guest WHERE fax IS NULL));
";

/// A patch, and the objects that go with what it names.
const PATCHES: &[(&str, &[&str])] = &[
    (
        "ALTER TABLE guest DROP COLUMN email CASCADE;",
        &["view public.every", "view public.mails", "view public.merged", "view public.over_mails", "view public.paid"],
    ),
    (
        "ALTER TABLE guest DROP COLUMN fax CASCADE;",
        &["policy public.stay.theirs", "trigger public.guest.of_fax", "view public.every", "view public.mails", "view public.over_mails"],
    ),
    (
        "ALTER TABLE guest DROP COLUMN age CASCADE;",
        &[
            "column public.guest.older",
            "index public.oldest.oldest_age",
            "materialized view public.oldest",
            "policy public.guest.adults",
            "trigger public.guest.when_old",
            "view public.every",
        ],
    ),
    ("ALTER TABLE stay DROP COLUMN email CASCADE;", &["view public.merged", "view public.others"]),
    (
        "DROP TABLE guest CASCADE;",
        &[
            "foreign key public.stay.stay_guest_code_fkey",
            "foreign key public.stay.stay_guest_id_fkey",
            "materialized view public.oldest",
            "policy public.stay.theirs",
            "view public.every",
            "view public.mails",
            "view public.merged",
            "view public.over_mails",
            "view public.paid",
            "view public.whole",
        ],
    ),
    ("DROP TABLE dock.guest CASCADE;", &["view dock.mails"]),
    ("DROP SCHEMA dock CASCADE;", &["view dock.mails"]),
    ("DROP VIEW mails CASCADE;", &["view public.over_mails"]),
    ("DROP FUNCTION touch() CASCADE;", &["trigger public.guest.of_fax", "trigger public.guest.when_old"]),
    ("DROP TYPE mood CASCADE;", &["column public.guest.mood", "column public.guest.moods", "view public.every"]),
    ("DROP DOMAIN plate CASCADE;", &["column public.stay.plate"]),
    ("DROP SEQUENCE ticket CASCADE;", &["column public.stay.id: default is nextval('ticket') before, absent after"]),
    ("ALTER TABLE guest DROP CONSTRAINT guest_pkey CASCADE;", &["foreign key public.stay.stay_guest_id_fkey"]),
    ("ALTER TABLE guest DROP CONSTRAINT guest_code_key CASCADE;", &["foreign key public.stay.stay_guest_code_fkey"]),
    // Functions of one name are told apart by the types of what they are called with: that is said, and not followed.
    ("DROP FUNCTION twice(integer) CASCADE;", &["which is not followed"]),
];

#[test]
fn what_goes_by_cascade() {
    let start = || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?);
    let server = std::env::var_os("AMEND_SERVERS").map(|_| start().unwrap_or_else(|fault| panic!("{fault}")));
    let faults: Vec<String> = PATCHES
        .iter()
        .filter_map(|(patch, gone)| followed(patch, gone, server.as_ref()).err().map(|fault| format!("{patch}\n{fault}")))
        .collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

/// No server has such views; a text may.
#[test]
fn views_that_speak_of_each_other_fall_together() {
    let ring = "CREATE VIEW one AS SELECT a FROM public.two; CREATE VIEW two AS SELECT a FROM public.one;";
    let (status, text) = replayed_over(ring, "DROP VIEW public.one CASCADE;", None);
    assert!(
        status.is_some_and(|status| status < 3) && ["view public.one", "view public.two"].iter().all(|view| text.contains(view)),
        "{status:?}\n{text}"
    );
}

fn followed(patch: &str, gone: &[&str], server: Option<&Postgres>) -> Result<(), String> {
    let (_, text) = replayed(patch, None);
    let missed: Vec<&&str> = gone.iter().filter(|line| !text.contains(**line)).collect();
    let views: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("view ") && !patch.starts_with("DROP VIEW") && !gone.iter().any(|gone| line.contains(gone)))
        .collect();
    if !missed.is_empty() || !views.is_empty() {
        return Err(format!("missed {missed:?}, too much {views:?}\n{text}"));
    }
    let Some(server) = server else { return Ok(()) };
    server.create("cascade")?;
    server.run("cascade", &format!("{LIVE}{patch}"))?;
    let (status, text) = replayed(patch, Some(&server.dump("cascade")?));
    let open = text.contains("which is not followed");
    if status == Some(0) && !open || status == Some(2) && open { Ok(()) } else { Err(format!("the server: {status:?}\n{text}")) }
}

/// The status and the words of `amend replay`.
fn replayed(patch: &str, against: Option<&str>) -> (Option<i32>, String) {
    replayed_over(LIVE, patch, against)
}

fn replayed_over(live: &str, patch: &str, against: Option<&str>) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    for (name, text) in [("live.sql", live), ("patch.sql", patch), ("after.sql", against.unwrap_or_default())] {
        std::fs::write(Path::new(folder.path()).join(name), text).unwrap_or_else(|error| panic!("{error}"));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
    command.current_dir(folder.path()).args(["replay", "--dialect", "postgres", "live.sql", "patch.sql"]);
    if against.is_some() {
        command.args(["--against", "after.sql"]);
    }
    let output = command.output().unwrap_or_else(|error| panic!("{error}"));
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}
