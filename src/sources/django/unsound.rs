//! What is wrong with a project's migrations, told where its models alone are compared: Django refuses to run such a project,
//! so that the fault must not be met only when the script is through. The comparison of the models stands, so these are notes.

use super::graph;
use super::modules::Modules;
use super::project::Project;
use crate::base::{Code, Diagnostic, Severity};

/// The kinds of fault for which Django refuses to load or to run migrations; what of them cannot be told is `advise`'s matter.
const FAULTS: &[Code] = &[Code::Unmodelled, Code::Malformed, Code::Contradiction, Code::Missing, Code::Ring];

/// The faults of all migrations, each with its place.
pub(super) fn of(modules: &Modules, project: &Project) -> Vec<Diagnostic> {
    let kept = modules.diagnostics.take();
    let plan = graph::plan(super::in_files(modules, project), &None);
    let read = modules.diagnostics.replace(kept);
    let faults = read.into_iter().chain(plan.diagnostics).filter(|fault| FAULTS.contains(&fault.code));
    faults.map(|fault| fault.severity(Severity::Note)).collect()
}
