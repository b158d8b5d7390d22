//! Keys, indexes, foreign keys and checks, and the index that a foreign key brings along.

use super::fragment;
use crate::base::Name;
use crate::dialects::mysql::family::Family;
use crate::dialects::mysql::names;
use crate::dialects::mysql::types::{self, Class};
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Key, Kind, Object, Part, Schema, Value, Written};

/// Rewrites all keys of a table.
pub fn canonicalise(schema: &mut Schema<Written>, table: Key, family: &Family) {
    let keys: Vec<Key> = schema.all_parts(table).map(|part| part.key).filter(|key| key.kind != Kind::Column).collect();
    for key in keys {
        let Some(mut object) = schema.get(key).cloned() else { continue };
        match key.kind {
            Kind::PrimaryKey => primary(&mut object, schema, table),
            Kind::Index => index(&mut object, schema, table, family),
            Kind::ForeignKey => foreign(&mut object, schema, table, family),
            Kind::Check => {
                if let Some(text) = object.text(Attr::Expression).map(str::to_string) {
                    object.set(Attr::Expression, Some(Value::Sql(fragment::condition(&text, family))));
                }
            }
            _ => {}
        }
        if let Some(held) = schema.get_mut(key) {
            *held = object;
        }
    }
}

/// A column of the table by its name, which is equal without regard to case.
fn column(schema: &Schema<Written>, table: Key, name: Name) -> Option<&Object> {
    schema
        .get(table.child(Kind::Column, name))
        .or_else(|| schema.parts(table, Kind::Column).find(|column| column.key.name.as_str().eq_ignore_ascii_case(name.as_str())))
}

fn settled(schema: &Schema<Written>, table: Key, name: Name) -> Name {
    column(schema, table, name).map_or(name, |column| column.key.name)
}

/// A primary key whose elements are plain columns lists columns; only one with prefixes or directions lists elements.
fn primary(object: &mut Object, schema: &Schema<Written>, table: Key) {
    let parts = settled_parts(object, schema, table);
    drop_default_method(object);
    if parts.is_empty() {
        let columns = object.names(Attr::Columns).iter().map(|name| settled(schema, table, *name)).collect();
        object.set(Attr::Columns, Some(Value::Names(columns)));
        return;
    }
    let plain = parts.iter().all(|part| part.name().is_some_and(|name| Part::column(name) == *part));
    if plain {
        let columns = parts.iter().filter_map(Part::name).collect();
        object.set(Attr::Columns, Some(Value::Names(columns)));
        object.set(Attr::Parts, None);
    } else {
        object.set(Attr::Parts, Some(Value::Parts(parts)));
    }
}

fn settled_parts(object: &Object, schema: &Schema<Written>, table: Key) -> Vec<Part> {
    let mut parts = object.parts(Attr::Parts).to_vec();
    for part in &mut parts {
        let PartTarget::Column(name) = &mut part.target else { continue };
        let Some(column) = column(schema, table, *name) else { continue };
        *name = column.key.name;
        let data_type = column.text(Attr::Type).unwrap_or("");
        let length = types::parts(data_type).arguments.and_then(|length| length.parse::<u32>().ok());
        let whole = matches!(types::class(data_type), Class::Character | Class::Binary) && length.is_some() && part.prefix >= length;
        if whole {
            part.prefix = None;
        }
    }
    parts
}

fn index(object: &mut Object, schema: &Schema<Written>, table: Key, family: &Family) {
    let mut parts = settled_parts(object, schema, table);
    for part in &mut parts {
        if let PartTarget::Expression(text) = &mut part.target {
            *text = fragment::value(&text.text.clone(), family);
        }
    }
    let blob = |part: &Part| {
        let column = part.name().and_then(|name| column(schema, table, name));
        part.prefix.is_none()
            && column.is_some_and(|column| matches!(types::class(column.text(Attr::Type).unwrap_or("")), Class::Text | Class::Blob))
    };
    // A unique key on whole texts is kept as a hash (MariaDB, "Unique Indexes").
    let hashed = object.has(Attr::Unique) && family.guards && parts.iter().any(blob);
    object.set(Attr::Parts, Some(Value::Parts(parts)));
    if hashed {
        object.set(Attr::Method, Some(Value::text("hash")));
    }
    drop_default_method(object);
    idle_block_size(object, schema, table, family);
    // MySQL makes a tree of what an engine without hashes is asked to hash, and says nothing of it (CREATE INDEX).
    let engine = schema.get(table).and_then(|table| table.text(Attr::Engine)).unwrap_or("InnoDB");
    if !family.guards && object.text(Attr::Method) == Some("hash") && matches!(engine, "InnoDB" | "MyISAM") {
        object.set(Attr::Method, None);
    }
}

/// A block size that the table has anyway is not kept, nor is one for MySQL's InnoDB where the table is not compressed (MySQL Reference
/// Manual, CREATE TABLE, KEY_BLOCK_SIZE).
fn idle_block_size(object: &mut Object, schema: &Schema<Written>, table: Key, family: &Family) {
    let size = Name::new("key_block_size");
    let option = |object: &Object, name: Name| match object.get(Attr::Options) {
        Some(Value::Options(options)) => options.get(&name).cloned(),
        _ => None,
    };
    let (Some(Value::Options(mut options)), Some(held)) = (object.get(Attr::Options).cloned(), schema.get(table)) else { return };
    let engine = held.text(Attr::Engine).unwrap_or("InnoDB");
    let compressed = option(held, size).is_some()
        || option(held, Name::new("row_format")).is_some_and(|format| format.eq_ignore_ascii_case("compressed"));
    let ignored = !family.guards && engine.eq_ignore_ascii_case("InnoDB") && !compressed;
    if ignored || options.get(&size) == option(held, size).as_ref() {
        options.remove(&size);
        object.set(Attr::Options, (!options.is_empty()).then_some(Value::Options(options)));
    }
}

/// A method that is stated is printed, also where the engine has no other; only that of a spatial index is never said.
fn drop_default_method(object: &mut Object) {
    if object.text(Attr::Method) == Some("rtree") {
        object.set(Attr::Method, None);
    }
}

fn foreign(object: &mut Object, schema: &Schema<Written>, table: Key, family: &Family) {
    let columns: Vec<Name> = object.names(Attr::Columns).iter().map(|name| settled(schema, table, *name)).collect();
    object.set(Attr::Columns, Some(Value::Names(columns)));
    for attr in [Attr::OnDelete, Attr::OnUpdate] {
        if object.text(attr) == Some(family.silent_action) {
            object.set(attr, None);
        }
    }
    object.set(Attr::Match, None);
    let Some(target) = object.key_of(Attr::References) else { return };
    let mut referenced: Vec<Name> = object.names(Attr::ReferencedColumns).to_vec();
    if referenced.is_empty() {
        referenced = primary_columns(schema, target);
    }
    let referenced: Vec<Name> = referenced.iter().map(|name| settled(schema, target, *name)).collect();
    object.set(Attr::ReferencedColumns, Some(Value::Names(referenced)));
}

/// A row's end is a part of every key that must hold one row of its kind at a time (MariaDB, System-Versioned Tables).
pub fn end_with(schema: &mut Schema<Written>, table: Key, until: Name) {
    let until = settled(schema, table, until);
    let keys: Vec<Key> = schema.all_parts(table).map(|part| part.key).collect();
    for key in keys {
        let Some(object) = schema.get_mut(key) else { continue };
        let unique = key.kind == Kind::PrimaryKey || (key.kind == Kind::Index && object.has(Attr::Unique));
        let (mut columns, mut parts) = (object.names(Attr::Columns).to_vec(), object.parts(Attr::Parts).to_vec());
        if !unique || columns.contains(&until) || parts.iter().any(|part| part.name() == Some(until)) {
            continue;
        }
        if parts.is_empty() {
            columns.push(until);
            object.set(Attr::Columns, Some(Value::Names(columns)));
        } else {
            parts.push(Part::column(until));
            object.set(Attr::Parts, Some(Value::Parts(parts)));
        }
    }
}

/// The columns of a table's primary key.
pub fn primary_columns(schema: &Schema<Written>, table: Key) -> Vec<Name> {
    let Some(key) = schema.get(table.child(Kind::PrimaryKey, Name::new("PRIMARY"))) else { return Vec::new() };
    let parts: Vec<Name> = key.parts(Attr::Parts).iter().filter_map(Part::name).collect();
    if parts.is_empty() { key.names(Attr::Columns).to_vec() } else { parts }
}

/// Adds the index that the server makes for each foreign key that no other index serves, and takes away those that it made before and
/// that another one serves by now (MySQL Reference Manual, FOREIGN KEY Constraints).
pub fn complete_indexes(schema: &mut Schema<Written>, table: Key) {
    add_hidden_indexes(schema, table);
    let columns = |index: &Object| index.parts(Attr::Parts).iter().filter_map(Part::name).collect::<Vec<Name>>();
    let made = schema.parts(table, Kind::Index).filter(|index| index.has(Attr::OfForeignKey));
    for (key, columns) in made.map(|index| (index.key, columns(index))).collect::<Vec<_>>() {
        if serving(schema, table, &columns).any(|other| other != key) {
            schema.remove(key);
        }
    }
}

fn add_hidden_indexes(schema: &mut Schema<Written>, table: Key) {
    let mut foreign: Vec<Object> = schema.parts(table, Kind::ForeignKey).cloned().collect();
    foreign.sort_by_key(|key| key.ordinal);
    for key in &mut foreign {
        let columns = key.names(Attr::Columns).iter().map(|name| settled(schema, table, *name)).collect();
        key.set(Attr::Columns, Some(Value::Names(columns)));
    }
    let generated: Vec<&Object> = foreign.iter().filter(|key| serving(schema, table, key.names(Attr::Columns)).next().is_none()).collect();
    // Of two foreign keys without an index, the one with more columns serves the other.
    let needed: Vec<&Object> = generated
        .iter()
        .enumerate()
        .filter(|(at, key)| {
            let columns = key.names(Attr::Columns);
            !generated.iter().enumerate().any(|(other, longer)| {
                let longer = longer.names(Attr::Columns);
                longer.starts_with(columns) && (longer.len() > columns.len() || other < *at)
            })
        })
        .map(|(_, key)| *key)
        .collect();
    for key in needed {
        let columns = key.names(Attr::Columns);
        let mut index = Object::new(table.child(Kind::Index, Name::NONE));
        index.span = key.span;
        index.set(Attr::OfForeignKey, Some(Value::Flag));
        index.set(Attr::Parts, Some(Value::Parts(columns.iter().map(|name| Part::column(*name)).collect())));
        let stated = key.text(Attr::Spelling).map(Name::new);
        let symbol = (!key.has(Attr::ImpliedName)).then_some(key.key.name);
        index.key.name = symbol.or(stated).unwrap_or_else(|| names::index(schema, &index));
        schema.insert(index);
    }
}

/// Foreign keys are read and forgotten by engines that have none; the index that they ask for stays
/// (MySQL Reference Manual, FOREIGN KEY Constraints).
pub fn drop_foreign(schema: &mut Schema<Written>, table: Key) {
    const WITH_FOREIGN_KEYS: &[&str] = &["InnoDB", "ndbcluster", "SPIDER"];
    let engine = schema.get(table).and_then(|table| table.text(Attr::Engine)).unwrap_or("InnoDB");
    if WITH_FOREIGN_KEYS.contains(&engine) {
        return;
    }
    let keys: Vec<Key> = schema.parts(table, Kind::ForeignKey).map(|key| key.key).collect();
    keys.into_iter().for_each(|key| drop(schema.remove(key)));
}

/// The keys that start with these columns, in this order.
fn serving<'s>(schema: &'s Schema<Written>, table: Key, columns: &'s [Name]) -> impl Iterator<Item = Key> + 's {
    let is = |part: &Part, name: &Name| part.name().is_some_and(|part| part.as_str().eq_ignore_ascii_case(name.as_str()));
    let serves = move |index: &&Object| {
        let (parts, ordered) = (index.parts(Attr::Parts), !matches!(index.text(Attr::Method), Some("fulltext" | "spatial" | "vector")));
        ordered && parts.len() >= columns.len() && parts.iter().zip(columns).all(|(part, name)| is(part, name) && part.prefix.is_none())
    };
    let primary = schema.parts(table, Kind::PrimaryKey).filter(move |_| primary_columns(schema, table).starts_with(columns));
    primary.chain(schema.parts(table, Kind::Index).filter(serves)).map(|key| key.key)
}
