//! SQLite's tokens: the reader, the canonical form and the writer all look at text through them.
//!
//! The rules are those of the engine's tokenizer: four identifier quotes, `''` inside a literal, block comments that do
//! not nest and may run to the end of the input.

use std::borrow::Cow;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A keyword or a bare identifier.
    Word,
    /// `"x"`, which is a name, or a literal where no such name exists.
    DoubleQuoted,
    /// `` `x` `` or `[x]`: always a name.
    Quoted,
    /// `'x'`.
    Literal,
    /// `X'01'`.
    Blob,
    Number,
    /// `?1`, `:a`, `@a`, `$a`.
    Parameter,
    /// An operator or a mark.
    Symbol,
    /// A comment, with its marks.
    Comment,
    /// A quote that is never closed.
    Unclosed,
}

/// One token and the byte at which it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub class: Class,
    pub text: &'a str,
    pub start: usize,
}

impl<'a> Token<'a> {
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is this keyword or mark.
    pub fn is(&self, word: &str) -> bool {
        matches!(self.class, Class::Word | Class::Symbol) && self.text.eq_ignore_ascii_case(word)
    }

    /// The name that the token stands for where a name is expected: there even `'x'` is one.
    pub fn name(&self) -> Option<Cow<'a, str>> {
        match self.class {
            Class::Word => Some(Cow::Borrowed(self.text)),
            Class::DoubleQuoted | Class::Quoted | Class::Literal => Some(unquoted(self.text)),
            _ => None,
        }
    }

    /// The content of a literal.
    pub fn literal(&self) -> Option<Cow<'a, str>> {
        (self.class == Class::Literal).then(|| unquoted(self.text))
    }
}

/// A quoted token without its quotes, doubled ones halved.
pub fn unquoted(text: &str) -> Cow<'_, str> {
    let Some(open) = text.chars().next() else { return Cow::Borrowed("") };
    let close = if open == '[' { ']' } else { open };
    let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).unwrap_or(text);
    let doubled: String = [close, close].iter().collect();
    if open == '[' || !inner.contains(&doubled) {
        return Cow::Borrowed(inner);
    }
    Cow::Owned(inner.replace(&doubled, &close.to_string()))
}

/// The tokens of `text`, comments among them.
pub fn lex(text: &str) -> Lexer<'_> {
    Lexer { text, at: 0 }
}

/// The tokens of `text` without comments.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    lex(text).filter(|token| token.class != Class::Comment).collect()
}

/// The tokens of a text, one after the other.
pub struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    /// The rest of the line that holds `start`, as one token; the walk goes on after it.
    pub fn line(&mut self, start: usize) -> Token<'a> {
        let rest = self.text.get(start..).unwrap_or("");
        let text = rest.lines().next().unwrap_or(rest);
        self.at = start + text.len();
        Token { class: Class::Symbol, text, start }
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = self.text.get(self.at..)?;
        let blank = rest.len() - rest.trim_start_matches(is_blank).len();
        let start = self.at + blank;
        let rest = self.text.get(start..)?;
        let first = rest.chars().next()?;
        let (class, length) = token(rest, first);
        let text = rest.get(..length).unwrap_or(rest);
        self.at = start + text.len();
        Some(Token { class, text, start })
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c' | '\u{feff}')
}

/// Operators of more than one character, longest first.
const OPERATORS: &[&str] = &["->>", "->", "||", "<<", ">>", "<=", ">=", "<>", "!=", "=="];

/// The class and the length in bytes of the token at the start of `rest`.
fn token(rest: &str, first: char) -> (Class, usize) {
    match first {
        '\'' => quoted(rest, '\'', Class::Literal),
        '"' => quoted(rest, '"', Class::DoubleQuoted),
        '`' => quoted(rest, '`', Class::Quoted),
        '[' => rest.find(']').map_or((Class::Unclosed, rest.len()), |at| (Class::Quoted, at + 1)),
        '-' if rest.starts_with("--") => (Class::Comment, rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => (Class::Comment, rest.get(2..).and_then(|r| r.find("*/")).map_or(rest.len(), |at| at + 4)),
        'x' | 'X' if rest.get(1..).is_some_and(|r| r.starts_with('\'')) => blob(rest),
        '.' if rest.get(1..).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit())) => (Class::Number, number(rest)),
        c if c.is_ascii_digit() => (Class::Number, number(rest)),
        c if is_word(c) => (Class::Word, word(rest)),
        '?' | ':' | '@' | '#' => (Class::Parameter, first.len_utf8() + word(rest.get(1..).unwrap_or(""))),
        _ => (Class::Symbol, OPERATORS.iter().find(|op| rest.starts_with(**op)).map_or(first.len_utf8(), |op| op.len())),
    }
}

/// Identifier characters: letters, digits, `_`, `$`, and everything beyond ASCII.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || (!c.is_ascii() && c != '\u{feff}')
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())
}

fn blob(rest: &str) -> (Class, usize) {
    let (class, length) = quoted(rest.get(1..).unwrap_or(""), '\'', Class::Blob);
    (class, length + 1)
}

/// Digits, a point, an exponent with its sign, hexadecimal digits, and what is glued to them.
fn number(rest: &str) -> usize {
    let hexadecimal = rest.starts_with("0x") || rest.starts_with("0X");
    let mut previous = ' ';
    for (at, c) in rest.char_indices() {
        let sign = matches!(c, '+' | '-') && matches!(previous, 'e' | 'E') && !hexadecimal;
        if !(is_word(c) || c == '.' || sign) {
            return at;
        }
        previous = c;
    }
    rest.len()
}

fn quoted(rest: &str, quote: char, class: Class) -> (Class, usize) {
    let mut at = 1;
    while let Some(found) = rest.get(at..).and_then(|tail| tail.find(quote)) {
        at += found + 1;
        if !rest.get(at..).is_some_and(|tail| tail.starts_with(quote)) {
            return (class, at);
        }
        at += 1;
    }
    (Class::Unclosed, rest.len())
}
