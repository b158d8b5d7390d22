//! SQL that a migration brings along, read as any other: what it changes is what differs after it.

use std::sync::Arc;

use super::flavor::Engine;
use super::history::{Change, Effect, Nature, Runner};
use super::operation::Step;
use super::value::Value;
use crate::base::Files;
use crate::ir::{Key, Kind, Op, Schema};
use crate::replay;
use crate::sources::{Outcome, sql};

impl Runner<'_> {
    /// An extension is what its statement makes; other engines have none (`CreateExtension.database_forwards`).
    pub(super) fn extension(&mut self, step: &Step, name: &str) -> Effect {
        if self.ground.flavor.engine != Engine::Postgres {
            return self.effect(step, Nature::State, Vec::new());
        }
        self.run_sql(step, &[format!("CREATE EXTENSION IF NOT EXISTS {}", self.ground.flavor.engine.quote(name)).into()])
    }

    /// The effect of statements.
    pub(super) fn run_sql(&mut self, step: &Step, statements: &[Arc<str>]) -> Effect {
        let text: String = statements.iter().map(|sql| format!("{};\n", sql.trim().trim_end_matches(';'))).collect();
        let mut files = Files::default();
        let id = files.add("RunSQL", text);
        let reading = sql::read(&files, &[id], self.ground.press.dialect);
        if reading.ledger.iter().any(|entry| entry.outcome == Outcome::Unmodelled) {
            return self.effect(step, Nature::Opaque("its SQL is not understood".to_string()), Vec::new());
        }
        if reading.ops.is_empty() {
            let nature = if statements.is_empty() { Nature::State } else { Nature::Data };
            return self.effect(step, nature, Vec::new());
        }
        let renames = reading.ops.iter().filter_map(|one| renamed(&one.op)).collect();
        let before = self.database.clone();
        let faults = replay::replay(&mut self.database, reading.ops, self.ground.press.dialect);
        let changes = self.differences(&before);
        let spoken = self.coverage.only_relations.get_or_insert_default();
        for change in &changes {
            self.coverage.unseen_kinds.remove(&change.key.kind);
            let relation = if change.key.kind.spec().owned { change.key.owner } else { change.key.name };
            spoken.insert((change.key.namespace, relation));
        }
        if !faults.is_empty() {
            // It speaks of what no migration made: nothing certain can be said of its effect.
            self.database = before;
            return self.effect(step, Nature::Opaque(faults[0].message.clone()), Vec::new());
        }
        let span = Some(step.span);
        let mut changes = changes;
        for object in changes.iter_mut().filter_map(|change| change.after.as_mut()) {
            object.span = span;
            self.database.insert(object.clone());
        }
        let nature = if changes.is_empty() { Nature::Data } else { Nature::Schema };
        Effect { renames, ..self.effect(step, nature, changes) }
    }

    fn differences(&self, before: &Schema) -> Vec<Change> {
        let mut changes: Vec<Change> = before
            .iter()
            .filter(|object| !self.database.contains(object.key))
            .map(|object| Change { key: object.key, before: Some(object.clone()), after: None })
            .collect();
        for object in self.database.iter() {
            let there = before.get(object.key);
            if there.is_none_or(|there| !there.differing(object).is_empty()) {
                changes.push(Change { key: object.key, before: there.cloned(), after: Some(object.clone()) });
            }
        }
        changes
    }
}

/// A table that keeps its rows under another name.
fn renamed(op: &Op) -> Option<(Key, Key)> {
    match op {
        Op::Rename { key, to } if key.kind == Kind::Table => Some((*key, Key { name: *to, ..*key })),
        _ => None,
    }
}

/// The SQL of a RunSQL: a text, or a list of texts and of pairs with parameters; `None` where it cannot be told.
pub(super) fn statements(value: &Value) -> Option<Vec<Arc<str>>> {
    match value {
        Value::Str(text) => Some(vec![text.clone()]),
        Value::Ref(path) if path.ends_with(".noop") => Some(Vec::new()),
        Value::List(items) | Value::Tuple(items) => items
            .iter()
            .map(|item| match item {
                Value::Str(text) => Some(text.clone()),
                Value::Tuple(pair) | Value::List(pair) => match &**pair {
                    [Value::Str(text)] | [Value::Str(text), Value::None] => Some(text.clone()),
                    _ => None,
                },
                _ => None,
            })
            .collect(),
        _ => None,
    }
}
