//! The rows that would make a statement fail, counted before it: NULLs, duplicates, orphans, values that do not fit.

use crate::base::Name;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Canonical, Hazard, Key, Kind, Object, Op, Pair, Part, Schema};
use crate::plan::{Plan, Planned};

use super::names::Names;

/// A query whose number must be 0.
pub struct Count {
    pub problem: &'static str,
    pub about: String,
    /// Statements that come first.
    pub before: String,
    pub sql: String,
}

impl Count {
    fn new(problem: &'static str, about: String, sql: String) -> Count {
        Count { problem, about, before: String::new(), sql }
    }
}

/// What can be counted, and what cannot, with the reason.
#[derive(Default)]
pub struct Counts {
    pub counts: Vec<Count>,
    pub open: Vec<String>,
}

/// The facts of a column that say whether a row has a value without being given one.
const VALUES: &[Attr] = &[Attr::Default, Attr::Generated, Attr::Identity, Attr::AutoIncrement, Attr::Fill];

/// Counts for everything that the plan makes stricter on tables that are there.
pub fn counts(ops: &[Op], plan: &Plan, schema: Pair<&Schema<Canonical>>, names: &Names) -> Counts {
    let mut found = Counts::default();
    let mut seen: Vec<Key> = Vec::new();
    let refused = refused(plan);
    for op in ops.iter().filter(|op| !plan.holds(op.key())) {
        let key = op.key();
        found.counts.extend(obstacles(op, schema, names));
        if matches!(op, Op::Set { attr: Attr::Partitions | Attr::PartitionBy | Attr::Strict, .. }) && schema.live.contains(key) {
            found.open.push(format!("{key}: rows that have no place in its new form are found by the statement itself"));
        }
        let there = key.relation().and_then(|relation| schema.live.resolve(relation));
        let (Some(relation), Some(object)) = (there, schema.desired.get(key)) else { continue };
        let stricter = match op {
            Op::Set { attr, .. } => !matches!(attr, Attr::Comment | Attr::Position | Attr::Owner),
            _ => true,
        };
        if !stricter || relation.kind != Kind::Table || key.kind != Kind::Column && seen.contains(&key) {
            continue;
        }
        seen.push(key);
        let counter = Counter { relation, live: schema.live, desired: schema.desired, names, refused: &refused };
        match op {
            Op::Set { attr, .. } if key.kind == Kind::Column => counter.changed(*attr, object, &mut found),
            _ => counter.rule(object, &mut found),
        }
    }
    found.open.sort();
    found.open.dedup();
    found
}

/// What a change asks of the rows of other tables; nothing where names change before.
fn obstacles(op: &Op, schema: Pair<&Schema<Canonical>>, names: &Names) -> Vec<Count> {
    let asked = if names.renames.is_empty() { names.dialect.obstacles(op, schema) } else { Vec::new() };
    asked.into_iter().map(|(problem, sql)| Count::new(problem, op.key().to_string(), sql)).collect()
}

struct Counter<'a> {
    relation: Key,
    live: &'a Schema<Canonical>,
    desired: &'a Schema<Canonical>,
    names: &'a Names<'a>,
    /// New columns that the engine refuses where there are rows.
    refused: &'a [Key],
}

/// The columns that come in a statement of their own which rows may stop.
fn refused(plan: &Plan) -> Vec<Key> {
    let may_fail = |planned: &&Planned| planned.statements.iter().any(|statement| statement.hazards.contains(&Hazard::MayFail));
    plan.steps.iter().filter(may_fail).map(|planned| planned.step.key).filter(|key| key.kind == Kind::Column).collect()
}

impl Counter<'_> {
    /// A part that comes, or comes again in another form.
    fn rule(&self, object: &Object, found: &mut Counts) {
        let about = object.key.to_string();
        if let Some(column) = self.new_column(object) {
            found.open.push(format!("{about}: rests on the column {column}, which the patch adds"));
            return;
        }
        if let Some(other) = self.new_object(object) {
            found.open.push(format!("{about}: speaks of {other}, which the patch makes"));
            return;
        }
        if let Some(column) = self.retyped(object) {
            found.open.push(format!("{about}: speaks of the column {column}, whose type the patch changes"));
            return;
        }
        let table = self.names.relation(self.relation);
        if let Some(column) = self.other_values(object) {
            found
                .open
                .push(format!("{about}: counted over the values of {column} as they are, and the patch changes its type or collation"));
        }
        match object.key.kind {
            Kind::Column if object.has(Attr::Generated) => self.computed(object, &table, found),
            Kind::Column if object.has(Attr::NotNull) && !VALUES.iter().any(|attr| object.has(*attr)) => {
                match self.refused.contains(&object.key) || self.names.dialect.fills_by_default() {
                    true => {
                        let sql = format!("SELECT count(*) FROM {table}");
                        found.counts.push(Count::new("rows that would have no value", about, sql));
                    }
                    false => found
                        .open
                        .push(format!("{about}: comes without a value; the rows that are there get the one that the engine gives")),
                }
            }
            Kind::PrimaryKey | Kind::Unique => self.unique(object, &table, found),
            Kind::Index if object.has(Attr::Unique) => self.unique(object, &table, found),
            Kind::ForeignKey => self.orphans(object, &table, found),
            Kind::Check if self.names.renames_in(self.relation) => {
                found.open.push(format!("{about}: speaks of names that the patch changes"))
            }
            Kind::Check => {
                let Some(rule) = object.text(Attr::Expression) else { return };
                let sql = format!("SELECT count(*) FROM {table} WHERE NOT ({rule})");
                found.counts.push(Count::new("rows that break the new rule", about, sql));
            }
            Kind::Exclusion => found.open.push(format!("{about}: rows that exclude each other are found by the statement itself")),
            _ => {}
        }
    }

    /// A new column that is computed: what the rows make of it.
    fn computed(&self, column: &Object, table: &str, found: &mut Counts) {
        let about = column.key.to_string();
        let own = self.names.dialect.quote(column.key.name);
        let schema = Pair::new(self.live, self.desired);
        if column.has(Attr::NotNull) {
            let sql = format!("SELECT count(*) FROM {table} WHERE ({}) IS NULL", column.text(Attr::Generated).unwrap_or("NULL"));
            found.counts.push(Count::new("rows with NULLs", about.clone(), sql));
        }
        match self.names.dialect.trial(Pair::new(column, column), [table, &own], schema) {
            Some(trial) => {
                let problem = "rows for which it cannot be computed";
                found.counts.push(Count { problem, about, before: trial.before, sql: trial.count });
            }
            None => found.open.push(format!("{about}: whether it can be computed for each row is found by the statement itself")),
        }
    }

    /// A column of a key whose values are compared in another way after the patch.
    fn other_values(&self, object: &Object) -> Option<Name> {
        let columns = object.names(Attr::Columns).iter().copied().chain(object.parts(Attr::Parts).iter().filter_map(Part::name));
        let differs = |name: &Name| {
            let key = self.relation.child(Kind::Column, *name);
            let sides = self.live.get(key).zip(self.desired.get(key));
            sides.is_some_and(|(live, desired)| [Attr::Type, Attr::Collation].iter().any(|attr| live.get(*attr) != desired.get(*attr)))
        };
        columns.into_iter().find(differs)
    }

    /// A column of the part that is not there before the patch. A text is searched for its name as a word.
    fn new_column(&self, object: &Object) -> Option<Name> {
        let columns = object.names(Attr::Columns).iter().copied().chain(object.parts(Attr::Parts).iter().filter_map(Part::name));
        let is_new = |column: &Name| !self.live.contains(self.relation.child(Kind::Column, *column));
        let texts = texts(object);
        let coming = self.desired.parts(object.key.relation().unwrap_or(self.relation), Kind::Column).map(|column| column.key.name);
        let mut spoken = coming.filter(is_new).filter(|column| texts.iter().any(|text| says(text, column.as_str())));
        columns.into_iter().find(is_new).or_else(|| spoken.next())
    }

    /// A column in the part's texts that has values of another kind before the patch.
    fn retyped(&self, object: &Object) -> Option<Name> {
        let texts = texts(object);
        let other = |column: &&Object| {
            let live = self.live.get(self.relation.child(Kind::Column, column.key.name)).and_then(|live| live.fragment(Attr::Type));
            let [old, new] = [live, column.fragment(Attr::Type)].map(|kind| kind.map_or("", |kind| kind.compared()));
            !old.is_empty() && old != new && !(is_text(old) && is_text(new))
        };
        let columns = self.desired.parts(object.key.relation().unwrap_or(self.relation), Kind::Column).filter(|_| !texts.is_empty());
        let mut spoken = columns.filter(|column| texts.iter().any(|text| says(text, column.key.name.as_str())));
        spoken.find(other).map(|column| column.key.name)
    }

    /// A routine, operator or type in the part's texts that is not there before the patch.
    fn new_object(&self, object: &Object) -> Option<Key> {
        let texts = texts(object);
        let spoken = |key: Key| {
            let name = key.bare();
            texts.iter().any(|text| if key.kind == Kind::Operator { text.contains(name) } else { says(text, name) })
        };
        let known = SPOKEN_OF.iter().filter(|_| !texts.is_empty()).flat_map(|kind| self.desired.of_kind(*kind));
        known.map(|known| known.key).find(|key| !self.live.contains(*key) && spoken(*key))
    }

    fn unique(&self, object: &Object, table: &str, found: &mut Counts) {
        let about = object.key.to_string();
        let expressions = object.parts(Attr::Parts).iter().any(|part| part.name().is_none()) || object.has(Attr::Where);
        if expressions && self.names.renames_in(self.relation) || object.has(Attr::Period) {
            found.open.push(format!("{about}: duplicates are found by the statement itself"));
            return;
        }
        let named = object.names(Attr::Columns).iter().map(|column| self.names.column(self.relation, *column));
        let elements: Vec<String> = match object.names(Attr::Columns) {
            [] => object.parts(Attr::Parts).iter().map(|part| self.element(part)).collect(),
            _ => named.collect(),
        };
        let mut conditions: Vec<String> = object.text(Attr::Where).map(|text| format!("({text})")).into_iter().collect();
        if object.key.kind == Kind::PrimaryKey {
            let nulls = elements.iter().map(|element| format!("{element} IS NULL")).collect::<Vec<_>>().join(" OR ");
            let sql = format!("SELECT count(*) FROM {table} WHERE {nulls}");
            found.counts.push(Count::new("rows with NULLs", about.clone(), sql));
        } else if !object.has(Attr::NullsNotDistinct) {
            conditions.extend(elements.iter().map(|element| format!("{element} IS NOT NULL")));
        }
        let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        let group = elements.join(", ");
        let sql = format!("SELECT count(*) FROM (SELECT 1 AS one FROM {table}{filter} GROUP BY {group} HAVING count(*) > 1) AS doubles");
        found.counts.push(Count::new("values that are there more than once", about, sql));
    }

    fn element(&self, part: &Part) -> String {
        let text = match &part.target {
            PartTarget::Column(name) => self.names.column(self.relation, *name),
            PartTarget::Expression(fragment) => format!("({})", fragment.text),
        };
        part.prefix.map_or(text.clone(), |length| format!("left({text}, {length})"))
    }

    fn orphans(&self, object: &Object, table: &str, found: &mut Counts) {
        let about = object.key.to_string();
        let Some(target) = object.key_of(Attr::References) else { return };
        let Some(parent) = self.live.resolve(target) else {
            found.open.push(format!("{about}: refers to a table that the patch makes"));
            return;
        };
        let own: Vec<String> = object.names(Attr::Columns).iter().map(|column| self.names.column(self.relation, *column)).collect();
        let theirs: Vec<Name> = match object.names(Attr::ReferencedColumns) {
            [] => self.live.parts(parent, Kind::PrimaryKey).flat_map(|key| key.names(Attr::Columns).to_vec()).collect(),
            columns => columns.to_vec(),
        };
        let unknown = theirs.iter().any(|column| !self.live.contains(parent.child(Kind::Column, *column)));
        if unknown || own.len() != theirs.len() || object.has(Attr::Period) {
            found.open.push(format!("{about}: orphans are found by the statement itself"));
            return;
        }
        if object.text(Attr::Match).is_some_and(|kind| kind.eq_ignore_ascii_case("full")) && own.len() > 1 {
            let nulls = |test: &str, word: &str| own.iter().map(|column| format!("{column} {test}")).collect::<Vec<_>>().join(word);
            let mixed = format!("({}) AND NOT ({})", nulls("IS NULL", " OR "), nulls("IS NULL", " AND "));
            let sql = format!("SELECT count(*) FROM {table} WHERE {mixed}");
            found.counts.push(Count::new("rows whose reference is NULL in a part", about.clone(), sql));
        }
        let filled: Vec<String> = own.iter().map(|column| format!("child.{column} IS NOT NULL")).collect();
        let joined = own.iter().zip(&theirs).map(|(own, theirs)| format!("parent.{} = child.{own}", self.names.column(parent, *theirs)));
        let sql = format!(
            "SELECT count(*) FROM {table} AS child WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS parent WHERE {})",
            filled.join(" AND "),
            self.names.relation(parent),
            joined.collect::<Vec<_>>().join(" AND ")
        );
        found.counts.push(Count::new("rows whose parent is missing", about, sql));
    }

    /// A column whose fact changes.
    fn changed(&self, attr: Attr, object: &Object, found: &mut Counts) {
        let about = object.key.to_string();
        let (table, column) = (self.names.relation(self.relation), self.names.column(self.relation, object.key.name));
        let Some(live) = self.live.get(object.key) else { return };
        match attr {
            Attr::NotNull if object.has(Attr::Fill) => {}
            Attr::NotNull if object.has(Attr::NotNull) && !(object.has(Attr::Default) && self.names.dialect.fills_by_default()) => {
                let sql = format!("SELECT count(*) FROM {table} WHERE {column} IS NULL");
                found.counts.push(Count::new("rows with NULLs", about, sql));
            }
            Attr::NotNull if object.has(Attr::NotNull) => {
                found.open.push(format!("{about}: NULLs, where there are some, meet what the statement does with the default"));
            }
            Attr::Type if is_wider(object, live) => {}
            Attr::Collation => {
                found.open.push(format!("{about}: whether the values of a key over it still differ is found by the statement itself"));
            }
            Attr::Type | Attr::Charset | Attr::Expression => self.misfits(object, live, [&table, &column], found),
            _ => {}
        }
    }

    /// Values that the new definition does not take: each is tried, or those that are too long are counted.
    fn misfits(&self, desired: &Object, live: &Object, [table, column]: [&str; 2], found: &mut Counts) {
        let about = desired.key.to_string();
        let problem = "values that do not fit the new type";
        if found.counts.iter().any(|count| count.problem == problem && count.about == about) {
            return;
        }
        let schema = Pair::new(self.live, self.desired);
        let tried = || {
            self.names.dialect.trial(Pair::new(live, desired), [table, column], schema).filter(|_| !self.names.renames_in(self.relation))
        };
        if let Some(trial) = tried() {
            return found.counts.push(Count { problem, about, before: trial.before, sql: trial.count });
        }
        match self.too_long(desired, live, column) {
            Some(condition) => found.counts.push(Count::new(problem, about, format!("SELECT count(*) FROM {table} WHERE {condition}"))),
            None => found.open.push(format!("{about}: whether each value fits the new type is found by the statement itself")),
        }
    }

    /// What a value that is too long for a shorter text fulfils.
    fn too_long(&self, desired: &Object, live: &Object, column: &str) -> Option<String> {
        let (to, from) = (desired.fragment(Attr::Type)?.compared(), live.fragment(Attr::Type)?.compared());
        let characters = self.names.dialect.runbook().characters;
        let limit = length(to).filter(|_| is_text(to) && is_text(from) && !characters.is_empty())?;
        Some(format!("{characters}({column}) > {limit}"))
    }
}

/// Whether a text has this word in it.
fn says(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|found| found == word.to_lowercase())
        || text.contains(&format!("\"{word}\""))
}

fn is_text(kind: &str) -> bool {
    kind.contains("char") || kind.ends_with("text")
}

/// Whether every text that fits the live type fits the desired one.
fn is_wider(desired: &Object, live: &Object) -> bool {
    let kind = |object: &Object| object.fragment(Attr::Type).map_or(String::new(), |kind| kind.compared().to_string());
    let (to, from) = (kind(desired), kind(live));
    let unbounded = to == "text" && !from.ends_with("text") || to == "longtext" || to == "character varying";
    is_text(&to) && is_text(&from) && (unbounded || length(&from).zip(length(&to)).is_some_and(|(from, to)| from <= to))
}

/// The number in brackets of a type.
fn length(kind: &str) -> Option<u64> {
    let (_, rest) = kind.split_once('(')?;
    rest.split(')').next()?.trim().parse().ok()
}

/// Kinds of objects that expressions speak of.
const SPOKEN_OF: &[Kind] =
    &[Kind::Function, Kind::Aggregate, Kind::Operator, Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType];

/// The expressions of a part.
fn texts(object: &Object) -> Vec<&str> {
    let texts = [Attr::Expression, Attr::Where].into_iter().filter_map(|attr| object.text(attr));
    let expressions = object.parts(Attr::Parts).iter().filter_map(|part| match &part.target {
        PartTarget::Expression(fragment) => Some(fragment.text.as_ref()),
        PartTarget::Column(_) => None,
    });
    texts.chain(expressions).collect()
}
