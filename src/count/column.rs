//! Columns that change: NULLs, and values that the new definition does not take.

use crate::ir::{Attr, Key, Kind, Object, Op, Pair};

use super::table::{Reach, is_text, over, speaks};
use super::{Count, Counter, Counts};

impl Counter<'_> {
    /// A new column that is computed: what the rows make of it.
    pub fn computed(&self, column: &Object, found: &mut Counts) {
        let about = column.key;
        let (table, own) = (self.names.relation(self.relation), self.names.dialect.quote(column.key.name));
        if column.has(Attr::NotNull) {
            match self.rows(&over(self.relation, &[column.key.name]), Reach::All) {
                Ok(seen) => {
                    let sql = format!("SELECT count(*) FROM {} WHERE {own} IS NULL", seen.source());
                    found.count(("rows with NULLs", about), &seen.before, sql);
                }
                Err(why) => found.leave(about, why),
            }
        }
        let trial = self.names.dialect.trial(Pair::new(column, column), [&table, &own], self.schema);
        match trial.filter(|_| !self.speaks_of_renamed(column)) {
            Some(trial) => {
                let problem = "rows for which it cannot be computed";
                found.counts.push(Count { problem, about, before: trial.before, sql: trial.count });
            }
            None => found.leave(about, "whether it can be computed for each row is found by the statement itself"),
        }
    }

    /// Whether an expression of a column names something that has another name before the patch.
    fn speaks_of_renamed(&self, column: &Object) -> bool {
        let renames = |op: &Op| matches!(op, Op::Rename { key, .. } if key.kind == Kind::Column || key.kind.is_relation());
        column.has(Attr::Generated) && self.names.renames.iter().any(renames)
    }

    /// A column whose fact changes.
    pub fn changed(&self, attr: Attr, object: &Object, found: &mut Counts) {
        let about = object.key;
        let (table, column) = (self.names.relation(self.relation), self.names.column(self.relation, object.key.name));
        let Some(live) = self.schema.live.get(object.key) else { return };
        match attr {
            Attr::NotNull if object.has(Attr::Fill) => {}
            Attr::NotNull if object.has(Attr::NotNull) && !(object.has(Attr::Default) && self.names.dialect.fills_by_default()) => {
                found.count(("rows with NULLs", about), "", format!("SELECT count(*) FROM {table} WHERE {column} IS NULL"));
            }
            Attr::NotNull if object.has(Attr::NotNull) => {
                found.leave(about, "NULLs, where there are some, meet what the statement does with the default");
            }
            Attr::Type if is_wider(object, live) || self.names.dialect.keeps(Pair::new(live, object), self.schema) => {}
            Attr::Expression => self.rule_of_its_own(object, live, found),
            Attr::Type | Attr::Charset => self.misfits(object, live, found),
            _ => {}
        }
    }

    /// The keys and checks over a column whose values the patch makes others: what was unique may be so no more.
    pub fn keys_over(&self, attr: Attr, column: &Object, seen: &mut Vec<Key>, found: &mut Counts) {
        let after = self.after(column);
        let changes = after.changes && !after.keeps && [Attr::Type, Attr::Charset, Attr::Collation].contains(&attr);
        let is_rule = |part: &&Object| {
            matches!(part.key.kind, Kind::PrimaryKey | Kind::Unique | Kind::Exclusion | Kind::ForeignKey | Kind::Check)
                || part.key.kind == Kind::Index && part.has(Attr::Unique)
        };
        for kind in [Kind::PrimaryKey, Kind::Unique, Kind::Exclusion, Kind::Index, Kind::ForeignKey, Kind::Check] {
            for part in self.schema.desired.parts(self.relation, kind).filter(|_| changes).filter(is_rule) {
                if speaks(part, column.key.name) && !seen.contains(&part.key) {
                    seen.push(part.key);
                    self.rule(part, found);
                }
            }
        }
    }

    /// A rule that stands with its column. One that asks for JSON alone goes with the type.
    fn rule_of_its_own(&self, object: &Object, live: &Object, found: &mut Counts) {
        let Some(rule) = object.text(Attr::Expression) else { return };
        if rule.to_lowercase().contains("json_valid") {
            return self.misfits(object, live, found);
        }
        match self.rows(object, Reach::All) {
            Ok(seen) => {
                let sql = format!("SELECT count(*) FROM {} WHERE NOT ({rule})", seen.source());
                found.count(("rows that break the new rule", object.key), &seen.before, sql);
            }
            Err(why) => found.leave(object.key, why),
        }
    }

    /// Values that the new definition does not take: each is tried, or those that are too long are counted.
    fn misfits(&self, desired: &Object, live: &Object, found: &mut Counts) {
        let about = desired.key;
        let problem = "values that do not fit the new type";
        if found.counts.iter().any(|count| count.problem == problem && count.about == about) {
            return;
        }
        let (table, column) = (self.names.relation(self.relation), self.names.column(self.relation, desired.key.name));
        if let Some(trial) = self.names.dialect.trial(Pair::new(live, desired), [&table, &column], self.schema) {
            return found.counts.push(Count { problem, about, before: trial.before, sql: trial.count });
        }
        match self.too_long(desired, live, &column) {
            Some(condition) => found.count((problem, about), "", format!("SELECT count(*) FROM {table} WHERE {condition}")),
            None => found.leave(about, "whether each value fits the new type is found by the statement itself"),
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
