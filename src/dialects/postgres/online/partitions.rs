//! The index or key of a partitioned table: made on the parent alone, built on each partition while others write, and attached
//! (manual, Table Partitioning, Partition Maintenance). The server has no CONCURRENTLY for the whole.

use super::Form;
use crate::base::Name;
use crate::dialects::Site;
use crate::dialects::postgres::bounds;
use crate::dialects::postgres::write::ident::{qualified, quote};
use crate::dialects::postgres::write::{constraint, index};
use crate::ir::{Action, Attr, Hazard, Key, Kind, Object, Statement, Step, Transaction, Value};

/// The statements for all partitions, or the plain one and what keeps it from that form.
pub fn by_parts(form: &Form, whole: &Object, plain: &Statement) -> Vec<Statement> {
    index_by_parts(form, whole, &plain.why).unwrap_or_else(|reason| {
        let mut plain = plain.clone();
        plain.why += &format!("\nOthers wait while it runs; it cannot be built on the partitions first: {reason}.");
        vec![plain]
    })
}

fn index_by_parts(form: &Form, whole: &Object, why: &str) -> Result<Vec<Statement>, String> {
    let mut out = Vec::new();
    let not_null = |column: &Object| column.has(Attr::NotNull);
    let columns = whole.names(Attr::Columns).iter().map(|name| form.site.schema.live.get(form.table.key.child(Kind::Column, *name)));
    let filled = columns.into_iter().all(|column| column.is_some_and(not_null));
    if whole.key.kind == Kind::PrimaryKey && !filled {
        return Err("a column of the key is not NOT NULL yet; make it so by a script before".to_string());
    }
    if whole.has(Attr::Only) {
        return Err("it is one of the parent alone".to_string());
    }
    above(form, whole, why, &mut out)?;
    if let Some(first) = out.first_mut() {
        first.transaction = Transaction::First;
    }
    Ok(out)
}

/// On a partitioned table, and on all below it.
fn above(form: &Form, whole: &Object, why: &str, out: &mut Vec<Statement>) -> Result<(), String> {
    out.push(Statement::new(on_parent(whole), format!("{why}\nOn the parent alone: it holds from the last ATTACH PARTITION on.")));
    let table = whole.key.relation().unwrap_or(whole.key);
    let mut partitions: Vec<&Object> = form.site.schema.desired.heirs(table).map(|(heir, _)| heir).collect();
    partitions.sort_by_key(|partition| partition.key);
    for partition in partitions {
        let name = quote(partition.key.name);
        let live = form.site.schema.live.get(partition.key).filter(|live| live.has(Attr::PartitionOf));
        let live = live.ok_or_else(|| format!("the partition {name} joins in the same script; make it a partition by a script before"))?;
        let part = part_of(form, whole.key, partition).ok_or_else(|| format!("the partition {name} has no part in it"))?;
        // An index under a name of its own is renamed after it came with the parent's: the plain form.
        let named = part.key.kind == Kind::Index && index::named(part).is_some();
        if named || form.site.schema.live.contains(part.key) {
            return Err(format!("{} has a name of its own on {name}, or is there already", quote(part.key.name)));
        }
        if partition.key.kind != Kind::Table {
            return Err(format!("the partition {name} is a foreign table"));
        }
        let start = out.len();
        match live.has(Attr::PartitionBy) {
            true => above(form, part, "The part of a partition that has partitions itself.", out)?,
            false => below(form, part, out),
        }
        let [parent, own] = [whole, part].map(|index| qualified(index.key.namespace, index.key.name));
        let attach = format!("ALTER INDEX {parent}\n    ATTACH PARTITION {own}");
        out.push(Statement::new(attach, "The partition's index becomes a part of the parent's."));
        let inside = out[start..].iter_mut().find(|statement| statement.transaction == Transaction::Inside);
        inside.into_iter().for_each(|statement| statement.transaction = Transaction::First);
    }
    Ok(())
}

/// On a partition that holds rows.
fn below(form: &Form, part: &Object, out: &mut Vec<Statement>) {
    let under = if part.key.kind == Kind::Index { part.clone() } else { form.under(part, part.key.name) };
    let sql = index::definition(&under).replacen("INDEX ", "INDEX CONCURRENTLY ", 1);
    out.extend(form.concurrently(under.key, sql, &format!("The rows of {}, while others write.", part.key.owner)));
    if part.key.kind != Kind::Index {
        out.push(form.taken_over(part, part.key.name, "The partition's own key."));
    }
}

fn part_of<'a>(form: &'a Form, whole: Key, partition: &Object) -> Option<&'a Object> {
    let mut parts = form.site.schema.desired.parts(partition.key, whole.kind);
    parts.find(|part| part.key_of(Attr::PartitionOf) == Some(whole))
}

fn on_parent(whole: &Object) -> String {
    if whole.key.kind == Kind::Index {
        return index::definition(&whole.clone().with(Attr::Only, Value::Flag));
    }
    let table = qualified(whole.key.namespace, whole.key.owner);
    format!("ALTER TABLE ONLY {table}\n    ADD {}", constraint::clause(whole))
}

/// `DETACH PARTITION … CONCURRENTLY` waits for those who use the parent and stops nobody; not beside a default partition (manual,
/// ALTER TABLE, DETACH PARTITION; version 14). It leaves a check on the table, so it is for one that is dropped next.
pub fn detached(step: &Step, statement: &Statement, site: &Site) -> Option<Statement> {
    let parent = site.schema.live.get(step.key)?.key_of(Attr::PartitionOf)?;
    let is_default = |heir: &Object| heir.text(Attr::PartitionBound).is_some_and(|bound| bound.eq_ignore_ascii_case("default"));
    let refused = !site.server.since(14, 0, 0) || site.schema.live.heirs(parent).any(|(heir, _)| is_default(heir));
    let stays = !matches!(step.action, Action::Drop { .. });
    if refused || stays || !statement.sql.contains("\n    DETACH PARTITION ") {
        return None;
    }
    let why = format!("{}\nWhere it was interrupted, end it with DETACH PARTITION … FINALIZE.", statement.why);
    Some(Statement::new(format!("{} CONCURRENTLY", statement.sql), why).transaction(Transaction::Outside).patient())
}

/// Where the bounds stand in a validated check of the table, ATTACH PARTITION reads no rows of it (manual, ALTER TABLE, ATTACH
/// PARTITION): the check is added, validated while others write, and dropped after.
pub fn attached(step: &Step, statement: &Statement, site: &Site) -> Option<Vec<Statement>> {
    let table = site.schema.live.get(step.key).filter(|table| !table.has(Attr::PartitionBy) && !table.has(Attr::PartitionOf))?;
    let partition = site.schema.desired.get(step.key)?;
    let parent = site.schema.live.get(partition.key_of(Attr::PartitionOf)?)?;
    let condition = bounds::condition(parent, partition.text(Attr::PartitionBound)?)?;
    // The server sees it of one column, and of no hash (predtest.c proves no rows against rows).
    let plain =
        parent.text(Attr::PartitionBy).is_some_and(|key| !key.contains(',') && !key.trim_start().to_lowercase().starts_with("hash"));
    if !plain || !statement.sql.contains("\n    ATTACH PARTITION ") || !statement.hazards.contains(&Hazard::Scan) {
        return None;
    }
    let form = Form { table, site };
    let name = form.free_name(Key { name: Name::new("bounds"), ..table.key.child(Kind::Column, table.key.name) });
    let head = format!("ALTER TABLE {}\n    ", qualified(table.key.namespace, table.key.name));
    let add = format!("{head}ADD CONSTRAINT {} CHECK {condition} NOT VALID", quote(name));
    let gone = format!("{head}DROP CONSTRAINT {}", quote(name));
    let mut attach = statement.clone().transaction(Transaction::First);
    attach.hazards.clear();
    Some(vec![
        Statement::new(add, "The bounds of the partition, as a check that new rows fulfil.").transaction(Transaction::Alone),
        form.validate(name),
        attach,
        Statement::new(gone, "The bounds of the partition say the same."),
    ])
}
