//! Identifiers: folding, and the names that the server gives to what its author did not name.

use std::borrow::Cow;

use crate::base::Name;
use crate::ir::{Object, Schema, Written};

/// The longest identifier: NAMEDATALEN - 1.
pub const NAME_BYTES: usize = 63;

/// The name of an object without one.
pub fn implied(_schema: &Schema<Written>, _object: &Object) -> Name {
    Name::NONE
}

/// An unquoted word as the server holds it: in lower case.
pub fn fold(word: &str) -> Cow<'_, str> {
    if word.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(word.to_ascii_lowercase()) } else { Cow::Borrowed(word) }
}
