//! `SearchVector` of contrib.postgres as SQL (django/contrib/postgres/search.py, `SearchVector.as_sql`).

use super::expression::{Writer, is_text};
use super::flavor::Engine;
use super::value::{Call, Value};

impl Writer<'_> {
    /// Whether a value is a vector, alone or joined to another by `+`.
    pub(super) fn is_vector(&self, value: &Value) -> bool {
        value
            .call()
            .is_some_and(|call| call.name() == "SearchVector" || call.name() == "+" && call.arguments.iter().any(|one| self.is_vector(one)))
    }

    /// `to_tsvector(…)` over the texts of its columns; an empty text stands for a missing one.
    pub(super) fn vector(&self, call: &Call) -> Option<String> {
        if self.engine != Engine::Postgres {
            return None;
        }
        if let ("+", [left, right]) = (call.name(), call.arguments.as_slice()) {
            return Some(format!("({} || {})", self.expression(left)?, self.expression(right)?));
        }
        let parts: Option<Vec<String>> = call.arguments.iter().map(|argument| self.document(argument)).collect();
        let texts = parts.filter(|parts| !parts.is_empty())?.join(" || ' ' || ");
        let config = match call.keyword("config") {
            None | Some(Value::None) => String::new(),
            Some(Value::Str(name)) => format!("{}::regconfig, ", self.engine.literal(name)),
            Some(Value::Call(config)) if config.name() == "SearchConfig" => {
                format!("{}::regconfig, ", self.engine.literal(config.argument(0, "config")?.str()?))
            }
            Some(_) => return None,
        };
        let vector = format!("to_tsvector({config}{texts})");
        match call.keyword("weight") {
            None | Some(Value::None) => Some(vector),
            Some(weight) => Some(format!("setweight({vector}, {})", self.engine.literal(weight.str()?))),
        }
    }

    /// One part of a vector: what is no text is made one.
    fn document(&self, value: &Value) -> Option<String> {
        let name = match value {
            Value::Str(name) => &**name,
            Value::Call(call) if call.name() == "F" => call.argument(0, "name")?.str()?,
            _ => return None,
        };
        let text = self.expression(value)?;
        let field = self.model.field(name);
        Some(if is_text(field.map(|field| &**field)) { format!("COALESCE({text}, '')") } else { format!("COALESCE(({text})::text, '')") })
    }
}
