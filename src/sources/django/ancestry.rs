//! Whether a class is a model: what its bases are, by name, by call and by metaclass.

use std::sync::Arc;

use super::bindings::Binding;
use super::calls;
use super::contrib;
use super::evaluate::Scope;
use super::kinds;
use super::models::Reader;
use super::modules::Located;
use super::syntax::{Expr, Node};
use super::value::{Value, last};

/// The base of all classes, which Python 2 asked for by name.
const OBJECT: &str = "object";

/// Whether a class is a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ancestry {
    No,
    /// It has bases that cannot be found, and fields.
    Perhaps,
    Model,
}

impl Reader<'_, '_> {
    pub(super) fn bases(&self, located: &Located) -> Vec<Value> {
        let scope = located.outside();
        let one = |base: &Expr| match self.modules.evaluate(base, &scope) {
            // `with_metaclass(Meta, Base)` stands for its bases; what the metaclass adds is `extended`'s to know.
            Value::Call(call) if last(&call.callee) == "with_metaclass" && !call.arguments.is_empty() => call.arguments[1..].to_vec(),
            // `get_user_model()`, `apps.get_model(…)`.
            Value::Str(name) => vec![self.class_named(&name).map_or(Value::Str(name), Value::Ref)],
            Value::Unknown(_) if matches!(&base.node, Node::Name(name) if &**name == OBJECT) => vec![Value::Ref(OBJECT.into())],
            // What the same module calls so before it, no path tells from the class itself.
            Value::Ref(path) if *path == *located.path() => vec![Value::Unknown(base.span)],
            base => vec![base],
        };
        located.class.bases.iter().flat_map(one).collect()
    }

    /// The class path of a model that is named by its label.
    fn class_named(&self, name: &str) -> Option<Arc<str>> {
        let (label, model) = name.split_once('.')?;
        let own = self.apps.iter().filter(|app| &*app.label == label).map(|app| format!("{}.models", app.package));
        let mut found = own.map(|module| match self.modules.follow(&format!("{module}.{model}")) {
            Value::Ref(path) if self.modules.class(&path).is_some() => Some(path),
            _ => None,
        });
        let built_in = format!("django.contrib.{label}.models.{model}");
        found.find_map(|path| path).or_else(|| contrib::model_at(&built_in).map(|_| built_in.into()))
    }

    pub(super) fn ancestry(&self, located: &Located, depth: u32) -> Ancestry {
        let bases = self.bases(located);
        let one = |base: &Value| match base {
            Value::Ref(path) if is_model_class(path) || contrib::abstract_model(path).is_some() => Ancestry::Model,
            Value::Ref(path) if contrib::model_at(path).is_some() => Ancestry::Model,
            Value::Ref(path) if depth > 20 || is_plain(path) => Ancestry::No,
            // What else of Django a class is based on makes it no model.
            Value::Ref(path) if path.starts_with("django.") && self.modules.class(path).is_none() => Ancestry::No,
            Value::Ref(path) => match self.modules.class(path) {
                Some(base) => self.ancestry(&base, depth + 1),
                None if self.has_fields(located) => Ancestry::Perhaps,
                None => Ancestry::No,
            },
            // `from_base(…)` and other calls that make a class.
            _ if self.has_fields(located) => Ancestry::Perhaps,
            _ => Ancestry::No,
        };
        bases.iter().map(one).max().unwrap_or(Ancestry::No)
    }

    fn has_fields(&self, located: &Located) -> bool {
        let scope = Scope::inside(located);
        located.body.all.iter().any(|bound| match &bound.what {
            Binding::Value(expr) => {
                matches!(self.modules.evaluate(expr, &scope), Value::Call(call) if kinds::of_django(&call.callee).is_some())
            }
            _ => false,
        })
    }
}

pub(super) fn is_model_class(path: &str) -> bool {
    matches!(path, "django.db.models.Model" | "django.db.models.base.Model" | "django.contrib.gis.db.models.Model")
}

/// Bases that have no fields by what they are.
pub(super) fn is_plain(path: &str) -> bool {
    matches!(path, OBJECT | "abc.ABC" | "typing.Generic" | "typing.Protocol" | "django.db.models.Model")
        || calls::BUILT_IN.contains(&path)
        || last(path).ends_with("Mixin") && path.starts_with("django.")
}
