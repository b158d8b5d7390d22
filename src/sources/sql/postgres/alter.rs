//! ALTER of everything but tables, whose many actions have a file of their own.

use super::{alter_column, alter_table, alter_type, constraint, foreign, if_exists, index, keys, member, options, policy, routine_options};
use super::{privilege, sequence, settings, target, text_search};
use crate::base::Name;
use crate::ir::{Attr, Edit, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// ALTER of kinds that have changes of their own.
const ALTERATIONS: &[(&str, super::Production)] = &[
    ("TABLE", |statement| alter_table::alter(statement, Kind::Table)),
    ("FOREIGN TABLE", |statement| alter_table::alter(statement, Kind::ForeignTable)),
    ("VIEW", |statement| alter_table::alter(statement, Kind::View)),
    ("MATERIALIZED VIEW", |statement| alter_table::alter(statement, Kind::MaterializedView)),
    ("INDEX", index::alter),
    ("SEQUENCE", sequence::alter),
    ("TYPE", alter_type::alter),
    ("DOMAIN", alter_type::alter_domain),
    ("FUNCTION", |statement| routine(statement, Kind::Function)),
    ("PROCEDURE", |statement| routine(statement, Kind::Procedure)),
    ("ROUTINE", |statement| routine(statement, Kind::Function)),
    ("POLICY", policy::alter),
    ("EXTENSION", extension),
    ("PUBLICATION", member::alter_publication),
    ("TEXT SEARCH CONFIGURATION", text_search::alter),
    ("OPERATOR FAMILY", member::alter_family),
    ("SUBSCRIPTION", foreign::alter_subscription),
    ("EVENT TRIGGER", event_trigger),
    ("STATISTICS", statistics),
];

pub fn alter(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    if let Some(production) = statement.accept_row(ALTERATIONS) {
        let lenient = statement.at_words(&["IF", "EXISTS"]);
        let outcome = production(statement)?;
        // Of what is not there the server says so in a notice.
        if let Some(located) = statement.effects.ops.first().filter(|_| lenient) {
            let key = located.op.key();
            statement.only_where(key.relation().unwrap_or(key), 0, 0);
        }
        return Ok(outcome);
    }
    let Some((kind, shape)) = statement.accept_row(target::KINDS) else {
        return Err(statement.fault("this kind of object is not known"));
    };
    if_exists(statement);
    let key = target::read(statement, kind, shape)?;
    if common(statement, key)? || foreign::change(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    if statement.accept(&["REFRESH", "VERSION"]) || statement.accept(&["REFRESH", "COLLATION", "VERSION"]) {
        return Ok(Outcome::Ignored("maintenance"));
    }
    Err(statement.fault("this change is not known"))
}

/// What every kind can have: OWNER TO, RENAME TO, SET SCHEMA, DEPENDS ON EXTENSION. False where none follows.
pub fn common(statement: &mut Statement<'_, '_>, key: Key) -> Read<bool> {
    if statement.accept(&["OWNER", "TO"]) {
        let role = privilege::role(statement)?;
        // A part belongs to whom its relation belongs: of an index the server says so in a warning and changes nothing.
        if !key.kind.spec().owned {
            statement.push(Op::set(key, Attr::Owner, Some(Value::text(role.as_str()))));
        }
    } else if statement.accept(&["RENAME", "TO"]) {
        let to = statement.ident()?;
        statement.push(Op::Rename { key, to: key.renamed(to).name });
    } else if statement.accept(&["SET", "SCHEMA"]) {
        let namespace = statement.ident()?;
        statement.push(match key.kind {
            Kind::Extension => Op::set(key, Attr::InSchema, Some(Value::text(namespace.as_str()))),
            _ => Op::Move { key, namespace },
        });
    } else if statement.accept(&["SET", "TABLESPACE"]) {
        let tablespace = statement.ident()?;
        statement.accept(&["NOWAIT"]);
        let held = (tablespace.as_str() != "pg_default").then(|| Value::text(tablespace.as_str()));
        statement.push(Op::set(key, Attr::Tablespace, held));
    } else if statement.accept(&["DEPENDS", "ON", "EXTENSION"]) || statement.accept(&["NO", "DEPENDS", "ON", "EXTENSION"]) {
        return Err(statement.fault("that an object depends on an extension is not modelled"));
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// `ALTER FUNCTION f(types) …`.
fn routine(statement: &mut Statement<'_, '_>, kind: Kind) -> Read<Outcome> {
    if_exists(statement);
    let key = keys::routine(statement, kind)?;
    if common(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    let none = Object::new(key);
    loop {
        if statement.accept(&["RESET", "ALL"]) {
            statement.push(Op::set(key, Attr::Settings, None));
            continue;
        }
        if statement.accept(&["RESET"]) {
            let name = Name::new(&settings::setting_name(statement)?);
            statement.push(Op::Edit { key, attr: Attr::Settings, edit: Edit::ResetOptions(vec![name]) });
            continue;
        }
        let Some((attr, value)) = routine_options::option(statement, &none)? else { break };
        statement.push(match (attr, value) {
            (Attr::Settings, Some(Value::Options(set))) => Op::Edit { key, attr, edit: Edit::SetOptions(set) },
            (attr, value) => Op::set(key, attr, value),
        });
    }
    statement.accept(&["RESTRICT"]);
    Ok(Outcome::Modelled)
}

/// `ALTER EXTENSION name …`.
fn extension(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let key = Key::new(Kind::Extension, Name::NONE, statement.ident()?);
    if common(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    statement.expect(&["UPDATE"])?;
    if statement.accept(&["TO"]) {
        let version = statement.literal()?;
        statement.push(Op::set(key, Attr::Version, Some(Value::text(version))));
    }
    Ok(Outcome::Modelled)
}

/// States in which a trigger or rule can be.
pub const STATES: &[(&str, &str)] = &[("DISABLE", "disabled"), ("ENABLE REPLICA", "replica"), ("ENABLE ALWAYS", "always"), ("ENABLE", "")];

fn event_trigger(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let key = Key::new(Kind::EventTrigger, Name::NONE, statement.ident()?);
    if common(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    let Some(state) = statement.accept_row(STATES) else { return Err(statement.fault("this change is not known")) };
    statement.push(Op::set(key, Attr::Enabled, (!state.is_empty()).then(|| Value::text(state))));
    Ok(Outcome::Modelled)
}

fn statistics(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    if_exists(statement);
    let key = keys::key(statement, Kind::Statistics)?;
    if common(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    statement.expect(&["SET", "STATISTICS"])?;
    let target = alter_column::statistics_target(statement)?;
    statement.push(Op::set(key, Attr::StatisticsTarget, target));
    Ok(Outcome::Modelled)
}

/// Shared with tables: options in parentheses, and a constraint's own change.
pub fn options_or_constraint(statement: &mut Statement<'_, '_>, key: Key) -> Read<bool> {
    if options::change(statement, key)? {
        return Ok(true);
    }
    if statement.accept(&["ALTER", "CONSTRAINT"]) {
        constraint::alter(statement, key)?;
        return Ok(true);
    }
    Ok(false)
}
