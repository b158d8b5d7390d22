//! Operations of the project's and its packages' own classes: what they are based on, and what they hand on to it.

use super::modules::Modules;
use super::objects;
use super::operation::{Operation, Step};
use super::run_python::hands_over;
use super::syntax::Stmt;
use super::value::{Call, Value, last};

/// Attributes that Django's own operations keep: one that a class sets by itself is not what it handed on.
const KEPT: &[&str] = &[
    "sql",
    "state_operations",
    "database_operations",
    "model_name",
    "field",
    "fields",
    "index",
    "constraint",
    "options",
    "table",
    "new_name",
    "old_name",
];

/// Operations to which a name of their own says nothing.
const UNNAMED: &[&str] = &["RunSQL", "RunPython", "SeparateDatabaseAndState"];

impl Modules<'_> {
    /// An operation of the project's own: what it is based on decides, unless it reaches the database itself.
    pub(super) fn own_operation(&self, app: &str, call: &Call, path: &str, depth: u32) -> Operation {
        let opaque = |why: &str| Operation::Opaque { class: last(path).into(), why: why.to_string() };
        let Some(located) = self.class(path).filter(|_| depth < 12) else { return opaque("its class is not known") };
        let scope = located.outside();
        let base = located.class.bases.iter().find_map(|base| match self.evaluate(base, &scope) {
            Value::Ref(base) => Some(base),
            _ => None,
        });
        let Some(base) = base else { return opaque("its class is not known") };
        let overrides =
            |name: &str| located.class.body.iter().any(|one| matches!(one, Stmt::Function(function) if &*function.name == name));
        if overrides("state_forwards") {
            return opaque("its class changes what its arguments mean");
        }
        let handed = if overrides("__init__") { self.handed_to(&base, call, path) } else { Some(call.clone()) };
        let Some(handed) = handed else { return opaque("its class changes what its arguments mean") };
        let based = self.operation(app, &handed, &base, depth + 1);
        let forwards = self.method(&located, "database_forwards");
        if forwards.is_some_and(|forwards| !hands_over(&forwards.function.body)) {
            let state = Step { operation: based, span: call.span, built_in: None };
            let database = Step { operation: opaque("its class reaches the database itself"), span: call.span, built_in: None };
            return Operation::Separate { database: vec![database], state: vec![state] };
        }
        based
    }

    /// The call of the class below that the `__init__` of an operation's class makes; `None` where that cannot be told.
    fn handed_to(&self, base: &str, call: &Call, path: &str) -> Option<Call> {
        if self.inherited(base, "__init__", 0).is_some() {
            return None;
        }
        let made = self.made_by_init(&Call { callee: path.into(), ..call.clone() })?;
        let handed = objects::handed_to_super(&made)?;
        let known = handed.placed.iter().chain(handed.named.iter().map(|(_, value)| value)).all(|value| !value.has_unknown());
        let named = (!UNNAMED.contains(&last(base))).then_some("name");
        let set = KEPT.iter().copied().chain(named).any(|name| made.keyword(&format!(".{name}")).is_some());
        (known && !set).then(|| Call { callee: base.into(), arguments: handed.placed, keywords: handed.named, span: call.span })
    }
}
