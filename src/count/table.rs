//! The rows of a table as its rules read them: as they are, or with the columns that the patch changes.

use crate::base::Name;
use crate::dialects::{After, Seen};
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Key, Kind, Object, Pair, Part, Value};

use super::{Counter, says};

/// Kinds of objects that expressions speak of.
const SPOKEN_OF: &[Kind] =
    &[Kind::Function, Kind::Aggregate, Kind::Operator, Kind::Enum, Kind::Domain, Kind::Composite, Kind::Range, Kind::BaseType];

/// Which rows of a relation a rule holds for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Those of the tables that inherit from it too.
    All,
    Own,
}

/// The facts of a column on which its values rest.
const OF_VALUES: &[Attr] = &[Attr::Type, Attr::Charset, Attr::Collation];

impl<'a> Counter<'a> {
    /// The rows that a rule of the relation reads, or why they are not known before the patch.
    pub fn rows(&self, object: &Object, reach: Reach) -> Result<Seen, String> {
        if let Some(other) = self.new_object(object) {
            return Err(format!("speaks of {other}, which the patch makes"));
        }
        let plain = self.names.relation(self.relation);
        let inherits = self.schema.live.heirs(self.relation).next().is_some()
            && !self.schema.live.get(self.relation).is_some_and(|relation| relation.has(Attr::PartitionBy));
        let plain = if inherits && reach == Reach::Own { self.names.dialect.own_rows(&plain) } else { plain };
        let is_known = |part: &Part| part.name().is_none_or(|name| self.schema.desired.contains(self.relation.child(Kind::Column, name)));
        // A period stands for columns that the rule does not name.
        let whole = !object.parts(Attr::Parts).iter().all(is_known);
        let spoken = self.schema.desired.parts(self.relation, Kind::Column).filter(|column| whole || speaks(object, column.key.name));
        let columns: Vec<After> = spoken.map(|column| self.after(column)).collect();
        let Some(first) = columns.iter().find(|after| after.is_other()) else {
            return Ok(Seen { before: String::new(), from: plain, alias: None });
        };
        if let Some(after) = columns.iter().find(|after| self.is_unknown(after, object)) {
            return Err(format!("rests on the column {}, which the patch adds", after.name));
        }
        let seen = self.names.dialect.rows_after([&plain, self.word], &columns, self.schema);
        let bare = self.names.dialect.quote(self.relation.name);
        let why = match first.was {
            Some(_) => "whose type or collation the patch changes",
            None => "which the patch adds",
        };
        seen.map(|seen| Seen { alias: Some(bare), ..seen }).ok_or_else(|| format!("rests on the column {}, {why}", first.name))
    }

    /// A desired column, and what stands for it before the patch.
    pub fn after(&self, column: &'a Object) -> After<'a> {
        let live = self.schema.live.get(column.key);
        let changes = live.is_some_and(|live| OF_VALUES.iter().any(|attr| differs(live, column, *attr)));
        let keeps = live.is_some_and(|live| self.names.dialect.keeps(Pair::new(live, column), self.schema));
        After {
            name: self.names.dialect.quote(column.key.name),
            was: live.map(|_| self.names.column(self.relation, column.key.name)),
            column: Pair::new(live, Some(column)),
            changes,
            keeps,
        }
    }

    /// Whether nobody knows before the patch what a new column will hold: a default that is computed, or made of columns that change.
    fn is_unknown(&self, after: &After, rule: &Object) -> bool {
        let Some(column) = after.column.desired.filter(|_| after.was.is_none()) else { return false };
        if let Some(text) = column.text(Attr::Generated) {
            let spoken = self.schema.desired.parts(self.relation, Kind::Column).filter(|one| says(text, one.key.name.as_str()));
            return spoken.map(|one| self.after(one)).any(|one| one.is_other());
        }
        let computed = column.text(Attr::Default).is_some_and(|text| text.contains('(') || text.to_lowercase().contains("current"));
        let given = [Attr::Identity, Attr::AutoIncrement, Attr::Fill].iter().any(|attr| column.has(*attr));
        let filled = column.has(Attr::NotNull) || rule.key.kind == Kind::PrimaryKey;
        computed || given || filled && !column.has(Attr::Default)
    }

    /// A routine, operator or type in the part's texts that is not there before the patch.
    fn new_object(&self, object: &Object) -> Option<Key> {
        let texts = texts(object);
        let spoken = |key: Key| {
            let name = key.bare();
            texts.iter().any(|text| if key.kind == Kind::Operator { text.contains(name) } else { says(text, name) })
        };
        let known = SPOKEN_OF.iter().filter(|_| !texts.is_empty()).flat_map(|kind| self.schema.desired.of_kind(*kind));
        known.map(|known| known.key).find(|key| !self.schema.live.contains(*key) && spoken(*key))
    }
}

/// A rule that rests on these columns and nothing else.
pub fn over(relation: Key, columns: &[Name]) -> Object {
    let mut rule = Object::new(relation.child(Kind::Unique, Name::NONE));
    rule.set(Attr::Columns, Some(Value::Names(columns.to_vec())));
    rule
}

/// Whether a rule rests on a column. A text is searched for its name as a word.
pub fn speaks(object: &Object, column: Name) -> bool {
    let named = object.names(Attr::Columns).contains(&column);
    let of_part = |part: &Part| part.name() == Some(column);
    named || object.parts(Attr::Parts).iter().any(of_part) || texts(object).iter().any(|text| says(text, column.as_str()))
}

/// Whether the values of a column are others when the fact has changed. A text stays what it is in a wider type.
fn differs(live: &Object, desired: &Object, attr: Attr) -> bool {
    let kind = |side: &Object| side.fragment(Attr::Type).map_or(String::new(), |kind| kind.compared().to_string());
    live.get(attr) != desired.get(attr) && !(attr == Attr::Type && is_text(&kind(live)) && is_text(&kind(desired)))
}

pub fn is_text(kind: &str) -> bool {
    kind.contains("char") || kind.ends_with("text")
}

/// The expressions of a part.
fn texts(object: &Object) -> Vec<&str> {
    let texts = [Attr::Expression, Attr::Where].into_iter().filter_map(|attr| object.text(attr));
    let expressions = object.parts(Attr::Parts).iter().filter_map(|part| match &part.target {
        PartTarget::Expression(fragment) => Some(fragment.text.as_ref()),
        PartTarget::Column(_) => None,
    });
    texts.chain(expressions).collect()
}
