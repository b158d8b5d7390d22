//! What each database engine does and cannot do. First a static table of rules, then capability questions, then the
//! code that writes one step. Knows no sources and no other dialect.

mod cascade;
mod clashes;
pub mod engine;
mod guard;
pub mod hazards;
pub mod memo;
pub mod mysql;
pub mod postgres;
mod rows;
pub mod runbook;
pub mod sqlite;
mod stars;
mod weight;

use std::collections::BTreeMap;

pub use cascade::Tie;
pub use guard::{Clause, Guarded, Guards, guarded};
pub use memo::Memo;
pub use rows::{After, Obstacle, Rows, Seen, Trial};
pub use stars::shows_all;
pub use weight::{Deed, Weight};

use self::engine::Engine;
use crate::base::{Diagnostic, Name, Span, Version};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Pair, Schema, Statement, Step, Value, Written};

/// Facts about a dialect that need no code.
pub struct Rules {
    /// The name on the command line and in headers.
    pub id: &'static str,
    /// The identifier quote.
    pub quote: char,
    /// Longest identifier, in bytes; `usize::MAX` where there is no limit.
    pub name_bytes: usize,
    /// The namespace that unqualified names go to; empty where the dialect has none.
    pub default_namespace: &'static str,
    /// DDL can be rolled back.
    pub transactional: bool,
    /// Names are equal without regard to case.
    pub caseless: bool,
    /// The words before a search path: inside of a transaction, for its length, and outside.
    pub search_path: [&'static str; 2],
    /// A comment on a change in the middle of a script that says where a failure leaves it.
    pub failure_note: &'static str,
    /// The command that saves a table's rows: {schema} and {table} stand for its name.
    pub dump_command: &'static str,
    /// The command whose output shows every kind of object.
    pub whole_dump: &'static str,
    /// The forms of statements that may run twice.
    pub guards: &'static Guards,
    /// The version that verdicts are given for where nobody says one: the oldest that is looked after.
    pub oldest: Version,
}

/// How a fact that differs is brought about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// An ALTER (or COMMENT, GRANT …) of the object.
    Alter,
    /// An ALTER of the object while what rests on it and cannot follow is out of the way: those dependents for which
    /// [`Dialect::steps_aside`] says so are dropped before and made again after (a view on a column whose type changes).
    Reshape,
    /// The object is dropped and made again, with everything that stands on it.
    Replace,
    /// The relation that the object stands on is rebuilt with its rows.
    Rebuild,
    /// No correct step can be written: why, and what to do instead.
    Refuse(String),
}

/// A step that cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub key: Key,
    pub span: Option<Span>,
    pub message: String,
    pub help: String,
}

/// Where a script runs.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    pub schema: Pair<&'a Schema<Canonical>>,
    pub server: Version,
}

/// The statements in place of those that drop a part and those that make it again.
pub struct Swap {
    pub gone: Vec<Statement>,
    pub made: Vec<Statement>,
}

/// What the pipeline asks of an engine. Every question is about capability, never about the engine's name.
pub trait Dialect: Rows + Sync {
    fn rules(&self) -> &Rules;

    /// What every database of this engine holds before the first statement.
    fn initial(&self) -> Schema<Written> {
        Schema::default()
    }

    /// The name that the server gives to an object that its author did not name.
    fn implied_name(&self, schema: &Schema<Written>, object: &Object) -> Name;

    /// The columns of a table that is made from a query, which it holds; `None` where they cannot be told.
    fn columns_of_query(&self, _schema: &Schema<Written>, _table: &Object) -> Option<Vec<Object>> {
        None
    }

    /// The name that the server gives to the NOT NULL constraint of a column, where such a constraint has one.
    fn not_null_name(&self, _column: Key) -> Option<Name> {
        None
    }

    /// Rewrites a schema into the form in which two can be compared: types, names, expressions, implied objects,
    /// default facts removed. Must be idempotent. What cannot be brought to a canonical form is reported. `memo` may hold the
    /// forms of a schema that is much the same.
    fn canonicalise(&self, schema: &mut Schema<Written>, memo: &mut Memo) -> Vec<Diagnostic>;

    /// Adds what the server makes of itself beside what was written (the index of a foreign key), to one relation: it is
    /// there when a later statement speaks of it. Runs after a source's last statement, and before one that needs it.
    fn complete(&self, _schema: &mut Schema<Written>, _relation: Key) {}

    /// Aligns what depends on the other side: facts that one side cannot speak of, choices that the server makes freely.
    /// Runs after `canonicalise` on both, before the diff. Must not make different things equal.
    fn align(&self, _pair: Pair<&mut Schema<Canonical>>) {}

    /// How a differing fact of an object is brought about. `object` has both versions.
    fn route(&self, attr: Attr, object: Pair<&Object>, schema: Pair<&Schema<Canonical>>) -> Route;

    /// Whether making this part is carried by its relation's CREATE statement.
    fn folds(&self, part: &Object) -> bool;

    /// Whether unmaking the relation (or other owner) takes this dependent away without a statement.
    fn falls_with(&self, part: &Object, owner: &Object) -> bool;

    /// Names of further objects that come with this one, and under which others speak of it: a range's multirange.
    fn also_makes(&self, _object: &Object) -> Option<Name> {
        None
    }

    /// Whether a dependent must be out of the way while `reshaped` is altered ([`Route::Reshape`]) or rebuilt.
    fn steps_aside(&self, _dependent: &Object, _reshaped: Key, _schema: Pair<&Schema<Canonical>>) -> bool {
        true
    }

    /// Whether a dependent lets go of an unmade object by itself (a sequence of the column that owned it, a weak reference).
    fn frees_itself(&self, _dependent: &Object, _unmade: Key, _schema: Pair<&Schema<Canonical>>) -> bool {
        false
    }

    /// Objects that this one cannot stand without, beyond those that every engine asks for: the index of a foreign key.
    fn rests_on(&self, _object: &Object, _schema: &Schema<Canonical>) -> Vec<Key> {
        Vec::new()
    }

    /// Whether a foreign key can be made by a statement of its own.
    fn detaches(&self) -> bool {
        true
    }

    /// The relations that must be rebuilt because these live parts of them go and these desired parts come: some of them no
    /// statement of their own can unmake or make.
    fn rebuilt(&self, _parts: &BTreeMap<Key, Pair<Vec<Key>>>, _schema: Pair<&Schema<Canonical>>) -> Vec<Key> {
        Vec::new()
    }

    /// An object, beside its relation, whose statement may carry this part: an added column carries its foreign key.
    fn carrier(&self, _part: &Object, _schema: Pair<&Schema<Canonical>>) -> Option<Key> {
        None
    }

    /// Whether an object of this kind can be given another name in place.
    fn renames(&self, _kind: Kind) -> bool {
        true
    }

    /// Whether index names are unique in their table only, and those of foreign keys and triggers in the whole schema.
    fn names_indexes_by_table(&self) -> bool {
        false
    }

    /// Whether queries and defaults follow a relation that gets another name, as where the engine keeps them by number; where it
    /// keeps their text they speak of the old name until they are made again.
    fn texts_follow_renames(&self) -> bool {
        true
    }

    /// What these objects say in their queries after a relation or a column got another name, on a schema that has the old one.
    /// Where nothing is told, words of that name are replaced.
    fn follow(&self, _schema: &Schema<Written>, _speaking: &[Key], _renamed: Pair<Key>) -> Vec<(Key, Attr, Value)> {
        Vec::new()
    }

    /// What becomes of each object that speaks of another which CASCADE drops; none where its texts do not tell.
    fn ties(&self, _schema: &Schema<Written>, speaking: &[Key], _gone: Key) -> Vec<(Key, Option<Tie>)> {
        speaking.iter().map(|key| (*key, None)).collect()
    }

    /// The parts of a relation whose names follow its own, on a schema where it has the new one.
    fn names_follow(&self, _schema: &Schema<Written>, _renamed: Pair<Key>) -> Vec<(Key, Name)> {
        Vec::new()
    }

    /// Whether a namespace is the server's own, or none that a script makes.
    fn owns_namespace(&self, _name: &str) -> bool {
        true
    }

    /// What an object uses that a known extension brings: the word, and the extension.
    fn extensions_of(&self, _object: &Object) -> Vec<(String, &'static str)> {
        Vec::new()
    }

    /// Whether a key loses a column that goes instead of going with it, and leaves its columns NOT NULL when a primary key goes.
    fn outlives_columns(&self) -> bool {
        false
    }

    /// Whether the order of columns counts: each comes where ALTER TABLE puts it, and the last one of a table cannot go.
    fn places_columns(&self) -> bool {
        false
    }

    /// Whether a view shows the columns that `*` meant when it was made, and no others later.
    fn spells_out_stars(&self) -> bool {
        true
    }

    /// Whether two tables of a schema cannot have triggers of one name.
    fn names_triggers_once(&self) -> bool {
        self.names_indexes_by_table()
    }

    /// Whether a string in an expression may name an object (`nextval('s')`).
    fn names_in_literals(&self) -> bool {
        !self.names_indexes_by_table()
    }

    /// Whether names of this kind are equal without regard to case although the server keeps the case.
    fn is_caseless(&self, _kind: Kind) -> bool {
        false
    }

    /// A statement with what closes it.
    fn terminated(&self, sql: &str) -> String {
        format!("{sql};")
    }

    /// Whether a backslash in a string is the first character of an escape.
    fn escapes_by_backslash(&self) -> bool {
        false
    }

    /// The engine's words in runbooks.
    fn runbook(&self) -> &'static runbook::Runbook;

    /// The lines of the runbook's catalog query that an object leads to; none where the query does not ask for it.
    fn catalog_facts(&self, object: &Object, schema: &Schema<Canonical>) -> Vec<String>;

    /// The line that the catalog query shows of a fact of a dumped object whose text is the server's own.
    fn catalog_text(&self, _object: &Object, _attr: Attr) -> Option<String> {
        None
    }

    /// What the catalog says once a fact has changed, as a condition: of texts kept to the letter, and of old words that must be gone.
    fn catalog_ask(&self, _object: Pair<Option<&Object>>, _attr: Attr, _schema: Pair<&Schema<Canonical>>) -> Option<String> {
        None
    }

    /// Writes one step.
    fn write(&self, step: &Step, schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal>;

    /// The statements of a step in the form that keeps others from waiting, as far as there is one. They are weighed.
    fn online(&self, _step: &Step, statements: Vec<Statement>, _site: &Site) -> Vec<Statement> {
        statements
    }

    /// The statements that put a part in the place of its older self of the same name, instead of those that drop it and make it again.
    fn online_swap(&self, _key: Key, _gone: &[Statement], _made: &[Statement], _site: &Site) -> Option<Swap> {
        None
    }

    /// One statement for two weighed ones that follow each other, where the engine works through all rows once for both.
    fn merged(&self, _first: &Statement, _next: &Statement) -> Option<Statement> {
        None
    }

    /// What stands around a script whose statements must not make others wait.
    fn online_frame(&self, frame: Frame) -> Frame {
        frame
    }

    /// The locks that a statement takes, the work that it does under them, and its hazards.
    fn weigh(&self, deed: &Deed) -> Weight;

    /// Why the server refuses an operation while these dependents, which its other effects leave in place, rest on its object.
    fn refuses(&self, _op: &Op, _dependents: &[&Object], _before: &Schema<Canonical>) -> Option<String> {
        None
    }

    /// Why the server refuses the operations of one statement, which are asked for together.
    fn refuses_together(&self, _sql: &str, _ops: &[Op], _before: &Schema<Canonical>) -> Vec<String> {
        Vec::new()
    }

    /// The version that the form of a statement came with, where servers are in use that do not know it.
    fn came_with(&self, _sql: &str) -> Option<Version> {
        None
    }

    /// Whether the statement switches the checks on which refusals rest on, or off, for those after it.
    fn switches_checks(&self, _sql: &str) -> Option<bool> {
        None
    }

    /// Values, types and keys in the effects of one statement that do not fit together, or not the schema before it.
    fn misfits(&self, _sql: &str, _ops: &[Op], _state: &Schema<Written>) -> Vec<String> {
        Vec::new()
    }

    /// What the texts of these objects speak of and what is not there; `there` tells whether a relation of that name stands anywhere.
    fn unknown(&self, _keys: &[Key], _schema: &Schema<Written>, _there: &dyn Fn(&str) -> bool) -> Vec<String> {
        Vec::new()
    }

    /// The engine itself, where it is built in: what it refuses in somebody's patch is asked of it.
    fn engine(&self) -> Option<Box<dyn Engine>> {
        None
    }

    /// An identifier as it must be printed.
    fn quote(&self, name: Name) -> String;

    /// What stands before and after the statements of a script with these steps.
    fn frame(&self, steps: &[&Step], schema: Pair<&Schema<Canonical>>) -> Frame;

    /// Whether routines' bodies and views are read for the names in them with identifiers folded like this.
    fn fold<'a>(&self, word: &'a str) -> std::borrow::Cow<'a, str>;

    /// Kinds whose objects cannot be altered at all but only replaced whole.
    fn is_whole(&self, _kind: Kind) -> bool {
        false
    }
}

/// Lines around a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    pub before: Vec<String>,
    pub begin: Option<String>,
    pub commit: Option<String>,
    pub after: Vec<String>,
    /// Lines that take the limits of time away before patient statements, and lines that set them again.
    pub patient: Vec<String>,
    pub hasty: Vec<String>,
}

/// The dialects, by their names on the command line.
pub const DIALECTS: &[(&str, &dyn Dialect)] =
    &[("postgres", &postgres::Postgres), ("mysql", &mysql::MYSQL), ("mariadb", &mysql::MARIADB), ("sqlite", &sqlite::Sqlite)];

/// The names of the dialects, in their order.
pub fn names() -> impl Iterator<Item = &'static str> {
    DIALECTS.iter().map(|(id, _)| *id)
}

/// The dialect of this name.
pub fn by_name(name: &str) -> Option<&'static dyn Dialect> {
    DIALECTS.iter().find(|(id, _)| *id == name).map(|(_, dialect)| *dialect)
}
