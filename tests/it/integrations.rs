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

/// Repositories as people keep them: their files, what the settings file says of each, and a comparison that runs with it.
type Repository = (&'static [(&'static str, &'static str)], &'static [&'static str], &'static [&'static str]);

const MANAGE: &str = "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings.local\")\n";
const BASE: &str = "INSTALLED_APPS = [\"stock\"]\nDATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.postgresql\"}}\n";
const LOCAL: &str = "from .base import *\nDATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.sqlite3\"}}\n";
const MODELS: &str = "from django.db import models\n\n\nclass Shelf(models.Model):\n    label = models.CharField(max_length=40)\n";
const SHELF: &str = "CREATE TABLE `shelf` (`id` int NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`)) ENGINE=InnoDB;\n";

const REPOSITORIES: &[Repository] = &[
    (
        &[
            ("manage.py", MANAGE),
            ("config/settings/__init__.py", ""),
            ("config/settings/base.py", BASE),
            ("config/settings/local.py", LOCAL),
            ("config/settings/production.py", "from .base import *\n"),
            ("stock/__init__.py", ""),
            ("stock/models.py", MODELS),
            ("live.sql", "CREATE TABLE public.stock_shelf (id bigint NOT NULL);\n"),
        ],
        &["\ndialect = \"postgres\"", "\nsettings = \"config.settings.production\"", "amend plan LIVE django:."],
        &["live.sql", "django:."],
    ),
    (
        &[
            ("db/schema/shelf.sql", SHELF),
            ("db/live.sql", "CREATE TABLE shelf (id int) ENGINE=InnoDB;\n"),
            ("compose.yaml", "services:\n  db:\n    image: \"mariadb:10.11\"\n"),
        ],
        &["\ndialect = \"mariadb\"", "compose.yaml: mariadb:10.11", "amend plan LIVE db/schema\n"],
        &["db/live.sql", "db/schema"],
    ),
    (
        &[
            ("backend/manage.py", MANAGE),
            ("backend/config/settings/local.py", LOCAL),
            ("backend/config/settings/base.py", BASE),
            ("services/bills/bill.sql", "CREATE TABLE bill (id bigserial PRIMARY KEY, tags jsonb);\n"),
            ("node_modules/other/x.sql", SHELF),
            ("live.sql", "-- PostgreSQL database dump\nCREATE TABLE public.bill (id bigint);\n-- PostgreSQL database dump complete\n"),
        ],
        &["config.settings.local of backend (sqlite); live.sql", "\n# dialect", "amend plan live.sql services/bills\n"],
        &["live.sql", "services/bills"],
    ),
    (&[("db/schema/shelf.sql", SHELF)], &["It is mysql or mariadb", "\n# dialect = \"mysql\""], &[]),
];

#[test]
fn the_settings_file_says_what_the_repository_shows() {
    for (files, said, compared) in REPOSITORIES {
        let here = folder();
        for (name, content) in *files {
            let path = here.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap_or(here.path())).unwrap_or_else(|error| panic!("{error}"));
            write(&path, content);
        }
        let output = amend(here.path(), &["init"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let written = std::fs::read_to_string(here.path().join("amend.toml")).unwrap_or_default();
        let missing: Vec<_> = said.iter().filter(|said| !written.contains(**said)).collect();
        assert!(missing.is_empty(), "{missing:?} not in\n{written}");
        if let [live, desired] = *compared {
            let output = amend(here.path(), &["check", live, desired]);
            assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        }
    }
}

/// A runner of pipelines: a folder with programs of our own in front of the system's.
struct Runner {
    here: tempfile::TempDir,
}

impl Runner {
    fn new() -> Runner {
        Runner { here: folder() }
    }

    fn at(&self, name: &str) -> std::path::PathBuf {
        self.here.path().join(name)
    }

    /// Puts a program into the path.
    fn program(&self, name: &str, script: &str) {
        let path = self.at("bin").join(name);
        std::fs::create_dir_all(self.at("bin")).unwrap_or_else(|error| panic!("{error}"));
        write(&path, &format!("#!/bin/sh\n{script}\n"));
        assert!(Command::new("chmod").arg("+x").arg(path).status().is_ok_and(|status| status.success()));
    }

    /// Carries out a command with these variables.
    fn run(&self, command: &str, variables: &[(&str, &str)]) -> Output {
        let program = Path::new(env!("CARGO_BIN_EXE_amend")).parent().unwrap_or(Path::new("/"));
        let path = format!("{}:{}:{}", self.at("bin").display(), program.display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("bash");
        shell.args(["-e", "-c", command]).current_dir(self.here.path()).env("PATH", path).env("LOG", self.at("log"));
        shell.env("RUNNER_TEMP", self.here.path()).env("GITHUB_OUTPUT", self.at("output")).env("GITHUB_STEP_SUMMARY", self.at("summary"));
        shell.env("GITHUB_ACTION_PATH", project::root()).env("GITHUB_REPOSITORY", "o/r").env("NUMBER", "5");
        shell.envs(variables.iter().copied()).output().unwrap_or_else(|error| panic!("{error}"))
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.at(name)).unwrap_or_default()
    }
}

/// The shell lines of a step of action.yml.
fn step(name: &str) -> String {
    let action = project::read(Path::new("action.yml"));
    let step = action.split("    - name: ").find(|step| step.starts_with(&format!("{name}\n"))).map(str::to_string).unwrap_or_default();
    let (_, run) = step.split_once("run: ").unwrap_or_else(|| panic!("no step {name}"));
    run.trim().trim_matches('\'').to_string()
}

/// Stands for GitHub's own client: it keeps what it is asked, and knows two comments once there is one.
const GH: &str = "echo \"$@\" >> \"$LOG\"\ncase \"$*\" in *--paginate*) if grep -q POST \"$LOG\"; then echo 77; echo 78; fi ;; esac";

#[test]
fn the_action_comments_once_and_then_updates() {
    let runner = Runner::new();
    runner.program("gh", GH);
    let (live, desired) = (example("live.sql"), example("desired.sql"));
    let sides = [("LIVE", live.as_str()), ("DESIRED", desired.as_str()), ("OPTIONS", "--allow drop")];
    let output = runner.run(&step("Compare"), &sides);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("::error file=") && said.contains("title=amend drop"), "{said}");
    assert_eq!(runner.read("output"), "status=1\n");
    assert!(runner.read("summary").starts_with("<!-- amend: plan -->\n### amend: "), "{}", runner.read("summary"));
    for _ in 0..2 {
        let output = runner.run(&step("Comment"), &sides);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let log = runner.read("log");
    assert_eq!(
        (log.matches("--method POST").count(), log.matches("--method PATCH repos/o/r/issues/comments/77 ").count()),
        (1, 1),
        "{log}"
    );
}

#[test]
fn the_action_says_what_fails() {
    let runner = Runner::new();
    // A token that only reads: the comment is not written, and the job says so without an end of its own.
    runner.program("gh", "echo \"$@\" >> \"$LOG\"\ncase \"$*\" in *--method*) echo 'HTTP 403' >&2; exit 1 ;; esac");
    let output = runner.run(&step("Comment"), &[]);
    assert!(output.status.success() && text(&output.stdout).contains("::warning title=amend::"), "{}", text(&output.stderr));
    runner.program("gh", "exit 1");
    assert!(text(&runner.run(&step("Comment"), &[]).stdout).contains("::warning title=amend::"));
    // A side that is not there: no plan, no comment, and the status that ends the job.
    let output = runner.run(&step("Compare"), &[("LIVE", "nowhere.sql"), ("DESIRED", &example("desired.sql"))]);
    assert!(output.status.success() && text(&output.stderr).contains("nowhere.sql"), "{}", text(&output.stderr));
    assert_eq!((runner.read("output").as_str(), runner.read("summary").as_str()), ("status=2\n", ""));
    let end = |status: &str, fail: &str| runner.run(&step("Status"), &[("STATUS", status), ("FAIL", fail)]).status.code();
    let ends = [("0", "true", 0), ("1", "true", 1), ("1", "false", 0), ("2", "true", 2), ("2", "false", 2)];
    assert!(ends.iter().all(|(status, fail, code)| end(status, fail) == Some(*code)));
}

#[test]
fn a_denied_hazard_does_not_keep_the_plan_from_the_reviewer() {
    let runner = Runner::new();
    let (live, desired) = (example("live.sql"), example("desired.sql"));
    let output = runner.run(&step("Compare"), &[("LIVE", &live), ("DESIRED", &desired), ("OPTIONS", "--deny rename,drop,lock")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(runner.read("output") == "status=1\n" && runner.read("summary").contains("### amend: "), "{}", runner.read("summary"));
}

#[test]
fn options_on_several_lines_all_count() {
    let runner = Runner::new();
    let (live, desired) = (example("live.sql"), example("desired.sql"));
    let output = runner.run(&step("Compare"), &[("LIVE", &live), ("DESIRED", &desired), ("OPTIONS", "--allow drop\n--deny lock\n")]);
    assert!(text(&output.stderr).contains("denied: lock"), "{}", text(&output.stderr));
    assert!(output.status.success() && text(&output.stdout).contains("::error file="), "{}", text(&output.stdout));
}

#[test]
fn a_difference_without_a_plan_ends_the_job_with_its_reason() {
    let runner = Runner::new();
    write(&runner.at("live.sql"), "CREATE TABLE p (a integer);\nCREATE TABLE c () INHERITS (p);\n");
    write(&runner.at("desired.sql"), "CREATE TABLE p (a integer);\nCREATE TABLE c (a integer) INHERITS (p);\n");
    let sides = [("LIVE", "live.sql"), ("DESIRED", "desired.sql"), ("OPTIONS", "--dialect postgres")];
    let output = runner.run(&step("Compare"), &sides);
    assert_eq!((output.status.code(), runner.read("output").as_str()), (Some(2), "status=1\n"));
    assert!(text(&output.stderr).contains("error[refused]"), "{}", text(&output.stderr));
}

#[test]
fn the_job_for_gitlab_writes_its_reports_and_fails_where_something_differs() {
    let template = project::read(Path::new("integrations/gitlab.yml"));
    let script = template.split_once("  script:\n").and_then(|(_, rest)| rest.split_once("  artifacts:")).map_or("", |(script, _)| script);
    let lines: Vec<&str> = script.lines().filter_map(|line| line.trim().strip_prefix("- ")).collect();
    assert_eq!(lines.len(), 4, "{script}");
    let job = |runner: &Runner, live: &str, desired: &str| {
        runner.run(&lines.join("\n"), &[("AMEND_LIVE", live), ("AMEND_DESIRED", desired), ("AMEND_OPTIONS", "--allow drop")])
    };
    let (live, desired) = (example("live.sql"), example("desired.sql"));
    let runner = Runner::new();
    assert_eq!(job(&runner, &live, &desired).status.code(), Some(1));
    let quality: Json = serde_json::from_str(&runner.read("gl-code-quality-report.json")).unwrap_or_default();
    assert!(quality.as_array().is_some_and(|found| !found.is_empty()) && runner.read("amend.html").starts_with("<!"), "{quality}");
    let runner = Runner::new();
    assert_eq!(job(&runner, &live, &live).status.code(), Some(0));
    assert_eq!(runner.read("gl-code-quality-report.json").trim(), "[]");
    let runner = Runner::new();
    assert_eq!(job(&runner, "nowhere.sql", &desired).status.code(), Some(2));
    // An image without the program builds it, and a build that fails ends the job.
    let runner = Runner::new();
    runner.program("cargo", "echo \"$@\" >> \"$LOG\"\nexit 101");
    let install = lines[0].replace("command -v amend", "command -v amend-that-is-not-there");
    let output = runner.run(&install, &[("AMEND_REPOSITORY", "https://example.org/amend.git")]);
    assert_eq!((output.status.code(), runner.read("log").as_str()), (Some(101), "install --locked --git https://example.org/amend.git\n"));
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
