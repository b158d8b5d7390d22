//! Statements that hold semicolons of their own: which these are, and when a semicolon is theirs.

use super::lexer::{Lexer, TokenKind};
use super::lexis::{Bodies, Lexis};

/// The state of a walk through a statement with a body.
pub struct Nesting {
    bodies: Bodies,
    /// Open BEGINs, CASEs and control statements.
    blocks: u32,
    /// Open parentheses, counted where a semicolon can stand in them (a rule's actions).
    parentheses: u32,
    counts_parentheses: bool,
    /// The word before, for `END IF` and `BEGIN ATOMIC`.
    previous: Word,
    /// The next word starts a statement of the body.
    at_statement: bool,
}

/// The words that the walk knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Begin,
    End,
    Other,
}

/// Words before the one that tells what a CREATE makes; more than these are never there (DEFINER clauses, ALGORITHM).
const HEAD_TOKENS: usize = 24;

/// What a CREATE makes, where that kind can have a body with semicolons.
const BODIED: &[(Bodies, &[&str])] = &[
    (Bodies::Atomic, &["FUNCTION", "PROCEDURE", "RULE"]),
    (Bodies::Trigger, &["TRIGGER"]),
    (Bodies::Routine, &["TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "PACKAGE"]),
];

/// What a CREATE makes that never has one: the search for a kind ends there.
const BODILESS: &[&str] = &["TABLE", "INDEX", "VIEW", "SEQUENCE", "TYPE", "DOMAIN", "EXTENSION", "AS", "ON", "DATABASE", "USER", "ROLE"];

/// Control statements of routines that are closed by `END word`.
const CONTROL: &[&str] = &["IF", "WHILE", "LOOP", "REPEAT"];

/// Words after which a statement of a body starts.
const OPENERS: &[&str] = &["THEN", "ELSE", "DO", "LOOP", "REPEAT", "ROW", "BEGIN"];

impl Nesting {
    /// The nesting of the statement at `start`, where it is one that can have a body.
    pub fn of(text: &str, start: usize, lexis: &'static Lexis) -> Option<Nesting> {
        let mut tokens = Lexer::from(text, start, lexis).take(HEAD_TOKENS);
        let mut word = || {
            let token = tokens.next()?;
            Some((token.kind, text.get(token.start as usize..token.end as usize).unwrap_or("")))
        };
        let (_, first) = word()?;
        if !first.eq_ignore_ascii_case("CREATE") {
            return None;
        }
        let (_, kinds) = BODIED.iter().find(|(bodies, _)| *bodies == lexis.bodies)?;
        while let Some((kind, text)) = word() {
            if kind == TokenKind::Word && kinds.iter().any(|known| text.eq_ignore_ascii_case(known)) {
                return Some(Nesting::new(lexis.bodies, text.eq_ignore_ascii_case("RULE")));
            }
            let ends = matches!(text, "(" | ";") || BODILESS.iter().any(|known| text.eq_ignore_ascii_case(known));
            if ends && kind != TokenKind::Quoted {
                return None;
            }
        }
        None
    }

    fn new(bodies: Bodies, counts_parentheses: bool) -> Nesting {
        Nesting { bodies, blocks: 0, parentheses: 0, counts_parentheses, previous: Word::Other, at_statement: false }
    }

    /// Whether a semicolon here ends the statement.
    pub fn is_outside(&self) -> bool {
        self.blocks == 0 && self.parentheses == 0
    }

    /// Takes one token into account.
    pub fn step(&mut self, kind: TokenKind, text: &str) {
        if kind != TokenKind::Word {
            self.symbol(text);
            return;
        }
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        let previous = std::mem::replace(&mut self.previous, Word::Other);
        let at_statement = std::mem::replace(&mut self.at_statement, OPENERS.iter().any(|word| is(word)));
        if previous == Word::End {
            // The END before has closed the block; its word adds nothing.
            self.at_statement = false;
            return;
        }
        if is("END") {
            self.blocks = self.blocks.saturating_sub(1);
            self.previous = Word::End;
        } else if is("BEGIN") {
            self.previous = Word::Begin;
            self.blocks += u32::from(self.bodies != Bodies::Atomic);
        } else if is("CASE") {
            self.blocks += u32::from(self.bodies != Bodies::Atomic || self.blocks > 0);
        } else {
            let atomic = is("ATOMIC") && self.bodies == Bodies::Atomic && previous == Word::Begin;
            let control = self.bodies == Bodies::Routine && at_statement && CONTROL.iter().any(|word| is(word));
            self.blocks += u32::from(atomic || control);
        }
    }

    fn symbol(&mut self, text: &str) {
        self.previous = Word::Other;
        self.at_statement = matches!(text, ";" | ":");
        match text {
            "(" if self.counts_parentheses => self.parentheses += 1,
            ")" if self.counts_parentheses => self.parentheses = self.parentheses.saturating_sub(1),
            _ => {}
        }
    }
}
