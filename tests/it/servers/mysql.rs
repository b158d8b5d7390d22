//! MySQL: a server out of a folder into which its packages were unpacked, run by the loader that came with it. The rest is as
//! for MariaDB.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::mariadb::MariaDb;
use super::{as_user, call, folder};

/// Where mysql-server-core, mysql-client-core and the libraries that they need are unpacked; a test without it is passed over.
pub fn unpacked() -> Option<PathBuf> {
    std::env::var_os("AMEND_MYSQL").map(PathBuf::from)
}

/// The words that run a program of this folder.
pub fn program(root: &Path, name: &str) -> Vec<String> {
    let libraries = root.join("usr/lib/x86_64-linux-gnu");
    let loader = libraries.join("ld-linux-x86-64.so.2");
    let program = root.join(name).display().to_string();
    if !loader.exists() {
        return vec![program];
    }
    vec![loader.display().to_string(), "--library-path".to_string(), libraries.display().to_string(), program]
}

/// Starts a server with nothing in it.
pub fn start() -> Result<MariaDb, String> {
    let root = unpacked().ok_or("AMEND_MYSQL is not set")?;
    let folder = folder("mysql");
    let words = program(&root, "usr/sbin/mysqld");
    let command = || {
        let mut command = as_user("mysql", Path::new(words.first().map_or("mysqld", String::as_str)));
        command.env("TMPDIR", folder.path()).args(words.iter().skip(1)).arg("--no-defaults");
        command.arg(format!("--datadir={}", folder.path().join("data").display()));
        command.arg(format!("--basedir={}", root.join("usr").display()));
        command.arg(format!("--lc-messages-dir={}", root.join("usr/share/mysql").display()));
        command
    };
    call(command().arg("--initialize-insecure"), "")?;
    let mut server = command();
    server.arg(format!("--socket={}", folder.path().join("socket").display()));
    server.arg(format!("--pid-file={}", folder.path().join("pid").display()));
    server.args(["--skip-networking", "--mysqlx=OFF", "--disable-log-bin", "--event-scheduler=OFF", "--secure-file-priv=NULL"]);
    server.arg("--innodb-flush-log-at-trx-commit=0");
    let log = std::fs::File::create(folder.path().join("log")).map_err(|error| error.to_string())?;
    let server = server.stdout(Stdio::null()).stderr(log).spawn().map_err(|error| error.to_string())?;
    let client = ["usr/bin/mysql", "usr/bin/mysqldump"].map(|name| program(&root, name));
    MariaDb::over("MySQL", folder, server, client)
}

/// What MySQL says of a column's character set depends on whether its statement said it: the table's own goes without saying.
pub fn without_inherited(table: &str) -> String {
    let word = |mark: &str| table.rsplit_once(mark).and_then(|(_, rest)| rest.split_whitespace().next()).map(str::to_string);
    let charset = word("DEFAULT CHARSET=").unwrap_or_default();
    let collation = word(" COLLATE=").unwrap_or_else(|| default_collation(&charset));
    let said = format!(" CHARACTER SET {charset} COLLATE {collation}");
    table.replace(&said, "").replace(&format!(" COLLATE {collation}"), "")
}

fn default_collation(charset: &str) -> String {
    match charset {
        "latin1" => "latin1_swedish_ci".to_string(),
        other => format!("{other}_general_ci"),
    }
}

/// A command of these words.
pub fn command(words: &[String]) -> Command {
    let mut command = Command::new(words.first().map_or("", String::as_str));
    command.args(words.iter().skip(1));
    command
}
