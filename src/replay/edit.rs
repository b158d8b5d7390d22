//! Changes inside a listed fact: labels and options.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Edit, Value};

/// A listed fact after an edit; `None` where nothing is left of it.
pub fn edited(value: Option<&Value>, edit: Edit) -> Option<Value> {
    match edit {
        Edit::AddLabel { label, before, after } => {
            let mut labels = labels(value);
            let at = |wanted: &Arc<str>| labels.iter().position(|known| known == wanted);
            if at(&label).is_some() {
                return Some(Value::Labels(labels));
            }
            let place = match (&before, &after) {
                (Some(before), _) => at(before),
                (_, Some(after)) => at(after).map(|at| at + 1),
                _ => None,
            };
            labels.insert(place.unwrap_or(labels.len()), label);
            Some(Value::Labels(labels))
        }
        Edit::RenameLabel { from, to } => {
            let renamed = labels(value).into_iter().map(|label| if label == from { to.clone() } else { label });
            Some(Value::Labels(renamed.collect()))
        }
        Edit::DropLabel(gone) => {
            let labels: Vec<Arc<str>> = labels(value).into_iter().filter(|label| *label != gone).collect();
            (!labels.is_empty()).then_some(Value::Labels(labels))
        }
        Edit::SetOptions(set) => {
            let mut options = options(value);
            options.extend(set);
            Some(Value::Options(options))
        }
        Edit::ResetOptions(names) => {
            let mut options = options(value);
            options.retain(|name, _| !names.contains(name));
            (!options.is_empty()).then_some(Value::Options(options))
        }
        Edit::ReplaceInOptions { names, from, to } => {
            let mut options = options(value);
            for (_, list) in options.iter_mut().filter(|(name, _)| names.is_empty() || names.contains(name)) {
                let elements: Vec<&str> = list.split(", ").map(|element| if *element == *from { &*to } else { element }).collect();
                *list = elements.join(", ").into();
            }
            (!options.is_empty()).then_some(Value::Options(options))
        }
    }
}

fn labels(value: Option<&Value>) -> Vec<Arc<str>> {
    match value {
        Some(Value::Labels(labels)) => labels.clone(),
        _ => Vec::new(),
    }
}

/// The options that a fact holds.
pub fn options(value: Option<&Value>) -> BTreeMap<Name, Arc<str>> {
    match value {
        Some(Value::Options(options)) => options.clone(),
        _ => BTreeMap::new(),
    }
}
