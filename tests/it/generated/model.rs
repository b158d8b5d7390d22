//! A schema as the generator sees it, and the edits that lead from one to another. An edit is four numbers, so that a
//! failing list of edits shrinks to few and small ones.

use std::collections::{BTreeMap, BTreeSet};

use super::vocabulary::{NAMES, Vocabulary};

/// Which edit, and what on.
pub type Edit = [u8; 4];

/// A schema: tables by the number of their name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    pub tables: BTreeMap<usize, Table>,
    /// Views by the table that they show.
    pub views: BTreeMap<usize, View>,
    /// How many labels the enumeration of this number has.
    pub enums: BTreeMap<usize, usize>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: BTreeMap<usize, Column>,
    /// Whether the engine counts the primary key.
    pub counted: bool,
    /// Whether the primary key has a second column, the first of the others.
    pub wide_key: bool,
    pub uniques: BTreeSet<usize>,
    pub checks: BTreeSet<usize>,
    /// Index forms, each on a column.
    pub indexes: BTreeSet<(usize, usize)>,
    /// Tables that a column of this table refers to, and the number of the action.
    pub references: BTreeMap<usize, usize>,
    pub option: usize,
    pub comment: usize,
    pub trigger: bool,
    pub generated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The number of a type, or of an enumeration beyond the types.
    pub of: usize,
    /// 0 for none, else a default of the type.
    pub default: usize,
    pub required: bool,
    pub comment: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Which columns it shows, beside the key.
    pub columns: BTreeSet<usize>,
    pub filtered: bool,
}

/// What an edit does, on the table that its first number names.
type Change = fn(&mut Model, usize, [usize; 2], &Vocabulary);

const CHANGES: &[Change] = &[
    |model, table, [column, of], words| {
        let made = model.tables.entry(table).or_default();
        made.columns.entry(column % 4).or_insert(Column { of: of % words.types.len(), default: 0, required: false, comment: 0 });
    },
    |model, table, [column, of], words| with_column(model, table, column, |found| found.of = of % words.types.len()),
    |model, table, [column, default], _| with_column(model, table, column, |found| found.default = default % 3),
    |model, table, [column, _], _| with_column(model, table, column, |found| found.required = !found.required),
    |model, table, [column, _], _| with_table(model, table, |found| found.columns.retain(|number, _| *number != column % 4)),
    |model, table, [column, _], _| with_table(model, table, |found| toggle(&mut found.uniques, column % 4)),
    |model, table, [column, form], words| {
        with_table(model, table, |found| toggle(&mut found.indexes, (form % words.indexes.len(), column % 4)))
    },
    |model, table, [column, _], _| with_table(model, table, |found| toggle(&mut found.checks, column % 4)),
    |model, table, [other, action], _| {
        with_table(model, table, |found| {
            if found.references.remove(&(other % NAMES.len())).is_none() {
                found.references.insert(other % NAMES.len(), action % 3);
            }
        });
    },
    |model, table, [columns, filtered], _| {
        if model.views.remove(&table).is_none() {
            let columns = (0..4).filter(|column| columns >> column & 1 == 1).collect();
            model.views.insert(table, View { columns, filtered: filtered % 2 == 1 });
        }
    },
    |model, table, [option, _], words| with_table(model, table, |found| found.option = option % words.options.len()),
    |model, table, [comment, _], _| with_table(model, table, |found| found.comment = comment % 3),
    |model, table, [column, comment], _| with_column(model, table, column, |found| found.comment = comment % 3),
    |model, table, _, _| with_table(model, table, |found| found.trigger = !found.trigger),
    |model, table, _, _| with_table(model, table, |found| found.generated = !found.generated),
    |model, table, _, _| with_table(model, table, |found| found.counted = !found.counted),
    |model, table, _, _| with_table(model, table, |found| found.wide_key = !found.wide_key),
    |model, _, [number, labels], _| {
        model.enums.insert(number % 2, 1 + labels % 3);
    },
    |model, table, [column, number], words| {
        with_column(model, table, column, |found| found.of = words.types.len() + number % 2);
    },
    |model, table, _, _| model.tables.retain(|number, _| *number != table),
];

/// How many edits there are.
pub const EDITS: u8 = CHANGES.len() as u8;

fn with_table(model: &mut Model, table: usize, change: impl FnOnce(&mut Table)) {
    if let Some(found) = model.tables.get_mut(&table) {
        change(found);
    }
}

fn with_column(model: &mut Model, table: usize, column: usize, change: impl FnOnce(&mut Column)) {
    let found = model.tables.get_mut(&table).and_then(|found| found.columns.get_mut(&(column % 4)));
    if let Some(found) = found {
        change(found);
    }
}

fn toggle<T: Ord>(set: &mut BTreeSet<T>, entry: T) {
    if !set.remove(&entry) {
        set.insert(entry);
    }
}

impl Model {
    /// The schema after these edits.
    pub fn edited(mut self, edits: &[Edit], words: &Vocabulary) -> Model {
        for [which, table, first, second] in edits.iter().map(|edit| edit.map(usize::from)) {
            CHANGES[which % CHANGES.len()](&mut self, table % NAMES.len(), [first, second], words);
        }
        self
    }
}
