//! Data types: one spelling for each.

/// The one spelling of a type.
pub fn canonical(text: &str) -> String {
    text.to_owned()
}
