//! Fields that a function makes: of another field, such as one that keeps its values encrypted, or as it finds when it runs.

use std::rc::Rc;

use super::field::{Field, Nature};
use super::kinds::{self, FieldKind};
use super::modules::Modules;
use super::syntax::{Expr, Node, Stmt};
use super::value::Value;

/// Functions of common packages: path, and the basic class whatever the other field is.
const WRAPPERS: &[(&str, &str)] = &[("django_cryptography.fields.encrypt", "BinaryField")];

fn known(path: &str) -> Option<&'static FieldKind> {
    WRAPPERS.iter().find(|row| row.0 == path).and_then(|row| kinds::by_name(row.1))
}

/// Arguments that a field takes and hardly anything else (django/db/models/fields/__init__.py, `Field.__init__`).
const WORDS: &[&str] = &[
    "null",
    "blank",
    "max_length",
    "max_digits",
    "decimal_places",
    "verbose_name",
    "help_text",
    "db_index",
    "db_column",
    "primary_key",
    "unique",
    "on_delete",
    "related_name",
    "auto_now",
    "auto_now_add",
    "editable",
];

/// Whether what cannot be told may be a field by how it is written.
pub(super) fn may_be_field(expr: &Expr) -> bool {
    match &expr.node {
        Node::Call(call) => {
            let named = match &call.function.node {
                Node::Attribute(_, name) | Node::Name(name) => name.ends_with("Field") || name.ends_with("Key"),
                // A class that is found when it runs; `Manager.from_queryset(…)()` is none of a field.
                Node::Call(inner) => match &inner.function.node {
                    Node::Attribute(_, name) | Node::Name(name) => name.to_lowercase().contains("field"),
                    _ => false,
                },
                _ => false,
            };
            named || has_words(expr)
        }
        Node::Choice { then, otherwise, .. } => may_be_field(then) || may_be_field(otherwise),
        _ => false,
    }
}

fn has_words(expr: &Expr) -> bool {
    let Node::Call(call) = &expr.node else { return false };
    call.keywords.iter().any(|(name, _)| name.as_ref().is_some_and(|name| WORDS.contains(&&**name)))
}

/// Whether statements return what may be a field or its class.
fn returns_field(body: &[Stmt]) -> bool {
    body.iter().any(|statement| match statement {
        Stmt::Return(expr) => match &expr.node {
            Node::Name(name) | Node::Attribute(_, name) => name.ends_with("Field") || name.ends_with("Key"),
            _ => may_be_field(expr),
        },
        Stmt::If { then: one, otherwise: two, .. } | Stmt::Try { body: one, otherwise: two, .. } => {
            returns_field(one) || returns_field(two)
        }
        Stmt::For { body, .. } => returns_field(body),
        _ => false,
    })
}

impl Modules<'_> {
    /// The field that a call makes by itself or of another field.
    pub fn any_field(&self, name: &str, value: &Value) -> Option<Rc<Field>> {
        self.field(name, value).or_else(|| self.wrapped(name, value))
    }

    /// Whether a call that is not known to make a field may do so: of a function that returns one, or of what no text shows.
    pub(super) fn may_give_field(&self, expr: &Expr, value: &Value) -> bool {
        let Some(callee) = value.call().map(|call| &call.callee).filter(|callee| callee.starts_with(char::is_alphabetic)) else {
            return false;
        };
        match self.function(callee) {
            Some(callable) => callable.class.is_none() && (has_words(expr) || returns_field(&callable.function.body)),
            None => self.class(callee).is_none() && !callee.ends_with("Manager") && has_words(expr),
        }
    }

    /// What a function makes of a field; where it is not known, a field of which nothing is known.
    fn wrapped(&self, name: &str, value: &Value) -> Option<Rc<Field>> {
        // A method of what a name stands for later in the body is no function of a field.
        let call = value.call().filter(|call| !call.callee.starts_with('.'))?;
        let inner = call.arguments.iter().find_map(|argument| self.field(name, argument))?;
        let made = self.class(&call.callee).is_none() && inner.has_column();
        let nature = known(&call.callee).map_or(Nature::Unknown, Nature::Known);
        made.then(|| Rc::new(Field { nature, class: call.callee.clone(), ..(*inner).clone() }))
    }
}
