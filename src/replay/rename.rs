//! Renames and moves: every reference follows, as on a server, which refers by number.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Family, Fragment, Key, Kind, Object, Pair, Schema, Value, Written};

use crate::ir::key::privilege_owner;

/// Gives an object another name.
pub fn rename(schema: &mut Schema<Written>, key: Key, to: Name, dialect: &dyn Dialect) {
    rekey(schema, key, Key { name: to, ..key }, dialect);
    if key.kind == Kind::Column {
        rename_column(schema, key, to, dialect);
    }
}

/// Moves an object to another namespace.
pub fn relocate(schema: &mut Schema<Written>, key: Key, namespace: Name, dialect: &dyn Dialect) {
    // The sequences of a table's columns go along (PostgreSQL's manual, ALTER TABLE, SET SCHEMA).
    let sequences: Vec<Key> = schema.sequences(key).map(|object| object.key).collect();
    for moved in sequences.into_iter().chain([key]) {
        rekey(schema, moved, Key { namespace, ..moved }, dialect);
    }
}

/// Holds an object and its parts under new keys and rewrites the keys that refer to it.
fn rekey(schema: &mut Schema<Written>, from: Key, to: Key, dialect: &dyn Dialect) {
    let moved: Vec<(Key, Key)> = match from.kind {
        Kind::Namespace => schema.iter().filter_map(|object| Some((object.key, renamed(object.key, from, to)?))).collect(),
        _ => {
            let parts = schema.all_parts(from).chain(schema.parts(privileges_of(from), Kind::Privilege)).chain(schema.get(from));
            parts.filter_map(|object| Some((object.key, renamed(object.key, from, to)?))).collect()
        }
    };
    for (old, new) in &moved {
        if let Some(mut object) = schema.remove(*old) {
            object.key = *new;
            object.set(Attr::ImpliedName, None);
            forget_layout(&mut object);
            schema.insert(object);
        }
    }
    let speaking = speaking_of(schema, from);
    for object in &speaking {
        let Some(object) = schema.get_mut(*object) else { continue };
        object.rewrite(|attr, value| match value {
            Value::Key(key) => renamed(*key, from, to).or_else(|| renamed_relation(*key, from, to)).map(Value::Key),
            Value::Labels(labels) if attr == Attr::Inherits => renamed_parent(labels, from, to),
            _ => None,
        });
    }
    note_heirs_among(schema, &speaking);
    follow_in_text(schema, Pair::new(from, to), &speaking, dialect);
    follow_in_signatures(schema, Pair::new(from, to), dialect);
}

/// What may refer to an object: to what a namespace holds, anything.
fn speaking_of(schema: &mut Schema<Written>, key: Key) -> BTreeSet<Key> {
    match key.kind {
        Kind::Namespace => schema.keys().collect(),
        // The parts of a relation are spoken of by its name too, and what is not a relation by its own.
        _ => schema.mentioning(key.name),
    }
}

/// Routines are known by the types of their arguments, which follow.
fn follow_in_signatures(schema: &mut Schema<Written>, key: Pair<Key>, dialect: &dyn Dialect) {
    let Pair { live: from, desired: to } = key;
    if !(from.kind.is_relation() || from.kind == Kind::Namespace || from.kind.spec().family == Family::Type) {
        return;
    }
    let routines = [Kind::Function, Kind::Procedure, Kind::Aggregate].into_iter().flat_map(|kind| schema.of_kind(kind));
    let followed = routines.filter_map(|routine| {
        let (name, arguments) =
            routine.key.name.as_str().split_once('(').filter(|(_, arguments)| arguments.contains(from.name.as_str()))?;
        let mut after = Fragment::new(arguments);
        if from.namespace != to.namespace {
            swap_namespace(&mut after, from.name, Pair::new(from.namespace, to.namespace));
        }
        swap_word(&mut after, from.name, to.name, dialect);
        (*after.text != *arguments).then(|| (routine.key, Key { name: Name::new(&format!("{name}({}", after.text)), ..routine.key }))
    });
    for (old, new) in followed.collect::<Vec<(Key, Key)>>() {
        rekey(schema, old, new, dialect);
    }
}

/// What an object's privileges have as their owner.
fn privileges_of(key: Key) -> Key {
    Key::new(Kind::Privilege, key.namespace, privilege_owner(key))
}

/// A reference that names the relation by another kind's word follows too.
fn renamed_relation(key: Key, from: Key, to: Key) -> Option<Key> {
    let same = key.kind.is_relation() && from.kind.is_relation() && key.namespace == from.namespace && key.name == from.name;
    same.then_some(Key { kind: key.kind, ..to })
}

/// Parents are named by text.
fn renamed_parent(labels: &[Arc<str>], from: Key, to: Key) -> Option<Value> {
    let old = format!("{}.{}", from.namespace, from.name);
    let is_it = |label: &Arc<str>| **label == *old && from.kind.is_relation();
    let new: Arc<str> = Arc::from(format!("{}.{}", to.namespace, to.name));
    let after = |label: &Arc<str>| if is_it(label) { new.clone() } else { label.clone() };
    labels.iter().any(is_it).then(|| Value::Labels(labels.iter().map(after).collect()))
}

/// Takes down the heirs and the sequences of a relation anew, after it, or the namespace that it is in, got another name.
fn note_heirs_among(schema: &mut Schema<Written>, speaking: &BTreeSet<Key>) {
    let kinds = [Kind::Table, Kind::ForeignTable, Kind::Sequence];
    let facts = [Attr::PartitionOf, Attr::Inherits, Attr::OwnedBy, Attr::IdentityOf];
    for key in speaking.iter().filter(|key| kinds.contains(&key.kind)) {
        if let Some(heir) = schema.get(*key).filter(|object| facts.iter().any(|fact| object.has(*fact))).cloned() {
            schema.note_heir(&heir);
        }
    }
}

/// The key after the change, where it is the object, one of its parts, or its privileges.
fn renamed(key: Key, from: Key, to: Key) -> Option<Key> {
    if key == from {
        return Some(to);
    }
    if from.kind == Kind::Namespace {
        return (key.namespace == from.name).then_some(Key { namespace: to.name, ..key });
    }
    if key.kind == Kind::Privilege && key.namespace == from.namespace && key.owner == privilege_owner(from) {
        return Some(Key { namespace: to.namespace, owner: privilege_owner(to), ..key });
    }
    let part = key.kind.spec().owned && from.kind.has_parts() && key.namespace == from.namespace && key.owner == from.name;
    part.then_some(Key { namespace: to.namespace, owner: to.name, ..key })
}

/// Rewrites a column's name in the constraints and indexes of its relation and in the foreign keys to it.
fn rename_column(schema: &mut Schema<Written>, column: Key, to: Name, dialect: &dyn Dialect) {
    let relation = Key::new(Kind::Table, column.namespace, column.owner);
    let own: Vec<Key> = schema.all_parts(relation).map(|object| object.key).collect();
    for part in own {
        schema.get_mut(part).into_iter().for_each(|object| rename_in_own(object, column.name, to, dialect));
    }
    let refers = |key: Key| key.namespace == relation.namespace && key.name == relation.name;
    for key in schema.mentioning(relation.name) {
        let referring = schema.get_mut(key).filter(|object| object.key_of(Attr::References).is_some_and(refers));
        referring.into_iter().for_each(|object| swap_names(object, Attr::ReferencedColumns, column.name, to));
    }
}

fn rename_in_own(object: &mut Object, from: Name, to: Name, dialect: &dyn Dialect) {
    forget_layout(object);
    swap_names(object, Attr::Columns, from, to);
    swap_names(object, Attr::Include, from, to);
    if let Some(Value::Parts(parts)) = object.get_mut(Attr::Parts) {
        for part in parts {
            match &mut part.target {
                PartTarget::Column(name) if *name == from => *name = to,
                PartTarget::Column(_) => {}
                PartTarget::Expression(fragment) => swap_word(fragment, from, to, dialect),
            }
        }
    }
    for attr in [Attr::Expression, Attr::Where, Attr::Generated, Attr::When, Attr::Using, Attr::WithCheck] {
        if let Some(Value::Sql(fragment)) = object.get_mut(attr) {
            swap_word(fragment, from, to, dialect);
        }
    }
}

/// An index as its author wrote it speaks of the old name.
fn forget_layout(object: &mut Object) {
    if object.key.kind == Kind::Index {
        object.set(Attr::Layout, None);
    }
}

fn swap_names(object: &mut Object, attr: Attr, from: Name, to: Name) {
    if let Some(Value::Names(names)) = object.get_mut(attr) {
        for name in names.iter_mut().filter(|name| **name == from) {
            *name = to;
        }
    }
}

/// Lets texts follow a renamed or moved relation, type or routine: views, defaults, type names.
fn follow_in_text(schema: &mut Schema<Written>, key: Pair<Key>, speaking: &BTreeSet<Key>, dialect: &dyn Dialect) {
    let Pair { live: from, desired: to } = key;
    let bare = |key: Key| Name::new(key.bare());
    let parts = matches!(from.kind, Kind::Index) || from.kind.is_constraint() || from.kind == Kind::Trigger || from.kind == Kind::Policy;
    if parts || from.kind == Kind::Column || !dialect.texts_follow_renames() {
        return;
    }
    let (old, new) = (bare(from), bare(to));
    let followed = |attr: Attr, value: &Value| {
        let Value::Sql(fragment) = value else { return None };
        if attr == Attr::Body || !mentions(&fragment.text, old.as_str()) {
            return None;
        }
        let mut after = fragment.clone();
        if from.namespace != to.namespace {
            swap_namespace(&mut after, old, Pair::new(from.namespace, to.namespace));
        }
        if old != new {
            swap_word(&mut after, old, new, dialect);
        }
        if from.kind == Kind::Sequence {
            swap_sequence(&mut after, from, to);
        }
        (after.text != fragment.text).then_some(Value::Sql(after))
    };
    for object in speaking {
        schema.get_mut(*object).into_iter().for_each(|object| object.rewrite(followed));
    }
}

/// Whether a text may speak of a name: one with quotes in it may stand there in another spelling.
fn mentions(text: &str, name: &str) -> bool {
    let (text, name) = (text.as_bytes(), name.as_bytes());
    let Some((first, rest)) = name.split_first().filter(|_| !name.contains(&b'"') && !name.contains(&b'\'')) else { return true };
    let starts = [first.to_ascii_lowercase(), first.to_ascii_uppercase()];
    let mut at = memchr::memchr2_iter(starts[0], starts[1], text);
    at.any(|at| text.get(at + 1..at + name.len()).is_some_and(|tail| tail.eq_ignore_ascii_case(rest)))
}

/// An identifier as it is printed.
fn printed(name: Name) -> String {
    let plain = name.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if plain { name.to_string() } else { format!("\"{}\"", name.as_str().replace('"', "\"\"")) }
}

/// `nextval('public.a_seq'::regclass)` follows its sequence.
fn swap_sequence(fragment: &mut Fragment, from: Key, to: Key) {
    let qualified = |key: Key| format!("{}.{}", printed(key.namespace), printed(key.name)).replace('\'', "''");
    let new = format!("'{}'", qualified(to));
    for old in [qualified(from), printed(from.name).replace('\'', "''")] {
        let old = format!("'{old}'");
        if fragment.text.contains(&old) && fragment.text.contains("nextval") {
            *fragment = Fragment::new(fragment.text.replace(&old, &new));
        }
    }
}

/// `old.name` becomes `new.name`.
fn swap_namespace(fragment: &mut Fragment, name: Name, namespace: Pair<Name>) {
    for printed_name in [printed(name), format!("\"{name}\"")] {
        let old = format!("{}.{printed_name}", printed(namespace.live));
        let new = format!("{}.{printed_name}", printed(namespace.desired));
        let mut out = String::with_capacity(fragment.text.len());
        let mut rest: &str = &fragment.text;
        while let Some(at) = rest.find(&old) {
            let (before, tail) = rest.split_at(at);
            let tail = tail.get(old.len()..).unwrap_or("");
            let inside = before.chars().next_back().is_some_and(is_name) || tail.chars().next().is_some_and(is_name);
            out.push_str(before);
            out.push_str(if inside { &old } else { &new });
            rest = tail;
        }
        if !out.is_empty() {
            out.push_str(rest);
            *fragment = Fragment::new(out);
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '"')
}

/// Replaces an identifier by another where it stands as a whole word outside of quotes, or as a quoted identifier.
fn swap_word(fragment: &mut Fragment, from: Name, to: Name, dialect: &dyn Dialect) {
    let caseless = dialect.rules().caseless;
    let same = |word: &str| word == from.as_str() || (caseless && word.eq_ignore_ascii_case(from.as_str()));
    if !caseless && !fragment.text.contains(from.as_str()) {
        return;
    }
    // Where names are not quoted by double quotes, those hold a text.
    let replacement = if dialect.rules().quote == '"' { printed(to) } else { dialect.quote(to) };
    let mut out = String::with_capacity(fragment.text.len());
    let mut rest: &str = &fragment.text;
    while let Some(first) = rest.chars().next() {
        let token = token_len(rest, first);
        let (word, tail) = rest.split_at(token);
        let quoted = matches!(first, '"' | '`') && same(word.trim_matches(first));
        let bare = (first.is_alphabetic() || first == '_') && same(word);
        out.push_str(if quoted || bare { &replacement } else { word });
        rest = tail;
    }
    if *out != *fragment.text {
        *fragment = Fragment::new(out);
    }
}

/// The length in bytes of the word, quoted piece or single character at the start of `text`.
fn token_len(text: &str, first: char) -> usize {
    if matches!(first, '\'' | '"' | '`') {
        return text[1..].find(first).map_or(text.len(), |at| at + 2);
    }
    if first.is_alphanumeric() || first == '_' {
        return text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(text.len());
    }
    first.len_utf8()
}
