//! How deeply a tree nests while it is read, so that no input can exhaust the stack or the patience of whoever waits.

/// Brackets within brackets that are followed. The servers' own parsers give up at a few thousand (`max_stack_depth`).
const DEEPEST: usize = 400;
/// Nodes above one another in a tree: a chain of operators grows by one with each, without any bracket.
const TALLEST: usize = 4_000;
/// Attempts for each token: a reader that comes back and tries another way could else double its work at every bracket.
const ATTEMPTS: usize = 64;

/// The account of one reader: where it is, and how tall the tree of what it has read has become.
#[derive(Clone, Debug)]
pub struct Nesting {
    depth: usize,
    height: usize,
    attempts: usize,
}

/// What [`Nesting::leave`] needs to know of the place where [`Nesting::enter`] was called.
#[derive(Clone, Copy, Debug)]
pub struct Outer(usize);

impl Nesting {
    /// For a text of so many tokens.
    pub fn of(tokens: usize) -> Nesting {
        Nesting { depth: 0, height: 0, attempts: ATTEMPTS * (tokens + 1) }
    }

    /// Goes one level in; nothing where that is too deep, or was tried too often.
    pub fn enter(&mut self) -> Option<Outer> {
        self.attempts = self.attempts.checked_sub(1)?;
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        Some(Outer(std::mem::take(&mut self.height)))
    }

    /// Comes back: what was read there stands below a node here, beside what was read before.
    pub fn leave(&mut self, outer: Outer) {
        self.depth -= 1;
        self.height = outer.0.max(self.height + 1);
    }

    /// Puts a node above everything that was read at this level; nothing where the tree is too tall by now.
    pub fn grow(&mut self) -> Option<()> {
        self.height += 1;
        (self.height <= TALLEST).then_some(())
    }
}
