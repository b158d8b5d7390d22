//! The one intermediate representation: objects with facts, and the operations that change them.
//! Knows no dialect and no text format.

pub mod attr;
pub mod coverage;
pub mod grants;
pub mod hazard;
pub mod impact;
pub mod inheritance;
pub mod key;
pub mod kinds;
mod mentions;
pub mod object;
pub mod op;
pub mod pair;
pub mod schema;
pub mod step;
mod store;
pub mod value;

pub use attr::Attr;
pub use coverage::Coverage;
pub use hazard::{HAZARDS, Hazard, HazardSpec};
pub use impact::{Impact, Kept, Lock, LockLevel, Stops, Work, keep_locks};
pub use key::Key;
pub use kinds::{Family, Kind, KindSpec};
pub use object::Object;
pub use op::{Edit, Guard, Op};
pub use pair::Pair;
pub use schema::{Canonical, Heir, Schema, Written};
pub use step::{Action, Pace, Statement, Step, Transaction, released};
pub use value::{Fragment, Part, Value};
