//! Patches to relations that take columns and constraints from others: what the server refuses of them by its version.

use super::patches::{asked, replayed};
use super::servers::postgres::Postgres;

const SCHEMA: &str = "CREATE TABLE event (id integer, place text);
CREATE TABLE party () INHERITS (event);
CREATE TABLE person (id integer NOT NULL, place text);
CREATE TABLE guest () INHERITS (person);
CREATE TABLE night (id integer, day integer) PARTITION BY LIST (id);
CREATE TABLE night_rest PARTITION OF night DEFAULT;
CREATE TABLE week (id integer, day integer) PARTITION BY LIST (id);
CREATE TABLE week_rest (id integer NOT NULL, day integer);
ALTER TABLE week ATTACH PARTITION week_rest DEFAULT;
CREATE UNIQUE INDEX event_id ON event (id);
CREATE UNIQUE INDEX person_id ON person (id);
";

/// A patch, and what is said of it: nothing where the server takes it.
const ON_ALL: &[(&str, &str)] = &[
    ("ALTER TABLE event ADD PRIMARY KEY (id);", ""),
    ("ALTER TABLE ONLY person ADD PRIMARY KEY (id);", ""),
    ("ALTER TABLE ONLY person ADD PRIMARY KEY USING INDEX person_id;", ""),
    ("ALTER TABLE party ALTER id SET NOT NULL; ALTER TABLE ONLY event ADD PRIMARY KEY (id);", ""),
    ("ALTER TABLE ONLY event ALTER id SET NOT NULL;", ""),
    ("ALTER TABLE ONLY night ALTER day SET NOT NULL;", "the children of table public.night need it too"),
    ("ALTER TABLE ONLY night ADD PRIMARY KEY (id);", "the children of table public.night need it too"),
    ("ALTER TABLE ONLY week ADD PRIMARY KEY (id);", ""),
    ("ALTER TABLE ONLY event ADD COLUMN hall text, ADD PRIMARY KEY (id, place);", "the children of table public.event need it too"),
    ("ALTER TABLE ONLY night ADD COLUMN hall text;", "need it too"),
    ("ALTER TABLE ONLY event DROP COLUMN place;", ""),
    ("ALTER TABLE ONLY night DROP COLUMN day;", "need it too"),
    ("ALTER TABLE ONLY event ADD CHECK (id > 0);", "need it too"),
    ("ALTER TABLE ONLY event ADD CHECK (id > 0) NO INHERIT;", ""),
    ("ALTER TABLE ONLY event ALTER id TYPE bigint;", "need it too"),
    ("ALTER TABLE event ALTER id TYPE bigint;", ""),
    ("ALTER TABLE party ALTER id TYPE bigint;", "comes from column public.event.id"),
    ("ALTER TABLE ONLY event RENAME place TO hall;", "need it too"),
    ("ALTER TABLE party RENAME place TO hall;", "comes from column public.event.place"),
    ("ALTER TABLE party DROP COLUMN place;", "comes from column public.event.place"),
    ("ALTER TABLE party NO INHERIT event; ALTER TABLE party DROP COLUMN place;", ""),
    ("ALTER TABLE party ADD own integer; ALTER TABLE party RENAME own TO mine; ALTER TABLE party DROP mine;", ""),
    ("ALTER TABLE event ADD CONSTRAINT c CHECK (id > 0); ALTER TABLE ONLY event RENAME CONSTRAINT c TO d;", "need it too"),
    ("ALTER TABLE event ADD CONSTRAINT c CHECK (id > 0); ALTER TABLE ONLY event DROP CONSTRAINT c;", ""),
    ("ALTER TABLE event ADD CONSTRAINT c CHECK (id > 0); ALTER TABLE party DROP CONSTRAINT c;", "comes from check public.event.c"),
    ("ALTER TABLE party ADD hall text; ALTER TABLE event ADD hall varchar;", "is there already, of another type than character varying"),
    ("ALTER TABLE party ADD hall integer; ALTER TABLE event ADD hall int4;", ""),
    ("CREATE TABLE ball (id integer); ALTER TABLE ball INHERIT event;", "column public.ball.place is not there"),
    ("CREATE TABLE ball (id bigint, place text); ALTER TABLE ball INHERIT event;", "column public.ball.id is not integer"),
    ("CREATE TABLE ball (id integer, place text); ALTER TABLE ball INHERIT person;", "column public.ball.id must be NOT NULL"),
    ("CREATE TABLE ball (id integer NOT NULL, place text, more text); ALTER TABLE ball INHERIT person;", ""),
    (
        "ALTER TABLE event ADD CONSTRAINT c CHECK (id > 0); CREATE TABLE ball (id integer, place text); ALTER TABLE ball INHERIT event;",
        "has no check c",
    ),
    ("ALTER TABLE party INHERIT event;", "has columns from table public.event already"),
    (
        "CREATE TABLE night_1 (id integer, day integer, hall text); ALTER TABLE night ATTACH PARTITION night_1 FOR VALUES IN (1);",
        "is not in",
    ),
    ("CREATE TABLE night_1 (id integer, day integer); ALTER TABLE event ATTACH PARTITION night_1 DEFAULT;", "is not partitioned"),
    ("CREATE TABLE event_1 PARTITION OF event DEFAULT;", "is not partitioned"),
    ("ALTER TABLE night DETACH PARTITION night_rest; ALTER TABLE night ATTACH PARTITION night_rest FOR VALUES IN (1);", ""),
    ("ALTER TABLE night_rest ADD hall text;", "is a partition"),
    ("ALTER TABLE night DROP COLUMN id;", "is what table public.night is partitioned by"),
    ("ALTER TABLE night ADD PRIMARY KEY (day);", "must have column id, by which table public.night is partitioned"),
    ("ALTER TABLE night ADD UNIQUE (day, id);", ""),
    ("CREATE UNIQUE INDEX ON night (day);", "must have column id"),
    ("CREATE INDEX night_day ON night (day); DROP INDEX night_rest_day_idx;", "is a part of index public.night.night_day"),
    ("ALTER TABLE night ADD UNIQUE (id, day); ALTER TABLE night_rest DROP CONSTRAINT night_rest_id_day_key;", "is a part of unique"),
    ("ALTER TABLE night ALTER day SET NOT NULL; ALTER TABLE night_rest ALTER day DROP NOT NULL;", "has NOT NULL from"),
    ("CREATE UNIQUE INDEX u ON night (id); ALTER TABLE night ADD UNIQUE USING INDEX u;", "takes over no index"),
    ("CREATE TABLE k (id integer PRIMARY KEY); ALTER TABLE ONLY night ADD FOREIGN KEY (day) REFERENCES k;", "need it too"),
    ("CREATE TABLE k (id integer PRIMARY KEY); ALTER TABLE ONLY event ADD FOREIGN KEY (id) REFERENCES k;", ""),
    ("CREATE VIEW shown AS SELECT place FROM party; ALTER TABLE event DROP COLUMN place;", "view public.shown rests on"),
];

const ON_OLDER: &[(&str, &str)] = &[
    ("ALTER TABLE ONLY event ADD PRIMARY KEY (id);", ""),
    ("ALTER TABLE ONLY event ADD PRIMARY KEY USING INDEX event_id;", ""),
    ("ALTER TABLE ONLY week ALTER id SET NOT NULL;", ""),
    ("ALTER TABLE person ALTER place SET NOT NULL; ALTER TABLE guest ALTER place DROP NOT NULL;", ""),
    ("ALTER TABLE night ALTER day SET NOT NULL; ALTER TABLE ONLY night ALTER day DROP NOT NULL;", "need it too"),
];

/// NOT NULL is a constraint there, which children take.
const ON_NEWER: &[(&str, &str)] = &[
    ("ALTER TABLE ONLY event ADD PRIMARY KEY (id);", "the children of table public.event need it too"),
    ("ALTER TABLE ONLY event ADD PRIMARY KEY USING INDEX event_id;", "the children of table public.event need it too"),
    ("ALTER TABLE ONLY week ALTER id SET NOT NULL;", "the children of table public.week need it too"),
    ("ALTER TABLE person ALTER place SET NOT NULL; ALTER TABLE guest ALTER place DROP NOT NULL;", "has NOT NULL from"),
    ("ALTER TABLE night ALTER day SET NOT NULL; ALTER TABLE ONLY night ALTER day DROP NOT NULL;", ""),
];

#[test]
fn on_postgres() {
    let start = || Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?);
    asked("postgres", &["--server-version", "15"], (SCHEMA, &[ON_ALL, ON_OLDER].concat()), start);
}

#[test]
fn on_a_newer_postgres() {
    let start = || Postgres::start(&Postgres::newer().ok_or("AMEND_NEWER_POSTGRES names no PostgreSQL")?);
    asked("postgres", &["--server-version", "18"], (SCHEMA, &[ON_ALL, ON_NEWER].concat()), start);
}

/// What a primary key of the parent alone makes NOT NULL is the parent's column alone.
#[test]
fn a_key_of_the_parent_alone_leaves_the_children_as_they_are() {
    for patch in ["ALTER TABLE ONLY event ADD PRIMARY KEY (id);", "ALTER TABLE ONLY event ADD PRIMARY KEY USING INDEX event_id;"] {
        let (_, text) = replayed("postgres", SCHEMA, patch);
        assert!(text.contains("column public.event.id: not null is absent before, yes after"), "{text}");
        assert!(!text.contains("column public.party.id"), "{text}");
    }
}
