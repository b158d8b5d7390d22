//! `amend playbook`: the whole runbook, as a folder of files.

use std::path::Path;

use super::Status;
use super::arguments::Playbook;
use super::input::{self, Session};
use super::output::{self, Trouble};
use super::plan::{advice, compiled};
use super::progress;
use crate::compile::{self, Compiled, Source};
use crate::ir::Pair;
use crate::report::document::{Document, Subject};
use crate::runbook::{self, Extent};

pub fn run(command: &Playbook) -> Result<Status, Trouble> {
    let folder = command.common.output.as_deref().ok_or_else(|| Trouble::new("no folder is named", "give one with -o DIR"))?;
    let (mut session, sources) = input::open(&[&command.sides.live, &command.sides.desired], &command.common)?;
    let source = Pair::new(&sources[0], &sources[1]);
    session.require_whole(source)?;
    let forward = compiled(&session, progress::during("comparing", || compile::compile(source, &session.asked.options, session.dialect)))?;
    let after = compile::after(source.live, forward, session.dialect);
    // A way back that cannot be written is said in its file: the patch is what was asked for.
    let back = compile::compile_back(Pair::new(source.live, &after), forward, &session.asked.options, session.dialect);
    let advice = advice(command.sides.desired.as_str(), command.record.recorded.as_deref(), &mut session, &after)?;
    let document = Document::of(Subject { compiled: forward, files: &session.files, dialect: session.dialect, advice: &advice });
    let files = runbook::files(runbook::Subject {
        source,
        forward,
        back: &back,
        document: &document,
        dialect: session.dialect,
        advice: &advice,
        extent: extent(&session, source.live, forward),
    });
    std::fs::create_dir_all(folder).map_err(|error| Trouble::new(format!("{}: {error}", folder.display()), "the folder cannot be made"))?;
    for file in &files {
        output::write_whole(&file.text, &folder.join(file.name))?;
    }
    output::say(&format!("{}\n", files.iter().map(|file| shown(folder, file.name)).collect::<Vec<_>>().join("\n")));
    Ok(Status::Done)
}

fn shown(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

/// What is left of the database by options, or was never in the dump, is no surprise in the catalog.
fn extent(session: &Session, live: &Source, forward: &Compiled) -> Extent {
    let scope = &session.asked.options.scope;
    let coverage = &live.schema.coverage;
    let whole = scope.namespaces.is_empty()
        && scope.ignored.is_empty()
        && coverage.only_relations.is_none()
        && forward.compared.schema.live.coverage.unseen_kinds.iter().all(|kind| !kind.is_relation() && !kind.spec().owned);
    if whole { Extent::Whole } else { Extent::Part }
}
