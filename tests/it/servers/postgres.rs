//! PostgreSQL: a cluster of its own, dumped with its own pg_dump.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{Rows, Server, as_user, call, folder, patiently, sort_lines, stop};

/// Roles that fixtures may speak of.
const ROLES: &[&str] = &["clerk", "auditor", "teller", "owner_of_books"];

/// Settings for speed: the cluster lives for one test.
const SETTINGS: &str = "
fsync = off
synchronous_commit = off
full_page_writes = off
listen_addresses = ''
autovacuum = off
wal_level = minimal
max_wal_senders = 0
";

pub struct Postgres {
    programs: PathBuf,
    folder: tempfile::TempDir,
    server: Child,
    version: u32,
}

impl Postgres {
    /// The programs that Debian's packages install: the newest.
    pub fn of_the_system() -> Option<PathBuf> {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
        let folders = versions.map(|entry| entry.path().join("bin")).filter(|bin| bin.join("initdb").exists());
        folders.max()
    }

    /// The programs that `tests/run` fetched.
    pub fn newer() -> Option<PathBuf> {
        std::env::var_os("AMEND_NEWER_POSTGRES").map(PathBuf::from).filter(|bin| bin.join("initdb").exists())
    }

    pub fn start(programs: &Path) -> Result<Postgres, String> {
        let folder = folder("postgres");
        let data = folder.path().join("data");
        let mut initdb = as_user("postgres", &programs.join("initdb"));
        initdb.env("LC_ALL", "C.UTF-8").current_dir(folder.path()).arg("-D").arg(&data);
        call(initdb.args(["-U", "postgres", "-A", "trust", "--encoding=UTF8", "--no-sync"]), "")?;
        let socket = format!("unix_socket_directories = '{}'\n", folder.path().display());
        let configuration = std::fs::read_to_string(data.join("postgresql.conf")).map_err(|error| error.to_string())?;
        std::fs::write(data.join("postgresql.conf"), format!("{configuration}{SETTINGS}{socket}")).map_err(|error| error.to_string())?;
        let mut server = as_user("postgres", &programs.join("postgres"));
        server.env("LC_ALL", "C.UTF-8").current_dir(folder.path()).arg("-D").arg(&data).stdout(Stdio::null()).stderr(Stdio::null());
        let server = server.spawn().map_err(|error| error.to_string())?;
        let mut postgres = Postgres { programs: programs.to_path_buf(), folder, server, version: 0 };
        let version = patiently(|| postgres.psql("postgres", "SHOW server_version_num;"))?;
        postgres.version = version.trim().parse::<u32>().map_err(|error| error.to_string())? / 10_000;
        let roles: String = ROLES.iter().map(|role| format!("CREATE ROLE {role};\n")).collect();
        postgres.psql("postgres", &roles)?;
        Ok(postgres)
    }

    fn client(&self, program: &str, database: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.env("PGHOST", self.folder.path()).env("PGUSER", "postgres").env("PGDATABASE", database);
        command.env("PGOPTIONS", "-c client_min_messages=warning");
        command
    }

    /// What a query counts.
    fn counted(&self, database: &str, query: &str) -> Result<Rows, String> {
        let listing = self.psql(database, query)?;
        let counted = listing.lines().filter_map(|line| line.rsplit_once('|'));
        Ok(counted.map(|(what, count)| (what.to_string(), count.parse().unwrap_or(0))).collect())
    }

    /// The folder of its socket, which a client takes for a host.
    pub fn host(&self) -> &Path {
        self.folder.path()
    }

    pub fn psql(&self, database: &str, sql: &str) -> Result<String, String> {
        call(self.client("psql", database).args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]), sql)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        stop(&mut self.server);
    }
}

impl Server for Postgres {
    fn title(&self) -> String {
        format!("PostgreSQL {}", self.version)
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn create(&self, database: &str) -> Result<(), String> {
        let sql = format!("DROP DATABASE IF EXISTS {database} WITH (FORCE);\nCREATE DATABASE {database} TEMPLATE template0;");
        self.psql("postgres", &sql).map(drop)
    }

    fn run(&self, database: &str, sql: &str) -> Result<(), String> {
        self.psql(database, sql).map(drop)
    }

    fn backup(&self, database: &str, folder: &Path) -> Result<String, String> {
        let mut command = Command::new("sh");
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", self.programs.display())).env("HOST", self.folder.path()).env("USERNAME", "postgres");
        call(command.env("DATABASE", database).current_dir(folder).arg("00-backup"), "")
    }

    fn dump(&self, database: &str) -> Result<String, String> {
        call(self.client("pg_dump", database).arg("--schema-only"), "")
    }

    fn state(&self, database: &str) -> Result<Vec<String>, String> {
        let dump = self.dump(database)?;
        let mut entries: Vec<String> = dump.split("\n--\n-- Name: ").skip(1).map(entry).collect();
        entries.sort_unstable();
        Ok(entries)
    }

    fn fill(&self, database: &str) -> Result<(), String> {
        self.psql(database, include_str!("fill_postgres.sql")).map(drop)
    }

    fn rows(&self, database: &str) -> Result<Rows, String> {
        self.counted(database, include_str!("rows_postgres.sql"))
    }

    fn values(&self, database: &str) -> Result<Rows, String> {
        self.counted(database, include_str!("values_postgres.sql"))
    }
}

/// One entry of a dump, without the settings that depend on its neighbours.
fn entry(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("SET default_") && !line.starts_with('\\') && !line.starts_with("--"));
    let text = lines.map(without_null_name).map(|line| sort_options(&line)).collect::<Vec<_>>().join("\n").trim().to_string();
    let head = text.lines().next().unwrap_or("");
    if head.contains("; Type: TABLE;") || head.contains("; Type: FOREIGN TABLE;") { sort_lines(&text) } else { text }
}

/// A column without the name of its NOT NULL constraint, which keeps the old name of a renamed relation (PostgreSQL 18).
fn without_null_name(line: &str) -> String {
    match line.split_once(" CONSTRAINT ") {
        Some((column, rest)) if rest.split_once(' ').is_some_and(|(_, rest)| rest.starts_with("NOT NULL")) => {
            format!("{column}{}", &rest[rest.find(' ').unwrap_or(0)..])
        }
        _ => line.to_string(),
    }
}

/// The options of a table in the order of their names, in which they mean the same.
fn sort_options(line: &str) -> String {
    let Some(options) = line.strip_prefix("WITH (").and_then(|rest| rest.strip_suffix(");")) else { return line.to_string() };
    let mut options: Vec<&str> = options.split(", ").collect();
    options.sort_unstable();
    format!("WITH ({});", options.join(", "))
}
