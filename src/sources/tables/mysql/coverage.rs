//! What SHOW COLUMNS, SHOW INDEX and SHOW CREATE can show, and what they cannot.

use std::collections::BTreeSet;

use super::table::Table;
use crate::base::Name;
use crate::ir::kinds::KINDS;
use crate::ir::{Attr, Coverage, Kind, Op};
use crate::sources::Located;

/// The kinds that SHOW COLUMNS and SHOW INDEX show.
const SEEN: &[Kind] = &[Kind::Table, Kind::Column, Kind::PrimaryKey, Kind::Index];

/// The kinds that SHOW CREATE TABLE shows too.
const CREATED: &[Kind] = &[Kind::Unique, Kind::Check, Kind::ForeignKey, Kind::Partition];

/// The kinds of which SHOW CREATE shows one object at a time.
const SINGLE: &[Kind] = &[Kind::Function, Kind::Procedure, Kind::Event, Kind::Trigger];

/// Says of which routines, events and triggers the text speaks: of those that it makes.
pub fn settle(coverage: &mut Coverage, ops: &[Located]) {
    for op in ops {
        let Op::Create { object, .. } = &op.op else { continue };
        if SINGLE.contains(&object.key.kind) {
            coverage.unseen_kinds.remove(&object.key.kind);
            coverage.only_objects.entry(object.key.kind).or_default().insert(object.key);
        }
    }
}

/// Facts of a table that SHOW COLUMNS does not print; whether it is a view is one of them.
const OF_TABLE: &[Attr] = &[
    Attr::Engine,
    Attr::Options,
    Attr::Charset,
    Attr::Collation,
    Attr::PartitionBy,
    Attr::Partitions,
    Attr::SystemVersioned,
    Attr::Tablespace,
    Attr::Comment,
    Attr::Query,
];

/// Facts of a column that it does not print, or that depend on those: where a generated column stands.
const OF_COLUMN: &[Attr] = &[Attr::Charset, Attr::Expression, Attr::NotEnforced, Attr::Options, Attr::Position];

/// Facts of a column that it prints only with FULL.
const FULL: &[Attr] = &[Attr::Collation, Attr::Comment];

/// The coverage of a text. `created` are the names of SHOW CREATE; `listed` those of SHOW TABLES; `full`: with FULL.
pub fn of(tables: &[Table<'_>], created: &[Name], listed: Option<&[Name]>, full: bool) -> Coverage {
    let whole = tables.is_empty();
    let mut coverage = Coverage::default();
    let seen = |kind: Kind| SEEN.contains(&kind) || whole && (CREATED.contains(&kind) || kind == Kind::View);
    coverage.unseen_kinds = KINDS.iter().map(|spec| spec.kind).filter(|kind| !seen(*kind)).collect();
    let mut shown: BTreeSet<Name> = created.iter().copied().collect();
    for table in tables {
        shown.insert(Name::new(&table.name));
        coverage.unseen_objects.extend(table.unseen());
        if table.indexes.is_none() {
            coverage.unseen_parts.insert((Name::NONE, Name::new(&table.name), Kind::Index));
        }
    }
    if !whole {
        coverage.unseen_facts.extend(OF_TABLE.iter().map(|attr| (Kind::Table, *attr)));
        let hidden = OF_COLUMN.iter().chain(if full { &[] } else { FULL });
        coverage.unseen_facts.extend(hidden.map(|attr| (Kind::Column, *attr)));
        coverage.unseen_facts.insert((Kind::Index, Attr::Parser));
    }
    let complete = listed.is_some_and(|listed| listed.iter().all(|name| shown.contains(name)));
    if !complete {
        coverage.only_relations = Some(shown.into_iter().map(|name| (Name::NONE, name)).collect());
    }
    coverage
}
