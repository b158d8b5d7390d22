//! Labels that a transaction adds to an enum: nothing can use them before it is committed (PostgreSQL's manual, ALTER TYPE, Notes).

use std::sync::Arc;

use crate::ir::{Attr, Edit, Key, Kind, Object, Op, Schema, Value, Written};

/// The labels of an open transaction, with their types.
#[derive(Default)]
pub struct Fresh {
    labels: Vec<(Key, Arc<str>)>,
}

impl Fresh {
    /// Takes down what a statement of a transaction adds to types.
    pub fn take(&mut self, ops: &[Op], inside: bool) {
        if !inside {
            return *self = Fresh::default();
        }
        let added = ops.iter().filter_map(|op| match op {
            Op::Edit { key, edit: Edit::AddLabel { label, .. }, .. } => Some((*key, label.clone())),
            _ => None,
        });
        self.labels.extend(added);
    }

    /// Why the server refuses a default that is such a label.
    pub fn refusal(&self, ops: &[Op], state: &Schema<Written>) -> Option<String> {
        let defaults = ops.iter().filter_map(|op| match op {
            Op::Create { object, .. } if object.key.kind == Kind::Column => Some((object.text(Attr::Type)?, object.text(Attr::Default)?)),
            Op::Set { key, attr: Attr::Default, value: Some(Value::Sql(value)) } => {
                let column: &Object = state.get(state.resolve(*key)?)?;
                Some((column.text(Attr::Type)?, &*value.text))
            }
            _ => None,
        });
        defaults.into_iter().find_map(|(kind, default)| {
            let of = |key: &Key| kind.rsplit('.').next().unwrap_or(kind).trim_matches('"') == key.name.as_str();
            let said = |label: &str| default.starts_with(&format!("'{}'", label.replace('\'', "''")));
            let (key, label) = self.labels.iter().find(|(key, label)| of(key) && said(label))?;
            Some(format!("nothing can use the label {label} of {key} in the transaction that adds it"))
        })
    }
}
