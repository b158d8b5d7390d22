//! The interpreter: folds operations over a schema, as the server would. Does not know where they came from.

mod any_order;
mod cascade;
mod copy;
mod edit;
mod follow;
mod located;
mod not_null;
mod position;
mod privileges;
mod remove;
mod rename;
mod spelling;
mod triggers;

use crate::base::{Code, Diagnostic, Name, Span};
use crate::dialects::Dialect;
use crate::ir::{Attr, Edit, Guard, Key, Kind, Object, Op, Pair, Schema, Value, Written};

pub use any_order::replay_in_any_order;
pub use located::{Bare, Located};
pub use spelling::spelled;

/// Facts from which something else follows when they are set.
const FOLLOWED: &[Attr] =
    &[Attr::PartitionOf, Attr::Inherits, Attr::Identity, Attr::Position, Attr::PartitionBy, Attr::OwnedBy, Attr::IdentityOf];

/// Folds `ops` over `schema` in order. What contradicts the schema is reported and left out.
pub fn replay(schema: &mut Schema<Written>, ops: impl IntoIterator<Item = Located>, dialect: &dyn Dialect) -> Vec<Diagnostic> {
    let mut replayer = Replayer::new(schema, dialect);
    ops.into_iter().for_each(|located| replayer.take(located));
    replayer.diagnostics
}

/// Whether an object stands under this name: in any namespace where the key has none.
pub fn has(schema: &Schema<Written>, key: Key) -> bool {
    let namespaces = || schema.iter().map(|object| object.key.namespace).collect::<std::collections::BTreeSet<Name>>();
    schema.resolve(key).is_some()
        || key.namespace.is_none() && namespaces().into_iter().any(|namespace| schema.resolve(Key { namespace, ..key }).is_some())
}

struct Replayer<'a> {
    schema: &'a mut Schema<Written>,
    dialect: &'a dyn Dialect,
    diagnostics: Vec<Diagnostic>,
    span: Option<Span>,
    /// The statement whose object is there already (IF NOT EXISTS): the rest of it has no effect either.
    skipping: Option<Span>,
    /// The holder of a character set whose parts have been told to keep theirs, until another object is spoken of.
    kept: Option<Key>,
    /// What goes by CASCADE at the moment, each because of the one before it.
    falling: Vec<Key>,
    /// The namespace and the name of the owner that was last found to be there, until something is taken away or renamed.
    owner: Option<(Name, Name)>,
}

impl<'a> Replayer<'a> {
    fn new(schema: &'a mut Schema<Written>, dialect: &'a dyn Dialect) -> Replayer<'a> {
        Replayer { schema, dialect, diagnostics: Vec::new(), span: None, skipping: None, kept: None, falling: Vec::new(), owner: None }
    }

    /// Applies one operation, unless it is a part of a statement that has no effect.
    fn take(&mut self, located: Located) {
        self.span = located.span;
        if !self.skips() {
            spelled(self.schema, located, self.dialect).for_each(|located| self.apply(located.op));
        }
    }

    /// Whether the operation belongs to a statement that has no effect.
    fn skips(&self) -> bool {
        self.skipping.zip(self.span).is_some_and(|(outer, inner)| outer.covers(inner))
    }

    fn apply(&mut self, op: Op) {
        self.kept = self.kept.filter(|holder| *holder == op.key());
        if !matches!(op, Op::Create { .. } | Op::Set { .. } | Op::SetOnly { .. }) {
            self.owner = None;
        }
        match op {
            Op::Create { object, guard } => self.create(object, guard),
            Op::Drop { key, guard, cascade } => self.unmake(key, guard, cascade),
            Op::Set { key, attr, value } => self.set(key, attr, value),
            Op::SetOnly { key, attr, value } => self.set_only(key, attr, value),
            Op::Edit { key, attr, edit } => self.edit(key, attr, edit),
            Op::Rename { key, to } => self.rename(key, to),
            Op::Move { key, namespace } => self.with_object(key, |this, key| rename::relocate(this.schema, key, namespace, this.dialect)),
            Op::Copy { table, source, how } => self.copy(table, source, how),
            Op::Adopt { constraint, index } => self.adopt(constraint, index),
            Op::Given { key, stands } => {
                if has(self.schema, key) != stands {
                    self.skipping = self.span;
                }
            }
        }
    }

    fn create(&mut self, mut object: Object, guard: Guard) {
        object.span = object.span.or(self.span);
        if object.key.kind.spec().owned && object.key.kind != Kind::Column && !self.has_owner(object.key) {
            self.report(Code::Missing, format!("{} stands on {}, which is not there", object.key, object.key.owner));
        }
        if object.has(Attr::Only) && !copy::has_partitions(self.schema, object.key) {
            object.set(Attr::Only, None);
        }
        let given = self.made_of(&mut object, guard);
        if object.key.name.is_none() {
            object.key.name = self.dialect.implied_name(self.schema, &object);
            object.set(Attr::ImpliedName, Some(Value::Flag));
        }
        let there = self.schema.get(object.key).filter(|there| !remove::gives_way(there, &object));
        match (there, guard) {
            (None, _) => {
                copy::to_children(self.schema, &object, self.dialect);
                privileges::give_defaults(self.schema, &mut object);
                let (key, placed) = (object.key, object.has(Attr::Position));
                self.schema.insert(object);
                given.into_iter().for_each(|column| self.schema.insert(column));
                if placed {
                    position::place(self.schema, key);
                }
            }
            (Some(there), Guard::Strict | Guard::Lenient) if copy::merged(there, &object).is_some() => {
                let merged = copy::merged(there, &object);
                merged.into_iter().for_each(|merged| self.schema.insert(merged));
            }
            (Some(_), Guard::Lenient) => self.skipping = self.span.filter(|_| !object.key.kind.spec().owned),
            (Some(there), Guard::Replace) => {
                let kept = kept_on_replace(there, object);
                self.schema.insert(kept);
            }
            (Some(_), Guard::Strict) => self.report(Code::Contradiction, format!("{} is made twice", object.key)),
        }
    }

    /// The columns of a table that is made from a query, which is a fact of its statement alone.
    fn made_of(&mut self, table: &mut Object, guard: Guard) -> Vec<Object> {
        if table.key.kind != Kind::Table || !table.has(Attr::Query) || (guard == Guard::Lenient && self.schema.contains(table.key)) {
            return Vec::new();
        }
        let given = self.dialect.columns_of_query(self.schema, table);
        if given.is_none() {
            self.report(Code::Unmodelled, format!("{} is made from a query whose columns are not known without a server", table.key));
        }
        table.set(Attr::Query, None);
        table.set(Attr::ColumnNames, None);
        given.unwrap_or_default()
    }

    /// Whether that on which a part stands is there.
    fn has_owner(&mut self, part: Key) -> bool {
        let named = (part.namespace, part.owner);
        let owners = [Kind::Table, Kind::Domain, Kind::Composite].map(|kind| Key::new(kind, named.0, named.1));
        if self.owner != Some(named) && owners.iter().any(|owner| self.schema.resolve(*owner).is_some()) {
            self.owner = Some(named);
        }
        self.owner == Some(named)
    }

    fn unmake(&mut self, key: Key, guard: Guard, cascade: bool) {
        self.complete(key);
        // Where nothing has to be there, a routine of other arguments is not what is meant.
        let other = |found: &Key| guard != Guard::Strict && key.name.as_str().contains('(') && found.name != key.name;
        if let Some(column) = not_null::bearer(self.schema, key, self.dialect) {
            return self.set(column, Attr::NotNull, None);
        }
        let Some(key) = self.schema.resolve(key).filter(|found| !other(found)) else {
            if guard == Guard::Strict {
                self.report(Code::Missing, format!("{key} is dropped, but it is not there"));
            }
            return;
        };
        if cascade {
            self.fall(key);
        }
        match self.schema.get(key) {
            // ALTER TABLE ONLY … DROP: what the children had from here becomes their own (manual, ALTER TABLE, DROP COLUMN).
            Some(part) if part.has(Attr::Only) && matches!(key.kind, Kind::Column | Kind::Check) => {
                copy::leave_to_children(self.schema, key)
            }
            _ => copy::drop_from_children(self.schema, key),
        }
        if self.dialect.outlives_columns() {
            remove::outlive(self.schema, key);
        }
        remove::remove(self.schema, key, cascade);
    }

    /// The index that the server made for a foreign key is there, under the name of that time, when a statement takes a key away, or
    /// gives the table or a column another name.
    fn complete(&mut self, key: Key) {
        if matches!(key.kind, Kind::Table | Kind::Column | Kind::ForeignKey | Kind::Index | Kind::PrimaryKey) {
            self.dialect.complete(self.schema, key.relation().unwrap_or(key));
        }
    }

    fn set(&mut self, key: Key, attr: Attr, value: Option<Value>) {
        self.settle_view_column(key);
        if attr == Attr::Enabled {
            triggers::stand_in(self.schema, key, self.span);
        }
        let asked = key;
        let bearer = || not_null::bearer(self.schema, key, self.dialect);
        if let Some(column) = Some(attr).filter(|attr| matches!(attr, Attr::NotValid | Attr::NoInherit)).and_then(|_| bearer()) {
            return not_null::set_state(self.schema, column, (attr, value), self.dialect);
        }
        if let (Attr::NotNullName, Some(Value::Text(name)), Some(key)) = (attr, &value, self.schema.resolve(key)) {
            return not_null::rename(self.schema, key, Name::new(name), self.dialect);
        }
        self.with_object(key, |this, key| {
            // A constraint and its index each have a comment of their own; the index of a constraint is no object here.
            let behind = attr == Attr::Comment && asked.kind == Kind::Index && key.kind != Kind::Index;
            let attr = if behind { Attr::IndexComment } else { attr };
            copy::set_on_children(this.schema, key, (attr, &value), this.dialect);
            // Of a character set and a collation that change together, the first tells the parts to keep what they have.
            if matches!(attr, Attr::Charset | Attr::Collation) && this.kept != Some(key) {
                position::keep_charsets(this.schema, key);
                this.kept = Some(key);
            }
            this.set_one(key, attr, value);
            if attr == Attr::Enabled {
                triggers::forget(this.schema, key);
                triggers::level(this.schema, key);
            }
        });
    }

    fn set_one(&mut self, key: Key, attr: Attr, value: Option<Value>) {
        let value = match value {
            // ALTER INDEX … ATTACH PARTITION names the parent's index without its table.
            Some(Value::Key(named)) if attr == Attr::PartitionOf => Some(Value::Key(self.schema.resolve(named).unwrap_or(named))),
            value => value,
        };
        if let (Attr::Owner, Some(Value::Text(owner))) = (attr, &value) {
            privileges::give_to_owner(self.schema, key, owner);
        }
        if let Some(object) = self.schema.get_mut(key) {
            copy::set(object, attr, value);
        }
        self.follow(key, attr);
    }

    /// What follows from a fact that was set: who inherits, what an index waits for, which sequence has no column any more.
    fn follow(&mut self, key: Key, attr: Attr) {
        if !FOLLOWED.contains(&attr) {
            return;
        }
        let Some(object) = self.schema.get(key).cloned() else { return };
        match attr {
            Attr::PartitionOf => match object.key_of(attr) {
                Some(parent) if key.kind.spec().owned => copy::complete(self.schema, parent),
                Some(_) => self.schema.note_heir(&object),
                None => {
                    triggers::forget_of_table(self.schema, key);
                    copy::cut_loose(self.schema, key, Attr::PartitionOf);
                }
            },
            Attr::Inherits => {
                self.schema.note_heir(&object);
                copy::cut_loose(self.schema, key, Attr::Inherited);
            }
            Attr::OwnedBy | Attr::IdentityOf => self.schema.note_heir(&object),
            Attr::Position => position::place(self.schema, key),
            // Partitioned anew, or not any more: the old pieces are gone.
            Attr::PartitionBy => position::forget(self.schema, key, Kind::Partition),
            Attr::Identity if !object.has(attr) => {
                let is_its = |sequence: &&Object| sequence.key_of(Attr::IdentityOf) == Some(key);
                let gone = self.schema.of_kind(Kind::Sequence).find(is_its).map(|sequence| sequence.key);
                gone.into_iter().for_each(|gone| remove::remove(self.schema, gone, false));
            }
            _ => {}
        }
    }

    fn rename(&mut self, key: Key, to: Name) {
        self.complete(key);
        if let Some(column) = not_null::bearer(self.schema, key, self.dialect) {
            return not_null::rename(self.schema, column, to, self.dialect);
        }
        if self.is_view_column(key) {
            return rename::rename(self.schema, key, to, self.dialect);
        }
        self.with_object(key, |this, key| {
            not_null::keep(this.schema, key, this.dialect);
            for child in copy::renamed_on_children(this.schema, key) {
                this.rename(child, to);
            }
            // A routine may be called by its name alone, and keeps its arguments.
            rename::rename(this.schema, key, key.renamed(to).name, this.dialect);
        });
    }

    /// Sets a fact of this object, and not of those that inherit it.
    fn set_only(&mut self, key: Key, attr: Attr, value: Option<Value>) {
        self.settle_view_column(key);
        // DROP … IF EXISTS of what is not there: the drop itself says so where it has to.
        if attr == Attr::Only && self.schema.resolve(key).is_none() {
            return;
        }
        if attr == Attr::Enabled {
            triggers::stand_in(self.schema, key, self.span);
            triggers::keep(self.schema, key, self.span);
        }
        self.with_object(key, |this, key| this.set_one(key, attr, value));
        if attr == Attr::Enabled {
            triggers::level(self.schema, key);
        }
    }

    /// A view's columns come from its query; one becomes an object when a statement gives it a comment or a default.
    fn settle_view_column(&mut self, key: Key) {
        if self.is_view_column(key) {
            self.schema.insert(Object::new(key));
        }
    }

    /// Whether this is a column of a view for which no object stands.
    fn is_view_column(&self, key: Key) -> bool {
        let view = [Kind::View, Kind::MaterializedView].map(|kind| Key::new(kind, key.namespace, key.owner));
        key.kind == Kind::Column && !self.schema.contains(key) && view.iter().any(|view| self.schema.contains(*view))
    }

    fn edit(&mut self, key: Key, attr: Attr, edit: Edit) {
        if key.kind == Kind::Privilege {
            for key in privileges::targets(self.schema, key) {
                privileges::edit(self.schema, key, edit.clone());
            }
            return;
        }
        if key.kind == Kind::DefaultPrivilege {
            return privileges::edit(self.schema, key, edit);
        }
        self.with_object(key, |this, key| {
            if let Edit::RenameLabel { from, to } = &edit {
                follow::in_labels(this.schema, key, Pair::new(from, to), this.dialect);
            }
            let Some(object) = this.schema.get_mut(key) else { return };
            let edited = edit::edited(object.get(attr), edit);
            object.set(attr, edited);
            this.follow(key, attr);
        });
    }

    fn adopt(&mut self, mut constraint: Object, index: Name) {
        let key = Key { kind: Kind::Index, name: index, ..constraint.key };
        let Some(object) = self.schema.remove(key) else {
            return self.report(Code::Missing, format!("{key} is to become a constraint, but it is not there"));
        };
        if constraint.key.name.is_none() {
            constraint.key.name = index;
        }
        let columns: Vec<Name> = object.parts(Attr::Parts).iter().filter_map(|part| part.name()).collect();
        let set = if constraint.has(Attr::Only) { Self::set_only } else { Self::set };
        for name in columns.iter().filter(|_| constraint.key.kind == Kind::PrimaryKey) {
            set(self, Key { kind: Kind::Column, name: *name, ..constraint.key }, Attr::NotNull, Some(Value::Flag));
        }
        constraint.set(Attr::Columns, Some(Value::Names(columns)));
        for attr in [Attr::Include, Attr::NullsNotDistinct, Attr::Options, Attr::Tablespace] {
            constraint.set(attr, object.get(attr).cloned());
        }
        self.create(constraint, Guard::Strict);
    }

    fn copy(&mut self, table: Key, source: Key, how: crate::ir::op::Copy) {
        let Some(source) = self.schema.resolve(source) else {
            return self.report(Code::Missing, format!("{table} copies from {source}, which is not there"));
        };
        copy::copy(self.schema, table, source, how, self.dialect);
        if let Some(left) = copy::left_statistics(self.schema, source, how) {
            let said = format!(
                "{table} takes {left} from {source}, which is not followed: say CREATE STATISTICS for it, and EXCLUDING STATISTICS"
            );
            self.report(Code::Unmodelled, said);
        }
    }

    /// Runs `f` on the key under which the object is held, or reports that it is not there.
    fn with_object(&mut self, key: Key, f: impl FnOnce(&mut Self, Key)) {
        match self.schema.resolve(key) {
            Some(key) => f(self, key),
            None => self.report(Code::Missing, format!("{key} is changed, but it is not there")),
        }
    }

    fn report(&mut self, code: Code, message: String) {
        self.diagnostics.push(Diagnostic::new(code, self.span, message));
    }
}

/// The new definition with what CREATE OR REPLACE leaves in place.
fn kept_on_replace(there: &Object, mut object: Object) -> Object {
    for attr in [Attr::Owner, Attr::Comment, Attr::Enabled] {
        if !object.has(attr) {
            object.set(attr, there.get(attr).cloned());
        }
    }
    object.ordinal = there.ordinal;
    object
}
