//! Tables as SQL become objects by the dialect's own reader, so that both sides of a comparison speak one language.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::table::Table;
use super::taste::Taste;
use crate::base::{Files, Name};
use crate::dialects::Dialect;
use crate::ir::{Attr, Coverage, Key, Kind, Object, Schema};
use crate::replay;
use crate::sources::sql;

/// Kinds that models and migrations speak of.
const SPOKEN: &[Kind] =
    &[Kind::Table, Kind::Column, Kind::PrimaryKey, Kind::Unique, Kind::Check, Kind::Exclusion, Kind::Index, Kind::ForeignKey];

/// Facts of the spoken kinds of which models say nothing: how a table is stored, and what a server fills in.
const UNSPOKEN: &[(Kind, Attr)] = &[
    (Kind::Table, Attr::Owner),
    (Kind::Table, Attr::Options),
    (Kind::Table, Attr::Engine),
    (Kind::Table, Attr::Charset),
    (Kind::Table, Attr::Collation),
    (Kind::Table, Attr::Tablespace),
    (Kind::Table, Attr::AccessMethod),
    (Kind::Table, Attr::ReplicaIdentity),
    (Kind::Table, Attr::ClusterOn),
    (Kind::Table, Attr::RowSecurity),
    (Kind::Table, Attr::ForceRowSecurity),
    (Kind::Table, Attr::Persistence),
    (Kind::Table, Attr::PartitionBy),
    (Kind::Table, Attr::Partitions),
    (Kind::Column, Attr::Charset),
    (Kind::Column, Attr::Storage),
    (Kind::Column, Attr::Compression),
    (Kind::Column, Attr::StatisticsTarget),
    (Kind::Column, Attr::Options),
    (Kind::Column, Attr::Position),
    (Kind::Column, Attr::NotNullName),
    (Kind::Index, Attr::Tablespace),
    (Kind::Index, Attr::ClusterOn),
    (Kind::Index, Attr::Comment),
    (Kind::PrimaryKey, Attr::Comment),
    (Kind::PrimaryKey, Attr::IndexComment),
    (Kind::Unique, Attr::Comment),
    (Kind::Unique, Attr::IndexComment),
    (Kind::Exclusion, Attr::IndexComment),
    (Kind::Check, Attr::Comment),
    (Kind::ForeignKey, Attr::Comment),
    (Kind::ForeignKey, Attr::NotValid),
    (Kind::Check, Attr::NotValid),
];

/// The objects of one table.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub objects: Vec<Object>,
    /// What of the SQL the reader did not understand.
    pub faults: Vec<String>,
}

/// Reads tables, each distinct text once.
pub struct Press {
    pub dialect: &'static dyn Dialect,
    known: RefCell<HashMap<String, Rc<Snapshot>>>,
}

impl Press {
    pub fn new(dialect: &'static dyn Dialect) -> Press {
        Press { dialect, known: RefCell::default() }
    }

    /// The objects that a table's statements make.
    pub fn snapshot(&self, table: &Table) -> Rc<Snapshot> {
        let text: String = table.sql.iter().map(|sql| format!("{sql};\n")).collect();
        if let Some(known) = self.known.borrow().get(&text) {
            return known.clone();
        }
        let snapshot = Rc::new(self.read(&text));
        self.known.borrow_mut().insert(text, snapshot.clone());
        snapshot
    }

    fn read(&self, text: &str) -> Snapshot {
        if text.is_empty() {
            return Snapshot::default();
        }
        let mut files = Files::default();
        let id = files.add("model", text);
        let reading = sql::read(&files, &[id], self.dialect);
        let mut schema = Schema::default();
        let faults = reading.diagnostics.iter().map(|fault| fault.message.clone());
        let mut faults: Vec<String> = faults.collect();
        faults.extend(replay::replay(&mut schema, reading.ops, self.dialect).into_iter().map(|fault| fault.message));
        Snapshot { objects: schema.iter().cloned().collect(), faults }
    }

    /// The table's objects with the places of their declarations.
    pub fn objects(&self, table: &Table, taste: Taste<'_>) -> Vec<Object> {
        let snapshot = self.snapshot(table);
        let placed = |object: &Object| {
            let column = table.spans.iter().find(|(name, _)| object.key.kind == Kind::Column && taste.name(name) == object.key.name);
            let mut object = object.clone();
            object.span = column.map(|(_, span)| *span).or(table.span);
            object
        };
        snapshot.objects.iter().map(placed).collect()
    }
}

/// What models and migrations can speak of at all.
pub fn coverage() -> Coverage {
    let kinds = crate::ir::kinds::KINDS.iter().map(|spec| spec.kind).filter(|kind| !SPOKEN.contains(kind));
    Coverage {
        unseen_kinds: kinds.collect(),
        unseen_facts: UNSPOKEN.iter().copied().collect(),
        only_relations: Some(BTreeSet::new()),
        ..Coverage::default()
    }
}

/// Adds one table's blind spots to what is covered, and the table itself to what is spoken of.
pub fn cover(coverage: &mut Coverage, table: &Table, taste: Taste<'_>, objects: &[Object]) {
    let key = taste.table(&table.name);
    if table.hidden.iter().any(|(column, _, _)| column.is_empty()) {
        // Nothing of it could be told: it is left alone with all its parts.
        coverage.hidden.insert(key);
        return;
    }
    coverage.only_relations.get_or_insert_default().insert((key.namespace, key.name));
    for (column, attr) in &table.unseen {
        coverage.unseen_objects.insert((taste.column(&table.name, column), *attr));
    }
    if !table.has_comment {
        coverage.unseen_objects.insert((key, Attr::Comment));
    }
    for object in objects.iter().filter(|object| object.key.kind == Kind::Column) {
        if !table.commented.iter().any(|name| taste.name(name) == object.key.name) {
            coverage.unseen_objects.insert((object.key, Attr::Comment));
        }
        if !object.has(Attr::Collation) {
            coverage.unseen_objects.insert((object.key, Attr::Collation));
        }
    }
    for (column, _, _) in &table.hidden {
        coverage.hidden.insert(taste.column(&table.name, column));
        coverage.hidden.extend(taste.on_column(&table.name, column));
    }
    for (name, _, _) in &table.unknown {
        coverage.hidden.extend(taste.spelled(&table.name, name));
        let name = taste.name(name);
        coverage.hidden.extend([Kind::Index, Kind::Unique, Kind::Check, Kind::Exclusion].map(|kind| key.child(kind, name)));
    }
}

/// Leaves alone what the live table has beyond a model that could not be read whole, and gives its columns.
pub fn cover_partial(coverage: &mut Coverage, table: &Table, taste: Taste<'_>, objects: &[Object]) -> Vec<Key> {
    let Some(live) = taste.live else { return Vec::new() };
    let known: BTreeSet<Key> = objects.iter().map(|object| object.key).collect();
    let extra: Vec<Key> = live.all_parts(taste.table(&table.name)).map(|part| part.key).filter(|key| !known.contains(key)).collect();
    coverage.hidden.extend(&extra);
    extra.into_iter().filter(|key| key.kind == Kind::Column).collect()
}

/// The namespace in which a project's tables lie.
pub fn namespace(dialect: &dyn Dialect, asked: Option<&str>) -> Name {
    asked.map_or_else(|| Name::new(dialect.rules().default_namespace), Name::new)
}
