//! `amend explain`: what a hazard is, where it shows, and the safe form.

use super::Status;
use super::arguments::Explain;
use super::output::Trouble;
use crate::ir::{HAZARDS, Hazard};
use crate::report::hazards;

pub fn run(command: &Explain) -> Result<Status, Trouble> {
    let Some(word) = &command.hazard else {
        print!("{}", hazards::list());
        return Ok(Status::Done);
    };
    let hazard = Hazard::by_id(word).ok_or_else(|| {
        let known: Vec<&str> = HAZARDS.iter().map(|row| row.id).collect();
        Trouble::new(format!("{word}: no such hazard"), format!("known: {}", known.join(", ")))
    })?;
    print!("{}", hazards::explained(hazard));
    Ok(Status::Done)
}
