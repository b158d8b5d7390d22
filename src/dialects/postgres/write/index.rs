//! Indexes: all that CREATE INDEX can say, what ALTER INDEX can change, and the roles that a table gives to an index.

use crate::base::Name;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Hazard, Key, Kind, Object, Pair, Part, Statement};

use super::column::bare;
use super::ident::{list, object, qualified, quote, relation};
use super::{Desired, Sides, options};
use crate::dialects::postgres::names;

/// One element: a column or an expression with its collation, operator class and order; an operator in exclusions.
pub fn element(part: &Part) -> String {
    let mut out = match &part.target {
        PartTarget::Column(name) => quote(*name),
        PartTarget::Expression(fragment) => format!("({})", bare(&fragment.text)),
    };
    if let Some(collation) = &part.collation {
        out.push_str(&format!(" COLLATE {}", super::ident::collation(collation)));
    }
    if let Some(class) = &part.opclass {
        out.push_str(&format!(" {class}"));
    }
    if part.descending {
        out.push_str(" DESC");
    }
    match part.nulls_first {
        Some(true) if !part.descending => out.push_str(" NULLS FIRST"),
        Some(false) if part.descending => out.push_str(" NULLS LAST"),
        _ => {}
    }
    if let Some(operator) = &part.operator {
        out.push_str(&format!(" WITH {operator}"));
    }
    out
}

/// The CREATE INDEX statement.
pub fn definition(index: &Object) -> String {
    let unique = if index.has(Attr::Unique) { "UNIQUE " } else { "" };
    let only = if index.has(Attr::Only) { "ONLY " } else { "" };
    let method = index.text(Attr::Method).map_or(String::new(), |method| format!(" USING {method}"));
    let parts: Vec<String> = index.parts(Attr::Parts).iter().map(element).collect();
    let mut sql = format!("CREATE {unique}INDEX {} ON {only}{}{method} ({})", quote(index.key.name), relation(index.key), parts.join(", "));
    if !index.names(Attr::Include).is_empty() {
        sql.push_str(&format!(" INCLUDE ({})", list(index.names(Attr::Include))));
    }
    if index.has(Attr::NullsNotDistinct) {
        sql.push_str(" NULLS NOT DISTINCT");
    }
    sql.push_str(&options::with(index));
    if let Some(tablespace) = index.text(Attr::Tablespace) {
        sql.push_str(&format!(" TABLESPACE {}", quote(tablespace.into())));
    }
    if let Some(predicate) = index.text(Attr::Where) {
        sql.push_str(&format!(" WHERE {}", bare(predicate)));
    }
    sql
}

/// `CREATE INDEX`, ATTACH PARTITION where the parent's index does not bring it, and the roles of the index.
pub fn create(index: &Object, sides: Sides) -> Vec<Statement> {
    let mut statements = Vec::new();
    if !comes_by_itself(index, sides) {
        let unique = index.has(Attr::Unique);
        let mut statement = Statement::new(definition(index), format!("New index {}.", index.key.name));
        if unique {
            statement = statement.hazard(Hazard::MayFail);
        }
        statements.push(statement);
        statements.extend(attached(index, sides));
    } else {
        statements.extend(named(index));
    }
    statements.extend(index.has(Attr::StatisticsTarget).then(|| statistics_target(index)));
    statements.extend(roles(index.key, sides.desired));
    statements
}

/// How much the planner looks at an expression of the index: the fact is its place and the target.
pub fn statistics_target(index: &Object) -> Statement {
    let (place, target) = index.text(Attr::StatisticsTarget).and_then(|text| text.split_once(' ')).unwrap_or(("1", "-1"));
    let sql = format!("ALTER INDEX {}\n    ALTER COLUMN {place} SET STATISTICS {target}", object(index.key));
    Statement::new(sql, "How much the planner looks at.")
}

/// Whether a partition's index is made together with the index of its parent.
fn comes_by_itself(index: &Object, sides: Sides) -> bool {
    let Some(parent) = index.key_of(Attr::PartitionOf) else { return false };
    let only = sides.desired.get(parent).is_some_and(|parent| parent.has(Attr::Only));
    let table_is_new = !index.key.relation().is_some_and(|table| sides.live.contains(table));
    let parent_is_new = super::route::is_made(parent, sides) || super::fall::is_aside(parent, sides);
    !only && (parent_is_new || table_is_new)
}

/// Whether a key is the missing part of one that stands on the parent, where it does not hold until all partitions have it.
pub fn completes(key: &Object, sides: Sides) -> bool {
    key.has(Attr::PartitionOf) && !comes_by_itself(key, sides) && !joins(key, sides)
}

/// Whether the table is to become a partition: its index is a part of the parent's from then on (manual, ALTER TABLE, ATTACH PARTITION).
fn joins(index: &Object, sides: Sides) -> bool {
    let table = |side: Desired| index.key.relation().and_then(|table| side.get(table)).and_then(|table| table.key_of(Attr::PartitionOf));
    let parent = table(sides.desired);
    parent.is_some() && parent != table(sides.live)
}

/// The name of an index or a constraint that came with its parent's, where it is to have another than the server gives it.
pub fn named(part: &Object) -> Option<Statement> {
    let usual = names::usual(part)?;
    let numbered = part.key.name.as_str().strip_prefix(&usual).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let (usual, name) = (Name::new(&usual), quote(part.key.name));
    let sql = match part.key.kind {
        Kind::Index => format!("ALTER INDEX {}\n    RENAME TO {name}", qualified(part.key.namespace, usual)),
        _ => format!("ALTER TABLE {}\n    RENAME CONSTRAINT {} TO {name}", relation(part.key), quote(usual)),
    };
    let what = if part.key.kind == Kind::Index { "index" } else { "constraint" };
    (!numbered).then(|| Statement::new(sql, format!("It came with the {what} of the whole table, under a name that the server chose.")))
}

/// What makes the index of a partition, or the one under its key, a part of the parent's.
pub fn attached(index: &Object, sides: Sides) -> Vec<Statement> {
    attach(index).filter(|_| !joins(index, sides)).into_iter().collect()
}

fn attach(index: &Object) -> Option<Statement> {
    let parent = index.key_of(Attr::PartitionOf)?;
    let [above, own] = [parent, index.key].map(|key| qualified(key.namespace, key.name));
    let sql = format!("ALTER INDEX {above}\n    ATTACH PARTITION {own}");
    Some(Statement::new(sql, "The partition's index becomes a part of the parent's."))
}

/// The last column of the index behind the table's replica identity that has yet to become NOT NULL, which the server asks
/// for first.
pub fn awaited(table: &Object, sides: Sides) -> Option<Key> {
    let name = table.text(Attr::ReplicaIdentity)?.strip_prefix("index ")?.trim_matches('"');
    let index =
        [Kind::Index, Kind::Unique].map(|kind| table.key.child(kind, name.into())).into_iter().find_map(|key| sides.desired.get(key))?;
    let listed = index.parts(Attr::Parts).iter().filter_map(|part| part.name()).chain(index.names(Attr::Columns).iter().copied());
    let columns = listed.filter_map(|name| sides.desired.get(table.key.child(Kind::Column, name)));
    let waits = |column: &&Object| column.has(Attr::NotNull) && sides.live.get(column.key).is_some_and(|live| !live.has(Attr::NotNull));
    columns.filter(waits).max_by_key(|column| column.ordinal).map(|column| column.key)
}

/// What the table says of this index: replica identity and clustering.
pub fn roles(index: Key, desired: Desired) -> Vec<Statement> {
    let Some(table) = index.relation().and_then(|table| desired.resolve(table)).and_then(|table| desired.get(table)) else {
        return Vec::new();
    };
    let named = |text: &str, word: &str| text.strip_prefix(word).unwrap_or(text).trim().trim_matches('"') == index.name.as_str();
    let mut statements = Vec::new();
    if table.text(Attr::ReplicaIdentity).is_some_and(|identity| identity.starts_with("index ") && named(identity, "index ")) {
        statements.push(replica_identity(table, index));
    }
    if table.text(Attr::ClusterOn).is_some_and(|name| named(name, "")) {
        statements.push(cluster_on(table, index));
    }
    statements
}

fn replica_identity(table: &Object, index: Key) -> Statement {
    let sql = format!("ALTER TABLE {}\n    REPLICA IDENTITY USING INDEX {}", object(table.key), quote(index.name));
    Statement::new(sql, "How replication knows the rows.")
}

fn cluster_on(table: &Object, index: Key) -> Statement {
    let head = super::ident::noun(table.key.kind);
    let sql = format!("ALTER {head} {}\n    CLUSTER ON {}", object(table.key), quote(index.name));
    Statement::new(sql, "The index by which CLUSTER orders the rows.")
}

/// Facts of an index that ALTER INDEX changes.
pub fn alter(attrs: &[Attr], index: Pair<&Object>, sides: Sides) -> Vec<Statement> {
    let mut statements = Vec::new();
    if attrs.contains(&Attr::Options) {
        statements.extend(options::alter(Pair::new(index.live, index.desired)));
    }
    if attrs.contains(&Attr::StatisticsTarget) && index.desired.has(Attr::StatisticsTarget) {
        statements.push(statistics_target(index.desired));
    }
    if attrs.contains(&Attr::Tablespace) {
        let tablespace = index.desired.text(Attr::Tablespace).unwrap_or("pg_default");
        let sql = format!("ALTER INDEX {}\n    SET TABLESPACE {}", object(index.desired.key), quote(tablespace.into()));
        statements.push(Statement::new(sql, "The index moves to another tablespace."));
    }
    if attrs.contains(&Attr::PartitionOf) && !comes_by_itself(index.desired, sides) {
        statements.extend(attach(index.desired));
    }
    statements
}

/// `DROP INDEX`.
pub fn drop(index: &Object) -> Statement {
    Statement::new(format!("DROP INDEX {}", object(index.key)), format!("The index {} goes.", index.key.name))
}

/// What changes in place of a key is of the index under it: its storage parameters, and the parent's key that it becomes a part of.
pub fn alter_under(attrs: &[Attr], constraint: Pair<&Object>, sides: Sides) -> Vec<Statement> {
    let as_index = |side: &Object| {
        let mut index = side.clone();
        index.key = Key { owner: crate::base::Name::NONE, ..side.key.of(Kind::Index) };
        index
    };
    let (live, desired) = (as_index(constraint.live), as_index(constraint.desired));
    let mut statements = Vec::new();
    if attrs.contains(&Attr::Options) {
        statements.extend(options::alter(Pair::new(&live, &desired)));
    }
    if attrs.contains(&Attr::PartitionOf) && completes(constraint.desired, sides) {
        statements.extend(attach(constraint.desired));
    }
    statements
}
