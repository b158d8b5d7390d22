//! An engine that is built in: it carries out the statements of a patch on an empty database, so that what it refuses is known and
//! not guessed.

/// What became of a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tried {
    /// The engine takes it.
    Taken,
    /// It was not tried, and the engine knows no more what the statements after it start from.
    LeftOut,
}

/// A database in memory.
pub trait Engine {
    /// Makes what the patch starts from; false where the engine that is built in cannot.
    fn build(&mut self, script: &str) -> bool;

    /// Carries out a statement of the patch.
    ///
    /// # Errors
    /// Why the engine refuses it.
    fn carry_out(&mut self, sql: &str) -> Result<Tried, String>;
}
