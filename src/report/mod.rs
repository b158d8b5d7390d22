//! What people and programs read: diagnostics with their place, the plan in every format.

pub mod advice;
pub mod beforehand;
pub mod diagnostics;
pub mod document;
pub mod dry_run;
pub mod findings;
pub mod github;
pub mod gitlab;
pub mod hazards;
pub mod html;
pub mod json;
pub mod markdown;
pub mod mermaid;
pub mod objects;
pub mod sarif;
pub mod text;
mod words;
