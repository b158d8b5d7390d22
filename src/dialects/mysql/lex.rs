//! Tokens of MySQL's SQL: where a literal ends, which comments are code (MySQL Reference Manual, Language Structure).

use super::family::Family;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword or a name without quotes.
    Word,
    /// A name in backticks.
    Quoted,
    /// A string in single or double quotes.
    Text,
    Number,
    /// `0x1F`, `x'1F'`, `0b1`, `b'1'`.
    Bits,
    /// `@x`, `@@x`.
    Variable,
    Mark,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: TokenKind,
    pub raw: &'a str,
    pub start: usize,
}

impl Token<'_> {
    pub fn end(&self) -> usize {
        self.start + self.raw.len()
    }

    /// Whether the token is this keyword or mark.
    pub fn is(&self, word: &str) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Mark) && self.raw.eq_ignore_ascii_case(word)
    }

    /// The content of a string or a quoted name, the text of anything else.
    pub fn content(&self) -> String {
        match self.kind {
            TokenKind::Quoted => unquoted(self.raw, '`'),
            TokenKind::Text => unescaped(self.raw),
            _ => self.raw.to_string(),
        }
    }
}

/// Marks of more than one character, longest first.
const MARKS: &[&str] = &["<=>", "->>", "<=", ">=", "<>", "!=", "||", "&&", ":=", "<<", ">>", "->"];

/// The tokens of `text`; comments are left out, but what stands in comments that are code for `family` is in.
pub fn tokens<'a>(text: &'a str, family: &Family) -> Vec<Token<'a>> {
    let mut lexer = Lexer { text, at: 0, found: Vec::with_capacity(text.len() / 5), depth: 0 };
    while let Some(first) = lexer.rest().chars().next() {
        lexer.step(first, family);
    }
    lexer.found
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    found: Vec<Token<'a>>,
    /// Open comments that are code.
    depth: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn push(&mut self, kind: TokenKind, len: usize) {
        let raw = &self.text[self.at..self.at + len];
        self.found.push(Token { kind, raw, start: self.at });
        self.at += len;
    }

    fn step(&mut self, first: char, family: &Family) {
        let rest = self.rest();
        if first.is_whitespace() {
            self.at += first.len_utf8();
        } else if rest.starts_with("/*") {
            self.comment(family);
        } else if self.depth > 0 && rest.starts_with("*/") {
            self.depth -= 1;
            self.at += 2;
        } else if first == '#' || is_dashed_comment(rest) {
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else {
            self.token(first);
        }
    }

    fn token(&mut self, first: char) {
        let rest = self.rest();
        match first {
            '`' => self.push(TokenKind::Quoted, quoted_len(rest, '`', false)),
            '\'' | '"' => self.push(TokenKind::Text, quoted_len(rest, first, true)),
            '@' => {
                let body = rest.trim_start_matches('@');
                let marks = rest.len() - body.len();
                let len = match body.chars().next() {
                    Some(quote @ ('\'' | '"' | '`')) => quoted_len(body, quote, quote != '`'),
                    _ => word_len(body),
                };
                self.push(TokenKind::Variable, marks + len);
            }
            'x' | 'X' | 'b' | 'B' if rest[1..].starts_with('\'') => self.push(TokenKind::Bits, 1 + quoted_len(&rest[1..], '\'', false)),
            '0'..='9' => self.number(),
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) && !self.after_name() => self.number(),
            c if c.is_alphabetic() || c == '_' || c == '$' || !c.is_ascii() => self.push(TokenKind::Word, word_len(rest)),
            _ => {
                let len = MARKS.iter().find(|mark| rest.starts_with(**mark)).map_or(first.len_utf8(), |mark| mark.len());
                self.push(TokenKind::Mark, len);
            }
        }
    }

    /// Whether the last token may be qualified by a dot.
    fn after_name(&self) -> bool {
        self.found.last().is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted) && token.end() == self.at)
    }

    fn number(&mut self) {
        let rest = self.rest();
        let word = word_len(rest);
        let prefixed = rest.len() > 2 && matches!(rest.as_bytes()[1], b'x' | b'b') && rest.starts_with('0');
        if prefixed && rest[2..word.max(2)].bytes().all(|byte| byte.is_ascii_hexdigit()) && word > 2 {
            return self.push(TokenKind::Bits, word);
        }
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let mut len = digits(rest);
        if rest[len..].starts_with('.') {
            len += 1 + digits(&rest[len + 1..]);
        }
        if rest[len..].starts_with(['e', 'E']) {
            let sign = usize::from(rest[len + 1..].starts_with(['+', '-']));
            let exponent = digits(&rest[len + 1 + sign..]);
            len += if exponent > 0 { 1 + sign + exponent } else { 0 };
        }
        if len < word { self.push(TokenKind::Word, word) } else { self.push(TokenKind::Number, len) }
    }

    /// Skips a comment, or opens one that is code.
    fn comment(&mut self, family: &Family) {
        let rest = self.rest();
        let own = rest.starts_with("/*M!");
        let opener = if own { 4 } else { 3 };
        let code = (own && family.own_comments) || rest.starts_with("/*!");
        let digits = if code { rest[opener..].bytes().take_while(u8::is_ascii_digit).count().min(6) } else { 0 };
        let version = rest.get(opener..opener + digits).and_then(|digits| digits.parse().ok()).unwrap_or(0);
        if code && version < 999_999 && (own || digits == 0 || family.runs(version)) {
            self.depth += 1;
            self.at += opener + digits;
        } else {
            self.at += comment_len(rest);
        }
    }
}

/// `--` starts a comment only before white space or the end (Reference Manual, Comments).
fn is_dashed_comment(rest: &str) -> bool {
    rest.strip_prefix("--").is_some_and(|after| after.is_empty() || after.starts_with(|c: char| c.is_whitespace() || c.is_control()))
}

/// The length of the comment at the start of `text`; of all of it where it is not closed.
pub fn comment_len(text: &str) -> usize {
    text.find("*/").map_or(text.len(), |at| at + 2)
}

fn word_len(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$' || !c.is_ascii())).unwrap_or(text.len())
}

/// The length of the quoted piece at the start of `text`, with its quotes.
pub fn quoted_len(text: &str, quote: char, escapes: bool) -> usize {
    let mut at = 1;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        if escapes && bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at] == quote as u8 {
            if bytes.get(at + 1) == Some(&(quote as u8)) {
                at += 2;
            } else {
                return at + 1;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// The content of a name in quotes.
fn unquoted(raw: &str, quote: char) -> String {
    let inner = raw.strip_prefix(quote).unwrap_or(raw);
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    let mut doubled = String::from(quote);
    doubled.push(quote);
    inner.replace(&doubled, &quote.to_string())
}

/// The content of a string literal: doubled quotes and backslash escapes resolved (Reference Manual, String Literals).
fn unescaped(raw: &str) -> String {
    let Some(quote) = raw.chars().next() else { return String::new() };
    let inner = raw.strip_prefix(quote).unwrap_or(raw);
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('0') => out.push('\0'),
                Some('b') => out.push('\u{8}'),
                Some('Z') => out.push('\u{1a}'),
                Some(wild @ ('%' | '_')) => out.extend(['\\', wild]),
                Some(other) => out.push(other),
                None => {}
            },
            c if c == quote => {
                chars.next_if_eq(&quote);
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// A string literal with this content, as the servers print one.
pub fn literal(content: &str) -> String {
    let mut out = String::with_capacity(content.len() + 2);
    out.push('\'');
    for c in content.chars() {
        match c {
            '\'' => out.push_str("''"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            '\u{1a}' => out.push_str("\\Z"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// `text` without its comments, as the command-line client sends it: nothing takes a comment's place.
pub fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let len = match first {
            '\'' | '"' => quoted_len(rest, first, true),
            '`' => quoted_len(rest, '`', false),
            _ => first.len_utf8(),
        };
        if first == '#' || is_dashed_comment(rest) {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") && !rest.starts_with("/*!") && !rest.starts_with("/*M!") {
            at += comment_len(rest);
        } else {
            out.push_str(&rest[..len]);
            at += len;
        }
    }
    out
}
