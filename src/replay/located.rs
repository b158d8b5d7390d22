//! Operations with their place, and the namespaces in which the name that they speak of may stand.

use crate::base::{Name, Span};
use crate::ir::kinds::KINDS;
use crate::ir::{Key, Kind, Op, Schema, Value, Written};

/// An operation with the place of its statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    pub op: Op,
    pub span: Option<Span>,
    /// The further namespaces of the search path, where what stands under a bare name may be (PostgreSQL's manual, 5.10.3).
    pub elsewhere: Vec<Name>,
}

impl Located {
    pub fn new(op: Op, span: Option<Span>) -> Located {
        Located { op, span, elsewhere: Vec::new() }
    }

    /// The operation on what stands first in the search path.
    pub fn looked_up(mut self, schema: &Schema<Written>) -> Located {
        if self.elsewhere.is_empty() {
            return self;
        }
        let first = self.op.key().namespace;
        let path: Vec<Name> = std::iter::once(first).chain(self.elsewhere.iter().copied()).collect();
        let look_up = |key: Key| path.iter().map(|namespace| Key { namespace: *namespace, ..key }).find(|key| stands(schema, *key));
        let is_new = matches!(&self.op, Op::Create { object, .. } if !object.key.kind.spec().owned && object.key.kind != Kind::Privilege);
        if let Some(found) = look_up(self.op.key()).filter(|_| !is_new) {
            self.op.key_mut().namespace = found.namespace;
        }
        let name = with_types(self.op.key(), first, &path, schema);
        self.op.key_mut().name = name;
        let other = |key: Key| look_up(key).filter(|_| key.namespace == first);
        match &mut self.op {
            Op::Copy { source, .. } => *source = other(*source).unwrap_or(*source),
            Op::Create { object, .. } | Op::Adopt { constraint: object, .. } => object.rewrite(|_, value| other_key(value, other)),
            Op::Set { value: Some(value), .. } | Op::SetOnly { value: Some(value), .. } => {
                *value = other_key(value, other).unwrap_or_else(|| value.clone());
            }
            _ => {}
        }
        self
    }
}

/// A routine's name with the namespaces in which the types of its arguments stand: bare ones were read as the first namespace's.
fn with_types(routine: Key, first: Name, path: &[Name], schema: &Schema<Written>) -> Name {
    let parts = routine.name.as_str().split_once('(').and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?)));
    let Some((name, arguments)) = parts.filter(|(_, arguments)| arguments.contains('.')) else { return routine.name };
    let begin = format!("{first}.");
    let settled = |argument: &str| {
        let (bare, array) = argument.strip_prefix(&begin).map(|ty| ty.split_at(ty.find('[').unwrap_or(ty.len())))?;
        let is_there = |namespace: &&Name| TYPES.iter().any(|kind| schema.contains(Key::new(*kind, **namespace, Name::new(bare))));
        path.iter().find(is_there).map(|namespace| format!("{namespace}.{bare}{array}"))
    };
    let arguments: Vec<String> = arguments.split(',').map(|argument| settled(argument).unwrap_or_else(|| argument.to_owned())).collect();
    Name::new(&format!("{name}({})", arguments.join(",")))
}

/// What can be the type of an argument.
const TYPES: &[Kind] = &[Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType, Kind::Table, Kind::View];

fn other_key(value: &Value, other: impl Fn(Key) -> Option<Key>) -> Option<Value> {
    match value {
        Value::Key(key) => other(*key).map(Value::Key),
        _ => None,
    }
}

/// Whether the object stands, or that which it would be a part of, or on which it would be a privilege.
fn stands(schema: &Schema<Written>, key: Key) -> bool {
    if key.kind == Kind::Privilege {
        let granted = KINDS.iter().find_map(|spec| Some((spec.kind, key.owner.as_str().strip_prefix(spec.noun)?.strip_prefix(' ')?)));
        let object = granted.map(|(kind, name)| match name.split_once('.').filter(|_| kind.spec().owned) {
            Some((owner, name)) => Key { kind, namespace: key.namespace, owner: Name::new(owner), name: Name::new(name) },
            None => Key::new(kind, key.namespace, Name::new(name)),
        });
        return object.is_some_and(|object| stands(schema, object));
    }
    let owners = [Kind::Table, Kind::Domain, Kind::Composite].map(|kind| Key::new(kind, key.namespace, key.owner));
    schema.resolve(key).is_some() || !key.owner.is_none() && owners.iter().any(|owner| schema.resolve(*owner).is_some())
}
