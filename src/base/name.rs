//! Interned names: one machine word, compared by text, so that sorting never depends on input order.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, Mutex};

/// An identifier as the server holds it: folded where the dialect folds, without quotes.
///
/// Interned for the life of the process: a run reads a bounded input once, so nothing is freed. Equal texts have one
/// place, so that equality is that of two addresses.
#[derive(Clone, Copy)]
pub struct Name(&'static &'static str);

static POOL: LazyLock<Mutex<HashMap<&'static str, Name>>> = LazyLock::new(Mutex::default);
static EMPTY: &str = "";

impl Name {
    /// The empty name: no namespace, no owner, or a name that the server will choose.
    pub const NONE: Name = Name(&EMPTY);

    /// Interns `text`.
    pub fn new(text: &str) -> Name {
        if text.is_empty() {
            return Name::NONE;
        }
        let mut pool = POOL.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(known) = pool.get(text) {
            return *known;
        }
        let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
        let name = Name(Box::leak(Box::new(kept)));
        pool.insert(kept, name);
        name
    }

    pub fn as_str(self) -> &'static str {
        self.0
    }

    pub fn is_none(self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.0, state);
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> Ordering {
        if self == other { Ordering::Equal } else { self.0.cmp(other.0) }
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Name {
        Name::new(text)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
