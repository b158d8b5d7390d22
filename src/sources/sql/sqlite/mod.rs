//! SQLite's SQL: `.schema`, `.dump`, listings of `sqlite_master`, hand-written definitions.

mod alter;
mod clauses;
mod create;
mod cursor;
mod hints;
mod listing;
mod pieces;
mod table;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use crate::base::{Code, Diagnostic, FileId, Files, Name, Span};
use crate::dialects::sqlite::lexer::Class;
use crate::dialects::sqlite::names::folded;
use crate::ir::{Guard, Kind, Object, Op};
use crate::replay::Located;
use crate::sources::{Entry, Outcome, Reading};

use alter::Altered;
use create::Created;
use cursor::{Cursor, Fault};
use pieces::Piece;

/// Reads SQLite files in order as one source.
pub fn read(files: &Files, ids: &[FileId]) -> Reading {
    let mut reader = Reader::default();
    for id in ids {
        let text = &files.get(*id).text;
        let pieces = pieces::split(text);
        reader.find_shadows(&pieces, text);
        for piece in &pieces {
            reader.statement(text, piece, Place { file: *id, fixed: None });
        }
    }
    reader.reading
}

/// Reads listings of `sqlite_schema` as one source.
pub fn read_listings(files: &Files, ids: &[FileId]) -> Reading {
    let mut reader = Reader::default();
    for id in ids {
        let text = &files.get(*id).text;
        let Some(cells) = listing::cells(text) else {
            let message = "this listing of sqlite_schema is of a form that is not known";
            let diagnostic = Diagnostic::new(Code::Malformed, Some(Span::new(*id, 0, 0)), message);
            reader.reading.diagnostics.push(diagnostic.help("give the output of .schema"));
            continue;
        };
        for cell in &cells {
            reader.find_shadows(&pieces::split(&cell.sql), &cell.sql);
        }
        for cell in &cells {
            let place = Place { file: *id, fixed: Some(Span::new(*id, cell.start, cell.end)) };
            if cell.uncertain {
                reader.uncertain(place);
            }
            for piece in &pieces::split(&cell.sql) {
                reader.statement(&cell.sql, piece, place);
            }
        }
    }
    reader.reading
}

/// Where a statement's bytes are in a file: at their own place, or, for a text that was quoted there, in this range.
#[derive(Clone, Copy)]
struct Place {
    file: FileId,
    fixed: Option<Span>,
}

impl Place {
    fn span(self, start: usize, end: usize) -> Span {
        self.fixed.unwrap_or_else(|| Span::new(self.file, start, end))
    }
}

#[derive(Default)]
struct Reader {
    reading: Reading,
    /// Relations that are there now, for IF NOT EXISTS.
    relations: HashSet<Name>,
    temporary: HashSet<Name>,
    shadows: HashSet<Name>,
}

/// Statements without an effect on the schema, by their first word.
const IGNORED: &[(&str, &str)] = &[
    ("insert", "rows"),
    ("replace", "rows"),
    ("update", "rows"),
    ("delete", "rows"),
    ("with", "rows"),
    ("select", "queries"),
    ("values", "queries"),
    ("explain", "queries"),
    ("pragma", "settings"),
    ("begin", "transactions"),
    ("commit", "transactions"),
    ("end", "transactions"),
    ("rollback", "transactions"),
    ("savepoint", "transactions"),
    ("release", "transactions"),
    ("analyze", "maintenance"),
    ("reindex", "maintenance"),
    ("vacuum", "maintenance"),
    ("attach", "attached databases"),
    ("detach", "attached databases"),
];

/// The tables behind a virtual table, by its module: they come and go with it
/// (sqlite.org/fts5.html, section 9; fts3.html, section 9; rtree.html, section 5).
const SHADOWS: &[(&str, &[&str])] = &[
    ("fts5", &["data", "idx", "content", "docsize", "config"]),
    ("fts4", &["content", "segments", "segdir", "docsize", "stat"]),
    ("fts3", &["content", "segments", "segdir", "docsize", "stat"]),
    ("rtree", &["node", "rowid", "parent"]),
    ("rtree_i32", &["node", "rowid", "parent"]),
    ("geopoly", &["node", "rowid", "parent"]),
    ("spellfix1", &["vocab"]),
];

impl Reader {
    /// Reports a statement that the shell may have cut where it cannot be put together again.
    fn uncertain(&mut self, place: Place) {
        let message = "a line of this statement fills its column and holds `--`: it may have been cut inside the comment";
        let diagnostic = Diagnostic::new(Code::Unmodelled, Some(place.span(0, 0)), message);
        self.reading.diagnostics.push(diagnostic.help("print the listing with .mode list, or give the output of .schema"));
    }

    /// Notes the names of the tables behind the virtual tables of a text.
    fn find_shadows(&mut self, pieces: &[Piece], text: &str) {
        for piece in pieces {
            if piece.starts_with(&["create", "virtual"]) {
                self.note_shadows(piece, text);
            }
            if let Some(quoted) = catalogue_row(piece) {
                pieces::split(&quoted).iter().for_each(|inner| self.note_shadows(inner, &quoted));
            }
        }
    }

    fn note_shadows(&mut self, piece: &Piece, text: &str) {
        let Ok(created) = create::create(&mut Cursor::new(text, &piece.tokens)) else { return };
        for (table, _) in &created.objects {
            let module = table.text(crate::ir::Attr::Engine).unwrap_or("");
            let suffixes = SHADOWS.iter().find(|(name, _)| *name == module).map_or(&[][..], |row| row.1);
            self.shadows.extend(suffixes.iter().map(|suffix| Name::new(&format!("{}_{suffix}", table.key.name))));
        }
    }

    /// Reads one statement and accounts for it.
    fn statement(&mut self, text: &str, piece: &Piece, place: Place) {
        let span = place.span(piece.start(), piece.end());
        let outcome = self.understood(text, piece, place).unwrap_or_else(|fault| {
            let at = place.span(fault.at, piece.end().max(fault.at));
            self.reading.diagnostics.push(Diagnostic::new(Code::Unmodelled, Some(at), fault.message));
            Outcome::Unmodelled
        });
        self.reading.ledger.push(Entry { span, outcome });
    }

    fn understood(&mut self, text: &str, piece: &Piece, place: Place) -> Result<Outcome, Fault> {
        let mut cursor = Cursor::new(text, &piece.tokens);
        if let Some(open) = piece.tokens.iter().find(|token| token.class == Class::Unclosed) {
            return Err(Fault { at: open.start, message: "this quote is not closed".to_owned() });
        }
        if piece.tokens.first().is_some_and(|token| token.text.starts_with('.')) {
            return Ok(Outcome::Ignored("shell commands"));
        }
        if let Some(quoted) = catalogue_row(piece) {
            return self.quoted(&quoted, Place { fixed: Some(place.span(piece.start(), piece.end())), ..place });
        }
        if let Some((_, rule)) = IGNORED.iter().find(|(word, _)| cursor.sees(word)) {
            return writes_catalogue(piece).map_or(Ok(Outcome::Ignored(rule)), Err);
        }
        let span = place.span(piece.start(), piece.end());
        if cursor.sees("create") {
            let created = create::create(&mut cursor)?;
            return Ok(self.create(created, piece, place));
        }
        if cursor.sees("alter") {
            return Ok(self.alter(alter::alter(&mut cursor)?, span));
        }
        if cursor.sees("drop") {
            return Ok(self.alter(alter::drop_statement(&mut cursor)?, span));
        }
        Err(cursor.fault("this statement is not known in SQLite"))
    }

    /// The statement that a row of `sqlite_schema` holds.
    fn quoted(&mut self, text: &str, place: Place) -> Result<Outcome, Fault> {
        let pieces = pieces::split(text);
        let mut outcome = Outcome::Ignored("rows");
        for piece in &pieces {
            outcome = self.understood(text, piece, place)?;
        }
        Ok(outcome)
    }

    fn create(&mut self, created: Created, piece: &Piece, place: Place) -> Outcome {
        let name = created.name();
        if created.temporary {
            self.temporary.insert(name);
            return Outcome::Ignored("temporary objects");
        }
        if name.as_str().starts_with("sqlite_") {
            return Outcome::Ignored("the engine's own tables");
        }
        if self.shadows.contains(&name) {
            return Outcome::Ignored("tables of virtual tables");
        }
        let relation = created.objects.first().is_some_and(|(object, _)| object.key.kind.is_relation());
        if relation && !self.relations.insert(name) && created.lenient {
            return Outcome::Ignored("objects that are there already");
        }
        let guard = if created.lenient { Guard::Lenient } else { Guard::Strict };
        let objects: Vec<(Object, usize)> =
            created.objects.into_iter().map(|(object, at)| (object.at(place.span(at, piece.end())), at)).collect();
        self.reading.renames.extend(hints::hints(&piece.comments, &objects));
        let created = |object: Object| (object.span, Op::Create { object, guard });
        let ops = objects.into_iter().map(|(object, _)| created(object)).map(|(span, op)| Located::new(op, span));
        self.reading.ops.extend(ops);
        Outcome::Modelled
    }

    fn alter(&mut self, altered: Altered, span: Span) -> Outcome {
        if altered.ops.is_empty() {
            return Outcome::Ignored("attached databases");
        }
        let dropped = altered.ops.iter().any(|op| matches!(op, Op::Drop { key, .. } if key.kind.is_relation()));
        let temporary = self.temporary.contains(&altered.name);
        if altered.temporary || temporary {
            if dropped {
                self.temporary.remove(&altered.name);
            }
            return Outcome::Ignored("temporary objects");
        }
        if dropped {
            self.relations.remove(&altered.name);
        }
        for op in &altered.ops {
            if let Op::Rename { key, to } = op
                && key.kind == Kind::Table
            {
                self.relations.remove(&key.name);
                self.relations.insert(*to);
            }
        }
        self.reading.ops.extend(altered.ops.into_iter().map(|op| Located::new(op, Some(span))));
        Outcome::Modelled
    }
}

/// The names of the catalogue (sqlite.org/schematab.html).
const CATALOGUES: &[&str] = &["sqlite_schema", "sqlite_master"];

/// The statement that `INSERT INTO sqlite_schema VALUES(…, 'CREATE …')` of a dump writes.
fn catalogue_row(piece: &Piece) -> Option<String> {
    let table = piece.tokens.get(2)?.name()?;
    let catalogue = CATALOGUES.iter().any(|name| table.eq_ignore_ascii_case(name));
    if !(piece.starts_with(&["insert", "into"]) && catalogue) {
        return None;
    }
    let literal = piece.tokens.iter().rev().find_map(|token| token.literal())?;
    Some(literal.into_owned())
}

/// A change of the catalogue behind the engine's back cannot be followed.
fn writes_catalogue(piece: &Piece) -> Option<Fault> {
    let token = piece.tokens.get(1)?;
    let updates = piece.starts_with(&["update"]) && CATALOGUES.iter().any(|name| folded(token.text).as_str() == *name);
    updates.then(|| Fault { at: token.start, message: "the catalogue is written by hand, which is not followed".to_owned() })
}
