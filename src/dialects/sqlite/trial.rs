//! Values put into a temporary column of the new type: its affinity does with them what the new table does, and what comes out tells
//! whether that table takes them (sqlite.org/datatype3.html, section 3; sqlite.org/stricttables.html, section 2).

use super::affinity::Affinity;
use super::names;
use super::write::table;
use crate::dialects::{After, Obstacle, Rows, Seen, Trial};
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Canonical, Key, Kind, Object, Op, Pair, Schema};

type Sides<'a> = Pair<&'a Schema<Canonical>>;

impl Rows for super::Sqlite {
    fn fills_by_default(&self) -> bool {
        true
    }

    fn trial(&self, column: Pair<&Object>, [table, name]: [&str; 2], schema: Sides) -> Option<Trial> {
        let owner = schema.desired.get(column.desired.key.relation()?)?;
        // A computed value is tried by a NOT NULL and by checks alone; outside of STRICT a column but the rowid's takes every value.
        let is_computed = column.desired.has(Attr::Generated);
        let takes = if is_computed { None } else { takes(column.desired, owner, schema.desired) };
        Some(
            takes.map_or(Trial { before: String::new(), count: "SELECT 0".to_string() }, |takes| {
                tried(column.desired, takes, [table, name])
            }),
        )
    }

    fn obstacles(&self, op: &Op, schema: Sides) -> Vec<Obstacle> {
        match op {
            Op::Set { key, attr: Attr::Strict, value: Some(_) } => strict(*key, schema),
            Op::Create { object, .. } if object.key.kind == Kind::PrimaryKey => rowid(object, schema),
            Op::Create { object: index, .. } if index.key.kind == Kind::Index && may_fail(index) => {
                let there = index.key.relation().is_some_and(|table| schema.live.contains(table));
                there.then_some(("rows that the index cannot take", None)).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn rows_after(&self, [table, word]: [&str; 2], columns: &[After], _schema: Sides) -> Option<Seen> {
        let mut definitions = Vec::new();
        let mut values = Vec::new();
        for after in columns {
            let column = after.column.desired?;
            let text = || column.text(Attr::Generated).or(column.text(Attr::Default)).unwrap_or("NULL");
            definitions.push(bare(column));
            values.push(after.was.clone().unwrap_or_else(|| format!("({})", text())));
        }
        let before = format!(
            "DROP TABLE IF EXISTS temp.amend_{word};\nCREATE TEMPORARY TABLE amend_{word} ({});\nINSERT INTO amend_{word} SELECT {} FROM {table};\n",
            definitions.join(", "),
            values.join(", ")
        );
        Some(Seen { before, from: format!("amend_{word}"), alias: None })
    }

    /// As long as the table has a rowid and is not STRICT (sqlite.org/lang_createtable.html, section 3.5).
    fn takes_null(&self, key: &Object, schema: &Schema<Canonical>) -> bool {
        let owner = key.key.relation().and_then(|owner| schema.get(owner));
        owner.is_some_and(|owner| !owner.has(Attr::WithoutRowid) && !owner.has(Attr::Strict))
    }

    fn collation(&self, text: &str) -> String {
        names::collation(text)
    }
}

/// A column that does with its values what this one does.
fn bare(column: &Object) -> String {
    let mut bare = column.clone();
    [Attr::NotNull, Attr::Default, Attr::Generated, Attr::GeneratedAs].iter().for_each(|attr| bare.set(*attr, None));
    // Without a type a value stays what it is.
    if column.text(Attr::Type).is_some_and(|kind| Affinity::of(kind) == Affinity::Blob) {
        bare.set(Attr::Type, None);
    }
    table::column_definition(&bare, None)
}

/// The storage classes that a column takes, besides NULL; none where it takes all.
fn takes(column: &Object, owner: &Object, schema: &Schema<Canonical>) -> Option<&'static str> {
    let kind = column.text(Attr::Type).unwrap_or("");
    if is_rowid(column, owner, schema) {
        return Some("integer");
    }
    if !owner.has(Attr::Strict) || kind.eq_ignore_ascii_case("any") {
        return None;
    }
    Some(match Affinity::of(kind) {
        Affinity::Integer | Affinity::Numeric => "integer",
        Affinity::Real => "real",
        Affinity::Text => "text",
        Affinity::Blob => "blob",
    })
}

/// Whether a column is another name of the rowid (sqlite.org/rowidtable.html).
fn is_rowid(column: &Object, owner: &Object, schema: &Schema<Canonical>) -> bool {
    let alone = |key: &Object| {
        key.names(Attr::Columns) == [column.key.name] || matches!(key.parts(Attr::Parts), [part] if part.name() == Some(column.key.name))
    };
    !owner.has(Attr::WithoutRowid)
        && column.text(Attr::Type).is_some_and(|kind| kind.eq_ignore_ascii_case("integer"))
        && schema.parts(owner.key, Kind::PrimaryKey).any(alone)
}

fn tried(column: &Object, takes: &str, [table, name]: [&str; 2]) -> Trial {
    let mut own = column.clone();
    own.key = own.key.of(Kind::Column);
    let definition = bare(&own);
    let before = format!(
        "DROP TABLE IF EXISTS temp.amend_trial;\nCREATE TEMPORARY TABLE amend_trial ({definition});\nINSERT INTO amend_trial SELECT {name} FROM {table};\n"
    );
    let value = names::own(column);
    Trial { before, count: format!("SELECT count(*) FROM amend_trial WHERE typeof({value}) NOT IN ('null', '{takes}')") }
}

/// A table that becomes STRICT: its columns that stay. Those whose type changes are tried by themselves.
fn strict(key: Key, schema: Sides) -> Vec<Obstacle> {
    let Some((live, desired)) = schema.live.get(key).zip(schema.desired.get(key)) else { return Vec::new() };
    let stays = |column: &&Object| {
        let is_text = |column: &Object| column.text(Attr::Type).is_some_and(|kind| Affinity::of(kind) == Affinity::Text);
        let same = |live: &Object| live.get(Attr::Type) == column.get(Attr::Type) || is_text(live) && is_text(column);
        !column.has(Attr::Generated) && schema.live.get(column.key).is_some_and(same)
    };
    let tried = schema.desired.parts(key, Kind::Column).filter(stays).filter_map(|column| {
        let takes = takes(column, desired, schema.desired)?;
        let trial = self::tried(column, takes, [&names::own(live), &names::own(column)]);
        Some(("values that a strict table does not take", Some(trial)))
    });
    tried.collect()
}

/// A key that becomes the rowid takes whole numbers alone.
fn rowid(key: &Object, schema: Sides) -> Vec<Obstacle> {
    let Some(owner) = key.key.relation().and_then(|owner| schema.desired.get(owner)).filter(|owner| schema.live.contains(owner.key)) else {
        return Vec::new();
    };
    let columns = schema.desired.parts(owner.key, Kind::Column).filter(|column| {
        let live = schema.live.get(column.key);
        is_rowid(column, owner, schema.desired) && live.is_some_and(|live| live.get(Attr::Type) == column.get(Attr::Type))
    });
    let tried = |column| tried(column, "integer", [&names::own(owner), &names::own(column)]);
    columns.map(|column| ("values that are no rowid", Some(tried(column)))).collect()
}

/// Words of functions and operators that fail at some values (sqlite.org/json1.html, section 3; sqlite.org/lang_corefunc.html, abs).
const PARTIAL: &[&str] = &["json", "->", "abs("];

/// Whether an expression of an index may have no value for a row.
pub fn may_fail(index: &Object) -> bool {
    let expressions = index.parts(Attr::Parts).iter().filter_map(|part| match &part.target {
        PartTarget::Expression(fragment) => Some(fragment.text.as_ref()),
        PartTarget::Column(_) => None,
    });
    expressions.chain(index.text(Attr::Where)).any(|text| PARTIAL.iter().any(|word| text.to_lowercase().contains(word)))
}
