//! What people and programs read: diagnostics with their place, the plan as text or JSON.

pub mod advice;
pub mod diagnostics;
pub mod hazards;
pub mod json;
pub mod markdown;
pub mod mermaid;
pub mod objects;
pub mod text;
