//! SQL text: split into statements, each read by its dialect's reader. Every statement ends in the ledger: modelled,
//! ignored by a named rule, or not understood, and then a diagnostic says where.

mod comments;
pub mod cursor;
pub mod lexer;
pub mod lexis;
pub mod mysql;
mod nesting;
mod opinion;
mod phrases;
pub mod postgres;
mod presence;
pub mod session;
pub mod splitter;
pub mod sqlite;
pub mod statement;
pub mod text;

use std::hash::{BuildHasher, Hash, Hasher};

use rustc_hash::{FxBuildHasher, FxHashMap};

use self::cursor::{Cursor, Fault, Read};
use self::lexis::Lexis;
use self::session::Session;
use self::splitter::{Piece, What};
use self::statement::{Effects, Statement};
use super::{Entry, Outcome, Reading};
use crate::base::{Code, Diagnostic, FileId, Files, Name, Span};
use crate::dialects::Dialect;
use crate::ir::Coverage;

#[cfg(test)]
mod tests;

/// What a dialect adds: its lexical rules and the reading of one statement.
pub struct Reader {
    /// The dialects' names on the command line.
    pub dialects: &'static [&'static str],
    pub lexis: &'static Lexis,
    /// Leading keywords (parted by spaces) of statements without an effect on a schema, and the rule's name. Asked first, in
    /// order; an empty rule means that the statement is read.
    pub ignored: &'static [(&'static str, &'static str)],
    /// What a text can speak of, where its marks say that something is left out, and how to have it shown.
    pub shows: fn(&str, FileId) -> (Coverage, Option<Diagnostic>),
    /// The session before the first statement of a text.
    pub opens: fn(&str) -> Session,
    /// The statement's text where the session has it read in another way, each token in its place.
    pub respelled: fn(&str, &Session) -> Option<String>,
    /// Reads one statement. What it knows of earlier statements is in the session alone, so that equal texts under equal
    /// sessions have equal effects.
    pub read: fn(&mut Statement<'_, '_>) -> Read<Outcome>,
}

/// The readers, one row for each dialect.
const READERS: &[&Reader] = &[&postgres::READER, &mysql::MYSQL, &mysql::MARIADB];

/// The lexical rules of a dialect.
pub fn lexis_of(dialect: &dyn Dialect) -> &'static Lexis {
    READERS.iter().find(|reader| reader.dialects.contains(&dialect.rules().id)).map_or(&lexis::SQLITE, |reader| reader.lexis)
}

/// What a statement's text led to the first time it was read.
#[derive(Clone, Debug)]
struct Known {
    outcome: Result<Outcome, Fault>,
    effects: Effects,
}

/// Statements that were read on one side and not yet met on the other: a text that both have under the same session is read
/// once. For one dialect only.
#[derive(Default)]
pub struct Cache<'t> {
    known: FxHashMap<Asked<'t>, Box<Known>>,
    /// Whether the source that is read now is the last, so that nothing need be kept for another.
    last: bool,
}

impl<'t> Cache<'t> {
    /// From now on the last source is read.
    pub fn close(&mut self) {
        self.last = true;
    }

    /// Keeps what a text led to for the sources after this one.
    fn keep(&mut self, asked: Asked<'t>, known: &Known) {
        if !self.last {
            self.known.insert(asked, Box::new(known.clone()));
        }
    }
}

/// A statement's text and the stamp of the session before it. Its hash is taken once: the table is made greater many times while
/// a long text is read, and would read all of it again each time.
#[derive(PartialEq, Eq)]
struct Asked<'t> {
    hash: u64,
    text: &'t str,
    stamp: Name,
}

impl<'t> Asked<'t> {
    fn new(text: &'t str, stamp: Name) -> Asked<'t> {
        Asked { hash: FxBuildHasher.hash_one(text), text, stamp }
    }
}

impl Hash for Asked<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// Reads SQL files in order as one source.
pub fn read(files: &Files, ids: &[FileId], dialect: &'static dyn Dialect) -> Reading {
    read_sharing(files, ids, dialect, None)
}

/// As [`read`], sharing what was read of equal statements before.
pub fn read_sharing<'t>(files: &'t Files, ids: &[FileId], dialect: &'static dyn Dialect, mut cache: Option<&mut Cache<'t>>) -> Reading {
    if dialect.rules().id == "sqlite" {
        return sqlite::read(files, ids);
    }
    let mut reading = Reading::default();
    let Some(reader) = READERS.iter().find(|reader| reader.dialects.contains(&dialect.rules().id)) else {
        let message = format!("SQL of {} cannot be read", dialect.rules().id);
        reading.diagnostics.push(Diagnostic::new(Code::Dialect, None, message));
        return reading;
    };
    let (shown, notes): (Vec<Coverage>, Vec<_>) = ids.iter().map(|id| (reader.shows)(&files.get(*id).text, *id)).unzip();
    reading.coverage = shown.into_iter().reduce(|one, two| one.joined(&two)).unwrap_or_default();
    reading.diagnostics.extend(notes.into_iter().flatten());
    for id in ids {
        reading.server = reading.server.or_else(|| crate::sources::detect::server_version(&files.get(*id).text));
        let mut file = FileReader {
            reader,
            text: &files.get(*id).text,
            id: *id,
            session: (reader.opens)(&files.get(*id).text),
            reading: &mut reading,
        };
        file.make_room();
        for piece in splitter::split(file.text, reader.lexis) {
            file.piece(piece, cache.as_deref_mut());
        }
    }
    reading
}

struct FileReader<'r, 't> {
    reader: &'static Reader,
    text: &'t str,
    id: FileId,
    session: Session,
    reading: &'r mut Reading,
}

/// As many bytes of a dump as lead to one operation, or stand for one statement, at the least.
const BYTES_OF_AN_OPERATION: usize = 64;
const BYTES_OF_A_STATEMENT: usize = 128;
/// No more room than this is made beforehand: a text may be rows for the most part.
const MOST_ROOM: usize = 1 << 18;

impl<'t> FileReader<'_, 't> {
    /// Makes room for what the text may lead to, so that lists are not copied as they grow. What is not used costs nothing.
    fn make_room(&mut self) {
        let bytes = self.text.len();
        self.reading.ops.reserve((bytes / BYTES_OF_AN_OPERATION).min(MOST_ROOM));
        self.reading.ledger.reserve((bytes / BYTES_OF_A_STATEMENT).min(MOST_ROOM));
    }

    fn piece(&mut self, piece: Piece, cache: Option<&mut Cache<'t>>) {
        match piece.what {
            What::Statement => self.statement(piece, cache),
            What::ClientCommand => self.account(piece, Outcome::Ignored("client command")),
            What::CopyData => self.account(piece, Outcome::Ignored("rows")),
            What::Fault(why) => {
                let help = "The text from here on cannot be cut into statements with certainty.";
                let message = format!("{why}: {}", self.first_line(piece));
                let diagnostic = Diagnostic::new(Code::Malformed, Some(self.span(piece)), message).help(help);
                self.reading.diagnostics.push(diagnostic);
                self.account(piece, Outcome::Unmodelled);
            }
        }
    }

    fn span(&self, piece: Piece) -> Span {
        Span::new(self.id, piece.start, piece.end)
    }

    fn account(&mut self, piece: Piece, outcome: Outcome) {
        let span = self.span(piece);
        self.reading.ledger.push(Entry { span, outcome });
    }

    fn first_line(&self, piece: Piece) -> &'t str {
        let text = self.text.get(piece.start..piece.end).unwrap_or("");
        text::cut(text.lines().next().unwrap_or("").trim_end(), 200)
    }

    fn statement(&mut self, piece: Piece, cache: Option<&mut Cache<'t>>) {
        let asked = Asked::new(self.text.get(piece.lead..piece.tail).unwrap_or(""), self.session.stamp());
        let known = match cache {
            None => self.understand(piece),
            // Most texts stand once on either side: what was read for one is handed to the other.
            Some(cache) => cache.known.remove(&asked).map_or_else(
                || {
                    let known = self.understand(piece);
                    cache.keep(asked, &known);
                    known
                },
                |known| *known,
            ),
        };
        let effects = known.effects.shifted(self.id, piece.lead);
        for (setting, value) in &effects.settings {
            self.session.set(setting, value.as_deref());
        }
        self.reading.diagnostics.extend(effects.diagnostics);
        match known.outcome {
            Ok(outcome) => {
                self.reading.ops.extend(effects.ops);
                self.reading.renames.extend(effects.renames);
                self.account(piece, outcome);
            }
            Err(fault) => self.report(piece, &fault),
        }
    }

    /// Reads a statement that was not read before.
    fn understand(&self, piece: Piece) -> Known {
        let text = self.text.get(piece.lead..piece.tail).unwrap_or("");
        let respelled = (self.reader.respelled)(text, &self.session);
        let cursor = Cursor::new(respelled.as_deref().unwrap_or(text), piece.end - piece.lead, self.reader.lexis);
        if cursor.at_end() {
            return Known { outcome: Ok(Outcome::Ignored("empty")), effects: Effects::default() };
        }
        let known = cursor.at_phrase(self.reader.ignored.iter().map(|(phrase, _)| *phrase));
        let rule = known.and_then(|(row, _)| self.reader.ignored.get(row));
        if let Some((_, rule)) = rule.filter(|(_, rule)| !rule.is_empty()) {
            return Known { outcome: Ok(Outcome::Ignored(rule)), effects: Effects::default() };
        }
        let mut statement = Statement::new(cursor, &self.session).written_as(text);
        let outcome = (self.reader.read)(&mut statement);
        Known { outcome, effects: statement.effects }
    }

    fn report(&mut self, piece: Piece, fault: &Fault) {
        let span = Span::new(self.id, piece.lead + fault.start as usize, piece.lead + fault.end as usize);
        let message = format!("{}: {}", fault.message, self.first_line(piece));
        let text = self.text.get(piece.start..piece.end).unwrap_or("");
        let help = opinion::on(text, self.reader.dialects.first().copied().unwrap_or(""));
        self.reading.diagnostics.push(Diagnostic::new(Code::Unmodelled, Some(span), message).help(help));
        self.account(piece, Outcome::Unmodelled);
    }
}
