//! What can only be told from both sides: defaults that the database gives, places of columns, and what one side leaves open.

use super::canonical::same_moments;
use super::cut;
use super::family::Family;
use super::firing;
use super::route;
use super::types;
use crate::base::Name;
use crate::ir::attr::OF_DATABASE;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Pair, Schema, Value};

/// Aligns two canonical schemas.
pub fn align(mut schema: Pair<&mut Schema<Canonical>>, family: &Family) {
    let default = database_defaults(&schema, family);
    for (side, default) in [(&mut *schema.live, &default.live), (&mut *schema.desired, &default.desired)] {
        let kept = side.iter_mut().filter(|object| object.text(Attr::Charset) == Some(OF_DATABASE));
        kept.for_each(|object| default.set(object));
    }
    let tables: Vec<Key> = schema.live.of_kind(Kind::Table).map(|table| table.key).filter(|key| schema.desired.contains(*key)).collect();
    for side in [&mut *schema.live, &mut *schema.desired] {
        for object in side.iter_mut().filter(|object| matches!(object.key.kind, Kind::Column | Kind::Trigger)) {
            object.set(Attr::Position, None);
        }
    }
    for table in tables {
        charsets(schema.live, table, &default.live);
        charsets(schema.desired, table, &default.desired);
        for side in [&mut *schema.live, &mut *schema.desired] {
            cut::parts(side, table, family);
        }
        positions(&mut schema, table);
        moments(&mut schema, table);
    }
    if default.live != default.desired || says_alone(&schema) {
        // A new table says its own, so that it need not wait for the database's to change, or be of one that no dump shows.
        let new: Vec<Key> = schema.desired.of_kind(Kind::Table).map(|table| table.key).filter(|key| !schema.live.contains(*key)).collect();
        new.into_iter().for_each(|table| charsets(schema.desired, table, &default.desired));
    }
    results(&mut schema, &default);
    open_facts(&mut schema);
    firing::align(&mut schema);
}

/// Bounds that are moments are as live has them, where the session's time zone can tell them apart and nothing else.
fn moments(schema: &mut Pair<&mut Schema<Canonical>>, table: Key) {
    let Some(live) = schema.live.get(table).and_then(|table| table.get(Attr::Partitions)).cloned() else { return };
    let Some(desired) = schema.desired.get_mut(table) else { return };
    let (Value::Sql(known), Some(said)) = (&live, desired.fragment(Attr::Partitions)) else { return };
    if known.compared() != said.compared() && same_moments(known.compared(), said.compared()) {
        desired.set(Attr::Partitions, Some(live));
    }
}

/// A character set with a collation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Charset {
    charset: String,
    collation: String,
}

impl Charset {
    fn of(object: &Object) -> Option<Charset> {
        Some(Charset { charset: object.text(Attr::Charset)?.to_string(), collation: object.text(Attr::Collation)?.to_string() })
    }

    fn set(&self, object: &mut Object) {
        object.set(Attr::Charset, Some(Value::text(self.charset.clone())));
        object.set(Attr::Collation, Some(Value::text(self.collation.clone())));
    }
}

/// The database's character set on each side: what the side says of it, else the other one, else what all live tables
/// have, else the server's own.
fn database_defaults(schema: &Pair<&mut Schema<Canonical>>, family: &Family) -> Pair<Charset> {
    let key = Key::new(Kind::Database, Name::NONE, Name::new("database"));
    let said = Pair::new(&*schema.live, &*schema.desired).map(|side| side.get(key).and_then(Charset::of));
    let server = || Charset { charset: family.default_charset.to_string(), collation: family.default_collation(family.default_charset) };
    let either = said.live.clone().or(said.desired.clone()).or_else(|| legacy(schema)).unwrap_or_else(server);
    said.map(|own| own.unwrap_or_else(|| either.clone()))
}

/// Whether only the desired side speaks of the database's character set: then it may have another one.
fn says_alone(schema: &Pair<&mut Schema<Canonical>>) -> bool {
    let says = |side: &Schema<Canonical>| side.of_kind(Kind::Database).any(|database| database.has(Attr::Charset));
    !says(schema.live) && says(schema.desired)
}

/// What all tables of a database have, where the desired side never speaks of character sets: such tables were made with
/// the default of their database.
fn legacy(schema: &Pair<&mut Schema<Canonical>>) -> Option<Charset> {
    let said = schema.desired.of_kind(Kind::Table).any(|table| table.has(Attr::Charset));
    let mut charsets = schema.live.of_kind(Kind::Table).map(Charset::of);
    let first = charsets.next()??;
    let rest: Vec<Option<Charset>> = charsets.collect();
    (!said && !rest.is_empty() && rest.iter().all(|charset| charset.as_ref() == Some(&first))).then_some(first)
}

/// Gives a table and its columns the character sets that they have without saying so.
fn charsets(side: &mut Schema<Canonical>, table: Key, default: &Charset) {
    let Some(object) = side.get_mut(table) else { return };
    let own = Charset::of(object).unwrap_or_else(|| default.clone());
    own.set(object);
    let columns: Vec<Key> = side.parts(table, Kind::Column).map(|column| column.key).collect();
    for key in columns {
        let Some(column) = side.get_mut(key) else { continue };
        if !types::class(column.text(Attr::Type).unwrap_or("")).has_charset() {
            continue;
        }
        let of_any = column.text(Attr::Collation).filter(|collation| collation.starts_with('_')).map(str::to_string);
        let mut charset = Charset::of(column).filter(|_| of_any.is_none()).unwrap_or_else(|| own.clone());
        if let Some(of_any) = of_any {
            charset.collation = format!("{}{of_any}", charset.charset);
        }
        charset.set(column);
    }
}

/// Gives the results of functions that stay the character sets that they have without saying so: the database's, of the moment in which
/// the function is made (MySQL Reference Manual, CREATE PROCEDURE and CREATE FUNCTION Statements).
fn results(schema: &mut Pair<&mut Schema<Canonical>>, default: &Pair<Charset>) {
    let stays: Vec<Key> = schema.live.of_kind(Kind::Function).map(|function| function.key).collect();
    let stays: Vec<Key> = stays.into_iter().filter(|key| schema.desired.contains(*key)).collect();
    for (side, default) in [(&mut *schema.live, &default.live), (&mut *schema.desired, &default.desired)] {
        for key in &stays {
            let Some(function) = side.get_mut(*key) else { continue };
            let has_charset = types::class(function.text(Attr::Type).unwrap_or("")).has_charset();
            if has_charset && Charset::of(function).is_none() {
                default.set(function);
            }
        }
    }
}

/// Says of new and moved columns where they go: as few as possible move.
fn positions(schema: &mut Pair<&mut Schema<Canonical>>, table: Key) {
    let order = |side: &Schema<Canonical>| side.columns(table).iter().map(|column| column.key.name).collect::<Vec<Name>>();
    let stays_there = |name: &Name| {
        let key = table.child(Kind::Column, *name);
        let pair = schema.live.get(key).zip(schema.desired.get(key));
        pair.is_some_and(|(live, desired)| !route::is_made_anew(Pair::new(live, desired)))
    };
    let live: Vec<Name> = order(schema.live).into_iter().filter(stays_there).collect();
    let desired = order(schema.desired);
    let places: Vec<Option<usize>> = desired.iter().map(|name| live.iter().position(|known| known == name)).collect();
    let stays = longest_rise(&places);
    // New columns at the end go to the end without a word.
    let tail = places.iter().rposition(Option::is_some).map_or(0, |at| at + 1);
    let mut waits: Vec<bool> = places.iter().map(|_| false).collect();
    for at in 0..desired.len() {
        let later = |other: usize| other > at || waits[other];
        let column = schema.desired.get(table.child(Kind::Column, desired[at]));
        waits[at] = places[at].is_none() && column.is_some_and(|column| is_computed_from(column, &desired, later));
    }
    for (at, name) in desired.iter().enumerate() {
        if stays.contains(&at) || (at >= tail && places[at].is_none() && !waits[at]) {
            continue;
        }
        let place = match (0..at).rev().find(|before| waits[at] || !waits[*before]) {
            Some(before) => format!("after {}", desired[before]),
            None => "first".to_string(),
        };
        if let Some(column) = schema.desired.get_mut(table.child(Kind::Column, *name)) {
            column.set(Attr::Position, Some(Value::text(place)));
        }
    }
}

/// Whether a column is computed from one that is made after its place is: it is made after that one, and after its neighbours.
fn is_computed_from(column: &Object, order: &[Name], later: impl Fn(usize) -> bool) -> bool {
    let Some(Value::Sql(computed)) = column.get(Attr::Generated) else { return false };
    let mut words = computed.text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
    words.any(|word| order.iter().enumerate().any(|(at, name)| later(at) && name.as_str().eq_ignore_ascii_case(word)))
}

/// The indexes of the longest rising run of places that are there.
pub fn longest_rise(places: &[Option<usize>]) -> Vec<usize> {
    let mut best: Vec<(usize, Option<usize>)> = vec![(0, None); places.len()];
    for (at, place) in places.iter().enumerate() {
        if place.is_none() {
            continue;
        }
        let before = (0..at)
            .filter(|other| places[*other].is_some() && places[*other] < *place)
            .max_by_key(|other| (best[*other].0, usize::MAX - other));
        best[at] = (1 + before.map_or(0, |other| best[other].0), before);
    }
    let mut at = (0..places.len()).rev().max_by_key(|at| best[*at].0).filter(|at| best[*at].0 > 0);
    let mut kept = Vec::new();
    while let Some(here) = at {
        kept.push(here);
        at = best[here].1;
    }
    kept
}

/// Facts that the server fills in where the desired side leaves them open: they are as they are.
const OPEN: &[(Kind, Attr)] = &[
    (Kind::View, Attr::Definer),
    (Kind::Trigger, Attr::Definer),
    (Kind::Procedure, Attr::Definer),
    (Kind::Function, Attr::Definer),
    (Kind::Event, Attr::Definer),
    (Kind::Trigger, Attr::SqlMode),
    (Kind::Procedure, Attr::SqlMode),
    (Kind::Function, Attr::SqlMode),
    (Kind::Event, Attr::SqlMode),
    (Kind::Event, Attr::Start),
    (Kind::Event, Attr::Schedule),
];

/// A time that is counted from the making of the event: the server keeps what came out.
fn is_relative(text: &str) -> bool {
    text.starts_with("AT CURRENT_TIMESTAMP")
        || text.starts_with("AT NOW")
        || text.starts_with("CURRENT_TIMESTAMP")
        || text.starts_with("NOW")
}

fn open_facts(schema: &mut Pair<&mut Schema<Canonical>>) {
    for object in schema.desired.iter_mut() {
        let Some(live) = schema.live.get_mut(object.key) else { continue };
        let own = object.key.kind;
        for (_, attr) in OPEN.iter().filter(|(kind, _)| *kind == own) {
            let open = object.text(*attr).is_none_or(|text| text == "CURRENT_USER" || is_relative(text));
            let once = |object: &Object| object.text(Attr::Schedule).is_some_and(|schedule| schedule.starts_with("AT "));
            if *attr == Attr::Schedule && !once(live) {
                continue;
            }
            if open {
                object.set(*attr, live.get(*attr).cloned());
            } else if !live.has(*attr) {
                // The live side cannot say: it was read from a text that leaves it open too.
                live.set(*attr, object.get(*attr).cloned());
            }
        }
        if own == Kind::Column {
            lend_reference_system(live, object);
        }
        if object.key.kind == Kind::Database {
            for attr in [Attr::Charset, Attr::Collation] {
                if !object.has(attr) || !live.has(attr) {
                    object.set(attr, None);
                    live.set(attr, None);
                }
            }
        }
    }
}

/// No dump shows the reference system of a geometry (MariaDB, SHOW CREATE TABLE).
fn lend_reference_system(live: &mut Object, desired: &Object) {
    let system = Name::new("ref_system_id");
    let Some(Value::Options(options)) = desired.get(Attr::Options) else { return };
    let Some(value) = options.get(&system).cloned() else { return };
    let mut known = match live.get(Attr::Options) {
        Some(Value::Options(known)) => known.clone(),
        _ => Default::default(),
    };
    known.entry(system).or_insert(value);
    live.set(Attr::Options, Some(Value::Options(known)));
}
