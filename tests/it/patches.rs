//! Patches as people write them: what the server refuses is said by `amend replay`, and nothing else is. The servers are asked too
//! where AMEND_SERVERS is set.

use std::path::Path;
use std::process::Command;

use super::servers::{Server, mariadb::MariaDb, postgres::Postgres, sqlite::Sqlite};

const POSTGRES: &str = "CREATE TABLE guest (id bigint PRIMARY KEY, email text NOT NULL, age integer, notes json);
CREATE TABLE stay (id integer PRIMARY KEY, guest_id bigint NOT NULL REFERENCES guest (id), seats text, paid boolean, price numeric);
CREATE VIEW paid_stay AS SELECT s.id, g.email FROM stay s JOIN guest g ON g.id = s.guest_id WHERE s.paid;
CREATE TYPE size AS ENUM ('small', 'large');
CREATE TABLE room (no integer NOT NULL, size size DEFAULT 'small', since date, code integer);
CREATE INDEX room_code ON room (code);
CREATE TABLE night (day date NOT NULL, n integer) PARTITION BY RANGE (day);
CREATE TABLE night_1 PARTITION OF night FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
";

/// A patch over that schema, and what is said of it: nothing where the server takes it.
const OF_POSTGRES: &[(&str, &str)] = &[
    ("ALTER TABLE stay ADD CHECK (nights > 0);", "column nights is not there"),
    ("ALTER TABLE stay ADD nights integer, ADD CHECK (nights > 0 AND stay.price > 0);", ""),
    ("ALTER TABLE stay ADD half numeric GENERATED ALWAYS AS (cost / 2) STORED;", "column cost is not there"),
    ("CREATE INDEX ON stay ((lower(seat)));", "column seat is not there"),
    ("CREATE INDEX ON stay (price) WHERE payed;", "column payed is not there"),
    ("CREATE VIEW dear AS SELECT s.cost FROM stay s;", "column s.cost is not there"),
    ("CREATE VIEW dear AS SELECT * FROM stays;", "relation stays is not there"),
    (
        "CREATE VIEW dear AS WITH old AS (SELECT g.id AS key FROM guest g) SELECT o.key, s.price FROM old o JOIN stay s ON s.guest_id = o.key ORDER BY price;",
        "",
    ),
    ("CREATE VIEW dear AS SELECT g.email AS mail, count(*) AS n FROM guest g GROUP BY mail ORDER BY n;", ""),
    (
        "CREATE VIEW dear AS SELECT id FROM paid_stay WHERE EXISTS (SELECT 1 FROM guest WHERE guest.email = paid_stay.email AND seats IS NULL);",
        "column seats is not there",
    ),
    ("CREATE VIEW dear AS SELECT (SELECT max(price) FROM stay WHERE guest_id = guest.id) FROM guest;", ""),
    ("CREATE VIEW dear AS SELECT x.y FROM stay, LATERAL (SELECT stay.price AS y) x;", ""),
    ("CREATE POLICY own ON guest USING (mail = CURRENT_USER);", "column mail is not there"),
    ("ALTER TABLE stay ALTER seats TYPE integer;", "say USING seats::integer"),
    ("ALTER TABLE stay ALTER seats TYPE integer USING seats::integer;", ""),
    ("ALTER TABLE guest ALTER age TYPE boolean;", "say USING age::boolean"),
    ("ALTER TABLE guest ALTER age TYPE text, ALTER notes TYPE jsonb;", ""),
    ("ALTER TABLE guest RENAME age TO email;", "column public.guest.email is there already"),
    ("ALTER TABLE guest RENAME TO stay;", "table public.stay is there already"),
    ("DROP TABLE paid_stay;", "view public.paid_stay is no table"),
    ("ALTER TABLE stay ALTER paid SET DEFAULT 'maybe';", "'maybe' is no value of column public.stay.paid"),
    ("ALTER TABLE stay ALTER paid SET DEFAULT 'off', ALTER price SET DEFAULT 'NaN';", ""),
    ("ALTER TABLE stay ALTER paid SET DEFAULT 1;", "is boolean, and its default a number"),
    ("ALTER TABLE room ALTER size SET DEFAULT 'huge';", "'huge' is no value of column public.room.size"),
    ("ALTER TABLE room ADD twin integer DEFAULT no;", "is the column no: a default reads no columns"),
    ("ALTER TABLE room ADD twin text DEFAULT CURRENT_USER, ADD at date DEFAULT current_date;", ""),
    ("ALTER TABLE room ADD twin integer DEFAULT nextval('rooms');", "sequence rooms is not there"),
    ("CREATE SEQUENCE rooms; ALTER TABLE room ADD twin integer DEFAULT nextval('rooms'), ADD own serial;", ""),
    ("ALTER TABLE room ADD kind sizes;", "type sizes is not there"),
    ("ALTER TABLE room ADD kind size[], ADD whole stay, ADD at pg_lsn, ADD many _int4;", ""),
    ("ALTER TABLE stay ADD FOREIGN KEY (seats) REFERENCES guest (id);", "nothing compares them"),
    ("ALTER TABLE room ADD guest numeric REFERENCES guest (id);", "nothing compares them"),
    ("ALTER TABLE room ADD guest smallint REFERENCES guest (id);", ""),
    ("ALTER TYPE size ADD VALUE 'small';", "has the label small already"),
    ("BEGIN; ALTER TYPE size ADD VALUE 'vast'; ALTER TABLE room ALTER size SET DEFAULT 'vast'; COMMIT;", "nothing can use the label vast"),
    ("BEGIN; ALTER TYPE size ADD VALUE 'vast'; COMMIT; ALTER TABLE room ALTER size SET DEFAULT 'vast';", ""),
    (
        "BEGIN; CREATE TYPE hue AS ENUM ('red'); ALTER TYPE hue ADD VALUE 'blue'; ALTER TABLE room ADD hue hue DEFAULT 'blue'; COMMIT;",
        "nothing can use the label blue",
    ),
    ("BEGIN; ALTER TYPE size ADD VALUE 'vast'; ALTER TABLE stay ALTER seats SET DEFAULT 'vast'; COMMIT;", ""),
    ("ALTER TABLE stay ADD CHECK (seats > 0);", "no operator > takes text and integer"),
    ("ALTER TABLE stay ADD CHECK (seats::integer > 0 AND price > 0 AND seats > '0');", ""),
    ("ALTER TABLE stay ADD half numeric GENERATED ALWAYS AS (price * seats) STORED;", "no operator * takes numeric and text"),
    ("CREATE INDEX ON stay ((seats || email)); ALTER TABLE stay ADD CHECK (seats || 'x' > id::text);", "column email is not there"),
    ("GRANT SELECT ON guests TO PUBLIC;", "table guests is not there"),
    ("GRANT SELECT ON guest, paid_stay TO PUBLIC;", ""),
    ("ALTER TYPE size ADD VALUE IF NOT EXISTS 'small';", ""),
    ("ALTER TYPE size ADD VALUE 'medium' AFTER 'tiny';", "has no label tiny"),
    ("CREATE TABLE a (id integer PRIMARY KEY, PRIMARY KEY (id));", "gets two primary keys"),
    ("CREATE OR REPLACE VIEW paid_stay AS SELECT g.email FROM stay s JOIN guest g ON g.id = s.guest_id;", "id is not where it was"),
    ("CREATE OR REPLACE VIEW paid_stay AS SELECT s.id, g.email, s.price FROM stay s JOIN guest g ON g.id = s.guest_id;", ""),
    ("CREATE TRIGGER t BEFORE INSERT ON stay FOR EACH ROW EXECUTE FUNCTION mark();", "function mark() is not there"),
    ("CREATE TRIGGER t BEFORE UPDATE ON stay FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();", ""),
    ("CREATE TABLE night_2 PARTITION OF night FOR VALUES FROM ('2024-12-31') TO ('2026-01-01');", "overlap"),
    ("CREATE TABLE night_2 PARTITION OF night FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);", ""),
    ("CREATE TABLE night_2 PARTITION OF night FOR VALUES IN ('2025-01-01');", "partitioned by range"),
    ("ALTER TABLE room ADD CONSTRAINT u UNIQUE USING INDEX room_code;", "is not unique"),
    ("ALTER TABLE room ALTER code ADD GENERATED ALWAYS AS IDENTITY;", "takes NULL: say SET NOT NULL first"),
    ("ALTER TABLE room ALTER code SET NOT NULL, ALTER code ADD GENERATED ALWAYS AS IDENTITY;", ""),
    ("ALTER TABLE paid_stay ADD nights integer;", "is no table"),
    ("ALTER VIEW stay RENAME TO stays;", "is no view"),
    ("UPDATE stay SET cost = 1;", "has no column cost"),
    // What stands in a text is no column.
    (r"UPDATE stay SET seats = E'it\'s, cost = 2', paid = true;", ""),
    ("UPDATE stay SET seats = $x$it's, cost = 2$x$, paid = true;", ""),
    ("UPDATE stay AS s SET price = (SELECT max(age) FROM guest), (seats, paid) = ('1', true) WHERE s.id = 4;", ""),
    ("INSERT INTO guest (id, mail) VALUES (1, 'a');", "has no column mail"),
    ("INSERT INTO guest (SELECT 1, 'a');", ""),
    ("CREATE TEMP TABLE spare AS SELECT 1 AS a; UPDATE spare SET a = 2;", ""),
    ("DELETE FROM guests;", "relation guests is not there"),
    ("TRUNCATE guest;", "refers to a table that is emptied"),
    ("TRUNCATE guest, stay;", ""),
    ("UPDATE public.stay SET cost = 1;", "has no column cost"),
    ("DELETE FROM public.guests;", "relation public.guests is not there"),
    ("ALTER TABLE guest ADD email text;", "column public.guest.email is made twice"),
    ("CREATE INDEX room_code ON room (no);", "index public.room.room_code is made twice"),
    ("ALTER TABLE guest DROP mail;", "column public.guest.mail is dropped, but it is not there"),
    ("ALTER TABLE guest ALTER mail SET NOT NULL;", "column public.guest.mail is changed, but it is not there"),
    ("DROP TABLE IF EXISTS paid_stay;", "view public.paid_stay is no table"),
    ("DROP TABLE IF EXISTS stays; ALTER TABLE IF EXISTS stays ADD nights integer;", ""),
    (
        "CREATE SCHEMA aside; ALTER TABLE stay SET SCHEMA aside; ALTER TABLE stay ADD nights integer;",
        "table aside.stay is, and no search path",
    ),
    ("CREATE SCHEMA aside; ALTER TABLE stay SET SCHEMA aside; SET search_path TO aside; ALTER TABLE stay ADD nights integer;", ""),
    ("ALTER TYPE size RENAME VALUE 'tiny' TO 'small';", "has no label tiny"),
    ("ALTER TYPE size RENAME VALUE 'small' TO 'large';", "has the label large already"),
    ("BEGIN; ALTER TABLE stay ADD nights integer; ROLLBACK;", ""),
    ("BEGIN; SAVEPOINT a; ALTER TABLE stay ADD nights integer; ROLLBACK TO a; ALTER TABLE stay ADD nights bigint; COMMIT;", ""),
];

const SQLITE: &str = "CREATE TABLE guest (id integer PRIMARY KEY, email text NOT NULL, age integer);
CREATE TABLE stay (id integer PRIMARY KEY, guest_id integer REFERENCES guest (id), seats text CHECK (seats <> ''), code text UNIQUE);
CREATE INDEX stay_seats ON stay (seats);
CREATE VIEW of_guest AS SELECT s.id, g.email FROM stay s JOIN guest g ON g.id = s.guest_id;
CREATE TRIGGER older AFTER UPDATE ON stay BEGIN UPDATE guest SET age = age + 1 WHERE id = NEW.guest_id; END;
";

const OF_SQLITE: &[(&str, &str)] = &[
    ("CREATE INDEX dear ON stay (price);", "no such column: price"),
    ("CREATE INDEX dear ON stay (seats) WHERE price > 1;", "no such column: price"),
    ("ALTER TABLE stay ADD price integer UNIQUE;", "Cannot add a UNIQUE column"),
    ("ALTER TABLE stay ADD price integer NOT NULL DEFAULT 0;", ""),
    ("ALTER TABLE stay DROP COLUMN code;", "after drop column: no such column: code"),
    ("ALTER TABLE guest DROP COLUMN age;", "after drop column: no such column: age"),
    ("ALTER TABLE stay RENAME seats TO code;", "duplicate column name"),
    ("CREATE TABLE room (id integer, PRIMARY KEY (number));", "number"),
    ("CREATE TABLE room (id integer, note varchar(10)) STRICT;", "unknown datatype"),
    ("CREATE TRIGGER t BEFORE INSERT ON of_guest BEGIN SELECT 1; END;", "cannot create BEFORE trigger on view"),
    ("DROP TABLE of_guest;", "use DROP VIEW"),
    ("UPDATE stay SET price = 1;", "no such column: price"),
    ("INSERT INTO stay (price) VALUES (1);", "no column named price"),
    ("DELETE FROM stay WHERE id = 4;", ""),
    ("BEGIN; BEGIN; COMMIT;", "cannot start a transaction within a transaction"),
    ("COMMIT;", "no transaction is active"),
    ("BEGIN; VACUUM; COMMIT;", "it cannot run between BEGIN and COMMIT"),
    ("BEGIN; ALTER TABLE stay ADD price integer; ROLLBACK;", ""),
];

const MARIADB: &str = "CREATE TABLE guest (id int NOT NULL PRIMARY KEY, email varchar(50) NOT NULL, age int);
CREATE TABLE stay (id int NOT NULL PRIMARY KEY, seats int);
CREATE VIEW of_guest AS SELECT id FROM guest;
CREATE TABLE shelf (no int NOT NULL) PARTITION BY RANGE (no) (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (20));
";

const OF_MARIADB: &[(&str, &str)] = &[
    ("ALTER TABLE guest RENAME TO stay;", "table stay is there already"),
    ("RENAME TABLE guest TO spare, stay TO guest;", ""),
    ("ALTER TABLE guest RENAME COLUMN age TO email;", "column guest.email is there already"),
    ("DROP TABLE of_guest;", "view of_guest is no table"),
    ("ALTER TABLE stay ADD CHECK (nights > 0);", "table stay has no column nights"),
    ("ALTER TABLE stay ADD nights int CHECK (nights > 0), ADD twice int AS (nights * 2), ADD CHECK (twice > stay.seats);", ""),
    ("ALTER TABLE stay ADD twice int AS (nights * 2) STORED;", "table stay has no column nights"),
    ("CREATE VIEW dear AS SELECT price FROM stay WHERE seats > 1;", "table stay has no column price"),
    ("CREATE VIEW dear AS SELECT s.id, count(*) AS n FROM stay s WHERE s.seats > 1 GROUP BY s.id ORDER BY n;", ""),
    ("CREATE VIEW dear AS SELECT * FROM stays;", "relation stays is not there"),
    ("CREATE VIEW dear AS WITH old AS (SELECT id FROM guest) SELECT * FROM old;", ""),
    ("ALTER TABLE stay ADD nights int AFTER days;", "table stay has no column days"),
    ("ALTER TABLE stay ADD nights int AFTER seats, ADD days int AFTER nights;", ""),
    ("ALTER TABLE stay ADD CONSTRAINT c CHECK (seats > 0), DROP CHECK c;", "say DROP CONSTRAINT"),
    ("ALTER TABLE stay ADD guest int REFERENCES guests (id);", "table guests, which it refers to, is not there"),
    ("ALTER TABLE stay ADD guest int, ADD FOREIGN KEY (guest) REFERENCES guest (email);", "no key of table guest starts with"),
    ("ALTER TABLE stay ADD guest bigint, ADD FOREIGN KEY (guest) REFERENCES guest (id);", "a foreign key is over the same types"),
    ("ALTER TABLE stay ADD guest int, ADD FOREIGN KEY (guest) REFERENCES guest (id);", ""),
    ("ALTER TABLE guest MODIFY age int NOT NULL DEFAULT 'abc';", "'abc' is no value of column guest.age"),
    ("ALTER TABLE guest MODIFY age int NOT NULL DEFAULT '7';", ""),
    ("ALTER TABLE guest ADD n int NOT NULL DEFAULT NULL;", "NULL is its default"),
    ("ALTER TABLE guest ADD n int AUTO_INCREMENT;", "counts, and no key has it"),
    ("ALTER TABLE guest ADD n int AUTO_INCREMENT UNIQUE;", ""),
    ("ALTER TABLE guest MODIFY id int NOT NULL AUTO_INCREMENT;", ""),
    ("CREATE TABLE room (no int AUTO_INCREMENT);", "counts, and no key has it"),
    ("ALTER TABLE stay ADD UNIQUE u (seats, seats);", "names seats twice"),
    ("ALTER TABLE stay CHANGE seats places int, ADD KEY p (places);", ""),
    ("CREATE TABLE IF NOT EXISTS stay (nights int); ALTER TABLE stay ADD nights int;", ""),
    ("CREATE TABLE IF NOT EXISTS stay (nights int); ALTER TABLE stay ADD CHECK (nights > 0);", "table stay has no column nights"),
    ("CREATE TRIGGER t BEFORE INSERT ON stay FOR EACH ROW SET NEW.price = 0;", "table stay has no column price"),
    ("CREATE TRIGGER t BEFORE INSERT ON stay FOR EACH ROW SET NEW.seats = NEW.`id` + 1;", ""),
    ("UPDATE stay SET price = 1;", "has no column price"),
    // What stands in a text is no column.
    (r"UPDATE stay SET seats = length('it\'s, price = 2');", ""),
    ("UPDATE stay s JOIN guest g ON g.id = s.id SET s.seats = g.age;", ""),
    ("INSERT INTO stay (id, price) VALUES (1, 2);", "has no column price"),
    ("ALTER TABLE of_guest ADD n int;", "is no table"),
    ("ALTER TABLE shelf ADD PARTITION (PARTITION old VALUES LESS THAN (5));", "comes behind all others"),
    ("ALTER TABLE shelf ADD PARTITION (PARTITION higher VALUES LESS THAN (30), PARTITION rest VALUES LESS THAN MAXVALUE);", ""),
    ("ALTER TABLE shelf REORGANIZE PARTITION low INTO (PARTITION a VALUES LESS THAN (5), PARTITION low VALUES LESS THAN (10));", ""),
    ("ALTER TABLE shelf DROP PARTITION low, high;", "would have no piece left"),
    ("ALTER TABLE shelf DROP PARTITION low;", ""),
    ("ALTER TABLE shelf ADD u int, ADD UNIQUE (u);", "by which table shelf is cut"),
    ("ALTER TABLE shelf ADD u int, ADD UNIQUE (u, no), ADD KEY (u);", ""),
    ("ALTER TABLE stay ADD FULLTEXT (seats);", "words are indexed in texts alone"),
    ("ALTER TABLE stay ADD note varchar(20), ADD FULLTEXT (note);", ""),
];

#[test]
fn on_postgres() {
    asked("postgres", &[], (POSTGRES, OF_POSTGRES), || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?));
}

#[test]
fn on_sqlite() {
    asked("sqlite", &[], (SQLITE, OF_SQLITE), || Ok(Sqlite::start()));
}

#[test]
fn on_mariadb() {
    asked("mariadb", &[], (MARIADB, OF_MARIADB), MariaDb::start);
}

/// A transaction that nothing ends is no fault for the server, and nothing of it stays.
#[test]
fn a_transaction_that_stays_open_is_said() {
    for dialect in ["postgres", "sqlite"] {
        let (status, text) =
            replayed(dialect, "CREATE TABLE stay (id integer PRIMARY KEY);\n", "BEGIN; ALTER TABLE stay ADD price integer;");
        assert!(status == Some(1) && text.contains("no COMMIT ends it") && text.contains("the patch changes nothing"), "{text}");
    }
}

/// SQLite tries no table that is made of a query; that it is asked no more is said, and the texts go on to be looked into.
#[test]
fn where_the_engine_is_asked_no_more_is_said() {
    let patch = "CREATE TABLE spare AS SELECT id FROM stay; ALTER TABLE stay DROP COLUMN price;";
    let (_, text) = replayed("sqlite", "CREATE TABLE stay (id integer PRIMARY KEY);\n", patch);
    assert!(text.contains("it is not tried"), "{text}");
    let (status, text) = replayed(
        "sqlite",
        "CREATE TABLE stay (id integer PRIMARY KEY);\n",
        "CREATE VIRTUAL TABLE words USING fts5(a); CREATE INDEX dear ON stay (price);",
    );
    assert!(status == Some(1) && text.contains("it is not tried") && text.contains("table stay has no column price"), "{text}");
}

/// A dump may leave out schemas that are there: what a patch puts into one is no refusal, and no change of the patch's own.
#[test]
fn a_schema_that_no_text_shows_is_said_once() {
    let patch =
        "ALTER TABLE stay SET SCHEMA aside; CREATE TABLE aside.n (id integer); CREATE SCHEMA made; CREATE TABLE made.n (id integer);";
    let (status, text) = replayed("postgres", "CREATE TABLE stay (id integer);\n", patch);
    assert_eq!(
        (status, text.matches("no text shows schema aside").count(), text.matches("no text shows").count()),
        (Some(0), 1, 1),
        "{text}"
    );
    assert!(!text.contains("schema aside comes") && text.contains("schema made comes"), "{text}");
}

#[test]
fn what_nobody_has_looked_at_is_said_and_taken_for_the_dearest() {
    for (dialect, patch, lock) in [
        ("postgres", "ALTER TABLE stay FROBNICATE;", "ACCESS EXCLUSIVE on"),
        ("mariadb", "ALTER TABLE stay IMPORT TABLESPACE;", "EXCLUSIVE on"),
        ("sqlite", "ALTER TABLE stay FROBNICATE;", "RESERVED on"),
    ] {
        let (_, text) = replayed(dialect, "CREATE TABLE stay (id integer);\n", patch);
        assert!(["    not-known: ", "    rewrite: ", "    blocks-writes: ", lock].iter().all(|said| text.contains(said)), "{text}");
        assert!(!text.contains("    lock: "), "{text}");
    }
}

/// What the engine that is built in takes is not what each server takes.
#[test]
fn what_came_later_than_the_server_is_said() {
    for (patch, newer) in [
        ("ALTER TABLE stay ADD CONSTRAINT paid CHECK (id > 0);", true),
        ("ALTER TABLE main.\"stay\" ADD CHECK (id > 0);", true),
        ("ALTER TABLE stay ALTER COLUMN id SET NOT NULL;", true),
        ("ALTER TABLE stay ALTER id DROP NOT NULL;", true),
        ("ALTER TABLE stay ADD COLUMN note text CHECK (note <> '');", false),
        ("ALTER TABLE stay RENAME COLUMN id TO key;", false),
    ] {
        for (version, status, said) in [
            (None, 0, "it came with version 3.53: an older server refuses it"),
            (Some("3.40.1"), i32::from(newer), "the server refuses it: it came with version 3.53, and the server is 3.40.1"),
            (Some("3.53.0"), 0, "it came with"),
        ] {
            let flags: Vec<&str> = version.iter().flat_map(|version| ["--server-version", version]).collect();
            let (own, text) = replayed_with(&flags, "sqlite", ["CREATE TABLE stay (id integer, price integer);\n", patch]);
            let says = newer && version != Some("3.53.0");
            assert_eq!((own, text.contains(said)), (Some(status), says), "{patch} {version:?}\n{text}");
        }
    }
}

/// Asks replay, under these flags, and a server about each patch: what one refuses the other does.
pub fn asked<S: Server>(dialect: &str, flags: &[&str], (live, rows): (&str, &[(&str, &str)]), start: impl FnOnce() -> Result<S, String>) {
    let server = std::env::var_os("AMEND_SERVERS").map(|_| start().unwrap_or_else(|fault| panic!("{dialect}: {fault}")));
    let mut faults = Vec::new();
    for (patch, said) in rows {
        let (status, text) = replayed_with(flags, dialect, [live, patch]);
        let refusal = text.lines().find(|line| line.contains("the server refuses it"));
        let right = match refusal {
            Some(line) => !said.is_empty() && line.contains(said) && status == Some(1),
            None => said.is_empty() && status == Some(0),
        };
        if !right {
            faults.push(format!("{patch}\n  status {status:?}\n{text}"));
        }
        if let Some(server) = &server {
            let build = server.create("patches").and_then(|()| server.run("patches", live));
            build.unwrap_or_else(|fault| panic!("{dialect}: {fault}"));
            let outcome = server.run("patches", &format!("{patch}\n"));
            if outcome.is_err() == said.is_empty() {
                faults.push(format!("{patch}\n  the server: {outcome:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{dialect}: {} faults\n{}", faults.len(), faults.join("\n"));
}

/// The status and the words of `amend replay`.
pub fn replayed(dialect: &str, live: &str, patch: &str) -> (Option<i32>, String) {
    replayed_with(&[], dialect, [live, patch])
}

fn replayed_with(flags: &[&str], dialect: &str, [live, patch]: [&str; 2]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    for (name, text) in [("live.sql", live), ("patch.sql", patch)] {
        std::fs::write(Path::new(folder.path()).join(name), text).unwrap_or_else(|error| panic!("{error}"));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
    command.current_dir(folder.path()).args(["replay", "--dialect", dialect, "live.sql", "patch.sql"]).args(flags);
    let output = command.output().unwrap_or_else(|error| panic!("{error}"));
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}
