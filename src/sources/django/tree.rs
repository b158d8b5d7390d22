//! A project's folder as a source needs it: names and texts, wherever they lie.

use std::collections::BTreeMap;

/// Files by their path with `/` between folders.
pub trait Tree {
    /// The text of a file; `None` where there is none, or it is no text.
    fn read(&self, path: &str) -> Option<String>;

    fn is_file(&self, path: &str) -> bool;

    fn is_folder(&self, path: &str) -> bool;

    /// The names in a folder, sorted.
    fn list(&self, folder: &str) -> Vec<String>;
}

/// A tree in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, String>,
}

impl Memory {
    /// A tree of paths and texts.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Memory {
        Memory { files: files.into_iter().map(|(path, text)| (path.to_string(), text.to_string())).collect() }
    }
}

impl Tree for Memory {
    fn read(&self, path: &str) -> Option<String> {
        self.files.get(path).cloned()
    }

    fn is_file(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        self.files.keys().any(|file| file.starts_with(&inside))
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let inside = format!("{folder}/");
        let names = self.files.keys().filter_map(|file| file.strip_prefix(&inside)?.split('/').next());
        let mut names: Vec<String> = names.map(str::to_string).collect();
        names.dedup();
        names
    }
}

/// A path below a folder.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_string() } else { format!("{folder}/{name}") }
}
