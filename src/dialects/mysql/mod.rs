//! MySQL and MariaDB: one engine family, two tables of differences.

mod align;
mod ask;
mod canonical;
pub mod cursor;
mod cut;
pub mod family;
mod firing;
mod fit;
mod guards;
pub mod hazards;
pub mod home;
pub mod lex;
mod loss;
mod merging;
mod misfit;
pub mod modes;
mod names;
mod obstacles;
mod online;
mod pieces;
mod refusal;
mod route;
mod runbook;
mod trial;
pub mod types;
mod weigh;
mod write;

use std::borrow::Cow;

use self::family::Family;
use self::write::Writer;
use super::runbook::Runbook;
use super::{Deed, Dialect, Frame, Refusal, Route, Rules, Site, Weight};
use crate::base::{Diagnostic, Name, Version};
use crate::dialects::Memo;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Pair, Part, Schema, Statement, Step, Written};

/// One of the two engines.
pub struct Mysql {
    rules: Rules,
    runbook: &'static Runbook,
    family: &'static Family,
}

/// MySQL 5.7 to 8.4.
pub static MYSQL: Mysql = Mysql { rules: MYSQL_RULES, runbook: &runbook::MYSQL, family: &family::MYSQL };
/// MariaDB 10 and 11.
pub static MARIADB: Mysql = Mysql { rules: MARIADB_RULES, runbook: &runbook::MARIADB, family: &family::MARIADB };

const MYSQL_RULES: Rules = Rules {
    id: "mysql",
    quote: '`',
    name_bytes: 64,
    default_namespace: "",
    transactional: false,
    caseless: false,
    search_path: ["", ""],
    failure_note: "Each statement commits at once. After a failure the statements above the failed one stand: compare again and run the new script.",
    guards: &guards::MYSQL,
    whole_dump: "mysqldump --no-data --routines --events",
    dump_command: "mysqldump --no-create-info --complete-insert DATABASE {table} > {table}.sql",
    oldest: Version::new(8, 0, 0),
};

const MARIADB_RULES: Rules = Rules {
    id: "mariadb",
    guards: &guards::MARIADB,
    whole_dump: "mariadb-dump --no-data --routines --events",
    dump_command: "mariadb-dump --no-create-info --complete-insert DATABASE {table} > {table}.sql",
    oldest: Version::new(10, 6, 0),
    ..MYSQL_RULES
};

fn comes_versioned(schema: Pair<&Schema<Canonical>>, table: Key) -> bool {
    schema.desired.get(table).is_some_and(|table| table.has(Attr::SystemVersioned))
}

impl Dialect for Mysql {
    fn escapes_by_backslash(&self) -> bool {
        true
    }

    fn runbook(&self) -> &'static Runbook {
        self.runbook
    }

    fn catalog_facts(&self, object: &Object, schema: &Schema<Canonical>) -> Vec<String> {
        let facts = [runbook::fact(object, schema), runbook::elements(object, schema), runbook::text(object, Attr::Comment)];
        facts.into_iter().flatten().collect()
    }

    fn catalog_text(&self, object: &Object, attr: Attr) -> Option<String> {
        runbook::text(object, attr)
    }

    fn catalog_ask(&self, object: Pair<Option<&Object>>, attr: Attr, schema: Pair<&Schema<Canonical>>) -> Option<String> {
        ask::text(object, attr, schema.desired, self.family)
    }

    fn rules(&self) -> &Rules {
        &self.rules
    }

    fn initial(&self) -> Schema<Written> {
        let mut schema = Schema::default();
        schema.insert(Object::new(Key::new(Kind::Database, Name::NONE, Name::new("database"))));
        schema
    }

    fn implied_name(&self, schema: &Schema<Written>, object: &Object) -> Name {
        names::implied(schema, object, self.family)
    }

    fn canonicalise(&self, schema: &mut Schema<Written>, _: &mut Memo) -> Vec<Diagnostic> {
        canonical::canonicalise(schema, self.family)
    }

    fn complete(&self, schema: &mut Schema<Written>, relation: Key) {
        canonical::complete_indexes(schema, relation);
    }

    fn names_follow(&self, schema: &Schema<Written>, renamed: Pair<Key>) -> Vec<(Key, Name)> {
        names::follow(schema, renamed, self.family)
    }

    fn align(&self, pair: Pair<&mut Schema<Canonical>>) {
        align::align(pair, self.family);
    }

    fn route(&self, attr: Attr, object: Pair<&Object>, schema: Pair<&Schema<Canonical>>) -> Route {
        route::route(attr, object, schema, self.family)
    }

    fn texts_follow_renames(&self) -> bool {
        false
    }

    fn outlives_columns(&self) -> bool {
        true
    }

    fn places_columns(&self) -> bool {
        true
    }

    fn folds(&self, part: &Object) -> bool {
        part.key.kind.spec().owned && part.key.kind != Kind::Trigger
    }

    fn falls_with(&self, part: &Object, owner: &Object) -> bool {
        if owner.key.kind != Kind::Column {
            return part.key.relation() == Some(owner.key);
        }
        // An index loses the column, and is gone with its last one (MySQL Reference Manual, ALTER TABLE).
        let only = |parts: &[Part]| !parts.is_empty() && parts.iter().all(|part| part.name() == Some(owner.key.name));
        match part.key.kind {
            Kind::Index => only(part.parts(Attr::Parts)),
            Kind::PrimaryKey => only(part.parts(Attr::Parts)) || part.names(Attr::Columns) == [owner.key.name],
            _ => false,
        }
    }

    fn steps_aside(&self, dependent: &Object, _reshaped: Key, _schema: Pair<&Schema<Canonical>>) -> bool {
        dependent.key.kind == Kind::ForeignKey
    }

    fn frees_itself(&self, dependent: &Object, unmade: Key, schema: Pair<&Schema<Canonical>>) -> bool {
        match dependent.key.kind {
            // These are looked at when they are used.
            Kind::View | Kind::Procedure | Kind::Function | Kind::Event => true,
            Kind::Trigger => unmade.kind != Kind::Table || unmade.name != dependent.key.owner,
            Kind::ForeignKey if matches!(unmade.kind, Kind::Index | Kind::PrimaryKey) => {
                route::is_served_otherwise(dependent, unmade, schema)
            }
            _ => false,
        }
    }

    fn rests_on(&self, object: &Object, schema: &Schema<Canonical>) -> Vec<Key> {
        route::rests_on(object, schema)
    }

    /// A new column that counts brings the key that lets it.
    fn carrier(&self, part: &Object, schema: Pair<&Schema<Canonical>>) -> Option<Key> {
        if !matches!(part.key.kind, Kind::PrimaryKey | Kind::Index) {
            return None;
        }
        let column = route::counter_of(part, schema.desired)?;
        (!schema.live.contains(column.key)).then_some(column.key)
    }

    fn renames(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Table | Kind::View | Kind::Sequence | Kind::Column | Kind::Index | Kind::Event)
    }

    fn is_caseless(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Column | Kind::Index)
    }

    fn terminated(&self, sql: &str) -> String {
        let head = sql.lines().next().unwrap_or("").to_ascii_uppercase();
        let bodied = ["TRIGGER ", "PROCEDURE ", "FUNCTION ", "EVENT "].iter().any(|word| head.contains(word));
        let made = head.starts_with("CREATE ") || head.starts_with("ALTER ");
        if !bodied || !made || !sql.contains(';') {
            return format!("{sql};");
        }
        let delimiter = [";;", "//", "$$", "||"].into_iter().find(|mark| !sql.contains(mark)).unwrap_or(";;;;");
        format!("DELIMITER {delimiter}\n{sql}{delimiter}\nDELIMITER ;")
    }

    fn write(&self, step: &Step, schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal> {
        Writer { schema, family: self.family }.write(step)
    }

    fn online(&self, step: &Step, statements: Vec<Statement>, site: &Site) -> Vec<Statement> {
        online::online(step, statements, site)
    }

    fn merged(&self, first: &Statement, next: &Statement) -> Option<Statement> {
        merging::merged(first, next)
    }

    fn online_frame(&self, frame: Frame) -> Frame {
        online::frame(frame)
    }

    fn weigh(&self, deed: &Deed) -> Weight {
        weigh::weigh(deed, self.family)
    }

    fn refuses(&self, op: &Op, dependents: &[&Object], before: &Schema<Canonical>) -> Option<String> {
        refusal::refuses(op, dependents, before, self.family)
    }

    fn refuses_together(&self, _sql: &str, ops: &[Op], before: &Schema<Canonical>) -> Vec<String> {
        refusal::unserved(ops, before)
    }

    fn misfits(&self, sql: &str, ops: &[Op], state: &Schema<Written>) -> Vec<String> {
        misfit::misfits(sql, ops, state, self.family)
    }

    fn unknown(&self, keys: &[Key], schema: &Schema<Written>, there: &dyn Fn(&str) -> bool) -> Vec<String> {
        let views = keys.iter().filter(|key| key.kind == Kind::View).filter_map(|key| schema.get(*key));
        views.flat_map(|view| canonical::missing(view, schema, there, self.family)).collect()
    }

    fn switches_checks(&self, sql: &str) -> Option<bool> {
        refusal::switches_checks(sql, self.family)
    }

    fn quote(&self, name: Name) -> String {
        write::text::name(name)
    }

    fn frame(&self, steps: &[&Step], schema: Pair<&Schema<Canonical>>) -> Frame {
        let mut frame = Frame::default();
        let relation = |step: &Step| step.key.relation().unwrap_or(step.key);
        let versioned = |key: Key| schema.live.get(key).or(schema.desired.get(key)).is_some_and(|table| table.has(Attr::SystemVersioned));
        let stays = |key: Key| schema.live.contains(key) && schema.desired.contains(key);
        if steps.iter().map(|step| relation(step)).any(|key| stays(key) && (versioned(key) || comes_versioned(schema, key))) {
            // Without it the server refuses to change a table that keeps its history (MariaDB, System-Versioned Tables).
            frame.before.push("SET @@session.system_versioning_alter_history = KEEP;".to_string());
        }
        frame
    }

    fn names_indexes_by_table(&self) -> bool {
        true
    }

    fn fold<'a>(&self, word: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(word)
    }
}
