//! Writes one step as MySQL's or MariaDB's statements.

mod code;
mod fill;
pub mod parts;
mod table;
pub mod text;

use self::text::name;
use super::family::Family;
use crate::dialects::Refusal;
use crate::ir::{Action, Attr, Canonical, Hazard, Key, Kind, Object, Pair, Schema, Statement, Step};

/// What writing needs to know.
pub struct Writer<'a> {
    pub schema: Pair<&'a Schema<Canonical>>,
    pub family: &'static Family,
}

impl Writer<'_> {
    /// The changed facts in words.
    fn labels(&self, attrs: &[Attr]) -> String {
        attrs.iter().map(|attr| attr.spec().label).collect::<Vec<_>>().join(", ")
    }

    pub fn write(&self, step: &Step) -> Result<Vec<Statement>, Refusal> {
        match &step.action {
            Action::Create { with } => self.create(self.find(self.schema.desired, step.key)?, with),
            Action::Drop { .. } => Ok(self.drop(self.find(self.schema.live, step.key)?)),
            Action::Alter { attrs } => {
                let (live, desired) = (self.find(self.schema.live, step.key)?, self.find(self.schema.desired, step.key)?);
                if desired.key.kind == Kind::Table && table::keeps_history_elsewhere(live, desired) {
                    let why = "keeps its history in other columns, which the server cannot change while it keeps one";
                    let help =
                        "Leave the history where it is, or lose it: run ALTER TABLE … DROP SYSTEM VERSIONING first, and compare again.";
                    return Err(refusal(desired.key, why, help));
                }
                Ok(self.alter(live, desired, attrs))
            }
            Action::Rename { to } => self.rename(step.key, *to),
            Action::Release | Action::Move { .. } | Action::Rebuild => Err(refusal(step.key, "cannot be moved or rebuilt", "")),
        }
    }

    fn find<'s>(&self, side: &'s Schema<Canonical>, key: Key) -> Result<&'s Object, Refusal> {
        side.get(key).ok_or_else(|| refusal(key, "is not there", "This is a fault of the program: please report it."))
    }

    fn create(&self, object: &Object, with: &[Key]) -> Result<Vec<Statement>, Refusal> {
        match object.key.kind {
            Kind::Table => table::create(self, object, with),
            Kind::Database => Ok(Vec::new()),
            kind if is_code(kind) => Ok(code::new(object)),
            kind if kind.spec().owned => Ok(parts::create(self, object, with)),
            _ => Err(unknown(object.key)),
        }
    }

    fn drop(&self, object: &Object) -> Vec<Statement> {
        match object.key.kind {
            Kind::Table => {
                let sql = format!("DROP TABLE {}", name(object.key.name));
                vec![Statement::new(sql, format!("{} is not wanted; its rows go with it.", object.key)).hazard(Hazard::Drop)]
            }
            Kind::Database => Vec::new(),
            kind if is_code(kind) => code::drop(self, object),
            _ => parts::drop(self, object),
        }
    }

    fn alter(&self, live: &Object, desired: &Object, attrs: &[Attr]) -> Vec<Statement> {
        match desired.key.kind {
            Kind::Table => table::alter(self, live, desired, attrs),
            Kind::Database => {
                let pair = desired.text(Attr::Charset).zip(desired.text(Attr::Collation));
                let sql = pair.map(|(charset, collation)| format!("ALTER DATABASE CHARACTER SET {charset} COLLATE {collation}"));
                sql.map(|sql| Statement::new(sql, "The database's own character set changes.")).into_iter().collect()
            }
            kind if is_code(kind) => code::alter(self, desired, attrs),
            _ => parts::alter(self, live, desired, attrs),
        }
    }

    fn rename(&self, key: Key, to: crate::base::Name) -> Result<Vec<Statement>, Refusal> {
        if matches!(key.kind, Kind::Table | Kind::View | Kind::Sequence) {
            let sql = format!("RENAME TABLE {} TO {}", name(key.name), name(to));
            return Ok(vec![Statement::new(sql, format!("{key} gets the name {to}."))]);
        }
        if key.kind == Kind::Event {
            let sql = format!("ALTER EVENT {} RENAME TO {}", name(key.name), name(to));
            return Ok(vec![Statement::new(sql, format!("{key} gets the name {to}."))]);
        }
        if !key.kind.spec().owned || key.kind == Kind::Trigger {
            return Err(refusal(key, "cannot be renamed in place", "Drop it and make it under its new name."));
        }
        let renamed = Key { name: to, ..key };
        let object = self.schema.live.get(key).or_else(|| self.schema.live.get(renamed)).ok_or_else(|| unknown(key))?;
        let mut part = object.clone();
        part.key = key;
        Ok(parts::rename(self, &part, to))
    }
}

fn is_code(kind: Kind) -> bool {
    matches!(kind, Kind::View | Kind::Trigger | Kind::Procedure | Kind::Function | Kind::Event | Kind::Sequence)
}

fn unknown(key: Key) -> Refusal {
    refusal(key, "is of a kind that this engine does not have", "")
}

fn refusal(key: Key, why: &str, help: &str) -> Refusal {
    Refusal { key, span: None, message: format!("{key} {why}"), help: help.to_string() }
}
