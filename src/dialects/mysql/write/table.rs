//! Tables: CREATE in full, options, partitions.

use super::Writer;
use super::parts::{definition, position, unchecked};
use super::text::{self, Extent, name};
use crate::base::Name;
use crate::dialects::Refusal;
use crate::dialects::mysql::lex::literal;
use crate::ir::{Attr, Canonical, Hazard, Key, Kind, Object, Pair, Schema, Statement, Value};

/// CREATE TABLE with the parts that it carries.
pub fn create(writer: &Writer, table: &Object, with: &[Key]) -> Result<Vec<Statement>, Refusal> {
    let inherited = table.text(Attr::Charset).zip(table.text(Attr::Collation)).map(|(one, two)| (one.to_string(), two.to_string()));
    let mut parts: Vec<&Object> = with.iter().filter_map(|key| writer.schema.desired.get(*key)).collect();
    parts.sort_by_key(|part| (rank(part.key.kind), part.ordinal));
    let mut lines: Vec<String> = parts.iter().map(|part| text::element(part, inherited.as_ref(), writer.family.ignored_index.0)).collect();
    lines.extend(options(table).iter().filter_map(|(option, columns)| Some(format!("{} {columns}", period(*option)?))));
    let mut tail = vec![format!("ENGINE={}", table.text(Attr::Engine).unwrap_or("InnoDB"))];
    if let Some((charset, collation)) = inherited {
        tail.push(format!("DEFAULT CHARSET={charset} COLLATE={collation}"));
    }
    tail.extend(named_options(table).into_iter().map(|(option, value)| assignment(option, &value)));
    if let Some(space) = table.text(Attr::Tablespace) {
        tail.push(format!("TABLESPACE={}", name(Name::new(space))));
    }
    if let Some(comment) = table.text(Attr::Comment) {
        tail.push(format!("COMMENT={}", literal(comment)));
    }
    if table.has(Attr::SystemVersioned) {
        tail.push("WITH SYSTEM VERSIONING".to_string());
    }
    let mut sql = format!("CREATE TABLE {} (\n    {}\n) {}", name(table.key.name), lines.join(",\n    "), tail.join(" "));
    if let Some(partitions) = partitioning(table) {
        sql.push_str(&format!("\n{partitions}"));
    }
    Ok(unchecked(writer, &parts, Statement::new(sql, format!("{} is new.", table.key))))
}

fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Column => 0,
        Kind::PrimaryKey => 1,
        Kind::Index => 2,
        Kind::ForeignKey => 3,
        _ => 4,
    }
}

fn options(table: &Object) -> Vec<(Name, std::sync::Arc<str>)> {
    match table.get(Attr::Options) {
        Some(Value::Options(options)) => options.iter().map(|(name, value)| (*name, value.clone())).collect(),
        _ => Vec::new(),
    }
}

/// `PERIOD FOR x`, where the option is a period.
fn period(option: Name) -> Option<String> {
    let period = option.as_str().strip_prefix("period for ")?;
    Some(format!("PERIOD FOR {}", if period == "system_time" { "SYSTEM_TIME".to_string() } else { name(Name::new(period)) }))
}

fn named_options(table: &Object) -> Vec<(Name, std::sync::Arc<str>)> {
    options(table).into_iter().filter(|(option, _)| period(*option).is_none()).collect()
}

/// Options whose value is a string.
const QUOTED: &[&str] = &[
    "compression",
    "encryption",
    "connection",
    "password",
    "data directory",
    "index directory",
    "engine_attribute",
    "secondary_engine_attribute",
    "encrypted",
];

fn assignment(option: Name, value: &str) -> String {
    let attribute = option.as_str().starts_with('`');
    let word = if attribute { option.to_string() } else { option.as_str().to_uppercase() };
    let value = if attribute || QUOTED.contains(&option.as_str()) { literal(value) } else { value.to_string() };
    format!("{word}={value}")
}

/// `PARTITION BY … (…)`.
fn partitioning(table: &Object) -> Option<String> {
    let by = table.text(Attr::PartitionBy)?;
    let pieces = table.text(Attr::Partitions).map_or(String::new(), |pieces| format!("\n(\n    {pieces}\n)"));
    Some(format!("PARTITION BY {by}{pieces}"))
}

/// Aria says this option anew as long as it holds the table.
const OF_OLD_ENGINE: &str = "PAGE_CHECKSUM=DEFAULT";

/// ALTER TABLE for facts of the table itself.
pub fn alter(writer: &Writer, live: &Object, desired: &Object, attrs: &[Attr]) -> Vec<Statement> {
    let mut clauses = Vec::new();
    let mut statements = Vec::new();
    for attr in attrs {
        match attr {
            Attr::Engine => clauses.push(format!("ENGINE={}", desired.text(Attr::Engine).unwrap_or("InnoDB"))),
            Attr::Comment => clauses.push(format!("COMMENT={}", literal(desired.text(Attr::Comment).unwrap_or("")))),
            Attr::Charset | Attr::Collation => clauses.extend(default_charset(desired)),
            Attr::Options => clauses.extend(changed_options(live, desired)),
            Attr::Tablespace => {
                clauses.extend(desired.text(Attr::Tablespace).map(|space| format!("TABLESPACE={}", name(Name::new(space)))))
            }
            Attr::SystemVersioned => statements.push(versioning(desired)),
            _ => {}
        }
    }
    if let Some(statement) = marked_history(writer, live, desired) {
        clauses.retain(|clause| !clause.ends_with(SYSTEM_PERIOD) && !clause.contains(&format!("{SYSTEM_PERIOD} (")));
        statements = vec![statement];
    }
    clauses.dedup();
    if attrs.contains(&Attr::Options) {
        clauses.extend(resized_keys(writer, live, desired));
    }
    let table = name(desired.key.name);
    if let Some(at) = clauses.iter().position(|clause| clause == OF_OLD_ENGINE).filter(|_| attrs.contains(&Attr::Engine)) {
        let sql = format!("ALTER TABLE {table}\n    {}", clauses.remove(at));
        let reset = Statement::new(sql, "An option of the old engine goes when the table has left that.");
        statements.insert(0, reset.hazard(Hazard::NotTransactional));
    }
    if !clauses.is_empty() {
        let sql = format!("ALTER TABLE {table}\n    {}", clauses.join(",\n    "));
        let hazard = if attrs.contains(&Attr::Engine) { Hazard::Rewrite } else { Hazard::NotTransactional };
        statements.insert(0, Statement::new(sql, format!("{} changes: {}.", desired.key, writer.labels(attrs))).hazard(hazard));
    }
    if attrs.iter().any(|attr| matches!(attr, Attr::PartitionBy | Attr::Partitions)) {
        statements.push(repartition(live, desired));
    }
    statements
}

fn default_charset(desired: &Object) -> Option<String> {
    let (charset, collation) = desired.text(Attr::Charset).zip(desired.text(Attr::Collation))?;
    Some(format!("DEFAULT CHARACTER SET {charset} COLLATE {collation}"))
}

fn changed_options(live: &Object, desired: &Object) -> Vec<String> {
    let (old, new) = (options(live), options(desired));
    let mut clauses = Vec::new();
    for (option, _) in old.iter().filter(|(option, _)| !new.iter().any(|(other, _)| other == option)) {
        let zero =
            matches!(option.as_str(), "max_rows" | "min_rows" | "avg_row_length" | "key_block_size" | "checksum" | "delay_key_write");
        clauses.push(match option.as_str() {
            _ if period(*option).is_some() => format!("DROP {}", period(*option).unwrap_or_default()),
            "connection" | "password" | "compression" => assignment(*option, ""),
            "encryption" => assignment(*option, "N"),
            attribute if attribute.starts_with('`') => format!("{attribute}=DEFAULT"),
            _ => format!("{}={}", option.as_str().to_uppercase(), if zero { "0" } else { "DEFAULT" }),
        });
    }
    for (option, value) in new.iter().filter(|option| !old.contains(option)) {
        let before = old.iter().any(|(other, _)| other == option);
        clauses.extend(period(*option).filter(|_| before).map(|period| format!("DROP {period}")));
        clauses.push(period(*option).map_or_else(|| assignment(*option, value), |period| format!("ADD {period} {value}")));
    }
    clauses
}

/// The keys that stay, said anew where the size of the table's blocks changes: each had the old size from the table, and would keep it as
/// its own (MySQL Reference Manual, CREATE TABLE, KEY_BLOCK_SIZE).
fn resized_keys(writer: &Writer, live: &Object, desired: &Object) -> Vec<String> {
    let size = |object: &Object| options(object).into_iter().find(|(option, _)| option.as_str() == "key_block_size").map(|(_, size)| size);
    let Pair { live: before, desired: after } = writer.schema;
    if size(live).is_none() || size(live) == size(desired) {
        return Vec::new();
    }
    let keys = before.parts(live.key, Kind::PrimaryKey).chain(before.parts(live.key, Kind::Index));
    let kept = keys.filter_map(|key| after.get(key.key).filter(|wanted| size(wanted).is_none() && key.differing(wanted).is_empty()));
    let said = kept.flat_map(|key| {
        let primary = key.key.kind == Kind::PrimaryKey;
        let gone = if primary { "DROP PRIMARY KEY".to_string() } else { format!("DROP INDEX {}", name(key.key.name)) };
        [gone, format!("ADD {}", text::key(key, writer.family.ignored_index.0))]
    });
    said.collect()
}

/// Whether a table that keeps its history on both sides says since when a row holds in columns of another name, or in none
/// (MariaDB, System-Versioned Tables).
pub fn keeps_history_elsewhere(live: &Object, desired: &Object) -> bool {
    let columns = |table: &Object| options(table).into_iter().find(|(name, _)| name.as_str() == "period for system_time");
    live.has(Attr::SystemVersioned) && desired.has(Attr::SystemVersioned) && columns(live) != columns(desired)
}

/// The period whose columns say of each row since when and until when it holds.
const SYSTEM_PERIOD: &str = "PERIOD FOR SYSTEM_TIME";

/// The statement that begins or ends the history of a table together with the columns of its period: the server takes none of these
/// without the others (MariaDB, System-Versioned Tables).
fn marked_history(writer: &Writer, live: &Object, desired: &Object) -> Option<Statement> {
    let schema = &writer.schema;
    let of = |side: &Schema<Canonical>| -> Vec<Object> {
        let mut marks: Vec<Object> =
            side.parts(desired.key, Kind::Column).filter(|column| marks_history(writer, column)).cloned().collect();
        marks.sort_by_key(|column| column.ordinal);
        marks
    };
    let (go, come) = (of(schema.live), of(schema.desired));
    let drops = go.iter().map(|column| format!("DROP COLUMN {}", name(column.key.name)));
    let adds = come.iter().map(|column| format!("ADD COLUMN {}{}", definition(writer, column, Extent::Whole), position(column)));
    let period = changed_options(live, desired).into_iter().filter(|clause| clause.contains(SYSTEM_PERIOD));
    let versioning = versioning(desired);
    let word = if desired.has(Attr::SystemVersioned) { "ADD" } else { "DROP" };
    let whole = |clauses: Vec<String>| Statement {
        sql: format!("ALTER TABLE {}\n    {}", name(desired.key.name), clauses.join(",\n    ")),
        ..versioning
    };
    let history = || std::iter::once(format!("{word} SYSTEM VERSIONING"));
    match (go.is_empty(), come.is_empty()) {
        (true, true) => None,
        (true, false) => Some(whole(adds.chain(period).chain(history()).collect())),
        (false, _) => Some(whole(history().chain(period).chain(drops).collect())),
    }
}

/// Whether the column says since when a row holds, or until when, of a table whose history begins or ends with it.
pub fn marks_history(writer: &Writer, column: &Object) -> bool {
    let Pair { live, desired } = writer.schema;
    let keeps = |schema: &Schema<Canonical>, table: Key| schema.get(table).map(|table| table.has(Attr::SystemVersioned));
    let turns = |table: Key| keeps(live, table).zip(keeps(desired, table)).is_some_and(|(before, after)| before != after);
    let one_sided = live.contains(column.key) != desired.contains(column.key);
    one_sided && column.text(Attr::GeneratedAs) == Some("row") && column.key.relation().is_some_and(turns)
}

fn versioning(desired: &Object) -> Statement {
    let table = name(desired.key.name);
    if desired.has(Attr::SystemVersioned) {
        let why = format!("{} keeps the history of its rows from now on.", desired.key);
        return Statement::new(format!("ALTER TABLE {table} ADD SYSTEM VERSIONING"), why);
    }
    let why = format!("{} keeps no history any more; the history that is there is lost.", desired.key);
    Statement::new(format!("ALTER TABLE {table} DROP SYSTEM VERSIONING"), why).hazard(Hazard::Drop)
}

/// Pieces at the end are added; any other change partitions the table anew, which keeps its rows.
fn repartition(live: &Object, desired: &Object) -> Statement {
    let table = name(desired.key.name);
    let Some(whole) = partitioning(desired) else {
        let why = format!("{} is not partitioned any more.", desired.key);
        return Statement::new(format!("ALTER TABLE {table} REMOVE PARTITIONING"), why);
    };
    if let Some(added) = appended(live, desired) {
        let sql = format!("ALTER TABLE {table} ADD PARTITION (\n    {added}\n)");
        return Statement::new(sql, format!("{} gets partitions at its end.", desired.key));
    }
    let why = format!("The partitions of {} change. The table is written anew and keeps its rows.", desired.key);
    Statement::new(format!("ALTER TABLE {table}\n{whole}"), why).hazard(Hazard::MayFail)
}

/// The text of the pieces behind those that live has already.
fn appended(live: &Object, desired: &Object) -> Option<String> {
    let same = live.fragment(Attr::PartitionBy)? == desired.fragment(Attr::PartitionBy)?;
    let (old, new) = (live.fragment(Attr::Partitions)?, desired.fragment(Attr::Partitions)?);
    let more = new.compared().strip_prefix(old.compared())?.starts_with(", ");
    if !same || !more {
        return None;
    }
    let rest: Vec<String> = pieces(&new.text).into_iter().skip(pieces(&old.text).len()).collect();
    (!rest.is_empty()).then(|| rest.join(",\n    "))
}

/// The pieces of a list as the canonical form joins it.
fn pieces(text: &str) -> Vec<String> {
    const BETWEEN: &str = ",\n    PARTITION ";
    text.split(BETWEEN).enumerate().map(|(at, piece)| if at == 0 { piece.to_string() } else { format!("PARTITION {piece}") }).collect()
}
