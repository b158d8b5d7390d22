//! The objects of a schema, each kind in a sorted map of its own: copies of a schema are made at every turn, and a change of a
//! privilege must not copy the columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Key, Kind, Object};

type Map = BTreeMap<Key, Arc<Object>>;

/// Objects by key. Copies share the map of a kind until one object of it is changed, and then the objects until these are.
#[derive(Clone, Debug, Default)]
pub struct Store {
    /// By kind, in the order of [`Kind`] and so of [`Key`]; shorter where the later kinds have no objects.
    maps: Vec<Arc<Map>>,
}

impl Store {
    fn of(&self, kind: Kind) -> Option<&Map> {
        self.maps.get(kind as usize).map(|map| &**map)
    }

    /// The map of a key's kind, to be changed; nothing where no object of the key is there, so that nothing is copied in vain.
    fn holding(&mut self, key: Key) -> Option<&mut Map> {
        let map = self.maps.get_mut(key.kind as usize)?;
        if Arc::strong_count(map) > 1 && !map.contains_key(&key) {
            return None;
        }
        Some(Arc::make_mut(map))
    }

    pub fn get(&self, key: Key) -> Option<&Object> {
        self.of(key.kind)?.get(&key).map(|object| &**object)
    }

    pub fn get_mut(&mut self, key: Key) -> Option<&mut Object> {
        self.holding(key)?.get_mut(&key).map(Arc::make_mut)
    }

    pub fn contains(&self, key: Key) -> bool {
        self.of(key.kind).is_some_and(|map| map.contains_key(&key))
    }

    pub fn insert(&mut self, object: Object) {
        let kind = object.key.kind as usize;
        if self.maps.len() <= kind {
            self.maps.resize_with(kind + 1, Arc::default);
        }
        Arc::make_mut(&mut self.maps[kind]).insert(object.key, Arc::new(object));
    }

    pub fn remove(&mut self, key: Key) -> Option<Object> {
        self.holding(key)?.remove(&key).map(Arc::unwrap_or_clone)
    }

    /// All keys, sorted, without a look at the objects.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.maps.iter().flat_map(|map| map.keys().copied())
    }

    /// The objects of a key's kind from this key on, sorted.
    pub fn from(&self, low: Key) -> impl Iterator<Item = (Key, &Object)> {
        self.of(low.kind).into_iter().flat_map(move |map| map.range(low..)).map(|(key, object)| (*key, &**object))
    }

    /// All objects of a kind, sorted.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        self.of(kind).into_iter().flat_map(|map| map.values()).map(|object| &**object)
    }

    /// All objects, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &Object> {
        self.maps.iter().flat_map(|map| map.values()).map(|object| &**object)
    }

    /// All objects, sorted, as copies share them: [`Arc::make_mut`] gives one to be changed.
    pub fn iter_shared(&mut self) -> impl Iterator<Item = &mut Arc<Object>> {
        let there = self.maps.iter_mut().filter(|map| !map.is_empty());
        there.flat_map(|map| Arc::make_mut(map).values_mut())
    }

    pub fn len(&self) -> usize {
        self.maps.iter().map(|map| map.len()).sum()
    }
}
