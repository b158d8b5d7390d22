//! amend.toml: the same settings as the options, for a repository.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::arguments::Common;
use super::output::Trouble;
use crate::base::Version;
use crate::compile::{Manage, Options, Renamed, Scope};
use crate::ir::Hazard;
use crate::plan::Wishes;

/// The contents of amend.toml; every key is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub dialect: Option<String>,
    pub allow: Vec<String>,
    pub deny: Vec<String>,
    pub server_version: Option<String>,
    pub online: bool,
    pub manage: Vec<String>,
    /// New name by old name.
    pub rename: std::collections::BTreeMap<String, String>,
    pub schema: Vec<String>,
    pub ignore: Vec<String>,
    pub django: Django,
}

/// How a Django project is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Django {
    pub settings: Option<String>,
    pub packages: Vec<String>,
    pub version: Option<String>,
}

/// What a command was asked for, by options and settings together.
pub struct Asked {
    pub dialect: Option<String>,
    pub options: Options,
    /// Hazards for which a script ends with status 1.
    pub denied: BTreeSet<Hazard>,
    /// Go on although a statement is not understood.
    pub partial: bool,
    pub django: Django,
}

/// Joins the options with the settings of the repository; an option wins where only one value can hold.
pub fn asked(common: &Common) -> Result<Asked, Trouble> {
    let settings = read(common.config.as_deref())?;
    let allow: Vec<&String> = common.allow.iter().chain(&settings.allow).collect();
    let partial = allow.iter().any(|word| *word == "unmodelled");
    let mut wishes = Wishes::default();
    for word in allow.into_iter().filter(|word| *word != "unmodelled") {
        wishes.allowed.insert(hazard("allow", word)?);
    }
    let deny = common.deny.iter().chain(&settings.deny);
    let denied = deny.map(|word| hazard("deny", word)).collect::<Result<BTreeSet<Hazard>, Trouble>>()?;
    wishes.online = common.online || settings.online;
    wishes.server = match common.server_version.as_ref().or(settings.server_version.as_ref()) {
        Some(text) => Some(version(text)?),
        None => None,
    };
    let manages = |word: &str| common.manage.iter().chain(&settings.manage).any(|named| named == word || named == "all");
    let manage = Manage { owners: manages("owners"), privileges: manages("privileges") };
    let joined = |option: &[String], setting: &[String]| option.iter().chain(setting).cloned().collect::<Vec<_>>();
    let scope = Scope { manage, namespaces: joined(&common.schema, &settings.schema), ignored: joined(&common.ignore, &settings.ignore) };
    let mut renames: Vec<Renamed> = settings.rename.into_iter().map(|(old, new)| Renamed::Said { old, new }).collect();
    for pair in &common.rename {
        let (old, new) = pair
            .split_once('=')
            .ok_or_else(|| Trouble::new(format!("--rename {pair}: not of the form OLD=NEW"), "as in --rename booking.code=reference"))?;
        renames.push(Renamed::Said { old: old.to_string(), new: new.to_string() });
    }
    let dialect = common.dialect.clone().or(settings.dialect);
    let django = Django {
        settings: common.django.settings.clone().or(settings.django.settings),
        packages: joined(&common.django.packages, &settings.django.packages),
        version: common.django.django_version.clone().or(settings.django.version),
    };
    Ok(Asked { dialect, options: Options { wishes, scope, renames }, denied, partial, django })
}

fn hazard(option: &str, word: &str) -> Result<Hazard, Trouble> {
    let known = || crate::ir::HAZARDS.iter().map(|row| row.id).collect::<Vec<_>>().join(", ");
    Hazard::by_id(word).ok_or_else(|| {
        let also = if option == "allow" { ", unmodelled" } else { "" };
        Trouble::new(format!("--{option} {word}: no such hazard"), format!("known: {}{also}; amend explain says what each is", known()))
    })
}

fn version(text: &str) -> Result<Version, Trouble> {
    Version::parse(text)
        .ok_or_else(|| Trouble::new(format!("--server-version {text}: no version"), "give its numbers, as in 15.4 or 8.0.36"))
}

fn read(named: Option<&Path>) -> Result<Settings, Trouble> {
    let Some(path) = named.map(Path::to_path_buf).or_else(find) else { return Ok(Settings::default()) };
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Trouble::new(format!("{}: {error}", path.display()), "the settings file cannot be read"))?;
    toml::from_str(&text).map_err(|error| Trouble::new(format!("{}: {error}", path.display()), "mend the settings file"))
}

/// amend.toml here or in a folder above, up to the root of the repository.
fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    for folder in here.ancestors() {
        let path = folder.join("amend.toml");
        if path.is_file() {
            return Some(path);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}
