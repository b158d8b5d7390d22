//! How an engine counts the rows at which a change would stop, before the change.

use crate::ir::{Canonical, Object, Op, Pair, Schema};

type Sides<'a> = Pair<&'a Schema<Canonical>>;

/// How the rows are counted at which a change stops.
pub struct Trial {
    /// The statements that come first.
    pub before: String,
    /// A query for the number.
    pub count: String,
}

/// A count of rows that is not made of a rule of their own table: what is wrong with them, and how they are counted; none where only the
/// statement itself finds them.
pub type Obstacle = (&'static str, Option<Trial>);

/// A column as it is after the patch.
pub struct After<'a> {
    /// Its name in rules, quoted.
    pub name: String,
    /// Its name before the patch, quoted; none where it comes.
    pub was: Option<String>,
    pub column: Pair<Option<&'a Object>>,
    /// Whether its values are of another type or collation after the patch.
    pub changes: bool,
    /// Whether they stay what they are then ([`Rows::keeps`]).
    pub keeps: bool,
}

impl After<'_> {
    /// Whether a query over the table as it is cannot say it.
    pub fn is_other(&self) -> bool {
        self.changes || self.was.as_ref() != Some(&self.name)
    }
}

/// The rows of a table as the rules read them after the patch.
pub struct Seen {
    /// The statements that come first.
    pub before: String,
    /// What stands after FROM.
    pub from: String,
    /// The name that rules have for it, where that is not its own.
    pub alias: Option<String>,
}

impl Seen {
    /// The rows after FROM.
    pub fn source(&self) -> String {
        self.alias.as_ref().map_or(self.from.clone(), |alias| self.called(alias))
    }

    /// The rows after FROM under a name of one's own.
    pub fn called(&self, name: &str) -> String {
        format!("{} AS {name}", self.from)
    }
}

/// What the counts ask of an engine.
pub trait Rows {
    /// Whether a column's new type takes every value of the live one, and keeps apart what differs.
    fn keeps(&self, _column: Pair<&Object>, _schema: Sides) -> bool {
        false
    }

    /// How the rows are counted whose value a column's new definition does not take. `place` is the table and the column as a query
    /// names them before the patch.
    fn trial(&self, _column: Pair<&Object>, _place: [&str; 2], _schema: Sides) -> Option<Trial> {
        None
    }

    /// The rows at which a change stops that is no rule of their own table: those with a column of a type, those of a partition.
    fn obstacles(&self, _op: &Op, _schema: Sides) -> Vec<Obstacle> {
        Vec::new()
    }

    /// The rows of a table with its columns as they are after the patch; none where that is not known before. `place` is the table
    /// as a query names it, and a word for the names of what is made for it.
    fn rows_after(&self, _place: [&str; 2], _columns: &[After], _schema: Sides) -> Option<Seen> {
        None
    }

    /// Whether a primary key takes rows without a value.
    fn takes_null(&self, _key: &Object, _schema: &Schema<Canonical>) -> bool {
        false
    }

    /// How the rows of a source are counted that a rule takes for excluding each other.
    fn excluded(&self, _rule: &Object, _source: &str, _schema: Sides) -> Option<Trial> {
        None
    }

    /// What a query names for the rows of a table without those of the tables that inherit from it.
    fn own_rows(&self, table: &str) -> String {
        table.to_string()
    }

    /// A collation as an expression names it.
    fn collation(&self, text: &str) -> String {
        text.to_string()
    }

    /// Whether a column that becomes NOT NULL gives its default to the rows without a value.
    fn fills_by_default(&self) -> bool {
        false
    }
}
