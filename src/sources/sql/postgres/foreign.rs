//! What stands between a database and others: foreign-data wrappers, servers, user mappings, subscriptions.

use std::sync::Arc;

use super::{alter, keys, options, target, unless_exists};
use crate::base::Name;
use crate::dialects::postgres::quote;
use crate::ir::{Attr, Edit, Guard, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// `CREATE FOREIGN DATA WRAPPER name [HANDLER …] [VALIDATOR …] [OPTIONS (…)]`.
pub fn create_wrapper(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let key = target::read(statement, Kind::ForeignDataWrapper, target::Shape::Global)?;
    let mark = statement.mark();
    while !statement.at_end() && !statement.is(0, "OPTIONS") {
        statement.skip();
    }
    let text = format!("CREATE FOREIGN DATA WRAPPER {} {}", quote(key.name), statement.text_from(mark));
    with_options(statement, Object::new(key).with(Attr::Definition, Value::sql(text.trim_end())), guard)
}

/// `CREATE SERVER name [TYPE 'x'] [VERSION 'x'] FOREIGN DATA WRAPPER wrapper [OPTIONS (…)]`.
pub fn create_server(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let guard = unless_exists(statement, guard);
    let key = target::read(statement, Kind::Server, target::Shape::Global)?;
    let mark = statement.mark();
    if statement.accept(&["TYPE"]) {
        statement.string()?;
    }
    let text = format!("CREATE SERVER {} {}", quote(key.name), statement.text_from(mark));
    let mut server = Object::new(key).with(Attr::Definition, Value::sql(text.trim_end()));
    if statement.accept(&["VERSION"]) {
        server.set(Attr::Version, version(statement)?);
    }
    statement.expect(&["FOREIGN", "DATA", "WRAPPER"])?;
    server.set(Attr::Engine, Some(Value::text(statement.ident()?.as_str())));
    with_options(statement, server, guard)
}

/// `CREATE USER MAPPING FOR role SERVER server [OPTIONS (…)]`.
pub fn create_mapping(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let guard = unless_exists(statement, guard);
    let key = target::read(statement, Kind::UserMapping, target::Shape::UserMapping)?;
    let text = format!("CREATE USER MAPPING {}", target::printed(key, target::Shape::UserMapping));
    with_options(statement, Object::new(key).with(Attr::Definition, Value::sql(text)), guard)
}

fn with_options(statement: &mut Statement<'_, '_>, mut object: Object, guard: Guard) -> Read<Outcome> {
    if statement.accept(&["OPTIONS"]) {
        options::set(&mut object, options::foreign(statement)?);
    }
    statement.note_rename(object.key, 0);
    let object = keys::with_path(statement, object);
    statement.push(Op::Create { object, guard });
    Ok(Outcome::Modelled)
}

/// What follows VERSION: a string or NULL.
fn version(statement: &mut Statement<'_, '_>) -> Read<Option<Value>> {
    Ok(if statement.accept(&["NULL"]) { None } else { Some(Value::text(statement.string()?)) })
}

const REMOTE: &[Kind] = &[Kind::ForeignDataWrapper, Kind::Server, Kind::UserMapping];

/// `[VERSION 'x'] [OPTIONS (ADD …, SET …, DROP …)]` of a wrapper, a server or a mapping; false where neither follows.
pub fn change(statement: &mut Statement<'_, '_>, key: Key) -> Read<bool> {
    let is_version = key.kind == Kind::Server && statement.accept(&["VERSION"]);
    if is_version {
        let version = version(statement)?;
        statement.push(Op::set(key, Attr::Version, version));
    }
    if !REMOTE.contains(&key.kind) || !statement.accept(&["OPTIONS"]) {
        return Ok(is_version);
    }
    options::change_foreign(statement, key)?;
    Ok(true)
}

/// `CREATE SUBSCRIPTION name CONNECTION '…' PUBLICATION p, … [WITH (…)]`. The connection is held among the options; the slot bears the
/// subscription's name where none is said.
pub fn create_subscription(statement: &mut Statement<'_, '_>, guard: Guard) -> Read<Outcome> {
    let key = Key::new(Kind::Subscription, Name::NONE, statement.ident()?);
    statement.expect(&["CONNECTION"])?;
    let connection = statement.string()?;
    statement.expect(&["PUBLICATION"])?;
    let publications = publications(statement)?;
    let mut listed: options::Options = options::with(statement)?.into_iter().collect();
    let slot = listed.get(&Name::new("slot_name")).map_or(key.name.to_string(), |name| name.to_string());
    listed.insert(Name::new("slot_name"), Arc::from(if slot.eq_ignore_ascii_case("none") { "none" } else { &slot }));
    listed.insert(Name::new("connection"), Arc::from(connection));
    let text = format!("CREATE SUBSCRIPTION {}", quote(key.name));
    let subscription = Object::new(key)
        .with(Attr::Definition, Value::sql(text))
        .with(Attr::Labels, Value::Labels(publications))
        .with(Attr::Options, Value::Options(listed));
    statement.push(Op::Create { object: subscription, guard });
    Ok(Outcome::Modelled)
}

/// `ALTER SUBSCRIPTION name …`.
pub fn alter_subscription(statement: &mut Statement<'_, '_>) -> Read<Outcome> {
    let key = Key::new(Kind::Subscription, Name::NONE, statement.ident()?);
    if alter::common(statement, key)? || options::change(statement, key)? {
        return Ok(Outcome::Modelled);
    }
    let edit = |edit: Edit| Op::Edit { key, attr: Attr::Labels, edit };
    if statement.accept(&["CONNECTION"]) {
        let connection = [(Name::new("connection"), Arc::from(statement.string()?))];
        statement.push(Op::Edit { key, attr: Attr::Options, edit: Edit::SetOptions(connection.into()) });
    } else if statement.accept(&["SET", "PUBLICATION"]) {
        let publications = publications(statement)?;
        statement.push(Op::set(key, Attr::Labels, Some(Value::Labels(publications))));
    } else if statement.accept(&["ADD", "PUBLICATION"]) {
        for label in publications(statement)? {
            statement.push(edit(Edit::AddLabel { label, before: None, after: None }));
        }
    } else if statement.accept(&["DROP", "PUBLICATION"]) {
        for label in publications(statement)? {
            statement.push(edit(Edit::DropLabel(label)));
        }
    } else if statement.accept_row(RUNNING).is_some() {
        statement.rest();
        return Ok(Outcome::Ignored("state of a subscription that runs"));
    } else {
        return Err(statement.fault("this change of a subscription is not known"));
    }
    if statement.is(0, "WITH") {
        statement.rest();
    }
    Ok(Outcome::Modelled)
}

/// What no dump tells of a subscription.
const RUNNING: &[(&str, ())] = &[("ENABLE", ()), ("DISABLE", ()), ("REFRESH", ()), ("SKIP", ())];

fn publications(statement: &mut Statement<'_, '_>) -> Read<Vec<Arc<str>>> {
    let mut publications = Vec::new();
    loop {
        publications.push(Arc::from(statement.ident()?.as_str()));
        if !statement.accept(&[","]) {
            return Ok(publications);
        }
    }
}
