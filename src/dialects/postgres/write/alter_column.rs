//! Columns that are there: how each fact of one is changed in place.

use crate::base::Name;
use crate::ir::{Attr, Hazard, Key, Kind, Object, Pair, Statement, inheritance};

use super::column::{SETTINGS, setting};
use super::ident::quote;
use super::{Sides, alter_only, alter_relation, cast, options, sequence};

/// Facts by the order in which they are changed: a default must be gone before the type changes and before an identity
/// comes, NOT NULL must hold before an identity comes (manual, ALTER TABLE).
pub fn write(attrs: &[Attr], column: Pair<&Object>, sides: Sides) -> Vec<Statement> {
    let change = Change { attrs, column, sides };
    let mut statements = Vec::new();
    statements.extend(change.drop_identity());
    statements.extend(change.drop_default());
    statements.extend(change.drop_expression());
    statements.extend(change.retype());
    if change.retyped() {
        statements.extend(super::extra::after_retyping(column.desired.key, sides));
    }
    statements.extend(change.set_default());
    statements.extend(change.not_null());
    statements.extend(change.not_null_state());
    statements.extend(change.rename_not_null());
    statements.extend(change.add_identity());
    for attr in SETTINGS.iter().copied() {
        statements.extend(change.has(attr).then(|| setting(column.desired, attr, sides.desired)).flatten());
    }
    if change.has(Attr::Options) {
        statements.extend(options::column(Some(column.live), column.desired, sides.desired));
    }
    statements
}

struct Change<'a> {
    attrs: &'a [Attr],
    column: Pair<&'a Object>,
    sides: Sides<'a>,
}

impl Change<'_> {
    fn has(&self, attr: Attr) -> bool {
        self.attrs.contains(&attr)
    }

    fn retyped(&self) -> bool {
        self.has(Attr::Type) || self.has(Attr::Collation)
    }

    /// A statement on the column; `ONLY` where a change of the parent must not reach its children.
    fn alter(&self, clause: &str, why: String) -> Statement {
        let table = alter_relation(self.column.desired.key, self.sides.desired);
        Statement::new(format!("{table}\n    ALTER COLUMN {} {clause}", quote(self.column.desired.key.name)), why)
    }

    fn alter_only(&self, clause: &str, why: String) -> Statement {
        let table = alter_only(self.column.desired.key, self.sides.desired);
        Statement::new(format!("{table}\n    ALTER COLUMN {} {clause}", quote(self.column.desired.key.name)), why)
    }

    fn name(&self) -> &'static str {
        self.column.desired.key.name.as_str()
    }

    /// Whether the old default cannot stay through a change of type: the server would have to cast it.
    fn default_in_the_way(&self) -> bool {
        let types = (self.column.live.fragment(Attr::Type), self.column.desired.fragment(Attr::Type));
        let (Some(live), Some(desired)) = types else { return false };
        self.has(Attr::Type) && cast::using("c", live.compared(), desired.compared()).is_some()
    }

    fn drop_default(&self) -> Option<Statement> {
        let gone = self.has(Attr::Default) && (!self.column.desired.has(Attr::Default) || self.retyped());
        let due = self.column.live.has(Attr::Default) && (gone || self.default_in_the_way());
        due.then(|| self.alter_only("DROP DEFAULT", format!("The default of {} goes.", self.name())))
    }

    fn set_default(&self) -> Option<Statement> {
        let default = self.column.desired.text(Attr::Default)?;
        let due = self.has(Attr::Default) || (self.column.live.has(Attr::Default) && self.default_in_the_way());
        due.then(|| self.alter_only(&format!("SET DEFAULT {default}"), format!("The default of {}.", self.name())))
    }

    fn drop_expression(&self) -> Option<Statement> {
        let due = self.has(Attr::Generated) && !self.column.desired.has(Attr::Generated);
        due.then(|| self.alter("DROP EXPRESSION", format!("{} becomes an ordinary column and keeps its values.", self.name())))
    }

    fn retype(&self) -> Option<Statement> {
        if !self.retyped() {
            return None;
        }
        let types = (self.column.live.fragment(Attr::Type)?, self.column.desired.fragment(Attr::Type)?);
        let (from, to) = (types.0.compared(), types.1.compared());
        let mut clause = format!("TYPE {}", types.1.text);
        match (self.column.desired.text(Attr::Collation), self.has(Attr::Collation)) {
            (Some(collation), _) => clause.push_str(&format!(" COLLATE {}", super::ident::collation(collation))),
            (None, true) if !self.has(Attr::Type) => clause.push_str(" COLLATE \"default\""),
            (None, _) => {}
        }
        if let Some(using) = cast::using(&quote(self.column.desired.key.name), from, to).filter(|_| self.has(Attr::Type)) {
            clause.push_str(&format!(" USING {using}"));
        }
        let risks = if self.has(Attr::Type) { cast::risks(from, to) } else { Vec::new() };
        let cut = if risks.contains(&Hazard::Drop) { format!(" What {to} does not hold of its values is cut off.") } else { String::new() };
        let mut statement = self.alter(&clause, format!("The type of {} was {from}.{cut}{}", self.name(), cast::zone(from, to)));
        statement.hazards = risks;
        Some(statement)
    }

    fn not_null(&self) -> Vec<Statement> {
        if !self.has(Attr::NotNull) {
            return Vec::new();
        }
        if self.column.desired.has(Attr::NotNull) {
            let fill = self.fill();
            let set = match fill {
                Some(_) => self.set_not_null(format!("{} must not be null.", self.name())),
                None => {
                    let why = format!("{} must not be null; rows where it is make this fail.", self.name());
                    self.set_not_null(why).hazard(Hazard::MayFail)
                }
            };
            return fill.into_iter().chain([set]).chain(self.awaiting()).collect();
        }
        let dropped = self.alter("DROP NOT NULL", format!("{} may be null.", self.name()));
        let key = self.column.desired.key;
        [dropped].into_iter().chain(self.made_below(key)).chain(self.kept_below(key)).collect()
    }

    /// The constraints of columns below that were made there: they stay when the parent's goes (version 18).
    fn made_below(&self, parent: Key) -> Vec<Statement> {
        let below = inheritance::all_below(parent, self.sides.live).into_iter();
        let own = below.filter(|key| self.sides.live.get(*key).is_some_and(|column| column.has(Attr::NotNullName)));
        let gone = own.filter(|key| self.sides.desired.get(*key).is_some_and(|column| !column.has(Attr::NotNull)));
        let drop = |key: Key| {
            let sql = format!("{}\n    ALTER COLUMN {} DROP NOT NULL", alter_relation(key, self.sides.desired), quote(key.name));
            Statement::new(sql, format!("{} of {} may be null too.", key.name, key.owner))
        };
        gone.map(drop).collect()
    }

    /// The columns below that are not null still: the parent's constraint is gone from them too (manual, ALTER TABLE).
    fn kept_below(&self, parent: Key) -> Vec<Statement> {
        let Some(relation) = super::kin::relation_of(parent, self.sides.desired) else { return Vec::new() };
        let heirs = self.sides.desired.heirs(relation.key).map(|(heir, _)| heir.key.child(Kind::Column, parent.name));
        let was = |key: &Key| self.sides.live.get(*key).is_some_and(|column| column.has(Attr::NotNull));
        let kept = |key: Key| match self.sides.desired.get(key).filter(|column| column.has(Attr::NotNull)) {
            Some(column) => {
                let clause = super::column::set_not_null(column);
                let sql = format!("{}\n    {clause}", alter_relation(key, self.sides.desired));
                vec![Statement::new(sql, format!("{} of {} is not null still.", self.name(), key.owner))]
            }
            None => self.kept_below(key),
        };
        heirs.filter(was).flat_map(kept).collect()
    }

    /// Whether the constraint that stays is validated, and whether children have it (version 18).
    fn not_null_state(&self) -> Vec<Statement> {
        let Pair { live, desired } = self.column;
        if self.has(Attr::NotNull) || !live.has(Attr::NotNull) || !desired.has(Attr::NotNull) {
            return Vec::new();
        }
        let relation = super::ident::relation(desired.key);
        let name = quote(Name::new(&super::column::not_null_name(live)));
        if self.has(Attr::NoInherit) || (self.has(Attr::NotValid) && desired.has(Attr::NotValid)) {
            let dropped = self.alter("DROP NOT NULL", "The constraint is made anew.".to_owned());
            return vec![dropped, self.set_not_null(format!("{} must not be null.", self.name())).hazard(Hazard::MayFail)];
        }
        let validated = || {
            let sql = format!("ALTER TABLE {relation}\n    VALIDATE CONSTRAINT {name}");
            let why = format!("{} must not be null; rows where it is make this fail.", self.name());
            Statement::new(sql, why).hazard(Hazard::MayFail)
        };
        self.has(Attr::NotValid).then(validated).into_iter().collect()
    }

    /// The constraint that stays under another name (version 18).
    fn rename_not_null(&self) -> Option<Statement> {
        let renamed = self.has(Attr::NotNullName)
            && !self.has(Attr::NoInherit)
            && self.column.live.has(Attr::NotNull)
            && self.column.desired.has(Attr::NotNull);
        let (from, to) = (super::column::not_null_name(self.column.live), super::column::not_null_name(self.column.desired));
        let relation = super::ident::relation(self.column.desired.key);
        let sql = format!("ALTER TABLE {relation}\n    RENAME CONSTRAINT {} TO {}", quote(Name::new(&from)), quote(Name::new(&to)));
        renamed.then(|| Statement::new(sql, format!("The NOT NULL constraint of {} gets another name.", self.name())))
    }

    fn set_not_null(&self, why: String) -> Statement {
        let column = self.column.desired;
        Statement::new(format!("{}\n    {}", alter_relation(column.key, self.sides.desired), super::column::set_not_null(column)), why)
    }

    /// The rows without a value get the one that is known for them.
    fn fill(&self) -> Option<Statement> {
        let (value, name) = (self.column.desired.text(Attr::Fill)?, quote(self.column.desired.key.name));
        let sql = format!("UPDATE {}\nSET {name} = {value}\nWHERE {name} IS NULL", super::ident::relation(self.column.desired.key));
        Some(Statement::new(sql, "The rows without a value get the model's default."))
    }

    /// The replica identity that waited for this column.
    fn awaiting(&self) -> Vec<Statement> {
        let key = self.column.desired.key;
        let Some(table) = super::kin::relation_of(key, self.sides.desired) else { return Vec::new() };
        let changes =
            self.sides.live.get(table.key).is_some_and(|live| live.get(Attr::ReplicaIdentity) != table.get(Attr::ReplicaIdentity));
        let awaited = changes && super::index::awaited(table, self.sides) == Some(key);
        if awaited { super::table::index_role(Attr::ReplicaIdentity, table, self.sides) } else { Vec::new() }
    }

    fn drop_identity(&self) -> Vec<Statement> {
        let due = self.has(Attr::Identity) && !self.column.desired.has(Attr::Identity);
        if !due {
            return Vec::new();
        }
        let mut statements = vec![self.alter("DROP IDENTITY", format!("{} is no longer an identity column.", self.name()))];
        if let Some(sequence) = self.swapped_sequence() {
            statements.extend(sequence::create(sequence));
            statements.push(sequence::own(sequence));
            statements.push(sequence::go_on(sequence, sequence::name_literal(sequence.key), self.column.desired.key));
        }
        statements
    }

    fn add_identity(&self) -> Vec<Statement> {
        if !self.has(Attr::Identity) {
            return Vec::new();
        }
        let Some(identity) = self.column.desired.text(Attr::Identity) else { return Vec::new() };
        let words = identity.to_uppercase();
        if self.column.live.has(Attr::Identity) {
            return vec![self.alter(&format!("SET GENERATED {words}"), format!("How {} gets its numbers.", self.name()))];
        }
        let mut statements = Vec::new();
        if let Some(sequence) = self.swapped_sequence() {
            let sql = format!("DROP SEQUENCE {}", super::ident::object(sequence.key));
            statements.push(Statement::new(sql, "The identity column brings its own sequence of this name; it goes on with the numbers."));
        }
        let options = sequence::identity_options(self.column.desired.key, self.sides.desired);
        statements.push(
            self.alter(&format!("ADD GENERATED {words} AS IDENTITY{options}"), format!("{} becomes an identity column.", self.name())),
        );
        let key = self.column.desired.key;
        let made = sequence::of_identity(key, self.sides.desired).cloned().unwrap_or_else(|| Object::new(key.of(Kind::Sequence)));
        statements.push(sequence::go_on(&made, sequence::of_column(key), key));
        statements
    }

    /// The sequence that is owned on one side and an identity's on the other, under one name.
    fn swapped_sequence(&self) -> Option<&Object> {
        let key = self.column.desired.key;
        let of = |object: &&Object| [Attr::OwnedBy, Attr::IdentityOf].iter().any(|attr| object.key_of(*attr) == Some(key));
        let sequence = self.sides.desired.of_kind(Kind::Sequence).find(of)?;
        let live = self.sides.live.get(sequence.key)?;
        (live.has(Attr::IdentityOf) != sequence.has(Attr::IdentityOf)).then_some(sequence)
    }
}

/// Whether the column's sequence changes hands inside the column's own statements.
pub fn swaps(sequence: Key, sides: Sides) -> bool {
    let (Some(live), Some(desired)) = (sides.live.get(sequence), sides.desired.get(sequence)) else { return false };
    live.has(Attr::IdentityOf) != desired.has(Attr::IdentityOf)
}
