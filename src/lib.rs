//! A declarative schema-diff compiler: what a database is and what it should be go in, an ordered, proven patch
//! script comes out.
//!
//! The pipeline, on one screen ([`compile`] is its code):
//!
//! ```text
//! files ─ sources::read ─► [Op] ─ replay ─► Schema<Written> ─ normalise ─► Schema<Canonical> ─┐
//!                                                                                             ├─ diff ─► [Op]
//! files ─ sources::read ─► [Op] ─ replay ─► Schema<Written> ─ normalise ─► Schema<Canonical> ─┘      │
//!                                                                                                    ▼
//!            script ◄─ prove ◄─ emit ◄─ [Statement] ◄─ dialect.write ◄─ order ◄─ plan (steps, replacements)
//! ```
//!
//! A room sees only the rooms above it in this list.

pub mod advise;
pub mod base;
pub mod cli;
pub mod compile;
pub mod count;
pub mod dialects;
pub mod diff;
pub mod emit;
pub mod ir;
pub mod normalise;
pub mod order;
pub mod plan;
pub mod prove;
pub mod replay;
pub mod report;
pub mod runbook;
pub mod sources;
pub mod weigh;
