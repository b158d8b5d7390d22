//! Tokens that borrow: a kind and a byte range each, so that every production can hand out source slices.

use super::lexis::{self, Lexis};

/// What a token is. Its text is a slice of the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword or an unquoted identifier.
    Word,
    /// A quoted identifier, with its quotes.
    Quoted,
    /// A string with its quotes, and with its prefix where it has one (`E'…'`, `X'…'`).
    Text,
    /// A dollar-quoted string with its tags.
    Dollar,
    Number,
    /// A run of operator characters.
    Operator,
    /// One of `( ) , ; . [ ] : @ { }` and what is not known; `::` and `:=` too.
    Symbol,
    /// A quote or comment that is not closed; it reaches to the end.
    Unclosed,
}

/// One token: `start..end` of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: u32,
    pub end: u32,
}

/// A walk over the tokens of a text.
pub struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    lexis: &'static Lexis,
    /// Version comments whose content is being read as code.
    open_conditionals: u32,
}

/// The prefixes that belong to the string after them.
const STRING_PREFIXES: &[&str] = &["e", "b", "x", "n", "u&"];

impl<'t> Lexer<'t> {
    pub fn new(text: &'t str, lexis: &'static Lexis) -> Lexer<'t> {
        Lexer::from(text, 0, lexis)
    }

    /// A walk that starts at byte `at`.
    pub fn from(text: &'t str, at: usize, lexis: &'static Lexis) -> Lexer<'t> {
        Lexer { bytes: text.as_bytes(), at, lexis, open_conditionals: 0 }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Passes white space and comments; gives the unclosed comment where there is one.
    fn skip_trivia(&mut self) -> Option<Token> {
        loop {
            match (self.peek(0), self.peek(1)) {
                (b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c, _) => self.at += 1,
                (0xef, 0xbb) if self.peek(2) == 0xbf => self.at += 3,
                (b'-', b'-') if self.is_dash_comment() => self.at = lexis::line_end(self.bytes, self.at),
                (b'#', _) if self.lexis.hash_comments => self.at = lexis::line_end(self.bytes, self.at),
                (b'*', b'/') if self.open_conditionals > 0 => {
                    self.open_conditionals -= 1;
                    self.at += 2;
                }
                (b'/', b'*') => {
                    if let Some(unclosed) = self.skip_comment() {
                        return Some(unclosed);
                    }
                }
                _ => return None,
            }
        }
    }

    fn is_dash_comment(&self) -> bool {
        !self.lexis.dashes_need_space || self.peek(2).is_ascii_whitespace() || self.at + 2 >= self.bytes.len()
    }

    fn skip_comment(&mut self) -> Option<Token> {
        if let Some(conditional) = lexis::conditional(self.bytes, self.at, self.lexis)
            && conditional.is_code
        {
            self.open_conditionals += 1;
            self.at = conditional.content;
            return None;
        }
        let end = lexis::comment_end(self.bytes, self.at, self.lexis.nested_comments);
        if end.is_none() {
            return Some(self.token(TokenKind::Unclosed, self.bytes.len()));
        }
        self.at = end.unwrap_or(self.bytes.len());
        None
    }

    /// The token from here to `end`, and a step behind it.
    fn token(&mut self, kind: TokenKind, end: usize) -> Token {
        let start = self.at;
        self.at = end.min(self.bytes.len());
        Token { kind, start: start as u32, end: self.at as u32 }
    }

    /// A token that ends where a scan found its end, or an unclosed one.
    fn closed(&mut self, kind: TokenKind, end: Option<usize>) -> Token {
        match end {
            Some(end) if end <= self.bytes.len() => self.token(kind, end),
            _ => self.token(TokenKind::Unclosed, self.bytes.len()),
        }
    }

    fn while_bytes(&self, from: usize, matches: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(from..).unwrap_or(&[]);
        from + rest.iter().take_while(|byte| matches(**byte)).count()
    }

    /// A word, or a string with a prefix letter.
    fn word(&mut self) -> Token {
        let end = self.while_bytes(self.at, lexis::is_word);
        let word = self.bytes.get(self.at..end).unwrap_or(&[]);
        let next = self.bytes.get(end).copied().unwrap_or(0);
        let unicode = self.lexis.postgres_strings && word.eq_ignore_ascii_case(b"u") && next == b'&';
        let quote_at = if unicode { end + 1 } else { end };
        match self.bytes.get(quote_at) {
            Some(b'"') if unicode => self.closed(TokenKind::Quoted, lexis::quote_end(self.bytes, quote_at, false)),
            Some(b'\'') if unicode || (word.len() == 1 && self.is_prefix(word)) => {
                let backslash = self.lexis.backslash || word.eq_ignore_ascii_case(b"e");
                self.closed(TokenKind::Text, lexis::quote_end(self.bytes, quote_at, backslash))
            }
            _ => self.token(TokenKind::Word, end),
        }
    }

    fn is_prefix(&self, word: &[u8]) -> bool {
        let known = STRING_PREFIXES.iter().any(|prefix| word.eq_ignore_ascii_case(prefix.as_bytes()));
        known && (self.lexis.postgres_strings || !word.eq_ignore_ascii_case(b"e"))
    }

    /// Digits with point and exponent; in dialects where a name may start with a digit, such a name.
    fn number(&mut self) -> Token {
        let mut end = self.while_bytes(self.at, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let digits = self.bytes.get(self.at..end).unwrap_or(&[]);
        let radix = has_radix(digits);
        let exponent = matches!(digits, [mantissa @ .., b'e' | b'E'] if mantissa.iter().all(u8::is_ascii_digit));
        if exponent && matches!(self.bytes.get(end), Some(b'+' | b'-')) {
            end = self.while_bytes(end + 1, |byte| byte.is_ascii_digit());
        }
        let plain = digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'_') || radix || exponent;
        if plain && !radix && self.bytes.get(end) == Some(&b'.') && self.bytes.get(end + 1) != Some(&b'.') {
            end = self.while_bytes(end + 1, |byte| byte.is_ascii_alphanumeric());
            if matches!(self.bytes.get(end - 1), Some(b'e' | b'E')) && matches!(self.bytes.get(end), Some(b'+' | b'-')) {
                end = self.while_bytes(end + 1, |byte| byte.is_ascii_digit());
            }
        }
        let numeric = plain || digits.iter().enumerate().all(|(at, byte)| byte.is_ascii_digit() || (at > 0 && matches!(byte, b'e' | b'E')));
        self.token(if numeric { TokenKind::Number } else { TokenKind::Word }, end)
    }

    /// A run of operator characters that ends before a comment; PostgreSQL's rule of trailing signs (section 4.1.3).
    fn operator(&mut self) -> Token {
        let mut end = self.at;
        while self.bytes.get(end).is_some_and(|byte| self.lexis.operators.contains(byte)) {
            let comment = matches!((self.bytes.get(end), self.bytes.get(end + 1)), (Some(b'-'), Some(b'-')) | (Some(b'/'), Some(b'*')));
            let closes = self.open_conditionals > 0 && self.bytes.get(end..).is_some_and(|rest| rest.starts_with(b"*/"));
            if end > self.at && (comment || closes) {
                break;
            }
            end += 1;
        }
        let run = self.bytes.get(self.at..end).unwrap_or(&[]);
        if !run.iter().any(|byte| b"~!@#%^&|`?".contains(byte)) {
            while end > self.at + 1 && matches!(self.bytes.get(end - 1), Some(b'+' | b'-')) {
                end -= 1;
            }
        }
        self.token(TokenKind::Operator, end)
    }

    fn dollar(&mut self) -> Token {
        match lexis::dollar_tag_end(self.bytes, self.at) {
            Some(tag_end) => self.closed(TokenKind::Dollar, lexis::dollar_end(self.bytes, self.at, tag_end)),
            None => self.token(TokenKind::Symbol, self.at + 1),
        }
    }
}

/// `0x1F`, `0o17`, `0b10`: digits of another radix. What goes on otherwise is a name where names may start with digits.
fn has_radix(digits: &[u8]) -> bool {
    let (radix, value) = match digits {
        [b'0', b'x' | b'X', value @ ..] => (16, value),
        [b'0', b'o' | b'O', value @ ..] => (8, value),
        [b'0', b'b' | b'B', value @ ..] => (2, value),
        _ => return false,
    };
    value.iter().all(|byte| *byte == b'_' || char::from(*byte).is_digit(radix))
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if let Some(unclosed) = self.skip_trivia() {
            return Some(unclosed);
        }
        let first = *self.bytes.get(self.at)?;
        let token = match first {
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() && !self.after_name() => self.number(),
            b'$' if self.lexis.postgres_strings => self.dollar(),
            byte if lexis::is_word(byte) => self.word(),
            byte if self.lexis.string_quotes.contains(&byte) => {
                self.closed(TokenKind::Text, lexis::quote_end(self.bytes, self.at, self.lexis.backslash))
            }
            byte if self.lexis.identifier_quotes.contains(&byte) => {
                self.closed(TokenKind::Quoted, lexis::quote_end(self.bytes, self.at, false))
            }
            b':' if matches!(self.peek(1), b':' | b'=') => self.token(TokenKind::Symbol, self.at + 2),
            byte if self.lexis.operators.contains(&byte) => self.operator(),
            _ => self.token(TokenKind::Symbol, self.at + 1),
        };
        Some(token)
    }
}

impl Lexer<'_> {
    /// Whether a point directly follows a name, so that it is not a number's.
    fn after_name(&self) -> bool {
        self.at.checked_sub(1).and_then(|before| self.bytes.get(before)).is_some_and(|byte| lexis::is_word(*byte) || b"\"`]".contains(byte))
    }
}
