//! The rows that would make a statement fail, counted before it: NULLs, duplicates, orphans, values that do not fit.

mod column;
mod names;
mod rule;
mod table;

use crate::compile::Compiled;
use crate::dialects::{Dialect, Trial};
use crate::ir::{Attr, Canonical, Hazard, Key, Kind, Object, Op, Pair, Schema};
use crate::plan::{Plan, Planned};

pub use names::Names;

/// A query whose number must be 0.
pub struct Count {
    pub problem: &'static str,
    /// The object that the statement is about.
    pub about: Key,
    /// Statements that come first.
    pub before: String,
    pub sql: String,
}

/// What can be counted, and what cannot, with the reason.
#[derive(Default)]
pub struct Counts {
    pub counts: Vec<Count>,
    pub open: Vec<(Key, String)>,
}

impl Counts {
    /// Takes a query over rows that may have to be brought about first.
    fn count(&mut self, (problem, about): (&'static str, Key), before: &str, sql: String) {
        self.counts.push(Count { problem, about, before: before.to_string(), sql });
    }

    /// Says of an object what is not counted.
    fn leave(&mut self, about: Key, why: impl Into<String>) {
        self.open.push((about, why.into()));
    }
}

/// The facts of a column that say whether a row has a value without being given one.
const VALUES: &[Attr] = &[Attr::Default, Attr::Generated, Attr::Identity, Attr::AutoIncrement, Attr::Fill];

/// Facts whose change asks nothing of rows.
const IDLE: &[Attr] = &[Attr::Comment, Attr::Position, Attr::Owner];

/// Counts for everything that a compiled plan makes stricter on tables that are there.
pub fn counts(compiled: &Compiled, dialect: &dyn Dialect) -> Counts {
    let schema = compiled.compared.schema.as_ref();
    let names = Names { renames: &compiled.compared.renames, dialect };
    let refused = refused(&compiled.plan);
    let mut found = Counts::default();
    let mut seen: Vec<Key> = Vec::new();
    for op in compiled.compared.ops.iter().filter(|op| !compiled.plan.holds(op.key())) {
        let told = obstacles(op, schema, &names, &mut found);
        let key = op.key();
        if told == 0 && matches!(op, Op::Set { attr: Attr::Partitions | Attr::PartitionBy, .. }) && schema.live.contains(key) {
            found.leave(key, "rows that have no place in its new form are found by the statement itself");
        }
        let idle = matches!(op, Op::Set { attr, .. } if IDLE.contains(attr));
        let Some(object) = schema.desired.get(key).filter(|_| !idle && !matches!(op, Op::Drop { .. })) else { continue };
        let Some(relation) = key.relation() else { continue };
        let Some(relation) = schema.live.resolve(relation).filter(|there| HOLD_ROWS.contains(&there.kind)) else {
            unmade(object, schema, &mut found);
            continue;
        };
        let counter = Counter { relation, schema, names: &names, refused: &refused, word: "rows" };
        match op {
            Op::Set { attr, .. } if key.kind == Kind::Column => {
                counter.changed(*attr, object, &mut found);
                counter.keys_over(*attr, object, &mut seen, &mut found);
            }
            _ if key.kind != Kind::Column && seen.contains(&key) => {}
            _ => {
                seen.push(key);
                counter.rule(object, &mut found);
            }
        }
    }
    found.open.sort();
    found.open.dedup();
    found
}

/// The kinds of relations whose rows rules are held against.
const HOLD_ROWS: &[Kind] = &[Kind::Table, Kind::MaterializedView];

/// A unique index of a query's rows that nobody has asked for yet.
fn unmade(object: &Object, schema: Pair<&Schema<Canonical>>, found: &mut Counts) {
    let relation = object.key.relation().and_then(|relation| schema.desired.resolve(relation));
    if object.has(Attr::Unique) && relation.is_some_and(|relation| relation.kind == Kind::MaterializedView) {
        found.leave(object.key, "its rows are those of a query that the patch makes");
    }
}

/// What a change asks of the rows of other tables; said and not counted where names change before. Gives how many there are.
fn obstacles(op: &Op, schema: Pair<&Schema<Canonical>>, names: &Names, found: &mut Counts) -> usize {
    let obstacles = names.dialect.obstacles(op, schema);
    let number = obstacles.len();
    for (problem, trial) in obstacles {
        let same = |count: &Count, trial: &Trial| count.before == trial.before && count.sql == trial.count;
        let told = trial.as_ref().is_some_and(|trial| found.counts.iter().any(|count| count.about == op.key() && same(count, trial)));
        match trial {
            _ if told => {}
            None => found.leave(op.key(), format!("{problem} are found by the statement itself")),
            Some(_) if !names.renames.is_empty() => {
                found.leave(op.key(), format!("{problem} are not counted, since the patch changes names"));
            }
            Some(trial) => found.counts.push(Count { problem, about: op.key(), before: trial.before, sql: trial.count }),
        }
    }
    number
}

/// A relation that is there and what its rows are held against.
struct Counter<'a> {
    relation: Key,
    schema: Pair<&'a Schema<Canonical>>,
    names: &'a Names<'a>,
    /// New columns that the engine refuses where there are rows.
    refused: &'a [Key],
    /// A word for the names of what is made to count.
    word: &'static str,
}

/// The columns that come in a statement of their own which rows may stop.
fn refused(plan: &Plan) -> Vec<Key> {
    let may_fail = |planned: &&Planned| planned.statements.iter().any(|statement| statement.hazards.contains(&Hazard::MayFail));
    plan.steps.iter().filter(may_fail).map(|planned| planned.step.key).filter(|key| key.kind == Kind::Column).collect()
}

/// Whether a text has this word in it.
fn says(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|found| found == word.to_lowercase())
        || text.contains(&format!("\"{}\"", word.to_lowercase()))
}
