//! SQLite: the engine itself, in a temporary file.

use rusqlite::Connection;

use super::{Rows, Server};

pub struct Sqlite {
    folder: tempfile::TempDir,
}

impl Sqlite {
    pub fn start() -> Sqlite {
        Sqlite { folder: super::folder("root") }
    }

    /// The file of a database.
    pub fn file(&self, database: &str) -> std::path::PathBuf {
        self.folder.path().join(database)
    }

    fn open(&self, database: &str) -> Result<Connection, String> {
        Connection::open(self.file(database)).map_err(|error| error.to_string())
    }

    /// The rows of a query, each as one text.
    fn lines(&self, database: &str, sql: &str) -> Result<Vec<String>, String> {
        let connection = self.open(database)?;
        let fault = |error: rusqlite::Error| format!("{sql}: {error}");
        let mut statement = connection.prepare(sql).map_err(fault)?;
        let width = statement.column_count();
        let rows = statement.query_map([], |row| {
            let cells: Result<Vec<String>, _> = (0..width).map(|at| row.get(at).map(shown)).collect();
            Ok(cells?.join("|"))
        });
        rows.map_err(fault)?.collect::<Result<Vec<String>, _>>().map_err(fault)
    }

    /// What a virtual table keeps its own state in is no one else's.
    fn tables(&self, database: &str) -> Result<Vec<String>, String> {
        let shadows = "SELECT name FROM pragma_table_list WHERE type = 'shadow'";
        let named = "name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        self.lines(
            database,
            &format!("SELECT name FROM sqlite_schema WHERE type = 'table' AND {named} AND name NOT IN ({shadows}) ORDER BY 1"),
        )
    }

    /// Everything that the engine says of a table, and of its text what no pragma tells.
    fn table(&self, database: &str, name: &str, sql: &str) -> Result<String, String> {
        let literal = name.replace('\'', "''");
        let queries = [
            format!("SELECT lower(name), upper(type), \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo('{literal}') ORDER BY 1"),
            format!(
                "SELECT lower(\"table\"), lower(\"from\"), lower(\"to\"), on_update, on_delete FROM pragma_foreign_key_list('{literal}') ORDER BY 1, 2"
            ),
            format!(
                "SELECT l.origin, (SELECT group_concat(name) FROM pragma_index_info(l.name)) FROM pragma_index_list('{literal}') l WHERE l.origin <> 'c' ORDER BY 1, 2"
            ),
            format!("SELECT wr, strict, type FROM pragma_table_list WHERE name = '{literal}' AND schema = 'main'"),
        ];
        let mut lines = vec![format!("table {}", name.to_lowercase())];
        for query in &queries {
            lines.extend(self.lines(database, query)?);
        }
        let plain = plain(sql);
        lines.extend(clauses(&plain));
        Ok(lines.join("\n"))
    }
}

impl Server for Sqlite {
    fn title(&self) -> String {
        format!("SQLite {}", rusqlite::version())
    }

    fn version(&self) -> u32 {
        3
    }

    fn create(&self, database: &str) -> Result<(), String> {
        let _ = std::fs::remove_file(self.file(database));
        Ok(())
    }

    fn run(&self, database: &str, sql: &str) -> Result<(), String> {
        self.open(database)?.execute_batch(sql).map_err(|error| error.to_string())
    }

    fn run_file(&self, database: &str, text: &str) -> Result<(), String> {
        super::call(std::process::Command::new("sqlite3").arg("-bail").arg(self.file(database)), text).map(drop)
    }

    fn backup(&self, database: &str, folder: &std::path::Path) -> Result<String, String> {
        let mut command = std::process::Command::new("sh");
        command.env("DATABASE", self.file(database)).current_dir(folder).arg("00-backup");
        super::call(&mut command, "")
    }

    fn dump(&self, database: &str) -> Result<String, String> {
        let statements =
            self.lines(database, "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL AND name <> 'sqlite_sequence'")?;
        Ok(statements.join("\n"))
    }

    fn state(&self, database: &str) -> Result<Vec<String>, String> {
        let mut entries = Vec::new();
        for name in self.tables(database)? {
            let literal = name.replace('\'', "''");
            let sql = self.lines(database, &format!("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '{literal}'"))?;
            entries.push(self.table(database, &name, &sql.concat())?);
        }
        let others =
            self.lines(database, "SELECT type || ' ' || lower(name), sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL")?;
        entries.extend(others.iter().map(|line| plain(line)));
        entries.sort_unstable();
        Ok(entries)
    }

    fn fill(&self, database: &str) -> Result<(), String> {
        for table in self.tables(database)? {
            let quoted = table.replace('"', "\"\"");
            let columns = format!("SELECT '\"' || name || '\"' FROM pragma_table_xinfo('{}') WHERE hidden = 0", table.replace('\'', "''"));
            let columns = self.lines(database, &columns)?;
            for turn in 1..=2 {
                let values = vec![turn.to_string(); columns.len()];
                // A table whose rules forbid these values stays as it is.
                let _ = self.run(database, &format!("INSERT INTO \"{quoted}\" ({}) VALUES ({})", columns.join(", "), values.join(", ")));
            }
        }
        Ok(())
    }

    fn rows(&self, database: &str) -> Result<Rows, String> {
        let mut rows = Rows::new();
        for table in self.tables(database)? {
            let count = self.lines(database, &format!("SELECT COUNT(*) FROM \"{}\"", table.replace('"', "\"\"")))?;
            rows.insert(table, count.concat().parse().unwrap_or(0));
        }
        Ok(rows)
    }
}

fn shown(value: rusqlite::types::Value) -> String {
    match value {
        rusqlite::types::Value::Null => "null".to_string(),
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Real(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        rusqlite::types::Value::Blob(bytes) => format!("{bytes:?}"),
    }
}

/// A statement without comments, quotes of names, case and spaces that mean nothing.
fn plain(sql: &str) -> String {
    let lines: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap_or("")).collect();
    let text: String = lines.join(" ").chars().filter(|c| !matches!(c, '"' | '`' | '[' | ']')).collect();
    let mut out = String::new();
    for word in text.to_lowercase().split_whitespace() {
        let joined = out.ends_with(['(', ')', ',', '=', '<', '>', '+', '-', '*', '/', ';']) || out.is_empty();
        if !joined && !word.starts_with(['(', ')', ',', '=', '<', '>', '+', '-', '*', '/', ';']) {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The checks of a table and its collations, which no pragma tells, sorted.
fn clauses(plain: &str) -> Vec<String> {
    let mut found: Vec<String> = plain.match_indices("check(").map(|(at, _)| bracketed(&plain[at..]).to_string()).collect();
    found.extend(plain.match_indices("collate ").map(|(at, _)| plain[at..].split([',', ')', ' ']).take(2).collect::<Vec<_>>().join(" ")));
    found.extend(plain.contains("autoincrement").then(|| "autoincrement".to_string()));
    found.sort_unstable();
    found
}

/// The text up to the bracket that closes its first one.
fn bracketed(text: &str) -> &str {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' if depth == 1 => return &text[..=at],
            ')' => depth -= 1,
            _ => {}
        }
    }
    text
}
