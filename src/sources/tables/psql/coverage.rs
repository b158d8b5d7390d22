//! What psql's `\d` can show, and what it cannot.

use std::collections::BTreeSet;

use super::blocks::Block;
use super::column;
use super::names;
use super::table;
use crate::base::Name;
use crate::ir::kinds::KINDS;
use crate::ir::{Attr, Coverage, Kind};

/// The kinds that `\d` shows; every other kind is unseen.
const SEEN: &[Kind] = &[
    Kind::Composite,
    Kind::Sequence,
    Kind::Table,
    Kind::ForeignTable,
    Kind::Column,
    Kind::PrimaryKey,
    Kind::Unique,
    Kind::Check,
    Kind::Exclusion,
    Kind::Index,
    Kind::ForeignKey,
    Kind::View,
    Kind::MaterializedView,
    Kind::Trigger,
    Kind::Rule,
    Kind::Policy,
    Kind::Statistics,
];

/// Facts that neither `\d` nor `\d+` shows.
const NEVER: &[(Kind, Attr)] = &[
    (Kind::Column, Attr::Options),
    (Kind::Column, Attr::Inherited),
    (Kind::Check, Attr::Inherited),
    (Kind::Index, Attr::StatisticsTarget),
    (Kind::MaterializedView, Attr::NoData),
];

/// Facts of a table that only `\d+` shows.
const DETAILS: &[Attr] = &[Attr::Options, Attr::AccessMethod, Attr::ReplicaIdentity];

/// Facts of a column that only `\d+` shows.
const COLUMN_DETAILS: &[Attr] = &[Attr::Storage, Attr::Compression, Attr::StatisticsTarget, Attr::Comment];

/// The coverage of these blocks.
pub fn of(blocks: &[Block<'_>]) -> Coverage {
    let mut coverage = Coverage {
        unseen_kinds: KINDS.iter().map(|spec| spec.kind).filter(|kind| !SEEN.contains(kind)).collect(),
        unseen_facts: NEVER.iter().copied().collect(),
        ..Coverage::default()
    };
    for kind in SEEN {
        coverage.unseen_facts.insert((*kind, Attr::Owner));
        if *kind != Kind::Column {
            coverage.unseen_facts.insert((*kind, Attr::Comment));
        }
    }
    if !blocks.iter().any(names_not_nulls) {
        coverage.unseen_facts.insert((Kind::Column, Attr::NotNullName));
    }
    let relations: BTreeSet<(Name, Name)> =
        blocks.iter().filter(|block| !is_index(block)).map(|block| (block.title.namespace.into(), block.title.name.into())).collect();
    coverage.only_relations = Some(relations);
    // psql shows the replica identity of plain tables alone (describe.c).
    let partitioned = blocks.iter().filter(|block| block.section("Partition key").is_some());
    coverage.unseen_objects.extend(partitioned.map(|block| (names::key(Kind::Table, &block.title), Attr::ReplicaIdentity)));
    details(blocks, &mut coverage);
    coverage
}

pub fn is_index(block: &Block<'_>) -> bool {
    block.title.what.ends_with("ndex")
}

fn names_not_nulls(block: &Block<'_>) -> bool {
    block.section("Not-null constraints").is_some()
}

/// What `\d` without `+` leaves out: of every relation where all are shown so, else of those that are.
fn details(blocks: &[Block<'_>], coverage: &mut Coverage) {
    let tables = || blocks.iter().filter(|block| !is_index(block) && block.grid.has(&["Column", "Type"]));
    if tables().all(|block| !block.is_detailed()) {
        for kind in [Kind::Table, Kind::ForeignTable] {
            coverage.unseen_facts.extend(DETAILS.iter().map(|attr| (kind, *attr)));
        }
        coverage.unseen_facts.extend(COLUMN_DETAILS.iter().map(|attr| (Kind::Column, *attr)));
        return;
    }
    for block in tables().filter(|block| !block.is_detailed()) {
        let key = names::key(if block.title.what == "Foreign table" { Kind::ForeignTable } else { Kind::Table }, &block.title);
        coverage.unseen_objects.extend(DETAILS.iter().map(|attr| (key, *attr)));
        for column in column::columns(&block.grid).0 {
            let key = table::column_key(block, &column);
            coverage.unseen_objects.extend(COLUMN_DETAILS.iter().map(|attr| (key, *attr)));
        }
    }
}
