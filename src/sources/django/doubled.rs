//! Models of one name in two modules of an app: Django refuses to start with them, so no command of any advice would run.

use std::collections::{BTreeMap, BTreeSet};

use super::ancestry::Ancestry;
use super::contrib;
use super::models::{App, Calls, Reader};
use super::modules::{Located, Modules};
use super::state::ModelKey;
use crate::base::{Code, Diagnostic, Span};

/// The models of all apps of which there are two.
pub(super) fn of(modules: &Modules, apps: &[App]) -> Vec<Diagnostic> {
    let own: Vec<App> = apps.iter().filter(|app| contrib::label(&app.package).is_none()).cloned().collect();
    let reader = Reader { modules, apps: &own };
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    for app in &own {
        reader.collect(&format!("{}.models", app.package), (app, Calls::MakeModels), &mut seen, &mut found);
    }
    among(&reader, &found)
}

/// The models among the classes that were found of which there are two; of two in one module the last counts.
pub(super) fn among(reader: &Reader, found: &[(Located, bool)]) -> Vec<Diagnostic> {
    let mut first: BTreeMap<ModelKey, Span> = BTreeMap::new();
    let mut faults = Vec::new();
    for (located, _) in found.iter().filter(|(_, surely)| *surely) {
        let path = format!("{}.{}", located.module.path, located.class.name);
        let is_model = !reader.is_abstract(&path) && !reader.is_untold(&path, "managed") && reader.ancestry(located, 0) == Ancestry::Model;
        let Some(key) = reader.key_of(&path).filter(|_| is_model) else { continue };
        let span = located.class.span;
        if first.entry(key.clone()).or_insert(span).file != span.file {
            let message = format!("the app {} has two models {}, each in a module of its own", key.app, located.class.name);
            let help = "Django refuses to start (RuntimeError, conflicting models): give one of them another name, or take it out";
            faults.push(Diagnostic::new(Code::Contradiction, Some(span), message).help(help));
        }
    }
    faults
}
