//! Forms that many objects share: a schema has few types and few defaults, and many columns.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::hash::Hash;

use rustc_hash::FxHashMap;

use crate::base::Name;

/// What was made for a key, and the names that were asked after on the way to it.
pub struct Remembered<Key, Form>(RefCell<FxHashMap<Key, (Form, BTreeSet<Name>)>>);

impl<Key, Form> Default for Remembered<Key, Form> {
    fn default() -> Self {
        Remembered(RefCell::default())
    }
}

impl<Key: Eq + Hash, Form: Clone> Remembered<Key, Form> {
    /// The form of `key`: made where it is asked for the first time. `asked` gets what was asked after for it, then or now.
    pub fn form(&self, key: Key, asked: &RefCell<BTreeSet<Name>>, make: impl FnOnce() -> Form) -> Form {
        if let Some((form, names)) = self.0.borrow().get(&key) {
            asked.borrow_mut().extend(names.iter().copied());
            return form.clone();
        }
        let before = asked.take();
        let form = make();
        let names = asked.replace(before);
        asked.borrow_mut().extend(names.iter().copied());
        self.0.borrow_mut().insert(key, (form.clone(), names));
        form
    }
}
