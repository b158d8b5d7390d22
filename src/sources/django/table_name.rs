//! Table names that a metaclass gives: what it does would have to be run, but the migrations were written after it and say the name.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::evaluate::Scope;
use super::models::Reader;
use super::modules::Located;
use super::state::{Model, ModelKey, State};
use super::syntax::Stmt;
use super::value::{Value, last};

impl Reader<'_, '_> {
    /// The metaclass of a class or of one of its bases that sets `db_table`.
    pub(super) fn names_table(&self, located: &Located, depth: u32) -> Option<Arc<str>> {
        let scope = Scope::of(&located.module);
        let said = located.class.metaclass.iter().map(|meta| self.modules.evaluate(meta, &scope));
        let called = located.class.bases.iter().filter_map(|base| match self.modules.evaluate(base, &scope) {
            Value::Call(call) if last(&call.callee) == "with_metaclass" => call.arguments.first().cloned(),
            _ => None,
        });
        let own = said.chain(called).find_map(|meta| match meta {
            Value::Ref(path) if self.sets_table(&path, 0) => Some(path),
            _ => None,
        });
        let based = || {
            self.bases(located).into_iter().find_map(|base| match base {
                Value::Ref(path) if depth < 20 => self.names_table(&self.modules.class(&path)?, depth + 1),
                _ => None,
            })
        };
        own.or_else(based)
    }

    /// Whether a method of a metaclass, or of one that it is based on, sets `db_table`.
    fn sets_table(&self, path: &str, depth: u32) -> bool {
        let Some(meta) = self.modules.class(path) else { return false };
        let own = meta.class.body.iter().any(|statement| match statement {
            Stmt::Function(function) => sets(&function.body),
            _ => false,
        });
        let based = |base: &Value| matches!(base, Value::Ref(path) if depth < 20 && self.sets_table(path, depth + 1));
        own || self.bases(&meta).iter().any(based)
    }
}

fn sets(body: &[Stmt]) -> bool {
    body.iter().any(|statement| match statement {
        Stmt::Member { attributes, .. } => attributes.last().is_some_and(|name| &**name == "db_table"),
        Stmt::If { then, otherwise, .. } => sets(then) || sets(otherwise),
        Stmt::Try { body, otherwise, .. } => sets(body) || sets(otherwise),
        Stmt::For { body, .. } => sets(body),
        _ => false,
    })
}

/// Whether the name of a table must be asked of the migrations.
pub(super) fn is_open(state: &State) -> bool {
    state.models.values().any(|model| model.options.named_by.is_some())
}

/// Gives the models the names that the migrations say; what they do not speak of stays open.
pub(super) fn settle(state: &mut State, migrated: &BTreeMap<ModelKey, Rc<Model>>) {
    for (key, model) in &mut state.models {
        if let Some(known) = migrated.get(key).filter(|_| model.options.named_by.is_some()) {
            let options = &mut Rc::make_mut(model).options;
            (options.db_table, options.named_by) = (known.options.db_table.clone(), None);
        }
    }
}
