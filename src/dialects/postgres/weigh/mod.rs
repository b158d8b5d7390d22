//! What a statement does to a running PostgreSQL: told from its effects, and from a few of its words.

mod cascade;
mod column;
mod constant;
mod constraint;
mod handed_down;
mod inherited;
mod levels;
mod misfit;
mod refusal;
mod rows;
mod unknown;

use std::collections::BTreeSet;

use crate::base::Name;
use crate::dialects::{Deed, Weight};
use crate::ir::{Attr, Edit, Hazard, Key, Kind, LockLevel, Object, Op, Value, Work};

use super::entries;
use super::lexer::{Token, tokens};
pub use column::mentions;
use levels::{ACCESS_EXCLUSIVE, SHARE, SHARE_ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE};
pub use misfit::misfits;
pub use refusal::{refuses, uncast};
pub use unknown::unknown;

/// Weighs a statement.
pub fn weigh(deed: &Deed) -> Weight {
    let words = words(deed.sql);
    let mut weigher = Weigher { deed, words, weight: Weight::default() };
    for op in deed.ops {
        weigher.op(op);
    }
    if deed.ops.is_empty() {
        rows::weigh(&mut weigher);
    }
    if weigher.weight.impact.locks.is_empty() {
        rows::weigh_untold(&mut weigher);
    }
    if weigher.weight.impact.locks.is_empty() {
        weigher.weight.impact.work = Work::Catalog;
    }
    weigher.weight
}

/// The unquoted words of a statement, folded.
fn words(sql: &str) -> Vec<String> {
    let word = |token: Token<'_>| match token {
        Token::Word(word) => Some(word.into_owned()),
        _ => None,
    };
    tokens(sql).unwrap_or_default().into_iter().filter_map(word).collect()
}

struct Weigher<'a> {
    deed: &'a Deed<'a>,
    words: Vec<String>,
    weight: Weight,
}

impl<'a> Weigher<'a> {
    fn says(&self, word: &str) -> bool {
        self.words.iter().any(|said| said == word)
    }

    /// Whether the statement begins with these words.
    fn begins(&self, words: &[&str]) -> bool {
        self.words.iter().zip(words).filter(|(said, word)| said == word).count() == words.len()
    }

    /// The relation under its own kind, where it was there before the script.
    fn old(&self, relation: Key) -> Option<Key> {
        let known = self.deed.before.resolve(relation.of(Kind::Table))?;
        (known.kind.is_relation() && !self.deed.fresh.contains(&known)).then_some(known)
    }

    /// The relation that a part stands on, where it was there before the script. A part may be named without its relation.
    fn owner(&self, part: Key) -> Option<Key> {
        let part = if part.owner.is_none() { self.deed.before.resolve(part)? } else { part };
        self.old(part.relation()?)
    }

    fn lock(&mut self, relation: Key, level: &'static LockLevel) {
        if let Some(known) = self.old(relation) {
            self.weight.impact.lock(known, level);
        }
    }

    /// Locks a relation and all that take their columns from it.
    fn lock_all(&mut self, relation: Key, level: &'static LockLevel) {
        for key in self.with_heirs(relation) {
            self.lock(key, level);
        }
    }

    fn with_heirs(&self, relation: Key) -> Vec<Key> {
        let mut found = vec![relation];
        let mut at = 0;
        while let Some(parent) = found.get(at).copied() {
            let heirs: Vec<Key> = self.deed.before.heirs(parent).map(|(heir, _)| heir.key).collect();
            found.extend(heirs.into_iter().filter(|heir| !found.contains(heir)).collect::<BTreeSet<Key>>());
            at += 1;
        }
        found
    }

    fn work(&mut self, work: Work) {
        self.weight.impact.work(work);
    }

    fn endanger(&mut self, hazard: Hazard) {
        self.weight.endanger(hazard);
    }

    fn op(&mut self, op: &Op) {
        if self.begins(&["alter", "type"]) && self.says("cascade") {
            return cascade::field(self, op);
        }
        match op {
            Op::Create { object, .. } => self.create(object),
            Op::Drop { key, cascade, .. } => {
                self.unmake(*key);
                if *cascade {
                    cascade::fall(self, *key);
                }
            }
            Op::Set { key, attr, value } => self.set(*key, *attr, value.as_ref()),
            Op::SetOnly { key, attr: Attr::NotNull, value } => self.set(*key, Attr::NotNull, value.as_ref()),
            Op::SetOnly { key, attr, .. } => self.fact(*key, *attr, &[]),
            Op::Edit { key, attr, edit } => self.edit(*key, *attr, edit),
            Op::Rename { key, .. } | Op::Move { key, .. } => self.rename(*key),
            Op::Copy { table, source, how } => constraint::copy(self, *table, *source, *how),
            Op::Adopt { constraint, .. } => constraint::adopt(self, constraint),
            Op::Given { .. } => {}
        }
    }

    fn create(&mut self, object: &Object) {
        let key = object.key;
        match key.kind {
            Kind::Column => column::create(self, object),
            kind if kind.is_constraint() => constraint::create(self, object),
            Kind::Index => self.create_index(object),
            Kind::Trigger => {
                if let Some(table) = self.owner(key) {
                    self.lock_all(table, &SHARE_ROW_EXCLUSIVE);
                }
            }
            Kind::Rule | Kind::Policy => self.lock_owner(key, &ACCESS_EXCLUSIVE),
            Kind::View | Kind::MaterializedView => self.lock(key, &ACCESS_EXCLUSIVE),
            Kind::Statistics | Kind::Publication => rows::lock_named(self, &SHARE_UPDATE_EXCLUSIVE),
            _ => {}
        }
    }

    fn lock_owner(&mut self, part: Key, level: &'static LockLevel) {
        if let Some(table) = self.owner(part) {
            self.lock(table, level);
        }
    }

    fn create_index(&mut self, index: &Object) {
        let Some(table) = self.owner(index.key) else { return };
        let apart = self.says("concurrently");
        let level = if apart { &SHARE_UPDATE_EXCLUSIVE } else { &SHARE };
        if index.has(Attr::Only) {
            self.lock(table, level);
        } else {
            let partitioned = self.deed.before.get(table).is_some_and(|table| table.has(Attr::PartitionBy));
            let reached = if partitioned { self.with_heirs(table) } else { vec![table] };
            reached.into_iter().for_each(|table| self.lock(table, level));
            // IF NOT EXISTS looks for the name alone, after it has locked the table.
            if self.deed.before.resolve(Key { owner: Name::NONE, ..index.key }).is_none() {
                self.work(Work::Index);
            }
        }
        if apart {
            self.endanger(Hazard::NotTransactional);
        }
        if index.has(Attr::Unique) || entries::may_fail(index) {
            self.endanger(Hazard::MayFail);
        }
    }

    fn unmake(&mut self, key: Key) {
        if let Some(column) = handed_down::not_null(self, key) {
            return handed_down::drop_not_null(self, column);
        }
        let Some(key) = self.deed.before.resolve(key) else { return };
        match key.kind {
            Kind::Table => self.drop_table(key),
            Kind::Column => column::unmake(self, key),
            Kind::Index if self.says("concurrently") => {
                self.lock_owner(key, &SHARE_UPDATE_EXCLUSIVE);
                self.endanger(Hazard::NotTransactional);
            }
            Kind::ForeignKey => {
                if let Some(table) = self.owner(key) {
                    self.lock_all(table, &ACCESS_EXCLUSIVE);
                }
                let target = self.deed.before.get(key).and_then(|key| key.key_of(Attr::References));
                target.into_iter().for_each(|target| self.lock_all(target, &ACCESS_EXCLUSIVE));
            }
            Kind::Check => handed_down::drop_check(self, key),
            Kind::Index | Kind::Trigger => {
                if let Some(table) = self.owner(key) {
                    self.lock_all(table, &ACCESS_EXCLUSIVE);
                }
            }
            kind if kind.is_constraint() => self.lock_owner(key, &ACCESS_EXCLUSIVE),
            Kind::Rule | Kind::Policy => self.lock_owner(key, &ACCESS_EXCLUSIVE),
            Kind::View | Kind::MaterializedView | Kind::ForeignTable => self.lock(key, &ACCESS_EXCLUSIVE),
            // The numbers of a column's sequence are in the column too.
            Kind::Sequence if self.deed.before.get(key).is_some_and(|sequence| sequence.has(Attr::OwnedBy)) => {}
            Kind::Sequence => self.endanger(Hazard::Drop),
            Kind::Statistics => rows::lock_described(self, key),
            _ => {}
        }
    }

    /// The tables at the other ends of its foreign keys are locked too, and the parent of a partition.
    fn drop_table(&mut self, table: Key) {
        if self.old(table).is_none() {
            return;
        }
        self.endanger(Hazard::Drop);
        self.lock_all(table, &ACCESS_EXCLUSIVE);
        let before = self.deed.before;
        let own = before.parts(table, Kind::ForeignKey).filter_map(|key| key.key_of(Attr::References));
        let towards = before.of_kind(Kind::ForeignKey).filter(|key| key.key_of(Attr::References) == Some(table));
        let ends: Vec<Key> = own.chain(towards.filter_map(|key| key.key.relation())).collect();
        let parent = before.get(table).and_then(|table| table.key_of(Attr::PartitionOf));
        ends.into_iter().chain(parent).for_each(|key| self.lock(key, &ACCESS_EXCLUSIVE));
        if let Some(parent) = parent {
            constraint::lock_default_partition(self, parent, table);
        }
    }

    fn set(&mut self, key: Key, attr: Attr, value: Option<&Value>) {
        match (key.kind, attr) {
            (Kind::Column, Attr::Type) => column::retype(self, key, value),
            (Kind::Column, Attr::NotNull) if value.is_some() => column::require(self, key),
            (Kind::Column, Attr::NotNull) => handed_down::drop_not_null(self, key),
            (kind, Attr::NoInherit) if kind.is_constraint() => handed_down::change(self, key, value.is_none()),
            (Kind::Column, Attr::Generated) if value.is_some() => {
                self.fact(key, attr, &[]);
                self.work(Work::Rewrite);
            }
            // A change of type says the collation too, a new NOT NULL its name and whether children get it.
            (Kind::Column, Attr::Collation | Attr::GeneratedAs | Attr::NotNullName | Attr::NoInherit) => {}
            (Kind::Domain, Attr::NotNull) if value.is_some() => constraint::of_domain(self, &Object::new(key.child(Kind::Check, key.name))),
            (Kind::Table, Attr::ClusterOn) if self.begins(&["cluster"]) => rows::weigh(self),
            (kind, Attr::NotValid) if kind.is_constraint() && value.is_none() => constraint::validate(self, key),
            (Kind::Trigger, Attr::Enabled) => {
                if let Some(table) = self.owner(key) {
                    self.lock_all(table, &SHARE_ROW_EXCLUSIVE);
                }
            }
            (Kind::Table, Attr::PartitionOf) if value.is_none() => constraint::detach(self, key),
            (Kind::Table, Attr::PartitionOf | Attr::PartitionBound) => {}
            (Kind::Column, _) => {
                let heirs: Vec<Key> = self.owner(key).map(|table| self.with_heirs(table)).unwrap_or_default();
                self.fact(key, attr, &heirs);
            }
            _ => self.fact(key, attr, &[]),
        }
    }

    /// A change that is told by the fact alone, with what it reaches besides.
    fn fact(&mut self, key: Key, attr: Attr, also: &[Key]) {
        let known = self.deed.before.resolve(key).unwrap_or(key);
        if attr == Attr::Comment && known.kind != Kind::Column && !known.kind.is_relation() {
            return;
        }
        let (level, work) = levels::of(attr);
        let view = known.kind == Kind::View && attr == Attr::Options;
        let level = if view { &ACCESS_EXCLUSIVE } else { level };
        let table = match known.kind {
            // An index is locked by itself (manual, ALTER INDEX), and so are the roles of its table.
            Kind::Index | Kind::Sequence => None,
            kind if kind.is_relation() => self.old(known),
            _ => self.owner(known),
        };
        let Some(table) = table else { return };
        self.lock(table, level);
        also.iter().filter(|_| attr != Attr::Comment).for_each(|heir| self.lock(*heir, level));
        self.work(work);
    }

    fn edit(&mut self, key: Key, attr: Attr, edit: &Edit) {
        match (key.kind, edit) {
            (Kind::Enum, Edit::AddLabel { .. }) => {
                self.endanger(Hazard::EnumValue);
                self.endanger(Hazard::Irreversible);
                if !self.deed.version.since(12, 0, 0) {
                    self.endanger(Hazard::NotTransactional);
                }
            }
            (Kind::Enum, Edit::RenameLabel { .. }) => self.endanger(Hazard::Rename),
            (Kind::Privilege | Kind::DefaultPrivilege, _) => {}
            (Kind::Table, _) if attr == Attr::Inherits => constraint::inherit(self, key),
            (Kind::Table, Edit::SetOptions(_) | Edit::ResetOptions(_)) if self.says("user_catalog_table") => {
                self.lock(key, &ACCESS_EXCLUSIVE);
            }
            _ => self.fact(key, attr, &[]),
        }
    }

    fn rename(&mut self, key: Key) {
        let constraint = self.deed.before.resolve(key).unwrap_or(key);
        if constraint.kind == Kind::Check || handed_down::not_null(self, key).is_some() {
            let reach = handed_down::along(self, key);
            let table = self.owner(constraint);
            return table.into_iter().for_each(|table| handed_down::lock(self, table, reach, &ACCESS_EXCLUSIVE));
        }
        let Some(key) = self.deed.before.resolve(key) else { return };
        if self.deed.fresh.contains(&key) {
            return;
        }
        match key.kind {
            Kind::Index => {}
            Kind::Sequence => self.endanger(Hazard::Rename),
            kind if kind.is_relation() => {
                self.lock(key, &ACCESS_EXCLUSIVE);
                self.endanger(Hazard::Rename);
            }
            Kind::Column => {
                if let Some(table) = self.owner(key) {
                    self.lock_all(table, &ACCESS_EXCLUSIVE);
                    self.endanger(Hazard::Rename);
                }
            }
            Kind::Trigger => {
                if let Some(table) = self.owner(key) {
                    self.lock_all(table, &ACCESS_EXCLUSIVE);
                }
            }
            kind if kind.spec().owned => self.lock_owner(key, &ACCESS_EXCLUSIVE),
            _ => self.endanger(Hazard::Rename),
        }
    }
}
