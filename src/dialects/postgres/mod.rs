//! PostgreSQL: a thin list of delegations. `canonical` brings a schema to the form that the server would store,
//! `write` turns steps into statements.

use std::borrow::Cow;

use super::runbook::Runbook;
use super::{Deed, Dialect, Frame, Refusal, Route, Rules, Site, Swap, Tie, Weight};
use crate::base::{Diagnostic, Name, Version};
use crate::dialects::Memo;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Pair, Schema, Statement, Step, Value, Written};

mod analyse;
mod bounds;
mod canonical;
mod entries;
mod exclusion;
mod extensions;
mod follow;
mod guards;
pub mod hazards;
mod levels;
mod lexer;
mod made_of;
pub mod names;
mod obstacles;
mod online;
mod page_ranges;
mod parse;
mod print;
mod runbook;
pub mod storage;
pub mod text_search;
mod tie;
mod tree;
mod trial;
pub mod twins;
pub mod types;
mod weigh;
mod write;

pub use canonical::LISTS;
pub use write::ident::{quote, role};

pub struct Postgres;

const RULES: Rules = Rules {
    id: "postgres",
    quote: '"',
    name_bytes: names::NAME_BYTES,
    default_namespace: "public",
    transactional: true,
    caseless: false,
    search_path: ["SET LOCAL search_path TO ", "SET search_path TO "],
    failure_note: "",
    guards: &guards::GUARDS,
    whole_dump: "pg_dump --schema-only",
    dump_command: "pg_dump --data-only --column-inserts --table={schema}.{table} DATABASE > {schema}.{table}.sql",
    oldest: Version::new(14, 0, 0),
};

impl Dialect for Postgres {
    fn runbook(&self) -> &'static Runbook {
        &runbook::RUNBOOK
    }

    fn catalog_facts(&self, object: &Object, schema: &Schema<Canonical>) -> Vec<String> {
        let there = runbook::fact(object, schema).into_iter().chain(runbook::elements(object));
        there.chain(runbook::traits(object, schema)).chain(runbook::kept(object)).collect()
    }

    fn catalog_text(&self, object: &Object, attr: Attr) -> Option<String> {
        runbook::text(object, attr)
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn extensions_of(&self, object: &Object) -> Vec<(String, &'static str)> {
        extensions::used(object)
    }

    fn owns_namespace(&self, name: &str) -> bool {
        name.starts_with("pg_") || name == "information_schema"
    }

    fn initial(&self) -> Schema<Written> {
        canonical::initial()
    }

    fn implied_name(&self, schema: &Schema<Written>, object: &Object) -> Name {
        names::implied(schema, object)
    }

    fn columns_of_query(&self, schema: &Schema<Written>, table: &Object) -> Option<Vec<Object>> {
        made_of::columns(schema, table)
    }

    fn not_null_name(&self, column: Key) -> Option<Name> {
        Some(Name::new(&names::not_null(column)))
    }

    fn follow(&self, schema: &Schema<Written>, speaking: &[Key], renamed: Pair<Key>) -> Vec<(Key, Attr, Value)> {
        if renamed.live.kind == Kind::Column { follow::column(schema, speaking, renamed) } else { Vec::new() }
    }

    fn ties(&self, schema: &Schema<Written>, speaking: &[Key], gone: Key) -> Vec<(Key, Option<Tie>)> {
        tie::ties(schema, speaking, gone)
    }

    fn canonicalise(&self, schema: &mut Schema<Written>, memo: &mut Memo) -> Vec<Diagnostic> {
        canonical::canonicalise(schema, memo)
    }

    fn align(&self, pair: Pair<&mut Schema<Canonical>>) {
        canonical::align(pair)
    }

    fn route(&self, attr: Attr, object: Pair<&Object>, schema: Pair<&Schema<Canonical>>) -> Route {
        write::route(attr, object, schema)
    }

    fn folds(&self, part: &Object) -> bool {
        write::folds(part)
    }

    fn falls_with(&self, part: &Object, owner: &Object) -> bool {
        write::falls_with(part, owner)
    }

    fn rests_on(&self, object: &Object, schema: &Schema<Canonical>) -> Vec<Key> {
        write::rests_on(object, schema)
    }

    fn also_makes(&self, object: &Object) -> Option<Name> {
        canonical::multirange(object)
    }

    fn steps_aside(&self, dependent: &Object, reshaped: Key, schema: Pair<&Schema<Canonical>>) -> bool {
        write::steps_aside(dependent, reshaped, schema)
    }

    fn write(&self, step: &Step, schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal> {
        write::write(step, schema)
    }

    fn refuses(&self, op: &Op, dependents: &[&Object], before: &Schema<Canonical>) -> Option<String> {
        weigh::refuses(op, dependents, before)
    }

    fn refuses_together(&self, sql: &str, ops: &[Op], before: &Schema<Canonical>) -> Vec<String> {
        weigh::uncast(sql, ops, before)
    }

    fn misfits(&self, sql: &str, ops: &[Op], state: &Schema<Written>) -> Vec<String> {
        weigh::misfits(sql, ops, state)
    }

    fn unknown(&self, keys: &[Key], schema: &Schema<Written>, there: &dyn Fn(&str) -> bool) -> Vec<String> {
        weigh::unknown(keys, schema, there)
    }

    fn quote(&self, name: Name) -> String {
        write::quote(name)
    }

    fn online(&self, step: &Step, statements: Vec<Statement>, site: &Site) -> Vec<Statement> {
        online::online(step, statements, site)
    }

    fn online_swap(&self, key: Key, gone: &[Statement], made: &[Statement], site: &Site) -> Option<Swap> {
        online::swap(key, gone, made, site)
    }

    fn online_frame(&self, frame: Frame) -> Frame {
        online::frame(frame)
    }

    fn weigh(&self, deed: &Deed) -> Weight {
        weigh::weigh(deed)
    }

    fn frame(&self, steps: &[&Step], _schema: Pair<&Schema<Canonical>>) -> Frame {
        write::frame(steps)
    }

    fn fold<'a>(&self, word: &'a str) -> Cow<'a, str> {
        names::fold(word)
    }

    fn is_whole(&self, kind: Kind) -> bool {
        write::is_whole(kind)
    }
}
