//! A walk over the tokens of one statement.

use std::borrow::Cow;

use crate::dialects::sqlite::lexer::Token;

/// Why a statement is not understood, and at which byte of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub at: usize,
    pub message: String,
}

/// Tokens, the text that they were cut from, and where the walk is.
#[derive(Clone, Debug)]
pub struct Cursor<'s, 't> {
    text: &'t str,
    tokens: &'s [Token<'t>],
    at: usize,
}

impl<'s, 't> Cursor<'s, 't> {
    pub fn new(text: &'t str, tokens: &'s [Token<'t>]) -> Cursor<'s, 't> {
        Cursor { text, tokens, at: 0 }
    }

    pub fn peek(&self) -> Option<&'s Token<'t>> {
        self.tokens.get(self.at)
    }

    pub fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Whether the next token is this word or mark.
    pub fn sees(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is(word))
    }

    /// Whether the next tokens are these words.
    pub fn sees_all(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(ahead, word)| self.tokens.get(self.at + ahead).is_some_and(|token| token.is(word)))
    }

    pub fn take(&mut self) -> Option<&'s Token<'t>> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    /// Takes the words where all of them come next.
    pub fn eat(&mut self, words: &[&str]) -> bool {
        let seen = self.sees_all(words);
        if seen {
            self.at += words.len();
        }
        seen
    }

    pub fn expect(&mut self, word: &str) -> Result<(), Fault> {
        if self.eat(&[word]) { Ok(()) } else { Err(self.fault(format!("`{word}` is expected"))) }
    }

    /// The next token as a name, in any of its quotes.
    pub fn name(&mut self) -> Result<Cow<'t, str>, Fault> {
        let name = self.peek().and_then(Token::name).ok_or_else(|| self.fault("a name is expected"))?;
        self.at += 1;
        Ok(name)
    }

    /// The tokens between the parenthesis that comes next and its partner.
    pub fn parenthesised(&mut self) -> Result<Cursor<'s, 't>, Fault> {
        let open = self.at;
        self.expect("(")?;
        let mut depth = 1_usize;
        while let Some(token) = self.take() {
            if token.is("(") {
                depth += 1;
            }
            if token.is(")") {
                depth -= 1;
            }
            if depth == 0 {
                let inner = self.tokens.get(open + 1..self.at - 1).unwrap_or(&[]);
                return Ok(Cursor::new(self.text, inner));
            }
        }
        self.at = open;
        Err(self.fault("this parenthesis is not closed"))
    }

    /// The pieces between commas that stand in no parenthesis.
    pub fn items(&self) -> Vec<Cursor<'s, 't>> {
        let mut items = Vec::new();
        let (mut depth, mut start) = (0_usize, self.at);
        for (at, token) in self.tokens.iter().enumerate().skip(self.at) {
            match token.text {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                "," if depth == 0 => {
                    items.push(Cursor::new(self.text, self.tokens.get(start..at).unwrap_or(&[])));
                    start = at + 1;
                }
                _ => {}
            }
        }
        items.push(Cursor::new(self.text, self.tokens.get(start..).unwrap_or(&[])));
        items
    }

    /// The tokens that are left.
    pub fn rest(&self) -> &'s [Token<'t>] {
        self.tokens.get(self.at..).unwrap_or(&[])
    }

    /// The text of what is left, as written.
    pub fn rest_text(&self) -> &'t str {
        self.slice(self.rest())
    }

    /// The text of these tokens, as written.
    pub fn slice(&self, tokens: &[Token]) -> &'t str {
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => self.text.get(first.start..last.end()).unwrap_or(""),
            _ => "",
        }
    }

    pub fn done(&self) -> Result<(), Fault> {
        if self.is_done() { Ok(()) } else { Err(self.fault("this is not understood")) }
    }

    pub fn fault(&self, message: impl Into<String>) -> Fault {
        let last = self.tokens.last().map_or(0, Token::end);
        Fault { at: self.peek().map_or(last, |token| token.start), message: message.into() }
    }
}
