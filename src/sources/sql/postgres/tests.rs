use crate::base::{FileId, Files, Name};
use crate::dialects::postgres::Postgres;
use crate::dialects::{DIALECTS, Dialect};
use crate::ir::{Attr, Key, Kind, Schema, Value, Written};
use crate::replay::replay;
use crate::sources::{Outcome, Reading};

fn read(text: &str) -> Reading {
    let mut files = Files::default();
    let id: FileId = files.add("test.sql", text);
    let dialect = DIALECTS.iter().find(|row| row.0 == "postgres").map(|row| row.1).expect("PostgreSQL is a dialect");
    crate::sources::sql::read(&files, &[id], dialect)
}

fn schema(text: &str) -> Schema<Written> {
    let reading = read(text);
    assert_eq!(reading.diagnostics, [], "{text}");
    let mut schema = Postgres.initial();
    let diagnostics = replay(&mut schema, reading.ops, &Postgres);
    assert_eq!(diagnostics, [], "{text}");
    schema
}

fn public(kind: Kind, name: &str) -> Key {
    Key::new(kind, Name::new("public"), Name::new(name))
}

fn part(kind: Kind, owner: &str, name: &str) -> Key {
    public(Kind::Table, owner).child(kind, Name::new(name))
}

#[test]
fn every_statement_is_accounted_for() {
    let reading =
        read("SET x = 1; SELECT pg_catalog.set_config('search_path', '', false); INSERT INTO t VALUES (1); CREATE TABLE t (a int); FROB;");
    let outcomes: Vec<&Outcome> = reading.ledger.iter().map(|entry| &entry.outcome).collect();
    let expected = [
        &Outcome::Ignored("setting"),
        &Outcome::Ignored("set_config"),
        &Outcome::Ignored("rows"),
        &Outcome::Modelled,
        &Outcome::Unmodelled,
    ];
    assert_eq!(outcomes, expected);
    assert_eq!(reading.diagnostics.len(), 1);
}

#[test]
fn more_than_a_type_is_no_type() {
    for text in ["CREATE TABLE t (a int b);", "ALTER TABLE t ADD a int\nALTER TABLE t ADD b int;", "ALTER TABLE t ALTER a TYPE int b;"] {
        let diagnostics = read(text).diagnostics;
        assert!(diagnostics.iter().any(|one| one.message.contains("expected a type")), "{text}: {diagnostics:?}");
    }
    schema(
        "CREATE TABLE t (a int ARRAY[3], b interval day to second(3), c national char varying(4), d s.\"T\"[][], e geometry(Point, 4326));",
    );
}

#[test]
fn serial_is_an_owned_sequence_and_a_default() {
    let schema = schema("CREATE TABLE t (id bigserial PRIMARY KEY);");
    let column = schema.get(part(Kind::Column, "t", "id")).expect("the column");
    assert_eq!(column.text(Attr::Default), Some("nextval('public.t_id_seq'::regclass)"));
    assert!(column.has(Attr::NotNull));
    let sequence = schema.get(public(Kind::Sequence, "t_id_seq")).expect("the sequence");
    assert_eq!(sequence.key_of(Attr::OwnedBy), Some(column.key));
}

#[test]
fn the_search_path_gives_namespaces() {
    let schema = schema(
        "CREATE SCHEMA app; SET search_path = app, pg_catalog; CREATE TABLE t (a int); SET search_path TO DEFAULT; CREATE TABLE u (a int);",
    );
    assert!(schema.contains(Key::new(Kind::Table, Name::new("app"), Name::new("t"))));
    assert!(schema.contains(public(Kind::Table, "u")));
}

#[test]
fn arguments_name_a_routine_by_their_types() {
    let text = "CREATE FUNCTION f(a int, OUT b text, VARIADIC c timestamp with time zone[]) RETURNS text LANGUAGE sql AS 'select 1';
        CREATE FUNCTION g(double precision, character varying(3)) RETURNS int LANGUAGE sql RETURN 1;";
    let schema = schema(text);
    assert!(schema.contains(public(Kind::Function, "f(integer,timestamp with time zone[])")));
    let names: Vec<String> = schema.of_kind(Kind::Function).map(|object| object.key.name.to_string()).collect();
    assert!(names.iter().any(|name| name.starts_with("g(double precision,character varying")), "{names:?}");
}

#[test]
fn partitions_take_columns_and_indexes() {
    let hand =
        "CREATE TABLE p (id int NOT NULL, at date) PARTITION BY RANGE (id); CREATE TABLE c PARTITION OF p FOR VALUES FROM (1) TO (2);
        CREATE INDEX p_at_idx ON p (at);";
    let dump = "CREATE TABLE p (id int NOT NULL, at date) PARTITION BY RANGE (id); CREATE TABLE c (id int NOT NULL, at date);
        ALTER TABLE ONLY p ATTACH PARTITION c FOR VALUES FROM (1) TO (2); CREATE INDEX p_at_idx ON ONLY p (at);
        CREATE INDEX c_at_idx ON c (at); ALTER INDEX p_at_idx ATTACH PARTITION c_at_idx;";
    for text in [hand, dump] {
        let schema = schema(text);
        let child = schema.get(part(Kind::Index, "c", "c_at_idx")).expect(text);
        assert_eq!(child.key_of(Attr::PartitionOf), Some(part(Kind::Index, "p", "p_at_idx")), "{text}");
        assert!(!schema.get(part(Kind::Index, "p", "p_at_idx")).expect(text).has(Attr::Only), "{text}");
        assert!(schema.get(part(Kind::Column, "c", "id")).expect(text).has(Attr::NotNull), "{text}");
    }
}

#[test]
fn comments_are_evidence_of_a_rename() {
    let text = "-- amend: renamed from old_t\nCREATE TABLE t (\n  -- amend: renamed from x\n  a int,\n  b int, -- amend: renamed from y\n  c int -- amend: renamed from \"Z\"\n);";
    let found: Vec<(Kind, &str, &str)> =
        read(text).renames.iter().map(|hint| (hint.key.kind, hint.key.name.as_str(), hint.from.as_str())).collect();
    assert_eq!(found, [(Kind::Table, "t", "old_t"), (Kind::Column, "a", "x"), (Kind::Column, "b", "y"), (Kind::Column, "c", "Z")]);
}

#[test]
fn a_statement_that_finds_its_table_does_nothing() {
    let schema = schema("CREATE TABLE t (a int); CREATE TABLE IF NOT EXISTS t (a int, b serial, UNIQUE (a));");
    assert!(!schema.contains(part(Kind::Column, "t", "b")));
    assert_eq!(schema.of_kind(Kind::Sequence).count() + schema.of_kind(Kind::Unique).count(), 0);
}

#[test]
fn privileges_are_held_by_what_the_target_is() {
    let schema =
        schema("CREATE VIEW v AS SELECT 1 AS a; GRANT SELECT, UPDATE (a) ON v TO bob WITH GRANT OPTION; REVOKE UPDATE ON v FROM bob;");
    let key = Key { kind: Kind::Privilege, namespace: Name::new("public"), owner: Name::new("view v"), name: Name::new("bob") };
    let Some(Value::Options(grants)) = schema.fact(key, Attr::Grants) else { panic!("no grants") };
    assert_eq!(
        grants.iter().map(|(name, option)| (name.as_str(), &**option)).collect::<Vec<_>>(),
        [("SELECT", "grant"), ("UPDATE", "none"), ("UPDATE(a)", "none")]
    );
}

#[test]
fn guarded_blocks_are_read_and_others_are_not() {
    let guarded = "DO $$ BEGIN CREATE TYPE c AS ENUM ('r'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;";
    assert!(schema(guarded).contains(public(Kind::Enum, "c")));
    assert_eq!(read("DO $$ BEGIN EXECUTE 'drop table t'; END $$;").diagnostics.len(), 1);
}
