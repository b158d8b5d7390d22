//! What ALTER TABLE can add and take away without a rebuild (sqlite.org/lang_altertable.html, sections 4 and 5).

use std::borrow::Cow;

use crate::base::Name;
use crate::dialects::Refusal;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Canonical, Hazard, Key, Kind, Object, Pair, Schema, Statement};

use super::lexer::{Class, tokens};
use super::names;
use super::readers::Readers;
use super::text::without_parentheses;
use super::write::table;

/// Whether ADD COLUMN can make this column with the constraints that stand on it alone.
pub fn can_add(column: &Object) -> bool {
    let default = column.text(Attr::Default);
    let null = default.is_none_or(is_null);
    let generated = column.has(Attr::Generated);
    let stored = generated && column.text(Attr::GeneratedAs) == Some("stored");
    let constant = default.is_none_or(is_constant);
    !stored && constant && (generated || !(column.has(Attr::NotNull) && null))
}

/// The column that carries a new constraint in its ADD COLUMN: a foreign key of that column alone with no default that
/// an enforcing connection would refuse, or a check that names it.
pub fn carrier(part: &Object, schema: Pair<&Schema<Canonical>>) -> Option<Key> {
    let relation = part.key.relation()?;
    let added = |name: Name| {
        let key = relation.child(Kind::Column, name);
        (!schema.live.contains(key)).then(|| schema.desired.get(key)).flatten()
    };
    match part.key.kind {
        Kind::ForeignKey => {
            let [name] = part.names(Attr::Columns) else { return None };
            added(*name).filter(|column| column.text(Attr::Default).is_none_or(is_null)).map(|column| column.key)
        }
        Kind::Check => {
            let text = part.text(Attr::Expression)?;
            let named = tokens(text).into_iter().filter_map(|token| added(names::folded(&token.name()?)));
            named.max_by_key(|column| column.ordinal).map(|column| column.key)
        }
        _ => None,
    }
}

fn is_null(default: &str) -> bool {
    default.trim_matches(['(', ')', ' ']).eq_ignore_ascii_case("null")
}

/// Neither CURRENT_TIME and its kin nor an expression in parentheses.
fn is_constant(default: &str) -> bool {
    let moving = ["current_time", "current_date", "current_timestamp"];
    let tokens = tokens(default);
    match without_parentheses(&tokens) {
        [value] => !moving.iter().any(|word| value.text.eq_ignore_ascii_case(word)),
        [sign, value] => (sign.is("-") || sign.is("+")) && value.class == Class::Number,
        _ => false,
    }
}

/// ALTER TABLE … ADD COLUMN, with the constraints that come with the column.
pub fn column(column: &Object, schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal> {
    let Some(relation) = column.key.relation() else { return Ok(Vec::new()) };
    let mut sql =
        format!("ALTER TABLE {} ADD COLUMN {}", names::relation(schema.live, relation.name), table::column_definition(column, None));
    let mut checked = false;
    for part in table::constraints(schema.desired, relation) {
        if schema.live.contains(part.key) || carrier(part, schema) != Some(column.key) {
            continue;
        }
        checked = true;
        let clause = match part.key.kind {
            Kind::ForeignKey => format!("{}{}", table::given_name(part), table::references(schema.desired, part)),
            _ => table::constraint(schema.desired, part),
        };
        sql.push_str(&format!(" {clause}"));
    }
    let statement = Statement::new(sql, format!("New column {} of {}.", column.key.name, relation.name));
    Ok(vec![if checked { statement.hazard(Hazard::MayFail) } else { statement }])
}

/// Whether DROP COLUMN can take the column away: nothing else in the live schema may speak of it.
pub fn can_drop(column: &Object, schema: &Schema<Canonical>, readers: &Readers) -> bool {
    let Some(relation) = column.key.relation() else { return false };
    let name = column.key.name;
    let mut own = schema.all_parts(relation).filter(|part| part.key != column.key);
    let told = own.any(|part| part.names(Attr::Columns).contains(&name) || parts_name(part, name) || texts_name(part, name));
    !told && readers.spare(relation.name, name) && schema.parts(relation, Kind::Column).count() > 1
}

fn parts_name(part: &Object, name: Name) -> bool {
    part.parts(Attr::Parts).iter().any(|part| match &part.target {
        PartTarget::Column(column) => *column == name,
        PartTarget::Expression(fragment) => mentions(&fragment.text, name),
    })
}

/// Whether a text of the object has this name as a word or in quotes.
pub fn texts_name(object: &Object, name: Name) -> bool {
    names_told(object).any(|told| told.eq_ignore_ascii_case(name.as_str()))
}

/// What stands in the texts of an object as a word or in quotes.
pub fn names_told(object: &Object) -> impl Iterator<Item = Cow<'_, str>> {
    let texts = [Attr::Expression, Attr::Where, Attr::Generated, Attr::Query, Attr::Definition];
    texts.into_iter().filter_map(|attr| object.text(attr)).flat_map(told)
}

fn mentions(text: &str, name: Name) -> bool {
    told(text).any(|told| told.eq_ignore_ascii_case(name.as_str()))
}

fn told(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    tokens(text).into_iter().filter(|token| token.class != Class::Literal).filter_map(|token| token.name())
}
