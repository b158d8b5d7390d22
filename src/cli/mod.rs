//! The command line: the only room with files, environment and standard output. One file per subcommand.

mod advise;
mod arguments;
mod check;
mod diff;
mod django;
mod explain;
mod init;
mod input;
mod output;
pub mod pages;
mod plan;
mod playbook;
mod progress;
mod replay;
mod settings;
mod shell;
mod show;
mod survey;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// How a command ended: the process's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done; for `check`: the same.
    Done,
    /// `check`, and `diff --exit-code`: different.
    Different,
    /// No answer; the reason is on standard error.
    Trouble,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(match status {
            Status::Done => 0,
            Status::Different => 1,
            Status::Trouble => 2,
        })
    }
}

/// Runs the command named by the process's arguments.
pub fn main() -> ExitCode {
    pages::small();
    let arguments = Arguments::parse();
    let status = match &arguments.command {
        Command::Diff(command) => diff::run(command),
        Command::Advise(command) => advise::run(command),
        Command::Check(command) => check::run(command),
        Command::Plan(command) => plan::run(command),
        Command::Playbook(command) => playbook::run(command),
        Command::Replay(command) => replay::run(command),
        Command::Show(command) => show::run(command),
        Command::Explain(command) => explain::run(command),
        Command::Init(command) => init::run(command),
        Command::Completions(command) => shell::completions(command),
        Command::Man => shell::man(),
    };
    status.unwrap_or_else(|trouble| output::trouble(&trouble)).into()
}
