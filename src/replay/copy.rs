//! Relations that take parts from others: LIKE, INHERITS, partitions, OF. What happens to a parent happens to its children.

use super::{not_null, triggers};
use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::attr::RESET_WITH_TYPE;
use crate::ir::inheritance::parents_of;
use crate::ir::op::Copy;
use crate::ir::{Attr, Heir, Key, Kind, Object, Schema, Value, Written};

/// Copies parts of `source` into `table`. Parts that are there already are kept; a partition's own indexes and foreign keys
/// that equal the parent's become parts of those.
pub fn copy(schema: &mut Schema<Written>, table: Key, source: Key, how: Copy, dialect: &dyn Dialect) {
    if let Copy::Twin { .. } = how
        && !twin(schema, table, source)
    {
        return;
    }
    if how == Copy::Mappings {
        return mappings(schema, table, source);
    }
    let parts: Vec<Object> =
        schema.columns(source).into_iter().chain(non_columns(schema, source)).filter(|part| takes(part, how)).cloned().collect();
    for part in parts {
        copy_part(schema, &part, Onto { table, how }, dialect);
    }
}

/// Gives a new table the facts of another; a table that has been there before is left as it is (MySQL's manual, CREATE TABLE … LIKE).
fn twin(schema: &mut Schema<Written>, table: Key, source: Key) -> bool {
    let Some(source) = schema.get(source).cloned() else { return true };
    let is_new = schema.columns(table).is_empty();
    if let Some(object) = schema.get_mut(table).filter(|_| is_new) {
        source.facts().iter().for_each(|(attr, value)| object.set(*attr, Some(value.clone())));
    }
    is_new
}

/// Gives a text search configuration the mappings of another, and its parser.
fn mappings(schema: &mut Schema<Written>, configuration: Key, source: Key) {
    let Some(source) = schema.get(source).cloned() else { return };
    let Some(copy) = schema.get_mut(configuration) else { return };
    copy.set(Attr::Options, source.get(Attr::Options).cloned());
    let told = [copy.text(Attr::Definition), source.text(Attr::Definition)].map(|text| text.and_then(|text| text.split_once(" (")));
    if let [Some((head, _)), Some((_, parser))] = told {
        let definition = format!("{head} ({parser}");
        copy.set(Attr::Definition, Some(Value::sql(definition)));
    }
}

/// The relation that takes parts, and as what.
#[derive(Clone, Copy)]
struct Onto {
    table: Key,
    how: Copy,
}

fn copy_part(schema: &mut Schema<Written>, part: &Object, onto: Onto, dialect: &dyn Dialect) {
    let Onto { table, how } = onto;
    let mut copied = copied(part, table, how);
    if how == Copy::Partition
        && attaches(part.key.kind)
        && let Some(own) = equal_part(schema, part, table)
    {
        if let Some(object) = schema.get_mut(own) {
            object.set(Attr::PartitionOf, Some(Value::Key(part.key)));
        }
        return;
    }
    if copied.has(Attr::NotNull) && part.key.kind == Kind::Column && matches!(how, Copy::Like { .. } | Copy::Inherit | Copy::Partition) {
        let name = not_null::name_of(part, dialect).map(|name| Value::text(name.as_str()));
        copied.set(Attr::NotNullName, name);
    }
    if copied.key.name.is_none() {
        copied.key.name = dialect.implied_name(schema, &copied);
    }
    if !schema.contains(copied.key) {
        if copied.has(Attr::Identity) {
            copy_sequence(schema, part.key, copied.key, dialect);
        }
        to_children(schema, &copied, dialect);
        schema.insert(copied);
    }
}

/// An identity column that is copied gets a sequence of its own with the same numbers.
fn copy_sequence(schema: &mut Schema<Written>, from: Key, to: Key, dialect: &dyn Dialect) {
    let Some(source) = schema.of_kind(Kind::Sequence).find(|sequence| sequence.key_of(Attr::IdentityOf) == Some(from)) else { return };
    let mut sequence = source.clone();
    sequence.key = Key::new(Kind::Sequence, to.namespace, Name::NONE);
    sequence.ordinal = 0;
    sequence.set(Attr::IdentityOf, None);
    sequence.set(Attr::OwnedBy, Some(Value::Key(to)));
    sequence.key.name = dialect.implied_name(schema, &sequence);
    sequence.set(Attr::OwnedBy, None);
    sequence.set(Attr::IdentityOf, Some(Value::Key(to)));
    schema.insert(sequence);
}

/// Kinds whose copies on partitions stay tied to the parent's.
fn attaches(kind: Kind) -> bool {
    matches!(kind, Kind::PrimaryKey | Kind::Unique | Kind::Index | Kind::ForeignKey)
}

/// Facts that must be equal for a partition's own index or foreign key to become a part of the parent's
/// (PostgreSQL's manual, ALTER TABLE, ATTACH PARTITION).
const TELLING: &[Attr] = &[
    Attr::Columns,
    Attr::Parts,
    Attr::Include,
    Attr::Unique,
    Attr::NullsNotDistinct,
    Attr::Method,
    Attr::Where,
    Attr::References,
    Attr::ReferencedColumns,
    Attr::OnDelete,
    Attr::OnUpdate,
    Attr::Match,
    Attr::Deferrable,
];

/// A part of the partition that equals the parent's and is nobody's yet.
fn equal_part(schema: &Schema<Written>, part: &Object, table: Key) -> Option<Key> {
    let equal = |own: &&Object| !own.has(Attr::PartitionOf) && TELLING.iter().all(|attr| own.get(*attr) == part.get(*attr));
    schema.parts(table, part.key.kind).find(equal).map(|own| own.key)
}

fn non_columns(schema: &Schema<Written>, source: Key) -> impl Iterator<Item = &Object> {
    schema.all_parts(source).filter(|part| part.key.kind != Kind::Column)
}

/// Whether a part goes along.
fn takes(part: &Object, how: Copy) -> bool {
    match (how, part.key.kind) {
        (_, Kind::Column) => true,
        (Copy::Like { constraints, .. }, Kind::Check) => constraints,
        (Copy::Like { indexes, .. }, Kind::PrimaryKey | Kind::Unique | Kind::Index | Kind::Exclusion) => indexes,
        (Copy::Twin { .. }, kind) => !matches!(kind, Kind::ForeignKey | Kind::Trigger),
        (Copy::Inherit, Kind::Check) => !part.has(Attr::NoInherit),
        (Copy::Partition, Kind::Check | Kind::PrimaryKey | Kind::Unique | Kind::Index | Kind::ForeignKey) => true,
        _ => false,
    }
}

/// A statistics object that goes along with the table that it is on: its copy has a text and a name of its own.
pub fn left_statistics(schema: &Schema<Written>, source: Key, how: Copy) -> Option<Key> {
    if !matches!(how, Copy::Like { statistics: true, .. }) {
        return None;
    }
    let is_on = |text: &str| {
        let last = text.split_whitespace().next_back().unwrap_or("");
        last.rsplit('.').next().unwrap_or(last).trim_matches('"') == source.name.as_str()
    };
    schema.of_kind(Kind::Statistics).find(|object| object.text(Attr::Definition).is_some_and(is_on)).map(|object| object.key)
}

/// The part as it stands on the other relation.
fn copied(part: &Object, table: Key, how: Copy) -> Object {
    let renamed = match how {
        Copy::Twin { renames_checks } => renames_checks && part.key.kind == Kind::Check,
        _ => matches!(part.key.kind, Kind::PrimaryKey | Kind::Unique | Kind::Index | Kind::Exclusion),
    };
    let mut copied = part.clone();
    copied.key = Key { namespace: table.namespace, owner: table.name, name: if renamed { Name::NONE } else { part.key.name }, ..part.key };
    copied.ordinal = 0;
    for attr in left_behind(how) {
        copied.set(attr, None);
    }
    if matches!(how, Copy::Inherit | Copy::Partition) && part.key.kind == Kind::Column && part.has(Attr::NoInherit) {
        NOT_NULL.iter().for_each(|attr| copied.set(*attr, None));
    }
    if part.key.kind == Kind::Column && !matches!(how, Copy::Twin { .. }) {
        PLANNER.iter().for_each(|attr| copied.set(*attr, None));
    }
    match how {
        Copy::Like { .. } | Copy::Twin { .. } | Copy::OfType | Copy::Mappings => {}
        Copy::Inherit => copied.set(Attr::Inherited, Some(Value::Flag)),
        Copy::Partition if attaches(part.key.kind) => copied.set(Attr::PartitionOf, Some(Value::Key(part.key))),
        Copy::Partition => {}
    }
    copied
}

/// What is said of a NOT NULL constraint.
const NOT_NULL: &[Attr] = &[Attr::NotNull, Attr::NotNullName, Attr::NoInherit, Attr::NotValid];

/// What a column tells the planner is its own.
const PLANNER: &[Attr] = &[Attr::Options, Attr::StatisticsTarget];

/// The facts that a copied part does not take along.
fn left_behind(how: Copy) -> Vec<Attr> {
    match how {
        Copy::Inherit => vec![Attr::Comment, Attr::Identity],
        Copy::Partition => vec![Attr::Comment, Attr::Only, Attr::Identity],
        Copy::Twin { .. } | Copy::Mappings => Vec::new(),
        Copy::OfType => vec![Attr::Comment],
        Copy::Like { defaults, comments, identity, generated, storage, compression, .. } => {
            let table: [(bool, &[Attr]); 7] = [
                (false, &[Attr::PartitionOf, Attr::Inherited]),
                (defaults, &[Attr::Default]),
                (comments, &[Attr::Comment]),
                (identity, &[Attr::Identity]),
                (generated, &[Attr::Generated, Attr::GeneratedAs]),
                (storage, &[Attr::Storage]),
                (compression, &[Attr::Compression]),
            ];
            table.iter().filter(|(taken, _)| !taken).flat_map(|(_, attrs)| attrs.iter().copied()).collect()
        }
    }
}

/// A column or check that is said again on a relation that has it from elsewhere: what both say holds (PostgreSQL's manual,
/// CREATE TABLE, INHERITS: "merged"). `None` where the two are strangers.
pub fn merged(there: &Object, said: &Object) -> Option<Object> {
    let inherited = there.has(Attr::Inherited);
    let options_only = said.key.kind == Kind::Column && !said.has(Attr::Type);
    if !inherited && !options_only {
        return None;
    }
    let mut merged = there.clone();
    if said.has(Attr::NotNull) {
        merged.set(Attr::NotNullName, None);
    }
    for (attr, value) in said.facts() {
        merged.set(*attr, Some(value.clone()));
    }
    if !options_only {
        merged.set(Attr::Inherited, None);
    }
    Some(merged)
}

/// Makes a part that is made on a parent on its children too.
pub fn to_children(schema: &mut Schema<Written>, part: &Object, dialect: &dyn Dialect) {
    if part.has(Attr::Only) || !part.key.kind.spec().owned {
        return;
    }
    for (child, how) in children(schema, part.key) {
        if takes(part, how) {
            copy_part(schema, part, Onto { table: child, how }, dialect);
        }
    }
}

/// Takes a part that goes from a parent from its children too.
pub fn drop_from_children(schema: &mut Schema<Written>, part: Key) {
    if part.kind == Kind::Trigger {
        return triggers::forget(schema, part);
    }
    for (child, how) in children(schema, part) {
        let same_name = Key { namespace: child.namespace, owner: child.name, ..part };
        let gone: Vec<Key> = match part.kind {
            Kind::Column | Kind::Check => {
                let goes = how == Copy::Partition || schema.get(same_name).is_some_and(|object| object.has(Attr::Inherited));
                if goes { vec![same_name] } else { Vec::new() }
            }
            _ => schema.parts(child, part.kind).filter(|own| own.key_of(Attr::PartitionOf) == Some(part)).map(|own| own.key).collect(),
        };
        for key in gone {
            drop_from_children(schema, key);
            super::remove::remove(schema, key, false);
        }
    }
}

/// The parts of a relation that no parent has any more are its own: `attr` says what ties them.
pub fn cut_loose(schema: &mut Schema<Written>, relation: Key, attr: Attr) {
    let tied: Vec<Key> = schema.all_parts(relation).filter(|part| part.has(attr)).map(|part| part.key).collect();
    let loose: Vec<Key> = tied.into_iter().filter(|part| attr != Attr::Inherited || !has_above(schema, *part)).collect();
    for part in loose {
        schema.get_mut(part).into_iter().for_each(|part| part.set(attr, None));
    }
}

/// Whether a relation from which this part's takes parts has it too.
fn has_above(schema: &Schema<Written>, part: Key) -> bool {
    let table = part.relation().and_then(|table| schema.get(schema.resolve(table)?));
    let above = |parent: Key| Key { namespace: parent.namespace, owner: parent.name, ..part };
    table.is_some_and(|table| parents_of(table).into_iter().any(|parent| schema.contains(above(parent))))
}

/// Makes what the children have from this part their own.
pub fn leave_to_children(schema: &mut Schema<Written>, part: Key) {
    for (child, _) in children(schema, part) {
        if let Some(own) = schema.get_mut(Key { namespace: child.namespace, owner: child.name, ..part }) {
            own.set(Attr::Inherited, None);
        }
    }
}

/// Facts of a parent's column that go down to its children.
const GOES_DOWN: &[Attr] = &[
    Attr::Type,
    Attr::Collation,
    Attr::NotNull,
    Attr::NotValid,
    Attr::Default,
    Attr::Generated,
    Attr::GeneratedAs,
    Attr::Storage,
    Attr::StatisticsTarget,
];

/// Sets a fact, and takes away what goes with it.
pub fn set(object: &mut Object, attr: Attr, value: Option<Value>) {
    // A constraint that goes takes along what is said of it, and SET NOT NULL validates one that is there.
    if attr == Attr::NotNull && object.key.kind == Kind::Column {
        let with = if value.is_none() { NOT_NULL } else { &[Attr::NotValid] };
        with.iter().for_each(|attr| object.set(*attr, None));
    }
    object.set(attr, value);
    if attr == Attr::Type && object.key.kind == Kind::Column {
        RESET_WITH_TYPE.iter().for_each(|attr| object.set(*attr, None));
    }
}

/// Sets a fact of a parent's column on its children too, where it goes down. A check or foreign key that is validated is so in the
/// children as well (PostgreSQL, ALTER TABLE, VALIDATE CONSTRAINT).
pub fn set_on_children(schema: &mut Schema<Written>, part: Key, fact: (Attr, &Option<Value>), dialect: &dyn Dialect) {
    let (attr, value) = fact;
    let alone = NOT_NULL.contains(&attr) && schema.get(part).is_some_and(|column| column.has(Attr::NoInherit));
    let of_column = part.kind == Kind::Column && GOES_DOWN.contains(&attr) && !alone;
    let validated = matches!(part.kind, Kind::Check | Kind::ForeignKey) && attr == Attr::NotValid && value.is_none();
    if !of_column && !validated {
        return;
    }
    let said = schema.get(part).cloned().map(|column| column.with_some(attr, value.clone()));
    let name = said.filter(|_| attr == Attr::NotNull && value.is_some()).and_then(|column| not_null::name_of(&column, dialect));
    for (child, _) in children(schema, part) {
        let attached = schema.parts(child, part.kind).find(|own| own.key_of(Attr::PartitionOf) == Some(part)).map(|own| own.key);
        let key = attached.unwrap_or(Key { namespace: child.namespace, owner: child.name, ..part });
        if let Some(object) = schema.get_mut(key) {
            if attr == Attr::NotNull && (value.is_none() || !object.has(attr)) {
                object.set(Attr::NotNullName, name.map(|name| Value::text(name.as_str())));
            }
            set(object, attr, value.clone());
        }
        set_on_children(schema, key, fact, dialect);
    }
}

/// The parts of children that bear a renamed part's name because they have it from there.
pub fn renamed_on_children(schema: &Schema<Written>, part: Key) -> Vec<Key> {
    if part.kind == Kind::Trigger {
        return triggers::of(schema, part);
    }
    if !matches!(part.kind, Kind::Column | Kind::Check) {
        return Vec::new();
    }
    let keys = children(schema, part).into_iter().map(|(child, _)| Key { namespace: child.namespace, owner: child.name, ..part });
    keys.filter(|key| schema.contains(*key)).collect()
}

/// Whether the relation of this part has partitions, so that a part made on it alone waits for theirs.
pub fn has_partitions(schema: &Schema<Written>, part: Key) -> bool {
    children(schema, part).iter().any(|(_, how)| *how == Copy::Partition)
}

/// Takes the mark of an incomplete index from a parent when every partition has its part of it.
pub fn complete(schema: &mut Schema<Written>, parent: Key) {
    let attached = |child: Key| {
        let kinds = [Kind::PrimaryKey, Kind::Unique, Kind::Index];
        kinds.iter().any(|kind| schema.parts(child, *kind).any(|own| own.key_of(Attr::PartitionOf) == Some(parent)))
    };
    if children(schema, parent).iter().all(|(child, how)| *how != Copy::Partition || attached(*child))
        && let Some(object) = schema.get_mut(parent)
    {
        object.set(Attr::Only, None);
    }
}

/// The relations that inherit from, or are partitions of, the relation of this part.
fn children(schema: &Schema<Written>, part: Key) -> Vec<(Key, Copy)> {
    let Some(relation) = part.relation() else { return Vec::new() };
    let how = |heir| match heir {
        Heir::Child => Copy::Inherit,
        Heir::Partition => Copy::Partition,
    };
    schema.heirs(relation).map(|(object, heir)| (object.key, how(heir))).collect()
}
