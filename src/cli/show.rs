//! `amend show`: the canonical DDL of a source, its representation, or the account of its statements.

use super::Status;
use super::arguments::{Show, ShowFormat};
use super::input;
use super::output::{self, Trouble};
use crate::compile;
use crate::dialects::Memo;
use crate::normalise::normalise;
use crate::report;

pub fn run(command: &Show) -> Result<Status, Trouble> {
    let (session, sources) = input::open(&[&command.source], &command.common)?;
    let source = &sources[0];
    if command.ledger {
        let lines = compile::ledger(source, &session.files);
        output::result(&lines.iter().map(|line| format!("{line}\n")).collect::<String>(), &command.common)?;
        return Ok(Status::Done);
    }
    let text = match command.format {
        ShowFormat::Json => {
            let (schema, faults) = normalise(source.schema.clone(), session.dialect, &mut Memo::default());
            output::messages(&faults, &session.files, &command.common);
            report::json::schema(&schema, &session.files, session.dialect.rules().id)
        }
        ShowFormat::Sql => {
            let compiled = compile::build_script(source, session.dialect);
            output::messages(&compiled.diagnostics, &session.files, &command.common);
            if compile::fatal(&compiled.diagnostics) {
                return Err(Trouble::new("the source cannot be written as DDL", "see the messages above"));
            }
            compiled.script
        }
    };
    output::result(&text, &command.common)?;
    Ok(Status::Done)
}
