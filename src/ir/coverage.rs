//! What a source can speak of. Silence about the rest is not absence.

use std::collections::{BTreeMap, BTreeSet};

use super::{Attr, Key, Kind};
use crate::base::Name;

/// The facts that a source shows. Everything, unless something is taken out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Kinds of objects that the source never shows.
    pub unseen_kinds: BTreeSet<Kind>,
    /// Facts of a kind that the source never shows.
    pub unseen_facts: BTreeSet<(Kind, Attr)>,
    /// Facts of single objects that the source could not tell.
    pub unseen_objects: BTreeSet<(Key, Attr)>,
    /// Kinds of parts that the source does not show of single relations (namespace, name).
    pub unseen_parts: BTreeSet<(Name, Name, Kind)>,
    /// Objects that the user wants left alone; the parts of a hidden relation are hidden too.
    pub hidden: BTreeSet<Key>,
    /// Where set, only these relations (namespace, name) and their parts are spoken of.
    pub only_relations: Option<BTreeSet<(Name, Name)>>,
    /// Kinds of which only these objects are spoken of.
    pub only_objects: BTreeMap<Kind, BTreeSet<Key>>,
    /// Where set, only these namespaces are spoken of.
    pub only_namespaces: Option<BTreeSet<Name>>,
}

impl Coverage {
    /// Whether the source would show this object if it were there.
    pub fn sees(&self, key: Key) -> bool {
        !self.unseen_kinds.contains(&key.kind)
            && !self.hidden.contains(&key)
            && !self.unseen_parts.contains(&(key.namespace, key.owner, key.kind))
            && self.speaks_of_namespace(key.namespace)
            && self.speaks_of_relation(key)
            && self.only_objects.get(&key.kind).is_none_or(|shown| shown.contains(&key))
    }

    /// Whether the source would show this fact if it held.
    pub fn sees_fact(&self, key: Key, attr: Attr) -> bool {
        self.sees(key) && !self.unseen_facts.contains(&(key.kind, attr)) && !self.unseen_objects.contains(&(key, attr))
    }

    fn speaks_of_namespace(&self, namespace: Name) -> bool {
        self.only_namespaces.as_ref().is_none_or(|set| namespace.is_none() || set.contains(&namespace))
    }

    fn speaks_of_relation(&self, key: Key) -> bool {
        let Some(set) = self.only_relations.as_ref().filter(|_| key.kind.spec().owned || !self.only_objects.contains_key(&key.kind)) else {
            return true;
        };
        let relation = if key.kind.spec().owned { key.owner } else { key.name };
        set.contains(&(key.namespace, relation))
    }

    /// What both of two sources show.
    pub fn both(&self, other: &Coverage) -> Coverage {
        Coverage {
            unseen_kinds: &self.unseen_kinds | &other.unseen_kinds,
            unseen_facts: &self.unseen_facts | &other.unseen_facts,
            unseen_objects: &self.unseen_objects | &other.unseen_objects,
            unseen_parts: &self.unseen_parts | &other.unseen_parts,
            hidden: &self.hidden | &other.hidden,
            only_relations: intersection(&self.only_relations, &other.only_relations),
            only_objects: merged(self, other, |one, two| intersection(&one, &two)),
            only_namespaces: intersection(&self.only_namespaces, &other.only_namespaces),
        }
    }
    /// What two texts of one source show together: a kind that either shows is spoken of, a fact that either leaves out is
    /// not, for the text that shows it need not be the one that shows the object.
    pub fn joined(&self, other: &Coverage) -> Coverage {
        Coverage {
            unseen_kinds: &self.unseen_kinds & &other.unseen_kinds,
            unseen_facts: &self.unseen_facts | &other.unseen_facts,
            unseen_objects: &self.unseen_objects | &other.unseen_objects,
            unseen_parts: &self.unseen_parts | &other.unseen_parts,
            hidden: &self.hidden | &other.hidden,
            only_relations: union(&self.only_relations, &other.only_relations),
            only_objects: merged(self, other, |one, two| union(&one, &two)),
            only_namespaces: union(&self.only_namespaces, &other.only_namespaces),
        }
    }
}

/// The single objects of each kind of which both or either speak. A text that never shows a kind shows none of its objects.
fn merged(
    one: &Coverage,
    two: &Coverage,
    merge: impl Fn(Option<BTreeSet<Key>>, Option<BTreeSet<Key>>) -> Option<BTreeSet<Key>>,
) -> BTreeMap<Kind, BTreeSet<Key>> {
    let kinds: BTreeSet<Kind> = one.only_objects.keys().chain(two.only_objects.keys()).copied().collect();
    let shown = |side: &Coverage, kind: Kind| match side.only_objects.get(&kind) {
        None => side.unseen_kinds.contains(&kind).then(BTreeSet::new),
        shown => shown.cloned(),
    };
    kinds.into_iter().filter_map(|kind| Some((kind, merge(shown(one, kind), shown(two, kind))?))).collect()
}

fn union<T: Ord + Copy>(one: &Option<BTreeSet<T>>, two: &Option<BTreeSet<T>>) -> Option<BTreeSet<T>> {
    Some(one.as_ref()? | two.as_ref()?)
}

fn intersection<T: Ord + Copy>(one: &Option<BTreeSet<T>>, two: &Option<BTreeSet<T>>) -> Option<BTreeSet<T>> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one & two),
        (one, two) => one.clone().or_else(|| two.clone()),
    }
}
