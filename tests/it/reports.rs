//! The reports: every format of every fixture's plan holds to its own rules, and the same plan gives the same bytes.

use std::path::Path;

use amend::base::Files;
use amend::compile::{self, Options, Source};
use amend::dialects;
use amend::ir::{Hazard, Pair};
use amend::report::document::{Document, Subject};
use amend::report::text::{Look, Paint};
use amend::report::{github, gitlab, html, json, markdown, mermaid, sarif, text};
use amend::sources;
use serde_json::Value as Json;

use super::fixture::Fixture;
use super::{corpus, project};

/// The documents of all fixtures whose sides are SQL files, with the titles.
fn documents() -> Vec<(String, Document)> {
    let plain = |fixture: &Fixture| fixture.live == "live.sql" && fixture.desired == "desired.sql";
    corpus::answered().into_iter().filter(plain).filter_map(|fixture| Some((fixture.title(), document(&fixture)?))).collect()
}

fn document(fixture: &Fixture) -> Option<Document> {
    let dialect = dialects::by_name(&fixture.dialect)?;
    let mut files = Files::default();
    let mut side = |name: &str| {
        let id = files.add(name, fixture.text(name));
        Source::of(name, sources::read(&files, &[id], dialect), dialect)
    };
    let (live, desired) = (side("live.sql"), side("desired.sql"));
    let compiled = compile::compile(Pair::new(&live, &desired), &Options::default(), dialect);
    Some(Document::of(Subject { compiled: &compiled, files: &files, dialect, advice: &[] }))
}

/// Holds something of every document and names all that break it.
fn every_document(law: impl Fn(&Document) -> Result<(), String>) {
    let faults: Vec<String> =
        documents().iter().filter_map(|(title, document)| Some(format!("{title}: {}", law(document).err()?))).collect();
    assert!(faults.is_empty(), "{} cases\n{}", faults.len(), faults.join("\n"));
}

fn parsed(text: &str) -> Result<Json, String> {
    serde_json::from_str(text).map_err(|fault| format!("not JSON: {fault}"))
}

#[test]
fn json_holds_to_its_schema() {
    let schema = parsed(&project::read(Path::new("docs/plan.schema.json"))).unwrap_or_else(|fault| panic!("{fault}"));
    let validator = jsonschema::validator_for(&schema).unwrap_or_else(|fault| panic!("{fault}"));
    every_document(|document| {
        let faults: Vec<String> =
            validator.iter_errors(&parsed(&json::plan(document))?).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
    });
    let mut other = parsed(&json::plan(&documents()[0].1)).unwrap_or_else(|fault| panic!("{fault}"));
    other["steps"][0]["action"] = Json::from("make");
    assert!(!validator.is_valid(&other), "the schema takes what is not there");
}

#[test]
fn a_page_shows_every_statement_and_asks_nothing_of_a_network() {
    every_document(|document| {
        let page = html::page(document);
        if !page.contains("</html>") {
            return Err(page.lines().take(3).collect());
        }
        for (_, statement) in document.statements() {
            if !page.contains(&format!("id=\"statement-{}\"", statement.number)) {
                return Err(format!("statement {} is not there", statement.number));
            }
        }
        let asks = ["src=\"http", "href=\"http", "url(http", "@import"].into_iter().find(|word| page.contains(word));
        asks.map_or(Ok(()), |word| Err(format!("the page holds {word}")))
    });
}

#[test]
fn a_page_escapes_what_it_is_given() {
    let live = "CREATE TABLE t (a text);\n";
    let desired = "CREATE TABLE t (a text);\nCOMMENT ON COLUMN t.a IS '</script><script>alert(1)</script>';\n";
    let document = of_texts(live, desired);
    let page = html::page(&document);
    assert!(!page.contains("<script>alert"), "markup of a comment is markup of the page");
    assert!(page.contains("&lt;script&gt;alert"));
}

#[test]
fn a_comment_is_short_enough_and_says_what_it_leaves_out() {
    every_document(|document| if markdown::plan(document).chars().count() <= 60_000 { Ok(()) } else { Err("too long".into()) });
    let table = |n: usize| format!("CREATE TABLE table_number_{n} (identity bigint PRIMARY KEY, remark text NOT NULL DEFAULT 'none');\n");
    let many: String = (0..1500).map(table).collect();
    let long = markdown::plan(&of_texts("CREATE TABLE a (b integer);\n", &many));
    assert!(long.chars().count() <= 60_000 && long.chars().count() > 50_000, "{}", long.chars().count());
    assert!(long.contains("Not all is shown") && long.contains("rows of the summary"), "{}", &long[long.len() - 300..]);
    assert!(long.contains("**Held** until") && long.contains("| hazard |"), "what is held and what is dangerous comes before many rows");
    assert_eq!(long.matches("<details>").count(), long.matches("</details>").count());
}

#[test]
fn fences_are_longer_than_what_they_hold() {
    let document = of_texts("CREATE TABLE t (a text);\n", "CREATE TABLE t (a text DEFAULT '````');\n");
    assert!(markdown::plan(&document).contains("\n`````sql\n"));
}

#[test]
fn findings_stand_at_lines_and_have_names_of_their_own() {
    every_document(|document| {
        let log = parsed(&sarif::log(document))?;
        let results = log["runs"][0]["results"].as_array().cloned().unwrap_or_default();
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().cloned().unwrap_or_default();
        for result in &results {
            let rule = result["ruleIndex"].as_u64().and_then(|at| rules.get(at as usize)).ok_or("a result without a rule")?;
            if rule["id"] != result["ruleId"] {
                return Err(format!("{} is called {}", result["ruleId"], rule["id"]));
            }
        }
        let plain = |uri: &str| !uri.is_empty() && !uri.starts_with('/') && uri.bytes().all(|byte| byte.is_ascii_graphic());
        for result in &results {
            let place = &result["locations"][0]["physicalLocation"];
            let placed = place.is_null() || plain(place["artifactLocation"]["uri"].as_str().unwrap_or(""));
            let lined = place.is_null() || ["startLine", "startColumn"].iter().all(|key| place["region"][key].as_u64() > Some(0));
            let levelled = ["note", "warning", "error"].iter().any(|level| result["level"] == *level);
            if !placed || !lined || !levelled || result["message"]["text"].as_str().is_none_or(str::is_empty) {
                return Err(format!("not as SARIF has it: {result}"));
            }
        }
        if rules.iter().any(|rule| Hazard::by_id(rule["id"].as_str().unwrap_or("")).is_some() && rule["help"]["text"].is_null()) {
            return Err(format!("a hazard without its safe form: {rules:?}"));
        }
        let entries = parsed(&gitlab::code_quality(document))?.as_array().cloned().unwrap_or_default();
        // What GitLab asks for; of two entries with one fingerprint it shows one.
        for (at, entry) in entries.iter().enumerate() {
            let text = |value: &Json| value.as_str().is_some_and(|text| !text.is_empty());
            let texts = [&entry["description"], &entry["check_name"], &entry["fingerprint"], &entry["location"]["path"]];
            let known = ["info", "minor", "major", "critical", "blocker"].iter().any(|severity| entry["severity"] == *severity);
            let again = entries[..at].iter().any(|other| other["fingerprint"] == entry["fingerprint"]);
            if !texts.into_iter().all(text) || !known || entry["location"]["lines"]["begin"].as_u64() < Some(1) || again {
                return Err(format!("not as GitLab has it: {entry}"));
            }
        }
        let lines = github::annotations(document);
        if entries.len() != results.len() || lines.lines().count() != results.len() {
            return Err(format!("{} results, {} entries, {} annotations", results.len(), entries.len(), lines.lines().count()));
        }
        let wrong = lines.lines().find(|line| !["::error ", "::warning ", "::notice "].iter().any(|start| line.starts_with(start)));
        wrong.map_or(Ok(()), |line| Err(line.to_string()))
    });
}

#[test]
fn the_terminal_is_wide_enough_for_prose() {
    every_document(|document| {
        let narrow = text::plan(document, Look { width: 60, paint: Paint::Plain });
        let prose = narrow.lines().find(|line| line.trim_start().starts_with("! ") && line.chars().count() > 60);
        let styled = narrow.contains('\u{1b}').then(|| "styles on plain text".to_string());
        styled.or(prose.map(str::to_string)).map_or(Ok(()), Err)
    });
}

#[test]
fn long_names_are_wrapped_and_hazards_are_named_once() {
    let name = |letter: &str| letter.repeat(60);
    let table = |rest: &str| format!("CREATE TABLE {} (id bigint PRIMARY KEY, {} {rest});\n", name("t"), name("c"));
    let document = of_texts(&table("text"), &table("varchar(20) NOT NULL"));
    let narrow = text::plan(&document, Look { width: 60, paint: Paint::Plain });
    let title = format!("  ~ alter column public.\n    {}.\n    {}\n", name("t"), name("c"));
    assert!(narrow.contains(&title), "{narrow}");
    let comment = markdown::plan(&document);
    assert!(comment.contains("| may-fail, rewrite, scan, blocks-reads, blocks-writes |"), "{comment}");
    assert!(!html::page(&document).contains("value=\"held\""), "the page offers held statements where there are none");
}

#[test]
fn reports_are_the_same_bytes_every_time() {
    let all = |document: &Document| {
        let look = Look { width: 100, paint: Paint::Styled };
        let formats = [json::plan(document), html::page(document), markdown::plan(document), mermaid::graph(document)];
        [formats.concat(), text::plan(document, look), sarif::log(document), gitlab::code_quality(document)].concat()
    };
    let (first, second) = (documents(), documents());
    for ((title, one), (_, two)) in first.iter().zip(&second) {
        assert_eq!(all(one), all(two), "{title}");
    }
}

#[test]
fn migrations_that_wait_are_said_above_all_else() {
    let story = project::root().join("fixtures/stories/bookme");
    let plan = |options: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_amend"));
        command.current_dir(&story).args(["plan", "live.sql", "django:project", "--format"]).args(options);
        let output = command.output().unwrap_or_else(|error| panic!("{error}"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let headline = "7 to add, 3 to alter, 6 to drop, 6 held; migrations: 9 apply, 1 patch";
    let comment = plan(&["markdown"]);
    assert!(comment.starts_with(&format!("### amend: {headline}\n")), "{comment}");
    assert!(comment.contains("\n\n**Migrations** in `public`: 6 done\n"), "{comment}");
    let alike = plan(&["markdown", "--schema", "public"]);
    assert!(!alike.contains("|---|---|---|\n\n") && !alike.contains("The script"), "a table or a script with nothing in it\n{alike}");
    let page = plan(&["html"]);
    assert!(page.contains(&format!("<h1>{headline}</h1>")) && page.matches("<table class=\"migrations\">").count() == 3, "{page}");
    let text = plan(&["text"]);
    assert!(text.contains(headline) && text.contains("migrations in public: 6 done\n"), "{text}");
}

#[test]
fn annotations_name_files_from_the_root() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_amend"));
    command.current_dir(project::root().join("docs/example/project")).args(["plan", "../shop.sql", "django:.", "--format", "github"]);
    let output = command.output().unwrap_or_else(|error| panic!("{error}"));
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(lines.lines().count() > 0 && lines.lines().all(|line| line.contains(" file=shop/models.py,")), "{lines}");
}

fn of_texts(live: &str, desired: &str) -> Document {
    let dialect = dialects::by_name("postgres").unwrap_or_else(|| panic!("no dialect"));
    let mut files = Files::default();
    let mut side = |name: &str, text: &str| {
        let id = files.add(name, text);
        Source::of(name, sources::read(&files, &[id], dialect), dialect)
    };
    let (live, desired) = (side("live.sql", live), side("desired.sql", desired));
    let compiled = compile::compile(Pair::new(&live, &desired), &Options::default(), dialect);
    Document::of(Subject { compiled: &compiled, files: &files, dialect, advice: &[] })
}
