//! A class with its bases, in the order in which Python looks for an attribute.

use std::sync::Arc;

use super::bindings::{Binding, Bindings, Bound};
use super::evaluate::Scope;
use super::functions::Arguments;
use super::modules::{Located, Modules};
use super::objects;
use super::syntax::{Class, Expr, Node};
use super::value::Value;
use crate::base::Span;

/// How many classes a line has at most.
const LENGTH: usize = 50;

/// A class with its bases.
#[derive(Default)]
pub(super) struct Line {
    /// In the order in which attributes are looked up.
    pub classes: Vec<Located>,
    /// The paths of bases that no text shows.
    pub unread: Vec<Arc<str>>,
}

impl Located {
    pub(super) fn path(&self) -> String {
        format!("{}.{}", self.module.path, self.class.name)
    }

    /// Where a class's bases are looked up: `class Page(Page)` is based on what the name was before.
    pub(super) fn outside(&self) -> Scope {
        let scope = Scope::of(&self.module);
        let named = |base: &Expr| matches!(&base.node, Node::Name(name) if *name == self.class.name);
        let place = if self.class.bases.iter().any(named) { self.module.bindings.place_of(&self.class) } else { None };
        place.map_or_else(|| scope.clone(), |place| scope.before(&self.class.name, place))
    }
}

impl Modules<'_> {
    /// The class that a name of a body stands for: the last one whose conditions hold, else the first for which that cannot be told.
    pub(super) fn standing(&self, body: &Bindings, name: &str, scope: impl FnOnce() -> Scope) -> Option<Arc<Class>> {
        let classes = body.places(name).iter().filter_map(|place| match &body.all[*place].what {
            Binding::Class(class) => Some((class, &body.all[*place])),
            _ => None,
        });
        let classes: Vec<(&Arc<Class>, &Bound)> = classes.collect();
        let ((first, _), [_, ..]) = classes.split_first()? else { return Some(classes[0].0.clone()) };
        let scope = scope();
        let mut found = None;
        // What a condition asks may be the class itself.
        self.once((scope.module.file, format!("class {}.{name}", scope.path()).into()), || {
            let held: Vec<(&Arc<Class>, Option<bool>)> = classes.iter().map(|(class, bound)| (*class, self.holds(&scope, bound))).collect();
            let sure = held.iter().rev().find(|(_, holds)| *holds == Some(true));
            found = sure.or_else(|| held.iter().find(|(_, holds)| holds.is_none())).map(|(class, _)| (*class).clone());
            None
        });
        found.or_else(|| Some((*first).clone()))
    }

    /// Whether what a statement of a body binds stands in the end; `None` where conditions decide that cannot be told.
    pub(super) fn stands(&self, scope: &Scope, (body, place): (&Bindings, usize)) -> Option<bool> {
        let own = self.holds(scope, &body.all[place]);
        let later = body.places(&body.all[place].name).iter().filter(|later| **later > place).map(|later| &body.all[*later]);
        let anew = later.filter(|bound| matches!(bound.what, Binding::Value(_) | Binding::Class(_) | Binding::Function(_)));
        let held: Vec<Option<bool>> = anew.map(|bound| self.holds(scope, bound)).collect();
        match own {
            Some(true) if held.iter().all(|holds| *holds == Some(false)) => Some(true),
            Some(false) => Some(false),
            _ if held.contains(&Some(true)) => Some(false),
            _ => None,
        }
    }

    /// The line of a class; `None` where it is a base of itself or has too many.
    pub(super) fn line(&self, located: &Located) -> Option<Line> {
        let mut line = Line::default();
        self.bases(located, &mut line, &mut Vec::new()).then_some(line)
    }

    /// A base of several stands behind all of them (Python's tutorial, Multiple Inheritance).
    fn bases(&self, located: &Located, line: &mut Line, below: &mut Vec<Located>) -> bool {
        let same = |known: &Located| Arc::ptr_eq(&known.class, &located.class);
        if below.iter().any(same) || line.classes.len() > LENGTH {
            return false;
        }
        line.classes.retain(|known| !same(known));
        line.classes.push(located.clone());
        below.push(located.clone());
        let scope = located.outside();
        for base in &located.class.bases {
            let Value::Ref(path) = self.evaluate(base, &scope) else { continue };
            match self.class(&path) {
                Some(base) if !self.bases(&base, line, below) => return false,
                Some(_) => {}
                None => line.unread.push(path),
            }
        }
        below.pop();
        true
    }

    /// `super().name`, also `super(Class, self).name`: what the class behind that one in the object's line says.
    pub(super) fn super_member(&self, asked: &Expr, name: &str, scope: &Scope, span: Span) -> Option<Value> {
        let Node::Call(call) = &asked.node else { return None };
        let named = call.arguments.first().map(|class| self.evaluate(class, scope));
        let (Value::Ref(class), Value::Call(object)) = (named.or_else(|| scope.local(objects::CLASS))?, scope.local("self")?) else {
            return None;
        };
        let line = self.line(&self.class(&object.callee)?)?.classes;
        let at = line.iter().position(|located| located.path() == *class)?;
        let located = line[at + 1..].iter().find(|located| !located.body.places(name).is_empty())?;
        match self.method(located, name) {
            Some(method) if method.is_property() => {
                let arguments = Arguments { placed: vec![Value::Call(object)], named: Vec::new() };
                Some(self.invoke(&method, arguments, span)?.value)
            }
            Some(_) => None,
            None => self.bound(&Scope::inside(located), &located.body, name, usize::MAX),
        }
    }
}
