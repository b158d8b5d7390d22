//! How statements name an object by its kind: COMMENT ON, DROP, ALTER, GRANT, ALTER EXTENSION.

use super::keys;
use crate::base::Name;
use crate::dialects::postgres::{quote, role};
use crate::ir::{Key, Kind};
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// What follows the words of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A name without a namespace.
    Global,
    /// A name in a namespace.
    Named,
    /// `name ON table`.
    OnRelation,
    /// `[table.]column`.
    Column,
    /// `name ON [DOMAIN] owner`.
    Constraint,
    /// `f(types)`.
    Routine,
    /// `(source AS target)`.
    Cast,
    /// `+ (left, right)`.
    Operator,
    /// `name USING method`.
    WithMethod,
    /// `FOR role SERVER server`.
    UserMapping,
    /// `FOR type LANGUAGE language`.
    Transform,
}

/// The words of each kind. Longer words stand before their beginnings.
pub const KINDS: &[(&str, (Kind, Shape))] = &[
    ("TABLE", (Kind::Table, Shape::Named)),
    ("FOREIGN TABLE", (Kind::ForeignTable, Shape::Named)),
    ("COLUMN", (Kind::Column, Shape::Column)),
    ("CONSTRAINT", (Kind::Check, Shape::Constraint)),
    ("INDEX", (Kind::Index, Shape::Named)),
    ("SEQUENCE", (Kind::Sequence, Shape::Named)),
    ("VIEW", (Kind::View, Shape::Named)),
    ("MATERIALIZED VIEW", (Kind::MaterializedView, Shape::Named)),
    ("FUNCTION", (Kind::Function, Shape::Routine)),
    ("PROCEDURE", (Kind::Procedure, Shape::Routine)),
    ("ROUTINE", (Kind::Function, Shape::Routine)),
    ("AGGREGATE", (Kind::Aggregate, Shape::Routine)),
    ("TRIGGER", (Kind::Trigger, Shape::OnRelation)),
    ("RULE", (Kind::Rule, Shape::OnRelation)),
    ("POLICY", (Kind::Policy, Shape::OnRelation)),
    ("SCHEMA", (Kind::Namespace, Shape::Global)),
    ("EXTENSION", (Kind::Extension, Shape::Global)),
    ("TYPE", (Kind::Enum, Shape::Named)),
    ("DOMAIN", (Kind::Domain, Shape::Named)),
    ("COLLATION", (Kind::Collation, Shape::Named)),
    ("CONVERSION", (Kind::Conversion, Shape::Named)),
    ("PROCEDURAL LANGUAGE", (Kind::Language, Shape::Global)),
    ("LANGUAGE", (Kind::Language, Shape::Global)),
    ("ACCESS METHOD", (Kind::AccessMethod, Shape::Global)),
    ("STATISTICS", (Kind::Statistics, Shape::Named)),
    ("CAST", (Kind::Cast, Shape::Cast)),
    ("OPERATOR CLASS", (Kind::OperatorClass, Shape::WithMethod)),
    ("OPERATOR FAMILY", (Kind::OperatorFamily, Shape::WithMethod)),
    ("OPERATOR", (Kind::Operator, Shape::Operator)),
    ("TRANSFORM", (Kind::Transform, Shape::Transform)),
    ("TEXT SEARCH PARSER", (Kind::TextSearchParser, Shape::Named)),
    ("TEXT SEARCH TEMPLATE", (Kind::TextSearchTemplate, Shape::Named)),
    ("TEXT SEARCH DICTIONARY", (Kind::TextSearchDictionary, Shape::Named)),
    ("TEXT SEARCH CONFIGURATION", (Kind::TextSearchConfiguration, Shape::Named)),
    ("FOREIGN DATA WRAPPER", (Kind::ForeignDataWrapper, Shape::Global)),
    ("FOREIGN SERVER", (Kind::Server, Shape::Global)),
    ("SERVER", (Kind::Server, Shape::Global)),
    ("USER MAPPING", (Kind::UserMapping, Shape::UserMapping)),
    ("EVENT TRIGGER", (Kind::EventTrigger, Shape::Global)),
    ("PUBLICATION", (Kind::Publication, Shape::Global)),
    ("SUBSCRIPTION", (Kind::Subscription, Shape::Global)),
];

/// Reads what follows the words of a kind.
pub fn read(statement: &mut Statement<'_, '_>, kind: Kind, shape: Shape) -> Read<Key> {
    let global = |name: &str| Key::new(kind, Name::NONE, Name::new(name));
    match shape {
        Shape::Global => Ok(Key::new(kind, Name::NONE, statement.ident()?)),
        Shape::Named => keys::key(statement, kind),
        Shape::Routine => keys::routine(statement, kind),
        Shape::Column => keys::column(statement),
        Shape::OnRelation => {
            let name = statement.ident()?;
            statement.expect(&["ON"])?;
            Ok(keys::key(statement, Kind::Table)?.child(kind, name))
        }
        Shape::Constraint => {
            let name = statement.ident()?;
            statement.expect(&["ON"])?;
            statement.accept(&["DOMAIN"]);
            Ok(keys::key(statement, Kind::Table)?.child(kind, name))
        }
        Shape::Cast => {
            statement.expect(&["("])?;
            let source = statement.slice_until(&["AS"])?;
            statement.expect(&["AS"])?;
            let target = statement.slice_until(&[])?;
            statement.expect(&[")"])?;
            Ok(global(&format!("({} AS {})", keys::type_name(statement, source), keys::type_name(statement, target))))
        }
        Shape::Operator => operator(statement, kind),
        Shape::WithMethod => {
            let key = keys::key(statement, kind)?;
            // CREATE OPERATOR CLASS names its method later.
            let method = if statement.accept(&["USING"]) { statement.ident()? } else { class_method(statement)? };
            Ok(Key { name: Name::new(&format!("{} USING {}", quote(key.name), quote(method))), ..key })
        }
        Shape::UserMapping => {
            statement.expect(&["FOR"])?;
            // USER is another word for CURRENT_USER here (manual, CREATE USER MAPPING), and in quotes a role's name.
            let role = if statement.accept(&["USER"]) { Name::new("current_user") } else { super::privilege::role(statement)? };
            statement.expect(&["SERVER"])?;
            let server = statement.ident()?;
            Ok(global(&format!("{role} on {server}")))
        }
        Shape::Transform => {
            statement.expect(&["FOR"])?;
            let data_type = statement.slice_until(&["LANGUAGE"])?;
            statement.expect(&["LANGUAGE"])?;
            let language = statement.ident()?;
            Ok(global(&format!("FOR {} LANGUAGE {language}", keys::type_name(statement, data_type))))
        }
    }
}

/// The name as a CREATE statement of the kind prints it.
pub fn printed(key: Key, shape: Shape) -> String {
    match shape {
        Shape::Cast | Shape::Transform => key.name.to_string(),
        Shape::UserMapping => {
            let (of, server) = key.name.as_str().split_once(" on ").unwrap_or((key.name.as_str(), ""));
            format!("FOR {} SERVER {}", role(of), quote(Name::new(server)))
        }
        Shape::Operator => {
            let symbol = key.bare();
            format!("{}.{symbol}", quote(key.namespace))
        }
        Shape::WithMethod => {
            let name = key.name.as_str();
            let bare = if key.kind == Kind::OperatorClass { name.rsplit_once(" USING ").map_or(name, |row| row.0) } else { name };
            format!("{}.{bare}", quote(key.namespace))
        }
        Shape::Global | Shape::Named | Shape::OnRelation | Shape::Column | Shape::Constraint | Shape::Routine => keys::qualified(key),
    }
}

/// `[namespace.]@@ (left, right)`; in CREATE OPERATOR the operands stand in the definition.
fn operator(statement: &mut Statement<'_, '_>, kind: Kind) -> Read<Key> {
    let mut namespace = keys::home(statement);
    while statement.is_identifier(0) && statement.is(1, ".") {
        namespace = statement.ident()?;
        statement.skip();
    }
    let symbol = statement.peek(0).to_owned();
    statement.skip();
    let mark = statement.mark();
    let definition = statement.is(2, "=");
    let operands = statement.list(|cursor| cursor.slice_until(&[]))?;
    let mut sides = ["NONE".to_owned(), "NONE".to_owned()];
    for (at, text) in operands.iter().enumerate() {
        let side = match text.split_once('=') {
            Some((word, data_type)) if definition => match word.trim().to_ascii_uppercase().as_str() {
                "LEFTARG" => Some((0, data_type)),
                "RIGHTARG" => Some((1, data_type)),
                _ => None,
            },
            _ if definition => None,
            _ => Some((at, *text)),
        };
        let Some((at, data_type)) = side else { continue };
        if let Some(slot) = sides.get_mut(at).filter(|_| !data_type.trim().eq_ignore_ascii_case("NONE")) {
            *slot = keys::type_name(statement, data_type.trim());
        }
    }
    if definition {
        statement.rewind(mark);
    }
    Ok(Key::new(kind, namespace, Name::new(&format!("{symbol}({})", sides.join(",")))))
}

/// The method of `CREATE OPERATOR CLASS name [DEFAULT] FOR TYPE t USING method …`, without moving on.
fn class_method(statement: &mut Statement<'_, '_>) -> Read<Name> {
    let mark = statement.mark();
    while !statement.at_end() && !statement.is(0, "USING") {
        statement.skip();
    }
    statement.expect(&["USING"])?;
    let method = statement.ident()?;
    statement.rewind(mark);
    Ok(method)
}
