//! One statement while it is read: its cursor, the session before it, and what it leads to.

use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::cursor::Cursor;
use super::session::Session;
use super::text;
use crate::base::{Diagnostic, FileId, Name, Span};
use crate::ir::{Key, Op};
use crate::replay::{Bare, Located};
use crate::sources::RenameHint;

/// What a statement leads to. Places are relative to the statement's text until [`Effects::shifted`].
#[derive(Clone, Debug, Default)]
pub struct Effects {
    pub ops: Vec<Located>,
    pub renames: Vec<RenameHint>,
    pub diagnostics: Vec<Diagnostic>,
    /// Settings for the statements after it.
    pub settings: Vec<(String, Option<String>)>,
}

/// The file of places that are relative to a statement.
const RELATIVE: FileId = FileId(0);

impl Effects {
    /// The same effects of a statement whose text starts at byte `base` of `file`.
    pub fn shifted(mut self, file: FileId, base: usize) -> Effects {
        let shift = |span: &mut Option<Span>| {
            *span = span.map(|span| Span::new(file, base + span.start as usize, base + span.end as usize));
        };
        for located in &mut self.ops {
            shift(&mut located.span);
            match &mut located.op {
                Op::Create { object, .. } | Op::Adopt { constraint: object, .. } => shift(&mut object.span),
                Op::Drop { .. }
                | Op::Set { .. }
                | Op::SetOnly { .. }
                | Op::Edit { .. }
                | Op::Rename { .. }
                | Op::Move { .. }
                | Op::Copy { .. }
                | Op::Given { .. } => {}
            }
        }
        self.renames.iter_mut().for_each(|hint| shift(&mut hint.span));
        self.diagnostics.iter_mut().for_each(|diagnostic| shift(&mut diagnostic.span));
        self
    }
}

/// Finds the evidence of a rename in a text.
static TOLD: LazyLock<Finder> = LazyLock::new(|| Finder::new(text::RENAMED_FROM));

/// A statement under the reader's hands. Every production of [`Cursor`] can be called on it.
pub struct Statement<'t, 's> {
    cursor: Cursor<'t>,
    written: &'t str,
    /// Whether a comment of it tells of a rename.
    tells_renames: bool,
    pub session: &'s Session,
    pub effects: Effects,
    /// The bare names that were read, where the search path has several namespaces.
    pub bare: Bare,
}

impl<'t, 's> Statement<'t, 's> {
    pub fn new(cursor: Cursor<'t>, session: &'s Session) -> Statement<'t, 's> {
        let tells_renames = TOLD.find(cursor.text.as_bytes()).is_some();
        Statement { written: cursor.text, tells_renames, cursor, session, effects: Effects::default(), bare: Bare::default() }
    }

    /// The same statement, whose cursor reads another spelling of `text`.
    pub fn written_as(self, text: &'t str) -> Statement<'t, 's> {
        Statement { written: text, ..self }
    }

    /// The source from the token `mark` to the place, as the file has it.
    pub fn written_from(&self, mark: usize) -> &'t str {
        let (start, end) = self.range_from(mark);
        self.written.get(start as usize..end as usize).unwrap_or("")
    }

    /// Adds an operation whose place is the whole statement.
    pub fn push(&mut self, op: Op) {
        let span = self.whole();
        self.put(self.effects.ops.len(), op, span);
    }

    /// Adds an operation whose place reaches from the token `mark` to the cursor.
    pub fn push_from(&mut self, mark: usize, op: Op) {
        let span = self.span_from(mark);
        self.put(self.effects.ops.len(), op, span);
    }

    /// Adds an operation whose place is this range of the statement's bytes.
    pub fn push_within(&mut self, (start, end): (u32, u32), op: Op) {
        self.put(self.effects.ops.len(), op, Span { file: RELATIVE, start, end });
    }

    /// What was read from `mark` on, the operations from `first` on, has an effect only where this object stands: `ALTER … IF EXISTS`.
    pub fn only_where(&mut self, key: Key, mark: usize, first: usize) {
        if self.effects.ops.len() > first {
            let span = self.span_from(mark);
            self.put(first, Op::Given { key, stands: true }, span);
        }
    }

    fn put(&mut self, at: usize, op: Op, span: Span) {
        let bare = (!self.bare.names.is_empty()).then(|| Box::new(self.bare.clone()));
        self.effects.ops.insert(at, Located { op, span: Some(span), bare });
    }

    pub fn span_from(&self, mark: usize) -> Span {
        let (start, end) = self.range_from(mark);
        Span { file: RELATIVE, start, end }
    }

    /// The place of the whole statement.
    pub fn whole(&self) -> Span {
        let (start, end) = self.full_range();
        Span { file: RELATIVE, start, end }
    }

    /// Notes the evidence of a rename that stands in a comment above the token `mark` or behind the cursor.
    pub fn note_rename(&mut self, key: Key, mark: usize) {
        if self.tells_renames
            && let Some(from) = self.renamed_from(mark)
        {
            self.note_rename_from(key, from, mark);
        }
    }

    fn note_rename_from(&mut self, key: Key, from: Name, mark: usize) {
        let span = Some(self.span_from(mark));
        self.effects.renames.push(RenameHint { key, from, span });
    }

    /// Sets a session setting for the statements that follow.
    pub fn set(&mut self, setting: &str, value: Option<&str>) {
        self.effects.settings.push((setting.to_owned(), value.map(str::to_owned)));
    }
}

impl<'t> Deref for Statement<'t, '_> {
    type Target = Cursor<'t>;

    fn deref(&self) -> &Cursor<'t> {
        &self.cursor
    }
}

impl<'t> DerefMut for Statement<'t, '_> {
    fn deref_mut(&mut self) -> &mut Cursor<'t> {
        &mut self.cursor
    }
}
