//! Rows that an index cannot take, counted before it is built: those for which an expression of it fails, and those whose entry is too
//! long (manual, CREATE INDEX; B-Tree Indexes, Limitations); `page_ranges` does the same for those that an index sums up.

use super::page_ranges;
use super::parse;
use super::tree::Node;
use super::trial::Sides;
use super::write::ident::{list, object, quote};
use super::write::index::element;
use crate::base::Name;
use crate::dialects::{Obstacle, Trial};
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Part, Schema};

const PROBLEM: &str = "rows that the index cannot take";

/// An entry with fewer bytes fits into each kind of index: B-tree takes 2704, GIN 2712.
const SURE: u32 = 2500;

/// A method whose entries are of one length (manual, Hash Indexes).
const EVEN: &str = "hash";

/// Functions that have a value for each argument.
const TOTAL: &[&str] = &[
    "lower",
    "upper",
    "initcap",
    "btrim",
    "ltrim",
    "rtrim",
    "reverse",
    "md5",
    "length",
    "char_length",
    "octet_length",
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "concat",
    "date_trunc",
    "date_part",
    "extract",
    "timezone",
    "jsonb_typeof",
    "json_typeof",
    "num_nulls",
    "num_nonnulls",
];

/// Operators that have a value for each operand.
const TOTAL_OPERATORS: &[&str] =
    &["=", "<>", "<", ">", "<=", ">=", "||", "->", "->>", "#>", "#>>", "@>", "<@", "?", "?|", "?&", "&&", "~~", "~~*", "!~~", "!~~*"];

/// What an index, or a key with one, asks of the rows of a table that is there.
pub fn of(index: &Object, schema: Sides) -> Vec<Obstacle> {
    let Some(relation) = index.key.relation().and_then(|relation| schema.live.resolve(relation)) else { return Vec::new() };
    let fails = may_fail(index);
    let columns: Vec<&Object> = schema.desired.parts(relation, Kind::Column).filter(|column| speaks(index, column)).collect();
    let long = !is_even(index) && may_be_long(index, &columns);
    if !fails && !long {
        return Vec::new();
    }
    // The row is tried as it is: before the patch it has none of the values that the patch brings.
    let stays = |column: &&Object| schema.live.get(column.key).is_some_and(|live| live.get(Attr::Type) == column.get(Attr::Type));
    let is_new = |column: &&Object| !schema.live.contains(column.key) && !column.has(Attr::Generated);
    let query = |side: &Schema<Canonical>| side.get(relation).and_then(|relation| relation.get(Attr::Query).cloned());
    if !fails && columns.iter().all(is_new) && !columns.is_empty() {
        return Vec::new();
    }
    let brings = schema.desired.of_kind(Kind::Extension).any(|extension| !schema.live.contains(extension.key));
    let same = query(schema.live) == query(schema.desired);
    let known = columns.iter().all(stays) && same && !brings && !calls_new(index, schema);
    if page_ranges::are_summed_up(index) {
        return vec![(page_ranges::PROBLEM, known.then(|| page_ranges::trial(index, [&object(relation), &rows(relation, schema)], fails)))];
    }
    vec![(PROBLEM, known.then(|| trial(index, relation, schema)))]
}

/// Whether an expression of an index may have no value for a row.
pub fn may_fail(index: &Object) -> bool {
    texts(index).any(|text| parse::expression(text).is_none_or(|mut node| !is_total(&mut node)))
}

fn texts(index: &Object) -> impl Iterator<Item = &str> {
    let expressions = index.parts(Attr::Parts).iter().filter_map(|part| match &part.target {
        PartTarget::Expression(fragment) => Some(fragment.text.as_ref()),
        PartTarget::Column(_) => None,
    });
    expressions.chain(index.text(Attr::Where))
}

/// Whether an expression has a value for each row.
fn is_total(node: &mut Node) -> bool {
    let own = match node {
        Node::Cast(inner, to) => {
            matches!(**inner, Node::Literal { .. } | Node::Null) || ["text", "character varying"].contains(&to.as_str())
        }
        Node::Call(call) => call.plain().is_some_and(|name| TOTAL.contains(&name)),
        Node::Binary(operator, ..) | Node::Quantified { operator, .. } => TOTAL_OPERATORS.contains(&operator.as_str()),
        Node::Column(_) | Node::Literal { .. } | Node::Null | Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Is(..) => true,
        Node::Distinct(..) | Node::Case { .. } | Node::Array(_) | Node::Collate(..) => true,
        _ => false,
    };
    let mut total = own;
    node.each_child(&mut |child| total = total && is_total(child));
    total
}

fn speaks(index: &Object, column: &Object) -> bool {
    let name = column.key.name;
    let word = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name.as_str());
    [Attr::Columns, Attr::Include].iter().any(|attr| index.names(*attr).contains(&name))
        || index.parts(Attr::Parts).iter().any(|part| part.name() == Some(name))
        || texts(index).any(|text| word(text) || text.contains(&quote(name)))
}

fn is_even(index: &Object) -> bool {
    index.text(Attr::Method) == Some(EVEN)
}

/// Whether the values of an entry together can be longer than what each index takes.
fn may_be_long(index: &Object, columns: &[&Object]) -> bool {
    // The columns of a query's rows are not in the schema.
    let known = |name: Name| columns.iter().any(|column| column.key.name == name);
    let unknown = index.parts(Attr::Parts).iter().any(|part| part.name().is_none_or(|name| !known(name)));
    let lengths = columns.iter().map(|column| longest(column.fragment(Attr::Type).map_or("text", |kind| kind.compared())));
    columns.is_empty() && unknown || lengths.sum::<u32>() > SURE
}

/// The most bytes that a value of a type has, where it is a text; the others are short, or of a length that nobody knows.
fn longest(kind: &str) -> u32 {
    let (bare, length) =
        kind.split_once('(').map_or((kind, None), |(bare, rest)| (bare, rest.trim_end_matches([')', ']', '[']).parse().ok()));
    match bare {
        _ if kind.ends_with("[]") => SURE + 1,
        // A character has up to four bytes.
        "character" | "character varying" => length.map_or(SURE + 1, |length: u32| length.saturating_mul(4)),
        _ if length.is_some() || FIXED.contains(&bare) => 32,
        _ => SURE + 1,
    }
}

/// Types whose values are short.
const FIXED: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "numeric",
    "boolean",
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
    "time without time zone",
    "time with time zone",
    "interval",
    "uuid",
    "inet",
    "cidr",
    "macaddr",
    "oid",
    "name",
    "money",
    "tsvector",
    "int4range",
    "int8range",
    "numrange",
    "tsrange",
    "tstzrange",
    "daterange",
    "point",
    "box",
];

/// Whether the index speaks of a routine or a type that the patch brings or changes.
fn calls_new(index: &Object, schema: Sides) -> bool {
    let said: Vec<String> = index.parts(Attr::Parts).iter().map(element).chain(index.text(Attr::Where).map(str::to_string)).collect();
    let kinds = [Kind::Function, Kind::Operator, Kind::OperatorClass, Kind::Collation, Kind::Enum, Kind::Domain, Kind::Composite];
    let other = |known: &Object| schema.live.get(known.key).is_none_or(|live| live.facts() != known.facts());
    let named = |known: &Object| said.iter().any(|text| text.contains(known.key.bare()));
    kinds.into_iter().flat_map(|kind| schema.desired.of_kind(kind)).any(|known| named(known) && other(known))
}

/// The rows that an index is made of: that of a partitioned table goes through its partitions, that of any other is about its own rows.
fn rows(relation: Key, schema: Sides) -> String {
    let is_heired = schema.live.heirs(relation).next().is_some();
    let apart = is_heired && !schema.live.get(relation).is_some_and(|table| table.has(Attr::PartitionBy));
    format!("{}{}", if apart { "ONLY " } else { "" }, object(relation))
}

/// Each row that may not fit is put into a table of the session with the same index, by a function that catches the fault.
fn trial(index: &Object, relation: Key, schema: Sides) -> Trial {
    let table = object(relation);
    let parts: Vec<Part> = match index.names(Attr::Columns) {
        [] => index.parts(Attr::Parts).to_vec(),
        columns => columns.iter().map(|name| Part::column(*name)).collect(),
    };
    let included = index.names(Attr::Include);
    let values = parts.iter().map(value).chain(included.iter().map(|name| quote(*name)));
    let size = values.map(|value| format!("coalesce(pg_column_size({value}), 0)")).collect::<Vec<_>>().join(" + ");
    let filter = index.text(Attr::Where).map(|text| format!(" WHERE {text}")).unwrap_or_default();
    let one = "FROM (SELECT amend_row.*) AS amend_rows";
    // In a statement of its own: what is asked of the other rows only is worked out for each where it is asked in one.
    let guard = match filter.as_str() {
        "" => String::new(),
        filter => format!("    IF NOT EXISTS (SELECT {one}{filter}) THEN\n        RETURN false;\n    END IF;\n"),
    };
    let mut before = String::new();
    let mut keeps = String::new();
    if !is_even(index) {
        let elements: Vec<String> = parts.iter().map(element).collect();
        let method = index.text(Attr::Method).map(|method| format!(" USING {method}")).unwrap_or_default();
        let beside = if included.is_empty() { String::new() } else { format!(" INCLUDE ({})", list(included)) };
        before += &format!(
            "DROP TABLE IF EXISTS pg_temp.amend_entries;\nCREATE TEMPORARY TABLE amend_entries (LIKE {table} INCLUDING STORAGE);\n\
             CREATE INDEX ON amend_entries{method} ({}){beside}{filter};\n",
            elements.join(", ")
        );
        keeps = format!("    IF amend_size > {SURE} THEN\n        INSERT INTO pg_temp.amend_entries SELECT amend_row.*;\n    END IF;\n");
    }
    before += &format!(
        "CREATE OR REPLACE FUNCTION pg_temp.amend_stops(amend_row {table}) RETURNS boolean LANGUAGE plpgsql AS $amend$\n\
         DECLARE\n    amend_size integer;\nBEGIN\n{guard}    SELECT {size} INTO amend_size {one};\n\
         {keeps}    RETURN false;\nEXCEPTION WHEN OTHERS THEN\n    RETURN true;\nEND\n$amend$;\n"
    );
    let sieve = if may_fail(index) { String::new() } else { format!("{size} > {SURE} AND ") };
    Trial {
        before,
        count: format!("SELECT count(*) FROM {} AS amend_row WHERE {sieve}pg_temp.amend_stops(amend_row)", rows(relation, schema)),
    }
}

pub fn value(part: &Part) -> String {
    match &part.target {
        PartTarget::Column(name) => quote(*name),
        PartTarget::Expression(fragment) => format!("({})", fragment.text),
    }
}
