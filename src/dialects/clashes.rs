//! Names that two objects of one list of the server's cannot both have.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::base::{Code, Diagnostic, Name, Severity};
use crate::ir::{Attr, Key, Kind, Object, Schema, Written};

/// One fault for each object that has the name of another of its list of kinds. Where nobody chose the name, the server finds
/// another.
pub fn find(schema: &Schema<Written>, lists: &[&[Kind]]) -> Vec<Diagnostic> {
    let (mut faults, mut told) = (Vec::new(), BTreeSet::new());
    for list in lists {
        let mut known: FxHashMap<(Name, Name), Key> = FxHashMap::default();
        let implied = |key: Key| schema.get(key).is_none_or(|object| object.has(Attr::ImpliedName));
        for key in list.iter().flat_map(|kind| schema.keys_of(*kind)) {
            let first = known.entry((key.namespace, key.name)).or_insert(key);
            if *first == key || implied(key) {
                continue;
            }
            if implied(*first) {
                *first = key;
            } else if told.insert(key) {
                faults.extend(schema.get(key).map(|object| fault(object, *first)));
            }
        }
    }
    faults
}

fn fault(object: &Object, first: Key) -> Diagnostic {
    Diagnostic::new(Code::Contradiction, object.span, format!("{} has the name of {first}: the server makes only one of them", object.key))
        .severity(Severity::Error)
        .help("give one of them another name, or take it out")
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::dialects::postgres::LISTS;
    use crate::ir::{Attr, Key, Kind, Object, Schema, Value};

    fn told(kinds: &[(Kind, &str)]) -> Vec<String> {
        let mut schema = Schema::default();
        for (kind, owner) in kinds {
            schema.insert(Object::new(Key::part(*kind, "public".into(), (*owner).into(), "x".into())));
        }
        find(&schema, LISTS).into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn a_name_is_told_once_for_each_who_has_it_too() {
        assert_eq!(told(&[(Kind::Table, ""), (Kind::Domain, "")]).len(), 1);
        assert_eq!(told(&[(Kind::Table, ""), (Kind::View, "")]).len(), 1);
        assert_eq!(told(&[(Kind::Index, "t"), (Kind::Unique, "u"), (Kind::Sequence, "")]).len(), 2);
        assert_eq!(told(&[(Kind::Sequence, ""), (Kind::Domain, "")]).len(), 0);
        assert_eq!(told(&[(Kind::Check, "t"), (Kind::Index, "t"), (Kind::Column, "t")]).len(), 0);
    }

    #[test]
    fn where_nobody_chose_a_name_the_server_finds_another() {
        let mut schema = Schema::default();
        schema.insert(Object::new(Key::new(Kind::Table, "public".into(), "x".into())));
        let implied = Object::new(Key::part(Kind::Index, "public".into(), "t".into(), "x".into()));
        schema.insert(implied.with(Attr::ImpliedName, Value::Flag));
        assert_eq!(find(&schema, LISTS).len(), 0);
    }
}
