//! What CASCADE takes along: the objects that speak of what goes, as far as their texts tell what the server would do with each.

use super::{Replayer, remove};
use crate::base::Code;
use crate::dialects::Tie;
use crate::ir::{Guard, Key};

impl Replayer<'_> {
    /// Takes away what goes with an object by CASCADE, before the object itself. What is not known is reported, and stays.
    pub(super) fn fall(&mut self, gone: Key) {
        // Texts may speak of each other in a ring, which no server has.
        if self.falling.contains(&gone) {
            return;
        }
        self.falling.push(gone);
        let mut open = None;
        for (key, tie) in self.dialect.ties(self.schema, &remove::reached(self.schema, gone), gone) {
            match tie {
                // It fell along with another.
                _ if !self.schema.contains(key) => {}
                Some(Tie::Stays) => {}
                Some(Tie::Falls) => self.unmake(key, Guard::Lenient, true),
                Some(Tie::Loses(attr)) => self.set(key, attr, None),
                None => open = open.or(Some(key)),
            }
        }
        if let Some(reached) = open.filter(|key| self.schema.contains(*key)) {
            self.report(
                Code::Unmodelled,
                format!("CASCADE from {gone} may reach {reached}, which is not followed: drop that by a statement of its own"),
            );
        }
        self.falling.pop();
    }
}
