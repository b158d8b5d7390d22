//! Cuts a text into statements by their byte ranges, so that one bad statement costs one diagnostic and not the file.

use std::collections::VecDeque;

use super::lexer::{Lexer, TokenKind};
use super::lexis::{self, Lexis};
use super::nesting::Nesting;

/// What a piece of the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Statement,
    /// A line for the client program: `\connect`, `\restrict`, `DELIMITER`.
    ClientCommand,
    /// Rows for the COPY statement before it.
    CopyData,
    /// Text that cannot be cut: why.
    Fault(&'static str),
}

/// One piece. `lead..start` are the comments above it, `start..end` is its text without the delimiter, and
/// `end..tail` is the delimiter and a comment behind it on the same line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    pub lead: usize,
    pub start: usize,
    pub end: usize,
    pub tail: usize,
    pub what: What,
}

/// Cuts the whole text, piece by piece.
pub fn split<'t>(text: &'t str, lexis: &'static Lexis) -> impl Iterator<Item = Piece> + 't {
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    Splitter { text, bytes: text.as_bytes(), at, lexis, delimiter: ";", pieces: VecDeque::new(), ended: false }
}

impl Iterator for Splitter<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        while self.pieces.is_empty() && !self.ended {
            self.ended = !self.piece();
        }
        self.pieces.pop_front()
    }
}

struct Splitter<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    lexis: &'static Lexis,
    delimiter: &'t str,
    /// Cut and not yet handed out: a statement and the rows behind it.
    pieces: VecDeque<Piece>,
    ended: bool,
}

/// Where a scan stopped.
enum Stop {
    /// At a delimiter of this length.
    Delimiter(usize),
    End,
    Fault(&'static str),
}

const UNCLOSED_QUOTE: &str = "a quote is not closed";
const UNCLOSED_COMMENT: &str = "a comment is not closed";
const UNCLOSED_BODY: &str = "a BEGIN has no END";

/// Bytes that a scan for the end of a plain statement must look at.
const MARKS: [bool; 256] = {
    let mut marks = [false; 256];
    let bytes = b"'\"`[$-#/;\\";
    let mut at = 0;
    while at < bytes.len() {
        marks[bytes[at] as usize] = true;
        at += 1;
    }
    marks
};

impl<'t> Splitter<'t> {
    /// Cuts one piece; false at the end of the text.
    fn piece(&mut self) -> bool {
        let lead = self.at;
        if let Err(why) = self.skip_trivia() {
            self.push(lead, self.at, self.bytes.len(), What::Fault(why));
            return false;
        }
        let start = self.at;
        let Some(first) = self.bytes.get(start).copied() else { return false };
        if self.lexis.psql && first == b'\\' {
            self.client_command(lead);
        } else if self.lexis.delimiter_command && starts_with_word(self.rest(), "delimiter") {
            self.delimiter_command(lead);
        } else if self.rest().starts_with(self.delimiter) {
            self.at += self.delimiter.len();
        } else {
            self.statement(lead);
        }
        true
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn push(&mut self, lead: usize, start: usize, end: usize, what: What) {
        let end = trimmed_end(self.bytes, start, end);
        self.pieces.push_back(Piece { lead, start, end, tail: end, what });
    }

    /// Passes white space and comments; a version comment is code and stays.
    fn skip_trivia(&mut self) -> Result<(), &'static str> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or(&[]);
            match rest {
                [byte, ..] if byte.is_ascii_whitespace() || matches!(byte, 0 | 0x0b) => self.at += 1,
                [0xef, 0xbb, 0xbf, ..] => self.at += 3,
                [b'-', b'-', ..] if is_dash_comment(rest, self.lexis) => self.at = lexis::line_end(self.bytes, self.at),
                [b'#', ..] if self.lexis.hash_comments => self.at = lexis::line_end(self.bytes, self.at),
                [b'/', b'*', ..] => {
                    if lexis::conditional(self.bytes, self.at, self.lexis).is_some_and(|conditional| conditional.is_code) {
                        return Ok(());
                    }
                    self.at = lexis::comment_end(self.bytes, self.at, self.lexis.nested_comments).ok_or(UNCLOSED_COMMENT)?;
                }
                _ => return Ok(()),
            }
        }
    }

    fn client_command(&mut self, lead: usize) {
        let (start, end) = (self.at, lexis::line_end(self.bytes, self.at));
        self.push(lead, start, end, What::ClientCommand);
        self.at = end;
    }

    /// `DELIMITER x`: what follows ends at `x`.
    fn delimiter_command(&mut self, lead: usize) {
        let start = self.at;
        let line = self.text.get(start..lexis::line_end(self.bytes, start)).unwrap_or("");
        let after = line.get("delimiter".len()..).unwrap_or("");
        let Some(word) = after.split_whitespace().next() else {
            self.at = start + line.len();
            return self.push(lead, start, self.at, What::Fault("DELIMITER without a delimiter"));
        };
        self.delimiter = word;
        let word_at = line.len() - after.len() + after.find(word).unwrap_or(0);
        self.at = start + word_at + word.len();
        self.push(lead, start, self.at, What::ClientCommand);
    }

    fn statement(&mut self, lead: usize) {
        let start = self.at;
        let nesting = if self.delimiter == ";" { Nesting::of(self.text, start, self.lexis) } else { None };
        let stop = match nesting {
            Some(nesting) => self.nested_end(nesting),
            None => self.plain_end(),
        };
        match stop {
            Stop::Delimiter(length) => {
                let end = self.at;
                self.at += length;
                self.push(lead, start, end, What::Statement);
                self.take_tail();
                self.copy_data(start, end);
            }
            Stop::End => self.push(lead, start, self.at, What::Statement),
            Stop::Fault(why) => self.recover(lead, start, why),
        }
    }

    /// A comment that starts on the line of the delimiter belongs to the statement before it.
    fn take_tail(&mut self) {
        let blank = self.bytes.iter().skip(self.at).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let rest = self.bytes.get(self.at + blank..).unwrap_or(&[]);
        if is_dash_comment(rest, self.lexis) {
            self.at = lexis::line_end(self.bytes, self.at);
            if let Some(piece) = self.pieces.back_mut() {
                piece.tail = self.at;
            }
        }
    }

    /// Gives up a statement whose end cannot be found, and goes on after the next line that ends in a delimiter.
    fn recover(&mut self, lead: usize, start: usize, why: &'static str) {
        let mut line = start;
        let mut end = self.bytes.len();
        while line < self.bytes.len() {
            let next = lexis::line_end(self.bytes, line);
            if self.text.get(line..next).is_some_and(|text| text.trim_end().ends_with(self.delimiter)) {
                end = next;
                break;
            }
            line = next + 1;
        }
        self.push(lead, start, end, What::Fault(why));
        self.at = end;
    }

    /// The end of a statement without semicolons of its own: a scan over bytes.
    fn plain_end(&mut self) -> Stop {
        let delimiter = self.delimiter.as_bytes();
        let first = delimiter.first().copied().unwrap_or(b';');
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or(&[]);
            let Some(skip) = rest.iter().position(|byte| MARKS[*byte as usize] || *byte == first) else {
                self.at = self.bytes.len();
                return Stop::End;
            };
            self.at += skip;
            let rest = rest.get(skip..).unwrap_or(&[]);
            if rest.starts_with(delimiter) {
                return Stop::Delimiter(delimiter.len());
            }
            match self.skip_mark(rest) {
                Ok(next) => self.at = next,
                Err(why) => return Stop::Fault(why),
            }
        }
    }

    /// The place after the quote, comment or single byte at the scan's place.
    fn skip_mark(&self, rest: &[u8]) -> Result<usize, &'static str> {
        let (at, lexis) = (self.at, self.lexis);
        let Some(first) = rest.first().copied() else { return Ok(at) };
        if lexis.string_quotes.contains(&first) {
            return lexis::quote_end(self.bytes, at, lexis.backslash || self.is_escape_string(at)).ok_or(UNCLOSED_QUOTE);
        }
        if lexis.identifier_quotes.contains(&first) {
            return lexis::quote_end(self.bytes, at, false).ok_or(UNCLOSED_QUOTE);
        }
        match rest {
            [b'$', ..] if lexis.postgres_strings && !self.follows_word(at) => match lexis::dollar_tag_end(self.bytes, at) {
                Some(tag_end) => lexis::dollar_end(self.bytes, at, tag_end).ok_or(UNCLOSED_QUOTE),
                None => Ok(at + 1),
            },
            [b'-', ..] if is_dash_comment(rest, lexis) => Ok(lexis::line_end(self.bytes, at)),
            [b'#', ..] if lexis.hash_comments => Ok(lexis::line_end(self.bytes, at)),
            [b'/', b'*', ..] => match lexis::conditional(self.bytes, at, lexis) {
                Some(conditional) if conditional.is_code => Ok(conditional.content),
                _ => lexis::comment_end(self.bytes, at, lexis.nested_comments).ok_or(UNCLOSED_COMMENT),
            },
            _ => Ok(at + 1),
        }
    }

    fn follows_word(&self, at: usize) -> bool {
        at.checked_sub(1).and_then(|before| self.bytes.get(before)).is_some_and(|byte| lexis::is_word(*byte))
    }

    fn is_escape_string(&self, at: usize) -> bool {
        let prefixed = at > 0 && matches!(self.bytes.get(at - 1), Some(b'e' | b'E'));
        self.lexis.postgres_strings && prefixed && !self.follows_word(at - 1)
    }

    /// The end of a statement with a body: a walk over tokens.
    fn nested_end(&mut self, mut nesting: Nesting) -> Stop {
        for token in Lexer::from(self.text, self.at, self.lexis) {
            let text = self.text.get(token.start as usize..token.end as usize).unwrap_or("");
            if token.kind == TokenKind::Unclosed {
                return Stop::Fault(if text.starts_with("/*") { UNCLOSED_COMMENT } else { UNCLOSED_QUOTE });
            }
            if text == ";" && nesting.is_outside() {
                self.at = token.start as usize;
                return Stop::Delimiter(1);
            }
            nesting.step(token.kind, text);
        }
        if !nesting.is_outside() {
            return Stop::Fault(UNCLOSED_BODY);
        }
        self.at = self.bytes.len();
        Stop::End
    }

    /// The rows after `COPY … FROM stdin;`, up to a line `\.`.
    fn copy_data(&mut self, start: usize, end: usize) {
        if !self.lexis.psql || !starts_with_word(self.text.get(start..).unwrap_or(""), "copy") {
            return;
        }
        let statement = self.text.get(start..end).unwrap_or("").to_ascii_lowercase();
        let mut words = statement.split_whitespace();
        let from_stdin = words.any(|word| word == "from") && words.next().is_some_and(|word| word.starts_with("stdin"));
        if !from_stdin {
            return;
        }
        let data = lexis::line_end(self.bytes, self.at) + 1;
        let mut line = data;
        while line < self.bytes.len() {
            let next = lexis::line_end(self.bytes, line);
            let is_end = self.bytes.get(line..next).is_some_and(|text| text.trim_ascii_end() == b"\\.");
            line = next + 1;
            if is_end {
                break;
            }
        }
        self.at = line.min(self.bytes.len());
        if data < self.at {
            self.push(data, data, self.at, What::CopyData);
        }
    }
}

fn is_dash_comment(rest: &[u8], lexis: &Lexis) -> bool {
    rest.starts_with(b"--") && (!lexis.dashes_need_space || rest.get(2).is_none_or(|byte| byte.is_ascii_whitespace()))
}

/// The end without blank space, and without the semicolon that people write before another delimiter: the server ends there.
fn trimmed_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut text = bytes.get(start..end).unwrap_or(&[]).trim_ascii_end();
    while let [rest @ .., b';'] = text {
        text = rest.trim_ascii_end();
    }
    start + text.len()
}

/// Whether a text starts with this word, in any case.
pub fn starts_with_word(text: &str, word: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
        && bytes.get(word.len()).is_none_or(|byte| !lexis::is_word(*byte))
}
