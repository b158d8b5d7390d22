//! Tokens of PostgreSQL's SQL, borrowed from the text where they can be. What a comment says is no token.

use std::borrow::Cow;

/// One token; words are folded, literals hold their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// An unquoted word in lower case.
    Word(Cow<'a, str>),
    /// A quoted identifier.
    Quoted(Cow<'a, str>),
    Number(&'a str),
    /// A string's content.
    Text(Cow<'a, str>),
    /// `B'…'` or `X'…'` as bits or hexadecimal digits, with its leading letter.
    Bits(String),
    /// `$1`.
    Parameter(&'a str),
    /// An operator, or one of `( ) [ ] , ; : . :: := => ..`.
    Symbol(&'a str),
}

/// The tokens of `text`; `None` where a quote or comment is not closed.
pub fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::with_capacity(text.len() / 4 + 1);
    loop {
        lexer.skip_blank()?;
        if lexer.at >= text.len() {
            return Some(tokens);
        }
        tokens.push(lexer.next()?);
    }
}

/// Characters that operators are made of (manual, 4.1.3).
const OPERATOR: &[u8] = b"+-*/<>=~!@#%^&|`?";
/// An operator that holds one of these may end in `+` or `-`.
const STRONG: &[u8] = b"~!@#%^&|`?";

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// The text that `length` more bytes cover.
    fn take(&mut self, length: usize) -> &'a str {
        let taken = self.text.get(self.at..self.at + length).unwrap_or("");
        self.at += length;
        taken
    }

    fn skip_blank(&mut self) -> Option<()> {
        loop {
            let rest = self.rest();
            if rest.starts_with("--") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.skip_block()?;
            } else if self.byte(0).is_ascii_whitespace() {
                self.at += 1;
            } else {
                return Some(());
            }
        }
    }

    /// Block comments nest (manual, 4.1.5).
    fn skip_block(&mut self) -> Option<()> {
        let mut depth = 0;
        while self.at < self.text.len() {
            match (self.byte(0), self.byte(1)) {
                (b'/', b'*') => (depth, self.at) = (depth + 1, self.at + 2),
                (b'*', b'/') => (depth, self.at) = (depth - 1, self.at + 2),
                _ => self.at += 1,
            }
            if depth == 0 {
                return Some(());
            }
        }
        None
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let byte = self.byte(0);
        let next = self.byte(1);
        match byte {
            b'\'' => self.string(0).map(Token::Text),
            b'e' | b'E' if next == b'\'' => self.escaped(),
            b'n' | b'N' if next == b'\'' => self.string(1).map(Token::Text),
            b'b' | b'B' | b'x' | b'X' if next == b'\'' => {
                self.string(1).map(|bits| Token::Bits(format!("{}{bits}", byte.to_ascii_lowercase() as char)))
            }
            b'u' | b'U' if next == b'&' && matches!(self.byte(2), b'\'' | b'"') => self.unicode(),
            b'"' => self.quoted('"', 0).map(|name| Token::Quoted(super::names::kept(name))),
            b'$' => self.dollar(),
            b'0'..=b'9' => Some(Token::Number(self.number())),
            b'.' if next.is_ascii_digit() => Some(Token::Number(self.number())),
            _ if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => Some(self.word()),
            _ => self.symbol().map(Token::Symbol),
        }
    }

    fn word(&mut self) -> Token<'a> {
        let rest = self.rest();
        let length = rest.bytes().position(|b| !(b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80)).unwrap_or(rest.len());
        Token::Word(super::names::kept(super::names::fold(self.take(length))))
    }

    fn number(&mut self) -> &'a str {
        let bytes = self.rest().as_bytes();
        if let (b'0', Some(b'x' | b'X' | b'o' | b'O' | b'b' | b'B')) = (self.byte(0), bytes.get(1)) {
            let length = bytes.iter().skip(2).take_while(|byte| byte.is_ascii_hexdigit() || **byte == b'_').count();
            return self.take(length + 2);
        }
        let digits = |from: usize| from + bytes.iter().skip(from).take_while(|b| b.is_ascii_digit() || **b == b'_').count();
        let mut end = digits(0);
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1) != Some(&b'.') {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                end = digits(end + 1 + sign);
            }
        }
        self.take(end)
    }

    fn symbol(&mut self) -> Option<&'a str> {
        for fixed in ["::", ":=", ".."] {
            if self.rest().starts_with(fixed) {
                return Some(self.take(2));
            }
        }
        if b"()[],;:.".contains(&self.byte(0)) {
            return Some(self.take(1));
        }
        let run = self.rest().bytes().take_while(|byte| OPERATOR.contains(byte)).count();
        let run = self.rest().get(..run)?;
        let comment = ["--", "/*"].iter().filter_map(|mark| run.find(mark)).min().unwrap_or(run.len());
        let mut length = comment;
        let strong = run.bytes().take(comment).any(|byte| STRONG.contains(&byte));
        while length > 1 && !strong && matches!(run.as_bytes().get(length - 1), Some(b'+' | b'-')) {
            length -= 1;
        }
        (length > 0).then(|| self.take(length))
    }

    /// A string after `prefix` bytes, joined with those that follow on later lines (manual, 4.1.2.1).
    fn string(&mut self, prefix: usize) -> Option<Cow<'a, str>> {
        let mut text = self.quoted('\'', prefix)?;
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            let gap = rest.get(..blank)?;
            if !gap.contains('\n') || !rest.get(blank..)?.starts_with('\'') {
                return Some(text);
            }
            let more = self.quoted('\'', blank)?;
            text.to_mut().push_str(&more);
        }
    }

    /// What stands between two quotes, doubled quotes taken as one.
    fn quoted(&mut self, quote: char, prefix: usize) -> Option<Cow<'a, str>> {
        self.at += prefix + 1;
        let doubled = [quote, quote].iter().collect::<String>();
        let mut from = 0;
        let rest = self.rest();
        loop {
            let end = from + rest.get(from..)?.find(quote)?;
            if rest.get(end..)?.starts_with(&doubled) {
                from = end + 2;
                continue;
            }
            let content = rest.get(..end)?;
            self.at += end + 1;
            let plain = if from == 0 { Cow::Borrowed(content) } else { Cow::Owned(content.replace(&doubled, &quote.to_string())) };
            return Some(plain);
        }
    }

    /// `E'…'` with C-style escapes (manual, 4.1.2.2).
    fn escaped(&mut self) -> Option<Token<'a>> {
        self.at += 2;
        let mut text = String::new();
        loop {
            let c = self.rest().chars().next()?;
            self.at += c.len_utf8();
            match c {
                '\'' if self.byte(0) == b'\'' => {
                    self.at += 1;
                    text.push('\'');
                }
                '\'' => return Some(Token::Text(Cow::Owned(text))),
                '\\' => text.push(self.escape()?),
                _ => text.push(c),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        let simple = [('b', '\u{8}'), ('f', '\u{c}'), ('n', '\n'), ('r', '\r'), ('t', '\t')];
        match c {
            'x' => self.code(16, 2),
            'u' => self.code(16, 4),
            'U' => self.code(16, 8),
            '0'..='7' => {
                self.at -= 1;
                self.code(8, 3)
            }
            _ => Some(simple.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to)),
        }
    }

    /// A character by its code of at most `most` digits.
    fn code(&mut self, radix: u32, most: usize) -> Option<char> {
        let digits = self.rest().chars().take(most).take_while(|c| c.is_digit(radix)).count();
        u32::from_str_radix(self.take(digits), radix).ok().and_then(char::from_u32)
    }

    /// `U&'…'` and `U&"…"` with the usual escape character.
    fn unicode(&mut self) -> Option<Token<'a>> {
        let quote = if self.byte(2) == b'"' { '"' } else { '\'' };
        let raw = self.quoted(quote, 2)?.into_owned();
        let mut inner = Lexer { text: &raw, at: 0 };
        let mut text = String::new();
        while inner.at < raw.len() {
            let c = inner.rest().chars().next()?;
            inner.at += c.len_utf8();
            let decoded = match (c, inner.byte(0)) {
                ('\\', b'\\') => {
                    inner.at += 1;
                    '\\'
                }
                ('\\', b'+') => {
                    inner.at += 1;
                    inner.code(16, 6)?
                }
                ('\\', _) => inner.code(16, 4)?,
                _ => c,
            };
            text.push(decoded);
        }
        Some(if quote == '"' { Token::Quoted(Cow::Owned(text)) } else { Token::Text(Cow::Owned(text)) })
    }

    /// `$1` or `$tag$…$tag$`.
    fn dollar(&mut self) -> Option<Token<'a>> {
        let rest = self.rest();
        let digits = rest.bytes().skip(1).take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            return Some(Token::Parameter(self.take(digits + 1)));
        }
        let tag = rest.get(..rest.get(1..)?.find('$')? + 2)?;
        let body = rest.get(tag.len()..)?;
        let end = body.find(tag)?;
        self.at += tag.len() * 2 + end;
        body.get(..end).map(|content| Token::Text(Cow::Borrowed(content)))
    }
}

/// Whether an identifier can be printed without quotes; reserved words are quoted on both sides alike.
fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'$')
}

/// An identifier as canonical text shows it.
pub fn ident(name: &str) -> Cow<'_, str> {
    if is_plain(name) { Cow::Borrowed(name) } else { Cow::Owned(format!("\"{}\"", name.replace('"', "\"\""))) }
}

/// A string literal as canonical text shows it.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Text that no grammar rule covers: its tokens, one space apart, so that blanks, comments and case do not count.
pub fn normal(text: &str) -> String {
    let Some(tokens) = tokens(text) else { return text.trim().to_owned() };
    let mut out = String::with_capacity(text.len());
    for token in &tokens {
        if !out.is_empty() {
            out.push(' ');
        }
        match token {
            Token::Word(word) => out.push_str(word),
            Token::Quoted(name) => out.push_str(&ident(name)),
            Token::Text(content) => out.push_str(&literal(content)),
            Token::Bits(bits) => out.push_str(&literal(bits)),
            Token::Number(text) | Token::Parameter(text) | Token::Symbol(text) => out.push_str(text),
        }
    }
    out
}
