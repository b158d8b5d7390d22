//! The order in which the columns of a table come and go, where a column comes at the end, the last one cannot go, only one counts
//! itself, and a table is cut by what it has.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Name;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Pair, Schema, Value};
use crate::order::Strength;

use super::grouping::Groups;
use super::ordering::Vertex;

/// What comes before what in every table whose parts come, go or change.
pub fn ordered(groups: &Groups<'_>, schema: Pair<&Schema<Canonical>>) -> Vec<(Vertex, Vertex, Strength)> {
    let is_part = |key: &&Key| matches!(key.kind, Kind::Column | Kind::PrimaryKey | Kind::Index);
    let came = groups.made.iter().chain(&groups.unmade).chain(groups.altered.keys()).filter(is_part).filter_map(|key| key.relation());
    let tables: BTreeSet<Key> = came.filter_map(|relation| schema.live.resolve(relation)).collect();
    let tables =
        tables.into_iter().map(|key| Table { key, groups, schema, live: schema.live.columns(key), desired: schema.desired.columns(key) });
    let bound = |pairs: Vec<(Vertex, Vertex)>, strength| pairs.into_iter().map(move |(first, then)| (first, then, strength));
    let each = |table: Table<'_, '_>| {
        let firm = [table.places(), table.counters(), table.cuts(), table.periods()].concat();
        bound(firm, Strength::Strong).chain(bound(table.moves(), Strength::Weak)).collect::<Vec<_>>()
    };
    tables.flat_map(each).collect()
}

/// A column or key may come before its table changes otherwise.
pub fn bound(part: Key, need: Key, strength: Strength) -> Strength {
    let own = matches!(part.kind, Kind::Column | Kind::PrimaryKey | Kind::Index) && part.relation() == Some(need);
    if own { Strength::Weak } else { strength }
}

struct Table<'a, 'g> {
    key: Key,
    groups: &'a Groups<'g>,
    schema: Pair<&'a Schema<Canonical>>,
    live: Vec<&'a Object>,
    desired: Vec<&'a Object>,
}

impl Table<'_, '_> {
    fn comes(&self, key: Key) -> bool {
        self.groups.made.contains(&key)
    }

    fn goes(&self, key: Key) -> bool {
        self.groups.unmade.contains(&key)
    }

    /// Each new column comes after the one that it follows, and one that comes before the last ones go.
    fn places(&self) -> Vec<(Vertex, Vertex)> {
        let mut pairs = Vec::new();
        let mut end: Option<Key> = None;
        for column in self.desired.iter().filter(|column| self.comes(column.key)) {
            let before = if column.has(Attr::Position) { self.follows(column) } else { end.replace(column.key) };
            pairs.extend(before.map(|before| (Vertex::Make(before), Vertex::Make(column.key))));
        }
        let stands_alone = |column: &&&Object| !column.has(Attr::Generated) && !column.has(Attr::AutoIncrement);
        let come: Vec<&Object> = self.desired.iter().copied().filter(|column| self.comes(column.key) && !self.goes(column.key)).collect();
        let first = come.iter().find(stands_alone).or(come.first());
        if let Some(first) = first.filter(|_| self.live.iter().all(|column| self.goes(column.key))) {
            pairs.extend(self.live.iter().map(|column| (Vertex::Make(first.key), Vertex::Unmake(column.key))));
        }
        pairs
    }

    /// The column after which this one is to come.
    fn follows(&self, column: &Object) -> Option<Key> {
        let (_, name) = column.text(Attr::Position)?.split_once(' ')?;
        self.desired.iter().find(|other| other.key.name.as_str() == name).map(|other| other.key)
    }

    /// A column that moves comes after the one that it is to follow has come, or has moved itself.
    fn moves(&self) -> Vec<(Vertex, Vertex)> {
        let mut pairs = Vec::new();
        for column in &self.desired {
            let Some(before) = self.follows(column) else { continue };
            let comes = if self.comes(column.key) { Vertex::Make(column.key) } else { Vertex::Alter(column.key) };
            pairs.extend([(Vertex::Make(before), comes), (Vertex::Alter(before), comes)]);
        }
        pairs
    }

    /// One column at a time counts itself: the old one stops, or goes, before another starts.
    fn counters(&self) -> Vec<(Vertex, Vertex)> {
        let counts = |columns: &[&Object]| columns.iter().find(|column| column.has(Attr::AutoIncrement)).map(|column| column.key);
        let Some((old, new)) = counts(&self.live).zip(counts(&self.desired)).filter(|(old, new)| old != new) else { return Vec::new() };
        let stops = if self.goes(old) { Vertex::Unmake(old) } else { Vertex::Alter(old) };
        let starts = if self.comes(new) { Vertex::Make(new) } else { Vertex::Alter(new) };
        vec![(stops, starts)]
    }

    /// A table is cut by columns that are there, and every column that it is cut by is in its primary key
    /// (MySQL Reference Manual, Partitioning Keys, Primary Keys, and Unique Keys).
    fn cuts(&self) -> Vec<(Vertex, Vertex)> {
        let by = |schema: &Schema<Canonical>| schema.get(self.key).and_then(|table| table.text(Attr::PartitionBy)).map(str::to_string);
        let (live, desired) = (by(self.schema.live), by(self.schema.desired));
        if live == desired || !self.groups.altered.contains_key(&self.key) {
            return Vec::new();
        }
        let cut = Vertex::Alter(self.key);
        let mut pairs = self.key_cuts(Pair::new(live.as_deref(), desired.as_deref()));
        let named = |text: &Option<String>, key: Key| text.as_deref().is_some_and(|text| has_word(text, key.name));
        let come = self.desired.iter().map(|column| column.key).filter(|column| self.comes(*column) && named(&desired, *column));
        pairs.extend(come.map(|column| (Vertex::Make(column), cut)));
        let go = self.live.iter().map(|column| column.key).filter(|column| self.goes(*column) && named(&live, *column));
        pairs.extend(go.filter(|column| !self.comes(*column)).map(|column| (cut, Vertex::Unmake(column))));
        pairs
    }

    /// A period stands between columns that are there, and a key over it while it stands (MariaDB, Application-Time Periods). Where the
    /// server itself keeps the columns of a period, the dialect brings them with it.
    fn periods(&self) -> Vec<(Vertex, Vertex)> {
        let of = |schema: &Schema<Canonical>| -> BTreeMap<Name, String> {
            let Some(Value::Options(options)) = schema.get(self.key).and_then(|table| table.get(Attr::Options)) else {
                return BTreeMap::new();
            };
            let named = options.iter().filter_map(|(name, columns)| Some((name.as_str().strip_prefix("period for ")?, columns)));
            named.filter(|(name, _)| *name != "system_time").map(|(name, columns)| (Name::new(name), columns.to_string())).collect()
        };
        let (live, desired) = (of(self.schema.live), of(self.schema.desired));
        let differs = |own: &BTreeMap<Name, String>, other: &BTreeMap<Name, String>| -> BTreeMap<Name, String> {
            own.iter().filter(|(name, text)| other.get(name) != Some(text)).map(|(name, text)| (*name, text.clone())).collect()
        };
        let (gone, new) = (differs(&live, &desired), differs(&desired, &live));
        let cut = Vertex::Alter(self.key);
        let speaks = |periods: &BTreeMap<Name, String>, column: Key| periods.values().any(|text| has_word(text, column.name));
        let rests = |periods: &BTreeMap<Name, String>, schema: &Schema<Canonical>, key: Key| {
            schema.get(key).is_some_and(|key| key.key_columns().iter().any(|part| periods.contains_key(part)))
        };
        let mut pairs = Vec::new();
        pairs.extend(self.desired.iter().filter(|column| speaks(&new, column.key)).map(|column| (Vertex::Make(column.key), cut)));
        pairs.extend(self.live.iter().filter(|column| speaks(&gone, column.key)).map(|column| (cut, Vertex::Unmake(column.key))));
        for key in self.schema.live.all_parts(self.key).map(|key| key.key).filter(|key| rests(&gone, self.schema.live, *key)) {
            pairs.extend([(Vertex::Unmake(key), cut), (Vertex::Alter(key), cut)]);
        }
        for key in self.schema.desired.all_parts(self.key).map(|key| key.key).filter(|key| rests(&new, self.schema.desired, *key)) {
            pairs.extend([(cut, Vertex::Make(key)), (cut, Vertex::Alter(key))]);
        }
        pairs
    }

    /// A key that lacks what the table is to be cut by goes before, one that lacks what it was cut by comes after.
    fn key_cuts(&self, by: Pair<Option<&str>>) -> Vec<(Vertex, Vertex)> {
        let cut = Vertex::Alter(self.key);
        let is_key = |key: &&Key| matches!(key.kind, Kind::PrimaryKey | Kind::Index) && key.relation() == Some(self.key);
        let lacks = |schema: &Schema<Canonical>, key: &Key, columns: &[&Object], text: Option<&str>| {
            let listed = schema.get(*key).map(Object::key_columns).unwrap_or_default();
            let cutting = |column: &&&Object| text.is_some_and(|text| has_word(text, column.key.name));
            columns.iter().filter(cutting).any(|column| !listed.contains(&column.key.name))
        };
        let old = |key: &Key| lacks(self.schema.live, key, &self.desired, by.desired);
        let new = |key: &Key| lacks(self.schema.desired, key, &self.live, by.live);
        let mut pairs = Vec::new();
        pairs.extend(self.groups.unmade.iter().filter(is_key).filter(|key| old(key)).map(|key| (Vertex::Unmake(*key), cut)));
        pairs.extend(self.groups.made.iter().filter(is_key).filter(|key| new(key)).map(|key| (cut, Vertex::Make(*key))));
        let altered = self.groups.altered.keys().filter(is_key);
        pairs.extend(altered.map(|key| if old(key) { (Vertex::Alter(*key), cut) } else { (cut, Vertex::Alter(*key)) }));
        pairs
    }
}

fn has_word(text: &str, name: Name) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    text.split(|c| !is_word(c)).any(|word| word.eq_ignore_ascii_case(name.as_str()))
}
