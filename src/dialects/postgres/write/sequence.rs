//! Sequences: free ones, those that a column owns, and those of identity columns.

use crate::ir::{Attr, Key, Kind, Object, Pair, Statement};

use super::ident::{literal, object, quote, relation};
use super::{Desired, Sides, alter_column};

/// The options with the words that set them and the words that set them back.
const OPTIONS: &[(Attr, &str, &str)] = &[
    (Attr::Start, "START WITH", ""),
    (Attr::Increment, "INCREMENT BY", "INCREMENT BY 1"),
    (Attr::MinValue, "MINVALUE", "NO MINVALUE"),
    (Attr::MaxValue, "MAXVALUE", "NO MAXVALUE"),
    (Attr::Cache, "CACHE", "CACHE 1"),
];

/// The sequence of an identity column comes with it; that of one which stays gets its new name.
pub fn create_for_identity(sequence: &Object, sides: Sides) -> Vec<Statement> {
    let stays = |column: &Key| !super::route::is_made(*column, sides);
    let column = sequence.key_of(Attr::IdentityOf).filter(stays);
    let Some(old) = column.and_then(|column| of_identity(column, sides.live)) else { return Vec::new() };
    let mut renamed = old.clone();
    renamed.key = sequence.key;
    let rename = Statement::new(
        format!("ALTER SEQUENCE {}\n    RENAME TO {}", object(old.key), quote(sequence.key.name)),
        "The sequence of the identity column has another name.",
    );
    let attrs: Vec<Attr> = renamed.differing(sequence);
    std::iter::once(rename).chain(alter(&attrs, Pair::new(&renamed, sequence), sides)).collect()
}

/// `CREATE SEQUENCE`; who owns it is said later, when the column is there.
pub fn create(sequence: &Object) -> Vec<Statement> {
    let persistence = super::table::persistence(sequence);
    let mut sql = format!("CREATE {persistence}SEQUENCE {}", object(sequence.key));
    if let Some(kind) = sequence.text(Attr::Type) {
        sql.push_str(&format!("\n    AS {kind}"));
    }
    for option in set_options(sequence) {
        sql.push_str(&format!("\n    {option}"));
    }
    vec![Statement::new(sql, format!("New sequence {}.", sequence.key.name))]
}

fn set_options(sequence: &Object) -> Vec<String> {
    let mut options: Vec<String> =
        OPTIONS.iter().filter_map(|(attr, words, _)| Some(format!("{words} {}", sequence.text(*attr)?))).collect();
    if sequence.has(Attr::Cycle) {
        options.push("CYCLE".to_owned());
    }
    options
}

/// ` (SEQUENCE NAME … START WITH …)` for an identity column; empty where all is as the server would choose.
pub fn identity_options(column: Key, desired: Desired) -> String {
    let Some(sequence) = of_identity(column, desired) else { return String::new() };
    let mut options = Vec::new();
    if sequence.key.name.as_str() != format!("{}_{}_seq", column.owner, column.name) {
        options.push(format!("SEQUENCE NAME {}", object(sequence.key)));
    }
    options.extend(set_options(sequence));
    if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) }
}

/// The sequence of an identity column, where it has facts of its own.
pub fn of_identity<'a>(column: Key, side: Desired<'a>) -> Option<&'a Object> {
    side.of_kind(Kind::Sequence).find(|sequence| sequence.key_of(Attr::IdentityOf) == Some(column))
}

/// The expression that finds the sequence of a column.
pub fn of_column(column: Key) -> String {
    format!("pg_catalog.pg_get_serial_sequence({}, {})", literal(&relation(column)), literal(column.name.as_str()))
}

/// The sequence's name as a literal.
pub fn name_literal(key: Key) -> String {
    literal(&object(key))
}

/// [`own`], after the sequence has got the owner of the column's table: the server wants them to be the same.
pub fn give(sequence: &Object, desired: Desired) -> Vec<Statement> {
    let table = sequence.key_of(Attr::OwnedBy).and_then(|column| super::kin::relation_of(column, desired));
    let owner = table.filter(|_| !sequence.has(Attr::Owner)).and_then(|table| table.text(Attr::Owner));
    let owned = owner.map(|owner| {
        let sql = format!("ALTER SEQUENCE {} OWNER TO {}", object(sequence.key), super::ident::role(owner));
        Statement::new(sql, "A sequence and the table that it belongs to have the same owner.")
    });
    owned.into_iter().chain([own(sequence)]).collect()
}

/// `OWNED BY` the desired column, or none.
pub fn own(sequence: &Object) -> Statement {
    let owner = sequence.key_of(Attr::OwnedBy).map(|column| format!("{}.{}", relation(column), quote(column.name)));
    let sql = format!("ALTER SEQUENCE {}\n    OWNED BY {}", object(sequence.key), owner.unwrap_or_else(|| "NONE".to_owned()));
    Statement::new(sql, "The sequence goes with the column that uses it.")
}

/// `ALTER SEQUENCE`: all options in one statement.
pub fn alter(attrs: &[Attr], sequence: Pair<&Object>, sides: Sides) -> Vec<Statement> {
    if alter_column::swaps(sequence.desired.key, sides) {
        return Vec::new();
    }
    let mut clauses = Vec::new();
    if attrs.contains(&Attr::Type) {
        clauses.push(format!("AS {}", sequence.desired.text(Attr::Type).unwrap_or("bigint")));
    }
    if start(sequence.live) != start(sequence.desired) {
        clauses.push(format!("START WITH {}", start(sequence.desired)));
    }
    let turns = counts_down(sequence.live) != counts_down(sequence.desired);
    let said = |attr: Attr| attrs.contains(&attr) || turns && matches!(attr, Attr::MinValue | Attr::MaxValue);
    for (attr, words, back) in OPTIONS.iter().filter(|row| said(row.0) && row.0 != Attr::Start) {
        let value = sequence.desired.text(*attr).or(near_zero(*attr, sequence.desired).filter(|_| turns));
        clauses.push(value.map_or((*back).to_owned(), |value| format!("{words} {value}")));
    }
    if attrs.contains(&Attr::Cycle) {
        clauses.push(if sequence.desired.has(Attr::Cycle) { "CYCLE" } else { "NO CYCLE" }.to_owned());
    }
    if leaves(sequence) {
        clauses.push("RESTART".to_owned());
    }
    let mut statements: Vec<Statement> = into_bounds(sequence).into_iter().collect();
    if !clauses.is_empty() {
        let sql = format!("ALTER SEQUENCE {}\n    {}", object(sequence.desired.key), clauses.join("\n    "));
        statements.push(Statement::new(sql, format!("Options of the sequence {}.", sequence.desired.key.name)));
    }
    if attrs.contains(&Attr::OwnedBy) && !sequence.desired.has(Attr::IdentityOf) {
        statements.extend(give(sequence.desired, sides.desired));
        let column = sequence.desired.key_of(Attr::OwnedBy);
        let old_rows = column.filter(|column| counts(*column, sides.live) && !sides.live.contains(sequence.desired.key));
        statements.extend(old_rows.map(|column| go_on(sequence.desired, name_literal(sequence.desired.key), column)));
    }
    // That of a column changes with the table (manual, ALTER TABLE, SET LOGGED).
    let of_column = sequence.desired.has(Attr::OwnedBy) || sequence.desired.has(Attr::IdentityOf);
    if attrs.contains(&Attr::Persistence) && !of_column {
        let word = if sequence.desired.text(Attr::Persistence) == Some("unlogged") { "UNLOGGED" } else { "LOGGED" };
        let sql = format!("ALTER SEQUENCE {}\n    SET {word}", object(sequence.desired.key));
        statements.push(Statement::new(sql, "Whether a crash empties it."));
    }
    statements
}

/// Lets a new sequence go on after the numbers that the rows have; `name` is an expression that finds it.
pub fn go_on(sequence: &Object, name: String, column: Key) -> Statement {
    let (quoted, table, start) = (quote(column.name), relation(column), start(sequence));
    // Both functions leave out the NULL of an empty table.
    let next =
        if counts_down(sequence) { format!("least(min({quoted}) - 1, {start})") } else { format!("greatest(max({quoted}) + 1, {start})") };
    let sql = format!("SELECT pg_catalog.setval({name}, {next}, false) FROM {table}");
    Statement::new(sql, format!("New rows go on after the last {quoted}."))
}

/// Whether a column that is there holds whole numbers.
fn counts(column: Key, live: Desired) -> bool {
    const WHOLE: &[&str] = &["smallint", "integer", "bigint"];
    live.get(column).and_then(|column| column.fragment(Attr::Type)).is_some_and(|of| WHOLE.contains(&of.compared()))
}

fn counts_down(sequence: &Object) -> bool {
    sequence.text(Attr::Increment).is_some_and(|step| step.trim_start().starts_with('-'))
}

/// The bound from which a sequence counts where it says nothing. The server takes NO MAXVALUE for that of the type, whatever the
/// direction, where the type changes too.
fn near_zero(attr: Attr, sequence: &Object) -> Option<&'static str> {
    match (attr, counts_down(sequence)) {
        (Attr::MinValue, false) => Some("1"),
        (Attr::MaxValue, true) => Some("-1"),
        _ => None,
    }
}

/// Moves the current number into the new bounds, which the server would otherwise refuse; it does not go back.
fn into_bounds(sequence: Pair<&Object>) -> Option<Statement> {
    let (old, new) = (bounds(sequence.live), bounds(sequence.desired));
    let least = new.0.filter(|least| old.0.is_none_or(|old| old < *least)).map(|value| ("greatest", value));
    let most = new.1.filter(|most| old.1.is_none_or(|old| old > *most)).map(|value| ("least", value));
    let moves = least.iter().chain(&most);
    let clamped = moves.fold("last_value".to_owned(), |number, (word, value)| format!("{word}({number}, {value})"));
    if clamped == "last_value" || leaves(sequence) {
        return None;
    }
    let name = object(sequence.desired.key);
    let sql = format!("SELECT pg_catalog.setval({}, {clamped}, is_called AND last_value = {clamped})\nFROM {name}", literal(&name));
    Some(Statement::new(sql, "The current number must lie in the new bounds; where it does, it stays."))
}

/// Whether no number of the old range lies in the new one: the sequence can only start again.
fn leaves(sequence: Pair<&Object>) -> bool {
    let apart = |below: Option<i128>, above: Option<i128>| below.zip(above).is_some_and(|(below, above)| below < above);
    let (old, new) = (bounds(sequence.live), bounds(sequence.desired));
    apart(old.1, new.0) || apart(new.1, old.0)
}

/// The least and the greatest number; none where the type sets it, or where it is no number (manual, CREATE SEQUENCE).
fn bounds(sequence: &Object) -> (Option<i128>, Option<i128>) {
    let down = counts_down(sequence);
    let bound = |attr: Attr, implied: Option<i128>| match sequence.text(attr) {
        Some(text) => text.trim().parse().ok(),
        None => implied,
    };
    (bound(Attr::MinValue, (!down).then_some(1)), bound(Attr::MaxValue, down.then_some(-1)))
}

/// Where a sequence starts: where it says, else at its least value, or at its greatest where it counts down (manual,
/// CREATE SEQUENCE).
fn start(sequence: &Object) -> String {
    if let Some(start) = sequence.text(Attr::Start) {
        return start.to_owned();
    }
    let (attr, fallback) = if counts_down(sequence) { (Attr::MaxValue, "-1") } else { (Attr::MinValue, "1") };
    sequence.text(attr).unwrap_or(fallback).to_owned()
}
