//! Values tried against what a column takes after the patch: each row's by itself, in a function of the session that catches the fault
//! (manual, PL/pgSQL, Trapping Errors).

use std::sync::Arc;

use super::write::ident::{self, literal, object, qualified, quote};
use super::write::{cast, loss};
use crate::base::Name;
use crate::dialects::{After, Rows, Seen, Trial};
use crate::ir::{Attr, Canonical, Fragment, Key, Kind, Object, Op, Pair, Schema, Value};

pub type Sides<'a> = Pair<&'a Schema<Canonical>>;

impl Rows for super::Postgres {
    fn trial(&self, column: Pair<&Object>, place: [&str; 2], schema: Sides) -> Option<Trial> {
        trial(column, place, schema)
    }

    fn keeps(&self, column: Pair<&Object>, _schema: Sides) -> bool {
        let alike = column.live.get(Attr::Collation) == column.desired.get(Attr::Collation);
        let computed = column.live.has(Attr::Generated) || column.desired.has(Attr::Generated);
        let [from, to] = [column.live, column.desired].map(|side| side.fragment(Attr::Type));
        alike && !computed && from.zip(to).is_some_and(|(from, to)| loss::keeps(from.compared(), to.compared()))
    }

    fn obstacles(&self, op: &Op, schema: Sides) -> Vec<super::obstacles::Obstacle> {
        super::obstacles::of(op, schema)
    }

    fn rows_after(&self, place: [&str; 2], columns: &[After], schema: Sides) -> Option<Seen> {
        rows_after(place, columns, schema)
    }

    fn excluded(&self, rule: &Object, source: &str, schema: Sides) -> Option<Trial> {
        super::exclusion::trial(rule, source, schema)
    }

    fn own_rows(&self, table: &str) -> String {
        format!("ONLY {table}")
    }

    fn collation(&self, text: &str) -> String {
        ident::collation(text)
    }
}

/// What a type is made of that is there before the patch: a type, and the rules that a value or each element of an array must keep.
struct Shape {
    kind: String,
    rules: Vec<String>,
    array: bool,
}

impl Shape {
    /// A type that is there as it is after the patch stands for itself; a label is a text of a list, a domain its base with rules.
    fn of(kind: &Fragment, schema: Sides) -> Option<Shape> {
        let text = kind.compared();
        let plain = Shape { kind: kind.text.to_string(), rules: Vec::new(), array: text.ends_with("[]") };
        let kinds = [Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType];
        let Some(known) = kinds.into_iter().flat_map(|kind| schema.desired.of_kind(kind)).find(|known| is_of(text, known.key)) else {
            return Some(plain);
        };
        let brackets = if plain.array { "[]" } else { "" };
        match known.key.kind {
            _ if is_unchanged(known.key, schema) => Some(plain),
            Kind::Enum => {
                let rules = vec![format!("VALUE IN ({})", list(labels(known)))];
                Some(Shape { kind: format!("text{brackets}"), rules, ..plain })
            }
            Kind::Domain => {
                let base = Shape::of(known.fragment(Attr::Type)?, schema).filter(|base| !base.array)?;
                let checks = schema.desired.parts(known.key, Kind::Check).filter_map(|check| check.text(Attr::Expression));
                let mut rules: Vec<String> = base.rules.into_iter().chain(checks.map(str::to_string)).collect();
                rules.extend(known.has(Attr::NotNull).then(|| "VALUE IS NOT NULL".to_string()));
                Some(Shape { kind: format!("{}{brackets}", base.kind), rules, ..plain })
            }
            _ => None,
        }
    }

    /// The statements of a function's body that end it where a value breaks a rule.
    fn checks(&self, value: &str, ends: &str) -> String {
        if self.rules.is_empty() {
            return String::new();
        }
        let values = match self.array {
            true => format!("unnest({value}) AS amend_values (value)"),
            false => format!("(SELECT {value} AS value) AS amend_values"),
        };
        let broken = self.rules.iter().map(|rule| format!("NOT ({rule})")).collect::<Vec<_>>().join(" OR ");
        format!("    IF EXISTS (SELECT 1 FROM {values} WHERE {broken}) THEN\n        RETURN {ends};\n    END IF;\n")
    }
}

/// Whether a type is the same on both sides, with all that it is made of.
fn is_unchanged(key: Key, schema: Sides) -> bool {
    let Some((live, desired)) = schema.live.get(key).zip(schema.desired.get(key)) else { return false };
    let checks = |side: &Schema<Canonical>| {
        side.parts(key, Kind::Check).map(|check| check.text(Attr::Expression).map(str::to_string)).collect::<Vec<_>>()
    };
    let base = desired.fragment(Attr::Type).filter(|_| key.kind == Kind::Domain);
    let below = base.and_then(|base| {
        schema.desired.of_kind(Kind::Domain).chain(schema.desired.of_kind(Kind::Enum)).find(|one| is_of(base.compared(), one.key))
    });
    live.facts() == desired.facts()
        && (key.kind != Kind::Domain || checks(schema.live) == checks(schema.desired))
        && below.is_none_or(|below| is_unchanged(below.key, schema))
}

/// The type below the domains of the live side.
pub fn base_of<'a>(kind: &'a str, live: &'a Schema<Canonical>) -> &'a str {
    let domain = live.of_kind(Kind::Domain).find(|domain| !kind.ends_with("[]") && is_of(kind, domain.key));
    domain.and_then(|domain| domain.fragment(Attr::Type)).map_or(kind, |base| base_of(base.compared(), live))
}

fn trial(column: Pair<&Object>, [table, name]: [&str; 2], schema: Sides) -> Option<Trial> {
    let [from, to] = [column.live, column.desired].map(|side| side.fragment(Attr::Type));
    let (from, to) = (from?.compared(), to?);
    let changed = |known: &&Object| is_of(to.compared(), known.key) && !is_unchanged(known.key, schema);
    if let Some(known) = schema.desired.of_kind(Kind::Enum).find(changed).filter(|_| !column.desired.has(Attr::Generated)) {
        let condition = unknown_label(name, from.ends_with("[]"), labels(known));
        return Some(Trial { before: String::new(), count: format!("SELECT count(*) FROM {table} WHERE {condition}") });
    }
    let shape = Shape::of(to, schema)?;
    let computed = column.desired.text(Attr::Generated).map(|text| format!("({text})"));
    let value = computed.unwrap_or_else(|| cast_to(name, from, &shape, schema));
    let before = format!(
        "CREATE OR REPLACE FUNCTION pg_temp.amend_stops(amend_row {table}) RETURNS boolean LANGUAGE plpgsql AS $amend$\n\
         DECLARE\n    amend_value {};\nBEGIN\n    SELECT {value} INTO amend_value FROM (SELECT amend_row.*) AS amend_rows;\n{}    \
         RETURN false;\nEXCEPTION WHEN OTHERS THEN\n    RETURN true;\nEND\n$amend$;\n",
        shape.kind,
        shape.checks("amend_value", "true")
    );
    Some(Trial { before, count: format!("SELECT count(*) FROM {table} AS amend_row WHERE pg_temp.amend_stops(amend_row)") })
}

/// The cast of the script.
fn cast_to(name: &str, from: &str, shape: &Shape, schema: Sides) -> String {
    cast::using(name, base_of(from, schema.live), &shape.kind).unwrap_or_else(|| name.to_string())
}

/// A query in the place of the table. A value that does not fit its new type is NULL there: it is counted by itself.
fn rows_after([table, word]: [&str; 2], columns: &[After], schema: Sides) -> Option<Seen> {
    let mut before = String::new();
    let mut said = Vec::new();
    for (number, after) in columns.iter().enumerate() {
        let desired = after.column.desired?;
        let kind = desired.fragment(Attr::Type)?;
        let collation = desired.text(Attr::Collation).map(|text| format!(" COLLATE {}", ident::collation(text))).unwrap_or_default();
        let value = match (&after.was, after.column.live) {
            (Some(was), Some(_)) if after.keeps && after.changes => format!("{was}::{}", kind.text),
            (Some(was), Some(live)) if after.changes && live.get(Attr::Type) != desired.get(Attr::Type) => {
                let shape = Shape::of(kind, schema)?;
                let row = table.strip_prefix("ONLY ").unwrap_or(table);
                let cast = cast_to(was, live.fragment(Attr::Type)?.compared(), &shape, schema);
                let name = format!("pg_temp.amend_{word}_{}", number + 1);
                before += &format!(
                    "DROP FUNCTION IF EXISTS {name};\nCREATE FUNCTION {name}(amend_row {row}) RETURNS {} LANGUAGE plpgsql AS $amend$\n\
                     DECLARE\n    amend_value {0};\nBEGIN\n    SELECT {cast} INTO amend_value FROM (SELECT amend_row.*) AS amend_rows;\n{}    \
                     RETURN amend_value;\nEXCEPTION WHEN OTHERS THEN\n    RETURN NULL;\nEND\n$amend$;\n",
                    shape.kind,
                    shape.checks("amend_value", "NULL"),
                );
                format!("{name}(amend_row){collation}")
            }
            (Some(was), _) => format!("{was}{collation}"),
            (None, _) => {
                let text = desired.text(Attr::Generated).or(desired.text(Attr::Default)).unwrap_or("NULL");
                format!("({text})::{}{collation}", Shape::of(kind, schema)?.kind)
            }
        };
        said.push(format!("{value} AS {}", after.name));
    }
    Some(Seen { before, from: format!("(SELECT {} FROM {table} AS amend_row)", said.join(", ")), alias: None })
}

pub fn labels(of: &Object) -> &[Arc<str>] {
    match of.get(Attr::Labels) {
        Some(Value::Labels(labels)) => labels,
        _ => &[],
    }
}

fn list(labels: &[Arc<str>]) -> String {
    if labels.is_empty() { "NULL".to_string() } else { labels.iter().map(|label| literal(label)).collect::<Vec<_>>().join(", ") }
}

/// What a value fulfils whose text is no label.
pub fn unknown_label(column: &str, array: bool, labels: &[Arc<str>]) -> String {
    let list = list(labels);
    match (array, labels.is_empty()) {
        (_, true) => format!("{column} IS NOT NULL"),
        (true, _) => format!("EXISTS (SELECT 1 FROM unnest({column}) AS one WHERE one::text NOT IN ({list}))"),
        (false, _) => format!("{column}::text NOT IN ({list})"),
    }
}

/// A column of a table that has a type, by way of domains too.
pub struct Bearer<'a> {
    pub column: &'a Object,
    pub table: String,
    pub name: String,
    pub array: bool,
}

/// The columns of tables that have a type.
pub fn bearers<'a>(key: Key, live: &'a Schema<Canonical>) -> Vec<Bearer<'a>> {
    let bearer = |column: &'a Object| {
        let kind = column.fragment(Attr::Type)?.compared();
        let table = live.get(live.resolve(column.key.relation()?)?).filter(|table| table.key.kind == Kind::Table)?;
        let array = rests_on(kind, key, live)?;
        Some(Bearer { column, table: object(table.key), name: quote(column.key.name), array })
    };
    live.of_kind(Kind::Column).filter_map(bearer).collect()
}

/// Whether a type is this one, or a domain over it; and then whether it is an array.
fn rests_on(kind: &str, key: Key, live: &Schema<Canonical>) -> Option<bool> {
    let array = kind.ends_with("[]");
    if is_of(kind, key) {
        return Some(array);
    }
    let domain = live.of_kind(Kind::Domain).find(|domain| is_of(kind, domain.key))?;
    let below = rests_on(domain.fragment(Attr::Type)?.compared(), key, live)?;
    (!(array && below)).then_some(array || below)
}

/// Whether a type's text names this type, or an array of it.
pub fn is_of(kind: &str, key: Key) -> bool {
    let bare = kind.split('[').next().unwrap_or(kind).split('(').next().unwrap_or(kind).trim();
    let own = qualified(key.namespace, key.name);
    bare == own || bare == quote(Name::new(key.name.as_str())) && key.namespace.as_str() == "public"
}
