//! Models that stand in no class statement: what `type(name, (Base,), {…})` makes.

use std::rc::Rc;
use std::sync::Arc;

use super::evaluate::Scope;
use super::models::{App, Reader};
use super::modules::{Located, Module, Modules};
use super::syntax::{CallExpr, Class, Expr, Node};
use super::value::{Value, last};
use crate::base::{Code, Diagnostic};

impl Modules<'_> {
    /// The class that `type` makes of one base and nothing of its own but what Python itself keeps (`__module__`). It is held to
    /// stand beside its base.
    pub(super) fn made_class(&self, arguments: &[Value]) -> Option<Value> {
        let [Value::Str(name), Value::Tuple(bases), Value::Dict(entries)] = arguments else { return None };
        let [Value::Ref(base)] = &**bases else { return None };
        if entries.is_empty() {
            return Some(bases[0].clone());
        }
        let inner = |key: &Value| key.str().is_some_and(|key| key.starts_with("__"));
        let located = self.class(base).filter(|_| entries.iter().all(|(key, _)| inner(key)))?;
        let beside = base.strip_suffix(&*located.class.name)?;
        let path: Arc<str> = format!("{beside}{name}").into();
        let taken = !self.is_made(&path) && self.class(&path).is_some();
        if taken || beside.trim_end_matches('.') != &*located.module.path {
            return None;
        }
        let span = located.class.span;
        let bases = vec![Expr { node: Node::Name(located.class.name.clone()), span }];
        let class = Arc::new(Class { name: name.clone(), bases, decorators: Vec::new(), metaclass: None, body: Vec::new(), span });
        let made = self.located(located.module, class);
        self.made.borrow_mut().entry(path.clone()).or_insert(made);
        Some(Value::Ref(path))
    }

    /// Whether a class was made by a call.
    pub(super) fn is_made(&self, path: &str) -> bool {
        self.made.borrow().contains_key(path)
    }
}

impl Reader<'_, '_> {
    /// The model that the value of a name in `module` makes; where a call may make one that cannot be told, that is said.
    pub(super) fn made(&self, (module, app): (&Rc<Module>, &App), name: &str, value: &Expr) -> Option<Located> {
        let Node::Call(call) = &value.node else { return None };
        let scope = Scope::of(module);
        let found = self.modules.evaluate(value, &scope);
        if let Value::Ref(path) = &found
            && self.modules.is_made(path)
            && self.key_of(path).is_some_and(|key| key.app == app.label)
        {
            return self.modules.class(path);
        }
        if !matches!(found, Value::Ref(_) | Value::None) && name.starts_with(char::is_uppercase) && self.may_make_model(call, &scope) {
            let message = format!("{}.{name}: a model may be made here by a call that would have to be run", module.path);
            let help = "a table of it is not compared";
            self.modules.report(Diagnostic::new(Code::Unseen, Some(value.span), message).help(help));
        }
        None
    }

    /// Whether a call is handed an abstract model, or a model by a function that speaks of models.
    fn may_make_model(&self, call: &CallExpr, scope: &Scope) -> bool {
        let callee = self.modules.evaluate(&call.function, scope);
        let Value::Ref(callee) = callee else { return false };
        let speaks = last(&callee).to_lowercase().contains("model");
        let (placed, named) = self.modules.arguments(call, scope);
        let mut handed: Vec<Value> = placed.into_iter().chain(named.into_iter().map(|(_, value)| value)).collect();
        handed.extend(handed.clone().iter().filter_map(Value::items).flatten().cloned());
        let model = |value: &Value| match value {
            Value::Ref(path) => self.is_model(path) && (speaks || self.is_abstract(path)),
            _ => false,
        };
        !callee.starts_with("django.") && handed.iter().any(model)
    }
}
