//! How each differing fact is brought about, and which parts depend on each other in ways that only this engine has.

use super::family::Family;
use crate::base::Name;
use crate::dialects::Route;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Pair, Part, Schema, Value};

/// The route of one fact.
pub fn route(attr: Attr, object: Pair<&Object>, schema: Pair<&Schema<Canonical>>, family: &Family) -> Route {
    let key = object.desired.key;
    match key.kind {
        Kind::Column => column(attr, object, schema, family),
        Kind::PrimaryKey => {
            let counts = counter_of(object.desired, schema.desired);
            if counts.is_some_and(|column| !schema.live.contains(column.key)) { Route::Replace } else { Route::Alter }
        }
        Kind::ForeignKey | Kind::Check => Route::Replace,
        Kind::Trigger if family.guards => Route::Alter,
        Kind::Trigger => Route::Replace,
        Kind::Procedure | Kind::Function if family.guards => Route::Alter,
        Kind::Procedure | Kind::Function => Route::Replace,
        Kind::Sequence if attr == Attr::Type => Route::Replace,
        // An end that was said once stays through every ALTER.
        Kind::Event if attr == Attr::Options && ends(object.live) && !ends(object.desired) => Route::Replace,
        _ => Route::Alter,
    }
}

fn ends(event: &Object) -> bool {
    matches!(event.get(Attr::Options), Some(Value::Options(options)) if options.contains_key(&Name::new("ends")))
}

fn column(attr: Attr, object: Pair<&Object>, schema: Pair<&Schema<Canonical>>, family: &Family) -> Route {
    if is_made_anew(object) {
        return Route::Replace;
    }
    // To MySQL a column that counts and one that does not are of two types, when a foreign key holds it.
    let counts = attr == Attr::AutoIncrement && !family.guards;
    let typed = counts || matches!(attr, Attr::Type | Attr::Charset | Attr::Collation | Attr::NotNull);
    if typed && bound_by_foreign_key(object.live.key, schema.live) { Route::Reshape } else { Route::Alter }
}

/// Whether a column cannot become the other in place. A virtual value is nowhere: it cannot become a stored one, nor the
/// other way round (MySQL Reference Manual, ALTER TABLE and Generated Columns).
pub fn is_made_anew(column: Pair<&Object>) -> bool {
    let (live, desired) = (column.live.text(Attr::GeneratedAs), column.desired.text(Attr::GeneratedAs));
    let crosses = live != desired && [live, desired].contains(&Some("virtual"));
    crosses || (live.is_none() && desired.is_some())
}

/// Whether a foreign key from or to this column stands.
fn bound_by_foreign_key(column: Key, schema: &Schema<Canonical>) -> bool {
    schema.of_kind(Kind::ForeignKey).any(|key| {
        let from = key.key.owner == column.owner && key.names(Attr::Columns).contains(&column.name);
        let target = key.key_of(Attr::References).is_some_and(|table| Some(table) == column.relation());
        from || (target && key.names(Attr::ReferencedColumns).contains(&column.name))
    })
}

/// The columns with which a key or an index starts, prefixes left out.
fn leading(key: &Object) -> Vec<Name> {
    if key.key.kind == Kind::PrimaryKey && key.parts(Attr::Parts).is_empty() {
        return key.names(Attr::Columns).to_vec();
    }
    if matches!(key.text(Attr::Method), Some("fulltext" | "spatial" | "vector")) {
        return Vec::new();
    }
    key.parts(Attr::Parts).iter().take_while(|part| part.prefix.is_none()).map_while(Part::name).collect()
}

/// Keys of a table that start with these columns.
pub fn serving<'s, 'c>(schema: &'s Schema<Canonical>, table: Key, columns: &'c [Name]) -> impl Iterator<Item = &'s Object> + use<'s, 'c> {
    let keys = schema.parts(table, Kind::PrimaryKey).chain(schema.parts(table, Kind::Index));
    keys.filter(move |key| leading(key).starts_with(columns))
}

/// What a foreign key rests on: the keys that serve it in its own table and in the one it refers to.
pub fn rests_on(object: &Object, schema: &Schema<Canonical>) -> Vec<Key> {
    let Some(own) = object.key.relation().filter(|_| object.key.kind == Kind::ForeignKey) else { return Vec::new() };
    let mut keys: Vec<Key> = serving(schema, own, object.names(Attr::Columns)).map(|key| key.key).collect();
    if let Some(target) = object.key_of(Attr::References) {
        keys.extend(serving(schema, target, object.names(Attr::ReferencedColumns)).map(|key| key.key));
    }
    keys
}

/// The index that would go for one with the new foreign key's name, unless the statement says it anew: one that an earlier
/// foreign key brought along is the server's own, and a dump does not tell it from one that somebody made.
/// What is said anew as it is costs nothing: no index is built (MySQL Reference Manual, FOREIGN KEY Constraints).
pub fn displaced<'s>(foreign: &Object, schema: Pair<&'s Schema<Canonical>>) -> Option<&'s Object> {
    let table = foreign.key.relation().filter(|_| foreign.key.kind == Kind::ForeignKey)?;
    let columns = foreign.names(Attr::Columns);
    let mut serving = serving(schema.desired, table, columns);
    let index = serving.next().filter(|index| serving.next().is_none() && index.key.kind == Kind::Index && !index.has(Attr::Unique))?;
    let whole = index.parts(Attr::Parts).len() == columns.len();
    (whole && may_be_the_servers(index, schema) && index.key.name != foreign.key.name).then_some(index)
}

/// Whether an index that stays may be one that the server made. Its name tells nothing: columns and tables may have been renamed since.
fn may_be_the_servers(index: &Object, schema: Pair<&Schema<Canonical>>) -> bool {
    const SAID: &[Attr] = &[Attr::Unique, Attr::Method, Attr::Comment, Attr::Options, Attr::Invisible, Attr::Parser];
    let whole = index.parts(Attr::Parts).iter().all(|part| part.name().is_some_and(|name| Part::column(name) == *part));
    let stands = schema.live.get(index.key).is_some_and(|live| live.differing(index).is_empty());
    whole && stands && !SAID.iter().any(|attr| index.has(*attr))
}

/// The indexes that stay and with whose columns the new key starts. One that a foreign key brought along, which a dump does not tell,
/// would go for it unless the statement says it anew (see [`displaced`]).
pub fn overtaken<'s>(new: &Object, schema: Pair<&'s Schema<Canonical>>) -> Vec<&'s Object> {
    let Some(table) = new.key.relation().filter(|_| matches!(new.key.kind, Kind::Index | Kind::PrimaryKey)) else { return Vec::new() };
    let columns = leading(new);
    let stays = schema.desired.parts(table, Kind::Index).filter(|index| index.key != new.key && may_be_the_servers(index, schema));
    stays.filter(|index| columns.starts_with(&leading(index))).collect()
}

/// Whether a foreign key that stays finds another key in both tables when `gone` goes.
pub fn is_served_otherwise(foreign: &Object, gone: Key, schema: Pair<&Schema<Canonical>>) -> bool {
    let Some(table) = gone.relation() else { return false };
    let own = foreign.key.relation() == Some(table);
    let columns = if own { foreign.names(Attr::Columns) } else { foreign.names(Attr::ReferencedColumns) };
    serving(schema.desired, table, columns).any(|key| key.key != gone)
}

/// The index that comes when this one goes, where a foreign key that stays needs one of them at any time.
pub fn successor(gone: Key, schema: Pair<&Schema<Canonical>>) -> Option<Key> {
    successor_of_any(gone, schema).filter(|comes| only_first(gone, *comes, schema))
}

/// The index that comes when this one goes, and others that served the same foreign key.
fn successor_of_any(gone: Key, schema: Pair<&Schema<Canonical>>) -> Option<Key> {
    let table = gone.relation()?;
    if schema.desired.contains(gone) || !schema.desired.contains(table) {
        return None;
    }
    let live = schema.live.get(gone)?;
    let foreign = schema
        .desired
        .of_kind(Kind::ForeignKey)
        .filter(|key| schema.live.get(key.key).is_some_and(|there| there.differing(key).is_empty()));
    for key in foreign {
        let own = key.key.relation() == Some(table);
        let target = key.key_of(Attr::References) == Some(table);
        let sides = [(own, key.names(Attr::Columns)), (target, key.names(Attr::ReferencedColumns))];
        for (_, columns) in sides.into_iter().filter(|(concerned, columns)| *concerned && leading(live).starts_with(columns)) {
            let stays = serving(schema.desired, table, columns).any(|key| schema.live.contains(key.key));
            let comes = serving(schema.desired, table, columns).find(|key| !schema.live.contains(key.key));
            if let (false, Some(comes)) = (stays, comes) {
                return Some(comes.key);
            }
        }
    }
    None
}

/// Where several indexes go for one that comes, the first of them brings it.
fn only_first(gone: Key, comes: Key, schema: Pair<&Schema<Canonical>>) -> bool {
    let Some(table) = gone.relation() else { return false };
    let Some(desired) = schema.desired.get(comes) else { return false };
    // A new index on new columns cannot come before them.
    let known =
        desired.parts(Attr::Parts).iter().all(|part| part.name().is_some_and(|name| schema.live.contains(table.child(Kind::Column, name))));
    let mut going = schema.live.parts(table, Kind::Index).filter(|index| !schema.desired.contains(index.key));
    let first = going.find(|index| !leading(desired).is_empty() && leading(index).first() == leading(desired).first());
    known && first.is_some_and(|index| index.key == gone)
}

/// Whether the statement that drops another index makes this one.
pub fn makes_room(made: Key, schema: Pair<&Schema<Canonical>>) -> bool {
    let Some(table) = made.relation().filter(|_| matches!(made.kind, Kind::Index | Kind::PrimaryKey) && !schema.live.contains(made)) else {
        return false;
    };
    let going = schema.live.parts(table, Kind::Index).filter(|index| !schema.desired.contains(index.key));
    going.into_iter().any(|index| successor(index.key, schema) == Some(made))
}

/// The AUTO_INCREMENT column that this key lets count: the key starts with it.
pub fn counter_of<'s>(key: &Object, schema: &'s Schema<Canonical>) -> Option<&'s Object> {
    let first = *leading(key).first()?;
    schema.get(key.key.relation()?.child(Kind::Column, first)).filter(|column| column.has(Attr::AutoIncrement))
}

/// The key that must come in the statement that takes this one, so that a counting column always starts one, and a foreign key is
/// always served. Where several keys go for one that comes, the first of them brings it.
pub fn heir<'s>(gone: &Object, schema: Pair<&'s Schema<Canonical>>) -> Option<&'s Object> {
    let table = gone.key.relation()?;
    let heir = wanted_after(gone, schema)?;
    let mut keys = schema.live.parts(table, Kind::PrimaryKey).chain(schema.live.parts(table, Kind::Index));
    let first = keys.find(|key| key.key != heir.key && wanted_after(key, schema).is_some_and(|other| other.key == heir.key));
    first.is_none_or(|first| first.key == gone.key).then_some(heir)
}

fn wanted_after<'s>(gone: &Object, schema: Pair<&'s Schema<Canonical>>) -> Option<&'s Object> {
    let table = gone.key.relation()?;
    let counter = counter_of(gone, schema.live).filter(|column| {
        let after = schema.desired.get(column.key);
        after.is_some_and(|column| column.has(Attr::AutoIncrement))
    });
    let counted = counter.map(|column| vec![column.key.name]);
    counted.into_iter().chain(held(gone, schema)).find_map(|columns| {
        if schema.desired.get(gone.key).is_some_and(|key| leading(key).starts_with(&columns)) {
            return None;
        }
        let serving: Vec<&Object> = serving(schema.desired, table, &columns).collect();
        let stays = serving.iter().any(|key| schema.live.get(key.key).is_some_and(|there| leading(there).starts_with(&columns)));
        serving.into_iter().next().filter(|_| !stays)
    })
}

/// The columns at the start of a key on both sides of which foreign keys stay: the server does not let the key go while they find no
/// other (MySQL Reference Manual, FOREIGN KEY Constraints). For an index that goes for a new one, `successor` tells.
fn held(key: &Object, schema: Pair<&Schema<Canonical>>) -> Vec<Vec<Name>> {
    if successor_of_any(key.key, schema).is_some_and(|comes| makes_room(comes, schema)) {
        return Vec::new();
    }
    let stays = |foreign: &&Object| schema.live.get(foreign.key).is_some_and(|there| there.differing(foreign).is_empty());
    let mut held = Vec::new();
    for foreign in schema.desired.of_kind(Kind::ForeignKey).filter(stays) {
        let own = (foreign.key.relation(), foreign.names(Attr::Columns));
        let target = (foreign.key_of(Attr::References), foreign.names(Attr::ReferencedColumns));
        let concerned = [own, target].into_iter().filter(|(table, _)| table.is_some() && *table == key.key.relation());
        held.extend(concerned.map(|(_, columns)| columns.to_vec()));
    }
    held.retain(|columns| !columns.is_empty() && leading(key).starts_with(columns));
    held
}

/// Whether the statement that takes another key brings this one.
pub fn inherits(key: &Object, schema: Pair<&Schema<Canonical>>) -> bool {
    let Some(table) = key.key.relation() else { return false };
    let keys = schema.live.parts(table, Kind::PrimaryKey).chain(schema.live.parts(table, Kind::Index));
    keys.filter(|gone| gone.key != key.key).any(|gone| heir(gone, schema).is_some_and(|heir| heir.key == key.key))
}

/// Whether a column of the primary key can be null from the statement on that takes it out of the key, and not before.
pub fn opens_with_key(desired: &Object, schema: Pair<&Schema<Canonical>>) -> bool {
    let Some(table) = desired.key.relation().filter(|_| !desired.has(Attr::NotNull)) else { return false };
    let holds = |side: &Schema<Canonical>| {
        let key = side.get(table.child(Kind::PrimaryKey, Name::new("PRIMARY")));
        key.is_some_and(|key| {
            key.names(Attr::Columns).contains(&desired.key.name)
                || key.parts(Attr::Parts).iter().any(|part| part.name() == Some(desired.key.name))
        })
    };
    holds(schema.live) && !holds(schema.desired)
}

/// Whether a column begins to count with a key that comes or changes after it.
pub fn waits_for_key(desired: &Object, live: &Object, schema: Pair<&Schema<Canonical>>) -> bool {
    let Some(table) = desired.key.relation() else { return false };
    let begins = desired.has(Attr::AutoIncrement) && !live.has(Attr::AutoIncrement);
    let columns = [desired.key.name];
    begins
        && !serving(schema.desired, table, &columns)
            .any(|key| schema.live.get(key.key).is_some_and(|there| leading(there).starts_with(&columns)))
}
