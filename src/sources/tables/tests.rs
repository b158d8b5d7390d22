//! The grammars in grammar/ and the parsers hold each other: same names, and every example is parsed whole. Mutated texts
//! never panic.

use proptest::prelude::*;

use super::*;
use crate::dialects::by_name;

type Accepts = fn(&str) -> bool;

/// One grammar: its file, the source of its parsers, and the parsers by name.
struct Grammar {
    ebnf: &'static str,
    source: &'static str,
    parsers: &'static [(&'static str, Accepts)],
}

macro_rules! parsers {
    ($module:path: $($name:ident)*) => {
        &[$((stringify!($name), |input| { use $module as own; matches!(own::$name(input), Ok(("", _))) }),)*]
    };
}

const GRAMMARS: &[Grammar] = &[
    Grammar {
        ebnf: include_str!("../../../grammar/words.ebnf"),
        source: include_str!("words.rs"),
        parsers: parsers!(crate::sources::tables::words: identifier dotted balanced inside),
    },
    Grammar {
        ebnf: include_str!("../../../grammar/psql.ebnf"),
        source: include_str!("psql/grammar.rs"),
        parsers: parsers!(crate::sources::tables::psql::grammar:
            prompt describe_command title index_line index_body key_word index_clauses check_line foreign_key_line
            other_table_line not_null_line not_null_suffix statistics_line policy_line policy_clauses trigger_line rule_start
            partition_of name_list option_list default_cell modifiers_cell index_summary row_count),
    },
    Grammar {
        ebnf: include_str!("../../../grammar/show_columns.ebnf"),
        source: include_str!("mysql/grammar.rs"),
        parsers: parsers!(crate::sources::tables::mysql::grammar:
            prompt statement show_columns show_index describe from table_name name_part caption extra_cell extra_word),
    },
    Grammar {
        ebnf: include_str!("../../../grammar/information_schema.ebnf"),
        source: include_str!("information_schema/grammar.rs"),
        parsers: parsers!(crate::sources::tables::information_schema::grammar:
            null_cell yes_or_no array_type interval_type between),
    },
];

/// The productions of a grammar with their examples.
fn productions(ebnf: &str) -> Vec<(&str, Option<&str>)> {
    let mut found: Vec<(&str, Option<&str>)> = Vec::new();
    for line in ebnf.lines() {
        if let Some((name, _)) = line.split_once(" = ").filter(|(name, _)| !name.starts_with([' ', '('])) {
            found.push((name, None));
        }
        let example = line.strip_prefix("(* example: ").and_then(|rest| rest.strip_suffix(" *)"));
        if let (Some(example), Some(last)) = (example, found.last_mut()) {
            last.1 = Some(example);
        }
    }
    found
}

/// The functions of a source that are parsers of one production: public, of the input alone.
fn functions(source: &str) -> Vec<&str> {
    source.lines().filter_map(|line| line.strip_prefix("pub fn ")?.split_once("(input: &str)")).map(|(name, _)| name).collect()
}

#[test]
fn productions_and_parsers_have_the_same_names() {
    for grammar in GRAMMARS {
        let mut written: Vec<&str> = productions(grammar.ebnf).iter().map(|(name, _)| *name).collect();
        let mut listed: Vec<&str> = grammar.parsers.iter().map(|(name, _)| *name).collect();
        let mut defined: Vec<&str> = functions(grammar.source).into_iter().filter(|name| *name != "fail<T>").collect();
        for names in [&mut written, &mut listed, &mut defined] {
            names.sort_unstable();
        }
        assert_eq!(written, listed);
        assert_eq!(written, defined);
    }
}

#[test]
fn every_example_is_parsed_whole() {
    for grammar in GRAMMARS {
        for (name, example) in productions(grammar.ebnf) {
            let example = example.unwrap_or_else(|| panic!("{name} has no example"));
            let parser = grammar.parsers.iter().find(|(own, _)| *own == name).map(|(_, parser)| parser);
            assert!(parser.is_some_and(|parser| parser(example)), "{name} does not parse {example:?}");
        }
    }
}

const PSQL: &str = include_str!("samples/psql.txt");
const MYSQL: &str = include_str!("samples/show_columns.txt");
const LISTING: &str = include_str!("samples/information_schema.txt");

/// Reads a text in every format: what is asked is only that it ends.
fn read_everywhere(text: &str) {
    let mut files = Files::default();
    let id = files.add("mutated.txt", text);
    for (format, dialect) in [
        (Format::PsqlDescribe, "postgres"),
        (Format::ShowColumns, "mariadb"),
        (Format::ShowCreate, "mysql"),
        (Format::InformationSchema, "postgres"),
        (Format::InformationSchema, "mysql"),
    ] {
        let reading = by_name(dialect).and_then(|dialect| read(&files, &[id], format, dialect));
        assert!(reading.is_some());
    }
    crate::sources::detect::detect(&files, id);
}

#[test]
fn samples_are_read_without_complaint() {
    for (text, format, dialect) in [
        (PSQL, Format::PsqlDescribe, "postgres"),
        (MYSQL, Format::ShowColumns, "mariadb"),
        (LISTING, Format::InformationSchema, "postgres"),
    ] {
        let mut files = Files::default();
        let id = files.add("sample.txt", text);
        assert_eq!(crate::sources::detect::detect(&files, id).format, format);
        let reading = by_name(dialect).and_then(|dialect| read(&files, &[id], format, dialect)).unwrap_or_default();
        assert_eq!(reading.diagnostics, []);
        assert!(!reading.ops.is_empty());
    }
}

/// A change of a text: cut out, doubled, or replaced by something that grammars care for.
fn mutation() -> impl Strategy<Value = (usize, usize, String)> {
    let spare = prop::sample::select(vec![
        "",
        "|",
        "'",
        "\"",
        "(",
        ")",
        "+",
        "-",
        "\n",
        "é漢",
        "\t",
        ",",
        "`",
        ":",
        "::",
        "\u{0}",
        "    ",
        "Indexes:\n",
    ]);
    (0usize..6000, 0usize..40, spare.prop_map(str::to_owned))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn mutated_texts_never_panic(which in 0usize..3, mutations in prop::collection::vec(mutation(), 1..8)) {
        let mut text: Vec<char> = [PSQL, MYSQL, LISTING].get(which).map(|text| text.chars().collect()).unwrap_or_default();
        for (at, length, spare) in mutations {
            let from = at % (text.len() + 1);
            let to = (from + length).min(text.len());
            text.splice(from..to, spare.chars());
        }
        read_everywhere(&text.into_iter().collect::<String>());
    }
}
