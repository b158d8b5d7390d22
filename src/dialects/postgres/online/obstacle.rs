//! What keeps a column from being put in the place of another: all that rests on it and would not come along.

use super::Form;
use super::expand::LAST;
use crate::base::Name;
use crate::dialects::postgres::weigh::mentions;
use crate::dialects::postgres::write::cast;
use crate::dialects::postgres::write::ident::quote;
use crate::ir::key::privilege_owner;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Key, Kind, Object, Value};

/// Facts of a table that bind it to others, with the reason why its columns stay.
const BOUND: &[(Attr, &str)] = &[
    (Attr::PartitionBy, "the table has partitions"),
    (Attr::PartitionOf, "the table is a partition"),
    (Attr::Inherits, "the table inherits from another"),
    (Attr::OfType, "the table is of a type"),
    (Attr::ForceRowSecurity, "row-level security may hide rows from the batches"),
];

/// Facts of a column that no second column can have meanwhile.
const FIXED: &[(Attr, &str)] = &[
    (Attr::Generated, "the column is computed from others"),
    (Attr::Identity, "the column is an identity column"),
    (Attr::Inherited, "the column is inherited"),
];

/// Why a column cannot be replaced in steps; nothing where it can.
pub fn obstacle(form: &Form, live: &Object, desired: &Object) -> Option<String> {
    let has =
        |object: &Object, rows: &'static [(Attr, &'static str)]| rows.iter().find(|row| object.has(row.0)).map(|row| row.1.to_string());
    let old = !form.site.server.since(14, 0, 0);
    let old = old.then(|| "rows are fetched by their place from version 14 on (--server-version)".to_string());
    let heirs = form.has_heirs().then(|| "other tables inherit from it".to_string());
    old.or_else(|| has(form.table, BOUND))
        .or(heirs)
        .or_else(|| has(live, FIXED))
        .or_else(|| has(desired, FIXED))
        .or_else(|| of_type(form, desired))
        .or_else(|| of_settings(form, live, desired))
        .or_else(|| of_parts(form, live.key))
        .or_else(|| of_references(form, live.key))
        .or_else(|| of_others(form, live.key))
}

/// The rules of a domain are looked at for each row when a column of it comes.
fn of_type(form: &Form, column: &Object) -> Option<String> {
    let named = column.text(Attr::Type)?;
    let domains = form.site.schema.desired.of_kind(Kind::Domain);
    let found = domains.map(|domain| domain.key.name).find(|name| mentions(named, *name))?;
    Some(format!("the rules of the domain {} are looked at in every row", quote(found)))
}

/// Types whose values are converted into each other in the same way in every session, by groups; each of the texts takes any of its
/// group. What depends on the time zone, or on how a session writes dates, floats and bytes, is in none.
const ALIKE: &[&[&str]] = &[
    &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    &["smallint", "integer", "bigint", "numeric", "boolean", "uuid", "json", "jsonb", "inet", "cidr", "macaddr", "bit", "bit varying"],
    &["date", "time without time zone", "timestamp without time zone"],
];
const TEXTS: &[&str] = &["text", "character varying", "character", "name", "citext", "public.citext"];

/// A writer's session may have other settings than the script's.
fn of_settings(form: &Form, live: &Object, desired: &Object) -> Option<String> {
    let kind = |column: &Object| cast::parse(column.fragment(Attr::Type).map_or("", |kind| kind.compared())).base;
    let (from, to) = (kind(live), kind(desired));
    let sides = [form.site.schema.live, form.site.schema.desired];
    let labelled = |text: &str| sides.iter().flat_map(|side| side.of_kind(Kind::Enum)).any(|own| mentions(text, own.key.name));
    let is_enum = |column: &Object| column.text(Attr::Type).is_some_and(labelled);
    let within = |group: &&[&str], name: &str| group.contains(&name);
    let alike = ALIKE.iter().any(|group| within(group, &from) && within(group, &to));
    let [_, as_text, _] = ALIKE else { return None };
    let spelled = |column: &Object, name: &str| TEXTS.contains(&name) || is_enum(column) || within(as_text, name);
    let same = alike || spelled(live, &from) && spelled(desired, &to);
    (!same).then(|| {
        format!(
            "a session's settings (time zone, style of dates) say how {from} becomes {to}, and a writer's may be others than the script's"
        )
    })
}

/// Whether a part of a table has this column among its own.
pub fn stands_on(part: &Object, column: Name) -> bool {
    part.names(Attr::Columns).contains(&column)
        || part.names(Attr::Include).contains(&column)
        || part.parts(Attr::Parts).iter().any(|part| part.name() == Some(column))
        || speaks_of(part, column)
}

/// Whether an expression of a part names the column.
fn speaks_of(part: &Object, column: Name) -> bool {
    let texts = [Attr::Expression, Attr::Where, Attr::When, Attr::Using, Attr::WithCheck, Attr::Generated];
    let in_parts = part.parts(Attr::Parts).iter().any(|part| match &part.target {
        PartTarget::Expression(fragment) => mentions(&fragment.text, column),
        PartTarget::Column(_) => false,
    });
    in_parts || texts.iter().filter_map(|attr| part.text(*attr)).any(|text| mentions(text, column))
}

/// Whether a foreign key refers to the column.
pub fn refers_to(key: &Object, column: Key) -> bool {
    key.key_of(Attr::References).is_some_and(|table| table.namespace == column.namespace && table.name == column.owner)
        && key.names(Attr::ReferencedColumns).contains(&column.name)
}

/// Of the parts of the table: those that are the same on both sides come along.
fn of_parts(form: &Form, column: Key) -> Option<String> {
    let (live, desired) = (form.site.schema.live, form.site.schema.desired);
    let parts = live.all_parts(form.table.key).filter(|part| part.key != column && stands_on(part, column.name));
    for part in parts {
        let said = format!("{} {}", part.key.kind.spec().noun, quote(part.key.name));
        let comes = match part.key.kind {
            Kind::Index | Kind::Unique | Kind::PrimaryKey => !speaks_of(part, column.name) && !part.has(Attr::Period),
            Kind::Check | Kind::ForeignKey => true,
            _ => false,
        };
        if !comes {
            return Some(format!("{said} rests on it"));
        }
        if desired.get(part.key).is_none_or(|other| !part.differing(other).is_empty()) {
            return Some(format!("{said}, which rests on it, changes too"));
        }
        if has_role(form.table, part.key.name) {
            return Some(format!("{said} is the table's replica identity or its order"));
        }
    }
    // Triggers fire in the order of their names.
    let later = |trigger: &&Object| trigger.text(Attr::Timing).is_some_and(|timing| timing.eq_ignore_ascii_case("before"));
    let mut later = live.parts(form.table.key, Kind::Trigger).filter(later).filter(|trigger| trigger.key.name.as_str() >= LAST);
    later.next().map(|trigger| format!("trigger {} comes after the one that would keep both columns in step", quote(trigger.key.name)))
}

fn has_role(table: &Object, index: Name) -> bool {
    [Attr::ReplicaIdentity, Attr::ClusterOn].iter().filter_map(|attr| table.text(*attr)).any(|text| mentions(text, index))
}

/// Of the foreign keys of other tables.
fn of_references(form: &Form, column: Key) -> Option<String> {
    let (live, desired) = (form.site.schema.live, form.site.schema.desired);
    live.of_kind(Kind::ForeignKey).filter(|key| refers_to(key, column)).find_map(|key| {
        let said = format!("foreign key {} of {}", quote(key.key.name), quote(key.key.owner));
        let table = key.key.relation().and_then(|table| live.get(table));
        let bound = table.is_none_or(|table| table.has(Attr::PartitionBy) || table.has(Attr::PartitionOf));
        if bound {
            return Some(format!("{said}, a partitioned table, refers to it"));
        }
        let same = desired.get(key.key).is_some_and(|other| key.differing(other).is_empty());
        (!same).then(|| format!("{said} changes too"))
    })
}

/// Of what is no part of the table: sequences, statistics, publications, privileges.
fn of_others(form: &Form, column: Key) -> Option<String> {
    let (live, desired) = (form.site.schema.live, form.site.schema.desired);
    let owned = |counter: &&Object| counter.key_of(Attr::OwnedBy) == Some(column);
    let stays = |counter: &Object| desired.get(counter.key).is_some_and(|other| other.key_of(Attr::OwnedBy) == Some(column));
    if let Some(counter) = live.sequences(form.table.key).filter(owned).find(|counter| !stays(counter)) {
        return Some(format!("sequence {} leaves the column", quote(counter.key.name)));
    }
    let speaks = |object: &&Object| {
        let mut texts = object.facts().iter().filter_map(|(_, value)| match value {
            Value::Sql(fragment) => Some(fragment.text.to_string()),
            Value::Options(members) => Some(members.iter().map(|(name, said)| format!("{name} {said} ")).collect()),
            _ => None,
        });
        texts.any(|text| mentions(&text, column.name) && mentions(&text, column.owner))
    };
    let mut others = [Kind::Statistics, Kind::Publication].into_iter().flat_map(|kind| live.of_kind(kind));
    if let Some(other) = others.find(speaks) {
        return Some(format!("{} {} rests on it", other.key.kind.spec().noun, quote(other.key.name)));
    }
    let owner = privilege_owner(form.table.key);
    let on_column = |grants: &Object| match grants.get(Attr::Grants) {
        Some(Value::Options(grants)) => grants.keys().any(|grant| grant.as_str().ends_with(&format!("({})", column.name))),
        _ => false,
    };
    let holder = live.parts(Key::new(Kind::Privilege, column.namespace, owner), Kind::Privilege).find(|grants| on_column(grants));
    holder.map(|grants| format!("{} has privileges on it alone", grants.key.name))
}
