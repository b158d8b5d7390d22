//! What a Python expression is worth, as far as it can be told without running anything.

use std::sync::Arc;

use crate::base::Span;

/// A value of the static evaluator.
#[derive(Clone, Debug)]
pub enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// A float or a large integer as written.
    Number(Arc<str>),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    List(Arc<[Value]>),
    Tuple(Arc<[Value]>),
    Dict(Arc<[(Value, Value)]>),
    /// A class, function or module by its dotted path.
    Ref(Arc<str>),
    /// An instance: the call of a class or function by its dotted path. Operators are calls of their sign, methods
    /// of `.name` with the object first.
    Call(Arc<Call>),
    /// What would have to be run.
    Unknown(Span),
}

/// A call that is not carried out but kept.
#[derive(Clone, Debug)]
pub struct Call {
    pub callee: Arc<str>,
    pub arguments: Vec<Value>,
    pub keywords: Vec<(Arc<str>, Value)>,
    pub span: Span,
}

impl Call {
    pub fn keyword(&self, name: &str) -> Option<&Value> {
        self.keywords.iter().rev().find(|(key, _)| &**key == name).map(|(_, value)| value)
    }

    /// The argument of this name, or at this place.
    pub fn argument(&self, place: usize, name: &str) -> Option<&Value> {
        self.keyword(name).or_else(|| self.arguments.get(place))
    }

    /// The last word of the callee's path.
    pub fn name(&self) -> &str {
        last(&self.callee)
    }
}

/// The last word of a dotted path.
pub fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

impl Value {
    pub fn str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    pub fn int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            Value::Bool(truth) => Some(i64::from(*truth)),
            _ => None,
        }
    }

    pub fn bool(&self) -> Option<bool> {
        match self {
            Value::Bool(truth) => Some(*truth),
            Value::None => Some(false),
            Value::Int(number) => Some(*number != 0),
            Value::Str(text) => Some(!text.is_empty()),
            Value::List(items) | Value::Tuple(items) => Some(!items.is_empty()),
            Value::Dict(items) => Some(!items.is_empty()),
            Value::Number(_) | Value::Bytes(_) | Value::Ref(_) | Value::Call(_) | Value::Unknown(_) => None,
        }
    }

    /// Whether two values are one and the same, also where a part of it is unknown.
    pub fn is_same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::List(one), Value::List(two)) | (Value::Tuple(one), Value::Tuple(two)) if Arc::ptr_eq(one, two) => true,
            (Value::Dict(one), Value::Dict(two)) if Arc::ptr_eq(one, two) => true,
            (Value::Call(one), Value::Call(two)) if Arc::ptr_eq(one, two) => true,
            (Value::Unknown(one), Value::Unknown(two)) => one == two,
            _ => self == other,
        }
    }

    /// The elements of a list or tuple.
    pub fn items(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) | Value::Tuple(items) => Some(items),
            _ => None,
        }
    }

    pub fn strings(&self) -> Option<Vec<Arc<str>>> {
        self.items()?.iter().map(|item| item.str().map(Arc::from)).collect()
    }

    pub fn call(&self) -> Option<&Arc<Call>> {
        match self {
            Value::Call(call) => Some(call),
            _ => None,
        }
    }

    pub fn entry(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Dict(entries) => entries.iter().rev().find(|(name, _)| name.str() == Some(key)).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Whether nothing changes such a value in its place.
    pub fn is_fixed(&self) -> bool {
        match self {
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Number(_) | Value::Str(_) | Value::Bytes(_) | Value::Tuple(_) => true,
            Value::List(_) | Value::Dict(_) | Value::Ref(_) | Value::Call(_) | Value::Unknown(_) => false,
        }
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown(_))
    }

    /// Whether some part of the value is unknown.
    pub fn has_unknown(&self) -> bool {
        match self {
            Value::Unknown(_) => true,
            Value::List(items) | Value::Tuple(items) => items.iter().any(Value::has_unknown),
            Value::Dict(entries) => entries.iter().any(|(key, value)| key.has_unknown() || value.has_unknown()),
            Value::Call(call) => {
                call.arguments.iter().any(Value::has_unknown) || call.keywords.iter().any(|(_, value)| value.has_unknown())
            }
            _ => false,
        }
    }
}

impl PartialEq for Value {
    /// Equal as written; an unknown equals nothing.
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::None, Value::None) => true,
            (Value::Bool(one), Value::Bool(two)) => one == two,
            (Value::Int(one), Value::Int(two)) => one == two,
            (Value::Number(one), Value::Number(two)) | (Value::Str(one), Value::Str(two)) | (Value::Ref(one), Value::Ref(two)) => {
                one == two
            }
            (Value::Bytes(one), Value::Bytes(two)) => one == two,
            (Value::List(one), Value::List(two)) | (Value::Tuple(one), Value::Tuple(two)) => one == two,
            (Value::Dict(one), Value::Dict(two)) => one == two,
            (Value::Call(one), Value::Call(two)) => {
                one.callee == two.callee && one.arguments == two.arguments && one.keywords == two.keywords
            }
            _ => false,
        }
    }
}
