//! The static evaluator: expressions whose value does not depend on running anything.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::bindings::{Binding, Bindings};
use super::compare::{compare, subscript};
use super::modules::{Located, Module, Modules};
use super::syntax::{Expr, Node};
use super::text::{percent, shown};
use super::value::{Call, Value, last};
use super::{calls, defaults, entry_points, kinds, objects, paths};
use crate::base::{FileId, Span};

/// Where an expression stands: its module, the class body around it, and names bound on the way.
#[derive(Clone)]
pub struct Scope {
    pub module: Rc<Module>,
    class: Option<(Arc<str>, Rc<Bindings>)>,
    locals: Rc<Vec<(Arc<str>, Value)>>,
    /// A name that refers to its own earlier binding.
    own: Option<(Arc<str>, usize)>,
}

impl Scope {
    pub fn of(module: &Rc<Module>) -> Scope {
        Scope { module: module.clone(), class: None, locals: Rc::default(), own: None }
    }

    /// The body of a class.
    pub fn inside(located: &Located) -> Scope {
        let class = Some((located.class.name.clone(), located.body.clone()));
        Scope { class, ..Scope::of(&located.module) }
    }

    pub fn with(&self, name: Arc<str>, value: Value) -> Scope {
        let locals = self.locals.iter().cloned().chain([(name, value)]).collect();
        Scope { locals: Rc::new(locals), ..self.clone() }
    }

    /// Binds a name in place: what it was before is hidden.
    pub fn bind(&mut self, name: &Arc<str>, value: Value) {
        Rc::make_mut(&mut self.locals).push((name.clone(), value));
    }

    /// What a local name is bound to.
    pub fn local(&self, name: &str) -> Option<Value> {
        self.locals.iter().rev().find(|(local, _)| &**local == name).map(|(_, value)| value.clone())
    }

    /// Makes unknown what is bound otherwise in `other`.
    pub fn blur(&mut self, other: &Scope, span: Span) {
        let names: BTreeSet<Arc<str>> = self.locals.iter().chain(other.locals.iter()).map(|(name, _)| name.clone()).collect();
        for name in names {
            let same = matches!((self.local(&name), other.local(&name)), (Some(one), Some(two)) if one.is_same(&two));
            if !same {
                self.bind(&name, Value::Unknown(span));
            }
        }
    }

    /// The scope in which `name` means what it meant before the binding at `place`.
    pub fn before(&self, name: &Arc<str>, place: usize) -> Scope {
        Scope { own: Some((name.clone(), place)), ..self.clone() }
    }

    /// The dotted path of what is bound here.
    pub fn path(&self) -> String {
        match &self.class {
            Some((name, _)) => format!("{}.{name}", self.module.path),
            None => self.module.path.to_string(),
        }
    }

    /// The place before which a name is looked up in its body: one that is bound later too is asked for what it was.
    fn end(&self, name: &str, body: &Bindings) -> usize {
        let later = |place: usize| body.places(name).last().is_some_and(|last| *last >= place);
        self.own.as_ref().filter(|(own, place)| &**own == name || later(*place)).map_or(usize::MAX, |(_, place)| *place)
    }
}

/// Whether a dictionary that is known whole lacks a key.
fn lacks(base: &Value, key: &Value) -> bool {
    matches!(base, Value::Dict(entries) if !key.has_unknown() && entries.iter().all(|(known, _)| !known.has_unknown() && known != key))
}

/// Whether a value counts as true; `None` where that cannot be told.
pub fn truth(value: &Value) -> Option<bool> {
    value.bool()
}

/// `one + two`, and what `+=` gives.
pub fn add(one: Value, two: Value, span: Span) -> Value {
    match (&one, &two) {
        (Value::Str(first), Value::Str(second)) => Value::Str(format!("{first}{second}").into()),
        (Value::Int(first), Value::Int(second)) => first.checked_add(*second).map_or(Value::Unknown(span), Value::Int),
        (Value::List(first), _) => match two.items() {
            Some(second) => Value::List(first.iter().chain(second).cloned().collect()),
            None => Value::List(first.iter().cloned().chain([Value::Unknown(span)]).collect()),
        },
        (Value::Tuple(first), _) => match two.items() {
            Some(second) => Value::Tuple(first.iter().chain(second).cloned().collect()),
            None => Value::Unknown(span),
        },
        _ => operator("+", vec![one, two], span),
    }
}

/// An operator over objects, kept as a call of its sign; unknown where a side is.
fn operator(sign: &'static str, arguments: Vec<Value>, span: Span) -> Value {
    let objects = arguments.iter().any(|argument| matches!(argument, Value::Call(_)));
    if !objects || arguments.iter().any(Value::is_unknown) {
        return Value::Unknown(span);
    }
    Value::Call(Arc::new(Call { callee: sign.into(), arguments, keywords: Vec::new(), span }))
}

impl Modules<'_> {
    pub fn evaluate(&self, expr: &Expr, scope: &Scope) -> Value {
        let span = expr.span;
        if !self.spend(span) {
            return Value::Unknown(span);
        }
        match &expr.node {
            Node::None => Value::None,
            Node::Bool(truth) => Value::Bool(*truth),
            Node::Int(number) => Value::Int(*number),
            Node::Number(text) => Value::Number(text.clone()),
            Node::Str(text) => Value::Str(text.clone()),
            Node::Bytes(bytes) => Value::Bytes(bytes.clone()),
            Node::Name(name) => self.named(name, scope, span),
            Node::Attribute(base, name) => self.held(base, name, scope, span),
            Node::Call(call) => self.call(call, scope, span),
            Node::List(items) => Value::List(self.items(items, scope)),
            Node::Tuple(items) | Node::Set(items) => Value::Tuple(self.items(items, scope)),
            Node::Dict(entries) => self.dict(entries, scope),
            Node::Joined(parts) => self.joined(parts, scope, span),
            Node::Binary(left, sign, right) => self.binary(left, sign, right, scope, span),
            Node::Unary(sign, operand) => self.unary(sign, self.evaluate(operand, scope), span),
            Node::Logic(sign, parts) => self.logic(sign, parts, scope, span),
            Node::Compare(left, sign, right) => compare(&self.evaluate(left, scope), sign, &self.evaluate(right, scope), span),
            Node::Choice { test, then, otherwise } => match truth(&self.evaluate(test, scope)) {
                Some(true) => self.evaluate(then, scope),
                Some(false) => self.evaluate(otherwise, scope),
                None => {
                    let sides = (self.evaluate(then, scope), self.evaluate(otherwise, scope));
                    if sides.0 == sides.1 { sides.0 } else { Value::Unknown(span) }
                }
            },
            Node::Subscript(base, index) => {
                let (base, index) = (self.evaluate(base, scope), self.evaluate(index, scope));
                self.raised.set(self.raised.get() || lacks(&base, &index));
                match &base {
                    // `Class[Parameter]` is the class.
                    Value::Ref(path)
                        if kinds::of_django(path).is_some() || self.class(path).is_some_and(|class| !self.enumerates(&class)) =>
                    {
                        base
                    }
                    _ => subscript(&base, &index, span),
                }
            }
            Node::Comprehension { element, name, source, tests } => {
                let Some(items) = self.evaluate(source, scope).items().map(<[Value]>::to_vec) else { return Value::Unknown(span) };
                self.comprehension(items, (name, element), tests, scope)
            }
            Node::Lambda(function) => self.keep_lambda(function, scope),
            Node::Star(_) | Node::Other => Value::Unknown(span),
        }
    }

    fn comprehension(&self, items: Vec<Value>, (name, element): (&Arc<str>, &Expr), tests: &[Expr], scope: &Scope) -> Value {
        let mut out = Vec::new();
        for item in items {
            let inner = scope.with(name.clone(), item);
            let held: Vec<Option<bool>> = tests.iter().map(|test| self.counts_as(&self.evaluate(test, &inner))).collect();
            if held.contains(&Some(false)) {
                continue;
            }
            // What may be left out is not told, although it is most likely there.
            out.push(self.evaluate(element, &inner));
            out.extend(tests.iter().zip(&held).filter(|(_, held)| held.is_none()).map(|(test, _)| Value::Unknown(test.span)));
        }
        Value::List(out.into())
    }

    pub(super) fn items(&self, items: &[Expr], scope: &Scope) -> Arc<[Value]> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            match &item.node {
                Node::Star(inner) => match self.evaluate(inner, scope).items() {
                    Some(more) => out.extend_from_slice(more),
                    None => out.push(Value::Unknown(item.span)),
                },
                _ => out.push(self.evaluate(item, scope)),
            }
        }
        out.into()
    }

    fn dict(&self, entries: &[(Option<Expr>, Expr)], scope: &Scope) -> Value {
        let mut out: Vec<(Value, Value)> = Vec::with_capacity(entries.len());
        let mut opened = false;
        for (key, value) in entries {
            let evaluated = self.evaluate(value, scope);
            match (key, evaluated) {
                (Some(key), value) => out.push((self.evaluate(key, scope), value)),
                (None, Value::Dict(more)) => out.extend(more.iter().cloned()),
                (None, _) => out.push((Value::Unknown(value.span), Value::Unknown(value.span))),
            }
            opened |= key.is_none();
        }
        // Of entries with one key the last stands.
        if opened { objects::merged(&[], out.into_iter()) } else { Value::Dict(out.into()) }
    }

    fn joined(&self, parts: &[Expr], scope: &Scope, span: Span) -> Value {
        let texts: Option<String> = parts.iter().map(|part| shown(&self.evaluate(part, scope))).collect();
        texts.map_or(Value::Unknown(span), |text| Value::Str(text.into()))
    }

    fn named(&self, name: &str, scope: &Scope, span: Span) -> Value {
        if let Some(value) = scope.local(name) {
            return value;
        }
        if let Some((class, body)) = &scope.class
            && !body.places(name).is_empty()
        {
            // Names of one body may speak of each other.
            let end = scope.end(name, body);
            let key = (scope.module.file, format!("{class}.{name}:{end}").into());
            let found = self.once(key, || self.bound(scope, body, name, end));
            if let Some(value) = found {
                return value;
            }
        }
        let outer = Scope { class: None, ..scope.clone() };
        let end = if scope.class.is_none() { scope.end(name, &scope.module.bindings) } else { usize::MAX };
        if end != usize::MAX
            && let Some(value) = self.bound(&outer, &scope.module.bindings, name, end)
        {
            return value;
        }
        if let Some(value) = self.name(&scope.module, name) {
            return value;
        }
        match name {
            "__name__" => Value::Str(scope.module.path.clone()),
            "__file__" => self.own_file(scope),
            _ if calls::BUILT_IN.contains(&name) => Value::Ref(name.into()),
            _ => Value::Unknown(span),
        }
    }

    pub(super) fn attribute(&self, base: Value, name: &str, span: Span) -> Value {
        match &base {
            Value::Ref(path) if &**path == "django.conf.settings" => {
                let found = self.setting(name);
                self.raised.set(self.raised.get() || found.is_none());
                found.unwrap_or(Value::Unknown(span))
            }
            Value::Ref(path) if &**path == "django" && name == "VERSION" => {
                let (major, minor) = self.version.get();
                Value::Tuple([Value::Int(i64::from(major)), Value::Int(i64::from(minor))].into())
            }
            Value::Ref(path) if path.starts_with("django.db.connection") && name == "vendor" => Value::Str(self.vendor.get().into()),
            Value::Ref(path) => self.member(path, name, span),
            Value::Unknown(inner) => Value::Unknown(*inner),
            // The value of an enumeration's member is the member, as it was evaluated.
            Value::Str(_) | Value::Int(_) if name == "value" => base,
            Value::Call(object) if paths::is_file(object) => paths::attribute(object, name, span).unwrap_or(Value::Unknown(span)),
            Value::Call(object) if entry_points::is_one(object) => entry_points::attribute(object, name).unwrap_or(Value::Unknown(span)),
            Value::Call(object) => match self.member_of(object, name, span) {
                Some(value) => value,
                None => {
                    let callee = format!(".{name}").into();
                    Value::Call(Arc::new(Call { callee, arguments: vec![base], keywords: Vec::new(), span }))
                }
            },
            _ => Value::Unknown(span),
        }
    }

    /// A setting of the project, or Django's default; `None` where there is neither.
    pub fn setting(&self, name: &str) -> Option<Value> {
        let known = self.settings.borrow().get(name).cloned();
        let unknown = Value::Unknown(Span::new(FileId(0), 0, 0));
        known.or_else(|| defaults::of(name, self.version.get()).map(|default| default.unwrap_or(unknown)))
    }

    /// A member of a module or class.
    fn member(&self, path: &Arc<str>, name: &str, span: Span) -> Value {
        if self.load(path).is_some() || self.class(path).is_none() {
            return self.follow(&format!("{path}.{name}"));
        }
        if name == "__name__" {
            return Value::Str(last(path).into());
        }
        self.class_member(path, name, 0).unwrap_or(Value::Unknown(span))
    }

    /// An attribute of a class or of its bases.
    pub fn class_member(&self, path: &str, name: &str, depth: u32) -> Option<Value> {
        let located = self.class(path)?;
        let scope = Scope::inside(&located);
        let value = self.bound(&scope, &located.body, name, usize::MAX);
        let outside = located.outside();
        let bases: Vec<Value> = located.class.bases.iter().map(|base| self.evaluate(base, &outside)).collect();
        let enumeration = self.enumerates(&located);
        if enumeration && value.is_none() && matches!(name, "values" | "names") {
            return Some(self.members(&located, name == "names"));
        }
        match value {
            // The member of an enumeration is its value; a label may follow it.
            Some(Value::Tuple(items)) if enumeration => items.first().cloned(),
            Some(value) => Some(value),
            None if depth > 20 => None,
            None => bases.iter().find_map(|base| match base {
                Value::Ref(base) => self.class_member(base, name, depth + 1),
                _ => None,
            }),
        }
    }

    /// Whether a class is an enumeration.
    fn enumerates(&self, located: &Located) -> bool {
        let scope = located.outside();
        located.class.bases.iter().any(|base| matches!(self.evaluate(base, &scope), Value::Ref(path) if is_enumeration(&path)))
    }

    /// The values of an enumeration's members in order, or their names.
    fn members(&self, located: &Located, names: bool) -> Value {
        let scope = Scope::inside(located);
        let bound = located.body.all.iter().filter(|bound| matches!(bound.what, Binding::Value(_)) && !bound.name.starts_with('_'));
        let each = bound.map(|bound| match self.bound(&scope, &located.body, &bound.name, usize::MAX) {
            _ if names => Value::Str(bound.name.clone()),
            Some(Value::Tuple(items)) => items.first().cloned().unwrap_or(Value::None),
            Some(value) => value,
            None => Value::Unknown(located.class.span),
        });
        Value::List(each.collect())
    }

    fn binary(&self, left: &Expr, sign: &'static str, right: &Expr, scope: &Scope, span: Span) -> Value {
        let (left, right) = (self.evaluate(left, scope), self.evaluate(right, scope));
        match (sign, &left, &right) {
            ("+", _, _) => add(left, right, span),
            ("%", Value::Str(text), _) => percent(text, &right).map_or(Value::Unknown(span), |text| Value::Str(text.into())),
            ("-" | "*" | "//" | "**" | "<<", Value::Int(one), Value::Int(two)) => {
                arithmetic(sign, *one, *two).map_or(Value::Unknown(span), Value::Int)
            }
            ("*", Value::Str(text), Value::Int(count)) if (0..1000).contains(count) => Value::Str(text.repeat(*count as usize).into()),
            ("/", _, _) if let Some(path) = paths::divided(&left, &right, span) => path,
            _ => operator(sign, vec![left, right], span),
        }
    }

    fn unary(&self, sign: &'static str, operand: Value, span: Span) -> Value {
        match (sign, &operand) {
            ("-", Value::Int(number)) => number.checked_neg().map_or(Value::Unknown(span), Value::Int),
            ("-", Value::Number(text)) => Value::Number(format!("-{text}").into()),
            ("not", value) => truth(value).map_or(Value::Unknown(span), |truth| Value::Bool(!truth)),
            ("~", Value::Call(_)) => operator("~", vec![operand], span),
            ("-", Value::Call(_)) => operator("neg", vec![operand], span),
            _ => Value::Unknown(span),
        }
    }

    fn logic(&self, sign: &str, parts: &[Expr], scope: &Scope, span: Span) -> Value {
        let mut value = Value::Unknown(span);
        for part in parts {
            value = self.evaluate(part, scope);
            match (sign, self.counts_as(&value)) {
                ("and", Some(false)) | ("or", Some(true)) => return value,
                (_, Some(_)) => {}
                (_, None) => return Value::Unknown(span),
            }
        }
        value
    }
}

/// Django's and Python's enumerations, whose members stand for their values.
pub fn is_enumeration(path: &str) -> bool {
    matches!(last(path), "TextChoices" | "IntegerChoices" | "Choices" | "Enum" | "IntEnum" | "StrEnum")
}

fn arithmetic(sign: &str, one: i64, two: i64) -> Option<i64> {
    match sign {
        "-" => one.checked_sub(two),
        "*" => one.checked_mul(two),
        "//" if two != 0 => Some(one.div_euclid(two)),
        "**" => u32::try_from(two).ok().and_then(|power| one.checked_pow(power)),
        "<<" => u32::try_from(two).ok().and_then(|by| one.checked_shl(by)),
        _ => None,
    }
}
