//! What the lexical rules of the dialects are, one static row each, and the few scans over bytes that they share.

/// Where statements of a dialect hold semicolons of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bodies {
    /// `BEGIN ATOMIC … END` of routines and the parenthesised actions of rules (PostgreSQL).
    Atomic,
    /// `BEGIN … END` of triggers (SQLite).
    Trigger,
    /// `BEGIN … END` and the control statements of triggers, routines and events (MySQL).
    Routine,
}

/// The lexical rules of a dialect.
pub struct Lexis {
    /// Bytes that open a quoted identifier; `[` closes with `]`.
    pub identifier_quotes: &'static [u8],
    /// Bytes that open a string.
    pub string_quotes: &'static [u8],
    /// A backslash in any string escapes the next byte.
    pub backslash: bool,
    /// `E'…'`, `U&'…'`, `$tag$…$tag$`.
    pub postgres_strings: bool,
    /// Block comments nest.
    pub nested_comments: bool,
    /// `#` opens a comment.
    pub hash_comments: bool,
    /// `--` opens a comment only before white space.
    pub dashes_need_space: bool,
    /// The client reads `DELIMITER x`.
    pub delimiter_command: bool,
    /// The client reads lines that start with a backslash, and COPY data up to `\.`.
    pub psql: bool,
    /// Whether the content of `/*!version … */` (or `/*M!version … */`: the first argument is true) is code.
    pub conditional: Option<fn(bool, u32) -> bool>,
    /// Bytes of which operators are made.
    pub operators: &'static [u8],
    pub bodies: Bodies,
    /// Unquoted identifiers are folded to lower case.
    pub folds: bool,
    /// Longer identifiers are cut, as the server does.
    pub name_bytes: usize,
}

/// PostgreSQL, section 4.1 of its manual.
pub static POSTGRES: Lexis = Lexis {
    identifier_quotes: b"\"",
    string_quotes: b"'",
    backslash: false,
    postgres_strings: true,
    nested_comments: true,
    hash_comments: false,
    dashes_need_space: false,
    delimiter_command: false,
    psql: true,
    conditional: None,
    operators: b"+-*/<>=~!@#%^&|`?",
    bodies: Bodies::Atomic,
    folds: true,
    name_bytes: 63,
};

/// MySQL, chapter 11 of its manual; the content of version comments of every version is code.
pub static MYSQL: Lexis = Lexis {
    identifier_quotes: b"`",
    string_quotes: b"'\"",
    backslash: true,
    postgres_strings: false,
    nested_comments: false,
    hash_comments: true,
    dashes_need_space: true,
    delimiter_command: true,
    psql: false,
    conditional: Some(|mariadb, _| !mariadb),
    operators: b"+-*/<>=~!%^&|",
    bodies: Bodies::Routine,
    folds: false,
    name_bytes: usize::MAX,
};

/// MariaDB: as MySQL, but comments of MySQL 5.7 and later are passed over ("Comment Syntax" of its manual). No server is of
/// version 99.99.99: dumps write it to hide a line from servers.
pub static MARIADB: Lexis =
    Lexis { conditional: Some(|mariadb, version| version < 999_999 && (mariadb || !(50700..=99999).contains(&version))), ..MYSQL };

/// SQLite, "SQL Language Expressions" and "SQLite Keywords" of its manual.
pub static SQLITE: Lexis = Lexis {
    identifier_quotes: b"\"`[",
    string_quotes: b"'",
    hash_comments: false,
    backslash: false,
    dashes_need_space: false,
    delimiter_command: false,
    conditional: None,
    bodies: Bodies::Trigger,
    ..MYSQL
};

/// Whether a byte can stand in an unquoted identifier. Bytes beyond ASCII can in every dialect.
#[inline(always)]
pub fn is_word(byte: u8) -> bool {
    WORD[byte as usize]
}

/// Asked of every byte of a text.
static WORD: [bool; 256] = {
    let mut word = [false; 256];
    let mut byte = 0;
    while byte < word.len() {
        word[byte] = byte >= 0x80 || matches!(byte as u8, b'_' | b'$') || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    word
};

/// The place after a quoted text whose opening quote is at `at`; `None` where it is not closed.
pub fn quote_end(bytes: &[u8], at: usize, backslash: bool) -> Option<usize> {
    let close = match bytes.get(at)? {
        b'[' => b']',
        quote => *quote,
    };
    let mut at = at + 1;
    loop {
        let byte = *bytes.get(at)?;
        at += match byte {
            b'\\' if backslash => 2,
            byte if byte == close && bytes.get(at + 1) == Some(&close) && close != b']' => 2,
            byte if byte == close => return Some(at + 1),
            _ => 1,
        };
    }
}

/// The place after a block comment that opens at `at`.
pub fn comment_end(bytes: &[u8], at: usize, nested: bool) -> Option<usize> {
    let (mut at, mut depth) = (at + 2, 1);
    loop {
        match (*bytes.get(at)?, bytes.get(at + 1)) {
            (b'*', Some(b'/')) => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return Some(at);
                }
            }
            (b'/', Some(b'*')) if nested => {
                depth += 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
}

/// The place of the next line feed, or the end.
pub fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n')).map_or(bytes.len(), |length| at + length)
}

/// The place after the opening tag of a dollar quote that starts at `at` (`$$`, `$body$`).
pub fn dollar_tag_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    if bytes.get(end)?.is_ascii_digit() {
        return None;
    }
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'$' => return Some(end + 1),
            byte if is_word(*byte) => end += 1,
            _ => return None,
        }
    }
    None
}

/// The place after a dollar quote, given the end of its opening tag.
pub fn dollar_end(bytes: &[u8], at: usize, tag_end: usize) -> Option<usize> {
    let tag = bytes.get(at..tag_end)?;
    let mut from = tag_end;
    loop {
        let next = from + bytes.get(from..)?.iter().position(|byte| *byte == b'$')?;
        if bytes.get(next..)?.starts_with(tag) {
            return Some(next + tag.len());
        }
        from = next + 1;
    }
}

/// What follows the slash of a comment: the kind of version comment and where its content starts.
pub struct Conditional {
    pub is_code: bool,
    pub content: usize,
}

/// Reads the head of `/*!50003 …` or `/*M!100100 …` at `at`; `None` for an ordinary comment.
pub fn conditional(bytes: &[u8], at: usize, lexis: &Lexis) -> Option<Conditional> {
    let rule = lexis.conditional?;
    let rest = bytes.get(at + 2..)?;
    let (mariadb, marker) = if rest.starts_with(b"M!") { (true, 2) } else { (false, 1) };
    if !mariadb && !rest.starts_with(b"!") {
        return None;
    }
    let digits = rest.iter().skip(marker).take(6).take_while(|byte| byte.is_ascii_digit()).count();
    let version = rest.iter().skip(marker).take(digits).fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Some(Conditional { is_code: rule(mariadb, version), content: at + 2 + marker + digits })
}
