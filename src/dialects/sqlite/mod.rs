//! SQLite: what the engine can do, and how a step is written for it.

mod add;
mod affinity;
mod canonical;
mod engine;
mod follow;
mod frame;
mod guards;
pub mod hazards;
pub mod lexer;
pub mod names;
mod readers;
mod resolve;
mod route;
mod runbook;
mod text;
mod trial;
mod weigh;
mod write;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::engine::Engine;
use super::runbook::Runbook;
use super::{Deed, Dialect, Frame, Refusal, Route, Rules, Weight};
use crate::base::{Diagnostic, Name, Version};
use crate::dialects::{Memo, clashes};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Pair, Schema, Statement, Step, Value, Written};

/// The kinds that stand in one list of names: an index has none that a table or a view has, and none that another table's index has
/// (sqlite.org/lang_createindex.html).
const LISTS: &[&[Kind]] = &[&[Kind::Table, Kind::VirtualTable, Kind::View, Kind::Index], &[Kind::Trigger]];

pub struct Sqlite;

const RULES: Rules = Rules {
    id: "sqlite",
    quote: '"',
    name_bytes: usize::MAX,
    default_namespace: "",
    transactional: true,
    caseless: true,
    search_path: ["", ""],
    failure_note: "run with sqlite3 -bail: one transaction, so that a statement that fails leaves everything as it was",
    guards: &guards::GUARDS,
    whole_dump: "sqlite3 DATABASE .schema",
    dump_command: "sqlite3 DATABASE '.dump {table}' > {table}.sql",
    oldest: Version::new(3, 35, 0),
};

impl Dialect for Sqlite {
    fn engine(&self) -> Option<Box<dyn Engine>> {
        Some(Box::new(engine::Sqlite::new()))
    }

    fn runbook(&self) -> &'static Runbook {
        &runbook::RUNBOOK
    }

    fn catalog_facts(&self, object: &Object, schema: &Schema<Canonical>) -> Vec<String> {
        runbook::fact(object, schema).into_iter().chain(runbook::elements(object)).chain(runbook::traits(object)).collect()
    }

    fn catalog_ask(&self, object: Pair<Option<&Object>>, attr: Attr, _: Pair<&Schema<Canonical>>) -> Option<String> {
        runbook::ask(object.desired?, attr)
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn implied_name(&self, schema: &Schema<Written>, object: &Object) -> Name {
        canonical::implied_name(schema, object)
    }

    fn canonicalise(&self, schema: &mut Schema<Written>, _: &mut Memo) -> Vec<Diagnostic> {
        let faults = clashes::find(schema, LISTS);
        canonical::canonicalise(schema);
        faults
    }

    fn route(&self, _attr: Attr, object: Pair<&Object>, _schema: Pair<&Schema<Canonical>>) -> Route {
        route::of(object)
    }

    fn follow(&self, schema: &Schema<Written>, _speaking: &[Key], renamed: Pair<Key>) -> Vec<(Key, Attr, Value)> {
        follow::renamed(schema, renamed).unwrap_or_default()
    }

    fn rebuilt(&self, parts: &BTreeMap<Key, Pair<Vec<Key>>>, schema: Pair<&Schema<Canonical>>) -> Vec<Key> {
        route::rebuilt(parts, schema)
    }

    fn carrier(&self, part: &Object, schema: Pair<&Schema<Canonical>>) -> Option<Key> {
        add::carrier(part, schema)
    }

    fn names_triggers_once(&self) -> bool {
        true
    }

    fn renames(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Table | Kind::VirtualTable | Kind::Column)
    }

    fn folds(&self, part: &Object) -> bool {
        part.key.kind == Kind::Column || part.key.kind.is_constraint()
    }

    fn falls_with(&self, part: &Object, owner: &Object) -> bool {
        is_part_of(part, owner.key) || (owner.key.kind == Kind::Column && part.key.kind.is_constraint())
    }

    /// SQLite reads a view or a trigger when it is used, so nothing but an object's own parts has to go with it.
    fn frees_itself(&self, dependent: &Object, unmade: Key, _schema: Pair<&Schema<Canonical>>) -> bool {
        !is_part_of(dependent, unmade)
    }

    fn steps_aside(&self, _dependent: &Object, _reshaped: Key, _schema: Pair<&Schema<Canonical>>) -> bool {
        false
    }

    fn detaches(&self) -> bool {
        false
    }

    fn rests_on(&self, object: &Object, schema: &Schema<Canonical>) -> Vec<Key> {
        if object.key.kind == Kind::VirtualTable { write::virtual_table::rests_on(object, schema) } else { Vec::new() }
    }

    fn spells_out_stars(&self) -> bool {
        false
    }

    fn write(&self, step: &Step, schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal> {
        write::step(step, schema)
    }

    fn came_with(&self, sql: &str) -> Option<Version> {
        weigh::came_with(sql)
    }

    fn refuses(&self, op: &Op, dependents: &[&Object], before: &Schema<Canonical>) -> Option<String> {
        weigh::refuses(op, dependents, before)
    }

    fn quote(&self, name: Name) -> String {
        names::quoted(name.as_str())
    }

    fn weigh(&self, deed: &Deed) -> Weight {
        weigh::weigh(deed)
    }

    fn frame(&self, steps: &[&Step], schema: Pair<&Schema<Canonical>>) -> Frame {
        frame::around(steps, schema)
    }

    fn fold<'a>(&self, word: &'a str) -> Cow<'a, str> {
        if word.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(word.to_ascii_lowercase()) } else { Cow::Borrowed(word) }
    }
}

/// Whether `part` stands on the relation `owner`.
fn is_part_of(part: &Object, owner: Key) -> bool {
    owner.kind.is_relation() && part.key.kind.spec().owned && part.key.owner == owner.name
}
