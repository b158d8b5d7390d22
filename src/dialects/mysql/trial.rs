//! Values put into a temporary column of the new definition: with IGNORE the server warns of each that it has to change, and goes on
//! (MySQL, INSERT; MariaDB, INSERT IGNORE).

use super::write::text as words;
use super::{fit, types};
use crate::dialects::{After, Rows, Seen, Trial};
use crate::ir::{Attr, Canonical, Object, Op, Pair, Schema};

type Sides<'a> = Pair<&'a Schema<Canonical>>;

impl Rows for super::Mysql {
    fn trial(&self, column: Pair<&Object>, place: [&str; 2], schema: Sides) -> Option<Trial> {
        Some(trial(column.desired, place, schema.desired)).filter(|_| !is_of_history(column.desired))
    }

    fn keeps(&self, column: Pair<&Object>, schema: Sides) -> bool {
        let alike = [Attr::Charset, Attr::Collation].iter().all(|attr| column.live.get(*attr) == column.desired.get(*attr));
        let computed = column.live.has(Attr::Generated) || column.desired.has(Attr::Generated);
        let width = words::table_charset(schema.desired, column.desired.key).map_or(4, |(charset, _)| types::character_bytes(&charset));
        let kind = |side: &Object| side.fragment(Attr::Type).map(|kind| kind.compared().to_string());
        alike
            && !computed
            && kind(column.live)
                .zip(kind(column.desired))
                .is_some_and(|(from, to)| fit::keeps(&from, &to, width) || fit::appends(&from, &to, self.family))
    }

    fn rows_after(&self, place: [&str; 2], columns: &[After], schema: Sides) -> Option<Seen> {
        rows_after(place, columns, schema.desired)
    }

    fn excluded(&self, rule: &Object, source: &str, schema: Sides) -> Option<Trial> {
        super::obstacles::overlapping(rule, source, schema)
    }

    fn obstacles(&self, op: &Op, schema: Sides) -> Vec<crate::dialects::Obstacle> {
        super::obstacles::of(op, schema)
    }
}

/// Whether the server writes when the row began or ended: that is no expression (MariaDB, System-Versioned Tables).
fn is_of_history(column: &Object) -> bool {
    column.text(Attr::GeneratedAs) == Some("row")
}

/// What a column's definition says that is not about its values.
const ASIDE: &[Attr] = &[
    Attr::Default,
    Attr::OnUpdateValue,
    Attr::Comment,
    Attr::AutoIncrement,
    Attr::Position,
    Attr::Invisible,
    Attr::Generated,
    Attr::GeneratedAs,
];

/// The definition of a column that takes what this one takes.
fn bare(column: &Object, desired: &Schema<Canonical>) -> (String, String) {
    let mut bare = column.clone();
    ASIDE.iter().for_each(|attr| bare.set(*attr, None));
    bare.set(Attr::NotNull, None);
    // A check may speak of other columns; that of JSON speaks of its own.
    if !bare.text(Attr::Expression).is_some_and(|text| text.to_lowercase().contains("json_valid")) {
        bare.set(Attr::Expression, None);
    }
    let inherited = words::table_charset(desired, column.key);
    let definition = words::column(&bare, None, words::Extent::Whole);
    let charset = inherited.map(|(charset, collation)| format!(" CHARACTER SET {charset} COLLATE {collation}")).unwrap_or_default();
    (definition, charset)
}

/// Notes are about what a type leaves off without a fault.
fn trial(column: &Object, [table, name]: [&str; 2], desired: &Schema<Canonical>) -> Trial {
    let (definition, charset) = bare(column, desired);
    let value = column.text(Attr::Generated).map_or(name.to_string(), |text| format!("({text})"));
    // Blanks that a shorter text leaves off are a note here, and stop the statement.
    let notes = if column.text(Attr::Type).is_some_and(|kind| types::class(kind).has_charset()) { 1 } else { 0 };
    let before = format!(
        "SET @amend_notes = @@sql_notes, SESSION sql_notes = {notes};\nCREATE TEMPORARY TABLE amend_trial ({definition}){charset};\n\
         INSERT IGNORE INTO amend_trial SELECT {value} FROM {table} WHERE {value} IS NOT NULL;\nSET @amend_misfits = @@warning_count;\n\
         SET SESSION sql_notes = @amend_notes;\nDROP TEMPORARY TABLE amend_trial;\n"
    );
    // From one long text to a shorter kind MariaDB cuts without a word here, where ALTER TABLE stops.
    let bytes = column.text(Attr::Type).and_then(|kind| LONG.iter().find(|row| row.0 == types::parts(kind).base));
    let longer = bytes.map(|row| format!(" + (SELECT count(*) FROM {table} WHERE length({value}) > {})", row.1)).unwrap_or_default();
    Trial { before, count: format!("SELECT @amend_misfits{longer}") }
}

/// A temporary table in the place of the table. What does not fit is cut there: it is counted by itself.
fn rows_after([table, word]: [&str; 2], columns: &[After], desired: &Schema<Canonical>) -> Option<Seen> {
    // Numbers and texts that stay what they are need no place of their own.
    if columns.iter().all(|after| after.was.is_some() && (after.keeps || !after.changes)) {
        let said = columns.iter().map(|after| format!("{} AS {}", after.was.as_deref().unwrap_or(""), after.name)).collect::<Vec<String>>();
        return Some(Seen { before: String::new(), from: format!("(SELECT {} FROM {table})", said.join(", ")), alias: None });
    }
    let mut definitions = Vec::new();
    let mut values = Vec::new();
    let mut charset = String::new();
    for after in columns {
        let column = after.column.desired.filter(|column| !is_of_history(column))?;
        let text = || column.text(Attr::Generated).or(column.text(Attr::Default)).unwrap_or("NULL");
        let (definition, of_table) = bare(column, desired);
        definitions.push(definition);
        charset = of_table;
        values.push(after.was.clone().unwrap_or_else(|| format!("({})", text())));
    }
    let before = format!(
        "DROP TEMPORARY TABLE IF EXISTS amend_{word};\nCREATE TEMPORARY TABLE amend_{word} ({}){charset};\n\
         INSERT IGNORE INTO amend_{word} SELECT {} FROM {table};\n",
        definitions.join(", "),
        values.join(", ")
    );
    Some(Seen { before, from: format!("amend_{word}"), alias: None })
}

/// Kinds of long values, with the bytes that one may have (MySQL, Data Type Storage Requirements).
const LONG: &[(&str, u32)] =
    &[("tinytext", 255), ("tinyblob", 255), ("text", 65_535), ("blob", 65_535), ("mediumtext", 16_777_215), ("mediumblob", 16_777_215)];
