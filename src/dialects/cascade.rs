//! What CASCADE does with what speaks of the object that goes.

use crate::ir::Attr;

/// What becomes of an object when another goes by CASCADE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// It only has a word in common with it.
    Stays,
    Falls,
    /// It stays without a fact.
    Loses(Attr),
}
