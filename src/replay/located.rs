//! Operations with their place, and the namespaces in which the name that they speak of may stand.

use crate::base::{Name, Span};
use crate::ir::kinds::KINDS;
use crate::ir::{Key, Kind, Op, Schema, Value, Written};

/// An operation with the place of its statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    pub op: Op,
    pub span: Option<Span>,
    /// Where it says such names, which few do.
    pub bare: Option<Box<Bare>>,
}

/// The names that a statement says without a namespace, and the search path along which they are looked for (PostgreSQL's manual,
/// 5.10.3). They were read as those of its first namespace. Empty where there is one namespace to look into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bare {
    pub names: Vec<Name>,
    pub path: Vec<Name>,
}

impl Bare {
    /// The key along the path, where its name is a bare one.
    fn look_up(&self, key: Key, schema: &Schema<Written>) -> Option<Key> {
        let granted = (key.kind == Kind::Privilege).then(|| granted(key)).flatten();
        let said = granted.unwrap_or(key);
        let name = if said.owner.is_none() { Name::new(said.bare()) } else { said.owner };
        let meant = self.path.first() == Some(&key.namespace) && self.names.contains(&name);
        let places = self.path.iter().filter(|_| meant).map(|namespace| Key { namespace: *namespace, ..said });
        places.into_iter().find(|place| stands(schema, *place)).map(|place| Key { namespace: place.namespace, ..key })
    }

    /// A routine's name with the namespaces in which the bare types of its arguments stand.
    fn with_types(&self, routine: Key, schema: &Schema<Written>) -> Name {
        let parts = routine.name.as_str().split_once('(').and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?)));
        let Some(((name, arguments), first)) = parts.zip(self.path.first()) else { return routine.name };
        let begin = format!("{first}.");
        let settled = |argument: &str| {
            let (bare, array) = argument.strip_prefix(&begin).map(|ty| ty.split_at(ty.find('[').unwrap_or(ty.len())))?;
            let bare = Name::new(bare);
            let is_there = |namespace: &&Name| TYPES.iter().any(|kind| schema.contains(Key::new(*kind, **namespace, bare)));
            let place = self.path.iter().filter(|_| self.names.contains(&bare)).find(is_there);
            place.map(|namespace| format!("{namespace}.{bare}{array}"))
        };
        let arguments: Vec<String> =
            arguments.split(',').map(|argument| settled(argument).unwrap_or_else(|| argument.to_owned())).collect();
        Name::new(&format!("{name}({})", arguments.join(",")))
    }
}

impl Located {
    pub fn new(op: Op, span: Option<Span>) -> Located {
        Located { op, span, bare: None }
    }

    /// The operation on what stands first in the search path.
    pub fn looked_up(mut self, schema: &Schema<Written>) -> Located {
        let Some(bare) = self.bare.clone() else { return self };
        let is_new = matches!(&self.op, Op::Create { object, .. } if !object.key.kind.spec().owned && object.key.kind != Kind::Privilege);
        let key = Key { name: bare.with_types(self.op.key(), schema), ..self.op.key() };
        let found = bare.look_up(key, schema).filter(|_| !is_new);
        *self.op.key_mut() = found.unwrap_or(key);
        let other = |key: Key| bare.look_up(key, schema);
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

/// What can be the type of an argument.
const TYPES: &[Kind] = &[Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType, Kind::Table, Kind::View];

fn other_key(value: &Value, other: impl Fn(Key) -> Option<Key>) -> Option<Value> {
    match value {
        Value::Key(key) => other(*key).map(Value::Key),
        _ => None,
    }
}

/// The object on which a privilege is.
fn granted(privilege: Key) -> Option<Key> {
    let owner = privilege.owner.as_str();
    let (kind, name) = KINDS.iter().find_map(|spec| Some((spec.kind, owner.strip_prefix(spec.noun)?.strip_prefix(' ')?)))?;
    Some(match name.split_once('.').filter(|_| kind.spec().owned) {
        Some((owner, name)) => Key { kind, namespace: privilege.namespace, owner: Name::new(owner), name: Name::new(name) },
        None => Key::new(kind, privilege.namespace, Name::new(name)),
    })
}

/// Whether the object stands, or that which it would be a part of.
fn stands(schema: &Schema<Written>, key: Key) -> bool {
    let owners = [Kind::Table, Kind::Domain, Kind::Composite].map(|kind| Key::new(kind, key.namespace, key.owner));
    schema.resolve(key).is_some() || !key.owner.is_none() && owners.iter().any(|owner| schema.resolve(*owner).is_some())
}
