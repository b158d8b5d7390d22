//! Columns: added, dropped, retyped, made NOT NULL.

use crate::base::Name;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Hazard, Key, Kind, Object, Op, Part, Value, Work};

use super::Weigher;
use super::handed_down;
use super::levels::ACCESS_EXCLUSIVE;
use crate::dialects::postgres::lexer::{Token, tokens};
use crate::dialects::postgres::write::{cast, column};

/// Types whose numbers end where a busy table gets to.
const SHORT: &[&str] = &["smallint", "int2", "smallserial", "serial2", "integer", "int", "int4", "serial", "serial4"];

/// `ADD COLUMN`: the rows stay as they are where the default is one value for all (manual, ALTER TABLE, Notes).
pub fn create(weigher: &mut Weigher, column: &Object) {
    if numbers_end(column) {
        weigher.endanger(Hazard::Overflow);
    }
    let Some(table) = weigher.owner(column.key) else { return };
    if table.kind != Kind::Table {
        return weigher.lock(table, &ACCESS_EXCLUSIVE);
    }
    weigher.lock_all(table, &ACCESS_EXCLUSIVE);
    let filled = [Attr::Default, Attr::Generated, Attr::Identity].iter().any(|attr| column.has(*attr)) || column::is_serial(column);
    if column.has(Attr::NotNull) && !filled {
        weigher.endanger(Hazard::MayFail);
    }
    if rewrites(weigher, column) {
        weigher.work(Work::Rewrite);
    }
}

fn rewrites(weigher: &Weigher, column: &Object) -> bool {
    let stored = column.has(Attr::Generated) && column.text(Attr::GeneratedAs).is_none_or(|kind| kind == "stored");
    let of_domain = || weigher.deed.before.get(domain(weigher, column.text(Attr::Type)?)?)?.text(Attr::Default);
    let default = column.text(Attr::Default).or_else(of_domain);
    let volatile = default.is_some_and(|default| is_volatile(weigher, default));
    // Before version 11 every default was written into every row (release notes, 11).
    let eager = default.is_some() && !weigher.deed.version.since(11, 0, 0);
    stored || volatile || eager || column.has(Attr::Identity) || column::is_serial(column) || is_constrained(weigher, column)
}

/// A column of a domain with constraints is checked row by row.
fn is_constrained(weigher: &Weigher, column: &Object) -> bool {
    column.text(Attr::Type).and_then(|name| domain(weigher, name)).is_some_and(|domain| constrained(weigher, domain))
}

fn constrained(weigher: &Weigher, domain: Key) -> bool {
    let before = weigher.deed.before;
    let required = before.get(domain).is_some_and(|domain| domain.has(Attr::NotNull));
    required || before.parts(domain, Kind::Check).next().is_some()
}

fn domain(weigher: &Weigher, name: &str) -> Option<Key> {
    let bare = name.rsplit('.').next().unwrap_or(name).trim_matches('"');
    weigher.deed.before.of_kind(Kind::Domain).find(|domain| domain.key.name.as_str() == bare).map(|domain| domain.key)
}

/// The type under a domain.
fn based<'t>(weigher: &Weigher<'t>, name: &'t str) -> &'t str {
    let under = domain(weigher, name).and_then(|domain| weigher.deed.before.get(domain)?.text(Attr::Type));
    under.unwrap_or(name)
}

/// Whether an index or a key stands on the column.
fn indexed(weigher: &Weigher, table: Key, column: Key) -> bool {
    let before = weigher.deed.before;
    let mut parts = [Kind::PrimaryKey, Kind::Unique, Kind::Exclusion, Kind::Index].into_iter().flat_map(|kind| before.parts(table, kind));
    parts.any(|part| {
        part.names(Attr::Columns).contains(&column.name)
            || part.parts(Attr::Parts).iter().any(|element| element.name() == Some(column.name))
    })
}

/// Whether USING says more than the column itself, or one cast of it that leaves the bytes: the server computes each value then.
fn is_computed(weigher: &Weigher, column: Key, [from, to]: [&str; 2]) -> bool {
    let tokens = tokens(weigher.deed.sql).unwrap_or_default();
    let is = |token: &Token<'_>, name: &str| matches!(token, Token::Word(word) | Token::Quoted(word) if *word == name);
    let own = |pair: &[Token<'_>]| matches!(pair, [type_of, name] if is(name, column.name.as_str()) && (is(type_of, "column") || is(type_of, "alter")));
    let after = tokens.windows(2).position(own).map_or(&[][..], |at| &tokens[at + 2..]);
    let clause: Vec<&Token<'_>> = after.iter().take_while(|token| !is(token, "alter")).collect();
    let Some(at) = clause.iter().position(|token| is(token, "using")) else { return false };
    match &clause[at + 1..] {
        [name] | [name, Token::Symbol("," | ";"), ..] if is(name, column.name.as_str()) => false,
        [name, Token::Symbol("::"), cast @ ..] if is(name, column.name.as_str()) => {
            let said = spelled(cast);
            said.contains("::") || cast::rewrites(from, &said) || cast::rewrites(&said, to)
        }
        _ => true,
    }
}

/// What the tokens spell up to the comma or semicolon that ends it.
fn spelled(tokens: &[&Token<'_>]) -> String {
    let mut text = String::new();
    for token in tokens {
        match token {
            Token::Symbol("," | ";") if text.matches('(').count() == text.matches(')').count() => break,
            Token::Word(word) | Token::Quoted(word) => {
                text += if text.is_empty() || text.ends_with(['.', '(']) { "" } else { " " };
                text += word;
            }
            Token::Number(number) => text += number,
            Token::Symbol(symbol) => text += symbol,
            _ => {}
        }
    }
    text
}

/// Whether an index with an expression or a condition stands on the column: the server keeps no such index over a change of type,
/// where it keeps plain ones (measured on 15 and 18).
fn computed_over(weigher: &Weigher, table: Key, column: Key) -> bool {
    let before = weigher.deed.before;
    let mut indexes = [Kind::Index, Kind::Exclusion].into_iter().flat_map(|kind| before.parts(table, kind));
    indexes.any(|index| {
        let expressions: Vec<&str> = index.parts(Attr::Parts).iter().filter_map(expression).collect();
        let condition = index.text(Attr::Where);
        let plain = index.parts(Attr::Parts).iter().any(|part| part.name() == Some(column.name));
        let said = expressions.iter().copied().chain(condition).any(|text| mentions(text, column.name));
        said || plain && (condition.is_some() || !expressions.is_empty())
    })
}

fn expression(part: &Part) -> Option<&str> {
    match &part.target {
        PartTarget::Expression(expression) => Some(&expression.text),
        PartTarget::Column(_) => None,
    }
}

/// A column's foreign keys, and those that refer to it, are taken away or made again with it: the tables at their other ends are locked.
fn lock_other_ends(weigher: &mut Weigher, column: Key) {
    let before = weigher.deed.before;
    let here = column.relation();
    for key in before.of_kind(Kind::ForeignKey) {
        let away = key.key_of(Attr::References);
        if key.key.relation() == here && key.names(Attr::Columns).contains(&column.name) {
            away.into_iter().for_each(|target| weigher.lock_all(target, &ACCESS_EXCLUSIVE));
        }
        if away == here && key.names(Attr::ReferencedColumns).contains(&column.name) {
            key.key.relation().into_iter().for_each(|source| weigher.lock_all(source, &ACCESS_EXCLUSIVE));
        }
    }
}

/// Functions whose result differs from row to row (manual, chapter 9: their volatility in the catalog).
const VOLATILE: &[&str] = &[
    "nextval",
    "random",
    "gen_random_uuid",
    "clock_timestamp",
    "timeofday",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
    "gen_salt",
    "gen_random_bytes",
    "random_normal",
    "setval",
    "currval",
    "lastval",
    "pg_sleep",
    "txid_current",
    "pg_current_xact_id",
    "setseed",
];

/// Whether a default is computed anew for each row: it calls a function that is known to be volatile, or one of the user's own
/// that does not say that it is not.
fn is_volatile(weigher: &Weigher, default: &str) -> bool {
    let before = weigher.deed.before;
    calls(default).iter().any(|name| {
        let mut own = before.of_kind(Kind::Function).filter(|function| function.key.bare() == name);
        VOLATILE.contains(&name.as_str())
            || own.any(|function| function.text(Attr::Volatility).is_none_or(|word| word.eq_ignore_ascii_case("volatile")))
    })
}

/// The names before an opening parenthesis.
fn calls(expression: &str) -> Vec<String> {
    let tokens = tokens(expression).unwrap_or_default();
    let call = |pair: &[Token<'_>]| match pair {
        [Token::Word(name) | Token::Quoted(name), Token::Symbol("(")] => Some(name.to_string()),
        _ => None,
    };
    tokens.windows(2).filter_map(call).collect()
}

fn numbers_end(column: &Object) -> bool {
    let counts =
        column.has(Attr::Identity) || column::is_serial(column) || column.text(Attr::Default).is_some_and(|text| text.contains("nextval("));
    counts && column.text(Attr::Type).is_some_and(is_short)
}

fn is_short(name: &str) -> bool {
    SHORT.contains(&name.trim().to_ascii_lowercase().as_str())
}

/// `DROP COLUMN`; what is computed from other columns is not lost.
pub fn unmake(weigher: &mut Weigher, key: Key) {
    let Some(table) = weigher.owner(key) else { return };
    weigher.lock_all(table, &ACCESS_EXCLUSIVE);
    lock_other_ends(weigher, key);
    let computed = weigher.deed.before.get(key).is_some_and(|column| column.has(Attr::Generated));
    if table.kind == Kind::Table && !computed {
        weigher.endanger(Hazard::Drop);
    }
}

/// `ALTER COLUMN … TYPE`; checks on the column are looked at again for every row.
pub fn retype(weigher: &mut Weigher, key: Key, value: Option<&Value>) {
    let Some(table) = weigher.owner(key) else { return };
    weigher.lock_all(table, &ACCESS_EXCLUSIVE);
    lock_other_ends(weigher, key);
    let before = weigher.deed.before;
    let from = before.get(key).and_then(|column| column.text(Attr::Type));
    let (Some(from), Some(Value::Sql(to))) = (from, value) else { return weigher.work(Work::Rewrite) };
    let types = (based(weigher, from), based(weigher, &to.text));
    cast::risks(types.0, types.1).into_iter().for_each(|hazard| weigher.endanger(hazard));
    if cast::rewrites(types.0, types.1) || is_computed(weigher, key, [types.0, types.1]) {
        weigher.work(Work::Rewrite);
    } else if computed_over(weigher, table, key) || !cast::sorts_alike(types.0, types.1) && indexed(weigher, table, key) {
        weigher.work(Work::Index);
    }
    if domain(weigher, &to.text).is_some_and(|domain| constrained(weigher, domain)) {
        weigher.work(Work::Rewrite);
        weigher.endanger(Hazard::MayFail);
    }
    let collated = weigher.deed.ops.iter().any(|op| matches!(op, Op::Set { key: own, attr: Attr::Collation, value } if *own == key && *value != before.fact(key, Attr::Collation).cloned()));
    if collated && indexed(weigher, table, key) {
        weigher.work(Work::Index);
    }
    // A check that was never validated stays so, and nothing is looked at (measured on 15 and 18).
    let again = |check: &&Object| !check.has(Attr::NotValid);
    let mentions = |check: &&Object| check.text(Attr::Expression).is_some_and(|text| mentions(text, key.name));
    if before.parts(table, Kind::Check).any(|check| again(&check) && mentions(&check)) {
        weigher.work(Work::Scan);
    }
    let numbered = before.get(key).is_some_and(|column| column.has(Attr::Identity));
    if numbered && is_short(&to.text) {
        weigher.endanger(Hazard::Overflow);
    }
}

/// Whether an expression or a query has this name in it.
pub fn mentions(expression: &str, name: Name) -> bool {
    let named = |token: &Token<'_>| matches!(token, Token::Word(word) | Token::Quoted(word) if *word == name.as_str());
    tokens(expression).unwrap_or_default().iter().any(named)
}

/// `SET NOT NULL` reads all rows, unless a validated check says the same (manual, ALTER TABLE; version 12). A primary key
/// brings it along.
pub fn require(weigher: &mut Weigher, key: Key) {
    let Some(table) = weigher.owner(key) else { return };
    let reach = handed_down::new_not_null(weigher);
    handed_down::lock(weigher, table, reach, &ACCESS_EXCLUSIVE);
    let before = weigher.deed.before;
    let new = weigher.deed.ops.iter().any(|op| matches!(op, Op::Create { object, .. } if object.key == key));
    // Rows that are there are not looked at then (version 18).
    let trusted = weigher.deed.ops.iter().any(|op| matches!(op, Op::Set { key: own, attr: Attr::NotValid, value: Some(_) } if *own == key));
    if new || trusted || before.get(key).is_some_and(|column| column.has(Attr::NotNull) && !column.has(Attr::NotValid)) {
        return;
    }
    let says = |check: &&Object| !check.has(Attr::NotValid) && check.text(Attr::Expression).is_some_and(|text| requires(text, key));
    let known = weigher.deed.version.since(12, 0, 0) && before.parts(table, Kind::Check).any(|check| says(&check));
    if !known {
        weigher.work(Work::Scan);
        weigher.endanger(Hazard::MayFail);
    }
}

/// Whether a check is `column IS NOT NULL` and nothing else.
pub fn requires(expression: &str, column: Key) -> bool {
    let tokens = tokens(expression).unwrap_or_default();
    let told: Vec<&Token<'_>> = tokens.iter().filter(|token| !matches!(token, Token::Symbol("(" | ")"))).collect();
    match told.as_slice() {
        [Token::Word(name) | Token::Quoted(name), Token::Word(is), Token::Word(not), Token::Word(null)] => {
            *name == column.name.as_str() && is == "is" && not == "not" && null == "null"
        }
        _ => false,
    }
}
