//! Sequences: one row of settings, and a footer that says which column owns them.

use super::super::script::Phase;
use super::super::words::parts_of;
use super::Text;
use super::blocks::Block;
use super::names::relation;

/// The sequence of an identity column.
#[derive(Clone, Debug)]
pub struct Identity<'b> {
    /// Namespace, table and column.
    pub column: [&'b str; 3],
    /// `SEQUENCE NAME … START WITH …`.
    pub options: String,
}

/// What `\d` says of a sequence, with the name under which psql 10 and later, or earlier versions, say it.
const SETTINGS: &[(&str, &str)] = &[
    ("Start", "start_value"),
    ("Increment", "increment_by"),
    ("Minimum", "min_value"),
    ("Maximum", "max_value"),
    ("Cache", "cache_value"),
];

/// The bounds that a sequence of this type has by itself, ascending and descending (PostgreSQL manual, CREATE SEQUENCE).
const BOUNDS: &[(&str, &str, &str)] =
    &[("smallint", "32767", "-32768"), ("integer", "2147483647", "-2147483648"), ("bigint", "9223372036854775807", "-9223372036854775808")];

/// Writes a sequence of its own.
pub fn write(block: &Block<'_>, text: &mut Text<'_, '_>) {
    if block.section("Sequence for identity column").is_some() {
        return;
    }
    let Some(options) = options(block) else { return text.unknown(block.line.span, "a sequence") };
    let unlogged = if block.title.what.starts_with("Unlogged") { "UNLOGGED " } else { "" };
    let sql = format!("CREATE {unlogged}SEQUENCE {} AS {} {options}", relation(&block.title), data_type(block));
    text.script.sql(Phase::Sequence, sql, block.line.span);
    if let Some(section) = block.section("Owned by") {
        let sql = format!("ALTER SEQUENCE {} OWNED BY {}", relation(&block.title), section.inline);
        text.script.sql(Phase::Column, sql, section.line.span);
    }
}

/// The identity sequences of a text; their columns carry the options.
pub fn identities<'b>(blocks: &'b [Block<'_>]) -> Vec<(Vec<String>, String)> {
    let of = |block: &'b Block<'_>| {
        let section = block.section("Sequence for identity column")?;
        let options = format!("SEQUENCE NAME {} {}", relation(&block.title), options(block)?);
        Some((parts_of(section.inline), options))
    };
    blocks.iter().filter_map(of).collect()
}

/// The cell of a setting: a column of its own, or a row of name and value in psql before version 10.
fn setting<'b>(block: &'b Block<'_>, (header, old): (&str, &str)) -> Option<&'b str> {
    let grid = &block.grid;
    if grid.column(header).is_some() {
        return grid.rows.first().map(|row| grid.cell(row, header).trim());
    }
    grid.rows.iter().find(|row| grid.cell(row, "Column") == old).map(|row| grid.cell(row, "Value").trim())
}

fn data_type<'b>(block: &'b Block<'_>) -> &'b str {
    block.grid.rows.first().filter(|_| block.grid.column("Start").is_some()).map_or("bigint", |row| block.grid.cell(row, "Type").trim())
}

/// `START WITH 1 INCREMENT BY 1 …`, without the bounds that the type has by itself.
fn options(block: &Block<'_>) -> Option<String> {
    let values: Vec<&str> = SETTINGS.iter().map(|names| setting(block, *names)).collect::<Option<_>>()?;
    let [start, increment, low, high, cache] = values.as_slice() else { return None };
    let (_, top, bottom) = BOUNDS.iter().find(|(name, ..)| *name == data_type(block))?;
    let ascending = !increment.starts_with('-');
    let (usual_low, usual_high) = if ascending { ("1", *top) } else { (*bottom, "-1") };
    let low = if *low == usual_low { "NO MINVALUE".to_owned() } else { format!("MINVALUE {low}") };
    let high = if *high == usual_high { "NO MAXVALUE".to_owned() } else { format!("MAXVALUE {high}") };
    let cycles = matches!(setting(block, ("Cycles?", "is_cycled"))?, "yes" | "t");
    let cycle = if cycles { " CYCLE" } else { "" };
    Some(format!("START WITH {start} INCREMENT BY {increment} {low} {high} CACHE {cache}{cycle}"))
}

/// Names the columns of identity sequences.
pub fn named<'b>(owned: &'b [(Vec<String>, String)]) -> Vec<Identity<'b>> {
    let one = |(parts, options): &'b (Vec<String>, String)| match parts.as_slice() {
        [namespace, table, column] => Some(Identity { column: [namespace, table, column], options: options.clone() }),
        _ => None,
    };
    owned.iter().filter_map(one).collect()
}
