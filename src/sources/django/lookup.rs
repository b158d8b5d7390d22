//! What a name of a module or class body is worth: its bindings from the last to the first, with the `import *` between them.

use std::sync::Arc;

use super::bindings::{Binding, Bindings, Bound, Guard, Star};
use super::compare::with_entry;
use super::evaluate::{self, Scope};
use super::modules::Modules;
use super::stars;
use super::syntax::{Expr, Function, Node};
use super::value::Value;
use crate::base::Span;

/// What may give a name its value.
enum Source<'a> {
    Bound(usize, &'a Bound),
    Star(&'a Star),
}

/// What may give a name its value before the binding at `end`, the last first.
fn sources<'a>(bindings: &'a Bindings, name: &str, end: usize) -> impl Iterator<Item = Source<'a>> {
    let mut places = bindings.places(name).iter().rev().copied().filter(move |place| *place < end).peekable();
    let mut stars = bindings.stars.iter().rev().filter(move |star| star.at <= end).peekable();
    std::iter::from_fn(move || match (places.peek(), stars.peek()) {
        // A star at a place stands before the binding there.
        (Some(place), star) if star.is_none_or(|star| star.at <= *place) => {
            places.next().map(|place| Source::Bound(place, &bindings.all[place]))
        }
        _ => stars.next().map(Source::Star),
    })
}

impl Modules<'_> {
    /// The value of a name in one body, as it stands before the binding at `end`.
    pub fn bound(&self, scope: &Scope, bindings: &Bindings, name: &str, end: usize) -> Option<Value> {
        let mut unsure: Option<Value> = None;
        let mut added: Vec<(usize, &Bound)> = Vec::new();
        for source in sources(bindings, name, end) {
            let (value, holds, span) = match source {
                Source::Star(star) => match (self.starred(scope, star, name), self.hold(scope, &star.guards)) {
                    (None, _) | (_, Some(false)) => continue,
                    (Some(value), holds) => (value, holds, star.span),
                },
                Source::Bound(place, bound) => {
                    // The condition around it was asked before it.
                    let holds = self.holds(&scope.before(&bound.name, place), bound);
                    if holds == Some(false) {
                        continue;
                    }
                    if matches!(bound.what, Binding::Extend(_) | Binding::Entry { .. }) {
                        added.push((place, bound));
                        continue;
                    }
                    let value = self.binding(scope, bound, place);
                    // What cannot change in its place is made anew, and the other name keeps what it held.
                    if matches!(bound.what, Binding::Shared(_)) && value.is_fixed() {
                        continue;
                    }
                    (value, holds, self.span_of(scope, bound))
                }
            };
            match (holds, unsure.take()) {
                (Some(true), None) => return Some(self.with_additions(scope, value, added)),
                (_, None) => unsure = Some(value),
                (_, Some(other)) if other == value => unsure = Some(value),
                // A class that is defined under a condition of the environment is there in the common case.
                (_, Some(other)) if matches!(other, Value::Ref(_)) => unsure = Some(other),
                (_, Some(_)) => return Some(Value::Unknown(span)),
            }
        }
        unsure.map(|value| self.with_additions(scope, value, added))
    }

    /// What `from … import *` binds a name to.
    fn starred(&self, scope: &Scope, star: &Star, name: &str) -> Option<Value> {
        let module = &scope.module;
        if name.starts_with('_') {
            return None;
        }
        let path = Modules::absolute(module, &star.module, star.level);
        // A module below that takes the name from here has it from another one.
        let own = |value: &Value| matches!(value, Value::Ref(path) if path.strip_suffix(name) == Some(&format!("{}.", module.path)));
        if stars::has(&path, name) {
            return Some(Value::Ref(format!("{path}.{name}").into()));
        }
        let star = self.load(&path)?;
        // A module may say which names it gives away (Python's language reference, The import statement).
        let listed = self.name(&star, "__all__").filter(|listed| !listed.has_unknown());
        if listed.as_ref().and_then(Value::strings).is_some_and(|listed| listed.iter().all(|given| **given != *name)) {
            return None;
        }
        self.name(&star, name).filter(|value| !own(value))
    }

    /// The function that a name of one body surely is.
    pub fn defined(&self, scope: &Scope, bindings: &Bindings, name: &str) -> Option<Arc<Function>> {
        let mut places = bindings.places(name).iter().rev().map(|place| &bindings.all[*place]);
        let bound = places.find(|bound| self.holds(scope, bound) != Some(false))?;
        match &bound.what {
            Binding::Function(function) if self.holds(scope, bound) == Some(true) => Some(function.clone()),
            _ => None,
        }
    }

    fn span_of(&self, scope: &Scope, bound: &Bound) -> Span {
        match &bound.what {
            Binding::Value(expr) | Binding::Extend(expr) | Binding::Entry { value: expr, .. } => expr.span,
            Binding::Class(class) => class.span,
            Binding::Function(function) => function.span,
            Binding::Followed(function) => function.span,
            Binding::Opaque(span) => *span,
            Binding::Module(_) | Binding::Item { .. } | Binding::Shared(_) => Span::new(scope.module.file, 0, 0),
        }
    }

    /// Whether the conditions around a binding hold; `None` where that cannot be told.
    pub fn holds(&self, scope: &Scope, bound: &Bound) -> Option<bool> {
        self.hold(scope, &bound.guards)
    }

    pub(super) fn hold(&self, scope: &Scope, guards: &[Guard]) -> Option<bool> {
        let mut sure = true;
        for guard in guards {
            let (found, outcome) = match guard {
                Guard::Test { test, outcome } => (evaluate::truth(&self.evaluate(test, scope)), *outcome),
                Guard::Import { module, level, there } => {
                    let path = Modules::absolute(&scope.module, module, *level);
                    (Some(!if *level > 0 { self.is_nowhere(&path) } else { self.is_absent(&path) }), *there)
                }
            };
            match found {
                Some(truth) if truth == outcome => {}
                Some(_) => return Some(false),
                None => sure = false,
            }
        }
        sure.then_some(true)
    }

    fn binding(&self, scope: &Scope, bound: &Bound, place: usize) -> Value {
        let path = |name: &str| Value::Ref(format!("{}.{name}", scope.path()).into());
        match &bound.what {
            // What is bound may speak of what the name was before.
            Binding::Value(expr) | Binding::Extend(expr) | Binding::Entry { value: expr, .. } => {
                self.evaluate(expr, &scope.before(&bound.name, place))
            }
            Binding::Class(class) => path(&class.name),
            Binding::Function(function) => path(&function.name),
            Binding::Module(module) => Value::Ref(module.clone()),
            Binding::Followed(function) => self.after(function, scope, place),
            Binding::Shared(other) => {
                let name_of = Expr { node: Node::Name(other.clone()), span: self.span_of(scope, bound) };
                self.evaluate(&name_of, &scope.before(&bound.name, place))
            }
            Binding::Opaque(span) => Value::Unknown(*span),
            Binding::Item { module, level, item } => {
                let module = Modules::absolute(&scope.module, module, *level);
                let path = if module.is_empty() { item.to_string() } else { format!("{module}.{item}") };
                // `from . import name` in the package itself names a module below it.
                if *module == *scope.module.path { Value::Ref(path.into()) } else { self.follow(&path) }
            }
        }
    }

    /// A list or dict with what later statements add.
    fn with_additions(&self, scope: &Scope, value: Value, added: Vec<(usize, &Bound)>) -> Value {
        added.into_iter().rev().fold(value, |value, (place, bound)| match (&bound.what, value) {
            (Binding::Extend(expr), value) => {
                let more = self.evaluate(expr, &scope.before(&bound.name, place));
                evaluate::add(value, more, expr.span)
            }
            (Binding::Entry { key, value: entry, only_if_missing }, value @ (Value::Dict(_) | Value::List(_))) => {
                let before = scope.before(&bound.name, place);
                let key = self.evaluate(key, &before);
                if *only_if_missing && matches!(&value, Value::Dict(entries) if entries.iter().any(|(known, _)| *known == key)) {
                    return value;
                }
                with_entry(&value, key, self.evaluate(entry, &before), entry.span)
            }
            (_, value) => value,
        })
    }
}
