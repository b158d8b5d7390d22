//! Comments around the tokens of a statement: the evidence of renames stands in them.

use super::cursor::Cursor;
use super::text;
use crate::base::Name;

impl<'t> Cursor<'t> {
    /// What stands between the token `at` and the one after it; nothing where it is too short to say anything.
    fn gap_behind(&self, at: usize) -> &'t str {
        let start = self.token(at).map_or(self.text.len(), |token| token.end as usize);
        let end = self.token(at + 1).map_or(self.text.len(), |token| token.start as usize);
        self.text.get(start..end).filter(|gap| gap.len() > text::RENAMED_FROM.len()).unwrap_or("")
    }

    /// The comments before the token `mark` that start on a line of their own; a comma may stand between.
    fn comments_above(&self, mark: usize) -> Vec<&'t str> {
        let own_lines = |gap: &'t str| gap.find('\n').and_then(|line| gap.get(line..)).unwrap_or("");
        let Some(before) = mark.checked_sub(1) else {
            let end = self.token(0).map_or(0, |token| token.start as usize);
            return vec![self.text.get(..end).unwrap_or("")];
        };
        let mut gaps = vec![own_lines(self.gap_behind(before))];
        if self.token(before).is_some_and(|token| self.slice_of(token) == ",") {
            gaps.extend(before.checked_sub(1).map(|earlier| own_lines(self.gap_behind(earlier))));
        }
        gaps
    }

    /// The comments behind the token before the place, and behind the comma at it, up to the end of the line.
    fn comments_behind(&self) -> Vec<&'t str> {
        let line = |at| self.gap_behind(at).split('\n').next().unwrap_or("");
        let comma = self.is(0, ",").then(|| line(self.mark()));
        self.mark().checked_sub(1).map(line).into_iter().chain(comma).collect()
    }

    /// The old name that a comment above the token `mark`, or behind the place, gives as evidence of a rename.
    pub fn renamed_from(&self, mark: usize) -> Option<Name> {
        let comments = self.comments_above(mark).into_iter().chain(self.comments_behind());
        let found = comments.into_iter().find_map(text::renamed_from)?;
        let mut cursor = Cursor::new(found, found.len(), self.lexis());
        let parts = cursor.qualified().ok()?;
        parts.last().copied()
    }
}
