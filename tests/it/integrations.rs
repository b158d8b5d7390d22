//! What stands around the program: the settings file and its schema, the script of the GitHub action, completions and manual
//! pages, and the HTML page in a browser.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;

use super::project;

fn amend(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_amend")).current_dir(folder).args(words).output().unwrap_or_else(|error| panic!("{error}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"))
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn example(name: &str) -> String {
    project::root().join("docs/example").join(name).to_string_lossy().into_owned()
}

#[test]
fn the_settings_file_is_the_one_that_the_schema_describes() {
    let here = folder();
    assert!(amend(here.path(), &["init"]).status.success());
    let written = std::fs::read_to_string(here.path().join("amend.toml")).unwrap_or_default();
    let setting = |line: &str| line.strip_prefix("# ").filter(|rest| rest.contains(" = ")).map_or(line.to_string(), str::to_string);
    let all: String = written.lines().skip(1).map(|line| setting(line) + "\n").collect();
    let settings: Json = toml::from_str(&all).unwrap_or_else(|fault| panic!("{fault}\n{all}"));
    let schema: Json = serde_json::from_str(&project::read(Path::new("docs/amend.schema.json"))).unwrap_or_else(|fault| panic!("{fault}"));
    let validator = jsonschema::validator_for(&schema).unwrap_or_else(|fault| panic!("{fault}"));
    let faults: Vec<String> = validator.iter_errors(&settings).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let names = |value: &Json| value.as_object().map(|object| object.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    assert_eq!(names(&settings), names(&schema["properties"]));
    assert_eq!(names(&settings["django"]), names(&schema["properties"]["django"]["properties"]));
    write(&here.path().join("all.toml"), &all);
    let output = amend(here.path(), &["check", "--config", "all.toml", &example("live.sql"), &example("live.sql")]);
    assert!(output.status.success(), "the program does not take all settings: {}", text(&output.stderr));
    assert_eq!(amend(here.path(), &["init"]).status.code(), Some(2), "a settings file is written over");
}

#[test]
fn the_action_comments_once_and_then_updates() {
    let here = folder();
    let at = |name: &str| here.path().join(name);
    // Stands for GitHub's own client: it keeps what it is asked, and knows one comment once there is one.
    let gh = "#!/bin/sh\necho \"$@\" >> \"$LOG\"\ncase \"$*\" in *--paginate*) if grep -q POST \"$LOG\"; then echo 77; fi ;; esac\n";
    write(&at("gh"), gh);
    assert!(Command::new("chmod").arg("+x").arg(at("gh")).status().is_ok_and(|status| status.success()));
    let run = |what: &str| {
        let program = Path::new(env!("CARGO_BIN_EXE_amend")).parent().unwrap_or(Path::new("/"));
        let path = format!("{}:{}:{}", here.path().display(), program.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new(project::root().join("integrations/github"));
        command.arg(what).env("PATH", path).env("LOG", at("log")).env("RUNNER_TEMP", here.path()).env("OPTIONS", "--allow drop");
        command
            .env("GITHUB_OUTPUT", at("output"))
            .env("GITHUB_STEP_SUMMARY", at("summary"))
            .env("GITHUB_REPOSITORY", "o/r")
            .env("NUMBER", "5");
        command.env("LIVE", example("live.sql")).env("DESIRED", example("desired.sql"));
        let output = command.output().unwrap_or_else(|error| panic!("{error}"));
        assert!(output.status.success(), "{what}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    let said = run("compare");
    assert!(said.contains("::error file=") && said.contains("title=amend drop"), "{said}");
    let read = |name: &str| std::fs::read_to_string(at(name)).unwrap_or_default();
    assert_eq!(read("output"), "status=1\n");
    assert!(read("summary").starts_with("<!-- amend: plan -->\n### amend: "), "{}", read("summary"));
    run("comment");
    run("comment");
    let log = read("log");
    assert_eq!((log.matches("--method POST").count(), log.matches("--method PATCH repos/o/r/issues/comments/77").count()), (1, 1), "{log}");
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let here = folder();
    let man = text(&amend(here.path(), &["man"]).stdout);
    for shell in ["bash", "zsh", "fish"] {
        let completions = text(&amend(here.path(), &["completions", shell]).stdout);
        for command in ["diff", "check", "plan", "playbook", "advise", "replay", "show", "explain", "init"] {
            assert!(completions.contains(command), "{shell} does not know {command}");
            assert!(man.contains(&format!("amend\\-{command}")), "no manual page of {command}");
        }
    }
}

#[test]
fn a_pipe_gets_no_progress() {
    let output = amend(Path::new("."), &["diff", "--dialect", "postgres", &example("live.sql"), &example("desired.sql")]);
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn the_page_works_in_a_browser() {
    let known = ["chromium", "chromium-browser", "google-chrome"];
    let Some(browser) = known.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok()) else {
        println!("skipped: no chromium is installed");
        return;
    };
    let here = folder();
    let page = here.path().join("plan.html");
    let words =
        ["plan", "--dialect", "postgres", "--format", "html", "-o", &page.to_string_lossy(), &example("live.sql"), &example("desired.sql")];
    assert!(amend(here.path(), &words).status.success());
    let mut command = Command::new(browser);
    command.args([
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        "--virtual-time-budget=3000",
        "--dump-dom",
    ]);
    command.arg(format!("--user-data-dir={}", here.path().join("profile").display()));
    let output = command.arg(format!("file://{}", page.display())).output().unwrap_or_else(|error| panic!("{error}"));
    let (shown, said) = (text(&output.stdout), text(&output.stderr));
    assert!(shown.contains("7 of 7 steps"), "the filter does not run:\n{said}");
    assert!(shown.contains("class=\"copy\""), "there are no copy buttons");
    let console: Vec<&str> = said.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(console.is_empty(), "the console is not clean: {console:?}");
}
