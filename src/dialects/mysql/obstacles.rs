//! Rows at which a change stops that is no rule of a column or key, as queries: what has no partition, what a period cannot hold.

use super::write::text::{name, qualified};
use crate::base::Name;
use crate::dialects::{Obstacle, Trial};
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Pair, Schema, Value};

type Sides<'a> = Pair<&'a Schema<Canonical>>;

/// What a change asks of rows.
pub fn of(op: &Op, schema: Sides) -> Vec<Obstacle> {
    let key = op.key();
    let desired = schema.desired.get(key).filter(|_| key.relation().or(Some(key)).is_some_and(|relation| schema.live.contains(relation)));
    let Some(desired) = desired else { return Vec::new() };
    let counted = match op {
        Op::Set { attr: Attr::Partitions | Attr::PartitionBy, .. } => without_a_place(desired).into_iter().collect(),
        Op::Set { attr: Attr::Options, .. } if key.kind == Kind::Table => ended_before(desired, schema),
        _ => Vec::new(),
    };
    counted.into_iter().map(|(problem, count)| (problem, Some(Trial { before: String::new(), count }))).collect()
}

type Counted = (&'static str, String);

/// The rows that no partition takes: those from the last bound on, those that no list has (MySQL, RANGE Partitioning, LIST Partitioning).
/// None where that is not told by constants.
fn without_a_place(table: &Object) -> Option<Counted> {
    let (by, pieces) = (table.fragment(Attr::PartitionBy)?.compared(), table.fragment(Attr::Partitions)?.compared());
    let (kind, rest) = by.split_once('(')?;
    let value = rest.strip_suffix(')')?;
    let bounds = |word: &str| pieces.split(word).skip(1).map(|rest| inner(rest).unwrap_or("maxvalue")).collect::<Vec<&str>>();
    let condition = match kind.split_whitespace().next()? {
        "range" => {
            let last = *bounds(" less than ").last()?;
            if last.contains("maxvalue") { "false".to_string() } else { format!("({value}) >= ({last})") }
        }
        "list" if !pieces.contains(" default") => {
            let listed = bounds(" in ").join(",").replace("row(", "(");
            let values: Vec<&str> = listed.split(',').collect();
            let (null, plain): (Vec<&str>, Vec<&str>) = values.into_iter().partition(|value| *value == "null");
            if listed.contains('(') && listed.contains("null") || plain.is_empty() {
                return None;
            }
            let beside = if null.is_empty() && !listed.contains('(') { format!(" OR ({value}) IS NULL") } else { String::new() };
            format!("({value}) NOT IN ({}){beside}", plain.join(","))
        }
        _ => return None,
    };
    Some(("rows that no partition takes", format!("SELECT count(*) FROM {} WHERE {condition}", qualified(table.key))))
}

/// What stands in the parentheses with which a text begins.
fn inner(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('(')?;
    let mut depth = 1;
    let end = rest.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        depth == 0
    });
    end.map(|(at, _)| &rest[..at])
}

/// The ends of a period by its name (MariaDB, Application-Time Periods).
fn period<State>(table: Key, wanted: &str, schema: &Schema<State>) -> Option<(String, String)> {
    let Some(Value::Options(options)) = schema.get(table)?.get(Attr::Options) else { return None };
    let (_, columns) = options.iter().find(|(option, _)| option.as_str().strip_prefix("period for ") == Some(wanted))?;
    let (from, to) = columns.trim_matches(['(', ')']).split_once(',')?;
    Some((from.trim().to_string(), to.trim().to_string()))
}

/// A period that comes begins before it ends, in every row.
fn ended_before(table: &Object, schema: Sides) -> Vec<Counted> {
    let Some(Value::Options(options)) = table.get(Attr::Options) else { return Vec::new() };
    let names = options.keys().filter_map(|option| option.as_str().strip_prefix("period for ")).filter(|name| *name != "system_time");
    let comes = names.filter(|name| period(table.key, name, schema.live).is_none());
    let ends = comes.filter_map(|name| period(table.key, name, schema.desired)).filter(|(from, to)| {
        [from, to].iter().all(|column| schema.live.contains(table.key.child(Kind::Column, Name::new(column.trim_matches('`')))))
    });
    let count = |(from, to): (String, String)| {
        let sql = format!("SELECT count(*) FROM {} WHERE NOT ({from} < {to})", qualified(table.key));
        ("rows whose period ends before it begins", sql)
    };
    ends.map(count).collect()
}

/// The pairs of rows that a key WITHOUT OVERLAPS does not take.
pub fn overlapping(key: &Object, source: &str, schema: Sides) -> Option<Trial> {
    let parts = key.parts(Attr::Parts);
    let (last, rest) = parts.split_last().filter(|(last, _)| last.operator.is_some())?;
    let (from, to) = period(key.key.relation()?, last.name()?.as_str(), schema.desired)?;
    let names: Vec<String> = rest.iter().map(|part| part.name().map(name)).collect::<Option<_>>()?;
    let columns: Vec<String> = names.iter().cloned().chain([from.clone(), to.clone()]).collect();
    let before = format!(
        "DROP TEMPORARY TABLE IF EXISTS amend_pairs;\nCREATE TEMPORARY TABLE amend_pairs (amend_number bigint NOT NULL AUTO_INCREMENT PRIMARY KEY) \
         AS SELECT {} FROM {source};\n",
        columns.join(", ")
    );
    let same = names.iter().map(|column| format!("one.{column} = other.{column}"));
    let meets =
        [format!("one.{from} < other.{to}"), format!("other.{from} < one.{to}"), "one.amend_number <> other.amend_number".to_string()];
    let conditions: Vec<String> = same.chain(meets).collect();
    let count = format!(
        "SELECT count(*) FROM amend_pairs AS one WHERE EXISTS (SELECT 1 FROM amend_pairs AS other WHERE {})",
        conditions.join(" AND ")
    );
    Some(Trial { before, count })
}
