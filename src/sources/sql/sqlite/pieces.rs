//! Cuts a text into statements by their tokens.

use crate::dialects::sqlite::lexer::{Class, Token, lex};

/// One statement: its tokens without comments, and the comments above and inside it.
#[derive(Clone, Debug, Default)]
pub struct Piece<'t> {
    pub tokens: Vec<Token<'t>>,
    pub comments: Vec<Token<'t>>,
}

impl Piece<'_> {
    pub fn start(&self) -> usize {
        self.tokens.first().map_or(0, |token| token.start)
    }

    pub fn end(&self) -> usize {
        self.tokens.last().map_or(0, Token::end)
    }

    /// Whether the first words are these.
    pub fn starts_with(&self, words: &[&str]) -> bool {
        self.tokens.len() >= words.len() && self.tokens.iter().zip(words).all(|(token, word)| token.is(word))
    }
}

/// The statements of a text. A semicolon ends one, but inside of a trigger only the one after `; END` does
/// (sqlite.org/c3ref/complete.html). A line that starts with a dot is for the shell and a piece of its own.
pub fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut piece = Piece::default();
    let mut lexer = lex(text);
    let mut depth = 0_i64;
    while let Some(token) = lexer.next() {
        if token.class == Class::Comment {
            piece.comments.push(token);
            continue;
        }
        if piece.tokens.is_empty() && token.is(".") && starts_line(text, token.start) {
            piece.tokens.push(lexer.line(token.start));
            pieces.push(std::mem::take(&mut piece));
            continue;
        }
        // A line that the shell passes where no statement has begun (measured with 3.40).
        if piece.tokens.is_empty() && token.text.starts_with('#') && starts_line(text, token.start) {
            lexer.line(token.start);
            continue;
        }
        if token.is(";") && !inside_trigger(&piece.tokens) {
            if !piece.tokens.is_empty() {
                pieces.push(std::mem::take(&mut piece));
            }
            continue;
        }
        if depth == 0 && token.is("create") && is_whole(&piece.tokens) {
            pieces.push(std::mem::take(&mut piece));
        }
        depth = if piece.tokens.is_empty() { 0 } else { depth } + i64::from(token.is("(")) - i64::from(token.is(")"));
        piece.tokens.push(token);
    }
    if !piece.tokens.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// Whether the tokens, with every parenthesis closed, are a statement that may end here without a semicolon, as `SELECT sql FROM sqlite_schema` prints
/// them: inside of a CREATE statement the word CREATE cannot stand.
fn is_whole(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|token| token.is("create")) && !inside_trigger(tokens)
}

fn starts_line(text: &str, at: usize) -> bool {
    text.get(..at).is_none_or(|before| before.is_empty() || before.ends_with('\n'))
}

/// Whether the tokens so far are of a trigger that is not at its end.
fn inside_trigger(tokens: &[Token]) -> bool {
    let mut words = tokens.iter();
    let creates = words.next().is_some_and(|token| token.is("create"));
    let mut second = words.next();
    if second.is_some_and(|token| token.is("temp") || token.is("temporary")) {
        second = words.next();
    }
    let ended = matches!(tokens, [.., mark, end] if mark.is(";") && end.is("end"));
    creates && second.is_some_and(|token| token.is("trigger")) && !ended
}
