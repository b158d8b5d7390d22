//! All fixtures together: every folder is a case, and no file lies there unread.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::fixture::Fixture;
use super::project;

/// Every case, sorted by folder.
pub fn all() -> Vec<Fixture> {
    folders().iter().map(|folder| Fixture::open(folder).unwrap_or_else(|fault| panic!("{fault}"))).collect()
}

/// The cases that end with a script.
pub fn answered() -> Vec<Fixture> {
    all().into_iter().filter(|fixture| fixture.settings.status == 0).collect()
}

/// The files of the cases; what stands under `stories` is read by the stories' own tests.
fn files() -> Vec<PathBuf> {
    project::files("fixtures").into_iter().filter(|path| !path.starts_with("fixtures/stories")).collect()
}

fn folders() -> BTreeSet<PathBuf> {
    let case = |path: PathBuf| -> Option<PathBuf> {
        let parts: Vec<_> = path.components().take(4).collect();
        (path.components().count() > 4).then(|| project::root().join(parts.iter().collect::<PathBuf>()))
    };
    files().into_iter().filter_map(case).collect()
}

#[test]
fn no_fixture_file_lies_unread() {
    let known: Vec<PathBuf> = all().iter().flat_map(Fixture::files).collect();
    let belongs = |path: &PathBuf| known.iter().any(|file| path.starts_with(file));
    let unread: Vec<String> =
        files().into_iter().filter(|path| !belongs(&project::root().join(path))).map(|path| path.display().to_string()).collect();
    assert!(unread.is_empty(), "nothing reads these files:\n{}", unread.join("\n"));
}
