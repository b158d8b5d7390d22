//! The lines of psql's `\d`, one parser for each production of grammar/psql.ebnf.
//!
//! psql prints names in titles and footers between quotes without doubling quotes inside them (psql's describe.c), so such
//! a name ends only where what must follow it begins.

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while, take_while1};
use nom::character::complete::{char, digit1, space0};
use nom::combinator::{opt, rest, value};
use nom::multi::separated_list1;
use nom::sequence::{delimited, preceded, terminated};

use super::super::words::{Parsed, balanced, dotted, fail, identifier, inside, raw_name, words};
use crate::sources::detect::TITLES;

/// What stands above a table: `Table "public.booking"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title<'t> {
    /// The words before the name.
    pub what: &'t str,
    pub namespace: &'t str,
    pub name: &'t str,
}

/// The word between an index's name and its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyWord {
    PrimaryKey,
    UniqueConstraint,
    UniqueIndex,
    Index,
}

/// A line under `Indexes:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexLine<'t> {
    pub name: &'t str,
    pub body: IndexBody<'t>,
    pub flags: Vec<IndexFlag<'t>>,
}

/// What an index is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexBody<'t> {
    /// `btree (a) INCLUDE (b) WHERE c`, cut into its clauses.
    Plain { word: KeyWord, clauses: Clauses<'t> },
    /// `EXCLUDE USING gist (…)`, or a key with WITHOUT OVERLAPS: the constraint's definition as the server prints it.
    Constraint(&'t str),
}

/// The clauses of an index, in the order in which the server prints them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clauses<'t> {
    pub method: &'t str,
    pub elements: &'t str,
    pub include: Option<&'t str>,
    pub nulls_not_distinct: bool,
    pub options: Option<&'t str>,
    pub predicate: Option<&'t str>,
}

/// What psql appends to an index's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexFlag<'t> {
    Deferrable,
    InitiallyDeferred,
    Cluster,
    Invalid,
    ReplicaIdentity,
    Tablespace(&'t str),
}

/// A line under `Check constraints:` or `Foreign-key constraints:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintLine<'t> {
    pub name: &'t str,
    pub definition: &'t str,
}

/// A line under `Not-null constraints:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotNullLine<'t> {
    pub name: &'t str,
    pub column: &'t str,
    /// ` NO INHERIT`, ` NOT VALID`, ` (inherited)` and the like, as printed.
    pub suffix: &'t str,
}

/// A line under `Statistics objects:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatisticsLine<'t> {
    pub namespace: &'t str,
    pub name: &'t str,
    pub definition: &'t str,
    pub target: Option<&'t str>,
}

/// The head of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyLine<'t> {
    pub name: &'t str,
    /// ` AS RESTRICTIVE`, ` FOR SELECT`.
    pub clauses: &'t str,
}

/// What a cell under `Default` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultCell<'t> {
    None,
    /// `always` or `by default`.
    Identity(&'t str),
    Generated {
        expression: &'t str,
        stored: bool,
    },
    Expression(&'t str),
}

/// What a cell under `Modifiers` says (psql before version 10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modifiers<'t> {
    pub collation: Option<&'t str>,
    pub not_null: bool,
    pub default: Option<&'t str>,
}

/// `app=# \d t`: what follows the prompt.
pub fn prompt(input: &str) -> Parsed<'_> {
    let (left, _) = take_while1(|c: char| !c.is_whitespace() && !matches!(c, '#' | '>')).parse(input)?;
    let before = input.strip_suffix(left).and_then(|name| name.chars().next_back());
    if !before.is_some_and(|c| "=-^!*('\"$;".contains(c)) {
        return fail(input);
    }
    preceded((alt((char('#'), char('>'))), space0), rest).parse(left)
}

/// `\d+ t`: the command's letters, and its pattern.
pub fn describe_command(input: &str) -> Parsed<'_, (&str, &str)> {
    let (left, letters) = preceded(tag("\\d"), take_while(|c: char| c.is_ascii_alphabetic() || c == '+')).parse(input)?;
    let (left, pattern) = preceded(space0, take_till(|c| c == '\n')).parse(left)?;
    Ok((left, (letters, pattern.trim_end_matches([';', ' ']))))
}

/// `Table "public.booking"`.
pub fn title(input: &str) -> Parsed<'_, Title<'_>> {
    let (left, what) = terminated(take_till(|c| c == '"'), char('"')).parse(input)?;
    let what = what.trim();
    let Some(name) = left.strip_suffix('"').filter(|_| TITLES.contains(&what)) else { return fail(input) };
    let Some((namespace, name)) = name.split_once('.') else { return fail(input) };
    Ok(("", Title { what, namespace, name }))
}

/// `"booking_pkey" PRIMARY KEY, btree (id)`.
pub fn index_line(input: &str) -> Parsed<'_, IndexLine<'_>> {
    let (kept, flags) = index_flags(input);
    let (left, (name, body)) = raw_name(kept, |after| preceded(char(' '), index_body).parse(after))?;
    if left.is_empty() { Ok((left, IndexLine { name, body, flags })) } else { fail(input) }
}

fn index_flags(input: &str) -> (&str, Vec<IndexFlag<'_>>) {
    let mut kept = input.trim_end();
    let mut flags = Vec::new();
    while let Some((before, flag)) = index_flag(kept) {
        kept = before;
        flags.push(flag);
    }
    (kept, flags)
}

/// What psql appends to the definition, taken from the end.
fn index_flag(line: &str) -> Option<(&str, IndexFlag<'_>)> {
    const FLAGS: &[(&str, IndexFlag<'static>)] = &[
        (" REPLICA IDENTITY", IndexFlag::ReplicaIdentity),
        (" INVALID", IndexFlag::Invalid),
        (" CLUSTER", IndexFlag::Cluster),
        (" INITIALLY DEFERRED", IndexFlag::InitiallyDeferred),
        (" DEFERRABLE", IndexFlag::Deferrable),
    ];
    if let Some((words, flag)) = FLAGS.iter().find(|(words, _)| line.ends_with(words)) {
        return Some((line.strip_suffix(words)?, *flag));
    }
    let (before, name) = line.strip_suffix('"')?.rsplit_once(", tablespace \"")?;
    Some((before, IndexFlag::Tablespace(name)))
}

/// `UNIQUE, btree (a, b) WHERE c`, or a constraint's definition.
pub fn index_body(input: &str) -> Parsed<'_, IndexBody<'_>> {
    let constraint = ["EXCLUDE USING ", "PRIMARY KEY (", "UNIQUE ("];
    if constraint.iter().any(|start| input.starts_with(start)) {
        return rest.map(IndexBody::Constraint).parse(input);
    }
    let (left, word) = key_word(input)?;
    let (left, clauses) = index_clauses(left)?;
    Ok((left, IndexBody::Plain { word, clauses }))
}

/// `PRIMARY KEY, `, or nothing.
pub fn key_word(input: &str) -> Parsed<'_, KeyWord> {
    let known = alt((
        value(KeyWord::PrimaryKey, words("PRIMARY KEY,")),
        value(KeyWord::UniqueConstraint, words("UNIQUE CONSTRAINT,")),
        value(KeyWord::UniqueIndex, words("UNIQUE,")),
    ));
    opt(known).map(|word| word.unwrap_or(KeyWord::Index)).parse(input)
}

/// `btree (a) INCLUDE (b) NULLS NOT DISTINCT WITH (fillfactor='70') WHERE c`.
pub fn index_clauses(input: &str) -> Parsed<'_, Clauses<'_>> {
    let (left, method) = terminated(identifier, char(' ')).parse(input)?;
    let (left, elements) = balanced(left)?;
    let (left, include) = opt(preceded(tag(" INCLUDE "), balanced)).parse(left)?;
    let (left, distinct) = opt(tag(" NULLS NOT DISTINCT")).parse(left)?;
    let (left, options) = opt(preceded(tag(" WITH "), balanced)).parse(left)?;
    let (left, predicate) = opt(preceded(tag(" WHERE "), rest)).parse(left)?;
    Ok((left, Clauses { method, elements, include, nulls_not_distinct: distinct.is_some(), options, predicate }))
}

/// `"booking_price_check" CHECK (price > 0)`.
pub fn check_line(input: &str) -> Parsed<'_, ConstraintLine<'_>> {
    constraint(input, " CHECK (")
}

/// `"booking_room_fkey" FOREIGN KEY (room) REFERENCES room(id)`.
pub fn foreign_key_line(input: &str) -> Parsed<'_, ConstraintLine<'_>> {
    constraint(input, " FOREIGN KEY (")
}

fn constraint<'t>(input: &'t str, start: &'static str) -> Parsed<'t, ConstraintLine<'t>> {
    let definition = |after: &'t str| if after.starts_with(start) { rest.parse(after) } else { fail(after) };
    let (left, (name, definition)) = raw_name(input, definition)?;
    Ok((left, ConstraintLine { name, definition: definition.trim() }))
}

/// `TABLE "parent" CONSTRAINT "fk" FOREIGN KEY …`: said of another table.
pub fn other_table_line(input: &str) -> Parsed<'_, ConstraintLine<'_>> {
    preceded((tag("TABLE \""), take_till(|c| c == '"'), tag("\" CONSTRAINT ")), foreign_key_line).parse(input)
}

/// `"booking_id_not_null" NOT NULL "id" (local, inherited)`.
pub fn not_null_line(input: &str) -> Parsed<'_, NotNullLine<'_>> {
    let column = |after| preceded(tag(" NOT NULL "), |input| raw_name(input, not_null_suffix)).parse(after);
    let (left, (name, (column, suffix))) = raw_name(input, column)?;
    Ok((left, NotNullLine { name, column, suffix }))
}

/// ` NO INHERIT (inherited)`, or nothing.
pub fn not_null_suffix(input: &str) -> Parsed<'_> {
    let known = [" NO INHERIT", " NOT VALID", " (local, inherited)", " (inherited)"];
    let mut left = input;
    while let Some(after) = known.iter().find_map(|suffix| left.strip_prefix(suffix)) {
        left = after;
    }
    if left.is_empty() { Ok((left, input)) } else { fail(input) }
}

/// `"public.booking_stats" (ndistinct) ON a, b FROM booking; STATISTICS 100`.
pub fn statistics_line(input: &str) -> Parsed<'_, StatisticsLine<'_>> {
    let body = |after| preceded(char(' '), rest).parse(after);
    let (left, (name, body)) = raw_name(input, body)?;
    let Some((namespace, name)) = name.split_once('.') else { return fail(input) };
    let (definition, target) = body.rsplit_once("; STATISTICS ").map_or((body, None), |(definition, target)| (definition, Some(target)));
    Ok((left, StatisticsLine { namespace, name, definition, target }))
}

/// `POLICY "p" AS RESTRICTIVE FOR SELECT`.
pub fn policy_line(input: &str) -> Parsed<'_, PolicyLine<'_>> {
    let (left, (name, clauses)) = preceded(tag("POLICY "), |input| raw_name(input, policy_clauses)).parse(input)?;
    Ok((left, PolicyLine { name, clauses }))
}

/// ` AS RESTRICTIVE FOR SELECT`, or nothing.
pub fn policy_clauses(input: &str) -> Parsed<'_> {
    let (left, _) = opt(tag(" AS RESTRICTIVE")).parse(input)?;
    let command = alt((tag(" FOR SELECT"), tag(" FOR INSERT"), tag(" FOR UPDATE"), tag(" FOR DELETE")));
    let (left, _) = opt(command).parse(left)?;
    if left.is_empty() { Ok((left, input)) } else { fail(input) }
}

/// `t1 BEFORE INSERT ON booking FOR EACH ROW EXECUTE FUNCTION f(), ON TABLE parent`: the name, the rest, and the parent
/// that a partition's trigger comes from.
pub fn trigger_line(input: &str) -> Parsed<'_, (&str, &str, Option<&str>)> {
    let (left, name) = terminated(identifier, char(' ')).parse(input)?;
    if !["BEFORE ", "AFTER ", "INSTEAD OF "].iter().any(|timing| left.starts_with(timing)) {
        return fail(input);
    }
    let inherited = left.rsplit_once("), ON TABLE ").map(|(before, parent)| (before.len() + 1, parent));
    let (end, parent) = inherited.map_or((left.len(), None), |(end, parent)| (end, Some(parent)));
    Ok(("", (name, left.get(..end).unwrap_or(left), parent)))
}

/// `r1 AS`: the first line of a rule.
pub fn rule_start(input: &str) -> Parsed<'_> {
    let (left, name) = terminated(identifier, tag(" AS")).parse(input)?;
    if left.trim().is_empty() { Ok(("", name)) } else { fail(input) }
}

/// `parent FOR VALUES IN (1)`: the parent's name and the bound.
pub fn partition_of(input: &str) -> Parsed<'_, (&str, &str)> {
    let (left, parent) = terminated(dotted, char(' ')).parse(input)?;
    let bound = left.split(" DETACH PENDING").next().unwrap_or(left).trim();
    if bound == "DEFAULT" || bound.starts_with("FOR VALUES ") || bound.is_empty() { Ok(("", (parent, bound))) } else { fail(input) }
}

/// `parent, other.parent`.
pub fn name_list(input: &str) -> Parsed<'_, Vec<&str>> {
    separated_list1((char(','), space0), dotted).parse(input)
}

/// `fillfactor=70, autovacuum_enabled=false`.
pub fn option_list(input: &str) -> Parsed<'_, Vec<(&str, &str)>> {
    let name = take_while1(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let one = (name, preceded(char('='), take_till(|c| c == ',')));
    separated_list1((char(','), space0), one).parse(input)
}

/// A cell under `Default`.
pub fn default_cell(input: &str) -> Parsed<'_, DefaultCell<'_>> {
    if input.is_empty() {
        return Ok((input, DefaultCell::None));
    }
    let identity = terminated(preceded(tag("generated "), alt((tag("always"), tag("by default")))), tag(" as identity"));
    let stored = alt((value(true, tag(" stored")), value(false, tag(" virtual")), value(false, tag(""))));
    let generated = preceded(tag("generated always as "), (inside, stored));
    alt((
        identity.map(DefaultCell::Identity),
        generated.map(|(expression, stored)| DefaultCell::Generated { expression, stored }),
        rest.map(DefaultCell::Expression),
    ))
    .parse(input)
}

/// `collate C not null default 'x'::text`.
pub fn modifiers_cell(input: &str) -> Parsed<'_, Modifiers<'_>> {
    let gap = || take_while(|c| c == ' ');
    let (left, collation) = opt(delimited(tag("collate "), take_till(|c| c == ' '), gap())).parse(input)?;
    let (left, not_null) = opt(terminated(tag("not null"), gap())).parse(left)?;
    let (left, default) = opt(preceded(tag("default "), rest)).parse(left)?;
    Ok((left, Modifiers { collation, not_null: not_null.is_some(), default }))
}

/// `unique, btree, for table "public.booking", predicate (a > 0)`: the namespace and name of the index's table.
pub fn index_summary(input: &str) -> Parsed<'_, (&str, &str)> {
    let Some((_, after)) = input.split_once(", for table \"") else { return fail(input) };
    let end = after.rfind("\", ").filter(|_| !after.ends_with('"')).unwrap_or(after.len().saturating_sub(1));
    let name = after.get(..end).unwrap_or(after);
    let first = after.find("\", ").map_or(name, |at| after.get(..at).unwrap_or(name));
    first.split_once('.').map_or_else(|| fail(input), |both| Ok(("", both)))
}

/// `(12 rows)`.
pub fn row_count(input: &str) -> Parsed<'_> {
    delimited(char('('), digit1, (alt((tag(" rows"), tag(" row"))), char(')'))).parse(input)
}
