//! Indexes and constraints: the footers of a table that name them.

use super::super::script::Phase;
use super::Text;
use super::blocks::{Block, Item};
use super::grammar::{self, Clauses, ConstraintLine, IndexBody, IndexFlag, IndexLine, KeyWord};
use super::names::{quote, relation};
use crate::base::{Code, Diagnostic, Name, Span};
use crate::ir::{Attr, Key, Kind};

/// Writes every index and constraint that CREATE TABLE does not carry.
pub fn write(block: &Block<'_>, text: &mut Text<'_, '_>) {
    for line in block.items("Indexes") {
        match grammar::index_line(&line.text) {
            Ok((_, index)) => write_index(block, &index, line.span, text),
            Err(_) => text.unknown(line.span, "an index"),
        }
    }
    for line in block.items("Foreign-key constraints") {
        foreign_key(block, &line.text, line.span, text);
    }
    for item in block.items("Check constraints") {
        let check = grammar::check_line(&item.text).map(|(_, check)| check);
        if let Some(check) = check.ok().filter(|check| is_unvalidated(check)) {
            let sql = format!("ALTER TABLE {} ADD CONSTRAINT {} {}", relation(&block.title), quote(check.name), check.definition);
            text.script.sql(Phase::Key, sql, item.span);
        }
    }
    attach_indexes(block, text);
}

fn is_unvalidated(check: &ConstraintLine<'_>) -> bool {
    check.definition.ends_with(" NOT VALID")
}

/// The checks that stand in CREATE TABLE: not those that a parent hands down, nor those that are not validated.
pub fn inline_checks(block: &Block<'_>, parents: &[&Block<'_>], text: &mut Text<'_, '_>) -> Vec<String> {
    let above: Vec<Item> = parents.iter().flat_map(|parent| parent.items("Check constraints")).collect();
    let handed_down = |item: &Item| above.iter().any(|other| other.text == item.text && !other.text.ends_with("NO INHERIT"));
    let mut own = Vec::new();
    for item in block.items("Check constraints") {
        match grammar::check_line(&item.text) {
            Ok((_, check)) if is_unvalidated(&check) || handed_down(&item) => {}
            Ok((_, check)) => own.push(format!("CONSTRAINT {} {}", quote(check.name), check.definition)),
            Err(_) => text.unknown(item.span, "a check"),
        }
    }
    own
}

fn is_partitioned(block: &Block<'_>) -> bool {
    block.section("Partition key").is_some()
}

fn write_index(block: &Block<'_>, index: &IndexLine<'_>, span: Span, text: &mut Text<'_, '_>) {
    let table = relation(&block.title);
    let invalid = index.flags.contains(&IndexFlag::Invalid);
    if invalid && !is_partitioned(block) {
        let message = format!("index {} is invalid: a CREATE INDEX CONCURRENTLY failed, and it stands in the way", index.name);
        text.diagnostics.push(Diagnostic::new(Code::Missing, Some(span), message).help(format!("DROP INDEX {};", quote(index.name))));
        return;
    }
    let sql = match &index.body {
        IndexBody::Constraint(definition) => format!("ALTER TABLE ONLY {table} ADD CONSTRAINT {} {definition}", quote(index.name)),
        IndexBody::Plain { word, clauses } => match word {
            KeyWord::PrimaryKey | KeyWord::UniqueConstraint => constraint(&table, index, *word, clauses),
            KeyWord::UniqueIndex | KeyWord::Index => create_index(block, index, *word, clauses),
        },
    };
    let timing = [(IndexFlag::Deferrable, " DEFERRABLE"), (IndexFlag::InitiallyDeferred, " INITIALLY DEFERRED")];
    let deferred: String = timing.iter().filter(|(flag, _)| index.flags.contains(flag)).map(|(_, words)| *words).collect();
    let phase = if block.title.what.ends_with("view") { Phase::Setting } else { Phase::Key };
    text.script.sql(phase, sql + &deferred, span);
    for (flag, words) in [(IndexFlag::Cluster, "CLUSTER ON"), (IndexFlag::ReplicaIdentity, "REPLICA IDENTITY USING INDEX")] {
        if index.flags.contains(&flag) {
            text.script.sql(Phase::Setting, format!("ALTER TABLE ONLY {table} {words} {}", quote(index.name)), span);
        }
    }
}

fn tablespace<'t>(index: &IndexLine<'t>) -> Option<&'t str> {
    index.flags.iter().find_map(|flag| if let IndexFlag::Tablespace(name) = flag { Some(*name) } else { None })
}

/// `ALTER TABLE … ADD CONSTRAINT … PRIMARY KEY (a)`.
fn constraint(table: &str, index: &IndexLine<'_>, word: KeyWord, clauses: &Clauses<'_>) -> String {
    let kind = if word == KeyWord::PrimaryKey { "PRIMARY KEY" } else { "UNIQUE" };
    let distinct = if clauses.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    let mut sql = format!("ALTER TABLE ONLY {table} ADD CONSTRAINT {} {kind}{distinct} {}", quote(index.name), clauses.elements);
    for (words, clause) in [("INCLUDE", clauses.include), ("WITH", clauses.options)] {
        sql += &clause.map(|clause| format!(" {words} {clause}")).unwrap_or_default();
    }
    sql + &tablespace(index).map(|name| format!(" USING INDEX TABLESPACE {}", quote(name))).unwrap_or_default()
}

/// `CREATE INDEX … ON … USING btree (a)`.
fn create_index(block: &Block<'_>, index: &IndexLine<'_>, word: KeyWord, clauses: &Clauses<'_>) -> String {
    let unique = if word == KeyWord::UniqueIndex { " UNIQUE" } else { "" };
    let only = if is_partitioned(block) { "ONLY " } else { "" };
    let method = clauses.method;
    let mut sql =
        format!("CREATE{unique} INDEX {} ON {only}{} USING {method} {}", quote(index.name), relation(&block.title), clauses.elements);
    sql += &clauses.include.map(|include| format!(" INCLUDE {include}")).unwrap_or_default();
    sql += if clauses.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    sql += &clauses.options.map(|options| format!(" WITH {options}")).unwrap_or_default();
    sql += &tablespace(index).map(|name| format!(" TABLESPACE {}", quote(name))).unwrap_or_default();
    sql + &clauses.predicate.map(|predicate| format!(" WHERE {predicate}")).unwrap_or_default()
}

fn foreign_key(block: &Block<'_>, line: &str, span: Span, text: &mut Text<'_, '_>) {
    if grammar::other_table_line(line).is_ok() {
        return;
    }
    let Ok((_, key)) = grammar::foreign_key_line(line) else { return text.unknown(span, "a foreign key") };
    let above = |parent: &Block<'_>| {
        parent.lines("Foreign-key constraints").any(|line| grammar::foreign_key_line(line.text.trim()) == Ok(("", key.clone())))
    };
    if text.partition_parent(block).is_some_and(above) {
        return;
    }
    let only = if is_partitioned(block) { "" } else { "ONLY " };
    let sql = format!("ALTER TABLE {only}{} ADD CONSTRAINT {} {}", relation(&block.title), quote(key.name), key.definition);
    text.script.sql(Phase::ForeignKey, sql, span);
}

/// A partition's index belongs to one of its parent's. The index's own `\d` says to which; else it is the only one of equal
/// definition (PostgreSQL manual, 5.12.2.1: every valid index of the parent has exactly one in each partition).
fn attach_indexes(block: &Block<'_>, text: &mut Text<'_, '_>) {
    let Some(parent) = text.partition_parent(block) else { return };
    let (own_items, above_items) = (block.items("Indexes"), parent.items("Indexes"));
    let own = indexes(&own_items);
    for (_, above) in indexes(&above_items) {
        let said = |index: &IndexLine<'_>| text.index_parent(block.title.namespace, index.name).is_some_and(|name| name == above.name);
        let named: Vec<_> = own.iter().filter(|(_, index)| said(index)).collect();
        let free = |index: &IndexLine<'_>| text.index_parent(block.title.namespace, index.name).is_none();
        let alike: Vec<_> = match named.is_empty() {
            true => own.iter().filter(|(_, index)| free(index) && index.body == above.body).collect(),
            false => named,
        };
        match alike.as_slice() {
            [(span, only)] => {
                let upper = format!("{}.{}", quote(parent.title.namespace), quote(above.name));
                let lower = format!("{}.{}", quote(block.title.namespace), quote(only.name));
                text.script.sql(Phase::AttachIndex, format!("ALTER INDEX {upper} ATTACH PARTITION {lower}"), *span);
            }
            several => {
                let keys: Vec<Key> = several.iter().map(|(_, index)| index_key(block, index)).collect();
                keys.into_iter().for_each(|key| text.unseen_fact(key, Attr::PartitionOf));
            }
        }
    }
}

fn indexes(items: &[Item]) -> Vec<(Span, IndexLine<'_>)> {
    items.iter().filter_map(|item| Some((item.span, grammar::index_line(&item.text).ok()?.1))).collect()
}

fn index_key(block: &Block<'_>, index: &IndexLine<'_>) -> Key {
    let kind = match &index.body {
        IndexBody::Plain { word: KeyWord::PrimaryKey, .. } => Kind::PrimaryKey,
        IndexBody::Plain { word: KeyWord::UniqueConstraint, .. } => Kind::Unique,
        IndexBody::Plain { .. } => Kind::Index,
        IndexBody::Constraint(_) => Kind::Exclusion,
    };
    Key::part(kind, block.title.namespace.into(), block.title.name.into(), Name::new(index.name))
}
