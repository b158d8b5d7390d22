//! Another linter's word on the scripts for a database in use: what it finds in the fixtures' scripts is listed in docs/online.md
//! with a reason, and no row of that list is out of date. Runs only where AMEND_SQUAWK names the program; tests/run fetches it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::corpus;
use super::fixture::Fixture;
use super::project;
use super::servers::call;

#[derive(Deserialize)]
struct Finding {
    file: String,
    line: usize,
    rule_name: String,
    message: String,
}

/// A row of the page: a rule, and the fixtures that it may speak of; all of them where none is named.
struct Row {
    rule: String,
    fixtures: BTreeSet<String>,
}

#[test]
fn squawk_says_what_the_page_says() {
    let Some(program) = std::env::var_os("AMEND_SQUAWK") else {
        println!("skipped: AMEND_SQUAWK is not set; tests/run fetches squawk and sets it");
        return;
    };
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let fixtures: Vec<Fixture> = corpus::answered().into_iter().filter(|fixture| fixture.dialect == "postgres").collect();
    for fixture in &fixtures {
        let script = script(fixture).unwrap_or_else(|fault| panic!("{}: {fault}", fixture.title()));
        std::fs::write(folder.path().join(file_name(fixture)), script).unwrap_or_else(|error| panic!("{error}"));
    }
    let findings = findings(Path::new(&program), folder.path(), &fixtures);
    let rows = rows(&project::read(Path::new("docs/online.md")));
    let allowed = |finding: &Finding, row: &Row| {
        row.rule == finding.rule_name && (row.fixtures.is_empty() || row.fixtures.contains(&title(&finding.file)))
    };
    let mut faults: Vec<String> = Vec::new();
    for finding in findings.iter().filter(|finding| !rows.iter().any(|row| allowed(finding, row))) {
        faults.push(format!("{}:{}: {}: {}", title(&finding.file), finding.line + 1, finding.rule_name, finding.message));
    }
    for row in rows.iter().filter(|row| !findings.iter().any(|finding| allowed(finding, row))) {
        faults.push(format!("docs/online.md names {} for {:?}, and squawk finds nothing", row.rule, row.fixtures));
    }
    for (row, named) in rows.iter().flat_map(|row| row.fixtures.iter().map(move |named| (row, named))) {
        if !findings.iter().any(|finding| finding.rule_name == row.rule && title(&finding.file) == *named) {
            faults.push(format!("docs/online.md names {named} for {}, and squawk finds nothing there", row.rule));
        }
    }
    println!("{} scripts, {} findings, all of them named", fixtures.len(), findings.len());
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

fn script(fixture: &Fixture) -> Result<String, String> {
    let online = ["diff", "--allow", "drop", "--online"];
    let words = if fixture.settings.flags.iter().any(|flag| flag == "--online") { &online[..3] } else { &online };
    call(&mut fixture.command(words), "")
}

fn findings(program: &Path, folder: &Path, fixtures: &[Fixture]) -> Vec<Finding> {
    let mut command = Command::new(program);
    command.current_dir(folder).args(["--reporter", "json", "--pg-version", "15"]).args(fixtures.iter().map(file_name));
    // The status is 1 where something is found.
    let output = command.output().unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&output.stderr)))
}

fn file_name(fixture: &Fixture) -> String {
    format!("{}.{}.sql", fixture.kind, fixture.name)
}

/// `kind/name`, as the page writes it.
fn title(file: &str) -> String {
    file.trim_end_matches(".sql").replacen('.', "/", 1)
}

/// The rows of the page's tables on the linter: rules, fixtures or a dash, the reason.
fn rows(page: &str) -> Vec<Row> {
    let (_, part) = page.split_once("## What a linter still says").unwrap_or_else(|| panic!("the page has no such part"));
    let words = |cell: &str| cell.split(',').map(|word| word.trim().to_string()).filter(|word| word != "any").collect::<Vec<_>>();
    let lines = part.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| rule "));
    let cells = lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    let row = |cells: Vec<&str>| match cells[..] {
        [rules, fixtures, reason] if !reason.is_empty() => {
            words(rules).into_iter().map(|rule| Row { rule, fixtures: words(fixtures).into_iter().collect() }).collect::<Vec<_>>()
        }
        _ => panic!("not three cells: {cells:?}"),
    };
    cells.flat_map(row).collect()
}
