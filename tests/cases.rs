//! The fixtures: each folder fixtures/<dialect>/<kind>/<case> is a named test. `amend diff live.* desired.*` must print
//! expected.sql; UPDATE_EXPECT=1 writes it.

#[path = "it/fixture.rs"]
#[allow(dead_code)]
mod fixture;

use std::path::Path;
use std::process::Command;

use fixture::Fixture;
use similar::TextDiff;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn run(desired: &Path) -> Outcome {
    let fixture = Fixture::open(desired.parent().ok_or("a fixture stands in a folder")?)?;
    let settings = &fixture.settings;
    let output = Command::new(env!("CARGO_BIN_EXE_amend"))
        .current_dir(&fixture.folder)
        .args(["diff", "--dialect", &fixture.dialect])
        .args(&settings.flags)
        .args([&fixture.live, &fixture.desired])
        .output()?;
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.code() != Some(settings.status) {
        return Err(format!("status {:?}, not {}\n{messages}", output.status.code(), settings.status).into());
    }
    if let Some(word) = settings.messages.iter().find(|word| !messages.contains(word.as_str())) {
        return Err(format!("no message says `{word}`:\n{messages}").into());
    }
    compare(&fixture.folder.join("expected.sql"), &String::from_utf8(output.stdout)?)
}

/// The file's text must be the same; with UPDATE_EXPECT=1 it becomes the same. An empty result has no file.
fn compare(path: &Path, found: &str) -> Outcome {
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if expected == found {
        return Ok(());
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return Ok(std::fs::write(path, found)?);
    }
    let diff = TextDiff::from_lines(expected.as_str(), found).unified_diff().header("expected", "found").to_string();
    Err(format!("{} differs (UPDATE_EXPECT=1 rewrites it):\n{diff}", path.display()).into())
}

datatest_stable::harness! {
    { test = run, root = "fixtures", pattern = r"^[a-z]+/[a-z_]+/[a-z0-9_]+/desired\.[a-z_.]+$" },
}
