//! Django projects on the disk: `django:FOLDER` as a source.

use std::collections::BTreeSet;
use std::path::Path;

use super::output::Trouble;
use super::settings::{Asked, Django};
use crate::base::{Diagnostic, Files, Name};
use crate::dialects::Dialect;
use crate::ir::{Key, Kind, Schema};
use crate::sources::Reading;
use crate::sources::django::{self, Request, Tree, Wanted};

/// The folder that a word forces to be read as a Django project.
pub fn project<'a>(word: &&'a str) -> Option<&'a str> {
    word.strip_prefix("django:")
}

/// The dialect that a project's settings name.
pub fn dialect(folder: &str, asked: &Django) -> Result<Option<&'static str>, Trouble> {
    Ok(django::dialect_of(&Disk, &wanted(folder, asked)?))
}

/// The dialects that a project's settings leave possible; none where they do not say.
pub fn dialects(folder: &str, asked: &Django) -> Result<Vec<&'static str>, Trouble> {
    Ok(django::dialects_of(&Disk, &wanted(folder, asked)?))
}

/// The settings module of a project, and then the others of its package.
pub fn settings_modules(folder: &str) -> Result<Vec<String>, Trouble> {
    Ok(django::settings_modules(&Disk, &wanted(folder, &Django::default())?))
}

/// The schemas to read a project in, one by one: those that are named, or public and every tenant of a multi-tenant project.
/// A tenant is told by its own table of migrations, since other schemas may lie beside.
pub fn schemas(folder: &str, asked: &Asked, live: &Schema) -> Result<Vec<Option<String>>, Trouble> {
    if !asked.options.scope.namespaces.is_empty() {
        return Ok(asked.options.scope.namespaces.iter().cloned().map(Some).collect());
    }
    if !django::is_divided(&Disk, &wanted(folder, &asked.django)?) {
        return Ok(vec![None]);
    }
    let with = |of: fn(&Key) -> bool| -> BTreeSet<Name> {
        live.of_kind(Kind::Table).map(|table| table.key).filter(of).map(|key| key.namespace).collect()
    };
    let tenants = with(|key| key.name.as_str() == "django_migrations");
    let found = if tenants.is_empty() { with(|_| true) } else { tenants };
    let mut names: Vec<String> = found.into_iter().map(|name| name.to_string()).collect();
    // Shared tables first, as the commands go.
    names.sort_by_key(|name| (name != "public", name.clone()));
    Ok(names.into_iter().map(Some).collect())
}

/// A project and what it is read against.
pub struct Project<'a> {
    pub folder: &'a str,
    pub asked: &'a Asked,
    pub dialect: &'static dyn Dialect,
    pub live: Option<&'a Schema>,
}

impl Project<'_> {
    pub fn wanted(&self) -> Result<Wanted, Trouble> {
        wanted(self.folder, &self.asked.django)
    }

    /// The project as it is asked about, in one schema.
    pub fn request<'r>(&'r self, wanted: &'r Wanted, namespace: Option<&'r str>) -> Request<'r> {
        Request { tree: &Disk, wanted, dialect: self.dialect, live: self.live, namespace }
    }

    /// The project's models as a source, in every schema that they lie in.
    pub fn read(&self, files: &mut Files) -> Result<Reading, Trouble> {
        let wanted = self.wanted()?;
        let schemas = match self.live {
            Some(live) => schemas(self.folder, self.asked, live)?,
            None => vec![self.asked.options.scope.namespaces.first().cloned()],
        };
        let mut whole: Option<Reading> = None;
        for schema in schemas {
            let reading = django::read(&self.request(&wanted, schema.as_deref()), files);
            whole = Some(match whole {
                Some(read) => read.and(reading),
                None => reading,
            });
        }
        let mut whole = whole.unwrap_or_default();
        // What holds of a model is said once, wherever its tables lie.
        let place = |told: &Diagnostic| told.span.map(|span| (files.get(span.file).name.clone(), span.start));
        let mut said = BTreeSet::new();
        whole.diagnostics.retain(|told| said.insert((place(told), told.message.clone())));
        Ok(whole)
    }
}

/// What was asked of a project, checked.
fn wanted(folder: &str, asked: &Django) -> Result<Wanted, Trouble> {
    if !Path::new(folder).is_dir() {
        return Err(Trouble::new(format!("{folder}: no such folder"), "give the folder that holds the project's manage.py"));
    }
    if let Some(missing) = asked.packages.iter().find(|folder| !Path::new(folder.as_str()).is_dir()) {
        return Err(Trouble::new(format!("--packages {missing}: no such folder"), "give the site-packages of the project's environment"));
    }
    let version = asked.version.as_deref().map(version).transpose()?;
    let root = folder.trim_end_matches('/').to_string();
    let root = if root.is_empty() { "/".to_string() } else { root };
    let packages = asked.packages.iter().map(|folder| folder.trim_end_matches('/').to_string()).collect();
    Ok(Wanted { root, settings: asked.settings.clone(), packages, version })
}

fn version(text: &str) -> Result<(u32, u32), Trouble> {
    let mut parts = text.split('.').map(str::parse);
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => Ok((major, minor)),
        (Some(Ok(major)), None) => Ok((major, 0)),
        _ => Err(Trouble::new(format!("--django-version {text}: not a version"), "as in --django-version 5.2")),
    }
}

/// The file system.
pub struct Disk;

impl Tree for Disk {
    fn read(&self, path: &str) -> Option<String> {
        let bytes = std::fs::read(path).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn is_file(&self, path: &str) -> bool {
        Path::new(path).is_file()
    }

    fn is_folder(&self, path: &str) -> bool {
        Path::new(path).is_dir()
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}
