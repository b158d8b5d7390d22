//! From the bytes of a file to text that can be read, or one sentence that says which byte stands in the way.

use crate::base::{Code, Diagnostic};

/// What the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// Text, without a byte order mark.
    Text(String),
    /// A SQLite database file, by its magic bytes (The SQLite Database File Format, 1.3.1).
    SqliteDatabase,
}

/// The first bytes of a SQLite database file.
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";
const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
const UTF16_MARKS: &[(&[u8], &str)] = &[(b"\xFF\xFE", "UTF-16 (little-endian)"), (b"\xFE\xFF", "UTF-16 (big-endian)")];

/// Reads the bytes of the file `name` as UTF-8.
///
/// # Errors
/// A diagnostic with the place and what to do, where the bytes are no text.
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<Decoded, Diagnostic> {
    if bytes.starts_with(SQLITE_MAGIC) {
        return Ok(Decoded::SqliteDatabase);
    }
    if let Some((_, encoding)) = UTF16_MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Err(wrong(name, format!("the file is {encoding}"), "save it as UTF-8: iconv -f UTF-16 -t UTF-8"));
    }
    let mut bytes = bytes;
    if bytes.starts_with(UTF8_MARK) {
        bytes.drain(..UTF8_MARK.len());
    }
    if let Some(at) = memchr::memchr(0, &bytes) {
        return Err(wrong(name, format!("a NUL byte at {}", place(&bytes, at)), NUL_HELP));
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => with_foreign_rows(error.as_bytes()).map_err(|at| not_utf8(name, error.as_bytes(), at))?,
    };
    Ok(Decoded::Text(unix_lines(text)))
}

const NUL_HELP: &str =
    "the file is not a text dump; a PostgreSQL custom-format dump becomes text with pg_restore -s -f -, UTF-16 with iconv";

/// Windows line ends become plain ones: a quoted text that spans lines would differ otherwise.
fn unix_lines(text: String) -> String {
    if memchr::memmem::find(text.as_bytes(), b"\r\n").is_some() { text.replace("\r\n", "\n") } else { text }
}

/// The text, with marks in place of the bytes of rows: a dump holds the values of binary columns as they are, and no row is
/// compared. The answer is the place of a byte elsewhere that is not UTF-8.
fn with_foreign_rows(body: &[u8]) -> Result<String, usize> {
    const STATEMENTS: &[&[u8]] = &[b"INSERT ", b"REPLACE INTO "];
    let mut text = String::with_capacity(body.len());
    let (mut start, mut in_rows) = (0, false);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        // A line of its own for each row is how newer programs break a long INSERT.
        in_rows = STATEMENTS.iter().any(|head| line.starts_with(head)) || (in_rows && line.starts_with(b"("));
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) if in_rows => text.push_str(&String::from_utf8_lossy(line)),
            Err(error) => return Err(start + error.valid_up_to()),
        }
        start += line.len();
    }
    Ok(text)
}

fn not_utf8(name: &str, body: &[u8], at: usize) -> Diagnostic {
    let byte = body.get(at).copied().unwrap_or_default();
    let message = format!("byte 0x{byte:02X} at {} is not UTF-8", place(body, at));
    wrong(name, message, "the file may be Latin-1: iconv -f LATIN1 -t UTF-8, or dump again with the client's encoding set to UTF8")
}

fn wrong(name: &str, message: String, help: &str) -> Diagnostic {
    Diagnostic::new(Code::Encoding, None, format!("{name}: {message}")).help(help)
}

/// Line and byte in the line, both from 1.
fn place(body: &[u8], at: usize) -> String {
    let before = body.get(..at).unwrap_or(body);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    format!("line {line}, byte {}", at - start + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: &[u8]) -> String {
        decode("x.sql", bytes.to_vec()).expect_err("must be refused").message
    }

    #[test]
    fn bytes_that_are_no_text_are_named() {
        assert_eq!(message(b"a\nb\xE9"), "x.sql: byte 0xE9 at line 2, byte 2 is not UTF-8");
        assert_eq!(message(b"a\0"), "x.sql: a NUL byte at line 1, byte 2");
        assert_eq!(message(b"\xFF\xFEa\0"), "x.sql: the file is UTF-16 (little-endian)");
    }

    #[test]
    fn bytes_of_rows_are_no_text() {
        let dump = b"INSERT INTO `a` VALUES (1,'\xE9'),\n(2,'\xFF\\'');\nCREATE TABLE a (b int);\n";
        let text = "INSERT INTO `a` VALUES (1,'\u{fffd}'),\n(2,'\u{fffd}\\'');\nCREATE TABLE a (b int);\n";
        assert_eq!(decode("x", dump.to_vec()), Ok(Decoded::Text(text.into())));
        assert_eq!(message(b"INSERT INTO a VALUES (1);\nb\n(\xE9"), "x.sql: byte 0xE9 at line 3, byte 2 is not UTF-8");
    }

    #[test]
    fn marks_and_line_ends_are_taken_away() {
        assert_eq!(decode("x", b"\xEF\xBB\xBFa\r\nb".to_vec()), Ok(Decoded::Text("a\nb".into())));
        assert_eq!(decode("x", b"SQLite format 3\0rest".to_vec()), Ok(Decoded::SqliteDatabase));
    }
}
