//! MariaDB: a server of its own, dumped with mariadb-dump.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{Rows, Server, as_user, call, folder, is_root, mysql, patiently, stop};

pub struct MariaDb {
    folder: tempfile::TempDir,
    server: Child,
    version: u32,
    /// The words before the version.
    title: &'static str,
    /// The words that run the client, and those that run the program that dumps.
    programs: [Vec<String>; 2],
}

impl MariaDb {
    pub fn start() -> Result<MariaDb, String> {
        let folder = folder("mysql");
        let data = folder.path().join("data");
        let user: &[&str] = if is_root() { &["--user=mysql"] } else { &[] };
        let mut install = Command::new("mariadb-install-db");
        // A server that starts deletes the temporary tables of all others in its TMPDIR, and those die of it.
        install.env("TMPDIR", folder.path()).arg("--no-defaults").arg(format!("--datadir={}", data.display()));
        call(install.args(["--auth-root-authentication-method=normal", "--skip-test-db"]).args(user), "")?;
        let program = ["/usr/sbin/mariadbd", "/usr/bin/mariadbd"].into_iter().map(Path::new).find(|path| path.exists());
        let mut server = as_user("mysql", program.unwrap_or(Path::new("mariadbd")));
        server.env("TMPDIR", folder.path()).arg("--no-defaults").arg(format!("--datadir={}", data.display()));
        server.arg(format!("--socket={}", folder.path().join("socket").display()));
        server.args(["--skip-networking", "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--event-scheduler=OFF"]);
        let log = std::fs::File::create(folder.path().join("log")).map_err(|error| error.to_string())?;
        let server = server.stdout(Stdio::null()).stderr(log).spawn().map_err(|error| error.to_string())?;
        MariaDb::over("MariaDB", folder, server, ["mariadb", "mariadb-dump"].map(|program| vec![program.to_string()]))
    }

    /// A server that was started over this folder, as soon as it answers.
    pub fn over(title: &'static str, folder: tempfile::TempDir, server: Child, programs: [Vec<String>; 2]) -> Result<MariaDb, String> {
        let mut started = MariaDb { folder, server, version: 0, title, programs };
        let version = patiently(|| started.query("", "SELECT VERSION()"))?;
        started.version = version.split('.').next().and_then(|main| main.trim().parse().ok()).unwrap_or(0);
        Ok(started)
    }

    /// Where clients find it.
    pub fn socket(&self) -> std::path::PathBuf {
        self.folder.path().join("socket")
    }

    fn client(&self, program: &[String]) -> Command {
        let mut command = mysql::command(program);
        command.args(["--no-defaults", "-u", "root", "-S"]).arg(self.socket());
        command
    }

    pub fn query(&self, database: &str, sql: &str) -> Result<String, String> {
        call(self.client(&self.programs[0]).args(["-N", "-B", database]), sql).map_err(|fault| self.with_last_words(fault))
    }

    /// A fault that says that the server is not there is told with what the server said itself: its log's end, and the memory left.
    fn with_last_words(&self, fault: String) -> String {
        if !["Lost connection", "gone away", "Can't connect"].iter().any(|words| fault.contains(words)) {
            return fault;
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let end: Vec<&str> = log.lines().rev().take(60).collect();
        let state = std::fs::read_to_string(format!("/proc/{}/status", self.server.id())).unwrap_or("it has ended".to_string());
        let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let lines = |text: &str, words: &[&str]| {
            text.lines().filter(|line| words.iter().any(|word| line.contains(word))).collect::<Vec<_>>().join(", ")
        };
        let state = if state.contains("State:") { lines(&state, &["State:", "VmRSS:"]) } else { state };
        let log: String = end.into_iter().rev().map(|line| format!("\n  {line}")).collect();
        format!("{fault}\nthe server: {state}; {}; its log ends:{log}", lines(&memory, &["MemAvailable", "SwapFree"]))
    }

    fn tables(&self, database: &str) -> Result<Vec<String>, String> {
        let sql = "SELECT table_name FROM information_schema.tables \
                   WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')";
        Ok(self.query(database, sql)?.lines().map(str::to_string).collect())
    }

    /// The columns of a table that take values, with their types.
    fn columns(&self, database: &str, table: &str) -> Result<Vec<(String, String)>, String> {
        let sql = format!(
            "SELECT column_name, data_type FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = '{table}' AND COALESCE(generation_expression, '') = '' ORDER BY ordinal_position"
        );
        let listing = self.query(database, &sql)?;
        Ok(listing.lines().filter_map(|line| line.split_once('\t')).map(|(name, kind)| (name.to_string(), kind.to_string())).collect())
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        stop(&mut self.server);
    }
}

impl Server for MariaDb {
    fn title(&self) -> String {
        format!("{} {}", self.title, self.version)
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn create(&self, database: &str) -> Result<(), String> {
        let sql = format!("DROP DATABASE IF EXISTS {database}; CREATE DATABASE {database} CHARACTER SET utf8mb4;");
        self.query("", &sql).map(drop)
    }

    fn run(&self, database: &str, sql: &str) -> Result<(), String> {
        self.query(database, sql).map(drop)
    }

    fn backup(&self, database: &str, folder: &Path) -> Result<String, String> {
        let mut command = Command::new("sh");
        command.env("SOCKET", self.socket()).env("USERNAME", "root").env("DATABASE", database);
        call(command.current_dir(folder).arg("00-backup"), "")
    }

    fn dump(&self, database: &str) -> Result<String, String> {
        let options = ["--no-data", "--routines", "--events", "--triggers", "--skip-comments", database];
        call(self.client(&self.programs[1]).args(options), "")
    }

    fn state(&self, database: &str) -> Result<Vec<String>, String> {
        let dump = self.dump(database)?.replace(database, "DATABASE");
        let inherits = |text: &str| if self.title == "MySQL" { mysql::without_inherited(text) } else { text.to_string() };
        let mut entries: Vec<String> = dump.split(";\n").map(|text| entry(&inherits(text))).filter(|entry| !entry.is_empty()).collect();
        entries.sort_unstable();
        Ok(entries)
    }

    fn fill(&self, database: &str) -> Result<(), String> {
        for table in self.tables(database)? {
            let columns = self.columns(database, &table)?;
            for turn in 1..=2 {
                let known: Vec<(String, String)> =
                    columns.iter().filter_map(|(name, kind)| Some((format!("`{name}`"), value(kind, turn)?))).collect();
                let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
                let values: Vec<&str> = known.iter().map(|(_, value)| value.as_str()).collect();
                let insert = format!("INSERT INTO `{table}` ({}) VALUES ({});", names.join(", "), values.join(", "));
                // A table whose rules forbid these values stays as it is.
                let _ = self.query(database, &format!("SET foreign_key_checks = 0; {insert}"));
            }
        }
        Ok(())
    }

    fn rows(&self, database: &str) -> Result<Rows, String> {
        let mut rows = Rows::new();
        for table in self.tables(database)? {
            let count = self.query(database, &format!("SELECT COUNT(*) FROM `{table}`"))?;
            rows.insert(table, count.trim().parse().unwrap_or(0));
        }
        Ok(rows)
    }
}

/// A value of a type; nothing where the type is not known, so that the default is taken.
fn value(kind: &str, turn: u32) -> Option<String> {
    let has = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    Some(match kind {
        "year" => format!("202{turn}"),
        "time" => format!("'00:00:0{turn}'"),
        "date" | "datetime" | "timestamp" => format!("'2020-01-0{turn} 00:00:00'"),
        "enum" | "set" => "1".to_string(),
        "uuid" => format!("'00000000-0000-0000-0000-00000000000{turn}'"),
        _ if has(&["int", "decimal", "float", "double", "bit"]) && kind != "point" => turn.to_string(),
        _ if has(&["char", "text", "binary", "blob"]) => format!("'{turn}'"),
        _ => return None,
    })
}

/// One statement of a dump; nothing where it only sets or drops. The keys of a table are sorted, its columns are not.
fn entry(text: &str) -> String {
    let text = text.trim().trim_end_matches(';');
    let conditional = text.trim_start_matches("/*").trim_start_matches(['M', '!', ' ']).trim_start_matches(|c: char| c.is_ascii_digit());
    let idle = ["SET ", "DROP ", "USE ", "DELIMITER"].iter().any(|word| conditional.trim_start().starts_with(word));
    if idle && !text.contains("CREATE") {
        return String::new();
    }
    let mut lines: Vec<String> =
        text.lines().map(|line| line.trim().trim_end_matches(',').to_string()).filter(|line| !line.is_empty()).collect();
    if lines.first().is_some_and(|line| line.starts_with("CREATE TABLE")) {
        let keys = lines.iter().skip(1).position(|line| !line.starts_with('`')).map_or(lines.len(), |at| at + 1);
        lines[keys..].sort_unstable();
        lines.iter_mut().for_each(|line| *line = without_counter(line));
    }
    lines.join("\n")
}

/// The line without AUTO_INCREMENT=n, which counts rows.
fn without_counter(line: &str) -> String {
    let Some((before, after)) = line.split_once(" AUTO_INCREMENT=") else { return line.to_string() };
    format!("{before}{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
}
