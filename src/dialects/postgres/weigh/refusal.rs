//! What the server does not let go or change while something rests on it (manual, Dependency Tracking; ALTER TABLE).

use super::column::mentions;
use crate::base::Name;
use crate::dialects::postgres::types;
use crate::dialects::postgres::write::{cast, quote};
use crate::dialects::shows_all;
use crate::ir::inheritance::all_below;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Schema, Value};

/// Kinds that hold a column's type fast.
const HOLD_TYPES: &[Kind] = &[Kind::View, Kind::MaterializedView, Kind::Rule, Kind::Policy, Kind::Trigger, Kind::Publication, Kind::Column];
/// Parts that go with a column of their own table, and with the one that it inherits.
const FALL_WITH_COLUMNS: &[Kind] = &[Kind::Check, Kind::PrimaryKey, Kind::Unique, Kind::Exclusion, Kind::ForeignKey, Kind::Index];

/// Why the server refuses the operation while these dependents stand.
pub fn refuses(op: &Op, dependents: &[&Object], before: &Schema<Canonical>) -> Option<String> {
    let key = before.resolve(op.key());
    match op {
        Op::Drop { key: asked, .. } => {
            let key = key?;
            if asked.kind == Kind::Index && key.kind != Kind::Index {
                return Some(format!("{key} needs its index: ALTER TABLE … DROP CONSTRAINT {} drops both", key.name));
            }
            let own: Vec<Option<Key>> = [key].into_iter().chain(all_below(key, before)).map(Key::relation).collect();
            let falls = |part: &Object| {
                key.kind == Kind::Column && FALL_WITH_COLUMNS.contains(&part.key.kind) && own.contains(&part.key.relation())
            };
            let held = dependents.iter().find(|dependent| !falls(dependent) && holds(dependent, key))?;
            Some(format!("{} rests on {key}: drop that first, or say CASCADE, which drops it too", held.key))
        }
        Op::Set { attr: Attr::Type, .. } | Op::SetOnly { attr: Attr::Type, .. } => {
            let key = key.filter(|key| key.kind == Kind::Column)?;
            let held = dependents
                .iter()
                .find(|dependent| HOLD_TYPES.contains(&dependent.key.kind) && !is_plain_column(dependent) && reads(dependent, key.name))?;
            Some(format!("{} rests on {key}: drop that before the type changes, and make it again after", held.key))
        }
        Op::Set { attr: Attr::NotNull, value: None, .. } | Op::SetOnly { attr: Attr::NotNull, value: None, .. } => {
            let key = key.filter(|key| key.kind == Kind::Column)?;
            let mut keys = before.parts(key.relation()?, Kind::PrimaryKey);
            let primary = keys.find(|primary| primary.names(Attr::Columns).contains(&key.name))?;
            Some(format!("{key} is in {}", primary.key))
        }
        Op::Create { object, .. } => unreferable(object, before),
        _ => None,
    }
}

/// Types that come from values of another kind by a cast that must be asked for, beside those of `cast::row`.
const OF_THEIR_OWN: &[&str] = &["boolean", "uuid", "json", "jsonb", "bytea", "inet", "interval"];

/// Why the server does not change types by itself: where the cast is not one of assignment, USING must say it (manual, ALTER TABLE;
/// pg_cast). Casts that somebody made are not looked into.
pub fn uncast(sql: &str, ops: &[Op], before: &Schema<Canonical>) -> Vec<String> {
    if sql.to_lowercase().contains("using") || before.of_kind(Kind::Cast).next().is_some() {
        return Vec::new();
    }
    ops.iter().filter_map(|op| implicit(op, before)).collect()
}

/// Whether a type's values come from no other kind unasked.
pub fn is_own_kind(base: &str) -> bool {
    OF_THEIR_OWN.contains(&base)
}

fn implicit(op: &Op, before: &Schema<Canonical>) -> Option<String> {
    let (Op::Set { key, attr: Attr::Type, value: Some(Value::Sql(to)) }
    | Op::SetOnly { key, attr: Attr::Type, value: Some(Value::Sql(to)) }) = op
    else {
        return None;
    };
    let column = before.resolve(*key).filter(|key| key.kind == Kind::Column).and_then(|key| before.get(key))?;
    let (from, to) = (column.fragment(Attr::Type)?.compared().to_owned(), types::canonical(&to.text));
    let [one, two] = [&from, &to].map(|text| cast::parse(text));
    let known = |kind: &cast::Parsed| cast::row(&kind.base).0 != cast::Family::Other || is_own_kind(&kind.base);
    let assigned = cast::EXPLICIT.contains(&(one.base.as_str(), two.base.as_str())) && one.base != "boolean" && two.base != "boolean";
    let asked = cast::using(&quote(column.key.name), &from, &to)?;
    let told = known(&one) && known(&two) && !one.array && !two.array && !assigned;
    told.then(|| format!("{} is {from}, and nothing casts that to {to} unasked: say USING {asked}", column.key))
}

fn is_plain_column(dependent: &Object) -> bool {
    dependent.key.kind == Kind::Column && !dependent.has(Attr::Generated)
}

/// Whether a dependent keeps an object from going.
fn holds(dependent: &Object, gone: Key) -> bool {
    let free = matches!(dependent.key.kind, Kind::Privilege | Kind::DefaultPrivilege | Kind::Statistics | Kind::Sequence);
    // A table leaves its publications when it goes; a column that one of them lists stays.
    let free = free || (dependent.key.kind == Kind::Publication && gone.kind.is_relation());
    let unread = gone.kind == Kind::Column && !reads(dependent, gone.name);
    !unread && (!free || gone.kind == Kind::Namespace)
}

/// Whether a query reads the column: by its name, or with all others. `count(*)` reads none.
fn reads(view: &Object, column: Name) -> bool {
    let Some(query) = view.text(Attr::Query) else { return true };
    mentions(query, column) || shows_all(query)
}

/// A foreign key needs a key of the other table over just its columns.
fn unreferable(object: &Object, before: &Schema<Canonical>) -> Option<String> {
    let named = object.key_of(Attr::References).filter(|_| object.key.kind == Kind::ForeignKey)?;
    let Some(table) = before.resolve(named) else {
        let own = object.key.relation() == Some(named) || !before.coverage.sees(named);
        return (!own).then(|| format!("{named}, which it refers to, is not there"));
    };
    let sorted = |names: &mut Vec<Name>| names.sort_unstable();
    let mut wanted = object.names(Attr::ReferencedColumns).to_vec();
    sorted(&mut wanted);
    let keys = [Kind::PrimaryKey, Kind::Unique].into_iter().flat_map(|kind| before.parts(table, kind));
    let mut listed: Vec<Vec<Name>> = keys.map(|key| key.names(Attr::Columns).to_vec()).collect();
    let whole = |index: &&Object| index.has(Attr::Unique) && !index.has(Attr::Where);
    let indexes = before.parts(table, Kind::Index).filter(whole);
    listed.extend(indexes.map(|index| index.parts(Attr::Parts).iter().filter_map(|part| part.name()).collect()));
    listed.iter_mut().for_each(sorted);
    let primary = wanted.is_empty() && before.parts(table, Kind::PrimaryKey).next().is_some();
    (!primary && !listed.contains(&wanted))
        .then(|| format!("no primary key or unique key of {table} is over just the columns that it refers to"))
}
