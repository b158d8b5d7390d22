//! The marks by which a text tells its dialect.

use super::*;

fn told(text: &str) -> Detected {
    let mut files = Files::default();
    let id = files.add("x", text);
    detect(&files, id)
}

#[test]
fn what_cannot_be_read_whole_is_said() {
    let severity = |text: &str| told(text).diagnostics.first().map(|told| told.severity);
    assert_eq!(severity("-- MySQL dump 10.13\nCREATE TABLE t (a int);\nCREATE TABLE u (a"), Some(crate::base::Severity::Error));
    let table = "-- Table structure for table `t`\nCREATE TABLE t (a int);\n";
    assert_eq!(severity(&format!("-- MySQL dump 10.13\n{table}")), Some(crate::base::Severity::Warning));
    let written_into = format!("-- MySQL dump 10.13\n{table}CREATE TABLE u (a int);\n");
    assert_eq!(severity(&written_into), Some(crate::base::Severity::Note));
    assert_eq!(severity("-- MySQL dump 10.13\nCREATE TABLE t (a int);\n-- Dump completed\n"), None);
    assert_eq!(severity("<?xml version=\"1.0\"?>\n<mysqldump>\n</mysqldump>\n"), Some(crate::base::Severity::Error));
}

#[test]
fn dialects_are_told_from_marks() {
    let cases: &[(&str, &[&str])] = &[
        ("-- MariaDB dump 10.19\nCREATE TABLE t (a int);\n-- Dump completed\n", &["mariadb"]),
        ("-- MySQL dump 10.13  Distrib 8.0.35\n-- Server version\t8.0.35\nCREATE TABLE t (a int);\n-- Dump completed\n", &["mysql"]),
        ("create table t (a int default '1'::integer);", &["postgres"]),
        ("create table t (a serial);", &["postgres"]),
        ("create function f() returns int language sql\nsecurity definer as 'select 1'; create type m as enum ('a');", &["postgres"]),
        ("create sql security invoker view v as select 1;", &["mysql", "mariadb"]),
        ("create table `t` (a int) engine = InnoDB;", &["mysql", "mariadb"]),
        ("create table t (a varchar(3)) collate utf8mb4_uca1400_ai_ci;", &["mariadb"]),
        ("create table t (a integer primary key autoincrement);", &["sqlite"]),
        ("create table `t` (a integer) without rowid;", &["sqlite"]),
        ("create table t (a text default 'ENGINE=x ::');", &["postgres", "mysql", "mariadb", "sqlite"]),
        ("/* auto_increment */ create table t (a int); -- `x`", &["postgres", "mysql", "mariadb", "sqlite"]),
        ("create function f() returns int as $a$ begin return `1`; end $a$ language plpgsql;", &["postgres"]),
    ];
    for (text, dialects) in cases {
        assert_eq!(told(text).dialects, *dialects, "{text}");
    }
}

#[test]
fn a_contradiction_is_an_error_with_both_places() {
    let told = told("create table `t` (a int);\ncreate table u (a int default 1::integer);");
    assert_eq!(told.diagnostics.len(), 1);
    let message = told.diagnostics.first().map(|diagnostic| diagnostic.message.clone()).unwrap_or_default();
    assert!(message.contains("`::` at line 2 is postgres, but a backtick at line 1"), "{message}");
}

#[test]
fn formats_are_told_from_headings() {
    let cases: &[(&str, Format)] = &[
        ("db=# \\d t\n      Table \"public.t\"\n Column | Type \n", Format::PsqlDescribe),
        ("+-------+------+------+-----+\n| Field | Type | Null | Key |\n", Format::ShowColumns),
        ("Field\tType\tNull\tKey\tDefault\tExtra\n", Format::ShowColumns),
        ("*** 1. row ***\n       Table: t\nCreate Table: CREATE TABLE `t` (\n", Format::ShowCreate),
        ("*** 1. row ***\n           Procedure: p\n    Create Procedure: CREATE PROCEDURE `p`()\nBEGIN\n", Format::ShowCreate),
        (" table_name | column_name | data_type \n", Format::InformationSchema),
        ("TABLE_NAME,COLUMN_NAME,COLUMN_TYPE\n", Format::InformationSchema),
        ("table|t|t|2|CREATE TABLE t (a)\n", Format::SqliteMaster),
        ("create view v as\nselect table_name, column_name\nfrom x;", Format::Sql),
    ];
    for (text, format) in cases {
        assert_eq!(told(text).format, *format, "{text}");
    }
}

#[test]
fn a_dump_that_is_cut_off_is_malformed() {
    let told = told("--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.t (a integer);\n");
    assert_eq!(told.diagnostics.first().map(|diagnostic| diagnostic.code), Some(Code::Malformed));
    assert_eq!(told.dialect(), Some("postgres"));
}

#[test]
fn an_empty_file_is_said() {
    assert_eq!(told(" \n").diagnostics.len(), 1);
}
