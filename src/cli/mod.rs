//! The command line.

use std::process::ExitCode;

/// Runs the command named by the process's arguments.
pub fn main() -> ExitCode {
    ExitCode::from(2)
}
