//! Throwaway database servers on unix sockets in temporary folders. Each ends with its test, and nothing else does.

pub mod mariadb;
pub mod mysql;
pub mod postgres;
pub mod sqlite;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

/// Rows by table.
pub type Rows = BTreeMap<String, u64>;

/// What the tests ask of a server. `database` is a name that the test chooses.
pub trait Server {
    fn title(&self) -> String;

    /// The main version, to be compared with a fixture's `minimum`.
    fn version(&self) -> u32;

    /// Makes an empty database, in place of an older one of this name.
    fn create(&self, database: &str) -> Result<(), String>;

    /// Runs a script with the engine's own client; the first fault ends it.
    fn run(&self, database: &str, sql: &str) -> Result<(), String>;

    /// Runs a file of a runbook with the engine's own client.
    fn run_file(&self, database: &str, text: &str) -> Result<(), String> {
        self.run(database, text)
    }

    /// Runs a runbook's backup in a folder; what it prints.
    fn backup(&self, database: &str, folder: &std::path::Path) -> Result<String, String>;

    /// The dump that an operator would take.
    fn dump(&self, database: &str) -> Result<String, String>;

    /// Everything that the database holds, one text per object, in an order of its own.
    fn state(&self, database: &str) -> Result<Vec<String>, String>;

    /// Puts rows into every table that takes them.
    fn fill(&self, database: &str) -> Result<(), String>;

    /// How many rows each table has.
    fn rows(&self, database: &str) -> Result<Rows, String>;

    /// The same, and in how many rows each column has a value where the server's tests can say that.
    fn values(&self, database: &str) -> Result<Rows, String> {
        self.rows(database)
    }
}

/// Runs a program with a text on its standard input; its output, or its messages where it failed.
pub fn call(command: &mut Command, input: &str) -> Result<String, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
    let mut pipe = child.stdin.take();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A client that stops at a fault leaves the rest unread.
            let _ = pipe.as_mut().map(|pipe| pipe.write_all(input.as_bytes()));
        });
        child.wait_with_output()
    });
    let output = output.map_err(|error| error.to_string())?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr) + &text(output.stdout)) }
}

/// Tries until it works, for some seconds.
pub fn patiently<T>(mut attempt: impl FnMut() -> Result<T, String>) -> Result<T, String> {
    let mut last = Err("never tried".to_string());
    for _ in 0..300 {
        last = attempt();
        if last.is_ok() {
            return last;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    last
}

/// Whether this process may give its servers to another user.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

/// A command that runs as this user where we are root, and ends with the thread that started it.
pub fn as_user(user: &str, program: &std::path::Path) -> Command {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=KILL");
    if is_root() {
        command.args([&format!("--reuid={user}"), &format!("--regid={user}"), "--clear-groups"].map(|word| word.to_string()));
    }
    command.arg(program);
    command
}

/// A temporary folder that the server's user owns.
pub fn folder(user: &str) -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("amend-").tempdir().unwrap_or_else(|error| panic!("no temporary folder: {error}"));
    if is_root() {
        let _ = Command::new("chown").arg(format!("{user}:")).arg(folder.path()).status();
    }
    folder
}

/// Stops a server that this process started, and waits for it.
pub fn stop(child: &mut std::process::Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// The lines of the brackets of a CREATE TABLE, sorted: where a column stands is no part of a table's meaning here.
pub fn sort_lines(statement: &str) -> String {
    let mut lines: Vec<&str> = statement.lines().map(|line| line.trim().trim_end_matches(',')).collect();
    lines.sort_unstable();
    lines.join("\n")
}
