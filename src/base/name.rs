//! Interned names: one machine word, compared by text, so that sorting never depends on input order.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{LazyLock, Mutex, MutexGuard};

use rustc_hash::FxHashMap;

/// An identifier as the server holds it: folded where the dialect folds, without quotes.
///
/// Interned for the life of the process: a run reads a bounded input once, so nothing is freed. Equal texts have one
/// place, so that equality is that of two addresses.
#[derive(Clone, Copy)]
pub struct Name(&'static Entry);

#[derive(Default)]
struct Entry {
    text: &'static str,
    /// Where it stands among the other names in the order of their texts; 0 where that was not settled yet. Never changed afterwards.
    rank: AtomicU64,
}

static POOL: LazyLock<Mutex<Pool>> = LazyLock::new(Mutex::default);
static EMPTY: Entry = Entry { text: "", rank: AtomicU64::new(1) };

/// Entries lie side by side in blocks of so many: a search through a schema looks at the ranks of many names.
const BLOCK: usize = 1024;

#[derive(Default)]
struct Pool {
    names: FxHashMap<&'static str, Name>,
    /// The entries that no name has taken yet.
    free: std::slice::IterMut<'static, Entry>,
    /// How many there were when they were ranked last.
    ranked: usize,
}

impl Pool {
    fn entry(&mut self, text: &'static str) -> &'static Entry {
        let entry = match self.free.next() {
            Some(entry) => entry,
            None => {
                let block: Vec<Entry> = std::iter::repeat_with(Entry::default).take(BLOCK).collect();
                let (first, rest) = Box::leak(block.into_boxed_slice()).split_at_mut(1);
                self.free = rest.iter_mut();
                &mut first[0]
            }
        };
        entry.text = text;
        entry
    }
}

fn pool() -> MutexGuard<'static, Pool> {
    POOL.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Name {
    /// The empty name: no namespace, no owner, or a name that the server will choose.
    pub const NONE: Name = Name(&EMPTY);

    /// Interns `text`.
    pub fn new(text: &str) -> Name {
        if text.is_empty() {
            return Name::NONE;
        }
        let mut pool = pool();
        if let Some(known) = pool.names.get(text) {
            return *known;
        }
        let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
        let name = Name(pool.entry(text));
        pool.names.insert(text, name);
        name
    }

    /// Ranks the names that are known by now, so that two of them are compared by two numbers: objects are looked up by name
    /// millions of times. To be called when an input was read; most calls find too few new names to be worth the sorting.
    pub fn rank_all() {
        let mut pool = pool();
        if pool.names.len() < 2 * pool.ranked {
            return;
        }
        let mut names: Vec<Name> = pool.names.values().copied().collect();
        names.sort_unstable();
        let mut before = Name::NONE.rank();
        let mut rest = names.as_slice();
        while !rest.is_empty() {
            let (run, ranked) = rest.split_at(rest.iter().take_while(|name| name.rank() == 0).count());
            let after = ranked.first().map_or(u64::MAX, |name| name.rank());
            // Where there is no room between two ranks, the names stay without one.
            let step = (after - before) / (run.len() as u64 + 1);
            for (name, place) in run.iter().zip(1..).filter(|_| step > 0) {
                name.0.rank.store(before + step * place, Relaxed);
            }
            before = after;
            rest = ranked.get(1..).unwrap_or_default();
        }
        pool.ranked = names.len();
    }

    #[inline(always)]
    fn rank(self) -> u64 {
        self.0.rank.load(Relaxed)
    }

    #[cold]
    fn by_text(self, other: Name) -> Ordering {
        self.0.text.cmp(other.0.text)
    }

    #[inline]
    pub fn as_str(self) -> &'static str {
        self.0.text
    }

    #[inline]
    pub fn is_none(self) -> bool {
        self == Name::NONE
    }
}

impl PartialEq for Name {
    #[inline(always)]
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
    #[inline(always)]
    fn cmp(&self, other: &Name) -> Ordering {
        if self == other {
            return Ordering::Equal;
        }
        match (self.rank(), other.rank()) {
            (0, _) | (_, 0) => self.by_text(*other),
            (ours, theirs) => ours.cmp(&theirs),
        }
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
        f.write_str(self.0.text)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_texts_whether_ranked_or_not() {
        let mut names: Vec<Name> = Vec::new();
        for round in 0..6 {
            names.extend((0..40 << round).map(|at| Name::new(&format!("ranked_{}_{at}", at % 7 + round))));
            Name::rank_all();
            let mut by_rank = names.clone();
            by_rank.sort();
            assert!(by_rank.windows(2).all(|pair| pair[0].as_str() <= pair[1].as_str()));
        }
        assert!(names.iter().all(|name| Name::NONE < *name));
        assert!(names.iter().any(|name| name.rank() != 0));
    }
}
