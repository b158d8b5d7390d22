//! A schema: all objects, sorted by key.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{Name, Version};

use super::mentions::Mentions;
use super::store::Store;
use super::{Attr, Coverage, Key, Kind, Object, Value};

/// The state of a schema as a source wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written;

/// The state of a schema in the form in which two can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canonical;

/// Objects by key. Only `Schema<Canonical>` can be diffed.
///
/// Copies share their maps until one of them is changed.
#[derive(Clone, Debug)]
pub struct Schema<State = Written> {
    objects: Store,
    /// The owners of parts whose name alone is unique in a namespace (PostgreSQL's indexes).
    owners: Arc<FxHashMap<(Kind, Name, Name), Name>>,
    /// Relations by the parent that they inherit from or are a partition of. May name some that do so no more.
    heirs: Arc<FxHashMap<(Name, Name), BTreeSet<Key>>>,
    /// Sequences by the relation whose column they belong to. May name some that do so no more.
    sequences: Arc<FxHashMap<(Name, Name), BTreeSet<Key>>>,
    mentions: Mentions,
    next_ordinal: u32,
    pub coverage: Coverage,
    /// The server that the source was taken from, where it says so.
    pub server: Option<Version>,
    state: PhantomData<State>,
}

impl<State> Default for Schema<State> {
    fn default() -> Self {
        Schema {
            objects: Store::default(),
            owners: Arc::default(),
            heirs: Arc::default(),
            sequences: Arc::default(),
            mentions: Mentions::default(),
            next_ordinal: 0,
            coverage: Coverage::default(),
            server: None,
            state: PhantomData,
        }
    }
}

impl<State> Schema<State> {
    pub fn get(&self, key: Key) -> Option<&Object> {
        self.objects.get(key)
    }

    pub fn get_mut(&mut self, key: Key) -> Option<&mut Object> {
        let object = self.objects.get_mut(key)?;
        self.mentions.touch(key);
        Some(object)
    }

    pub fn contains(&self, key: Key) -> bool {
        self.objects.contains(key)
    }

    /// All objects, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Object> {
        self.iter_shared().map(Arc::make_mut)
    }

    /// All objects, sorted by key, as copies share them: [`Arc::make_mut`] gives one to be changed.
    pub fn iter_shared(&mut self) -> impl Iterator<Item = &mut Arc<Object>> {
        self.mentions.forget();
        self.objects.iter_shared()
    }

    /// The objects of this schema, each beside the one of the same key in another, or nothing: one walk through both.
    pub fn beside<'a, Other>(&'a self, other: &'a Schema<Other>) -> impl Iterator<Item = (&'a Object, Option<&'a Object>)> {
        self.both(other).filter_map(|(here, there)| here.map(|here| (here, there)))
    }

    /// The objects of this schema and of another, those of one key side by side, sorted by key: one walk through both.
    pub fn both<'a, Other>(&'a self, other: &'a Schema<Other>) -> impl Iterator<Item = (Option<&'a Object>, Option<&'a Object>)> {
        let (mut here, mut there) = (self.iter().peekable(), other.iter().peekable());
        std::iter::from_fn(move || {
            let order = match (here.peek(), there.peek()) {
                (Some(ours), Some(theirs)) => ours.key.cmp(&theirs.key),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return None,
            };
            Some(match order {
                Ordering::Less => (here.next(), None),
                Ordering::Equal => (here.next(), there.next()),
                Ordering::Greater => (None, there.next()),
            })
        })
    }

    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        self.objects.of_kind(kind)
    }

    /// All keys, sorted, without a look at the objects.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.objects.keys()
    }

    /// The keys of one kind, sorted, without a look at the objects.
    pub fn keys_of(&self, kind: Kind) -> impl Iterator<Item = Key> {
        self.objects.from(Key::new(kind, Name::NONE, Name::NONE)).map(|(key, _)| key)
    }

    /// The objects that stand on no relation, sorted: what may have an owner and privileges. Most objects are parts.
    pub fn standing(&self) -> impl Iterator<Item = &Object> {
        super::kinds::KINDS.iter().filter(|spec| !spec.owned).flat_map(|spec| self.of_kind(spec.kind))
    }

    /// The parts of one kind of a relation, sorted by name. `relation` may be of any relation kind.
    pub fn parts(&self, relation: Key, kind: Kind) -> impl Iterator<Item = &Object> {
        let low = Key::part(kind, relation.namespace, relation.name, Name::NONE);
        let is_its = move |(key, _): &(Key, &Object)| key.namespace == low.namespace && key.owner == low.owner;
        self.objects.from(low).take_while(is_its).map(|(_, object)| object)
    }

    /// The parts of every owned kind of a relation.
    pub fn all_parts(&self, relation: Key) -> impl Iterator<Item = &Object> {
        super::kinds::KINDS.iter().filter(|spec| spec.owned).flat_map(move |spec| self.parts(relation, spec.kind))
    }

    /// The relation, or the domain or composite type, that a part stands on.
    pub fn holder(&self, part: Key) -> Option<Key> {
        let relation = part.relation()?;
        let types = [Kind::Domain, Kind::Composite].map(|kind| relation.of(kind)).into_iter();
        self.resolve(relation).or_else(|| types.into_iter().find(|key| self.contains(*key)))
    }

    /// The columns of a relation in their order.
    pub fn columns(&self, relation: Key) -> Vec<&Object> {
        let mut columns: Vec<&Object> = self.parts(relation, Kind::Column).collect();
        columns.sort_by_key(|column| column.ordinal);
        columns
    }

    /// Puts an object in, keeping its ordinal where it has one.
    pub fn insert(&mut self, mut object: Object) {
        if object.ordinal == 0 {
            self.next_ordinal += 1;
            object.ordinal = self.next_ordinal;
        }
        self.next_ordinal = self.next_ordinal.max(object.ordinal);
        match object.key.kind {
            // A column is never named without its relation.
            Kind::Column => {}
            kind if kind.spec().owned => self.note_owner(object.key),
            _ => self.note_heir(&object),
        }
        self.mentions.touch(object.key);
        self.objects.insert(object);
    }

    pub fn remove(&mut self, key: Key) -> Option<Object> {
        self.objects.remove(key)
    }

    /// The objects that may speak of a name in their facts, sorted; a few that do not may be among them.
    pub fn mentioning(&mut self, name: Name) -> BTreeSet<Key> {
        self.mentions.of(name, &self.objects).unwrap_or_else(|| self.objects.keys().collect())
    }

    fn note_owner(&mut self, part: Key) {
        let known = (part.kind, part.namespace, part.name);
        if self.owners.get(&known) != Some(&part.owner) {
            Arc::make_mut(&mut self.owners).insert(known, part.owner);
        }
    }

    /// Takes down whose heir a relation is, and whose sequence: to be called when the fact that says so was set.
    pub fn note_heir(&mut self, object: &Object) {
        if let Some(column) = object.column_served() {
            Arc::make_mut(&mut self.sequences).entry((column.namespace, column.owner)).or_default().insert(object.key);
        }
        for (namespace, name, _) in parents(object) {
            Arc::make_mut(&mut self.heirs).entry((namespace, name)).or_default().insert(object.key);
        }
    }

    /// The sequences of this relation's columns.
    pub fn sequences(&self, relation: Key) -> impl Iterator<Item = &Object> {
        let known = self.sequences.get(&(relation.namespace, relation.name)).into_iter().flatten();
        let its = move |column: Key| column.namespace == relation.namespace && column.owner == relation.name;
        known.filter_map(|key| self.get(*key)).filter(move |sequence| sequence.column_served().is_some_and(its))
    }

    /// The relations that inherit from this one, or are its partitions.
    pub fn heirs(&self, relation: Key) -> impl Iterator<Item = (&Object, Heir)> {
        let known = self.heirs.get(&(relation.namespace, relation.name));
        known.into_iter().flatten().filter_map(move |key| {
            let object = self.get(*key)?;
            let (_, _, heir) =
                parents(object).into_iter().find(|(namespace, name, _)| *namespace == relation.namespace && *name == relation.name)?;
            Some((object, heir))
        })
    }

    /// The owner of the part that alone bears this name in its namespace (an index in PostgreSQL).
    pub fn owner_of(&self, kind: Kind, namespace: Name, name: Name) -> Option<Name> {
        let owner = *self.owners.get(&(kind, namespace, name))?;
        self.contains(Key::part(kind, namespace, owner, name)).then_some(owner)
    }

    /// The key under which an object of this family is held: exactly, or another kind with the same name.
    ///
    /// `ALTER TABLE v OWNER TO x` may speak of a view, `DROP CONSTRAINT c` of any constraint, `DROP INDEX i`
    /// names no table.
    pub fn resolve(&self, key: Key) -> Option<Key> {
        if self.contains(key) {
            return Some(key);
        }
        let mut candidates = meant_by(key).map(|kind| key.of(kind));
        candidates
            .find_map(|candidate| self.resolve_exactly(candidate))
            .or_else(|| self.resolve_index(key))
            .or_else(|| self.resolve_unique(key))
            .or_else(|| self.resolve_routine(key))
    }

    /// The constraint whose index bears this name.
    fn resolve_index(&self, key: Key) -> Option<Key> {
        let with_index = [Kind::PrimaryKey, Kind::Unique, Kind::Exclusion];
        let mut kinds = with_index.iter().filter(|_| key.kind == Kind::Index);
        kinds.find_map(|kind| self.resolve_exactly(key.of(*kind)))
    }

    /// The unique index that stands for a constraint, where the dialect has no object for such a constraint.
    fn resolve_unique(&self, key: Key) -> Option<Key> {
        let index = key.of(Kind::Index);
        let unique = self.get(index).is_some_and(|index| index.has(crate::ir::Attr::Unique));
        (key.kind == Kind::Check && key.namespace.is_none() && unique).then_some(index)
    }

    /// A routine named without its arguments is the only one of that name; so is one that took an argument's type from a column,
    /// named with as many arguments.
    fn resolve_routine(&self, key: Key) -> Option<Key> {
        if key.kind.spec().family != super::Family::Routine {
            return None;
        }
        let (bare, arguments) = key.name.as_str().split_once('(').map_or((key.name.as_str(), None), |(bare, rest)| (bare, Some(rest)));
        let start = format!("{bare}(");
        let may_be = |known: &Key| arguments.is_none_or(|given| takes_from_columns(known.name.as_str(), given));
        let mut named = meant_by(key).flat_map(|kind| {
            let low = Key::new(kind, key.namespace, Name::new(&start));
            let is_named = |known: &Key| known.namespace == low.namespace && known.name.as_str().starts_with(&start);
            self.objects.from(low).map(|(known, _)| known).take_while(is_named).filter(may_be).collect::<Vec<Key>>()
        });
        let found = named.next()?;
        named.next().is_none().then_some(found)
    }

    fn resolve_exactly(&self, key: Key) -> Option<Key> {
        if self.contains(key) {
            return Some(key);
        }
        if !key.owner.is_none() || !key.kind.spec().owned {
            return None;
        }
        let owner = self.owner_of(key.kind, key.namespace, key.name)?;
        Some(Key { owner, ..key })
    }

    /// The fact of an object, where both are there.
    pub fn fact(&self, key: Key, attr: Attr) -> Option<&super::Value> {
        self.get(key)?.get(attr)
    }

    pub fn len(&self) -> usize {
        self.objects.len()
    }

    pub fn is_empty(&self) -> bool {
        self.objects.len() == 0
    }

    /// The same objects in another state: for the normaliser, which alone may say that a schema is canonical.
    pub(crate) fn into_state<Other>(self) -> Schema<Other> {
        Schema {
            objects: self.objects,
            owners: self.owners,
            heirs: self.heirs,
            sequences: self.sequences,
            mentions: Mentions::default(),
            next_ordinal: self.next_ordinal,
            coverage: self.coverage,
            server: self.server,
            state: PhantomData,
        }
    }
}

/// The kinds that a name may be of. Where there are no namespaces (MySQL), a function and a procedure may have one name.
fn meant_by(key: Key) -> impl Iterator<Item = Kind> {
    let family = key.kind.spec().family;
    let alone = family == super::Family::Routine && key.namespace.is_none();
    let shares = move |of: super::Family| !alone && of.shares(family);
    super::kinds::KINDS.iter().filter(move |spec| spec.kind == key.kind || shares(spec.family)).map(|spec| spec.kind)
}

/// Whether a routine's arguments are written with a column's type (`t.c%TYPE`), and are as many as those given.
fn takes_from_columns(routine: &str, given: &str) -> bool {
    let count = |text: &str| text.matches(',').count();
    routine.to_ascii_lowercase().contains("%type") && count(routine) == count(given)
}

/// How a relation stands to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heir {
    Child,
    Partition,
}

/// The parents of a relation by namespace and name.
fn parents(object: &Object) -> Vec<(Name, Name, Heir)> {
    let mut parents = Vec::new();
    if let Some(parent) = object.key_of(Attr::PartitionOf).filter(|_| object.key.kind.is_relation()) {
        parents.push((parent.namespace, parent.name, Heir::Partition));
    }
    if let Some(Value::Labels(labels)) = object.get(Attr::Inherits) {
        let split = labels.iter().filter_map(|label| label.split_once('.'));
        parents.extend(split.map(|(namespace, name)| (Name::new(namespace), Name::new(name), Heir::Child)));
    }
    parents
}
