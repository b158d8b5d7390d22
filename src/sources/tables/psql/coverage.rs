//! What psql's `\d` can show, and what it cannot.

use std::collections::BTreeSet;

use super::blocks::{Block, Cut};
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
    (Kind::MaterializedView, Attr::NoData),
    (Kind::PrimaryKey, Attr::IndexComment),
    (Kind::Unique, Attr::IndexComment),
    (Kind::Exclusion, Attr::IndexComment),
];

/// Facts of a table that only `\d+` shows.
const DETAILS: &[Attr] = &[Attr::Options, Attr::AccessMethod, Attr::ReplicaIdentity];

/// Facts of a column that only `\d+` shows.
const COLUMN_DETAILS: &[Attr] = &[Attr::Storage, Attr::Compression, Attr::StatisticsTarget, Attr::Comment];

/// The coverage of a text.
pub fn of(cut: &Cut<'_>) -> Coverage {
    let blocks = cut.blocks.as_slice();
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
    if !blocks.iter().any(|block| is_index(block) && block.grid.column("Stats target").is_some()) {
        coverage.unseen_facts.insert((Kind::Index, Attr::StatisticsTarget));
    }
    let relations: BTreeSet<(Name, Name)> = blocks
        .iter()
        .filter(|block| !is_index(block) && !is_of_extension(block))
        .map(|block| (block.title.namespace.into(), block.title.name.into()))
        .collect();
    match whole_namespaces(cut, &relations) {
        Some(namespaces) => coverage.only_namespaces = Some(namespaces),
        None => coverage.only_relations = Some(relations),
    }
    // psql shows the replica identity of plain tables alone (describe.c).
    let partitioned = blocks.iter().filter(|block| block.section("Partition key").is_some());
    coverage.unseen_objects.extend(partitioned.map(|block| (names::key(Kind::Table, &block.title), Attr::ReplicaIdentity)));
    details(blocks, &mut coverage);
    coverage
}

/// Relations that extensions bring along: `\d` shows them like any other, but they belong to CREATE EXTENSION.
const OF_EXTENSIONS: &[&str] = &[
    "pg_stat_statements",
    "pg_stat_statements_info",
    "pg_buffercache",
    "geography_columns",
    "geometry_columns",
    "raster_columns",
    "raster_overviews",
    "spatial_ref_sys",
    "hypopg_list_indexes",
    "pg_stat_kcache",
    "pg_stat_kcache_detail",
];

pub fn is_of_extension(block: &Block<'_>) -> bool {
    OF_EXTENSIONS.contains(&block.title.name)
}

pub fn is_index(block: &Block<'_>) -> bool {
    block.title.what.ends_with("ndex")
}

/// The schemas whose relations are all shown, where that is certain of every schema in the text: because the command asked
/// for all of them, or because a list without a pattern names nothing that is not described.
fn whole_namespaces(cut: &Cut<'_>, relations: &BTreeSet<(Name, Name)>) -> Option<BTreeSet<Name>> {
    let mut whole: BTreeSet<Name> = cut.complete.iter().map(|namespace| Name::new(namespace)).collect();
    for list in cut
        .lists
        .iter()
        .filter(|list| list.command.is_some_and(|(letters, pattern)| letters.trim_end_matches('+').is_empty() && pattern.is_empty()))
    {
        let listed = |header: &'static str| list.grid.rows.iter().map(move |row| Name::new(list.grid.cell(row, header).trim()));
        if listed("Schema").zip(listed("Name")).all(|relation| relations.contains(&relation)) {
            whole.extend(listed("Schema"));
        }
    }
    let all = !relations.is_empty() && relations.iter().all(|(namespace, _)| whole.contains(namespace));
    all.then_some(whole)
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
