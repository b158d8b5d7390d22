//! Canonical forms that are known already: most objects of a database and of the same database after a patch are equal, and
//! then so are their canonical forms, unless something that they speak of is not.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::base::Name;
use crate::ir::{Key, Kind, Object, Schema, Written};

/// What the objects of the schema that was normalised first came to.
#[derive(Default)]
pub struct Memo {
    /// Sorted by key.
    rows: Vec<Row>,
    /// What an object asked after beside itself while its form was made, sorted by key.
    asked: Vec<(Key, Name)>,
}

/// One object: as it was, and what it came to.
struct Row {
    before: Arc<Object>,
    after: Arc<Object>,
}

impl Row {
    fn key(&self) -> Key {
        self.before.key
    }
}

/// How a dialect brings one object to its canonical form.
pub struct Making<'a> {
    /// Makes the form, and says by name what it asked after.
    pub make: &'a dyn Fn(&mut Object) -> BTreeSet<Name>,
    /// The names under which others ask after an object.
    pub names: &'a dyn Fn(Key) -> Vec<Name>,
}

impl Memo {
    /// Brings each object to its canonical form: by taking the known one where the object is the same and whatever it asked
    /// after is the same too, else by making it.
    pub fn each(&mut self, schema: &mut Schema<Written>, making: &Making) {
        if self.rows.is_empty() {
            return self.first(schema, making);
        }
        let stale = self.stale(schema, making);
        let mut rows = self.rows.iter().peekable();
        for object in schema.iter_shared() {
            while rows.next_if(|row| row.key() < object.key).is_some() {}
            match rows.next_if(|row| row.key() == object.key).filter(|_| !stale.contains(&object.key)) {
                Some(row) if row.after.span == object.span && row.after.ordinal == object.ordinal => *object = row.after.clone(),
                Some(row) if object.shares(&row.after) => {}
                Some(row) => Arc::make_mut(object).take_facts(&row.after),
                None => drop(made(object, making)),
            }
        }
    }

    fn first(&mut self, schema: &mut Schema<Written>, making: &Making) {
        self.rows.reserve_exact(schema.len());
        for object in schema.iter_shared() {
            let before = object.clone();
            let asked = made(object, making);
            self.asked.extend(asked.into_iter().map(|name| (object.key, name)));
            self.rows.push(Row { before, after: object.clone() });
        }
    }

    /// The objects whose known form may not be theirs: those that are not the same, and those that asked after one of these,
    /// directly or through others.
    fn stale(&self, schema: &Schema<Written>, making: &Making) -> FxHashSet<Key> {
        let mut stale: FxHashSet<Key> = self.different(schema).into_iter().collect();
        let mut names: FxHashSet<Name> = stale.iter().flat_map(|key| (making.names)(*key)).collect();
        let mut before = 0;
        while before < names.len() {
            before = names.len();
            let askers: Vec<Key> = self.asked.iter().filter(|(_, name)| names.contains(name)).map(|(key, _)| *key).collect();
            for key in askers.into_iter().filter(|key| stale.insert(*key)) {
                names.extend((making.names)(key));
            }
        }
        stale
    }

    /// The keys of objects that are new, gone, or not the same, and of columns whose place among their siblings may not be.
    fn different(&self, schema: &Schema<Written>) -> Vec<Key> {
        let mut different = Vec::new();
        let mut rows = self.rows.iter().peekable();
        let mut siblings: Option<(Key, u32)> = None;
        for object in schema.iter() {
            while let Some(gone) = rows.next_if(|row| row.key() < object.key) {
                different.push(gone.key());
            }
            let same = rows.next_if(|row| row.key() == object.key).filter(|row| object.holds(&row.before));
            let distance = same.map(|row| object.ordinal.wrapping_sub(row.before.ordinal));
            let first = siblings.filter(|(first, _)| first.kind == Kind::Column && first.relation() == object.key.relation());
            let moved = distance.is_some_and(|distance| first.is_some_and(|(_, other)| other != distance));
            if let Some(distance) = distance.filter(|_| first.is_none()) {
                siblings = Some((object.key, distance));
            }
            if same.is_none() || moved {
                different.push(object.key);
            }
        }
        different.extend(rows.map(Row::key));
        different
    }
}

/// Brings one object to its canonical form, and says what it asked after. One that stays as it is goes on to be shared.
fn made(object: &mut Arc<Object>, making: &Making) -> BTreeSet<Name> {
    let mut form = Object::clone(object);
    let asked = (making.make)(&mut form);
    if !form.shares(object) {
        *object = Arc::new(form);
    }
    asked
}

#[cfg(test)]
mod tests;
