//! Operations: what a statement does to a schema. Everything is a list of these.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;

use super::{Attr, Key, Object, Value};

/// What a statement says about an object that is already there, or not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// It is an error.
    Strict,
    /// IF NOT EXISTS, IF EXISTS: nothing happens.
    Lenient,
    /// OR REPLACE: the new definition takes the place; privileges, owner and comment stay.
    Replace,
}

/// A change inside one listed fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A label into a list, before or after another, else at the end.
    AddLabel {
        label: Arc<str>,
        before: Option<Arc<str>>,
        after: Option<Arc<str>>,
    },
    RenameLabel {
        from: Arc<str>,
        to: Arc<str>,
    },
    /// A label out of a list.
    DropLabel(Arc<str>),
    /// Names set in an `Options` fact.
    SetOptions(BTreeMap<Name, Arc<str>>),
    /// Names taken out of an `Options` fact.
    ResetOptions(Vec<Name>),
    /// An element of the lists that an `Options` fact has under these names, or under all where none is named, becomes another.
    ReplaceInOptions {
        names: Vec<Name>,
        from: Arc<str>,
        to: Arc<str>,
    },
}

/// What copying from another relation takes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copy {
    /// `LIKE source INCLUDING …`: own columns, and what the named options say.
    Like {
        defaults: bool,
        constraints: bool,
        indexes: bool,
        comments: bool,
        identity: bool,
        generated: bool,
        storage: bool,
        compression: bool,
        statistics: bool,
    },
    /// MySQL's `LIKE`: the whole table but its foreign keys and triggers. Where checks share one space of names, they get new ones.
    Twin { renames_checks: bool },
    /// `INHERITS`: columns and inheritable checks, marked as inherited.
    Inherit,
    /// `PARTITION OF`, `ATTACH PARTITION`: columns, constraints and indexes of the parent.
    Partition,
    /// `OF type`: the fields of a composite type as columns.
    OfType,
    /// `COPY = configuration`: the parser of a text search configuration, and its mappings.
    Mappings,
}

/// One effect of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Makes an object. An empty name is filled in by the dialect's rule when it is replayed.
    Create { object: Object, guard: Guard },
    /// Unmakes an object and its parts.
    Drop { key: Key, guard: Guard, cascade: bool },
    /// Sets a fact, or takes it away.
    Set { key: Key, attr: Attr, value: Option<Value> },
    /// As `Set`, without the relations that inherit: `ALTER TABLE ONLY`.
    SetOnly { key: Key, attr: Attr, value: Option<Value> },
    /// Changes inside a listed fact.
    Edit { key: Key, attr: Attr, edit: Edit },
    /// Gives another name; references follow, as on a server.
    Rename { key: Key, to: Name },
    /// Moves to another namespace.
    Move { key: Key, namespace: Name },
    /// Copies parts of `source` into `table` (see [`Copy`]).
    Copy { table: Key, source: Key, how: Copy },
    /// A constraint takes over an index: `ADD CONSTRAINT … USING INDEX`.
    Adopt { constraint: Object, index: Name },
    /// What follows of the same statement has an effect only where this object stands, or where it does not.
    Given { key: Key, stands: bool },
}

impl Op {
    pub fn create(object: Object) -> Op {
        Op::Create { object, guard: Guard::Strict }
    }

    pub fn drop(key: Key) -> Op {
        Op::Drop { key, guard: Guard::Strict, cascade: false }
    }

    pub fn set(key: Key, attr: Attr, value: Option<Value>) -> Op {
        Op::Set { key, attr, value }
    }

    /// The object that the operation is about.
    pub fn key(&self) -> Key {
        match self {
            Op::Create { object, .. } => object.key,
            Op::Adopt { constraint, .. } => constraint.key,
            Op::Drop { key, .. }
            | Op::Set { key, .. }
            | Op::SetOnly { key, .. }
            | Op::Edit { key, .. }
            | Op::Rename { key, .. }
            | Op::Move { key, .. }
            | Op::Given { key, .. } => *key,
            Op::Copy { table, .. } => *table,
        }
    }

    /// The same key, to be changed.
    pub fn key_mut(&mut self) -> &mut Key {
        match self {
            Op::Create { object, .. } => &mut object.key,
            Op::Adopt { constraint, .. } => &mut constraint.key,
            Op::Drop { key, .. }
            | Op::Set { key, .. }
            | Op::SetOnly { key, .. }
            | Op::Edit { key, .. }
            | Op::Rename { key, .. }
            | Op::Move { key, .. }
            | Op::Given { key, .. } => key,
            Op::Copy { table, .. } => table,
        }
    }
}
