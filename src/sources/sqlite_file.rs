//! A SQLite database file as a source: its catalogue, read without leaving a trace beside the file.

use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

/// Why a database file cannot be read, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub message: String,
    pub help: &'static str,
}

/// The first line of the text that stands for a database file: it tells the dialect.
pub const HEAD: &str = "-- Schema of a SQLite database file";

/// Whether the file is a database, by its first bytes (sqlite.org/fileformat.html, section 1.3.1). The rest of it, which
/// may be large, is not read. Only of a file: what is read from a pipe is gone.
pub fn is_database(path: &Path) -> bool {
    if !std::fs::metadata(path).is_ok_and(|data| data.is_file()) {
        return false;
    }
    let mut magic = [0_u8; 16];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    read.is_ok() && &magic == b"SQLite format 3\0"
}

/// The statements of the catalogue, as `.schema` prints them, in the order in which they were made; and the rows of Django's
/// table of migrations, as `.dump` prints them, for they say what was carried out.
///
/// # Errors
/// Where the file cannot be opened read-only, or where that would not show what the database holds.
pub fn schema(path: &Path) -> Result<String, Fault> {
    let connection = open(path)?;
    let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid";
    let fault = |error: rusqlite::Error| unreadable(path, &error);
    let mut statement = connection.prepare(sql).map_err(fault)?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).map_err(fault)?;
    let mut text = format!("{HEAD}\n");
    for row in rows {
        text.push_str(&row.map_err(fault)?);
        text.push_str(";\n");
    }
    text.push_str(&migrations(&connection).map_err(fault)?);
    Ok(text)
}

/// The rows of Django's table of migrations as statements; nothing where there is no such table.
fn migrations(connection: &Connection) -> rusqlite::Result<String> {
    let columns = "SELECT count(*) FROM pragma_table_info('django_migrations') WHERE name IN ('app', 'name')";
    if connection.query_row(columns, [], |row| row.get::<_, i64>(0))? != 2 {
        return Ok(String::new());
    }
    let sql = "SELECT quote(app), quote(name) FROM django_migrations WHERE typeof(app) = 'text' AND typeof(name) = 'text' ORDER BY rowid";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        let (app, name): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(format!("INSERT INTO django_migrations (app, name) VALUES ({app}, {name});\n"))
    })?;
    rows.collect()
}

/// Opens the file so that nothing is created or changed beside it. A file without journals may be taken as immutable
/// (sqlite.org/uri.html, section 3.2). With a write-ahead log, the log and its index must both be there: then they are
/// read as they are (sqlite.org/wal.html, section 5).
fn open(path: &Path) -> Result<Connection, Fault> {
    let beside = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let length = std::fs::metadata(PathBuf::from(name)).map(|data| data.len());
        length.ok().filter(|length| *length > 0)
    };
    if beside("-journal").is_some() {
        return Err(Fault {
            message: format!("{}: a rollback journal stands beside it", path.display()),
            help: "a program is writing, or one broke off: open it once with sqlite3, or give the output of .schema",
        });
    }
    let logged = beside("-wal").is_some();
    if logged && beside("-shm").is_none() {
        return Err(Fault {
            message: format!("{}: a write-ahead log stands beside it that no program has open", path.display()),
            help: "run PRAGMA wal_checkpoint(TRUNCATE) in sqlite3, or give the output of .schema",
        });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mode = if logged { "mode=ro" } else { "mode=ro&immutable=1" };
    let uri = format!("file:{}?{mode}", escaped(path));
    Connection::open_with_flags(uri, flags).map_err(|error| unreadable(path, &error))
}

/// A path as a URI has it (sqlite.org/uri.html, section 3).
fn escaped(path: &Path) -> String {
    let mut out = String::new();
    for byte in path.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn unreadable(path: &Path, error: &rusqlite::Error) -> Fault {
    Fault { message: format!("{}: {error}", path.display()), help: "give the output of .schema of the sqlite3 shell" }
}
