//! Steps that take more than the statements of one object, and that nobody is served by guessing at: they are refused.

use super::Sides;
use super::anew;
use super::kin;
use crate::dialects::Refusal;
use crate::ir::{Action, Attr, Key, Kind, Step};

/// Why a step is left to the user.
pub fn refusal(step: &Step, sides: Sides) -> Option<Refusal> {
    let (message, help) = base_type(step.key, sides).or_else(|| typed_column(step, sides)).or_else(|| held_domain(step, sides))?;
    let object = sides.desired.get(step.key).or(sides.live.get(step.key));
    Some(Refusal { key: step.key, span: object.and_then(|object| object.span), message, help })
}

/// A base type and its functions stand on each other: the type is made twice, and goes with CASCADE (manual, CREATE TYPE).
fn base_type(key: Key, sides: Sides) -> Option<(String, String)> {
    let of = |side: &crate::ir::Schema<_>| side.get(key).and_then(|object| object.text(Attr::Definition).map(|text| text.contains('(')));
    let is_full = key.kind == Kind::BaseType && [of(sides.live), of(sides.desired)].contains(&Some(true));
    is_full.then(|| {
        let message =
            format!("{key} and the functions that read and write its values need each other, and changing them reaches all of its values");
        (
            message,
            "make this change by hand (CREATE TYPE …;, the functions, CREATE TYPE … (INPUT = …)), dump again, and compare again".to_owned(),
        )
    })
}

/// A domain gets no condition while tables hold it within values of a composite type (measured on 15 and 18: `cannot alter type`).
fn held_domain(step: &Step, sides: Sides) -> Option<(String, String)> {
    let key = step.key;
    let domain = match &step.action {
        Action::Create { .. } if key.kind == Kind::Check => Key::new(Kind::Domain, key.namespace, key.owner),
        Action::Alter { attrs } if key.kind == Kind::Domain && attrs.contains(&Attr::NotNull) => key,
        _ => return None,
    };
    let loosens = domain == key && !sides.desired.get(key)?.has(Attr::NotNull);
    sides.live.get(domain).filter(|_| sides.desired.contains(domain) && !loosens)?;
    let (holder, ty) = anew::held_within(domain, sides)?;
    let message =
        format!("{holder} holds values of {domain} within those of a composite type, and PostgreSQL gives such a domain no condition");
    let help = format!(
        "change the column by hand to text and back around it (ALTER TABLE … ALTER COLUMN {} TYPE text; ALTER DOMAIN …; ALTER COLUMN … TYPE {ty} USING {}::{ty}), dump again, and compare again",
        holder.name, holder.name
    );
    Some((message, help))
}

/// A column of a typed table comes, changes and goes with its type's field (manual, ALTER TYPE … CASCADE).
fn typed_column(step: &Step, sides: Sides) -> Option<(String, String)> {
    let key = step.key;
    let of = |side| kin::relation_of(key, side).and_then(|table| table.text(Attr::OfType));
    let (Some(ty), Some(_)) = (of(sides.desired), of(sides.live)) else { return None };
    let shapes = match &step.action {
        Action::Create { .. } | Action::Drop { .. } => true,
        Action::Alter { attrs } => attrs.iter().any(|attr| matches!(attr, Attr::Type | Attr::Collation)),
        _ => false,
    };
    (key.kind == Kind::Column && shapes).then(|| {
        let message = format!("{key} is a field of type {ty}, which the table has its columns from: the table cannot change it by itself");
        (message, format!("run ALTER TYPE {ty} ADD, ALTER or DROP ATTRIBUTE … CASCADE by hand, dump again, and compare again"))
    })
}
