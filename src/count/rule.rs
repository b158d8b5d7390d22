//! Rules that come, or come again in another form: keys, references, checks.

use crate::base::Name;
use crate::dialects::Seen;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Key, Kind, Object, Part};

use super::table::{Reach, over};
use super::{Counter, Counts, VALUES};

impl Counter<'_> {
    /// A part that comes, or comes again in another form.
    pub fn rule(&self, object: &Object, found: &mut Counts) {
        match object.key.kind {
            Kind::Column => self.comes(object, found),
            Kind::PrimaryKey | Kind::Unique => self.unique(object, found),
            Kind::Index if object.has(Attr::Unique) => self.unique(object, found),
            Kind::ForeignKey => self.orphans(object, found),
            Kind::Check => self.broken(object, found),
            Kind::Exclusion => self.excluding(object, found),
            _ => {}
        }
    }

    /// A new column.
    fn comes(&self, column: &Object, found: &mut Counts) {
        let about = column.key;
        if column.has(Attr::Generated) {
            return self.computed(column, found);
        }
        if !column.has(Attr::NotNull) || VALUES.iter().any(|attr| column.has(*attr)) {
            return;
        }
        if self.refused.contains(&about) || self.names.dialect.fills_by_default() {
            let sql = format!("SELECT count(*) FROM {}", self.names.relation(self.relation));
            return found.count(("rows that would have no value", about), "", sql);
        }
        found.leave(about, "comes without a value; the rows that are there get the one that the engine gives");
    }

    fn broken(&self, check: &Object, found: &mut Counts) {
        let Some(rule) = check.text(Attr::Expression).filter(|_| !check.has(Attr::NotValid) && !check.has(Attr::NotEnforced)) else {
            return;
        };
        let reach = if check.has(Attr::NoInherit) { Reach::Own } else { Reach::All };
        let Some(seen) = self.read(check, reach, found) else { return };
        let sql = format!("SELECT count(*) FROM {} WHERE NOT ({rule})", seen.source());
        found.count(("rows that break the new rule", check.key), &seen.before, sql);
    }

    /// The rows that a rule reads; what keeps them from being counted is said.
    fn read(&self, object: &Object, reach: Reach, found: &mut Counts) -> Option<Seen> {
        match self.rows(object, reach) {
            Ok(seen) => Some(seen),
            Err(why) => {
                found.leave(object.key, why);
                None
            }
        }
    }

    fn unique(&self, object: &Object, found: &mut Counts) {
        if object.has(Attr::Period) || object.parts(Attr::Parts).iter().any(|part| part.operator.is_some()) {
            return self.excluding(object, found);
        }
        let Some(seen) = self.read(object, Reach::Own, found) else { return };
        let (before, from) = (&seen.before, seen.source());
        let elements: Vec<String> = match object.names(Attr::Columns) {
            [] => object.parts(Attr::Parts).iter().map(|part| self.element(part)).collect(),
            columns => columns.iter().map(|column| self.names.dialect.quote(*column)).collect(),
        };
        let mut conditions: Vec<String> = object.text(Attr::Where).map(|text| format!("({text})")).into_iter().collect();
        if object.key.kind == Kind::PrimaryKey && !self.names.dialect.takes_null(object, self.schema.desired) {
            let live = |name: &Name| self.schema.live.get(self.relation.child(Kind::Column, *name));
            let loose = object.names(Attr::Columns).iter().filter(|name| !live(name).is_some_and(|column| column.has(Attr::NotNull)));
            let nulls: Vec<String> = loose.map(|name| format!("{} IS NULL", self.names.dialect.quote(*name))).collect();
            if !nulls.is_empty() {
                let sql = format!("SELECT count(*) FROM {from} WHERE {}", nulls.join(" OR "));
                found.count(("rows with NULLs", object.key), before, sql);
            }
        } else if !object.has(Attr::NullsNotDistinct) {
            conditions.extend(elements.iter().map(|element| format!("{element} IS NOT NULL")));
        }
        let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        let group = elements.join(", ");
        let sql = format!("SELECT count(*) FROM (SELECT 1 AS one FROM {from}{filter} GROUP BY {group} HAVING count(*) > 1) AS doubles");
        found.count(("values that are there more than once", object.key), before, sql);
    }

    /// Rows of which there must not be two that meet.
    fn excluding(&self, object: &Object, found: &mut Counts) {
        let Some(seen) = self.read(object, Reach::Own, found) else { return };
        match self.names.dialect.excluded(object, &seen.source(), self.schema) {
            Some(trial) => found.count(("rows that exclude each other", object.key), &(seen.before + &trial.before), trial.count),
            None => found.leave(object.key, "rows that exclude each other are found by the statement itself"),
        }
    }

    /// An element of a key as a query says it: a text of the same collation is the same value.
    fn element(&self, part: &Part) -> String {
        let text = match &part.target {
            PartTarget::Column(name) => self.names.dialect.quote(*name),
            PartTarget::Expression(fragment) => format!("({})", fragment.text),
        };
        let text = part.prefix.map_or(text.clone(), |length| format!("left({text}, {length})"));
        part.collation.as_ref().map_or(text.clone(), |collation| format!("({text} COLLATE {})", self.names.dialect.collation(collation)))
    }

    fn orphans(&self, object: &Object, found: &mut Counts) {
        let about = object.key;
        if object.has(Attr::NotValid) || object.has(Attr::NotEnforced) {
            return;
        }
        let Some(target) = object.key_of(Attr::References) else { return };
        let Some(parent) = self.schema.live.resolve(target) else {
            return found.leave(about, "refers to a table that the patch makes");
        };
        let theirs: Vec<Name> = match object.names(Attr::ReferencedColumns) {
            [] => self.schema.live.parts(parent, Kind::PrimaryKey).flat_map(|key| key.names(Attr::Columns).to_vec()).collect(),
            columns => columns.to_vec(),
        };
        let own: Vec<String> = object.names(Attr::Columns).iter().map(|column| self.names.dialect.quote(*column)).collect();
        if own.len() != theirs.len() || object.has(Attr::Period) {
            return found.leave(about, "orphans are found by the statement itself");
        }
        let Some(child) = self.read(object, Reach::Own, found) else { return };
        let Some(referenced) = self.referenced(parent, &theirs) else {
            return found.leave(about, "refers to a column that the patch changes");
        };
        let before = format!("{}{}", child.before, referenced.before);
        if object.text(Attr::Match).is_some_and(|kind| kind.eq_ignore_ascii_case("full")) && own.len() > 1 {
            let nulls = |test: &str, word: &str| own.iter().map(|column| format!("{column} {test}")).collect::<Vec<_>>().join(word);
            let mixed = format!("({}) AND NOT ({})", nulls("IS NULL", " OR "), nulls("IS NULL", " AND "));
            let sql = format!("SELECT count(*) FROM {} WHERE {mixed}", child.source());
            found.count(("rows whose reference is NULL in a part", about), &child.before, sql);
        }
        let filled: Vec<String> = own.iter().map(|column| format!("child.{column} IS NOT NULL")).collect();
        let theirs = theirs.iter().map(|column| self.names.dialect.quote(*column));
        let joined: Vec<String> = own.iter().zip(theirs).map(|(own, theirs)| format!("parent.{theirs} = child.{own}")).collect();
        let sql = format!(
            "SELECT count(*) FROM {} WHERE {} AND NOT EXISTS (SELECT 1 FROM {} WHERE {})",
            child.called("child"),
            filled.join(" AND "),
            referenced.called("parent"),
            joined.join(" AND ")
        );
        found.count(("rows whose parent is missing", about), &before, sql);
    }

    /// The rows that a reference goes to; none where their columns are other ones before the patch.
    fn referenced(&self, parent: Key, columns: &[Name]) -> Option<Seen> {
        Counter { relation: parent, word: "parents", ..*self }.rows(&over(parent, columns), Reach::Own).ok()
    }
}
