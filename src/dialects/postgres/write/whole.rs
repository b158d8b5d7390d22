//! Kinds that hold their whole CREATE statement, and the few facts of theirs that ALTER can change; schemas and extensions.

use crate::dialects::postgres::canonical::subscriptions;
use crate::ir::{Attr, Kind, Object, Pair, Statement, Transaction};

use super::ident::{literal, object, quote, quoted, target};
use super::remote;

/// Kinds whose definition is one text and that are replaced when it differs.
pub const WHOLE: &[Kind] = &[
    Kind::Language,
    Kind::Collation,
    Kind::Range,
    Kind::BaseType,
    Kind::Aggregate,
    Kind::Rule,
    Kind::Statistics,
    Kind::Cast,
    Kind::Operator,
    Kind::OperatorClass,
    Kind::OperatorFamily,
    Kind::Conversion,
    Kind::Transform,
    Kind::AccessMethod,
    Kind::TextSearchParser,
    Kind::TextSearchTemplate,
    Kind::TextSearchDictionary,
    Kind::TextSearchConfiguration,
    Kind::ForeignDataWrapper,
    Kind::Server,
    Kind::UserMapping,
    Kind::EventTrigger,
    Kind::Publication,
    Kind::Subscription,
];

/// The CREATE statement as it was given.
pub fn create(whole: &Object) -> Option<Statement> {
    let definition = whole.text(Attr::Definition)?.trim().trim_end_matches(';').trim_end();
    let definition = remote::definition(whole, definition);
    let statement = Statement::new(definition, format!("New {} {}.", whole.key.kind.spec().noun, label(whole)));
    let outside = whole.key.kind == Kind::Subscription && subscriptions::makes_slot(whole);
    Some(if outside { statement.transaction(Transaction::Outside) } else { statement })
}

fn label(whole: &Object) -> &'static str {
    whole.key.name.as_str()
}

/// DROP of any object that has a name of its own.
pub fn drop(whole: &Object) -> Statement {
    let sql = match whole.key.kind {
        Kind::UserMapping => format!("DROP USER MAPPING {}", object(whole.key)),
        _ => format!("DROP {}", target(whole.key, Kind::Table)),
    };
    let statement = Statement::new(sql, format!("The {} {} goes.", whole.key.kind.spec().noun, label(whole)));
    let outside = whole.key.kind == Kind::Subscription && subscriptions::has_slot(whole);
    if outside { statement.transaction(Transaction::Outside) } else { statement }
}

/// `CREATE SCHEMA`.
pub fn create_namespace(namespace: &Object) -> Statement {
    Statement::new(format!("CREATE SCHEMA {}", quote(namespace.key.name)), format!("New schema {}.", namespace.key.name))
}

/// `CREATE EXTENSION`.
pub fn create_extension(extension: &Object) -> Statement {
    let mut sql = format!("CREATE EXTENSION IF NOT EXISTS {}", quote(extension.key.name));
    if let Some(namespace) = extension.text(Attr::InSchema) {
        sql.push_str(&format!(" WITH SCHEMA {}", quoted(namespace)));
    }
    if let Some(version) = extension.text(Attr::Version) {
        sql.push_str(&format!(" VERSION {}", literal(version)));
    }
    Statement::new(sql, format!("New extension {}.", extension.key.name))
}

/// `ALTER EXTENSION`.
pub fn alter_extension(attrs: &[Attr], extension: Pair<&Object>) -> Vec<Statement> {
    let head = format!("ALTER EXTENSION {}", quote(extension.desired.key.name));
    let mut statements = Vec::new();
    if attrs.contains(&Attr::Version) {
        let to = extension.desired.text(Attr::Version).map_or(String::new(), |version| format!(" TO {}", literal(version)));
        statements.push(Statement::new(format!("{head} UPDATE{to}"), "The extension's version."));
    }
    if let (true, Some(namespace)) = (attrs.contains(&Attr::InSchema), extension.desired.text(Attr::InSchema)) {
        statements.push(Statement::new(format!("{head}\n    SET SCHEMA {}", quoted(namespace)), "Where the extension's objects are."));
    }
    statements
}
