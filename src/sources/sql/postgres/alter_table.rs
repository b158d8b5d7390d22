//! ALTER TABLE and its like: one action after another (manual, ALTER TABLE).

use super::alter::{self, STATES};
use super::{alter_column, attach, column, constraint, if_exists, keys, options};
use crate::ir::op::Copy;
use crate::ir::{Attr, Guard, Key, Kind, Op, Value};
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::statement::Statement;

/// The table under change; ONLY keeps a change from its children.
#[derive(Clone, Copy)]
pub struct Site {
    pub table: Key,
    pub only: bool,
}

/// `ALTER TABLE [IF EXISTS] [ONLY] name action, …`.
pub fn alter(statement: &mut Statement<'_, '_>, kind: Kind) -> Read<Outcome> {
    if statement.accept(&["ALL", "IN", "TABLESPACE"]) {
        return Err(statement.fault("which tables a tablespace holds is not known"));
    }
    if_exists(statement);
    let only = statement.accept(&["ONLY"]);
    let table = keys::key(statement, kind)?;
    statement.accept(&["*"]);
    let site = Site { table, only };
    loop {
        action(statement, site)?;
        if !statement.accept(&[","]) {
            return Ok(Outcome::Modelled);
        }
    }
}

/// Reads the rest of one action.
type Action = fn(&mut Statement<'_, '_>, Site) -> Read<()>;

/// Actions by their first words. Longer words stand before their beginnings.
const ACTIONS: &[(&str, Action)] = &[
    ("ADD COLUMN", |statement, site| add_column(statement, site)),
    ("ADD", add),
    ("DROP CONSTRAINT", |statement, site| drop(statement, site, Kind::Check)),
    ("DROP COLUMN", |statement, site| drop(statement, site, Kind::Column)),
    ("DROP", |statement, site| drop(statement, site, Kind::Column)),
    ("ALTER COLUMN", alter_column::alter),
    ("ALTER", alter_column::alter),
    ("VALIDATE CONSTRAINT", validate),
    ("RENAME CONSTRAINT", |statement, site| rename(statement, site, Kind::Check)),
    ("RENAME COLUMN", |statement, site| rename(statement, site, Kind::Column)),
    ("RENAME", |statement, site| rename(statement, site, Kind::Column)),
    ("CLUSTER ON", cluster_on),
    ("INHERIT", inherit),
    ("NO INHERIT", |statement, site| constraint::parent_edit(statement, site.table, false).map(|_| ())),
    ("ATTACH PARTITION", |statement, site| attach::attach(statement, site.table)),
    ("DETACH PARTITION", |statement, _| attach::detach(statement)),
    ("REPLICA IDENTITY", replica_identity),
    ("OPTIONS", |statement, site| options::change_foreign(statement, site.table)),
    ("OF", of_type),
    ("SET ACCESS METHOD", access_method),
];

/// Actions that set one fact, or take it away.
const FACTS: &[(&str, (Attr, &str))] = &[
    ("ENABLE ROW LEVEL SECURITY", (Attr::RowSecurity, "flag")),
    ("DISABLE ROW LEVEL SECURITY", (Attr::RowSecurity, "")),
    ("FORCE ROW LEVEL SECURITY", (Attr::ForceRowSecurity, "flag")),
    ("NO FORCE ROW LEVEL SECURITY", (Attr::ForceRowSecurity, "")),
    ("SET WITHOUT CLUSTER", (Attr::ClusterOn, "")),
    ("SET LOGGED", (Attr::Persistence, "")),
    ("SET UNLOGGED", (Attr::Persistence, "unlogged")),
    ("NOT OF", (Attr::OfType, "")),
];

fn action(statement: &mut Statement<'_, '_>, site: Site) -> Read<()> {
    let table = site.table;
    if alter::common(statement, table)? || alter::options_or_constraint(statement, table)? || statement.accept(&["SET", "WITHOUT", "OIDS"])
    {
        return Ok(());
    }
    if let Some((attr, value)) = statement.accept_row(FACTS) {
        let value = match value {
            "" => None,
            "flag" => Some(Value::Flag),
            word => Some(Value::text(word)),
        };
        statement.push(Op::set(table, attr, value));
        return Ok(());
    }
    if statement.is(0, "ENABLE") || statement.is(0, "DISABLE") {
        return state(statement, site);
    }
    match statement.accept_row(ACTIONS) {
        Some(production) => production(statement, site),
        None => Err(statement.fault("this change of a table is not known")),
    }
}

fn add(statement: &mut Statement<'_, '_>, site: Site) -> Read<()> {
    if !constraint::follows(statement) {
        return add_column(statement, site);
    }
    let mut made = constraint::of_table(statement, site.table)?;
    only(&mut made.object, site);
    made.push(statement);
    Ok(())
}

/// A key that is made on a parent alone; the interpreter takes the mark away where there are no children.
fn only(object: &mut crate::ir::Object, site: Site) {
    if site.only && matches!(object.key.kind, Kind::PrimaryKey | Kind::Unique | Kind::Exclusion) {
        object.set(Attr::Only, Some(Value::Flag));
    }
}

fn add_column(statement: &mut Statement<'_, '_>, site: Site) -> Read<()> {
    let guard = super::unless_exists(statement, Guard::Strict);
    let read = column::read(statement, site.table)?;
    for made in constraint::distinct(read.push(statement, guard)) {
        made.push_guarded(statement, guard);
    }
    Ok(())
}

fn drop(statement: &mut Statement<'_, '_>, site: Site, kind: Kind) -> Read<()> {
    let mark = statement.mark();
    let guard = if_exists(statement);
    let key = site.table.child(kind, statement.ident()?);
    let cascade = statement.accept(&["CASCADE"]);
    statement.accept(&["RESTRICT"]);
    if site.only {
        statement.push_from(mark, Op::SetOnly { key, attr: Attr::Only, value: Some(Value::Flag) });
    }
    statement.push_from(mark, Op::Drop { key, guard, cascade });
    Ok(())
}

fn validate(statement: &mut Statement<'_, '_>, site: Site) -> Read<()> {
    let key = site.table.child(Kind::Check, statement.ident()?);
    statement.push(Op::set(key, Attr::NotValid, None));
    Ok(())
}

fn rename(statement: &mut Statement<'_, '_>, site: Site, kind: Kind) -> Read<()> {
    let key = site.table.child(kind, statement.ident()?);
    statement.expect(&["TO"])?;
    let to = statement.ident()?;
    statement.push(Op::Rename { key, to });
    Ok(())
}

fn cluster_on(statement: &mut Statement<'_, '_>, site: Site) -> Read<()> {
    let index = statement.name()?.1;
    statement.push(Op::set(site.table, Attr::ClusterOn, Some(Value::text(index.as_str()))));
    Ok(())
}

fn inherit(statement: &mut Statement<'_, '_>, site: Site) -> Read<()> {
    let source = constraint::parent_edit(statement, site.table, true)?;
    statement.push(Op::Copy { table: site.table, source, how: Copy::Inherit });
    Ok(())
}

fn replica_identity(statement: &mut Statement<'_, '_>, site: Site) -> Read<()> {
    let value = if statement.accept(&["USING", "INDEX"]) {
        Some(format!("index {}", statement.ident()?))
    } else {
        let Some(word) = statement.accept_any(&["default", "full", "nothing"]) else {
            return Err(statement.fault("expected a replica identity"));
        };
        (word != "default").then(|| word.to_owned())
    };
    statement.push(Op::set(site.table, Attr::ReplicaIdentity, value.map(Value::text)));
    Ok(())
}

fn of_type(statement: &mut Statement<'_, '_>, site: Site) -> Read<()> {
    let data_type = keys::key(statement, Kind::Composite)?;
    statement.push(Op::set(site.table, Attr::OfType, Some(Value::text(keys::qualified(data_type)))));
    Ok(())
}

fn access_method(statement: &mut Statement<'_, '_>, site: Site) -> Read<()> {
    let method = statement.ident()?;
    let held = method.as_str() != "default";
    statement.push(Op::set(site.table, Attr::AccessMethod, held.then(|| Value::text(method.as_str()))));
    Ok(())
}

/// `{ENABLE | DISABLE} … {TRIGGER | RULE} name`.
fn state(statement: &mut Statement<'_, '_>, site: Site) -> Read<()> {
    let Some(state) = statement.accept_row(STATES) else { return Err(statement.fault("expected ENABLE or DISABLE")) };
    let kind = if statement.accept(&["RULE"]) { Kind::Rule } else { Kind::Trigger };
    if kind == Kind::Trigger {
        statement.expect(&["TRIGGER"])?;
    }
    if statement.accept_any(&["ALL", "USER"]).is_some() {
        return Err(statement.fault("the state of all triggers at once is not modelled; name each"));
    }
    let key = site.table.child(kind, statement.ident()?);
    let value = (!state.is_empty()).then(|| Value::text(state));
    let attr = Attr::Enabled;
    statement.push(if site.only { Op::SetOnly { key, attr, value } } else { Op::Set { key, attr, value } });
    Ok(())
}
