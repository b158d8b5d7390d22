//! Triggers, procedures, functions and events: their heads are facts, their bodies are text.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;
use crate::ir::{Attr, Edit, Guard, Key, Kind, Object, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

use super::{Head, database, object_key, setting, table_key};

/// Makes an object; OR REPLACE takes the old one away first, with everything that was said of it.
fn make(statement: &mut Statement<'_, '_>, mut object: Object, head: &Head, lenient: bool) {
    object.set(Attr::SqlMode, setting::mode(statement));
    if head.replace {
        statement.push(Op::Drop { key: object.key, guard: Guard::Lenient, cascade: false });
    }
    let key = object.key;
    statement.push(Op::Create { object, guard: if lenient { Guard::Lenient } else { Guard::Strict } });
    // The server renames no trigger and no routine: one goes and the other comes, whatever a comment says.
    if key.kind == Kind::Event {
        statement.note_rename(key, 0);
    }
}

/// `CREATE … TRIGGER name timing event ON table FOR EACH ROW [FOLLOWS x] body`.
pub fn trigger(statement: &mut Statement<'_, '_>, head: &Head) -> Read<Outcome> {
    let lenient = statement.accept(&["IF", "NOT", "EXISTS"]);
    let keyword = if lenient { None } else { statement.mark().checked_sub(1) };
    let name = object_key(statement, Kind::Trigger)?;
    let timing = statement.accept_any(&["BEFORE", "AFTER"]).ok_or_else(|| statement.fault("expected BEFORE or AFTER"))?;
    let mut events: Vec<Arc<str>> = Vec::new();
    while let Some(event) = statement.accept_any(&["INSERT", "UPDATE", "DELETE"]) {
        events.push(Arc::from(event));
        statement.accept(&["OR"]);
    }
    statement.expect(&["ON"])?;
    let mut table = table_key(statement)?;
    if table.namespace.is_none() {
        // A trigger stands in the database of its table.
        table.namespace = name.namespace;
    }
    statement.expect(&["FOR", "EACH", "ROW"])?;
    let tail = statement.mark();
    let place = match statement.accept_row(&[("FOLLOWS", "after"), ("PRECEDES", "before")]) {
        Some(word) => Some(format!("{word} {}", statement.ident()?)),
        None => None,
    };
    let start = statement.mark();
    statement.rest();
    let body = statement.written_from(start);
    // The server keeps the statement as it was written, but for the other trigger's name: it is written the same way again.
    let whole = keyword.map_or("", |keyword| statement.written_from(keyword));
    let written = whole.strip_suffix(statement.written_from(tail)).filter(|_| !whole.contains("/*!"));
    if body.is_empty() {
        return Err(statement.fault("expected the body of a trigger"));
    }
    let object = Object::new(table.child(Kind::Trigger, name.name))
        .with(Attr::Timing, Value::text(timing))
        .with(Attr::Events, Value::Labels(events))
        .with(Attr::Body, Value::sql(body))
        .with_some(Attr::Position, place.map(Value::text))
        .with_some(Attr::Layout, written.map(Value::text))
        .with_some(Attr::Definer, head.definer.as_deref().map(Value::text));
    make(statement, object, head, lenient);
    Ok(Outcome::Modelled)
}

/// `CREATE … PROCEDURE name (parameters) characteristics body`, and FUNCTION with RETURNS.
pub fn routine(statement: &mut Statement<'_, '_>, head: &Head, kind: Kind) -> Read<Outcome> {
    let lenient = statement.accept(&["IF", "NOT", "EXISTS"]);
    let mut object = Object::new(object_key(statement, kind)?);
    if statement.is(0, "RETURNS") || statement.is(0, "SONAME") {
        // A loadable function lives in a library of the server.
        return Ok(Outcome::Ignored("server"));
    }
    let opening = statement.mark();
    statement.parenthesised()?;
    let parameters = statement.written_from(opening);
    let parameters = parameters.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(parameters);
    object.set(Attr::Parameters, Some(Value::sql(parameters.trim())));
    if statement.accept(&["RETURNS"]) || statement.accept(&["RETURN"]) {
        let mark = statement.mark();
        returns(statement)?;
        object.set(Attr::Type, Some(Value::sql(statement.text_from(mark))));
    }
    while characteristic(statement, &mut object)? {}
    let start = statement.mark();
    statement.rest();
    let body = statement.written_from(start);
    if body.is_empty() {
        return Err(statement.fault("expected the body of a routine"));
    }
    object.set(Attr::Body, Some(Value::sql(body)));
    object.set(Attr::Definer, head.definer.as_deref().map(Value::text));
    if head.aggregate {
        object.set(Attr::Window, Some(Value::Flag));
    }
    make(statement, object, head, lenient);
    Ok(Outcome::Modelled)
}

/// The type after RETURNS: a word, arguments, and the words that belong to a type.
fn returns(statement: &mut Statement<'_, '_>) -> Read<()> {
    statement.ident()?;
    const MORE: &[&str] = &[
        "PRECISION",
        "VARYING",
        "CHARACTER",
        "VARCHAR",
        "VARBINARY",
        "CHAR",
        "UNSIGNED",
        "SIGNED",
        "ZEROFILL",
        "BINARY",
        "ASCII",
        "UNICODE",
    ];
    loop {
        if statement.is(0, "(") {
            statement.skip_group();
        } else if statement.accept(&["CHARACTER", "SET"]) || statement.accept(&["CHARSET"]) || statement.accept(&["COLLATE"]) {
            statement.literal()?;
        } else if statement.accept_any(MORE).is_none() {
            return Ok(());
        }
    }
}

/// `ALTER PROCEDURE name …`, and FUNCTION: each characteristic that is said holds instead of the old one.
pub fn alter(statement: &mut Statement<'_, '_>, kind: Kind) -> Read<Outcome> {
    let key = object_key(statement, kind)?;
    const SAID: [Attr; 3] = [Attr::Comment, Attr::Parallel, Attr::SecurityDefiner];
    let mut unsaid = Object::new(key);
    SAID.iter().for_each(|attr| unsaid.set(*attr, Some(Value::Flag)));
    let mut object = unsaid.clone();
    while characteristic(statement, &mut object)? {}
    for attr in SAID.into_iter().filter(|attr| object.get(*attr) != unsaid.get(*attr)) {
        statement.push(Op::set(key, attr, object.get(attr).cloned()));
    }
    statement.expect_end()?;
    Ok(Outcome::Modelled)
}

fn characteristic(statement: &mut Statement<'_, '_>, object: &mut Object) -> Read<bool> {
    const ACCESS: &[(&str, &str)] =
        &[("CONTAINS SQL", ""), ("NO SQL", "NO SQL"), ("READS SQL DATA", "READS SQL DATA"), ("MODIFIES SQL DATA", "MODIFIES SQL DATA")];
    if statement.accept(&["COMMENT"]) {
        let text = statement.string()?;
        object.set(Attr::Comment, (!text.is_empty()).then(|| Value::text(text)));
    } else if statement.accept(&["LANGUAGE", "SQL"]) || statement.accept(&["NOT", "DETERMINISTIC"]) {
        // What holds anyway.
    } else if statement.accept(&["DETERMINISTIC"]) {
        object.set(Attr::Volatility, Some(Value::text("DETERMINISTIC")));
    } else if let Some(access) = statement.accept_row(ACCESS) {
        object.set(Attr::Parallel, (!access.is_empty()).then(|| Value::text(access)));
    } else if let Some(security) = statement.accept_row(&[("SQL SECURITY INVOKER", "invoker"), ("SQL SECURITY DEFINER", "")]) {
        object.set(Attr::SecurityDefiner, (!security.is_empty()).then(|| Value::text(security)));
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// `CREATE … EVENT name ON SCHEDULE … DO body`.
pub fn event(statement: &mut Statement<'_, '_>, head: &Head) -> Read<Outcome> {
    let lenient = statement.accept(&["IF", "NOT", "EXISTS"]);
    let mut object = Object::new(object_key(statement, Kind::Event)?);
    clauses(statement, &mut object)?;
    object.set(Attr::Definer, head.definer.as_deref().map(Value::text));
    make(statement, object, head, lenient);
    Ok(Outcome::Modelled)
}

/// `ALTER EVENT name …`: each clause sets what it says.
pub fn alter_event(statement: &mut Statement<'_, '_>, head: &Head) -> Read<Outcome> {
    let key = object_key(statement, Kind::Event)?;
    let mut object = Object::new(key);
    let said = clauses(statement, &mut object)?;
    let options: BTreeMap<Name, Arc<str>> = match object.get(Attr::Options) {
        Some(Value::Options(options)) => options.clone(),
        _ => BTreeMap::new(),
    };
    for attr in said {
        let value = object.get(attr).cloned();
        match attr {
            // A new schedule ends when it says so.
            Attr::Schedule => {
                statement.push(Op::set(key, Attr::Start, object.get(Attr::Start).cloned()));
                option(statement, key, "ends", &options);
                statement.push(Op::set(key, attr, value));
            }
            Attr::Options => option(statement, key, "on completion", &options),
            _ => statement.push(Op::set(key, attr, value)),
        }
    }
    if statement.accept(&["RENAME", "TO"]) {
        let to = object_key(statement, Kind::Event)?;
        statement.push(database::rename(statement, key, to)?);
    }
    if let Some(mode) = setting::mode(statement) {
        statement.push(Op::set(key, Attr::SqlMode, Some(mode)));
    }
    if let Some(definer) = &head.definer {
        statement.push(Op::set(key, Attr::Definer, Some(Value::text(definer.as_str()))));
    }
    Ok(Outcome::Modelled)
}

/// Sets an option of an event, or takes it away where the statement does not say it.
fn option(statement: &mut Statement<'_, '_>, key: Key, name: &str, options: &BTreeMap<Name, Arc<str>>) {
    let name = Name::new(name);
    let edit = match options.get(&name) {
        Some(value) => Edit::SetOptions([(name, value.clone())].into()),
        None => Edit::ResetOptions(vec![name]),
    };
    statement.push(Op::Edit { key, attr: Attr::Options, edit });
}

const SCHEDULE_ENDS: &[&str] = &["STARTS", "ENDS", "ON COMPLETION", "ENABLE", "DISABLE", "COMMENT", "DO", "RENAME"];

/// Reads an event's clauses; returns the facts of which one spoke. `Options` stands for ON COMPLETION.
fn clauses(statement: &mut Statement<'_, '_>, object: &mut Object) -> Read<Vec<Attr>> {
    let mut options: BTreeMap<Name, Arc<str>> = BTreeMap::new();
    let mut said = Vec::new();
    while !statement.at_end() && !statement.is(0, "RENAME") {
        if statement.accept(&["ON", "SCHEDULE"]) {
            schedule(statement, object, &mut options)?;
            said.push(Attr::Schedule);
        } else if statement.accept(&["ON", "COMPLETION"]) {
            if !statement.accept(&["NOT"]) {
                options.insert(Name::new("on completion"), Arc::from("PRESERVE"));
            }
            statement.expect(&["PRESERVE"])?;
            said.push(Attr::Options);
        } else if statement.accept(&["ENABLE"]) {
            object.set(Attr::Enabled, None);
            said.push(Attr::Enabled);
        } else if statement.accept(&["DISABLE"]) {
            let elsewhere = statement.accept(&["ON", "SLAVE"]) || statement.accept(&["ON", "REPLICA"]);
            object.set(Attr::Enabled, Some(Value::text(if elsewhere { "disabled on slave" } else { "disabled" })));
            said.push(Attr::Enabled);
        } else if statement.accept(&["COMMENT"]) {
            let text = statement.string()?;
            object.set(Attr::Comment, (!text.is_empty()).then(|| Value::text(text)));
            said.push(Attr::Comment);
        } else if statement.accept(&["DO"]) {
            let start = statement.mark();
            statement.rest();
            let body = statement.written_from(start);
            object.set(Attr::Body, Some(Value::sql(body)));
            said.push(Attr::Body);
        } else {
            return Err(statement.fault("not understood"));
        }
    }
    if !options.is_empty() {
        object.set(Attr::Options, Some(Value::Options(options)));
    }
    Ok(said)
}

/// `EVERY … [STARTS …] [ENDS …]`, `AT …`.
fn schedule(statement: &mut Statement<'_, '_>, object: &mut Object, options: &mut BTreeMap<Name, Arc<str>>) -> Read<()> {
    let text = statement.slice_until(SCHEDULE_ENDS)?;
    object.set(Attr::Schedule, Some(Value::text(text)));
    if statement.accept(&["STARTS"]) {
        let text = statement.slice_until(SCHEDULE_ENDS)?;
        object.set(Attr::Start, Some(Value::text(text)));
    }
    if statement.accept(&["ENDS"]) {
        let text = statement.slice_until(SCHEDULE_ENDS)?;
        options.insert(Name::new("ends"), Arc::from(text));
    }
    Ok(())
}
