//! Bodies of routines: a quoted one is compared as it is; one of SQL is stored parsed, statement by statement.

use std::rc::Rc;
use std::sync::Arc;

use super::expressions::Place;
use super::{routines, rules};
use crate::dialects::postgres::analyse::{Catalog, named};
use crate::dialects::postgres::levels::parted;
use crate::dialects::postgres::lexer;
use crate::ir::{Attr, Object, Value};

const ATOMIC: &str = "begin atomic";

pub fn settle(object: &mut Object, catalog: &Catalog) {
    let Some(text) = object.text(Attr::Body).map(|text| text.trim().to_owned()) else { return };
    let lower = text.to_ascii_lowercase();
    let canon = if lower.starts_with("return ") || lower.starts_with("return(") {
        format!("return {}", Place::bare(object, catalog).text(text.get(6..).unwrap_or("")))
    } else if lower.starts_with(ATOMIC) {
        let place = within(object, catalog);
        let inner = text.get(ATOMIC.len()..).unwrap_or("").trim();
        let inner = inner.get(..inner.len().saturating_sub(3)).unwrap_or("");
        let parts = parted(inner, ';');
        let statements = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
        let statements: Vec<String> = statements.map(|part| rules::action(part, &place).unwrap_or_else(|| lexer::normal(part))).collect();
        format!("{ATOMIC} {} end", statements.join("; "))
    } else {
        return;
    };
    if let Some(Value::Sql(fragment)) = object.get_mut(Attr::Body) {
        fragment.canon = Some(Arc::from(canon));
    }
}

/// Inside a body the parameters are what the tables do not have, printed with the routine's name (manual, 38.5.1).
fn within<'a>(object: &Object, catalog: &'a Catalog) -> Place<'a> {
    let mut place = Place::bare(object, catalog);
    let name = object.key.bare();
    let parameters = routines::named_parameters(object, catalog);
    place.scope.relations.push(named(name, Some(Rc::new(parameters))));
    place
}
