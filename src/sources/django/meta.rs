//! The options of a model's Meta that a database shows.

use std::rc::Rc;
use std::sync::Arc;

use super::evaluate::Scope;
use super::models::Reader;
use super::state::{Element, Model};
use super::value::Value;
use crate::base::{Code, Diagnostic, Span};

impl Reader<'_, '_> {
    /// Reads the options into a model.
    pub(super) fn options(&self, path: &str, model: &mut Model) {
        let text = |name: &str| self.meta(path, name).and_then(|value| value.str().map(Arc::<str>::from));
        model.options.db_table = text("db_table").filter(|table| !table.is_empty());
        model.options.comment = text("db_table_comment").filter(|comment| !comment.is_empty());
        model.options.swappable = text("swappable");
        model.options.order_with_respect_to = text("order_with_respect_to");
        model.options.unmanaged = self.flag(path, "managed") == Some(false);
        model.options.conditional = self.is_untold(path, "managed");
        let entries = [("unique_together", &mut model.options.unique_together), ("index_together", &mut model.options.index_together)];
        for (name, place) in entries {
            if let Some(value) = self.meta(path, name) {
                match together(&value) {
                    Some(sets) => *place = sets,
                    None => model.gaps.open(unread(path, name, model.span)),
                }
            }
        }
        for (name, is_index) in [("indexes", true), ("constraints", false)] {
            let Some(value) = self.meta(path, name) else { continue };
            let Some(items) = value.items() else {
                model.gaps.open(unread(path, name, model.span));
                continue;
            };
            let elements: Option<Vec<Rc<Element>>> = items.iter().map(|item| Some(named_for(&Element::of(item)?, model))).collect();
            let Some(elements) = elements else {
                model.gaps.open(unread(path, name, model.span));
                continue;
            };
            if is_index { model.options.indexes = elements } else { model.options.constraints = elements }
        }
    }
}

impl Reader<'_, '_> {
    /// Whether an option is said, but would have to be run or stands under a condition that would.
    pub(super) fn is_untold(&self, path: &str, name: &str) -> bool {
        let plain = |value: &Value| matches!(value, Value::None | Value::Bool(_) | Value::Int(_) | Value::Str(_));
        if self.meta(path, name).is_some_and(|value| !plain(&value)) {
            return true;
        }
        let Some(meta) = self.modules.class(path).and_then(|located| self.own_meta(&located)) else { return false };
        let scope = Scope::inside(&meta);
        let mut stand = meta.body.places(name).iter().map(|place| self.modules.stands(&scope, (&meta.body, *place)));
        stand.any(|stands| stands.is_none())
    }
}

fn unread(path: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::Unseen, Some(span), format!("{path}: Meta.{name} cannot be told without running it"))
}

/// `%(app_label)s` and `%(class)s` in a name.
fn named_for(element: &Rc<Element>, model: &Model) -> Rc<Element> {
    match &element.name {
        Some(name) if name.contains("%(") => {
            let name = name.replace("%(app_label)s", &model.app.to_lowercase()).replace("%(class)s", &model.name.to_lowercase());
            Rc::new(Element { name: Some(name.into()), ..(**element).clone() })
        }
        _ => element.clone(),
    }
}

/// A set of sets of field names; one flat set stands for itself.
pub fn together(value: &Value) -> Option<Vec<Vec<Arc<str>>>> {
    if matches!(value, Value::None) {
        return Some(Vec::new());
    }
    let items = value.items()?;
    if !items.is_empty() && items.iter().all(|item| item.str().is_some()) {
        return Some(vec![value.strings()?]);
    }
    let mut sets: Vec<Vec<Arc<str>>> = Vec::new();
    for item in items {
        let set = item.strings()?;
        if !set.is_empty() && !sets.contains(&set) {
            sets.push(set);
        }
    }
    Some(sets)
}
