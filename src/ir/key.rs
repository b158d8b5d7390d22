//! The identity of an object between schemas.

use std::cmp::Ordering;
use std::fmt;

use crate::base::Name;

use super::Kind;

/// What an object is called: unique in a schema, comparable between two.
///
/// - `namespace`: PostgreSQL's schema; empty where the dialect has none.
/// - `owner`: the relation that a column, constraint, index, trigger, policy or rule stands on;
///   for a privilege, the granted object as `kind name`; else empty.
/// - `name`: the bare name; a routine's carries its argument types, `f(integer,text)` ([`Key::bare`]).
///
/// The order (kind, namespace, owner, name) puts the parts of one relation side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub kind: Kind,
    pub namespace: Name,
    pub owner: Name,
    pub name: Name,
}

impl Key {
    /// An object of a namespace: a table, view, type, routine …
    pub fn new(kind: Kind, namespace: Name, name: Name) -> Key {
        Key { kind, namespace, owner: Name::NONE, name }
    }

    /// A part of a relation: a column, constraint, index, trigger …
    pub fn part(kind: Kind, namespace: Name, owner: Name, name: Name) -> Key {
        Key { kind, namespace, owner, name }
    }

    /// The key of the same name with another kind.
    pub fn of(self, kind: Kind) -> Key {
        Key { kind, ..self }
    }

    /// The key of a part of this object.
    pub fn child(self, kind: Kind, name: Name) -> Key {
        Key { kind, namespace: self.namespace, owner: self.name, name }
    }

    /// The name without the argument types of a routine or an operator, or the method of an operator class or family.
    pub fn bare(self) -> &'static str {
        let name = self.name.as_str();
        let end = match self.kind {
            Kind::Function | Kind::Procedure | Kind::Aggregate | Kind::Operator => name.find('('),
            Kind::OperatorFamily | Kind::OperatorClass => name.find(' '),
            _ => None,
        };
        &name[..end.unwrap_or(name.len())]
    }

    /// The key under another name: a routine keeps its arguments, an operator class its method.
    pub fn renamed(self, to: Name) -> Key {
        let tail = self.name.as_str().get(self.bare().len()..).unwrap_or("");
        let name = if to.as_str().ends_with(tail) { to } else { Name::new(&format!("{to}{tail}")) };
        Key { name, ..self }
    }

    /// The texts of which [`fmt::Display`] makes the message's words, in order.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        let holders = [self.namespace, self.owner].into_iter().filter(|part| !part.is_none()).flat_map(|part| [part.as_str(), "."]);
        [self.kind.spec().noun, " "].into_iter().chain(holders).chain([self.name.as_str()])
    }

    /// The relation that this part stands on, as a table's key; `None` for objects of their own.
    pub fn relation(self) -> Option<Key> {
        (!self.owner.is_none() && self.kind.spec().owned).then(|| Key::new(Kind::Table, self.namespace, self.owner))
    }
}

impl Ord for Key {
    /// Looked up millions of times: the names that are the same are passed over without asking for their places.
    #[inline]
    fn cmp(&self, other: &Key) -> Ordering {
        let kinds = self.kind.cmp(&other.kind);
        if kinds != Ordering::Equal {
            kinds
        } else if self.namespace != other.namespace {
            self.namespace.cmp(&other.namespace)
        } else if self.owner != other.owner {
            self.owner.cmp(&other.owner)
        } else {
            self.name.cmp(&other.name)
        }
    }
}

impl PartialOrd for Key {
    #[inline]
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Key {
    /// `column public.booking.code`: for messages, without quoting.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().try_for_each(|word| f.write_str(word))
    }
}

/// `Key::owner` of the privileges on an object: `noun name`, with the relation before a column's name.
pub fn privilege_owner(key: Key) -> Name {
    let owner = if key.owner.is_none() { String::new() } else { format!("{}.", key.owner) };
    Name::new(&format!("{} {}{}", key.kind.spec().noun, owner, key.name))
}
