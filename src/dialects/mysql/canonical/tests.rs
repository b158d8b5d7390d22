//! What a person writes and what MariaDB 10.11 prints of it meet.

use super::{defaults, fragment};
use crate::dialects::mysql::family::{MARIADB, MYSQL};
use crate::dialects::mysql::types::{canonical, class};

/// As printed by the server, as written.
const CONDITIONS: &[(&str, &str)] = &[
    ("`a` > 1 and `a` >= 3 or `a` is not null xor `a` in (1,2)", "a>1 and not(a<3) or a is not null xor a in (1,2)"),
    ("`a` <> 1 or `b` <> 2", "not(a=1 and b=2)"),
    ("`b` <> 0 and `a` is not null", "b<>0 and not a is null"),
    ("`a` <> `b` or `b` = 0 and `a` between 1 and 3", "a!=b || !b && a between 1 and 3"),
    ("`a` <> 1", "not a in (1)"),
    ("`a` >= `b`", "!(a<b)"),
    ("`a` not between 1 and 2 and `a`  not like 'x' and `b` is not null", "not(a between 1 and 2) and not(a like 'x') and not (b is null)"),
    ("(`a` + `b`) * 2 - (`a` - `b`) - (`a` - (`b` - `a`)) > 0", "(a+b)*2-(a-b)-(a-(b-a))>0"),
    ("-1 + -`a` > 2", "-1+ -a > +2"),
    ("`a` = _utf8mb4'x' and `a` = 'x' and `a` = 0x01 and `a` = 0.5", "a=n'x' and a='x' and a=b'1' and a=.5"),
    ("!(`a` regexp 'x') and `a` regexp 'y'", "a not regexp 'x' and a rlike 'y'"),
    ("lcase(`a`) = substr(`b`,1) and pow(`a`,2) = ceiling(`b`)", "lower(a)=mid(b,1) and power(a,2)=ceil(b)"),
    ("`n` + interval 1 day = 1 and `n` - interval 2 hour = 1", "adddate(n,1)=1 and subdate(n,interval 2 hour)=1"),
    ("`z` in (1,2) and `z` <> 3 and (`z`,`a`) in ((1,2),(3,4))", "z in (1,2) and z not in (3) and (z,a) in ((1,2),(3,4))"),
    ("locate('x',`d`) = char_length(`d`)", "position('x' in d) = character_length(d)"),
    ("`a` is null", "a is unknown"),
];

#[test]
fn conditions_meet() {
    for (printed, written) in CONDITIONS {
        assert_eq!(fragment::condition(printed, &MARIADB).compared(), fragment::condition(written, &MARIADB).compared(), "{written}");
    }
}

#[test]
fn different_conditions_stay_different() {
    const DIFFERENT: &[(&str, &str)] = &[
        ("a in (1, 2)", "a in (2, 1)"),
        ("a - (b - c) > 0", "a - b - c > 0"),
        ("a like 'x'", "a like 'X'"),
        ("a = 1 and b = 2 or c = 3", "a = 1 and (b = 2 or c = 3)"),
        ("a = '1'", "a = 1"),
    ];
    for (one, two) in DIFFERENT {
        assert_ne!(fragment::condition(one, &MARIADB).compared(), fragment::condition(two, &MARIADB).compared(), "{one}");
    }
}

#[test]
fn types_are_spelled_as_printed() {
    const TYPES: &[(&str, &str, &str)] = &[
        ("integer", "int(11)", "int"),
        ("INT UNSIGNED", "int(10) unsigned", "int unsigned"),
        ("bool", "tinyint(1)", "tinyint(1)"),
        ("numeric", "decimal(10,0)", "decimal(10,0)"),
        ("dec(5)", "decimal(5,0)", "decimal(5,0)"),
        ("double precision", "double", "double"),
        ("float(53)", "double", "double"),
        ("float(7, 3)", "float(7,3)", "float(7,3)"),
        ("text(10)", "tinytext", "tinytext"),
        ("year", "year(4)", "year"),
        ("enum('a', 'it''s' )", "enum('a','it''s')", "enum('a','it''s')"),
        ("int zerofill", "int(10) unsigned zerofill", "int(10) unsigned zerofill"),
        ("bigint unsigned zerofill", "bigint(20) unsigned zerofill", "bigint(20) unsigned zerofill"),
        ("int(4) zerofill", "int(4) unsigned zerofill", "int(4) unsigned zerofill"),
        ("character varying(40)", "varchar(40)", "varchar(40)"),
    ];
    for (written, mariadb, mysql) in TYPES {
        assert_eq!(canonical(written, &MARIADB), *mariadb);
        assert_eq!(canonical(written, &MYSQL), *mysql);
    }
}

#[test]
fn defaults_are_values_of_their_type() {
    const DEFAULTS: &[(&str, &str, &str)] = &[
        ("int(11)", "'5'", "5"),
        ("tinyint(1)", "true", "1"),
        ("decimal(5,2)", "'1.235'", "1.24"),
        ("decimal(10,3)", "5", "5.000"),
        ("double", "1e3", "1000"),
        ("varchar(10)", "5", "'5'"),
        ("varchar(10)", "x'4142'", "'AB'"),
        ("bit(3)", "b'101'", "b'101'"),
        ("datetime", "'2020-01-01'", "'2020-01-01 00:00:00'"),
        ("time", "0", "'00:00:00'"),
        ("datetime(3)", "now(3)", "CURRENT_TIMESTAMP(3)"),
        ("char(5)", "\"it's\"", "'it''s'"),
    ];
    for (data_type, written, printed) in DEFAULTS {
        let default = defaults::default(written, data_type, class(data_type), &MARIADB);
        assert_eq!(default.map(|default| default.text.to_string()).as_deref(), Some(*printed), "{written}");
    }
    assert_eq!(defaults::default("NULL", "int(11)", class("int(11)"), &MARIADB), None);
}
