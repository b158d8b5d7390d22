//! What goes with an object that is dropped: its parts, what its columns own, what refers to it.

use std::collections::BTreeSet;

use crate::base::Name;
use crate::ir::key::privilege_owner;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Fragment, Heir, Key, Kind, Object, Part, Schema, Value, Written};

/// Removes an object and all that falls with it.
pub fn remove(schema: &mut Schema<Written>, key: Key, cascade: bool) {
    let mut falling = vec![key];
    while let Some(gone) = falling.pop() {
        let Some(object) = schema.remove(gone) else { continue };
        falling.extend(privileges(schema, gone));
        match gone.kind {
            Kind::Namespace => falling.extend(schema.iter().filter(|object| object.key.namespace == gone.name).map(|object| object.key)),
            Kind::Column => falling.extend(of_column(schema, gone, cascade)),
            Kind::PrimaryKey | Kind::Unique | Kind::Index if cascade => falling.extend(references(schema, &object)),
            _ if !gone.kind.spec().owned => of_owner(schema, gone, cascade, &mut falling),
            _ => {}
        }
    }
}

/// Whether an index that the server made for a foreign key makes room for one that serves as well.
pub fn gives_way(there: &Object, new: &Object) -> bool {
    there.has(Attr::OfForeignKey) && !new.has(Attr::OfForeignKey) && new.parts(Attr::Parts).starts_with(there.parts(Attr::Parts))
}

/// What stays of keys: one that has other columns loses the column that goes, and the columns of a primary key that goes are still
/// NOT NULL (MySQL Reference Manual, ALTER TABLE).
pub fn outlive(schema: &mut Schema<Written>, gone: Key) {
    let Some(relation) = gone.relation() else { return };
    if gone.kind == Kind::PrimaryKey {
        let columns = schema.get(gone).map(Object::key_columns).unwrap_or_default();
        let is_listed = |name: Name| columns.iter().any(|column| column.as_str().eq_ignore_ascii_case(name.as_str()));
        let kept: Vec<Key> = schema.parts(relation, Kind::Column).map(|column| column.key).filter(|key| is_listed(key.name)).collect();
        for key in kept {
            schema.get_mut(key).into_iter().for_each(|column| column.set(Attr::NotNull, Some(Value::Flag)));
        }
    } else if gone.kind == Kind::Column {
        let is_key = |object: &&Object| matches!(object.key.kind, Kind::PrimaryKey | Kind::Index);
        let keys: Vec<Key> = schema.all_parts(relation).filter(is_key).map(|part| part.key).collect();
        let shorter: Vec<Object> = keys.into_iter().filter_map(|key| shortened(schema.get(key)?, gone.name)).collect();
        shorter.into_iter().for_each(|object| schema.insert(object));
    }
}

/// A key without one of its columns, where it has others.
fn shortened(key: &Object, column: Name) -> Option<Object> {
    let is_gone = |name: Name| name.as_str().eq_ignore_ascii_case(column.as_str());
    let listed = key.key_columns();
    if !listed.iter().any(|name| is_gone(*name)) || listed.iter().all(|name| is_gone(*name)) {
        return None;
    }
    let mut shorter = key.clone();
    let names: Vec<Name> = key.names(Attr::Columns).iter().copied().filter(|name| !is_gone(*name)).collect();
    let parts: Vec<Part> = key.parts(Attr::Parts).iter().filter(|part| !part.name().is_some_and(is_gone)).cloned().collect();
    shorter.set(Attr::Columns, (!names.is_empty()).then_some(Value::Names(names)));
    shorter.set(Attr::Parts, (!parts.is_empty()).then_some(Value::Parts(parts)));
    Some(shorter)
}

fn privileges(schema: &Schema<Written>, gone: Key) -> Vec<Key> {
    let owner = Key::new(Kind::Privilege, gone.namespace, privilege_owner(gone));
    schema.parts(owner, Kind::Privilege).map(|object| object.key).collect()
}

/// The parts of a relation, domain or type, without asking what falls with each: that stands on the same owner.
fn of_owner(schema: &mut Schema<Written>, gone: Key, cascade: bool, falling: &mut Vec<Key>) {
    if !gone.kind.has_parts() {
        return;
    }
    let parts: Vec<Key> = schema.all_parts(gone).map(|part| part.key).collect();
    falling.extend(schema.sequences(gone).map(|object| object.key));
    let heirs = schema.heirs(gone).filter(|(_, heir)| *heir == Heir::Partition || cascade).map(|(object, _)| object.key);
    falling.extend(heirs);
    if cascade {
        let refers = |object: &&Object| {
            object.key_of(Attr::References).is_some_and(|table| table.namespace == gone.namespace && table.name == gone.name)
        };
        falling.extend(schema.of_kind(Kind::ForeignKey).filter(refers).map(|object| object.key));
    }
    for part in parts {
        schema.remove(part);
    }
}

/// Indexes and constraints that list the column, the sequence that it owns, and foreign keys to it.
fn of_column(schema: &Schema<Written>, column: Key, cascade: bool) -> Vec<Key> {
    let Some(relation) = column.relation() else { return Vec::new() };
    let mut falling: Vec<Key> = schema.all_parts(relation).filter(|part| stands_on_column(part, column)).map(|part| part.key).collect();
    falling.extend(schema.sequences(relation).filter(|object| object.column_served() == Some(column)).map(|object| object.key));
    if cascade {
        let refers = |object: &&Object| {
            let table = object.key_of(Attr::References);
            table.is_some_and(|table| table.namespace == column.namespace && table.name == column.owner)
                && object.names(Attr::ReferencedColumns).contains(&column.name)
        };
        falling.extend(schema.of_kind(Kind::ForeignKey).filter(refers).map(|object| object.key));
    }
    falling
}

/// Foreign keys that rest on a key which goes by CASCADE: those that name its columns, or none where it is the primary key. Where
/// another key has these columns nobody can tell from the text on which of them they rest; they stay.
fn references(schema: &Schema<Written>, gone: &Object) -> Vec<Key> {
    let key = gone.key;
    let sorted = |names: &[Name]| names.iter().copied().collect::<BTreeSet<Name>>();
    let columns = sorted(&gone.key_columns());
    let serves = |part: &Object| {
        let unique = matches!(part.key.kind, Kind::PrimaryKey | Kind::Unique) || part.key.kind == Kind::Index && part.has(Attr::Unique);
        unique && !part.has(Attr::Where) && sorted(&part.key_columns()) == columns
    };
    let other = key.relation().is_some_and(|relation| schema.all_parts(relation).any(serves));
    let refers = |object: &&Object| {
        let table = object.key_of(Attr::References);
        let named = object.names(Attr::ReferencedColumns);
        let implied = key.kind == Kind::PrimaryKey && named.is_empty();
        let same = table.is_some_and(|table| table.namespace == key.namespace && table.name == key.owner);
        same && (implied || serves(gone) && !other && sorted(named) == columns)
    };
    schema.of_kind(Kind::ForeignKey).filter(refers).map(|object| object.key).collect()
}

/// Whether an index or constraint of the column's own relation lists the column.
fn stands_on_column(object: &Object, column: Key) -> bool {
    let listed = object.names(Attr::Columns).contains(&column.name)
        || object.names(Attr::Include).contains(&column.name)
        || object.parts(Attr::Parts).iter().any(|part| part.name() == Some(column.name));
    let named = |value: Option<&Fragment>| value.is_some_and(|fragment| names_column(&fragment.text, column));
    let expressions = object.parts(Attr::Parts).iter().filter_map(|part| match &part.target {
        PartTarget::Expression(fragment) => Some(fragment),
        PartTarget::Column(_) => None,
    });
    let mut texts = [Attr::Expression, Attr::Where].into_iter().map(|attr| object.fragment(attr)).chain(expressions.map(Some));
    let rests_on_it = matches!(object.key.kind, Kind::Check | Kind::Index | Kind::Exclusion) && texts.any(named);
    object.key.kind != Kind::Trigger && (listed || rests_on_it)
}

/// Whether a text has the column's name as a word. The server drops a check or index with any of its columns
/// (PostgreSQL's manual, ALTER TABLE, DROP COLUMN: "table constraints involving the column").
fn names_column(text: &str, column: Key) -> bool {
    names(text, column.name.as_str()).any(|after| after != Some('('))
}

/// What follows each time that a text has a name as a word, as it stands or, of a name without capitals, in another case without quotes.
fn names<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = Option<char>> + 't {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let folds = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = text.to_ascii_lowercase();
    let found: Vec<usize> = lower.match_indices(&name.to_ascii_lowercase()).map(|(at, _)| at).collect();
    found.into_iter().filter_map(move |at| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|tail| tail.chars().next());
        let inside = before.is_some_and(|c| is_word(c) || c == '\'') || after.is_some_and(|c| is_word(c) || c == '\'');
        let same = text.get(at..at + name.len()) == Some(name) || folds && before != Some('"');
        (!inside && same).then_some(after)
    })
}

/// The objects whose texts speak of what CASCADE drops, so that the server may drop them too. Bodies bind nothing.
pub fn reached(schema: &Schema<Written>, gone: Key) -> Vec<Key> {
    if !schema.contains(gone) {
        return Vec::new();
    }
    let name = if gone.kind == Kind::Column { gone.owner.as_str() } else { gone.bare() };
    let relation = gone.relation().unwrap_or(gone);
    let is_part = |object: &Object| {
        object.key == relation
            || gone.kind == Kind::Namespace && object.key.namespace == gone.name
            || object.key.relation().is_some_and(|of| (of.namespace, of.name) == (relation.namespace, relation.name))
    };
    let speaks = |object: &Object| {
        let texts = object.facts().iter().filter(|(attr, _)| *attr != Attr::Body);
        texts.into_iter().any(|(_, value)| match value {
            // The sequence of a default stands in a string.
            Value::Sql(fragment) if gone.kind == Kind::Sequence => fragment.text.contains(name),
            Value::Sql(fragment) => names(&fragment.text, name).next().is_some(),
            _ => false,
        })
    };
    // What stands on the table itself says the names of its columns bare.
    let beside = |object: &Object| gone.kind == Kind::Column && matches!(object.key.kind, Kind::Trigger | Kind::Policy | Kind::Column);
    let is_reached = |object: &&Object| object.key != gone && if is_part(object) { beside(object) } else { speaks(object) };
    schema.iter().filter(is_reached).map(|object| object.key).collect()
}
