//! What the transactions of a text leave standing: the effects that ROLLBACK undoes, and those that no COMMIT keeps.

use std::ops::Range;

use super::{Entry, Reading};
use crate::base::Files;
use crate::dialects::Dialect;

/// What a statement does to the transaction that it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    Opens,
    Keeps,
    Undoes,
    Saves(String),
    UndoesTo(String),
}

impl Turn {
    /// None for every other statement (PostgreSQL, BEGIN, COMMIT, ROLLBACK, SAVEPOINT; sqlite.org/lang_transaction.html).
    pub fn of(text: &str) -> Option<Turn> {
        const FIRST: &[&str] = &["begin", "start", "commit", "end", "rollback", "abort", "savepoint"];
        let parts = || text.split([' ', '\t', '\n', '\r', ';']).filter(|word| !word.is_empty());
        // A statement may hold megabytes of rows: no more is read of it than tells what it is.
        let first = parts().next()?;
        if !FIRST.iter().any(|word| first.eq_ignore_ascii_case(word)) {
            return None;
        }
        let words: Vec<String> = parts().map(str::to_lowercase).collect();
        let word = |at: usize| words.get(at).map_or("", String::as_str);
        let name = || words.last().cloned().unwrap_or_default();
        let work = usize::from(matches!(word(1), "work" | "transaction"));
        match word(0) {
            "begin" => Some(Turn::Opens),
            "start" if word(1) == "transaction" => Some(Turn::Opens),
            "commit" | "end" if word(1 + work) != "prepared" => Some(Turn::Keeps),
            "rollback" | "abort" if word(1 + work) == "to" => Some(Turn::UndoesTo(name())),
            "rollback" | "abort" if word(1 + work) != "prepared" => Some(Turn::Undoes),
            "savepoint" => Some(Turn::Saves(name())),
            _ => None,
        }
    }
}

/// The account of a text's transactions: the statements whose effects are undone, and the BEGIN that nothing ends.
#[derive(Default)]
struct Transactions {
    open: Option<usize>,
    saved: Vec<(String, usize)>,
    undone: Vec<Range<usize>>,
}

impl Transactions {
    fn of(reading: &Reading, files: &Files) -> Transactions {
        let mut transactions = Transactions::default();
        for (at, entry) in reading.ledger.iter().enumerate() {
            if let Some(turn) = Turn::of(files.slice(entry.span)) {
                transactions.turn(at, turn);
            }
        }
        transactions
    }

    fn turn(&mut self, at: usize, turn: Turn) {
        match turn {
            Turn::Opens => self.open = self.open.or(Some(at)),
            Turn::Keeps => self.end(),
            Turn::Undoes => {
                self.undone.extend(self.open.map(|from| from..at));
                self.end();
            }
            Turn::Saves(name) => self.saved.push((name, at)),
            Turn::UndoesTo(name) => {
                let saved = self.saved.iter().rev().find(|(known, _)| *known == name);
                self.undone.extend(saved.map(|(_, from)| *from..at));
            }
        }
    }

    fn end(&mut self) {
        self.open = None;
        self.saved.clear();
    }
}

/// Takes away the effects that the text itself undoes.
pub fn settle(reading: &mut Reading, files: &Files, dialect: &dyn Dialect) {
    if dialect.rules().transactional {
        for range in Transactions::of(reading, files).undone {
            forget(reading, range);
        }
    }
}

/// The statement that opens a transaction which nothing ends, so that the end of the session undoes it.
pub fn left_open<'a>(reading: &'a Reading, files: &Files, dialect: &dyn Dialect) -> Option<&'a Entry> {
    let open = if dialect.rules().transactional { Transactions::of(reading, files).open } else { None };
    open.and_then(|at| reading.ledger.get(at))
}

/// Takes away the effects of a transaction that nothing ends.
pub fn close(reading: &mut Reading, files: &Files, dialect: &dyn Dialect) {
    let open = left_open(reading, files, dialect).and_then(|open| reading.ledger.iter().position(|entry| entry == open));
    if let Some(from) = open {
        forget(reading, from..reading.ledger.len());
    }
}

fn forget(reading: &mut Reading, statements: Range<usize>) {
    let Some(entries) = reading.ledger.get(statements) else { return };
    let spans: Vec<_> = entries.iter().map(|entry| entry.span).collect();
    let inside = |at: &crate::base::Span| spans.iter().any(|span| span.file == at.file && span.start <= at.start && at.start < span.end);
    reading.ops.retain(|located| !located.span.as_ref().is_some_and(inside));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_by_their_words() {
        let rows = [
            ("BEGIN", Some(Turn::Opens)),
            ("begin immediate;", Some(Turn::Opens)),
            ("START TRANSACTION", Some(Turn::Opens)),
            ("START SLAVE", None),
            ("END", Some(Turn::Keeps)),
            ("COMMIT PREPARED 'a'", None),
            ("ROLLBACK WORK", Some(Turn::Undoes)),
            ("ROLLBACK PREPARED 'a'", None),
            ("ROLLBACK TRANSACTION TO SAVEPOINT a;", Some(Turn::UndoesTo("a".to_string()))),
            ("SAVEPOINT a", Some(Turn::Saves("a".to_string()))),
            ("CREATE TABLE begin (a int)", None),
        ];
        for (text, expected) in rows {
            assert_eq!(Turn::of(text), expected, "{text}");
        }
    }
}
