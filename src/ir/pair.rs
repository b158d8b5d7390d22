//! Two of a thing, one for each side, so that nothing can confuse them.

/// What the database is, and what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<T> {
    pub live: T,
    pub desired: T,
}

impl<T> Pair<T> {
    pub fn new(live: T, desired: T) -> Pair<T> {
        Pair { live, desired }
    }

    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Pair<U> {
        Pair { live: f(self.live), desired: f(self.desired) }
    }

    pub fn as_ref(&self) -> Pair<&T> {
        Pair { live: &self.live, desired: &self.desired }
    }
}
