//! What the transactions of a text leave standing: the effects that ROLLBACK undoes, and those that no COMMIT keeps.

use std::ops::Range;

use super::{Entry, Outcome, Reading};
use crate::base::{Code, Diagnostic, Files, Severity};
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
        let mut file = None;
        for (at, entry) in reading.ledger.iter().enumerate() {
            // Each file is run by itself.
            if file.replace(entry.span.file) != Some(entry.span.file) {
                transactions.end();
            }
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

/// Takes away the effects that the text itself undoes, and says so.
pub fn settle(reading: &mut Reading, files: &Files, dialect: &dyn Dialect) {
    if !dialect.rules().transactional {
        return;
    }
    for range in Transactions::of(reading, files).undone {
        let place = reading.ledger.get(range.end).map(|entry| entry.span);
        forget(reading, range.clone());
        let undone = reading.ledger.get_mut(range).unwrap_or_default().iter_mut();
        let mut count = 0;
        for entry in undone.filter(|entry| !matches!(entry.outcome, Outcome::Ignored(_))) {
            entry.outcome = Outcome::Ignored("rolled back");
            count += 1;
        }
        if count > 0 {
            let message = format!("the text itself undoes {count} of its statements here");
            let told = Diagnostic::new(Code::Contradiction, place, message).severity(Severity::Note);
            reading.diagnostics.push(told.help("what is undone is not compared"));
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
    let (Some(first), Some(end)) = (entries.first(), entries.iter().map(|entry| entry.span.end).max()) else { return };
    let (file, undone) = (first.span.file, first.span.start..end);
    reading.ops.retain(|located| !located.span.is_some_and(|at| at.file == file && undone.contains(&at.start)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::read;

    #[test]
    fn what_a_text_undoes_is_said_and_not_read() {
        let mut files = Files::default();
        let texts = ["CREATE TABLE a (x int); BEGIN;", "BEGIN; CREATE TABLE b (x int); NONSENSE; ROLLBACK; CREATE TABLE c (x int);"];
        let ids: Vec<_> = texts.iter().enumerate().map(|(at, text)| files.add(format!("{at}.sql"), *text)).collect();
        let dialect = crate::dialects::by_name("postgres").unwrap_or_else(|| panic!("no such dialect"));
        let reading = read(&files, &ids, dialect);
        let made: Vec<String> =
            reading.ops.iter().map(|located| located.op.key().to_string()).filter(|key| key.starts_with("table")).collect();
        assert_eq!(made, ["table public.a", "table public.c"]);
        assert!(reading.ledger.iter().all(|entry| entry.outcome != Outcome::Unmodelled));
        let told: Vec<&str> = reading.diagnostics.iter().map(|told| told.message.as_str()).filter(|told| told.contains("undoes")).collect();
        assert_eq!(told, ["the text itself undoes 2 of its statements here"]);
    }

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
