//! Columns that a field adds to its model beside its own: what its class does in `contribute_to_class`.

use std::rc::Rc;
use std::sync::Arc;

use super::bindings::{Binding, Bound, Guard};
use super::evaluate::Scope;
use super::field::Field;
use super::functions::Arguments;
use super::models::{App, Fields, Reader};
use super::modules::{Located, Module, Modules};
use super::objects;
use super::state::{Gaps, ModelKey, State};
use super::syntax::{Expr, Node, Stmt};
use super::value::{Call, Value};
use crate::base::{Code, Diagnostic, Span};

/// The class of the object that stands for the model while such a method is followed.
pub const MODEL: &str = "<model>";

/// What is added while a method is followed.
#[derive(Default)]
pub struct Added {
    pub fields: Vec<(Arc<str>, Value)>,
    /// Whether a part of it stands under a condition that would have to be run.
    pub unsure: bool,
}

impl Modules<'_> {
    /// The further fields that the field of a call adds to a model, and whether these are surely all.
    pub(super) fn contributed(&self, field: &Field, value: &Value) -> (Vec<(Arc<str>, Value)>, bool) {
        let none = (Vec::new(), true);
        let Value::Call(call) = value else { return none };
        let Some(method) = self.inherited(&call.callee, "contribute_to_class", 0) else { return none };
        let kept = self.added.take();
        let options = objects::open(&"<options>".into(), vec![("abstract".into(), Value::Bool(false))], call.span);
        let model = objects::open(&MODEL.into(), vec![("_meta".into(), options)], call.span);
        let placed = vec![self.constructed(call, field), model, Value::Str(field.name.clone())];
        let done = self.invoke(&method, Arguments { placed, named: Vec::new() }, call.span);
        let added = self.added.replace(kept);
        let model = method.function.parameters.get(1).map(|parameter| parameter.name.clone());
        let sure = done.is_some() || !model.is_some_and(|model| self.hands_on((call, &method.scope), &method.function.body, &model, 0));
        (added.fields, sure && !added.unsure)
    }

    /// Whether a body may add a column to the model, by itself or in a method of the field's own to which it hands the model on.
    fn hands_on(&self, (field, scope): (&Call, &Scope), body: &[Stmt], model: &str, depth: u32) -> bool {
        let any = |body: &[Stmt]| self.hands_on((field, scope), body, model, depth);
        body.iter().any(|statement| match statement {
            Stmt::Call(Expr { node: Node::Call(call), .. }) => {
                let Node::Attribute(base, method) = &call.function.node else { return false };
                let Some(place) = call.arguments.iter().position(|argument| is_name(argument, model)) else {
                    return &**method == "add_to_class";
                };
                let own = self.inherited(&field.callee, method, 0).filter(|_| is_name(base, "self"));
                match own.and_then(|own| Some((own.function.parameters.get(place + 1)?.name.clone(), own))) {
                    Some((model, own)) => depth < 8 && self.hands_on((field, &own.scope), &own.function.body, &model, depth + 1),
                    None => &**method == "contribute_to_class" && !objects::is_super(base) && !self.is_virtual((base, scope), body),
                }
            }
            Stmt::If { then, otherwise, .. } => any(then) || any(otherwise),
            Stmt::Try { body, otherwise, .. } => any(body) || any(otherwise),
            Stmt::For { body, .. } => any(body),
            _ => false,
        })
    }

    /// Whether a name is bound in a body to a field without a column.
    fn is_virtual(&self, (name, scope): (&Expr, &Scope), body: &[Stmt]) -> bool {
        let bound = body.iter().find_map(|statement| match statement {
            Stmt::Assign { name: known, value } if is_name(name, known) => Some(self.evaluate(value, scope)),
            _ => None,
        });
        bound.and_then(|value| self.field("", &value)).is_some_and(|field| !field.has_column() && !field.is_many())
    }

    /// The field as its `__init__` leaves it; where that is not followed, with the arguments that are known.
    fn constructed(&self, call: &Arc<Call>, field: &Field) -> Value {
        let arguments = field.arguments.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let bare = objects::open(&call.callee, arguments, call.span);
        let Some(init) = self.inherited(&call.callee, "__init__", 0) else { return bare };
        let placed = [bare.clone()].into_iter().chain(call.arguments.iter().cloned()).collect();
        let done = self.invoke(&init, Arguments { placed, named: call.keywords.clone() }, call.span);
        done.and_then(|done| done.object).filter(|object| matches!(object, Value::Call(_))).unwrap_or(bare)
    }

    /// Notes a field that a statement adds to the model at hand; whether it was one.
    pub(super) fn adds(&self, (object, method): (&Value, &str), arguments: &[Value]) -> bool {
        let is_model = |value: &Value| matches!(value, Value::Call(call) if &*call.callee == MODEL);
        let (name, field) = match (method, arguments) {
            ("add_to_class", [Value::Str(name), field]) if is_model(object) => (name, field),
            ("contribute_to_class", [model, Value::Str(name)]) if is_model(model) => (name, object),
            // A name that would have to be run.
            ("add_to_class", [_, _]) if is_model(object) => {
                self.added.borrow_mut().unsure = true;
                return true;
            }
            _ => return false,
        };
        let bare = match field {
            Value::Call(call) => {
                let keywords = call.keywords.iter().filter(|(name, _)| !name.starts_with('.')).cloned().collect();
                let (callee, arguments) = (call.callee.clone(), call.arguments.clone());
                Value::Call(Arc::new(Call { callee, arguments, keywords, span: call.span }))
            }
            other => other.clone(),
        };
        // A relation without a column changes nothing in a database.
        if self.field(name, &bare).is_none_or(|field| field.has_column() || field.is_many()) {
            self.added.borrow_mut().fields.push((name.clone(), bare));
        }
        true
    }
}

impl Reader<'_, '_> {
    /// Whether a decorator of a class stands in a module that adds fields to classes.
    pub(super) fn is_decorated(&self, located: &Located) -> bool {
        let scope = Scope::of(&located.module);
        let adds = |decorator: &Expr| {
            let function = match &decorator.node {
                Node::Call(call) => &call.function,
                _ => decorator,
            };
            let Value::Ref(path) = self.modules.evaluate(function, &scope) else { return false };
            let module = path.rsplit_once('.').and_then(|(module, _)| self.modules.load(module));
            let says = |text: &str| ["add_to_class", "contribute_to_class"].iter().any(|method| text.contains(method));
            module.is_some_and(|module| self.modules.with_files(|files| says(&files.get(module.file).text)))
        };
        located.class.decorators.iter().any(adds)
    }

    /// Adds what the statements of a module give to classes from outside: `Class.add_to_class("name", field)`.
    pub(super) fn add_from_outside(&self, module: &Rc<Module>, state: &mut State) {
        self.add_all(&module.bindings.additions, Scope::of(module), state);
    }

    /// Adds what an app's AppConfig gives to classes when the project is ready.
    pub(super) fn add_when_ready(&self, app: &App, state: &mut State) {
        for (module, body) in self.readied(app).into_iter().filter(|(_, body)| !body.additions.is_empty()) {
            let mut scope = Scope::of(&module);
            for bound in &body.all {
                let value = match own_model(bound) {
                    Some(model) => Some(Value::Str(format!("{}.{model}", app.label).into())),
                    None => self.modules.bound(&scope, &body, &bound.name, usize::MAX),
                };
                scope.bind(&bound.name, value.unwrap_or(Value::Unknown(Span::new(module.file, 0, 0))));
            }
            // A class that has the attribute already gets none.
            let asks = |guard: &Guard| matches!(guard, Guard::Test { test, .. } if is_lacking(test));
            let of_body =
                |bound: &Bound| Bound { guards: bound.guards.iter().filter(|guard| !asks(guard)).cloned().collect(), ..bound.clone() };
            self.add_all(&body.additions.iter().map(of_body).collect::<Vec<_>>(), scope, state);
        }
    }

    fn add_all(&self, additions: &[Bound], scope: Scope, state: &mut State) {
        for bound in additions {
            let (Binding::Value(expr), holds) = (&bound.what, self.modules.holds(&scope, bound)) else { continue };
            let Some((class, name, value)) = self.addition(expr, &scope).filter(|_| holds != Some(false)) else { continue };
            let open =
                |whose: String| Diagnostic::new(Code::Unseen, Some(expr.span), format!("{whose}: what is added to it here cannot be told"));
            let key = match &class {
                Value::Ref(path) => self.key_of(path),
                class => class.str().and_then(|named| named.split_once('.')).map(|(app, name)| ModelKey::new(app, name)),
            };
            let Some((key, model)) = key.and_then(|key| state.models.get_mut(&key).map(|model| (key, model))) else {
                self.modules.report(open("a class that is no model here".to_string()));
                continue;
            };
            let model = Rc::make_mut(model);
            match name.str().map(|name| (name, self.modules.any_field(name, &value))) {
                // A method, a manager.
                Some((_, None)) => {}
                Some((name, Some(_))) if model.field(name).is_some() => {}
                Some((_, Some(field))) if holds.is_some() => {
                    let (mut fields, mut gaps) = (Fields::new(), Gaps::default());
                    self.add_field((field, &value), (&mut fields, &mut gaps));
                    model.fields.extend(fields.into_iter().filter_map(|(_, field)| field));
                    if gaps.partial {
                        model.gaps.open(open(key.to_string()));
                    }
                }
                _ => model.gaps.open(open(key.to_string())),
            }
        }
    }

    /// The class, the name and the field of `Class.add_to_class(name, field)` and `field.contribute_to_class(Class, name)`.
    fn addition(&self, expr: &Expr, scope: &Scope) -> Option<(Value, Value, Value)> {
        let Node::Call(call) = &expr.node else { return None };
        let Node::Attribute(base, method) = &call.function.node else { return None };
        let (placed, _) = self.modules.arguments(call, scope);
        let base = self.modules.evaluate(base, scope);
        match (&**method, placed.as_slice()) {
            ("add_to_class", [name, field]) => Some((base, name.clone(), field.clone())),
            ("contribute_to_class", [class, name]) => Some((class.clone(), name.clone(), base)),
            _ => None,
        }
    }

    /// Adds a field with those that it brings along.
    pub(super) fn add_field(&self, (field, value): (Rc<Field>, &Value), (fields, gaps): (&mut Fields, &mut Gaps)) {
        let (more, sure) = self.modules.contributed(&field, value);
        gaps.partial |= !sure;
        fields.push((field.name.clone(), Some(field.clone())));
        for (name, value) in more {
            let known = fields.iter().any(|(known, _)| *known == name);
            if !known && let Some(added) = self.modules.field(&name, &value) {
                fields.push((name, Some(Rc::new(Field { span: field.span, ..(*added).clone() }))));
            }
        }
    }
}

fn is_name(expr: &Expr, name: &str) -> bool {
    matches!(&expr.node, Node::Name(known) if &**known == name)
}

/// The model that `name = self.get_model("model")` binds.
fn own_model(bound: &Bound) -> Option<Arc<str>> {
    let Binding::Value(Expr { node: Node::Call(call), .. }) = &bound.what else { return None };
    match (&call.function.node, &*call.arguments) {
        (Node::Attribute(base, method), [Expr { node: Node::Str(model), .. }]) if &**method == "get_model" && is_name(base, "self") => {
            Some(model.clone())
        }
        _ => None,
    }
}

/// `not hasattr(…)`.
fn is_lacking(test: &Expr) -> bool {
    let Node::Unary("not", asked) = &test.node else { return false };
    matches!(&asked.node, Node::Call(call) if is_name(&call.function, "hasattr"))
}
