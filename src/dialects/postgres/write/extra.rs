//! Facts that any object may have and that statements of their own set: comment, owner, enabled state, namespace.

use crate::base::Name;
use crate::ir::{Attr, Key, Kind, Object, Statement};

use super::ident::{literal, noun, object, quote, relation, role, target};
use super::{Desired, Sides, kin};

/// `COMMENT ON`; `live` is the object before, where it is to lose its comment.
pub fn comment(live: Option<&Object>, desired: &Object, side: Desired) -> Option<Statement> {
    let text = match (desired.text(Attr::Comment), live) {
        (Some(text), _) => literal(text),
        // The schema that every database has comes with a comment.
        (None, Some(_)) if desired.key == Key::new(Kind::Namespace, Name::NONE, "public".into()) => literal("standard public schema"),
        (None, Some(_)) => "NULL".to_owned(),
        (None, None) => return None,
    };
    let owner = owner_kind(desired.key, side);
    let why = format!("What {} is for.", if desired.key.name.is_none() { desired.key.owner } else { desired.key.name });
    Some(Statement::new(format!("COMMENT ON {} IS {text}", target(desired.key, owner)), why))
}

/// `COMMENT ON INDEX` for the index of a constraint, which bears the constraint's name; `live` as in [`comment`].
pub fn index_comment(live: Option<&Object>, desired: &Object) -> Option<Statement> {
    let text = match (desired.text(Attr::IndexComment), live) {
        (Some(text), _) => literal(text),
        (None, Some(_)) => "NULL".to_owned(),
        (None, None) => return None,
    };
    let index = Key { kind: Kind::Index, ..desired.key };
    Some(Statement::new(format!("COMMENT ON INDEX {} IS {text}", object(index)), format!("What the index of {} is for.", desired.key.name)))
}

/// The kind of what a part stands on: constraints of domains are named differently.
fn owner_kind(part: Key, side: Desired) -> Kind {
    let domain = Key::new(Kind::Domain, part.namespace, part.owner);
    if part.kind.is_constraint() && side.contains(domain) { Kind::Domain } else { Kind::Table }
}

/// `ALTER … OWNER TO`.
pub fn owner(desired: &Object) -> Option<Statement> {
    let owner = desired.text(Attr::Owner)?;
    let key = desired.key;
    let sql = format!("ALTER {} {} OWNER TO {}", alter_noun(key.kind), object(key), role(owner));
    Some(Statement::new(sql, format!("{owner} owns {}.", key.name)))
}

/// ALTER's word for the kind; a language's needs PROCEDURAL nowhere.
fn alter_noun(kind: Kind) -> &'static str {
    noun(kind)
}

/// Everything that CREATE leaves open: owner, comment, enabled state, statistics target.
pub fn after_create(desired: &Object, side: Desired) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    if desired.key.kind == Kind::Statistics && desired.has(Attr::StatisticsTarget) {
        statements.push(statistics_target(desired));
    }
    if desired.has(Attr::Enabled) {
        statements.push(super::trigger::enabled(desired));
    }
    statements.extend(owner(desired));
    statements.extend(comment(None, desired, side));
    statements.extend(index_comment(None, desired));
    statements
}

/// `ALTER STATISTICS … SET STATISTICS`.
pub fn statistics_target(desired: &Object) -> Statement {
    let target = desired.text(Attr::StatisticsTarget).unwrap_or("-1");
    Statement::new(format!("ALTER STATISTICS {}\n    SET STATISTICS {target}", object(desired.key)), "How much the planner looks at.")
}

/// What the server forgets when it makes statistics objects and expression indexes anew under a column of another type: how much the
/// planner looks at, and whose the statistics object is (`RebuildStatisticsObject` and `TryReuseIndex` in its source).
pub fn after_retyping(column: Key, sides: Sides) -> Vec<Statement> {
    let says = |text: &str, name: Name| {
        text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).any(|word| word.eq_ignore_ascii_case(name.as_str()))
    };
    let stands = |object: &&Object| {
        let text = object.text(Attr::Definition).unwrap_or_default();
        let same = sides.live.get(object.key).is_some_and(|live| live.fragment(Attr::Definition) == object.fragment(Attr::Definition));
        same && says(text, column.owner) && says(text, column.name)
    };
    let mut statements = Vec::new();
    for object in sides.desired.of_kind(Kind::Statistics).filter(stands) {
        statements.extend(object.has(Attr::StatisticsTarget).then(|| statistics_target(object)));
        statements.extend(owner(object));
    }
    let relation = column.relation().map(|relation| Key { kind: Kind::Table, ..relation });
    let indexes = relation.into_iter().flat_map(|relation| sides.desired.parts(relation, Kind::Index));
    let targeted = indexes.filter(|index| index.has(Attr::StatisticsTarget) && !super::fall::is_aside(index.key, sides));
    let stays = targeted.filter(|index| sides.live.get(index.key).is_some_and(|live| live.get(Attr::Parts) == index.get(Attr::Parts)));
    statements.extend(stays.map(super::index::statistics_target));
    statements
}

/// `ALTER … RENAME`.
pub fn rename(key: Key, to: Name, live: Desired) -> Statement {
    let new = quote(Name::new(super::ident::split_arguments(to.as_str()).0));
    let old = quote(key.name);
    let sql = match key.kind {
        Kind::Column if is_composite(key, live) => format!("ALTER TYPE {}\n    RENAME ATTRIBUTE {old} TO {new}", relation(key)),
        Kind::Column => format!("{}\n    RENAME COLUMN {old} TO {new}", super::alter_relation(key, live)),
        kind if kind.is_constraint() => format!("{}\n    RENAME CONSTRAINT {old} TO {new}", super::alter_relation(key, live)),
        Kind::Trigger | Kind::Rule | Kind::Policy => {
            format!("ALTER {} {old} ON {}\n    RENAME TO {new}", noun(key.kind), relation(key))
        }
        _ => format!("ALTER {} {}\n    RENAME TO {new}", alter_noun(key.kind), object(key)),
    };
    Statement::new(sql, format!("{} is now called {to}; rows and references stay.", key.name))
}

fn is_composite(key: Key, side: Desired) -> bool {
    kin::relation_of(key, side).is_none() && side.contains(Key::new(Kind::Composite, key.namespace, key.owner))
}

/// `ALTER … SET SCHEMA`.
pub fn relocate(key: Key, to: Name) -> Statement {
    let sql = format!("ALTER {} {}\n    SET SCHEMA {}", alter_noun(key.kind), object(key), quote(to));
    Statement::new(sql, format!("{} moves to the schema {to}.", key.name))
}
