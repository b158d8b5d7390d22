//! Constraints, partitions and inheritance.

use crate::ir::op::Copy;
use crate::ir::{Attr, Hazard, Key, Kind, Object, Op, Value, Work};

use super::Weigher;
use super::handed_down;
use super::levels::{ACCESS_EXCLUSIVE, SHARE, SHARE_ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE};
use crate::dialects::postgres::bounds;

/// `ADD CONSTRAINT`, beside a table or a column that may be new.
pub fn create(weigher: &mut Weigher, constraint: &Object) {
    if weigher.deed.before.get(Key::new(Kind::Domain, constraint.key.namespace, constraint.key.owner)).is_some() {
        return of_domain(weigher, constraint);
    }
    let table = weigher.owner(constraint.key);
    if constraint.key.kind == Kind::ForeignKey {
        foreign_key(weigher, constraint, table);
    }
    let Some(table) = table else { return };
    let trusted = constraint.has(Attr::NotValid) || constraint.has(Attr::NotEnforced);
    match constraint.key.kind {
        Kind::ForeignKey => {}
        Kind::Check => {
            let reach = handed_down::new_check(weigher, constraint);
            handed_down::lock(weigher, table, reach, &ACCESS_EXCLUSIVE);
            if !trusted {
                weigher.work(Work::Scan);
                weigher.endanger(Hazard::MayFail);
            }
        }
        _ => {
            let partitioned = weigher.deed.before.get(table).is_some_and(|table| table.has(Attr::PartitionBy));
            let reached = if partitioned { weigher.with_heirs(table) } else { vec![table] };
            reached.into_iter().for_each(|table| weigher.lock(table, &ACCESS_EXCLUSIVE));
            weigher.work(Work::Index);
            weigher.endanger(Hazard::MayFail);
        }
    }
}

/// A foreign key locks both ends. One that comes with its column has nothing to look at where the column is empty, but the
/// server looks all the same.
fn foreign_key(weigher: &mut Weigher, key: &Object, table: Option<Key>) {
    if let Some(table) = table {
        weigher.lock_all(table, &SHARE_ROW_EXCLUSIVE);
        if !key.has(Attr::NotValid) && !key.has(Attr::NotEnforced) && !column_is_empty(weigher, key) {
            weigher.work(Work::Scan);
            weigher.endanger(Hazard::MayFail);
        }
    }
    if let Some(target) = key.key_of(Attr::References) {
        weigher.lock_all(target, &SHARE_ROW_EXCLUSIVE);
    }
}

/// Whether a column of the key comes with the same statement and no default: the key has nothing to look at.
fn column_is_empty(weigher: &Weigher, key: &Object) -> bool {
    let comes = |name: &crate::base::Name| {
        weigher.deed.ops.iter().any(|op| {
            matches!(op, Op::Create { object, .. }
                if object.key.kind == Kind::Column && object.key.owner == key.key.owner && object.key.name == *name && !object.has(Attr::Default))
        })
    };
    key.names(Attr::Columns).iter().any(comes)
}

/// A domain's constraint is checked in every table that has a column of it.
pub fn of_domain(weigher: &mut Weigher, constraint: &Object) {
    if constraint.has(Attr::NotValid) {
        return;
    }
    for table in tables_with(weigher, constraint.key.owner.as_str()) {
        weigher.lock(table, &SHARE);
        weigher.work(Work::Scan);
        weigher.endanger(Hazard::MayFail);
    }
}

/// The tables with a column of this type.
pub fn tables_with(weigher: &Weigher, name: &str) -> Vec<Key> {
    let is_of =
        |column: &&Object| column.text(Attr::Type).is_some_and(|text| text.rsplit('.').next().unwrap_or(text).trim_matches('"') == name);
    weigher.deed.before.of_kind(Kind::Column).filter(is_of).filter_map(|column| column.key.relation()).collect()
}

/// `VALIDATE CONSTRAINT` stops nobody; a domain's is checked like a new one.
pub fn validate(weigher: &mut Weigher, key: Key) {
    // That of a column's NOT NULL is a name that the column bears.
    let key = weigher.deed.before.resolve(key).unwrap_or(key);
    if weigher.deed.before.contains(Key::new(Kind::Domain, key.namespace, key.owner)) {
        let constraint = Object::new(key);
        return of_domain(weigher, &constraint);
    }
    if let Some(table) = weigher.owner(key) {
        let reach = handed_down::along(weigher, key);
        handed_down::lock(weigher, table, reach, &SHARE_UPDATE_EXCLUSIVE);
        weigher.work(Work::Scan);
        weigher.endanger(Hazard::MayFail);
    }
}

/// `ADD CONSTRAINT … USING INDEX`: only the catalog changes; a primary key wants its columns NOT NULL.
pub fn adopt(weigher: &mut Weigher, constraint: &Object) {
    let Some(table) = weigher.owner(constraint.key) else { return };
    weigher.lock(table, &ACCESS_EXCLUSIVE);
    if constraint.key.kind != Kind::PrimaryKey {
        return;
    }
    let adopted = weigher.deed.ops.iter().find_map(|op| match op {
        Op::Adopt { constraint: own, index } if own.key == constraint.key => Some(Key { name: *index, ..constraint.key.of(Kind::Index) }),
        _ => None,
    });
    let parts = adopted.and_then(|index| weigher.deed.before.get(index)).map(|index| index.parts(Attr::Parts).to_vec()).unwrap_or_default();
    for name in parts.iter().filter_map(|part| part.name()) {
        super::column::require(weigher, Key { kind: Kind::Column, name, ..constraint.key });
    }
}

/// What CREATE TABLE and ALTER TABLE take over from another table.
pub fn copy(weigher: &mut Weigher, table: Key, source: Key, how: Copy) {
    match how {
        Copy::Like { .. } | Copy::Twin { .. } | Copy::OfType | Copy::Mappings => {}
        Copy::Inherit => weigher.lock(source, &SHARE_UPDATE_EXCLUSIVE),
        Copy::Partition => match weigher.old(table) {
            Some(table) => {
                weigher.lock(source, &SHARE_UPDATE_EXCLUSIVE);
                weigher.lock_all(table, &ACCESS_EXCLUSIVE);
                // The rows of the default partition may be in the bounds of the new one.
                if lock_default_partition(weigher, source, table) || !is_bounded(weigher, table, source) {
                    weigher.work(Work::Scan);
                    weigher.endanger(Hazard::MayFail);
                }
            }
            None => {
                weigher.lock(source, &ACCESS_EXCLUSIVE);
                if lock_default_partition(weigher, source, table) {
                    weigher.work(Work::Scan);
                    weigher.endanger(Hazard::MayFail);
                }
            }
        },
    }
}

/// Whether a validated check of a table says what its new bounds say: its rows are not read then (manual, ALTER TABLE, ATTACH PARTITION).
fn is_bounded(weigher: &Weigher, table: Key, parent: Key) -> bool {
    let before = weigher.deed.before;
    let bound = weigher.deed.ops.iter().find_map(|op| match op {
        Op::Set { key, attr: Attr::PartitionBound, value: Some(Value::Sql(bound)) } if key.name == table.name => Some(bound.text.as_ref()),
        _ => None,
    });
    let single = |parent: &&Object| parent.text(Attr::PartitionBy).is_some_and(|key| !key.contains(','));
    let condition = before.get(parent).filter(single).zip(bound).and_then(|(parent, bound)| bounds::condition(parent, bound));
    let words = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !"()".contains(*c)).collect::<String>();
    let says = |check: &Object| {
        let text = check.text(Attr::Expression).map(words);
        !check.has(Attr::NotValid) && condition.as_deref().map(words) == text
    };
    condition.is_some() && before.parts(table, Kind::Check).any(says)
}

/// The default partition is locked with its parent, since a new bound may claim rows of it; whether there is one.
pub fn lock_default_partition(weigher: &mut Weigher, parent: Key, but: Key) -> bool {
    let is_default = |heir: &&Object| heir.text(Attr::PartitionBound).is_some_and(|bound| bound.eq_ignore_ascii_case("default"));
    let found = weigher.deed.before.heirs(parent).map(|(heir, _)| heir).find(is_default).map(|heir| heir.key);
    match found.filter(|default| *default != but) {
        Some(default) => {
            weigher.lock_all(default, &ACCESS_EXCLUSIVE);
            true
        }
        None => false,
    }
}

/// `DETACH PARTITION`.
pub fn detach(weigher: &mut Weigher, table: Key) {
    let Some(parent) = weigher.deed.before.get(table).and_then(|table| table.key_of(Attr::PartitionOf)) else { return };
    if weigher.says("concurrently") {
        weigher.lock(parent, &SHARE_UPDATE_EXCLUSIVE);
        weigher.endanger(Hazard::NotTransactional);
    } else {
        weigher.lock(parent, &ACCESS_EXCLUSIVE);
    }
    weigher.lock(table, &ACCESS_EXCLUSIVE);
    lock_default_partition(weigher, parent, table);
}

/// `INHERIT` and `NO INHERIT`.
pub fn inherit(weigher: &mut Weigher, table: Key) {
    weigher.lock(table, &ACCESS_EXCLUSIVE);
}
