//! A place among the tokens of one statement or expression.

use crate::base::Nesting;

use super::family::Family;
use super::home;
use super::lex::{Token, TokenKind, tokens};

/// What was expected and what stood there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexpected {
    /// Byte in the text.
    pub at: usize,
    pub message: String,
}

/// The result of reading a piece of a statement.
pub type Read<T> = Result<T, Unexpected>;

/// Tokens with a place among them.
pub struct Cursor<'a> {
    pub text: &'a str,
    tokens: Vec<Token<'a>>,
    at: usize,
    nesting: Nesting,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str, family: &Family) -> Cursor<'a> {
        let tokens = tokens(text, family);
        let nesting = Nesting::of(tokens.len());
        Cursor { text, tokens, at: 0, nesting }
    }

    pub fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    pub fn ahead(&self, by: usize) -> Option<Token<'a>> {
        self.tokens.get(self.at + by).copied()
    }

    pub fn take(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    pub fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// The place, to come back to.
    pub fn mark(&self) -> usize {
        self.at
    }

    pub fn rewind(&mut self, mark: usize) {
        self.at = mark;
    }

    /// Reads what stands one level deeper.
    pub fn nested<T>(&mut self, read: impl FnOnce(&mut Cursor<'a>) -> Read<T>) -> Read<T> {
        let Some(outer) = self.nesting.enter() else { return Err(self.too_deep()) };
        let found = read(self);
        self.nesting.leave(outer);
        found
    }

    /// Puts a node above what was read at this level: the next operator of a chain.
    pub fn grow(&mut self) -> Read<()> {
        self.nesting.grow().ok_or_else(|| self.too_deep())
    }

    fn too_deep(&self) -> Unexpected {
        self.unexpected("something that is nested less deeply")
    }

    /// The byte at which the next token starts.
    pub fn offset(&self) -> usize {
        self.peek().map_or(self.text.len(), |token| token.start)
    }

    /// The byte at which the last taken token ended.
    pub fn last_end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, Token::end)
    }

    /// The text from `start` to the last taken token.
    pub fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.last_end()).unwrap_or("")
    }

    /// Whether these keywords or marks come next.
    pub fn sees(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(by, word)| self.ahead(by).is_some_and(|token| token.is(word)))
    }

    /// Takes these keywords or marks where they come next.
    pub fn eat(&mut self, words: &[&str]) -> bool {
        let seen = self.sees(words);
        if seen {
            self.at += words.len();
        }
        seen
    }

    /// Takes one of these words where it comes next, and tells which.
    pub fn eat_any(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let word = words.iter().find(|word| self.sees(&[word]))?;
        self.at += 1;
        Some(word)
    }

    pub fn expect(&mut self, words: &[&str]) -> Read<()> {
        if self.eat(words) { Ok(()) } else { Err(self.unexpected(&words.join(" "))) }
    }

    pub fn unexpected(&self, wanted: &str) -> Unexpected {
        let found = self.peek().map_or_else(|| "the end".to_string(), |token| format!("`{}`", token.raw));
        Unexpected { at: self.offset(), message: format!("expected {wanted}, found {found}") }
    }

    /// A name, with or without quotes.
    pub fn name(&mut self) -> Read<String> {
        match self.peek() {
            Some(token) if matches!(token.kind, TokenKind::Word | TokenKind::Quoted) => {
                self.at += 1;
                Ok(token.content())
            }
            // ANSI_QUOTES: a name in double quotes.
            Some(token) if token.kind == TokenKind::Text && token.raw.starts_with('"') => {
                self.at += 1;
                Ok(token.content())
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    /// A name that may stand behind that of another database, joined with it: the own one was left out where it was read.
    pub fn object_name(&mut self) -> Read<String> {
        let name = self.name()?;
        Ok(if self.eat(&["."]) { home::joined(&name, &self.name()?) } else { name })
    }

    /// A string literal; neighbouring ones are one.
    pub fn string(&mut self) -> Read<String> {
        let Some(first) = self.peek().filter(|token| token.kind == TokenKind::Text) else { return Err(self.unexpected("a string")) };
        self.at += 1;
        let mut content = first.content();
        while let Some(more) = self.peek().filter(|token| token.kind == TokenKind::Text) {
            content.push_str(&more.content());
            self.at += 1;
        }
        Ok(content)
    }

    /// A word, string or number as an option's value.
    pub fn word_or_value(&mut self) -> Read<String> {
        let token = self.take().ok_or_else(|| self.unexpected("a value"))?;
        Ok(token.content())
    }

    pub fn number(&mut self) -> Read<u32> {
        let value = self.peek().filter(|token| token.kind == TokenKind::Number).and_then(|token| token.raw.parse().ok());
        match value {
            Some(value) => {
                self.at += 1;
                Ok(value)
            }
            None => Err(self.unexpected("a number")),
        }
    }

    /// What stands in the parentheses that come next, without them.
    pub fn parenthesised(&mut self) -> Read<&'a str> {
        self.expect(&["("])?;
        let start = self.offset();
        let mut depth = 1;
        while let Some(token) = self.take() {
            if token.is("(") {
                depth += 1;
            } else if token.is(")") {
                depth -= 1;
                if depth == 0 {
                    return Ok(self.text.get(start..token.start.max(start)).unwrap_or("").trim());
                }
            }
        }
        Err(self.unexpected("`)`"))
    }

    /// Items in parentheses, apart by commas.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        self.expect(&["("])?;
        let mut items = Vec::new();
        if self.eat(&[")"]) {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if !self.eat(&[","]) {
                break;
            }
        }
        self.expect(&[")"])?;
        Ok(items)
    }
}
