//! Namespaces and extensions that a text uses without making them: whoever writes down tables alone means them to be where they are.

use std::collections::BTreeSet;

use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::key::privilege_owner;
use crate::ir::{Attr, Key, Kind, Object, Pair, Schema, Written};

/// Puts into either side the namespaces in which its objects stand, and into desired the extensions that bring what it uses. Where
/// desired says nothing else of one, it stays as live has it.
pub fn presume(side: &mut Pair<Schema<Written>>, dialect: &dyn Dialect) {
    let brought = brought(side.as_ref(), dialect);
    let Pair { live, desired } = side;
    for key in missing(live, dialect) {
        live.insert(Object::new(key));
    }
    for key in brought {
        live.get(key).cloned().into_iter().for_each(|extension| desired.insert(extension));
    }
    for key in missing(desired, dialect) {
        let granted: Vec<Object> = live.of_kind(Kind::Privilege).filter(|one| one.key.owner == privilege_owner(key)).cloned().collect();
        let unsaid = granted.into_iter().filter(|one| !desired.contains(one.key)).collect::<Vec<Object>>();
        let namespace = live.get(key).cloned().unwrap_or_else(|| Object::new(key));
        unsaid.into_iter().chain([namespace]).for_each(|object| desired.insert(object));
    }
}

/// Puts into a schema the namespaces that what comes after it uses without making them.
pub fn take_for_there(before: &mut Schema<Written>, after: &Schema<Written>, dialect: &dyn Dialect) {
    let unmade = missing(after, dialect).into_iter().filter(|key| !before.contains(*key)).collect::<Vec<Key>>();
    unmade.into_iter().for_each(|key| before.insert(Object::new(key)));
}

/// What of this stays as live has it, where desired could have made it: one line for the head of a script.
pub fn kept(side: Pair<&Schema<Written>>, dialect: &dyn Dialect) -> Option<String> {
    let used = missing(side.desired, dialect).into_iter().chain(brought(side, dialect));
    let kept = used.filter(|key| side.live.contains(*key) && side.desired.coverage.sees(*key));
    let names: Vec<String> = kept.map(|key| key.to_string()).collect();
    (!names.is_empty()).then(|| format!("desired uses and does not make, so that it stays as it is: {}", names.join(", ")))
}

/// The extensions of live that bring something which desired uses and does not make.
fn brought(side: Pair<&Schema<Written>>, dialect: &dyn Dialect) -> Vec<Key> {
    let unmade: BTreeSet<Key> =
        side.live.of_kind(Kind::Extension).map(|extension| extension.key).filter(|key| !side.desired.contains(*key)).collect();
    if unmade.is_empty() {
        return Vec::new();
    }
    let own: BTreeSet<&str> = side.desired.iter().filter(|object| !object.key.kind.spec().owned).map(|object| object.key.bare()).collect();
    let used = side.desired.iter().flat_map(|object| dialect.extensions_of(object));
    let names: BTreeSet<Name> = used.filter(|(word, _)| !own.contains(word.as_str())).map(|(_, extension)| Name::new(extension)).collect();
    unmade.into_iter().filter(|key| names.contains(&key.name)).collect()
}

/// The namespaces that are used and not made.
fn missing(schema: &Schema<Written>, dialect: &dyn Dialect) -> Vec<Key> {
    // The keys of one kind and namespace stand side by side.
    let mut before = Name::NONE;
    let of_objects = schema.keys().map(|key| key.namespace).filter(|name| std::mem::replace(&mut before, *name) != *name);
    let of_extensions = schema.of_kind(Kind::Extension).filter_map(|object| object.text(Attr::InSchema)).map(Name::new);
    let used: BTreeSet<Name> = of_objects.chain(of_extensions).collect();
    let keys = used.into_iter().filter(|name| !name.is_none()).map(|name| Key::new(Kind::Namespace, Name::NONE, name));
    keys.filter(|key| !schema.contains(*key) && !dialect.owns_namespace(key.name.as_str())).collect()
}
