//! What a repository shows of itself: its Django projects, its SQL, and the servers that its containers run.

use std::path::{Path, PathBuf};

use super::django::{self, Disk};
use super::output::Trouble;
use super::settings::Django;
use crate::base::Files;
use crate::sources::decode::{self, Decoded};
use crate::sources::detect;
use crate::sources::django::Tree;

/// What was found, for the settings file to say.
#[derive(Debug, Default)]
pub struct Survey {
    /// Folders that hold a manage.py.
    pub projects: Vec<String>,
    /// The settings module of the first project, where its manage.py names another one.
    pub settings: Option<String>,
    /// Folders and files of SQL, each as a source is named.
    pub schemas: Vec<String>,
    /// Dumps: files that a dump program's header begins.
    pub dumps: Vec<String>,
    /// What speaks for some dialects: the place with its reason, and the dialects that it leaves possible.
    pub evidence: Vec<(String, Vec<&'static str>)>,
}

/// Folders that hold what others wrote, or what was built.
const FOREIGN: &[&str] = &["node_modules", "site-packages", "target", "vendor", "venv", "env", "dist", "build", "__pycache__"];

/// Folders deeper than this are not looked into, files larger than this are no schema that somebody wrote.
const DEPTH: usize = 6;
const LARGEST: u64 = 8 << 20;

/// Modules of a settings package that a database in production uses, the first one that is there.
const OF_PRODUCTION: &[&str] = &["production", "prod", "live"];

pub fn survey() -> Result<Survey, Trouble> {
    let mut files = Vec::new();
    walk(Path::new("."), 0, &mut files);
    files.sort();
    let mut survey = Survey::default();
    for path in files.iter().filter(|path| path.ends_with("manage.py")) {
        survey.project(&shown(path.parent().unwrap_or(Path::new("."))))?;
    }
    let (sql, rest): (Vec<PathBuf>, Vec<PathBuf>) = files.into_iter().partition(|path| is_of(path, &["sql"]));
    survey.texts(&sql);
    rest.iter().filter(|path| is_of(path, &["yml", "yaml"])).for_each(|path| survey.containers(path));
    Ok(survey)
}

impl Survey {
    /// The dialects that nothing speaks against; none where two places contradict each other.
    pub fn dialects(&self) -> Vec<&'static str> {
        let possible = detect::every_dialect();
        possible.into_iter().filter(|dialect| self.evidence.iter().all(|(_, left)| left.contains(dialect))).collect()
    }

    fn project(&mut self, folder: &str) -> Result<(), Trouble> {
        let first = self.projects.is_empty();
        self.projects.push(folder.to_string());
        let modules = django::settings_modules(folder)?;
        let Some(default) = modules.first() else { return Ok(()) };
        let called = |name: &&str| modules.iter().find(|module| module.rsplit('.').next() == Some(*name));
        let module = OF_PRODUCTION.iter().find_map(called).unwrap_or(default);
        if first && module != default {
            self.settings = Some(module.clone());
        }
        let asked = Django { settings: Some(module.clone()), ..Django::default() };
        let left = django::dialects(folder, &asked)?;
        if !left.is_empty() {
            let place = if folder == "." { module.clone() } else { format!("{module} of {folder}") };
            self.evidence.push((place, left));
        }
        Ok(())
    }

    /// SQL by its own marks. A folder is named as a whole where no folder below it holds SQL too.
    fn texts(&mut self, paths: &[PathBuf]) {
        for path in paths {
            let Some((headed, reasons, left)) = marks(path) else { continue };
            let name = shown(path);
            if left.len() < detect::every_dialect().len() {
                self.evidence.push((format!("{name}: {reasons}"), left));
            }
            if headed {
                self.dumps.push(name);
                continue;
            }
            // What lies in a Django project is its migrations' or its fixtures'.
            if self.projects.iter().any(|folder| path.starts_with(folder)) {
                continue;
            }
            let folder = path.parent().unwrap_or(Path::new("."));
            let alone = !paths.iter().any(|other| other.starts_with(folder) && other.parent() != Some(folder));
            let source = if alone && folder != Path::new("") { shown(folder) } else { name };
            if !self.schemas.contains(&source) {
                self.schemas.push(source);
            }
        }
    }

    fn containers(&mut self, path: &Path) {
        let Ok(text) = std::fs::read_to_string(path) else { return };
        for (image, left) in detect::images(&text) {
            self.evidence.push((format!("{}: {image}", shown(path)), left.to_vec()));
        }
    }
}

/// Whether a dump program's header begins the text, the marks in it, and the dialects that they leave.
fn marks(path: &Path) -> Option<(bool, String, Vec<&'static str>)> {
    let Ok(Decoded::Text(text)) = decode::decode(&path.to_string_lossy(), std::fs::read(path).ok()?) else { return None };
    let mut files = Files::default();
    let id = files.add(path.to_string_lossy(), text);
    let detected = detect::detect(&files, id);
    Some((detected.headed, detected.reasons(), detected.dialects))
}

fn is_of(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|own| extensions.iter().any(|extension| own.eq_ignore_ascii_case(extension)))
}

/// The path as a user would type it.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text.is_empty() { ".".to_string() } else { text.into_owned() }
}

/// The files below a folder that the repository's people wrote, without `./` before them.
fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    for name in Disk.list(&folder.to_string_lossy()) {
        let hidden = name.starts_with('.') && name != ".github" && name != ".gitlab-ci.yml";
        if hidden || FOREIGN.contains(&name.as_str()) {
            continue;
        }
        let path = if folder == Path::new(".") { PathBuf::from(&name) } else { folder.join(&name) };
        match path.symlink_metadata() {
            Ok(known) if known.is_dir() && depth < DEPTH => walk(&path, depth + 1, found),
            Ok(known) if known.is_file() && known.len() <= LARGEST => found.push(path),
            _ => {}
        }
    }
}
