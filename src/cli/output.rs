//! Where results and messages go.

use std::io::{IsTerminal, Write};
use std::path::Path;

use super::Status;
use super::arguments::{Color, Common};
use crate::base::{Diagnostic, Files};
use crate::report::diagnostics;
use crate::report::text::{Look, Paint};

/// A fault of operation: what, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub message: String,
    pub help: String,
}

impl Trouble {
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Trouble {
        Trouble { message: message.into(), help: help.into() }
    }
}

/// Prints a fault of operation.
pub fn trouble(trouble: &Trouble) -> Status {
    eprintln!("error: {}", trouble.message);
    if !trouble.help.is_empty() {
        eprintln!("  = {}", trouble.help);
    }
    Status::Trouble
}

/// Prints a result: to the file, whole or not at all, or to standard output.
pub fn result(text: &str, common: &Common) -> Result<(), Trouble> {
    match &common.output {
        Some(path) => write_whole(text, path),
        None => {
            say(text);
            Ok(())
        }
    }
}

/// Prints to standard output. A reader that went away is no fault of ours.
pub fn say(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Writes beside the target and renames, so that nobody ever sees half a script. What is no file (a device, a pipe) is written to
/// as it is, and a link stays one.
pub fn write_whole(text: &str, path: &Path) -> Result<(), Trouble> {
    let fault = |error: std::io::Error| Trouble::new(format!("{}: {error}", path.display()), "the result cannot be written there");
    let target = std::fs::canonicalize(path).unwrap_or(path.to_path_buf());
    if target.metadata().is_ok_and(|known| !known.is_file()) {
        return std::fs::write(&target, text).map_err(fault);
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = beside(folder).map_err(fault)?;
    file.write_all(text.as_bytes()).map_err(fault)?;
    file.persist(&target).map_err(|error| fault(error.error))?;
    Ok(())
}

/// A file that may be read by whom the user's own files may be read: a runbook is often run by another account.
fn beside(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    builder.tempfile_in(folder)
}

/// Prints diagnostics to standard error.
pub fn messages(faults: &[Diagnostic], files: &Files, common: &Common) {
    let styled = is_styled(common, std::io::stderr().is_terminal());
    let _ = std::io::stderr().lock().write_all(diagnostics::render(faults, files, styled).as_bytes());
}

/// How wide text is where nobody looks at it on a terminal, so that the same plan gives the same bytes.
const WIDTH: usize = 100;

/// How the result is looked at.
pub fn look(common: &Common) -> Look {
    let terminal = common.output.is_none() && std::io::stdout().is_terminal();
    let width = terminal_size::terminal_size().filter(|_| terminal).map_or(WIDTH, |(width, _)| usize::from(width.0));
    Look { width, paint: if is_styled(common, terminal) { Paint::Styled } else { Paint::Plain } }
}

fn is_styled(common: &Common, terminal: bool) -> bool {
    match common.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none(),
    }
}
