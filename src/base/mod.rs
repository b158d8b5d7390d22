//! What every room stands on: names, places in files, versions, diagnostics. Knows no SQL.

pub mod diagnostic;
pub mod name;
pub mod nesting;
pub mod span;
pub mod version;

pub use diagnostic::{CODES, Code, Diagnostic, Severity};
pub use name::Name;
pub use nesting::Nesting;
pub use span::{FileId, Files, Span};
pub use version::Version;
