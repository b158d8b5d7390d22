//! The fixtures: each folder fixtures/<dialect>/<kind>/<case> is a named test. `amend diff live.* desired.*` must print
//! expected.sql; UPDATE_EXPECT=1 writes it.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use similar::TextDiff;

/// What a case asks for, beside its files.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Case {
    /// Options beside the dialect.
    flags: Vec<String>,
    /// The status; 0 where nothing is said.
    status: i32,
    /// Words that the messages must hold: a code, a name, a reason.
    messages: Vec<String>,
    /// The oldest server of the dialect on which the case can be built; read by the server tests.
    #[serde(rename = "minimum")]
    _minimum: Option<u32>,
    /// Why the case cannot be carried out on a server; read by the server tests.
    #[serde(rename = "offline")]
    _offline: Option<String>,
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn run(desired: &Path) -> Outcome {
    let folder = desired.parent().ok_or("a fixture stands in a folder")?;
    let case = settings(folder)?;
    let dialect = dialect_of(folder)?;
    let live = side(folder, "live")?;
    let desired = side(folder, "desired")?;
    let output = Command::new(env!("CARGO_BIN_EXE_amend"))
        .current_dir(folder)
        .args(["diff", "--dialect", &dialect])
        .args(&case.flags)
        .args([&live, &desired])
        .output()?;
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.code() != Some(case.status) {
        return Err(format!("status {:?}, not {}\n{messages}", output.status.code(), case.status).into());
    }
    if let Some(word) = case.messages.iter().find(|word| !messages.contains(word.as_str())) {
        return Err(format!("no message says `{word}`:\n{messages}").into());
    }
    compare(&folder.join("expected.sql"), &String::from_utf8(output.stdout)?)
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

fn settings(folder: &Path) -> Result<Case, Box<dyn std::error::Error>> {
    let path = folder.join("case.toml");
    if !path.exists() {
        return Ok(Case::default());
    }
    let case: Case = toml::from_str(&std::fs::read_to_string(&path)?)?;
    Ok(case)
}

/// The name of the file or folder of one side: `live.sql`, `live.txt`, `live/` …
fn side(folder: &Path, role: &str) -> Result<String, Box<dyn std::error::Error>> {
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name == role || name.strip_prefix(role).is_some_and(|rest| rest.starts_with('.')) {
            return Ok(name);
        }
    }
    Err(format!("{}: no {role} side", folder.display()).into())
}

/// The second folder above the case: fixtures/<dialect>/<kind>/<case>.
fn dialect_of(folder: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let dialect = folder.ancestors().nth(2).and_then(Path::file_name).ok_or("fixtures/<dialect>/<kind>/<case>")?;
    Ok(dialect.to_string_lossy().into_owned())
}

datatest_stable::harness! {
    { test = run, root = "fixtures", pattern = r"^[a-z]+/[a-z_]+/[a-z0-9_]+/desired\.[a-z_.]+$" },
}
