//! The pages of docs/commands show what the program prints: every `$` line of their console blocks is run in a copy of
//! docs/example. `UPDATE_EXPECT=1` writes what it printed.

use std::path::Path;
use std::process::Command;

use super::project;

#[test]
fn every_command_has_a_page_that_is_true() {
    let mut faults = Vec::new();
    for name in commands() {
        let path = Path::new("docs/commands").join(format!("{name}.md"));
        let page = project::read(&path);
        let asked = format!("$ amend {name} --help\n");
        if !page.contains(&asked) {
            faults.push(format!("{}: its options are not there ({})", path.display(), asked.trim()));
        }
        let fresh = rerun(&page);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(project::root().join(&path), &fresh).unwrap_or_else(|error| panic!("{error}"));
        } else if fresh != page {
            let diff = similar::TextDiff::from_lines(&page, &fresh).unified_diff().context_radius(1).to_string();
            faults.push(format!("{}:\n{diff}", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The commands that the program's help lists.
fn commands() -> Vec<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_amend")).arg("--help").output().unwrap_or_else(|error| panic!("{error}"));
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let words = listed.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    words.filter(|word| *word != "help").map(str::to_string).collect()
}

/// The page with what its commands print now.
fn rerun(page: &str) -> String {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let example = project::root().join("docs/example");
    let copied = Command::new("cp").arg("-r").arg(example).arg(folder.path().join("example")).status();
    assert!(copied.is_ok_and(|status| status.success()));
    let mut out = String::new();
    // The back-ticks that close the block at hand; a block is closed by as many as opened it.
    let mut fence: Option<&str> = None;
    for line in page.lines() {
        match (fence, line.strip_suffix("console")) {
            (None, Some(ticks)) if ticks.starts_with("```") => fence = Some(ticks),
            (Some(ticks), _) if line == ticks => fence = None,
            (Some(_), _) if !line.starts_with("$ ") => continue,
            _ => {}
        }
        out += &format!("{line}\n");
        if let Some(words) = line.strip_prefix("$ ").filter(|_| fence.is_some()) {
            out += &printed(words, &folder.path().join("example"));
        }
    }
    out
}

fn printed(words: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_amend")).parent().unwrap_or(Path::new("/"));
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{{ {words}; }} 2>&1")]).current_dir(folder).env("PATH", path).env("LC_ALL", "C.UTF-8");
    let output = command.output().unwrap_or_else(|error| panic!("{words}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // Spaces at the end of a line would not stand on a page.
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
