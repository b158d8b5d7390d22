//! The interpreter: folds operations over a schema, as the server would. Does not know where they came from.

mod copy;
mod position;
mod privileges;
mod rename;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Code, Diagnostic, Name, Span};
use crate::dialects::Dialect;
use crate::ir::key::privilege_owner;
use crate::ir::{Attr, Edit, Guard, Key, Kind, Object, Op, Schema, Value, Written};

/// An operation with the place of its statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    pub op: Op,
    pub span: Option<Span>,
}

/// Folds `ops` over `schema` in order. What contradicts the schema is reported and left out.
pub fn replay(schema: &mut Schema<Written>, ops: impl IntoIterator<Item = Located>, dialect: &dyn Dialect) -> Vec<Diagnostic> {
    let mut replayer = Replayer { schema, dialect, diagnostics: Vec::new(), span: None };
    for located in ops {
        replayer.span = located.span;
        replayer.apply(located.op);
    }
    replayer.diagnostics
}

struct Replayer<'a> {
    schema: &'a mut Schema<Written>,
    dialect: &'a dyn Dialect,
    diagnostics: Vec<Diagnostic>,
    span: Option<Span>,
}

impl Replayer<'_> {
    fn apply(&mut self, op: Op) {
        match op {
            Op::Create { object, guard } => self.create(object, guard),
            Op::Drop { key, guard, cascade } => self.unmake(key, guard, cascade),
            Op::Set { key, attr, value } => self.set(key, attr, value),
            Op::SetOnly { key, attr, value } => self.set_only(key, attr, value),
            Op::Edit { key, attr, edit } => {
                for key in privileges::targets(self.schema, key) {
                    self.edit(key, attr, edit.clone());
                }
            }
            Op::Rename { key, to } => self.with_object(key, |this, key| rename::rename(this.schema, key, to, this.dialect)),
            Op::Move { key, namespace } => self.with_object(key, |this, key| rename::relocate(this.schema, key, namespace, this.dialect)),
            Op::Copy { table, source, how } => self.copy(table, source, how),
            Op::Adopt { constraint, index } => self.adopt(constraint, index),
        }
    }

    fn create(&mut self, mut object: Object, guard: Guard) {
        object.span = object.span.or(self.span);
        if object.key.kind.spec().owned {
            self.settle_owner(&mut object);
        }
        if object.has(Attr::Only) && !copy::has_partitions(self.schema, object.key) {
            object.set(Attr::Only, None);
        }
        if object.key.name.is_none() {
            object.key.name = self.dialect.implied_name(self.schema, &object);
            object.set(Attr::ImpliedName, Some(Value::Flag));
        }
        match (self.schema.get(object.key), guard) {
            (None, _) => {
                copy::to_children(self.schema, &object, self.dialect);
                privileges::give_defaults(self.schema, object.key);
                let key = object.key;
                self.schema.insert(object);
                position::place(self.schema, key);
            }
            (Some(_), Guard::Lenient) => {}
            (Some(there), Guard::Replace) => {
                let kept = kept_on_replace(there, object);
                self.schema.insert(kept);
            }
            (Some(_), Guard::Strict) => self.report(Code::Contradiction, format!("{} is made twice", object.key)),
        }
    }

    /// Gives a part the namespace of the relation it names, where the statement named the relation by another kind.
    fn settle_owner(&mut self, object: &mut Object) {
        let relation = Key::new(Kind::Table, object.key.namespace, object.key.owner);
        let owners = [relation, relation.of(Kind::Domain)];
        if object.key.kind != Kind::Column && owners.iter().all(|owner| self.schema.resolve(*owner).is_none()) {
            self.report(Code::Missing, format!("{} stands on {}, which is not there", object.key, object.key.owner));
        }
    }

    fn unmake(&mut self, key: Key, guard: Guard, cascade: bool) {
        let Some(key) = self.schema.resolve(key) else {
            if guard == Guard::Strict {
                self.report(Code::Missing, format!("{key} is dropped, but it is not there"));
            }
            return;
        };
        copy::drop_from_children(self.schema, key);
        self.schema.remove(key);
        self.remove_dependents(key, cascade);
    }

    /// Removes what falls with an object: its parts, the sequences that its columns own, what refers to it.
    fn remove_dependents(&mut self, key: Key, cascade: bool) {
        let falling: Vec<Key> = self.schema.iter().filter(|object| falls(object, key, cascade)).map(|object| object.key).collect();
        for part in falling {
            if self.schema.remove(part).is_some() {
                self.remove_dependents(part, cascade);
            }
        }
    }

    fn set(&mut self, key: Key, attr: Attr, value: Option<Value>) {
        self.settle_view_column(key);
        let asked = key;
        self.with_object(key, |this, key| {
            // A constraint and its index each have a comment of their own; the index of a constraint is no object here.
            if attr == Attr::Comment && asked.kind == Kind::Index && key.kind != Kind::Index {
                return this.report(Code::Missing, format!("{asked} belongs to a constraint; a comment of its own is not modelled"));
            }
            copy::set_on_children(this.schema, key, attr, &value);
            if let Some(object) = this.schema.get_mut(key) {
                object.set(attr, value);
            }
            match attr {
                Attr::Position => position::place(this.schema, key),
                // Partitioned anew, or not any more: the old pieces are gone.
                Attr::PartitionBy => position::forget(this.schema, key, Kind::Partition),
                _ => {}
            }
        });
    }

    /// Sets a fact of this object, and not of those that inherit it.
    fn set_only(&mut self, key: Key, attr: Attr, value: Option<Value>) {
        self.settle_view_column(key);
        self.with_object(key, |this, key| {
            if let Some(object) = this.schema.get_mut(key) {
                object.set(attr, value);
            }
        });
    }

    /// A view's columns come from its query; one becomes an object when a statement gives it a comment or a default.
    fn settle_view_column(&mut self, key: Key) {
        let view = [Kind::View, Kind::MaterializedView].map(|kind| Key::new(kind, key.namespace, key.owner));
        if key.kind == Kind::Column && !self.schema.contains(key) && view.iter().any(|view| self.schema.contains(*view)) {
            self.schema.insert(Object::new(key));
        }
    }

    fn edit(&mut self, key: Key, attr: Attr, edit: Edit) {
        let speaks = matches!(key.kind, Kind::Privilege | Kind::DefaultPrivilege);
        if speaks && !self.schema.contains(key) {
            self.schema.insert(Object::new(key));
        }
        self.with_object(key, |this, key| {
            let Some(object) = this.schema.get_mut(key) else { return };
            let edited = edited(object.get(attr), edit);
            object.set(attr, edited);
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
        let columns = object.parts(Attr::Parts).iter().filter_map(|part| part.name()).collect();
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

/// Whether `object` goes when `gone` goes.
fn falls(object: &Object, gone: Key, cascade: bool) -> bool {
    let part_of =
        object.key.kind.spec().owned && gone.kind.has_parts() && object.key.namespace == gone.namespace && object.key.owner == gone.name;
    let owned = [Attr::OwnedBy, Attr::IdentityOf].iter().any(|attr| object.key_of(*attr) == Some(gone));
    let on_column = gone.kind == Kind::Column && object.key.kind != Kind::ForeignKey && stands_on_column(object, gone);
    let own_reference = gone.kind == Kind::Column && object.key.kind == Kind::ForeignKey && stands_on_column(object, gone);
    let privilege =
        object.key.kind == Kind::Privilege && object.key.namespace == gone.namespace && object.key.owner == privilege_owner(gone);
    let reference = cascade
        && object
            .key_of(Attr::References)
            .is_some_and(|key| key.namespace == gone.namespace && key.name == gone.name && gone.kind.is_relation());
    let child = object.key_of(Attr::PartitionOf) == Some(gone) && (object.key.kind == gone.kind);
    part_of || owned || on_column || own_reference || privilege || reference || child
}

/// Whether an index or constraint of the column's own relation lists the column.
fn stands_on_column(object: &Object, column: Key) -> bool {
    let same_relation = object.key.namespace == column.namespace && object.key.owner == column.owner;
    let listed =
        object.names(Attr::Columns).contains(&column.name) || object.parts(Attr::Parts).iter().any(|part| part.name() == Some(column.name));
    same_relation && object.key.kind != Kind::Trigger && listed
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

/// A listed fact after an edit; `None` where nothing is left of it.
fn edited(value: Option<&Value>, edit: Edit) -> Option<Value> {
    match edit {
        Edit::AddLabel { label, before, after } => {
            let mut labels = labels(value);
            let at = |wanted: &Arc<str>| labels.iter().position(|known| known == wanted);
            let place = match (&before, &after) {
                (Some(before), _) => at(before),
                (_, Some(after)) => at(after).map(|at| at + 1),
                _ => None,
            };
            labels.insert(place.unwrap_or(labels.len()), label);
            Some(Value::Labels(labels))
        }
        Edit::RenameLabel { from, to } => {
            let renamed = labels(value).into_iter().map(|label| if label == from { to.clone() } else { label });
            Some(Value::Labels(renamed.collect()))
        }
        Edit::DropLabel(gone) => {
            let labels: Vec<Arc<str>> = labels(value).into_iter().filter(|label| *label != gone).collect();
            (!labels.is_empty()).then_some(Value::Labels(labels))
        }
        Edit::SetOptions(set) => {
            let mut options = options(value);
            options.extend(set);
            Some(Value::Options(options))
        }
        Edit::ResetOptions(names) => {
            let mut options = options(value);
            options.retain(|name, _| !names.contains(name));
            (!options.is_empty()).then_some(Value::Options(options))
        }
    }
}

fn labels(value: Option<&Value>) -> Vec<Arc<str>> {
    match value {
        Some(Value::Labels(labels)) => labels.clone(),
        _ => Vec::new(),
    }
}

fn options(value: Option<&Value>) -> BTreeMap<Name, Arc<str>> {
    match value {
        Some(Value::Options(options)) => options.clone(),
        _ => BTreeMap::new(),
    }
}
