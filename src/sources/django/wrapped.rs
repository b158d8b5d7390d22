//! Fields that a function makes of another one, such as one that keeps its values encrypted.

use std::rc::Rc;

use super::field::{Field, Nature};
use super::kinds::{self, FieldKind};
use super::modules::Modules;
use super::value::Value;

/// Functions of common packages: path, and the basic class whatever the other field is.
const WRAPPERS: &[(&str, &str)] = &[("django_cryptography.fields.encrypt", "BinaryField")];

fn known(path: &str) -> Option<&'static FieldKind> {
    WRAPPERS.iter().find(|row| row.0 == path).and_then(|row| kinds::by_name(row.1))
}

impl Modules<'_> {
    /// The field that a call makes by itself or of another field.
    pub fn any_field(&self, name: &str, value: &Value) -> Option<Rc<Field>> {
        self.field(name, value).or_else(|| self.wrapped(name, value))
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
