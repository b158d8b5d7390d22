//! Tables, foreign tables and partitions: CREATE with the parts that it carries, and ALTER for facts of the whole table.

use crate::ir::inheritance;
use crate::ir::{Attr, Hazard, Key, Kind, Object, Pair, Statement, Value};

use super::ident::{noun, object, qualified, quote, quoted};
use super::{Desired, Sides, column, constraint, index, options};
use crate::dialects::postgres::twins;

/// `UNLOGGED ` or `TEMPORARY ` before the object's word.
pub fn persistence(table: &Object) -> &'static str {
    match table.text(Attr::Persistence) {
        Some("unlogged") => "UNLOGGED ",
        Some(_) => "TEMPORARY ",
        None => "",
    }
}

/// The CREATE statement with `with` inside, then the facts that it cannot carry.
pub fn create(table: &Object, with: &[Key], sides: Sides) -> Vec<Statement> {
    let desired = sides.desired;
    let mut sql = format!("CREATE {}{} {}", persistence(table), noun(table.key.kind), object(table.key));
    let parent = table.key_of(Attr::PartitionOf);
    match (parent, table.text(Attr::OfType)) {
        (Some(parent), _) => sql.push_str(&format!(" PARTITION OF {}", qualified(parent.namespace, parent.name))),
        (None, Some(of)) => sql.push_str(&format!(" OF {of}")),
        (None, None) => {}
    }
    let constraints = constraints(table, with, desired);
    let lines = lines(table, with, (&constraints, desired));
    if !lines.is_empty() {
        sql.push_str(&format!(" (\n    {}\n)", lines.join(",\n    ")));
    } else if parent.is_none() && !table.has(Attr::OfType) {
        sql.push_str(" ()");
    }
    push_clauses(&mut sql, table);
    let mut statements = vec![Statement::new(sql, format!("New {} {}.", table.key.kind.spec().noun, table.key.name))];
    statements.extend(extras(table));
    let repeated = constraints.iter().filter(|part| twins::repeats(part, &constraints));
    statements.extend(repeated.flat_map(|part| constraint::create(part, desired).into_iter().take(1)));
    let parts = with.iter().filter_map(|key| desired.get(*key));
    statements.extend(parts.flat_map(|part| part_extras(part, table, desired)));
    statements
}

/// The lines between the parentheses: columns in order, then constraints.
fn lines(table: &Object, with: &[Key], (constraints, desired): (&[&Object], Desired)) -> Vec<String> {
    let mut columns: Vec<&Object> = with.iter().filter(|key| key.kind == Kind::Column).filter_map(|key| desired.get(*key)).collect();
    columns.sort_by_key(|column| column.ordinal);
    let mut lines: Vec<String> = columns.into_iter().filter_map(|column| column_line(column, table, desired)).collect();
    lines.extend(constraints.iter().filter(|part| !twins::repeats(part, constraints)).map(|part| constraint::clause(part)));
    lines
}

/// The constraints that the table does not have from its parent.
fn constraints<'d>(table: &Object, with: &[Key], desired: Desired<'d>) -> Vec<&'d Object> {
    let all = with.iter().filter(|key| key.kind.is_constraint()).filter_map(|key| desired.get(*key));
    all.filter(|part| !inherited(part, table, desired)).collect()
}

fn inherited(part: &Object, table: &Object, desired: Desired) -> bool {
    match table.key_of(Attr::PartitionOf) {
        Some(parent) => constraint::comes_from_parent(part, parent, desired),
        None => part.has(Attr::Inherited),
    }
}

/// A column's line; a partition's or typed table's only where it says more than its parent does.
fn column_line(part: &Object, table: &Object, desired: Desired) -> Option<String> {
    let parent = table.key_of(Attr::PartitionOf);
    if parent.is_none() && !table.has(Attr::OfType) {
        return (!part.has(Attr::Inherited)).then(|| column::definition(part, desired));
    }
    let above = parent.and_then(|parent| desired.get(parent.child(Kind::Column, part.key.name)));
    let mut words = String::new();
    let default = part.text(Attr::Default);
    if part.get(Attr::Default) != above.and_then(|above| above.get(Attr::Default)) {
        words.push_str(&format!(" DEFAULT {}", default.unwrap_or("NULL")));
    }
    // A server before version 18 knows no names of these constraints.
    let nameless = desired.server.is_some_and(|server| !server.since(18, 0, 0));
    let comes_down =
        |above: &Object| above.has(Attr::NotNull) && (nameless || name_from_above(above, desired) == column::not_null_name(part));
    if part.has(Attr::NotNull) && !above.is_some_and(comes_down) {
        column::push_not_null(&mut words, part);
    }
    (!words.is_empty()).then(|| format!("{} WITH OPTIONS{words}", quote(part.key.name)))
}

/// The name of the NOT NULL constraint that comes down from a column: where nothing is said at it, the name came from further up
/// (manual, CREATE TABLE, PARTITION OF).
fn name_from_above(column: &Object, desired: Desired) -> String {
    let above = |column: &Object| {
        let parent = desired.get(column.key.relation()?)?.key_of(Attr::PartitionOf)?;
        desired.get(parent.child(Kind::Column, column.key.name)).filter(|above| above.has(Attr::NotNull))
    };
    let mut at = column;
    // A dump holds no rings of parents; the limit is for texts that do.
    for _ in 0..64 {
        let Some(next) = above(at).filter(|_| !at.has(Attr::NotNullName)) else { break };
        at = next;
    }
    column::not_null_name(at)
}

/// What follows the parentheses, in the order of the grammar.
fn push_clauses(sql: &mut String, table: &Object) {
    if let Some(Value::Labels(parents)) = table.get(Attr::Inherits) {
        let parents: Vec<String> = parents.iter().map(|label| dotted(label)).collect();
        sql.push_str(&format!("\nINHERITS ({})", parents.join(", ")));
    }
    if table.has(Attr::PartitionOf) {
        sql.push_str(&format!("\n{}", table.text(Attr::PartitionBound).unwrap_or("DEFAULT")));
    }
    if let Some(key) = table.text(Attr::PartitionBy) {
        sql.push_str(&format!("\nPARTITION BY {key}"));
    }
    if table.key.kind == Kind::ForeignTable {
        sql.push_str(&format!("\nSERVER {}{}", quoted(table.text(Attr::Engine).unwrap_or("")), options::foreign_list(table)));
        return;
    }
    if let Some(method) = table.text(Attr::AccessMethod) {
        sql.push_str(&format!("\nUSING {}", quoted(method)));
    }
    let with = options::with(table);
    if !with.is_empty() {
        sql.push_str(&format!("\n{}", with.trim_start()));
    }
    if let Some(tablespace) = table.text(Attr::Tablespace) {
        sql.push_str(&format!("\nTABLESPACE {}", quoted(tablespace)));
    }
}

/// `namespace.name` with quotes where they are needed.
fn dotted(label: &str) -> String {
    match label.split_once('.') {
        Some((namespace, name)) => qualified(namespace.into(), name.into()),
        None => quoted(label),
    }
}

/// Facts of a new table that need statements of their own.
fn extras(table: &Object) -> Vec<Statement> {
    const SET: &[Attr] = &[Attr::RowSecurity, Attr::ForceRowSecurity, Attr::ReplicaIdentity];
    SET.iter().filter(|attr| table.has(**attr)).filter_map(|attr| state(*attr, table)).collect()
}

/// What a part that the CREATE statement carries still needs.
fn part_extras(part: &Object, table: &Object, desired: Desired) -> Vec<Statement> {
    let mut statements = Vec::new();
    if part.key.kind == Kind::Column {
        statements.extend(overridden(part, table, desired));
        statements.extend(column::extras(part, desired));
    } else {
        statements.extend(index::named(part).filter(|_| part.has(Attr::PartitionOf) && inherited(part, table, desired)));
        statements.extend(index::roles(part.key, desired));
    }
    statements.extend(super::extra::comment(None, part, desired));
    statements.extend(super::extra::index_comment(None, part));
    statements
}

/// The default of an inherited column that is not its parent's.
fn overridden(part: &Object, table: &Object, desired: Desired) -> Option<Statement> {
    if !part.has(Attr::Inherited) || table.has(Attr::PartitionOf) {
        return None;
    }
    let Some(Value::Labels(parents)) = table.get(Attr::Inherits) else { return None };
    let above = parents.iter().find_map(|label| {
        let (namespace, name) = label.split_once('.')?;
        desired.get(Key::part(Kind::Column, namespace.into(), name.into(), part.key.name))
    })?;
    if above.get(Attr::Default) == part.get(Attr::Default) {
        return None;
    }
    let clause = part.text(Attr::Default).map_or("DROP DEFAULT".to_owned(), |default| format!("SET DEFAULT {default}"));
    let sql = format!("ALTER TABLE {}\n    ALTER COLUMN {} {clause}", object(table.key), quote(part.key.name));
    Some(Statement::new(sql, "A default of its own for an inherited column."))
}

/// A fact of the whole table that ALTER TABLE sets, as it should be.
fn state(attr: Attr, table: &Object) -> Option<Statement> {
    let on = table.has(attr);
    let (clause, why) = match attr {
        Attr::RowSecurity if on => ("ENABLE ROW LEVEL SECURITY".to_owned(), "Policies decide who sees which rows."),
        Attr::RowSecurity => ("DISABLE ROW LEVEL SECURITY".to_owned(), "Policies no longer decide who sees which rows."),
        Attr::ForceRowSecurity if on => ("FORCE ROW LEVEL SECURITY".to_owned(), "Policies hold for the owner too."),
        Attr::ForceRowSecurity => ("NO FORCE ROW LEVEL SECURITY".to_owned(), "Policies do not hold for the owner."),
        Attr::ReplicaIdentity => match table.text(attr) {
            Some(index) if index.starts_with("index ") => return None,
            Some(word) => (format!("REPLICA IDENTITY {}", word.to_uppercase()), "How replication knows the rows."),
            None => ("REPLICA IDENTITY DEFAULT".to_owned(), "How replication knows the rows."),
        },
        Attr::Persistence if on => ("SET UNLOGGED".to_owned(), "A crash will empty the table."),
        Attr::Persistence => ("SET LOGGED".to_owned(), "The table is made safe from crashes."),
        Attr::Tablespace => {
            (format!("SET TABLESPACE {}", quoted(table.text(attr).unwrap_or("pg_default"))), "The rows move to another tablespace.")
        }
        Attr::AccessMethod if table.has(Attr::PartitionBy) => {
            let method = table.text(attr).map_or_else(|| "DEFAULT".to_owned(), quoted);
            (format!("SET ACCESS METHOD {method}"), "Partitions made from now on are stored by this method.")
        }
        Attr::AccessMethod => {
            (format!("SET ACCESS METHOD {}", quoted(table.text(attr).unwrap_or("heap"))), "The rows are stored by another method.")
        }
        Attr::OfType => match table.text(attr) {
            Some(of) => (format!("OF {of}"), "The table follows a type."),
            None => ("NOT OF".to_owned(), "The table no longer follows a type."),
        },
        Attr::ClusterOn => ("SET WITHOUT CLUSTER".to_owned(), "CLUSTER no longer orders the rows."),
        _ => return None,
    };
    Some(Statement::new(format!("ALTER {} {}\n    {clause}", noun(table.key.kind), object(table.key)), why))
}

/// ALTER TABLE for facts of the whole table.
pub fn alter(attrs: &[Attr], table: Pair<&Object>, sides: Sides) -> Vec<Statement> {
    let mut statements = Vec::new();
    if attrs.contains(&Attr::Inherits) {
        statements.extend(inherits(table));
    }
    if attrs.contains(&Attr::PartitionOf) || attrs.contains(&Attr::PartitionBound) {
        statements.extend(partition(table, sides));
    }
    for attr in attrs {
        match attr {
            Attr::Options if table.desired.key.kind == Kind::ForeignTable => statements.extend(foreign_options(table)),
            Attr::Options => statements.extend(options::alter(table)),
            Attr::ClusterOn | Attr::ReplicaIdentity if names_index(*attr, table.desired) => {
                statements.extend(role(*attr, table.desired, sides))
            }
            attr => statements.extend(state(*attr, table.desired)),
        }
    }
    statements
}

fn names_index(attr: Attr, table: &Object) -> bool {
    table.text(attr).is_some_and(|text| attr == Attr::ClusterOn || text.starts_with("index "))
}

/// The role of an index that is there already; a new index brings its roles itself.
fn role(attr: Attr, table: &Object, sides: Sides) -> Vec<Statement> {
    if attr == Attr::ReplicaIdentity && index::awaited(table, sides).is_some() {
        return Vec::new();
    }
    index_role(attr, table, sides)
}

/// [`role`], whatever it waits for.
pub fn index_role(attr: Attr, table: &Object, sides: Sides) -> Vec<Statement> {
    let name = table.text(attr).unwrap_or("").trim_start_matches("index ").trim_matches('"');
    let kinds = [Kind::Index, Kind::PrimaryKey, Kind::Unique, Kind::Exclusion];
    let keys = kinds.map(|kind| table.key.child(kind, name.into()));
    let there = keys.into_iter().find(|key| super::kin::unchanged(*key, sides));
    let wanted = if attr == Attr::ClusterOn { "CLUSTER ON" } else { "REPLICA IDENTITY" };
    there.map(|key| index::roles(key, sides.desired)).unwrap_or_default().into_iter().filter(|role| role.sql.contains(wanted)).collect()
}

fn inherits(table: Pair<&Object>) -> Vec<Statement> {
    let labels = |side: &Object| match side.get(Attr::Inherits) {
        Some(Value::Labels(labels)) => labels.clone(),
        _ => Vec::new(),
    };
    let (live, desired) = (labels(table.live), labels(table.desired));
    let head = format!("ALTER {} {}", noun(table.desired.key.kind), object(table.desired.key));
    let gone = live.iter().filter(|label| !desired.contains(label));
    let come = desired.iter().filter(|label| !live.contains(label));
    let mut statements: Vec<Statement> =
        gone.map(|label| Statement::new(format!("{head}\n    NO INHERIT {}", dotted(label)), "It stands on its own.")).collect();
    statements.extend(come.map(|label| Statement::new(format!("{head}\n    INHERIT {}", dotted(label)), "Its rows show in its parent.")));
    statements
}

/// DETACH from the old parent, ATTACH to the new one. Of several that get other bounds, the first sets all free.
fn partition(table: Pair<&Object>, sides: Sides) -> Vec<Statement> {
    let mut statements = Vec::new();
    let name = object(table.desired.key);
    if let Some(parent) = table.live.key_of(Attr::PartitionOf) {
        let mut rebound = inheritance::rebound(parent, sides);
        rebound.retain(|key| !super::route::is_made(*key, sides));
        match rebound.iter().position(|key| *key == table.desired.key) {
            None => statements.push(detach(parent, table.desired.key)),
            Some(0) => statements.extend(rebound.iter().map(|key| detach(parent, *key))),
            Some(_) => {}
        }
    }
    if let Some(parent) = table.desired.key_of(Attr::PartitionOf) {
        let bound = table.desired.text(Attr::PartitionBound).unwrap_or("DEFAULT");
        let sql = format!("ALTER TABLE {}\n    ATTACH PARTITION {name} {bound}", qualified(parent.namespace, parent.name));
        statements.push(Statement::new(sql, "The table becomes a partition.").hazard(Hazard::MayFail));
    }
    statements
}

fn foreign_options(table: Pair<&Object>) -> Option<Statement> {
    let clause = options::foreign(table)?;
    Some(Statement::new(format!("ALTER FOREIGN TABLE {}\n    {clause}", object(table.desired.key)), "Options for the foreign server."))
}

/// DETACH where it must be, and DROP TABLE.
pub fn drop(table: &Object, sides: Sides) -> Vec<Statement> {
    referenced_parent(table, sides).map(|parent| detach(parent, table.key)).into_iter().chain([drop_alone(table, sides)]).collect()
}

/// The parent that stays, and that a foreign key refers to: the key rests on each of its partitions, which only DETACH frees.
fn referenced_parent(table: &Object, sides: Sides) -> Option<Key> {
    let parent = table.key_of(Attr::PartitionOf).filter(|parent| sides.desired.contains(*parent))?;
    let refers = |key: &&Object| key.key_of(Attr::References).is_some_and(|of| of.namespace == parent.namespace && of.name == parent.name);
    sides.live.of_kind(Kind::ForeignKey).any(|key| refers(&key)).then_some(parent)
}

fn detach(parent: Key, table: Key) -> Statement {
    let sql = format!("ALTER TABLE {}\n    DETACH PARTITION {}", qualified(parent.namespace, parent.name), object(table));
    Statement::new(sql, "The table keeps its rows and stands on its own.")
}

fn drop_alone(table: &Object, sides: Sides) -> Statement {
    let sql = format!("DROP {} {}", noun(table.key.kind), object(table.key));
    let why = if sides.desired.contains(table.key) { "goes with its rows, and is made anew" } else { "is no longer wanted" };
    let statement = Statement::new(sql, format!("The {} {} {why}.", table.key.kind.spec().noun, table.key.name));
    if table.key.kind == Kind::Table { statement.hazard(Hazard::Drop) } else { statement }
}
