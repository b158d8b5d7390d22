//! The order of a plan: a dependency graph, sorted the same way every time.

pub mod mentions;
pub mod needs;
pub mod sort;

pub use needs::{Needs, Strength};
pub use sort::{Graph, Ring};
