//! The README shows what is there: its example is a fixture, its commands and files exist.

use std::path::Path;

use super::project;

#[test]
fn the_example_is_a_fixture() {
    let readme = project::read(Path::new("README.md"));
    let blocks: Vec<&str> = readme.split("```sql\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let folder = linked(&readme).into_iter().find(|link| link.ends_with("live.sql")).unwrap_or_else(|| panic!("no live.sql is linked"));
    let folder = Path::new(&folder).parent().unwrap_or(Path::new("")).to_path_buf();
    for name in ["live.sql", "desired.sql", "expected.sql"] {
        let text = project::read(&folder.join(name));
        assert!(blocks.iter().any(|block| block.trim() == text.trim()), "no block of the README is {}", folder.join(name).display());
    }
}

#[test]
fn every_link_leads_to_a_file() {
    for page in ["README.md", "ARCHITECTURE.md", "benches/README.md", "docs/online.md"] {
        let folder = Path::new(page).parent().unwrap_or(Path::new(""));
        for link in linked(&project::read(Path::new(page))) {
            assert!(project::root().join(folder).join(&link).exists(), "{page}: {link} is not there");
        }
    }
}

#[test]
fn the_commands_are_those_of_the_program() {
    let readme = project::read(Path::new("README.md"));
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_amend")).arg("--help").output().unwrap_or_else(|error| panic!("{error}"));
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A description that goes on in the next line stands further right.
    let listed = listed.filter(|line| !line.starts_with("   "));
    for command in listed.filter_map(|line| line.split_whitespace().next()).filter(|command| *command != "help") {
        assert!(readme.contains(&format!("`amend {command}")), "the README does not speak of `amend {command}`");
    }
}

/// The targets of the links to files, without anchors.
fn linked(page: &str) -> Vec<String> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    files.map(|target| target.split('#').next().unwrap_or(target).to_string()).collect()
}
