//! A cursor over the tokens of one statement, with the productions that every reader shares. Expressions, queries, types and
//! bodies come out as slices of the source: nothing is printed anew, so nothing can be lost on the way.

use std::borrow::Cow;

use super::lexer::{Lexer, Token, TokenKind};
use super::lexis::Lexis;
use super::text;
use crate::base::Name;

/// What is wrong with a statement, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub start: u32,
    pub end: u32,
    pub message: String,
}

/// A token with the blank before it has about as many bytes in a dump; where there are more tokens, the list grows.
const BYTES_OF_TOKEN: usize = 6;

/// The result of a production.
pub type Read<T> = Result<T, Fault>;

/// A place in a statement's tokens.
#[derive(Clone)]
pub struct Cursor<'t> {
    /// The comments above the statement, the statement, and a comment behind it.
    pub(super) text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    lexis: &'static Lexis,
}

impl<'t> Cursor<'t> {
    /// A cursor over `text[..end]`; what follows `end` can only be a comment.
    pub fn new(text: &'t str, end: usize, lexis: &'static Lexis) -> Cursor<'t> {
        let text_of_tokens = text.get(..end).unwrap_or(text);
        let mut tokens = Vec::with_capacity(text_of_tokens.len() / BYTES_OF_TOKEN + 1);
        tokens.extend(Lexer::new(text_of_tokens, lexis));
        Cursor { text, tokens, at: 0, lexis }
    }

    pub fn lexis(&self) -> &'static Lexis {
        self.lexis
    }

    pub(super) fn token(&self, at: usize) -> Option<Token> {
        self.tokens.get(at).copied()
    }

    pub(super) fn slice_of(&self, token: Token) -> &'t str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// The text of the token `ahead` of the place; empty behind the end.
    pub fn peek(&self, ahead: usize) -> &'t str {
        self.token(self.at + ahead).map_or("", |token| self.slice_of(token))
    }

    /// The kind of the token `ahead` of the place.
    pub fn kind(&self, ahead: usize) -> Option<TokenKind> {
        self.token(self.at + ahead).map(|token| token.kind)
    }

    pub fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// The number of the token at the place: for [`Cursor::text_from`] and for going back with [`Cursor::rewind`].
    pub fn mark(&self) -> usize {
        self.at
    }

    pub fn rewind(&mut self, mark: usize) {
        self.at = mark;
    }

    /// Passes one token.
    pub fn skip(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len());
    }

    /// Passes as many tokens as were seen to follow.
    pub(super) fn pass(&mut self, tokens: usize) {
        self.at += tokens;
    }

    /// The byte range of the tokens from `mark` to the place.
    pub fn range_from(&self, mark: usize) -> (u32, u32) {
        let start = self.token(mark).map_or(self.text.len() as u32, |token| token.start);
        let end = self.at.checked_sub(1).and_then(|last| self.token(last)).map_or(start, |token| token.end);
        (start, end.max(start))
    }

    /// The byte range of all tokens.
    pub fn full_range(&self) -> (u32, u32) {
        let start = self.tokens.first().map_or(0, |token| token.start);
        (start, self.tokens.last().map_or(start, |token| token.end))
    }

    /// The source from `mark` to the place.
    pub fn text_from(&self, mark: usize) -> &'t str {
        let (start, end) = self.range_from(mark);
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// A fault at the place.
    pub fn fault(&self, message: impl Into<String>) -> Fault {
        let last = self.tokens.last().map_or(0, |token| token.end);
        let (start, end) = self.token(self.at).map_or((last, last), |token| (token.start, token.end));
        Fault { start, end, message: message.into() }
    }

    fn expected<T>(&self, what: &str) -> Read<T> {
        let found = if self.at_end() { "the end of the statement" } else { self.peek(0) };
        Err(self.fault(format!("expected {what}, found {found}")))
    }

    /// A cursor over the tokens from `mark` to the place alone, in the same text.
    pub fn part(&self, mark: usize) -> Cursor<'t> {
        let tokens = self.tokens.get(mark..self.at).unwrap_or(&[]).to_vec();
        Cursor { text: self.text, tokens, at: 0, lexis: self.lexis }
    }

    // ---- keywords and symbols

    /// Whether the token `ahead` is this keyword, or this symbol.
    pub fn is(&self, ahead: usize, word: &str) -> bool {
        self.is_word(ahead, word.as_bytes())
    }

    pub(super) fn is_word(&self, ahead: usize, word: &[u8]) -> bool {
        self.token(self.at + ahead).is_some_and(|token| {
            (token.end - token.start) as usize == word.len()
                // Most words are told by their first letter.
                && word.first().zip(self.text.as_bytes().get(token.start as usize)).is_some_and(|(one, two)| one.eq_ignore_ascii_case(two))
                && !matches!(token.kind, TokenKind::Quoted | TokenKind::Text | TokenKind::Dollar)
                && self.slice_of(token).as_bytes().eq_ignore_ascii_case(word)
        })
    }

    /// Whether these keywords follow.
    pub fn at_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(ahead, word)| self.is(ahead, word))
    }

    /// Passes these keywords or symbols where all follow.
    pub fn accept(&mut self, words: &[&str]) -> bool {
        let follows = self.at_words(words);
        if follows {
            self.at += words.len();
        }
        follows
    }

    /// Passes one of these words, and gives it as the table spells it.
    pub fn accept_any(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let found = words.iter().find(|word| self.is(0, word))?;
        self.at += 1;
        Some(found)
    }

    pub fn expect(&mut self, words: &[&str]) -> Read<()> {
        if self.accept(words) { Ok(()) } else { self.expected(&words.join(" ")) }
    }

    /// A fault unless the statement ends here.
    pub fn expect_end(&self) -> Read<()> {
        if self.at_end() { Ok(()) } else { self.expected("the end of the statement") }
    }

    // ---- names and literals

    pub fn is_identifier(&self, ahead: usize) -> bool {
        matches!(self.kind(ahead), Some(TokenKind::Word | TokenKind::Quoted))
    }

    /// An identifier as the server holds it: folded where the dialect folds, without quotes. Where nothing but a name can stand, a
    /// string in double quotes is one: mysqldump writes so for other engines, also where it has set the session's mode back.
    pub fn ident(&mut self) -> Read<Name> {
        let is_name = |token: &Token| self.is_identifier(0) || (token.kind == TokenKind::Text && self.slice_of(*token).starts_with('"'));
        let Some(token) = self.token(self.at).filter(is_name) else { return self.expected("a name") };
        self.at += 1;
        Ok(self.identifier(token))
    }

    fn identifier(&self, token: Token) -> Name {
        let slice = self.slice_of(token);
        let name: Cow<'_, str> = match token.kind {
            TokenKind::Quoted | TokenKind::Text => text::unquoted(slice),
            _ if self.lexis.folds => Cow::Owned(slice.to_ascii_lowercase()),
            _ => Cow::Borrowed(slice),
        };
        Name::new(text::cut(&name, self.lexis.name_bytes))
    }

    /// `a.b.c`: all parts.
    pub fn qualified(&mut self) -> Read<Vec<Name>> {
        let mut parts = vec![self.ident()?];
        while self.is(0, ".") && self.is_identifier(1) {
            self.at += 1;
            parts.push(self.ident()?);
        }
        Ok(parts)
    }

    /// `namespace.name`; the namespace is empty where the text has none. A database before them is passed over.
    pub fn name(&mut self) -> Read<(Name, Name)> {
        let parts = self.qualified()?;
        Ok(match parts[..] {
            [.., namespace, name] => (namespace, name),
            [name] => (Name::NONE, name),
            [] => (Name::NONE, Name::NONE),
        })
    }

    /// The content of a string literal; literals that follow each other are one.
    pub fn string(&mut self) -> Read<String> {
        if !matches!(self.kind(0), Some(TokenKind::Text | TokenKind::Dollar)) {
            return self.expected("a string");
        }
        let (first, mut value) = (self.at, String::new());
        while self.at == first || self.kind(0) == Some(TokenKind::Text) {
            value.push_str(&text::string_value(self.peek(0), self.lexis));
            self.at += 1;
        }
        Ok(value)
    }

    /// A string, number or word, as its value: `70`, `-1`, `on`, `abc`.
    pub fn literal(&mut self) -> Read<String> {
        if matches!(self.kind(0), Some(TokenKind::Text | TokenKind::Dollar)) {
            return self.string();
        }
        let sign = if self.accept(&["-"]) { "-" } else { "" };
        if sign.is_empty() {
            self.accept(&["+"]);
        }
        match self.kind(0) {
            Some(TokenKind::Number | TokenKind::Word) => {
                let value = format!("{sign}{}", self.peek(0));
                self.at += 1;
                Ok(value)
            }
            Some(TokenKind::Quoted) => Ok(self.ident()?.to_string()),
            _ => self.expected("a literal"),
        }
    }

    // ---- lists and slices

    /// `( item, … )`.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        self.expect(&["("])?;
        let mut items = Vec::new();
        if self.accept(&[")"]) {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if self.accept(&[")"]) {
                return Ok(items);
            }
            self.expect(&[","])?;
        }
    }

    /// `item, …`.
    pub fn commas<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.accept(&[","]) {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// `(a, b)`: names.
    pub fn names(&mut self) -> Read<Vec<Name>> {
        self.list(Cursor::ident)
    }

    /// The source between an opening parenthesis here and its closing one.
    pub fn parenthesised(&mut self) -> Read<&'t str> {
        let open = self.at;
        if !self.is(0, "(") {
            return self.expected("(");
        }
        self.skip_group();
        let inner = self.at.saturating_sub(1);
        if self.at <= open + 1 || self.token(inner).is_none_or(|token| self.slice_of(token) != ")") {
            self.at = open;
            return Err(self.fault("a parenthesis is not closed"));
        }
        // From token to token: a comment at either end would swallow what is printed around the slice.
        let start = self.token(open + 1).map_or(0, |token| token.start as usize);
        let end = self.token(inner.saturating_sub(1)).map_or(start, |token| token.end as usize);
        Ok(self.text.get(start..end).unwrap_or(""))
    }

    /// Passes one token, or a whole group in parentheses, brackets, or CASE … END.
    pub fn skip_group(&mut self) {
        let mut depth = 0u32;
        loop {
            let (opens, closes) = match self.peek(0).as_bytes().first().map(u8::to_ascii_uppercase) {
                Some(b'(' | b'[') => (self.kind(0) == Some(TokenKind::Symbol), false),
                Some(b')' | b']') => (false, self.kind(0) == Some(TokenKind::Symbol)),
                Some(b'C') => (self.is(0, "CASE") && !self.follows_point(), false),
                Some(b'E') => (false, depth > 0 && self.is(0, "END") && !self.follows_point()),
                _ => (false, false),
            };
            if opens {
                depth += 1;
            } else if closes {
                depth = depth.saturating_sub(1);
            }
            self.skip();
            if depth == 0 || self.at_end() {
                return;
            }
        }
    }

    fn follows_point(&self) -> bool {
        self.at.checked_sub(1).and_then(|before| self.token(before)).is_some_and(|token| self.slice_of(token) == ".")
    }

    /// The source from here to a comma or closing parenthesis of the same level, to one of these keyword sequences (each
    /// parted by spaces), or to the end. The first token is always taken.
    pub fn slice_until(&mut self, stops: &[&str]) -> Read<&'t str> {
        let mark = self.at;
        if self.at_end() {
            return self.expected("an expression");
        }
        loop {
            self.skip_group();
            if self.at_end() || self.is(0, ",") || self.is(0, ")") || self.at_stop(stops) {
                return Ok(self.text_from(mark));
            }
        }
    }

    /// As [`Cursor::slice_until`], but commas are part of the slice.
    pub fn slice_through_commas(&mut self, stops: &[&str]) -> Read<&'t str> {
        let mark = self.at;
        loop {
            self.slice_until(stops)?;
            if !self.is(0, ",") {
                return Ok(self.text_from(mark));
            }
            self.skip();
        }
    }

    fn at_stop(&self, stops: &[&str]) -> bool {
        !self.follows_point() && self.at_phrase(stops.iter().copied()).is_some()
    }

    /// The source from here to the end.
    pub fn rest(&mut self) -> &'t str {
        let mark = self.at;
        self.at = self.tokens.len();
        self.text_from(mark)
    }

    /// Whether a keyword stands somewhere in the rest, outside of parentheses.
    pub fn ahead_has(&mut self, word: &str) -> bool {
        let mark = self.at;
        while !self.at_end() && !self.is(0, word) {
            self.skip_group();
        }
        let found = !self.at_end();
        self.at = mark;
        found
    }
}
