//! `amend completions` and `amend man`: made from the same definitions as the parser.

use clap::CommandFactory;

use super::Status;
use super::arguments::{Arguments, Completions};
use super::output::{self, Trouble};

pub fn completions(command: &Completions) -> Result<Status, Trouble> {
    let mut text = Vec::new();
    clap_complete::generate(command.shell, &mut Arguments::command(), "amend", &mut text);
    output::say(&String::from_utf8_lossy(&text));
    Ok(Status::Done)
}

/// The manual page of the program, and of every command after it.
pub fn man() -> Result<Status, Trouble> {
    let mut program = Arguments::command();
    program.build();
    let mut pages = vec![program.clone()];
    pages.extend(program.get_subcommands().filter(|command| command.get_name() != "help").cloned());
    let mut text = Vec::new();
    for page in pages {
        let fault = |fault: std::io::Error| Trouble::new(format!("the page cannot be made: {fault}"), "report it");
        clap_mangen::Man::new(page).render(&mut text).map_err(fault)?;
    }
    output::say(&String::from_utf8_lossy(&text));
    Ok(Status::Done)
}
