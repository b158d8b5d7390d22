//! The names that the server gives to what its author did not name.

use super::family::Family;
use crate::base::Name;
use crate::ir::Attr;
use crate::ir::{Key, Kind, Object, Pair, Part, Schema, Written};

/// The name of an object without one.
pub fn implied(schema: &Schema<Written>, object: &Object, family: &Family) -> Name {
    match object.key.kind {
        Kind::Index => index(schema, object),
        Kind::ForeignKey if family.index_names_key && object.has(Attr::Spelling) => Name::new(object.text(Attr::Spelling).unwrap_or("")),
        Kind::ForeignKey => numbered(schema, object, &format!("{}_ibfk_", object.key.owner), Count::Highest),
        Kind::Check => numbered(schema, object, &family.check_names.replace('%', object.key.owner.as_str()), Count::First),
        Kind::PrimaryKey => Name::new("PRIMARY"),
        Kind::Partition => numbered(schema, object, "change ", Count::First),
        _ => Name::NONE,
    }
}

/// An index is named after its first column, with a number where that is taken.
pub fn index(schema: &Schema<Written>, object: &Object) -> Name {
    let relation = Key::new(Kind::Table, object.key.namespace, object.key.owner);
    let first = object.parts(Attr::Parts).first().and_then(Part::name);
    // The name is spelled as the column is, not as the key names it.
    let is_it = |name: &Name| first.is_some_and(|first| first.as_str().eq_ignore_ascii_case(name.as_str()));
    let column = schema.parts(relation, Kind::Column).map(|column| column.key.name).find(is_it);
    let named = column.or(first);
    let base = named.as_ref().map_or("functional_index", |name| name.as_str());
    let taken = |name: &str| schema.parts(relation, Kind::Index).any(|index| index.key.name.as_str().eq_ignore_ascii_case(name));
    let primary = base.eq_ignore_ascii_case("primary");
    if !taken(base) && !primary {
        return Name::new(base);
    }
    (2..).map(|number| format!("{base}_{number}")).find(|name| !taken(name)).map_or(Name::NONE, |name| Name::new(&name))
}

/// The constraints whose names begin with their table's: a rename of the table renames them, also where somebody chose the name
/// (MySQL Reference Manual, ALTER TABLE, Renaming, Redefining, and Reordering Columns; MariaDB has no such checks).
pub fn follow(schema: &Schema<Written>, renamed: Pair<Key>, family: &Family) -> Vec<(Key, Name)> {
    let check = family.check_names.strip_prefix('%').map(|mark| (Kind::Check, mark));
    let mut following = Vec::new();
    for (kind, mark) in [(Kind::ForeignKey, "_ibfk_")].into_iter().chain(check).filter(|_| renamed.live.kind == Kind::Table) {
        let begin = format!("{}{mark}", renamed.live.name);
        let parts = schema.parts(renamed.desired, kind).map(|part| part.key);
        let named =
            |key: Key| Some((key, Name::new(&format!("{}{mark}{}", renamed.desired.name, key.name.as_str().strip_prefix(&begin)?))));
        following.extend(parts.filter_map(named));
    }
    following
}

/// How a number is chosen: the one after the highest, or the first that is free.
#[derive(Clone, Copy, PartialEq)]
enum Count {
    Highest,
    First,
}

fn numbered(schema: &Schema<Written>, object: &Object, prefix: &str, count: Count) -> Name {
    let relation = Key::new(Kind::Table, object.key.namespace, object.key.owner);
    let numbers: Vec<u32> = schema
        .parts(relation, object.key.kind)
        .filter_map(|part| part.key.name.as_str().strip_prefix(prefix).and_then(|number| number.parse().ok()))
        .collect();
    let number = match count {
        Count::Highest => numbers.iter().max().map_or(1, |highest| highest + 1),
        Count::First => (1..).find(|number| !numbers.contains(number)).unwrap_or(1),
    };
    Name::new(&format!("{prefix}{number}"))
}
