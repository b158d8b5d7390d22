//! The program from outside: statuses, messages, and inputs that are not what they should be. Never a panic, never half a
//! script, in bounded time.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const TABLE: &str = "CREATE TABLE loan (\n    id bigint PRIMARY KEY\n);\n";
const MORE: &str = "CREATE TABLE loan (\n    id bigint PRIMARY KEY,\n    note text\n);\n";

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    for (name, bytes) in files {
        let path = folder.path().join(name);
        let _ = path.parent().map(fs::create_dir_all);
        fs::write(path, bytes).unwrap_or_else(|error| panic!("{error}"));
    }
    folder
}

fn amend(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
    command.current_dir(folder).args(words).output().unwrap_or_else(|error| panic!("{error}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The program must end with this status, without a panic, and with status 2 say why and print no script.
fn ends(output: &Output, status: i32) -> String {
    let messages = text(&output.stderr);
    assert!(!messages.contains("panicked"), "{messages}");
    assert_eq!(output.status.code(), Some(status), "{messages}{}", text(&output.stdout));
    if status == 2 {
        assert!(output.stdout.is_empty(), "a script stands beside status 2:\n{}", text(&output.stdout));
        assert!(messages.contains("error"), "no reason is given: {messages}");
    }
    messages
}

#[test]
fn statuses_tell_same_from_different_from_trouble() {
    let here = folder(&[("a.sql", TABLE.as_bytes()), ("b.sql", MORE.as_bytes())]);
    let postgres = ["--dialect", "postgres"];
    let run = |words: &[&str]| amend(here.path(), &[words, &postgres].concat());
    ends(&run(&["check", "a.sql", "a.sql"]), 0);
    ends(&run(&["check", "a.sql", "b.sql"]), 1);
    ends(&run(&["diff", "a.sql", "b.sql"]), 0);
    ends(&run(&["diff", "--exit-code", "a.sql", "b.sql"]), 1);
    ends(&run(&["diff", "--exit-code", "a.sql", "a.sql"]), 0);
    ends(&run(&["show", "a.sql"]), 0);
    assert!(ends(&run(&["diff", "a.sql", "nowhere.sql"]), 2).contains("nowhere.sql"));
    ends(&run(&["diff", "--allow", "rain", "a.sql", "b.sql"]), 2);
}

#[test]
fn check_names_each_difference() {
    let here = folder(&[("a.sql", TABLE.as_bytes()), ("b.sql", MORE.as_bytes())]);
    let output = amend(here.path(), &["check", "--dialect", "postgres", "a.sql", "b.sql"]);
    assert_eq!(text(&output.stdout), "column public.loan.note is missing in live\n");
}

#[test]
fn inputs_that_cannot_be_read_are_named() {
    let table = TABLE.as_bytes();
    let latin = [b"-- caf\xe9\n".as_slice(), table].concat();
    let cases: &[(&str, &[u8], &str)] = &[
        ("binary.sql", b"\x00\x01\x02\xff\xfe\x00PK\x03\x04", "binary.sql"),
        ("latin.sql", &latin, "latin.sql"),
        ("open_quote.sql", b"CREATE TABLE loan (note text DEFAULT 'open);\n", "open_quote.sql"),
        ("open_bracket.sql", b"CREATE TABLE loan (id bigint,\n", "open_bracket.sql"),
        ("cut_off.sql", b"--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.loan (\n    id big", "cut_off.sql"),
        ("nonsense.sql", b"CREATE TABLE loan OF NOTHING AT (ALL;\n", "nonsense.sql"),
    ];
    for (name, bytes, said) in cases {
        let here = folder(&[("good.sql", table), (name, bytes)]);
        for sides in [["good.sql", name], [name, "good.sql"]] {
            let output = amend(here.path(), &["diff", "--dialect", "postgres", sides[0], sides[1]]);
            assert!(ends(&output, 2).contains(said), "{name} is not named: {}", text(&output.stderr));
        }
    }
}

#[test]
fn a_folder_without_sql_is_said() {
    let here = folder(&[("good.sql", TABLE.as_bytes()), ("notes/readme.txt", b"nothing here")]);
    assert!(ends(&amend(here.path(), &["diff", "--dialect", "postgres", "good.sql", "notes"]), 2).contains("notes"));
}

#[test]
fn the_files_of_a_dumper_are_read_in_its_order() {
    let view: &[u8] = b"DROP TABLE IF EXISTS `v`;\nDROP VIEW IF EXISTS `v`;\nCREATE VIEW `v` AS select `t`.`id` AS `id` from `t`;\n";
    let here = folder(&[
        ("dump/a.t-schema.sql", b"CREATE TABLE `t` (`id` int(11) NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB;\n"),
        ("dump/a.v-schema.sql", b"CREATE TABLE `v` (`id` int) ENGINE=MEMORY;\n"),
        ("dump/a.v-schema-view.sql", view),
        ("dump/a-schema-create.sql", b"CREATE DATABASE `a`;\n"),
        ("desired.sql", b"CREATE TABLE t (id int PRIMARY KEY);\nCREATE VIEW v AS SELECT id FROM t;\n"),
    ]);
    ends(&amend(here.path(), &["check", "--dialect", "mariadb", "dump", "desired.sql"]), 0);
}

#[test]
fn what_takes_migrations_back_is_not_read_and_that_is_said() {
    let here = folder(&[
        ("live.sql", b"CREATE TABLE loan (id bigint PRIMARY KEY, note text, state text);\n"),
        ("goose/1.sql", b"-- +goose Up\nCREATE TABLE loan (id bigint PRIMARY KEY, note text);\n-- +goose Down\nDROP TABLE loan;\n"),
        ("goose/2.sql", b"-- +goose Up\nALTER TABLE loan ADD state text;\n-- +goose Down\nALTER TABLE loan DROP state;\n"),
        ("pairs/9_loan.up.sql", b"CREATE TABLE loan (id bigint PRIMARY KEY, note text, state int);\n"),
        ("pairs/9_loan.down.sql", b"DROP TABLE loan;\n"),
        ("pairs/10_state.up.sql", b"ALTER TABLE loan DROP state;\nALTER TABLE loan ADD state text;\n"),
        ("pairs/10_state.down.sql", b"ALTER TABLE loan DROP state;\nALTER TABLE loan ADD state int;\n"),
    ]);
    for (desired, said) in [("goose", "(in 2 of 2 files)"), ("pairs", "2 of 4 files only take back")] {
        for dialect in ["postgres", "mariadb", "sqlite"] {
            let output = amend(here.path(), &["check", "--dialect", dialect, "live.sql", desired]);
            assert!(ends(&output, 0).contains(said), "{desired}: {}", text(&output.stderr));
        }
    }
}

#[test]
fn a_held_column_that_keeps_rows_out_says_so() {
    let live = "CREATE TABLE loan (id bigint PRIMARY KEY, stamp integer NOT NULL, seal text, weight integer NOT NULL DEFAULT 20);\n";
    let here = folder(&[("live.sql", live.as_bytes()), ("desired.sql", b"CREATE TABLE loan (id bigint PRIMARY KEY);\n")]);
    for dialect in ["postgres", "mariadb", "sqlite"] {
        let output = amend(here.path(), &["diff", "--dialect", dialect, "live.sql", "desired.sql"]);
        let script = text(&output.stdout);
        let told: Vec<&str> = script.split("-- held").filter(|step| step.contains("cannot insert")).collect();
        assert!(matches!(told[..], [only] if only.contains("stamp")), "{dialect}: {script}");
    }
}

#[test]
fn the_log_of_a_migration_tool_does_not_go_without_a_word() {
    let live = format!("{TABLE}CREATE TABLE goose_db_version (id integer PRIMARY KEY);\n");
    let here = folder(&[("live.sql", live.as_bytes()), ("desired.sql", TABLE.as_bytes())]);
    let said = ends(&amend(here.path(), &["diff", "--dialect", "postgres", "live.sql", "desired.sql"]), 0);
    assert!(said.contains("warning[migration-log]") && said.contains("--ignore goose_db_version"), "{said}");
    let words = ["check", "--dialect", "postgres", "--ignore", "goose_db_version", "live.sql", "desired.sql"];
    ends(&amend(here.path(), &words), 0);
}

#[test]
fn line_ends_and_byte_order_marks_mean_nothing() {
    let windows = format!("\u{feff}{}", TABLE.replace('\n', "\r\n"));
    let here = folder(&[("a.sql", TABLE.as_bytes()), ("b.sql", windows.as_bytes())]);
    ends(&amend(here.path(), &["check", "--dialect", "postgres", "a.sql", "b.sql"]), 0);
}

#[test]
fn sides_of_two_engines_are_refused() {
    let mysql = "-- MySQL dump 10.13\nCREATE TABLE `loan` (\n  `id` bigint NOT NULL AUTO_INCREMENT,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n-- Dump completed\n";
    let postgres = "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.loan (\n    id bigint NOT NULL\n);\n\n--\n-- PostgreSQL database dump complete\n--\n";
    let here = folder(&[("mysql.sql", mysql.as_bytes()), ("postgres.sql", postgres.as_bytes())]);
    ends(&amend(here.path(), &["diff", "mysql.sql", "postgres.sql"]), 2);
    ends(&amend(here.path(), &["diff", "--dialect", "postgres", "mysql.sql", "postgres.sql"]), 2);
}

#[test]
fn dumps_that_are_cut_off_are_not_the_same() {
    let dumps = [
        (
            "postgres",
            "--\n-- PostgreSQL database dump\n--\n\n-- Name: loan; Type: TABLE\nCREATE TABLE loan (\n    id bigint\n);\n",
            "-- PostgreSQL database dump complete",
        ),
        (
            "mysql",
            "-- MySQL dump 10.13\n-- Table structure for table `loan`\nCREATE TABLE `loan` (\n  `id` bigint\n) ENGINE=InnoDB;\n",
            "-- Dump completed",
        ),
        (
            "mariadb",
            "-- MariaDB dump 10.19\n-- Table structure for table `loan`\nCREATE TABLE `loan` (\n  `id` bigint\n) ENGINE=InnoDB;\n",
            "-- Dump completed",
        ),
        ("sqlite", "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE loan (id bigint);\n", "COMMIT;"),
    ];
    for (dialect, cut, last) in dumps {
        let here = folder(&[("cut.sql", cut.as_bytes()), ("whole.sql", format!("{cut}{last}\n").as_bytes())]);
        let check = |live: &str, desired: &str| amend(here.path(), &["check", "--dialect", dialect, live, desired]);
        ends(&check("whole.sql", "whole.sql"), 0);
        ends(&check("cut.sql", "whole.sql"), 2);
        ends(&check("cut.sql", "cut.sql"), 2);
        ends(&amend(here.path(), &["diff", "--dialect", dialect, "whole.sql", "cut.sql"]), 2);
        ends(&amend(here.path(), &["check", "--dialect", dialect, "--allow", "unmodelled", "cut.sql", "whole.sql"]), 0);
    }
}

/// A dump that was not asked for routines is silent of them: whom that matters to is told, and nobody else.
#[test]
fn what_live_cannot_show_is_said_where_desired_has_it() {
    let table = "CREATE TABLE `t` (\n  `id` int NOT NULL\n) ENGINE=InnoDB;\n";
    let live = format!("-- MariaDB dump 10.19\n-- Table structure for table `t`\n{table}-- Dump completed on 2026-11-21\n");
    let more = format!("{table}CREATE FUNCTION one() RETURNS int RETURN 1;\n");
    let here = folder(&[("live.sql", live.as_bytes()), ("same.sql", table.as_bytes()), ("more.sql", more.as_bytes())]);
    let said = |desired: &str| ends(&amend(here.path(), &["check", "--dialect", "mariadb", "live.sql", desired]), 0);
    assert!(!said("same.sql").contains("unseen"));
    let more = said("more.sql");
    assert!(more.contains("desired makes function one") && more.contains("mariadb-dump --no-data --routines"), "{more}");
}

#[test]
fn many_statements_take_bounded_time() {
    let statements: String = (0..20_000).map(|n| format!("CREATE TABLE t{n} (a integer, b text);\n")).collect();
    let here = folder(&[("a.sql", statements.as_bytes()), ("b.sql", format!("{statements}CREATE TABLE last (a integer);\n").as_bytes())]);
    let begin = Instant::now();
    ends(&amend(here.path(), &["check", "--dialect", "postgres", "a.sql", "b.sql"]), 1);
    assert!(begin.elapsed() < Duration::from_secs(120), "{:?}", begin.elapsed());
}

#[test]
fn an_output_file_is_written_whole_or_not_at_all() {
    let here =
        folder(&[("a.sql", TABLE.as_bytes()), ("b.sql", MORE.as_bytes()), ("bad.sql", b"CREATE TABLE (\n"), ("out.sql", b"as it was")]);
    let run = |desired: &str| amend(here.path(), &["diff", "--dialect", "postgres", "-o", "out.sql", "a.sql", desired]);
    ends(&run("bad.sql"), 2);
    assert_eq!(fs::read(here.path().join("out.sql")).unwrap_or_default(), b"as it was");
    let output = run("b.sql");
    ends(&output, 0);
    assert!(output.stdout.is_empty());
    assert!(fs::read_to_string(here.path().join("out.sql")).unwrap_or_default().contains("ADD COLUMN note text"));
    assert_eq!(fs::read_dir(here.path()).map(|entries| entries.count()).unwrap_or(0), 4, "a temporary file is left");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let live = super::project::root().join("fixtures/postgres/table/add/live.sql");
    let desired = super::project::root().join("fixtures/postgres/table/add/desired.sql");
    let words = ["diff", "--dialect", "postgres", &live.to_string_lossy(), &desired.to_string_lossy()];
    let first = amend(Path::new("."), &words);
    assert!(!first.stdout.is_empty());
    assert!((0..3).all(|_| amend(Path::new("."), &words).stdout == first.stdout));
}

#[test]
fn hazards_are_explained_denied_and_told_of_a_patch() {
    let patch = "CREATE INDEX loan_id_idx ON loan (id);\n";
    let here = folder(&[("a.sql", TABLE.as_bytes()), ("b.sql", format!("{TABLE}{patch}").as_bytes()), ("patch.sql", patch.as_bytes())]);
    let run = |words: &[&str]| amend(here.path(), &[words, &["--dialect", "postgres"]].concat());
    assert!(ends(&run(&["diff", "--deny", "index-build", "a.sql", "b.sql"]), 1).contains("denied: index-build"));
    ends(&run(&["diff", "--deny", "rewrite", "a.sql", "b.sql"]), 0);
    ends(&run(&["diff", "--deny", "rain", "a.sql", "b.sql"]), 2);
    ends(&run(&["diff", "--online", "--deny", "index-build", "a.sql", "b.sql"]), 0);
    let replayed = run(&["replay", "a.sql", "patch.sql", "--against", "b.sql"]);
    ends(&replayed, 0);
    assert!(text(&replayed.stdout).contains("SHARE on table public.loan stops writes"), "{}", text(&replayed.stdout));
    ends(&run(&["replay", "--deny", "index-build", "a.sql", "patch.sql"]), 1);
    let explained = amend(here.path(), &["explain", "index-build"]);
    ends(&explained, 0);
    assert!(text(&explained.stdout).contains("CONCURRENTLY"));
    assert!(ends(&amend(here.path(), &["explain", "rain"]), 2).contains("known: drop"));
}

/// What is written can be read by whom other files can be read; what is no file is not replaced by one, and a link stays one.
#[cfg(unix)]
#[test]
fn the_output_is_a_file_like_others() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let here = folder(&[("live.sql", TABLE.as_bytes()), ("desired.sql", MORE.as_bytes()), ("real.sql", b"")]);
    symlink(here.path().join("real.sql"), here.path().join("link.sql")).unwrap_or_else(|error| panic!("{error}"));
    assert!(Command::new("mkfifo").arg(here.path().join("pipe")).status().is_ok_and(|status| status.success()));
    let reader = Command::new("cat").arg(here.path().join("pipe")).stdout(std::process::Stdio::piped()).spawn();
    for name in ["new.sql", "link.sql", "pipe"] {
        ends(&amend(here.path(), &["diff", "--dialect", "postgres", "-o", name, "live.sql", "desired.sql"]), 0);
    }
    let mode = |name: &str| fs::metadata(here.path().join(name)).map(|known| known.permissions().mode() & 0o777).unwrap_or_default();
    assert_eq!(mode("new.sql"), mode("live.sql"));
    assert!(fs::symlink_metadata(here.path().join("link.sql")).is_ok_and(|known| known.is_symlink()));
    assert!(fs::read_to_string(here.path().join("real.sql")).is_ok_and(|text| text.contains("ADD COLUMN note")));
    let read = reader.and_then(|reader| reader.wait_with_output()).map(|output| text(&output.stdout)).unwrap_or_default();
    assert!(read.contains("ADD COLUMN note"), "{read}");
}
