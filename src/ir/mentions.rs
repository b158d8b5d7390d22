//! Which objects may speak of a name: a rename asks for them, and a schema of thousands of tables is not read through for each.

use std::collections::{BTreeSet, HashMap};

use crate::base::Name;

use super::store::Store;
use super::value::{Part, PartTarget};
use super::{Attr, Key, Object, Value};

/// The objects by the words that stand in their facts. May name some that do not speak of a word any more.
///
/// It is made when it is first asked, for most schemas never are; a copy of a schema starts without one.
#[derive(Debug, Default)]
pub struct Mentions {
    made: bool,
    words: HashMap<Box<[u8]>, Vec<Key>>,
    /// What was changed since the words were taken down.
    touched: Vec<Key>,
}

impl Clone for Mentions {
    fn clone(&self) -> Mentions {
        Mentions::default()
    }
}

impl Mentions {
    /// An object is there, or may have been changed.
    pub fn touch(&mut self, key: Key) {
        if self.made {
            self.touched.push(key);
        }
    }

    /// Any object may have been changed.
    pub fn forget(&mut self) {
        *self = Mentions::default();
    }

    /// The objects that may speak of a name, sorted; `None` where words do not tell, and all have to be looked at.
    pub fn of(&mut self, name: Name, objects: &Store) -> Option<BTreeSet<Key>> {
        // A name with quotes in it stands in a text in another spelling.
        let text = name.as_str();
        let word = words(text).next().filter(|_| !text.contains(['"', '\'', '`']))?;
        if !self.made {
            self.made = true;
            objects.iter().for_each(|object| self.note(object));
        }
        for key in std::mem::take(&mut self.touched) {
            objects.get(key).into_iter().for_each(|object| self.note(object));
        }
        Some(self.words.get(&*word).into_iter().flatten().copied().collect())
    }

    fn note(&mut self, object: &Object) {
        for (attr, value) in object.facts() {
            match value {
                Value::Sql(fragment) => self.note_text(&fragment.text, object.key),
                Value::Parts(parts) => parts.iter().flat_map(texts).for_each(|text| self.note_text(text, object.key)),
                Value::Text(text) if *attr != Attr::Comment => self.note_text(text, object.key),
                Value::Labels(labels) => labels.iter().for_each(|label| self.note_text(label, object.key)),
                Value::Key(key) => [key.owner, key.name].iter().for_each(|name| self.note_text(name.as_str(), object.key)),
                _ => {}
            }
        }
    }

    fn note_text(&mut self, text: &str, key: Key) {
        for word in words(text) {
            let keys = self.words.entry(word).or_default();
            if keys.last() != Some(&key) {
                keys.push(key);
            }
        }
    }
}

/// What an element of an index says in words of its own.
fn texts(part: &Part) -> impl Iterator<Item = &str> {
    let expression = match &part.target {
        PartTarget::Expression(fragment) => Some(&*fragment.text),
        PartTarget::Column(_) => None,
    };
    expression.into_iter().chain(part.opclass.as_deref()).chain(part.collation.as_deref())
}

/// The words of a text in small letters.
fn words(text: &str) -> impl Iterator<Item = Box<[u8]>> {
    let of_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
    text.as_bytes()
        .split(move |byte| !of_word(byte))
        .filter(|word| !word.is_empty())
        .map(|word| word.to_ascii_lowercase().into_boxed_slice())
}
