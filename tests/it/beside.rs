//! The steps of `--online` in the place of a change of type, run as they are printed while others write: no row is lost, none is
//! stale, and nobody waits for as long as the script may hold a lock. Runs only where AMEND_SERVERS is set.

use std::path::PathBuf;
use std::process::Command;

use super::engines::wanted;
use super::servers::{Server, call, postgres::Postgres};

/// The first key, and a column on which all kinds of parts stand.
const LIVE: &str = "CREATE TABLE public.lorry (
    id integer NOT NULL,
    weight integer DEFAULT 3 NOT NULL,
    said text NOT NULL,
    CONSTRAINT lorry_pkey PRIMARY KEY (id),
    CONSTRAINT lorry_weight_check CHECK (weight > 0)
);
CREATE SEQUENCE public.lorry_id_seq AS integer OWNED BY public.lorry.id;
ALTER TABLE public.lorry ALTER COLUMN id SET DEFAULT nextval('public.lorry_id_seq'::regclass);
CREATE INDEX lorry_weight ON public.lorry (weight);
CREATE TABLE public.trip (lorry integer NOT NULL, CONSTRAINT trip_lorry_fkey FOREIGN KEY (lorry) REFERENCES public.lorry (id));
CREATE TABLE public.ledger (number bigint, turn bigint, stall interval);
CREATE TABLE public.ended (at timestamptz);
";

/// Each turn writes and deletes rows in one transaction, until the script has ended. The ledger has a line for each row that must be
/// there, and how long the turn took.
const WRITER: &str = "DO $$
DECLARE
    made bigint;
    began timestamptz;
BEGIN
    FOR turn IN 1..1000000 LOOP
        EXIT WHEN EXISTS (SELECT FROM public.ended);
        began := clock_timestamp();
        INSERT INTO public.lorry (weight, said) VALUES (turn, turn::text) RETURNING id INTO made;
        INSERT INTO public.trip VALUES (made);
        UPDATE public.lorry SET weight = turn + 7, said = (turn + 7)::text WHERE id = 1 + (turn * 37) % 40000;
        INSERT INTO public.lorry (weight, said) VALUES (turn, turn::text) RETURNING id INTO made;
        DELETE FROM public.lorry WHERE id = made;
        INSERT INTO public.ledger VALUES (made, turn, clock_timestamp() - began);
        COMMIT;
    END LOOP;
END $$;";

const FILL: &str = "INSERT INTO public.lorry (weight, said) SELECT n, n::text FROM generate_series(1, 40000) n;";

/// What must not be: rows that are stale, rows that are missing, rows without their lorry, a turn that waited as long as the lock may be held.
const ASK: &str = "SELECT 'stale rows: ' || count(*) FROM public.lorry WHERE weight::text <> said;
SELECT 'missing rows: ' || 40000 + (SELECT count(*) FROM public.ledger) - count(*) FROM public.lorry;
SELECT 'trips: ' || (SELECT count(*) FROM public.ledger) - count(*) FROM public.trip JOIN public.lorry ON lorry = id;
SELECT 'types: ' || string_agg(format_type(atttypid, atttypmod), ', ' ORDER BY attname)
    FROM pg_attribute WHERE attrelid = 'public.lorry'::regclass AND attname IN ('id', 'weight');
SELECT 'stalls of two seconds: ' || count(*) FROM public.ledger WHERE stall > '2 seconds';
SELECT 'writers stood still: ' || (count(*) < 20) FROM public.ledger;";
const ANSWER: &str =
    "stale rows: 0\nmissing rows: 0\ntrips: 0\ntypes: bigint, bigint\nstalls of two seconds: 0\nwriters stood still: false\n";

#[test]
fn on_postgres_of_the_system() {
    carried_out(Postgres::of_the_system());
}

#[test]
fn on_newer_postgres() {
    if Postgres::newer().is_some() {
        carried_out(Postgres::newer());
    }
}

fn carried_out(programs: Option<PathBuf>) {
    if !wanted() {
        return println!("skipped: AMEND_SERVERS is not set");
    }
    let server = programs.and_then(|programs| Postgres::start(&programs).ok());
    let server = server.unwrap_or_else(|| panic!("the server does not start"));
    let (script, desired) = script(server.version()).unwrap_or_else(|fault| panic!("{fault}"));
    let answer = beside_writers(&server, &script).unwrap_or_else(|fault| panic!("{}: {fault}\n{script}", server.title()));
    assert_eq!(answer.split_once("longest: ").map(|(answer, _)| answer), Some(ANSWER), "{}", server.title());
    println!("{}: the longest turn of a writer took {}", server.title(), answer.rsplit("longest: ").next().unwrap_or(""));
    server.create("fresh").and_then(|()| server.run("fresh", &desired)).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(server.state("trial"), server.state("fresh"), "{}", server.title());
}

/// The script as it is printed, and the desired side.
fn script(version: u32) -> Result<(String, String), String> {
    let desired = LIVE.replace("integer", "bigint");
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let paths = [("live.sql", LIVE), ("desired.sql", desired.as_str())].map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).map(|()| path)
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
    command.args(["diff", "--online", "--dialect", "postgres", "--server-version", &version.to_string()]);
    for path in paths {
        command.arg(path.map_err(|error| error.to_string())?);
    }
    Ok((call(&mut command, "")?, desired))
}

/// Runs the script while two others write, and asks what became of the rows.
fn beside_writers(server: &Postgres, script: &str) -> Result<String, String> {
    server.create("trial")?;
    server.run("trial", &format!("{LIVE}{FILL}"))?;
    std::thread::scope(|scope| {
        let writers = [(); 2].map(|()| scope.spawn(|| server.run("trial", WRITER)));
        let begun = || server.psql("trial", "SELECT 1 / (count(*) / 10) FROM public.ledger;");
        let done = super::servers::patiently(begun).and_then(|_| server.run("trial", script));
        server.run("trial", "INSERT INTO public.ended VALUES (now());")?;
        let written: Result<Vec<()>, String> =
            writers.into_iter().map(|writer| writer.join().unwrap_or_else(|_| Err("the writer stopped".to_string()))).collect();
        done.and(written.map(drop))
    })?;
    server.psql("trial", &format!("{ASK}\nSELECT 'longest: ' || max(stall) FROM public.ledger;"))
}
