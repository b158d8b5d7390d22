//! One object of a schema: its key, its facts, and where it was said.

use std::sync::Arc;

use crate::base::{Name, Span};

use super::{Attr, Fragment, Key, Part, Value};

/// Room for facts, where there is none: most objects have two or three, and a vector would make room for four.
const SPARE: usize = 2;

/// A table, column, index, function …: a key and a sorted list of facts.
///
/// A fact that is absent does not hold (not unique, no default). What a source cannot show is said by its
/// [`super::Coverage`], not by the object.
///
/// Copies share their facts until one of them is changed: a schema is copied many times, and most objects stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    pub key: Key,
    facts: Arc<Vec<(Attr, Value)>>,
    /// Where the object was made; of the statement where nothing finer is known.
    pub span: Option<Span>,
    /// Position among its siblings as created: the order of columns in a table.
    pub ordinal: u32,
}

impl Object {
    pub fn new(key: Key) -> Object {
        Object { key, facts: Arc::default(), span: None, ordinal: 0 }
    }

    pub fn at(mut self, span: Span) -> Object {
        self.span = Some(span);
        self
    }

    /// The object with a fact more.
    pub fn with(mut self, attr: Attr, value: Value) -> Object {
        self.set(attr, Some(value));
        self
    }

    /// The object with a fact more where `value` is there.
    pub fn with_some(mut self, attr: Attr, value: Option<Value>) -> Object {
        if value.is_some() {
            self.set(attr, value);
        }
        self
    }

    pub fn with_flag(self, attr: Attr, holds: bool) -> Object {
        self.with_some(attr, holds.then_some(Value::Flag))
    }

    /// Sets or removes a fact.
    pub fn set(&mut self, attr: Attr, value: Option<Value>) {
        match (self.place(attr), value) {
            (Ok(at), Some(value)) => Arc::make_mut(&mut self.facts)[at].1 = value,
            (Ok(at), None) => drop(Arc::make_mut(&mut self.facts).remove(at)),
            (Err(at), Some(value)) => {
                let facts = Arc::make_mut(&mut self.facts);
                if facts.len() == facts.capacity() {
                    facts.reserve_exact(SPARE);
                }
                facts.insert(at, (attr, value));
            }
            (Err(_), None) => {}
        }
    }

    /// Where a fact stands, or would stand.
    fn place(&self, attr: Attr) -> Result<usize, usize> {
        // Most objects have two or three facts: a walk is shorter than a search.
        let at = self.facts.iter().take_while(|fact| fact.0 < attr).count();
        if self.facts.get(at).is_some_and(|fact| fact.0 == attr) { Ok(at) } else { Err(at) }
    }

    pub fn get(&self, attr: Attr) -> Option<&Value> {
        self.place(attr).ok().map(|at| &self.facts[at].1)
    }

    pub fn get_mut(&mut self, attr: Attr) -> Option<&mut Value> {
        self.place(attr).ok().map(|at| &mut Arc::make_mut(&mut self.facts)[at].1)
    }

    pub fn has(&self, attr: Attr) -> bool {
        self.get(attr).is_some()
    }

    /// The fact's text: a `Text`, or the text as written of an `Sql`.
    pub fn text(&self, attr: Attr) -> Option<&str> {
        match self.get(attr)? {
            Value::Text(text) => Some(text),
            Value::Sql(fragment) => Some(&fragment.text),
            _ => None,
        }
    }

    pub fn fragment(&self, attr: Attr) -> Option<&Fragment> {
        match self.get(attr)? {
            Value::Sql(fragment) => Some(fragment),
            _ => None,
        }
    }

    pub fn names(&self, attr: Attr) -> &[Name] {
        match self.get(attr) {
            Some(Value::Names(names)) => names,
            _ => &[],
        }
    }

    /// The columns that a key lists, as names or as elements.
    pub fn key_columns(&self) -> Vec<Name> {
        self.names(Attr::Columns).iter().copied().chain(self.parts(Attr::Parts).iter().filter_map(Part::name)).collect()
    }

    pub fn parts(&self, attr: Attr) -> &[Part] {
        match self.get(attr) {
            Some(Value::Parts(parts)) => parts,
            _ => &[],
        }
    }

    pub fn key_of(&self, attr: Attr) -> Option<Key> {
        match self.get(attr)? {
            Value::Key(key) => Some(*key),
            _ => None,
        }
    }

    /// The column that a sequence belongs to.
    pub fn column_served(&self) -> Option<Key> {
        self.key_of(Attr::OwnedBy).or_else(|| self.key_of(Attr::IdentityOf))
    }

    /// All facts, sorted by attribute.
    pub fn facts(&self) -> &[(Attr, Value)] {
        &self.facts
    }

    /// Has the facts of another from now on, and no others.
    pub fn take_facts(&mut self, other: &Object) {
        self.facts = other.facts.clone();
    }

    /// Whether these are the very facts of the other, of which it is a copy.
    pub fn shares(&self, other: &Object) -> bool {
        Arc::ptr_eq(&self.facts, &other.facts)
    }

    /// Whether the object has exactly the other's facts, to the letter of their texts.
    pub fn holds(&self, other: &Object) -> bool {
        let identical = |(ours, theirs): (&(Attr, Value), &(Attr, Value))| ours.0 == theirs.0 && ours.1.is_identical(&theirs.1);
        self.shares(other) || (self.facts.len() == other.facts.len() && self.facts.iter().zip(other.facts.iter()).all(identical))
    }

    /// Gives an SQL fact the canonical form of its text. One whose text is that form already stays as it is, shared with its copies.
    pub fn settle(&mut self, attr: Attr, form: impl FnOnce(&str) -> String) {
        let Some(fragment) = self.fragment(attr) else { return };
        let form = form(&fragment.text);
        if form != fragment.compared()
            && let Some(Value::Sql(fragment)) = self.get_mut(attr)
        {
            fragment.settle(&form);
        }
    }

    /// Puts new values in the place of those for which `rewritten` gives one.
    pub fn rewrite(&mut self, rewritten: impl Fn(Attr, &Value) -> Option<Value>) {
        for at in 0..self.facts.len() {
            let (attr, value) = &self.facts[at];
            if let Some(value) = rewritten(*attr, value) {
                Arc::make_mut(&mut self.facts)[at].1 = value;
            }
        }
    }

    /// The attributes in which two objects differ, sorted.
    pub fn differing(&self, other: &Object) -> Vec<Attr> {
        if self.shares(other) {
            return Vec::new();
        }
        self.unequal(other).filter(|attr| !attr.is_silent()).collect()
    }

    /// The attributes whose values are not the same, the silent ones too, sorted: one walk through both.
    pub fn unequal<'a>(&'a self, other: &'a Object) -> impl Iterator<Item = Attr> + 'a {
        let shared = Arc::ptr_eq(&self.facts, &other.facts);
        let [mut ours, mut theirs] = [self, other].map(|object| if shared { [].iter() } else { object.facts.iter() }.peekable());
        std::iter::from_fn(move || {
            loop {
                let attr = [ours.peek(), theirs.peek()].into_iter().flatten().map(|fact| fact.0).min()?;
                let values = [&mut ours, &mut theirs].map(|facts| facts.next_if(|fact| fact.0 == attr).map(|fact| &fact.1));
                if values[0] != values[1] {
                    return Some(attr);
                }
            }
        })
    }
}
