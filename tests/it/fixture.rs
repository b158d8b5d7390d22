//! A fixture: the folder fixtures/<dialect>/<kind>/<case> with two sides, what must come out, and what the case asks for.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// What a case asks for beside its files: case.toml.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Options beside the dialect.
    pub flags: Vec<String>,
    /// The status; 0 where nothing is said.
    pub status: i32,
    /// Words that the messages must hold: a code, a name, a reason.
    pub messages: Vec<String>,
    /// The oldest server of the dialect on which the case can be built.
    pub minimum: u32,
    /// Why the case is not carried out on a server.
    pub offline: Option<String>,
    /// Why existing rows would rightly stop the script.
    pub empty: Option<String>,
    /// Why a server's dump of the desired side is not held the same as its text; where that is mended, the test says so.
    pub phantom: Option<String>,
}

/// One case.
#[derive(Clone, Debug)]
pub struct Fixture {
    pub folder: PathBuf,
    pub dialect: String,
    pub kind: String,
    pub name: String,
    pub settings: Settings,
    /// The name of the file or folder of the live side: `live.sql`, `live.txt`, `live` …
    pub live: String,
    pub desired: String,
}

impl Fixture {
    /// The case of a folder, or what is wrong with it.
    pub fn open(folder: &Path) -> Result<Fixture, String> {
        let mut above = folder.ancestors().map(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
        let (name, kind, dialect) = (above.next(), above.next(), above.next());
        let part = |part: Option<String>| part.ok_or_else(|| format!("{}: not fixtures/<dialect>/<kind>/<case>", folder.display()));
        Ok(Fixture {
            folder: folder.to_path_buf(),
            dialect: part(dialect)?,
            kind: part(kind)?,
            name: part(name)?,
            settings: settings(&folder.join("case.toml"))?,
            live: side(folder, "live")?,
            desired: side(folder, "desired")?,
        })
    }

    /// The name in messages.
    pub fn title(&self) -> String {
        format!("{}/{}/{}", self.dialect, self.kind, self.name)
    }

    /// The program with these words, the dialect, the case's own flags and both sides.
    pub fn command(&self, words: &[&str]) -> Command {
        self.command_on(words, &self.folder.join(&self.live), &self.folder.join(&self.desired))
    }

    /// The same over other files.
    pub fn command_on(&self, words: &[&str], live: &Path, desired: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
        command.args(words).args(["--dialect", &self.dialect]).args(&self.settings.flags).arg(live).arg(desired);
        command
    }

    /// The text of a side that is one file.
    pub fn text(&self, side: &str) -> String {
        std::fs::read_to_string(self.folder.join(side)).unwrap_or_default()
    }

    /// The files of the folder that belong to the case.
    pub fn files(&self) -> Vec<PathBuf> {
        ["case.toml", "expected.sql", &self.live, &self.desired].iter().map(|name| self.folder.join(name)).collect()
    }
}

fn settings(path: &Path) -> Result<Settings, String> {
    if !path.exists() {
        return Ok(Settings::default());
    }
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn side(folder: &Path, role: &str) -> Result<String, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name == role || name.strip_prefix(role).is_some_and(|rest| rest.starts_with('.')));
    match names.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(format!("{}: one {role} side is needed, there are {}", folder.display(), names.len())),
    }
}
